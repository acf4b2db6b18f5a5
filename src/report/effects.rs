//! `sensitivity.csv`, and what inputs do as a table for people.

use super::grid::Grid;
use super::number::{exact, significant};
use crate::analysis::{Effects, IntervalKind};
use crate::csv::field;
use crate::error::{Error, argument};

/// The columns of `sensitivity.csv`.
pub const EFFECT_COLUMNS: [&str; 12] = [
    "policy",
    "output",
    "unit",
    "input",
    "year",
    "central",
    "low",
    "high",
    "prcc",
    "prcc_low",
    "prcc_high",
    "prcc_interval",
];

/// The text of `sensitivity.csv`: a line for every result, input and year, with
/// the result in the central case and where the input alone is at its low and
/// its high quantile, and the partial rank correlation with its interval and
/// where that comes from (`bootstrap` or `formula`). The last four are empty
/// where there is none. Numbers are the shortest text that reads back as the
/// same.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if there is nothing to
/// write.
pub fn effects_csv(all: &[Effects]) -> Result<String, Error> {
    if all.iter().all(|effects| effects.inputs.is_empty()) {
        let fix = "declare parameters that are drawn";
        return Err(argument("there is nothing to write", "effects", "no input", "inputs", fix));
    }
    let mut text = EFFECT_COLUMNS.join(",") + "\n";
    for effects in all {
        let output = [&effects.output.policy, &effects.output.title(), &effects.unit];
        let output = output.map(|f| field(f)).join(",");
        for effect in &effects.inputs {
            let input = field(&effect.input);
            for year in &effects.years {
                let Some(at) = effects.year(*year) else { continue };
                let numbers = [effects.central[at], effect.low[at], effect.high[at]].map(exact);
                let rank = effect.rank[at].map_or_else(
                    || ",,,".to_owned(),
                    |x| {
                        let kind = match x.interval {
                            IntervalKind::Bootstrap => "bootstrap",
                            IntervalKind::Formula => "formula",
                        };
                        format!("{},{kind}", [x.value, x.low, x.high].map(exact).join(","))
                    },
                );
                text += &format!("{output},{input},{year},{},{rank}\n", numbers.join(","));
            }
        }
    }
    Ok(text)
}

/// The inputs with the largest swings in a year, at most `top`, with their rank
/// correlations; `~` marks an interval from a formula instead of resampled draws.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the year is not among
/// those of the effects.
pub fn effects_table(effects: &Effects, year: i32, top: usize) -> Result<String, Error> {
    let Some(at) = effects.year(year) else {
        let (first, last) = (effects.years.first(), effects.years.last());
        let allowed = format!("{} to {}", first.unwrap_or(&0), last.unwrap_or(&0));
        let fix = "choose another";
        return Err(argument("the year is not there", "year", year.to_string(), allowed, fix));
    };
    let central = significant(effects.central[at]);
    let title = format!("{}, {year}, {}", effects.output.title(), effects.unit);
    let under = &effects.output.policy;
    let text = super::grid::wrapped(&format!("{title}, {under}: {central} in the central case"), 2);
    let percent = |p: f64| format!("at {} %", (1e3 * p).round() / 10.0);
    let [low, high] = effects.levels.map(percent);
    let confidence = percent(effects.confidence).replace("at ", "");
    let mut grid = Grid::new([String::new(), low, high, "PRCC".into(), confidence]);
    let signed = |x: f64| format!("{}{:.3}", if x < 0.0 { "−" } else { "+" }, x.abs());
    let moving = effects.by_swing(year);
    for effect in moving.into_iter().filter(|e| effects.swing(e, year) > Some(0.0)).take(top) {
        let [rank, interval] = match effect.rank[at] {
            None => ["–", "–"].map(str::to_owned),
            Some(x) => {
                let about = if x.interval == IntervalKind::Formula { "~" } else { "" };
                [signed(x.value), format!("{about}{} to {}", signed(x.low), signed(x.high))]
            }
        };
        let [low, high] = [effect.low[at], effect.high[at]].map(significant);
        grid.row(&effect.input, [low, high, rank, interval]);
    }
    Ok(text + &grid.text())
}
