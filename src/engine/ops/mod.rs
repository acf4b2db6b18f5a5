//! The operations of a plan, one file each.

mod balance;
mod buffers;
mod convolve;
mod draw;
mod events;
mod facilities;
mod far;
mod feedback;
mod map;
mod per_draw;
mod product;
mod reduce;
mod series;
mod shared_facilities;
mod solve;
mod stockpile;
mod survival;
mod transform;
mod user;

pub(crate) use balance::{Balance, Term};
pub(crate) use buffers::{BufferRows, largest};
pub(crate) use convolve::{Convolve, Inflow};
pub(crate) use draw::{Blend, Draw, Group, Noise, White};
pub(crate) use events::EventsOp;
pub(crate) use facilities::FacilitiesOp;
pub(crate) use feedback::Loop;
pub(crate) use map::{Code, Instruction, Map, Source, evaluate};
pub(crate) use per_draw::{Input, LawSource, Model, PerDraw};
pub(crate) use product::ProductOp;
pub(crate) use reduce::{Factor, Reduce};
pub(crate) use series::{Ar1, AtStep, Cumulative, Delayed, Stack};
pub(crate) use shared_facilities::{Partner, SharedFacilitiesOp, Source as SharedSource};
pub(crate) use solve::Solve;
pub(crate) use stockpile::StockpileOp;
pub(crate) use survival::Survival;
pub(crate) use user::{UserInput, UserOp, UserOutput};

use super::arena::{Arena, Context, Inputs, Scratch, Value};
use super::dispatch::{Dispatch, Vectorised};
use crate::lanes::Row;
use std::ops::{Deref, Range};

/// The code of one operation. `run` must be `#[inline(always)]`: it is
/// compiled once per instruction set. An output that nobody reads is empty
/// and must not be written. Steps before `ctx.from` and from `ctx.to` on need not
/// be computed, nor are inputs valid that only they would read.
pub(crate) trait Kernel {
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context);
}

/// The smaller of two numbers; if either is NaN, NaN.
#[inline(always)]
fn least(a: f64, b: f64) -> f64 {
    if b < a || b.is_nan() { b } else { a }
}

/// One operation with the values it writes, and from which step on.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) op: Op,
    pub(crate) outs: Vec<Value>,
    /// The first step it computes; what its outputs hold before is left open.
    pub(crate) from: usize,
    /// For each element, the step before which it is zero, if any is.
    pub(crate) zeros: Vec<usize>,
    pub(crate) past: Option<Past>,
    /// The outputs that somebody reads, in the order of their places: which
    /// one, and its rows of the memory.
    pub(crate) by_place: ByPlace,
    /// The variable it was first made for, if any, and under which policy.
    pub(crate) of: Option<usize>,
    pub(crate) policy: usize,
}

/// Outputs with their places; of a single one without a list elsewhere.
#[derive(Clone, Debug)]
pub(crate) enum ByPlace {
    One([(usize, Range<usize>); 1]),
    Several(Vec<(usize, Range<usize>)>),
}

impl Deref for ByPlace {
    type Target = [(usize, Range<usize>)];
    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        match self {
            Self::One(one) => one,
            Self::Several(all) => all,
        }
    }
}

/// What an operation that looks back in time reads in place of its own results
/// (a convolution: of its inflow) before its first step: the value that under
/// the reference policy stands where this one does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    pub(crate) value: Value,
    /// The first step in which they may differ.
    pub(crate) until: usize,
}

impl Step {
    /// The values it reads.
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let mut inputs = self.op.inputs();
        inputs.extend(self.past.map(|past| past.value));
        inputs
    }
}

macro_rules! operations {
    ($($variant:ident($type:ty) $name:literal,)*) => {
        /// An operation over the whole horizon of a block.
        #[derive(Clone, Debug)]
        pub(crate) enum Op {
            $($variant($type),)*
            /// Operations that step together.
            Loop(Loop),
        }

        impl Op {
            /// The name shown by `Plan::explain`.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                    Self::Loop(_) => "loop",
                }
            }

            /// The values it reads.
            pub(crate) fn inputs(&self) -> Vec<Value> {
                match self {
                    $(Self::$variant(op) => op.inputs(),)*
                    Self::Loop(op) => op.inputs(),
                }
            }
        }

        impl Step {
            /// Runs the step on the block in `arena`.
            pub(crate) fn execute(&self, dispatch: Dispatch, arena: &mut Arena, ctx: &Context) {
                let past = self.past.map(|past| past.value);
                let (from, to) = (self.from, ctx.steps);
                let ctx = &Context { from, to, zeros: &self.zeros, past, ..*ctx };
                self.execute_within(dispatch, arena, ctx);
            }

            /// Runs the step over the steps of `ctx`.
            fn execute_within(&self, dispatch: Dispatch, arena: &mut Arena, ctx: &Context) {
                match &self.op {
                    $(Op::$variant(kernel) => {
                        dispatch.run(Task { kernel, step: self, arena, ctx });
                    })*
                    Op::Loop(inner) => inner.execute(dispatch, arena, ctx),
                }
            }
        }
    };
}

impl Op {
    /// An input whose place the output may take over if nobody reads it later.
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
    Events(EventsOp) "events",
    Stack(Stack) "stack",
    Ar1(Ar1) "ar1",
    Cumulative(Cumulative) "cumulative",
    Delayed(Delayed) "delayed",
    AtStep(AtStep) "at-step",
    Survival(Survival) "survival",
    Convolve(Convolve) "convolve",
    Product(ProductOp) "product-component",
    Facilities(FacilitiesOp) "facilities",
    SharedFacilities(SharedFacilitiesOp) "shared-facilities",
    Stockpile(StockpileOp) "stockpile",
    Solve(Solve) "linear-loop",
    PerDraw(PerDraw) "draw-by-draw",
    User(UserOp) "user",
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
