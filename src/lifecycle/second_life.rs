//! Packs that serve as stationary storage after their first life.

use super::{LifeCycle, STORAGE};
use crate::system::{CohortStock, System, var};

/// The segments whose packs may have a second life.
pub(super) const SOURCES: [&str; 5] = ["bev_car", "phev_car", "van", "bus", "truck"];

/// Declares which packs are offered to second life, how many are used, and
/// their stock and returns.
///
/// Eligible packs meet storage demand before new storage does, up to a share
/// of it; what nobody needs goes on to collection (E17).
///
/// ```text
/// offered(k) = min(1, eligible(class of k))·(dismantled − reused)          t/yr
/// energy     = health·Σ_k offered(k)/mass(k)                       MWh/yr
/// φ          = min(1, share·storage demand/energy)
/// served     = φ·energy
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    let sources = cycle.present(&SOURCES);
    let storage = cycle.present(&STORAGE);
    for segment in &sources {
        let flow = |x: &str| cycle.var(&format!("flow.{x}.{segment}"));
        // A policy may raise the share beyond one.
        let share = |q: &str| cycle.var(&format!("second_life.eligible.{q}")).min(1.0);
        let eligible = cycle.of_class(share);
        let offered = cycle.of_segment(segment, &eligible) * (flow("dismantled") - flow("reused"));
        cycle.set(&format!("second_life.offered.{segment}"), offered);
    }
    let active = cycle.region.has_second_life();
    let demand = storage
        .iter()
        .map(|s| cycle.var(&format!("segment.{s}.placed")))
        .reduce(|a, b| a + b)
        .unwrap_or_else(|| 0.0.into());
    cycle.set("storage_demand", demand);
    if !active || sources.is_empty() {
        cycle.set("second_life.used", 0.0);
        cycle.set("second_life.served", 0.0);
        cycle.set("second_life.inflow", cycle.nothing());
    } else {
        let offered = cycle.over_segments(&sources, |s| format!("second_life.offered.{s}"));
        cycle.set("second_life.offered", offered);
        let energy = cycle.var("second_life.offered") / cycle.var("mass_per_energy");
        let energy = energy.sum(cycle.chemistry());
        cycle.set("second_life.energy", energy * cycle.var("second_life.health"));
        let most = cycle.var("second_life.market_share") * cycle.var("storage_demand");
        // One watt-hour keeps the division defined where nothing is offered.
        let used = (most / cycle.var("second_life.energy").max(1e-6)).min(1.0);
        cycle.set("second_life.used", used);
        let served = cycle.var("second_life.used") * cycle.var("second_life.energy");
        cycle.set("second_life.served", served);
        let inflow = cycle.var("second_life.offered") * cycle.var("second_life.used");
        cycle.set("second_life.inflow", inflow);
    }
    stock(cycle, active);
}

fn stock(cycle: &mut LifeCycle, active: bool) {
    let using = cycle.name("use.second_life");
    let collection = cycle.name("collection");
    let outside = System::ENVIRONMENT;
    let returned = cycle.name("flow.returned.second_life");
    let not = cycle.name("flow.not_collected.second_life");
    let (stock, outflow) = if active {
        let name = cycle.name("second_life.storage");
        cycle.b.cohort_stock(CohortStock {
            name: name.clone(),
            inflow: cycle.var("second_life.inflow"),
            lifetime: cycle.lifetime("second_life.battery"),
        });
        (var(format!("{name}.stock")), var(format!("{name}.outflow")))
    } else {
        (cycle.nothing(), cycle.nothing())
    };
    cycle.set("second_life.stock", stock);
    cycle.set("second_life.outflow", outflow);
    let collected = if active { cycle.var("second_life.collection") } else { 0.0.into() };
    let outflow = cycle.var("second_life.outflow");
    let held = cycle.var("second_life.stock");
    let b = &mut *cycle.b;
    b.process(&using);
    b.stock(&format!("{using}.stock"), &using).is(held);
    b.flow(&returned).from(&using).to(&collection).is(outflow.clone() * collected);
    b.flow(&not).from(&using).to(outside).is(outflow - var(&returned));
}
