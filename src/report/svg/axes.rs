//! Axes: where a number is drawn, and which numbers are named.

use super::{label, line, px};
use crate::report::number::significant;
use std::fmt::Write as _;

/// A straight map from numbers to lengths.
///
/// # Examples
/// ```
/// use blackmass::report::svg::Scale;
/// let scale = Scale { from: (0.0, 10.0), to: (100.0, 0.0) };
/// assert_eq!(scale.at(2.5), 75.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The numbers at the ends.
    pub from: (f64, f64),
    /// The lengths at the ends.
    pub to: (f64, f64),
}

impl Scale {
    /// The length at which a number stands; that of the lower end if both ends
    /// are one number.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        let range = self.from.1 - self.from.0;
        if range == 0.0 {
            return self.to.0;
        }
        self.to.0 + (x - self.from.0) / range * (self.to.1 - self.to.0)
    }
}

/// The numbers from at most `low` to at least `high` that an axis names, some
/// `count` of them, in steps of 1, 2 or 5 times a power of ten.
pub(super) fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let range = high - low;
    if !(range > 0.0 && range.is_finite()) {
        return vec![low, low + 1.0];
    }
    let wanted = range / count as f64;
    let mut power = 1.0;
    while power > wanted {
        power /= 10.0;
    }
    while power * 10.0 <= wanted {
        power *= 10.0;
    }
    let step = [1.0, 2.0, 5.0, 10.0].map(|s| s * power).into_iter().find(|s| *s >= wanted);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step).floor(), (high / step - 1e-9).ceil());
    let steps = (last - first) as usize;
    (0..=steps).map(|i| (first + i as f64) * step).collect()
}

/// A number at an axis, with as many decimals as the step between ticks needs.
fn named(x: f64, ticks: &[f64]) -> String {
    let step = ticks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
    let decimals = match step {
        s if s >= 0.999 => 0,
        s if s >= 0.0999 => 1,
        s if s >= 0.00999 => 2,
        s if s >= 0.000_999 => 3,
        _ => return significant(x),
    };
    crate::report::number::grouped(x, decimals)
}

/// The frame of a chart over years: its own space, scales, axes.
pub(super) struct Frame {
    pub(super) x: Scale,
    pub(super) y: Scale,
}

pub(super) const WIDTH: f64 = 360.0;
pub(super) const HEIGHT: f64 = 224.0;
const TOP: f64 = 22.0;
const LEFT: f64 = 46.0;
pub(super) const BOTTOM: f64 = 196.0;

impl Frame {
    /// Draws the axes for years from `years.0` to `years.1` and numbers of `unit`
    /// from `low` to `high`, with `right` left free at the right side.
    pub(super) fn draw(
        out: &mut String,
        years: (i32, i32),
        (low, high): (f64, f64),
        unit: &str,
        right: f64,
    ) -> Self {
        let ticks_y = ticks(low, high, 4);
        let ends = (ticks_y[0], *ticks_y.last().unwrap_or(&1.0));
        let x = Scale { from: (f64::from(years.0), f64::from(years.1)), to: (LEFT, WIDTH - right) };
        let y = Scale { from: ends, to: (BOTTOM, TOP) };
        let _ = write!(
            out,
            "<g class=\"axes\" data-x=\"{},{},{},{}\" data-y=\"{},{},{},{}\">",
            years.0,
            years.1,
            px(x.to.0),
            px(x.to.1),
            crate::report::number::exact(ends.0),
            crate::report::number::exact(ends.1),
            px(y.to.0),
            px(y.to.1)
        );
        label(out, "unit", (2.0, 11.0), unit);
        for tick in &ticks_y {
            let at = y.at(*tick);
            line(out, if *tick == 0.0 { "base" } else { "grid" }, (LEFT, at), (x.to.1, at));
            label(out, "tick end", (LEFT - 5.0, at + 3.5), &named(*tick, &ticks_y));
        }
        let span = years.1 - years.0;
        let every = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|e| span / e <= 5).unwrap_or(200);
        for year in (years.0..=years.1).filter(|y| y % every == 0) {
            let at = x.at(f64::from(year));
            line(out, "base", (at, BOTTOM), (at, BOTTOM + 4.0));
            label(out, "tick middle", (at, BOTTOM + 16.0), &year.to_string());
        }
        out.push_str("</g>");
        Self { x, y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        for (low, high) in [(0.0, 1.0), (0.0, 9_990.0), (-3.0, 7.5), (0.0, 0.034), (2.0, 2.0)] {
            let all = ticks(low, high, 4);
            assert!(all.len() >= 2 && all.len() <= 8, "{low} {high}: {all:?}");
            assert!(all[0] <= low && all[all.len() - 1] >= high, "{low} {high}: {all:?}");
        }
        assert_eq!(ticks(0.0, 100.0, 4), [0.0, 50.0, 100.0]);
        assert_eq!(named(0.25, &[0.0, 0.25]), "0.2");
        assert_eq!(ticks(0.0, f64::NAN, 4).len(), 2);
    }
}
