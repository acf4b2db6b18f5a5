//! The tables `[disruption.*]` but for their quantities.

use super::Context;
use super::node::Table;
use super::origins::distinct;
use super::report::Report;
use crate::scenario::disruption::Disruption;

/// Reads every event in `ids`. `countries` are the places and the countries of
/// the tables of supply.
pub(super) fn read(
    cx: &mut Context,
    root: &Table,
    ids: &[String],
    minerals: &[String],
    countries: &[&str],
) -> Vec<Disruption> {
    // What is no table is reported where its quantities are read.
    let silent = &mut Report::default();
    let all = root.get("disruption").and_then(|node| node.table(silent));
    let Some(all) = all else { return Vec::new() };
    let mut disruptions = Vec::new();
    for id in ids {
        let Some(table) = all.get(id).and_then(|node| node.table(silent)) else { continue };
        disruptions.extend(disruption(&mut cx.report, &table, id, minerals, countries));
    }
    disruptions
}

fn disruption(
    report: &mut Report,
    table: &Table,
    id: &str,
    minerals: &[String],
    countries: &[&str],
) -> Option<Disruption> {
    let title = table.need(report, "title", "write title = \"...\" for readers");
    let title = title.and_then(|node| node.string(report));
    let country = table.need(report, "country", "write country = \"china\" or the like");
    let country = country.and_then(|node| {
        let name = node.string(report)?;
        let known = countries.contains(&name);
        if !known {
            node.not_one_of(report, "unknown country", name, countries);
        }
        known.then_some(name)
    });
    let hint = "write stages = [\"refine\"] or the like";
    let node = table.need(report, "stages", hint);
    let items = node.as_ref().and_then(|node| node.array(report, hint));
    if let (Some([]), Some(node)) = (items.as_deref(), &node) {
        report.add(node.at, &node.key, "no stage", |d| {
            d.found(node.found()).allowed("at least one stage").fix(hint)
        });
    }
    let stages = items
        .map(|items| distinct(report, &items, &Disruption::STAGES, "unknown stage"))
        .unwrap_or_default();
    let known: Vec<&str> = minerals.iter().map(String::as_str).collect();
    let hint = "write materials = [\"graphite\"] or the like";
    let by_mineral = stages.iter().any(|stage| matches!(*stage, "mine" | "refine"));
    let node = match table.get("materials") {
        None if by_mineral => table.need(report, "materials", hint),
        node => node,
    };
    let items = node.as_ref().and_then(|node| node.array(report, hint));
    if let (Some([]), Some(node), true) = (items.as_deref(), &node, by_mineral) {
        report.add(node.at, &node.key, "no material", |d| {
            d.found(node.found()).allowed("at least one material of supply.materials").fix(hint)
        });
    }
    let materials =
        items.map(|items| distinct(report, &items, &known, "unknown material")).unwrap_or_default();
    Some(Disruption {
        id: id.to_owned(),
        title: title?.to_owned(),
        country: country?.to_owned(),
        stages,
        materials: materials.into_iter().map(str::to_owned).collect(),
    })
}
