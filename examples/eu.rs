//! Batteries in the European Union: placed on the market, in use, at the end of
//! life, collected and recovered, with uncertainty; the chance that legal targets
//! are reached; what policies change.
//!
//! This example demonstrates in particular:
//! * from a scenario file to an outcome: `Scenario` → `System` → `Plan` →
//!   `Ensemble` → `Outcome` (in `shared::main`),
//! * pathways, which are chosen and never averaged (`--pathway NAME`),
//! * the tables (`--detail` for all), and the files for other programs
//!   (`--out DIR`).
//!
//! Run it with `cargo run --release --example eu -- --draws 10000`.

mod shared;

use blackmass::scenario::Scenario;
use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main(
        "Batteries in the European Union.",
        &[
            ("reference", Scenario::eu),
            ("existing_law", Scenario::eu_existing_law),
            ("slow", Scenario::eu_slow),
        ],
    )
}
