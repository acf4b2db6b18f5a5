//! Questions to the draws of a run: what each group of levers is worth
//! together with the others, how bad the worst cases are on average, which
//! input an outcome follows, how concentrated a supply is.
//!
//! Everything here works on plain slices of draws, so that it serves draws
//! from elsewhere too; [`Coalitions`] makes those that Shapley values need.
//! Nothing here knows about batteries.
//!
//! | question | function |
//! |---|---|
//! | How is the effect of several measures shared among them? | [`Coalitions`], [`Shapley`], [`shapley`] |
//! | What is the mean of the worst five per cent? | [`expected_shortfall`] |
//! | Which input does the outcome follow most closely? | [`by_strength`], [`spearman`] |
//! | Which input moves the outcome most, by itself? | [`tornado`] |
//! | Which input does it follow when all vary, the others taken away? | [`prcc`], [`prcc_by_year`] |
//! | Both, for every input and year of a run | [`effects`] |
//! | How concentrated is a supply? | [`hhi`], [`Hhi::with_rest`] |
//!
//! # Examples
//! ```
//! use blackmass::analysis::{Worst, expected_shortfall, shapley, spearman};
//! // Two measures that need each other share what they bring.
//! let worth = shapley(2, |s| if s == 0b11 { 10.0 } else { 0.0 })?;
//! assert_eq!(worth, [5.0, 5.0]);
//! let draws = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
//! let shortfall = expected_shortfall(&draws, 0.75, Worst::High)?;
//! assert_eq!(shortfall.value.mean, 7.5);
//! assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, 8.0, 27.0])?, 1.0);
//! # Ok::<(), blackmass::Error>(())
//! ```

mod coalitions;
mod concentration;
mod effects;
mod estimate;
mod prcc;
mod rank;
mod shapley;
mod tail;
mod tornado;

pub use coalitions::{Coalitions, Payoffs, Wanted};
pub use concentration::{Hhi, hhi};
pub use effects::{Effect, Effects, Output, effects};
pub use estimate::Estimate;
pub use prcc::{
    IntervalKind, LeftOut, Partial, Prcc, PrccByYear, PrccSettings, Redundant, prcc, prcc_by_year,
};
pub use rank::{by_strength, ranks, spearman};
pub use shapley::{MAX_PLAYERS, Player, Shapley, shapley};
pub use tail::{Shortfall, Worst, expected_shortfall};
pub use tornado::{Bar, Chosen, Tornado, tornado};

use crate::error::{Error, argument};

/// An error if a number is not finite; `what` names the slice.
fn finite(what: &str, numbers: &[f64]) -> Result<(), Error> {
    let Some(at) = numbers.iter().position(|x| !x.is_finite()) else { return Ok(()) };
    Err(argument(
        "a number is not finite",
        what,
        format!("{} at position {at}", numbers[at]),
        "finite numbers",
        "remove or replace such numbers",
    ))
}
