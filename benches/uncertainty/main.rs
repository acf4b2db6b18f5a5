//! The tables of `docs/uncertainty.md`: how much less the effect of a policy
//! varies on the same draws, how many draws even designs save, and what
//! sampling costs. Answers are checked before anything is printed.
//!
//! ```text
//! cargo bench --bench uncertainty [-- --draws N --seeds N --write]
//! ```
#![allow(clippy::disallowed_methods)]

mod designs;
mod levers;
#[path = "../options/mod.rs"]
mod options;
mod page;
mod sampling;
#[path = "../page/mod.rs"]
mod tables;

use blackmass::scenario::Scenario;
use options::Options;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read();
    let draws = options.number("--draws", 4_096, 512)?;
    let seeds = options.number("--seeds", 64, 20)?;
    let points = options.number("--points", 1_024, 256)?;
    let most = options.number("--levers", usize::MAX, 1)?;
    let rounds = options.number("--runs", 9, 1)?;
    let scenarios = [Scenario::eu(), Scenario::japan()];

    let mut effects = Vec::new();
    for scenario in &scenarios {
        effects.extend(levers::rows(scenario, draws, most)?);
    }
    let mut regions = Vec::new();
    for scenario in &scenarios {
        regions.push(designs::region(scenario, points, seeds)?);
    }
    let costs =
        [sampling::cost(&["baseline"], draws, rounds)?, sampling::cost(&[], draws, rounds)?];

    let tables = [
        ("levers", format!("{}\n\n{}", levers::headline(&effects), levers::table(&effects))),
        ("designs", designs::tables(&regions)),
        ("sampling", sampling::table(&costs)),
    ];
    for (name, text) in &tables {
        println!("== {name}\n{text}");
    }
    page::check(&effects)?;
    if options.has("--write") {
        tables::write("uncertainty.md", "uncertainty", &tables)?;
    }
    Ok(())
}
