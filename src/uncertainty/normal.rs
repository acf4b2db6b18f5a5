//! The normal law.

use super::law::{FromNormal, Law};
use super::parameters::Range;
use crate::lanes::Row;
use crate::maths::{normal_cdf, normal_quantile};

/// The normal law with a standard deviation above 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Normal {
    pub(super) mean: f64,
    pub(super) std: f64,
}

impl FromNormal for Normal {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        // x = μ + σ z
        self.mean + self.std * z
    }
}

impl Law for Normal {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        self.at_uniform_rows(u, out);
    }
    fn cdf(&self, x: f64) -> f64 {
        normal_cdf((x - self.mean) / self.std)
    }
    fn survival(&self, x: f64) -> f64 {
        normal_cdf((self.mean - x) / self.std)
    }
    fn upper(&self, q: f64) -> f64 {
        self.at(-normal_quantile(q))
    }
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.std * self.std
    }
    fn support(&self) -> Range {
        Range { low: f64::NEG_INFINITY, high: f64::INFINITY }
    }
    fn central(&self) -> f64 {
        self.mean
    }
}
