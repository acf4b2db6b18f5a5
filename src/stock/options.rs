//! Options of the cohort models.

use super::events::{CohortFlow, CohortShare};

/// What is in stock before the first driven step.
///
/// The grid begins with the steps of the past: an initial stock of h cohorts
/// occupies steps 0 to h−1, and the driving series covers the steps from h on.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Initial {
    /// Nothing; every step is driven.
    #[default]
    Empty,
    /// By cohort: `stock[g][c]` of cohort c and type g is left at the end of
    /// step h−1, h being the number of cohorts.
    ByCohort(Vec<Vec<f64>>),
    /// The total at the end of step `steps` − 1, ages unknown. They are taken
    /// to be those of an inflow that has grown by `growth` a year (0: constant
    /// inflow) for the `steps` steps before, so these should be as many as the
    /// longest lifetimes.
    Total {
        /// The stock, one value per type.
        stock: Vec<f64>,
        /// How many cohorts to spread it over.
        steps: usize,
        /// Relative growth of the past inflow, per year, above −1.
        growth: f64,
    },
}

/// What to do when a given stock falls faster than its cohorts leave, so that
/// the inflow would be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NegativeInflow {
    /// Report the first such step. A gap within rounding (1e-12 of the largest
    /// stock) counts as none.
    #[default]
    Error,
    /// Let the inflow be negative.
    Allow,
    /// No inflow; every cohort loses the same share more, also for its future.
    ScaleAllCohorts,
    /// No inflow; the oldest cohorts leave until the stock is met.
    OldestFirst,
}

/// Options of [`inflow_driven`](super::inflow_driven) and
/// [`stock_driven`](super::stock_driven). In a step, ageing comes first, then
/// early retirement, exports, imports, and the new inflow.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StockOptions {
    /// What is in stock before the first driven step.
    pub initial: Initial,
    /// The share of each type in the inflow of each driven step,
    /// `type_split[i][g]`; needed with more than one type.
    pub type_split: Option<Vec<Vec<f64>>>,
    /// Shares of cohorts retired early, at the end of the step.
    pub retirement: Vec<CohortShare>,
    /// Imports of used products, at the end of the step.
    pub imports: Vec<CohortFlow>,
    /// Exports of used products, at the end of the step.
    pub exports: Vec<CohortFlow>,
    /// What to do where the implied inflow is negative.
    pub negative_inflow: NegativeInflow,
    /// Whether to keep stock and outflow by cohort: steps²/2 numbers each.
    pub keep_cohorts: bool,
}
