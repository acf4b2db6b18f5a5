//! Recycling plants: where, how large, from when to when.

use super::grade::Grade;

/// The keys of the stages in a file, in the order of the process.
pub(crate) const STAGES: [&str; 2] = ["preprocessing", "refining"];

/// The stage of recycling that a plant serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// From packs to black mass. Capacity counts packs.
    Preprocessing,
    /// From black mass to products. Capacity counts black mass.
    Refining,
}

impl Stage {
    pub(crate) const NAMES: [(&'static str, Self); 2] =
        [(STAGES[0], Self::Preprocessing), (STAGES[1], Self::Refining)];

    /// The word for the stage in a scenario file and in keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Preprocessing => STAGES[0],
            Self::Refining => STAGES[1],
        }
    }
}

/// How certain it is that a plant exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It runs.
    Operating,
    /// It is being built.
    Construction,
    /// It is announced. How much of such capacity comes true is the quantity
    /// `<stage>.realisation`.
    Announced,
}

impl Status {
    pub(crate) const NAMES: [(&'static str, Self); 3] = [
        ("operating", Self::Operating),
        ("construction", Self::Construction),
        ("announced", Self::Announced),
    ];
}

/// One recycling plant.
///
/// # Examples
/// ```
/// use blackmass::scenario::{Scenario, Stage};
/// let scenario = Scenario::eu();
/// let eu = &scenario.regions()[0];
/// let nameplate: f64 = eu.plants().iter()
///     .filter(|p| p.stage() == Stage::Preprocessing && p.start() <= 2030)
///     .map(|p| p.capacity()).sum();
/// assert!(nameplate > 0.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plant {
    pub(crate) name: String,
    pub(crate) stage: Stage,
    pub(crate) status: Status,
    pub(crate) capacity: f64,
    pub(crate) start: i32,
    pub(crate) end: Option<i32>,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Plant {
    /// Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How certain it is.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Nameplate capacity, t/yr: of packs in pre-processing, of black mass in
    /// refining. Not negative.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        self.capacity
    }

    /// Year in which it opens; may lie before the first year of the scenario.
    #[must_use]
    pub fn start(&self) -> i32 {
        self.start
    }

    /// Year in which it closes, after [`start`](Self::start); `None` if it
    /// stays open.
    #[must_use]
    pub fn end(&self) -> Option<i32> {
        self.end
    }

    /// Id of the source in [`Region::sources`](super::Region::sources).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Confidence grade.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.grade
    }
}
