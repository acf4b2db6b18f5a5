//! The tables `[instrument.*]`, and the levers that put instruments to work.

use std::collections::BTreeMap;

use super::Context;
use super::node::{Node, Table};
use super::policy::{self, Word};
use super::quantity::{self, Inherited, Origin};
use super::region::Read;
use super::report::Report;
use super::world::part_of;
use crate::scenario::instrument::{ChangeKind, Instrument, InstrumentChange, InstrumentTag};
use crate::scenario::number::NumberKind;
use crate::scenario::policy::Lever;
use crate::scenario::scalar::{Prior, Scalar};
use crate::scenario::schema::{Domain, Entry, join};
use crate::scenario::unit::{Family, Unit};
use crate::scenario::world::WORLD;
use crate::system::Change;

/// More changes of one instrument than this are refused.
pub(super) const MAX_CHANGES: usize = 64;
const HINT: &str =
    "write [[instrument.<id>.changes]] with name, multiply, ceiling, source and grade";

/// The changes of one instrument, as they stand.
pub(super) fn changes<'a>(report: &mut Report, table: &Table<'a>) -> Vec<Node<'a>> {
    table.get("changes").and_then(|node| node.array(report, HINT)).unwrap_or_default()
}

/// Reads every instrument of `ids` and keeps the sizes of its changes in `cx`.
pub(super) fn read<'a>(
    cx: &mut Context,
    root: &Table<'a>,
    ids: impl Iterator<Item = &'a str>,
    parts: &mut [Read],
) -> Vec<Instrument> {
    let silent = &mut Report::default();
    let all = root.get("instrument").and_then(|node| node.table(silent));
    let Some(all) = all else { return Vec::new() };
    let mut set = BTreeMap::new();
    let mut instruments = Vec::new();
    for id in ids {
        let table = all.get(id).and_then(|node| node.table(&mut cx.report));
        instruments.extend(table.and_then(|table| instrument(cx, &table, id, parts, &mut set)));
    }
    instruments
}

fn instrument(
    cx: &mut Context,
    table: &Table,
    id: &str,
    parts: &mut [Read],
    set: &mut BTreeMap<(String, String), String>,
) -> Option<Instrument> {
    let allowed = ["tag", "title", "description", "from", "ramp", "changes", "note"];
    table.check_keys(&mut cx.report, &allowed);
    quantity::text_note(cx, table);
    let tag =
        table.need(&mut cx.report, "tag", "write tag = \"memorandum\", \"beyond\" or \"own\"");
    let tag = tag.and_then(|node| node.choice(&mut cx.report, &InstrumentTag::NAMES));
    let title = table.need(&mut cx.report, "title", "write title = \"...\" for readers");
    let title = title.and_then(|node| node.string(&mut cx.report));
    let description = table.get("description").and_then(|node| node.string(&mut cx.report));
    let (from, ramp) = (policy::from(cx, table), policy::ramp(cx, table));
    let items = changes(&mut cx.report, table);
    if items.is_empty() || items.len() > MAX_CHANGES {
        let node = table.get("changes");
        let at = node.map_or(table.at, |node| node.at);
        cx.report.add(at, &join(&table.key, "changes"), "list of the wrong length", |d| {
            d.found(format!("{} changes", items.len()))
                .allowed(format!("1 to {MAX_CHANGES} changes"))
                .fix(HINT)
        });
    }
    let mut changes = Vec::new();
    for (i, item) in items.iter().take(MAX_CHANGES).enumerate() {
        let Some(own) = item.table(&mut cx.report) else { continue };
        let size = format!("instrument.{id}.size.{}", i + 1);
        let Some(change) = change(cx, &own, &size, parts) else { continue };
        if change.change_kind == ChangeKind::Set {
            let place = (change.region.clone(), change.key.clone());
            if let Some(other) = set.insert(place, id.to_owned()) {
                cx.report.add(own.at, &join(&own.key, "set"), "set by two changes", |d| {
                    d.found(format!(
                        "{}.{}, set in the instruments {other} and {id}",
                        change.region, change.key
                    ))
                    .allowed("at most one change with set on a quantity")
                    .fix("use multiply or add in one of the two")
                });
            }
        }
        changes.push(change);
    }
    let (tag, title, from) = (tag?, title?.to_owned(), from?);
    let ramp = ramp?;
    changes.first()?;
    let description = description.unwrap_or("").to_owned();
    Some(Instrument { id: id.to_owned(), tag, title, description, from, ramp, changes })
}

