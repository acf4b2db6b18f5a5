//! Narrower or wider beliefs about the same quantity.

use super::check::Check;
use super::distribution::{Distribution, Kind};
use super::logit_normal::LogitNormal;
use super::parameters::{Case, MeanStd, Range, ScaleShape, ThreePoint};
use super::positive::{LogNormal, Weibull};
use super::searched::Searched;
use crate::error::{Error, argument};
use crate::maths::{clamp, pow};

impl Distribution {
    /// The same quantity with `factor` times the spread around its central
    /// value; 0 leaves the central value alone. `natural` is the range that the
    /// quantity cannot leave, such as 0 to 1 for a share.
    ///
    /// | law | what is multiplied | what stays |
    /// | --- | --- | --- |
    /// | fixed | nothing | the value |
    /// | uniform, triangular, PERT | distances of the ends from the central value; ends beyond `natural` are set to its ends | the mode, for the uniform law the middle |
    /// | log-uniform | distances of the ends from the median on the log scale; ends as above | the median |
    /// | normal | standard deviation | the mean |
    /// | lognormal | standard deviation of the logarithm | the median |
    /// | logit-normal | standard deviation of the logit | the median |
    /// | Weibull | 1/shape, the spread of the logarithm | the median |
    /// | beta, gamma | standard deviation | the mean |
    /// | discrete, empirical | distances of the values from the median; values beyond `natural` are set to its ends | the median |
    /// | mixture | distances of the values from the median | the median |
    /// | truncated | the parent as above | the range |
    ///
    /// A central value [given](Self::with_central) stays; uniform, log-uniform,
    /// discrete and empirical laws are then scaled around it. A law that then
    /// still reaches beyond `natural` is
    /// [truncated](Self::truncated) to it.
    ///
    /// # Errors
    /// If the factor is negative or not finite, `natural` is not an ordered
    /// range around the central value, or no law has that spread (a beta law
    /// with a standard deviation too large for its mean).
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range, ThreePoint};
    /// let rate = Distribution::pert(ThreePoint { low: 0.5, mode: 0.7, high: 0.8 })?;
    /// let share = Some(Range { low: 0.0, high: 1.0 });
    /// let narrow = ThreePoint { low: 0.6, mode: 0.7, high: 0.75 };
    /// assert_eq!(rate.scaled(0.5, share)?, Distribution::pert(narrow)?);
    /// let wide = ThreePoint { low: 0.0, mode: 0.7, high: 1.0 };
    /// assert_eq!(rate.scaled(5.0, share)?, Distribution::pert(wide)?);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn scaled(&self, factor: f64, natural: Option<Range>) -> Result<Self, Error> {
        Check::of("scaled").spread("factor", factor).finish()?;
        let everything = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
        let range = natural.unwrap_or(everything);
        let central = self.central();
        if !(range.low <= central && central <= range.high) {
            return Err(argument(
                "scaled: the central value is not in the natural range",
                "natural",
                format!("{} to {}, central value {central}", range.low, range.high),
                "an ordered range around the central value",
                "correct the range or the law",
            ));
        }
        if factor == 0.0 {
            return Self::fixed(central);
        }
        let scaled = self.spread(factor, range)?;
        let scaled = match &self.cut {
            Some(cut) => scaled.truncated(cut.range)?,
            None => scaled,
        };
        let support = scaled.support();
        let scaled = if support.low < range.low || support.high > range.high {
            scaled.truncated(range)?
        } else {
            scaled
        };
        Ok(Self { centre: self.centre, ..scaled })
    }

    /// The law, as if it were not truncated, with `factor` times the spread.
    fn spread(&self, factor: f64, range: Range) -> Result<Self, Error> {
        let about = |c: f64, x: f64| clamp(c + factor * (x - c), range.low, range.high);
        let own = Self::of(self.kind.clone()).central();
        let middle = match (&self.kind, self.centre) {
            (
                Kind::Uniform(_) | Kind::LogUniform(_) | Kind::Discrete(_) | Kind::Empirical(_),
                Some(centre),
            ) => centre,
            _ => own,
        };
        let ends = |Range { low, high }: Range| Range {
            low: about(middle, low),
            high: about(middle, high),
        };
        match &self.kind {
            Kind::Fixed(_) => Ok(self.clone()),
            Kind::Uniform(law) => Self::uniform(ends(law.0)),
            Kind::Triangular(law) => {
                let Range { low, high } = ends(Range { low: law.0.low, high: law.0.high });
                Self::triangular(ThreePoint { low, high, ..law.0 })
            }
            Kind::Pert(_) => {
                let Range { low, high } = ends(Self::of(self.kind.clone()).support());
                Self::pert(ThreePoint { low, mode: middle, high })
            }
            Kind::LogUniform(_) => {
                let Range { low, high } = Self::of(self.kind.clone()).support();
                let at = |x: f64| clamp(middle * pow(x / middle, factor), range.low, range.high);
                Self::log_uniform(Range { low: at(low), high: at(high) })
            }
            Kind::Normal(law) => Self::normal(MeanStd { mean: law.mean, std: factor * law.std }),
            Kind::TruncatedNormal(law) => {
                let MeanStd { mean, std } = law.parent();
                Self::normal(MeanStd { mean, std: factor * std })?.truncated(self.support())
            }
            Kind::LogNormal(law) => {
                let sigma = of_logarithm(factor * law.sigma)?;
                Ok(Self::of(Kind::LogNormal(LogNormal { sigma, ..law.clone() })))
            }
            Kind::LogitNormal(law) => {
                let sigma = of_logarithm(factor * law.sigma)?;
                Ok(Self::of(Kind::LogitNormal(LogitNormal { sigma, ..law.clone() })))
            }
            Kind::Weibull(Weibull { shape, .. }) => {
                let shape = shape / factor;
                // the scale that keeps the median m: λ = m (ln 2)^(-1/k)
                let scale = middle * pow(std::f64::consts::LN_2, -1.0 / shape);
                Self::weibull_from_scale_shape(ScaleShape { scale, shape })
            }
            Kind::Tabulated(law) => match law.law() {
                Searched::Mixture(_) => Ok(Self::of(Kind::Tabulated(law.spread(factor)))),
                other => {
                    let whole = Self::of(self.kind.clone());
                    let (mean, std) = (whole.mean(), factor * whole.variance().sqrt());
                    match other {
                        Searched::Beta(_) => Self::beta_from_mean_std(MeanStd { mean, std }),
                        _ => Self::gamma_from_mean_std(MeanStd { mean, std }),
                    }
                }
            },
            Kind::Discrete(law) => {
                let case = |(value, probability)| Case { value: about(middle, value), probability };
                let everything = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
                let cases: Vec<Case> = law.within(everything).into_iter().map(case).collect();
                Self::discrete(&cases)
            }
            Kind::Empirical(law) => {
                let values: Vec<f64> = law.0.iter().map(|x| about(middle, *x)).collect();
                Self::empirical(&values)
            }
        }
    }
}

/// A spread on the scale of logarithms; more than 1000 leaves only 0 and the
/// other end.
fn of_logarithm(sigma: f64) -> Result<f64, Error> {
    Check::of("scaled")
        .number("sd", sigma, sigma <= 1000.0, "0 to 1000", "write a smaller factor")
        .finish()?;
    Ok(sigma)
}
