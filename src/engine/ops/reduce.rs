//! Sums, and sums of products, over one or more dimensions.

use super::Kernel;
use crate::engine::List;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};
use std::ops::Range;
use std::sync::Arc;

/// One factor of the products to be summed. `map` holds, for each summand of
/// each output element, the element to read.
#[derive(Clone, Debug)]
pub(crate) enum Factor {
    One,
    Value { value: Value, map: List, timed: bool },
    Table { table: Arc<[f64]>, map: List, timed: bool },
}

/// out[e] = Σᵣ a[e, r]·b[e, r], in the order of r.
#[derive(Clone, Debug)]
pub(crate) struct Reduce {
    pub(crate) elements: usize,
    /// Where the summands of each element begin, and where the last end.
    pub(crate) summands: Vec<u32>,
    pub(crate) timed: bool,
    /// How many elements the first factor has.
    pub(crate) source_elements: usize,
    /// Always a value.
    pub(crate) a: Factor,
    pub(crate) b: Factor,
}

impl Reduce {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        [&self.a, &self.b]
            .into_iter()
            .filter_map(|f| match f {
                Factor::Value { value, .. } => Some(*value),
                _ => None,
            })
            .collect()
    }
}

/// Steps swept at a time, so that all summands of a sweep stay in the first
/// level of cache.
const CHUNK: usize = 8;

/// A factor with all its elements, read over a range of steps.
trait Operand {
    /// One element over the range.
    type Item<'a>: Readable
    where
        Self: 'a;
    fn at(&self, r: usize, steps: Range<usize>) -> Self::Item<'_>;
}

/// Numbers readable by their position in the flat range.
trait Readable: Copy {
    fn get(&self, i: usize) -> f64;
}

impl Readable for &[f64] {
    #[inline(always)]
    fn get(&self, i: usize) -> f64 {
        self[i]
    }
}

impl Readable for f64 {
    #[inline(always)]
    fn get(&self, _: usize) -> f64 {
        *self
    }
}

/// A value that varies in time, with the steps of a series.
struct SeriesOf<'a>(&'a [Row], &'a [u32], usize);
/// Numbers that vary neither in time nor between draws.
struct NumberOf<'a>(&'a [f64], &'a [u32]);
/// No second factor.
struct Ones;

impl Operand for SeriesOf<'_> {
    type Item<'a>
        = &'a [f64]
    where
        Self: 'a;
    #[inline(always)]
    fn at(&self, r: usize, steps: Range<usize>) -> &[f64] {
        let start = self.1[r] as usize * self.2;
        self.0[start + steps.start..start + steps.end].as_flattened()
    }
}

impl Operand for NumberOf<'_> {
    type Item<'a>
        = f64
    where
        Self: 'a;
    #[inline(always)]
    fn at(&self, r: usize, _: Range<usize>) -> f64 {
        self.0[self.1[r] as usize]
    }
}

impl Operand for Ones {
    type Item<'a>
        = f64
    where
        Self: 'a;
    #[inline(always)]
    fn at(&self, _: usize, _: Range<usize>) -> f64 {
        1.0
    }
}

/// Adds the products of some pairs of factors in one pass.
#[inline(always)]
fn add<const N: usize, A: Readable, B: Readable>(out: &mut [f64], a: [A; N], b: [B; N]) {
    for (i, sum) in out.iter_mut().enumerate() {
        let mut s = *sum;
        for j in 0..N {
            s += a[j].get(i) * b[j].get(i);
        }
        *sum = s;
    }
}

/// Adds the products of N pairs from r on; the position after them.
#[inline(always)]
fn add_at<const N: usize, A: Operand, B: Operand>(
    out: &mut [f64],
    (a, b): (&A, &B),
    steps: Range<usize>,
    r: usize,
) -> usize {
    let (mut x, mut y) = ([a.at(r, steps.clone()); N], [b.at(r, steps.clone()); N]);
    for j in 1..N {
        x[j] = a.at(r + j, steps.clone());
        y[j] = b.at(r + j, steps.clone());
    }
    add(out, x, y);
    r + N
}

