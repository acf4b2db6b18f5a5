//! What single quantities of the world cannot show: sums of shares, and what a
//! route or a stockpile needs.

use std::collections::BTreeSet;

use super::consistency::place;
use super::group;
use super::header::Time;
use super::node::{Node, Table};
use super::report::{Report, tidy};
use super::world::Reading;
use crate::scenario::schema::join;
use crate::scenario::series::Series;
use crate::scenario::world_quantities::{GOODS, IMPORTS, PARTNERS};

/// Room for rounding in a sum of shares.
const ROUNDING: f64 = 1e-6;
/// The good that is bought by what it pays.
const BLACK_MASS: &str = "black_mass";

/// Checks the world. `changed` are the keys that policies and instruments
/// change.
pub(super) fn check(world: &mut Reading, root: &Table, changed: &BTreeSet<String>) {
    for region in world.names.regions.clone() {
        for good in GOODS {
            let group = format!("trade.{good}.{region}");
            let message = "more goes out than there is";
            at_most_one(world, root, &group, ".share", message, &format!("{good} of {region}"));
        }
        for import in IMPORTS {
            let group = format!("supply.{import}.{region}");
            let what = format!("{import} imported by {region}");
            at_most_one(world, root, &group, "", "origins exceed the whole", &what);
        }
    }
    for partner in PARTNERS {
        let (group, what) = (format!("partner.{partner}.passes_on"), format!("metal of {partner}"));
        at_most_one(world, root, &group, "", "more is passed on than there is", &what);
    }
    black_mass(world, root);
    without_effect(world, root, changed);
    stockpiles(world, root, changed);
    persistence(world, root);
}

/// Whether the file gives a quantity that is otherwise a fixed zero.
fn is_given(series: &Series) -> bool {
    series.constant().is_none_or(|scalar| scalar.source.is_some())
}

/// The shares `<group>.<place><suffix>` are at most the whole in every year.
fn at_most_one(
    world: &mut Reading,
    root: &Table,
    group: &str,
    suffix: &str,
    message: &str,
    what: &str,
) {
    let cx = &mut world.cx;
    let Some(Time { start, end, .. }) = cx.time else { return };
    let parts: Vec<(&str, &Series)> = world
        .names
        .places()
        .filter_map(|place| Some((place, cx.series.get(&format!("{group}.{place}{suffix}"))?)))
        .filter(|(_, series)| is_given(series))
        .collect();
    let sum = |year: i32| parts.iter().map(|(_, series)| series.at(year)).sum::<f64>();
    let over: Vec<i32> = (start..=end).filter(|year| sum(*year) > 1.0 + ROUNDING).collect();
    let (Some(&year), Some((last, _))) = (over.first(), parts.last()) else { return };
    let shares: Vec<String> =
        parts.iter().map(|(place, series)| format!("{place} {}", tidy(series.at(year)))).collect();
    let found = format!(
        "{what}: {} = {} in {year}, too much in {} of the years",
        shares.join(" + "),
        tidy(sum(year)),
        over.len()
    );
    let key = format!("{group}.{last}{suffix}");
    cx.report.add(place(root, &key), &key, message, |d| {
        d.found(found).allowed("at most 1 in sum in every year").fix("lower one of the shares")
    });
}

/// What a route of black mass needs: prices that pull it, and a partner that
/// refines it.
fn black_mass(world: &mut Reading, root: &Table) {
    let routes: Vec<_> = world.routes.iter().filter(|r| r.good == BLACK_MASS).cloned().collect();
    for route in routes {
        let at = place(root, &format!("trade.{BLACK_MASS}.{}.{}", route.from, route.to));
        need(world, root, "trade.sensitivity", at);
        need(world, root, &join("trade.payable", &route.from), at);
        need(world, root, &join("trade.payable", &route.to), at);
        if !PARTNERS.contains(&route.to.as_str()) {
            continue;
        }
        need(world, root, &format!("partner.{}.refining.spare", route.to), at);
        let group = format!("partner.{}.refining.yield", route.to);
        let yields = |material: &String| world.cx.series.get(&join(&group, material));
        // One that is wrong is reported where it stands.
        let any =
            world.names.materials.iter().any(|material| yields(material).is_none_or(is_given));
        if !any {
            world.cx.report.add(at, &group, "missing key", |d| {
                d.found("nothing")
                    .allowed("the yield of at least one material")
                    .fix(format!("add [{group}] with unit, source and grade"))
            });
        }
    }
}

/// Quantities of a route that nothing of this good follows: used vehicles and
/// recovered metal are neither delayed nor lost, and evidence is asked of black
/// mass alone.
fn without_effect(world: &mut Reading, root: &Table, changed: &BTreeSet<String>) {
    let cx = &mut world.cx;
    for route in &world.routes {
        let unused: &[&str] = match route.good.as_str() {
            "used_vehicles" => &["cap", "delay", "loss", "evidence"],
            "recovered" => &["delay", "loss", "evidence"],
            BLACK_MASS => &[],
            _ => &["evidence"],
        };
        for name in unused {
            let key = format!("trade.{}.{}.{}.{name}", route.good, route.from, route.to);
            if !changed.contains(&key) && !cx.series.get(&key).is_some_and(is_given) {
                continue;
            }
            cx.report.add(place(root, &key), &key, "a quantity without effect", |d| {
                d.found(format!("{name} of {}", route.good))
                    .allowed(format!("a route of {} without {}", route.good, unused.join(", ")))
                    .fix("remove it")
            });
        }
    }
}

/// A stockpile needs the time in which it is filled.
fn stockpiles(world: &mut Reading, root: &Table, changed: &BTreeSet<String>) {
    let of_days = |key: &str| key.starts_with("stockpile.") && key.contains(".days.");
    let given = |(key, series): (&String, &Series)| of_days(key) && is_given(series);
    if world.cx.series.iter().any(given) || changed.iter().any(|key| of_days(key)) {
        need(world, root, "stockpile.fill", place(root, "stockpile"));
    }
}

/// Shocks must fade.
fn persistence(world: &mut Reading, root: &Table) {
    let key = "tension.persistence";
    let cx = &mut world.cx;
    let Some(upper) = cx.scalars.get(key).map(|scalar| scalar.upper()) else { return };
    if upper >= 1.0 {
        cx.report.add(place(root, key), key, "persistence outside its range", |d| {
            d.found(format!("up to {upper}"))
                .allowed("0 up to, but below, 1")
                .fix("write 0.7 or the like")
        });
    }
}

/// Reports a quantity that is needed and not in the file, at `at`.
fn need(world: &mut Reading, root: &Table, key: &str, at: usize) {
    let cx = &mut world.cx;
    if is_there(root, key) {
        return;
    }
    if let Some(entry) = cx.schema.entry(key) {
        group::missing(cx, entry, key, at);
    }
}

/// Whether the file has anything at `key`. If it is wrong, that is reported
/// where it stands.
fn is_there(root: &Table, key: &str) -> bool {
    let silent = &mut Report::default();
    let mut table = Some(root.clone());
    let mut found = false;
    for name in key.split('.') {
        let node = table.and_then(|table| table.get(name));
        found = node.is_some();
        table = node.filter(Node::is_table).and_then(|node| node.table(silent));
    }
    found
}
