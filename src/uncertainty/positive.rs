//! Laws of positive quantities: lognormal and Weibull.

use super::law::{FromNormal, Law};
use super::parameters::Range;
use crate::lanes::Row;
use crate::maths::{exp, exp_m1, gamma, ln, ln_1p, normal_cdf, normal_quantile, pow};

/// The law of e^(μ + σ Z), σ > 0, by its median e^μ.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogNormal {
    pub(super) median: f64,
    pub(super) sigma: f64,
}

impl FromNormal for LogNormal {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        // x = m e^(σ z)
        self.median * exp(self.sigma * z)
    }
}

impl Law for LogNormal {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        self.at_uniform_rows(u, out);
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { normal_cdf(ln(x / self.median) / self.sigma) }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { normal_cdf(ln(self.median / x) / self.sigma) }
    }
    fn upper(&self, q: f64) -> f64 {
        self.at(-normal_quantile(q))
    }
    fn mean(&self) -> f64 {
        // E = m e^(σ²/2)
        self.median * exp(0.5 * self.sigma * self.sigma)
    }
    fn variance(&self) -> f64 {
        // Var = (e^(σ²) - 1) E²
        let mean = self.mean();
        exp_m1(self.sigma * self.sigma) * mean * mean
    }
    fn support(&self) -> Range {
        Range { low: 0.0, high: f64::INFINITY }
    }
    fn central(&self) -> f64 {
        self.median
    }
}

/// The Weibull law with survival function e^(-(x/λ)ᵏ).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weibull {
    pub(super) scale: f64,
    pub(super) shape: f64,
}

impl Law for Weibull {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        // x = λ (-ln(1 - u))^(1/k)
        self.scale * pow(-ln_1p(-u), 1.0 / self.shape)
    }
    fn cdf(&self, x: f64) -> f64 {
        // F(x) = 1 - e^(-(x/λ)ᵏ)
        if x <= 0.0 { 0.0 } else { -exp_m1(-pow(x / self.scale, self.shape)) }
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { exp(-pow(x / self.scale, self.shape)) }
    }
    fn upper(&self, q: f64) -> f64 {
        self.scale * pow(-ln(q), 1.0 / self.shape)
    }
    fn mean(&self) -> f64 {
        // E = λ Γ(1 + 1/k)
        self.scale * gamma(1.0 + 1.0 / self.shape)
    }
    fn variance(&self) -> f64 {
        // Var = λ² Γ(1 + 1/k)² (Γ(1 + 2/k)/Γ(1 + 1/k)² - 1)
        let first = gamma(1.0 + 1.0 / self.shape);
        let second = gamma(1.0 + 2.0 / self.shape);
        self.scale * self.scale * (second - first * first)
    }
    fn support(&self) -> Range {
        Range { low: 0.0, high: f64::INFINITY }
    }
    fn central(&self) -> f64 {
        self.quantile(0.5)
    }
}
