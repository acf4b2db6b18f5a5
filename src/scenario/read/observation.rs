//! The list of observations.

use super::Context;
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use crate::ensemble::Spread;
use crate::scenario::number::NumberKind;
use crate::scenario::observation::Observation;
use crate::scenario::reported;
use crate::scenario::schema::{Domain, join};
use crate::scenario::segment::VEHICLE_SEGMENTS;
use crate::scenario::unit::Family;

/// More observations than this are refused.
const MAX_OBSERVATIONS: usize = 10_000;
/// The largest relative standard deviation.
const LARGEST_SPREAD: f64 = 10.0;
const HINT: &str = "write [[observation]] with series, year, value, unit, sd, source and grade";

/// Reads every `[[observation]]` that is right. In a file of one region the
/// region need not be named.
pub(super) fn read(regions: &mut [&mut Context], root: &Table) -> Vec<Observation> {
    let Some(first) = regions.first_mut() else { return Vec::new() };
    let items = root.get("observation").and_then(|node| node.array(&mut first.report, HINT));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_OBSERVATIONS) {
        first.report.add(item.at, &item.key, "too many observations", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_OBSERVATIONS}"))
        });
    }
    let mut observations = Vec::new();
    for item in items.iter().take(MAX_OBSERVATIONS) {
        let Some(at) = region(regions, item) else { continue };
        let Some(cx) = regions.get_mut(at) else { continue };
        let table = item.table(&mut cx.report);
        observations.extend(table.and_then(|table| observation(cx, &table)));
    }
    observations
}

/// The place of the region that an observation belongs to.
fn region(regions: &mut [&mut Context], item: &Node) -> Option<usize> {
    let names: Vec<String> = regions.iter().map(|cx| cx.region.clone()).collect();
    let report = &mut regions.first_mut()?.report;
    let table = item.table(report)?;
    let hint = format!("write region = \"{}\" or another region", names.first()?);
    let node = match table.get("region") {
        None if names.len() == 1 => return Some(0),
        None => table.need(report, "region", &hint)?,
        Some(node) => node,
    };
    let name = node.string(report)?;
    let place = names.iter().position(|known| known == name);
    if place.is_none() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        node.not_one_of(report, "unknown region", name, &names);
    }
    place
}

/// The keys of an observation.
pub(super) const KEYS: [&str; 12] = [
    "series",
    "region",
    "material",
    "segment",
    "year",
    "value",
    "unit",
    "sd",
    "relative_sd",
    "source",
    "grade",
    "note",
];

fn observation(cx: &mut Context, table: &Table) -> Option<Observation> {
    table.check_keys(&mut cx.report, &KEYS);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let year = year(cx, table);
    let node = table.need(&mut cx.report, "series", "write series = \"recovered\" or the like")?;
    let name = node.string(&mut cx.report)?;
    let Some((base, labels)) = reported::reported(name, cx.priced) else {
        let names: Vec<&str> = reported::names(cx.priced).collect();
        node.not_one_of(&mut cx.report, "unknown series", name, &names);
        return None;
    };
    let labels = self::labels(cx, table, name, labels);
    let family = Family::of_base(base)?;
    let unit = quantity::unit(cx, table, &Inherited::default(), family);
    let hint = "write value = and what was observed";
    let value_node = table.need(&mut cx.report, "value", hint)?;
    let domain = if family == Family::Share { Domain::Share } else { Domain::NonNegative };
    let value = quantity::value(cx, &value_node, unit, domain)?;
    let place = (join("observation", name), year);
    let note = |cx: &mut Context, node: &Node, kind| {
        quantity::note(cx, node, (&place.0, place.1), unit, origin.as_ref(), kind);
    };
    note(cx, &value_node, NumberKind::Observation);
    let spread = match (table.get("sd"), table.get("relative_sd")) {
        (Some(_), Some(node)) => {
            cx.report.add(node.at, &node.key, "the spread is given twice", |d| {
                d.found("sd and relative_sd").allowed("one of the two").fix("remove one of them")
            });
            return None;
        }
        (Some(node), None) => {
            let sd = quantity::value(cx, &node, unit, Domain::Positive)?;
            note(cx, &node, NumberKind::Spread);
            Spread::Sd(sd)
        }
        (None, relative) => {
            let hint = "write sd = in the unit of the value, or relative_sd = \"10 %\"";
            let node = match relative {
                Some(node) => node,
                None => table.need(&mut cx.report, "sd", hint)?,
            };
            Spread::RelativeSd(relative_sd(cx, &node, &value_node, value, origin.as_ref())?)
        }
    };
    let origin = origin?;
    Some(Observation {
        region: cx.region.clone(),
        series: name.to_owned(),
        labels: labels?,
        year: year?,
        value,
        unit: base,
        spread,
        source: origin.source,
        grade: origin.grade,
    })
}

