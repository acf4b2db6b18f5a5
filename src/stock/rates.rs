//! Stock and rates: no cohorts, a constant share of the stock leaves or enters.

use super::check;
use super::grid::Grid;
use crate::error::{Error, argument};

/// A constant share of the stock, per year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// What leaves: the death rate, or leaching.
    Leaving(f64),
    /// What enters: the birth rate.
    Entering(f64),
}

/// Flows without cohorts, per year.
#[derive(Clone, Debug, PartialEq)]
pub struct RateFlows {
    /// What enters; negative where the stock falls faster than it leaves.
    pub inflow: Vec<f64>,
    /// What leaves; negative where the stock grows faster than it enters.
    pub outflow: Vec<f64>,
}

/// The flows of a stock of which a constant share leaves or enters, counted on
/// the stock at the end of the step. The first stock is where the series
/// begins: its step has no flows. Cases 7 and 8 of the product–component
/// framework.
///
/// # Errors
/// If the length does not fit, a stock is negative or not finite, or the rate
/// is not a finite number of 0 or more.
///
/// # Examples
/// ```
/// use blackmass::stock::{Grid, Rate, rate_driven};
/// let flows = rate_driven(&Grid::years(3)?, &[10.0, 20.0, 30.0], Rate::Leaving(0.1))?;
/// assert_eq!((flows.outflow[1], flows.inflow[1]), (2.0, 12.0));
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn rate_driven(grid: &Grid, stock: &[f64], rate: Rate) -> Result<RateFlows, Error> {
    check::series("stock", stock, grid.steps())?;
    let (Rate::Leaving(share) | Rate::Entering(share)) = rate;
    if !(share.is_finite() && share >= 0.0) {
        return Err(argument(
            "a rate is out of bounds",
            "rate",
            format!("{share}"),
            "a finite number, 0 or more",
            "write the share of the stock, per year",
        ));
    }
    let (mut inflow, mut outflow) = (vec![0.0], vec![0.0]);
    for t in 1..stock.len() {
        let change = (stock[t] - stock[t - 1]) / grid.length(t);
        let flow = share * stock[t];
        inflow.push(if matches!(rate, Rate::Leaving(_)) { change + flow } else { flow });
        outflow.push(if matches!(rate, Rate::Leaving(_)) { flow } else { flow - change });
    }
    Ok(RateFlows { inflow, outflow })
}
