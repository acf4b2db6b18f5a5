//! Some values, each with a probability.

use super::law::Law;
use super::parameters::Range;
use std::sync::Arc;

/// At least two ascending values with their probabilities.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Discrete {
    /// Value, probability, probability of it or a smaller one.
    cases: Arc<[(f64, f64, f64)]>,
}

impl Discrete {
    /// The law of finite values with weights of 0 or more, one of them above 0;
    /// equal values are joined. `Err` holds the only value there is.
    pub(super) fn new(mut pairs: Vec<(f64, f64)>) -> Result<Self, f64> {
        pairs.retain(|(_, weight)| *weight > 0.0);
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        if let [(value, _)] = pairs[..] {
            return Err(value);
        }
        let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        let mut sum = 0.0;
        let mut cases: Vec<_> = pairs
            .into_iter()
            .map(|(value, weight)| {
                sum += weight;
                (value, weight / total, sum / total)
            })
            .collect();
        if let Some(last) = cases.last_mut() {
            last.2 = 1.0;
        }
        Ok(Self { cases: cases.into() })
    }

    /// The values of a range with their probabilities.
    pub(super) fn within(&self, range: Range) -> Vec<(f64, f64)> {
        let inside = |x: f64| x >= range.low && x <= range.high;
        self.cases.iter().filter(|c| inside(c.0)).map(|c| (c.0, c.1)).collect()
    }

    fn at(&self, index: usize) -> f64 {
        self.cases[index.min(self.cases.len() - 1)].0
    }
}

impl Law for Discrete {
    /// The smallest value whose probability, with that of smaller ones, reaches
    /// `u`.
    fn quantile(&self, u: f64) -> f64 {
        self.at(self.cases.partition_point(|case| case.2 < u))
    }
    fn cdf(&self, x: f64) -> f64 {
        let count = self.cases.partition_point(|case| case.0 <= x);
        if count == 0 { 0.0 } else { self.cases[count - 1].2 }
    }
    fn mean(&self) -> f64 {
        self.cases.iter().map(|(value, p, _)| value * p).sum()
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.cases.iter().map(|(value, p, _)| p * (value - mean) * (value - mean)).sum()
    }
    fn support(&self) -> Range {
        Range { low: self.at(0), high: self.at(usize::MAX) }
    }
    fn central(&self) -> f64 {
        self.quantile(0.5)
    }
}