/// Reads one change and keeps its size, a scalar with the key `size`.
fn change(
    cx: &mut Context,
    table: &Table,
    size: &str,
    parts: &mut [Read],
) -> Option<InstrumentChange> {
    let allowed = [
        "name", "set", "multiply", "add", "low", "high", "ceiling", "unit", "source", "grade",
        "note",
    ];
    table.check_keys(&mut cx.report, &allowed);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let (region, target) = target(cx, table, parts)?;
    let (node, word) = policy::operation(cx, table)?;
    let (key, entry) = target?;
    let unit = policy::lever_unit(cx, table, entry, word);
    let number = |cx: &mut Context, node: &Node, kind: NumberKind| {
        let value = policy::change(cx, node, entry, unit, word)?;
        quantity::note(cx, node, (size, None), unit, origin.as_ref(), kind);
        Some(match value {
            Change::Set(x) | Change::Multiply(x) | Change::Add(x) => x,
        })
    };
    let central = number(cx, &node, NumberKind::Lever);
    let ceiling = table.need(&mut cx.report, "ceiling", "write the size at the physical limit");
    let ceiling = ceiling.and_then(|node| number(cx, &node, NumberKind::Lever));
    let bounds = (table.get("low"), table.get("high"));
    let prior = match &bounds {
        (None, None) => Some(Prior::Fixed),
        (Some(low), Some(high)) => {
            let below = number(cx, low, NumberKind::Low);
            let above = number(cx, high, NumberKind::High);
            let bounds = (below?, central?, above?);
            in_order(cx, [low, &node, high], bounds).map(|(low, high)| Prior::Pert { low, high })
        }
        (low, _) => {
            let name = if low.is_none() { "low" } else { "high" };
            let hint = "give low and high, or neither for a size that does not vary";
            table.need(&mut cx.report, name, hint).and(None)
        }
    };
    let (origin, unit): (Origin, Unit) = (origin?, unit?);
    let (central, ceiling, prior) = (central?, ceiling?, prior?);
    let base = match word {
        Word::Multiply => Family::Factor.base(),
        Word::Set | Word::Add => entry.family.unit(entry.family.base().name()).unwrap_or(unit),
    };
    cx.scalars.insert(
        size.to_owned(),
        Scalar {
            key: size.to_owned(),
            unit: base.name(),
            value: central,
            prior,
            truncate: None,
            grade: Some(origin.grade),
            source: Some(origin.source.clone()),
            is_share: word == Word::Set && entry.domain == Domain::Share,
        },
    );
    let change_kind = match word {
        Word::Set => ChangeKind::Set,
        Word::Multiply => ChangeKind::Multiply,
        Word::Add => ChangeKind::Add,
    };
    let (source, grade) = (origin.source, origin.grade);
    Some(InstrumentChange { region, key, change_kind, central, ceiling, source, grade })
}

/// The bounds of a size, if its central value lies between them.
fn in_order(
    cx: &mut Context,
    nodes: [&Node; 3],
    (low, central, high): (f64, f64, f64),
) -> Option<(f64, f64)> {
    if low <= central && central <= high {
        return Some((low, high));
    }
    let node = if low <= central { nodes[2] } else { nodes[0] };
    cx.report.add(node.at, &node.key, "low, value and high are not in order", |d| {
        let [low, central, high] = nodes.map(Node::found);
        d.found(format!("low = {low}, value = {central}, high = {high}"))
            .allowed("low <= value <= high")
            .fix("correct one of the three")
    });
    None
}

/// A quantity by its key below the region.
type Target = (String, &'static Entry);

/// The region and the quantity that a change names; the quantity is `None` if it
/// is unknown.
fn target(cx: &mut Context, table: &Table, parts: &mut [Read]) -> Option<(String, Option<Target>)> {
    let hint = "write name = \"eu.cells.scrap.collected\" or another quantity";
    let node = table.need(&mut cx.report, "name", hint)?;
    let name = node.string(&mut cx.report)?;
    let region = name.split('.').next().unwrap_or("").to_owned();
    if region != WORLD {
        let part = part_of(&mut cx.report, &node, name, parts, true)?;
        let target = policy::quantity_of(&mut part.cx, table, &format!("{region}."));
        return Some((region, target));
    }
    let target = policy::quantity_of(cx, table, "world.")?;
    if target.0.starts_with("instrument.") {
        cx.report.add(node.at, &node.key, "an instrument that changes an instrument", |d| {
            d.found(node.found())
                .allowed("a quantity of a region, or of trade, supply, shocks or stockpiles")
                .fix("name the quantity itself")
        });
        return None;
    }
    Some((region, Some(target)))
}

/// The lever that puts the instrument named by `node` to work.
pub(super) fn lever(report: &mut Report, node: &Node, known: &[Instrument]) -> Option<Lever> {
    let id = node.string(report)?;
    let Some(instrument) = known.iter().find(|instrument| instrument.id == id) else {
        let names: Vec<&str> = known.iter().map(|instrument| instrument.id.as_str()).collect();
        node.not_one_of(report, "unknown instrument", id, &names);
        return None;
    };
    let first = instrument.changes.first()?;
    Some(Lever {
        region: WORLD.to_owned(),
        key: format!("instrument.{id}"),
        change: Change::Set(1.0),
        from: instrument.from,
        ramp: instrument.ramp,
        source: first.source.clone(),
        grade: first.grade,
    })
}
