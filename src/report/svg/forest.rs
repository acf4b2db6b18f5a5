//! Intervals side by side on one scale.

use super::axes::{Scale, ticks};
use super::{Chart, fitting, label, line, px, slug, width};
use crate::report::number::grouped;
use std::fmt::Write as _;

/// How an interval is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line with a dot at the middle: an estimate and its interval.
    Interval,
    /// A bar from end to end: what an input alone does.
    Bar,
}

/// A row of a [`Forest`].
#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    /// What it is about.
    pub label: String,
    /// The number as text.
    pub shown: String,
    /// The lower end.
    pub low: f64,
    /// The middle.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
}

/// A forest plot or a tornado diagram: rows with intervals on one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    /// The name of the file, unique on a page.
    pub name: String,
    /// What is shown.
    pub title: String,
    /// The unit of every number.
    pub unit: String,
    /// Where no effect is.
    pub reference: f64,
    /// How intervals are drawn.
    pub shape: Shape,
    /// The rows from top to bottom.
    pub rows: Vec<ForestRow>,
}

const WIDTH: f64 = 360.0;
const ROW: f64 = 34.0;
const SIDE: f64 = 12.0;
const FONT: f64 = 11.5;
/// Of long names: somewhat less than the style sheet has, as they are in small
/// letters.
const SMALL: f64 = 9.2;

impl Forest {
    /// The drawing.
    #[must_use]
    pub fn chart(&self) -> Chart {
        let mut body = String::new();
        let ends = self.rows.iter().flat_map(|r| [r.low, r.middle, r.high]);
        let (mut low, mut high) = (self.reference, self.reference);
        for x in ends.filter(|x| x.is_finite()) {
            low = if x < low { x } else { low };
            high = if x > high { x } else { high };
        }
        let marks = ticks(low, high, 4);
        let from = (marks[0], marks[marks.len() - 1]);
        let x = Scale { from, to: (SIDE, WIDTH - SIDE) };
        let bottom = ROW * self.rows.len() as f64 + 6.0;
        let _ = write!(
            body,
            "<g class=\"axes\" data-x=\"{},{},{},{}\">",
            crate::report::number::exact(from.0),
            crate::report::number::exact(from.1),
            px(x.to.0),
            px(x.to.1)
        );
        let step = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(1.0);
        let decimals = if step >= 0.999 {
            0
        } else if step >= 0.0999 {
            1
        } else {
            3
        };
        for tick in &marks {
            let at = x.at(*tick);
            line(&mut body, "grid", (at, 0.0), (at, bottom));
            let text = grouped(*tick, decimals);
            let class = if at < 30.0 {
                "tick"
            } else if at > WIDTH - 30.0 {
                "tick end"
            } else {
                "tick middle"
            };
            let at = if class == "tick" {
                1.0
            } else if class == "tick end" {
                WIDTH - 1.0
            } else {
                at
            };
            label(&mut body, class, (at, bottom + 14.0), &text);
        }
        let zero = x.at(self.reference);
        line(&mut body, "base", (zero, 0.0), (zero, bottom));
        body.push_str("</g>");
        for (i, row) in self.rows.iter().enumerate() {
            let y = ROW * i as f64;
            let room = WIDTH - 8.0 - width(&row.shown, FONT);
            let (class, size) = match width(&row.label, FONT) > room {
                true => ("row small", SMALL),
                false => ("row", FONT),
            };
            label(&mut body, class, (0.0, y + 13.0), &fitting(&row.label, size, room));
            label(&mut body, "row end", (WIDTH, y + 13.0), &row.shown);
            let [a, b, m] = [row.low, row.high, row.middle].map(|v| x.at(v));
            let at = y + 24.0;
            if self.shape == Shape::Bar {
                let (left, right) = if a < b { (a, b) } else { (b, a) };
                let _ = write!(
                    body,
                    "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"8\"/>",
                    px(left),
                    px(at - 4.0),
                    px(right - left)
                );
                continue;
            }
            line(&mut body, "whisker", (a, at), (b, at));
            line(&mut body, "whisker", (a, at - 4.0), (a, at + 4.0));
            line(&mut body, "whisker", (b, at - 4.0), (b, at + 4.0));
            let _ =
                write!(body, "<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", px(m), px(at));
        }
        label(&mut body, "unit middle", (WIDTH / 2.0, bottom + 29.0), &self.unit);
        let rows: Vec<String> =
            self.rows.iter().map(|r| format!("{}: {}", r.label, r.shown)).collect();
        Chart {
            name: slug(&self.name),
            title: self.title.clone(),
            description: format!("In {}. {}.", self.unit, rows.join("; ")),
            width: WIDTH,
            height: bottom + 36.0,
            body,
        }
    }
}
