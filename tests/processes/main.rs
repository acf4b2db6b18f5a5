//! Processes in time: exact moments, events against naive twins, prices.
#![allow(missing_docs, clippy::disallowed_methods, unreachable_pub)]

mod events;
mod moments;
mod prices;

use blackmass::{Ensemble, Outcome, Plan, SystemBuilder};

pub const FIRST: i32 = 2020;
pub const SEED: u64 = 17;

pub fn run(b: SystemBuilder, draws: u32, keep: &[&str]) -> Outcome {
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let mut ensemble = Ensemble::new(&plan).draws(draws).seed(SEED);
    for name in keep {
        ensemble = ensemble.keep(name);
    }
    ensemble.run().expect("it runs")
}

/// The central series of a variable.
pub fn central(outcome: &Outcome, name: &str) -> Vec<f64> {
    let report = outcome.report("baseline", name).expect("observed");
    outcome.years().map(|year| report.summary(0, year).expect("there").central).collect()
}

/// `[draw][step]` of one element.
pub fn kept(outcome: &Outcome, name: &str, element: usize) -> Vec<Vec<f64>> {
    let report = outcome.report("baseline", name).expect("observed");
    let years: Vec<Vec<f64>> = outcome
        .years()
        .map(|year| outcome.draws_of(report, element, year).expect("kept"))
        .collect();
    (0..outcome.draws() as usize).map(|d| years.iter().map(|y| y[d]).collect()).collect()
}
