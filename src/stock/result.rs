//! What the models return.

use super::survival::offset;
use crate::maths::max;

/// A quantity by step and cohort.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohorts {
    steps: usize,
    values: Vec<f64>,
}

impl Cohorts {
    pub(super) fn zeros(steps: usize) -> Self {
        Self { steps, values: vec![0.0; steps * (steps + 1) / 2] }
    }

    pub(super) fn set(&mut self, t: usize, c: usize, value: f64) {
        self.values[offset(self.steps, c) + t - c] = value;
    }

    /// The value of cohort `c` in step `t`, 0 if `t < c`; none if `t` is not a
    /// step.
    #[must_use]
    pub fn at(&self, t: usize, c: usize) -> Option<f64> {
        let value = || if t < c { 0.0 } else { self.values[offset(self.steps, c) + t - c] };
        (t < self.steps).then(value)
    }
}

/// The part of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeStocks {
    /// New products entering, per year.
    pub inflow: Vec<f64>,
    /// Products leaving use, early retirement included, per year.
    pub outflow: Vec<f64>,
    /// In stock at the end of the step.
    pub stock: Vec<f64>,
    /// Stock by cohort at the end of the step, if kept.
    pub stock_by_cohort: Option<Cohorts>,
    /// Outflow by cohort, per year, if kept.
    pub outflow_by_cohort: Option<Cohorts>,
}

/// The outcome of a cohort model, for every step of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Stocks {
    /// New products entering, per year.
    pub inflow: Vec<f64>,
    /// Products leaving use, early retirement included, per year.
    pub outflow: Vec<f64>,
    /// The part of the outflow that is early retirement, per year.
    pub retired: Vec<f64>,
    /// Used products imported, per year.
    pub imports: Vec<f64>,
    /// Used products exported, per year.
    pub exports: Vec<f64>,
    /// In stock at the end of the step.
    pub stock: Vec<f64>,
    /// The same by type.
    pub by_type: Vec<TypeStocks>,
    /// Length of the steps, in years.
    pub(super) lengths: Vec<f64>,
}

impl Stocks {
    /// The change of stock in each step.
    #[must_use]
    pub fn stock_change(&self) -> Vec<f64> {
        let before = std::iter::once(&0.0).chain(&self.stock);
        self.stock.iter().zip(before).map(|(now, before)| now - before).collect()
    }

    /// The largest |Δstock − (inflow + imports − outflow − exports)·length|,
    /// relative to the largest stock or throughput. The stock is summed over
    /// cohorts, so this is a test, not an identity.
    #[must_use]
    pub fn balance_residual(&self) -> f64 {
        let both =
            |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
        let entering = both(&self.inflow, &self.imports);
        let leaving = both(&self.outflow, &self.exports);
        residual(&self.stock, &self.lengths, &[(&entering, &leaving)])
    }
}

/// The outcome of [`product_component`](super::product_component). Flows are
/// per year; there are as many components in stock as products.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProductComponentFlows {
    /// Products (and components) in stock at the end of the step.
    pub stock: Vec<f64>,
    /// New products.
    pub product_inflow: Vec<f64>,
    /// New components, in new products and as replacements.
    pub component_inflow: Vec<f64>,
    /// Products leaving use.
    pub product_outflow: Vec<f64>,
    /// Components leaving use: failed, or lost with their product and not
    /// reused.
    pub component_outflow: Vec<f64>,
    /// Components that failed, whether their product stayed or not.
    pub failed_components: Vec<f64>,
    /// Replacements by new components.
    pub replaced_with_new: Vec<f64>,
    /// Replacements by reused components.
    pub replaced_with_reused: Vec<f64>,
    /// Reused components in new products.
    pub reused_in_new_products: Vec<f64>,
    /// Sound components of products that left, not reused.
    pub available_components: Vec<f64>,
    /// The last stock by product cohort.
    pub final_stock_by_product_cohort: Vec<f64>,
    /// The last stock by component cohort.
    pub final_stock_by_component_cohort: Vec<f64>,
    pub(super) lengths: Vec<f64>,
}

impl ProductComponentFlows {
    /// The largest residual of the product and the component balance, relative
    /// to the largest stock or throughput.
    #[must_use]
    pub fn balance_residual(&self) -> f64 {
        let products = (&self.product_inflow[..], &self.product_outflow[..]);
        let components = (&self.component_inflow[..], &self.component_outflow[..]);
        residual(&self.stock, &self.lengths, &[products, components])
    }
}

/// The largest |Δstock − (in − out)·length| over pairs of yearly flows,
/// relative to the largest stock or throughput.
fn residual(stock: &[f64], lengths: &[f64], flows: &[(&[f64], &[f64])]) -> f64 {
    let (mut worst, mut largest) = (0.0, 0.0);
    for (entering, leaving) in flows {
        let mut before = 0.0;
        for (((now, length), i), o) in stock.iter().zip(lengths).zip(*entering).zip(*leaving) {
            worst = max(worst, (now - before - (i - o) * length).abs());
            largest = max(largest, max(now.abs(), max(i.abs(), o.abs()) * length));
            before = *now;
        }
    }
    if largest > 0.0 { worst / largest } else { 0.0 }
}
