//! The headline answers, in sentences made from the numbers.

use super::page::{Column, Page, Place};
use super::{name_of, words};
use crate::error::Error;
use crate::report::cells;
use crate::report::svg::escape;
use crate::report::targets::{Reached, asked, percent, ratio, reached};
use crate::report::view::View;
use crate::scenario::{Denominator, Measure, ScrapRule, Target};
use std::fmt::Write as _;

/// What sentences on policies are about.
const MATERIALS: [&str; 2] = ["lithium", "nickel"];
/// Their year, if it is reported.
const YEAR: i32 = 2040;

pub(super) fn write(page: &mut Page, views: &[View]) -> Result<(), Error> {
    page.section(
        "answers",
        "Headline answers",
        "Every probability is a share of draws, conditional on the pathway of sales named above, \
         which is chosen and not forecast. Intervals in brackets after a probability are Wilson \
         95 % intervals: Monte Carlo error only. Recycled content is availability: what recyclers \
         put out, production scrap included, over what batteries contain, not whether a law is met.",
    );
    for view in views {
        page.heading(&name_of(view));
        let mut list = String::from("<ul class=\"answers\">");
        contents(view, &mut list)?;
        effects(view, &mut list)?;
        page.markup(&(list + "</ul>\n"));
    }
    Ok(())
}

/// The place of a target's number in the outcome.
pub(super) fn place_of<'a>(
    view: &View<'a>,
    policy: &str,
    series: &str,
    target: &Target,
) -> Option<Place<'a>> {
    let report = view.under(policy, series).ok()?;
    let element = report.element(&[target.id()])?;
    Some(Place { report, element, year: target.year() })
}

/// The chance that a target is reached, in per cent, with its interval.
pub(super) fn chance(view: &View, policy: &str, target: &Target, x: &Reached) -> String {
    let (p, low, high) = x.share;
    let shown = percent(p, 1);
    let shown = place_of(view, policy, "target.met", target)
        .map_or_else(|| shown.clone(), |place| place.shown(Column::Mean, &shown));
    format!("{shown}\u{a0}% ({}–{}\u{a0}%)", percent(low, 1), percent(high, 1))
}

/// The mean ratio with its band, in per cent.
pub(super) fn available(view: &View, policy: &str, target: &Target, x: &Reached) -> String {
    let Some(place) = place_of(view, policy, "target", target) else { return String::new() };
    format!(
        "{}\u{a0}% ({}–{}\u{a0}%)",
        place.shown(Column::Mean, &ratio(x.ratio)),
        place.shown(Column::P05, &ratio(x.low)),
        place.shown(Column::P95, &ratio(x.high))
    )
}

fn contents(view: &View, list: &mut String) -> Result<(), Error> {
    let targets = || {
        let all = view.region.targets().iter();
        all.filter(|t| t.measure() == Measure::RecycledContent)
    };
    let scrap = |t: &&Target| t.scrap() == Some(ScrapRule::Included);
    let placed = targets().filter(scrap).filter(|t| t.denominator() == Denominator::PlacedOnMarket);
    let names = view.report("recovered")?.series().labels.concat();
    let mut placed: Vec<&Target> = placed.collect();
    placed.sort_by_key(|t| (t.year(), t.material()));
    for target in placed {
        let policy = view.reference();
        let Some(x) = reached(view, policy, target)? else { continue };
        let material = target.material().and_then(|m| names.get(m)).map_or("", String::as_str);
        let _ = write!(
            list,
            "<li><b>{}: {} % from {}.</b> As much is available with a chance of <strong>{}</strong> \
             over what is placed on the market",
            escape(&capitalised(material)),
            asked(target.value()),
            target.year(),
            chance(view, policy, target, &x),
        );
        let same = |t: &&Target| {
            (t.material(), t.year(), t.value())
                == (target.material(), target.year(), target.value())
                && t.denominator() == Denominator::CellProduction
        };
        if let Some(other) = targets().filter(scrap).find(same)
            && let Some(x) = reached(view, policy, other)?
        {
            let _ = write!(
                list,
                ", of <strong>{}</strong> over the cells made here",
                chance(view, policy, other, &x)
            );
        }
        let _ = writeln!(
            list,
            ". Available over what is placed, mean and 5–95 % of draws: {}.{}</li>",
            available(view, policy, target, &x),
            first_year(view, material, target)
        );
    }
    if targets().any(|t| t.status() == "yardstick") {
        list.push_str(
            "<li>Here these are EU thresholds as yardsticks; no law asks for them.</li>\n",
        );
    }
    Ok(())
}

/// From which year on at least half, and at least 95 % of the draws have what a
/// target asks for.
fn first_year(view: &View, material: &str, target: &Target) -> String {
    let Ok(report) = view.report("recycled_content_placed") else { return String::new() };
    let Some(element) = report.element(&[material]) else { return String::new() };
    let from = |column: Column, who: &str| {
        let mut years = view.outcome.years().skip_while(|y| *y < target.year());
        let met = |year: &i32| {
            report.summary(element, *year).is_some_and(|x| column.of(x) >= target.value())
        };
        match years.find(met) {
            None => format!("{who} not by {}", view.outcome.years().end()),
            Some(year) => {
                let place = Place { report, element, year };
                let value = place.summary().map_or(0.0, |x| column.of(x));
                format!("{who} in {year} (with {}\u{a0}%)", place.shown(column, &ratio(value)))
            }
        }
    };
    format!(
        " First year from {} on with as much: {}, {}.",
        target.year(),
        from(Column::P50, "half of the draws"),
        from(Column::P05, "95 % of them")
    )
}

fn effects(view: &View, list: &mut String) -> Result<(), Error> {
    let year =
        if view.outcome.years().contains(&YEAR) { YEAR } else { *view.outcome.years().end() };
    for policy in view.policies.iter().skip(1) {
        let report = view.difference(policy, "recovered")?;
        let mut parts = Vec::new();
        for material in MATERIALS {
            let Some(element) = report.element(&[material]) else { continue };
            let place = Place { report, element, year };
            let Some(x) = place.summary() else { continue };
            let (low, high) = (x.p05.value(), x.p95.value());
            let ends = [x.mean, low, high].into_iter();
            let unit = cells::shown(&report.series().unit, ends, 99_995.0);
            let [mean, error] = cells::difference(x, &unit, view.outcome.draws());
            let signed = |v: f64, column| {
                let text = crate::report::significant(v / unit.scale);
                place.shown(column, &format!("{}{text}", if v > 0.0 { "+" } else { "" }))
            };
            parts.push(format!(
                "<strong>{}</strong> {} of {material} ({error} standard error; 5–95 % of draws {} \
                 to {})",
                place.shown(Column::Mean, &mean),
                escape(&unit.unit),
                signed(low, Column::P05),
                signed(high, Column::P95)
            ));
        }
        if !parts.is_empty() {
            let _ = writeln!(
                list,
                "<li><b>Policy {}, {year}:</b> recovered here, against {}, draw by draw: {}.</li>",
                escape(&words(policy)),
                escape(view.reference()),
                parts.join("; ")
            );
        }
    }
    Ok(())
}

/// A name as a sentence begins with it.
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
