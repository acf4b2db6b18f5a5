//! One region of a scenario.

use std::collections::BTreeMap;

use super::chemistry::Chemistry;
use super::grade::Grade;
use super::lifetime::Lifetime;
use super::plant::Plant;
use super::scalar::Scalar;
use super::series::Series;
use super::shares::ShareSeries;
use super::target::Target;

/// Everything that a scenario says about one region.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let scenario = Scenario::eu();
/// let eu = &scenario.regions()[0];
/// assert_eq!(eu.name(), "eu");
/// for segment in eu.segments() {
///     let shares = eu.chemistry_share(segment).expect("every segment has it");
///     assert!(!shares.present().is_empty());
///     assert!(eu.lifetime(&format!("segment.{segment}.battery")).is_some());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Region {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) segments: Vec<&'static str>,
    pub(crate) chemistries: Vec<Chemistry>,
    pub(crate) shares: BTreeMap<&'static str, ShareSeries>,
    pub(crate) scalars: BTreeMap<String, Scalar>,
    pub(crate) series: BTreeMap<String, Series>,
    pub(crate) lifetimes: BTreeMap<String, Lifetime>,
    pub(crate) second_life: bool,
    pub(crate) plants: Vec<Plant>,
    pub(crate) targets: Vec<Target>,
    pub(crate) sources: BTreeMap<String, String>,
    pub(crate) grades: [f64; 4],
}

impl Region {
    /// Name, a lower-case identifier. A canonical name is `<region>.<key>`,
    /// such as `eu.cells.production`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Title, for readers.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The segments of the region, at least one: vehicles, then portable, then
    /// storage, each in a fixed order.
    #[must_use]
    pub fn segments(&self) -> Vec<&'static str> {
        self.segments.clone()
    }

    /// Chemistries, sorted by name.
    #[must_use]
    pub fn chemistries(&self) -> &[Chemistry] {
        &self.chemistries
    }

    /// Shares of the chemistries in what a segment places; `None` if the region
    /// does not have the segment.
    #[must_use]
    pub fn chemistry_share(&self, segment: &str) -> Option<&ShareSeries> {
        self.shares.get(segment)
    }

    /// The scalar with this key; `None` if no scalar is called so. A quantity
    /// that may be a scalar or a series is a [`series`](Self::series).
    #[must_use]
    pub fn scalar(&self, key: &str) -> Option<&Scalar> {
        self.scalars.get(key)
    }

    /// The series with this key; `None` if no series is called so.
    #[must_use]
    pub fn series(&self, key: &str) -> Option<&Series> {
        self.series.get(key)
    }

    /// Every scalar, by key.
    pub(crate) fn all_scalars(&self) -> impl Iterator<Item = &Scalar> {
        self.scalars.values()
    }

    /// Every series, by key.
    pub(crate) fn all_series(&self) -> impl Iterator<Item = &Series> {
        self.series.values()
    }

    /// A lifetime: `segment.<vehicle>.vehicle`, `segment.<segment>.battery` or
    /// `second_life.battery`; `None` for anything else. Its parameters are the
    /// scalars `segment.<segment>.lifetime.battery.mean` and so on.
    #[must_use]
    pub fn lifetime(&self, key: &str) -> Option<&Lifetime> {
        self.lifetimes.get(key)
    }

    /// Whether the file says how packs are used a second time. If not, the
    /// shares of second life are zero and its health, lifetime and collection
    /// are not there.
    #[must_use]
    pub fn has_second_life(&self) -> bool {
        self.second_life
    }

    /// Recycling plants in the order of the file; may be empty.
    #[must_use]
    pub fn plants(&self) -> &[Plant] {
        &self.plants
    }

    /// Targets in the order of the file; may be empty.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Ids and citations of the sources of this region, sorted by id.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(id, citation)| (id.as_str(), citation.as_str()))
    }

    /// Relative standard deviation of one observation of this grade, as a
    /// fraction.
    #[must_use]
    pub fn grade_sd(&self, grade: Grade) -> f64 {
        self.grades[grade.index()]
    }
}
