//! A law read off a sample.

use super::law::Law;
use super::parameters::Range;
use std::sync::Arc;

/// At least two ascending finite numbers, the first below the last.
///
/// The quantile is linear between the sorted numbers, which lie at
/// 0, 1/(n-1), …, 1: type 7 of Hyndman and Fan, The American Statistician 50
/// (1996) 361-365. Mean and variance are those of this law, not of the sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Empirical(pub(super) Arc<[f64]>);

impl Empirical {
    /// Number of stretches between neighbours.
    fn stretches(&self) -> f64 {
        (self.0.len() - 1) as f64
    }

    /// Mean and variance between two probabilities.
    pub(super) fn moments(&self, from: f64, to: f64) -> (f64, f64) {
        let n = self.stretches();
        let (first, last) = ((from * n).floor() as usize, (to * n).ceil() as usize);
        // weight, middle and width of each stretch
        let part = |i: usize| {
            let start = if i == first { from } else { i as f64 / n };
            let end = if i + 1 == last { to } else { (i + 1) as f64 / n };
            let (low, high) = (self.quantile(start), self.quantile(end));
            (end - start, 0.5 * low + 0.5 * high, high - low)
        };
        let total: f64 = (first..last).map(|i| part(i).0).sum();
        let mean = (first..last).map(|i| part(i).0 * part(i).1).sum::<f64>() / total;
        let square = |i| {
            let (weight, middle, width) = part(i);
            weight * (width * width / 12.0 + (middle - mean) * (middle - mean))
        };
        (mean, (first..last).map(square).sum::<f64>() / total)
    }
}

impl Law for Empirical {
    fn quantile(&self, u: f64) -> f64 {
        let position = u * self.stretches();
        let below = (position as usize).min(self.0.len() - 2);
        let share = position - below as f64;
        // either form is exact at its own end
        let (low, high) = (self.0[below], self.0[below + 1]);
        if share < 0.5 { low + share * (high - low) } else { high - (1.0 - share) * (high - low) }
    }
    fn cdf(&self, x: f64) -> f64 {
        let count = self.0.partition_point(|value| *value <= x);
        if count == 0 {
            return 0.0;
        }
        let Some(next) = self.0.get(count) else { return 1.0 };
        let last = self.0[count - 1];
        ((count - 1) as f64 + (x - last) / (next - last)) / self.stretches()
    }
    fn mean(&self) -> f64 {
        self.moments(0.0, 1.0).0
    }
    fn variance(&self) -> f64 {
        self.moments(0.0, 1.0).1
    }
    fn support(&self) -> Range {
        Range { low: self.0[0], high: self.0[self.0.len() - 1] }
    }
    fn central(&self) -> f64 {
        self.quantile(0.5)
    }
}
