//! Long runs: interrupted, killed, cut into parts, out of disk or memory, and
//! always the bits of one run.
#![allow(clippy::disallowed_methods)]

#[path = "long/bed.rs"]
mod bed;
#[path = "long/equality.rs"]
mod equality;
#[path = "long/files.rs"]
mod files;
#[cfg(all(feature = "scenario", unix))]
#[path = "long/killed.rs"]
mod killed;
#[path = "long/limits.rs"]
mod limits;
#[cfg(unix)]
#[path = "long/locked.rs"]
mod locked;
#[path = "long/merging.rs"]
mod merging;
