//! A product with an exchangeable component: checks and choice of form.

use super::check;
use super::grid::Grid;
use super::product_options::{FirstStep, Form, ProductComponentOptions, ReuseInto};
use super::result::ProductComponentFlows;
use super::survival::Survival;
use super::{stepped, whole};
use crate::error::{Error, argument};

/// What is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drive<'a> {
    /// New products, per year.
    Inflow(&'a [f64]),
    /// Products in stock at the end of each step.
    Stock(&'a [f64]),
}

/// A product and its component, such as a vehicle and its battery, that fail
/// independently (or with shared frailty). `None` in place of a table: it never
/// fails by itself.
///
/// With hazards h^P and h^C on the stock S(p, c) of product cohort p and
/// component cohort c, in each step S·h^P·h^C fail together, S·h^P·(1−h^C)
/// lose the product and S·(1−h^P)·h^C the component only (E12). Of the latter a share
/// gets another component; of the former a share of the components is reused.
/// With a given stock, repairs and reuse never exceed what is missing: the
/// oldest products and components go without first.
///
/// For a constant hazard use [`LifetimeLaw::discrete_hazard`] with one value.
///
/// # Errors
/// If a length does not fit, a value is not finite or negative, neither product
/// nor component can fail, options exclude each other, or a stock cannot be
/// met; the first offending index is named.
///
/// [`LifetimeLaw::discrete_hazard`]: crate::lifetime::LifetimeLaw::discrete_hazard
///
/// # Examples
/// ```
/// use blackmass::{lifetime::LifetimeLaw, stock::*, uncertainty::MeanShape};
/// let grid = Grid::years(30)?;
/// let table = |mean| {
///     let law = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean, shape: 3.5 })?;
///     Survival::new(&grid, &Lifetimes::Constant(law), Timing::Middle)
/// };
/// let options = ProductComponentOptions {
///     replacement: Some(Replacement { share: 0.8, age_limit: Some(12) }),
///     ..Default::default()
/// };
/// let sales = [100.0; 30];
/// let flows = product_component(
///     &grid, Drive::Inflow(&sales), Some(&table(15.0)?), Some(&table(10.0)?), &options,
/// )?;
/// assert!(flows.component_inflow[29] > 100.0);
/// assert!(flows.balance_residual() < 1e-12);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn product_component(
    grid: &Grid,
    drive: Drive,
    product: Option<&Survival>,
    component: Option<&Survival>,
    options: &ProductComponentOptions,
) -> Result<ProductComponentFlows, Error> {
    let steps = grid.steps();
    match drive {
        Drive::Inflow(series) => check::series("inflow", series, steps)?,
        Drive::Stock(series) => check::series("stock", series, steps)?,
    }
    for table in [product, component].into_iter().flatten() {
        check::tables(std::slice::from_ref(table), steps)?;
    }
    checked(drive, product.is_none() && component.is_none(), options)?;
    let never = || Survival::from_ages(&vec![1.0; steps]);
    let product = product.map_or_else(never, |table| Ok(table.clone()))?;
    let component = component.map_or_else(never, |table| Ok(table.clone()))?;

    let exact = options.reuse.is_none() && options.frailty_variance == 0.0;
    let by_age = product.by_age().zip(component.by_age()).filter(|_| exact);
    match (options.form, by_age) {
        (Form::Stepped, _) | (Form::Auto, None) => {
            stepped::run(grid, drive, &product, &component, options)
        }
        (Form::WholeHorizon, None) => Err(argument(
            "the whole-horizon form is not exact here",
            "form",
            "reuse, frailty, or lifetimes that differ by cohort or year",
            "equal steps, one law each, neither reuse nor frailty",
            "choose Form::Auto",
        )),
        (Form::WholeHorizon, Some((p, c))) => whole::run(grid, drive, p, c, options),
        (Form::Auto, Some((p, c))) => match whole::run(grid, drive, p, c, options) {
            // repairs may have to be capped
            Err(_) => stepped::run(grid, drive, &product, &component, options),
            done => done,
        },
    }
}

fn checked(drive: Drive, endless: bool, options: &ProductComponentOptions) -> Result<(), Error> {
    let exclusive = |key: &str, found: &str, allowed: &str| {
        Err(argument("options exclude each other", key, found, allowed, "change one of them"))
    };
    if endless {
        return Err(argument(
            "a lifetime that never ends: neither product nor component can fail",
            "product",
            "no lifetime at all",
            "a survival table for the product, the component or both",
            "pass at least one table",
        ));
    }
    if let Some(replacement) = &options.replacement {
        check::share("replacement.share".into(), replacement.share)?;
    }
    if let Some(reuse) = &options.reuse {
        check::share("reuse.share".into(), reuse.share)?;
    }
    let variance = options.frailty_variance;
    if !(variance == 0.0 || (1e-4..=20.0).contains(&variance)) {
        return Err(argument(
            "frailty: the variance is out of bounds",
            "frailty_variance",
            format!("{variance}"),
            "0, or 1e-4 to 20",
            "write the variance of a factor of mean 1",
        ));
    }
    let whole_step = options.first_step == FirstStep::WholeStep;
    if whole_step && matches!(drive, Drive::Stock(_)) {
        return exclusive("first_step", "WholeStep with a given stock", "an inflow");
    }
    let into_new = options.reuse.is_some_and(|r| r.into != ReuseInto::Used);
    if whole_step && into_new {
        return exclusive("reuse.into", "new products, with WholeStep", "ReuseInto::Used");
    }
    if options.first_step == FirstStep::OfNewStock && variance > 0.0 {
        return exclusive("first_step", "OfNewStock with frailty", "another first step");
    }
    Ok(())
}
