//! Lifetimes of vehicles and batteries.

use super::scalar::Scalar;
use crate::lifetime::InflowTiming;

/// The law of an age at failure, truncated at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Law {
    /// Weibull, given by mean and shape.
    Weibull,
    /// Logistic, given by mean and standard deviation.
    Logistic,
    /// Normal, given by mean and standard deviation.
    Normal,
    /// Lognormal, given by mean and standard deviation.
    Lognormal,
}

impl Law {
    pub(crate) const NAMES: [(&'static str, Self); 4] = [
        ("weibull", Self::Weibull),
        ("logistic", Self::Logistic),
        ("normal", Self::Normal),
        ("lognormal", Self::Lognormal),
    ];

    /// The key of the second parameter: `shape` or `sd`.
    pub(crate) fn spread_key(self) -> &'static str {
        match self {
            Self::Weibull => "shape",
            Self::Logistic | Self::Normal | Self::Lognormal => "sd",
        }
    }
}

/// The words for the timing of the inflow.
pub(crate) const TIMINGS: [(&str, InflowTiming); 3] =
    [("start", InflowTiming::Start), ("middle", InflowTiming::Middle), ("end", InflowTiming::End)];

/// A lifetime: law, parameters and the convention for the first year.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let scenario = Scenario::eu();
/// let eu = &scenario.regions()[0];
/// let vehicle = eu.lifetime("segment.bev_car.vehicle").expect("a vehicle segment has it");
/// assert_eq!(vehicle.mean().unit(), "yr");
/// assert!(vehicle.mean().value() > 0.0 && vehicle.spread().value() > 0.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Lifetime {
    pub(crate) law: Law,
    pub(crate) timing: InflowTiming,
    pub(crate) mean: Scalar,
    pub(crate) spread: Scalar,
    pub(crate) early: Option<(Scalar, Scalar)>,
}

impl Lifetime {
    /// The law.
    #[must_use]
    pub fn law(&self) -> Law {
        self.law
    }

    /// When in the year the inflow enters.
    #[must_use]
    pub fn timing(&self) -> InflowTiming {
        self.timing
    }

    /// Mean of the law before truncation, years. Positive.
    #[must_use]
    pub fn mean(&self) -> &Scalar {
        &self.mean
    }

    /// Second parameter: the shape (no unit) for [`Law::Weibull`], else the
    /// standard deviation in years. Positive.
    #[must_use]
    pub fn spread(&self) -> &Scalar {
        &self.spread
    }

    /// Whether some fail early, by an exponential law of their own.
    #[must_use]
    pub fn early(&self) -> bool {
        self.early.is_some()
    }

    /// Share of those that fail early: crash, warranty, recall.
    #[must_use]
    pub fn early_share(&self) -> Option<&Scalar> {
        self.early.as_ref().map(|(share, _)| share)
    }

    /// Mean age of those that fail early, years. Positive.
    #[must_use]
    pub fn early_mean(&self) -> Option<&Scalar> {
        self.early.as_ref().map(|(_, mean)| mean)
    }
}
