//! The constructors of beta, gamma, log-uniform and logit-normal laws.

use super::check::Check;
use super::distribution::{Distribution, Kind};
use super::log_uniform::LogUniform;
use super::logit_normal::LogitNormal;
use super::parameters::{CentreRange, MeanStd, Range, ScaleShape, Shapes};
use super::searched::Searched;
use super::tabulated::Tabulated;
use crate::error::{Error, argument};
use crate::maths::{BetaLaw, logit};

/// The shapes that beta and gamma laws may have.
const SHAPES: std::ops::RangeInclusive<f64> = 1e-3..=1e8;
const BOUNDS: &str = "1e-3 to 1e8";
const SHAPE_FIX: &str = "below, the law is all but a choice of ends; above, a fixed value";

impl Distribution {
    /// The beta law with given shapes, on 0 to 1.
    ///
    /// Quantiles are accurate to 1e-10 of themselves, from u = 1e-300 to the
    /// largest number below 1.
    ///
    /// # Errors
    /// If a shape is outside 1e-3 to 1e8.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Shapes};
    /// let d = Distribution::beta_from_shapes(Shapes { alpha: 2.0, beta: 1.0 })?;
    /// assert!((d.quantile(0.25) - 0.5).abs() < 1e-11);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn beta_from_shapes(shapes: Shapes) -> Result<Self, Error> {
        let Shapes { alpha, beta } = shapes;
        Check::of("beta")
            .number("alpha", alpha, SHAPES.contains(&alpha), BOUNDS, SHAPE_FIX)
            .number("beta", beta, SHAPES.contains(&beta), BOUNDS, SHAPE_FIX)
            .finish()?;
        let law = Searched::Beta(BetaLaw::new(alpha, beta));
        Ok(Self::of(Kind::Tabulated(Tabulated::new(law, 1.0, alpha / (alpha + beta)))))
    }

    /// The beta law with a given mean and standard deviation, on 0 to 1:
    /// α + β = m (1-m)/s² - 1, α = m (α + β).
    ///
    /// # Errors
    /// If the mean is not between 0 and 1, the standard deviation is negative,
    /// or √(m (1-m)) or more, which no law on 0 to 1 has; if a shape is outside
    /// 1e-3 to 1e8. A standard deviation of 0 gives a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::beta_from_mean_std(MeanStd { mean: 0.85, std: 0.05 })?;
    /// assert!((d.quantile(0.5) - 0.8546803556137867).abs() < 1e-11);
    /// assert!(Distribution::beta_from_mean_std(MeanStd { mean: 0.85, std: 0.4 }).is_err());
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn beta_from_mean_std(parameters: MeanStd) -> Result<Self, Error> {
        let MeanStd { mean, std } = parameters;
        let inside = (mean > 0.0 && mean < 1.0) || (std == 0.0 && (mean == 0.0 || mean == 1.0));
        let most = (mean * (1.0 - mean)).sqrt();
        Check::of("beta")
            .number("mean", mean, inside, "above 0 and below 1", "write the share as a fraction")
            .number(
                "std",
                std,
                std == 0.0 || (std > 0.0 && !(inside && std >= most)),
                "0 or more, and below the root of mean (1 - mean)",
                "write a smaller spread",
            )
            .finish()?;
        if std == 0.0 {
            return Self::fixed(mean);
        }
        let sum = mean * (1.0 - mean) / (std * std) - 1.0;
        Self::beta_from_shapes(Shapes { alpha: mean * sum, beta: (1.0 - mean) * sum })
    }

    /// The gamma law with a given scale and shape.
    ///
    /// Quantiles are accurate to 1e-10 of themselves, from u = 1e-300 to the
    /// largest number below 1; below 1e-307 scales they are 0.
    ///
    /// # Errors
    /// If the scale is not above 0 or the shape is outside 1e-3 to 1e8.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, ScaleShape};
    /// let d = Distribution::gamma_from_scale_shape(ScaleShape { scale: 2.0, shape: 3.0 })?;
    /// assert!((d.mean() - 6.0).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn gamma_from_scale_shape(parameters: ScaleShape) -> Result<Self, Error> {
        let ScaleShape { scale, shape } = parameters;
        Check::of("gamma")
            .positive("scale", scale)
            .number("shape", shape, SHAPES.contains(&shape), BOUNDS, SHAPE_FIX)
            .finish()?;
        Ok(Self::of(Kind::Tabulated(Tabulated::new(Searched::Gamma(shape), scale, shape))))
    }

    /// The gamma law with a given mean and standard deviation.
    ///
    /// # Errors
    /// If the mean is not above 0 or the standard deviation is negative; if the
    /// shape (m/s)² is outside 1e-3 to 1e8. A standard deviation of 0 gives a
    /// fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::gamma_from_mean_std(MeanStd { mean: 6.0, std: 2.0 })?;
    /// assert!((d.variance() - 4.0).abs() < 1e-14);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn gamma_from_mean_std(parameters: MeanStd) -> Result<Self, Error> {
        let MeanStd { mean, std } = parameters;
        Check::of("gamma").positive("mean", mean).spread("std", std).finish()?;
        if std == 0.0 {
            return Self::fixed(mean);
        }
        let ratio = std / mean;
        let (scale, shape) = (std * ratio, 1.0 / (ratio * ratio));
        Self::gamma_from_scale_shape(ScaleShape { scale, shape })
    }

    /// Every order of magnitude of a range equally likely: the logarithm is
    /// uniform.
    ///
    /// # Errors
    /// If an end is not above 0 or the ends are not in order. Equal ends give a
    /// fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range};
    /// let d = Distribution::log_uniform(Range { low: 1.0, high: 100.0 })?;
    /// assert!((d.quantile(0.5) - 10.0).abs() < 1e-13);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn log_uniform(range: Range) -> Result<Self, Error> {
        let Range { low, high } = range;
        Check::of("log-uniform")
            .positive("low", low)
            .positive("high", high)
            .ascending("low, high", &[low, high])
            .finish()?;
        match LogUniform::new(range) {
            Some(law) => Ok(Self::of(Kind::LogUniform(law))),
            None => Self::fixed(low),
        }
    }

    /// The logit-normal law of a share given by a centre, which becomes the
    /// median, and a range read as two standard deviations of the logit to
    /// either side: σ = (logit high - logit low)/4. That covers 95 % if the
    /// centre lies in the middle of the range on the logit scale.
    ///
    /// # Errors
    /// If the three are not between 0 and 1 or the centre is outside the range.
    /// A range of one point gives a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{CentreRange, Distribution};
    /// let d = Distribution::logit_normal_from_centre_range(
    ///     CentreRange { centre: 0.993, low: 0.99, high: 0.998 })?;
    /// assert!((d.central() - 0.993).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn logit_normal_from_centre_range(parameters: CentreRange) -> Result<Self, Error> {
        let CentreRange { centre, low, high } = parameters;
        let share = |x: f64| x > 0.0 && x < 1.0;
        let (allowed, fix) = ("above 0 and below 1", "write the share as a fraction");
        Check::of("logit-normal")
            .number("low", low, share(low), allowed, fix)
            .number("centre", centre, share(centre), allowed, fix)
            .number("high", high, share(high), allowed, fix)
            .ascending("low, centre, high", &[low, centre, high])
            .finish()?;
        let (mu, sigma) = (logit(centre), 0.25 * (logit(high) - logit(low)));
        if sigma > 0.0 {
            Ok(Self::of(Kind::LogitNormal(LogitNormal { mu, sigma })))
        } else {
            Self::fixed(centre)
        }
    }
}

/// An error about a list that is empty or too long.
pub(super) fn list_error(what: &str, found: usize, allowed: &str) -> Error {
    argument(
        format!("{what}: the list has the wrong length"),
        "length",
        found.to_string(),
        allowed,
        "write one entry for each value",
    )
}
