//! What single quantities cannot show: sums that must not exceed the whole.

use super::Context;
use super::node::Table;
use super::report::tidy;
use crate::scenario::scalar::Scalar;
use crate::scenario::schema::join;

/// Room for rounding in a sum of shares.
const ROUNDING: f64 = 1e-9;

/// Checks the sums of shares.
pub(super) fn check(cx: &mut Context, root: &Table) {
    exits(cx, root);
    preprocessing(cx, root);
}

/// Where `group.name` stands in the file.
fn place(root: &Table, group: &str, name: &str) -> usize {
    let report = &mut super::Report::new("", "");
    let table = root.get(group).and_then(|node| node.table(report));
    table.and_then(|table| table.get(name)).map_or(0, |node| node.at)
}

/// Vehicles exported and vehicles unknown are at most all vehicles.
fn exits(cx: &mut Context, root: &Table) {
    let (Some(export), Some(unknown)) =
        (cx.series.get("exit.export"), cx.series.get("exit.unknown"))
    else {
        return;
    };
    let Some((start, end)) = cx.horizon else { return };
    let over: Vec<i32> =
        (start..=end).filter(|&year| export.at(year) + unknown.at(year) > 1.0 + ROUNDING).collect();
    let Some(&year) = over.first() else { return };
    let found = format!(
        "export {} + unknown {} in {year}, too much in {} of the years",
        tidy(export.at(year)),
        tidy(unknown.at(year)),
        over.len()
    );
    cx.report.add(place(root, "exit", "unknown"), "exit.unknown", "exits exceed the whole", |d| {
        d.found(found)
            .allowed("exit.export + exit.unknown of at most 1 in every year")
            .fix("lower one of the two")
    });
}

/// Of each material, black mass and metal fractions take at most everything,
/// even at the upper bounds of their priors.
fn preprocessing(cx: &mut Context, root: &Table) {
    let upper = |scalar: &Scalar| scalar.prior.bounds().map_or(scalar.value, |(_, high)| high);
    for material in &cx.materials {
        let key = join("preprocessing.fraction", material);
        let black_mass = cx.scalars.get(&join("preprocessing.black_mass", material));
        let (Some(black_mass), Some(fraction)) = (black_mass, cx.scalars.get(&key)) else {
            continue;
        };
        let (black_mass, fraction) = (upper(black_mass), upper(fraction));
        if black_mass + fraction > 1.0 + ROUNDING {
            let at = place(root, "preprocessing", "fraction");
            cx.report.add(at, &key, "more recovered than there is", |d| {
                d.found(format!("black_mass up to {black_mass} + fraction up to {fraction}"))
                    .allowed("at most 1 in sum, at the upper bounds as well")
                    .fix("lower one of the two, or its `high`")
            });
        }
    }
}
