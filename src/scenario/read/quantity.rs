//! One number that holds for all years, and what all quantities share: unit,
//! source, grade and range.

use super::Context;
use super::node::{Node, Table};
use super::prior::{self, Subject};
use super::report::tidy;
use crate::error::nearest;
use crate::scenario::grade::Grade;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::scalar::Scalar;
use crate::scenario::schema::{Domain, Entry, Kind};
use crate::scenario::unit::{Family, Unit};

/// Larger numbers are refused: they are typing errors and would overflow.
const LARGEST: f64 = 1e15;
/// What only a series by year can have.
const BY_YEAR: [&str; 4] = ["noise", "outages", "jumps", "regimes"];
/// The longest span of whole years.
const LONGEST: f64 = 100.0;
/// The latest calendar year.
const LATEST: f64 = 9999.0;

/// What a group of quantities gives for all of them.
#[derive(Clone, Default)]
pub(super) struct Inherited<'a> {
    pub(super) unit: Option<Node<'a>>,
    pub(super) source: Option<Node<'a>>,
    pub(super) grade: Option<Node<'a>>,
}

/// Where a number comes from.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) source: String,
    pub(super) grade: Grade,
}

/// Reads `unit`.
pub(super) fn unit(
    cx: &mut Context,
    table: &Table,
    inherited: &Inherited,
    family: Family,
) -> Option<Unit> {
    let own = table.get("unit").or_else(|| inherited.unit.clone());
    let base = family.base().name();
    let node = match own {
        Some(node) => node,
        // A calendar year has no other unit.
        None if family == Family::Date => return Some(family.base()),
        None => table.need(&mut cx.report, "unit", &format!("write unit = \"{base}\""))?,
    };
    let name = node.string(&mut cx.report)?;
    let unit = family.unit(name);
    if unit.is_none() {
        let names: Vec<&str> = family.names().collect();
        cx.report.add(node.at, &node.key, "wrong unit", |d| {
            let near = nearest(name, names.iter().copied()).unwrap_or(base);
            d.found(node.found())
                .allowed(names.join(", "))
                .fix(format!("write unit = \"{near}\", and convert the numbers if need be"))
        });
    }
    unit
}

/// Reads `source` and `grade`. That the source exists is checked elsewhere.
pub(super) fn origin(cx: &mut Context, table: &Table, inherited: &Inherited) -> Option<Origin> {
    let report = &mut cx.report;
    let source = table.get("source").or_else(|| inherited.source.clone()).or_else(|| {
        table.need(report, "source", "write source = \"id\", where [sources] explains the id")
    });
    let source = source.and_then(|node| node.string(report));
    let grade = table
        .get("grade")
        .or_else(|| inherited.grade.clone())
        .or_else(|| table.need(report, "grade", "write grade = \"A\" (best) to \"D\" (judgement)"));
    let grade = grade.and_then(|node| {
        let letter = node.string(report)?;
        let grade = Grade::from_letter(letter);
        if grade.is_none() {
            report.add(node.at, &node.key, "unknown grade", |d| {
                let upper = letter.to_uppercase();
                let fix = if Grade::from_letter(&upper).is_some() { upper } else { "D".into() };
                d.found(node.found()).allowed("A, B, C, D").fix(format!("write grade = \"{fix}\""))
            });
        }
        grade
    });
    Some(Origin { source: source?.to_owned(), grade: grade? })
}

/// Reads the value of `node` and converts it into the base unit. Nothing is
/// returned if the value or the unit is wrong.
pub(super) fn value(
    cx: &mut Context,
    node: &Node,
    unit: Option<Unit>,
    domain: Domain,
) -> Option<f64> {
    let written = node.number(&mut cx.report)?;
    let unit = unit?;
    let base = unit.to_base(written);
    let (allowed, fits) = match domain {
        Domain::Share => ("0 to", (0.0..=1.0).contains(&base)),
        Domain::NonNegative => ("0 to", (0.0..=LARGEST).contains(&base)),
        Domain::Positive => ("above 0, up to", base > 0.0 && base <= LARGEST),
        Domain::WholeYears => {
            ("a whole number from 0 to", (0.0..=LONGEST).contains(&base) && base.fract() == 0.0)
        }
        Domain::Year => {
            ("a whole number from 0 to", (0.0..=LATEST).contains(&base) && base.fract() == 0.0)
        }
        Domain::OneOrMore => ("1 to", (1.0..=LARGEST).contains(&base)),
    };
    if fits {
        return Some(base);
    }
    let message = match domain {
        _ if written < 0.0 => "negative value",
        Domain::Share => "share outside 0 to 1",
        Domain::OneOrMore if base < 1.0 => "value below 1",
        Domain::WholeYears => "not a whole number of years",
        Domain::Year => "not a calendar year",
        Domain::Positive if written <= 0.0 => "value must be positive",
        _ => "value too large",
    };
    let top = match domain {
        Domain::Share => 1.0,
        Domain::WholeYears => LONGEST,
        Domain::Year => LATEST,
        Domain::NonNegative | Domain::Positive | Domain::OneOrMore => LARGEST,
    };
    cx.report.add(node.at, &node.key, message, |d| {
        let name = unit.name();
        let of = if name == "1" { String::new() } else { format!(" {name}") };
        let top = match unit.to_written(top) {
            top if top >= 1e7 => format!("{top:e}"),
            top => top.to_string(),
        };
        let d = d.found(format!("{}{of}", node.found())).allowed(format!("{allowed} {top}{of}"));
        if domain == Domain::Share
            && matches!(name, "share" | "1")
            && written > 1.0
            && written <= 100.0
        {
            d.fix(format!("write {}, or set unit = \"%\"", tidy(written / 100.0)))
        } else {
            d.fix("correct the number or its unit")
        }
    });
    None
}

