//! The mass balance of a process, checked in every block.

use super::Kernel;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};

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
/// the largest inflow of the process in that draw.
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

/// The sum of all terms for one element of the balance.
#[inline(always)]
fn add_up(terms: &[Term], inputs: Inputs, element: usize, steps: usize, sum: &mut Rows) {
    sum.set_len(steps);
    sum.fill([0.0; LANES]);
    for term in terms {
        for e in &term.parts[element] {
            if term.timed {
                let rows = inputs.series(term.value, *e as usize, steps).as_flattened();
                for (sum, x) in sum.as_flattened_mut().iter_mut().zip(rows) {
                    *sum += x;
                }
            } else {
                let x = inputs.rows(term.value)[*e as usize];
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
    }
}

impl Kernel for Balance {
    #[inline(always)]
    fn run(&self, _: &mut [Rows], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [into, out, stock, ..] = &mut scratch.buffers;
        let [mut largest, mut worst, mut total] = [[0.0; LANES]; 3];
        for e in 0..self.elements {
            add_up(&self.inflows, inputs, e, steps, into);
            add_up(&self.outflows, inputs, e, steps, out);
            add_up(&self.stocks, inputs, e, steps, stock);
            // residual = Σ in − Σ out − Δstock, with no stock before the first step
            for l in 0..LANES {
                out[0][l] = into[0][l] - out[0][l] - stock[0][l];
            }
            let flows = out[1..].as_flattened_mut().iter_mut().zip(into[1..].as_flattened());
            let change = stock[1..].as_flattened().iter().zip(stock.as_flattened());
            for ((out, into), (now, before)) in flows.zip(change) {
                *out = into - *out - (now - before);
            }
            largest_of(into, &mut largest, &mut total);
            largest_of(out, &mut worst, &mut total);
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

/// Raises `largest` to the largest magnitude in each lane, and adds all
/// magnitudes to `total`.
#[inline(always)]
fn largest_of(rows: &[Row], largest: &mut Row, total: &mut Row) {
    let (mut most, mut sum) = (*largest, *total);
    for row in rows {
        for l in 0..LANES {
            let x = row[l].abs();
            most[l] = if x > most[l] { x } else { most[l] };
            sum[l] += x;
        }
    }
    (*largest, *total) = (most, sum);
}
