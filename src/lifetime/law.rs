//! Survival functions, one draw or sixteen at a time.

use super::{HazardGrowth, LifetimeLaw, MedianShape};
use crate::error::Error;
use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::maths;
use crate::uncertainty::{MeanShape, MeanStd, MedianGsd, ScaleShape};

/// A survival law with up to two parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    WeibullScale,
    WeibullMean,
    Logistic,
    Normal,
    LogNormal,
    Exponential,
    Fixed,
    /// Evaluated one draw at a time.
    Scalar(Scalar),
}

/// The laws that are evaluated one draw at a time, by the functions of
/// [`LifetimeLaw`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    NormalUntruncated,
    LogisticUntruncated,
    FoldedNormal,
    LogNormalMedian,
    Gamma,
    LogLogistic,
    Gompertz,
}

impl Scalar {
    fn law(self, a: f64, b: f64) -> Result<LifetimeLaw, Error> {
        let p = MeanStd { mean: a, std: b };
        match self {
            Self::NormalUntruncated => LifetimeLaw::normal_untruncated_from_mean_std(p),
            Self::LogisticUntruncated => LifetimeLaw::logistic_untruncated_from_mean_std(p),
            Self::FoldedNormal => LifetimeLaw::folded_normal_from_parent_mean_std(p),
            Self::LogNormalMedian => {
                LifetimeLaw::lognormal_from_median_gsd(MedianGsd { median: a, gsd: b })
            }
            Self::Gamma => LifetimeLaw::gamma_from_mean_std(p),
            Self::LogLogistic => {
                LifetimeLaw::log_logistic_from_median_shape(MedianShape { median: a, shape: b })
            }
            Self::Gompertz => {
                LifetimeLaw::gompertz_from_hazard_growth(HazardGrowth { hazard: a, growth: b })
            }
        }
    }

    /// S(age) of sixteen draws; NaN where the parameters make no law.
    #[inline(never)]
    fn survival(self, ages: &[Age], p: &Row, q: &Row, out: &mut [Row]) {
        for l in 0..LANES {
            let law = self.law(p[l], q[l]);
            for (x, row) in ages.iter().zip(&mut *out) {
                row[l] = law.as_ref().map_or(f64::NAN, |law| law.survival(x.age));
            }
        }
    }
}

/// √3/π: the scale of a logistic law with standard deviation one.
const LOGISTIC_SCALE: f64 = 0.551_328_895_421_792_1;

