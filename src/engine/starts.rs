//! The first step each operation has to compute.
//!
//! Nobody reads what lies before the first reported year, unless a balance or
//! a value that looks back in time does. And before a policy begins to act, its
//! values are those of the reference, bit for bit: there they are neither
//! computed nor tallied again.

use super::arena::Value;
use super::ops::{Op, Past, Step};
use crate::system::Shape;

/// The first step in which nobody reads a value.
const NEVER: usize = usize::MAX;

/// Gives each operation its first step. `wanted` says from which step on a
/// value is reported, if it is.
pub(super) fn assign(steps: &mut [Step], shapes: &[Shape], wanted: &[Option<usize>]) {
    // For each value, the first step that somebody reads.
    let mut needed: Vec<usize> = wanted.iter().map(|w| w.unwrap_or(NEVER)).collect();
    for step in steps.iter_mut().rev() {
        let timed = |value: &Value| shapes[value.0 as usize].timed;
        let read = step.outs.iter().filter(|out| timed(out)).map(|out| needed[out.0 as usize]);
        let read = read.fold(NEVER, |a, b| if a < b { a } else { b });
        step.from = match (&step.op, step.past) {
            (Op::Balance(_), _) => step.from,
            _ if read == NEVER => 0,
            (Op::Map(_) | Op::Reduce(_) | Op::Stack(_) | Op::Delayed(_) | Op::Solve(_), _) => read,
            (Op::Convolve(_), None) => read,
            (_, Some(Past { until, .. })) => {
                if read < until {
                    read
                } else {
                    until
                }
            }
            (_, None) => 0,
        };
        if step.from == 0 {
            step.past = None;
        }
        let before = step.from.saturating_sub(1);
        let mut need = |value: Value, from: usize| {
            let first = &mut needed[value.0 as usize];
            *first = if from < *first { from } else { *first };
        };
        match &step.op {
            Op::Balance(op) => {
                op.inflows.iter().chain(&op.outflows).for_each(|t| need(t.value, step.from));
                op.stocks.iter().for_each(|t| need(t.value, before));
            }
            Op::AtStep(op) => need(op.input, op.step),
            Op::Delayed(op) => need(op.input, step.from.saturating_sub(op.delay)),
            Op::Convolve(op) => {
                let first = if step.past.is_some() { step.from } else { 0 };
                op.inputs().into_iter().for_each(|value| need(value, first));
                need(op.table, 0);
                step.past.iter().for_each(|past| need(past.value, 0));
            }
            op => {
                op.inputs().into_iter().for_each(|value| need(value, step.from));
                step.past.iter().for_each(|past| need(past.value, before));
            }
        }
    }
}
