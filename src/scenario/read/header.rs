//! The head of a file: version, region, years, names, sources and grades.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeValue;

use super::Context;
use super::node::{Table, list};
use super::report::{Report, shorten};
use crate::error::nearest;
use crate::scenario::grade::Grade;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::schema::{REST, SCHEMA_VERSION};
use crate::scenario::segment::SEGMENTS;

/// More years than this are refused.
const MAX_STEPS: i32 = 400;
/// More materials, classes or chemistries than this are refused.
pub(super) const MAX_NAMES: usize = 64;

/// Used to go on checking when the file's own list is missing or wrong.
const MATERIALS: [&str; 10] = [
    "lithium",
    "nickel",
    "cobalt",
    "graphite",
    "manganese",
    "copper",
    "aluminium",
    "iron",
    "phosphorus",
    REST,
];
const CLASSES: [&str; 5] = ["nickel_cobalt", "iron", "manganese", "nimh", REST];

/// Checks `schema_version`; `false` if the file is of another version, so that
/// nothing else in it can be judged.
pub(super) fn version(report: &mut Report, root: &Table) -> bool {
    let hint = "write schema_version = 2 on the first line";
    let Some(node) = root.need(report, "schema_version", hint) else { return true };
    match node.integer(report, i64::MIN, i64::MAX) {
        Some(1) => {
            report.add(node.at, &node.key, "schema version 1 is no longer read", |d| {
                d.found("1").allowed(SCHEMA_VERSION.to_string()).fix(
                    "move the quantities below [segment.bev_car], as in scenarios/eu.toml, \
                     and write schema_version = 2",
                )
            });
            false
        }
        Some(version) if version != SCHEMA_VERSION => {
            report.add(node.at, &node.key, "unsupported schema version", |d| {
                d.found(version.to_string())
                    .allowed(SCHEMA_VERSION.to_string())
                    .fix("use a release of blackmass that reads this version")
            });
            false
        }
        _ => true,
    }
}

/// What a file says of itself.
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) description: String,
    /// The name of the pathway, if the file gives one.
    pub(super) pathway: Option<String>,
}

/// Title, description and pathway.
pub(super) fn texts(report: &mut Report, root: &Table) -> Texts {
    let title = root.need(report, "title", "write title = \"...\" for readers");
    let title = title.and_then(|node| node.string(report)).unwrap_or("");
    let description = root.get("description").and_then(|node| node.string(report)).unwrap_or("");
    let pathway = root.get("pathway").and_then(|node| {
        let name = node.string(report)?;
        if !is_identifier(name) {
            report.add(node.at, &node.key, "not a name", |d| {
                d.found(node.found()).allowed("letters, digits and _, beginning with a letter")
            });
        }
        Some(name.to_owned())
    });
    Texts { title: title.to_owned(), description: description.to_owned(), pathway }
}

/// The region's name.
pub(super) fn region(report: &mut Report, root: &Table) -> String {
    let node = root.need(report, "region", "write region = \"eu\" or the like");
    let Some(node) = node else { return String::new() };
    let Some(name) = node.string(report) else { return String::new() };
    if !is_identifier(name) || name.chars().any(|c| c.is_ascii_uppercase()) {
        report.add(node.at, &node.key, "not a region name", |d| {
            d.found(node.found())
                .allowed("lower-case letters, digits and _, beginning with a letter")
                .fix("write a short name such as \"eu\"")
        });
    }
    name.to_owned()
}

/// The years of a file.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Time {
    pub(super) start: i32,
    pub(super) end: i32,
    /// First year to be reported.
    pub(super) report: i32,
}

