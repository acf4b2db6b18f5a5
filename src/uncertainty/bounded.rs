//! Laws on a range in closed form: fixed, uniform, triangular.

use super::law::Law;
use super::parameters::{Range, ThreePoint};
use crate::maths::clamp;

/// A value without uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fixed(pub(super) f64);

impl Law for Fixed {
    #[inline(always)]
    fn quantile(&self, _: f64) -> f64 {
        self.0
    }
    fn cdf(&self, x: f64) -> f64 {
        if x < self.0 { 0.0 } else { 1.0 }
    }
    fn mean(&self) -> f64 {
        self.0
    }
    fn variance(&self) -> f64 {
        0.0
    }
    fn support(&self) -> Range {
        Range { low: self.0, high: self.0 }
    }
    fn central(&self) -> f64 {
        self.0
    }
}

/// Equal density over a range of positive width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Uniform(pub(super) Range);

impl Law for Uniform {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        let Range { low, high } = self.0;
        // x = a + u (b - a)
        clamp(low + u * (high - low), low, high)
    }
    fn cdf(&self, x: f64) -> f64 {
        let Range { low, high } = self.0;
        clamp((x - low) / (high - low), 0.0, 1.0)
    }
    fn survival(&self, x: f64) -> f64 {
        let Range { low, high } = self.0;
        clamp((high - x) / (high - low), 0.0, 1.0)
    }
    fn upper(&self, q: f64) -> f64 {
        let Range { low, high } = self.0;
        clamp(high - q * (high - low), low, high)
    }
    fn mean(&self) -> f64 {
        0.5 * self.0.low + 0.5 * self.0.high
    }
    fn variance(&self) -> f64 {
        // Var = (b - a)²/12
        let width = self.0.high - self.0.low;
        width * width / 12.0
    }
    fn support(&self) -> Range {
        self.0
    }
    fn central(&self) -> f64 {
        self.quantile(0.5)
    }
}

/// Density rising linearly to the mode and falling from it, of positive width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Triangular(pub(super) ThreePoint);

impl Law for Triangular {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        let width = high - low;
        // x = a + √(u (b-a)(c-a)) up to F(c) = (c-a)/(b-a), beyond it
        // x = b - √((1-u)(b-a)(b-c))
        let (left, right) = ((mode - low) / width, (high - mode) / width);
        let rising = low + width * (u * left).sqrt();
        let falling = high - width * ((1.0 - u) * right).sqrt();
        clamp(if u < left { rising } else { falling }, low, high)
    }
    fn cdf(&self, x: f64) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        let width = high - low;
        if x <= low {
            0.0
        } else if x >= high {
            1.0
        } else if x <= mode {
            // F = (x-a)²/((b-a)(c-a))
            (x - low) / width * ((x - low) / (mode - low))
        } else {
            // F = 1 - (b-x)²/((b-a)(b-c))
            1.0 - (high - x) / width * ((high - x) / (high - mode))
        }
    }
    fn survival(&self, x: f64) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        if x >= high {
            0.0
        } else if x > mode {
            (high - x) / (high - low) * ((high - x) / (high - mode))
        } else {
            1.0 - self.cdf(x)
        }
    }
    fn upper(&self, q: f64) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        let width = high - low;
        let right = (high - mode) / width;
        let falling = high - width * (q * right).sqrt();
        if q < right { clamp(falling, mode, high) } else { self.quantile(1.0 - q) }
    }
    fn mean(&self) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        // E = (a + b + c)/3, taken from a against overflow
        low + ((mode - low) + (high - low)) / 3.0
    }
    fn variance(&self) -> f64 {
        let ThreePoint { low, mode, high } = self.0;
        let (c, b) = (mode - low, high - low);
        // Var = (b² + c² - b c)/18 with a = 0
        (b * b + c * c - b * c) / 18.0
    }
    fn support(&self) -> Range {
        Range { low: self.0.low, high: self.0.high }
    }
    fn central(&self) -> f64 {
        self.0.mode
    }
}
