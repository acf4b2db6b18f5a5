//! Errors drawn with the line of the file that they are about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use blackmass::{Diagnostic, Error};
use std::collections::BTreeMap;
use std::fs;

/// Larger files are not read again, longer lines not shown.
const LARGEST: u64 = 8 << 20;
const LONGEST: usize = 2_000;

/// All diagnostics of an error.
pub fn drawn(error: &Error, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut files = Files::default();
    let drawn = error.diagnostics().iter().map(|diagnostic| {
        let text = renderer.render(&[group(diagnostic, &mut files)]);
        // The renderer leaves spaces at the ends of some lines.
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n")
    });
    drawn.collect::<Vec<_>>().join("\n\n")
}

fn group(diagnostic: &Diagnostic, files: &mut Files) -> Group<'static> {
    let level = Level::ERROR.primary_title(one_line(diagnostic.message()));
    let mut group = Group::with_title(level);
    let file = diagnostic.file_name().map(one_line);
    let line = diagnostic.position().and_then(|(line, column)| {
        let text = files.line(diagnostic.file_name()?, line)?;
        Some((line, span(&text, column)?, text))
    });
    let mut found = diagnostic.what_was_found().map(one_line);
    group = match (file, diagnostic.position(), line) {
        (Some(file), _, Some((number, span, text))) => {
            let mark = AnnotationKind::Primary.span(span);
            let mark = match found.take() {
                Some(found) => mark.label(format!("found: {found}")),
                None => mark,
            };
            group.element(Snippet::source(text).line_start(number).path(file).annotation(mark))
        }
        (Some(file), Some((line, column)), None) => {
            group.element(Origin::path(file).line(line).char_column(column))
        }
        (Some(file), None, _) => group.element(Origin::path(file)),
        (None, ..) => group,
    };
    let said = [
        ("key", diagnostic.key_name().map(one_line)),
        ("found", found),
        ("allowed", diagnostic.what_is_allowed().map(one_line)),
        ("fix", diagnostic.likely_fix().map(one_line)),
    ];
    for (label, text) in said {
        let Some(text) = text else { continue };
        let level = if label == "fix" { Level::HELP } else { Level::NOTE };
        group = group.element(level.with_name(label).message(text));
    }
    group
}

/// A text in one line, without characters that move the cursor.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The bytes of the word at a column, counted in characters from one.
fn span(line: &str, column: usize) -> Option<std::ops::Range<usize>> {
    let (start, first) = line.char_indices().nth(column.checked_sub(1)?)?;
    let rest = line.get(start + first.len_utf8()..)?;
    let length = match first {
        '"' | '\'' => rest.find(first).map(|at| at + 1),
        '[' | '{' | ']' | '}' | '=' | ',' => Some(0),
        _ => rest.find(|c: char| c.is_whitespace() || ",]}=".contains(c)),
    };
    let end = start + first.len_utf8() + length.unwrap_or(rest.trim_end().len());
    Some(start..end)
}

/// Files that were read again to show their lines.
#[derive(Default)]
struct Files(BTreeMap<String, Option<String>>);

impl Files {
    /// A line, counted from one, if the file can be read and the line shown.
    fn line(&mut self, name: &str, number: usize) -> Option<String> {
        let text = self.0.entry(name.to_owned()).or_insert_with(|| {
            let about = fs::metadata(name).ok()?;
            let fits = about.is_file() && about.len() <= LARGEST;
            fits.then(|| fs::read_to_string(name).ok()).flatten()
        });
        let text = text.as_deref()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = text.lines().nth(number.checked_sub(1)?)?;
        (line.len() <= LONGEST)
            .then(|| line.replace(|c: char| c.is_control() && c != '\t', "\u{fffd}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_a_column_is_marked() {
        let marked = |line: &str, column| span(line, column).map(|span| line[span].to_owned());
        assert_eq!(marked("value = 1.4, unit", 9).as_deref(), Some("1.4"));
        assert_eq!(marked("unit = \"t/yr\"", 8).as_deref(), Some("\"t/yr\""));
        assert_eq!(marked("a = [1, 2]", 5).as_deref(), Some("["));
        assert_eq!(marked("über = 'ä", 8).as_deref(), Some("'ä"));
        assert_eq!(marked("", 1), None);
        assert_eq!(marked("ab", 3), None);
    }
}
