//! What lies between the regions of a scenario.

use std::collections::BTreeSet;

use super::disruption::Disruption;
use super::instrument::Instrument;
use super::origins::Origins;
use super::region::Region;

/// The name of the world where a region could stand.
pub(crate) const WORLD: &str = "world";

/// A good that one place sends to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// One of [`GOODS`](super::GOODS).
    pub good: String,
    /// The region that sends it.
    pub from: String,
    /// Another region, or one of the [`PARTNERS`](super::PARTNERS).
    pub to: String,
}

/// What a scenario of several regions says about what lies between them: trade,
/// supply by country, shocks, stockpiles and instruments.
///
/// Its quantities are addressed as `world.<key>`; the
/// [module documentation](super) lists them.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// // One region alone has no world.
/// assert!(Scenario::eu().world().is_none());
/// if let Some(world) = Scenario::japan_eu().world() {
///     assert_eq!(world.places()[..2], ["japan", "eu"]);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct World {
    /// A region called `world` that has quantities alone.
    pub(crate) quantities: Region,
    pub(crate) places: Vec<String>,
    pub(crate) routes: Vec<Route>,
    pub(crate) minerals: Vec<String>,
    pub(crate) origins: Vec<Origins>,
    pub(crate) disruptions: Vec<Disruption>,
    pub(crate) instruments: Vec<Instrument>,
    /// Keys of numbers of grade D.
    pub(crate) illustrative: BTreeSet<String>,
}

impl World {
    /// Every quantity: those that the file leaves out are fixed zeros, but for
    /// those that have no meaning then, such as a cap.
    pub(crate) fn quantities(&self) -> &Region {
        &self.quantities
    }

    /// The scalar with this key below `world.`; `None` if no scalar is called
    /// so.
    #[must_use]
    pub fn scalar(&self, key: &str) -> Option<&super::Scalar> {
        self.quantities.scalar(key)
    }

    /// The series with this key below `world.`; `None` if no series is called
    /// so.
    #[must_use]
    pub fn series(&self, key: &str) -> Option<&super::Series> {
        self.quantities.series(key)
    }

    /// The regions in the order in which they are included, then the
    /// [`PARTNERS`](super::PARTNERS).
    #[must_use]
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// The routes on which anything can go: those with a key in the file or with
    /// a quantity that a policy or an instrument changes. Sorted.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The materials whose supply by country is given: `supply.materials`.
    #[must_use]
    pub fn minerals(&self) -> &[String] {
        &self.minerals
    }

    /// Where a mineral comes from at a stage (`mine` or `refine`): what `region`
    /// imports, if the file says so for it, or with `None` the world market,
    /// which is there for every mineral.
    #[must_use]
    pub fn origins(&self, stage: &str, mineral: &str, region: Option<&str>) -> Option<&Origins> {
        self.origins.iter().find(|origins| {
            (origins.stage, origins.mineral.as_str(), origins.region()) == (stage, mineral, region)
        })
    }

    /// Events that cut supply, sorted by id; may be empty.
    #[must_use]
    pub fn disruptions(&self) -> &[Disruption] {
        &self.disruptions
    }

    /// Instruments, sorted by id; may be empty.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Whether a quantity or a table of origins, such as `supply.mine.lithium`,
    /// rests on judgement: a number of it, or of what lies below the key, is of
    /// grade D. Spreads do not count.
    #[must_use]
    pub fn is_illustrative(&self, key: &str) -> bool {
        let below = |known: &String| {
            known.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.illustrative
            .range(key.to_owned()..)
            .take_while(|known| known.starts_with(key))
            .any(below)
    }
}
