//! Solving for a quantile without derivatives.

use super::parameters::Range;
use super::searched::Searched;
use crate::maths::{max, normal_quantile};

/// A point of the quantile and its steepness there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    pub(super) y: f64,
    /// dy/dz, above 0.
    pub(super) slope: f64,
    /// The relative error that the slope may have.
    pub(super) doubt: f64,
}

impl Searched {
    /// Φ⁻¹ of the probability below `y`, from the smaller tail.
    pub(super) fn score(&self, y: f64) -> f64 {
        let (below, above) = self.tails(y);
        if below <= above { normal_quantile(below) } else { -normal_quantile(above) }
    }

    /// The y whose score is `z`, within a range.
    ///
    /// As a function of y the score is nearly straight, so that secants
    /// converge in a few steps; where it is not (the law has gaps or steps)
    /// the range is halved.
    pub(super) fn search(&self, z: f64, guess: Guess, within: Range) -> f64 {
        let Range { mut low, mut high } = within;
        let inside = |y: f64, low, high| y > low && y < high;
        let halved = |low: f64, high: f64| 0.5 * low + 0.5 * high;
        let mut slope = guess.slope;
        let mut y = guess.y;
        if !inside(y, low, high) {
            let bounded = low.is_finite() && high.is_finite();
            y = if bounded { halved(low, high) } else { max(low, -1e300) + 1.0 };
        }
        let mut widening = 1.0;
        let mut miss = self.score(y) - z;
        let mut doubt = guess.doubt;
        for round in 0..400 {
            if miss > 0.0 {
                high = y;
            } else if miss < 0.0 {
                low = y;
            } else {
                return y;
            }
            let step = miss * slope;
            let secant = y - step;
            let exact = 2e-16 * max(y.abs(), 1e-3);
            // the next error is the step times the error of the slope
            if step.abs() * doubt < 1e-13 * max(y.abs(), 1.0) && inside(secant, low, high) {
                return secant;
            }
            let mut next = secant;
            if !inside(secant, low, high) || round % 4 == 3 {
                next = match (low.is_finite(), high.is_finite()) {
                    (true, true) => halved(low, high),
                    (true, false) => low + widening,
                    (false, _) => high - widening,
                };
                widening *= 4.0;
            }
            if high - low <= exact || !inside(next, low, high) {
                return if miss > 0.0 { y } else { high };
            }
            let next_miss = self.score(next) - z;
            let found = (next - y) / (next_miss - miss);
            if found.is_finite() && found > 0.0 {
                doubt = max((found / slope - 1.0).abs(), 1e-9);
                slope = found;
            } else {
                doubt = 1.0;
            }
            (y, miss) = (next, next_miss);
        }
        y
    }
}
