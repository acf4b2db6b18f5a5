//! Inflow-driven cohort stocks: the convolution of inflow with a table by age.

use super::Kernel;
use crate::engine::List;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row};
use std::ops::Range;
use std::sync::Arc;

/// What enters, by element and step.
#[derive(Clone, Debug)]
pub(crate) enum Inflow {
    Value {
        value: Value,
        timed: bool,
    },
    /// Numbers that no draw changes, `[element][step or one]`.
    Table {
        table: Arc<[f64]>,
        timed: bool,
    },
}

/// out(t) = Σ_{c≤t} x(c)·table(t−c), per element.
#[derive(Clone, Debug)]
pub(crate) struct Convolve {
    pub(crate) input: Inflow,
    pub(crate) table: Value,
    /// For each element of the input, the element of the table.
    pub(crate) map: List,
}

impl Convolve {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        match self.input {
            Inflow::Value { value, .. } => vec![value, self.table],
            Inflow::Table { .. } => vec![self.table],
        }
    }

    /// An input whose place the output may take: each of its elements is copied
    /// before the output's is written.
    pub(crate) fn replaces(&self) -> Option<Value> {
        match self.input {
            Inflow::Value { value, timed: true } if value != self.table => Some(value),
            _ => None,
        }
    }
}

impl Kernel for Convolve {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [series, ..] = &mut scratch.buffers;
        series.set_len(steps);
        for (e, table) in self.map.iter().enumerate() {
            let table = inputs.series(self.table, *table as usize, steps);
            let at = e * steps..(e + 1) * steps;
            let out = &mut outs[0][at.clone()];
            let zero = ctx.zeros.get(e).copied().unwrap_or(0);
            match &self.input {
                Inflow::Table { table: x, timed: true } => {
                    convolve_from((ctx.from, zero), &x[at], table, out, usize::MAX);
                }
                Inflow::Table { table: x, timed: false } => {
                    series.fill([x[e]; LANES]);
                    convolve_from((ctx.from, zero), series, table, out, usize::MAX);
                }
                Inflow::Value { value, timed } => {
                    let input = inputs.rows(*value);
                    if *timed && ctx.to < steps {
                        convolve_window(ctx.from..ctx.to, zero, &input[at], table, out);
                        continue;
                    }
                    let past = ctx.past.map(|past| &inputs.rows(past)[at.clone()][..ctx.from]);
                    let x = if *timed && past.is_none() && !input.is_empty() {
                        &input[at]
                    } else {
                        if !timed {
                            series.fill(input[e]);
                        } else if input.is_empty() {
                            // It has left its place to the output.
                            series.copy_from_slice(out);
                        } else {
                            series.copy_from_slice(&input[at]);
                        }
                        if let Some(past) = past {
                            series[..ctx.from].copy_from_slice(past);
                        }
                        &series[..]
                    };
                    convolve_from((ctx.from, zero), x, table, out, usize::MAX);
                }
            }
        }
    }
}

/// Some outputs, one by one: within a loop, later inputs are not known yet. The
/// sums are in the order of the tiles, so the bits are the same.
#[inline(always)]
fn convolve_window(window: Range<usize>, origin: usize, x: &[Row], table: &[Row], out: &mut [Row]) {
    for t in window {
        out[t] = if t < origin { [0.0; LANES] } else { one_output(t, origin, x, table) };
    }
}

/// Σ_{origin≤c≤t} x(c)·f(t−c), in the order of c.
#[inline(always)]
fn one_output<X: Entry>(t: usize, origin: usize, x: &[X], f: &[Row]) -> Row {
    let mut sum = [0.0; LANES];
    for (x, f) in x[origin..=t].iter().zip(f[..=t - origin].iter().rev()) {
        for l in 0..LANES {
            sum[l] += x.lane(l) * f[l];
        }
    }
    sum
}

/// One step of a series: a number for each lane, or one for all.
pub(crate) trait Entry: Copy {
    fn lane(&self, l: usize) -> f64;
}

impl Entry for Row {
    #[inline(always)]
    fn lane(&self, l: usize) -> f64 {
        self[l]
    }
}

impl Entry for f64 {
    #[inline(always)]
    fn lane(&self, _: usize) -> f64 {
        *self
    }
}