/// First and last year, and the first to be reported.
pub(super) fn time(report: &mut Report, root: &Table) -> Option<Time> {
    let time = root.need(report, "time", "write [time] with start and end")?.table(report)?;
    time.check_keys(report, &["start", "end", "report"]);
    let start = time.need(report, "start", "write start = 1997 or the like");
    let start = start.and_then(|node| node.year(report));
    let last = time.need(report, "end", "write end = 2050 or the like")?;
    let (start, end) = (start?, last.year(report)?);
    if end <= start {
        report.add(last.at, &last.key, "the end is not after the start", |d| {
            d.found(format!("start = {start}, end = {end}"))
                .allowed(format!("a year after {start}"))
                .fix("exchange the two, or correct one")
        });
        return None;
    }
    if end - start >= MAX_STEPS {
        report.add(last.at, &last.key, "too many years", |d| {
            d.found(format!("{} years", end - start + 1))
                .allowed(format!("at most {MAX_STEPS} years"))
                .fix("correct start or end")
        });
        return None;
    }
    let Some(node) = time.get("report") else { return Some(Time { start, end, report: start }) };
    let first = node.year(report)?;
    if first < start || first > end {
        report.add(node.at, &node.key, "year outside the scenario", |d| {
            d.found(first.to_string())
                .allowed(format!("{start} to {end}"))
                .fix("write the first year to be reported, or remove the key")
        });
    }
    Some(Time { start, end, report: first })
}

/// The segments of a file, in their fixed order. Any other name is reported.
pub(super) fn segments(report: &mut Report, root: &Table) -> Vec<&'static str> {
    let hint = "write [segment.bev_car.sales] and so on";
    let table = root.need(report, "segment", hint).and_then(|node| node.table(report));
    let Some(table) = table else { return Vec::new() };
    for (name, node) in table.iter().filter(|(name, _)| !SEGMENTS.contains(name)) {
        report.add(table.key_at(name), &node.key, "unknown segment", |d| {
            let d = d.found(shorten(name)).allowed(list(&SEGMENTS));
            match nearest(name, SEGMENTS) {
                Some(near) => d.fix(format!("write `{near}`")),
                None => d.fix("use one of the allowed names"),
            }
        });
    }
    let segments: Vec<&str> =
        SEGMENTS.into_iter().filter(|name| table.get(name).is_some()).collect();
    if table.entries().is_empty() {
        report.add(table.at, &table.key, "no segment", |d| {
            d.found("nothing").allowed("at least one segment").fix(hint)
        });
    }
    segments
}

/// Materials and routing classes. Where the file is wrong the usual lists are
/// returned, so that the rest can be checked.
pub(super) fn model(report: &mut Report, root: &Table) -> (Vec<String>, Vec<String>) {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let usual = (own(&MATERIALS), own(&CLASSES));
    let table = root.need(report, "model", "write [model] with materials and classes");
    let Some(table) = table.and_then(|node| node.table(report)) else { return usual };
    table.check_keys(report, &["materials", "classes"]);
    let materials = names(report, &table, "materials").unwrap_or(usual.0);
    let classes = names(report, &table, "classes").unwrap_or(usual.1);
    if let (Some(node), Some(last)) = (table.get("materials"), materials.last())
        && (last != REST || materials.len() < 2)
    {
        report.add(node.at, &node.key, "the last material is not `other`", |d| {
            d.found(format!("{last} as the last of {}", materials.len()))
                .allowed("at least one material, then \"other\", which closes the pack mass")
                .fix("put \"other\" at the end")
        });
    }
    (materials, classes)
}

/// A list of distinct identifiers.
fn names(report: &mut Report, table: &Table, name: &str) -> Option<Vec<String>> {
    let hint = format!("write {name} = [\"...\", \"...\"]");
    let node = table.need(report, name, &hint)?;
    let items = node.array(report, &hint)?;
    if items.is_empty() || items.len() > MAX_NAMES {
        report.add(node.at, &node.key, "list of the wrong length", |d| {
            d.found(format!("{} names", items.len())).allowed(format!("1 to {MAX_NAMES} names"))
        });
        return None;
    }
    let mut names: Vec<String> = Vec::with_capacity(items.len());
    for item in &items {
        let text = item.string(report)?;
        if !is_identifier(text) {
            report.add(item.at, &item.key, "not a name", |d| {
                d.found(item.found()).allowed("letters, digits and _, beginning with a letter")
            });
        } else if names.iter().any(|known| known == text) {
            report.add(item.at, &item.key, "name given twice", |d| {
                d.found(item.found()).allowed("each name once").fix("remove one of the two")
            });
        } else {
            names.push(text.to_owned());
        }
    }
    (names.len() == items.len()).then_some(names)
}

/// Whether `name` can be part of a dotted key.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 64
}

