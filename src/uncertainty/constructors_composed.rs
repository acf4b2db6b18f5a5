//! The constructors of laws made of values or of other laws.

use super::bounded::Fixed;
use super::check::Check;
use super::constructors_shaped::list_error;
use super::cut::Cut;
use super::discrete::Discrete;
use super::distribution::{Distribution, Kind};
use super::empirical::Empirical;
use super::parameters::{Case, Range};
use super::searched::Mixture;
use super::tabulated::Tabulated;
use super::truncated::TruncatedNormal;
use crate::error::{Error, argument};
use crate::maths::clamp;

/// How far from one a sum of probabilities may be.
const NEAR_ONE: f64 = 1e-9;

/// Checks that probabilities are such and sum to one.
fn probabilities(what: &'static str, all: impl Iterator<Item = f64>) -> Result<(), Error> {
    let (mut check, mut sum) = (Check::of(what), 0.0);
    for p in all {
        sum += p;
        check = check.number("probability", p, p >= 0.0, "0 to 1", "write it as a fraction");
    }
    check.finish()?;
    Check::of(what)
        .number(
            "sum of probabilities",
            sum,
            (sum - 1.0).abs() <= NEAR_ONE,
            "1",
            "let the probabilities sum to one",
        )
        .finish()
}

impl Distribution {
    /// Some values, each with a probability. The quantile at u is the smallest
    /// value that, with all smaller ones, has a probability of at least u.
    ///
    /// # Errors
    /// If the list is empty, a number is not finite, a probability is negative,
    /// or the probabilities do not sum to one (to 1e-9). One value alone is a
    /// fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Case, Distribution};
    /// let plants = [(0.0, 0.5), (1.0, 0.3), (2.0, 0.2)]
    ///     .map(|(value, probability)| Case { value, probability });
    /// let d = Distribution::discrete(&plants)?;
    /// assert_eq!(d.quantile(0.75), 1.0);
    /// assert!((d.mean() - 0.7).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn discrete(cases: &[Case]) -> Result<Self, Error> {
        if cases.is_empty() {
            return Err(list_error("discrete", 0, "one value or more"));
        }
        let check = Check::of("discrete");
        cases.iter().fold(check, |check, case| check.finite("value", case.value)).finish()?;
        probabilities("discrete", cases.iter().map(|case| case.probability))?;
        Self::of_cases(cases.iter().map(|case| (case.value, case.probability)).collect())
    }

    /// A discrete law of values with weights, one above 0.
    pub(super) fn of_cases(pairs: Vec<(f64, f64)>) -> Result<Self, Error> {
        Ok(Self::of(match Discrete::new(pairs) {
            Ok(law) => Kind::Discrete(law),
            Err(value) => Kind::Fixed(Fixed(value)),
        }))
    }

    /// The law of a sample: its sorted numbers at the probabilities 0, 1/(n-1),
    /// …, 1, linear in between (type 7 of Hyndman and Fan, The American
    /// Statistician 50 (1996) 361-365, the default of R and NumPy). Nothing
    /// lies beyond the smallest and largest number.
    ///
    /// # Errors
    /// If the sample is empty or a number is not finite. Equal numbers, or one
    /// alone, give a fixed value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::Distribution;
    /// let d = Distribution::empirical(&[3.0, 1.0, 2.0, 5.0])?;
    /// assert_eq!(d.quantile(0.5), 2.5);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn empirical(sample: &[f64]) -> Result<Self, Error> {
        let mut sorted = sample.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
            return Err(list_error("empirical", 0, "one number or more"));
        };
        // NaN and infinities are at the ends of the order
        Check::of("empirical").finite("sample", *first).finite("sample", *last).finish()?;
        let width = Range { low: *first, high: *last };
        Check::of("empirical").ascending("sample", &[width.low, width.high]).finish()?;
        if first == last {
            return Self::fixed(*first);
        }
        Ok(Self::of(Kind::Empirical(Empirical(sorted.into()))))
    }

    /// Several laws, each of which holds with a probability.
    ///
    /// Quantiles are accurate to 1e-10 of themselves or, for laws that may be
    /// negative, of the spread of the widest part; where parts leave gaps the
    /// quantile jumps. Jumps are searched for each time, some hundred times
    /// slower than the rest.
    ///
    /// # Errors
    /// If the list is empty, a probability is negative or not finite, or they
    /// do not sum to one (to 1e-9).
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, MeanStd};
    /// let part = |mean| Distribution::normal(MeanStd { mean, std: 1.0 });
    /// let d = Distribution::mixture(vec![(0.25, part(0.0)?), (0.75, part(4.0)?)])?;
    /// assert!((d.mean() - 3.0).abs() < 1e-15);
    /// assert!((d.variance() - 4.0).abs() < 1e-14);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn mixture(parts: Vec<(f64, Self)>) -> Result<Self, Error> {
        if parts.is_empty() {
            return Err(list_error("mixture", 0, "one law or more"));
        }
        probabilities("mixture", parts.iter().map(|part| part.0))?;
        let sum: f64 = parts.iter().map(|part| part.0).sum();
        let mut parts: Vec<_> =
            parts.into_iter().filter(|p| p.0 > 0.0).map(|(w, law)| (w / sum, law)).collect();
        if parts.len() == 1
            && let Some((_, law)) = parts.pop()
        {
            return Ok(law);
        }
        let points: Option<Vec<_>> = parts.iter().map(|(w, d)| Some((d.only()?, *w))).collect();
        if let Some(points) = points {
            return Self::of_cases(points);
        }
        Ok(Self::of(Kind::Tabulated(Tabulated::mixture(Mixture::new(parts)))))
    }

    /// The value, if there is only one.
    pub(super) fn only(&self) -> Option<f64> {
        let Range { low, high } = self.support();
        (low == high).then_some(low)
    }

    /// The law confined to a range: its quantiles between the probabilities of
    /// the ends, counted from the nearer tail. Ends may be infinite.
    /// [`Distribution::truncation`] reports what that does to mean and spread;
    /// both are closed forms or quadratures of the quantile, with a relative
    /// error below 1e-9.
    ///
    /// A fixed value stays one; a truncated law is truncated anew from its
    /// parent.
    ///
    /// # Errors
    /// If an end is not a number, the ends are not in order, or the range holds
    /// no probability (less than 1e-280; for a PERT law less than 1e-12).
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range, ScaleShape};
    /// let parent = ScaleShape { scale: 1.0, shape: 1.0 };
    /// let tail = Range { low: 30.0, high: f64::INFINITY };
    /// let d = Distribution::weibull_from_scale_shape(parent)?.truncated(tail)?;
    /// assert!((d.mean() - 31.0).abs() < 1e-10);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn truncated(self, range: Range) -> Result<Self, Error> {
        let centre = self.centre.map(|centre| clamp(centre, range.low, range.high));
        Ok(Self { centre, ..self.confined(range)? })
    }

    /// The law with another central value, which draw 0 has; nothing else
    /// changes. [`scaled`](Self::scaled) keeps it.
    ///
    /// # Errors
    /// If the law does not reach the value.
    ///
    /// # Examples
    /// ```
    /// use blackmass::uncertainty::{Distribution, Range};
    /// let d = Distribution::uniform(Range { low: 1.0, high: 4.0 })?.with_central(2.0)?;
    /// assert_eq!((d.central(), d.quantile(0.5)), (2.0, 2.5));
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn with_central(self, central: f64) -> Result<Self, Error> {
        let Range { low, high } = self.support();
        if low <= central && central <= high {
            return Ok(Self { centre: Some(central), ..self });
        }
        Err(argument(
            "the law does not reach its central value",
            "central",
            central.to_string(),
            format!("{low} to {high}"),
            "correct the value or the law",
        ))
    }

    /// The law confined to a range, with its own central value.
    fn confined(self, range: Range) -> Result<Self, Error> {
        let empty = || {
            argument(
                "truncated: the range holds no probability",
                "low, high",
                format!("{} to {}", range.low, range.high),
                "ends in order, with probability between them",
                "move the range towards the law, or enlarge its spread",
            )
        };
        let support = self.support();
        // comparisons with what is not a number are false
        if !(range.low <= range.high && range.low <= support.high && range.high >= support.low) {
            return Err(empty());
        }
        let within = Range {
            low: if range.low > support.low { range.low } else { support.low },
            high: if range.high < support.high { range.high } else { support.high },
        };
        let cut = |whole: Self| {
            let ends = Cut::new(&whole, within).ok_or_else(empty)?;
            Ok(Self { cut: Some(Box::new(ends)), ..whole })
        };
        let whole = Self::of(self.kind);
        match &whole.kind {
            Kind::Fixed(_) => Ok(whole),
            Kind::Discrete(_) => cut(whole),
            _ if within.low == within.high => Self::fixed(within.low),
            Kind::Normal(law) if within.low.is_finite() && within.high.is_finite() => {
                let parent = super::MeanStd { mean: law.mean, std: law.std };
                let law = TruncatedNormal::new(parent, within).ok_or_else(empty)?;
                Ok(Self::of(Kind::TruncatedNormal(law)))
            }
            Kind::TruncatedNormal(law) => {
                let law = TruncatedNormal::new(law.parent(), within).ok_or_else(empty)?;
                Ok(Self::of(Kind::TruncatedNormal(law)))
            }
            _ => cut(whole),
        }
    }
}
