//! The gamma function and its logarithm, by Stirling's series.

use super::{exp, ln, polynomial};

/// ln(2π)/2.
const HALF_LN_2_PI: f64 = 0.9189385332046728;
/// B₂ₖ/(2k(2k-1)), k = 1…7, the coefficients of Stirling's series
/// (NIST Digital Library of Mathematical Functions, 5.11.1).
const STIRLING: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
];

/// ln Γ(y) - (y - ½) ln y + y - ½ ln 2π, y ≥ 10.
pub(super) fn stirling_remainder(y: f64) -> f64 {
    let inverse = 1.0 / y;
    inverse * polynomial(&STIRLING, inverse * inverse)
}

/// ln Γ(y) for y ≥ 10; the first omitted term is below 3e-17.
fn stirling(y: f64) -> f64 {
    // ln Γ(y) = (y - ½) ln y - y + ½ ln 2π + Σ B₂ₖ/(2k(2k-1) y²ᵏ⁻¹)
    let inverse = 1.0 / y;
    let series = inverse * polynomial(&STIRLING, inverse * inverse);
    ((y - 0.5) * (ln(y) - 1.0) - 0.5) + (HALF_LN_2_PI + series)
}

/// Raises `x` to at least 10; returns the raised argument and the product
/// x (x+1) … by which Γ grew.
fn raised(x: f64) -> (f64, f64) {
    let (mut y, mut product) = (x, 1.0);
    while y < 10.0 {
        product *= y;
        y += 1.0;
    }
    (y, product)
}

/// The logarithm of the gamma function, ln Γ(x), for x > 0; NaN otherwise.
///
/// The absolute error stays below 1e-14 near the zeros at 1 and 2.
///
/// # Examples
/// ```
/// // Γ(5) = 4! = 24
/// let x = blackmass::maths::ln_gamma(5.0);
/// assert!((x - blackmass::maths::ln(24.0)).abs() < 1e-14);
/// ```
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x > 1e306 {
        return f64::INFINITY;
    }
    // Γ(x) = Γ(x + n)/(x (x+1) … (x+n-1))
    let (y, product) = raised(x);
    stirling(y) - ln(product)
}

/// The gamma function Γ(x) for x > 0; infinite above 171.6, NaN for x ≤ 0.
///
/// # Examples
/// ```
/// assert!((blackmass::maths::gamma(5.0) - 24.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn gamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x > 172.0 {
        return f64::INFINITY;
    }
    let (y, product) = raised(x);
    exp(stirling(y)) / product
}
