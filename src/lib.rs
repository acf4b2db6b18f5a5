//! Stochastic stock-and-flow simulation of battery materials: cohorts in use,
//! collection, recycling and their uncertainty, reproducible to the bit.
//!
//! # One question, from end to end
//!
//! How much lithium of the EU's end-of-life batteries comes back in 2040, with
//! what probability is a target of 2036 reached, and what would more collection
//! change? A scenario file becomes a scenario, a system, a plan, an ensemble and
//! an outcome; each arrow is one function.
//!
//! ```
//! use blackmass::{Ensemble, Plan, lifecycle, report, scenario::Scenario};
//!
//! // 1. Read. Files, units, sources, priors; no maths.
//! let scenario = Scenario::eu();
//! let eu = &scenario.regions()[0];
//! let target = eu.targets().iter().find(|t| t.year() == 2036).expect("a target of 2036");
//!
//! // 2. Declare. Processes, flows, stocks, parameters, under chosen policies.
//! let options = lifecycle::Options {
//!     policies: &["baseline", "more_collection"],
//!     ..lifecycle::Options::default()
//! };
//! let system = lifecycle::system_with(&scenario, &options)?;
//! assert!(system.flows().any(|(name, from, _)|
//!     name == "eu.flow.black_mass" && from == "eu.preprocessing"));
//!
//! // 3. Compile. Operations in order; what policies share is computed once.
//! let plan = Plan::compile(&system)?;
//!
//! // 4. Run. Draws, seed, threads; nothing about batteries.
//! let outcome = Ensemble::new(&plan).draws(512).seed(1).run()?;
//! assert!(outcome.worst_residual() < 1e-9);
//!
//! // 5. Read off. A band, ...
//! let recovered = outcome.report("baseline", "eu.recovered").expect("reported");
//! let lithium = recovered.element(&["lithium"]).expect("a material");
//! let in_2040 = recovered.summary(lithium, 2040).expect("within the horizon");
//! println!("{:.0} t, 5-95 %: {:.0} to {:.0}",
//!     in_2040.mean, in_2040.p05.value(), in_2040.p95.value());
//! // ... a probability, which is a count of draws, ...
//! let met = outcome.report("baseline", "eu.target.met").expect("reported");
//! let element = met.element(&[target.id()]).expect("a target");
//! let share = met.summary(element, 2036).expect("its year").mean;
//! let (p, low, high) = report::wilson((share * 512.0).round() as u32, 512);
//! assert!(low <= p && p <= high);
//! // ... and a difference, which is taken draw by draw.
//! let more = outcome.difference("more_collection", "eu.recovered").expect("compared");
//! let effect = more.summary(lithium, 2040).expect("within the horizon");
//! assert!(effect.mean > 4.0 * effect.standard_error(512));
//! # Ok::<(), blackmass::Error>(())
//! ```
//!
//! # Where to go from here
//!
//! | | |
//! |---|---|
//! | a scenario of one's own in ten minutes, with the command `blackmass` | [`guide::tutorial`] |
//! | every key of a scenario file | [`guide::format`](mod@guide::format) |
//! | the equations, numbered, with sources | [`guide::method`] |
//! | units, years, draws, names, signs | [`guide::conventions`] |
//! | our numbers beside published ones | [`validation`] |
//! | beside other tools; how fast | [`guide::comparison`]; [`performance`] |
//!
//! # The modules, from left to right
//!
//! ```text
//! scenario file ─► Scenario ─► System ─► Plan ─► Ensemble ─► Outcome ─► tables, files
//! ```
//!
//! Data flows left to right and never back.
//!
//! | step | type | what it knows |
//! |---|---|---|
//! | read | [`scenario::Scenario`] | files, units, sources, priors; no maths |
//! | declare | [`System`], made by [`lifecycle::system`] or by hand with [`System::builder`] | names, dimensions, processes, flows, stocks, policies |
//! | compile | [`Plan`] | operations in order, memory, what policies share |
//! | run | [`Ensemble`] | draws, seed, threads; nothing about batteries |
//! | read off | [`Outcome`] | statistics of every reported series, paired differences |
//! | show | [`report`] | tables, CSV, a page for the browser ([`report::HtmlReport`]), charts ([`report::svg`]), files for other tools ([`report::iamc()`], [`report::experiments()`], [`report::Sankey`]), a manifest |
//! | extend | [`system::Operation`] | what formulas cannot say; [`testkit`] checks that it keeps the promises below |
//! | ask | [`analysis`] | which input matters: one at a time ([`analysis::tornado()`]), all varying ([`analysis::prcc()`]); Shapley values over groups of levers, tail means, concentration |
//! | explain | [`guide`] | pages to read: a tutorial, the format, the equations, the conventions |
//!
//! The command `blackmass` (feature `cli`) has a sub-command for each step: `new` and
//! `check` a scenario, `explain` the system, `run` it, `compare` results.
//!
//! A researcher with another system starts at [`system`]: the same builder,
//! engine and statistics serve any material. Who needs only a cohort stock
//! starts at [`stock`]: plain functions on slices, the same mathematics, with
//! every convention of the field as an option ([`stock::conventions`]).
//!
//! # What one can rely on
//!
//! * **Mass balance.** Every process, element and step of every draw is
//!   checked; a residual above 1e-9 of the process's largest inflow is an
//!   error, and the worst one is part of the outcome.
//! * **Bits.** The same version, scenario and seed give the same digits for any
//!   number of threads and any instruction set. Streams are addressed by name
//!   ([`sampling`]): adding a parameter changes no other number.
//! * **Policies on the same states of the world.** All policies of a plan see
//!   the same draws; differences are taken draw by draw.
//! * **Designs.** Monte Carlo, Latin hypercube, Sobol', one at a time, full
//!   factorial or samples from a file ([`sampling::design`]); what is not known
//!   and what varies by chance can each be frozen; finished draws can be weighed
//!   by observations ([`Outcome::reweight`]). [`randomness`] has the whole
//!   contract on one page.
//! * **Long runs** can be watched, cancelled, killed and gone on with
//!   ([`Ensemble::checkpoint`]) or made in parts ([`Ensemble::run_shard`]): the bits
//!   are those of one run. What would not fit in memory does not start.
//! * **Draw 0 is the central case**: central numbers, noise zero. It is
//!   reported beside the statistics and is not part of them.
//! * **Errors, not panics.** [`Error`] lists everything that is wrong, with
//!   place, found, allowed and fix.
//!
//! # Conventions
//!
//! Steps are years; stocks are at the end of the year; flows are per year. The
//! inflow of a year enters at the start, in the middle or at the end of it
//! ([`InflowTiming`]); lifetimes on the whole real line are truncated at zero.
//! Means come from sums, quantiles from histograms of 254 bins whose error is
//! below the Monte Carlo error; a quantile outside the histogram is reported as
//! such.
//!
//! # What it does not do (yet)
//!
//! * Loops within a step that are not linear: variables feed back on each other
//!   through delays, or linearly ([`system`](system#loops)). Nothing is iterated
//!   until it converges.
//! * Systems with uneven steps: the functions in [`stock`] have them, the
//!   engine's steps are years.
//! * Markets: what outlets pay for black mass and where it goes is given, not
//!   found. Prices are not in the shipped scenarios; a file of one's own
//!   ([`scenario`]) or a system ([`process`]) can have them. No price has an effect
//!   on what is collected or recycled, and what is not supplied has none on what
//!   is sold.
//! * Whether a legal target is met by a battery model or a plant: recycled
//!   content is availability in the region ([`guide::method`], E34).
//! * Used vehicles into a region that is followed: they leave, and what they hold
//!   is counted where they go. A pack that is fitted again counts as new.
//! * Noises of a scenario file that are correlated within a year: level errors
//!   are ([`scenario::Correlation`]); noises can be in a system
//!   ([`SystemBuilder::correlate`]).
//! * Data reconciliation: observations weigh draws, they do not change data.
//! * Optimisation, life-cycle assessment, a graphical interface. It exports
//!   instead.
//!
//! # Features
//!
//! * `cli`: the command `blackmass`; nothing else of the crate changes.
//! * `scenario` (default): scenario files, the shipped scenarios and the
//!   battery life cycle; brings the TOML parser. Without it the crate is the
//!   builder, the engine and the statistics.

