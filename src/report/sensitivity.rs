//! Which inputs matter, as tables for people.

use super::grid::Grid;
use super::number::significant;
use crate::analysis::{Chosen, IntervalKind, Prcc, PrccByYear, Redundant, Tornado};
use crate::error::{Error, argument};

/// A tornado as a table: the inputs with the largest swings, at most `top`, with
/// the number at their low and high quantiles.
///
/// # Examples
/// ```
/// use blackmass::analysis::{Chosen, tornado};
/// use blackmass::{Plan, System, report, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2021);
/// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
/// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
/// let chosen = Chosen::new("baseline", "collected", &[], 2021);
/// let found = tornado(&Plan::compile(&b.build()?)?, &[chosen], [0.05, 0.95])?;
/// let text = report::tornado_table(&found[0], 10);
/// assert!(text.lines().last().unwrap().starts_with("rate"));
/// # Ok::<(), blackmass::Error>(())
/// ```
#[must_use]
pub fn tornado_table(tornado: &Tornado, top: usize) -> String {
    let Tornado { chosen, unit, central, levels: [low, high], bars } = tornado;
    let mut text = super::grid::wrapped(
        &format!("{}, {unit}: {} in the central case", title(chosen), significant(*central)),
        2,
    );
    let percent = |p: f64| format!("at {} %", significant(100.0 * p));
    let swing = "swing".to_owned();
    let mut grid = Grid::new([String::new(), percent(*low), percent(*high), swing]);
    for bar in bars.iter().take(top) {
        grid.row(&bar.input, [bar.at_low, bar.at_high, bar.swing].map(significant));
    }
    text += &grid.text();
    text
}

fn title(chosen: &Chosen) -> String {
    let Chosen { policy, difference, name, labels, year } = chosen;
    let labels = if labels.is_empty() { String::new() } else { format!("[{}]", labels.join(", ")) };
    let effect = if *difference { ", difference to the reference" } else { "" };
    format!("{name}{labels}, {year}, {policy}{effect}")
}

/// Partial rank correlations as a table: the strongest inputs in a year, at most
/// `top`, with their intervals. A `~` marks intervals from a formula instead of
/// resampled draws. Inputs without coefficients are named below.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the year has no
/// coefficients.
///
/// # Examples
/// ```
/// use blackmass::analysis::{PrccSettings, prcc_by_year};
/// use blackmass::{Ensemble, Plan, System, report, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2021);
/// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
/// b.noise("luck", &[]).variable("collected", var("rate") * 100.0 + var("luck") * 5.0);
/// b.observe("collected", "t/yr");
/// let plan = Plan::compile(&b.build()?)?;
/// let run = Ensemble::new(&plan).draws(500).keep("collected");
/// let (outcome, settings) = (run.run()?, PrccSettings::default());
/// let collected = outcome.report("baseline", "collected").unwrap();
/// let found = prcc_by_year(&run.samples()?, &outcome, collected, 0, &settings)?;
/// let text = report::prcc_table(&found, 2021, 10)?;
/// assert!(text.lines().last().unwrap().starts_with("rate"));
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn prcc_table(found: &PrccByYear, year: i32, top: usize) -> Result<String, Error> {
    let strongest = found.strongest(year);
    if strongest.is_empty() {
        let years: Vec<String> = found.years().iter().map(i32::to_string).collect();
        let message = "the year has no rank correlations";
        let fix = "choose a year that was kept and in which the series varies";
        return Err(argument(message, "year", year.to_string(), years.join(", "), fix));
    }
    let mut grid = Grid::new([year.to_string(), "PRCC".into(), "interval".into()]);
    let signed = |x: f64| format!("{}{:.3}", if x < 0.0 { "−" } else { "+" }, x.abs());
    for (name, x) in strongest.into_iter().take(top) {
        let about = if x.interval == IntervalKind::Formula { "~" } else { "" };
        let interval = format!("{about}{} to {}", signed(x.low), signed(x.high));
        grid.row(name, [signed(x.value), interval]);
    }
    Ok(grid.text() + &without(found.all()))
}

/// The inputs without coefficients, if there are some.
fn without(prcc: &Prcc) -> String {
    let named = |left: &crate::analysis::LeftOut| match &left.why {
        Redundant::Constant => format!("{} (constant)", left.name),
        Redundant::Same(other) => format!("{} (moves with {other})", left.name),
        Redundant::Sum => format!("{} (follows from others)", left.name),
    };
    let all: Vec<String> = prcc.left_out().iter().map(named).collect();
    if all.is_empty() {
        return String::new();
    }
    super::grid::wrapped(&format!("without: {}", all.join(", ")), 2)
}
