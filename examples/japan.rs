//! Battery cars in Japan, where most used cars are exported: materials in use,
//! lost abroad, collected and recovered, with uncertainty.
//!
//! This example demonstrates in particular:
//! * from a scenario file to an outcome: `Scenario` → `System` → `Plan` →
//!   `Ensemble` → `Outcome`,
//! * keeping draws, to get the exact quantiles of a sum over years,
//! * the table, and the files for other programs (`--out DIR`).
//!
//! Run it with `cargo run --release --example japan -- --draws 10000`.

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
        return shared::print(&format!("Battery cars in Japan.\n\n{}\n", shared::OPTIONS));
    }
    let scenario = match &options.scenario {
        Some(file) => Scenario::from_file(file)?,
        None => Scenario::japan(),
    };
    let system = lifecycle::system(&scenario)?;
    let plan = Plan::compile(&system)?;
    // The draws of this series are kept for the sum over years below.
    let exported = format!("{}.vehicles_exported", scenario.region());
    let ensemble = Ensemble::new(&plan).draws(options.draws).seed(options.seed);
    let ensemble = ensemble.threads(options.threads).keep(&exported);
    let (outcome, notes) = shared::run(&ensemble, &options)?;

    let mut text = format!("{}\n{}\n\n", scenario.title(), shared::assumptions(&scenario));
    text += &report::table(&outcome, scenario.region())?;
    if scenario.region() == "japan" {
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
    // Derived from EV Volumes units, pack sizes and chemistries.
    let sold = [("lithium", "304"), ("nickel", "1 658"), ("cobalt", "300"), ("graphite", "2 738")];
    if let Some(inflow) = outcome.report("baseline", "japan.inflow") {
        for (material, figure) in sold {
            let ours = band(inflow, &[material], 2024, 1.0);
            text += &beside(&format!("{material} in cars sold in 2024, t"), ours, figure);
        }
    }
    text += "  Theirs: derived from EV Volumes units; ours from the scenario's sales, with pack sizes\n";
    text += "  and chemistries of the same source, rounded, and with replaced packs.\n";
    let name = "japan.vehicles_exported";
    if let Some(exported) = outcome.report("baseline", name) {
        let ours = band(exported, &["bev_car"], 2023, 1.0);
        text += &beside("battery cars exported in 2023", ours, "about 20 000");
    }
    // The figure is of October 2025; the last year in it is not known to us.
    for end in [2024, 2025] {
        let ours = cumulative(outcome, name, end);
        text += &beside(&format!("battery cars exported, 2010 to {end}"), ours, "about 94 000");
    }
    text += "  Theirs: Japan Research Institute, not known whether to 2024 or 2025. The scenario's car\n";
    text += "  lifetime was fitted to these and earlier exports: they show the fit, and do not test it.\n";
    text += "  2023 lies above our band: no single lifetime gives both it and the 4 029 of 2017.\n";
    text
}

/// Mean and exact 5–95 % band of the sum to `end`, from the kept draws.
fn cumulative(outcome: &Outcome, name: &str, end: i32) -> Option<String> {
    let report = outcome.report("baseline", name)?;
    let mut sums = vec![0.0; outcome.draws() as usize];
    for year in *outcome.years().start()..=end {
        let draws = outcome.draws_of(report, report.element(&["bev_car"])?, year)?;
        sums.iter_mut().zip(draws).for_each(|(sum, x)| *sum += x);
    }
    let mean = sums.iter().sum::<f64>() / sums.len() as f64;
    sums.sort_by(f64::total_cmp);
    let at = |p: f64| sums[((sums.len() - 1) as f64 * p).round() as usize];
    let [mean, low, high] = [mean, at(0.05), at(0.95)].map(report::significant);
    Some(format!("{mean} ({low}–{high})"))
}
