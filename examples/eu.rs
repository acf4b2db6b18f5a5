//! Battery cars in the European Union: materials in use, at the end of life,
//! collected and recovered, with uncertainty, and what more collection adds.
//!
//! This example demonstrates in particular:
//! * from a scenario file to an outcome: `Scenario` → `System` → `Plan` →
//!   `Ensemble` → `Outcome`,
//! * statistics of a series by name, material and year,
//! * the table, and the files for other programs (`--out DIR`).
//!
//! Run it with `cargo run --release --example eu -- --draws 10000`.

mod shared;

use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle, report};
use shared::{Options, band, beside};
use std::process::ExitCode;

fn main() -> ExitCode {
    shared::exit(run())
}

fn run() -> Result<(), Error> {
    let options = Options::read()?;
    if options.help {
        return shared::print(&format!("Battery cars in the EU.\n\n{}\n", shared::OPTIONS));
    }
    let scenario = match &options.scenario {
        Some(file) => Scenario::from_file(file)?,
        None => Scenario::eu(),
    };
    let system = lifecycle::system(&scenario)?;
    let plan = Plan::compile(&system)?;
    let ensemble =
        Ensemble::new(&plan).draws(options.draws).seed(options.seed).threads(options.threads);
    let (outcome, notes) = shared::run(&ensemble, &options)?;

    let mut text = format!("{}\n{}\n\n", scenario.title(), shared::assumptions(&scenario));
    text += &report::table(&outcome, scenario.region())?;
    if scenario.region() == "eu" {
        text += &published(&outcome);
    }
    text += &shared::plan_line(&plan);
    shared::finish(&text, (&scenario, &plan), (&outcome, &notes), &options)
}

/// What others have published, beside the reference policy's means.
fn published(outcome: &Outcome) -> String {
    let mut text = String::from(
        "\nBeside published figures (ours: mean of the draws, not the central case, and 5–95 % band)\n",
    );
    // Derived from EV Volumes units, pack sizes and chemistries, vans included.
    let sold = [("lithium", "9.99"), ("nickel", "53.5"), ("cobalt", "8.8"), ("graphite", "91")];
    if let Some(inflow) = outcome.report("baseline", "eu.inflow") {
        for (material, figure) in sold {
            let ours = band(inflow, &[material], 2024, 1e3);
            text += &beside(&format!("{material} in cars sold in 2024, kt"), ours, figure);
        }
    }
    text += "  Theirs: derived from EV Volumes units, vans included; ours counts ACEA cars, 7 % fewer,\n";
    text +=
        "  with pack sizes and chemistries of the same source, rounded, and with replaced packs.\n";
    // IEA Global EV Data Explorer 2025, two significant figures.
    if let Some(vehicles) = outcome.report("baseline", "eu.vehicles") {
        let ours = band(vehicles, &["bev_car"], 2024, 1e6);
        text += &beside("battery cars, end of 2024, million", ours, "6.0");
    }
    text +=
        "  Theirs: IEA, rounded to two figures; ours follows from sales and the car lifetime.\n";
    text
}
