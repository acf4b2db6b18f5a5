//! Does the W0 of this crate give what the W0 in NumPy gives?

use super::{REPORTED, Workload, numbers, table};
use blackmass::{Ensemble, Error, Outcome, Plan};
use serde_json::Value;

/// The largest difference accepted, as in `common.py`: relative to the
/// expected number, or to 1 if that is larger.
pub const TOLERANCE: f64 = 1e-9;

/// Three draws and every tenth year of their answers, by NumPy.
const REFERENCE: &str = include_str!("reference.json");

/// A run on the first `draws` draws of the input, repeated if it has fewer.
pub fn given<'a>(plan: &'a Plan, workload: &Workload, draws: usize) -> Ensemble<'a> {
    let ensemble = Ensemble::new(plan).draws(draws as u32);
    workload.given(draws).fold(ensemble, |e, (name, values)| e.given(name, values))
}

/// Runs every draw of the input and keeps all of them.
pub fn run(plan: &Plan, workload: &Workload) -> Result<Outcome, Error> {
    let ensemble = given(plan, workload, workload.draws());
    REPORTED.iter().fold(ensemble, |e, (name, _)| e.keep(name)).run()
}

/// Expected answers, one entry a draw: of secondary production per year and
/// material, of stock and outflow per year; every `every`-th year.
pub struct Expected {
    secondary: Vec<Vec<Vec<f64>>>,
    totals: [Vec<Vec<f64>>; 2],
    every: usize,
}

impl Expected {
    /// Reads `expected.json`, which holds every year.
    pub fn read(json: &Value) -> Self {
        Self::new(json, "_first_draws", 1)
    }

    fn new(json: &Value, suffix: &str, every: usize) -> Self {
        let of = |name: &str| &json[format!("{name}{suffix}")];
        let secondary = of("secondary").as_array().expect("draws").iter().map(table).collect();
        Self { secondary, totals: [table(of("stock")), table(of("outflow"))], every }
    }

    /// How many draws are expected.
    pub fn draws(&self) -> usize {
        self.secondary.len()
    }

    /// The worst difference of the kept draws, as [`TOLERANCE`] counts it;
    /// infinite if a number is not finite or is missing.
    pub fn worst(&self, workload: &Workload, outcome: &Outcome) -> f64 {
        let mut worst = 0.0;
        let mut compare = |name: &str, label: &[&str], expected: &dyn Fn(usize, usize) -> f64| {
            let report = outcome.report("baseline", name).expect("observed");
            let element = report.element(label).expect("declared");
            for (row, year) in outcome.years().step_by(self.every).enumerate() {
                let kept = outcome.draws_of(report, element, year).expect("kept");
                for draw in 0..self.draws() {
                    let expected = expected(draw, row);
                    let got = kept.get(draw).copied().unwrap_or(f64::NAN);
                    let difference = (got - expected).abs() / expected.abs().max(1.0);
                    let difference =
                        if difference.is_finite() { difference } else { f64::INFINITY };
                    worst = if difference > worst { difference } else { worst };
                }
            }
        };
        for (m, material) in workload.materials.iter().enumerate() {
            compare("secondary", &[material], &|draw, row| self.secondary[draw][row][m]);
        }
        for (name, total) in ["total_stock", "total_outflow"].into_iter().zip(&self.totals) {
            compare(name, &[], &|draw, row| total[draw][row]);
        }
        worst
    }
}

/// The recorded reference: its input and its answers.
pub fn reference() -> (Workload, Expected) {
    let json: Value = serde_json::from_str(REFERENCE).expect("the reference is JSON");
    let every = numbers(&Value::Array(vec![json["every"].clone()]))[0] as usize;
    (Workload::read(&json), Expected::new(&json["expected"], "", every))
}