/// Notes a number for the data-quality table.
pub(super) fn note(
    cx: &mut Context,
    node: &Node,
    (key, year): (&str, Option<i32>),
    unit: Option<Unit>,
    origin: Option<&Origin>,
    kind: NumberKind,
) {
    // Reading the same node again cannot add an error that is not there yet:
    // the note is only taken once the value was found to be right.
    if let (Some(unit), Some(origin), Some(value)) = (unit, origin, node.number(&mut cx.report)) {
        cx.numbers.push(Number {
            region: cx.region.clone(),
            key: key.to_owned(),
            year,
            value,
            unit: unit.name().to_owned(),
            grade: Some(origin.grade),
            source: origin.source.clone(),
            kind,
        });
    }
}

/// Notes a number of an event or of an adoption, which is known.
pub(super) fn note_event(
    cx: &mut Context,
    node: &Node,
    (value, unit): (f64, &str),
    origin: Option<&Origin>,
) {
    let Some(origin) = origin else { return };
    cx.numbers.push(Number {
        region: cx.region.clone(),
        key: node.key.clone(),
        year: None,
        value,
        unit: unit.to_owned(),
        grade: Some(origin.grade),
        source: origin.source.clone(),
        kind: NumberKind::Event,
    });
}

/// Reads a relative spread and notes it.
pub(super) fn spread(
    cx: &mut Context,
    node: &Node,
    top: f64,
    source: Option<&str>,
    grade: Option<Grade>,
) -> Option<f64> {
    let value = node.spread(&mut cx.report, top)?;
    cx.numbers.push(Number {
        region: cx.region.clone(),
        key: node.key.clone(),
        year: None,
        value,
        unit: "relative sd".to_owned(),
        grade,
        source: source.unwrap_or("").to_owned(),
        kind: NumberKind::Spread,
    });
    Some(value)
}

/// Reads a scalar quantity.
pub(super) fn scalar(
    cx: &mut Context,
    entry: &Entry,
    table: &Table,
    inherited: &Inherited,
) -> Option<Scalar> {
    if let Some(node) = table.get("data") {
        cx.report.add(node.at, &node.key, "this quantity does not change by year", |d| {
            d.found("a series").allowed("one value").fix("write value = instead of data")
        });
        return None;
    }
    let moving = BY_YEAR.iter().find_map(|key| table.get(key));
    if let Some(node) = moving.filter(|_| entry.kind == Kind::Either) {
        cx.report.add(node.at, &node.key, "one value for all years cannot move in time", |d| {
            d.found(format!("{} beside one value", node.key.rsplit('.').next().unwrap_or("")))
                .allowed("values by year")
                .fix(format!("write [[{}.data]] with values = [[year, value], ...]", table.key))
        });
        return None;
    }
    let mut allowed = vec!["unit", "value", "prior", "source", "grade", "note"];
    allowed.extend(prior::KEYS);
    table.check_keys(&mut cx.report, &allowed);
    text_note(cx, table);
    let unit = unit(cx, table, inherited, entry.family);
    let origin = origin(cx, table, inherited);
    let node = table.need(&mut cx.report, "value", "write value = and the central value");
    let central = node.as_ref().and_then(|node| {
        let base = value(cx, node, unit, entry.domain)?;
        note(cx, node, (&table.key, None), unit, origin.as_ref(), NumberKind::Value);
        Some(base)
    });
    let subject = Subject { entry, table, unit, origin: origin.as_ref(), node, value: central };
    let prior = match entry.domain {
        Domain::WholeYears | Domain::Year => prior::fixed(cx, table).map(|prior| (prior, None)),
        _ => prior::read(cx, &subject),
    };
    let (origin, (prior, truncate)) = (origin?, prior?);
    Some(Scalar {
        key: table.key.clone(),
        unit: entry.family.base().name(),
        value: central?,
        prior,
        truncate,
        grade: Some(origin.grade),
        source: Some(origin.source),
        is_share: entry.is_share(),
    })
}

/// Checks that a `note` is text.
pub(super) fn text_note(cx: &mut Context, table: &Table) {
    if let Some(node) = table.get("note") {
        node.string(&mut cx.report);
    }
}
