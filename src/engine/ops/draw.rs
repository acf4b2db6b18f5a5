//! Random input: static parameters, white noise and chances.

use super::Kernel;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value, supplied_row};
use crate::lanes::{LANES, Row};
use crate::maths;
use crate::sampling::{StreamKey, uniform_row, uniform_row_pair};
use crate::uncertainty::Distribution;

/// A stream that is mixed from several: their keys and weights; empty for one
/// that is its own.
pub(crate) type Blend = Vec<(StreamKey, f64)>;

/// Blocks drawn at a time: the table of a slow quantile function is then read
/// several times while it is in the cache.
const GROUP: usize = 4;

/// One number per element and draw, from the element's own stream at step 0.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) elements: Vec<(StreamKey, Distribution)>,
    pub(crate) blends: Vec<Blend>,
    /// Which of the arena's groups is this operation's.
    pub(crate) group: usize,
}

/// The numbers of a group of blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// The first draw; none as long as nothing has been drawn.
    first: Option<u32>,
    /// `[element][block]`.
    rows: Rows,
}

impl Group {
    /// The block of the group that begins with that draw, if it has one.
    fn block(&self, draw: u32) -> Option<usize> {
        let after = draw.checked_sub(self.first?)? as usize;
        (after < GROUP * LANES && after.is_multiple_of(LANES)).then_some(after / LANES)
    }
}

impl Draw {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        Vec::new()
    }

    /// The rows of a group.
    pub(crate) fn rows(&self) -> usize {
        self.elements.len() * GROUP
    }

    /// Fills a group of blocks from the one at hand on: what is supplied, else
    /// what is drawn, unless it is frozen.
    #[inline(always)]
    fn fill(&self, group: &mut Group, ctx: &Context) {
        group.first = Some(ctx.first_draw);
        group.rows.set_len(self.rows());
        let elements = self.elements.iter().zip(&self.blends);
        for (((key, law), blend), rows) in elements.zip(group.rows.chunks_exact_mut(GROUP)) {
            let given = ctx.given.and_then(|given| given.column(*key, Some(law)));
            let mut u = [[0.0; LANES]; GROUP];
            for (block, (u, out)) in u.iter_mut().zip(&mut *rows).enumerate() {
                let first_draw = ctx.first_draw.wrapping_add((block * LANES) as u32);
                let ctx = &Context { first_draw, ..*ctx };
                if let Some(column) = given {
                    supplied_row(column, ctx, 1, 0, out);
                } else if ctx.frozen.parameters {
                    *out = [law.central(); LANES];
                } else if blend.is_empty() {
                    uniforms(*key, ctx, u);
                } else {
                    blended(*key, blend, ctx, u);
                }
            }
            if given.is_some() || ctx.frozen.parameters {
                continue;
            }
            match ctx.source {
                None => law.quantile_rows(&u, rows),
                Some(_) => {
                    for (u, out) in u.iter().zip(rows) {
                        designed(law, u, out);
                    }
                }
            }
        }
    }
}

/// The uniforms of a static stream; where a design asks for the central value,
/// not a number.
#[inline(always)]
fn uniforms(key: StreamKey, ctx: &Context, u: &mut Row) {
    match ctx.source {
        None => uniform_row(ctx.seed, key, ctx.first_draw, 0, u),
        Some(source) => source.row(ctx.seed, key, ctx.first_draw, u),
    }
}

/// The uniforms of a mixed static stream: u = Φ(Σ wⱼ·Φ⁻¹(uⱼ)). Where a design
/// holds one of the others at its central value, the stream is left alone.
#[inline(always)]
fn blended(key: StreamKey, blend: &Blend, ctx: &Context, u: &mut Row) {
    let mut own = [0.0; LANES];
    uniforms(key, ctx, &mut own);
    let (mut z, mut sum) = ([0.0; LANES], [0.0; LANES]);
    for (key, weight) in blend {
        uniforms(*key, ctx, u);
        maths::normal_quantile_row(u, &mut z);
        for l in 0..LANES {
            sum[l] += if u[l].is_nan() { f64::NAN } else { weight * z[l] };
        }
    }
    for l in 0..LANES {
        // Where Φ is 0 or 1 to rounding, the outermost uniform there is.
        let edge = 0.5 * f64::EPSILON;
        let mixed = maths::clamp(maths::normal_cdf(sum[l]), edge, 1.0 - edge);
        u[l] = if own[l].is_nan() || sum[l].is_nan() { own[l] } else { mixed };
    }
}