impl Law {
    /// The law with these parameters.
    pub(crate) fn given(self, a: f64, b: f64) -> Result<LifetimeLaw, Error> {
        let p = MeanStd { mean: a, std: b };
        match self {
            Self::WeibullScale => {
                LifetimeLaw::weibull_from_scale_shape(ScaleShape { scale: a, shape: b })
            }
            Self::WeibullMean => {
                LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: a, shape: b })
            }
            Self::Logistic => LifetimeLaw::logistic_truncated_from_parent_mean_std(p),
            Self::Normal => LifetimeLaw::normal_truncated_from_parent_mean_std(p),
            Self::LogNormal => LifetimeLaw::lognormal_from_mean_std(p),
            Self::Exponential => LifetimeLaw::exponential_from_mean(a),
            Self::Fixed => LifetimeLaw::fixed(a),
            Self::Scalar(law) => law.law(a, b),
        }
    }

    /// Turns the parameters as given into those the survival function needs.
    /// Both arrays are overwritten.
    #[inline(always)]
    pub(crate) fn prepare(self, first: &mut Row, second: &mut Row) {
        for l in 0..LANES {
            let (a, b) = (first[l], second[l]);
            (first[l], second[l]) = match self {
                Self::WeibullScale => (maths::ln(a), b),
                // λ = μ/Γ(1 + 1/k)
                Self::WeibullMean => (maths::ln(a / maths::gamma(1.0 + 1.0 / b)), b),
                // s = σ·√3/π
                Self::Logistic => (a, b * LOGISTIC_SCALE),
                // σ² = ln(1 + (sd/mean)²), m = ln(mean) − σ²/2
                Self::LogNormal => {
                    let variance = maths::ln(1.0 + (b / a) * (b / a));
                    (maths::ln(a) - 0.5 * variance, variance.sqrt())
                }
                Self::Normal | Self::Exponential | Self::Fixed | Self::Scalar(_) => (a, b),
            };
        }
    }

    /// S(age) of sixteen draws for every age, from prepared parameters.
    #[inline(always)]
    pub(crate) fn survival(self, ages: &[Age], p: &Row, q: &Row, out: &mut [Row]) {
        match self {
            Self::WeibullScale | Self::WeibullMean => {
                // S(x) = exp(−exp(k·(ln x − ln λ)))
                fill(ages, out, |x, l| q[l] * (x.ln - p[l]));
                for x in out.as_flattened_mut() {
                    *x = -maths::exp(*x);
                }
                for x in out.as_flattened_mut() {
                    *x = maths::exp(*x);
                }
            }
            Self::Logistic => {
                // S(x) = (1 + e^(−μ/s)) / (1 + e^((x−μ)/s))
                fill(ages, out, |x, l| (x.age - p[l]) / q[l]);
                for x in out.as_flattened_mut() {
                    *x = 1.0 + maths::exp(*x);
                }
                let mut at_zero = [0.0; LANES];
                for l in 0..LANES {
                    at_zero[l] = 1.0 + maths::exp(-p[l] / q[l]);
                }
                combine(out, |x, l| at_zero[l] / x);
            }
            Self::Normal => {
                // S(x) = Φ((μ−x)/σ) / Φ(μ/σ)
                fill(ages, out, |x, l| (p[l] - x.age) / q[l]);
                for x in out.as_flattened_mut() {
                    *x = maths::normal_cdf(*x);
                }
                let mut at_zero = [0.0; LANES];
                for l in 0..LANES {
                    at_zero[l] = maths::normal_cdf(p[l] / q[l]);
                }
                combine(out, |x, l| x / at_zero[l]);
            }
            Self::LogNormal => {
                // S(x) = Φ((m − ln x)/σ)
                fill(ages, out, |x, l| (p[l] - x.ln) / q[l]);
                for x in out.as_flattened_mut() {
                    *x = maths::normal_cdf(*x);
                }
            }
            Self::Exponential => {
                // S(x) = exp(−x/μ)
                fill(ages, out, |x, l| -x.age / p[l]);
                for x in out.as_flattened_mut() {
                    *x = maths::exp(*x);
                }
            }
            Self::Scalar(law) => return law.survival(ages, p, q, out),
            // S(x) = 1 for x < L, else 0
            Self::Fixed => fill(ages, out, |x, l| if x.age < p[l] { 1.0 } else { 0.0 }),
        }
        for (x, row) in ages.iter().zip(out) {
            if x.age <= 0.0 {
                *row = [1.0; LANES];
            }
        }
    }
}

/// An age, in steps, with its logarithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    age: f64,
    ln: f64,
}

impl Age {
    pub(crate) fn new(age: f64) -> Self {
        Self { age, ln: maths::ln(age) }
    }
}

#[inline(always)]
fn fill(ages: &[Age], out: &mut [Row], f: impl Fn(Age, usize) -> f64) {
    for (age, out) in ages.iter().zip(out) {
        let mut row = [0.0; LANES];
        for (l, x) in row.iter_mut().enumerate() {
            *x = f(*age, l);
        }
        *out = row;
        keep_rows_apart();
    }
}

#[inline(always)]
fn combine(out: &mut [Row], f: impl Fn(f64, usize) -> f64) {
    for out in out {
        let mut row = *out;
        for (l, x) in row.iter_mut().enumerate() {
            *x = f(*x, l);
        }
        *out = row;
        keep_rows_apart();
    }
}
