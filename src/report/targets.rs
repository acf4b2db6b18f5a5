//! Targets: the ratio each measures and the chance that it is reached.

use super::grid::{Grid, wrapped};
use super::number::{exact, grouped, significant};
use super::view::View;
use crate::error::Error;
use crate::scenario::{Denominator, Measure, ScrapRule, Target};
use std::fmt::Write as _;

/// The normal quantile of 97.5 %.
const Z: f64 = 1.959_963_984_540_054;
/// As many further policies fit the width.
const POLICIES: usize = 3;
/// The longest name of a target that is shown whole.
const NAME: usize = 36;

/// The share of `draws` in which something holds, exact, with the Wilson
/// interval of 95 % (E44): share, low, high. It measures the Monte Carlo error of
/// the share and nothing else; without draws it is (0, 0, 1).
///
/// # Examples
/// ```
/// let (share, low, high) = blackmass::report::wilson(50, 100);
/// assert_eq!(share, 0.5);
/// assert!((low - 0.404).abs() < 1e-3 && (high - 0.596).abs() < 1e-3);
/// ```
#[must_use]
pub fn wilson(holds: u32, draws: u32) -> (f64, f64, f64) {
    if draws == 0 {
        return (0.0, 0.0, 1.0);
    }
    let n = f64::from(draws);
    let p = f64::from(holds.min(draws)) / n;
    let below = 1.0 + Z * Z / n;
    let middle = (p + Z * Z / (2.0 * n)) / below;
    let half = Z / below * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let (low, high) = (middle - half, middle + half);
    // At the ends the interval touches 0 or 1 but for rounding.
    let low = if holds == 0 || low < 0.0 { 0.0 } else { low };
    let high = if holds >= draws || high > 1.0 { 1.0 } else { high };
    (p, low, high)
}

/// A target's numbers in its year under a policy.
pub(super) struct Reached {
    pub(super) ratio: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) share: (f64, f64, f64),
}

pub(super) fn reached(
    view: &View,
    policy: &str,
    target: &Target,
) -> Result<Option<Reached>, Error> {
    let ratio = view.under(policy, "target")?;
    let met = view.under(policy, "target.met")?;
    if !view.outcome.years().contains(&target.year()) {
        return Ok(None);
    }
    let at = |report: &crate::ensemble::Report| {
        let element = report.element(&[target.id()])?;
        report.summary(element, target.year()).copied()
    };
    let draws = view.outcome.draws();
    Ok(at(ratio).zip(at(met)).map(|(ratio, met)| {
        // A mean of ones and zeros: times the draws it is their count.
        let count = (met.mean * f64::from(draws)).round() as u32;
        let (low, high) = (ratio.p05.value(), ratio.p95.value());
        Reached { ratio: ratio.mean, low, high, share: wilson(count, draws) }
    }))
}

/// A share in per cent.
pub(super) fn percent(share: f64, decimals: usize) -> String {
    grouped(100.0 * share, decimals)
}

pub(super) fn chance((p, low, high): (f64, f64, f64)) -> String {
    format!("{} ({}–{})", percent(p, 1), percent(low, 1), percent(high, 1))
}

pub(super) fn ratio(x: f64) -> String {
    significant(100.0 * x)
}

/// What a target asks, in per cent, as short as it can be said: `6`, `2.5`.
pub(super) fn asked(target: f64) -> String {
    exact((100.0 * target * 1e6).round() / 1e6)
}

