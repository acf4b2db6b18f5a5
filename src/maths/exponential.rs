//! The exponential, the logarithm and what follows from them.
//!
//! Both reduce the argument with ln 2 in two pieces (Cody and Waite, *Software
//! Manual for the Elementary Functions*, 1980) and evaluate a polynomial on the
//! small rest. The polynomials interpolate the exact functions at Chebyshev
//! points, computed with 60 digits.

use super::polynomial;
use crate::lanes::{LANES, Row};

/// ln 2, its leading 42 bits: a multiple with up to 11 bits is exact.
const LN_2_HIGH: f64 = 0.6931471805598903;
/// ln 2 less [`LN_2_HIGH`].
const LN_2_LOW: f64 = 5.497923018708371e-14;
/// 1.5·2⁵²: adding it rounds to an integer and leaves that integer in the low
/// bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// (eʳ - 1 - r)/r² for |r| ≤ ln 2 / 2; error 2e-17 of eʳ.
const EXP: [f64; 10] = [
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
];
/// (2 artanh s - 2 s)/s³ in powers of s², for s² ≤ 0.02944; error 5e-18.
const LN: [f64; 7] = [
    0.666666666666667,
    0.39999999999899444,
    0.2857142862600327,
    0.22222211130259878,
    0.18182889455674947,
    0.15331710618210773,
    0.14616585424888623,
];
/// 2⁵², whose low bits hold an integer.
const INTEGER: u64 = 0x4330_0000_0000_0000;
/// The bits of √½.
const SQRT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
/// The exponent of 1, in place.
const ONE_EXPONENT: u64 = 1023 << 52;

/// eˣ.
///
/// 0 below -708, where results would leave the normal range; infinite above
/// 709.78; NaN stays NaN.
///
/// # Examples
/// ```
/// use blackmass::maths::exp;
/// assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// assert_eq!(exp(-1000.0), 0.0);
/// ```
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let (n, r) = reduced(x);
    scaled(x, n, r, polynomial(&EXP, r))
}

/// n and r with x = n ln 2 + r, |r| ≤ ln 2 / 2, n in the low bits of a number.
/// Of no use below -708.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64) {
    let bounded = super::min(710.0, x);
    let shifted = bounded * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    (shifted, (bounded - n * LN_2_HIGH) - n * LN_2_LOW)
}

/// eˣ from n, r and q(r).
#[inline(always)]
fn scaled(x: f64, n: f64, r: f64, q: f64) -> f64 {
    // eʳ = 1 + r + r² q(r)
    let e = 1.0 + (r + r * r * q);
    // eˣ = eʳ · 2ⁿ⁻¹ · 2, as 2¹⁰²⁴ itself has no exponent
    let scale = f64::from_bits(n.to_bits().wrapping_add(1022) << 52);
    let result = e * scale * 2.0;
    if x < -708.0 { 0.0 } else { result }
}

/// Numbers that [`exp_rows`] takes step by step together. Each step waits for
/// the one before, so that one number alone would leave the processor idle.
const TOGETHER: usize = 2 * LANES;

/// Turns x into exp(x·f) with the factor f of its lane; the bits of [`exp`],
/// for less.
#[inline(always)]
pub(crate) fn exp_rows(rows: &mut [Row], factors: &Row) {
    let [lower @ .., last] = &EXP;
    // Were the number of coefficients known to the compiler, it would unroll
    // the loop over them and put one chain of steps after the other.
    let lower = std::hint::black_box(&lower[..]);
    let (pairs, rest) = rows.as_chunks_mut::<2>();
    for pair in pairs {
        let (mut x, mut n) = ([0.0; TOGETHER], [0.0; TOGETHER]);
        let (mut r, mut q) = ([0.0; TOGETHER], [*last; TOGETHER]);
        for l in 0..LANES {
            x[l] = pair[0][l] * factors[l];
            x[l + LANES] = pair[1][l] * factors[l];
        }
        for i in 0..TOGETHER {
            (n[i], r[i]) = reduced(x[i]);
        }
        for c in lower.iter().rev() {
            for i in 0..TOGETHER {
                q[i] = q[i] * r[i] + *c;
            }
        }
        for i in 0..TOGETHER {
            x[i] = scaled(x[i], n[i], r[i], q[i]);
        }
        pair.as_flattened_mut().copy_from_slice(&x);
    }
    for row in rest {
        for l in 0..LANES {
            row[l] = exp(row[l] * factors[l]);
        }
    }
}

/// ln x for an ordinary positive number: no zero, subnormal, infinity or NaN.
/// The same bits as [`ln`], for less.
#[inline(always)]
pub(crate) fn ln_ordinary(x: f64) -> f64 {
    ln_scaled(x, 4_503_599_627_371_519.0)
}

/// The logarithm of a positive normal number y·2^(2⁵² + 1023 - offset).
#[inline(always)]
fn ln_scaled(y: f64, offset: f64) -> f64 {
    // x = 2ᵏ m, √½ ≤ m < √2
    let bits = y.to_bits();
    let exponent = bits.wrapping_sub(SQRT_HALF).wrapping_add(ONE_EXPONENT) >> 52;
    let k = f64::from_bits(INTEGER | exponent) - offset;
    let m = f64::from_bits(bits.wrapping_sub(exponent << 52).wrapping_add(ONE_EXPONENT));
    // ln m = 2 artanh s with s = f/(2 + f), f = m - 1
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let rest = z * polynomial(&LN, z);
    // ln m = f - (f²/2 - s (f²/2 + rest)), arranged so that f stays exact
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + rest) + k * LN_2_LOW)) - f)
}