#![deny(missing_docs)]

pub mod analysis;
mod csv;
pub mod dependence;
mod engine;
pub mod ensemble;
mod error;
mod fnv;
#[cfg(feature = "scenario")]
pub mod guide;
pub mod lanes;
#[cfg(feature = "scenario")]
pub mod lifecycle;
pub mod lifetime;
pub mod maths;
pub mod process;
pub mod report;
pub mod sampling;
#[cfg(feature = "scenario")]
pub mod scenario;
pub mod stock;
pub mod system;
pub mod testkit;
pub mod uncertainty;

pub use engine::{InstructionSet, OperationCost, Plan, Series};
pub use ensemble::{Ensemble, Outcome, Progress, Shard};
pub use error::{Diagnostic, Error, ErrorKind};
pub use lifetime::{InflowTiming, Lifetime};
pub use system::{
    CohortModel, CohortStock, Facilities, ProductComponent, SharedFacilities,
    SteppedProductComponent, Stockpile, System, SystemBuilder,
};

/// Our numbers beside published ones, and why they differ.
#[doc = include_str!("../docs/validation.md")]
#[cfg(feature = "scenario")]
pub mod validation {}

/// What the memorandum between Japan and the European Union says, and what we
/// assumed.
#[doc = include_str!("../docs/memorandum.md")]
#[cfg(feature = "scenario")]
pub mod memorandum {}

/// The contract on random numbers, and what they cost and save.
#[doc = include_str!("../docs/uncertainty.md")]
pub mod randomness {}

/// How fast it is and why, what is not fast, and when to use something else.
#[doc = include_str!("../docs/performance.md")]
pub mod performance {}

/// The code of the README is compiled and run.
#[cfg(all(doctest, feature = "scenario"))]
#[doc = include_str!("../README.md")]
struct Readme;
