//! Batteries in Japan, where most used battery cars are exported: from sale to
//! recovery, with uncertainty, and EU thresholds as a yardstick.
//!
//! This example demonstrates in particular:
//! * from a scenario file to an outcome: `Scenario` → `System` → `Plan` →
//!   `Ensemble` → `Outcome` (in `shared::main`),
//! * pathways, which are chosen and never averaged (`--pathway NAME`),
//! * the tables (`--detail` for all), and the files for other programs
//!   (`--out DIR`).
//!
//! Run it with `cargo run --release --example japan -- --draws 10000`.

mod shared;

use blackmass::scenario::Scenario;
use std::process::ExitCode;

fn main() -> ExitCode {
    shared::main(
        "Batteries in Japan.",
        &[
            ("reference", Scenario::japan),
            ("meti_target", Scenario::japan_meti_target),
            ("slow", Scenario::japan_slow),
        ],
    )
}
