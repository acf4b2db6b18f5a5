//! Facilities of several places that process each other's surplus.

use super::{Input, Kernel, least};
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::maths;

/// See [`SharedFacilities`](crate::SharedFacilities) for the equations.
#[derive(Clone, Debug)]
pub(crate) struct SharedFacilitiesOp {
    pub(crate) feed: Value,
    pub(crate) feed_timed: bool,
    /// Read per facility.
    pub(crate) capacity: Input,
    /// Read per pair of source and facility.
    pub(crate) offered: Input,
    pub(crate) cap: Option<Input>,
    pub(crate) sources: Vec<Source>,
    pub(crate) facilities: usize,
}

/// A place that has feed.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its own facility.
    pub(crate) own: usize,
    /// Its elements of the feed.
    pub(crate) contents: Vec<u32>,
    /// The facilities to which it may offer something.
    pub(crate) partners: Vec<Partner>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Partner {
    pub(crate) facility: usize,
    /// Its element of the pairs of source and facility.
    pub(crate) pair: u32,
}

impl SharedFacilitiesOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let mut inputs = vec![self.feed, self.capacity.value, self.offered.value];
        inputs.extend(self.cap.as_ref().map(|cap| cap.value));
        inputs
    }

    /// Whether a source may offer something to a facility.
    pub(crate) fn has_pair(&self, pair: u32) -> bool {
        self.sources.iter().flat_map(|s| &s.partners).any(|p| p.pair == pair)
    }
}

/// Takes a row off another.
#[inline(always)]
fn take_off(from: &mut Row, x: &Row) {
    let mut rest = *from;
    for l in 0..LANES {
        rest[l] -= x[l];
    }
    *from = rest;
}

impl Kernel for SharedFacilitiesOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [processed, backlog, taken] = outs else { return };
        let feed = inputs.rows(self.feed);
        let [inventory, totals, offers, room, spare, asked, ..] = &mut scratch.buffers;
        let partners = self.sources.iter().map(|s| s.partners.len()).sum();
        inventory.set_len(self.sources.iter().map(|s| s.contents.len()).sum());
        totals.set_len(self.sources.len());
        offers.set_len(partners);
        for buffer in [&mut *room, &mut *spare, &mut *asked] {
            buffer.set_len(self.facilities);
        }
        inventory.fill([0.0; LANES]);
        if let (Some(past), Some(before)) = (ctx.past, ctx.from.checked_sub(1)) {
            for (e, row) in inventory.iter_mut().enumerate() {
                *row = inputs.series(past, e, steps)[before];
            }
        }
        // Where nothing is offered, nothing is taken.
        taken.fill([0.0; LANES]);
        for t in ctx.from..steps {
            for (g, room) in room.iter_mut().enumerate() {
                let capacity = self.capacity.row(inputs, g, t, steps);
                for l in 0..LANES {
                    room[l] = maths::max(0.0, capacity[l]);
                }
                keep_rows_apart();
            }
            spare.copy_from_slice(room);
            asked.fill([0.0; LANES]);
            let mut first = 0;
            for (source, total) in self.sources.iter().zip(totals.iter_mut()) {
                // M = Σ (B + F)
                let mut m = [0.0; LANES];
                for e in &source.contents {
                    let e = *e as usize;
                    let arriving = feed[if self.feed_timed { e * steps + t } else { e }];
                    let mut row = inventory[e];
                    for l in 0..LANES {
                        row[l] += arriving[l];
                        m[l] += row[l];
                    }
                    inventory[e] = row;
                    keep_rows_apart();
                }
                *total = m;
                // The shares offered, and their sum.
                let offers = &mut offers[first..first + source.partners.len()];
                first += source.partners.len();
                let mut shares = [0.0; LANES];
                for (offer, p) in offers.iter_mut().zip(&source.partners) {
                    let share = self.offered.row(inputs, p.pair as usize, t, steps);
                    let mut x = [0.0; LANES];
                    for l in 0..LANES {
                        x[l] = maths::max(0.0, share[l]);
                        shares[l] += x[l];
                    }
                    *offer = x;
                    keep_rows_apart();
                }
                let (mut scale, mut kept) = ([0.0; LANES], m);
                for l in 0..LANES {
                    scale[l] = maths::max(0.0, m[l]) / maths::max(1.0, shares[l]);
                }
                // offered = min(o·M, cap)
                for (offer, p) in offers.iter_mut().zip(&source.partners) {
                    let mut x = *offer;
                    for l in 0..LANES {
                        x[l] *= scale[l];
                    }
                    if let Some(cap) = &self.cap {
                        let cap = cap.row(inputs, p.pair as usize, t, steps);
                        for l in 0..LANES {
                            x[l] = least(x[l], maths::max(0.0, cap[l]));
                        }
                    }
                    let mut sum = asked[p.facility];
                    for l in 0..LANES {
                        sum[l] += x[l];
                    }
                    asked[p.facility] = sum;
                    take_off(&mut kept, &x);
                    *offer = x;
                    keep_rows_apart();
                }
                // Own feed first: spare = C − min(M − Σ offered, C)
                let mut row = spare[source.own];
                for l in 0..LANES {
                    row[l] -= least(maths::max(0.0, kept[l]), row[l]);
                }
                spare[source.own] = row;
            }
            // Of what is asked, the share that is taken: min(1, spare/Σ offered)
            for (asked, spare) in asked.iter_mut().zip(spare.iter()) {
                let mut row = *asked;
                for l in 0..LANES {
                    row[l] = if row[l] <= spare[l] { 1.0 } else { spare[l] / row[l] };
                }
                *asked = row;
                keep_rows_apart();
            }
            let all = self.sources.iter().flat_map(|s| &s.partners);
            for (offer, p) in offers.iter_mut().zip(all) {
                let (mut x, accepted) = (*offer, asked[p.facility]);
                for l in 0..LANES {
                    x[l] *= accepted[l];
                }
                take_off(&mut room[p.facility], &x);
                *offer = x;
                keep_rows_apart();
            }
            let mut first = 0;
            for (source, m) in self.sources.iter().zip(totals.iter()) {
                let mut stay = [1.0; LANES];
                for (offer, p) in offers[first..].iter().zip(&source.partners) {
                    // share = taken/M, zero where there is nothing
                    let mut share = [0.0; LANES];
                    for l in 0..LANES {
                        share[l] = if m[l] == 0.0 { 0.0 } else { offer[l] / m[l] };
                    }
                    take_off(&mut stay, &share);
                    if !taken.is_empty() {
                        taken[p.pair as usize * steps + t] = share;
                    }
                    keep_rows_apart();
                }
                first += source.partners.len();
                // What stays is processed up to the room left by the partners.
                let (room, mut done) = (room[source.own], [1.0; LANES]);
                for l in 0..LANES {
                    stay[l] = maths::max(0.0, stay[l]);
                    let (kept, room) = (m[l] * stay[l], maths::max(0.0, room[l]));
                    done[l] = if kept <= room { 1.0 } else { room / kept };
                }
                for e in &source.contents {
                    let e = *e as usize;
                    let (mut out, mut left) = ([0.0; LANES], inventory[e]);
                    for l in 0..LANES {
                        left[l] *= stay[l];
                        out[l] = left[l] * done[l];
                        left[l] -= out[l];
                    }
                    inventory[e] = left;
                    let at = e * steps + t;
                    if !processed.is_empty() {
                        processed[at] = out;
                    }
                    if !backlog.is_empty() {
                        backlog[at] = left;
                    }
                    keep_rows_apart();
                }
            }
        }
    }
}
