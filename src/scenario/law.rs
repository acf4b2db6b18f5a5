//! The distribution that the prior of a quantity stands for (E2).

use super::scalar::{Prior, Scalar};
use crate::error::Error;
use crate::maths;
use crate::uncertainty::{
    Distribution, MeanStd, MedianGsd, MedianSd, Range, ScaleShape, ThreePoint,
};

/// The standard deviation of the logarithm of a positive quantity with
/// relative standard deviation r: σ² = ln(1 + r²).
pub(crate) fn log_sd(relative: f64) -> f64 {
    maths::ln(1.0 + relative * relative).sqrt()
}

/// The standard deviation of the logit of a share p with relative spread r.
///
/// A grade is read as sd(p) = r·√(p(1−p)), which is r·p for p = ½ and
/// vanishes at both ends; with d logit = dp/(p(1−p)) that is
/// σ = r/√(p(1−p)). Within 1 % of an end, p is taken there. (The rule is a
/// convention of this crate.)
pub(crate) fn logit_sd(p: f64, relative: f64) -> f64 {
    let p = maths::clamp(p, 0.01, 0.99);
    relative / (p * (1.0 - p)).sqrt()
}

impl Scalar {
    /// What the quantity can be at all, in the base unit: 0 to 1 for a share,
    /// else 0 or more; any number for the size of an instrument that may be
    /// below zero, because it is added.
    #[must_use]
    pub fn natural_range(&self) -> Range {
        let may_be_negative = match self.prior {
            Prior::Pert { low, .. } => low < 0.0,
            _ => self.value < 0.0,
        };
        Range {
            low: if may_be_negative { f64::NEG_INFINITY } else { 0.0 },
            high: if self.is_share { 1.0 } else { f64::INFINITY },
        }
    }

    /// The distribution of the quantity in the base unit, whose central value
    /// is [`value`](Self::value); `None` if it does not vary: its prior is
    /// fixed, or it is zero, or a share of one, with the spread of its grade.
    ///
    /// The law of the prior is confined to the
    /// [natural range](Self::natural_range) and to the
    /// [truncation](Self::truncated) of the file.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a prior that is
    /// no distribution. A scenario that was read without error has none.
    ///
    /// # Examples
    /// ```
    /// use blackmass::scenario::Scenario;
    /// let eu = Scenario::eu();
    /// let mature = eu.regions()[0].scalar("cells.scrap.mature").expect("required");
    /// let law = mature.law()?.expect("it is not known exactly");
    /// assert!((law.central() / mature.value() - 1.0).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn law(&self) -> Result<Option<Distribution>, Error> {
        let x = self.value;
        let certain = if self.is_share { x <= 0.0 || x >= 1.0 } else { x <= 0.0 };
        let lognormal = |sigma: f64| {
            Distribution::lognormal_from_median_gsd(MedianGsd { median: x, gsd: maths::exp(sigma) })
        };
        let logit_normal =
            |sd| Distribution::logit_normal_from_median_sd(MedianSd { median: x, sd });
        let law = match &self.prior {
            Prior::Fixed => return Ok(None),
            Prior::Grade { .. } if certain => return Ok(None),
            Prior::Grade { relative_sd } if self.is_share => {
                logit_normal(logit_sd(x, *relative_sd))
            }
            Prior::Grade { relative_sd } => lognormal(log_sd(*relative_sd)),
            Prior::Pert { low, high } => {
                Distribution::pert(ThreePoint { low: *low, mode: x, high: *high })
            }
            Prior::Triangular { low, high } => {
                Distribution::triangular(ThreePoint { low: *low, mode: x, high: *high })
            }
            Prior::Uniform { low, high } => Distribution::uniform(Range { low: *low, high: *high }),
            Prior::LogUniform { low, high } => {
                Distribution::log_uniform(Range { low: *low, high: *high })
            }
            Prior::Normal { sd } => Distribution::normal(MeanStd { mean: x, std: *sd }),
            Prior::Lognormal { sigma } => lognormal(*sigma),
            Prior::LogitNormal { sigma } => logit_normal(*sigma),
            Prior::Beta { sd } => Distribution::beta_from_mean_std(MeanStd { mean: x, std: *sd }),
            Prior::Gamma { sd } => Distribution::gamma_from_mean_std(MeanStd { mean: x, std: *sd }),
            Prior::Weibull { shape } => {
                // λ = m (ln 2)^(−1/k) for the median m
                let scale = x * maths::pow(std::f64::consts::LN_2, -1.0 / shape);
                Distribution::weibull_from_scale_shape(ScaleShape { scale, shape: *shape })
            }
            Prior::Discrete { cases } => Distribution::discrete(cases),
            Prior::Empirical { values } => Distribution::empirical(values),
        }?;
        let (natural, support) = (self.natural_range(), law.support());
        let law = match self.truncate {
            Some(range) => law.truncated(range)?,
            None if support.low < natural.low || support.high > natural.high => {
                law.truncated(natural)?
            }
            None => law,
        };
        // The laws around a middle of their own.
        let own = match self.prior {
            Prior::Uniform { .. }
            | Prior::LogUniform { .. }
            | Prior::Discrete { .. }
            | Prior::Empirical { .. } => law.with_central(x)?,
            _ => law,
        };
        Ok(Some(own))
    }
}
