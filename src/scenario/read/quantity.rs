//! One number that holds for all years, and what all quantities share: unit,
//! source, grade and range.

use super::Context;
use super::node::{Node, Table};
use super::report::tidy;
use crate::error::nearest;
use crate::scenario::grade::Grade;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::scalar::{Prior, Scalar};
use crate::scenario::schema::{Domain, Entry};
use crate::scenario::unit::{Family, Unit};

/// Larger numbers are refused: they are typing errors and would overflow.
const LARGEST: f64 = 1e15;
/// The longest span of whole years.
const LONGEST: f64 = 100.0;

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
    };
    if fits {
        return Some(base);
    }
    let message = match domain {
        _ if written < 0.0 => "negative value",
        Domain::Share => "share outside 0 to 1",
        Domain::WholeYears => "not a whole number of years",
        Domain::Positive if written <= 0.0 => "value must be positive",
        _ => "value too large",
    };
    let top = match domain {
        Domain::Share => 1.0,
        Domain::WholeYears => LONGEST,
        Domain::NonNegative | Domain::Positive => LARGEST,
    };
    cx.report.add(node.at, &node.key, message, |d| {
        let name = unit.name();
        let d = d
            .found(format!("{} {name}", node.found()))
            .allowed(format!("{allowed} {} {name}", unit.to_written(top)));
        if domain == Domain::Share && name != "%" && written > 1.0 && written <= 100.0 {
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
    let allowed = ["unit", "value", "low", "high", "prior", "source", "grade", "note"];
    table.check_keys(&mut cx.report, &allowed);
    text_note(cx, table);
    let unit = unit(cx, table, inherited, entry.family);
    let origin = origin(cx, table, inherited);
    let node = table.need(&mut cx.report, "value", "write value = and the central value");
    let mut read = |node: Option<&Node>, kind| {
        let base = value(cx, node?, unit, entry.domain)?;
        note(cx, node?, (&table.key, None), unit, origin.as_ref(), kind);
        Some(base)
    };
    let (low_node, high_node) = (table.get("low"), table.get("high"));
    let central = read(node.as_ref(), NumberKind::Value);
    let low = read(low_node.as_ref(), NumberKind::Low);
    let high = read(high_node.as_ref(), NumberKind::High);
    let given = Given { value: node, low: low_node, high: high_node };
    let prior = match entry.domain {
        Domain::WholeYears => fixed(cx, table, &given),
        _ => prior(cx, table, &given, origin.as_ref(), (central, low, high)),
    };
    let origin = origin?;
    Some(Scalar {
        key: table.key.clone(),
        unit: entry.family.base().name(),
        value: central?,
        prior: prior?,
        grade: Some(origin.grade),
        source: Some(origin.source),
        is_share: entry.is_share(),
    })
}

/// The places of the three numbers of a scalar.
struct Given<'a> {
    value: Option<Node<'a>>,
    low: Option<Node<'a>>,
    high: Option<Node<'a>>,
}

/// The prior of a quantity that is not varied.
fn fixed(cx: &mut Context, table: &Table, given: &Given) -> Option<Prior> {
    let word = table.get("prior").filter(|node| node.found() != "\"fixed\"");
    let Some(node) = word.or_else(|| given.low.clone()).or_else(|| given.high.clone()) else {
        return Some(Prior::Fixed);
    };
    cx.report.add(node.at, &node.key, "this quantity is not varied", |d| {
        d.found(node.found()).allowed("a value alone").fix("remove prior, low and high")
    });
    None
}

/// The words for the laws of a prior.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Grade,
    Fixed,
    Pert,
    Triangular,
    Uniform,
}

fn prior(
    cx: &mut Context,
    table: &Table,
    given: &Given,
    origin: Option<&Origin>,
    (value, low, high): (Option<f64>, Option<f64>, Option<f64>),
) -> Option<Prior> {
    const WORDS: [(&str, Word); 5] = [
        ("grade", Word::Grade),
        ("fixed", Word::Fixed),
        ("pert", Word::Pert),
        ("triangular", Word::Triangular),
        ("uniform", Word::Uniform),
    ];
    let word = match table.get("prior") {
        Some(node) => node.choice(&mut cx.report, &WORDS)?,
        None => Word::Grade,
    };
    if matches!(word, Word::Grade | Word::Fixed) {
        if let Some(node) = given.low.as_ref().or(given.high.as_ref()) {
            cx.report.add(node.at, &node.key, "low and high without a prior that uses them", |d| {
                d.found(node.found())
                    .allowed(
                        "low and high only with prior = \"pert\", \"triangular\" or \"uniform\"",
                    )
                    .fix("add prior = \"pert\", or remove low and high")
            });
            return None;
        }
        return match word {
            Word::Fixed => Some(Prior::Fixed),
            _ => Some(Prior::Grade { relative_sd: cx.grades[origin?.grade.index()] }),
        };
    }
    let hint = "give the smallest and the largest possible value as low and high";
    if given.low.is_none() {
        table.need(&mut cx.report, "low", hint);
    }
    if given.high.is_none() {
        table.need(&mut cx.report, "high", hint);
    }
    let (value, low, high) = (value?, low?, high?);
    if !(low <= value && value <= high) {
        let node = if low <= value { given.high.as_ref() } else { given.low.as_ref() };
        let raw = |node: &Option<Node>| node.as_ref().map_or(String::new(), Node::found);
        let node = node?;
        cx.report.add(node.at, &node.key, "low, value and high are not in order", |d| {
            d.found(format!(
                "low = {}, value = {}, high = {}",
                raw(&given.low),
                raw(&given.value),
                raw(&given.high)
            ))
            .allowed("low <= value <= high")
            .fix("correct one of the three")
        });
        return None;
    }
    Some(match word {
        Word::Pert => Prior::Pert { low, high },
        Word::Triangular => Prior::Triangular { low, high },
        _ => Prior::Uniform { low, high },
    })
}

/// Checks that a `note` is text.
pub(super) fn text_note(cx: &mut Context, table: &Table) {
    if let Some(node) = table.get("note") {
        node.string(&mut cx.report);
    }
}
