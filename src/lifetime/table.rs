//! Laws given point by point: a survival table, a hazard for each year of age.

use crate::error::{Error, argument};

/// Survival at given ages, linear between them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    /// Ages and survival; the first is (0, S(0)), the last survival is 0.
    points: Vec<(f64, f64)>,
}

impl Table {
    pub(super) fn new(ages: &[f64], survival: &[f64]) -> Result<Self, Error> {
        let wrong = |message: &str, key: String, found: String, allowed: &str, fix: &str| {
            Err(argument(format!("survival table: {message}"), key, found, allowed, fix))
        };
        if ages.is_empty() || ages.len() != survival.len() {
            return wrong(
                "ages and survival must pair up",
                "survival".into(),
                format!("{} ages, {} values", ages.len(), survival.len()),
                "as many values as ages, at least one",
                "write one value for every age",
            );
        }
        let mut points = Vec::with_capacity(ages.len() + 1);
        let (mut before, mut above) = (f64::NEG_INFINITY, 1.0);
        for (i, (&age, &share)) in ages.iter().zip(survival).enumerate() {
            if !(age.is_finite() && age >= 0.0 && age > before) {
                return wrong(
                    "ages must ascend",
                    format!("ages[{i}]"),
                    format!("{age}"),
                    "finite ages of 0 or more, each above the one before",
                    "order the table by age",
                );
            }
            if !(0.0..=1.0).contains(&share) {
                return wrong(
                    "a share is out of bounds",
                    format!("survival[{i}]"),
                    format!("{share}"),
                    "0 to 1",
                    "write the share still in use",
                );
            }
            if share > above {
                return wrong(
                    "survival rises",
                    format!("survival[{i}]"),
                    format!("{share} after {above}"),
                    "a share not above the one before",
                    "check the order of the table, or whether it lists shares that left",
                );
            }
            if i == 0 && age > 0.0 {
                points.push((0.0, 1.0));
            }
            points.push((age, share));
            (before, above) = (age, share);
        }
        if above > 0.0 {
            return wrong(
                "a lifetime that never ends",
                format!("survival[{}]", survival.len() - 1),
                format!("{above}"),
                "0 at the last age",
                "add the age at which nothing is left",
            );
        }
        Ok(Self { points })
    }

    /// The points around `x` ≥ 0, if `x` is not beyond the last.
    fn around(&self, x: f64) -> Option<[(f64, f64); 2]> {
        let i = self.points.partition_point(|point| point.0 <= x);
        (i < self.points.len() && i > 0).then(|| [self.points[i - 1], self.points[i]])
    }

    pub(super) fn survival(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        self.around(x).map_or(0.0, |[(a, high), (b, low)]| {
            let part = (x - a) / (b - a);
            high + part * (low - high)
        })
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        self.around(x).map_or(0.0, |[(a, high), (b, low)]| (high - low) / (b - a))
    }

    pub(super) fn mean(&self) -> f64 {
        self.points.windows(2).map(|p| 0.5 * (p[0].1 + p[1].1) * (p[1].0 - p[0].0)).sum()
    }

    pub(super) fn quantile(&self, p: f64) -> f64 {
        let left = 1.0 - p;
        let i = self.points.partition_point(|point| point.1 > left);
        match (i.checked_sub(1).map(|j| self.points[j]), self.points.get(i)) {
            (Some((a, high)), Some(&(b, low))) => a + (high - left) / (high - low) * (b - a),
            (None, Some(first)) => first.0,
            (_, None) => self.points[self.points.len() - 1].0,
        }
    }
}

/// The share that leaves in each year of age, of those that reached it; the
/// last holds for all higher ages. Within a year exits are spread evenly.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DiscreteHazard {
    hazards: Vec<f64>,
    /// S at the beginning of each year of age.
    survival: Vec<f64>,
}

impl DiscreteHazard {
    pub(super) fn new(hazards: &[f64]) -> Result<Self, Error> {
        let wrong = |message: &str, key: String, found: String, allowed: &str, fix: &str| {
            Err(argument(format!("discrete hazard: {message}"), key, found, allowed, fix))
        };
        if let Some(i) = hazards.iter().position(|h| !(0.0..=1.0).contains(h)) {
            return wrong(
                "a share is out of bounds",
                format!("hazards[{i}]"),
                format!("{}", hazards[i]),
                "0 to 1",
                "write the share of those present that leaves within the year of age",
            );
        }
        match hazards.last() {
            None => wrong(
                "no values",
                "hazards".into(),
                "an empty series".into(),
                "at least one value",
                "write the hazard of each year of age",
            ),
            Some(0.0) if !hazards.contains(&1.0) => wrong(
                "a lifetime that never ends",
                format!("hazards[{}]", hazards.len() - 1),
                "0".into(),
                "a last value above 0, as it holds for all higher ages",
                "end with the hazard of high ages",
            ),
            Some(_) => {
                let mut left = 1.0;
                let survival = hazards.iter().map(|h| {
                    let now = left;
                    left *= 1.0 - h;
                    now
                });
                Ok(Self { survival: survival.collect(), hazards: hazards.to_vec() })
            }
        }
    }

    /// S at the beginning of the year of age, the hazard in it, and the part of
    /// the year gone.
    fn at(&self, x: f64) -> (f64, f64, f64) {
        let last = self.hazards.len() - 1;
        let year = x.floor();
        if year < last as f64 {
            let i = year as usize;
            (self.survival[i], self.hazards[i], x - year)
        } else {
            let h = self.hazards[last];
            let years = year - last as f64;
            let kept = if h == 0.0 || years == 0.0 {
                1.0
            } else {
                crate::maths::exp(years * crate::maths::ln_1p(-h))
            };
            (self.survival[last] * kept, h, x - year)
        }
    }

    pub(super) fn survival(&self, x: f64) -> f64 {
        if x == f64::INFINITY {
            return 0.0;
        }
        let (start, hazard, part) = self.at(x);
        start * (1.0 - hazard * part)
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        if x == f64::INFINITY {
            return 0.0;
        }
        let (start, hazard, _) = self.at(x);
        start * hazard
    }

    pub(super) fn mean(&self) -> f64 {
        let last = self.hazards.len() - 1;
        let (h, s) = (self.hazards[last], self.survival[last]);
        let years = self.survival.iter().zip(&self.hazards).take(last);
        // each year S·(1 − h/2); the geometric tail S·(1 − h/2)/h
        let tail = if s > 0.0 { s * (1.0 - 0.5 * h) / h } else { 0.0 };
        years.map(|(s, h)| s * (1.0 - 0.5 * h)).sum::<f64>() + tail
    }
}
