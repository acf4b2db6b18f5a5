//! A law of lifetimes with fixed numbers.

use super::laws::Kind;
use crate::error::{Error, argument};

/// A law of lifetimes, in years, made by the constructor that names its
/// parametrisation.
///
/// An item never leaves before age 0. The untruncated normal and logistic laws
/// have probability below 0; items they assign there leave on entry, so that
/// S(0) < 1, as ODYM and flodym have it. The truncated forms rescale by S(0)
/// instead.
///
/// # Examples
/// ```
/// use blackmass::{lifetime::LifetimeLaw, uncertainty::MeanShape};
/// let cars = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: 15.0, shape: 3.5 })?;
/// assert!((cars.mean() - 15.0).abs() < 1e-12);
/// assert!((cars.survival(cars.quantile(0.25)) - 0.75).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LifetimeLaw {
    pub(super) kind: Kind,
    /// Ages are divided by this before the law is asked.
    pub(super) stretch: f64,
}

impl LifetimeLaw {
    /// The law, if its mean is a number that can be represented.
    pub(super) fn of(kind: Kind) -> Result<Self, Error> {
        Self { kind, stretch: 1.0 }.checked()
    }

    pub(super) fn checked(self) -> Result<Self, Error> {
        let mean = self.mean();
        if mean.is_finite() && (mean > 0.0 || matches!(self.kind, Kind::Fixed(_))) {
            return Ok(self);
        }
        Err(argument(
            "a lifetime beyond what can be represented",
            "mean",
            format!("a mean of {mean} years"),
            "a finite mean above 0",
            "check the units of the parameters",
        ))
    }

    /// Whether items leave one by one, never all at one age.
    pub(crate) fn has_density(&self) -> bool {
        match &self.kind {
            Kind::Fixed(_) => false,
            Kind::Mixture(mixture) => mixture.has_density(),
            _ => true,
        }
    }

    /// The share still in use at age `x`, in years; 1 below age 0. It never
    /// rises. NaN only for an age that is NaN.
    #[must_use]
    pub fn survival(&self, x: f64) -> f64 {
        if x < 0.0 { 1.0 } else { self.kind.survival(x / self.stretch) }
    }

    /// The density of lifetimes at age `x`, per year: −dS/dx. Sudden exits (a
    /// fixed lifetime, the share that leaves on entry) are not part of it.
    #[must_use]
    pub fn density(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else if x < 0.0 {
            0.0
        } else {
            self.kind.density(finite(x) / self.stretch) / self.stretch
        }
    }

    /// The hazard at age `x`, per year: the density over the survival.
    /// Infinite where nobody is left.
    #[must_use]
    pub fn hazard(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else if x < 0.0 {
            0.0
        } else {
            self.kind.hazard(finite(x) / self.stretch) / self.stretch
        }
    }

    /// The mean time in use, in years: ∫₀^∞ S(x) dx. For an untruncated normal
    /// or logistic law that is a little more than the mean of the parent.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.kind.mean() * self.stretch
    }

    /// The age by which the share `p` has left; `p` is brought into 0 to 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        self.kind.quantile(crate::maths::clamp(p, 0.0, 1.0)) * self.stretch
    }
}

/// The largest age in place of an infinite one.
fn finite(x: f64) -> f64 {
    if x == f64::INFINITY { f64::MAX } else { x }
}