/// The values at uniforms of a design, some of which ask for the central value.
#[inline(always)]
fn designed(law: &Distribution, u: &Row, out: &mut Row) {
    let mut inner = [0.0; LANES];
    for l in 0..LANES {
        inner[l] = if u[l].is_nan() { 0.5 } else { u[l] };
    }
    law.quantile_row(&inner, out);
    for l in 0..LANES {
        out[l] = if u[l].is_nan() { law.central() } else { out[l] };
    }
}

impl Kernel for Draw {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], _: Inputs, scratch: &mut Scratch, ctx: &Context) {
        if ctx.central {
            for ((_, law), out) in self.elements.iter().zip(outs[0].iter_mut()) {
                *out = [law.central(); LANES];
            }
            return;
        }
        let group = &mut scratch.groups[self.group];
        // Not in a closure, which would not be compiled for the instruction set.
        let block = match group.block(ctx.first_draw) {
            Some(block) => block,
            None => {
                self.fill(group, ctx);
                0
            }
        };
        for (out, rows) in outs[0].iter_mut().zip(group.rows.chunks_exact(GROUP)) {
            *out = rows[block];
        }
    }
}

/// What a stream delivers per element, step and draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum White {
    /// Independent standard normals; zero in the central case.
    Normal,
    /// Independent uniforms; one in the central case.
    Uniform,
}

impl White {
    /// In the central case.
    fn central(self) -> f64 {
        match self {
            Self::Normal => 0.0,
            Self::Uniform => 1.0,
        }
    }
}

/// Independent numbers, one per element, step and draw.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    pub(crate) elements: Vec<StreamKey>,
    pub(crate) blends: Vec<Blend>,
    pub(crate) white: White,
}

impl Noise {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        Vec::new()
    }
}

/// The uniforms of a stream for all steps (and one more, if they are odd).
#[inline(always)]
fn uniform_series(key: StreamKey, ctx: &Context, uniforms: &mut Rows) {
    uniforms.set_len(ctx.steps + 1);
    // One block of the generator serves two steps.
    for (pair, rows) in uniforms.chunks_exact_mut(2).enumerate() {
        let [even, odd] = rows else { continue };
        uniform_row_pair(ctx.seed, key, ctx.first_draw, pair as u32, even, odd);
    }
}

/// Standard normals of a stream for all steps.
#[inline(always)]
fn normal_series(
    key: StreamKey,
    ctx: &Context,
    uniforms: &mut Rows,
    buffer: &mut Rows,
    out: &mut [Row],
) {
    uniform_series(key, ctx, uniforms);
    buffer.set_len(ctx.steps);
    maths::normal_quantiles(
        uniforms[..ctx.steps].as_flattened(),
        out.as_flattened_mut(),
        buffer[..ctx.steps].as_flattened_mut(),
    );
}

impl Kernel for Noise {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], _: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [uniforms, buffer, part, ..] = &mut scratch.buffers;
        for (e, (key, blend)) in self.elements.iter().zip(&self.blends).enumerate() {
            let out = &mut outs[0][e * steps..(e + 1) * steps];
            if ctx.central {
                out.fill([self.white.central(); LANES]);
            } else if let Some(column) = ctx.given.and_then(|g| g.column(*key, None)) {
                for (t, row) in out.iter_mut().enumerate() {
                    supplied_row(column, ctx, steps, t, row);
                }
            } else if ctx.frozen.noise {
                out.fill([self.white.central(); LANES]);
            } else if self.white == White::Uniform {
                uniform_series(*key, ctx, uniforms);
                out.copy_from_slice(&uniforms[..steps]);
            } else if blend.is_empty() {
                normal_series(*key, ctx, uniforms, buffer, out);
            } else {
                // e = Σ wⱼ·zⱼ
                out.fill([0.0; LANES]);
                part.set_len(steps);
                for (key, weight) in blend {
                    normal_series(*key, ctx, uniforms, buffer, &mut part[..steps]);
                    for (sum, z) in out.iter_mut().zip(part.iter()) {
                        for l in 0..LANES {
                            sum[l] += weight * z[l];
                        }
                    }
                }
            }
        }
    }
}
