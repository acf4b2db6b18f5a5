//! Processes with lognormal values: prices.

use super::{OrnsteinUhlenbeck, RandomWalk};
use crate::maths::normal_quantile;
use crate::system::Expr;

/// What a process with a normal logarithm offers.
macro_rules! lognormal {
    ($process:ty) => {
        impl $process {
            /// The path for standard normals e.
            #[must_use]
            pub fn path(&self, noise: impl Into<Expr>) -> Expr {
                self.logarithm().path(noise).exp()
            }

            /// The mean of each year.
            #[must_use]
            pub fn mean(&self) -> Expr {
                mean(self.logarithm().mean(), &self.logarithm().variance())
            }

            /// The variance of each year.
            #[must_use]
            pub fn variance(&self) -> Expr {
                variance(self.logarithm().mean(), &self.logarithm().variance())
            }

            /// What the value stays below with probability p, each year.
            #[must_use]
            pub fn quantile(&self, p: f64) -> Expr {
                quantile(self.logarithm().mean(), self.logarithm().variance(), p)
            }
        }
    };
}

/// Geometric Brownian motion, dS = μ·S·dt + σ·S·dW, with its exact step:
///
/// ```text
/// S₀ = start,  Sₜ = Sₜ₋₁·exp(μ − σ²/2 + σ·eₜ)
/// E[Sₜ] = S₀·e^(μt)
/// Var[Sₜ] = E[Sₜ]²·(e^(σ²t) − 1)
/// quantile p: S₀·exp((μ − σ²/2)·t + σ·√t·Φ⁻¹(p))
/// ```
#[derive(Clone, Debug)]
pub struct GeometricBrownianMotion {
    /// The value in the first year; above 0.
    pub start: Expr,
    /// μ, the growth of the mean, per year.
    pub drift: Expr,
    /// σ, per square root of a year.
    pub volatility: Expr,
}

impl GeometricBrownianMotion {
    fn logarithm(&self) -> RandomWalk {
        // μ − σ²/2
        let drift = self.drift.clone() - self.volatility.clone() * &self.volatility * 0.5;
        RandomWalk { start: self.start.clone().ln(), drift, sd: self.volatility.clone() }
    }
}

lognormal!(GeometricBrownianMotion);

/// A price whose logarithm returns to a level, dS = κ·(ln L + σ²/(2κ) − ln S)·S·dt
/// + σ·S·dW: ln S is an [`OrnsteinUhlenbeck`] process around ln L.
///
/// ```text
/// ln Sₜ normal: mₜ = ln L + a^t·(ln S₀ − ln L), a = e^−κ,  vₜ = σ²·(1 − a²ᵗ)/(2κ)
/// E[Sₜ] = exp(mₜ + vₜ/2)
/// Var[Sₜ] = E[Sₜ]²·(e^vₜ − 1)
/// quantile p: exp(mₜ + √vₜ·Φ⁻¹(p))
/// ```
///
/// Schwartz, "The stochastic behavior of commodity prices: implications for
/// valuation and hedging", Journal of Finance 52 (1997) 923-973, model 1.
#[derive(Clone, Debug)]
pub struct Schwartz {
    /// The price in the first year; above 0.
    pub start: Expr,
    /// L, the median in the long run, in the unit of the price; above 0.
    pub level: Expr,
    /// κ, how fast the logarithm returns, per year; above 0.
    pub reversion: Expr,
    /// σ, per square root of a year.
    pub volatility: Expr,
}

impl Schwartz {
    fn logarithm(&self) -> OrnsteinUhlenbeck {
        OrnsteinUhlenbeck {
            start: self.start.clone().ln(),
            level: self.level.clone().ln(),
            reversion: self.reversion.clone(),
            volatility: self.volatility.clone(),
        }
    }

    /// The path of a price that starts so many steps after the first year and
    /// has its start value until then, for standard normals e:
    ///
    /// ```text
    /// ln S = ln L + a^τ·(ln S₀ − ln L) + n,  τ the years since the start, else 0
    /// nₜ = a·nₜ₋₁ + s·eₜ after the start, else 0
    /// ```
    #[cfg(feature = "scenario")]
    pub(crate) fn path_from(&self, steps: u32, noise: impl Into<Expr>) -> Expr {
        let since = (super::elapsed() - f64::from(steps)).max(0.0);
        let moving = since.clone().min(1.0);
        let logarithm = self.logarithm();
        let (start, level) = (logarithm.start.clone(), logarithm.level.clone());
        let left = (-self.reversion.clone() * since).exp();
        let noisy = OrnsteinUhlenbeck { start: 0.0.into(), level: 0.0.into(), ..logarithm };
        let sum = level.clone() + (start - level) * left + noisy.path(noise.into() * moving);
        sum.exp()
    }
}

lognormal!(Schwartz);

/// exp(m + v/2), the mean of a lognormal.
fn mean(m: Expr, v: &Expr) -> Expr {
    (m + v.clone() * 0.5).exp()
}

/// exp(2m + v)·(eᵛ − 1), the variance of a lognormal.
fn variance(m: Expr, v: &Expr) -> Expr {
    (m * 2.0 + v).exp() * (v.clone().exp() - 1.0)
}

/// exp(m + √v·Φ⁻¹(p)), a quantile of a lognormal.
fn quantile(m: Expr, v: Expr, p: f64) -> Expr {
    (m + v.sqrt() * normal_quantile(p)).exp()
}
