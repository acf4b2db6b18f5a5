//! Events that cut supply.

/// An event that takes part of the supply from one country away.
///
/// Its chance in a year, its duration in years and its severity are the scalars
/// `disruption.<id>.chance`, `.duration` and `.severity` of the world; the series
/// `disruption.<id>.imposed` is the share of it that is certain to act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disruption {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) country: String,
    pub(crate) stages: Vec<&'static str>,
    pub(crate) materials: Vec<String>,
}

impl Disruption {
    /// The stages of supply that an event may hit: mine, refine, precursor with
    /// cathode and anode, cells.
    pub const STAGES: [&'static str; 4] = ["mine", "refine", "chain", "cells"];

    /// Id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Title, for readers.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The country whose supply is cut.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The stages it hits, among [`STAGES`](Self::STAGES); at least one.
    #[must_use]
    pub fn stages(&self) -> &[&'static str] {
        &self.stages
    }

    /// The minerals it hits; may be empty if it hits neither mine nor refine.
    #[must_use]
    pub fn materials(&self) -> &[String] {
        &self.materials
    }
}
