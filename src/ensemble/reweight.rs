//! Draws weighed by how well they agree with observations.

use super::outcome::{Outcome, Report};
use crate::error::{Diagnostic, Error, ErrorKind, nearest};
use crate::maths;

/// The smallest effective sample size that is accepted.
const LEAST: f64 = 50.0;

/// How far an observation may be from the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// Normal, with this standard deviation in the unit of the series.
    Sd(f64),
    /// Lognormal around the modelled value as its median, with this
    /// coefficient of variation (0.1 for 10 %).
    RelativeSd(f64),
}

/// An observation of a reported number.
///
/// # Examples
/// ```
/// use blackmass::ensemble::{Evidence, Spread};
/// let seen = Evidence {
///     policy: "baseline".into(),
///     series: "eu.recovered".into(),
///     labels: vec!["lithium".into()],
///     year: 2024,
///     value: 120.0,
///     spread: Spread::RelativeSd(0.2),
/// };
/// assert_eq!(seen.year, 2024);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The policy that describes the world observed.
    pub policy: String,
    /// The name of the series.
    pub series: String,
    /// The labels of its element, one per dimension.
    pub labels: Vec<String>,
    /// The year.
    pub year: i32,
    /// The value observed, in the unit of the series.
    pub value: f64,
    /// Its uncertainty.
    pub spread: Spread,
}

impl Evidence {
    fn named(&self) -> String {
        format!("{}[{}] in {}", self.series, self.labels.join(", "), self.year)
    }

    fn refused(&self, message: &str) -> Diagnostic {
        Diagnostic::new(message).key(self.named())
    }

    /// The logarithm of the likelihood of each value, up to a constant (E49).
    fn logarithms(&self, values: &[f64]) -> Vec<f64> {
        match self.spread {
            Spread::Sd(sd) => {
                let square = |x: &f64| (self.value - x) / sd * ((self.value - x) / sd);
                values.iter().map(|x| -0.5 * square(x)).collect()
            }
            Spread::RelativeSd(cv) => {
                // ln v ~ N(ln x, σ²) with σ² = ln(1 + cv²)
                let (seen, variance) = (maths::ln(self.value), maths::ln(1.0 + cv * cv));
                let of = |x: &f64| {
                    if *x <= 0.0 {
                        return f64::NEG_INFINITY;
                    }
                    let d = seen - maths::ln(*x);
                    -0.5 * d * d / variance
                };
                values.iter().map(of).collect()
            }
        }
    }
}

/// Draws with weights.
#[derive(Clone, Debug)]
pub struct Reweighted<'a> {
    outcome: &'a Outcome,
    weights: Vec<f64>,
}

