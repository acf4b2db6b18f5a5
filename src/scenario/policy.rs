//! Policies: named sets of changes to quantities.

use super::grade::Grade;
use super::world::WORLD;
use crate::system::Change;

/// One change to one quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    pub(crate) region: String,
    pub(crate) key: String,
    pub(crate) change: Change,
    pub(crate) from: i32,
    pub(crate) ramp: u32,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Lever {
    /// Whether it puts an instrument to work.
    pub(crate) fn is_instrument(&self) -> bool {
        self.region == WORLD && self.key.starts_with("instrument.")
    }

    /// Name of the region whose quantity changes; `world` for what lies between
    /// the regions.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Dotted key of the quantity, below the region.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The change in full.
    #[must_use]
    pub fn change(&self) -> Change {
        self.change
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

/// A named set of levers.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// for policy in Scenario::eu().policies() {
///     println!("{}: {} levers", policy.name(), policy.levers().len());
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) extends: Option<String>,
    pub(crate) levers: Vec<Lever>,
}

impl Policy {
    /// Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it means, for readers; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The policy that this one builds on.
    #[must_use]
    pub fn extends(&self) -> Option<&str> {
        self.extends.as_deref()
    }

    /// All levers in force: those of the extended policies first, then its
    /// own, each in file order. No quantity is `set` twice.
    #[must_use]
    pub fn levers(&self) -> &[Lever] {
        &self.levers
    }
}
