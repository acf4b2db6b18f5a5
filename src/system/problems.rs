//! Messages that several checks share.

use crate::error::{Diagnostic, nearest};
use std::collections::BTreeSet;

/// Reports every name that stands twice.
pub(super) fn duplicates<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            problems.push(
                Diagnostic::new(format!("duplicate {what} name"))
                    .key(name)
                    .fix("give each its own name"),
            );
        }
    }
}

/// An unknown name, with the known ones if they are few and the nearest one.
pub(crate) fn unknown<'a>(
    what: &str,
    name: &str,
    user: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let mut d = Diagnostic::new(format!("unknown {what}")).key(user).found(name);
    if known.len() <= 12 {
        d = d.allowed(known.join(", "));
    }
    if let Some(near) = nearest(name, known) {
        d = d.fix(format!("did you mean `{near}`?"));
    }
    d
}
