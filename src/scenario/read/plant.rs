//! The list of plants.

use super::Context;
use super::node::Table;
use super::quantity::{self, Inherited};
use super::report::shorten;
use crate::scenario::number::NumberKind;
use crate::scenario::plant::{Plant, Stage, Status};
use crate::scenario::schema::{Domain, join};
use crate::scenario::unit::Family;

/// More plants than this are refused.
const MAX_PLANTS: usize = 1_000;
const HINT: &str = "write [[plant]] with name, stage, status, capacity, unit, start, source, grade";

/// Reads every `[[plant]]` that is right.
pub(super) fn read(cx: &mut Context, root: &Table) -> Vec<Plant> {
    let items = root.get("plant").and_then(|node| node.array(&mut cx.report, HINT));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_PLANTS) {
        cx.report.add(item.at, &item.key, "too many plants", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_PLANTS}"))
        });
    }
    let mut plants: Vec<Plant> = Vec::new();
    for item in items.iter().take(MAX_PLANTS) {
        let Some(table) = item.table(&mut cx.report) else { continue };
        let Some(plant) = plant(cx, &table) else { continue };
        let same =
            |p: &Plant| (&p.name, p.stage, p.start) == (&plant.name, plant.stage, plant.start);
        if plants.iter().any(same) {
            cx.report.add(table.at, "plant", "plant given twice", |d| {
                d.found(format!("{}, {}, {}", plant.name, plant.stage.name(), plant.start))
                    .allowed("each plant, stage and year of opening once")
                    .fix("remove one of the two, or name the parts of a plant apart")
            });
        }
        plants.push(plant);
    }
    plants
}

fn plant(cx: &mut Context, table: &Table) -> Option<Plant> {
    let keys =
        ["name", "stage", "status", "capacity", "unit", "start", "end", "source", "grade", "note"];
    table.check_keys(&mut cx.report, &keys);
    quantity::text_note(cx, table);
    let report = &mut cx.report;
    let name = table.need(report, "name", "write name = \"...\"");
    let name = name.and_then(|node| node.string(report));
    let stage = table.need(report, "stage", "write stage = \"preprocessing\" or \"refining\"");
    let stage = stage.and_then(|node| node.choice(report, &Stage::NAMES));
    let status = table.need(report, "status", "write status = \"operating\" or the like");
    let status = status.and_then(|node| node.choice(report, &Status::NAMES));
    let start = table.need(report, "start", "write start = and the year in which it opens");
    let start = start.and_then(|node| node.year(report));
    let end = match table.get("end") {
        Some(node) => Some((node.year(report)?, node)),
        None => None,
    };
    if let (Some(start), Some((end, node))) = (start, &end)
        && *end <= start
    {
        report.add(node.at, &node.key, "a plant that closes before it opens", |d| {
            d.found(format!("start = {start}, end = {end}"))
                .allowed(format!("a year after {start}"))
                .fix("correct start or end, or remove end if it stays open")
        });
    }
    let unit = quantity::unit(cx, table, &Inherited::default(), Family::MassRate);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let node = table.need(&mut cx.report, "capacity", "write capacity = and its unit");
    let node = node?;
    let capacity = quantity::value(cx, &node, unit, Domain::NonNegative)?;
    let (name, origin) = (name?, origin?);
    let key = join("plant", &shorten(name));
    quantity::note(cx, &node, (&key, start), unit, Some(&origin), NumberKind::Plant);
    Some(Plant {
        name: name.to_owned(),
        stage: stage?,
        status: status?,
        capacity,
        start: start?,
        end: end.map(|(year, _)| year),
        source: origin.source,
        grade: origin.grade,
    })
}
