//! The mass balance of a process, checked in every block.

use super::Kernel;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::maths;
use std::ops::Range;

/// One flow or stock of the process. `parts` gives, for each element of the
/// balance, the elements of the value that belong to it.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) value: Value,
    pub(crate) timed: bool,
    pub(crate) parts: Vec<Vec<u32>>,
}

/// For every element and step:
/// residual = Σ inflows − Σ outflows − (stock(t) − stock(t−1)), as a share of
/// the largest inflow of the process in that draw. Where a policy begins
/// later, that is from then on, or the stock it begins with if that is larger.
#[derive(Clone, Debug)]
pub(crate) struct Balance {
    /// Index of the process, for the report.
    pub(crate) process: usize,
    pub(crate) elements: usize,
    pub(crate) inflows: Vec<Term>,
    pub(crate) outflows: Vec<Term>,
    pub(crate) stocks: Vec<Term>,
}

impl Balance {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        [&self.inflows, &self.outflows, &self.stocks]
            .into_iter()
            .flatten()
            .map(|t| t.value)
            .collect()
    }
}

/// The sum of all terms for one element of the balance over some steps; a single
/// series as it is.
#[inline(always)]
fn add_up<'a>(
    terms: &[Term],
    inputs: Inputs<'a>,
    element: usize,
    steps: Range<usize>,
    sum: &'a mut Rows,
) -> &'a [Row] {
    let mut parts =
        terms.iter().flat_map(|t| t.parts[element].iter().map(move |e| (t, *e as usize)));
    let first = parts.next();
    let mut parts = parts.peekable();
    if let (Some((term, e)), None) = (first, parts.peek())
        && term.timed
    {
        return &inputs.series(term.value, e, steps.end)[steps];
    }
    sum.set_len(steps.len());
    sum.fill([0.0; LANES]);
    for (term, e) in first.into_iter().chain(parts) {
        if term.timed {
            let rows = inputs.series(term.value, e, steps.end)[steps.clone()].as_flattened();
            for (sum, x) in sum.as_flattened_mut().iter_mut().zip(rows) {
                *sum += x;
            }
        } else {
            let x = inputs.rows(term.value)[e];
            for sum in sum.iter_mut() {
                let mut row = *sum;
                for l in 0..LANES {
                    row[l] += x[l];
                }
                *sum = row;
                keep_rows_apart();
            }
        }
    }
    sum
}

impl Kernel for Balance {
    #[inline(always)]
    fn run(&self, _: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let [into, out, stock, ..] = &mut scratch.buffers;
        let [mut largest, mut worst, mut total] = [[0.0; LANES]; 3];
        for e in 0..self.elements {
            // One step more: the stock to begin with.
            let begin = ctx.zero(e, true).end;
            let steps = begin.saturating_sub(1)..ctx.steps;
            let into = add_up(&self.inflows, inputs, e, steps.clone(), into);
            let out = add_up(&self.outflows, inputs, e, steps.clone(), out);
            let stock = add_up(&self.stocks, inputs, e, steps.clone(), stock);
            // (E39) residual = Σ in − Σ out − Δstock, with no stock before the first step
            let earlier = begin - steps.start;
            let mut before = if earlier == 0 { [0.0; LANES] } else { stock[0] };
            for l in 0..LANES {
                largest[l] = maths::max(before[l].abs(), largest[l]);
            }
            for ((into, out), now) in into.iter().zip(out).zip(stock).skip(earlier) {
                let (into, out, now) = (*into, *out, *now);
                for l in 0..LANES {
                    let residual = (into[l] - out[l] - (now[l] - before[l])).abs();
                    let inflow = into[l].abs();
                    largest[l] = if inflow > largest[l] { inflow } else { largest[l] };
                    worst[l] = if residual > worst[l] { residual } else { worst[l] };
                    total[l] += inflow + residual;
                }
                before = now;
                keep_rows_apart();
            }
        }
        for l in 0..ctx.lanes {
            let relative = if worst[l] == 0.0 { 0.0 } else { worst[l] / largest[l] };
            // A number that is not finite anywhere makes the total so.
            let relative = if total[l].is_finite() { relative } else { f64::INFINITY };
            // Of equals the first process, so that the order of draws is no matter.
            let worse = relative > scratch.worst;
            if worse || (relative == scratch.worst && self.process < scratch.worst_process) {
                (scratch.worst, scratch.worst_process) = (relative, self.process);
            }
        }
    }
}
