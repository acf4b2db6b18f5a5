//! Stationary storage, at home and in the grid.

use super::{LifeCycle, STORAGE};
use crate::system::{CohortStock, System, var};

/// Declares new storage, its stock and its collection.
///
/// ```text
/// new(s)    = placed(s)·(1 − served/Σ placed)        MWh/yr, second life served first
/// collected = c(s)·outflow(s)
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    for segment in cycle.present(&STORAGE) {
        let demand = cycle.var("storage_demand").max(1e-6);
        let new = cycle.var(&format!("segment.{segment}.placed"))
            * (1.0 - cycle.var("second_life.served") / demand);
        let placed = new * cycle.var(&format!("content.{segment}"));
        single(cycle, segment, placed);
        let rate = cycle.var(&format!("segment.{segment}.collection"));
        let out = cycle.var(&format!("batteries.{segment}.outflow"));
        let using = cycle.name(&format!("use.{segment}"));
        let collection = cycle.name("collection");
        let collected = cycle.name(&format!("flow.collected.{segment}"));
        let not = cycle.name(&format!("flow.not_collected.{segment}"));
        let b = &mut *cycle.b;
        b.flow(&collected).from(&using).to(&collection).is(out.clone() * rate);
        b.flow(&not).from(&using).to(System::ENVIRONMENT).is(out - var(&collected));
    }
}

/// Declares a segment with one lifetime: its process, inflow and stock.
pub(super) fn single(cycle: &mut LifeCycle, segment: &str, placed: crate::system::Expr) {
    let inflow = cycle.name(&format!("flow.placed.{segment}"));
    let name = cycle.name(&format!("batteries.{segment}"));
    cycle.b.cohort_stock(CohortStock {
        name: name.clone(),
        inflow: var(&inflow),
        lifetime: cycle.lifetime(&format!("segment.{segment}.battery")),
    });
    let using = cycle.name(&format!("use.{segment}"));
    let b = &mut *cycle.b;
    b.process(&using);
    b.stock(&format!("{using}.stock"), &using).is(var(format!("{name}.stock")));
    b.flow(&inflow).from(System::ENVIRONMENT).to(&using).is(placed);
}
