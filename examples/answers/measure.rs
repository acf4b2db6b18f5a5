//! What is asked about: a reported number, or a sum of some.

use super::study::{Run, missing};
use blackmass::Error;
use blackmass::analysis::{Coalitions, Payoffs};

/// A series by name, summed over places, for one material in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Regions, partners, or `world`.
    pub places: Vec<String>,
    pub series: String,
    /// Empty for a series without materials.
    pub material: String,
    pub year: i32,
    /// `t/yr`, `share`, ...
    pub unit: &'static str,
}

impl Measure {
    pub fn new(
        places: &[&str],
        series: &str,
        material: &str,
        year: i32,
        unit: &'static str,
    ) -> Self {
        let places = places.iter().map(|p| (*p).to_owned()).collect();
        Self { places, series: series.to_owned(), material: material.to_owned(), year, unit }
    }

    /// The names of what is summed.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.places.iter().map(|place| format!("{place}.{}", self.series))
    }

    fn labels(&self) -> Vec<&str> {
        Some(self.material.as_str()).filter(|m| !m.is_empty()).into_iter().collect()
    }

    /// Every draw under a policy of a run.
    pub fn draws(&self, run: &Run, policy: &str) -> Result<Vec<f64>, Error> {
        let mut sum = vec![0.0; run.outcome.draws() as usize];
        for name in self.names() {
            let found = run.outcome.report(policy, &name).and_then(|report| {
                let element = report.element(&self.labels())?;
                run.outcome.draws_of(report, element, self.year)
            });
            add(&mut sum, &found.ok_or_else(|| missing(&name, &self.material, self.year))?);
        }
        Ok(sum)
    }

    /// Wants it of every coalition.
    pub fn want<'a>(&self, coalitions: Coalitions<'a>) -> Coalitions<'a> {
        self.names().fold(coalitions, |c, name| c.wanted(&name, &self.labels(), self.year))
    }

    /// Every draw under a coalition.
    pub fn payoff(&self, payoffs: &Payoffs, coalition: usize) -> Result<Vec<f64>, Error> {
        let mut sum = Vec::new();
        for name in self.names() {
            let mut wanted = payoffs.wanted().iter();
            let at = wanted
                .position(|w| w.name == name && w.year == self.year && w.labels == self.labels());
            let found = at.and_then(|at| payoffs.of(at)).and_then(|all| all.get(coalition));
            let found = found.ok_or_else(|| missing(&name, &self.material, self.year))?;
            sum.resize(found.len(), 0.0);
            add(&mut sum, found);
        }
        Ok(sum)
    }
}

fn add(sum: &mut [f64], other: &[f64]) {
    for (sum, x) in sum.iter_mut().zip(other) {
        *sum += x;
    }
}
