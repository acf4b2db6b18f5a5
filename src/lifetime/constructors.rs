//! The constructors of lifetime laws.

use super::laws::Kind;
use super::mixture::Mixture;
use super::parameters::{HazardGrowth, MedianShape};
use super::survival::LifetimeLaw;
use super::table::{DiscreteHazard, Table};
use crate::error::Error;
use crate::maths::{exp, gamma, ln, ln_1p, ln_gamma, logistic, normal_cdf};
use crate::uncertainty::check::Check;
use crate::uncertainty::{MeanShape, MeanStd, MedianGsd, ScaleShape};

/// √3/π: the scale of a logistic law with standard deviation one.
const LOGISTIC_SCALE: f64 = 0.551_328_895_421_792_1;
const SPREAD: &str = "write a spread above 0, or use a fixed lifetime";

/// A mean and a standard deviation above 0.
pub(super) fn mean_std(what: &'static str, p: MeanStd) -> Result<(f64, f64), Error> {
    let ratio = p.std / p.mean;
    let usable = p.std > 0.0 && (p.mean <= 0.0 || (1e-12..=1e12).contains(&ratio));
    Check::of(what)
        .positive("mean", p.mean)
        .number("std", p.std, usable, "1e-12 to 1e12 times the mean", SPREAD)
        .finish()?;
    Ok((p.mean, p.std))
}

/// A scale above 0 and a shape in the range where moments are finite.
fn scaled(
    what: &'static str,
    key: &'static str,
    scale: f64,
    shape: f64,
    limit: f64,
) -> Result<(), Error> {
    let within = shape > limit && shape <= 1e6;
    let fix = "lifetimes have shapes of about 1 to 10";
    let allowed = match limit {
        1.0 => "above 1, up to 1e6; at 1 and below the mean is infinite, the lifetime never ends",
        _ => "above 0.01, up to 1e6",
    };
    Check::of(what).positive(key, scale).number("shape", shape, within, allowed, fix).finish()
}

/// The root of a function that falls in ln x, x between 1e-2 and 1e6.
pub(super) fn falling_root(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (ln(1e-2), ln(1e6));
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if f(exp(middle)) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    exp(0.5 * (low + high))
}

impl LifetimeLaw {
    /// Everything leaves at one age: S(x) = 1 for x < age, else 0. At age 0
    /// items leave on entry.
    ///
    /// # Errors
    /// If the age is negative or not finite.
    pub fn fixed(age: f64) -> Result<Self, Error> {
        let fix = "write the age in years";
        let allowed = "a finite number, 0 or more";
        Check::of("fixed lifetime").number("age", age, age >= 0.0, allowed, fix).finish()?;
        Self::of(Kind::Fixed(age))
    }

    /// A constant hazard 1/mean: S(x) = e^(−x/mean).
    ///
    /// # Errors
    /// If the mean is not above 0.
    pub fn exponential_from_mean(mean: f64) -> Result<Self, Error> {
        Check::of("exponential lifetime").positive("mean", mean).finish()?;
        Self::of(Kind::Exponential { mean })
    }

