//! The scenario with every word for uncertainty, and what is made of it.
#![allow(dead_code, clippy::disallowed_methods)]

use blackmass::lifecycle::{self, Options};
use blackmass::sampling::design::SampleTable;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan};

pub const WORDS: &str = include_str!("../data/words.toml");

pub fn read(text: &str) -> Scenario {
    Scenario::from_toml("tests/data/test.toml", text).unwrap_or_else(|e| panic!("{e}"))
}

/// The scenario in words with the one place that reads `from` changed to `to`.
pub fn words(from: &str, to: &str) -> Scenario {
    assert_eq!(WORDS.matches(from).count(), 1, "`{from}` must stand once");
    read(&WORDS.replace(from, to))
}

pub fn plan(scenario: &Scenario, prior_scale: Option<f64>) -> Plan {
    let options = Options { prior_scale, ..Options::default() };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"))
}

pub fn run(plan: &Plan, draws: u32, keep: &[&str]) -> Outcome {
    let ensemble = Ensemble::new(plan).draws(draws);
    let ensemble = keep.iter().fold(ensemble, |ensemble, name| ensemble.keep(name));
    ensemble.run().unwrap_or_else(|e| panic!("{e}"))
}

/// All draws of one number of the first policy.
pub fn draws(outcome: &Outcome, name: &str, labels: &[&str], year: i32) -> Vec<f64> {
    let report = outcome.report("baseline", name).expect("observed");
    let element = report.element(labels).expect("an element");
    outcome.draws_of(report, element, year).expect("kept")
}

pub fn moments(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    (mean, (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt())
}

/// Spearman's rank correlation.
pub fn spearman(x: &[f64], y: &[f64]) -> f64 {
    let ranks = |x: &[f64]| {
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
        let mut ranks = vec![0.0; x.len()];
        order.iter().enumerate().for_each(|(rank, i)| ranks[*i] = rank as f64);
        ranks
    };
    let (x, y) = (ranks(x), ranks(y));
    let ((mx, sx), (my, sy)) = (moments(&x), moments(&y));
    let cross = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>();
    cross / (x.len() as f64 * sx * sy)
}

pub fn samples(scenario: &Scenario, scale: Option<f64>, draws: u32) -> SampleTable {
    Ensemble::new(&plan(scenario, scale)).draws(draws).samples().expect("drawn")
}
