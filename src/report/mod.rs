//! Writing an outcome down: tables and a page with charts for people
//! ([`HtmlReport`], [`svg`]), CSV and a manifest for programs, files that are
//! written whole or not at all.
//!
//! Everything is first made as text in memory; [`write_files`] is the only
//! function that touches a disk.
//!
//! # Examples
//! ```
//! use blackmass::{Ensemble, Plan, System, report, system::var};
//! let mut b = System::builder("one flow", 2020..=2030);
//! b.constant("eu.scrap", &[], 10.0).variable("eu.collected", var("eu.scrap") * 0.5);
//! b.observe("eu.collected", "t/yr");
//! let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(64).run()?;
//! let csv = report::csv(&outcome)?;
//! assert!(csv.lines().any(|l| l == "baseline,eu,collected,,,,2025,t/yr,5,0,5,5,5,5,5"));
//! # Ok::<(), blackmass::Error>(())
//! ```

mod atomic;
#[cfg(feature = "scenario")]
mod cells;
mod csv;
#[cfg(feature = "scenario")]
mod differences;
mod effects;
mod grid;
#[cfg(feature = "scenario")]
mod html;
mod iamc;
mod kept;
mod links;
#[cfg(feature = "scenario")]
mod manifest;
mod number;
#[cfg(feature = "scenario")]
mod points;
#[cfg(feature = "scenario")]
mod quantities;
mod sankey;
mod sensitivity;
pub mod svg;
#[cfg(feature = "scenario")]
mod table;
#[cfg(feature = "scenario")]
mod targets;
#[cfg(feature = "scenario")]
mod view;
#[cfg(feature = "scenario")]
mod weighed;

pub use crate::csv::field;
#[cfg(feature = "scenario")]
pub use crate::lifecycle::Detail;
pub use atomic::write_files;
pub(crate) use atomic::{remove_left_over, write_whole};
pub use csv::{COLUMNS, csv};
pub use effects::{EFFECT_COLUMNS, effects_csv, effects_table};
pub use grid::{Grid, wrapped};
#[cfg(feature = "scenario")]
pub use html::{HtmlReport, RankByYear, Sensitivity, SensitivityRow};
pub use iamc::{IamcNames, iamc};
pub use kept::{Draws, INDEX_COLUMNS, MAX_NUMBERS, draws, experiments, outcomes};
pub use links::{Link, links, sankey_csv};
#[cfg(feature = "scenario")]
pub use manifest::{RunNotes, manifest, manifest_of_files};
pub use number::{exact, grouped, significant};
#[cfg(feature = "scenario")]
pub use points::{points, points_csv, points_series};
#[cfg(feature = "scenario")]
pub use sankey::sankey;
pub use sankey::{Band, BandKind, Node, NodeKind, Sankey};
pub use sensitivity::{prcc_table, tornado_table};
#[cfg(feature = "scenario")]
pub use table::{heading, table};
#[cfg(feature = "scenario")]
pub use targets::wilson;
#[cfg(feature = "scenario")]
pub use view::YEARS;
#[cfg(feature = "scenario")]
pub use weighed::weighed;
