//! The scenarios that come with the crate.

use super::{Scenario, read};
use std::path::Path;

/// Every shipped file, by its name in messages.
pub(super) const FILES: [(&str, &str); 7] = [
    ("scenarios/japan.toml", include_str!("../../scenarios/japan.toml")),
    ("scenarios/eu.toml", include_str!("../../scenarios/eu.toml")),
    ("scenarios/japan_eu.toml", include_str!("../../scenarios/japan_eu.toml")),
    ("scenarios/eu_existing_law.toml", include_str!("../../scenarios/eu_existing_law.toml")),
    ("scenarios/eu_slow.toml", include_str!("../../scenarios/eu_slow.toml")),
    ("scenarios/japan_meti_target.toml", include_str!("../../scenarios/japan_meti_target.toml")),
    ("scenarios/japan_slow.toml", include_str!("../../scenarios/japan_slow.toml")),
];

/// The name of a file without folder and ending.
fn stem(file: &'static str) -> &'static str {
    Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file)
}

/// Reads a shipped file; those it includes are shipped, too.
fn shipped(name: &str) -> Scenario {
    read::shipped(name).expect("the shipped files are valid: a test reads them")
}

impl Scenario {
    /// The names of the shipped scenarios, for [`shipped`](Self::shipped).
    ///
    /// # Examples
    /// ```
    /// use blackmass::scenario::Scenario;
    /// assert!(Scenario::shipped_names().any(|name| name == "japan_eu"));
    /// assert!(Scenario::shipped_names().all(|name| Scenario::shipped(name).is_some()));
    /// ```
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(file, _)| stem(file))
    }

    /// A shipped scenario by its name, such as `japan_eu`.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        FILES.iter().find(|(file, _)| stem(file) == name).map(|(file, _)| shipped(file))
    }

    /// The text of a shipped scenario by its name, as its file says it.
    #[must_use]
    pub fn shipped_text(name: &str) -> Option<&'static str> {
        FILES.iter().find(|(file, _)| stem(file) == name).map(|(_, text)| *text)
    }

    /// The shipped scenario for Japan.
    #[must_use]
    pub fn japan() -> Self {
        shipped("scenarios/japan.toml")
    }

    /// The shipped scenario for the European Union.
    #[must_use]
    pub fn eu() -> Self {
        shipped("scenarios/eu.toml")
    }

    /// Japan and the European Union together.
    #[must_use]
    pub fn japan_eu() -> Self {
        shipped("scenarios/japan_eu.toml")
    }

    /// The European Union, sales as existing law leads to expect.
    #[must_use]
    pub fn eu_existing_law() -> Self {
        shipped("scenarios/eu_existing_law.toml")
    }

    /// The European Union, slow growth of sales.
    #[must_use]
    pub fn eu_slow() -> Self {
        shipped("scenarios/eu_slow.toml")
    }

    /// Japan, sales as its ministry METI aims at.
    #[must_use]
    pub fn japan_meti_target() -> Self {
        shipped("scenarios/japan_meti_target.toml")
    }

    /// Japan, slow growth of sales.
    #[must_use]
    pub fn japan_slow() -> Self {
        shipped("scenarios/japan_slow.toml")
    }
}
