//! The list of targets.

use std::collections::BTreeSet;

use super::Context;
use super::header::{Time, is_identifier};
use super::node::{Node, Table, list};
use super::quantity::{self, Inherited};
use crate::scenario::number::NumberKind;
use crate::scenario::schema::{Domain, join};
use crate::scenario::segment::ROUTES;
use crate::scenario::target::{Denominator, Measure, ScrapRule, TARGET_STATUS, Target};
use crate::scenario::unit::Family;

/// More targets than this are refused.
const MAX_TARGETS: usize = 1_000;
const HINT: &str = "write [[target]] with id, title, measure, denominator and so on";

/// Reads every `[[target]]` that is right.
pub(super) fn read(cx: &mut Context, root: &Table) -> Vec<Target> {
    let items = root.get("target").and_then(|node| node.array(&mut cx.report, HINT));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_TARGETS) {
        cx.report.add(item.at, &item.key, "too many targets", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_TARGETS}"))
        });
    }
    let mut ids = BTreeSet::new();
    let mut targets = Vec::new();
    for item in items.iter().take(MAX_TARGETS) {
        let Some(table) = item.table(&mut cx.report) else { continue };
        let Some(target) = target(cx, &table) else { continue };
        if !ids.insert(target.id.clone()) {
            let at = table.get("id").map_or(table.at, |node| node.at);
            cx.report.add(at, "target.id", "target given twice", |d| {
                d.found(target.id.clone())
                    .allowed("each id once")
                    .fix("remove one of the two, or give it another id")
            });
        }
        targets.push(target);
    }
    targets
}

/// The keys of a target.
pub(super) const KEYS: [&str; 19] = [
    "id",
    "title",
    "measure",
    "material",
    "denominator",
    "scrap",
    "route",
    "class",
    "value",
    "unit",
    "year",
    "legal_unit",
    "scope",
    "numerator",
    "status",
    "binding",
    "source",
    "grade",
    "note",
];

fn target(cx: &mut Context, table: &Table) -> Option<Target> {
    table.check_keys(&mut cx.report, &KEYS);
    quantity::text_note(cx, table);
    let id = id(cx, table);
    let [title, legal_unit, scope, numerator] =
        ["title", "legal_unit", "scope", "numerator"].map(|name| text(cx, table, name));
    let status = status(cx, table);
    let binding = table.need(&mut cx.report, "binding", "write binding = true or false");
    let binding = binding.and_then(|node| node.boolean(&mut cx.report));
    let year = table.need(&mut cx.report, "year", "write year = and the first year it holds");
    let year = year.and_then(|node| {
        let year = node.year(&mut cx.report)?;
        let Some(Time { start, end, .. }) = cx.time else { return Some(year) };
        if (start..=end).contains(&year) {
            return Some(year);
        }
        cx.report.add(node.at, &node.key, "a target outside the years of the scenario", |d| {
            d.found(year.to_string())
                .allowed(format!("{start} to {end}"))
                .fix("correct the year, or remove the target")
        });
        None
    });
    let unit = quantity::unit(cx, table, &Inherited::default(), Family::Share);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let node = table.need(&mut cx.report, "value", "write value = and the share to be reached");
    let value =
        node.and_then(|node| Some((quantity::value(cx, &node, unit, Domain::Share)?, node)));
    let hint = "write measure = \"recycled_content\" or the like";
    let measure = table.need(&mut cx.report, "measure", hint);
    let measure = measure.and_then(|node| node.choice(&mut cx.report, &Measure::NAMES))?;
    let denominator = denominator(cx, table, measure);
    let scrap = scrap(cx, table, measure);
    let of = of(cx, table, measure);
    let (id, (value, node), origin) = (id?, value?, origin?);
    let key = join("target", &id);
    quantity::note(cx, &node, (&key, year), unit, Some(&origin), NumberKind::Target);
    let (material, route, class) = of?;
    Some(Target {
        id,
        title: title?,
        measure,
        material,
        route,
        class,
        denominator: denominator?,
        scrap: scrap?,
        value,
        year: year?,
        legal_unit: legal_unit?,
        scope: scope?,
        numerator: numerator?,
        status: status?,
        binding: binding?,
        source: origin.source,
        grade: origin.grade,
    })
}