/// The recycled content as a matrix of its variants.
pub(super) fn contents(view: &View) -> Result<String, Error> {
    let variants = [
        (Denominator::PlacedOnMarket, ScrapRule::Included, "placed, scrap in"),
        (Denominator::PlacedOnMarket, ScrapRule::Excluded, "placed, scrap out"),
        (Denominator::CellProduction, ScrapRule::Included, "cells, scrap in"),
        (Denominator::CellProduction, ScrapRule::Excluded, "cells, scrap out"),
    ];
    let targets: Vec<&Target> =
        view.region.targets().iter().filter(|t| t.measure() == Measure::RecycledContent).collect();
    let mut rows: Vec<(usize, i32, f64)> = Vec::new();
    for target in &targets {
        let row = (target.material().unwrap_or(0), target.year(), target.value());
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows.sort_by_key(|row| (row.1, row.0));
    if rows.is_empty() {
        return Ok(String::new());
    }
    let names: Vec<String> = view.report("recovered")?.series().labels.concat();
    let mut grid = Grid::new(std::iter::once("").chain(variants.map(|v| v.2)).map(str::to_owned));
    for row in rows {
        let (mut chances, mut ratios) = (Vec::new(), Vec::new());
        for (denominator, scrap, _) in variants {
            let is = |t: &&&Target| {
                (t.material().unwrap_or(0), t.year(), t.value()) == row
                    && t.denominator() == denominator
                    && t.scrap() == Some(scrap)
            };
            let found = match targets.iter().find(is) {
                Some(target) => reached(view, view.reference(), target)?,
                None => None,
            };
            let dash = || ("-".to_owned(), "-".to_owned());
            let (p, r) = found.map_or_else(dash, |x| {
                (
                    chance(x.share),
                    format!("{} [{}–{}]", ratio(x.ratio), ratio(x.low), ratio(x.high)),
                )
            });
            chances.push(p);
            ratios.push(r);
        }
        let (material, year, value) = row;
        let name = names.get(material).map_or("", String::as_str);
        grid.row(&format!("{year} {name} {} %", asked(value)), chances);
        grid.row("     available", ratios);
    }
    let mut text = String::from(
        "\nRecycled content (availability: recovered over contained; not whether the law is met)\n\
         First line: chance in % that at least as much is available in the target's year: share of\n\
         draws, Wilson 95 % interval (Monte Carlo error only). Second line: mean ratio in %, 5–95 %.\n",
    );
    text += &grid.text();
    Ok(text + &notes(&targets))
}

/// One line per target: what is asked, the mean ratio, the chance under every
/// policy. The short form leaves out recycled content, which has its matrix.
pub(super) fn list(view: &View, full: bool) -> Result<String, Error> {
    let wanted = |t: &&Target| full || t.measure() != Measure::RecycledContent;
    let targets: Vec<&Target> = view.region.targets().iter().filter(wanted).collect();
    if targets.is_empty() {
        return Ok(String::new());
    }
    let others: Vec<&str> = view.policies[1..].iter().copied().take(POLICIES).collect();
    let letters = ["A", "B", "C"];
    let mut text = format!(
        "\n{}: mean ratio and chance P(ratio ≥ target) in the target's year\n\
         P: share of draws in %, Wilson 95 % interval in brackets (Monte Carlo error only)\n",
        if full { "All targets" } else { "Other targets" }
    );
    if !others.is_empty() {
        let names: Vec<String> =
            letters.iter().zip(&others).map(|(l, p)| format!("{l} {p}")).collect();
        let _ = writeln!(text, "P under {}; and under {}", view.reference(), names.join(", "));
    }
    if view.policies.len() > POLICIES + 1 {
        text += "The other policies are in outcome.csv.\n";
    }
    let mut statuses: Vec<&str> = Vec::new();
    for target in &targets {
        if !statuses.contains(&target.status()) {
            statuses.push(target.status());
        }
    }
    let heading = ["", "year", "target", "ratio", "P"].into_iter();
    let heading = heading.chain(letters.into_iter().take(others.len()));
    let mut grid = Grid::new(heading.map(str::to_owned));
    for status in statuses {
        grid.row(&format!("{status}:"), []);
        for target in targets.iter().filter(|t| t.status() == status) {
            let mut cells = vec![target.year().to_string(), format!("{} %", asked(target.value()))];
            match reached(view, view.reference(), target)? {
                None => cells.extend(["-", "not reported"].map(str::to_owned)),
                Some(x) => {
                    cells.extend([format!("{} %", ratio(x.ratio)), chance(x.share)]);
                    for policy in &others {
                        let share = reached(view, policy, target)?.map(|x| x.share.0);
                        cells.push(share.map_or_else(|| "-".to_owned(), |p| percent(p, 1)));
                    }
                }
            }
            let name: String = target.id().chars().take(NAME).collect();
            grid.row(&name, cells);
        }
    }
    text += &grid.text();
    text += &notes(&targets);
    if full {
        text += "\nWhat the targets say\n";
        for target in targets {
            text += &wrapped(&format!("{}: {}", target.id(), target.title()), 2);
        }
    }
    Ok(text)
}

/// A word on targets that are no law of the region.
fn notes(targets: &[&Target]) -> String {
    match targets.iter().any(|t| t.status() == "yardstick") {
        true => "Yardstick: a threshold of another region as a yardstick; no law of this one.\n"
            .to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_the_textbook_interval() {
        // R: prop.test(10, 100, correct = FALSE) and binom::binom.wilson.
        let (p, low, high) = wilson(10, 100);
        assert_eq!(p, 0.1);
        assert!((low - 0.055_229_1).abs() < 1e-6 && (high - 0.174_365_7).abs() < 1e-6);
        let (_, low, high) = wilson(0, 100);
        assert!(low == 0.0 && (high - 0.036_993_5).abs() < 1e-6, "{high}");
        assert_eq!(wilson(100, 100).2, 1.0);
        assert_eq!(wilson(0, 0), (0.0, 0.0, 1.0));
    }
}
