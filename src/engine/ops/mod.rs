//! The operations of a plan, one file each.

mod balance;
mod convolve;
mod draw;
mod facilities;
mod map;
mod per_draw;
mod product;
mod reduce;
mod series;
mod survival;

pub(crate) use balance::{Balance, Term};
pub(crate) use convolve::{Convolve, Inflow};
pub(crate) use draw::{Draw, Noise};
pub(crate) use facilities::FacilitiesOp;
pub(crate) use map::{Code, Instruction, Map, Source, evaluate};
pub(crate) use per_draw::{Input, LawSource, Model, PerDraw};
pub(crate) use product::ProductOp;
pub(crate) use reduce::{Factor, Reduce};
pub(crate) use series::{Ar1, AtStep, Cumulative, Delayed, Stack};
pub(crate) use survival::Survival;

use super::arena::{Arena, Context, Inputs, Scratch, Value};
use super::dispatch::{Dispatch, Vectorised};
use super::rows::Rows;

/// The code of one operation. `run` must be `#[inline(always)]`: it is
/// compiled once per instruction set. An output that nobody reads is empty
/// and must not be written.
pub(crate) trait Kernel {
    fn run(&self, outs: &mut [Rows], inputs: Inputs, scratch: &mut Scratch, ctx: &Context);
}

/// One operation with the values it writes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) outs: Vec<Value>,
}

macro_rules! operations {
    ($($variant:ident($type:ty) $name:literal,)*) => {
        /// An operation over the whole horizon of a block.
        #[derive(Clone, Debug)]
        pub(crate) enum Op {
            $($variant($type),)*
        }

        impl Op {
            /// The name shown by `Plan::explain`.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// The values it reads.
            pub(crate) fn inputs(&self) -> Vec<Value> {
                match self {
                    $(Self::$variant(op) => op.inputs(),)*
                }
            }
        }

        impl Step {
            /// Runs the step on the block in `arena`.
            pub(crate) fn execute(&self, dispatch: Dispatch, arena: &mut Arena, ctx: &Context) {
                match &self.op {
                    $(Op::$variant(kernel) => {
                        dispatch.run(Task { kernel, step: self, arena, ctx });
                    })*
                }
            }
        }
    };
}

impl Op {
    /// An input whose slot the output may take over if nobody reads it later.
    pub(crate) fn replaces(&self) -> Option<Value> {
        match self {
            Self::Map(op) => op.replaces(),
            Self::Convolve(op) => op.replaces(),
            _ => None,
        }
    }
}

operations! {
    Draw(Draw) "draw",
    Noise(Noise) "noise",
    Map(Map) "map",
    Reduce(Reduce) "reduce",
    Stack(Stack) "stack",
    Ar1(Ar1) "ar1",
    Cumulative(Cumulative) "cumulative",
    Delayed(Delayed) "delayed",
    AtStep(AtStep) "at-step",
    Survival(Survival) "survival",
    Convolve(Convolve) "convolve",
    Product(ProductOp) "product-component",
    Facilities(FacilitiesOp) "facilities",
    PerDraw(PerDraw) "draw-by-draw",
    Balance(Balance) "balance",
}

struct Task<'a, 'b, K> {
    kernel: &'a K,
    step: &'a Step,
    arena: &'a mut Arena,
    ctx: &'a Context<'b>,
}

impl<K: Kernel> Vectorised for Task<'_, '_, K> {
    #[inline(always)]
    fn run(self) {
        self.arena.run(self.kernel, self.step, self.ctx);
    }
}
