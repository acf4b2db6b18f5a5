//! The regularised incomplete gamma functions.

use super::gamma::stirling_remainder;
use super::{clamp, deviance, exp, ln, ln_gamma};

/// More terms than any shape below 1e8 needs.
const TERMS: u32 = 200_000;

/// The distribution function and its complement at `x` > 0, each relatively
/// exact where it is small.
fn both(shape: f64, x: f64) -> (f64, f64) {
    // xᵃ e⁻ˣ/Γ(a)
    let front = exp(shape * ln(x) - x - ln_gamma(shape));
    split(shape, x, front)
}

/// The probabilities below and above x = e^y, each relatively exact where it is
/// small, for shapes from 1e-3 to 1e8.
pub(crate) fn gamma_tails_at_ln(shape: f64, y: f64) -> (f64, f64) {
    let x = exp(y);
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let front = if shape < 10.0 {
        exp(shape * y - x - ln_gamma(shape))
    } else {
        // xᵃ e⁻ˣ/Γ(a) = √(a/2π) exp(-a D(x/a - 1) - r(a))
        let exponent = -shape * deviance((x - shape) / shape) - stirling_remainder(shape);
        (shape / std::f64::consts::TAU).sqrt() * exp(exponent)
    };
    split(shape, x, front)
}

fn split(shape: f64, x: f64, front: f64) -> (f64, f64) {
    if x < shape + 1.0 {
        let lower = clamp(front * series(shape, x), 0.0, 1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = clamp(front * continued_fraction(shape, x), 0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// Σ xⁿ/(a (a+1) … (a+n)) (NIST Digital Library of Mathematical Functions,
/// 8.11.4).
fn series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    for n in 1..TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// The continued fraction of Γ(a, x)/(xᵃ e⁻ˣ) (NIST Digital Library of
/// Mathematical Functions, 8.9.2) by the modified Lentz method.
fn continued_fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away_from_zero(b);
    let mut fraction = d;
    for i in 1..TERMS {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 2.3e-16 {
            break;
        }
    }
    fraction
}

fn at(shape: f64, x: f64) -> Option<(f64, f64)> {
    if !(shape > 0.0 && shape < f64::INFINITY) || x.is_nan() {
        return None;
    }
    Some(match x {
        x if x <= 0.0 => (0.0, 1.0),
        f64::INFINITY => (1.0, 0.0),
        x => both(shape, x),
    })
}

/// The lower regularised incomplete gamma function P(a, x), the distribution
/// function of the gamma law with shape `a` > 0 and scale 1.
///
/// 0 for x ≤ 0; NaN where the shape is not positive and finite or `x` is NaN.
///
/// # Examples
/// ```
/// use blackmass::maths::{exp, regularised_incomplete_gamma_lower};
/// // a = 1 is the exponential law
/// assert!((regularised_incomplete_gamma_lower(1.0, 0.7) - (1.0 - exp(-0.7))).abs() < 1e-15);
/// ```
#[must_use]
pub fn regularised_incomplete_gamma_lower(a: f64, x: f64) -> f64 {
    at(a, x).map_or(f64::NAN, |(lower, _)| lower)
}

/// The upper regularised incomplete gamma function Q(a, x) = 1 − P(a, x),
/// relatively exact in its tail.
///
/// 1 for x ≤ 0; NaN where the shape is not positive and finite or `x` is NaN.
///
/// # Examples
/// ```
/// use blackmass::maths::{exp, regularised_incomplete_gamma_upper};
/// assert!((regularised_incomplete_gamma_upper(1.0, 50.0) / exp(-50.0) - 1.0).abs() < 1e-13);
/// ```
#[must_use]
pub fn regularised_incomplete_gamma_upper(a: f64, x: f64) -> f64 {
    at(a, x).map_or(f64::NAN, |(_, upper)| upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::gamma::{gamma_lr, gamma_ur};

    #[test]
    fn agrees_with_statrs() {
        for shape in [0.05, 0.5, 1.0, 2.5, 9.0, 40.0, 300.0] {
            for share in [0.01, 0.3, 0.9, 1.0, 1.1, 2.0, 3.0] {
                let x: f64 = shape * share;
                let lower = regularised_incomplete_gamma_lower(shape, x);
                let upper = regularised_incomplete_gamma_upper(shape, x);
                assert!((lower - gamma_lr(shape, x)).abs() < 2e-12, "{shape} {x}");
                assert!((upper - gamma_ur(shape, x)).abs() < 2e-12, "{shape} {x}");
                assert!((lower + upper - 1.0).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn closed_form_for_whole_shapes() {
        // Q(3, x) = e⁻ˣ (1 + x + x²/2)
        for x in [0.1, 1.0, 4.0, 30.0, 200.0] {
            let reference = exp(-x) * (1.0 + x + 0.5 * x * x);
            let value = regularised_incomplete_gamma_upper(3.0, x);
            assert!((value / reference - 1.0).abs() < 1e-13, "{x}");
        }
    }

    #[test]
    fn outside_the_domain() {
        assert!(regularised_incomplete_gamma_lower(0.0, 1.0).is_nan());
        assert!(regularised_incomplete_gamma_upper(-1.0, 1.0).is_nan());
        assert!(regularised_incomplete_gamma_upper(2.0, f64::NAN).is_nan());
        assert_eq!(regularised_incomplete_gamma_upper(2.0, f64::INFINITY), 0.0);
        assert_eq!(regularised_incomplete_gamma_lower(2.0, -1.0), 0.0);
    }
}
