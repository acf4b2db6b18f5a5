//! What inputs do to results: by themselves in one year, and among all others
//! over the years.

use super::HtmlReport;
use super::page::{Page, table};
use crate::analysis::Effects;
use crate::report::number::{exact, significant};
use crate::report::svg::{Forest, ForestRow, Line, LinePoint, Lines, Shape, escape};

/// What the inputs of a run do to one of its results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensitivity {
    /// The result, with its unit and year.
    pub output: String,
    /// The unit of `low` and `high`.
    pub unit: String,
    /// The result with all inputs at their central values.
    pub central: f64,
    /// The probabilities of the quantiles at which an input is low and high.
    pub levels: [f64; 2],
    /// The confidence of the intervals of rank correlations.
    pub confidence: f64,
    /// The inputs, the most important one first.
    pub rows: Vec<SensitivityRow>,
    /// The rank correlations of some inputs over the years, the strongest first.
    pub ranks: Vec<RankByYear>,
}

/// One input of a [`Sensitivity`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SensitivityRow {
    /// Its name.
    pub name: String,
    /// The result where it alone is low.
    pub low: f64,
    /// The result where it alone is high.
    pub high: f64,
    /// A rank correlation of it and the result with the ends of its interval.
    pub rank: Option<(f64, f64, f64)>,
}

/// The rank correlation of an input with a result over the years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RankByYear {
    /// The name of the input.
    pub name: String,
    /// Years, ascending, with the coefficient and the ends of its interval.
    pub years: Vec<(i32, (f64, f64, f64))>,
}

/// At most so many rows in a tornado.
const ROWS: usize = 10;
/// At most so many lines in a chart.
const LINES: usize = 5;

impl Sensitivity {
    /// What stands in a report of the effects of all inputs: the ten with the
    /// largest swings in a year, and over the years the five with the strongest
    /// rank correlations in it. `None` if the year is not among theirs.
    #[must_use]
    pub fn of(effects: &Effects, year: i32) -> Option<Self> {
        let at = effects.year(year)?;
        let rank = |x: &crate::analysis::Partial| (x.value, x.low, x.high);
        let swings = effects.by_swing(year);
        let swings = swings.into_iter().filter(|e| effects.swing(e, year) > Some(0.0)).take(ROWS);
        let rows = swings.map(|e| SensitivityRow {
            name: e.input.clone(),
            low: e.low[at],
            high: e.high[at],
            rank: e.rank[at].as_ref().map(rank),
        });
        let lines = effects.by_rank(year).into_iter().take(LINES).map(|e| {
            let years = effects.years.iter().zip(&e.rank);
            let years = years.filter_map(|(year, x)| Some((*year, rank(x.as_ref()?))));
            RankByYear { name: e.input.clone(), years: years.collect() }
        });
        Some(Self {
            output: format!("{}, {year}", effects.output.title()),
            unit: effects.unit.clone(),
            central: effects.central[at],
            levels: effects.levels,
            confidence: effects.confidence,
            rows: rows.collect(),
            ranks: lines.collect(),
        })
    }
}

pub(super) fn write(page: &mut Page, of: &HtmlReport) {
    if of.sensitivity.is_empty() {
        return;
    }
    page.heading("Inputs");
    page.paragraph(
        "Bars: the result where one input alone is low or high and all others are at their \
         central values. Lines: partial rank correlation of result and input over all draws, in \
         which all inputs vary, the others taken away: 1 if the result always rises with the \
         input, −1 if it always falls; bands are intervals.",
    );
    page.markup("<div class=\"charts\">\n");
    for found in &of.sensitivity {
        tornado(page, found);
        ranks(page, found);
    }
    page.markup("</div>\n");
}

fn percent(p: f64) -> String {
    format!("{} %", (1e3 * p).round() / 10.0)
}

fn interval((r, low, high): (f64, f64, f64)) -> String {
    format!("{r:.2} ({low:.2} to {high:.2})").replace('-', "−")
}

fn tornado(page: &mut Page, found: &Sensitivity) {
    let rows = found.rows.iter().map(|row| ForestRow {
        label: row.name.clone(),
        shown: format!("{} to {}", significant(row.low), significant(row.high)),
        low: row.low,
        middle: found.central,
        high: row.high,
    });
    let title = format!("One input at a time: {}", found.output);
    let chart = Forest {
        name: page.id(&format!("sensitivity-{}", found.output)),
        title: title.clone(),
        unit: found.unit.clone(),
        reference: found.central,
        shape: Shape::Bar,
        rows: rows.collect(),
    };
    let number = |x: f64| format!("<data value=\"{}\">{}</data>", exact(x), significant(x));
    let cells = found.rows.iter().map(|row| {
        let rank = row.rank.map_or_else(|| "–".to_owned(), interval);
        vec![escape(&row.name), number(row.low), number(row.high), rank]
    });
    let cells: Vec<Vec<String>> = cells.collect();
    let [low, high] = found.levels.map(|p| format!("at {}", percent(p)));
    let rank = format!("rank correlation ({})", percent(found.confidence));
    let heading = ["input", &low, &high, &rank];
    let numbers = table(&format!("{}, {}", found.output, found.unit), &heading, &cells);
    let numbers = format!("<details><summary>Numbers</summary>{numbers}</details>");
    let said = format!("{}; input {low} and {high}", found.unit);
    page.figure(chart.chart(), &title, &said, &numbers);
}

fn ranks(page: &mut Page, found: &Sensitivity) {
    if found.ranks.iter().all(|rank| rank.years.is_empty()) {
        return;
    }
    let line = |rank: &RankByYear| Line {
        name: rank.name.clone(),
        points: rank
            .years
            .iter()
            .map(|(year, (value, low, high))| LinePoint {
                year: *year,
                low: *low,
                value: *value,
                high: *high,
            })
            .collect(),
    };
    let title = format!("Rank correlations over the years: {}", found.output);
    let chart = Lines {
        name: page.id(&format!("ranks-{}", found.output)),
        title: title.clone(),
        unit: "partial rank correlation".to_owned(),
        range: (-1.0, 1.0),
        lines: found.ranks.iter().map(line).collect(),
    };
    let all = || found.ranks.iter().flat_map(|rank| rank.years.iter().map(|(year, _)| *year));
    let last = all().max().unwrap_or(0);
    // Every fifth year, and the last.
    let years: std::collections::BTreeSet<i32> =
        all().filter(|year| year % 5 == 0 || *year == last).collect();
    let cells = found.ranks.iter().map(|rank| {
        let of = |year: &i32| {
            let found = rank.years.iter().find(|(y, _)| y == year);
            found.map_or_else(|| "–".to_owned(), |(_, x)| interval(*x))
        };
        std::iter::once(escape(&rank.name)).chain(years.iter().map(of)).collect()
    });
    let cells: Vec<Vec<String>> = cells.collect();
    let heading: Vec<String> =
        std::iter::once("input".to_owned()).chain(years.iter().map(i32::to_string)).collect();
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let confidence = percent(found.confidence);
    let numbers = table(&format!("{title} ({confidence})"), &heading, &cells);
    let numbers = format!("<details><summary>Numbers</summary>{numbers}</details>");
    page.figure(chart.chart(), &title, &format!("bands: {confidence}"), &numbers);
}
