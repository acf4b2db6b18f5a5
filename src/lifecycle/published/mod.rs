//! Published figures and where they are in an outcome.
//!
//! [`figures`] has those that the shipped scenarios for Japan and the EU are set
//! beside, each with its source, what of it went into the scenario
//! ([`Use`]), and why ours differs. They stand in a table of their own,
//! `figures.toml`; figures of one's own are made the same way.
//!
//! # Examples
//! ```
//! use blackmass::lifecycle::{self, published};
//! use blackmass::{Ensemble, Plan, scenario::Scenario};
//! let plan = Plan::compile(&lifecycle::system(&Scenario::eu())?)?;
//! let outcome = Ensemble::new(&plan).draws(64).run()?;
//! let cars = published::figures().iter().find(|f| f.what.starts_with("battery cars in use"));
//! let cars = cars.expect("it is there");
//! let ours = cars.found(&outcome, "baseline").expect("reported");
//! println!("{:.1} {} here, {} by {}", ours.mean, cars.unit, cars.printed, cars.source);
//! # Ok::<(), blackmass::Error>(())
//! ```

mod figures;

use crate::ensemble::{Outcome, Report};
use std::ops::RangeInclusive;

pub use figures::figures;

/// Whether a figure went into the scenario's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was not used, though it may have been known: agreement is a test.
    Untouched,
    /// Numbers it was derived from are inputs: agreement is a check of the
    /// arithmetic and of definitions.
    Input,
    /// A prior was fitted to it: agreement shows the fit and tests nothing.
    Fitted,
}

impl Use {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Untouched, Self::Input, Self::Fitted];

    /// One word: `untouched`, `input` or `fitted`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Input => "input",
            Self::Fitted => "fitted",
        }
    }
}

/// Elements of a series, each by its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elements {
    /// All of them.
    All,
    /// These alone.
    These(Vec<Vec<String>>),
    /// All but these.
    But(Vec<Vec<String>>),
}

impl Elements {
    fn has(&self, labels: &Vec<String>) -> bool {
        match self {
            Self::All => true,
            Self::These(some) => some.contains(labels),
            Self::But(some) => !some.contains(labels),
        }
    }
}

/// Elements of a series over years, summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The series below the region.
    pub series: String,
    /// Its elements.
    pub elements: Elements,
    /// The years.
    pub years: RangeInclusive<i32>,
}

/// A number of a region in an outcome: a sum, or a ratio of two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ours {
    /// What is summed.
    pub sum: Vec<Part>,
    /// What it is divided by; by nothing if empty.
    pub over: Vec<Part>,
    /// Whether one minus it is meant.
    pub rest: bool,
}

/// A published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The region.
    pub region: String,
    /// What it is, in words.
    pub what: String,
    /// The unit it is published in.
    pub unit: String,
    /// Base units of our number in `unit`.
    pub scale: f64,
    /// Our number.
    pub ours: Ours,
    /// The lowest and the highest published value, in `unit`.
    pub theirs: (f64, f64),
    /// The value as it is printed there.
    pub printed: String,
    /// Where.
    pub source: String,
    /// What of it is in the shipped scenario.
    pub used: Use,
    /// Why ours differs, or why it does not.
    pub why: String,
    /// Whether it is among the few to show where there is little room.
    pub telling: bool,
}

/// Our number of a [`Figure`], in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The mean of the draws; of a ratio whose draws were not kept the ratio of
    /// the means.
    pub mean: f64,
    /// The 5 and 95 % quantiles; `None` for a sum or ratio of numbers whose draws
    /// were not kept.
    pub band: Option<(f64, f64)>,
    /// Whether `mean` is a ratio of means.
    pub is_of_means: bool,
}

impl Found {
    /// Whether the band and a range meet; `None` without a band.
    #[must_use]
    pub fn meets(&self, (low, high): (f64, f64)) -> Option<bool> {
        self.band.map(|(p05, p95)| p05 <= high && p95 >= low)
    }
}

/// A number of an outcome: an element of a report in a year.
pub(crate) type Place<'a> = (&'a Report, usize, i32);

impl Figure {
    /// Our number under a policy, if all that it is made of is in the outcome.
    /// Where the draws of all of it were [kept](crate::Ensemble::keep), the
    /// quantiles are exact (the nearest draws), otherwise those of the outcome.
    #[must_use]
    pub fn found(&self, outcome: &Outcome, policy: &str) -> Option<Found> {
        let (sum, over) = self.places(outcome, policy)?;
        let is_ratio = !over.is_empty();
        let of = |above: f64, below: f64| {
            let x = if is_ratio { above / below } else { above };
            (if self.ours.rest { 1.0 - x } else { x }) / self.scale
        };
        if let (Some(above), Some(below)) = (draws(outcome, &sum), draws(outcome, &over)) {
            let mut all: Vec<f64> = match is_ratio {
                true => above.iter().zip(&below).map(|(a, b)| of(*a, *b)).collect(),
                false => above.iter().map(|a| of(*a, 1.0)).collect(),
            };
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            all.sort_by(f64::total_cmp);
            let at = |p: f64| all[((all.len() - 1) as f64 * p).round() as usize];
            return Some(Found { mean, band: Some((at(0.05), at(0.95))), is_of_means: false });
        }
        let mean = of(means(&sum)?, means(&over)?);
        let band = match (&sum[..], is_ratio) {
            ([(report, element, year)], false) => {
                let x = report.summary(*element, *year)?;
                let [p05, p95] = [x.p05, x.p95].map(|q| of(q.value(), 1.0));
                Some(if self.ours.rest { (p95, p05) } else { (p05, p95) })
            }
            _ => None,
        };
        Some(Found { mean, band, is_of_means: is_ratio })
    }

    /// What is summed, and what that is divided by.
    pub(crate) fn places<'a>(
        &self,
        outcome: &'a Outcome,
        policy: &str,
    ) -> Option<(Vec<Place<'a>>, Vec<Place<'a>>)> {
        let of = |parts: &[Part]| {
            let mut all = Vec::new();
            for part in parts {
                let report = outcome.report(policy, &format!("{}.{}", self.region, part.series))?;
                let labels = report.series().labels.iter().enumerate();
                let some: Vec<usize> =
                    labels.filter(|(_, l)| part.elements.has(l)).map(|(e, _)| e).collect();
                let named = if let Elements::These(e) = &part.elements { e.len() } else { 1 };
                if some.len() < named {
                    return None;
                }
                for year in part.years.clone() {
                    for element in &some {
                        report.summary(*element, year)?;
                        all.push((report, *element, year));
                    }
                }
            }
            Some(all)
        };
        Some((of(&self.ours.sum)?, of(&self.ours.over)?))
    }

    /// The series that it is made of, as `<region>.<name>`.
    pub fn series(&self) -> impl Iterator<Item = String> + '_ {
        let parts = self.ours.sum.iter().chain(&self.ours.over);
        parts.map(|part| format!("{}.{}", self.region, part.series))
    }
}

/// The sum in each draw, if the draws of all places were kept.
fn draws(outcome: &Outcome, places: &[Place]) -> Option<Vec<f64>> {
    let mut sums = vec![0.0; outcome.draws() as usize];
    for (report, element, year) in places {
        let draws = outcome.draws_of(report, *element, *year)?;
        sums.iter_mut().zip(draws).for_each(|(s, x)| *s += x);
    }
    Some(sums)
}

fn means(places: &[Place]) -> Option<f64> {
    places.iter().map(|(report, e, year)| Some(report.summary(*e, *year)?.mean)).sum()
}
