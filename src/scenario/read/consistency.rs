//! What single quantities cannot show: shares of one thing that must not
//! exceed the whole, or must make it up.

use super::Context;
use super::header::Time;
use super::node::Table;
use super::report::{Report, tidy};
use crate::scenario::schema::{REST, join};
use crate::scenario::segment::{PORTABLE_SEGMENT, ROUTES};
use crate::scenario::series::Series;

/// Room for rounding in a sum of shares.
const ROUNDING: f64 = 1e-6;

/// Checks the sums of shares.
pub(super) fn check(cx: &mut Context, root: &Table) {
    for segment in cx.names.segments.clone() {
        let key = join("segment", segment);
        let exit = join(&key, "exit");
        at_most_one(cx, root, &exit, &["export", "unknown"], "exits exceed the whole");
        let origin = join(&key, "origin");
        let parts = ["imported_cells", "imported_in_products"];
        at_most_one(cx, root, &origin, &parts, "imports above placements");
        if segment == PORTABLE_SEGMENT {
            let parts = ["collection", "electronic_waste"];
            at_most_one(cx, root, &key, &parts, "more collected and lost than discarded");
        }
    }
    for class in cx.names.classes.clone() {
        let treatment = join("treatment", &class);
        let parts = ["stored", "exported", "untreated"];
        at_most_one(cx, root, &treatment, &parts, "treatment shares exceed the whole");
        routes(cx, root, &join("refining.route_share", &class));
    }
    preprocessing(cx, root);
}

/// Where `key` or, if it is not in the file, the nearest group above stands.
pub(super) fn place(root: &Table, key: &str) -> usize {
    let report = &mut Report::default();
    let mut at = root.at;
    let mut table = Some(root.clone());
    for name in key.split('.') {
        let Some(node) = table.and_then(|table| table.get(name)) else { break };
        at = node.at;
        table = node.is_table().then(|| node.table(report)).flatten();
    }
    at
}

/// The series of a group with these names, unless one of them is wrong.
fn series<'c>(cx: &'c Context, group: &str, names: &[&str]) -> Option<Vec<&'c Series>> {
    names.iter().map(|name| cx.series.get(&join(group, name))).collect()
}

/// `a 0.7 + b 0.6 in 2030`.
fn sum_in(group: &[&Series], names: &[&str], year: i32) -> String {
    let part = |(series, name): (&&Series, &&str)| format!("{name} {}", tidy(series.at(year)));
    let parts: Vec<String> = group.iter().zip(names).map(part).collect();
    format!("{} in {year}", parts.join(" + "))
}

/// The given parts of one thing are at most the whole in every year.
fn at_most_one(cx: &mut Context, root: &Table, group: &str, names: &[&str], message: &str) {
    let (Some(parts), Some(Time { start, end, .. })) = (series(cx, group, names), cx.time) else {
        return;
    };
    let sum = |year: i32| parts.iter().map(|series| series.at(year)).sum::<f64>();
    let over: Vec<i32> = (start..=end).filter(|&year| sum(year) > 1.0 + ROUNDING).collect();
    let Some(&year) = over.first() else { return };
    let found = format!("{}, too much in {} of the years", sum_in(&parts, names, year), over.len());
    let last = names.last().copied().unwrap_or_default();
    let key = join(group, last);
    cx.report.add(place(root, &key), &key, message, |d| {
        d.found(found)
            .allowed(format!("{} of at most 1 in every year", names.join(" + ")))
            .fix("lower one of them")
    });
}

/// Routes of a class make up the whole in every year, or none is given.
fn routes(cx: &mut Context, root: &Table, group: &str) {
    let (Some(parts), Some(Time { start, end, .. })) = (series(cx, group, &ROUTES), cx.time) else {
        return;
    };
    let given = |series: &Series| series.constant().is_none_or(|scalar| scalar.source.is_some());
    if !parts.iter().any(|series| given(series)) {
        return;
    }
    let sum = |year: i32| parts.iter().map(|series| series.at(year)).sum::<f64>();
    let whole = 1.0 - ROUNDING..=1.0 + ROUNDING;
    let off: Vec<i32> = (start..=end).filter(|&year| !whole.contains(&sum(year))).collect();
    let Some(&year) = off.first() else { return };
    let found = format!("{}, not one in {} of the years", sum_in(&parts, &ROUTES, year), off.len());
    cx.report.add(place(root, group), group, "route shares do not sum to one", |d| {
        d.found(found)
            .allowed("a sum of 1 in every year, or no route at all")
            .fix("correct a share, or add the route that is missing")
    });
}

/// Of each material, black mass and metal fractions take at most everything,
/// even at the upper bounds of their priors.
fn preprocessing(cx: &mut Context, root: &Table) {
    let of_class = cx.names.classes.iter().map(|class| join(REST, class));
    for what in cx.names.materials.iter().cloned().chain(of_class) {
        let key = join("preprocessing.fraction", &what);
        let black_mass = cx.scalars.get(&join("preprocessing.black_mass", &what));
        let (Some(black_mass), Some(fraction)) = (black_mass, cx.scalars.get(&key)) else {
            continue;
        };
        let (black_mass, fraction) = (black_mass.upper(), fraction.upper());
        if black_mass + fraction > 1.0 + ROUNDING {
            let at = place(root, "preprocessing.fraction");
            cx.report.add(at, &key, "more recovered than there is", |d| {
                d.found(format!("black_mass up to {black_mass} + fraction up to {fraction}"))
                    .allowed("at most 1 in sum, at the upper bounds as well")
                    .fix("lower one of the two, or its `high`")
            });
        }
    }
}
