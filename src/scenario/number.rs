//! The list of all numbers in a file, for the data-quality table.

use super::grade::Grade;

/// What a [`Number`] is to its quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberKind {
    /// A central value that holds for all years.
    Value,
    /// Lower bound of a prior.
    Low,
    /// Upper bound of a prior.
    High,
    /// An observed year, or an observation to weigh draws by.
    Observation,
    /// A projected year.
    Projection,
    /// A standard deviation or persistence: how uncertain something is.
    Spread,
    /// A value that a discrete or empirical prior names.
    Possible,
    /// The probability of a value.
    Probability,
    /// How often an event happens, how long it lasts and how much it changes; the
    /// ends and the duration of an adoption.
    Event,
    /// A correlation of two quantities.
    Correlation,
    /// The size of a policy lever.
    Lever,
    /// The capacity of a plant.
    Plant,
    /// The value of a target.
    Target,
}

impl NumberKind {
    /// One word for tables.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(blackmass::scenario::NumberKind::Plant.word(), "capacity");
    /// ```
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Low => "low",
            Self::High => "high",
            Self::Observation => "observed",
            Self::Projection => "projected",
            Self::Spread => "spread",
            Self::Possible => "possible",
            Self::Probability => "probability",
            Self::Event => "event",
            Self::Correlation => "correlation",
            Self::Lever => "lever",
            Self::Plant => "capacity",
            Self::Target => "target",
        }
    }
}

/// One number as the file gives it.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let eu = Scenario::eu();
/// assert!(eu.numbers().iter().all(|n| eu.sources().any(|(id, _)| id == n.source())));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub(crate) region: String,
    pub(crate) key: String,
    pub(crate) year: Option<i32>,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) grade: Option<Grade>,
    pub(crate) source: String,
    pub(crate) kind: NumberKind,
}

impl Number {
    /// Name of the region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Dotted key of the quantity below the region, such as
    /// `chemistry.LFP.intensity.lithium`; `plant.<name>` and `target.<id>` for
    /// plants and targets.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The year, for numbers that belong to one.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        self.year
    }

    /// The number as written, in [`unit`](Self::unit).
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The unit as written. `relative sd` and `1` stand for fractions.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Confidence grade. `None` for the grade table itself and for projection
    /// spreads, which have a source but no grade.
    #[must_use]
    pub fn grade(&self) -> Option<Grade> {
        self.grade
    }

    /// Id of the source in [`Scenario::sources`](super::Scenario::sources).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the number is to its quantity.
    #[must_use]
    pub fn kind(&self) -> NumberKind {
        self.kind
    }
}
