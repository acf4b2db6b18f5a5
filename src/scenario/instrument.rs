//! Instruments: named changes with a size of their own, which policies put to
//! work.

use super::grade::Grade;

/// Where an instrument comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InstrumentTag {
    /// A memorandum that is signed names it.
    Memorandum,
    /// It goes beyond what is signed.
    Beyond,
    /// One region can do it on its own.
    Own,
}

impl InstrumentTag {
    /// The words of the file.
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("memorandum", Self::Memorandum), ("beyond", Self::Beyond), ("own", Self::Own)];

    /// The word of the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memorandum => "memorandum",
            Self::Beyond => "beyond",
            Self::Own => "own",
        }
    }
}

/// What an instrument does to a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It replaces the value.
    Set,
    /// It multiplies the value.
    Multiply,
    /// It is added to the value.
    Add,
}

/// One change of an [`Instrument`]. Its size in a draw is the scalar
/// `instrument.<id>.size.<n>` of the world, where `n` counts from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentChange {
    pub(crate) region: String,
    pub(crate) key: String,
    pub(crate) change_kind: ChangeKind,
    pub(crate) central: f64,
    pub(crate) ceiling: f64,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl InstrumentChange {
    /// The region whose quantity changes, or `world`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Dotted key of the quantity, below the region.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it does.
    #[must_use]
    pub fn change_kind(&self) -> ChangeKind {
        self.change_kind
    }

    /// The central size: a factor, or a value in the base unit of the quantity.
    #[must_use]
    pub fn central(&self) -> f64 {
        self.central
    }

    /// The size at the physical limit, in the same unit.
    #[must_use]
    pub fn ceiling(&self) -> f64 {
        self.ceiling
    }

    /// Id of the source in [`Scenario::sources`](super::Scenario::sources).
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

/// Changes that act together, by how much the series `instrument.<id>` of the
/// world says: zero unless a policy names the instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    pub(crate) id: String,
    pub(crate) tag: InstrumentTag,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) from: i32,
    pub(crate) ramp: u32,
    pub(crate) changes: Vec<InstrumentChange>,
}

impl Instrument {
    /// Id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it comes from.
    #[must_use]
    pub fn tag(&self) -> InstrumentTag {
        self.tag
    }

    /// Title, for readers.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Description, for readers; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// First year in which it acts. From then on it acts to the end.
    #[must_use]
    pub fn from(&self) -> i32 {
        self.from
    }

    /// Years until it acts in full; 0 means at once.
    #[must_use]
    pub fn ramp(&self) -> u32 {
        self.ramp
    }

    /// Its changes in the order of the file; at least one.
    #[must_use]
    pub fn changes(&self) -> &[InstrumentChange] {
        &self.changes
    }
}
