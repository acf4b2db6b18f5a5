//! Stockpiles of refined material, of each region and in common.

use super::{DEMANDS, LifeCycle, MINERALS, TRIFLE, minerals, share_of};
use crate::system::{Expr, Stockpile, stack, var};

/// Whether the scenario says how stockpiles are filled.
fn is_there(cycle: &LifeCycle) -> bool {
    let world = cycle.scenario.world();
    world.is_some_and(|world| world.quantities().scalar("stockpile.fill").is_some())
}

/// The share of what is wanted that is held in common.
fn pooled() -> Expr {
    var("world.stockpile.pooled").clamp(0.0, 1.0)
}

/// Declares the stockpile of this region and what comes out of it and of the
/// common one, by mineral; returns the sum.
///
/// ```text
/// target(region) = days/365·need(chain)·(1 − pooled),  filled within a time of `fill`
/// days of supply = (own stock + common stock·part of its target)/(need(chain)/365)
/// ```
///
/// A stockpile gives what is missing as long as it lasts and is filled up again
/// afterwards; its own purchases are not part of the three demands.
pub(super) fn of_region(cycle: &mut LifeCycle) -> Expr {
    if !is_there(cycle) {
        return 0.0.into();
    }
    let region = cycle.region.name();
    let days = minerals(cycle).iter().map(|m| var(format!("world.stockpile.{region}.days.{m}")));
    let wanted = stack(MINERALS, days.collect::<Vec<_>>()) / 365.0 * cycle.var("supply.need.chain");
    cycle.set("stockpile.wanted", wanted);
    let own = cycle.var("stockpile.wanted") * (1.0 - pooled());
    cycle.set("stockpile.target", own);
    let missing = cycle.var("supply.gross").at(DEMANDS, "chain");
    cycle.set("stockpile.missing", missing);
    let name = cycle.name("stockpile");
    let (shortfall, target) = (cycle.var("stockpile.missing"), cycle.var("stockpile.target"));
    let rate = target.clone() / var("world.stockpile.fill");
    cycle.b.stockpile(Stockpile { name: name.clone(), shortfall, target, rate });
    let rest = cycle.var("stockpile.missing") - var(format!("{name}.release"));
    cycle.set("stockpile.short", rest.max(0.0));
    // The common stock is shared by what is missing.
    let part = cycle.var("stockpile.short") / var("world.stockpile.short").max(TRIFLE);
    let common = var("world.stockpile.release") * part.min(1.0);
    cycle.set("stockpile.released", var(format!("{name}.release")) + common);
    let part = cycle.var("stockpile.wanted") / var("world.stockpile.wanted").max(TRIFLE);
    let stock = var(format!("{name}.stock")) + var("world.stockpile.stock") * part.min(1.0);
    let days = share_of(stock * 365.0, cycle.var("supply.need.chain"));
    cycle.set("days_of_supply", days);
    let days = cycle.name("days_of_supply");
    cycle.b.observe(&days, "days");
    cycle.var("stockpile.released")
}

/// Declares the common stockpile of all regions.
pub(super) fn declare_pool(cycle: &mut LifeCycle) {
    let world = cycle.scenario.world();
    if !is_there(cycle) || world.is_none_or(|world| world.disruptions().is_empty()) {
        return;
    }
    let over = |key: &str| {
        let all = cycle.scenario.regions().iter();
        let all = all.map(|r| var(format!("{}.stockpile.{key}", r.name())));
        all.reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into())
    };
    let (wanted, short) = (over("wanted"), over("short"));
    let b = &mut *cycle.b;
    b.variable("world.stockpile.wanted", wanted);
    b.variable("world.stockpile.short", short);
    b.variable("world.stockpile.target", var("world.stockpile.wanted") * pooled());
    b.stockpile(Stockpile {
        name: "world.stockpile".into(),
        shortfall: var("world.stockpile.short"),
        target: var("world.stockpile.target"),
        rate: var("world.stockpile.target") / var("world.stockpile.fill"),
    });
}
