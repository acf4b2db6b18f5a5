//! The named parameters of the distributions.

/// A closed range, in the unit of the quantity.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, Range};
/// let d = Distribution::uniform(Range { low: 0.2, high: 0.4 })?;
/// assert_eq!(d.support(), Range { low: 0.2, high: 0.4 });
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest possible value.
    pub low: f64,
    /// The largest possible value.
    pub high: f64,
}

/// A smallest, a most likely and a largest value, in the unit of the quantity.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, ThreePoint};
/// let d = Distribution::triangular(ThreePoint { low: 0.4, mode: 0.6, high: 0.8 })?;
/// assert_eq!(d.central(), 0.6);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThreePoint {
    /// The smallest possible value.
    pub low: f64,
    /// The most likely value.
    pub mode: f64,
    /// The largest possible value.
    pub high: f64,
}

/// Mean and standard deviation, both in the unit of the quantity.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, MeanStd};
/// let d = Distribution::lognormal_from_mean_std(MeanStd { mean: 100.0, std: 30.0 })?;
/// assert!((d.mean() - 100.0).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanStd {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, 0 or more.
    pub std: f64,
}

/// Median, and geometric standard deviation as a factor without unit.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, MedianGsd};
/// let d = Distribution::lognormal_from_median_gsd(MedianGsd { median: 100.0, gsd: 1.5 })?;
/// assert!((d.quantile(0.5) - 100.0).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianGsd {
    /// The median, above 0.
    pub median: f64,
    /// The geometric standard deviation, 1 or more: 68 % of the values lie
    /// between `median / gsd` and `median * gsd`.
    pub gsd: f64,
}

/// Mean, in the unit of the quantity, and shape without unit.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, MeanShape};
/// let d = Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?;
/// assert!((d.mean() - 12.0).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanShape {
    /// The mean, above 0.
    pub mean: f64,
    /// The shape, above 0.
    pub shape: f64,
}

/// Scale, in the unit of the quantity, and shape without unit.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, ScaleShape};
/// let d = Distribution::weibull_from_scale_shape(ScaleShape { scale: 12.0, shape: 1.0 })?;
/// assert!((d.mean() - 12.0).abs() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleShape {
    /// The scale, above 0: 63 % of the values lie below it.
    pub scale: f64,
    /// The shape, above 0.
    pub shape: f64,
}

/// Median of a share, and standard deviation of its logit ln(p/(1-p)).
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, MedianSd};
/// let d = Distribution::logit_normal_from_median_sd(MedianSd { median: 0.889, sd: 0.34 })?;
/// assert!((d.quantile(0.5) - 0.889).abs() < 1e-14);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianSd {
    /// The median, between 0 and 1.
    pub median: f64,
    /// The standard deviation of the logit, 0 or more.
    pub sd: f64,
}

/// A central share and the range that covers it, all between 0 and 1.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{CentreRange, Distribution};
/// let d = Distribution::logit_normal_from_centre_range(
///     CentreRange { centre: 0.889, low: 0.86, high: 0.96 })?;
/// assert!((d.quantile(0.5) - 0.889).abs() < 1e-14);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CentreRange {
    /// The centre, which becomes the median.
    pub centre: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The two shapes of a beta law.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Distribution, Shapes};
/// let d = Distribution::beta_from_shapes(Shapes { alpha: 3.0, beta: 1.0 })?;
/// assert_eq!(d.mean(), 0.75);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shapes {
    /// Prior successes, above 0.
    pub alpha: f64,
    /// Prior failures, above 0.
    pub beta: f64,
}

/// One value of a discrete law, in the unit of the quantity.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::{Case, Distribution};
/// let d = Distribution::discrete(&[
///     Case { value: 0.0, probability: 0.7 },
///     Case { value: 1.0, probability: 0.3 },
/// ])?;
/// assert_eq!(d.quantile(0.8), 1.0);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// The value.
    pub value: f64,
    /// Its probability.
    pub probability: f64,
}

/// What truncation did to a law; see [`Distribution::truncation`].
///
/// [`Distribution::truncation`]: super::Distribution::truncation
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truncation {
    /// The mean within the range, in the unit of the quantity.
    pub mean: f64,
    /// The standard deviation within the range.
    pub std: f64,
    /// The mean before truncation.
    pub parent_mean: f64,
    /// The standard deviation before truncation.
    pub parent_std: f64,
    /// The probability that the law had in the range.
    pub mass: f64,
}
