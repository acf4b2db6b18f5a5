//! What every distribution can do.

use super::parameters::Range;
use crate::lanes::Row;
use crate::maths::{normal_quantile, normal_quantile_rows};

/// A law of one real quantity.
pub(super) trait Law {
    /// The value that the quantity stays below with probability `u`.
    fn quantile(&self, u: f64) -> f64;
    /// [`Law::quantile`] of every number of some rows, with the same bits.
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        for (u, out) in u.as_flattened().iter().zip(out.as_flattened_mut()) {
            *out = self.quantile(*u);
        }
    }
    /// The probability to stay at or below `x`.
    fn cdf(&self, x: f64) -> f64;
    /// The probability to lie above `x`, relatively exact in the upper tail
    /// where the law has a closed form for it.
    fn survival(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }
    /// The value that the quantity exceeds with probability `q`.
    fn upper(&self, q: f64) -> f64 {
        self.quantile(1.0 - q)
    }
    /// The mean.
    fn mean(&self) -> f64;
    /// The variance.
    fn variance(&self) -> f64;
    /// The closed range of possible values.
    fn support(&self) -> Range;
    /// The value of the central case.
    fn central(&self) -> f64;
}

/// A law whose quantile is an increasing function of a standard normal.
pub(super) trait FromNormal {
    /// The value at the standard normal quantile `z`.
    fn at(&self, z: f64) -> f64;

    /// The value at the uniform `u`.
    #[inline(always)]
    fn at_uniform(&self, u: f64) -> f64 {
        self.at(normal_quantile(u))
    }

    /// [`FromNormal::at_uniform`] of every number of some rows.
    #[inline(always)]
    fn at_uniform_rows(&self, u: &[Row], out: &mut [Row]) {
        normal_quantile_rows(u, out);
        for out in out.as_flattened_mut() {
            *out = self.at(*out);
        }
    }
}
