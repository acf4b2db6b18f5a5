//! The statistics of one number over all draws.

use super::histogram::Counts;
use super::statistics::{Bounds, CELLS, Moments};
use super::tally::{Layout, Strays};
use crate::lanes::LANES;

/// A quantile read from a streaming histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantile {
    /// The quantile, interpolated within its bin.
    Value(f64),
    /// It lies below this lower end of the histogram.
    Below(f64),
    /// It lies above this upper end of the histogram.
    Above(f64),
}

impl Quantile {
    /// The number: the quantile or the end it lies beyond.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Value(x) | Self::Below(x) | Self::Above(x) => x,
        }
    }
}

/// The statistics of one number over all draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The value in the central case (draw 0).
    pub central: f64,
    /// The mean over the draws.
    pub mean: f64,
    /// The standard deviation over the draws.
    pub sd: f64,
    /// The 5 % quantile.
    pub p05: Quantile,
    /// The 25 % quantile.
    pub p25: Quantile,
    /// The median.
    pub p50: Quantile,
    /// The 75 % quantile.
    pub p75: Quantile,
    /// The 95 % quantile.
    pub p95: Quantile,
}

impl Summary {
    /// The summary of a number that is zero in every draw.
    pub(super) fn zero() -> Self {
        let zero = Quantile::Value(0.0);
        let [p05, p25, p50, p75, p95] = [zero; 5];
        Self { central: 0.0, mean: 0.0, sd: 0.0, p05, p25, p50, p75, p95 }
    }

    /// The standard error of the mean of `draws` independent draws (E41).
    ///
    /// Draws of a Latin hypercube or of Sobol' points are not independent: there
    /// the mean usually errs by less, for most outputs of the shipped scenarios
    /// by much less ([measured](crate::randomness)); of a sample file it depends
    /// on how its rows were made. Several seeds tell.
    #[must_use]
    pub fn standard_error(&self, draws: u32) -> f64 {
        self.sd / f64::from(draws).sqrt()
    }
}

/// The shares of the draws at which quantiles are reported.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The summary of every number tallied.
pub(super) fn summarise(
    layout: &Layout,
    moments: &[Moments],
    counts: &[Counts],
    strays: &Strays,
    draws: u32,
) -> Vec<Summary> {
    let n = f64::from(draws);
    let mut summaries = Vec::with_capacity(moments.len());
    for (number, [first, second]) in moments.iter().enumerate() {
        let (central, bounds) = (layout.central[number], &layout.bounds[number]);
        let counts = match layout.varying[number] {
            Some(at) => Counts::of(counts, at),
            None => constant(bounds, number, strays, draws),
        };
        // (E40) mean = x₀ + Σd/n,  variance = (Σd² − (Σd)²/n)/(n − 1)
        let mean = central + first / n;
        let spread = second - first * first / n;
        let variance = if draws > 1 && spread > 0.0 { spread / (n - 1.0) } else { 0.0 };
        let [p05, p25, p50, p75, p95] = quantiles(&counts, bounds, draws);
        summaries.push(Summary { central, mean, sd: variance.sqrt(), p05, p25, p50, p75, p95 });
    }
    summaries
}

/// The counts of a number that did not vary in the pilot: all draws that were
/// not found to be otherwise are in the cell of its one value.
fn constant(bounds: &Bounds, number: usize, strays: &Strays, draws: u32) -> [u64; CELLS] {
    let mut counts = [0; CELLS];
    let mut found = 0;
    for ((_, cell), count) in strays.range((number, 0)..=(number, u8::MAX)) {
        counts[usize::from(*cell)] += count;
        found += count;
    }
    let value = bounds.constant().unwrap_or_default();
    let [own, ..] = bounds.cells(&[value; LANES]);
    counts[usize::from(own)] += u64::from(draws) - found;
    counts
}

/// The values below which shares of the draws lie, linear within their bins (E43).
fn quantiles(counts: &[u64; CELLS], bounds: &Bounds, draws: u32) -> [Quantile; 5] {
    let targets = SHARES.map(|p| p * f64::from(draws));
    let mut found = [Quantile::Above(bounds.high()); 5];
    let (mut below, mut next) = (counts[0], 0);
    while next < targets.len() && targets[next] < below as f64 {
        found[next] = Quantile::Below(bounds.low());
        next += 1;
    }
    for (bin, count) in counts[1..CELLS - 1].iter().enumerate() {
        if *count == 0 {
            continue;
        }
        while next < targets.len() && targets[next] <= (below + count) as f64 {
            let within = (targets[next] - below as f64) / *count as f64;
            found[next] = Quantile::Value(bounds.value(bin as f64 + within));
            next += 1;
        }
        below += count;
    }
    found
}
