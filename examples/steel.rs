//! Steel of the world: in use, as scrap and made again, from 1900 to 2050.
//!
//! ```text
//!  primary ┌─────────────┐ made ┌─────────┐ finished ┌─────────────┐ products ┌─────┐
//! ────────►│ steelmaking ├─────►│ forming ├─────────►│ fabrication ├─────────►│ use │
//!          └─▲─────────▲─┘      └────┬────┘          └──────┬──────┘          └──┬──┘
//! 1. furnaces│         │2. conv.     │                      │                    │end of life
//!          ┌─┴─────────┴─┐           │forming scrap         │new scrap     ┌─────▼──────┐
//! unused ◄─┤ scrap yard  │◄──────────┴──────────────────────┴──────────────┤ collection ├─► lost
//!   3.     └─────────────┘                                       old scrap └────────────┘
//! ```
//! This example demonstrates in particular:
//! * a system of another material: nothing of it is about batteries,
//! * cohort stocks by sector with uncertain lifetimes,
//! * flows with limits in order of priority (`up_to`), the rest for the last,
//! * an operation of one's own: the copper that scrap carries along,
//! * results beside published figures that were not used.
//!
//! Run it with `cargo run --release --example steel`.
#![allow(clippy::disallowed_methods)]

#[path = "steel/copper.rs"]
mod copper;
#[path = "steel/cycle.rs"]
mod cycle;
#[path = "steel/data.rs"]
mod data;

use blackmass::ensemble::Report;
use blackmass::report::{Grid, significant, wrapped};
use blackmass::{Ensemble, Error, Outcome, Plan};
use cycle::{POLICIES, REPORTED};

const DRAWS: u32 = 10_000;
const YEARS: [i32; 4] = [2020, 2030, 2040, 2050];

fn main() -> Result<(), Error> {
    let plan = Plan::compile(&cycle::steel()?)?;
    let years = data::PUBLISHED.iter().map(|published| published.year);
    let years: Vec<i32> = YEARS.into_iter().chain(years).collect();
    let ensemble = Ensemble::new(&plan).draws(DRAWS);
    let ensemble = REPORTED.iter().fold(ensemble, |e, (name, _)| e.keep_years(name, &years));
    let outcome = ensemble.run()?;

    println!("Steel of the world, {DRAWS} draws: mean (5 to 95 % of the draws)\n");
    println!("{}", table(&outcome).text());
    println!("What policies from 2026 to 2035 add to that: half of what was not collected is");
    println!("collected; the same, and four tenths more electric furnaces\n");
    for policy in &POLICIES[1..] {
        println!("{}", added(&outcome, policy).text());
    }
    println!("Beside published figures\n\n{}", beside(&outcome).text());
    print!("{}", wrapped(NOTES, 0));
    println!("worst mass-balance residual {:.0e}", outcome.worst_residual());
    Ok(())
}

const NOTES: &str = "Lifetimes are those of the United States, end uses those of 2016 in all \
    years, attached copper is an assumption: the bands say what these ranges make of each other, \
    not how far the model is from the world. Scrap here includes what mills make and melt \
    themselves; there is more old scrap than forecast, as there would be if buildings elsewhere \
    stand longer. Daehn et al. (2017) find that copper can be kept within what products tolerate \
    until about 2050 if scrap goes where it is tolerated.";

/// The lines of a table: label, variable and what its unit is in that of the
/// label.
const LINES: [(&str, &str, f64); 8] = [
    ("steel in use, Gt", "in_use_total", 1e-3),
    ("crude steel, Mt/yr", "crude", 1.0),
    ("old scrap, Mt/yr", "old_scrap_total", 1.0),
    ("scrap used, Mt/yr", "scrap_used", 1.0),
    ("scrap not used, Mt/yr", "scrap_unused", 1.0),
    ("primary, Mt/yr", "primary", 1.0),
    ("secondary share, %", "secondary_share", 1.0),
    ("copper in new steel, %", "copper_in_new_steel", 1.0),
];

/// Mean and band of some draws.
fn band(mut draws: Vec<f64>, unit: f64) -> String {
    draws.sort_by(f64::total_cmp);
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    let at = |share: f64| draws[(share * (draws.len() - 1) as f64).round() as usize];
    // What differs by rounding alone is the same.
    let shown = |x: f64| significant(if x.abs() < 1e-9 { 0.0 } else { x * unit });
    let [mean, low, high] = [mean, at(0.05), at(0.95)].map(shown);
    if at(0.0) == at(1.0) { mean } else { format!("{mean} ({low} to {high})") }
}

fn cells(outcome: &Outcome, report: Option<&Report>, element: usize, unit: f64) -> Vec<String> {
    let draws = |year| outcome.draws_of(report?, element, year);
    YEARS.map(|year| draws(year).map_or_else(String::new, |draws| band(draws, unit))).to_vec()
}

fn table(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_years(&YEARS);
    let of = |name| outcome.report(POLICIES[0], name);
    for (element, sector) in data::SECTORS.iter().enumerate() {
        grid.row(&format!("in {sector}, Gt"), cells(outcome, of("in_use"), element, 1e-3));
    }
    for (label, name, unit) in LINES {
        grid.row(label, cells(outcome, of(name), 0, unit));
    }
    grid
}

fn added(outcome: &Outcome, policy: &str) -> Grid {
    let years = YEARS.iter().map(i32::to_string);
    let mut grid = Grid::new(std::iter::once(policy.to_owned()).chain(years));
    for (label, name, unit) in &LINES[2..] {
        grid.row(label, cells(outcome, outcome.difference(policy, name), 0, *unit));
    }
    grid
}

fn beside(outcome: &Outcome) -> Grid {
    let heading = ["", "year", "here", "published", "by"];
    let mut grid = Grid::new(heading.map(str::to_owned));
    for published in &data::PUBLISHED {
        let Some(report) = outcome.report(POLICIES[0], published.name) else { continue };
        let draws = outcome.draws_of(report, 0, published.year);
        let here = draws.map_or_else(String::new, |draws| band(draws, 1.0));
        let label = format!("{}, {}", published.name.replace('_', " "), report.series().unit);
        let figure = significant(published.figure);
        let cells = [published.year.to_string(), here, figure, published.source.to_owned()];
        grid.row(&label, cells);
    }
    grid
}
