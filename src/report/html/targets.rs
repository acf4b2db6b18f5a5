//! The targets, with the ways in which recycled content can be counted.

use super::answers::{available, chance};
use super::page::{Page, table};
use super::{name_of, words};
use crate::error::Error;
use crate::report::svg::escape;
use crate::report::targets::{asked, reached};
use crate::report::view::View;
use crate::scenario::{Denominator, Measure, ScrapRule, Target};

const VARIANTS: [(Denominator, ScrapRule, &str); 4] = [
    (Denominator::PlacedOnMarket, ScrapRule::Included, "placed on the market, scrap counts"),
    (Denominator::PlacedOnMarket, ScrapRule::Excluded, "placed on the market, scrap does not"),
    (Denominator::CellProduction, ScrapRule::Included, "cells made here, scrap counts"),
    (Denominator::CellProduction, ScrapRule::Excluded, "cells made here, scrap does not"),
];

pub(super) fn write(page: &mut Page, views: &[View]) -> Result<(), Error> {
    page.section(
        "targets",
        "Targets",
        "For recycled content each cell has the chance that as much is available in the year of \
         the target, and below it the mean ratio; how it is counted decides, so all four ways are \
         shown. The law binds each battery model and plant; whether it is met cannot be told here. \
         In brackets after a chance its Wilson 95 % interval (Monte Carlo error only), after a \
         ratio 5–95 % of the draws.",
    );
    for view in views {
        page.heading(&name_of(view));
        contents(page, view)?;
        others(page, view)?;
    }
    Ok(())
}

fn is_content(target: &&Target) -> bool {
    target.measure() == Measure::RecycledContent
}

/// What the four ways of counting have in common.
fn row_of(target: &Target) -> (i32, usize, f64) {
    (target.year(), target.material().unwrap_or(0), target.value())
}

fn contents(page: &mut Page, view: &View) -> Result<(), Error> {
    let names = view.report("recovered")?.series().labels.concat();
    let all: Vec<&Target> = view.region.targets().iter().filter(is_content).collect();
    let mut keys: Vec<(i32, usize, f64)> = Vec::new();
    for target in &all {
        if !keys.contains(&row_of(target)) {
            keys.push(row_of(target));
        }
    }
    keys.sort_by_key(|key| (key.0, key.1));
    let mut rows = Vec::new();
    for key in keys {
        let name = names.get(key.1).map_or("", String::as_str);
        let mut row = vec![format!("{} {}, {}\u{a0}%", key.0, escape(name), asked(key.2))];
        for (denominator, scrap, _) in VARIANTS {
            let found = all.iter().find(|t| {
                row_of(t) == key && t.denominator() == denominator && t.scrap() == Some(scrap)
            });
            let policy = view.reference();
            row.push(match found {
                Some(target) => reached(view, policy, target)?.map_or_else(
                    || "–".to_owned(),
                    |x| {
                        format!(
                            "<b>{}</b><br/>{}",
                            chance(view, policy, target, &x),
                            available(view, policy, target, &x)
                        )
                    },
                ),
                None => "–".to_owned(),
            });
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let heading: Vec<&str> = std::iter::once("asked").chain(VARIANTS.iter().map(|v| v.2)).collect();
    let caption = format!("{}: recycled content, policy {}", name_of(view), view.reference());
    let table = table(&caption, &heading, &rows);
    page.markup(&table.replacen("<table>", "<table class=\"matrix\">", 1));
    Ok(())
}

/// Every target under every policy.
fn others(page: &mut Page, view: &View) -> Result<(), Error> {
    if view.region.targets().is_empty() {
        return Ok(());
    }
    let mut heading: Vec<String> =
        ["target", "status", "asked", "mean ratio (5–95 %)"].map(str::to_owned).to_vec();
    heading.extend(view.policies.iter().map(|p| format!("chance, {}", words(p))));
    let mut rows = Vec::new();
    for target in view.region.targets() {
        let status = if target.is_binding() { "binding" } else { "not binding" };
        let mut row = vec![
            format!("{}<br/><small>{}</small>", escape(target.title()), escape(target.id())),
            format!("{}, {status}", escape(target.status())),
            format!("{} % from {}", asked(target.value()), target.year()),
        ];
        for (i, policy) in view.policies.iter().enumerate() {
            let found = reached(view, policy, target)?;
            if i == 0 {
                row.push(found.as_ref().map_or_else(
                    || "not reported".to_owned(),
                    |x| available(view, policy, target, x),
                ));
            }
            row.push(found.map_or_else(|| "–".to_owned(), |x| chance(view, policy, target, &x)));
        }
        rows.push(row);
    }
    let caption = format!("{}: every target under every policy", name_of(view));
    page.markup("<details><summary>Every target under every policy</summary>");
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    page.table(&caption, &heading, &rows);
    page.markup("</details>\n");
    Ok(())
}
