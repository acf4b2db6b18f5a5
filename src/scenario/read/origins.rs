//! Supply by country: the tables `supply.mine`, `supply.refine` and
//! `supply.imports`.

use std::collections::BTreeSet;

use super::Context;
use super::header::is_identifier;
use super::node::{Node, Table};
use super::path;
use super::quantity::{self, Inherited};
use super::report::{Report, shorten, tidy};
use crate::scenario::number::NumberKind;
use crate::scenario::origins::Origins;
use crate::scenario::schema::{Domain, REST, join};
use crate::scenario::unit::{Family, Unit};

/// The stages whose countries are given.
pub(super) const STAGES: [&str; 2] = ["mine", "refine"];
/// More countries in one table than this are refused.
const MAX_COUNTRIES: usize = 256;
/// The largest standard deviation of a logit.
const LARGEST_SPREAD: f64 = 5.0;
/// Room for rounding in a sum of shares.
const ROUNDING: f64 = 1e-6;

/// Reads `supply.materials`; empty if it is not there.
pub(super) fn minerals(report: &mut Report, root: &Table, materials: &[String]) -> Vec<String> {
    let Some(supply) = root.get("supply").and_then(|node| node.table(report)) else {
        return Vec::new();
    };
    let hint = "write materials = [\"lithium\"] or the like";
    let stated = STAGES.iter().chain(&["imports"]).any(|name| supply.get(name).is_some());
    let node = match supply.get("materials") {
        None if !stated => return Vec::new(),
        None => supply.need(report, "materials", hint),
        node => node,
    };
    let items = node.and_then(|node| node.array(report, hint)).unwrap_or_default();
    let known: Vec<&str> =
        materials.iter().map(String::as_str).filter(|name| *name != REST).collect();
    distinct(report, &items, &known, "unknown material").into_iter().map(str::to_owned).collect()
}

/// The texts of a list that are in `known`, each once.
pub(super) fn distinct<'k>(
    report: &mut Report,
    items: &[Node],
    known: &[&'k str],
    message: &str,
) -> Vec<&'k str> {
    let mut names = Vec::new();
    for item in items {
        let Some(text) = item.string(report) else { continue };
        match known.iter().find(|known| **known == text) {
            None => item.not_one_of(report, message, text, known),
            Some(name) if names.contains(name) => {
                report.add(item.at, &item.key, "name given twice", |d| {
                    d.found(item.found()).allowed("each name once").fix("remove one of the two")
                });
            }
            Some(name) => names.push(*name),
        }
    }
    names
}

/// Reads all tables of origins: the world market for every mineral, and imports
/// of regions where they are given.
pub(super) fn read(
    cx: &mut Context,
    root: &Table,
    regions: &[String],
    minerals: &[String],
) -> Vec<Origins> {
    let mut all = Vec::new();
    // Another type than a table is reported with the materials.
    let supply = root.get("supply").and_then(|node| node.table(&mut Report::default()));
    let Some(supply) = supply.filter(|_| !minerals.is_empty()) else { return all };
    let allowed: Vec<&str> = minerals.iter().map(String::as_str).collect();
    for stage in STAGES {
        let key = join(&supply.key, stage);
        let hint =
            format!("write [{key}.{}] with unit, source, grade and data", allowed.join("], ["));
        let node = supply.need(&mut cx.report, stage, &hint);
        let Some(table) = node.and_then(|node| node.table(&mut cx.report)) else { continue };
        table.check_keys(&mut cx.report, &allowed);
        for mineral in minerals {
            let hint = format!("write [{key}.{mineral}] with unit, source, grade and data");
            let node = table.need(&mut cx.report, mineral, &hint);
            all.extend(node.and_then(|node| origins(cx, &node, stage, mineral, None)));
        }
    }
    let Some(node) = supply.get("imports") else { return all };
    let Some(imports) = node.table(&mut cx.report) else { return all };
    let names: Vec<&str> = regions.iter().map(String::as_str).collect();
    imports.check_keys(&mut cx.report, &names);
    for region in regions {
        let node = imports.get(region);
        let Some(table) = node.and_then(|node| node.table(&mut cx.report)) else { continue };
        table.check_keys(&mut cx.report, &STAGES);
        for stage in STAGES {
            let node = table.get(stage);
            let Some(table) = node.and_then(|node| node.table(&mut cx.report)) else { continue };
            table.check_keys(&mut cx.report, &allowed);
            for mineral in minerals {
                let node = table.get(mineral);
                let region = Some(region.clone());
                all.extend(node.and_then(|node| origins(cx, &node, stage, mineral, region)));
            }
        }
    }
    all
}

