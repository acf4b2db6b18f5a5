//! Inflow-driven cohort stocks: the convolution of inflow with a table by age.

use super::Kernel;
use super::far::Far;
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

/// out(t) = Σ_{c≤t} x(c)·table(t−c), per element (E11).
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
        let [kernel, inflow, ..] = &mut scratch.buffers;
        let mut far = Far::new(steps, [kernel, inflow]);
        let mut known = None;
        for (e, element) in self.map.iter().enumerate() {
            let at = e * steps..(e + 1) * steps;
            let rows = &mut outs[0][at.clone()];
            match &self.input {
                Inflow::Table { table: x, timed: true } => {
                    for (row, x) in rows.iter_mut().zip(&x[at.clone()]) {
                        *row = [*x; LANES];
                    }
                }
                Inflow::Table { table: x, timed: false } => rows.fill([x[e]; LANES]),
                Inflow::Value { value, timed: false } => rows.fill(inputs.rows(*value)[e]),
                Inflow::Value { value, timed: true } if ctx.within_loop => {
                    let origin = ctx.zeros.get(e).copied().unwrap_or(0);
                    let table = inputs.series(self.table, *element as usize, steps);
                    let x = &inputs.rows(*value)[at];
                    convolve_window(ctx.from..ctx.to, origin, x, table, rows);
                    continue;
                }
                Inflow::Value { value, timed: true } => {
                    // It may have left its place to the output.
                    if let Some(x) = inputs.rows(*value).get(at.clone()) {
                        rows.copy_from_slice(x);
                    }
                }
            }
            if let Some(past) = ctx.past {
                rows[..ctx.from].copy_from_slice(&inputs.rows(past)[at][..ctx.from]);
            }
            let table = inputs.series(self.table, *element as usize, steps);
            if known.replace(*element) != Some(*element) {
                far.set_kernel(table);
            }
            let origin = ctx.zeros.get(e).copied().unwrap_or(0);
            convolve_in_place((ctx.from, origin), rows, table, &mut far);
        }
    }
}

/// Some outputs, one by one: within a loop, later inputs are not known yet. The
/// sums are in the order of the tiles, so the bits are the same.
#[inline(always)]
fn convolve_window(window: Range<usize>, origin: usize, x: &[Row], f: &[Row], out: &mut [Row]) {
    for t in window {
        out[t] = if t < origin { [0.0; LANES] } else { single(&x[..=t], f, origin) };
    }
}

/// x(t) becomes Σ_{c≤t} x(c)·f(t−c) for x that is zero before step `origin`;
/// what stands before step `from` is left open. Sums are in the order of c;
/// over a long horizon what blocks of steps give to later ones comes last.
#[inline(always)]
fn convolve_in_place((from, origin): (usize, usize), x: &mut [Row], f: &[Row], far: &mut Far) {
    let block = far.block();
    let first = origin / block;
    far.set_inflow(x, first);
    for (k, rows) in x.chunks_mut(block).enumerate() {
        let within = |step: usize| {
            let step = step.saturating_sub(k * block);
            if step < rows.len() { step } else { rows.len() }
        };
        let (from, origin) = (within(from), within(origin));
        convolve_block((from, origin), rows, f);
        if k > first && from < rows.len() {
            far.add_outputs(k, rows);
        }
    }
}

/// As [`convolve_in_place`], directly. The last outputs come first: none needs
/// an input that has been written over.
#[inline(always)]
fn convolve_block((from, origin): (usize, usize), x: &mut [Row], f: &[Row]) {
    let from = if origin > from {
        x[from..origin].fill([0.0; LANES]);
        origin
    } else {
        from
    };
    let first = x.len() % 4;
    let mut end = x.len();
    while end > first && end > from {
        let (before, rows) = x.split_at_mut(end - 4);
        if let Some(rows) = rows.first_chunk_mut() {
            *rows = tile(before, rows, f, origin);
        }
        end -= 4;
    }
    for t in (from..first).rev() {
        x[t] = single(&x[..=t], f, origin);
    }
}

