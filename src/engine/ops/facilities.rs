//! Facilities with capacity and a well-mixed backlog.

use super::Kernel;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row};

/// Per facility, with backlog B: f = min(1, capacity/M), processed = (B + feed)·f,
/// B ← (B + feed) − processed, where M is the total of B and feed (or what is
/// left of `basis`).
#[derive(Clone, Debug)]
pub(crate) struct FacilitiesOp {
    pub(crate) feed: Value,
    pub(crate) feed_timed: bool,
    pub(crate) capacity: Value,
    pub(crate) capacity_timed: bool,
    pub(crate) basis: Option<(Value, bool)>,
    /// For each facility, its elements of the feed.
    pub(crate) contents: Vec<Vec<u32>>,
}

impl FacilitiesOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let mut inputs = vec![self.feed, self.capacity];
        inputs.extend(self.basis.map(|b| b.0));
        inputs
    }
}

#[inline(always)]
fn step(timed: bool, element: usize, t: usize, steps: usize) -> usize {
    if timed { element * steps + t } else { element }
}

#[inline(always)]
fn sum(a: &Row, b: &Row) -> Row {
    let mut sum = *a;
    for l in 0..LANES {
        sum[l] += b[l];
    }
    sum
}

impl Kernel for FacilitiesOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [processed, backlog] = outs else { return };
        let (feed, capacity) = (inputs.rows(self.feed), inputs.rows(self.capacity));
        for (facility, contents) in self.contents.iter().enumerate() {
            let [inventory, ..] = &mut scratch.buffers;
            inventory.set_len(contents.len());
            for (row, e) in inventory.iter_mut().zip(contents) {
                let own = backlog.get(*e as usize * steps..).unwrap_or_default();
                *row = ctx.before(inputs, *e as usize, own);
            }
            let share_of = |t: usize, total: &Row| {
                let capacity = capacity[step(self.capacity_timed, facility, t, steps)];
                let mut share = [1.0; LANES];
                for l in 0..LANES {
                    // (E24) f = min(1, capacity/M)
                    share[l] = if total[l] > capacity[l] { capacity[l] / total[l] } else { 1.0 };
                }
                share
            };
            let mut basis_left = [0.0; LANES];
            if let Some((basis, timed)) = self.basis {
                // What was left of a basis is in no output: within a loop it is
                // followed from the start.
                for t in 0..ctx.from {
                    let arriving = inputs.rows(basis)[step(timed, facility, t, steps)];
                    basis_left = sum(&basis_left, &arriving);
                    let share = share_of(t, &basis_left);
                    for l in 0..LANES {
                        basis_left[l] -= basis_left[l] * share[l];
                    }
                }
            }
            for t in ctx.from..ctx.to {
                let mut total = [0.0; LANES];
                for (row, e) in inventory.iter_mut().zip(contents) {
                    let arriving = feed[step(self.feed_timed, *e as usize, t, steps)];
                    *row = sum(row, &arriving);
                    total = sum(&total, row);
                }
                if let Some((basis, timed)) = self.basis {
                    let arriving = inputs.rows(basis)[step(timed, facility, t, steps)];
                    basis_left = sum(&basis_left, &arriving);
                    total = basis_left;
                }
                let share = share_of(t, &total);
                if self.basis.is_some() {
                    for l in 0..LANES {
                        basis_left[l] -= basis_left[l] * share[l];
                    }
                }
                for (row, e) in inventory.iter_mut().zip(contents) {
                    let at = *e as usize * steps + t;
                    let (mut done, mut left) = ([0.0; LANES], *row);
                    for l in 0..LANES {
                        // processed = (B + feed)·f,  B ← (B + feed) − processed
                        done[l] = left[l] * share[l];
                        left[l] -= done[l];
                    }
                    *row = left;
                    if !processed.is_empty() {
                        processed[at] = done;
                    }
                    if !backlog.is_empty() {
                        backlog[at] = left;
                    }
                }
            }
        }
    }
}
