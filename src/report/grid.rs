//! Lines with aligned columns, and text in lines.

/// The widest line, in characters.
pub(super) const WIDTH: usize = 100;
/// The most spaces between two columns.
const GAP: usize = 3;

/// A table as text, at most 100 characters wide: a heading and rows of cells,
/// the first column aligned to the left, the others to the right. Columns that
/// do not fit beside each other are set below, with the labels again.
///
/// # Examples
/// ```
/// use blackmass::report::Grid;
/// let mut grid = Grid::of_years(&[2030, 2040]);
/// grid.row("lithium", ["1.00", "12 300"].map(str::to_owned));
/// assert_eq!(grid.text(), "          2030     2040\nlithium   1.00   12 300\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Grid(Vec<Vec<String>>);

impl Grid {
    /// A table with a heading.
    #[must_use]
    pub fn new(heading: impl IntoIterator<Item = String>) -> Self {
        Self(vec![heading.into_iter().collect()])
    }

    /// A table of years with an empty place over the labels.
    #[must_use]
    pub fn of_years(years: &[i32]) -> Self {
        Self::new(std::iter::once(String::new()).chain(years.iter().map(i32::to_string)))
    }

    /// Adds a row: its label, then a cell per further column.
    pub fn row(&mut self, label: &str, cells: impl IntoIterator<Item = String>) {
        self.0.push(std::iter::once(label.to_owned()).chain(cells).collect());
    }

    /// The lines, each ended. Room that is left goes between the columns.
    #[must_use]
    pub fn text(&self) -> String {
        self.columns(1, self.0.iter().map(Vec::len).max().unwrap_or(0))
    }

    /// The lines with the labels and the columns from `first` to before `last`.
    fn columns(&self, first: usize, last: usize) -> String {
        let width = |c: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(c));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..last).map(width).collect();
        let label = widths.first().copied().unwrap_or(0);
        let used = label + widths.iter().skip(first).sum::<usize>();
        let gaps = last.saturating_sub(first);
        if used + gaps > WIDTH && gaps > 1 {
            let middle = first + gaps.div_ceil(2);
            return format!("{}\n{}", self.columns(first, middle), self.columns(middle, last));
        }
        let gap = " ".repeat((WIDTH.saturating_sub(used) / gaps.max(1)).clamp(1, GAP));
        let mut text = String::new();
        for row in &self.0 {
            let mut line = format!("{:<label$}", row.first().map_or("", String::as_str));
            for (cell, width) in row.iter().zip(&widths).skip(first) {
                line.push_str(&format!("{gap}{cell:>width$}"));
            }
            // A row that has nothing in these columns is left out.
            let line = line.trim_end();
            if !line.is_empty() {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

/// A text broken at spaces and line ends into lines of at most 100 characters;
/// all but the first are indented. A longer word has a line of its own; what is
/// joined by no-break spaces is one word and written with plain ones.
///
/// # Examples
/// ```
/// use blackmass::report::wrapped;
/// assert_eq!(wrapped("one\n two", 2), "one two\n");
/// ```
#[must_use]
pub fn wrapped(text: &str, indent: usize) -> String {
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let fits = line.chars().count() + 1 + word.chars().count() <= WIDTH;
        if !line.trim().is_empty() && !fits {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(indent);
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(&word.replace('\u{a0}', " "));
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters() {
        let mut grid = Grid::of_years(&[2025, 2030]);
        grid.row("lithium", ["1.00", "12 300"].map(str::to_owned));
        grid.row("日本", ["0.90–1.10", "0"].map(str::to_owned));
        assert_eq!(
            grid.text(),
            "               2025     2030\n\
             lithium        1.00   12 300\n\
             日本        0.90–1.10        0\n"
        );
    }

    #[test]
    fn text_is_broken_at_spaces() {
        let text = wrapped(&"word ".repeat(40), 2);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|l| l.chars().count() <= WIDTH));
        assert!(lines[1].starts_with("  word") && !lines[0].ends_with(' '));
        assert_eq!(wrapped("a b", 2), "a b\n");
        let last = format!("{} 12\u{a0}300", "w".repeat(95));
        assert_eq!(wrapped(&last, 0).lines().nth(1), Some("12 300"));
    }

    #[test]
    fn columns_that_do_not_fit_are_set_below() {
        let mut grid = Grid::new((0..5).map(|c| format!("column {c}")));
        grid.row("label", (1..5).map(|c| c.to_string().repeat(30)));
        let text = grid.text();
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.iter().filter(|l| l.starts_with("label")).count(), 2);
        assert!(lines[1].ends_with(&"2".repeat(30)) && lines[4].ends_with(&"4".repeat(30)));
    }
}
