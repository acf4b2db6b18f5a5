//! Quantities that are not independent of each other.

use super::Scenario;
use super::grade::Grade;
use super::series::Series;
use crate::dependence;

/// The measure in which correlations are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorrelationKind {
    /// Spearman's rank correlation.
    Spearman,
    /// Kendall's rank correlation.
    Kendall,
    /// Pearson's correlation of the underlying normals.
    Pearson,
}

impl CorrelationKind {
    /// The words of the file.
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("spearman", Self::Spearman), ("kendall", Self::Kendall), ("pearson", Self::Pearson)];
}

/// A `[[correlation]]` of a scenario.
///
/// A scalar takes part with its random number, a series with that of its level,
/// an adoption with that of its midpoint (later is less); noise and events are
/// not correlated.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    pub(crate) kind: CorrelationKind,
    pub(crate) quantities: Vec<String>,
    pub(crate) stated: Vec<Vec<f64>>,
    pub(crate) largest_change: f64,
    pub(crate) of_streams: dependence::Correlation,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Correlation {
    /// The measure in which it is stated.
    #[must_use]
    pub fn kind(&self) -> CorrelationKind {
        self.kind
    }

    /// The quantities, `<region>.<key>`, in the order of the matrix.
    #[must_use]
    pub fn quantities(&self) -> &[String] {
        &self.quantities
    }

    /// The matrix as stated, row by row.
    #[must_use]
    pub fn stated(&self) -> &[Vec<f64>] {
        &self.stated
    }

    /// The largest change of an entry (correlation of the normals) that the
    /// repair made; zero if there was none to make.
    #[must_use]
    pub fn largest_change(&self) -> f64 {
        self.largest_change
    }

    /// The correlation of the random streams, repaired if the file asks for it.
    #[must_use]
    pub fn correlation(&self) -> &dependence::Correlation {
        &self.of_streams
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

impl Scenario {
    /// The name of the random stream of a quantity `<region>.<key>`, as designs
    /// and sample files know it: of a scalar or a constant its own or that of the
    /// world, of a series that of its level, of an adoption that of its midpoint.
    /// `None` if there is no such quantity. Whether it varies is another question.
    ///
    /// # Examples
    /// ```
    /// use blackmass::scenario::Scenario;
    /// let eu = Scenario::eu();
    /// let stream = |quantity: &str| eu.stream_of(quantity);
    /// assert_eq!(stream("eu.cells.scrap.start").as_deref(), Some("eu.cells.scrap.start"));
    /// let everywhere = stream("eu.chemistry.LFP.pack_mass");
    /// assert_eq!(everywhere.as_deref(), Some("world.chemistry.LFP.pack_mass"));
    /// let level = stream("eu.segment.bev_car.sales");
    /// assert_eq!(level.as_deref(), Some("eu.segment.bev_car.sales.error"));
    /// let room = Scenario::japan_eu().stream_of("world.partner.korea.refining.spare");
    /// assert_eq!(room.as_deref(), Some("world.partner.korea.refining.spare.error"));
    /// ```
    #[must_use]
    pub fn stream_of(&self, quantity: &str) -> Option<String> {
        let (region, key) = quantity.split_once('.')?;
        let world = self.world().map(|world| world.quantities());
        let region = self.regions().iter().chain(world).find(|known| known.name() == region)?;
        match (region.scalar(key), region.series(key)) {
            (Some(_), _) => Some(stream(region.name(), key)),
            (None, Some(series)) => Some(series_stream(region.name(), series)),
            (None, None) => None,
        }
    }
}

/// The name of the random stream of a series: of its level, or of the midpoint
/// of an adoption.
pub(crate) fn series_stream(region: &str, series: &Series) -> String {
    let key = series.key();
    match (series.constant(), series.adoption()) {
        (Some(_), _) => stream(region, key),
        (None, Some(_)) => format!("{region}.{key}.midpoint"),
        (None, None) => format!("{region}.{key}.error"),
    }
}

/// The name of the random stream of a scalar. What holds for a technology
/// everywhere (what batteries contain, how long they last, how many announced
/// plants come true) has one stream in all regions.
pub(crate) fn stream(region: &str, key: &str) -> String {
    let common = key.starts_with("chemistry.")
        || key.starts_with("intensity_factor.")
        || key.contains(".lifetime.battery.");
    if key.ends_with(".realisation") {
        "world.realisation".to_owned()
    } else if common {
        format!("world.{key}")
    } else {
        format!("{region}.{key}")
    }
}
