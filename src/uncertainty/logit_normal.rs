//! The logit-normal law of a share.

use super::law::{FromNormal, Law};
use super::parameters::Range;
use crate::lanes::Row;
use crate::maths::{logistic, logit, max, min, normal_cdf, normal_density, normal_quantile};

/// The law of 1/(1 + e^-(μ + σ Z)), σ > 0, μ finite.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogitNormal {
    pub(super) mu: f64,
    pub(super) sigma: f64,
}

impl LogitNormal {
    /// The mean of `f` over the law, by the trapezoidal rule in the standard
    /// normal variable.
    ///
    /// The rule converges like e^(-2π²/(σh)) here, since the logistic function
    /// has its poles at distance π (Trefethen and Weideman, SIAM Review 56
    /// (2014) 385-458); the step h shrinks with σ, down to 1/4096.
    fn average(&self, f: impl Fn(f64) -> f64) -> f64 {
        const REACH: f64 = 9.0;
        let per_unit = min((4.0 * max(self.sigma, 1.0)).floor(), 4096.0);
        let half = (REACH * per_unit) as i32;
        let (mut sum, mut weights) = (0.0, 0.0);
        for i in -half..=half {
            let z = f64::from(i) / per_unit;
            let weight = normal_density(z);
            sum += weight * f(self.at(z));
            weights += weight;
        }
        sum / weights
    }
}

impl FromNormal for LogitNormal {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        // p = 1/(1 + e^-(μ + σ z))
        logistic(self.mu + self.sigma * z)
    }
}

impl Law for LogitNormal {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        self.at_uniform_rows(u, out);
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            normal_cdf((logit(x) - self.mu) / self.sigma)
        }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x >= 1.0 {
            0.0
        } else {
            normal_cdf((self.mu - logit(x)) / self.sigma)
        }
    }
    fn upper(&self, q: f64) -> f64 {
        self.at(-normal_quantile(q))
    }
    fn mean(&self) -> f64 {
        self.average(|p| p)
    }
    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.average(|p| (p - mean) * (p - mean))
    }
    fn support(&self) -> Range {
        Range { low: 0.0, high: 1.0 }
    }
    fn central(&self) -> f64 {
        self.at(0.0)
    }
}
