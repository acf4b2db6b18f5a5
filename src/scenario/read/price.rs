//! Prices of materials, common to all regions.

use super::Context;
use super::header::Time;
use super::node::{Table, list};
use super::quantity::{self, Inherited};
use super::report::shorten;
use crate::error::nearest;
use crate::process::Price;
use crate::scenario::price::MarketPrice;
use crate::scenario::schema::{Absent, Domain, Entry, Kind};
use crate::scenario::unit::Family;

/// The value of a price in its first year.
const START: Entry = Entry {
    pattern: "price.{material}.start",
    kind: Kind::Scalar,
    family: Family::Price,
    domain: Domain::Positive,
    absent: Absent::Error,
    is_lever: false,
};

/// Reads every `[price.<material>]` that is right, with the grades of `cx`, in
/// the order of the fitted prices.
pub(super) fn read(cx: &mut Context, root: &Table) -> Vec<MarketPrice> {
    let table = root.get("price").and_then(|node| node.table(&mut cx.report));
    let Some(table) = table else { return Vec::new() };
    let known = Price::ALL.map(Price::material);
    for (name, node) in table.iter().filter(|(name, _)| !known.contains(name)) {
        cx.report.add(table.key_at(name), &node.key, "no price of this material", |d| {
            let d = d.found(shorten(name)).allowed(list(&known));
            match nearest(name, known) {
                Some(near) => d.fix(format!("write `{near}`")),
                None => d.fix("remove it: no price of it is fitted"),
            }
        });
    }
    // What is common to all regions belongs to none.
    let region = std::mem::replace(&mut cx.region, "world".to_owned());
    let each = |price: Price| {
        let own = table.get(price.material())?.table(&mut cx.report)?;
        one(cx, price, &own)
    };
    let prices = Price::ALL.into_iter().filter_map(each).collect();
    cx.region = region;
    prices
}

fn one(cx: &mut Context, price: Price, table: &Table) -> Option<MarketPrice> {
    table.check_keys(&mut cx.report, &["fitted", "year", "start", "note"]);
    quantity::text_note(cx, table);
    let material = price.material();
    let has = cx.names.materials.iter().any(|name| name == material);
    if !has {
        let materials: Vec<&str> = cx.names.materials.iter().map(String::as_str).collect();
        let allowed = list(&materials);
        cx.report.add(table.at, &table.key, "a price of a material that is not modelled", |d| {
            d.found(material)
                .allowed(format!("the materials of [model]: {allowed}"))
                .fix("remove the price, or add the material to [model]")
        });
    }
    let hint = "write fitted = true: the price moves as fitted to past prices";
    let fitted = table.need(&mut cx.report, "fitted", hint).and_then(|node| {
        let fitted = node.boolean(&mut cx.report)?;
        if !fitted {
            cx.report.add(node.at, &node.key, "a price that is not fitted", |d| {
                d.found("false")
                    .allowed("true; other processes are declared in Rust, with `process`")
                    .fix("write fitted = true, or remove the price")
            });
        }
        fitted.then_some(())
    });
    let year = table.need(&mut cx.report, "year", "write year = and that of the start value");
    let year = year.and_then(|node| {
        let year = node.year(&mut cx.report)?;
        let Time { start, end, .. } = cx.time?;
        if !(start..=end).contains(&year) {
            cx.report.add(node.at, &node.key, "year outside the scenario", |d| {
                d.found(year.to_string())
                    .allowed(format!("{start} to {end}"))
                    .fix("give the price of a year in between")
            });
            return None;
        }
        Some(year)
    });
    let hint = "write start = { unit = \"USD/t\", value = 15000, source = \"id\", grade = \"B\" }";
    let start = table.need(&mut cx.report, "start", hint);
    let start = start.and_then(|node| node.table(&mut cx.report));
    let start = start.and_then(|own| quantity::scalar(cx, &START, &own, &Inherited::default()));
    fitted?;
    has.then_some(MarketPrice { price, year: year?, start: start? })
}
