//! Scenario files: what they say, checked, with units and sources.
//!
//! A scenario is one TOML file about one region: what is placed on the market
//! in each segment, packs, chemistries, lifetimes, exits, second life,
//! collection, cell making, plants, recycling, targets and policies. Or it
//! is a file that includes others: several regions together, or a pathway,
//! which is a region of another file with some quantities replaced. Every
//! number has a unit, a source and a confidence grade. Reading checks the whole
//! file and reports everything that is wrong at once, each item with line,
//! column, key, what was found, what is allowed and the likely fix.
//!
//! This module knows files, units and words. It does no arithmetic on flows.
//!
#![doc = include_str!("format.md")]
//!
//! # Examples
//! ```
//! use blackmass::scenario::Scenario;
//! let scenario = Scenario::eu();
//! let eu = &scenario.regions()[0];
//! assert_eq!((eu.name(), scenario.report(), scenario.end()), ("eu", 2010, 2050));
//! let collected = eu.series("segment.bev_car.collection.vehicle").expect("required");
//! assert!(collected.is_share() && collected.at(2030) <= 1.0);
//!
//! // Everything that is wrong is said at once.
//! let error = Scenario::from_toml("my.toml", "schema_version = 2\nregio = \"eu\"").unwrap_err();
//! assert!(error.to_string().contains("write `region`"));
//! ```

mod adoption;
mod chemistry;
mod correlation;
mod disruption;
mod events;
mod grade;
mod instrument;
mod law;
mod lifetime;
mod number;
mod observation;
mod origins;
mod plant;
mod policy;
mod price;
mod read;
#[cfg(test)]
mod reference;
mod region;
mod reported;
mod run;
mod scalar;
mod schema;
mod segment;
mod series;
mod shares;
mod shipped;
mod target;
mod unit;
mod world;
mod world_quantities;

use std::collections::BTreeMap;
use std::path::Path;

pub use self::adoption::Adoption;
pub use self::chemistry::Chemistry;
pub(crate) use self::correlation::stream;
pub use self::correlation::{Correlation, CorrelationKind};
pub use self::disruption::Disruption;
pub use self::events::{Events, Jumps, Lasting, Outages, RegimeState, RegimeSwitch, Regimes};
pub use self::grade::Grade;
pub use self::instrument::{ChangeKind, Instrument, InstrumentChange, InstrumentTag};
pub(crate) use self::law::{log_sd, logit_sd};
pub use self::lifetime::{Law, Lifetime};
pub use self::number::{Number, NumberKind};
pub use self::observation::Observation;
pub use self::origins::Origins;
pub use self::plant::{Plant, Stage, Status};
pub use self::policy::{Lever, Policy};
pub use self::price::MarketPrice;
pub use self::read::json_schema;
pub use self::region::Region;
pub use self::reported::SERIES;
pub(crate) use self::reported::{OTHERS, VALUE};
pub use self::run::Run;
pub use self::scalar::{Prior, Scalar};
pub use self::segment::{PORTABLE_SEGMENT, ROUTES, SEGMENTS, STORAGE_SEGMENTS, VEHICLE_SEGMENTS};
pub use self::series::{Noise, NoiseProcess, Series};
pub use self::shares::{DirichletShares, ShareSeries};
pub use self::target::{Denominator, Measure, ScrapRule, Target};
pub use self::world::{Route, World};
pub use self::world_quantities::{GOODS, IMPORTS, PARTNERS};
use crate::error::Error;

/// The checked content of one scenario file and of the files it includes.
///
/// See the [module documentation](self) for the quantities and an example.
#[derive(Clone, Debug)]
pub struct Scenario {
    file: String,
    title: String,
    description: String,
    pathway: String,
    start: i32,
    end: i32,
    report: i32,
    materials: Vec<String>,
    classes: Vec<String>,
    regions: Vec<Region>,
    policies: Vec<Policy>,
    correlations: Vec<Correlation>,
    observations: Vec<Observation>,
    prices: Vec<MarketPrice>,
    run: Run,
    numbers: Vec<Number>,
    sources: BTreeMap<String, String>,
    world: Option<World>,
    content_hash: u64,
}

