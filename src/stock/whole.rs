//! Product and component in whole-horizon form.
//!
//! Per product entered, at age a in steps, with V the survival of products, F
//! and R that of first and of replacing components and w(a) the replacements:
//!
//! ```text
//! w(a) = ρ(a)·[F(a−1) − F(a) + Σ_{j<a} w(j)·(R(a−1−j) − R(a−j))]
//! K(a) = V(a)·[F(a) + Σ_{j≤a} w(j)·R(a−j)]
//! ```
//!
//! K is what is left in stock, so the products are a cohort stock with the
//! survival K.

use super::core::stock_driven;
use super::grid::Grid;
use super::options::{NegativeInflow, StockOptions};
use super::product::Drive;
use super::product_options::{FirstStep, ProductComponentOptions};
use super::result::ProductComponentFlows;
use super::survival::Survival;
use crate::error::Error;
use crate::maths::min;

/// What happens per product entered, by age in steps.
struct Kernels {
    /// V.
    product: Vec<f64>,
    /// F.
    first: Vec<f64>,
    /// R.
    replacing: Vec<f64>,
    /// w, before the survival of the product.
    replaced: Vec<f64>,
    /// K.
    left: Vec<f64>,
    failed: Vec<f64>,
    /// Sound components of products that left.
    available: Vec<f64>,
}

impl Kernels {
    fn new(product: &[f64], component: &[f64], options: &ProductComponentOptions) -> Self {
        let steps = product.len();
        let protected = |s: &[f64]| -> Vec<f64> {
            let share = |x: &f64| if s[0] > 0.0 { x / s[0] } else { 0.0 };
            let mut shares: Vec<f64> = s.iter().map(share).collect();
            shares[0] = 1.0;
            shares
        };
        let (v, f, r) = match options.first_step {
            FirstStep::Exposed => (product.to_vec(), component.to_vec(), component.to_vec()),
            FirstStep::Protected | FirstStep::OfNewStock => {
                let shares = protected(component);
                (protected(product), shares.clone(), shares)
            }
            FirstStep::WholeStep => {
                let mut late = vec![1.0];
                late.extend(&component[..steps - 1]);
                (product.to_vec(), component.to_vec(), late)
            }
        };
        let repaired_at_once = options.first_step == FirstStep::WholeStep;
        let share = |a: usize| match options.replacement {
            Some(r) if r.age_limit.is_none_or(|limit| a < limit) => r.share,
            _ => 0.0,
        };
        let mut k = Self {
            product: v,
            first: f,
            replacing: r,
            replaced: Vec::with_capacity(steps),
            left: Vec::with_capacity(steps),
            failed: Vec::with_capacity(steps),
            available: Vec::with_capacity(steps),
        };
        let mut above = 1.0;
        for a in 0..steps {
            let (before, first_before) = match a {
                0 => (1.0, 1.0),
                _ => (k.product[a - 1], k.first[a - 1]),
            };
            let (mut failing, mut working) = (first_before - k.first[a], k.first[a]);
            for (j, w) in k.replaced.iter().enumerate() {
                failing += w * (k.replacing[a - 1 - j] - k.replacing[a - j]);
                working += w * k.replacing[a - j];
            }
            let w = if a > 0 || repaired_at_once { share(a) * failing } else { 0.0 };
            let (now, new) = (k.product[a], k.replacing[0]);
            k.failed.push(before * failing + now * w * (1.0 - new));
            k.available.push((before - now) * working);
            k.replaced.push(w);
            above = min(above, now * (working + w * new));
            k.left.push(above);
        }
        k
    }
}

pub(super) fn run(
    grid: &Grid,
    drive: Drive,
    product: &[f64],
    component: &[f64],
    options: &ProductComponentOptions,
) -> Result<ProductComponentFlows, Error> {
    let steps = grid.steps();
    let length = grid.length(0);
    let kernels = Kernels::new(product, component, options);
    // of every new stock, failures counted on top (0 except by convention)
    let extra = match options.first_step {
        FirstStep::OfNewStock => 1.0 - product[0] * component[0],
        _ => 0.0,
    };
    let entering: Vec<f64> = match drive {
        Drive::Inflow(inflow) => inflow.iter().map(|i| i * length / (1.0 + extra)).collect(),
        Drive::Stock(stock) => {
            let survival = [Survival::from_ages(&kernels.left)?];
            // otherwise repairs must be capped, step by step
            let strict =
                StockOptions { negative_inflow: NegativeInflow::Error, ..Default::default() };
            let model = stock_driven(grid, stock, &survival, &strict)?;
            model.inflow.iter().map(|i| i * length).collect()
        }
    };
    let sum = |kernel: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let at = |t: usize| (0..=t).map(|p| entering[p] * kernel(t - p)).sum();
        (0..steps).map(at).collect()
    };
    let yearly = |amounts: Vec<f64>| amounts.into_iter().map(|x| x / length).collect::<Vec<f64>>();
    let on_top = |flow: Vec<f64>| -> Vec<f64> {
        flow.iter().zip(&entering).map(|(x, e)| x + extra * e / length).collect()
    };
    let k = &kernels;
    let before = |a: usize| if a > 0 { k.left[a - 1] } else { 1.0 };
    let new_products = yearly(entering.clone());
    let replaced = yearly(sum(&|a| k.product[a] * k.replaced[a]));
    let failed = yearly(sum(&|a| k.failed[a]));
    let available = yearly(sum(&|a| k.available[a]));
    let with = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    let late = usize::from(options.first_step == FirstStep::WholeStep);
    let last = steps - 1;
    let by_component = |c: usize| -> f64 {
        // first components of product cohort c, and replacements
        let first = match c {
            _ if c > last => 0.0,
            _ => entering[c] * k.product[last - c] * k.first[last - c],
        };
        let of = |p: usize| {
            let a = c - late - p;
            entering[p] * k.product[last - p] * k.replaced[a] * k.replacing[last - p - a]
        };
        first + (0..(c + 1 - late.min(c + 1))).map(of).sum::<f64>()
    };
    Ok(ProductComponentFlows {
        stock: sum(&|a| k.left[a]),
        product_outflow: on_top(yearly(sum(&|a| before(a) - k.left[a]))),
        component_inflow: on_top(with(&new_products, &replaced)),
        component_outflow: on_top(with(&failed, &available)),
        product_inflow: on_top(new_products),
        failed_components: failed,
        replaced_with_new: replaced,
        replaced_with_reused: vec![0.0; steps],
        reused_in_new_products: vec![0.0; steps],
        available_components: available,
        final_stock_by_product_cohort: (0..steps).map(|p| entering[p] * k.left[last - p]).collect(),
        final_stock_by_component_cohort: (0..steps + late).map(by_component).collect(),
        lengths: vec![length; steps],
    })
}
