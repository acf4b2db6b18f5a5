//! Chemistries: routing class, pack mass and intensities.

use super::Context;
use super::header::{MAX_NAMES, is_identifier};
use super::node::{Table, list};
use super::quantity::{self, Inherited};
use super::report::{Report, tidy};
use crate::error::nearest;
use crate::scenario::chemistry::Chemistry;
use crate::scenario::number::NumberKind;
use crate::scenario::schema::{Domain, REST, join};
use crate::scenario::unit::Family;

const HINT: &str = "write [chemistry.NAME] with class, pack_mass and intensity";

/// The names of all chemistries, sorted.
pub(super) fn names(report: &mut Report, root: &Table) -> Vec<String> {
    let table = root.need(report, "chemistry", HINT).and_then(|node| node.table(report));
    let Some(table) = table else { return Vec::new() };
    let mut names = Vec::new();
    for (name, node) in table.iter() {
        if names.len() == MAX_NAMES || !is_identifier(name) {
            report.add(table.key_at(name), &node.key, "not a chemistry that can be read", |d| {
                d.found(format!("chemistry `{}`", super::report::shorten(name))).allowed(format!(
                    "at most {MAX_NAMES} names of letters, digits and _, beginning with a letter"
                ))
            });
        } else {
            names.push(name.to_owned());
        }
    }
    if names.is_empty() {
        report.add(table.at, &table.key, "no chemistry", |d| {
            d.found("nothing").allowed("at least one chemistry").fix(HINT)
        });
    }
    names
}

/// Reads every chemistry that is right.
pub(super) fn read(cx: &mut Context, root: &Table) -> Vec<Chemistry> {
    let Some(table) = root.get("chemistry").filter(super::node::Node::is_table) else {
        return Vec::new();
    };
    let Some(table) = table.table(&mut cx.report) else { return Vec::new() };
    let names = cx.names.chemistries.clone();
    names
        .iter()
        .filter_map(|name| {
            let own = table.get(name)?.table(&mut cx.report)?;
            chemistry(cx, name, &own)
        })
        .collect()
}

fn chemistry(cx: &mut Context, name: &str, table: &Table) -> Option<Chemistry> {
    table.check_keys(&mut cx.report, &["class", "pack_mass", "intensity", "note"]);
    quantity::text_note(cx, table);
    let class = class(cx, table);
    let pack_mass = pack_mass(cx, table);
    let intensity = intensity(cx, table);
    let (class, pack_mass, mut intensity) = (class?, pack_mass?, intensity?);
    let sum: f64 = intensity.iter().sum();
    let rest = pack_mass - sum;
    if rest < 0.0 {
        let key = join(&table.key, "intensity");
        let at = table.get("intensity").map_or(table.at, |node| node.at);
        cx.report.add(at, &key, "the materials weigh more than the pack", |d| {
            d.found(format!("sum {} kg/kWh, pack mass {pack_mass} kg/kWh", tidy(sum)))
                .allowed("a sum not above the pack mass: the rest is `other`")
                .fix("correct an intensity or the pack mass")
        });
        return None;
    }
    intensity.push(rest);
    let class_name = cx.names.classes.get(class)?.clone();
    Some(Chemistry { name: name.to_owned(), class, class_name, pack_mass, intensity })
}

fn class(cx: &mut Context, table: &Table) -> Option<usize> {
    let hint = format!("write class = \"{}\" or the like", cx.names.classes.first()?);
    let node = table.need(&mut cx.report, "class", &hint)?;
    let name = node.string(&mut cx.report)?;
    let place = cx.names.classes.iter().position(|class| class == name);
    if place.is_none() {
        let names: Vec<&str> = cx.names.classes.iter().map(String::as_str).collect();
        node.not_one_of(&mut cx.report, "unknown class", name, &names);
    }
    place
}

fn pack_mass(cx: &mut Context, table: &Table) -> Option<f64> {
    let entry = cx.schema.entry(&join(&table.key, "pack_mass"))?;
    let hint = "write pack_mass with unit = \"kg/kWh\", value, source and grade";
    let node = table.need(&mut cx.report, "pack_mass", hint)?;
    let own = node.table(&mut cx.report)?;
    let scalar = quantity::scalar(cx, entry, &own, &Inherited::default())?;
    let value = scalar.value;
    cx.scalars.insert(scalar.key.clone(), scalar);
    Some(value)
}

/// The intensities of all materials but `other`, in order.
fn intensity(cx: &mut Context, table: &Table) -> Option<Vec<f64>> {
    let hint = "write intensity with unit = \"kg/kWh\", source, grade and values = { ... }";
    let node = table.need(&mut cx.report, "intensity", hint)?;
    let own = node.table(&mut cx.report)?;
    own.check_keys(&mut cx.report, &["unit", "source", "grade", "values", "note"]);
    quantity::text_note(cx, &own);
    let inherited = Inherited::default();
    let unit = quantity::unit(cx, &own, &inherited, Family::Intensity);
    let origin = quantity::origin(cx, &own, &inherited);
    let values = own.need(&mut cx.report, "values", "write values = { lithium = 0.1, ... }")?;
    let values = values.table(&mut cx.report)?;
    let mut elements = cx.names.materials.clone();
    elements.retain(|name| name != REST);
    check_materials(cx, &values, &elements);
    let mut intensity = Vec::with_capacity(elements.len() + 1);
    for name in &elements {
        let hint = format!("write {name} = and its kg/kWh, 0 if there is none");
        let Some(node) = values.need(&mut cx.report, name, &hint) else { continue };
        if let Some(value) = quantity::value(cx, &node, unit, Domain::NonNegative) {
            let key = join(&own.key, name);
            quantity::note(cx, &node, (&key, None), unit, origin.as_ref(), NumberKind::Value);
            intensity.push(value);
        }
    }
    origin?;
    (intensity.len() == elements.len()).then_some(intensity)
}

/// Reports names that are no material, and `other`, which is computed.
fn check_materials(cx: &mut Context, values: &Table, elements: &[String]) {
    let names: Vec<&str> = elements.iter().map(String::as_str).collect();
    for (name, node) in values.iter().filter(|(name, _)| !names.contains(name)) {
        cx.report.add(values.key_at(name), &node.key, "unknown key", |d| {
            let d = d.found(super::report::shorten(name)).allowed(list(&names));
            match nearest(name, names.iter().copied()) {
                _ if name == REST => d.fix("remove it: `other` is the pack mass minus the rest"),
                Some(near) => d.fix(format!("write `{near}`")),
                None => d.fix("remove it, or add the material to [model]"),
            }
        });
    }
}
