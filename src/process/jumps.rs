//! Jumps: a compound Poisson process.

use super::Events;
use crate::system::{Expr, SystemBuilder, var};

/// The size of one jump.
#[derive(Clone, Debug)]
pub enum Size {
    /// Normal. Jumps of a logarithm are factors of the quantity itself.
    Normal {
        /// The mean, in the unit of the quantity.
        mean: Expr,
        /// The standard deviation.
        sd: Expr,
    },
    /// Lognormal.
    LogNormal {
        /// The median, in the unit of the quantity; above 0.
        median: Expr,
        /// The geometric standard deviation, 1 or more.
        gsd: Expr,
    },
}

/// The jumps of each year: N of them, Poisson with a rate, each of its own size
/// J, independent of the others.
///
/// ```text
/// jumpₜ = J₁ + … + J_N,  N ~ Poisson(λ)
/// E[jumpₜ] = λ·E[J],  Var[jumpₜ] = λ·E[J²]
/// normal:    E[J] = m,  E[J²] = m² + s²
/// lognormal: E[J] = M·e^(s²/2),  E[J²] = M²·e^(2s²),  s = ln gsd
/// ```
///
/// Their sum over time ([`Expr::cumulative`]) is a compound Poisson process;
/// added to the logarithm of a price it gives Merton's jump-diffusion (Journal
/// of Financial Economics 3 (1976) 125-144).
#[derive(Clone, Debug)]
pub struct Jumps {
    /// λ, the mean number of jumps per year, 0 to 100.
    pub rate: Expr,
    /// The size of each.
    pub size: Size,
}

impl Jumps {
    /// The number of jumps, for uniforms of [`SystemBuilder::chance`]; small
    /// ones are many jumps.
    #[must_use]
    pub fn number(&self, chance: impl Into<Expr>) -> Expr {
        Events::Count.of(vec![chance.into(), self.rate.clone()])
    }

    /// The mean of a year's jumps.
    #[must_use]
    pub fn mean(&self) -> Expr {
        self.rate.clone()
            * match &self.size {
                Size::Normal { mean, .. } => mean.clone(),
                Size::LogNormal { median, gsd } => {
                    // M·e^(s²/2)
                    let s = gsd.clone().ln();
                    median.clone() * (s.clone() * s * 0.5).exp()
                }
            }
    }

    /// The variance of a year's jumps.
    #[must_use]
    pub fn variance(&self) -> Expr {
        self.rate.clone()
            * match &self.size {
                // m² + s²
                Size::Normal { mean, sd } => mean.clone() * mean + sd.clone() * sd,
                Size::LogNormal { median, gsd } => {
                    // M²·e^(2s²)
                    let s = gsd.clone().ln();
                    median.clone() * median * (s.clone() * s * 2.0).exp()
                }
            }
    }
}

impl SystemBuilder {
    /// Declares the [`Jumps`] of each element and year. Their chances are the
    /// stream `<name>.chance`, their sizes read `<name>.size`, and their number
    /// is the variable `<name>.number`.
    pub fn jumps(&mut self, name: &str, dims: &[&str], jumps: &Jumps) -> &mut Self {
        let of = |what| format!("{name}.{what}");
        self.chance(&of("chance"), dims).noise(&of("size"), dims);
        self.variable(&of("number"), jumps.number(var(of("chance"))));
        let (number, normals) = (var(of("number")), var(of("size")));
        let sum = match &jumps.size {
            // The sum of N normals: N·m + √N·s·z
            Size::Normal { mean, sd } => number.clone() * mean + number.sqrt() * sd * normals,
            Size::LogNormal { median, gsd } => {
                let (m, s) = (median.clone().ln(), gsd.clone().ln());
                Events::Sizes { stream: of("size") }.of(vec![number, normals, m, s])
            }
        };
        self.variable(name, sum)
    }
}
