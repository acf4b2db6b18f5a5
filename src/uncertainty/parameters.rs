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
