//! Collecting everything that is wrong with the files of one scenario.

use super::files::Files;
use crate::error::{Diagnostic, Error, ErrorKind};

/// At most this many diagnostics are shown.
const SHOWN: usize = 50;
/// At most this many are kept to choose the first from; the rest are counted.
const KEPT: usize = 1_000;

/// Diagnostics with byte offsets until the end.
#[derive(Default)]
pub(super) struct Report {
    items: Vec<(usize, Diagnostic)>,
    dropped: usize,
}

impl Report {
    /// Adds a diagnostic at byte `at`. The details are only worked out while
    /// there is room for them, so that a hopeless file is refused quickly.
    pub(super) fn add(
        &mut self,
        at: usize,
        key: &str,
        message: &str,
        details: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if self.items.len() >= KEPT {
            self.dropped += 1;
            return;
        }
        let mut diagnostic = Diagnostic::new(message);
        if !key.is_empty() {
            diagnostic = diagnostic.key(shorten(key));
        }
        self.items.push((at, details(diagnostic)));
    }

    /// Whether nothing was found so far.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Takes over what another report found, its offsets moved by `by`.
    pub(super) fn absorb(&mut self, other: Self, by: usize) {
        self.dropped += other.dropped;
        for (at, diagnostic) in other.items {
            if self.items.len() < KEPT {
                self.items.push((at + by, diagnostic));
            } else {
                self.dropped += 1;
            }
        }
    }

    /// The error, in file order; `None` if nothing is wrong.
    pub(super) fn into_error(mut self, files: &Files) -> Option<Error> {
        if self.items.is_empty() {
            return None;
        }
        self.items.sort_by_key(|(at, _)| *at);
        // One wrong entry that many quantities share is one error.
        let mut items: Vec<(usize, Diagnostic)> = Vec::with_capacity(self.items.len());
        for item in self.items {
            if !items.iter().rev().take_while(|kept| kept.0 == item.0).any(|kept| *kept == item) {
                items.push(item);
            }
        }
        let more = self.dropped + items.len().saturating_sub(SHOWN);
        items.truncate(SHOWN);
        let mut diagnostics = Vec::with_capacity(items.len() + 1);
        let mut lines = (usize::MAX, Lines::new(""));
        for (at, diagnostic) in items {
            let (name, start, text) = files.around(at);
            if lines.0 != start {
                lines = (start, Lines::new(text));
            }
            let (line, column) = lines.1.position(at - start);
            diagnostics.push(diagnostic.file(name).at(line, column));
        }
        if more > 0 {
            diagnostics.push(Diagnostic::new(format!("and {more} more")).file(files.around(0).0));
        }
        Some(Error::many(ErrorKind::Scenario, diagnostics))
    }
}

/// Lines and columns for ascending byte offsets.
pub(super) struct Lines<'a> {
    text: &'a str,
    line: usize,
    start: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, line: 1, start: 0 }
    }

    /// Line and column of byte `at`, both from one, the column in characters.
    /// Offsets must not descend from call to call.
    pub(super) fn position(&mut self, at: usize) -> (usize, usize) {
        let mut end = if at < self.text.len() { at } else { self.text.len() };
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let between = self.text.get(self.start..end).unwrap_or("");
        if let Some(last) = between.rfind('\n') {
            self.line += between.bytes().filter(|byte| *byte == b'\n').count();
            self.start += last + 1;
        }
        let column = self.text.get(self.start..end).map_or(0, |before| before.chars().count());
        (self.line, column + 1)
    }
}

/// A computed number for a message, without the dust of binary fractions.
pub(super) fn tidy(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() { rounded } else { value }
}

/// A piece of the file for a message: one line, at most 60 characters.
pub(super) fn shorten(raw: &str) -> String {
    let line = raw.lines().next().unwrap_or("");
    let mut short: String =
        line.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if short.len() < raw.trim_end().len() {
        short.push('…');
    }
    short
}
