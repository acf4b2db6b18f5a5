//! Lines with aligned columns.

/// The widest line, in characters.
pub(super) const WIDTH: usize = 100;
/// The most spaces between two columns.
const GAP: usize = 3;

/// A table: a heading and rows of cells. The first column is aligned to the
/// left, the others to the right.
#[derive(Debug, Default)]
pub(super) struct Grid(Vec<Vec<String>>);

impl Grid {
    /// A table with a heading.
    pub(super) fn new(heading: impl IntoIterator<Item = String>) -> Self {
        Self(vec![heading.into_iter().collect()])
    }

    /// A table of years with an empty place over the labels.
    pub(super) fn of_years(years: &[i32]) -> Self {
        Self::new(std::iter::once(String::new()).chain(years.iter().map(i32::to_string)))
    }

    /// Adds a row: its label, then a cell per further column.
    pub(super) fn row(&mut self, label: &str, cells: impl IntoIterator<Item = String>) {
        self.0.push(std::iter::once(label.to_owned()).chain(cells).collect());
    }

    /// The lines, each ended. Room that is left goes between the columns.
    pub(super) fn text(&self) -> String {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(c));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let used: usize = widths.iter().sum();
        let gaps = columns.saturating_sub(1).max(1);
        let gap = " ".repeat((WIDTH.saturating_sub(used) / gaps).clamp(1, GAP));
        let mut text = String::new();
        for row in &self.0 {
            let mut line = String::new();
            for (c, cell) in row.iter().enumerate() {
                if c == 0 {
                    line.push_str(&format!("{cell:<0$}", widths[c]));
                } else {
                    line.push_str(&format!("{gap}{cell:>0$}", widths[c]));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A text broken at spaces into lines of at most [`WIDTH`] characters; all
/// but the first are indented. A longer word has a line of its own.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let fits = line.chars().count() + 1 + word.chars().count() <= WIDTH;
        if !line.trim().is_empty() && !fits {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(indent);
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
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
    }
}
