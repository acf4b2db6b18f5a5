//! Running a plan for many draws, on all cores, with streaming statistics.
//!
//! Draws are computed sixteen at a time; 1 024 of them make a *superblock*,
//! the unit of work of a thread. Whatever the number of threads, the sums of
//! each superblock are folded in the order of their index, and counts are
//! integers: no digit depends on how the work was shared out.

mod design;
mod folding;
mod histogram;
mod kept;
mod outcome;
mod pilot;
mod reweight;
mod run;
mod runner;
mod samples;
mod statistics;
mod summary;
mod tally;

pub use design::{DesignRecord, Freeze};
pub use outcome::{Outcome, Report};
pub use reweight::{Evidence, Reweighted, Spread};
pub use runner::{Ensemble, Progress};
pub use summary::{Quantile, Summary};

/// Draws per superblock.
pub(crate) const SUPERBLOCK: u32 = 1024;
/// Draws that set the bounds of the histograms: 1 to this.
pub(crate) const PILOT: u32 = 256;
