//! Operations along time: autoregression, delays, single steps and
//! running sums.

use super::Kernel;
use crate::engine::List;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row};

/// xₜ = φ·xₜ₋₁ + √(1−φ²)·eₜ, with unit stationary variance.
#[derive(Clone, Debug)]
pub(crate) struct Ar1 {
    pub(crate) innovation: Value,
    pub(crate) persistence: Value,
    /// For each element, the element of the persistence.
    pub(crate) map: List,
    /// x₀ = e₀ instead of √(1−φ²)·e₀.
    pub(crate) stationary: bool,
}

impl Ar1 {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.innovation, self.persistence]
    }
}

impl Kernel for Ar1 {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        for e in 0..self.map.len() {
            let phi = inputs.rows(self.persistence)[self.map[e] as usize];
            let noise = inputs.series(self.innovation, e, ctx.steps);
            let out = &mut outs[0][e * ctx.steps..(e + 1) * ctx.steps];
            let mut scale = [0.0; LANES];
            for l in 0..LANES {
                scale[l] = (1.0 - phi[l] * phi[l]).sqrt();
            }
            let mut x = ctx.from.checked_sub(1).map_or([0.0; LANES], |before| out[before]);
            for (t, row) in out.iter_mut().enumerate().take(ctx.to).skip(ctx.from) {
                for l in 0..LANES {
                    // xₜ = φ·xₜ₋₁ + √(1−φ²)·eₜ
                    x[l] = phi[l] * x[l] + scale[l] * noise[t][l];
                }
                if t == 0 && self.stationary {
                    x = noise[0];
                }
                *row = x;
            }
        }
    }
}

/// Values side by side: each output element is an element of some value.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    /// For each output element: value, element, whether it varies in time.
    pub(crate) elements: Vec<(Value, u32, bool)>,
    pub(crate) timed: bool,
}

impl Stack {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        self.elements.iter().map(|e| e.0).collect()
    }
}

impl Kernel for Stack {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        let (rows, last) = if self.timed { (ctx.steps, ctx.to) } else { (1, 1) };
        let elements = self.elements.iter().zip(outs[0].chunks_mut(rows));
        for (e, ((value, element, timed), out)) in elements.enumerate() {
            let zero = ctx.zero(e, self.timed);
            let span = zero.end..last;
            out[zero].fill([0.0; LANES]);
            let out = &mut out[span.clone()];
            if *timed {
                out.copy_from_slice(&inputs.series(*value, *element as usize, rows)[span]);
            } else {
                out.fill(inputs.rows(*value)[*element as usize]);
            }
        }
    }
}

/// The running sum over time, per element.
#[derive(Clone, Debug)]
pub(crate) struct Cumulative {
    pub(crate) input: Value,
    pub(crate) timed: bool,
    pub(crate) elements: usize,
}

impl Cumulative {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.input]
    }
}

impl Kernel for Cumulative {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        let rows = if self.timed { ctx.steps } else { 1 };
        for e in 0..self.elements {
            let input = inputs.series(self.input, e, rows);
            let out = &mut outs[0][e * ctx.steps..(e + 1) * ctx.steps];
            let mut sum = ctx.before(inputs, e, out);
            for (t, row) in out.iter_mut().enumerate().take(ctx.to).skip(ctx.from) {
                let x = &input[if self.timed { t } else { 0 }];
                for l in 0..LANES {
                    sum[l] += x[l];
                }
                *row = sum;
            }
        }
    }
}

/// Elements of a series at one step.
#[derive(Clone, Debug)]
pub(crate) struct AtStep {
    pub(crate) input: Value,
    pub(crate) elements: List,
    pub(crate) step: usize,
}

impl AtStep {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.input]
    }
}

impl Kernel for AtStep {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        for (e, row) in self.elements.iter().zip(outs[0].iter_mut()) {
            *row = inputs.series(self.input, *e as usize, ctx.steps)[self.step];
        }
    }
}

/// The value some steps earlier, zero before the first step, per element.
#[derive(Clone, Debug)]
pub(crate) struct Delayed {
    pub(crate) input: Value,
    pub(crate) timed: bool,
    pub(crate) elements: usize,
    pub(crate) delay: usize,
}

impl Delayed {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.input]
    }
}

impl Kernel for Delayed {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        let rows = if self.timed { ctx.steps } else { 1 };
        let delay = if self.delay < ctx.to { self.delay } else { ctx.to };
        let first = if ctx.from > delay { ctx.from } else { delay };
        for e in 0..self.elements {
            let input = inputs.series(self.input, e, rows);
            let out = &mut outs[0][e * ctx.steps..(e + 1) * ctx.steps];
            out[ctx.from..first].fill([0.0; LANES]);
            let out = &mut out[first..ctx.to];
            if self.timed {
                out.copy_from_slice(&input[first - delay..ctx.to - delay]);
            } else {
                out.fill(input[0]);
            }
        }
    }
}
