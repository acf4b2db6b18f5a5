//! The past inflow behind a stock of known age structure.

use super::check;
use super::grid::Grid;
use super::options::Initial;
use super::survival::Survival;
use crate::error::{Error, argument};
use crate::maths::{exp, ln_1p};

/// What to do with a stock in a cohort of which nothing can be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unreachable {
    /// Report the first such cohort.
    #[default]
    Error,
    /// Take its inflow as 0, as ODYM does; the stock is not reproduced.
    Drop,
}

/// The inflow, per year, that left `stock[c]` of each cohort c at the end of
/// the last of `stock.len()` steps: stock/S.
///
/// # Errors
/// If a stock is negative or not finite, there are more cohorts than steps, or
/// (unless [`Unreachable::Drop`]) a cohort has a stock although S is 0.
///
/// # Examples
/// ```
/// use blackmass::{lifetime::LifetimeLaw, stock::*};
/// let grid = Grid::years(3)?;
/// let law = LifetimeLaw::survival_table(&[1.0, 2.0, 3.0], &[0.8, 0.5, 0.0])?;
/// let survival = Survival::new(&grid, &Lifetimes::Constant(law), Timing::End)?;
/// let inflow = inflow_from_age_structure(&grid, &[1.0, 8.0, 3.0], &survival, Unreachable::Error)?;
/// assert!((inflow[0] - 2.0).abs() < 1e-15 && (inflow[1] - 10.0).abs() < 1e-15);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn inflow_from_age_structure(
    grid: &Grid,
    stock: &[f64],
    survival: &Survival,
    unreachable: Unreachable,
) -> Result<Vec<f64>, Error> {
    check::tables(std::slice::from_ref(survival), grid.steps())?;
    let amounts = entered(grid, stock, survival, unreachable, "stock")?;
    Ok(amounts.iter().enumerate().map(|(c, amount)| amount / grid.length(c)).collect())
}

/// The amounts, not yet per year, that entered.
fn entered(
    grid: &Grid,
    stock: &[f64],
    survival: &Survival,
    unreachable: Unreachable,
    name: &str,
) -> Result<Vec<f64>, Error> {
    if stock.is_empty() || stock.len() > grid.steps() {
        return Err(argument(
            "initial stock: wrong number of cohorts",
            name,
            format!("{} cohorts", stock.len()),
            format!("1 to {} cohorts, one per step of the past", grid.steps()),
            "begin the grid with the steps of the past",
        ));
    }
    check::series(name, stock, stock.len())?;
    let last = stock.len() - 1;
    let amount = |(c, &left): (usize, &f64)| {
        let share = survival.left(last, c);
        if share > 0.0 && (left / share).is_finite() {
            Ok(left / share)
        } else if left == 0.0 || unreachable == Unreachable::Drop {
            Ok(0.0)
        } else {
            Err(argument(
                "a stock no lifetime can meet: nothing of this cohort can be left",
                format!("{name}[{c}]"),
                format!("{left}"),
                "0 where the survival is 0",
                "lengthen the lifetime or move the stock to younger cohorts",
            ))
        }
    };
    stock.iter().enumerate().map(amount).collect()
}

/// For each type, the amounts that entered in the steps before the driven ones.
pub(super) fn past(
    grid: &Grid,
    initial: &Initial,
    survival: &[Survival],
) -> Result<Vec<Vec<f64>>, Error> {
    let types = |found: usize| {
        if found == survival.len() {
            return Ok(());
        }
        Err(argument(
            "initial stock: wrong number of types",
            "initial",
            format!("{found} types"),
            format!("{} types, one per survival table", survival.len()),
            "write one list per type",
        ))
    };
    match initial {
        Initial::Empty => Ok(vec![Vec::new(); survival.len()]),
        Initial::ByCohort(stock) => {
            types(stock.len())?;
            if let Some(g) = stock.iter().position(|s| s.len() != stock[0].len()) {
                return Err(argument(
                    "initial stock: types have different numbers of cohorts",
                    format!("initial[{g}]"),
                    format!("{} cohorts", stock[g].len()),
                    format!("{} cohorts, as the first type", stock[0].len()),
                    "write 0 for cohorts of which nothing is left",
                ));
            }
            let one = |(g, s): (usize, &Vec<f64>)| {
                let name = format!("initial[{g}]");
                entered(grid, s, &survival[g], Unreachable::Error, &name)
            };
            stock.iter().enumerate().map(one).collect()
        }
        Initial::Total { stock, steps, growth } => {
            types(stock.len())?;
            check::series("initial.stock", stock, survival.len())?;
            if *steps == 0 || *steps > grid.steps() || !(growth.is_finite() && *growth > -1.0) {
                return Err(argument(
                    "initial stock: ages cannot be assumed",
                    "initial",
                    format!("{steps} steps, growth {growth}"),
                    format!("1 to {} steps, a finite growth above -1", grid.steps()),
                    "begin the grid with the steps of the past",
                ));
            }
            let one = |(g, total): (usize, &f64)| {
                // (1 + g)^(time to the end of the past)
                let rate = ln_1p(*growth);
                let entering: Vec<f64> = (0..*steps)
                    .map(|c| grid.length(c) * exp(-rate * grid.age(steps - 1, c, 1.0)))
                    .collect();
                let left = entering.iter().enumerate();
                let sum: f64 = left.map(|(c, e)| e * survival[g].left(steps - 1, c)).sum();
                if *total > 0.0 && !(sum > 0.0 && (total / sum).is_finite()) {
                    return Err(argument(
                        "a stock no lifetime can meet: nothing of the past cohorts can be left",
                        format!("initial.stock[{g}]"),
                        format!("{total}"),
                        "a lifetime longer than a step",
                        "shorten the steps",
                    ));
                }
                let scale = if *total > 0.0 { total / sum } else { 0.0 };
                Ok(entering.into_iter().map(|e| e * scale).collect())
            };
            stock.iter().enumerate().map(one).collect()
        }
    }
}
