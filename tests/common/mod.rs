//! A small valid scenario and ways to break it.
#![allow(dead_code)]

use blackmass::Diagnostic;
use blackmass::scenario::Scenario;

/// The small scenario.
pub const SMALL: &str = include_str!("../data/small.toml");

/// The small scenario with the one place that reads `from` changed to `to`.
pub fn changed(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` must stand once in the small scenario");
    SMALL.replace(from, to)
}

/// The diagnostics of a text that must not be accepted.
pub fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let error = Scenario::from_toml("toy.toml", text).expect_err("must be refused");
    error.diagnostics().to_vec()
}

/// Line and column, from one, of the only place in `text` that reads `marker`.
pub fn place(text: &str, marker: &str) -> (usize, usize) {
    assert_eq!(text.matches(marker).count(), 1, "`{marker}` must stand once");
    let before = &text[..text.find(marker).expect("counted")];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Breaks one place and expects exactly one diagnostic, with this message, at
/// `marker`, about `key`, with all of `words`.
pub fn one(from: &str, to: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let text = changed(from, to);
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    check(&text, &found[0], marker, key, message, words);
}

/// Breaks one place and expects this diagnostic among others.
pub fn among(from: &str, to: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let text = changed(from, to);
    let found = diagnostics(&text);
    let this = |d: &&Diagnostic| d.message() == message && d.key_name() == Some(key);
    let diagnostic = found.iter().find(this).unwrap_or_else(|| panic!("{found:#?}"));
    check(&text, diagnostic, marker, key, message, words);
}

fn check(text: &str, found: &Diagnostic, marker: &str, key: &str, message: &str, words: &[&str]) {
    assert_eq!(found.message(), message, "{found}");
    assert_eq!(found.key_name(), Some(key), "{found}");
    assert_eq!(found.position(), Some(place(text, marker)), "{found}");
    let shown = found.to_string();
    assert!(shown.starts_with("toy.toml:"), "{shown}");
    for word in words {
        assert!(shown.contains(word), "`{word}` is not in:\n{shown}");
    }
}
