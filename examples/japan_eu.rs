//! Japan and the European Union in one system, on the same states of the world:
//! what holds for a technology everywhere has one random number in both regions.
//!
//! This example demonstrates in particular:
//! * from a scenario file to an outcome: `Scenario` → `System` → `Plan` →
//!   `Ensemble` → `Outcome` (in `shared::main`),
//! * pathways, which are chosen and never averaged (`--pathway NAME`),
//! * the tables (`--detail` for all), and the files for other programs
//!   (`--out DIR`).
//!
//! Run it with `cargo run --release --example japan_eu -- --draws 10000`.

mod shared;

use blackmass::scenario::Scenario;
use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main("Batteries in Japan and the European Union.", &[("reference", Scenario::japan_eu)])
}
