//! Smaller, larger, between: by comparison alone.
//!
//! `f64::min` and `f64::max` leave the sign of zero and the choice between two
//! NaNs to the platform; a comparison does not.

/// The smaller of two numbers; `b` if they cannot be compared or are equal.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::maths::min(1.0, 2.0), 1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger of two numbers; `b` if they cannot be compared or are equal.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::maths::max(1.0, 2.0), 2.0);
/// ```
#[inline(always)]
#[must_use]
pub fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `x` brought into `[low, high]`. NaN stays NaN; if `low > high` the result is
/// `high`.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::maths::clamp(1.4, 0.0, 1.0), 1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let above = if x < low { low } else { x };
    if above > high { high } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamp_keeps_nan_and_bounds() {
        assert!(clamp(f64::NAN, 0.0, 1.0).is_nan());
        assert_eq!(clamp(-1.0, 0.0, 1.0), 0.0);
        assert_eq!(clamp(0.3, 0.0, 1.0), 0.3);
        assert_eq!(clamp(f64::INFINITY, 0.0, 1.0), 1.0);
    }

    #[test]
    fn incomparable_gives_the_second() {
        assert_eq!(min(f64::NAN, 1.0), 1.0);
        assert_eq!(max(f64::NAN, 1.0), 1.0);
    }
}
