//! Observations of reported series.

use super::grade::Grade;
use crate::ensemble::Spread;

/// An `[[observation]]` of a scenario: what was seen of a reported series, to
/// weigh draws by.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    pub(crate) region: String,
    pub(crate) series: String,
    pub(crate) labels: Vec<String>,
    pub(crate) year: i32,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) spread: Spread,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Observation {
    /// Name of the region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Name of the reported series below the region, such as `recovered`.
    #[must_use]
    pub fn series(&self) -> &str {
        &self.series
    }

    /// The labels of the element, in the order of the series' dimensions.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The year, one of the reported.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// What was seen, in [`unit`](Self::unit).
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The unit of the series.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.unit
    }

    /// How far it may be from the truth; a standard deviation is in
    /// [`unit`](Self::unit).
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.spread
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