/// The natural logarithm of `x`.
///
/// Minus infinity at 0, NaN below it; subnormal arguments are exact.
///
/// # Examples
/// ```
/// use blackmass::maths::ln;
/// assert!((ln(10.0) - 2.302585092994046).abs() < 1e-15);
/// assert_eq!(ln(1.0), 0.0);
/// assert_eq!(ln(0.0), f64::NEG_INFINITY);
/// ```
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    const TWO_54: f64 = 18_014_398_509_481_984.0;
    let subnormal = x < f64::MIN_POSITIVE;
    let y = if subnormal { x * TWO_54 } else { x };
    // 2⁵² + 1023, and 54 more for a subnormal argument
    let offset = if subnormal { 4_503_599_627_371_573.0 } else { 4_503_599_627_371_519.0 };
    let result = ln_scaled(y, offset);
    let result = if x > 0.0 { result } else { f64::NAN };
    let result = if x == 0.0 { f64::NEG_INFINITY } else { result };
    if x == f64::INFINITY { x } else { result }
}

/// ln(1 + x), accurate also for small `x`.
///
/// # Examples
/// ```
/// use blackmass::maths::ln_1p;
/// assert_eq!(ln_1p(1e-20), 1e-20);
/// ```
#[inline(always)]
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let y = 1.0 + x;
    let excess = y - 1.0;
    // ln(1 + x) = ln(y) · x/(y - 1), y = fl(1 + x): the rounding of y cancels
    // (Kahan; Goldberg, "What every computer scientist should know about
    // floating-point arithmetic", 1991, theorem 4)
    let result = ln(y) * (x / excess);
    let result = if excess == 0.0 { x } else { result };
    let result = if excess == -1.0 { ln(y) } else { result };
    if x == f64::INFINITY { x } else { result }
}

/// eˣ - 1, accurate also for small `x`.
///
/// # Examples
/// ```
/// use blackmass::maths::exp_m1;
/// assert_eq!(exp_m1(1e-20), 1e-20);
/// assert_eq!(exp_m1(-100.0), -1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    let y = exp(x);
    let excess = y - 1.0;
    // eˣ - 1 = (y - 1) · x/ln(y), y = fl(eˣ): the rounding of y cancels
    // (Kahan; Higham, Accuracy and Stability of Numerical Algorithms, §1.14.1)
    let result = excess * (x / ln(y));
    let result = if excess == 0.0 { x } else { result };
    if x.abs() > 40.0 { excess } else { result }
}

/// xʸ for x ≥ 0, as e^(y ln x); NaN for x < 0.
///
/// 1 where `y` is 0 or `x` is 1, and exactly `x` where `y` is 1. The relative
/// error is about 2e-16 · (4 + |y ln x|).
///
/// # Examples
/// ```
/// use blackmass::maths::pow;
/// assert!((pow(2.0, 0.5) - std::f64::consts::SQRT_2).abs() < 1e-15);
/// assert_eq!(pow(0.0, 3.0), 0.0);
/// assert_eq!(pow(0.0, 0.0), 1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    // xʸ = exp(y ln x)
    let result = exp(y * ln(x));
    let result = if y == 1.0 { x } else { result };
    if y == 0.0 || x == 1.0 { 1.0 } else { result }
}

/// The logistic function 1/(1 + e⁻ˣ), between 0 and 1.
///
/// # Examples
/// ```
/// use blackmass::maths::logistic;
/// assert_eq!(logistic(0.0), 0.5);
/// assert_eq!(logistic(1000.0), 1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// The inverse of [`logistic`]: ln(p/(1 - p)) for a share `p` in \[0, 1\].
///
/// # Examples
/// ```
/// use blackmass::maths::{logistic, logit};
/// assert!((logistic(logit(0.3)) - 0.3).abs() < 1e-15);
/// assert_eq!(logit(1.0), f64::INFINITY);
/// ```
#[inline(always)]
#[must_use]
pub fn logit(p: f64) -> f64 {
    // ln(p/(1-p)); near ½ this is ln(1 + d), d = (2p - 1)/(1 - p), whose
    // numerator is exact there
    let q = 1.0 - p;
    let near = ln_1p((2.0 * p - 1.0) / q);
    let far = ln(p / q);
    if p > 0.25 && p < 0.75 { near } else { far }
}

/// [`exp`] of every lane.
///
/// # Examples
/// ```
/// use blackmass::{lanes::LANES, maths};
/// let mut out = [0.0; LANES];
/// maths::exp_row(&[1.0; LANES], &mut out);
/// assert_eq!(out[3], maths::exp(1.0));
/// ```
#[inline(always)]
pub fn exp_row(x: &Row, out: &mut Row) {
    for l in 0..LANES {
        out[l] = exp(x[l]);
    }
}

/// [`ln`] of every lane.
///
/// # Examples
/// ```
/// use blackmass::{lanes::LANES, maths};
/// let mut out = [0.0; LANES];
/// maths::ln_row(&[2.0; LANES], &mut out);
/// assert_eq!(out[3], maths::ln(2.0));
/// ```
#[inline(always)]
pub fn ln_row(x: &Row, out: &mut Row) {
    for l in 0..LANES {
        out[l] = ln(x[l]);
    }
}
