//! Adoption along an S-curve.

use super::elapsed;
use crate::system::Expr;

/// Adoption along a logistic curve, whose midpoint is usually the uncertain
/// parameter:
///
/// ```text
/// share(year) = ceiling/(1 + exp(−rate·(year − midpoint)))
/// ```
///
/// The share falls in every year as the midpoint grows, so its quantile p is the
/// curve at the midpoint's quantile 1 − p. From 10 % to 90 % of the ceiling it
/// takes 2·ln 9/rate years.
///
/// # Examples
/// ```
/// use blackmass::process::LogisticAdoption;
/// use blackmass::uncertainty::{Distribution, MeanStd};
/// use blackmass::{System, system::var};
///
/// let mut b = System::builder("sodium", 2025..=2050);
/// b.parameter("midpoint", &[], Distribution::normal(MeanStd { mean: 2036.0, std: 3.0 })?);
/// let share = LogisticAdoption {
///     ceiling: 0.3.into(),
///     rate: 0.35.into(),
///     midpoint: var("midpoint"),
///     first_year: 2025,
/// };
/// b.variable("share", share.path());
/// # b.build()?;
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogisticAdoption {
    /// The share in the end.
    pub ceiling: Expr,
    /// The rate of growth at the start, per year.
    pub rate: Expr,
    /// The calendar year of half the ceiling.
    pub midpoint: Expr,
    /// The first year of the system.
    pub first_year: i32,
}

impl LogisticAdoption {
    /// The share of each year.
    #[must_use]
    pub fn path(&self) -> Expr {
        let year = elapsed() + f64::from(self.first_year);
        ((year - &self.midpoint) * &self.rate).logistic() * &self.ceiling
    }
}
