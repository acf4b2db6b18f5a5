//! Naive scalar twins of what the engine computes: plain numbers, one draw at
//! a time, the simplest loops that say what the documentation says. Nothing
//! here comes from the engine, the system, the lifetimes or the stocks of the
//! crate, except the words in which a scenario states its data.
#![allow(dead_code, clippy::disallowed_methods, unreachable_pub)]

pub mod cells;
pub mod compare;
pub mod composition;
pub mod formula;
pub mod in_use;
pub mod lifecycle;
pub mod lifetime;
pub mod quantity;
pub mod random;
pub mod recycling;
pub mod shared;
pub mod stocks;
pub mod targets;
