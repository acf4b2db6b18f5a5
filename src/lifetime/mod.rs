//! Lifetimes: survival laws and the conventions that go with them.
//!
//! A lifetime is a survival function S(x), the probability that an item is
//! still in use at age x. A yearly model also needs to know when within a
//! step the inflow enters; [`InflowTiming`] says so aloud.
//!
//! [`LifetimeLaw`] is a law with fixed numbers, for direct use with
//! [`crate::stock`]; [`Lifetime`] is one whose parameters are expressions of a
//! [`System`](crate::System).

mod constructors;
mod law;
mod laws;
mod mixture;
mod parameters;
mod quantiles;
mod survival;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use law::{Age, Law, Scalar};

pub use parameters::{AgeQuantile, HazardGrowth, MedianShape, TwoQuantiles};
pub use survival::LifetimeLaw;

use crate::system::Expr;

/// When within a step the inflow of that step enters the stock.
///
/// The survival table holds the share of a cohort in stock at the *end* of
/// the step that lies a whole steps after its entry:
///
/// ```text
/// entry      age at the end of step c + a
/// Start      a + 1
/// Middle     a + ½
/// End        a            (the cohort cannot leave in its own step)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InflowTiming {
    /// At the start: a full step of exposure in the first step.
    Start,
    /// In the middle: half a step of exposure, the usual choice for sales.
    #[default]
    Middle,
    /// At the end: no exposure in the first step.
    End,
}

impl InflowTiming {
    /// The age, in steps, at the end of the `a`-th step after entry.
    pub(crate) fn age(self, a: usize) -> f64 {
        match self {
            Self::Start => a as f64 + 1.0,
            Self::Middle => a as f64 + 0.5,
            Self::End => a as f64,
        }
    }
}

/// A lifetime: a survival law whose parameters are expressions, so that they
/// may differ by draw and by any dimension. Times are in steps (years).
///
/// Laws on the whole real line (normal, logistic) are truncated at zero and
/// rescaled: S(x)/S(0) (E9).
///
/// # Examples
/// ```
/// use blackmass::{InflowTiming, Lifetime};
/// let cars = Lifetime::weibull_from_mean_shape("lifetime.mean", 3.5)
///     .inflow_at(InflowTiming::Middle);
/// ```
#[derive(Clone, Debug)]
pub struct Lifetime {
    pub(crate) form: Form,
    pub(crate) timing: InflowTiming,
}

/// How a lifetime is given.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A law with two parameters, which may differ by draw.
    Law(Law, Expr, Expr),
    /// A law that no draw changes.
    Given(LifetimeLaw),
    /// A share of items has one lifetime, the others another.
    Mixture(Expr, Box<Lifetime>, Box<Lifetime>),
}

impl Lifetime {
    fn new(law: Law, first: impl Into<Expr>, second: impl Into<Expr>) -> Self {
        let form = Form::Law(law, first.into(), second.into());
        Self { form, timing: InflowTiming::default() }
    }

    /// The expressions it is computed from.
    pub(crate) fn parameters(&self) -> Vec<&Expr> {
        match &self.form {
            Form::Law(_, first, second) => vec![first, second],
            Form::Given(_) => Vec::new(),
            Form::Mixture(share, a, b) => {
                let mut all = vec![share];
                all.extend(a.parameters());
                all.extend(b.parameters());
                all
            }
        }
    }

    /// A law that is the same in every draw: any [`LifetimeLaw`], among them
    /// survival tables, discrete hazards and mixtures.
    #[must_use]
    pub fn law(law: LifetimeLaw) -> Self {
        Self { form: Form::Given(law), timing: InflowTiming::default() }
    }

    /// A share of items has the lifetime `early` (crash, warranty, recall), the
    /// others that of `self`: S = w·S_early + (1 − w)·S. The timing is that of
    /// `self`.
    #[must_use]
    pub fn with_early_failures(self, share: impl Into<Expr>, early: Self) -> Self {
        let timing = self.timing;
        Self { form: Form::Mixture(share.into(), Box::new(early), Box::new(self)), timing }
    }

    /// Weibull by scale λ and shape k: S(x) = exp(−(x/λ)ᵏ).
    #[must_use]
    pub fn weibull_from_scale_shape(scale: impl Into<Expr>, shape: impl Into<Expr>) -> Self {
        Self::new(Law::WeibullScale, scale, shape)
    }

    /// Weibull by mean μ and shape k; λ = μ/Γ(1 + 1/k).
    #[must_use]
    pub fn weibull_from_mean_shape(mean: impl Into<Expr>, shape: impl Into<Expr>) -> Self {
        Self::new(Law::WeibullMean, mean, shape)
    }

    /// Logistic by the mean and standard deviation of the parent law,
    /// truncated at zero.
    #[must_use]
    pub fn logistic_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Logistic, mean, std)
    }

    /// Normal by the mean and standard deviation of the parent law, truncated
    /// at zero.
    #[must_use]
    pub fn normal_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Normal, mean, std)
    }

    /// Lognormal by the mean and standard deviation of the lifetime itself
    /// (not of its logarithm).
    #[must_use]
    pub fn lognormal_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::LogNormal, mean, std)
    }

    /// Exponential by its mean: S(x) = exp(−x/μ), a constant hazard.
    #[must_use]
    pub fn exponential_from_mean(mean: impl Into<Expr>) -> Self {
        Self::new(Law::Exponential, mean, 0.0)
    }

    /// Everything leaves at one age: S(x) = 1 for x < L, else 0.
    #[must_use]
    pub fn fixed(age: impl Into<Expr>) -> Self {
        Self::new(Law::Fixed, age, 0.0)
    }

    /// Normal by mean and standard deviation, not truncated: items that the law
    /// assigns an age below zero leave on entry.
    #[must_use]
    pub fn normal_untruncated_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::NormalUntruncated), mean, std)
    }

    /// Logistic by mean and standard deviation, not truncated.
    #[must_use]
    pub fn logistic_untruncated_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::LogisticUntruncated), mean, std)
    }

    /// Folded normal by the mean and standard deviation of the parent law.
    #[must_use]
    pub fn folded_normal_from_parent_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::FoldedNormal), mean, std)
    }

    /// Lognormal by median and geometric standard deviation.
    #[must_use]
    pub fn lognormal_from_median_gsd(median: impl Into<Expr>, gsd: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::LogNormalMedian), median, gsd)
    }

    /// Gamma by mean and standard deviation.
    #[must_use]
    pub fn gamma_from_mean_std(mean: impl Into<Expr>, std: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::Gamma), mean, std)
    }

    /// Log-logistic by median and shape.
    #[must_use]
    pub fn log_logistic_from_median_shape(median: impl Into<Expr>, shape: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::LogLogistic), median, shape)
    }

    /// Gompertz by the hazard at age zero and its relative growth per step.
    #[must_use]
    pub fn gompertz_from_hazard_growth(hazard: impl Into<Expr>, growth: impl Into<Expr>) -> Self {
        Self::new(Law::Scalar(Scalar::Gompertz), hazard, growth)
    }

    /// Says when within a step the inflow enters (default: in the middle).
    #[must_use]
    pub fn inflow_at(mut self, timing: InflowTiming) -> Self {
        self.timing = timing;
        self
    }
}
