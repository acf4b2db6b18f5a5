//! Random input: static parameters and white noise.

use super::Kernel;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::LANES;
use crate::maths;
use crate::sampling::{StreamKey, uniform_row, uniform_row_pair};
use crate::uncertainty::Distribution;

/// One number per element and draw, from the element's own stream at step 0.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) elements: Vec<(StreamKey, Distribution)>,
}

impl Draw {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl Kernel for Draw {
    #[inline(always)]
    fn run(&self, outs: &mut [Rows], _: Inputs, _: &mut Scratch, ctx: &Context) {
        let mut u = [0.0; LANES];
        for ((key, law), out) in self.elements.iter().zip(outs[0].iter_mut()) {
            if ctx.central {
                *out = [law.central(); LANES];
            } else if let Some(given) = ctx.given.filter(|g| g.has(*key)) {
                given.row(*key, ctx, 1, 0, out);
            } else {
                uniform_row(ctx.seed, *key, ctx.first_draw, 0, &mut u);
                law.quantile_row(&u, out);
            }
        }
    }
}

/// Independent standard normals, one per element, step and draw.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    pub(crate) elements: Vec<StreamKey>,
}

impl Noise {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        Vec::new()
    }
}

impl Kernel for Noise {
    #[inline(always)]
    fn run(&self, outs: &mut [Rows], _: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [uniforms, buffer, ..] = &mut scratch.buffers;
        uniforms.set_len(steps + 1);
        buffer.set_len(steps);
        for (e, key) in self.elements.iter().enumerate() {
            let out = &mut outs[0][e * steps..(e + 1) * steps];
            if ctx.central {
                out.fill([0.0; LANES]);
            } else if let Some(given) = ctx.given.filter(|g| g.has(*key)) {
                for (t, row) in out.iter_mut().enumerate() {
                    given.row(*key, ctx, steps, t, row);
                }
            } else {
                // One block of the generator serves two steps.
                for (pair, rows) in uniforms.chunks_exact_mut(2).enumerate() {
                    let [even, odd] = rows else { continue };
                    uniform_row_pair(ctx.seed, *key, ctx.first_draw, pair as u32, even, odd);
                }
                maths::normal_quantiles(
                    uniforms[..steps].as_flattened(),
                    out.as_flattened_mut(),
                    buffer[..steps].as_flattened_mut(),
                );
            }
        }
    }
}