/// out(t) = Σ_{c≤t} x(c)·f(t−c), in the order of c.
#[inline(always)]
pub(crate) fn convolve(x: &[Row], f: &[Row], out: &mut [Row]) {
    convolve_within(x, f, out, usize::MAX);
}

/// As [`convolve`], for f that is zero from age `width` on, with the same bits.
#[inline(always)]
pub(crate) fn convolve_within(x: &[Row], f: &[Row], out: &mut [Row], width: usize) {
    let (rest, tiles) = out.as_rchunks_mut::<4>();
    let first = rest.len();
    for (t, row) in rest.iter_mut().enumerate() {
        *row = single(&x[..=t], f, 0);
    }
    for (i, rows) in tiles.iter_mut().enumerate() {
        let (before, now) = x.split_at(first + 4 * i);
        // The first input that the tile's first output still needs.
        let needed = (before.len() + 1).saturating_sub(width);
        if let Some(now) = now.first_chunk() {
            *rows = tile(before, now, f, needed);
        }
    }
}

/// The last output that some inputs, from the one at `needed` on, give.
#[inline(always)]
fn single(x: &[Row], f: &[Row], needed: usize) -> Row {
    let mut sum = [0.0; LANES];
    let aged = f[..x.len() - needed].iter().rev();
    for (x, f) in x[needed..].iter().zip(aged) {
        for l in 0..LANES {
            sum[l] += x[l] * f[l];
        }
    }
    sum
}

/// The next four outputs, from the inputs before them, of which those before
/// `needed` are not, and from their own: inputs that fill no tile of four come
/// first, one by one.
#[inline(always)]
fn tile(before: &[Row], now: &[Row; 4], f: &[Row], needed: usize) -> [Row; 4] {
    let mut sum = [[0.0; LANES]; 4];
    let t = before.len();
    let first = t % 4;
    for c in needed..first {
        if let Some(f) = f[t - c..].first_chunk() {
            tile4x1(&mut sum, &before[c], f);
        }
    }
    let skipped = needed.saturating_sub(first) / 4 * 4;
    for c in (first + skipped..t).step_by(4) {
        if let (Some(x), Some(f)) = (before[c..].first_chunk(), f[t - c - 3..].first_chunk()) {
            tile4x4(&mut sum, x, f);
        }
    }
    if let Some(f) = f.first_chunk() {
        diagonal(&mut sum, now, f);
    }
    sum
}

/// Four outputs by one input: sumᵢ += x·f(i).
#[inline(always)]
fn tile4x1(sum: &mut [Row; 4], x: &Row, f: &[Row; 4]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let x = x[l];
        s0[l] += x * f[0][l];
        s1[l] += x * f[1][l];
        s2[l] += x * f[2][l];
        s3[l] += x * f[3][l];
    }
}

/// Four outputs by four inputs: sumᵢ += Σⱼ xⱼ·f(3 + i − j).
#[inline(always)]
fn tile4x4(sum: &mut [Row; 4], x: &[Row; 4], f: &[Row; 7]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let (x0, x1, x2, x3) = (x[0][l], x[1][l], x[2][l], x[3][l]);
        s0[l] = s0[l] + x0 * f[3][l] + x1 * f[2][l] + x2 * f[1][l] + x3 * f[0][l];
        s1[l] = s1[l] + x0 * f[4][l] + x1 * f[3][l] + x2 * f[2][l] + x3 * f[1][l];
        s2[l] = s2[l] + x0 * f[5][l] + x1 * f[4][l] + x2 * f[3][l] + x3 * f[2][l];
        s3[l] = s3[l] + x0 * f[6][l] + x1 * f[5][l] + x2 * f[4][l] + x3 * f[3][l];
    }
}

