//! Cohort stocks on plain slices, without a [`System`](crate::System).
//!
//! Three steps: a [`Grid`] says when the steps are, a [`Survival`] table says
//! what share of each cohort is left at the end of each step, and
//! [`inflow_driven`], [`stock_driven`] or [`product_component`] does the rest.
//! What published codes do differently is an option; [`conventions`] draws
//! each of them.
//!
//! Flows are per year, stocks are at the end of a step, times are in years.
//!
//! # Examples
//! ```
//! use blackmass::{lifetime::LifetimeLaw, uncertainty::MeanShape};
//! use blackmass::stock::{Grid, Lifetimes, Survival, Timing, inflow_driven, stock_driven};
//!
//! let grid = Grid::years(40)?;
//! let law = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?;
//! let survival = [Survival::new(&grid, &Lifetimes::Constant(law), Timing::Middle)?];
//!
//! let sales = vec![1000.0; 40];
//! let model = inflow_driven(&grid, &sales, &survival, &Default::default())?;
//! assert!((model.stock[39] - 12_000.0).abs() < 1.0);
//!
//! let back = stock_driven(&grid, &model.stock, &survival, &Default::default())?;
//! assert!(back.inflow.iter().all(|i| (i - 1000.0).abs() < 1e-8));
//! # Ok::<(), blackmass::Error>(())
//! ```

mod check;
mod core;
mod events;
mod frailty;
mod grid;
mod history;
mod options;
mod product;
mod product_options;
mod rates;
mod result;
mod stepped;
mod survival;
mod timing;
mod whole;

/// The conventions, drawn, and which published code uses which.
#[doc = include_str!("conventions.md")]
pub mod conventions {}

pub use core::{inflow_driven, stock_driven};
pub use events::{CohortFlow, CohortShare};
pub use grid::Grid;
pub use history::{Unreachable, inflow_from_age_structure};
pub use options::{Initial, NegativeInflow, StockOptions};
pub use product::{Drive, product_component};
pub use product_options::{
    FirstStep, Form, Matching, ProductComponentOptions, Replacement, Reuse, ReuseInto,
};
pub use rates::{Rate, RateFlows, rate_driven};
pub use result::{Cohorts, ProductComponentFlows, Stocks, TypeStocks};
pub use survival::{Lifetimes, Survival};
pub use timing::Timing;
