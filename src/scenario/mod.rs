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
//! # Quantities
//! A quantity is addressed by its dotted key below the region. `{segment}`
//! stands for each segment of the file, `{vehicle}` and `{storage}` for those
//! of [`VEHICLE_SEGMENTS`] and [`STORAGE_SEGMENTS`] among them, `{material}`
//! for each material, `{element}` for each but `other`, `{class}` for each
//! routing class, `{chemistry}` for each chemistry, `{route}` for each of
//! [`ROUTES`], `{stage}` for `preprocessing` and `refining`.
//!
//! | key | offered as | base unit | if absent |
//! |---|---|---|---|
//! | `market` (new passenger cars; bounds those of the car segments) | series | vehicles/yr | error with a car segment |
//! | `intensity_factor.{element}` | scalar | 1 | error |
//! | `chemistry.{chemistry}.pack_mass` | scalar | kg/kWh | error |
//! | `segment.{vehicle}.sales` | series | vehicles/yr | error |
//! | `segment.{vehicle}.pack_size` | series | kWh/vehicle | error |
//! | `segment.{storage}.placed` | series | MWh/yr | error |
//! | `segment.portable.placed` | series | t/yr | error |
//! | `segment.{vehicle}.lifetime.vehicle.*`, `segment.{segment}.lifetime.battery.*`: `mean`, and `shape` or `sd` | scalar | yr; shape 1 | error |
//! | `segment.{segment}.lifetime.battery.early_share`, `.early_mean` | scalar | share; yr | none fail early |
//! | `segment.{vehicle}.replacement.share`, `.age_limit` | scalar | share; yr | error |
//! | `segment.{vehicle}.exit.export`, `.unknown` | series | share | error |
//! | `segment.{vehicle}.reuse.share` | series | share | fixed 0 |
//! | `segment.{vehicle}.collection.vehicle`, `.workshop` | series | share | error |
//! | `segment.{storage}.collection`, `segment.portable.collection` | series | share | error |
//! | `segment.portable.electronic_waste`, `.hibernation.share` | series | share | fixed 0 |
//! | `segment.portable.hibernation.mean` | scalar | yr | error |
//! | `segment.{segment}.origin.imported_cells`, `.imported_in_products` | series | share | fixed 0 |
//! | `second_life.eligible.{class}`, `second_life.market_share` | series | share | fixed 0 |
//! | `second_life.health`; `second_life.lifetime.battery.*` | scalar | share; as other lifetimes | error with `second_life` |
//! | `second_life.collection` | series | share | error with `second_life` |
//! | `cells.production`, `cathode.production`, `anode.production` | series | MWh/yr | error |
//! | `cells.scrap.start`, `.mature`, `.time` | scalar | 1; 1; yr | error |
//! | `cells.scrap.collected`, `anode.natural_share` | series | share | error |
//! | `treatment.{class}.stored`, `.exported`, `.untreated` | series | share | fixed 0 |
//! | `{stage}.later` | series | t/yr | fixed 0 |
//! | `{stage}.utilisation` | series | share | error |
//! | `{stage}.realisation`, `{stage}.ramp_up` | scalar | share; yr, whole | error |
//! | `preprocessing.black_mass.{element}` | scalar | share | error |
//! | `preprocessing.black_mass.other.{class}` | scalar | share | error; class `other` fixed 0 |
//! | `preprocessing.fraction.{element}` | scalar | share | fixed 0 |
//! | `preprocessing.fraction.other.{class}` (steel, plastics) | scalar | share | fixed 0 |
//! | `black_mass.exported` (unrefined) | series | share | fixed 0 |
//! | `refining.route_share.{class}.{route}`, `refining.yield.{route}.{class}.{material}` | series | share | fixed 0 |
//!
//! # Uncertainty in words
//! A scalar, or a series given as one value, has a `value`, which is the central
//! case (draw 0), and a `prior` around it. All numbers are in the `unit` of the
//! quantity but shares of probability, `relative_sd` (a fraction, or text such as
//! `"30 %"`) and `shape`.
//!
//! | `prior =` | the law | said by |
//! |---|---|---|
//! | `"grade"`, or no word | lognormal, of a share logit-normal; the value is the median | `grade`, by `[grades]` |
//! | `"fixed"` | does not vary | |
//! | `"pert"`, `"triangular"` | between two bounds, the value most likely | `low`, `high` |
//! | `"uniform"`, `"log_uniform"` | every value, every order of magnitude equally likely | `low`, `high` |
//! | `"normal"` | the value is the mean | `sd`, `relative_sd`, `range_90` or `range_95` |
//! | `"lognormal"` | the value is the median | `relative_sd`, `range_90` or `range_95` |
//! | `"logit_normal"` (shares) | the value is the median | `range_90` or `range_95` |
//! | `"beta"` (shares), `"gamma"` | the value is the mean | `sd` or `relative_sd` |
//! | `"weibull"` | the value is the median | `shape` |
//! | `"discrete"` | some values | `values`, `probabilities` |
//! | `"empirical"` | a sample, linear between its numbers | `values` |
//!
//! `range_90 = [low, high]` says how wide the law is: its ends lie 2·1.645
//! standard deviations apart on the scale of the law (plain, logarithm, logit);
//! `range_95`, 2·1.960. They are the 5 % and 95 % quantiles if the value is in
//! the middle on that scale. `truncate = [low, high]` confines any law but
//! `"fixed"`. Laws that reach further are confined to 0 to 1 for a share, to 0
//! and more for any other quantity. [`Scalar::law`] is the result.
//!
//! A series by year has a level error, one number per draw for all years, by
//! its grades and `projection_spread`, and `noise` from year to year after the
//! last observation: `process = "persistent"` (the default, with
//! `persistence`), `"random_walk"`, or `"reverting"` (with a `rate` per year).
//! See [`Noise`] for what `sd` means; deviations multiply, or for a share are
//! added to the logit. The shares of chemistries have a `tilt` or a `dirichlet`
//! law of their last year, by `concentration` or by the `sd` of the share of one
//! `chemistry`; see [`DirichletShares`].
//!
//! A series by year can also have `outages`, `jumps` and `regimes` ([`Events`]),
//! and a share series `adoption` in place of data ([`Adoption`]). `[price.nickel]`,
//! `.lithium`, `.cobalt` or `.graphite` is a fitted price from a known start
//! ([`MarketPrice`]). The words are in [`randomness`](crate::randomness), section
//! "In scenario files".
//!
//! ```toml
//! [cells.scrap]                    # each with its source and grade
//! start = { unit = "1", value = 0.43, prior = "lognormal", relative_sd = "30 %", source = "guess", grade = "C" }
//! mature = { unit = "1", value = 0.05, prior = "lognormal", range_90 = [0.03, 0.09], truncate = [0.02, 0.2], source = "guess", grade = "C" }
//! time = { unit = "yr", value = 2.4, prior = "gamma", sd = 0.8, source = "guess", grade = "D" }
//!
//! [second_life]
//! health = { unit = "%", value = 80, prior = "beta", sd = 4, source = "guess", grade = "D" }
//! market_share = { unit = "share", value = 0.1, prior = "discrete", values = [0, 0.1, 0.3], probabilities = [0.2, 0.5, 0.3], source = "guess", grade = "D" }
//!
//! [segment.home_storage.placed]    # and its [[data]]
//! unit = "GWh/yr"
//! noise = { process = "reverting", sd = "20 %", rate = 0.4, source = "guess", grade = "D" }
//!
//! [segment.bev_car.chemistry_share] # and its [[data]]
//! unit = "%"
//! dirichlet = { chemistry = "LFP", sd = 15, observed = "10 %", source = "guess", grade = "D" }
//!
//! [[correlation]]                  # spearman, kendall, or pearson of the underlying normals
//! kind = "spearman"
//! quantities = ["eu.cells.scrap.start", "eu.cells.scrap.mature"]
//! matrix = [[1, 0.7], [0.7, 1]]
//! repair = false                   # true: take the nearest possible matrix
//! source = "guess"
//! grade = "D"
//!
//! [[observation]]                  # to weigh draws by
//! series = "recovered"             # a reported series of the region
//! region = "eu"                    # not needed in a file of one region
//! material = "copper"              # or segment, as the series has them
//! year = 2023
//! value = 1.2
//! unit = "kt/yr"
//! relative_sd = "20 %"             # or sd, in the unit
//! source = "paper"
//! grade = "B"
//!
//! [run]                            # for whoever runs the file; each may be left out
//! draws = 20000
//! seed = 1
//! design = "latin_hypercube"       # or monte_carlo, sobol, one_at_a_time, full_factorial
//! freeze = "aleatory"              # or epistemic
//! prior_scale = 0.5                # half the spread of every prior
//! ```
//!
//! Designs have settings of their own: `pinned` (Sobol'), `levels` and `vary` (one
//! at a time, full factorial), and `samples = "rows.csv"` is a design, too; see
//! [`DesignWord`](crate::sampling::design::DesignWord).
//!
//! A correlation is of quantities that vary; a series takes part with its level
//! error, an adoption with its midpoint. What holds for a technology everywhere (`chemistry.*`,
//! `intensity_factor.*`, `*.lifetime.battery.*`, `*.realisation`) has one random
//! number in all regions and may stand in one correlation only.
//!
//! # Including files
//! `include = ["japan.toml", "eu.toml"]` in a file without `region` makes one
//! scenario of several regions; the file may add policies whose levers name
//! `<region>.<key>`. A policy of the same name in a part applies to its region,
//! and a region that lacks it keeps its `baseline`. A policy of the including
//! file builds on the one that it `extends`, else on the one of its own name in
//! the parts. Correlations and observations are added to those of the parts;
//! `[run]` is the including file's alone.
//!
//! `include = ["eu.toml"]` in a file with `region` makes a pathway: all of the
//! included file, where each quantity, lifetime with a law, chemistry, price, policy,
//! `[[plant]]` list and `[[target]]` list that the including file gives
//! replaces the included one whole; likewise all `[[correlation]]` or
//! `[[observation]]` tables.
//!
//! Paths are relative to the including file. Only regular files are read.
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
mod events;
mod grade;
mod law;
mod lifetime;
mod number;
mod observation;
mod plant;
mod policy;
mod price;
mod read;
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

use std::collections::BTreeMap;
use std::path::Path;

pub use self::adoption::Adoption;
pub use self::chemistry::Chemistry;
pub(crate) use self::correlation::stream;
pub use self::correlation::{Correlation, CorrelationKind};
pub use self::events::{Events, Jumps, Lasting, Outages, RegimeState, RegimeSwitch, Regimes};
pub use self::grade::Grade;
pub(crate) use self::law::{log_sd, logit_sd};
pub use self::lifetime::{Law, Lifetime};
pub use self::number::{Number, NumberKind};
pub use self::observation::Observation;
pub use self::plant::{Plant, Stage, Status};
pub use self::policy::{Lever, Policy};
pub use self::price::MarketPrice;
pub use self::region::Region;
pub use self::reported::SERIES;
pub(crate) use self::reported::{OTHERS, VALUE};
pub use self::run::Run;
pub use self::scalar::{Prior, Scalar};
pub use self::segment::{PORTABLE_SEGMENT, ROUTES, SEGMENTS, STORAGE_SEGMENTS, VEHICLE_SEGMENTS};
pub use self::series::{Noise, NoiseProcess, Series};
pub use self::shares::{DirichletShares, ShareSeries};
pub use self::target::{Denominator, Measure, ScrapRule, Target};
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
