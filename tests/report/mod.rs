//! The report of a shipped scenario, made once.
#![allow(dead_code)]

pub mod markup;

use blackmass::lifecycle::published::{Elements, figures};
use blackmass::lifecycle::{self, Options};
use blackmass::report::{HtmlReport, RankByYear, Sensitivity, SensitivityRow};
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
            levels: [0.1, 0.9],
            confidence: 0.9,
            rows: vec![
                row("eu.refining.utilisation", 6_100.0, 9_400.0, Some((0.71, 0.66, 0.75))),
                row("eu.cells.scrap.mature", 8_600.0, 7_500.0, None),
            ],
            ranks: vec![RankByYear {
                name: "eu.refining.utilisation".to_owned(),
                // The result does not vary in 2032.
                years: [2029, 2030, 2031, 2033, 2034, 2035]
                    .map(|year| (year, (-0.5 + f64::from(year - 2029) / 10.0, -0.6, 0.9)))
                    .to_vec(),
            }],
        }])
        .published(figures())
}

/// A report in which everything that may be named is called `name`.
pub fn named(name: &str) -> String {
    let quoted = name.replace('"', "\\\"");
    let text = include_str!("../data/small.toml")
        .replace("title = \"Toy\"", &format!("title = \"{quoted}\"\ndescription = \"{quoted}\""))
        .replace("paper = \"A paper\"", &format!("paper = \"https://e.org/<b>'x {quoted}\""))
        .replace("[policy.collect]", &format!("[policy.collect]\ndescription = \"{quoted}\""));
    let scenario = Scenario::from_toml("<i>.toml", &text).unwrap_or_else(|e| panic!("{e}"));
    let outcome = run(&scenario, 16);
    let mut figure = figures()[0].clone();
    figure.region = "toy".to_owned();
    figure.ours.sum[0].series = "recovered".to_owned();
    figure.ours.sum[0].elements = Elements::All;
    figure.ours.sum[0].years = 2023..=2023;
    for text in [&mut figure.what, &mut figure.unit, &mut figure.printed, &mut figure.why] {
        name.clone_into(text);
    }
    let row = SensitivityRow { name: name.to_owned(), low: 1.0, high: 2.0, rank: None };
    let years = vec![(2023, (0.5, 0.4, 0.6)), (2024, (0.4, 0.3, 0.5))];
    let sensitivity = Sensitivity {
        output: name.to_owned(),
        unit: name.to_owned(),
        central: 1.5,
        levels: [0.05, 0.95],
        confidence: 0.95,
        rows: vec![row],
        ranks: vec![RankByYear { name: name.to_owned(), years }],
    };
    let figures = [figure];
    let page = report(&scenario, &outcome).command(name).published(&figures);
    page.sensitivity(vec![sensitivity]).html().unwrap_or_else(|e| panic!("{e}"))
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
