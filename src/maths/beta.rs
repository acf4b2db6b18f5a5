//! The regularised incomplete beta function.

use super::gamma::stirling_remainder;
use super::{clamp, deviance, exp, ln, ln_1p, ln_gamma, logistic};

/// The beta law with shape parameters `a` and `b` and its normalisation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BetaLaw {
    a: f64,
    b: f64,
    /// ln B(a, b)
    ln_beta: f64,
    /// The same without cancellation where one shape is large.
    ln_beta_long: f64,
}

impl BetaLaw {
    /// The law for finite `a`, `b` > 0.
    pub(crate) fn new(a: f64, b: f64) -> Self {
        // ln B(a,b) = ln Γ(a) + ln Γ(b) - ln Γ(a+b)
        let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
        let (small, large) = if a < b { (a, b) } else { (b, a) };
        let ln_beta_long = if large < 10.0 { ln_beta } else { ln_beta_to(small, large) };
        Self { a, b, ln_beta, ln_beta_long }
    }

    /// The law of 1 - X.
    pub(crate) fn mirrored(self) -> Self {
        Self { a: self.b, b: self.a, ..self }
    }

    /// The shape parameters.
    pub(crate) fn shapes(&self) -> (f64, f64) {
        (self.a, self.b)
    }

    /// The distribution function and x (1-x) times the density, for
    /// 0 < x < 1.
    pub(crate) fn cdf_and_front(&self, x: f64) -> (f64, f64) {
        let (a, b) = (self.a, self.b);
        // xᵃ (1-x)ᵇ/B(a,b)
        let front = exp(a * ln(x) + b * ln_1p(-x) - self.ln_beta);
        // I_x(a,b) = xᵃ (1-x)ᵇ/(a B(a,b)) · fraction = 1 - I_{1-x}(b,a)
        let cdf = if x < (a + 1.0) / (a + b + 2.0) {
            front * continued_fraction(a, b, x) / a
        } else {
            1.0 - front * continued_fraction(b, a, 1.0 - x) / b
        };
        (cdf, front)
    }

    /// The probabilities below and above x = 1/(1 + e^-y), each relatively
    /// exact where it is small, for shapes from 1e-3 to 1e8.
    pub(crate) fn tails_at_logit(&self, y: f64) -> (f64, f64) {
        let (a, b) = (self.a, self.b);
        let (x, rest) = (logistic(y), logistic(-y));
        let front = if a < 10.0 || b < 10.0 {
            // ln x = -ln(1 + e^-y), ln(1-x) = -ln(1 + e^y)
            let fall = ln_1p(exp(-y.abs()));
            let (ln_x, ln_rest) = if y < 0.0 { (y - fall, -fall) } else { (-fall, -y - fall) };
            exp(a * ln_x + b * ln_rest - self.ln_beta_long)
        } else {
            // with x₀ = a/(a+b), d = x/x₀ - 1, e = (1-x)/(1-x₀) - 1:
            // xᵃ (1-x)ᵇ/B = √(ab/(2π(a+b))) exp(-a D(d) - b D(e) - r(a) - r(b) + r(a+b))
            let sum = a + b;
            let exponent = -a * deviance((x * sum - a) / a) - b * deviance((rest * sum - b) / b);
            let r = stirling_remainder(a) + stirling_remainder(b) - stirling_remainder(sum);
            (a / sum * b / std::f64::consts::TAU).sqrt() * exp(exponent - r)
        };
        if x < (a + 1.0) / (a + b + 2.0) {
            let below = clamp(front * continued_fraction(a, b, x) / a, 0.0, 1.0);
            (below, 1.0 - below)
        } else {
            let above = clamp(front * continued_fraction(b, a, rest) / b, 0.0, 1.0);
            (1.0 - above, above)
        }
    }

    /// The distribution function I_x(a, b).
    pub(crate) fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            clamp(self.cdf_and_front(x).0, 0.0, 1.0)
        }
    }
}

/// ln B(a, b) for b ≥ 10.
fn ln_beta_to(a: f64, b: f64) -> f64 {
    // ln Γ(b) - ln Γ(a+b) by Stirling's series, leading terms cancelled
    let r = stirling_remainder(b) - stirling_remainder(a + b);
    ln_gamma(a) - (b - 0.5) * ln_1p(a / b) - a * ln(a + b) + a + r
}

/// The continued fraction of I_x(a, b) (NIST Digital Library of Mathematical
/// Functions, 8.17.22) by the modified Lentz method. It converges in about
/// √max(a, b) terms for x < (a+1)/(a+b+2).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const TERMS: u32 = 200_000;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for i in 1..=TERMS {
        let m = f64::from(i);
        let a2m = a + 2.0 * m;
        // d₂ₘ = m (b-m) x/((a+2m-1)(a+2m))
        let even = m * (b - m) * x / ((a2m - 1.0) * a2m);
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        // d₂ₘ₊₁ = -(a+m)(a+b+m) x/((a+2m)(a+2m+1))
        let odd = -(a + m) * (a + b + m) * x / (a2m * (a2m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let factor = d * c;
        fraction *= factor;
        if (factor - 1.0).abs() < 2.3e-16 {
            break;
        }
    }
    fraction
}

/// The regularised incomplete beta function I_x(a, b), the distribution
/// function of the beta law with shapes `a`, `b` > 0 at `x`.
///
/// 0 for x ≤ 0 and 1 for x ≥ 1; NaN where a shape is not positive and finite or
/// `x` is NaN.
///
/// # Examples
/// ```
/// use blackmass::maths::regularised_incomplete_beta;
/// // a = b = 1 is the uniform law
/// assert!((regularised_incomplete_beta(1.0, 1.0, 0.3) - 0.3).abs() < 1e-14);
/// ```
#[must_use]
pub fn regularised_incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    let valid = a > 0.0 && b > 0.0 && a < f64::INFINITY && b < f64::INFINITY;
    if !valid || x.is_nan() {
        return f64::NAN;
    }
    BetaLaw::new(a, b).cdf(x)
}
