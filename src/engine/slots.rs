//! Slots of the arena, shared by values that are not alive together.

use super::arena::Value;
use super::ops::{Op, Step};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Gives each value a slot: the rows of every slot, and the slot of every
/// value. A value is alive from the operation that computes it to the last that
/// reads it; one that is only reported is read right after it is computed.
/// Where an operation allows it, its output takes the place of an input read
/// for the last time.
///
/// The largest values come first, each into the first slot that is free while
/// it is alive, so that a slot is never larger than its first value.
pub(super) fn assign(
    steps: &mut [Step],
    rows: &[usize],
    wanted: &[bool],
) -> (Vec<usize>, Vec<u32>) {
    let (mut alive, mut read) = (vec![(0, 0); rows.len()], wanted.to_vec());
    for (at, step) in steps.iter().enumerate() {
        for value in &step.outs {
            alive[value.0 as usize] = (at, at);
        }
        for value in step.op.inputs() {
            alive[value.0 as usize].1 = at;
            read[value.0 as usize] = true;
        }
    }
    // The value in whose place each one is; that one is alive for all.
    let mut place: Vec<usize> = (0..rows.len()).collect();
    for (at, step) in steps.iter_mut().enumerate() {
        if let Some(Value(input)) = step.op.replaces()
            && let [Value(out)] = step.outs[..]
            && let (input, out) = (input as usize, out as usize)
            && alive[place[input]].1 == at
            && read[out]
            && rows[input] == rows[out]
        {
            place[out] = place[input];
            alive[place[input]].1 = alive[out].1;
            if let Op::Map(map) = &mut step.op {
                map.replace();
            }
        }
    }
    let mut first: Vec<usize> = (0..rows.len()).filter(|v| read[*v] && place[*v] == *v).collect();
    first.sort_by_key(|v| (Reverse(rows[*v]), alive[*v]));
    // Slot 0 is empty: an output nobody reads is not written.
    let (mut slots, mut slot_of) = (vec![0], vec![0u32; rows.len()]);
    // For each slot, when it is taken: from, to.
    let mut taken: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::from([(0, usize::MAX)])];
    for value in first {
        let (from, to) = alive[value];
        let free = |taken: &BTreeMap<usize, usize>| {
            taken.range(..=to).next_back().is_none_or(|(_, end)| *end < from)
        };
        let slot = taken.iter().position(free).unwrap_or(taken.len());
        if slot == taken.len() {
            taken.push(BTreeMap::new());
            slots.push(rows[value]);
        }
        taken[slot].insert(from, to);
        slot_of[value] = slot as u32;
    }
    for value in (0..rows.len()).filter(|v| read[*v]) {
        slot_of[value] = slot_of[place[value]];
    }
    (slots, slot_of)
}
