//! The order of operations: what frees memory comes early.

use super::ops::Step;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Puts operations in an order that keeps fewer values alive. One that frees more
/// rows than it takes, because it is the last to read an input, comes as soon as
/// its inputs are there; a sum that waited for the end then no longer keeps its
/// terms. All others stay in the order given, in which each comes after its
/// inputs. `rows` are those of each value.
pub(super) fn assign(steps: Vec<Step>, rows: &[usize]) -> Vec<Step> {
    // Of a loop, its own values are among those it reads.
    let foreign = |s: &Step| {
        let inputs = s.inputs().into_iter().filter(|value| !s.outs.contains(value));
        inputs.map(|value| value.0 as usize).collect()
    };
    let inputs: Vec<BTreeSet<usize>> = steps.iter().map(foreign).collect();
    // The operations that read each value.
    let mut readers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); rows.len()];
    for (at, inputs) in inputs.iter().enumerate() {
        for value in inputs {
            readers[*value].insert(at);
        }
    }
    // Inputs of each operation that are not computed yet.
    let mut missing: Vec<usize> = inputs.iter().map(BTreeSet::len).collect();
    let taken = |at: usize, readers: &[BTreeSet<usize>]| {
        let outs = steps[at].outs.iter().map(|out| out.0 as usize);
        let outs: usize = outs.filter(|out| !readers[*out].is_empty()).map(|out| rows[out]).sum();
        let last = inputs[at].iter().filter(|value| readers[**value].len() == 1);
        (outs, last.map(|value| rows[*value]).sum::<usize>())
    };
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|at| missing[*at] == 0).collect();
    // Ready ones that free rows, by how many.
    let mut freeing: BinaryHeap<(usize, Reverse<usize>)> = BinaryHeap::new();
    let mut order = Vec::with_capacity(steps.len());
    loop {
        let next = match freeing.pop() {
            Some((_, Reverse(at))) if ready.contains(&at) => at,
            Some(_) => continue,
            None => match ready.first() {
                Some(at) => *at,
                None => break,
            },
        };
        ready.remove(&next);
        order.push(next);
        let mut looked_at = Vec::new();
        for value in &inputs[next] {
            readers[*value].remove(&next);
            if let (1, Some(last)) = (readers[*value].len(), readers[*value].first()) {
                looked_at.push(*last);
            }
        }
        for out in &steps[next].outs {
            for reader in &readers[out.0 as usize] {
                missing[*reader] -= 1;
                if missing[*reader] == 0 {
                    ready.insert(*reader);
                    looked_at.push(*reader);
                }
            }
        }
        for at in looked_at.into_iter().filter(|at| ready.contains(at)) {
            let (takes, frees) = taken(at, &readers);
            if frees > takes {
                freeing.push((frees - takes, Reverse(at)));
            }
        }
    }
    // All are there: each comes after what it reads.
    debug_assert_eq!(order.len(), steps.len());
    if order.len() != steps.len() {
        return steps;
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| steps[at].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::arena::Value;
    use super::super::ops::{ByPlace, Cumulative, Draw, Loop, Op};
    use super::*;

    fn step(op: Op, out: u32) -> Step {
        let by_place = ByPlace::Several(Vec::new());
        let outs = vec![Value(out)];
        let (from, zeros, past) = (0, Vec::new(), None);
        Step { op, outs, from, zeros, past, by_place, of: None, policy: 0 }
    }

    fn source(out: u32) -> Step {
        step(Op::Draw(Draw { elements: Vec::new(), blends: Vec::new(), group: 0 }), out)
    }

    fn sum(input: u32, out: u32) -> Step {
        let input = Value(input);
        step(Op::Cumulative(Cumulative { input, timed: true, elements: 1 }), out)
    }

    fn order(steps: Vec<Step>, rows: &[usize]) -> Vec<u32> {
        assign(steps, rows).iter().map(|step| step.outs[0].0).collect()
    }

    #[test]
    fn what_frees_more_than_it_takes_comes_early() {
        let steps = || vec![source(0), source(1), sum(1, 2), sum(2, 3), sum(0, 4), sum(4, 5)];
        // 4 frees 100 rows for 10; 5 frees those once more.
        assert_eq!(order(steps(), &[100, 1, 1, 1, 10, 1]), [0, 4, 5, 1, 2, 3]);
        // Nothing is gained: as it was.
        assert_eq!(order(steps(), &[1, 1, 1, 1, 1, 0]), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn only_the_last_reader_frees() {
        let steps = vec![source(0), source(1), sum(0, 2), sum(1, 3), sum(0, 4), sum(2, 5)];
        // 2 leaves 0 to 4, which then frees it before 5 frees less.
        assert_eq!(order(steps, &[100, 0, 50, 1, 1, 1]), [0, 1, 2, 4, 5, 3]);
    }

    #[test]
    fn a_loop_that_reads_its_own_values_is_kept() {
        let inner = vec![sum(0, 1)];
        let around = step(Op::Loop(Loop { steps: inner, window: 1 }), 1);
        assert_eq!(order(vec![source(0), around, sum(1, 2)], &[1, 1, 1]), [0, 1, 2]);
    }
}
