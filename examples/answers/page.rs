//! The page that is printed, and the rows of `cooperation.csv`.

use super::measure::Measure;
use super::number::Number;
use blackmass::report::{self, Grid, exact, field, significant};

/// The columns of `cooperation.csv`.
const COLUMNS: &str = "block,policy,region,series,material,year,unit,mean,p05,p95,se";

/// Text and rows, block by block.
#[derive(Default)]
pub struct Page {
    text: String,
    rows: String,
    block: &'static str,
    blocks: usize,
}

impl Page {
    /// A page that opens with lines as they are.
    pub fn new(heading: &str) -> Self {
        Self { text: heading.to_owned(), ..Self::default() }
    }

    /// Opens a numbered block; `block` names its rows.
    pub fn open(&mut self, block: &'static str, title: &str) {
        self.block = block;
        self.blocks += 1;
        let title = format!("{}. {title}", self.blocks);
        self.text += &format!("\n{title}\n{}\n", "-".repeat(title.chars().count()));
    }

    /// Adds a paragraph.
    pub fn say(&mut self, text: &str) {
        self.text += &wrapped(text, 0);
    }

    /// Adds an item of a list.
    pub fn item(&mut self, text: &str) {
        self.text += &wrapped(&format!("* {text}"), 2);
    }

    /// Adds a table after an empty line.
    pub fn table(&mut self, table: &Table) {
        self.text += &format!("\n{}", table.0.text());
    }

    pub fn space(&mut self) {
        self.text.push('\n');
    }

    /// Adds a row of the CSV.
    pub fn row(&mut self, policy: &str, of: &Measure, number: &Number) {
        let band = [number.low, number.high].map(exact);
        self.push(policy, of, of.unit, [exact(number.mean), band.join(","), exact(number.error)]);
    }

    /// Adds a row for a number without an interval of its own: a tail mean, a
    /// chance, a correlation.
    pub fn row_alone(&mut self, policy: &str, of: &Measure, unit: &str, mean: f64, error: f64) {
        self.push(policy, of, unit, [exact(mean), ",".to_owned(), exact(error)]);
    }

    fn push(&mut self, policy: &str, of: &Measure, unit: &str, numbers: [String; 3]) {
        let Measure { places, series, material, year, .. } = of;
        let heads = [self.block, policy, &places.join("+"), series, material].map(field);
        let year = year.to_string();
        let row = [heads.join(","), year, field(unit), numbers.join(",")].join(",");
        self.rows += &format!("{row}\n");
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn csv(&self) -> String {
        format!("{COLUMNS}\n{}", self.rows)
    }
}

/// A table of numbers with what belongs below them.
pub struct Table(Grid);

impl Table {
    pub fn new(label: &str, heading: impl IntoIterator<Item = String>) -> Self {
        Self(Grid::new(std::iter::once(label.to_owned()).chain(heading)))
    }

    pub fn row(&mut self, label: &str, cells: impl IntoIterator<Item = String>) {
        self.0.row(label, cells);
    }

    /// Changes with their errors, below them their intervals.
    pub fn changes(&mut self, label: &str, numbers: &[Number]) {
        self.row(label, numbers.iter().map(Number::change));
        self.below(numbers.iter().map(Number::change_band));
    }

    /// Means, below them their intervals.
    pub fn levels(&mut self, label: &str, numbers: &[Number]) {
        self.row(label, numbers.iter().map(|n| significant(n.mean)));
        self.below(numbers.iter().map(Number::band));
    }

    /// A row without a label, if it has anything.
    pub fn below(&mut self, cells: impl Iterator<Item = String>) {
        let cells: Vec<String> = cells.collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.row("", cells);
        }
    }
}

/// A text broken at spaces, but not within a number; all lines but the first
/// are indented.
pub fn wrapped(text: &str, indent: usize) -> String {
    report::wrapped(&glued(text), indent)
}

/// Numbers with the spaces within them, and with their per cent, as one word.
fn glued(text: &str) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for at in 1..all.len().saturating_sub(1) {
        let follows = all[at + 1].is_ascii_digit() || all[at + 1] == '%';
        if all[at] == ' ' && all[at - 1].is_ascii_digit() && follows {
            all[at] = '\u{a0}';
        }
    }
    all.into_iter().collect()
}
