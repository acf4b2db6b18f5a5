//! Any law confined to a range.

use super::distribution::{Distribution, Kind};
use super::law::Law;
use super::parameters::{MeanStd, Range, Truncation};
use super::quadrature::{Tail, integral};
use super::searched::Searched;
use super::truncated::TruncatedNormal;
use crate::lanes::{LANES, Row};
use crate::maths::clamp;

/// The probability of the upper tail below which it is asked for directly.
const NEAR_ABOVE: f64 = 1e-3;
/// The largest number below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// The range that a law is confined to, and what that does to probabilities.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    pub(super) range: Range,
    /// Whether probabilities are counted from the upper end, where they are
    /// relatively exact.
    from_above: bool,
    /// The parent's probability below the range, within it and above it.
    below: f64,
    mass: f64,
    above: f64,
    pub(super) report: Truncation,
}

impl Cut {
    /// Confines a law to a range within its support; `None` if no probability
    /// is left.
    pub(super) fn new(law: &Distribution, range: Range) -> Option<Self> {
        // an atom at the lower end belongs to the range
        let low = range.low.next_down();
        let (below, above) = (law.cdf(low), law.survival(range.high));
        let from_above = below > 0.5;
        let mass = if from_above {
            law.survival(low) - above
        } else if above < 0.5 {
            1.0 - below - above
        } else {
            law.cdf(range.high) - below
        };
        // a PERT table ends at 5e-17
        let least = if matches!(law.kind, Kind::Pert(_)) { 1e-12 } else { 1e-280 };
        if mass.is_nan() || mass <= least {
            return None;
        }
        let report = Truncation {
            mean: f64::NAN,
            std: f64::NAN,
            parent_mean: law.mean(),
            parent_std: law.variance().sqrt(),
            mass,
        };
        let mut cut = Self { range, from_above, below, mass, above, report };
        let (mean, variance) = cut.moments(law)?;
        cut.report.mean = clamp(mean, range.low, range.high);
        cut.report.std = variance.sqrt();
        Some(cut)
    }

    /// The probability at which to ask the parent: from below, or from above
    /// where that is relatively more exact.
    #[inline(always)]
    fn probability(&self, u: f64) -> Tail {
        // p = F(a) + u (F(b) - F(a)), 1 - p = S(b) + (1 - u) (S(a) - S(b))
        let p = clamp(self.below + u * self.mass, f64::MIN_POSITIVE, BELOW_ONE);
        let q = clamp(self.above + (1.0 - u) * self.mass, f64::MIN_POSITIVE, BELOW_ONE);
        if self.from_above || q < NEAR_ABOVE { Tail::Upper(q) } else { Tail::Lower(p) }
    }

    pub(super) fn quantile(&self, kind: &Kind, u: f64) -> f64 {
        let x = match self.probability(u) {
            Tail::Lower(p) => kind.quantile(p),
            Tail::Upper(q) => kind.upper(q),
        };
        clamp(x, self.range.low, self.range.high)
    }

    /// The probabilities at which to ask the parent from below; `None` where
    /// lanes are to be asked one by one.
    #[inline(always)]
    pub(super) fn row(&self, u: &Row) -> Option<Row> {
        let mut p = [0.0; LANES];
        let mut below = true;
        for l in 0..LANES {
            match self.probability(u[l]) {
                Tail::Lower(one) => p[l] = one,
                Tail::Upper(_) => below = false,
            }
        }
        below.then_some(p)
    }

    pub(super) fn cdf(&self, kind: &Kind, x: f64) -> f64 {
        if x < self.range.low {
            return 0.0;
        }
        let part = if self.from_above {
            (self.above + self.mass) - kind.survival(x)
        } else {
            kind.cdf(x) - self.below
        };
        if x >= self.range.high { 1.0 } else { clamp(part / self.mass, 0.0, 1.0) }
    }

    pub(super) fn survival(&self, kind: &Kind, x: f64) -> f64 {
        if x < self.range.low {
            1.0
        } else if x >= self.range.high {
            0.0
        } else {
            clamp((kind.survival(x) - self.above) / self.mass, 0.0, 1.0)
        }
    }

    /// The value exceeded with probability `q` within the range.
    pub(super) fn upper(&self, kind: &Kind, q: f64) -> f64 {
        let above = self.above + q * self.mass;
        let below = self.below + (1.0 - q) * self.mass;
        let x = if above < below {
            kind.upper(clamp(above, f64::MIN_POSITIVE, BELOW_ONE))
        } else {
            kind.quantile(clamp(below, f64::MIN_POSITIVE, BELOW_ONE))
        };
        clamp(x, self.range.low, self.range.high)
    }

    /// Mean and variance within the range.
    fn moments(&self, law: &Distribution) -> Option<(f64, f64)> {
        let range = self.range;
        let of = |d: Distribution| (d.mean(), d.variance());
        match &law.kind {
            Kind::Normal(parent) => {
                let parent = MeanStd { mean: parent.mean, std: parent.std };
                let law = TruncatedNormal::new(parent, range)?;
                Some((law.mean(), law.variance()))
            }
            Kind::Discrete(cases) => Distribution::of_cases(cases.within(range)).ok().map(of),
            Kind::Uniform(_) => Distribution::uniform(range).ok().map(of),
            Kind::LogUniform(_) => Distribution::log_uniform(range).ok().map(of),
            Kind::Empirical(sample) => Some(sample.moments(self.below, self.below + self.mass)),
            Kind::Tabulated(table) if let Searched::Mixture(mixture) = table.law() => {
                let own = Range { low: table.own(range.low), high: table.own(range.high) };
                let part = |(w, d): &(f64, Distribution)| {
                    let cut = d.clone().truncated(own).ok()?;
                    let mass = cut.truncation().map_or(1.0, |t| t.mass);
                    Some((w * mass, cut.mean(), cut.variance()))
                };
                let parts: Vec<_> = mixture.parts.iter().filter_map(part).collect();
                let total: f64 = parts.iter().map(|p| p.0).sum();
                let mean = parts.iter().map(|p| p.0 * p.1).sum::<f64>() / total;
                let square = |p: &(f64, f64, f64)| p.0 * (p.2 + (p.1 - mean) * (p.1 - mean));
                let variance = parts.iter().map(square).sum::<f64>() / total;
                let scale = table.unit() / mixture.unit;
                Some((table.placed(mean), scale * scale * variance))
            }
            _ => {
                // the quantile of a triangular law bends at the mode
                let bend = match &law.kind {
                    Kind::Triangular(t) => (law.cdf(t.0.mode) - self.below) / self.mass,
                    _ => 0.0,
                };
                let at = |tail| match tail {
                    Tail::Lower(u) => self.quantile(&law.kind, u),
                    Tail::Upper(q) => self.upper(&law.kind, q),
                };
                let mean = integral(bend, at);
                let square = |tail| (at(tail) - mean) * (at(tail) - mean);
                Some((mean, integral(bend, square)))
            }
        }
    }
}
