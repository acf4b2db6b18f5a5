//! Running a plan for many draws, on all cores, with streaming statistics.
//!
//! Draws are computed sixteen at a time; 1 024 of them make a *superblock*,
//! the unit of work of a thread. Whatever the number of threads, the sums of
//! each superblock are folded in the order of their index, and counts are
//! integers: no digit depends on how the work was shared out.

mod outcome;
mod runner;
mod statistics;

pub use outcome::{Outcome, Quantile, Report, Summary};
pub use runner::{Ensemble, Progress};

/// Draws per superblock.
pub(crate) const SUPERBLOCK: u32 = 1024;
/// Draws that set the bounds of the histograms: 1 to this.
pub(crate) const PILOT: u32 = 256;