impl Reduce {
    #[inline(always)]
    fn sweep<A: Operand, B: Operand>(
        &self,
        (out, rows): (&mut [Row], usize),
        span: Range<usize>,
        a: A,
        b: B,
    ) {
        let (mut first, end) = (span.start, span.end);
        while first < end {
            let last = if first + CHUNK < end { first + CHUNK } else { end };
            for e in 0..self.elements {
                let out = out[e * rows + first..e * rows + last].as_flattened_mut();
                out.fill(0.0);
                let (mut r, end) = (self.summands[e] as usize, self.summands[e + 1] as usize);
                while r + 8 <= end {
                    r = add_at::<8, A, B>(out, (&a, &b), first..last, r);
                }
                while r + 4 <= end {
                    r = add_at::<4, A, B>(out, (&a, &b), first..last, r);
                }
                while r < end {
                    r = add_at::<1, A, B>(out, (&a, &b), first..last, r);
                }
            }
            first = last;
        }
    }
}

impl Reduce {
    /// As `sweep`, with a second factor that does not vary in time.
    #[inline(always)]
    fn by_row(&self, out: &mut [Row], span: Range<usize>, a: SeriesOf, b: &[Row], map: &[u32]) {
        let rows = a.2;
        let series = |r: usize| &a.0[a.1[r] as usize * rows..][span.clone()];
        let row = |r: usize| b[map[r] as usize];
        for e in 0..self.elements {
            let out = &mut out[e * rows + span.start..e * rows + span.end];
            out.fill([0.0; LANES]);
            let (mut r, end) = (self.summands[e] as usize, self.summands[e + 1] as usize);
            while r + 4 <= end {
                let x = [series(r), series(r + 1), series(r + 2), series(r + 3)];
                let y = [row(r), row(r + 1), row(r + 2), row(r + 3)];
                let x = x[0].iter().zip(x[1]).zip(x[2]).zip(x[3]);
                for (out, (((x0, x1), x2), x3)) in out.iter_mut().zip(x) {
                    let (mut sum, x0, x1, x2, x3) = (*out, *x0, *x1, *x2, *x3);
                    for l in 0..LANES {
                        sum[l] = sum[l]
                            + x0[l] * y[0][l]
                            + x1[l] * y[1][l]
                            + x2[l] * y[2][l]
                            + x3[l] * y[3][l];
                    }
                    *out = sum;
                    keep_rows_apart();
                }
                r += 4;
            }
            while r < end {
                let y = row(r);
                for (out, x) in out.iter_mut().zip(series(r)) {
                    let (mut sum, x) = (*out, *x);
                    for l in 0..LANES {
                        sum[l] += x[l] * y[l];
                    }
                    *out = sum;
                    keep_rows_apart();
                }
                r += 1;
            }
        }
    }
}

impl Kernel for Reduce {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let rows = if self.timed { ctx.steps } else { 1 };
        let span = if self.timed { ctx.from..ctx.to } else { 0..1 };
        let out = &mut outs[0][..];
        let Factor::Value { value, map, timed } = &self.a else { return };
        let [spread_a, spread_b, ..] = &mut scratch.buffers;
        let spread = (rows, span.clone());
        let a = over_time(inputs.rows(*value), *timed, spread, self.source_elements, spread_a);
        let a = SeriesOf(a, map, rows);
        match &self.b {
            Factor::One => self.sweep((out, rows), span, a, Ones),
            Factor::Value { value, map, timed: false } if rows > 1 => {
                self.by_row(out, span, a, inputs.rows(*value), map);
            }
            Factor::Value { value, map, .. } => {
                self.sweep((out, rows), span, a, SeriesOf(inputs.rows(*value), map, rows));
            }
            Factor::Table { table, map, timed: false } => {
                self.sweep((out, rows), span, a, NumberOf(table, map));
            }
            Factor::Table { table, map, timed: true } => {
                spread_b.set_len(table.len());
                for (series, table) in spread_b.chunks_mut(rows).zip(table.chunks(rows)) {
                    for (row, x) in series[span.clone()].iter_mut().zip(&table[span.clone()]) {
                        *row = [*x; LANES];
                    }
                }
                self.sweep((out, rows), span, a, SeriesOf(spread_b, map, rows));
            }
        }
    }
}

/// The value as it is if it varies in time, else repeated for every step asked
/// for of series of so many rows.
#[inline(always)]
fn over_time<'a>(
    value: &'a [Row],
    timed: bool,
    (rows, span): (usize, Range<usize>),
    elements: usize,
    buffer: &'a mut Rows,
) -> &'a [Row] {
    if timed || rows == 1 {
        return value;
    }
    buffer.set_len(elements * rows);
    for (series, row) in buffer.chunks_mut(rows).zip(value) {
        series[span.clone()].fill(*row);
    }
    buffer
}
