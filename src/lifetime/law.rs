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
        match self {
            Self::WeibullScale => each(first, second, |a, b| (maths::ln(a), b)),
            // λ = μ/Γ(1 + 1/k)
            Self::WeibullMean => {
                each(first, second, |a, b| (maths::ln(a / maths::gamma(1.0 + 1.0 / b)), b));
            }
            // s = σ·√3/π
            Self::Logistic => each(first, second, |a, b| (a, b * LOGISTIC_SCALE)),
            // σ² = ln(1 + (sd/mean)²), m = ln(mean) − σ²/2
            Self::LogNormal => each(first, second, |a, b| {
                let variance = maths::ln(1.0 + (b / a) * (b / a));
                (maths::ln(a) - 0.5 * variance, variance.sqrt())
            }),
            Self::Normal | Self::Exponential | Self::Fixed | Self::Scalar(_) => {}
        }
    }

    /// S(age) of sixteen draws for every age, from prepared parameters.
    #[inline(always)]
    pub(crate) fn survival(self, ages: &[Age], p: &Row, q: &Row, out: &mut [Row]) {
        match self {
            Self::WeibullScale | Self::WeibullMean => {
                weibull(ages, p, q, out);
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

/// S(x) = exp(−(x/λ)ᵏ) for every age, from p = ln λ and q = k.
///
/// Powers of whole ages are products, (mn)ᵏ = mᵏ·nᵏ, so that only primes take
/// an exponential. A lane whose powers might leave the range of numbers takes
/// one for every age, as do ages that are not whole.
#[inline(always)]
fn weibull(ages: &[Age], p: &Row, q: &Row, out: &mut [Row]) {
    /// The largest |k·ln x| and |k·ln λ| of a lane computed with products.
    const LARGEST: f64 = 600.0;
    let survival = |x: &Age, l: usize| maths::exp(-maths::exp(q[l] * (x.ln - p[l])));
    let last = match ages.last() {
        Some(last) if ages.iter().any(|x| x.factors.is_some()) => last,
        _ => {
            fill(ages, out, |x, l| q[l] * (x.ln - p[l]));
            for x in out.as_flattened_mut() {
                *x = maths::exp(-maths::exp(*x));
            }
            return;
        }
    };
    let (mut scale, mut within) = ([0.0; LANES], [false; LANES]);
    for l in 0..LANES {
        within[l] = (q[l] * last.ln).abs() < LARGEST && (q[l] * p[l]).abs() < LARGEST;
        scale[l] = -maths::exp(-(q[l] * p[l]));
    }
    // xᵏ of primes, four at a time
    let mut i = 0;
    while i < ages.len() {
        let (mut rows, mut at, mut count) = ([[0.0; LANES]; 4], [0; 4], 0);
        while i < ages.len() && count < 4 {
            let x = &ages[i];
            if x.age <= 1.0 {
                out[i] = [x.age; LANES];
            } else if x.factors.is_none() {
                for l in 0..LANES {
                    rows[count][l] = x.ln;
                }
                at[count] = i;
                count += 1;
            }
            i += 1;
        }
        if count > 0 {
            maths::exp_rows(&mut rows, q);
        }
        for (row, i) in rows[..count].iter().zip(at) {
            out[i] = *row;
        }
    }
    for (i, x) in ages.iter().enumerate() {
        if let Some([a, b]) = x.factors {
            let (a, b) = (&out[a as usize], &out[b as usize]);
            let mut row = [0.0; LANES];
            for l in 0..LANES {
                row[l] = a[l] * b[l];
            }
            out[i] = row;
        }
    }
    // S(0) = 1 is left to the caller.
    let first = usize::from(ages[0].age <= 0.0);
    maths::exp_rows(&mut out[first..], &scale);
    if within.contains(&false) {
        for (x, row) in ages.iter().zip(out) {
            for l in 0..LANES {
                row[l] = if within[l] { row[l] } else { survival(x, l) };
            }
        }
    }
}

/// An age, in steps, with its logarithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Age {
    age: f64,
    ln: f64,
    /// For a whole age that is not prime, the positions in the series of two
    /// smaller ages whose product it is.
    factors: Option<[u32; 2]>,
}

impl Age {
    /// The ages at the end of each step after entry, `first` and so on.
    pub(crate) fn series(first: f64, steps: usize) -> Vec<Self> {
        (0..steps)
            .map(|step| {
                let age = first + step as f64;
                let at = |age: f64| (age - first) as u32;
                let factors = divisor(age).map(|d| [at(d), at(age / d)]);
                Self { age, ln: maths::ln(age), factors }
            })
            .collect()
    }
}

/// The smallest whole number d > 1 that divides a whole `age` > d, if there is
/// one.
fn divisor(age: f64) -> Option<f64> {
    let mut d = 2.0;
    while d * d <= age {
        if age % d == 0.0 {
            return Some(d);
        }
        d += 1.0;
    }
    None
}

#[inline(always)]
fn each(first: &mut Row, second: &mut Row, f: impl Fn(f64, f64) -> (f64, f64)) {
    for l in 0..LANES {
        (first[l], second[l]) = f(first[l], second[l]);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn weibull(first: f64, scale: &Row, shape: &Row) -> Vec<Row> {
        let ages = Age::series(first, 200);
        let (mut p, mut q) = (*scale, *shape);
        Law::WeibullScale.prepare(&mut p, &mut q);
        let mut out = vec![[0.0; LANES]; ages.len()];
        Law::WeibullScale.survival(&ages, &p, &q, &mut out);
        out
    }

    /// Shapes and scales of use, and some whose powers overflow or vanish.
    fn parameters() -> (Row, Row) {
        let (mut scale, mut shape) = ([15.0; LANES], [3.5; LANES]);
        for (l, (a, b)) in [
            (15.0, 500.0),
            (1e-3, 120.0),
            (1e9, 80.0),
            (1e200, 3.0),
            (1e-200, 3.0),
            (0.7, 0.01),
            (40.0, 8.0),
            (150.0, 100.0),
        ]
        .into_iter()
        .enumerate()
        {
            (scale[l], shape[l]) = (a, b);
        }
        (scale, shape)
    }

    #[test]
    #[allow(clippy::disallowed_methods)]
    fn survival_at_whole_ages_is_the_formula() {
        let (scale, shape) = parameters();
        for first in [0.0, 0.5, 1.0] {
            for (a, row) in weibull(first, &scale, &shape).iter().enumerate() {
                for l in 0..LANES {
                    let expected = (-((first + a as f64) / scale[l]).powf(shape[l])).exp();
                    let difference = (row[l] - expected).abs();
                    // The rounding of k·ln x grows with k.
                    assert!(difference <= 1e-14 * (1.0 + shape[l]), "{a} {l}: {difference:e}");
                }
            }
        }
    }

    #[test]
    fn a_lane_does_not_depend_on_the_others() {
        let (scale, shape) = parameters();
        let together = weibull(1.0, &scale, &shape);
        for l in 0..LANES {
            for (a, row) in weibull(1.0, &[scale[l]; LANES], &[shape[l]; LANES]).iter().enumerate()
            {
                assert_eq!(row[0].to_bits(), together[a][l].to_bits(), "{a} {l}");
            }
        }
    }

    #[test]
    fn divisors_are_the_smallest_of_whole_numbers_that_are_not_prime() {
        let expected = [0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 2.0, 0.0, 2.0, 3.0, 2.0, 0.0, 2.0];
        for (age, d) in expected.into_iter().enumerate() {
            assert_eq!(divisor(age as f64), (d > 0.0).then_some(d), "{age}");
        }
        assert_eq!((divisor(49.0), divisor(4.5), divisor(12.5)), (Some(7.0), None, None));
    }
}
