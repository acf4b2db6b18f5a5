//! Walks the groups of the file along the table of quantities.

use super::Context;
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use super::{bans, lifetime, path, shares};
use crate::scenario::events::Events;
use crate::scenario::scalar::{Prior, Scalar};
use crate::scenario::schema::{Absent, Entry, Kind, SECTIONS, join};
use crate::scenario::series::{Form, Series};
use crate::scenario::world_quantities::TABLES;

/// Reads every quantity outside the sections that have their own reader.
pub(super) fn read(cx: &mut Context, root: &Table) {
    let mut allowed: Vec<&str> = SECTIONS.to_vec();
    allowed.extend(cx.schema.children("").iter().map(String::as_str));
    for name in TABLES {
        let Some(node) = root.get(name) else { continue };
        cx.report.add(root.key_at(name), &node.key, "unknown key", |d| {
            d.found(name)
                .allowed("what concerns one region, in a file of one region")
                .fix(format!("move [{name}] to a file that includes several regions"))
        });
        allowed.push(name);
    }
    root.check_keys(&mut cx.report, &allowed);
    walk(cx, root, &SECTIONS);
}

/// Reads every quantity outside the tables `apart`.
pub(super) fn walk(cx: &mut Context, root: &Table, apart: &[&str]) {
    let children = cx.schema.children("").to_vec();
    for name in children.iter().filter(|name| !apart.contains(&name.as_str())) {
        child(cx, Some(root), root.at, name, name, &Inherited::default());
    }
}

/// Reads what is called `name` in `table`: a quantity, a group of them, or a
/// part that has its own reader.
fn child<'a>(
    cx: &mut Context,
    table: Option<&Table<'a>>,
    at: usize,
    key: &str,
    name: &str,
    inherited: &Inherited<'a>,
) {
    let node = table.and_then(|table| table.get(name));
    if let Some(entry) = cx.schema.entry(key) {
        quantity(cx, entry, key, node, at, inherited);
        return;
    }
    match (key.split('.').collect::<Vec<_>>().as_slice(), table) {
        (["segment", segment, "chemistry_share"], Some(table)) => {
            let segment = cx.names.segments.iter().find(|known| *known == segment).copied();
            if let (Some(shares), Some(segment)) = (shares::read(cx, table), segment) {
                cx.shares.insert(segment, shares);
            }
        }
        (["segment", _, "lifetime"] | ["second_life", "lifetime"], Some(table)) => {
            lifetime::read(cx, table);
        }
        _ => group(cx, key, node, at, inherited),
    }
}

/// Reads a group. Without a node, everything below it is missing.
fn group<'a>(
    cx: &mut Context,
    key: &str,
    node: Option<Node<'a>>,
    at: usize,
    inherited: &Inherited<'a>,
) {
    let table = match &node {
        Some(node) => match node.table(&mut cx.report) {
            Some(table) => Some(table),
            None => return,
        },
        None => None,
    };
    let at = table.as_ref().map_or(at, |table| table.at);
    let children = cx.schema.children(key).to_vec();
    let mut inherited = inherited.clone();
    if let Some(table) = &table {
        let shared = cx.schema.shared(key);
        let mut allowed: Vec<&str> = children.iter().map(String::as_str).collect();
        allowed.extend(cx.schema.apart(key).iter().chain(shared));
        if !shared.is_empty() {
            allowed.push("note");
            let own = |name| table.get(name).filter(|_| shared.contains(&name));
            inherited.unit = own("unit").or(inherited.unit);
            inherited.source = own("source").or(inherited.source);
            inherited.grade = own("grade").or(inherited.grade);
            quantity::text_note(cx, table);
        }
        // Which segments there are is checked with the header.
        if key != "segment" {
            table.check_keys(&mut cx.report, &allowed);
        }
    }
    for name in &children {
        child(cx, table.as_ref(), at, &join(key, name), name, &inherited);
    }
}

/// Reads one quantity and keeps it.
fn quantity<'a>(
    cx: &mut Context,
    entry: &'static Entry,
    key: &str,
    node: Option<Node<'a>>,
    at: usize,
    inherited: &Inherited<'a>,
) {
    let Some(node) = node else {
        absent(cx, entry, key, at);
        return;
    };
    if entry.kind == Kind::Dated {
        if let Some(series) = bans::read(cx, entry, &node, inherited) {
            cx.series.insert(key.to_owned(), series);
        }
        return;
    }
    let Some(table) = node.table(&mut cx.report) else { return };
    let by_year = match entry.kind {
        Kind::Series => true,
        Kind::Either => table.get("data").is_some() || table.get("adoption").is_some(),
        Kind::Scalar | Kind::Grouped | Kind::Dated => false,
    };
    if by_year {
        if let Some(series) = path::series(cx, entry, &table, inherited) {
            cx.series.insert(key.to_owned(), series);
        }
        return;
    }
    let Some(scalar) = quantity::scalar(cx, entry, &table, inherited) else { return };
    keep(cx, entry, scalar);
}

/// Keeps a scalar, as a series if the quantity may be one.
fn keep(cx: &mut Context, entry: &Entry, scalar: Scalar) {
    let key = scalar.key.clone();
    if matches!(entry.kind, Kind::Either | Kind::Series | Kind::Dated) {
        let (unit, is_share) = (scalar.unit, scalar.is_share);
        let form = Form::Constant(scalar);
        let events = Events::default();
        cx.series.insert(key.clone(), Series { key, unit, is_share, form, events });
    } else {
        cx.scalars.insert(key, scalar);
    }
}

/// Deals with a quantity that the file does not have.
pub(super) fn absent(cx: &mut Context, entry: &'static Entry, key: &str, at: usize) {
    if entry.absent == Absent::Zero {
        let scalar = Scalar {
            key: key.to_owned(),
            unit: entry.family.base().name(),
            value: 0.0,
            prior: Prior::Fixed,
            truncate: None,
            grade: None,
            source: None,
            is_share: entry.is_share(),
        };
        keep(cx, entry, scalar);
    } else if entry.absent == Absent::Error {
        missing(cx, entry, key, at);
    }
}

/// Reports a missing quantity.
pub(super) fn missing(cx: &mut Context, entry: &Entry, key: &str, at: usize) {
    let unit = entry.family.base().name();
    cx.report.add(at, key, "missing key", |d| {
        let form = match entry.kind {
            Kind::Series => "a series: unit and [[data]]",
            Kind::Either => "a scalar (unit, value, source, grade) or a series (unit, [[data]])",
            Kind::Scalar | Kind::Grouped => "a scalar: unit, value, source, grade",
            Kind::Dated => "bans by date: from, until, source, grade",
        };
        d.found("nothing").allowed(form).fix(format!("add [{key}] with unit = \"{unit}\""))
    });
}
