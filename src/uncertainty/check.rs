//! Checks of distribution parameters: everything wrong is reported at once.

use crate::error::{Diagnostic, Error, ErrorKind};

/// The findings on the parameters of one distribution.
pub(crate) struct Check {
    /// Name of the distribution, as in its constructor.
    what: &'static str,
    found: Vec<Diagnostic>,
}

impl Check {
    /// A check of the parameters of `what`, without findings yet.
    pub(crate) fn of(what: &'static str) -> Self {
        Self { what, found: Vec::new() }
    }

    /// Requires that `key` be finite and within bounds given as a condition and
    /// in words.
    pub(crate) fn number(
        mut self,
        key: &'static str,
        value: f64,
        within: bool,
        allowed: &'static str,
        fix: &'static str,
    ) -> Self {
        if !(value.is_finite() && within) {
            self.found.push(
                Diagnostic::new(format!("{}: {key} is out of bounds", self.what))
                    .key(key)
                    .found(format!("{value}"))
                    .allowed(allowed)
                    .fix(fix),
            );
        }
        self
    }

    /// Requires any finite number.
    pub(crate) fn finite(self, key: &'static str, value: f64) -> Self {
        self.number(key, value, true, "a finite number", "write a finite number")
    }

    /// Requires a finite number above 0.
    pub(crate) fn positive(self, key: &'static str, value: f64) -> Self {
        let fix = "write a number above 0, or a law that allows other values";
        self.number(key, value, value > 0.0, "a finite number above 0", fix)
    }

    /// Requires a spread, a finite number of 0 or more.
    pub(crate) fn spread(self, key: &'static str, value: f64) -> Self {
        let fix = "write the spread as a positive number; 0 means no uncertainty";
        self.number(key, value, value >= 0.0, "a finite number, 0 or more", fix)
    }

    /// Requires that finite `values` ascend and that their width be finite.
    pub(crate) fn ascending(mut self, names: &'static str, values: &[f64]) -> Self {
        let finite = values.iter().all(|v| v.is_finite());
        let ordered = values.windows(2).all(|pair| pair[0] <= pair[1]);
        let width = match values {
            [low, .., high] => high - low,
            _ => 0.0,
        };
        if finite && !(ordered && width.is_finite()) {
            self.found.push(
                Diagnostic::new(format!("{}: the points are not in order", self.what))
                    .key(names)
                    .found(format!("{values:?}"))
                    .allowed("ascending numbers with a finite width; equal ones are allowed")
                    .fix("order the points from the smallest to the largest"),
            );
        }
        self
    }

    /// The error, if anything was found.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(Error::many(ErrorKind::Argument, self.found))
        }
    }
}