impl Scenario {
    /// Reads the file at `path` and the files it includes.
    ///
    /// # Errors
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the file cannot be read;
    /// [`ErrorKind::Scenario`](crate::ErrorKind::Scenario) as for
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        read::file(path.as_ref())
    }

    /// Reads the bytes of a file; `file` is its name in messages, and the files
    /// it includes are looked for in the folder of `file`.
    ///
    /// # Errors
    /// [`ErrorKind::Scenario`](crate::ErrorKind::Scenario) with up to 50
    /// diagnostics if the bytes are more than 4 MiB, not UTF-8, not TOML or not
    /// a valid scenario, or if that is true of a file that is included. Errors
    /// of the TOML syntax and of includes are reported alone, as the rest
    /// cannot be judged then.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        read::bytes(file, bytes)
    }

    /// Reads the text of a file; `file` as for
    /// [`from_bytes`](Self::from_bytes).
    ///
    /// # Errors
    /// As for [`from_bytes`](Self::from_bytes).
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Error> {
        read::bytes(file, text.as_bytes())
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

    /// Name of the file, as used in messages.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Name of the pathway, an identifier; `reference` unless the file says
    /// otherwise.
    #[must_use]
    pub fn pathway(&self) -> &str {
        &self.pathway
    }

    /// First year.
    #[must_use]
    pub fn start(&self) -> i32 {
        self.start
    }

    /// Last year, included.
    #[must_use]
    pub fn end(&self) -> i32 {
        self.end
    }

    /// First year to be reported; the years before fill the stocks.
    #[must_use]
    pub fn report(&self) -> i32 {
        self.report
    }

    /// Number of years, from 2 to 400.
    #[must_use]
    pub fn steps(&self) -> usize {
        usize::try_from(self.end - self.start + 1).unwrap_or(0)
    }

    /// Materials in the order of the file; the last is `other`, which closes
    /// the pack mass.
    #[must_use]
    pub fn materials(&self) -> &[String] {
        &self.materials
    }

    /// Routing classes of the chemistries, in the order of the file.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The regions in the order in which they are included; at least one.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// What lies between the regions; `None` if the file says nothing of it.
    #[must_use]
    pub fn world(&self) -> Option<&World> {
        self.world.as_ref()
    }

    /// Policies: those that extend none first, then by the number of policies
    /// they build on, then by name. May be empty.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Quantities that depend on each other, in the order of the files; may be
    /// empty. No random number stands in two.
    #[must_use]
    pub fn correlations(&self) -> &[Correlation] {
        &self.correlations
    }

    /// What was seen of reported series, in the order of the files; may be
    /// empty. [`lifecycle::evidence`](crate::lifecycle::evidence) makes evidence
    /// of it.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Prices of materials, common to all regions; may be empty.
    #[must_use]
    pub fn prices(&self) -> &[MarketPrice] {
        &self.prices
    }

    /// How the file is to be run unless whoever runs it says otherwise. A file
    /// of several regions has its own table; those of its parts are not used.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Every number of the files that belongs to a quantity, a spread, a plant,
    /// a target, a lever, a correlation or an observation, for a table of data quality. Years and versions are
    /// not listed, nor what an including file replaces.
    #[must_use]
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// Ids and citations of the sources, sorted by id. Every id is used. Where
    /// regions cite different works under one id, the id is listed as
    /// `<region>.<id>` for each.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(id, citation)| (id.as_str(), citation.as_str()))
    }

    /// A hash of what the files say: 64-bit FNV-1a over all keys and values,
    /// after including.
    ///
    /// Tables count in the order of their keys and numbers by their value, so
    /// comments, layout, the order of tables and the way a number is written
    /// (`1`, `1.0`, `1e0`) do not change it. Arrays count in their order. Texts
    /// count, citations included. File names do not.
    #[must_use]
    pub fn content_hash(&self) -> u64 {
        self.content_hash
    }
}
