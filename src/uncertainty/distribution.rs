//! One uncertain quantity.

use super::bounded::{Fixed, Triangular, Uniform};
use super::cut::Cut;
use super::discrete::Discrete;
use super::empirical::Empirical;
use super::law::Law;
use super::log_uniform::LogUniform;
use super::logit_normal::LogitNormal;
use super::normal::Normal;
use super::parameters::{MeanStd, Range, Truncation};
use super::pert::Pert;
use super::positive::{LogNormal, Weibull};
use super::tabulated::Tabulated;
use super::truncated::TruncatedNormal;
use crate::lanes::{LANES, Row};
use crate::maths::clamp;
use std::slice::{from_mut, from_ref};

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
pub struct Distribution {
    pub(super) kind: Kind,
    /// The range it is confined to, other than by its law.
    pub(super) cut: Option<Box<Cut>>,
    /// The central value, other than that of its law.
    pub(super) centre: Option<f64>,
}

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
    LogUniform(LogUniform),
    Discrete(Discrete),
    Empirical(Empirical),
    Tabulated(Tabulated),
}

/// Asks whichever law is inside.
macro_rules! ask {
    ($kind:expr, $law:ident => $answer:expr) => {
        match $kind {
            Kind::Fixed($law) => $answer,
            Kind::Uniform($law) => $answer,
            Kind::Triangular($law) => $answer,
            Kind::Pert($law) => $answer,
            Kind::Normal($law) => $answer,
            Kind::TruncatedNormal($law) => $answer,
            Kind::LogNormal($law) => $answer,
            Kind::Weibull($law) => $answer,
            Kind::LogitNormal($law) => $answer,
            Kind::LogUniform($law) => $answer,
            Kind::Discrete($law) => $answer,
            Kind::Empirical($law) => $answer,
            Kind::Tabulated($law) => $answer,
        }
    };
}

impl Kind {
    pub(super) fn quantile(&self, u: f64) -> f64 {
        ask!(self, law => law.quantile(u))
    }
    pub(super) fn upper(&self, q: f64) -> f64 {
        ask!(self, law => law.upper(q))
    }
    pub(super) fn cdf(&self, x: f64) -> f64 {
        ask!(self, law => law.cdf(x))
    }
    pub(super) fn survival(&self, x: f64) -> f64 {
        ask!(self, law => law.survival(x))
    }
}

impl Distribution {
    /// The distribution of a law on its whole support.
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, cut: None, centre: None }
    }

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
        match &self.cut {
            None => self.kind.quantile(u),
            Some(cut) => cut.quantile(&self.kind, u),
        }
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
        self.quantile_rows(from_ref(u), from_mut(out));
    }

    /// [`Distribution::quantile`] of every number of some rows, with the same
    /// bits.
    #[inline(always)]
    pub(crate) fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        let Some(cut) = &self.cut else {
            ask!(&self.kind, law => law.quantile_rows(u, out));
            return;
        };
        for (u, out) in u.iter().zip(out) {
            let Some(p) = cut.row(u) else {
                self.each(u, out);
                continue;
            };
            ask!(&self.kind, law => law.quantile_rows(from_ref(&p), from_mut(out)));
            for l in 0..LANES {
                out[l] = clamp(out[l], cut.range.low, cut.range.high);
            }
        }
    }

    /// Every lane by itself.
    #[cold]
    #[inline(never)]
    fn each(&self, u: &Row, out: &mut Row) {
        *out = u.map(|u| self.quantile(u));
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
        match &self.cut {
            _ if x.is_nan() => x,
            None => self.kind.cdf(x),
            Some(cut) => cut.cdf(&self.kind, x),
        }
    }

    /// The probability to lie above `x`, relatively exact where it is small if
    /// the law has a form for it.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    /// assert!((d.survival(10.0) / 7.61985302416047e-24 - 1.0).abs() < 1e-13);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn survival(&self, x: f64) -> f64 {
        match &self.cut {
            _ if x.is_nan() => x,
            None => self.kind.survival(x),
            Some(cut) => cut.survival(&self.kind, x),
        }
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
        match &self.cut {
            None => ask!(&self.kind, law => law.mean()),
            Some(cut) => cut.report.mean,
        }
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
        match &self.cut {
            None => ask!(&self.kind, law => law.variance()),
            Some(cut) => cut.report.std * cut.report.std,
        }
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
        match &self.cut {
            None => ask!(&self.kind, law => law.support()),
            Some(cut) => cut.range,
        }
    }

    /// The value of the central case, which is draw 0.
    ///
    /// | distribution | central value |
    /// | --- | --- |
    /// | fixed | the value |
    /// | triangular, PERT | the mode |
    /// | normal, beta, gamma | the mean |
    /// | uniform, lognormal, Weibull, logit-normal, log-uniform, discrete, empirical, mixture | the median |
    /// | truncated | the parent's central value, brought into the range |
    /// | [`with_central`](Self::with_central) | the value given |
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
        let central = self.centre.unwrap_or_else(|| ask!(&self.kind, law => law.central()));
        match &self.cut {
            None => central,
            Some(cut) => clamp(central, cut.range.low, cut.range.high),
        }
    }

    /// What truncation did, where the distribution is a law confined to a
    /// range.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd, Range};
    /// let parent = Distribution::lognormal_from_mean_std(MeanStd { mean: 0.5, std: 0.4 })?;
    /// let share = parent.truncated(Range { low: 0.0, high: 1.0 })?;
    /// let truncation = share.truncation().expect("it is truncated");
    /// assert!(truncation.mean < 0.45 && truncation.parent_mean == 0.5);
    /// assert!(truncation.mass > 0.9 && truncation.mass < 0.95);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn truncation(&self) -> Option<Truncation> {
        match (&self.cut, &self.kind) {
            (Some(cut), _) => Some(cut.report),
            (None, Kind::TruncatedNormal(law)) => {
                let MeanStd { mean: parent_mean, std: parent_std } = law.parent();
                let (mean, std) = (law.mean(), law.variance().sqrt());
                Some(Truncation { mean, std, parent_mean, parent_std, mass: law.mass() })
            }
            _ => None,
        }
    }
}