/// out(t) = Σ_{c≤t} x(c)·f(t−c), in the order of c and in tiles of four
/// outputs by four inputs; outputs that fill no tile come first, one by one.
#[inline(always)]
pub(crate) fn convolve<X: Entry>(x: &[X], f: &[Row], out: &mut [Row]) {
    convolve_within(x, f, out, usize::MAX);
}

/// As [`convolve`], for f that is zero from age `width` on, with the same bits.
#[inline(always)]
pub(crate) fn convolve_within<X: Entry>(x: &[X], f: &[Row], out: &mut [Row], width: usize) {
    convolve_from((0, 0), x, f, out, width);
}

/// As [`convolve_within`], with the outputs before step `from` left open, for x
/// that is zero before step `origin`.
#[inline(always)]
fn convolve_from<X: Entry>(
    (from, origin): (usize, usize),
    x: &[X],
    f: &[Row],
    out: &mut [Row],
    width: usize,
) {
    if origin > from {
        out[from..origin].fill([0.0; LANES]);
    }
    let from = if origin > from { origin } else { from };
    let (rest, tiles) = out.as_rchunks_mut::<4>();
    let first = rest.len();
    let skipped = from.saturating_sub(first) / 4;
    for (t, row) in rest.iter_mut().enumerate().skip(from) {
        *row = one_output(t, origin, x, f);
    }
    for (tile, rows) in tiles[skipped..].iter_mut().enumerate() {
        let t = first + 4 * (skipped + tile);
        let mut sum = [[0.0; LANES]; 4];
        // The first input that the tile's first output still needs.
        let needed = (t + 1).saturating_sub(width);
        let needed = if origin > needed { origin } else { needed };
        for c in needed..first {
            if let Some(f) = f[t - c..].first_chunk() {
                tile4x1(&mut sum, &x[c], f);
            }
        }
        let skipped = needed.saturating_sub(first) / 4 * 4;
        for c in (first + skipped..t).step_by(4) {
            if let (Some(x), Some(f)) = (x[c..].first_chunk(), f[t - c - 3..].first_chunk()) {
                tile4x4(&mut sum, x, f);
            }
        }
        if let (Some(x), Some(f)) = (x[t..].first_chunk(), f.first_chunk()) {
            diagonal(&mut sum, x, f);
        }
        *rows = sum;
    }
}

/// Four outputs by one input: sumᵢ += x·f(i).
#[inline(always)]
fn tile4x1<X: Entry>(sum: &mut [Row; 4], x: &X, f: &[Row; 4]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let x = x.lane(l);
        s0[l] += x * f[0][l];
        s1[l] += x * f[1][l];
        s2[l] += x * f[2][l];
        s3[l] += x * f[3][l];
    }
}

/// Four outputs by four inputs: sumᵢ += Σⱼ xⱼ·f(3 + i − j).
#[inline(always)]
fn tile4x4<X: Entry>(sum: &mut [Row; 4], x: &[X; 4], f: &[Row; 7]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let (x0, x1, x2, x3) = (x[0].lane(l), x[1].lane(l), x[2].lane(l), x[3].lane(l));
        s0[l] = s0[l] + x0 * f[3][l] + x1 * f[2][l] + x2 * f[1][l] + x3 * f[0][l];
        s1[l] = s1[l] + x0 * f[4][l] + x1 * f[3][l] + x2 * f[2][l] + x3 * f[1][l];
        s2[l] = s2[l] + x0 * f[5][l] + x1 * f[4][l] + x2 * f[3][l] + x3 * f[2][l];
        s3[l] = s3[l] + x0 * f[6][l] + x1 * f[5][l] + x2 * f[4][l] + x3 * f[3][l];
    }
}

/// Four outputs by the inputs of the same steps: sumᵢ += Σ_{j≤i} xⱼ·f(i − j).
#[inline(always)]
fn diagonal<X: Entry>(sum: &mut [Row; 4], x: &[X; 4], f: &[Row; 4]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let (x0, x1, x2, x3) = (x[0].lane(l), x[1].lane(l), x[2].lane(l), x[3].lane(l));
        s0[l] += x0 * f[0][l];
        s1[l] = s1[l] + x0 * f[1][l] + x1 * f[0][l];
        s2[l] = s2[l] + x0 * f[2][l] + x1 * f[1][l] + x2 * f[0][l];
        s3[l] = s3[l] + x0 * f[3][l] + x1 * f[2][l] + x2 * f[1][l] + x3 * f[0][l];
    }
}
