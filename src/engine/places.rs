//! Places of values in the memory of a block, shared by values that are not
//! alive together.

use super::arena::Value;
use super::ops::{ByPlace, Op, Step};
use std::cmp::Reverse;
use std::ops::Range;

/// Gives each value its rows of the memory, and says how many there are. A
/// value is alive from the operation that computes it to the last that reads
/// it; one that is only reported is read right after it is computed. One that
/// nobody reads has no rows. Where an operation allows it, its output takes the
/// place of an input read for the last time.
///
/// The largest values come first, each at the lowest place that is free while
/// it is alive.
pub(super) fn assign(
    steps: &mut [Step],
    rows: &[usize],
    wanted: &[bool],
) -> (usize, Vec<Range<usize>>) {
    let (mut alive, mut read) = (vec![(0, 0); rows.len()], wanted.to_vec());
    for (at, step) in steps.iter().enumerate() {
        for value in &step.outs {
            alive[value.0 as usize] = (at, at);
        }
        for value in step.inputs() {
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
    let mut places: Vec<Range<usize>> = vec![0..0; rows.len()];
    let mut total = 0;
    // Those placed, by the operation that computes them.
    let mut placed: Vec<usize> = Vec::new();
    for value in first {
        let (from, to) = alive[value];
        let together = |v: &&usize| alive[**v].0 <= to && alive[**v].1 >= from;
        let mut taken: Vec<&Range<usize>> =
            placed.iter().filter(together).map(|v| &places[*v]).collect();
        taken.sort_by_key(|place| place.start);
        let mut start = 0;
        for place in taken {
            if place.start >= start + rows[value] {
                break;
            }
            start = if place.end > start { place.end } else { start };
        }
        let end = start + rows[value];
        total = if end > total { end } else { total };
        places[value] = start..end;
        placed.push(value);
    }
    for value in (0..rows.len()).filter(|v| read[*v]) {
        places[value] = places[place[value]].clone();
    }
    steps.iter_mut().for_each(|step| order(step, &places));
    (total, places)
}

/// Notes the order of the places of a step's outputs, and of those within a loop.
fn order(step: &mut Step, places: &[Range<usize>]) {
    if let Op::Loop(inner) = &mut step.op {
        inner.steps.iter_mut().for_each(|step| order(step, places));
        return;
    }
    let place = |out: &Value| places[out.0 as usize].clone();
    let mut by_place: Vec<_> = step.outs.iter().map(place).enumerate().collect();
    by_place.retain(|(_, place)| !place.is_empty());
    by_place.sort_by_key(|(_, place)| place.start);
    step.by_place = match <[_; 1]>::try_from(by_place) {
        Ok(one) => ByPlace::One(one),
        Err(several) => ByPlace::Several(several),
    };
}
