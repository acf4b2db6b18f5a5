//! A share that rises or falls along an S-curve.

use super::scalar::Scalar;
use crate::maths;

/// A share along a logistic curve whose midpoint is uncertain:
///
/// ```text
/// share(year) = from + (to − from)/(1 + exp(−rate·(year − midpoint)))
/// rate = 2·ln 9/takes
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Adoption {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) takes: f64,
    pub(crate) midpoint: Scalar,
}

impl Adoption {
    /// The share long before the midpoint.
    #[must_use]
    pub fn from(&self) -> f64 {
        self.from
    }

    /// The share long after it; it may be the smaller one.
    #[must_use]
    pub fn to(&self) -> f64 {
        self.to
    }

    /// The years from 10 % to 90 % of the way.
    #[must_use]
    pub fn takes(&self) -> f64 {
        self.takes
    }

    /// The rate of the curve, per year.
    #[must_use]
    pub fn rate(&self) -> f64 {
        2.0 * maths::ln(9.0) / self.takes
    }

    /// The calendar year half-way, and how uncertain it is.
    #[must_use]
    pub fn midpoint(&self) -> &Scalar {
        &self.midpoint
    }

    /// The share in `year` at the central midpoint.
    #[must_use]
    pub fn at(&self, year: i32) -> f64 {
        let along = self.rate() * (f64::from(year) - self.midpoint.value());
        self.from + (self.to - self.from) * maths::logistic(along)
    }
}
