//! Elementary and special functions whose bits do not depend on the machine.
//!
//! The standard library passes `exp`, `ln`, `pow` and their kin to the system's
//! mathematics library, whose last digits differ between platforms and
//! versions; `mul_add` is rounded once or twice depending on the processor.
//! The functions here use only `+ - * /`, `sqrt`, comparisons and bit
//! operations, each of which IEEE 754 defines to the last bit. The compiler may
//! therefore vectorise them for any instruction set without changing a result.
//!
//! The hot functions are free of branches, so that a plain loop over the lanes
//! of a [`Row`](crate::lanes::Row) vectorises once they are inlined.
//!
//! Accuracy, as relative error against 40-digit references:
//!
//! | function | error | note |
//! | --- | --- | --- |
//! | [`exp`], [`ln`], [`ln_1p`], [`exp_m1`] | 1e-15 | |
//! | [`pow`] | 1e-15 + 2e-16·abs(y ln x) | |
//! | [`sin_cos`] | 1e-15 | absolute 2e-16 near a zero, abs(x) < 1e5 |
//! | [`logistic`], [`logit`] | 1e-15 | |
//! | [`normal_cdf`] | 2e-15 | relative in the lower tail too |
//! | [`normal_quantile`] | 2e-15 | from 1e-300 to 1 - 2⁻⁵³ |
//! | [`ln_gamma`] | 1e-15 | absolute 1e-14 where the result is near 0 |
//! | [`gamma()`] | 1e-14 below 10 | grows to 2e-13 at 171 |
//! | [`regularised_incomplete_beta`] | 1e-13 for a, b ≤ 50 | |
//! | [`regularised_incomplete_gamma_lower`], [`regularised_incomplete_gamma_upper`] | 1e-13 for a ≤ 50 | relative in the tail of each |
//!
//! # Examples
//! ```
//! use blackmass::maths;
//! assert_eq!(maths::exp(0.0), 1.0);
//! assert_eq!(maths::normal_quantile(0.5), 0.0);
//! ```

mod beta;
mod deviance;
mod exponential;
mod gamma;
mod incomplete_gamma;
mod normal;
mod selection;
#[cfg(test)]
mod tests;
mod trigonometry;

pub(crate) use beta::BetaLaw;
pub use beta::regularised_incomplete_beta;
pub(crate) use deviance::deviance;
pub use exponential::{exp, exp_m1, exp_row, ln, ln_1p, ln_row, logistic, logit, pow};
pub(crate) use exponential::{exp_rows, ln_ordinary};
pub use gamma::{gamma, ln_gamma};
pub(crate) use incomplete_gamma::gamma_tails_at_ln;
pub use incomplete_gamma::{
    regularised_incomplete_gamma_lower, regularised_incomplete_gamma_upper,
};
pub use normal::{normal_cdf, normal_quantile, normal_quantile_row};
pub(crate) use normal::{normal_density, normal_quantile_rows, normal_quantiles};
pub use selection::{clamp, max, min};
pub use trigonometry::sin_cos;

/// c₀ + c₁ x + c₂ x² + …, by Horner's rule.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut i = N - 1;
    let mut sum = coefficients[i];
    while i > 0 {
        i -= 1;
        sum = sum * x + coefficients[i];
    }
    sum
}
