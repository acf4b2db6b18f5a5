//! Lines over years with their intervals.

use super::axes::{Frame, HEIGHT, WIDTH};
use super::fan::spread;
use super::{Chart, fitting, label, line, path, slug};

/// A number in a year with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    /// The year.
    pub year: i32,
    /// The lower end.
    pub low: f64,
    /// The number.
    pub value: f64,
    /// The upper end.
    pub high: f64,
}

/// One of the lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// The years in ascending order; where some are missing, the line is broken.
    pub points: Vec<LinePoint>,
}

/// Lines over years, each with a band, numbered at its right end and named under
/// the chart.
///
/// # Examples
/// ```
/// use blackmass::report::svg::{Line, LinePoint, Lines};
/// let point = |year| LinePoint { year, low: 0.5, value: 0.6, high: 0.7 };
/// let lines = Lines {
///     name: "ranks".into(),
///     title: "What matters".into(),
///     unit: "rank correlation".into(),
///     range: (-1.0, 1.0),
///     lines: vec![Line { name: "rate".into(), points: (2020..2030).map(point).collect() }],
/// };
/// assert!(lines.chart().file().contains("1: rate"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// The name of the file, unique on a page.
    pub name: String,
    /// What is shown.
    pub title: String,
    /// The unit of every number.
    pub unit: String,
    /// What the axis shows at least.
    pub range: (f64, f64),
    /// The lines.
    pub lines: Vec<Line>,
}

/// The height of a name under the chart.
const ROW: f64 = 15.0;
/// As many strokes differ.
const STROKES: usize = 6;

impl Lines {
    /// The drawing. A colour and stroke serves two lines if there are more than
    /// six.
    #[must_use]
    pub fn chart(&self) -> Chart {
        let mut body = String::new();
        let all = || self.lines.iter().flat_map(|l| &l.points);
        let first = all().map(|p| p.year).min().unwrap_or(0);
        let years = (first, all().map(|p| p.year).max().unwrap_or(first.saturating_add(1)));
        let (mut low, mut high) = self.range;
        for x in all().flat_map(|p| [p.low, p.value, p.high]).filter(|x| x.is_finite()) {
            low = if x < low { x } else { low };
            high = if x > high { x } else { high };
        }
        let frame = Frame::draw(&mut body, years, (low, high), &self.unit, 18.0);
        let at = |year: i32, x: f64| (frame.x.at(f64::from(year)), frame.y.at(x));
        let mut ends = Vec::new();
        for (i, one) in self.lines.iter().enumerate() {
            let stroke = i % STROKES + 1;
            for part in one.points.chunk_by(|a, b| a.year.checked_add(1) == Some(b.year)) {
                let mut outline: Vec<_> = part.iter().map(|p| at(p.year, p.high)).collect();
                outline.extend(part.iter().rev().map(|p| at(p.year, p.low)));
                path(&mut body, &format!("haze c{stroke}"), &outline, true);
                let middle: Vec<_> = part.iter().map(|p| at(p.year, p.value)).collect();
                path(&mut body, &format!("curve l{stroke}"), &middle, false);
            }
            if let Some(last) = one.points.last() {
                let (x, y) = at(last.year, last.value);
                ends.push((y, (x, i + 1)));
            }
        }
        for (y, (x, number)) in spread(ends, 11.0) {
            label(&mut body, "name", (x + 4.0, y + 3.5), &number.to_string());
        }
        for (i, one) in self.lines.iter().enumerate() {
            let y = HEIGHT + 4.0 + ROW * i as f64;
            let class = format!("curve l{}", i % STROKES + 1);
            line(&mut body, &class, (4.0, y - 3.5), (30.0, y - 3.5));
            label(
                &mut body,
                "name",
                (36.0, y),
                &fitting(&format!("{}: {}", i + 1, one.name), 10.0, WIDTH - 36.0),
            );
        }
        let names: Vec<&str> = self.lines.iter().map(|l| l.name.as_str()).collect();
        let description = format!(
            "Lines with bands, {} to {}, in {}: {}.",
            years.0,
            years.1,
            self.unit,
            names.join(", ")
        );
        Chart {
            name: slug(&self.name),
            title: self.title.clone(),
            description,
            width: WIDTH,
            height: HEIGHT + ROW * self.lines.len() as f64,
            body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_year_breaks_the_line() {
        let point = |year| LinePoint { year, low: -0.1, value: 0.2, high: 0.4 };
        let of = |years: &[i32]| {
            let one =
                Line { name: "a <b>".into(), points: years.iter().copied().map(point).collect() };
            let name = "x".to_owned();
            let (title, unit) = (name.clone(), name.clone());
            Lines { name, title, unit, range: (-1.0, 1.0), lines: vec![one] }.chart().inline()
        };
        assert_eq!(of(&[2020, 2021, 2022]).matches("class=\"haze").count(), 1);
        let broken = of(&[2020, 2022, 2023]);
        assert_eq!(broken.matches("class=\"haze").count(), 2);
        assert!(broken.contains("1: a &lt;b&gt;"));
        // Nothing to draw is no obstacle.
        assert!(of(&[]).starts_with("<svg"));
    }
}
