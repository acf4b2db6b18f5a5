//! The log-uniform law: every order of magnitude equally likely.

use super::law::Law;
use super::parameters::Range;
use crate::maths::{clamp, exp, exp_m1, ln};

/// The law of e^X, X uniform, on a range above 0 of positive width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogUniform {
    range: Range,
    /// ln(high/low)
    log_width: f64,
}

impl LogUniform {
    /// The law on an ordered range; `None` if its ends are too close to tell
    /// apart.
    pub(super) fn new(range: Range) -> Option<Self> {
        let log_width = ln(range.high) - ln(range.low);
        (log_width > 0.0).then_some(Self { range, log_width })
    }
}

impl Law for LogUniform {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        // x = a (b/a)ᵘ
        clamp(self.range.low * exp(u * self.log_width), self.range.low, self.range.high)
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.range.low {
            return 0.0;
        }
        clamp(ln(x / self.range.low) / self.log_width, 0.0, 1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= self.range.low {
            return 1.0;
        }
        clamp(ln(self.range.high / x) / self.log_width, 0.0, 1.0)
    }
    fn upper(&self, q: f64) -> f64 {
        clamp(self.range.high * exp(-q * self.log_width), self.range.low, self.range.high)
    }
    fn mean(&self) -> f64 {
        // E = (b - a)/ln(b/a)
        self.range.low * (exp_m1(self.log_width) / self.log_width)
    }
    fn variance(&self) -> f64 {
        // Var = E² (h coth h - 1), h = ln(b/a)/2
        let (mean, h) = (self.mean(), 0.5 * self.log_width);
        let square = h * h;
        let excess = if h < 0.05 {
            square * (1.0 / 3.0 - square * (1.0 / 45.0 - square * 2.0 / 945.0))
        } else {
            h * (1.0 + 2.0 / exp_m1(2.0 * h)) - 1.0
        };
        mean * mean * excess
    }
    fn support(&self) -> Range {
        self.range
    }
    fn central(&self) -> f64 {
        self.quantile(0.5)
    }
}
