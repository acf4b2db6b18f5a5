//! One uncertain quantity.

use super::bounded::{Fixed, Triangular, Uniform};
use super::law::Law;
use super::logit_normal::LogitNormal;
use super::normal::Normal;
use super::parameters::Range;
use super::pert::Pert;
use super::positive::{LogNormal, Weibull};
use super::truncated::TruncatedNormal;
use crate::lanes::Row;

/// The distribution of one uncertain quantity.
///
/// It is made by the constructor that names its parametrisation and used
/// through its quantile function: one uniform number gives one value.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, MeanShape};
/// let lifetime = Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?;
/// assert!((lifetime.quantile(0.05) - 5.70829800122519).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution(pub(super) Kind);

/// The law behind a distribution.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Fixed(Fixed),
    Uniform(Uniform),
    Triangular(Triangular),
    Pert(Pert),
    Normal(Normal),
    TruncatedNormal(TruncatedNormal),
    LogNormal(LogNormal),
    Weibull(Weibull),
    LogitNormal(LogitNormal),
}

/// Asks whichever law is inside.
macro_rules! ask {
    ($distribution:expr, $law:ident => $answer:expr) => {
        match &$distribution.0 {
            Kind::Fixed($law) => $answer,
            Kind::Uniform($law) => $answer,
            Kind::Triangular($law) => $answer,
            Kind::Pert($law) => $answer,
            Kind::Normal($law) => $answer,
            Kind::TruncatedNormal($law) => $answer,
            Kind::LogNormal($law) => $answer,
            Kind::Weibull($law) => $answer,
            Kind::LogitNormal($law) => $answer,
        }
    };
}

impl Distribution {
    /// The value that the quantity stays below with probability `u`, for `u` in
    /// (0, 1).
    ///
    /// It never falls as `u` grows, except by rounding in the last digits.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range};
    /// let d = Distribution::uniform(Range { low: 10.0, high: 20.0 })?;
    /// assert_eq!(d.quantile(0.25), 12.5);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        ask!(self, law => law.quantile(u))
    }

    /// [`Distribution::quantile`] of every lane, with the same bits.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{lanes::LANES, uncertainty::{Distribution, Range}};
    /// let d = Distribution::uniform(Range { low: 10.0, high: 20.0 })?;
    /// let mut out = [0.0; LANES];
    /// d.quantile_row(&[0.25; LANES], &mut out);
    /// assert_eq!(out, [12.5; LANES]);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[inline(always)]
    pub fn quantile_row(&self, u: &Row, out: &mut Row) {
        ask!(self, law => law.quantile_row(u, out));
    }

    /// The probability to stay at or below `x`.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range};
    /// let d = Distribution::uniform(Range { low: 10.0, high: 20.0 })?;
    /// assert_eq!(d.cdf(12.5), 0.25);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() { x } else { ask!(self, law => law.cdf(x)) }
    }

    /// The mean of the distribution itself: for a truncated normal not the mean
    /// of its parent.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd, Range};
    /// let d = Distribution::truncated_normal(
    ///     MeanStd { mean: 0.9, std: 0.2 },
    ///     Range { low: 0.0, high: 1.0 },
    /// )?;
    /// assert!((d.mean() - 0.7981720360451023).abs() < 1e-13);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn mean(&self) -> f64 {
        ask!(self, law => law.mean())
    }

    /// The variance, in the square of the quantity's unit.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::normal(MeanStd { mean: 5.0, std: 2.0 })?;
    /// assert_eq!(d.variance(), 4.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn variance(&self) -> f64 {
        ask!(self, law => law.variance())
    }

    /// The closed range of possible values; its ends may be infinite.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MedianGsd};
    /// let d = Distribution::lognormal_from_median_gsd(MedianGsd { median: 1.0, gsd: 2.0 })?;
    /// assert_eq!(d.support().low, 0.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn support(&self) -> Range {
        ask!(self, law => law.support())
    }

    /// The value of the central case, which is draw 0.
    ///
    /// | distribution | central value |
    /// | --- | --- |
    /// | fixed | the value |
    /// | triangular, PERT | the mode |
    /// | normal | the mean |
    /// | truncated normal | the parent's mean, brought into the range |
    /// | uniform, lognormal, Weibull, logit-normal | the median |
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MedianGsd};
    /// let d = Distribution::lognormal_from_median_gsd(MedianGsd { median: 3.0, gsd: 2.0 })?;
    /// assert_eq!(d.central(), 3.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn central(&self) -> f64 {
        ask!(self, law => law.central())
    }
}
