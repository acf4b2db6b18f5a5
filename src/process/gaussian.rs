//! Processes with normal values.

use super::{elapsed, later};
use crate::system::{Expr, Start};

/// x₀ = start, xₜ = φ·xₜ₋₁ + inputₜ for t ≥ 1, for |φ| < 1.
fn recursion(start: &Expr, persistence: &Expr, input: Expr) -> Expr {
    // The engine's autoregression is xₜ = φ·xₜ₋₁ + √(1−φ²)·eₜ with x₋₁ = 0.
    let first = 1.0 - later();
    let scale = (1.0 - persistence.clone() * persistence).sqrt();
    let innovation = (first * start + later() * input) / scale;
    innovation.ar1(persistence, Start::Zero)
}

/// First-order autoregression around zero from a known start, for a
/// persistence φ between −1 and 1 (both excluded):
///
/// ```text
/// x₀ = start,  xₜ = φ·xₜ₋₁ + σ·eₜ
/// E[xₜ] = φᵗ·x₀
/// Var[xₜ] = σ²·(1 − φ²ᵗ)/(1 − φ²)      (σ²/(1 − φ²) in the long run)
/// ```
///
/// [`Expr::ar1`] has unit stationary variance and starts from zero or from its
/// stationary distribution.
#[derive(Clone, Debug)]
pub struct Ar1 {
    /// The value in the first year, in the unit of the quantity.
    pub start: Expr,
    /// φ, how much of a value is left a year later.
    pub persistence: Expr,
    /// σ, the standard deviation of an innovation, in the unit of the quantity.
    pub sd: Expr,
}

impl Ar1 {
    /// The path for standard normals e.
    #[must_use]
    pub fn path(&self, noise: impl Into<Expr>) -> Expr {
        recursion(&self.start, &self.persistence, noise.into() * &self.sd)
    }

    /// The mean of each year.
    #[must_use]
    pub fn mean(&self) -> Expr {
        self.path(0.0)
    }

    /// The variance of each year.
    #[must_use]
    pub fn variance(&self) -> Expr {
        // vₜ = φ²·vₜ₋₁ + σ²
        let squared = self.persistence.clone() * &self.persistence;
        recursion(&0.0.into(), &squared, self.sd.clone() * &self.sd)
    }
}

/// Random walk with drift from a known start:
///
/// ```text
/// x₀ = start,  xₜ = xₜ₋₁ + d + σ·eₜ
/// E[xₜ] = x₀ + d·t
/// Var[xₜ] = σ²·t
/// ```
#[derive(Clone, Debug)]
pub struct RandomWalk {
    /// The value in the first year, in the unit of the quantity.
    pub start: Expr,
    /// d, the mean change per year.
    pub drift: Expr,
    /// σ, the standard deviation of a year's change.
    pub sd: Expr,
}

impl RandomWalk {
    /// The path for standard normals e.
    #[must_use]
    pub fn path(&self, noise: impl Into<Expr>) -> Expr {
        self.mean() + (noise.into() * later()).cumulative() * &self.sd
    }

    /// The mean of each year.
    #[must_use]
    pub fn mean(&self) -> Expr {
        self.start.clone() + elapsed() * &self.drift
    }

    /// The variance of each year.
    #[must_use]
    pub fn variance(&self) -> Expr {
        elapsed() * &self.sd * &self.sd
    }
}

/// Mean reversion, dX = θ·(μ − X)·dt + σ·dW, with its exact step of a year:
///
/// ```text
/// x₀ = start,  xₜ = μ + a·(xₜ₋₁ − μ) + s·eₜ,  a = e^−θ,  s = σ·√((1 − a²)/(2θ))
/// E[xₜ] = μ + aᵗ·(x₀ − μ)
/// Var[xₜ] = σ²·(1 − a²ᵗ)/(2θ)           (σ²/(2θ) in the long run)
/// ```
///
/// Uhlenbeck and Ornstein, "On the theory of the Brownian motion", Physical
/// Review 36 (1930) 823-841.
#[derive(Clone, Debug)]
pub struct OrnsteinUhlenbeck {
    /// The value in the first year, in the unit of the quantity.
    pub start: Expr,
    /// μ, the level it returns to.
    pub level: Expr,
    /// θ, how fast it returns, per year; above 0.
    pub reversion: Expr,
    /// σ, per square root of a year.
    pub volatility: Expr,
}

impl OrnsteinUhlenbeck {
    /// The deviation from the level.
    fn deviation(&self) -> Ar1 {
        // a = e^−θ,  s = σ·√((1 − a²)/(2θ))
        let a = (-self.reversion.clone()).exp();
        let stationary = (1.0 - a.clone() * &a) / (2.0 * self.reversion.clone());
        let sd = self.volatility.clone() * stationary.sqrt();
        Ar1 { start: self.start.clone() - &self.level, persistence: a, sd }
    }

    /// The path for standard normals e.
    #[must_use]
    pub fn path(&self, noise: impl Into<Expr>) -> Expr {
        self.level.clone() + self.deviation().path(noise)
    }

    /// The mean of each year.
    #[must_use]
    pub fn mean(&self) -> Expr {
        self.path(0.0)
    }

    /// The variance of each year.
    #[must_use]
    pub fn variance(&self) -> Expr {
        self.deviation().variance()
    }
}