fn id(cx: &mut Context, table: &Table) -> Option<String> {
    let node =
        table.need(&mut cx.report, "id", "write id = \"content_lithium_2031\" or the like")?;
    let id = node.string(&mut cx.report)?;
    if !is_identifier(id) {
        cx.report.add(node.at, &node.key, "not a name", |d| {
            d.found(node.found()).allowed("letters, digits and _, beginning with a letter")
        });
        return None;
    }
    Some(id.to_owned())
}

fn text(cx: &mut Context, table: &Table, name: &str) -> Option<String> {
    let hint = format!("write {name} = \"...\", in the words of the law");
    let node = table.need(&mut cx.report, name, &hint)?;
    node.string(&mut cx.report).map(str::to_owned)
}

fn status(cx: &mut Context, table: &Table) -> Option<String> {
    let node = table.need(&mut cx.report, "status", "write status = \"in force\" or the like")?;
    node.choice(&mut cx.report, &TARGET_STATUS.map(|word| (word, word))).map(str::to_owned)
}

/// The denominator, which must be one that the measure can have.
fn denominator(cx: &mut Context, table: &Table, measure: Measure) -> Option<Denominator> {
    let allowed = measure.denominators();
    let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
    let first = names.first().copied().unwrap_or_default();
    let Some(node) = table.get("denominator") else {
        let key = join(&table.key, "denominator");
        cx.report.add(table.at, &key, "target without denominator", |d| {
            d.found("nothing")
                .allowed(list(&names))
                .fix(format!("write denominator = \"{first}\": a share is a share of something"))
        });
        return None;
    };
    let denominator = node.choice(&mut cx.report, &Denominator::NAMES)?;
    if !allowed.iter().any(|(_, known)| *known == denominator) {
        cx.report.add(node.at, &node.key, "this denominator does not fit the measure", |d| {
            d.found(node.found())
                .allowed(list(&names))
                .fix(format!("write denominator = \"{first}\", or correct the measure"))
        });
        return None;
    }
    Some(denominator)
}

/// The scrap rule, which everything but collection must state.
fn scrap(cx: &mut Context, table: &Table, measure: Measure) -> Option<Option<ScrapRule>> {
    let collection = [Measure::PortableCollection, Measure::LightTransportCollection];
    let node = match table.get("scrap") {
        None if collection.contains(&measure) => return Some(None),
        None => table.need(
            &mut cx.report,
            "scrap",
            "write scrap = \"included\" or scrap = \"excluded\", whichever the law means",
        )?,
        Some(node) => node,
    };
    node.choice(&mut cx.report, &ScrapRule::NAMES).map(Some)
}

/// Material, route and class, as far as the measure has them.
type Of = (Option<usize>, Option<&'static str>, Option<usize>);

fn of(cx: &mut Context, table: &Table, measure: Measure) -> Option<Of> {
    use Measure::{MaterialRecovery, RecycledContent, RecyclingCapacity, RecyclingEfficiency};
    let materials = cx.names.materials.clone();
    let needs = [RecycledContent, MaterialRecovery].contains(&measure);
    let may = needs || measure == RecyclingCapacity;
    let material = one_of(cx, table, "material", &materials, (needs, may));
    let only = measure == MaterialRecovery;
    let route = one_of(cx, table, "route", &ROUTES, (only, only));
    let classes = cx.names.classes.clone();
    let only = measure == RecyclingEfficiency;
    let class = one_of(cx, table, "class", &classes, (only, only));
    Some((material?, route?.and_then(|place| ROUTES.get(place).copied()), class?))
}

/// The place in `names` that `key` gives; `needs` and `may` say whether the
/// measure must and can have it.
fn one_of<S: AsRef<str>>(
    cx: &mut Context,
    table: &Table,
    key: &str,
    names: &[S],
    (needs, may): (bool, bool),
) -> Option<Option<usize>> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let node: Node = match table.get(key) {
        None if needs => table.need(&mut cx.report, key, &format!("write {key} = \"...\""))?,
        None => return Some(None),
        Some(node) => node,
    };
    if !may {
        cx.report.add(table.key_at(key), &node.key, "this key does not fit the measure", |d| {
            d.found(format!("{key} = {}", node.found()))
                .allowed(format!("no {key} with this measure"))
                .fix("remove it, or correct the measure")
        });
        return None;
    }
    let name = node.string(&mut cx.report)?;
    let place = names.iter().position(|known| *known == name);
    if place.is_none() {
        node.not_one_of(&mut cx.report, &format!("unknown {key}"), name, &names);
    }
    place.map(Some)
}
