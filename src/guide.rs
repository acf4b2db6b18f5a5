//! The guide: pages to read beside the reference. All code on them is compiled
//! and run by the tests.
//!
//! | page | what it is for |
//! |---|---|
//! | [`tutorial`] | a scenario of one's own in ten minutes |
//! | [`format`](mod@format) | every key of a scenario file |
//! | [`method`] | the equations, numbered, with sources and the files that compute them |
//! | [`conventions`] | units, years, draws, names, signs |
//! | [`comparison`] | beside ODYM, flodym, STAN, dpmfa and battery models |
//! | [`randomness`](crate::randomness) | the contract on random numbers |
//! | [`validation`](crate::validation) | our numbers beside published ones |
//! | [`memorandum`](crate::memorandum) | what the memorandum of 2025 says and what we assumed |
//! | [`performance`](crate::performance) | how fast it is, and why |

/// A scenario of one's own in ten minutes.
#[doc = include_str!("../docs/guide/tutorial.md")]
pub mod tutorial {}

/// Every key of a scenario file, written from the tables that the reader uses.
#[doc = include_str!("../docs/guide/format.md")]
pub mod format {}

/// The equations, numbered, with their sources.
#[doc = include_str!("../docs/guide/method.md")]
pub mod method {}

/// Units, years, draws, names and signs.
#[doc = include_str!("../docs/guide/conventions.md")]
pub mod conventions {}

/// What other tools do, and where each fact can be seen.
#[doc = include_str!("../docs/guide/comparison.md")]
pub mod comparison {}
