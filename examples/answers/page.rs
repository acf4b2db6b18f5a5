//! The page that is printed, and the rows of `cooperation.csv`.

use super::measure::Measure;
use super::number::Number;
use blackmass::report::{exact, significant};

/// The widest line, in characters.
const WIDTH: usize = 100;
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
        self.text += &format!("\n{}", table.text());
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

/// A field of a CSV file (RFC 4180).
fn field(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Rows of cells: labels to the left, numbers to the right.
pub struct Table(Vec<Vec<String>>);

impl Table {
    pub fn new(label: &str, heading: impl IntoIterator<Item = String>) -> Self {
        Self(vec![std::iter::once(label.to_owned()).chain(heading).collect()])
    }

    pub fn row(&mut self, label: &str, cells: impl IntoIterator<Item = String>) {
        self.0.push(std::iter::once(label.to_owned()).chain(cells).collect());
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

    /// The lines. Columns that do not fit beside each other are set below.
    fn text(&self) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        self.columns(1, columns)
    }

    /// The lines with the labels and the columns from `first` to before `last`.
    fn columns(&self, first: usize, last: usize) -> String {
        let width = |c: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(c));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let label = width(0);
        let used: usize = label + (first..last).map(width).sum::<usize>();
        let gaps = last.saturating_sub(first);
        if used + gaps > WIDTH && gaps > 1 {
            let middle = first + gaps.div_ceil(2);
            return format!("{}\n{}", self.columns(first, middle), self.columns(middle, last));
        }
        let gap = " ".repeat((WIDTH.saturating_sub(used) / gaps.max(1)).clamp(1, 3));
        let line = |row: &Vec<String>| {
            let of = |c: usize| row.get(c).map_or("", String::as_str);
            let mut line = format!("{:<label$}", of(0));
            for c in first..last {
                line += &format!("{gap}{:>1$}", of(c), width(c));
            }
            line.truncate(line.trim_end().len());
            if line.is_empty() { line } else { line + "\n" }
        };
        self.0.iter().map(line).collect()
    }
}

/// A text broken at spaces; all lines but the first are indented.
pub fn wrapped(text: &str, indent: usize) -> String {
    let (mut lines, mut line) = (String::new(), String::new());
    let text = glued(text);
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &format!("{line}\n");
            line = " ".repeat(indent);
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line += &word.replace('\u{a0}', " ");
    }
    lines + &line + "\n"
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
