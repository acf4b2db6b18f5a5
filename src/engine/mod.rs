//! The engine: a compiled list of operations over blocks of sixteen draws.
//!
//! A *value* is an array `[element][step][lane]` (or `[element][lane]` if it
//! does not vary in time); a lane is one draw. Every operation reads finished
//! values and writes new ones over the whole horizon. Values live in slots of
//! an arena that are reused after their last reader.

mod arena;
mod compile;
mod dispatch;
mod fold;
mod lower;
mod lower_component;
mod ops;
mod plan;
mod rows;

pub(crate) use arena::{Arena, Context, Given};
pub use dispatch::InstructionSet;
pub(crate) use dispatch::{Dispatch, Vectorised};
pub use plan::{Plan, Series};
pub(crate) use rows::Rows;
