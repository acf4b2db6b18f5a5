//! A quantity that does not change over time.

use super::grade::Grade;
use crate::uncertainty::{Case, Range};

/// What is known about a [`Scalar`] besides its central value, in its base
/// unit. [`Scalar::law`] makes a distribution of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Prior {
    /// The value is not varied.
    Fixed,
    /// Spread taken from the confidence grade: lognormal for positive
    /// quantities, logit-normal for shares.
    Grade {
        /// Relative standard deviation, as a fraction.
        relative_sd: f64,
    },
    /// A PERT law whose mode is the central value.
    Pert {
        /// Smallest possible value, base unit.
        low: f64,
        /// Largest possible value, base unit.
        high: f64,
    },
    /// A triangular law whose mode is the central value.
    Triangular {
        /// Smallest possible value, base unit.
        low: f64,
        /// Largest possible value, base unit.
        high: f64,
    },
    /// Every value between the bounds is equally likely.
    Uniform {
        /// Smallest possible value, base unit.
        low: f64,
        /// Largest possible value, base unit.
        high: f64,
    },
    /// Every order of magnitude between the bounds is equally likely.
    LogUniform {
        /// Smallest possible value, base unit; above 0.
        low: f64,
        /// Largest possible value, base unit.
        high: f64,
    },
    /// A normal law whose mean is the central value.
    Normal {
        /// Standard deviation, base unit.
        sd: f64,
    },
    /// A lognormal law whose median is the central value.
    Lognormal {
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// A logit-normal law of a share whose median is the central value.
    LogitNormal {
        /// Standard deviation of the logit.
        sigma: f64,
    },
    /// A beta law of a share whose mean is the central value.
    Beta {
        /// Standard deviation of the share.
        sd: f64,
    },
    /// A gamma law whose mean is the central value.
    Gamma {
        /// Standard deviation, base unit.
        sd: f64,
    },
    /// A Weibull law whose median is the central value.
    Weibull {
        /// The shape.
        shape: f64,
    },
    /// Some values, each with a probability.
    Discrete {
        /// Values in the base unit and their probabilities, which sum to one.
        cases: Vec<Case>,
    },
    /// The law of a sample.
    Empirical {
        /// The sample, base unit.
        values: Vec<f64>,
    },
}

/// One number with its unit, spread and origin.
///
/// # Examples
/// ```
/// use blackmass::scenario::{Prior, Scenario};
/// let scenario = Scenario::eu();
/// let eu = &scenario.regions()[0];
/// let share = eu.scalar("segment.bev_car.replacement.share").expect("a vehicle segment has it");
/// assert!(share.is_share() && share.unit() == "share");
/// assert!((0.0..=1.0).contains(&share.value()));
/// assert_eq!(eu.scalar("refining.ramp_up").map(|s| s.prior()), Some(&Prior::Fixed));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    pub(crate) key: String,
    pub(crate) unit: &'static str,
    pub(crate) value: f64,
    pub(crate) prior: Prior,
    pub(crate) truncate: Option<Range>,
    pub(crate) grade: Option<Grade>,
    pub(crate) source: Option<String>,
    pub(crate) is_share: bool,
}

impl Scalar {
    /// Dotted key below the region, such as `cells.scrap.start`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The base unit in which [`value`](Self::value) and the bounds of the
    /// prior are given.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.unit
    }

    /// The central value, base unit. Finite.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// What is known about the spread.
    #[must_use]
    pub fn prior(&self) -> &Prior {
        &self.prior
    }

    /// The range to which the file confines the law of the prior, base unit.
    #[must_use]
    pub fn truncated(&self) -> Option<Range> {
        self.truncate
    }

    /// The largest value that a prior with bounds allows, else the central
    /// one.
    pub(crate) fn upper(&self) -> f64 {
        let largest = |values: &mut dyn Iterator<Item = f64>| {
            values.fold(self.value, |a, b| if b > a { b } else { a })
        };
        let upper = match &self.prior {
            Prior::Pert { high, .. }
            | Prior::Triangular { high, .. }
            | Prior::Uniform { high, .. }
            | Prior::LogUniform { high, .. } => *high,
            Prior::Discrete { cases } => largest(&mut cases.iter().map(|case| case.value)),
            Prior::Empirical { values } => largest(&mut values.iter().copied()),
            _ => return self.truncate.map_or(self.value, |range| range.high),
        };
        self.truncate.map_or(upper, |range| if range.high < upper { range.high } else { upper })
    }

    /// Confidence grade; `None` if the file leaves the quantity out and it is
    /// therefore a fixed zero.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.grade
    }

    /// Id of the source in [`Region::sources`](super::Region::sources); `None` if the file leaves the quantity out and it is
    /// therefore a fixed zero.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Whether the quantity is a share between 0 and 1.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.is_share
    }

    /// Relative standard deviation due to the grade, as a fraction; zero for
    /// any other prior.
    pub(crate) fn grade_relative_sd(&self) -> f64 {
        match self.prior {
            Prior::Grade { relative_sd } => relative_sd,
            _ => 0.0,
        }
    }
}