/// Four outputs by the inputs of the same steps: sumᵢ += Σ_{j≤i} xⱼ·f(i − j).
#[inline(always)]
fn diagonal(sum: &mut [Row; 4], x: &[Row; 4], f: &[Row; 4]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let (x0, x1, x2, x3) = (x[0][l], x[1][l], x[2][l], x[3][l]);
        s0[l] += x0 * f[0][l];
        s1[l] = s1[l] + x0 * f[1][l] + x1 * f[0][l];
        s2[l] = s2[l] + x0 * f[2][l] + x1 * f[1][l] + x2 * f[0][l];
        s3[l] = s3[l] + x0 * f[3][l] + x1 * f[2][l] + x2 * f[1][l] + x3 * f[0][l];
    }
}

#[cfg(test)]
mod tests {
    use super::super::far::LONG;
    use super::*;
    use crate::engine::Rows;
    use proptest::prelude::*;

    fn rows(n: usize, seed: u64, zeros: usize) -> Rows {
        let mut state = seed;
        let mut rows = Rows::new(n);
        for row in rows.iter_mut().skip(zeros) {
            for x in row {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                *x = (state >> 11) as f64 / (1u64 << 53) as f64;
            }
        }
        rows
    }

    /// The largest distance, relative to the largest magnitude.
    fn distance(a: &[Row], b: &[Row]) -> f64 {
        let pairs = || a.as_flattened().iter().zip(b.as_flattened());
        let largest = pairs().fold(0.0, |m, (_, b)| if b.abs() > m { b.abs() } else { m });
        pairs().fold(0.0, |m, (a, b)| if (a - b).abs() > m { (a - b).abs() } else { m }) / largest
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn long_horizons_are_those_of_the_direct_sum(
            steps in LONG..LONG + 200,
            from in 0usize..LONG,
            origin in 0usize..LONG,
            seed in any::<u64>(),
        ) {
            let x = rows(steps, seed, origin);
            let f = rows(steps, !seed, 0);
            let (mut long, mut direct) = (x.clone(), x);
            let [mut kernel, mut inflow] = <[Rows; 2]>::default();
            let mut far = Far::new(steps, [&mut kernel, &mut inflow]);
            // Another kernel and inflow before, as another element may have.
            far.set_kernel(&rows(steps, seed ^ 1, 0));
            far.set_inflow(&rows(steps, seed ^ 2, 0), 0);
            far.set_kernel(&f);
            convolve_in_place((from, origin), &mut long, &f, &mut far);
            convolve_block((from, origin), &mut direct, &f);
            prop_assert!(distance(&long[from..], &direct[from..]) < 1e-14);
            // Of the first block that anything enters.
            let exact = (origin / 64 * 64 + 64).clamp(from, steps);
            prop_assert_eq!(&long[from..exact], &direct[from..exact]);
            let zero = if origin > from { origin } else { from };
            prop_assert!(long[from..zero].iter().all(|row| *row == [0.0; LANES]));
        }
    }

    #[test]
    fn short_horizons_are_computed_directly_and_draws_stay_apart() {
        let run = |steps: usize, x: &Rows| {
            let f = rows(steps, 2, 0);
            let (mut long, mut direct) = (x.clone(), x.clone());
            let [mut kernel, mut inflow] = <[Rows; 2]>::default();
            let mut far = Far::new(steps, [&mut kernel, &mut inflow]);
            far.set_kernel(&f);
            convolve_in_place((0, 0), &mut long, &f, &mut far);
            convolve_block((0, 0), &mut direct, &f);
            (long, direct)
        };
        let (long, direct) = run(LONG - 1, &rows(LONG - 1, 1, 0));
        assert_eq!(long[..], direct[..]);
        // From here on in blocks, which rounds otherwise.
        let mut x = rows(LONG, 1, 0);
        let (long, direct) = run(LONG, &x);
        assert_ne!(long[..], direct[..]);
        for row in x.iter_mut() {
            row[3] = f64::NAN;
        }
        for (row, alone) in run(LONG, &x).0.iter().zip(long.iter()) {
            assert!(row[3].is_nan());
            assert!((0..LANES).all(|l| l == 3 || row[l] == alone[l]));
        }
    }
}
