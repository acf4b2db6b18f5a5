//! Targets: a share to be reached, with all that its legal text fixes.

use super::grade::Grade;

/// What a target measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// Recovered material available for what new batteries contain of it.
    RecycledContent,
    /// Material out of a route over material into it.
    MaterialRecovery,
    /// Mass out of recycling over mass into it, for one class.
    RecyclingEfficiency,
    /// Portable batteries collected.
    PortableCollection,
    /// Batteries of light means of transport collected.
    LightTransportCollection,
    /// Recycling capacity over consumption.
    RecyclingCapacity,
}

impl Measure {
    pub(crate) const NAMES: [(&'static str, Self); 6] = [
        ("recycled_content", Self::RecycledContent),
        ("material_recovery", Self::MaterialRecovery),
        ("recycling_efficiency", Self::RecyclingEfficiency),
        ("portable_collection", Self::PortableCollection),
        ("light_transport_collection", Self::LightTransportCollection),
        ("recycling_capacity", Self::RecyclingCapacity),
    ];

    /// The denominators that the measure can have, with their words.
    pub(crate) fn denominators(self) -> &'static [(&'static str, Denominator)] {
        match self {
            Self::RecycledContent => &[
                ("placed_on_market", Denominator::PlacedOnMarket),
                ("cell_production", Denominator::CellProduction),
            ],
            Self::MaterialRecovery | Self::RecyclingEfficiency => {
                &[("recycling_input", Denominator::RecyclingInput)]
            }
            Self::PortableCollection | Self::LightTransportCollection => {
                &[("placed_three_years", Denominator::PlacedThreeYears)]
            }
            Self::RecyclingCapacity => &[("consumption", Denominator::Consumption)],
        }
    }
}

/// What the share of a target is a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Denominator {
    /// What is placed on the market of the region in the year.
    PlacedOnMarket,
    /// What the cells made in the region in the year contain.
    CellProduction,
    /// What enters recycling in the year.
    RecyclingInput,
    /// The mean of what was placed on the market in three years.
    PlacedThreeYears,
    /// What the region consumes in the year.
    Consumption,
}

impl Denominator {
    /// Every denominator with its word, to tell a wrong one from a word that
    /// is none.
    pub(crate) const NAMES: [(&'static str, Self); 5] = [
        ("placed_on_market", Self::PlacedOnMarket),
        ("cell_production", Self::CellProduction),
        ("recycling_input", Self::RecyclingInput),
        ("placed_three_years", Self::PlacedThreeYears),
        ("consumption", Self::Consumption),
    ];
}

/// Whether production scrap counts as recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScrapRule {
    /// It counts.
    Included,
    /// It does not.
    Excluded,
}

impl ScrapRule {
    pub(crate) const NAMES: [(&'static str, Self); 2] =
        [("included", Self::Included), ("excluded", Self::Excluded)];
}

/// The words for how far a target is law.
pub(crate) const TARGET_STATUS: [&str; 6] =
    ["in force", "fixed future date", "conditional", "benchmark", "proposal", "yardstick"];

/// One target of a region.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// for target in Scenario::eu().regions()[0].targets() {
///     println!("{} from {}: {}", target.id(), target.year(), target.title());
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) measure: Measure,
    pub(crate) material: Option<usize>,
    pub(crate) route: Option<&'static str>,
    pub(crate) class: Option<usize>,
    pub(crate) denominator: Denominator,
    pub(crate) scrap: Option<ScrapRule>,
    pub(crate) value: f64,
    pub(crate) year: i32,
    pub(crate) legal_unit: String,
    pub(crate) scope: String,
    pub(crate) numerator: String,
    pub(crate) status: String,
    pub(crate) binding: bool,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Target {
    /// Name, unique in its region.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Title, for readers.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is measured.
    #[must_use]
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Place of the material in
    /// [`Scenario::materials`](super::Scenario::materials). Always given for
    /// recycled content and material recovery, sometimes for recycling
    /// capacity, never else.
    #[must_use]
    pub fn material(&self) -> Option<usize> {
        self.material
    }

    /// The route, one of [`ROUTES`](super::ROUTES): for material recovery only.
    #[must_use]
    pub fn route(&self) -> Option<&'static str> {
        self.route
    }

    /// Place of the class in [`Scenario::classes`](super::Scenario::classes):
    /// for recycling efficiency only.
    #[must_use]
    pub fn class(&self) -> Option<usize> {
        self.class
    }

    /// What the share is a share of; it fits the measure.
    #[must_use]
    pub fn denominator(&self) -> Denominator {
        self.denominator
    }

    /// Whether production scrap counts. `None` only for collection, which
    /// knows no production scrap and need not say so.
    #[must_use]
    pub fn scrap(&self) -> Option<ScrapRule> {
        self.scrap
    }

    /// The share to be reached, 0 to 1.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// First year in which it holds.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// To what the law applies the share, in its words.
    #[must_use]
    pub fn legal_unit(&self) -> &str {
        &self.legal_unit
    }

    /// Which batteries are meant, in the words of the law.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// What is counted, in the words of the law.
    #[must_use]
    pub fn numerator(&self) -> &str {
        &self.numerator
    }

    /// `in force`, `fixed future date`, `conditional`, `benchmark`, `proposal`
    /// or `yardstick`.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Whether missing it breaks a law.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        self.binding
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