impl Outcome {
    /// Weighs the draws by the likelihood of observations: from the outcome as
    /// prior to the posterior. The series observed must have been kept.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if an observation names nothing that was kept,
    /// is not finite, has no positive spread (or, if lognormal, no positive
    /// value), or if the draws are no random sample; [`ErrorKind::Run`] if
    /// observations would effectively leave fewer than 50 draws. That says which single
    /// observation narrows most; then draw more, or widen the spreads.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, ensemble::*, system::var, uncertainty::*};
    /// let mut b = System::builder("collection", 2020..=2021);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let outcome = Ensemble::new(&plan).draws(2_000).keep("collected").run()?;
    /// let (policy, series) = ("baseline".to_owned(), "collected".to_owned());
    /// let spread = Spread::Sd(2.0);
    /// let seen = Evidence { policy, series, labels: vec![], year: 2020, value: 56.0, spread };
    /// let posterior = outcome.reweight(&[seen])?;
    /// let collected = outcome.report("baseline", "collected").unwrap();
    /// assert!((posterior.mean(collected, 0, 2021).unwrap() - 55.8).abs() < 0.3);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn reweight(&self, evidence: &[Evidence]) -> Result<Reweighted<'_>, Error> {
        if !self.design().is_random() {
            let problem = Diagnostic::new("the draws of this design have no probabilities");
            let problem = problem.found(self.design().name()).allowed("a random design");
            return Err(Error::new(ErrorKind::Argument, problem));
        }
        let draws = self.draws() as usize;
        let (mut all, mut each, mut problems) = (vec![0.0; draws], Vec::new(), Vec::new());
        for seen in evidence {
            match self.values(seen) {
                Ok(values) => {
                    let single = seen.logarithms(&values);
                    for (sum, x) in all.iter_mut().zip(&single) {
                        *sum += x;
                    }
                    each.push(effective(&weights(&single)));
                }
                Err(error) => problems.extend(error.diagnostics().iter().cloned()),
            }
        }
        if !problems.is_empty() {
            return Err(Error::many(ErrorKind::Argument, problems));
        }
        let weights = weights(&all);
        let left = effective(&weights);
        // Without observations nothing was weighed, however few the draws.
        if left >= LEAST || evidence.is_empty() {
            return Ok(Reweighted { outcome: self, weights });
        }
        let mut problem = Diagnostic::new("too few draws agree with the observations")
            .found(format!("an effective sample of {left:.1} of {draws} draws"))
            .allowed(format!("at least {LEAST}"))
            .fix("make more draws, widen the spreads, or ask whether the model can be right");
        let narrowest = each.iter().zip(evidence).min_by(|a, b| a.0.total_cmp(b.0));
        if let Some((alone, seen)) = narrowest {
            let most = format!("{}, which alone leaves {alone:.1}", seen.named());
            problem = problem.key(format!("narrowed most by {most}"));
        }
        Err(Error::new(ErrorKind::Run, problem))
    }

    /// Every draw of the number observed.
    fn values(&self, seen: &Evidence) -> Result<Vec<f64>, Error> {
        let refused = |problem| Err(Error::new(ErrorKind::Argument, problem));
        let (spread, lognormal) = match seen.spread {
            Spread::Sd(sd) => (sd, false),
            Spread::RelativeSd(cv) => (cv, true),
        };
        if !(spread > 0.0 && spread.is_finite()) {
            let problem = seen.refused("the spread of an observation is not positive");
            return refused(problem.found(spread.to_string()).allowed("a positive number"));
        }
        if !seen.value.is_finite() || (lognormal && seen.value <= 0.0) {
            let problem = seen.refused("the value of an observation is not possible");
            let allowed = if lognormal { "a positive number" } else { "a finite number" };
            return refused(problem.found(seen.value.to_string()).allowed(allowed));
        }
        let Some(report) = self.report(&seen.policy, &seen.series) else {
            let problem = seen.refused("there is no such series");
            let names = self.reports().iter().map(|r| r.series());
            let near = match names.clone().any(|s| s.name == seen.series) {
                true => nearest(&seen.policy, names.map(|s| s.policy.as_str())),
                false => nearest(&seen.series, names.map(|s| s.name.as_str())),
            };
            let found = format!("policy `{}`, series `{}`", seen.policy, seen.series);
            let problem = problem.found(found);
            return refused(match near {
                Some(near) => problem.fix(format!("write `{near}`")),
                None => problem.fix("use a policy and a variable of the plan"),
            });
        };
        let labels: Vec<&str> = seen.labels.iter().map(String::as_str).collect();
        let Some(element) = report.element(&labels) else {
            let some = report.series().labels.iter().take(20).map(|l| l.join(", "));
            let problem = seen.refused("the series has no such element");
            return refused(problem.allowed(some.collect::<Vec<_>>().join("; ")));
        };
        if report.summary(element, seen.year).is_none() {
            let (first, last) = self.years().into_inner();
            let problem = seen.refused("the year is not reported").found(seen.year.to_string());
            return refused(problem.allowed(format!("{first} to {last}")));
        }
        let kept = self.draws_of(report, element, seen.year);
        let fix = "keep it in the run";
        kept.map_or_else(
            || refused(seen.refused("the draws of the series were not kept").fix(fix)),
            Ok,
        )
    }
}

/// Weights of which the largest is 1; all zero if no draw is possible.
fn weights(logarithms: &[f64]) -> Vec<f64> {
    let largest = logarithms.iter().fold(f64::NEG_INFINITY, |a, b| maths::max(a, *b));
    if largest == f64::NEG_INFINITY {
        return vec![0.0; logarithms.len()];
    }
    logarithms.iter().map(|x| maths::exp(x - largest)).collect()
}

/// (Σw)²/Σw²; zero if all weights are.
fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

impl Reweighted<'_> {
    /// The weight of each draw, the largest 1.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The effective sample size, (Σw)²/Σw²: with so many draws of equal weight
    /// a mean would be as precise.
    #[must_use]
    pub fn effective_sample_size(&self) -> f64 {
        effective(&self.weights)
    }

    /// The weighted mean of a number that was kept.
    #[must_use]
    pub fn mean(&self, report: &Report, element: usize, year: i32) -> Option<f64> {
        let values = self.outcome.draws_of(report, element, year)?;
        let sum: f64 = self.weights.iter().zip(&values).map(|(w, x)| w * x).sum();
        Some(sum / self.weights.iter().sum::<f64>())
    }

    /// The weighted standard deviation of a number that was kept.
    #[must_use]
    pub fn sd(&self, report: &Report, element: usize, year: i32) -> Option<f64> {
        let values = self.outcome.draws_of(report, element, year)?;
        let mean = self.mean(report, element, year)?;
        let squares = |(w, x): (&f64, &f64)| w * (x - mean) * (x - mean);
        let sum: f64 = self.weights.iter().zip(&values).map(squares).sum();
        Some((sum / self.weights.iter().sum::<f64>()).sqrt())
    }

    /// The weighted quantile of a number that was kept, for `p` in (0, 1): the
    /// smallest draw at or below which lies a share `p` of the weight.
    #[must_use]
    pub fn quantile(&self, report: &Report, element: usize, year: i32, p: f64) -> Option<f64> {
        let values = self.outcome.draws_of(report, element, year)?;
        if !(p > 0.0 && p < 1.0) {
            return None;
        }
        let mut pairs: Vec<(f64, f64)> = values.into_iter().zip(self.weights.clone()).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted = p * self.weights.iter().sum::<f64>();
        let mut below = 0.0;
        let mut last = None;
        for (x, w) in pairs {
            below += w;
            last = Some(x);
            if below >= wanted {
                break;
            }
        }
        last
    }
}