/// Checks every reference to a source in one file. `inherited` are the ids
/// that the files it includes define.
pub(super) fn check_sources(report: &mut Report, root: &Table, inherited: &BTreeSet<String>) {
    let hint = "write [sources] with one line id = \"citation\" for each source";
    let node = match inherited.is_empty() {
        true => root.need(report, "sources", hint),
        false => root.get("sources"),
    };
    let table = node.and_then(|node| node.table(report));
    let mut known: BTreeSet<&str> = inherited.iter().map(String::as_str).collect();
    if let Some(table) = &table {
        for (id, node) in table.iter() {
            node.string(report);
            known.insert(id);
        }
    }
    let mut used = BTreeSet::new();
    if table.is_some() || !inherited.is_empty() {
        references(report, root, &known, &mut used);
    }
    let Some(table) = table else { return };
    for (id, node) in table.iter().filter(|(id, _)| !used.contains(id)) {
        report.add(table.key_at(id), &node.key, "unused source", |d| {
            d.found(format!("no number with source = \"{id}\""))
                .allowed("sources that at least one number names")
                .fix("remove the source, or name it where it belongs")
        });
    }
}

/// Ids and citations of the sources that a tree names.
pub(super) fn sources(root: &Table) -> BTreeMap<String, String> {
    let report = &mut Report::default();
    let Some(table) = root.get("sources").and_then(|node| node.table(report)) else {
        return BTreeMap::new();
    };
    let known = table.iter().map(|(id, _)| id).collect();
    let mut used = BTreeSet::new();
    references(report, root, &known, &mut used);
    let citation = |id: &str| Some((id.to_owned(), table.get(id)?.string(report)?.to_owned()));
    used.into_iter().filter_map(citation).collect()
}

/// Checks every `source` and `projection_source` in and below `table`. The
/// parser limits how deep tables can be nested.
fn references<'a>(
    report: &mut Report,
    table: &Table<'a>,
    known: &BTreeSet<&str>,
    used: &mut BTreeSet<&'a str>,
) {
    for (name, node) in table.iter().filter(|(name, _)| !table.key.is_empty() || *name != "sources")
    {
        if node.is_table() {
            if let Some(inner) = node.table(report) {
                references(report, &inner, known, used);
            }
        } else if matches!(name, "source" | "projection_source") {
            // Another type than a string is reported where the number is read.
            let Some(DeValue::String(id)) = table.entries().get(name).map(|v| v.get_ref()) else {
                continue;
            };
            if known.contains(&**id) {
                used.insert(id);
                continue;
            }
            report.add(node.at, &node.key, "unknown source", |d| {
                let some: Vec<&str> = known.iter().copied().take(200).collect();
                let d = d.found(node.found()).allowed(format!("ids in [sources]: {}", list(&some)));
                match nearest(id, some) {
                    Some(near) => d.fix(format!("write \"{near}\"")),
                    None => d.fix(format!("add {id} = \"citation\" to [sources]")),
                }
            });
        } else if let Some(items) = node.tables() {
            items.iter().for_each(|inner| references(report, inner, known, used));
        }
    }
}

/// The relative standard deviation of each grade.
pub(super) fn grades(cx: &mut Context, root: &Table) {
    let report = &mut cx.report;
    let hint = "write [grades] with A, B, C, D and source";
    let table = root.need(report, "grades", hint).and_then(|node| node.table(report));
    let Some(table) = table else { return };
    table.check_keys(report, &["A", "B", "C", "D", "source"]);
    let source = table.need(report, "source", "name the source of the grades");
    let source = source.and_then(|node| node.string(report));
    for grade in Grade::ALL {
        let letter = grade.letter();
        let hint = format!("write {letter} = \"5 %\" or the like");
        let node = table.need(report, letter, &hint);
        let Some(value) = node.and_then(|node| node.spread(report, 1.0)) else { continue };
        cx.grades[grade.index()] = value;
        cx.numbers.push(Number {
            region: cx.region.clone(),
            key: format!("grades.{letter}"),
            year: None,
            value,
            unit: "relative sd".to_owned(),
            grade: None,
            source: source.unwrap_or("").to_owned(),
            kind: NumberKind::Spread,
        });
    }
}
