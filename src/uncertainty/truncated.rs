//! The normal law confined to a range.

use super::law::Law;
use super::parameters::{MeanStd, Range};
use crate::lanes::{LANES, Row};
use crate::maths::{
    clamp, exp, max, normal_cdf, normal_density, normal_quantile, normal_quantile_row,
};

/// A normal law conditioned on lying in a range.
///
/// Where the range lies above the mean everything is reflected at the mean, so
/// that probabilities are always taken from the lower tail, where they are
/// relatively exact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TruncatedNormal {
    parent: MeanStd,
    range: Range,
    /// 1, or -1 if reflected.
    sign: f64,
    /// Parent's probability below (reflected: above) the point u = 0.
    start: f64,
    /// Change of that probability from u = 0 to u = 1.
    step: f64,
}

/// Positive nodes and weights of the eight-point Gauss-Legendre rule on [-1, 1]
/// (NIST Digital Library of Mathematical Functions, 3.5).
const GAUSS: [(f64, f64); 4] = [
    (0.1834346424956498, 0.362683783378362),
    (0.525532409916329, 0.31370664587788727),
    (0.7966664774136267, 0.22238103445337448),
    (0.9602898564975363, 0.10122853629037626),
];

impl TruncatedNormal {
    /// The law for a standard deviation above 0 and an ordered range; `None` if
    /// no probability is left in the range.
    pub(super) fn new(parent: MeanStd, range: Range) -> Option<Self> {
        let alpha = (range.low - parent.mean) / parent.std;
        let beta = (range.high - parent.mean) / parent.std;
        let (sign, start, step) = if alpha > 0.0 {
            (-1.0, normal_cdf(-alpha), normal_cdf(-beta) - normal_cdf(-alpha))
        } else {
            (1.0, normal_cdf(alpha), normal_cdf(beta) - normal_cdf(alpha))
        };
        (step.abs() > 0.0).then_some(Self { parent, range, sign, start, step })
    }

    /// The range in standard deviations from the parent's mean.
    fn bounds(&self) -> (f64, f64) {
        let MeanStd { mean, std } = self.parent;
        // an end may be infinite; beyond 40 there is no probability
        let score = |x: f64| clamp((x - mean) / std, -40.0, 40.0);
        (score(self.range.low), score(self.range.high))
    }

    /// The law before truncation.
    pub(super) fn parent(&self) -> MeanStd {
        self.parent
    }

    /// The parent's probability of the range.
    pub(super) fn mass(&self) -> f64 {
        self.step.abs()
    }

    /// Mean and variance in units of the parent's standard deviation, the mean
    /// counted from the parent's.
    fn moments(&self) -> (f64, f64) {
        let (alpha, beta) = self.bounds();
        if (beta - alpha) * max(max(alpha.abs(), beta.abs()), 1.0) <= 1.0 {
            return narrow_moments(alpha, beta);
        }
        let (p, q) = (normal_density(alpha), normal_density(beta));
        let z = self.step.abs();
        // E = (φ(α) - φ(β))/Z, Var = 1 + (α φ(α) - β φ(β))/Z - E²
        // (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions
        // 1, 1994, chapter 13, section 10.1)
        let mean = (p - q) / z;
        (mean, max(1.0 + (alpha * p - beta * q) / z - mean * mean, 0.0))
    }

    /// The value at `z`, the parent's standard quantile before reflection.
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        // x = μ ± σ z
        let x = self.parent.mean + self.parent.std * (self.sign * z);
        clamp(x, self.range.low, self.range.high)
    }
}

/// Mean and variance of the standard normal on a narrow `[alpha, beta]`, where
/// the closed form would cancel.
fn narrow_moments(alpha: f64, beta: f64) -> (f64, f64) {
    let (centre, half) = (0.5 * (alpha + beta), 0.5 * (beta - alpha));
    let (mut w0, mut w1, mut w2) = (0.0, 0.0, 0.0);
    for (node, weight) in GAUSS {
        for t in [-node * half, node * half] {
            // φ(c + t)/φ(c) = e^(-t (c + t/2))
            let w = weight * exp(-t * (centre + 0.5 * t));
            w0 += w;
            w1 += w * t;
            w2 += w * t * t;
        }
    }
    let shift = w1 / w0;
    (centre + shift, w2 / w0 - shift * shift)
}

impl Law for TruncatedNormal {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        // x = Φ⁻¹(Φ(α) + u (Φ(β) - Φ(α)))
        self.at(normal_quantile(self.start + u * self.step))
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        for (u, out) in u.iter().zip(out) {
            let mut p = [0.0; LANES];
            for l in 0..LANES {
                p[l] = self.start + u[l] * self.step;
            }
            normal_quantile_row(&p, out);
            for l in 0..LANES {
                out[l] = self.at(out[l]);
            }
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        let z = (x - self.parent.mean) / self.parent.std;
        // F(x) = (Φ(z) - Φ(α))/(Φ(β) - Φ(α))
        clamp((normal_cdf(self.sign * z) - self.start) / self.step, 0.0, 1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        if self.sign < 0.0 {
            let z = (x - self.parent.mean) / self.parent.std;
            // reflected: the probability above x is a lower tail
            return clamp((normal_cdf(-z) - self.start - self.step) / -self.step, 0.0, 1.0);
        }
        1.0 - self.cdf(x)
    }
    fn mean(&self) -> f64 {
        let mean = self.parent.mean + self.parent.std * self.moments().0;
        clamp(mean, self.range.low, self.range.high)
    }
    fn variance(&self) -> f64 {
        self.parent.std * self.parent.std * self.moments().1
    }
    fn support(&self) -> Range {
        self.range
    }
    fn central(&self) -> f64 {
        clamp(self.parent.mean, self.range.low, self.range.high)
    }
}