    /// The normal law as ODYM and flodym use it, *not* truncated: the share
    /// Φ(−mean/std) leaves on entry, so S(0) < 1.
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn normal_untruncated_from_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("normal lifetime", p)?;
        Self::of(Kind::Normal { mean, std, kept: 1.0 })
    }

    /// The normal law truncated at age 0 and rescaled. Mean and standard
    /// deviation are those of the parent; [`LifetimeLaw::mean`] gives the mean
    /// after truncation.
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn normal_truncated_from_parent_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("normal lifetime", p)?;
        Self::of(Kind::Normal { mean, std, kept: normal_cdf(mean / std) })
    }

    /// The folded normal law, by mean and standard deviation of the normal law
    /// *before* folding.
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn folded_normal_from_parent_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("folded normal lifetime", p)?;
        Self::of(Kind::FoldedNormal { mean, std })
    }

    /// The lognormal law, by mean and standard deviation of the lifetime itself
    /// (not of its logarithm).
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn lognormal_from_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("lognormal lifetime", p)?;
        // σ² = ln(1 + (s/E)²), median = E e^(−σ²/2)
        let square = ln_1p((std / mean) * (std / mean));
        let median = mean * exp(-0.5 * square);
        Self::of(Kind::LogNormal { median, sigma: square.sqrt() })
    }

    /// The lognormal law, by median and geometric standard deviation.
    ///
    /// # Errors
    /// If the median is not above 0 or the factor not above 1.
    pub fn lognormal_from_median_gsd(p: MedianGsd) -> Result<Self, Error> {
        let sigma = ln(p.gsd);
        let fix = "write the factor between the median and one standard deviation above it";
        Check::of("lognormal lifetime")
            .positive("median", p.median)
            .number("gsd", p.gsd, p.gsd > 1.0 && sigma > 0.0, "a finite factor above 1", fix)
            .finish()?;
        Self::of(Kind::LogNormal { median: p.median, sigma })
    }

    /// The Weibull law by scale and shape: S(x) = e^(−(x/scale)^shape).
    ///
    /// # Errors
    /// If the scale is not above 0 or the shape not above 0.01.
    pub fn weibull_from_scale_shape(p: ScaleShape) -> Result<Self, Error> {
        scaled("weibull lifetime", "scale", p.scale, p.shape, 0.01)?;
        Self::of(Kind::Weibull { scale: p.scale, shape: p.shape })
    }

    /// The Weibull law by mean and shape; scale = mean/Γ(1 + 1/shape).
    ///
    /// # Errors
    /// If the mean is not above 0 or the shape not above 0.01.
    pub fn weibull_from_mean_shape(p: MeanShape) -> Result<Self, Error> {
        scaled("weibull lifetime", "mean", p.mean, p.shape, 0.01)?;
        let scale = p.mean / gamma(1.0 + 1.0 / p.shape);
        Self::of(Kind::Weibull { scale, shape: p.shape })
    }

    /// The Weibull law by mean and standard deviation of the lifetime.
    ///
    /// # Errors
    /// If mean or standard deviation is not above 0, or their ratio belongs to
    /// no shape between 0.05 and 1e5.
    pub fn weibull_from_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("weibull lifetime", p)?;
        // (s/E)² = Γ(1 + 2/k)/Γ(1 + 1/k)² − 1
        let square =
            |k: f64| crate::maths::exp_m1(ln_gamma(1.0 + 2.0 / k) - 2.0 * ln_gamma(1.0 + 1.0 / k));
        let aim = (std / mean) * (std / mean);
        let within = aim <= square(0.05) && aim >= square(1e5);
        let fix = "write a standard deviation of about 0.1 to 1 times the mean";
        let allowed = "a standard deviation that a shape between 0.05 and 1e5 can have";
        Check::of("weibull lifetime").number("std", std, within, allowed, fix).finish()?;
        let shape = falling_root(|k| square(k) - aim);
        Self::weibull_from_mean_shape(MeanShape { mean, shape })
    }

    /// The gamma law by scale θ and shape k; its mean is k θ.
    ///
    /// # Errors
    /// If the scale is not above 0 or the shape not above 0.01.
    pub fn gamma_from_scale_shape(p: ScaleShape) -> Result<Self, Error> {
        scaled("gamma lifetime", "scale", p.scale, p.shape, 0.01)?;
        Self::of(Kind::Gamma { scale: p.scale, shape: p.shape })
    }

    /// The gamma law by mean and shape.
    ///
    /// # Errors
    /// If the mean is not above 0 or the shape not above 0.01.
    pub fn gamma_from_mean_shape(p: MeanShape) -> Result<Self, Error> {
        scaled("gamma lifetime", "mean", p.mean, p.shape, 0.01)?;
        Self::of(Kind::Gamma { scale: p.mean / p.shape, shape: p.shape })
    }

    /// The gamma law by mean and standard deviation of the lifetime.
    ///
    /// # Errors
    /// If the mean is not above 0 or the standard deviation not between 0.001
    /// and 10 times the mean.
    pub fn gamma_from_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("gamma lifetime", p)?;
        let ratio = mean / std;
        Self::gamma_from_mean_shape(MeanShape { mean, shape: ratio * ratio })
    }

    /// The logistic law *not* truncated: a share leaves on entry, so S(0) < 1.
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn logistic_untruncated_from_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("logistic lifetime", p)?;
        Self::of(Kind::Logistic { mean, scale: std * LOGISTIC_SCALE, kept: 1.0 })
    }

    /// The logistic law truncated at age 0 and rescaled, by mean and standard
    /// deviation of the parent.
    ///
    /// # Errors
    /// If the mean or the standard deviation is not above 0.
    pub fn logistic_truncated_from_parent_mean_std(p: MeanStd) -> Result<Self, Error> {
        let (mean, std) = mean_std("logistic lifetime", p)?;
        let scale = std * LOGISTIC_SCALE;
        Self::of(Kind::Logistic { mean, scale, kept: logistic(mean / scale) })
    }

    /// The log-logistic law: S(x) = 1/(1 + (x/median)^shape).
    ///
    /// # Errors
    /// If the median is not above 0 or the shape not above 1, where the mean is
    /// infinite.
    pub fn log_logistic_from_median_shape(p: MedianShape) -> Result<Self, Error> {
        scaled("log-logistic lifetime", "median", p.median, p.shape, 1.0)?;
        Self::of(Kind::LogLogistic { median: p.median, shape: p.shape })
    }

    /// The Gompertz law, a hazard that grows exponentially:
    /// S(x) = exp(−(hazard/growth)·(e^(growth·x) − 1)).
    ///
    /// # Errors
    /// If a parameter is not above 0 or their ratio is beyond 1e±100. Without
    /// growth use the exponential law; with a falling hazard some items would
    /// never leave.
    pub fn gompertz_from_hazard_growth(p: HazardGrowth) -> Result<Self, Error> {
        let ratio = p.growth / p.hazard;
        let within = p.growth > 0.0 && (p.hazard <= 0.0 || (1e-100..=1e100).contains(&ratio));
        let fix = "write the yearly growth of the hazard; without growth use the exponential law";
        let allowed = "above 0, and 1e-100 to 1e100 times the hazard";
        Check::of("gompertz lifetime")
            .positive("hazard", p.hazard)
            .number("growth", p.growth, within, allowed, fix)
            .finish()?;
        Self::of(Kind::Gompertz { hazard: p.hazard, growth: p.growth })
    }

    /// An empirical survival table: the share still in use at each age, linear
    /// between the ages, and from 1 at age 0 to the first.
    ///
    /// # Errors
    /// If the lengths differ, an age does not ascend, a share is outside 0 to 1
    /// or rises, or the last is not 0; the index of the first offender is named.
    ///
    /// # Examples
    /// ```
    /// use blackmass::lifetime::LifetimeLaw;
    /// let law = LifetimeLaw::survival_table(&[5.0, 10.0, 20.0], &[0.9, 0.5, 0.0])?;
    /// assert!((law.survival(7.5) - 0.7).abs() < 1e-15);
    /// assert!(LifetimeLaw::survival_table(&[5.0, 10.0], &[0.5, 0.6]).is_err());
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn survival_table(ages: &[f64], survival: &[f64]) -> Result<Self, Error> {
        Self::of(Kind::Table(Table::new(ages, survival)?))
    }

    /// The share that leaves in each year of age, of those that reached it:
    /// S(n) = Π (1 − hazards). Exits are spread evenly over the year of age;
    /// the last value holds for all higher ages. A single value is a constant
    /// yearly hazard.
    ///
    /// # Errors
    /// If there is no value, one is outside 0 to 1, or the last is 0.
    pub fn discrete_hazard(hazards: &[f64]) -> Result<Self, Error> {
        Self::of(Kind::DiscreteHazard(DiscreteHazard::new(hazards)?))
    }

    /// Shares of items that follow different laws, such as early failures
    /// beside wear-out.
    ///
    /// # Errors
    /// If a share is outside 0 to 1 or they do not sum to 1 within 1e-9.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{lifetime::LifetimeLaw, uncertainty::MeanShape};
    /// let wear = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: 15.0, shape: 3.5 })?;
    /// let early = LifetimeLaw::exponential_from_mean(2.0)?;
    /// let law = LifetimeLaw::mixture(vec![(0.05, early), (0.95, wear)])?;
    /// assert!((law.mean() - (0.05 * 2.0 + 0.95 * 15.0)).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn mixture(parts: Vec<(f64, LifetimeLaw)>) -> Result<Self, Error> {
        Self::of(Kind::Mixture(Mixture::new(parts)?))
    }

    /// The same law with every lifetime multiplied by a factor.
    ///
    /// # Errors
    /// If the factor is not above 0.
    pub fn stretched(&self, factor: f64) -> Result<Self, Error> {
        Check::of("stretched lifetime").positive("factor", factor).finish()?;
        Self { kind: self.kind.clone(), stretch: self.stretch * factor }.checked()
    }
}
