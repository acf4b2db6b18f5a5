//! Running a plan for many draws, on all cores, with streaming statistics.
//!
//! Draws are computed sixteen at a time; 1 024 of them make a *superblock*,
//! the unit of work of a thread. Whatever the number of threads, the sums of
//! each superblock are folded in the order of their index, and counts are
//! integers: no digit depends on how the work was shared out, nor on whether a
//! run was interrupted ([`Ensemble::checkpoint`]) or made in parts
//! ([`Ensemble::run_shard`]).

mod checkpoint;
mod design;
mod encode;
mod folding;
mod histogram;
mod identity;
mod kept;
mod lock;
mod memory;
mod outcome;
mod partial;
mod pilot;
mod reweight;
mod run;
mod runner;
mod samples;
mod shard;
mod statistics;
mod summary;
mod tally;

pub use design::{DesignRecord, Freeze};
pub use lock::is_in_use;
pub use outcome::{Outcome, Report};
pub use reweight::{Evidence, Reweighted, Spread};
pub use runner::{Ensemble, Progress};
pub use shard::Shard;
pub use summary::{Quantile, Summary};

/// Draws per superblock.
pub(crate) const SUPERBLOCK: u32 = 1024;
/// Draws that set the bounds of the histograms: 1 to this.
pub(crate) const PILOT: u32 = 256;
