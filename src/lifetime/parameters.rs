//! Named parameters of lifetime laws. Those that distributions of other
//! quantities share are in [`crate::uncertainty`].

/// Median, in years, and shape without unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianShape {
    /// The age by which half have left, above 0.
    pub median: f64,
    /// The shape, above 0.
    pub shape: f64,
}

/// A hazard that grows exponentially with age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HazardGrowth {
    /// The hazard at age 0, per year, above 0.
    pub hazard: f64,
    /// The relative growth of the hazard, per year, above 0.
    pub growth: f64,
}

/// A point of the distribution of lifetimes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeQuantile {
    /// The share that has left, between 0 and 1.
    pub gone: f64,
    /// The age, in years, by which it has left.
    pub age: f64,
}

/// Two points of the distribution of lifetimes.
///
/// # Examples
/// ```
/// use blackmass::lifetime::{AgeQuantile, LifetimeLaw, TwoQuantiles};
/// let law = LifetimeLaw::weibull_from_quantiles(TwoQuantiles {
///     early: AgeQuantile { gone: 0.1, age: 8.0 },
///     late: AgeQuantile { gone: 0.9, age: 20.0 },
/// })?;
/// assert!((law.survival(8.0) - 0.9).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoQuantiles {
    /// The earlier point.
    pub early: AgeQuantile,
    /// The later point: more have left, at a higher age.
    pub late: AgeQuantile,
}
