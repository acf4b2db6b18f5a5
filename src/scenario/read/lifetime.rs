//! Lifetimes of vehicles and batteries.

use super::Context;
use super::node::Table;
use super::quantity::{self, Inherited};
use crate::scenario::lifetime::{Law, Lifetime, TIMINGS};
use crate::scenario::scalar::Scalar;
use crate::scenario::schema::join;

/// Share and mean age of those that fail early: both or none.
const EARLY: [&str; 2] = ["early_share", "early_mean"];

/// Reads `lifetime.vehicle` and `lifetime.battery` of a segment, or
/// `lifetime.battery` of second life: what the table of quantities has.
pub(super) fn read(cx: &mut Context, owner: &Table) {
    let key = join(&owner.key, "lifetime");
    let parts = cx.schema.children(&key).to_vec();
    let headers: Vec<String> = parts.iter().map(|part| format!("[{key}.{part}]")).collect();
    let hint = format!("write {}", headers.join(" and "));
    let node = owner.need(&mut cx.report, "lifetime", &hint);
    let Some(table) = node.and_then(|node| node.table(&mut cx.report)) else { return };
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    table.check_keys(&mut cx.report, &names);
    for part in names {
        let hint = format!("write [{key}.{part}] with law, inflow, mean and shape or sd");
        let node = table.need(&mut cx.report, part, &hint);
        let own = node.and_then(|node| node.table(&mut cx.report));
        if let Some(lifetime) = own.and_then(|own| lifetime(cx, &own)) {
            cx.lifetimes.insert(join(&owner.key, part), lifetime);
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
    if cx.schema.entry(&join(&table.key, EARLY[0])).is_some() {
        allowed.extend(EARLY);
    }
    if spread_key.is_some() {
        table.check_keys(&mut cx.report, &allowed);
    }
    quantity::text_note(cx, table);
    let mean = parameter(cx, table, "mean");
    let spread = spread_key.and_then(|name| parameter(cx, table, name));
    let early = if EARLY.iter().any(|name| allowed.contains(name) && table.get(name).is_some()) {
        let [share, mean] = EARLY.map(|name| parameter(cx, table, name));
        Some(share.zip(mean)?)
    } else {
        None
    };
    Some(Lifetime { law: law?, timing: timing?, mean: mean?, spread: spread?, early })
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
