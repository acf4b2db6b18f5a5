//! A share series along an S-curve.

use super::Context;
use super::events::{self, number};
use super::header::Time;
use super::node::Table;
use super::path;
use super::quantity::{self, Inherited, Origin};
use crate::scenario::adoption::Adoption;
use crate::scenario::scalar::Scalar;
use crate::scenario::schema::{Absent, Domain, Entry, Kind, join};
use crate::scenario::series::{Form, Series};
use crate::scenario::unit::{Family, Unit};

/// The midpoint, which no file has as a quantity of its own.
const MIDPOINT: Entry = Entry {
    pattern: "midpoint",
    kind: Kind::Scalar,
    family: Family::Date,
    domain: Domain::Positive,
    absent: Absent::Error,
    is_lever: false,
};
/// The laws of a year: those that do not depend on where years are counted
/// from.
pub(super) const LAWS: [(&str, ()); 7] = [
    ("normal", ()),
    ("pert", ()),
    ("triangular", ()),
    ("uniform", ()),
    ("discrete", ()),
    ("empirical", ()),
    ("fixed", ()),
];
/// The longest adoption, years.
const LONGEST: f64 = 200.0;

/// Reads a series that has `adoption` in place of data.
pub(super) fn series(
    cx: &mut Context,
    entry: &Entry,
    table: &Table,
    inherited: &Inherited,
) -> Option<Series> {
    let node = table.get("adoption")?;
    if !entry.is_share() {
        cx.report.add(node.at, &node.key, "a form of shares", |d| {
            d.found("adoption of a quantity that is no share")
                .allowed("values by year")
                .fix(format!("write [[{}.data]] with values = [[year, value], ...]", table.key))
        });
        return None;
    }
    let keys = [&["unit", "adoption", "noise", "note"], &events::KEYS[..]].concat();
    table.check_keys(&mut cx.report, &keys);
    quantity::text_note(cx, table);
    let unit = quantity::unit(cx, table, inherited, entry.family);
    let noise = path::noise(cx, table);
    let events = events::read(cx, table);
    let own = node.table(&mut cx.report)?;
    let adoption = adoption(cx, &own, unit);
    Some(Series {
        key: table.key.clone(),
        unit: entry.family.base().name(),
        is_share: true,
        form: Form::Adoption { curve: adoption?, noise: noise? },
        events: events?,
    })
}

fn adoption(cx: &mut Context, table: &Table, unit: Option<Unit>) -> Option<Adoption> {
    let keys = ["from", "to", "takes", "midpoint", "source", "grade", "note"];
    table.check_keys(&mut cx.report, &keys);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let from = end(cx, table, ("from", "write from = and the share before"), unit, &origin);
    let to = end(cx, table, ("to", "write to = and the share in the end"), unit, &origin);
    let hint = "write takes = 12, the years from 10 % to 90 % of the way";
    let takes = table.need(&mut cx.report, "takes", hint);
    let range = (0.1, LONGEST, "yr", "duration outside its range");
    let takes = takes.and_then(|node| number(cx, &node, range, origin.as_ref()));
    let midpoint = midpoint(cx, table);
    origin?;
    Some(Adoption { from: from?, to: to?, takes: takes?, midpoint: midpoint? })
}

/// One of the two ends, in the unit of the series.
fn end(
    cx: &mut Context,
    table: &Table,
    (name, hint): (&str, &str),
    unit: Option<Unit>,
    origin: &Option<Origin>,
) -> Option<f64> {
    let node = table.need(&mut cx.report, name, hint)?;
    let value = quantity::value(cx, &node, unit, Domain::Share)?;
    quantity::note_event(cx, &node, (value, "share"), origin.as_ref());
    Some(value)
}

/// The midpoint with its prior, within the years of the scenario.
fn midpoint(cx: &mut Context, table: &Table) -> Option<Scalar> {
    let hint = "write midpoint = { value = 2035, prior = \"normal\", sd = 3 }";
    let node = table.need(&mut cx.report, "midpoint", hint)?;
    let own = node.table(&mut cx.report)?;
    let word = own.need(&mut cx.report, "prior", "write prior = \"normal\" and sd = 3 (years)")?;
    word.choice(&mut cx.report, &LAWS)?;
    if let Some(node) = own.get("relative_sd") {
        cx.report.add(node.at, &node.key, "a year has no relative spread", |d| {
            d.found(node.found()).allowed("sd, range_90 or range_95").fix("write sd = in years")
        });
        return None;
    }
    let inherited =
        Inherited { unit: None, source: table.get("source"), grade: table.get("grade") };
    // Where the group lacks them, they are missing once.
    if inherited.source.is_none() || inherited.grade.is_none() {
        return None;
    }
    let midpoint = quantity::scalar(cx, &MIDPOINT, &own, &inherited)?;
    let Time { start, end, .. } = cx.time?;
    if !(f64::from(start)..=f64::from(end)).contains(&midpoint.value) {
        let key = join(&own.key, "value");
        let at = own.get("value").map_or(own.at, |node| node.at);
        cx.report.add(at, &key, "a midpoint outside the scenario", |d| {
            d.found(midpoint.value.to_string())
                .allowed(format!("{start} to {end}"))
                .fix("correct the year; its prior may reach further")
        });
        return None;
    }
    Some(midpoint)
}
