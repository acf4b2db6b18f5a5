//! Charts as SVG: drawn for a page, whose style sheet they share, or as files
//! of their own.
//!
//! A chart knows numbers and words, nothing of batteries. Its colours are those
//! of [`STYLE`], for light and dark. Nothing rests on colour alone: every area,
//! band and line is named where it is.

mod areas;
mod axes;
mod fan;
mod forest;
mod lines;
mod sankey;
mod text;

pub use areas::{Areas, Layer};
pub use axes::Scale;
pub use fan::{Fan, FanPoint, Mark};
pub use forest::{Forest, ForestRow, Shape};
pub use lines::{Line, LinePoint, Lines};
pub use sankey::flows;
#[cfg(feature = "scenario")]
pub(in crate::report) use sankey::{Places, SMALLEST, WIDTH, places};
pub(in crate::report) use text::escape;

use std::fmt::Write as _;

/// The style sheet of all charts.
pub const STYLE: &str = include_str!("style.css");

/// A drawn chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    name: String,
    title: String,
    description: String,
    width: f64,
    height: f64,
    body: String,
}

impl Chart {
    /// The name of its file, without `.svg`: small letters, digits and hyphens.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it shows, in a few words.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The element for a page that has [`STYLE`]; its ids begin with the name.
    #[must_use]
    pub fn inline(&self) -> String {
        let size = format!("viewBox=\"0 0 {} {}\"", px(self.width), px(self.height));
        self.element(&size, "", &self.body)
    }

    /// A file of its own, with heading and style sheet.
    #[must_use]
    pub fn file(&self) -> String {
        let head = 30.0;
        let (width, height) = (px(self.width), px(self.height + head));
        let size = format!(
            "xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 -{} {width} {height}\"",
            px(head)
        );
        let before = format!("<style>{STYLE}svg{{background:var(--paper)}}</style>");
        let heading =
            format!("<text class=\"heading\" x=\"4\" y=\"-10\">{}</text>", escape(&self.title));
        self.element(&size, &before, &(heading + &self.body)) + "\n"
    }

    fn element(&self, size: &str, before: &str, body: &str) -> String {
        let id = escape(&self.name);
        format!(
            "<svg class=\"chart\" role=\"img\" {size} aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{before}{body}</svg>",
            escape(&self.title),
            escape(&self.description),
        )
    }
}

/// A name for a file or an id: what is no small letter, digit or hyphen becomes
/// a hyphen.
pub(in crate::report) fn slug(text: &str) -> String {
    let fits = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.to_lowercase().chars().map(|c| if fits(&c) { c } else { '-' }).collect()
}

/// A length with at most one decimal.
fn px(x: f64) -> String {
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text in a chart.
fn label(out: &mut String, class: &str, (x, y): (f64, f64), text: &str) {
    let _ = write!(
        out,
        "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
        px(x),
        px(y),
        escape(text)
    );
}

/// A straight line.
fn line(out: &mut String, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(px);
    let _ =
        write!(out, "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
}

/// A path through points, closed if it is an area.
fn path(out: &mut String, class: &str, points: &[(f64, f64)], closed: bool) {
    let _ = write!(out, "<path class=\"{class}\" d=\"");
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{} {}", if i == 0 { "M" } else { "L" }, px(*x), px(*y));
    }
    out.push_str(if closed { "Z\"/>" } else { "\"/>" });
}

/// A text that is no wider than there is room: what stands in the middle of a
/// longer one is left out.
fn fitting(text: &str, size: f64, room: f64) -> String {
    let count = text.chars().count();
    let most = ((room / width("m", size)) as usize).max(5);
    if count <= most {
        return text.to_owned();
    }
    let (start, end) = ((most - 1) / 2, most / 2);
    let first: String = text.chars().take(start).collect();
    let last: String = text.chars().skip(count - end).collect();
    format!("{first}…{last}")
}

/// How wide a text is at a font size, roughly.
fn width(text: &str, size: f64) -> f64 {
    0.56 * size * text.chars().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        for (x, text) in [(1.0, "1"), (1.25, "1.2"), (-0.01, "0"), (12.34, "12.3")] {
            assert_eq!(px(x), text);
        }
        assert_eq!(slug("EU Lithium, 2030"), "eu-lithium--2030");
        assert_eq!(fitting("collection", 10.0, 57.0), "collection");
        assert_eq!(fitting("collections", 10.0, 57.0), "coll…tions");
        assert_eq!(fitting("日本日本日本日本", 10.0, -5.0), "日本…日本");
    }
}
