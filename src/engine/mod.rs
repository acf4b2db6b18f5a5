//! The engine: a compiled list of operations over blocks of sixteen draws.
//!
//! A *value* is an array `[element][step][lane]` (or `[element][lane]` if it
//! does not vary in time); a lane is one draw. Every operation reads finished
//! values and writes new ones, over the whole horizon or from the first step
//! that somebody needs; only those that feed back on each other through delays
//! are stepped. Values lie in one memory, whose places are used again
//! after their last reader.

mod arena;
mod compile;
mod cost;
mod dispatch;
mod early;
mod fold;
mod leaf;
mod list;
mod lower;
mod observe;
mod ops;
mod places;
mod plan;
mod rows;
mod starts;
mod streams;
mod zeros;

pub(crate) use arena::{Arena, Context, Frozen, Given};
pub use cost::OperationCost;
pub use dispatch::InstructionSet;
pub(crate) use dispatch::{Dispatch, Vectorised};
pub(crate) use list::List;
pub use observe::Series;
pub(crate) use observe::{Observation, Sink};
pub use plan::Plan;
pub(crate) use rows::Rows;
pub(crate) use streams::{Column, Streams};
