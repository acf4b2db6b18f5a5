//! The standard normal law: density, distribution function and quantile.

use super::{exp, ln, ln_ordinary, min, polynomial};
use crate::lanes::{LANES, Row};

/// 1/√(2π).
const DENSITY_AT_0: f64 = 0.3989422804014327;
/// Beyond this value of w the quantile uses its tail form: 0.2 % of all
/// uniforms.
const CENTRAL_W: f64 = 6.25;

/// √2·erfinv(x)/x in even and odd powers of v = w - 3.125, where
/// w = -ln(1 - x²) ≤ 6.25; error 3e-16.
const CENTRAL_EVEN: [f64; 12] = [
    2.338620710026593,
    -0.008532899177267544,
    0.0002640820495425295,
    -1.9310650326906917e-06,
    -4.111173523779758e-08,
    1.4866500058536512e-09,
    -1.83529886582376e-11,
    -1.1463961465737196e-13,
    9.307658350747774e-15,
    -1.824827665818737e-16,
    1.5573206239778159e-18,
    -2.908383502254845e-22,
];
/// See [`CENTRAL_EVEN`].
const CENTRAL_ODD: [f64; 11] = [
    0.33963495870114085,
    -0.0010475115695030431,
    -1.9632852817393738e-05,
    5.988894293323523e-07,
    -5.816141457417989e-09,
    -7.658593198421405e-11,
    3.724438385908414e-12,
    -5.735283939024928e-14,
    3.0699577673354865e-17,
    1.573167985527196e-17,
    -2.373560751264599e-19,
];

/// Numerators and denominators of the two tail forms of Wichura, "Algorithm AS
/// 241: the percentage points of the normal distribution", Applied Statistics
/// 37 (1988) 477-484: in r - 1.6 for r ≤ 5 and in r - 5 beyond.
const NEAR_TAIL: [[f64; 8]; 2] = [
    [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ],
    [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09,
    ],
];
/// See [`NEAR_TAIL`].
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        6.657904643501103,
        5.463784911164114,
        1.7848265399172913,
        0.29656057182850487,
        0.026532189526576124,
        0.0012426609473880784,
        2.7115555687434876e-05,
        2.0103343992922881e-07,
    ],
    [
        1.0,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-05,
        1.421511758316446e-07,
        2.0442631033899397e-15,
    ],
];

/// (1 + x) Φ(-x)/φ(x) in even and odd powers of t = (x - 5)/(x + 5), x ≥ 0;
/// error 4e-17.
const MILLS_EVEN: [f64; 13] = [
    1.1568486282918946,
    0.07778159886873558,
    -0.06617760077899582,
    -0.03802659218771832,
    -0.004201290311078416,
    0.0004570438205116078,
    -2.480546663097941e-05,
    -1.7721527238693433e-07,
    3.2194150125726876e-07,
    -6.735246707235891e-08,
    1.006273629203449e-08,
    -1.0770966817867951e-09,
    6.163047198655167e-11,
];
/// See [`MILLS_EVEN`].
const MILLS_ODD: [f64; 12] = [
    -0.22948753825211318,
    0.02507217930163978,
    0.061505045840161206,
    0.016348231281331425,
    1.9530636365484052e-05,
    -0.0001343742704194541,
    2.270959149359291e-05,
    -3.2772513658038686e-06,
    4.919558007942762e-07,
    -7.755689282319666e-08,
    1.1020770424653135e-08,
    -9.545215884456858e-10,
];

/// The standard normal density φ(x) = e^(-x²/2)/√(2π), relatively exact also
/// far out.
#[inline(always)]
pub(crate) fn normal_density(x: f64) -> f64 {
    // x² = h² + (x-h)(x+h), h the leading 26 bits of x: h² is exact
    let h = f64::from_bits(x.to_bits() & !0x7FF_FFFF);
    DENSITY_AT_0 * (exp(-0.5 * h * h) * exp(-0.5 * (x - h) * (x + h)))
}

/// The standard normal distribution function Φ(x).
///
/// The lower tail is relatively exact down to -37.6; below that it is 0.
///
/// # Examples
/// ```
/// use blackmass::maths::normal_cdf;
/// assert_eq!(normal_cdf(0.0), 0.5);
/// assert!((normal_cdf(-10.0) / 7.61985302416047e-24 - 1.0).abs() < 1e-13);
/// ```
#[inline(always)]
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    let a = x.abs();
    let y = if a > 40.0 { 40.0 } else { a };
    // Φ(-y) = φ(y) · p(t)/(1 + y), the mapping of Shepherd and Laframboise,
    // "Chebyshev approximation of (1 + 2x) exp(x²) erfc x", Mathematics of
    // Computation 36 (1981) 249-253
    let t = (y - 5.0) / (y + 5.0);
    let t2 = t * t;
    let mills = (polynomial(&MILLS_EVEN, t2) + t * polynomial(&MILLS_ODD, t2)) / (1.0 + y);
    let tail = normal_density(y) * mills;
    let result = if x > 0.0 { 1.0 - tail } else { tail };
    // a tiny argument must give ½ itself
    if a < 1e-17 { 0.5 } else { result }
}