/// Reads one table. Its source and grade hold for each year that does not name
/// others.
fn origins(
    cx: &mut Context,
    node: &Node,
    stage: &'static str,
    mineral: &str,
    region: Option<String>,
) -> Option<Origins> {
    let table = node.table(&mut cx.report)?;
    table.check_keys(&mut cx.report, &["unit", "spread", "source", "grade", "data", "note"]);
    quantity::text_note(cx, &table);
    let unit = quantity::unit(cx, &table, &Inherited::default(), Family::Share);
    let origin = quantity::origin(cx, &table, &Inherited::default());
    let spread = match table.get("spread") {
        Some(node) => {
            let (source, grade) = origin.as_ref().map(|o| (o.source.as_str(), o.grade)).unzip();
            quantity::spread(cx, &node, LARGEST_SPREAD, source, grade)
        }
        None => Some(0.0),
    };
    let inherited =
        Inherited { unit: None, source: table.get("source"), grade: table.get("grade") };
    let groups = path::groups(cx, &table);
    let (mut given, mut countries) = (Vec::new(), BTreeSet::new());
    for group in &groups {
        let Some((year, shares)) = row(cx, group, unit, &inherited) else { continue };
        let last = given.last().map(|(year, _): &(i32, Vec<_>)| *year);
        if let Some(last) = last.filter(|last| *last >= year) {
            let message = if last == year { "year given twice" } else { "years do not ascend" };
            let at = group.get("year").map_or(group.at, |node| node.at);
            cx.report.add(at, &join(&group.key, "year"), message, |d| {
                d.found(format!("{year} after {last}"))
                    .allowed(format!("a year after {last}"))
                    .fix("sort the years and give each once")
            });
        }
        countries.extend(shares.iter().map(|(country, _)| country.clone()));
        given.push((year, shares));
    }
    let (origin, spread) = (origin?, spread?);
    if given.len() < groups.len() || given.is_empty() {
        return None;
    }
    let countries: Vec<String> = countries.into_iter().collect();
    let of = |shares: &[(String, f64)], country: &String| {
        shares.iter().find(|(known, _)| known == country).map_or(0.0, |(_, share)| *share)
    };
    let rows = given
        .iter()
        .map(|(year, shares)| (*year, countries.iter().map(|c| of(shares, c)).collect()))
        .collect();
    let (source, grade) = (origin.source, origin.grade);
    let mineral = mineral.to_owned();
    Some(Origins { stage, mineral, region, countries, rows, spread, source, grade })
}

/// The shares of one year by country.
fn row(
    cx: &mut Context,
    group: &Table,
    unit: Option<Unit>,
    inherited: &Inherited,
) -> Option<(i32, Vec<(String, f64)>)> {
    group.check_keys(&mut cx.report, &["year", "values", "source", "grade", "note"]);
    quantity::text_note(cx, group);
    // What the table lacks is reported there.
    let whole = |name| group.get(name).is_some();
    let origin = match inherited.source.is_some() && inherited.grade.is_some() {
        true => quantity::origin(cx, group, inherited),
        false if whole("source") && whole("grade") => quantity::origin(cx, group, inherited),
        false => None,
    };
    let year = group.need(&mut cx.report, "year", "write year = 2024 or the like");
    let year = year.and_then(|node| node.year(&mut cx.report));
    let hint = "write values = { australia = 0.35, china = 0.22 }";
    let node = group.need(&mut cx.report, "values", hint)?;
    let values = node.table(&mut cx.report)?;
    let mut shares = Vec::new();
    let key = group.key.strip_suffix(".data").unwrap_or(&group.key);
    let mut right = true;
    for (name, node) in values.iter() {
        if !is_country(name) || shares.len() == MAX_COUNTRIES {
            cx.report.add(values.key_at(name), &node.key, "not a country that can be read", |d| {
                d.found(shorten(name)).allowed(format!(
                    "at most {MAX_COUNTRIES} names of lower-case letters, digits and _, \
                     beginning with a letter"
                ))
            });
            right = false;
            continue;
        }
        let Some(share) = quantity::value(cx, &node, unit, Domain::Share) else {
            right = false;
            continue;
        };
        let place = (join(key, name), year);
        quantity::note(cx, &node, (&place.0, place.1), unit, origin.as_ref(), NumberKind::Value);
        shares.push((name.to_owned(), share));
    }
    let (unit, true) = (unit?, right) else { return None };
    let sum: f64 = shares.iter().map(|(_, share)| share).sum();
    if sum > 1.0 + ROUNDING {
        cx.report.add(node.at, &node.key, "origins exceed the whole", |d| {
            let written = |share: f64| format!("{} {}", tidy(unit.to_written(share)), unit.name());
            let when = year.map_or(String::new(), |year| format!(" in {year}"));
            d.found(format!("a sum of {}{when}", written(sum)))
                .allowed(format!("at most {}; the rest of the world is what is left", written(1.0)))
                .fix(format!("correct a share: {} too much", written(sum - 1.0)))
        });
        return None;
    }
    Some((year?, shares))
}

/// Whether a country may be called so.
fn is_country(name: &str) -> bool {
    is_identifier(name) && !name.chars().any(|c| c.is_ascii_uppercase())
}