/// The spread of a lognormal error, which only a positive value can have.
fn relative_sd(
    cx: &mut Context,
    node: &Node,
    value_node: &Node,
    value: f64,
    origin: Option<&quantity::Origin>,
) -> Option<f64> {
    let (source, grade) = origin.map(|o| (o.source.as_str(), o.grade)).unzip();
    let sd = quantity::spread(cx, node, LARGEST_SPREAD, source, grade)?;
    if sd <= 0.0 {
        cx.report.add(node.at, &node.key, "value must be positive", |d| {
            d.found(node.found()).allowed("a spread above 0").fix("write \"10 %\" or the like")
        });
        return None;
    }
    if value <= 0.0 {
        cx.report.add(value_node.at, &value_node.key, "value must be positive", |d| {
            d.found(value_node.found())
                .allowed("a value above 0 with relative_sd")
                .fix("write sd = in the unit of the value instead")
        });
        return None;
    }
    Some(sd)
}

fn year(cx: &mut Context, table: &Table) -> Option<i32> {
    let node =
        table.need(&mut cx.report, "year", "write year = and the year of the observation")?;
    let year = node.year(&mut cx.report)?;
    let time = cx.time?;
    if (time.report..=time.end).contains(&year) {
        return Some(year);
    }
    cx.report.add(node.at, &node.key, "an observation outside the reported years", |d| {
        d.found(year.to_string())
            .allowed(format!("{} to {}", time.report, time.end))
            .fix("correct the year, remove the observation, or report from an earlier year")
    });
    None
}

/// The labels of the element observed, one for each of `keys`.
fn labels(cx: &mut Context, table: &Table, series: &str, keys: &[&str]) -> Option<Vec<String>> {
    let mut right = true;
    for key in ["material", "segment"].iter().filter(|key| !keys.contains(key)) {
        let Some(node) = table.get(key) else { continue };
        cx.report.add(table.key_at(key), &node.key, "this key does not fit the series", |d| {
            d.found(format!("{key} = {}", node.found()))
                .allowed(match keys {
                    [] => format!("neither material nor segment with {series}"),
                    keys => format!("{} with {series}", keys.join(" and ")),
                })
                .fix("remove it, or correct the series")
        });
        right = false;
    }
    let mut labels = Vec::new();
    for key in keys {
        let names: Vec<String> = match *key {
            "material" => cx.names.materials.clone(),
            _ => {
                let by_vehicle = series.starts_with("vehicles") || series == "repacked";
                let fits = |s: &&&str| !by_vehicle || VEHICLE_SEGMENTS.contains(*s);
                cx.names.segments.iter().filter(fits).map(|s| (*s).to_owned()).collect()
            }
        };
        let hint = format!("write {key} = \"{}\" or another", names.first().map_or("", |n| n));
        let node = table.need(&mut cx.report, key, &hint);
        let Some((node, name)) = node.and_then(|n| Some((n.clone(), n.string(&mut cx.report)?)))
        else {
            right = false;
            continue;
        };
        if !names.iter().any(|known| known == name) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            node.not_one_of(&mut cx.report, &format!("unknown {key}"), name, &names);
            right = false;
        }
        labels.push(name.to_owned());
    }
    right.then_some(labels)
}
