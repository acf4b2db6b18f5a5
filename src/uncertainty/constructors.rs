//! The constructors of distributions.

use super::bounded::{Fixed, Triangular, Uniform};
use super::check::Check;
use super::distribution::{Distribution, Kind};
use super::logit_normal::LogitNormal;
use super::normal::Normal;
use super::parameters::{MeanShape, MeanStd, MedianGsd, MedianSd, Range, ScaleShape, ThreePoint};
use super::pert::Pert;
use super::positive::{LogNormal, Weibull};
use super::truncated::TruncatedNormal;
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::maths::{exp, gamma, ln, ln_1p, logit};

const SMALLER: &str = "write a smaller spread";

impl Distribution {
    /// A value without uncertainty.
    ///
    /// # Errors
    /// If the value is not finite.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::Distribution;
    /// assert_eq!(Distribution::fixed(3.0)?.quantile(0.9), 3.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn fixed(value: f64) -> Result<Self, Error> {
        Check::of("fixed").finite("value", value).finish()?;
        Ok(Self::of(Kind::Fixed(Fixed(value))))
    }

    /// Every value of a range equally likely.
    ///
    /// # Errors
    /// If an end is not finite or the ends are not in order. Equal ends give a
    /// fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range};
    /// let d = Distribution::uniform(Range { low: 0.2, high: 0.4 })?;
    /// assert!(Distribution::uniform(Range { low: 0.4, high: 0.2 }).is_err());
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn uniform(range: Range) -> Result<Self, Error> {
        let Range { low, high } = range;
        Check::of("uniform")
            .finite("low", low)
            .finite("high", high)
            .ascending("low, high", &[low, high])
            .finish()?;
        if low == high {
            return Self::fixed(low);
        }
        Ok(Self::of(Kind::Uniform(Uniform(range))))
    }

    /// A density that rises linearly from the smallest to the most likely value
    /// and falls linearly to the largest.
    ///
    /// # Errors
    /// If a point is not finite or the points are not in order. Three equal
    /// points give a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, ThreePoint};
    /// let d = Distribution::triangular(ThreePoint { low: 0.4, mode: 0.6, high: 0.8 })?;
    /// assert!((d.quantile(0.5) - 0.6).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn triangular(points: ThreePoint) -> Result<Self, Error> {
        three_points("triangular", points)?;
        if points.low == points.high {
            return Self::fixed(points.low);
        }
        Ok(Self::of(Kind::Triangular(Triangular(points))))
    }

    /// The PERT law: a beta law over the range with shapes
    /// α = 1 + 4 (mode - low)/(high - low) and β = 6 - α.
    ///
    /// Quantiles are accurate to 1e-10 of the width; below u = 5e-17 they stay
    /// at the value for 5e-17, likewise above.
    ///
    /// # Errors
    /// If a point is not finite or the points are not in order. Three equal
    /// points give a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, ThreePoint};
    /// let d = Distribution::pert(ThreePoint { low: 0.3, mode: 0.65, high: 0.8 })?;
    /// assert!((d.mean() - 3.7 / 6.0).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn pert(points: ThreePoint) -> Result<Self, Error> {
        three_points("pert", points)?;
        if points.low == points.high {
            return Self::fixed(points.low);
        }
        Ok(Self::of(Kind::Pert(Pert::new(points))))
    }

    /// The normal law.
    ///
    /// # Errors
    /// If the mean is not finite or the standard deviation is negative or not
    /// finite. A standard deviation of 0 gives a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::normal(MeanStd { mean: 5.0, std: 2.0 })?;
    /// assert_eq!(d.quantile(0.5), 5.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn normal(parameters: MeanStd) -> Result<Self, Error> {
        let MeanStd { mean, std } = parameters;
        Check::of("normal").finite("mean", mean).spread("std", std).finish()?;
        if std == 0.0 {
            return Self::fixed(mean);
        }
        Ok(Self::of(Kind::Normal(Normal { mean, std })))
    }

    /// A normal law conditioned on lying in a range. `parent` describes the law
    /// before truncation: truncation shifts the mean towards the middle of the
    /// range and narrows the spread; [`Distribution::mean`] and
    /// [`Distribution::variance`] give the true ones.
    ///
    /// # Errors
    /// As [`Distribution::normal`] and [`Distribution::uniform`], and if the
    /// parent has no probability left in the range. Equal ends give a fixed
    /// value; so does a standard deviation of 0 with the mean in the range.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd, Range};
    /// let parent = MeanStd { mean: 0.9, std: 0.2 };
    /// let d = Distribution::truncated_normal(parent, Range { low: 0.0, high: 1.0 })?;
    /// assert!(d.mean() < 0.8);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn truncated_normal(parent: MeanStd, range: Range) -> Result<Self, Error> {
        let (MeanStd { mean, std }, Range { low, high }) = (parent, range);
        Check::of("truncated normal")
            .finite("mean", mean)
            .spread("std", std)
            .finite("low", low)
            .finite("high", high)
            .ascending("low, high", &[low, high])
            .finish()?;
        if low == high {
            return Self::fixed(low);
        }
        if std == 0.0 && mean >= low && mean <= high {
            return Self::fixed(mean);
        }
        let law = if std > 0.0 { TruncatedNormal::new(parent, range) } else { None };
        let empty = || {
            let diagnostic = Diagnostic::new("truncated normal: the range holds no probability")
                .key("mean, std, low, high")
                .found(format!("mean {mean}, std {std}, range {low} to {high}"))
                .allowed("a range within 37 standard deviations of the mean")
                .fix("move the range towards the mean, or enlarge std");
            Error::new(ErrorKind::Argument, diagnostic)
        };
        Ok(Self::of(Kind::TruncatedNormal(law.ok_or_else(empty)?)))
    }

    /// The lognormal law with a given mean and standard deviation of the
    /// quantity itself (not of its logarithm).
    ///
    /// # Errors
    /// If the mean is not above 0, or the standard deviation is negative or
    /// more than 1e100 times the mean. A standard deviation of 0 gives a fixed
    /// value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let d = Distribution::lognormal_from_mean_std(MeanStd { mean: 100.0, std: 30.0 })?;
    /// assert!((d.central() - 95.78262852211513).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn lognormal_from_mean_std(parameters: MeanStd) -> Result<Self, Error> {
        let MeanStd { mean, std } = parameters;
        let ratio = std / mean;
        let excessive = mean > 0.0 && ratio > 1e100;
        let fix = "write the spread of the quantity itself, 0 or more";
        Check::of("lognormal")
            .positive("mean", mean)
            .number("std", std, std >= 0.0 && !excessive, "0 to 1e100 times the mean", fix)
            .finish()?;
        // σ² = ln(1 + (s/E)²), median = E e^(-σ²/2)
        let square = ln_1p(ratio * ratio);
        let sigma = square.sqrt();
        if sigma == 0.0 {
            return Self::fixed(mean);
        }
        Ok(Self::of(Kind::LogNormal(LogNormal { median: mean * exp(-0.5 * square), sigma })))
    }

    /// The lognormal law with a given median and geometric standard deviation.
    ///
    /// # Errors
    /// If the median is not above 0 or the geometric standard deviation is
    /// below 1. One of exactly 1 gives a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MedianGsd};
    /// let d = Distribution::lognormal_from_median_gsd(MedianGsd { median: 100.0, gsd: 1.5 })?;
    /// assert!((d.mean() - 108.56739833470483).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn lognormal_from_median_gsd(parameters: MedianGsd) -> Result<Self, Error> {
        let MedianGsd { median, gsd } = parameters;
        let fix = "write the factor between the median and one standard deviation above it";
        Check::of("lognormal")
            .positive("median", median)
            .number("gsd", gsd, gsd >= 1.0, "a finite factor, 1 or more", fix)
            .finish()?;
        // σ = ln gsd
        let sigma = ln(gsd);
        if sigma == 0.0 {
            return Self::fixed(median);
        }
        Ok(Self::of(Kind::LogNormal(LogNormal { median, sigma })))
    }

    /// The Weibull law with a given mean and shape.
    ///
    /// # Errors
    /// If the mean is not above 0 or the shape is below 0.01.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanShape};
    /// let d = Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?;
    /// assert!((d.quantile(0.5) - 12.011087032324962).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn weibull_from_mean_shape(parameters: MeanShape) -> Result<Self, Error> {
        let MeanShape { mean, shape } = parameters;
        weibull_shape(Check::of("weibull").positive("mean", mean), shape).finish()?;
        // λ = E/Γ(1 + 1/k)
        Self::weibull_from_scale_shape(ScaleShape { scale: mean / gamma(1.0 + 1.0 / shape), shape })
    }

    /// The Weibull law with a given scale and shape; its survival function is
    /// e^(-(x/scale)^shape).
    ///
    /// # Errors
    /// If the scale is not above 0 or the shape is below 0.01.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, ScaleShape};
    /// let d = Distribution::weibull_from_scale_shape(ScaleShape { scale: 10.0, shape: 2.0 })?;
    /// assert!((d.cdf(10.0) - 0.6321205588285577).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn weibull_from_scale_shape(parameters: ScaleShape) -> Result<Self, Error> {
        let ScaleShape { scale, shape } = parameters;
        weibull_shape(Check::of("weibull").positive("scale", scale), shape).finish()?;
        Ok(Self::of(Kind::Weibull(Weibull { scale, shape })))
    }

    /// The logit-normal law of a share: its logit ln(p/(1-p)) is normal around
    /// the logit of the median with standard deviation `sd`.
    ///
    /// # Errors
    /// If the median is not between 0 and 1 or the standard deviation is not
    /// between 0 and 1000. A standard deviation of 0 gives a fixed value, for
    /// which 0 and 1 are allowed too.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MedianSd};
    /// let d = Distribution::logit_normal_from_median_sd(MedianSd { median: 0.9, sd: 0.5 })?;
    /// assert!((d.central() - 0.9).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn logit_normal_from_median_sd(parameters: MedianSd) -> Result<Self, Error> {
        let MedianSd { median, sd } = parameters;
        let inside =
            (median > 0.0 && median < 1.0) || (sd == 0.0 && (median == 0.0 || median == 1.0));
        Check::of("logit-normal")
            .number(
                "median",
                median,
                inside,
                "above 0 and below 1",
                "write the share as a fraction",
            )
            .number("sd", sd, (0.0..=1000.0).contains(&sd), "0 to 1000", SMALLER)
            .finish()?;
        if sd == 0.0 {
            return Self::fixed(median);
        }
        Ok(Self::of(Kind::LogitNormal(LogitNormal { mu: logit(median), sigma: sd })))
    }
}

/// Checks a smallest, most likely and largest value.
fn three_points(what: &'static str, points: ThreePoint) -> Result<(), Error> {
    let ThreePoint { low, mode, high } = points;
    Check::of(what)
        .finite("low", low)
        .finite("mode", mode)
        .finite("high", high)
        .ascending("low, mode, high", &[low, mode, high])
        .finish()
}

/// Checks the shape of a Weibull law; Γ(1 + 1/k) has to be finite.
fn weibull_shape(check: Check, shape: f64) -> Check {
    let fix = "lifetimes have shapes of about 1 to 10";
    check.number("shape", shape, shape >= 0.01, "a finite number, 0.01 or more", fix)
}
