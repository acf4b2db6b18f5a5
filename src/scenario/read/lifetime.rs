//! Lifetimes of vehicles and batteries.

use super::Context;
use super::node::Table;
use super::quantity::{self, Inherited};
use crate::scenario::lifetime::{Law, Lifetime, TIMINGS};
use crate::scenario::scalar::Scalar;
use crate::scenario::schema::{PARTS, join};

/// Reads `[lifetime.vehicle]` and `[lifetime.battery]`.
pub(super) fn read(cx: &mut Context, root: &Table) {
    let hint = "write [lifetime.vehicle] and [lifetime.battery]";
    let node = root.need(&mut cx.report, "lifetime", hint);
    let Some(table) = node.and_then(|node| node.table(&mut cx.report)) else { return };
    table.check_keys(&mut cx.report, &PARTS);
    for part in PARTS {
        let hint = format!("write [lifetime.{part}] with law, inflow, mean and shape or sd");
        let node = table.need(&mut cx.report, part, &hint);
        let own = node.and_then(|node| node.table(&mut cx.report));
        if let Some(lifetime) = own.and_then(|own| lifetime(cx, &own)) {
            cx.lifetimes.insert(part.to_owned(), lifetime);
        }
    }
}

fn lifetime(cx: &mut Context, table: &Table) -> Option<Lifetime> {
    let law = table.need(&mut cx.report, "law", "write law = \"weibull\"");
    let law = law.and_then(|node| node.choice(&mut cx.report, &Law::NAMES));
    let timing = table.need(&mut cx.report, "inflow", "write inflow = \"middle\"");
    let timing = timing.and_then(|node| node.choice(&mut cx.report, &TIMINGS));
    // With an unknown law either parameter may be meant.
    let spread_key = law
        .map(Law::spread_key)
        .or_else(|| ["shape", "sd"].into_iter().find(|name| table.get(name).is_some()));
    let mut allowed = vec!["law", "inflow", "mean", "note"];
    allowed.extend(spread_key);
    if spread_key.is_some() {
        table.check_keys(&mut cx.report, &allowed);
    }
    quantity::text_note(cx, table);
    let mean = parameter(cx, table, "mean");
    let spread = spread_key.and_then(|name| parameter(cx, table, name));
    Some(Lifetime { law: law?, timing: timing?, mean: mean?, spread: spread? })
}

fn parameter(cx: &mut Context, table: &Table, name: &str) -> Option<Scalar> {
    let key = join(&table.key, name);
    let entry = cx.schema.entry(&key)?;
    let unit = entry.family.base().name();
    let hint = format!("add [{key}] with unit = \"{unit}\", value, source and grade");
    let node = table.need(&mut cx.report, name, &hint)?;
    let own = node.table(&mut cx.report)?;
    let scalar = quantity::scalar(cx, entry, &own, &Inherited::default())?;
    cx.scalars.insert(key, scalar.clone());
    Some(scalar)
}
