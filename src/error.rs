//! The one error type of the crate.
//!
//! [`Error`] is opaque and carries a list of [`Diagnostic`]s: everything that
//! is wrong is reported at once, each item with the place where it was found,
//! what was found, what is allowed and the likely fix.

use std::fmt;

/// The phase in which an [`Error`] arose. It tells what state is left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A scenario file cannot be read or says something impossible. Nothing
    /// was simulated and nothing was written.
    Scenario,
    /// The declared system is inconsistent: unknown or duplicate names,
    /// dimensions that do not match, a loop within one step. No plan exists.
    System,
    /// A distribution, design or other numeric argument is outside its
    /// domain. Nothing was simulated.
    Argument,
    /// The run itself failed, for example because mass is not conserved.
    /// No outcome exists.
    Run,
    /// The run was cancelled. What is complete is in its checkpoint, if it has
    /// one.
    Cancelled,
    /// A checkpoint or shard is of another run, damaged, unfinished, in use by a
    /// run that has not ended, or does not go with the others. It is left as it
    /// is; nothing was simulated beyond the first draws.
    Checkpoint,
    /// A file could not be read or written. Files are written whole or not at
    /// all.
    Io,
}

/// One thing that is wrong, and where.
///
/// # Examples
/// ```
/// use blackmass::Diagnostic;
/// let d = Diagnostic::new("probability above one")
///     .file("eu.toml").at(12, 9).key("collection.rate")
///     .found("1.4").allowed("0 to 1").fix("write 0.14, or use unit = \"%\"");
/// assert!(d.to_string().contains("eu.toml:12:9"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    file: Option<String>,
    position: Option<(usize, usize)>,
    key: Option<String>,
    found: Option<String>,
    allowed: Option<String>,
    fix: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with a one-line message and nothing else yet.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Names the file the input came from.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Gives line and column, both counted from one.
    #[must_use]
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some((line, column));
        self
    }

    /// Names the key, parameter or flow concerned.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Says what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Says what would be allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Proposes the likely fix.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// The one-line message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file concerned, where known.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Line and column, counted from one, where known.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.position
    }

    /// The key concerned, where known.
    #[must_use]
    pub fn key_name(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// What was found, where known.
    #[must_use]
    pub fn what_was_found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// What would be allowed, where known.
    #[must_use]
    pub fn what_is_allowed(&self) -> Option<&str> {
        self.allowed.as_deref()
    }

    /// The likely fix, where known.
    #[must_use]
    pub fn likely_fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.position) {
            (Some(file), Some((line, column))) => write!(f, "{file}:{line}:{column}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some((line, column))) => write!(f, "line {line}, column {column}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        for (label, value) in [
            ("key", &self.key),
            ("found", &self.found),
            ("allowed", &self.allowed),
            ("fix", &self.fix),
        ] {
            if let Some(value) = value {
                write!(f, "\n  {label:<8} {value}")?;
            }
        }
        Ok(())
    }
}

/// What went wrong: a [kind](Error::kind) and at least one [`Diagnostic`].
///
/// There is a single error type because callers either print it or branch on
/// the phase; the details live in the diagnostics.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// An error with one diagnostic.
    #[must_use]
    pub fn new(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self::many(kind, vec![diagnostic])
    }

    /// An error with several diagnostics.
    #[must_use]
    pub fn many(kind: ErrorKind, diagnostics: Vec<Diagnostic>) -> Self {
        Self(Box::new(Inner { kind, diagnostics }))
    }

    /// The phase in which the error arose.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Everything that is wrong, in the order found.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, diagnostic) in self.0.diagnostics.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// An error about one numeric argument.
pub(crate) fn argument(
    message: impl Into<String>,
    key: impl Into<String>,
    found: impl Into<String>,
    allowed: impl Into<String>,
    fix: impl Into<String>,
) -> Error {
    let diagnostic = Diagnostic::new(message).key(key).found(found).allowed(allowed).fix(fix);
    Error::new(ErrorKind::Argument, diagnostic)
}

/// The nearest of `candidates` to `name`, if one is near enough to be a
/// likely misspelling.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let name_key = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&name_key, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= 2.max(candidate.chars().count() / 3))
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance over at most 64 characters of each side; two
/// neighbours in the wrong order are one mistake.
fn edit_distance(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|text| text.chars().take(64).collect::<Vec<char>>());
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let substituted = last[j] + usize::from(a[i] != b[j]);
            let mut least = substituted.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_is_found_and_far_names_are_not() {
        assert_eq!(nearest("colection", ["collection", "refining"]), Some("collection"));
        assert_eq!(nearest("zzzzzz", ["collection", "refining"]), None);
        assert_eq!(nearest("LPF", ["LCO", "LFP"]), Some("LFP"));
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!((edit_distance("", "ab"), edit_distance("ab", "")), (2, 2));
    }
}
