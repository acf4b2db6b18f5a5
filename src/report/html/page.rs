//! The parts of the page: headings, figures, tables, numbers that say where
//! they are in `outcome.csv`.

use crate::ensemble::{Report, Summary};
use crate::report::csv::{heads, quantile};
use crate::report::number::exact;
use crate::report::svg::{Chart, escape, slug};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The statistics of a line of `outcome.csv`, by its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Mean,
    P05,
    P25,
    P50,
    P75,
    P95,
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P05 => "p05",
            Self::P25 => "p25",
            Self::P50 => "p50",
            Self::P75 => "p75",
            Self::P95 => "p95",
        }
    }

    /// The number as `outcome.csv` has it.
    fn exact(self, x: &Summary) -> String {
        match self {
            Self::Mean => exact(x.mean),
            Self::P05 => quantile(x.p05),
            Self::P25 => quantile(x.p25),
            Self::P50 => quantile(x.p50),
            Self::P75 => quantile(x.p75),
            Self::P95 => quantile(x.p95),
        }
    }

    pub(super) fn of(self, x: &Summary) -> f64 {
        match self {
            Self::Mean => x.mean,
            Self::P05 => x.p05.value(),
            Self::P25 => x.p25.value(),
            Self::P50 => x.p50.value(),
            Self::P75 => x.p75.value(),
            Self::P95 => x.p95.value(),
        }
    }
}

/// An element of a series in a year.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) report: &'a Report,
    pub(super) element: usize,
    pub(super) year: i32,
}

impl<'a> Place<'a> {
    pub(super) fn summary(&self) -> Option<&'a Summary> {
        self.report.summary(self.element, self.year)
    }

    /// A number in the text or a cell: what is shown, and where the exact one
    /// stands in `outcome.csv`.
    pub(super) fn shown(&self, column: Column, shown: &str) -> String {
        let Some(x) = self.summary() else { return escape(shown) };
        format!(
            "<data value=\"{}\" data-k=\"{},{},{}\">{}</data>",
            escape(&column.exact(x)),
            escape(&heads(self.report, self.element)),
            self.year,
            column.name(),
            escape(shown)
        )
    }
}

/// A column of a table of years.
pub(super) struct Stem<'a> {
    pub(super) title: String,
    pub(super) report: &'a Report,
    pub(super) element: usize,
    pub(super) column: Column,
    /// How a number is shown.
    pub(super) scale: f64,
}

/// A page under construction.
#[derive(Default)]
pub(super) struct Page {
    pub(super) text: String,
    /// The headings of the second level with their ids.
    pub(super) contents: Vec<(String, String)>,
    /// The charts, in order.
    pub(super) charts: Vec<Chart>,
    used: BTreeMap<String, u32>,
}

impl Page {
    /// An id that nothing else on the page has.
    pub(super) fn id(&mut self, wanted: &str) -> String {
        let id = slug(wanted);
        let count = self.used.entry(id.clone()).or_default();
        *count += 1;
        match *count {
            1 => id,
            // Twice the hyphen, so that it is no id that is wanted later.
            count => self.id(&format!("{id}--{count}")),
        }
    }

    pub(super) fn section(&mut self, id: &str, title: &str, lead: &str) {
        let id = self.id(id);
        if !self.contents.is_empty() {
            self.text.push_str("</section>\n");
        }
        let _ = writeln!(
            self.text,
            "<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{}</h2>",
            escape(title)
        );
        self.contents.push((id, title.to_owned()));
        if !lead.is_empty() {
            self.paragraph(lead);
        }
    }

    pub(super) fn heading(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h3>{}</h3>", escape(title));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "<p>{}</p>", escape(text));
    }

    pub(super) fn markup(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// A chart with a title, shorter than its own, and the table of its numbers.
    pub(super) fn figure(&mut self, chart: Chart, title: &str, caption: &str, numbers: &str) {
        let _ = writeln!(
            self.text,
            "<figure><figcaption><b>{}</b>{}{}</figcaption>{}{numbers}</figure>",
            escape(title),
            if caption.is_empty() { "" } else { " " },
            escape(caption),
            chart.inline()
        );
        self.charts.push(chart);
    }

    /// A table that scrolls by itself where it is too wide. Cells are markup; the
    /// first of each row is its heading.
    pub(super) fn table(&mut self, caption: &str, heading: &[&str], rows: &[Vec<String>]) {
        let table = table(caption, heading, rows);
        self.markup(&table);
    }
}

/// The markup of a table; see [`Page::table`].
pub(super) fn table(caption: &str, heading: &[&str], rows: &[Vec<String>]) -> String {
    let caption = escape(caption);
    let mut out = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table>\
         <caption>{caption}</caption><thead><tr>"
    );
    for cell in heading {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(cell));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (i, cell) in row.iter().enumerate() {
            match i {
                0 => {
                    let _ = write!(out, "<th scope=\"row\">{cell}</th>");
                }
                _ => {
                    let _ = write!(out, "<td>{cell}</td>");
                }
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    out
}

/// The numbers of series over years, folded away. Every cell has the exact
/// number, every heading its place in `outcome.csv`.
pub(super) fn years_table(
    caption: &str,
    stems: &[Stem],
    years: impl Iterator<Item = i32>,
    show: &dyn Fn(f64) -> String,
) -> String {
    let caption = escape(caption);
    let mut out = format!(
        "<details><summary>Numbers</summary><div class=\"scroll\" role=\"region\" tabindex=\"0\" \
         aria-label=\"{caption}\"><table class=\"years\"><caption>{caption}</caption><thead><tr>\
         <th scope=\"col\">year</th>"
    );
    for stem in stems {
        let _ = write!(
            out,
            "<th scope=\"col\" data-k=\"{}\" data-c=\"{}\">{}</th>",
            escape(&heads(stem.report, stem.element)),
            stem.column.name(),
            escape(&stem.title)
        );
    }
    out.push_str("</tr></thead><tbody>");
    for year in years {
        let _ = write!(out, "<tr><th scope=\"row\">{year}</th>");
        for stem in stems {
            let Some(x) = stem.report.summary(stem.element, year) else {
                out.push_str("<td></td>");
                continue;
            };
            let _ = write!(
                out,
                "<td data-v=\"{}\">{}</td>",
                escape(&stem.column.exact(x)),
                show(stem.column.of(x) / stem.scale)
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div></details>");
    out
}
