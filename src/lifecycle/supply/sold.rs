//! Batteries of one region that are sold in another, whose law asks for
//! recycled content.

use super::LifeCycle;
use crate::system::{Expr, stack, var};

/// The materials of the law.
const REGULATED: [&str; 3] = ["lithium", "nickel", "cobalt"];

/// Declares, for each other region in which batteries of this one are sold, two
/// bounds of the recycled content that could be shown, by material:
///
/// ```text
/// recycled_content_sold_in_<region>_all  = used/(energy sold there·intensity of cells made here)
/// recycled_content_sold_in_<region>_even = used/(cells made here)
/// ```
///
/// `used` is recovered and used here. The first books all of it to what is sold
/// there, the second spreads it evenly over all cells.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let Some(world) = cycle.scenario.world() else { return };
    let known = |m: &&str| cycle.scenario.materials().iter().any(|x| x == m);
    let materials: Vec<&str> = REGULATED.into_iter().filter(known).collect();
    for other in cycle.scenario.regions() {
        let key = format!("batteries_sold.{}.{}", cycle.region.name(), other.name());
        let is_sold = world.quantities().series(&key).is_some_and(|series| {
            (cycle.scenario.start()..=cycle.scenario.end()).any(|year| series.at(year) > 0.0)
        });
        if !is_sold || materials.is_empty() {
            continue;
        }
        let dimension = cycle.name("material.regulated");
        let by = |x: Expr| {
            let parts = materials.iter().map(|m| x.clone().at("material", *m));
            stack(&dimension, parts.collect::<Vec<_>>())
        };
        let content = var(format!("world.{key}")) * cycle.var("cells.intensity");
        let used = || cycle.var("recovered_used");
        let all = super::share_of(by(used()), by(content));
        let even = super::share_of(by(used()), by(cycle.var("cell_production")));
        for (how, formula) in [("all", all), ("even", even)] {
            let name = format!("recycled_content_sold_in_{}_{how}", other.name());
            cycle.set(&name, formula);
            let name = cycle.name(&name);
            cycle.b.observe(&name, "share");
        }
    }
}
