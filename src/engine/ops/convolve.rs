//! Inflow-driven cohort stocks: the convolution of inflow with a table by age.

use super::Kernel;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row};
use std::sync::Arc;

/// out(t) = Σ_{c≤t} x(c)·table(t−c), per element.
#[derive(Clone, Debug)]
pub(crate) struct Convolve {
    pub(crate) input: Value,
    pub(crate) timed: bool,
    pub(crate) table: Value,
    /// For each element of the input, the element of the table.
    pub(crate) map: Arc<[u32]>,
}

impl Convolve {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.input, self.table]
    }

    /// An input whose slot the output may take: each of its elements is copied
    /// before the output's is written.
    pub(crate) fn replaces(&self) -> Option<Value> {
        (self.timed && self.input != self.table).then_some(self.input)
    }
}

impl Kernel for Convolve {
    #[inline(always)]
    fn run(&self, outs: &mut [Rows], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let [ages, series, ..] = &mut scratch.buffers;
        let steps = ctx.steps;
        let mut loaded = None;
        for (e, table) in self.map.iter().enumerate() {
            if loaded != Some(*table) {
                load_ages(inputs.series(self.table, *table as usize, steps), ages);
                loaded = Some(*table);
            }
            let input = inputs.rows(self.input);
            let out = &mut outs[0][e * steps..(e + 1) * steps];
            let x = if !self.timed {
                series.set_len(steps);
                series.fill(input[e]);
                &series[..]
            } else if input.is_empty() {
                // It has left its slot to the output.
                series.set_len(steps);
                series.copy_from_slice(out);
                &series[..]
            } else {
                &input[e * steps..(e + 1) * steps]
            };
            convolve(x, ages, out);
        }
    }
}

/// Rows of zeros before age zero, so that tiles may reach over the diagonal.
pub(crate) const LEAD: usize = 3;

/// Copies a table by age into `buffer`, after `LEAD` rows of zeros.
#[inline(always)]
pub(crate) fn load_ages(table: &[Row], buffer: &mut Rows) {
    buffer.set_len(LEAD + table.len());
    buffer[..LEAD].fill([0.0; LANES]);
    buffer[LEAD..].copy_from_slice(table);
}

/// out(t) = Σ_{c≤t} x(c)·table(t−c), in tiles of four outputs by four inputs;
/// outputs that fill no tile one by one, with the same bits. `ages` comes
/// from [`load_ages`].
#[inline(always)]
pub(crate) fn convolve(x: &[Row], ages: &[Row], out: &mut [Row]) {
    let (tiles, rest) = out.as_chunks_mut::<4>();
    let first_of_rest = 4 * tiles.len();
    for (tile, rows) in tiles.iter_mut().enumerate() {
        let t = 4 * tile;
        let mut sum = [[0.0; LANES]; 4];
        for c in (0..=t).step_by(4) {
            // f[i] holds age t − c − LEAD + i
            if let (Some(x), Some(f)) = (x[c..].first_chunk(), ages[t - c..].first_chunk()) {
                tile4(&mut sum, x, f);
            }
        }
        *rows = sum;
    }
    for (t, row) in (first_of_rest..).zip(rest) {
        let mut sum = [0.0; LANES];
        for (x, f) in x[..=t].iter().zip(ages[LEAD..=LEAD + t].iter().rev()) {
            for l in 0..LANES {
                sum[l] += x[l] * f[l];
            }
        }
        *row = sum;
    }
}

/// Four outputs by four inputs: sumᵢ += Σⱼ xⱼ·f(i − j).
#[inline(always)]
fn tile4(sum: &mut [Row; 4], x: &[Row; 4], f: &[Row; 7]) {
    let [s0, s1, s2, s3] = sum;
    for l in 0..LANES {
        let (x0, x1, x2, x3) = (x[0][l], x[1][l], x[2][l], x[3][l]);
        s0[l] = s0[l] + x0 * f[3][l] + x1 * f[2][l] + x2 * f[1][l] + x3 * f[0][l];
        s1[l] = s1[l] + x0 * f[4][l] + x1 * f[3][l] + x2 * f[2][l] + x3 * f[1][l];
        s2[l] = s2[l] + x0 * f[5][l] + x1 * f[4][l] + x2 * f[3][l] + x3 * f[2][l];
        s3[l] = s3[l] + x0 * f[6][l] + x1 * f[5][l] + x2 * f[4][l] + x3 * f[3][l];
    }
}