/// w = -ln(4u(1 - u)), small in the centre and large in the tails.
#[inline(always)]
fn distance(u: f64) -> f64 {
    -ln_ordinary(4.0 * u * (1.0 - u))
}

/// The quantile in its central form, for w below [`CENTRAL_W`].
#[inline(always)]
fn central(u: f64, w: f64) -> f64 {
    // Φ⁻¹(u) = √2 erfinv(2u - 1) = (2u - 1) p(w): the form of Giles,
    // "Approximating the erfinv function", GPU Computing Gems, Jade edition
    // (2012) 109-116; coefficients fitted anew with 60 digits
    let v = w - 3.125;
    let v2 = v * v;
    let p = polynomial(&CENTRAL_EVEN, v2) + v * polynomial(&CENTRAL_ODD, v2);
    (2.0 * u - 1.0) * p
}

/// The quantile where the central form does not apply, including the limits.
#[cold]
#[inline(never)]
fn tail(u: f64) -> f64 {
    if u.is_nan() || !(0.0..=1.0).contains(&u) {
        return f64::NAN;
    }
    let magnitude = if u == 0.0 || u == 1.0 {
        f64::INFINITY
    } else {
        // r = √(-ln min(u, 1-u))
        let r = (-ln(min(u, 1.0 - u))).sqrt();
        let ([numerator, denominator], s) =
            if r <= 5.0 { (NEAR_TAIL, r - 1.6) } else { (FAR_TAIL, r - 5.0) };
        polynomial(&numerator, s) / polynomial(&denominator, s)
    };
    if u < 0.5 { -magnitude } else { magnitude }
}

/// The standard normal quantile Φ⁻¹(u): the number that a standard normal
/// variable stays below with probability `u`.
///
/// Infinite at 0 and 1, NaN outside.
///
/// # Examples
/// ```
/// use blackmass::maths::normal_quantile;
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
#[inline(always)]
#[must_use]
pub fn normal_quantile(u: f64) -> f64 {
    if !(u > 0.0 && u < 1.0) {
        return tail(u);
    }
    let w = distance(u);
    if w < CENTRAL_W { central(u, w) } else { tail(u) }
}

/// [`normal_quantile`] of every lane, with the same bits, for uniforms inside
/// (0, 1).
///
/// # Examples
/// ```
/// use blackmass::{lanes::LANES, maths};
/// let mut out = [0.0; LANES];
/// maths::normal_quantile_row(&[1e-9; LANES], &mut out);
/// assert_eq!(out[3], maths::normal_quantile(1e-9));
/// ```
#[inline(always)]
pub fn normal_quantile_row(u: &Row, out: &mut Row) {
    let mut w = [0.0; LANES];
    normal_quantiles(u, out, &mut w);
}

/// [`normal_quantile`] of every number of some rows of uniforms inside (0, 1),
/// with the same bits.
#[inline(always)]
pub(crate) fn normal_quantile_rows(u: &[Row], out: &mut [Row]) {
    /// Rows at a time: enough that the arithmetic of one need not wait for that
    /// of another.
    const ROWS: usize = 4;
    for (u, out) in u.chunks(ROWS).zip(out.chunks_mut(ROWS)) {
        let mut w = [[0.0; LANES]; ROWS];
        let w = w[..u.len()].as_flattened_mut();
        normal_quantiles(u.as_flattened(), out.as_flattened_mut(), w);
    }
}

/// [`normal_quantile`] of a slice of uniforms inside (0, 1), with the same
/// bits; `w` is a buffer. All three have the same length.
#[inline(always)]
pub(crate) fn normal_quantiles(u: &[f64], out: &mut [f64], w: &mut [f64]) {
    // Two passes, so that the constants of each stay in registers.
    for (u, w) in u.iter().zip(&mut *w) {
        *w = distance(*u);
    }
    for ((u, out), w) in u.iter().zip(&mut *out).zip(&*w) {
        *out = central(*u, *w);
    }
    for ((u, out), w) in u.chunks(LANES).zip(out.chunks_mut(LANES)).zip(w.chunks(LANES)) {
        let mut all_central = true;
        for w in w {
            all_central &= *w < CENTRAL_W;
        }
        if !all_central {
            for ((u, out), w) in u.iter().zip(out).zip(w) {
                // Every w that is not below the bound, a NaN included.
                let is_central = *w < CENTRAL_W;
                if !is_central {
                    *out = tail(*u);
                }
            }
        }
    }
}
