//! The report of a shipped scenario, made once.
#![allow(dead_code)]

pub mod markup;

use blackmass::lifecycle::{self, Options};
use blackmass::report::{HtmlReport, Published, Sensitivity, SensitivityRow};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan};
use std::sync::OnceLock;

pub struct Made {
    pub scenario: Scenario,
    pub outcome: Outcome,
    pub html: String,
    pub files: Vec<(String, String)>,
}

/// The outcome of few draws of all policies of a scenario, with its flows.
pub fn run(scenario: &Scenario, draws: u32) -> Outcome {
    let options = Options { flows: true, ..Options::default() };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    let plan = Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"));
    Ensemble::new(&plan).draws(draws).seed(3).run().unwrap_or_else(|e| panic!("{e}"))
}

pub fn report<'a>(scenario: &'a Scenario, outcome: &'a Outcome) -> HtmlReport<'a> {
    let row =
        |name: &str, low, high, rank| SensitivityRow { name: name.to_owned(), low, high, rank };
    HtmlReport::new(scenario, outcome)
        .command("blackmass run 'a <file>.toml' --draws 200 --seed 3")
        .sensitivity(vec![Sensitivity {
            output: "eu.recovered lithium, 2040".to_owned(),
            unit: "t/yr".to_owned(),
            central: 8_000.0,
            rows: vec![
                row("eu.refining.utilisation", 6_100.0, 9_400.0, Some((0.71, 0.66, 0.75))),
                row("eu.cells.scrap.mature", 8_600.0, 7_500.0, None),
            ],
        }])
        .published(vec![Published {
            region: "eu".to_owned(),
            what: "battery cars in use, end of 2024".to_owned(),
            unit: "million".to_owned(),
            scale: 1e6,
            series: "vehicles".to_owned(),
            labels: vec!["bev_car".to_owned()],
            year: 2024,
            values: (6.0, 6.0),
            printed: "6.0".to_owned(),
            source: "https://example.org/a?b=1&c=2, table 3".to_owned(),
            used: "untouched".to_owned(),
            why: "Sales and lifetimes.".to_owned(),
        }])
}

/// The report on Japan and the EU together.
pub fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let scenario = Scenario::japan_eu();
        let outcome = run(&scenario, 200);
        let report = report(&scenario, &outcome);
        let html = report.html().unwrap_or_else(|e| panic!("{e}"));
        let files = report.figures().unwrap_or_else(|e| panic!("{e}"));
        Made { scenario, outcome, html, files }
    })
}
