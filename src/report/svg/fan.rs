//! A series over years with its quantiles and marks.

use super::axes::{Frame, HEIGHT, WIDTH};
use super::{Chart, label, line, path, px, slug};
use std::fmt::Write as _;

/// The quantiles of one year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanPoint {
    /// The year.
    pub year: i32,
    /// The 5, 25, 50, 75 and 95 % quantiles.
    pub quantiles: [f64; 5],
}

/// Something that is asked for from a year on.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The first year.
    pub year: i32,
    /// How much, in the unit of the chart.
    pub value: f64,
    /// What, in a few words.
    pub label: String,
}

/// A fan chart: 5–95 % and 25–75 % bands around the median.
///
/// # Examples
/// ```
/// use blackmass::report::svg::{Fan, FanPoint};
/// let point = |year| FanPoint { year, quantiles: [1.0, 2.0, 3.0, 4.0, 5.0] };
/// let fan = Fan {
///     name: "waste".into(),
///     title: "Waste".into(),
///     unit: "t/yr".into(),
///     points: (2020..2030).map(point).collect(),
///     marks: Vec::new(),
/// };
/// assert!(fan.chart().file().starts_with("<svg"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// The name of the file, unique on a page.
    pub name: String,
    /// What is shown.
    pub title: String,
    /// The unit of every number.
    pub unit: String,
    /// The years in ascending order.
    pub points: Vec<FanPoint>,
    /// What is asked for; drawn as far as its year is shown.
    pub marks: Vec<Mark>,
}

impl Fan {
    /// The drawing.
    #[must_use]
    pub fn chart(&self) -> Chart {
        let mut body = String::new();
        let years =
            (self.points.first().map_or(0, |p| p.year), self.points.last().map_or(1, |p| p.year));
        let shown = |m: &&Mark| m.year >= years.0 && m.year <= years.1;
        let marks: Vec<&Mark> = self.marks.iter().filter(shown).collect();
        let numbers = self.points.iter().flat_map(|p| [p.quantiles[0], p.quantiles[4]]);
        let numbers = numbers.chain(marks.iter().map(|m| m.value));
        let (mut low, mut high) = (0.0, 0.0);
        for x in numbers.filter(|x| x.is_finite()) {
            low = if x < low { x } else { low };
            high = if x > high { x } else { high };
        }
        let frame = Frame::draw(&mut body, years, (low, high), &self.unit, 34.0);
        let at = |q: usize| -> Vec<(f64, f64)> {
            let point = |p: &FanPoint| (frame.x.at(f64::from(p.year)), frame.y.at(p.quantiles[q]));
            self.points.iter().map(point).collect()
        };
        for (low, high, class) in [(0, 4, "outer"), (1, 3, "inner")] {
            let mut outline = at(high);
            outline.extend(at(low).into_iter().rev());
            path(&mut body, class, &outline, true);
        }
        path(&mut body, "median", &at(2), false);
        if let Some(last) = self.points.last() {
            let x = frame.x.to.1 + 4.0;
            for (y, name) in spread(
                [(4, "95 %"), (2, "50 %"), (0, "5 %")]
                    .map(|(q, name)| (frame.y.at(last.quantiles[q]), name))
                    .to_vec(),
                10.0,
            ) {
                label(&mut body, "tick", (x, y + 3.0), name);
            }
        }
        let mut names = Vec::new();
        for (i, mark) in marks.iter().enumerate() {
            let (x, y) = (frame.x.at(f64::from(mark.year)), frame.y.at(mark.value));
            let next = marks.iter().skip(i + 1).map(|m| m.year).find(|year| *year > mark.year);
            let end = next.map_or(frame.x.to.1, |year| frame.x.at(f64::from(year)));
            line(&mut body, "target", (x, y), (end, y));
            let _ = write!(
                body,
                "<path class=\"target-mark\" data-year=\"{}\" d=\"M{} {}l4 4l-4 4l-4 -4Z\"/>",
                mark.year,
                px(x),
                px(y - 4.0)
            );
            names.push((y - 3.0, (x - 7.0, mark.label.as_str())));
        }
        for (y, (x, name)) in spread(names, 13.0) {
            label(&mut body, "mark end", (x, y), name);
        }
        let description = format!(
            "Median with 25 to 75 % and 5 to 95 % bands of the draws, {} to {}, in {}.{}",
            years.0,
            years.1,
            self.unit,
            if marks.is_empty() { "" } else { " Targets are diamonds with dashed lines." }
        );
        Chart {
            name: slug(&self.name),
            title: self.title.clone(),
            description,
            width: WIDTH,
            height: HEIGHT,
            body,
        }
    }
}

/// Moves labels at heights apart, `least` at least, from top to bottom and back
/// up from the bottom of the chart.
pub(super) fn spread<T>(mut labels: Vec<(f64, T)>, least: f64) -> Vec<(f64, T)> {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    for i in 1..labels.len() {
        let above = labels[i - 1].0;
        if labels[i].0 < above + least {
            labels[i].0 = above + least;
        }
    }
    let mut most = super::axes::BOTTOM;
    for at in labels.iter_mut().rev() {
        if at.0 > most {
            at.0 = most;
        }
        most = at.0 - least;
    }
    labels
}
