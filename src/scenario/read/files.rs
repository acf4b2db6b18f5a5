//! The texts of all files of one scenario, in one text, so that a byte offset
//! tells file and place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// All files of one scenario, one after the other.
#[derive(Default)]
pub(super) struct Files {
    text: String,
    files: Vec<File>,
}

struct File {
    name: String,
    start: usize,
    end: usize,
}

impl Files {
    /// Adds a file and returns the offset of its first byte.
    pub(super) fn push(&mut self, name: &str, text: &str) -> usize {
        let start = self.text.len();
        self.text.push_str(text);
        self.files.push(File { name: name.to_owned(), start, end: self.text.len() });
        // So that the end of a file is not the beginning of the next.
        self.text.push('\n');
        start
    }

    /// Number of files.
    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// All texts; offsets refer to it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Name, first offset and text of the file that byte `at` lies in.
    pub(super) fn around(&self, at: usize) -> (&str, usize, &str) {
        let after = self.files.partition_point(|file| file.start <= at);
        match after.checked_sub(1).and_then(|place| self.files.get(place)) {
            Some(file) => {
                (&file.name, file.start, self.text.get(file.start..file.end).unwrap_or(""))
            }
            None => ("", 0, ""),
        }
    }

    /// The parsed content of the file that begins at `start`, with offsets in
    /// the text of all files.
    pub(super) fn tree(&self, start: usize) -> DeTable<'_> {
        let (root, _) = DeTable::parse_recoverable(self.around(start).2);
        moved_table(root.into_inner(), start)
    }
}

fn moved<T>(spanned: Spanned<T>, by: usize, inner: impl FnOnce(T) -> T) -> Spanned<T> {
    let span = spanned.span();
    Spanned::new(span.start + by..span.end + by, inner(spanned.into_inner()))
}

fn moved_table(table: DeTable, by: usize) -> DeTable {
    let entry =
        |(key, value)| (moved(key, by, |key| key), moved(value, by, |v| moved_value(v, by)));
    table.into_iter().map(entry).collect()
}

/// The parser limits how deep values can be nested.
fn moved_value(value: DeValue, by: usize) -> DeValue {
    match value {
        DeValue::Array(items) => DeValue::Array(
            items.into_iter().map(|item| moved(item, by, |v| moved_value(v, by))).collect(),
        ),
        DeValue::Table(table) => DeValue::Table(moved_table(table, by)),
        other => other,
    }
}
