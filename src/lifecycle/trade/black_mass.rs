//! Black mass: who refines it, at home or abroad.

use super::partner_yield;
use super::routes::{Good, Way};
use super::{CHEMISTRIES, PLACES, REFINING, REGIONS};
use crate::lifecycle::LifeCycle;
use crate::lifecycle::minerals::of_minerals;
use crate::system::{Expr, System, stack, var};

/// Whether the scenario says where black mass of any region goes.
pub(in crate::lifecycle) fn is_traded(cycle: &LifeCycle) -> bool {
    !cycle.ways(Good::BlackMass).is_empty()
}

/// Declares what this region's refiners do with its black mass and what is
/// shipped, by origin and chemistry of the region.
pub(in crate::lifecycle) fn ship(cycle: &mut LifeCycle) {
    let region = cycle.region.name().to_owned();
    let here = |cycle: &LifeCycle, port: &str| {
        let all = var(format!("{REFINING}.{port}")).at(REGIONS, region.as_str());
        let parts =
            cycle.region.chemistries().iter().map(|c| all.clone().at(CHEMISTRIES, c.name()));
        stack(cycle.chemistry(), parts.collect::<Vec<_>>())
    };
    for port in ["processed", "backlog"] {
        let part = here(cycle, port);
        cycle.set(&format!("refined_black_mass.{port}"), part);
    }
    let waiting = cycle.var("refined_black_mass.backlog").delayed(1);
    cycle.set("black_mass.at_hand", waiting + cycle.var("flow.black_mass"));
    let metal = cycle.var("black_mass.at_hand") * cycle.var("black_mass.content");
    cycle.set("black_mass.metal_by_origin", metal.sum(cycle.chemistry()));
    let metal = cycle.var("black_mass.metal_by_origin").sum("origin");
    cycle.set("black_mass.metal", metal);
    let followed = of_minerals(cycle, cycle.var("black_mass.metal"));
    cycle.set("black_mass.minerals", followed);
    let old = cycle.var("black_mass.metal_by_origin").at("origin", "end_of_life");
    let old = of_minerals(cycle, old) / cycle.var("black_mass.minerals").max(1e-9);
    cycle.set("black_mass.old", old);
    let mut sold = Expr::from(0.0);
    for way in cycle.ways_out(Good::BlackMass) {
        let taken = var(format!("{REFINING}.taken")).at(REGIONS, way.from).at(PLACES, way.to);
        let share = way.variable("share");
        cycle.b.variable(&share, taken);
        let whole =
            if cycle.is_followed(&way) { "black_mass.at_hand" } else { "black_mass.minerals" };
        let sent = cycle.var(whole) * var(&share);
        cycle.ship(&way, sent);
        sold = sold + var(&share);
    }
    cycle.set("black_mass.sold_share", sold);
    let (process, flow) = (cycle.name("refining"), cycle.name("flow.black_mass_sold"));
    let sold = cycle.var("black_mass.at_hand") * cycle.var("black_mass.sold_share");
    cycle.b.flow(&flow).from(&process).to(System::ENVIRONMENT).is(sold);
}

/// Declares what of a class arrives here from each other region, by origin and
/// material, and returns it.
pub(in crate::lifecycle) fn arrived(cycle: &mut LifeCycle, class: usize) -> Vec<Expr> {
    let mut all = Vec::new();
    for way in cycle.ways_in(Good::BlackMass) {
        let regions = cycle.scenario.regions();
        let chemistries = regions.iter().find(|r| r.name() == way.from).map(|r| r.chemistries());
        let own = chemistries.into_iter().flatten().filter(|c| c.class() == class);
        let dimension = format!("{}.chemistry", way.from);
        let content = || var(format!("{}.black_mass.content", way.from));
        let terms = own.map(|c| {
            let batteries = var(way.variable("arrived")).at(&dimension, c.name());
            batteries * content().at(&dimension, c.name())
        });
        if let Some(metal) = terms.reduce(|a, b| a + b) {
            let name = way.variable(&format!("refined.{}", cycle.scenario.classes()[class]));
            cycle.b.variable(&name, metal);
            all.push(var(name));
        }
    }
    all
}

/// Declares `recovered[mineral]` on each route out of this region, what is
/// recovered at its end, and `recovered_old`, that from the end of life.
///
/// What arrives at a partner is taken to have the origins of what is at hand in
/// that year.
pub(in crate::lifecycle) fn recovered_abroad(cycle: &mut LifeCycle) {
    for way in cycle.ways_out(Good::BlackMass) {
        let (all, old) = if cycle.is_followed(&way) {
            let present = |q: &usize| cycle.region.chemistries().iter().any(|c| c.class() == *q);
            let classes = cycle.scenario.classes().iter().enumerate().filter(|(q, _)| present(q));
            let terms = classes.map(|(_, class)| {
                let metal = var(way.variable(&format!("refined.{class}")));
                metal * var(format!("{}.refining.yield_of.{class}", way.to))
            });
            let all = terms.reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into());
            let by_origin = way.variable("recovered_by_origin");
            cycle.b.variable(&by_origin, all);
            let old = var(&by_origin).at("origin", "end_of_life");
            let all = var(&by_origin).sum("origin");
            (of_minerals(cycle, all), of_minerals(cycle, old))
        } else {
            let all = var(way.variable("arrived")) * partner_yield(cycle, way.to);
            (all, var(way.variable("recovered")) * cycle.var("black_mass.old"))
        };
        cycle.b.variable(&way.variable("recovered"), all);
        cycle.b.variable(&way.variable("recovered_old"), old);
    }
}

/// What leaves this region in black mass, by material; `None` without routes.
pub(in crate::lifecycle) fn exported(cycle: &LifeCycle) -> Option<Expr> {
    is_traded(cycle).then(|| cycle.var("black_mass.metal") * cycle.var("black_mass.sold_share"))
}

/// What arrives here in black mass of other regions, by material; `None` without
/// such routes.
pub(in crate::lifecycle) fn received(cycle: &LifeCycle) -> Option<Expr> {
    let classes = |from: &str| {
        let regions = cycle.scenario.regions().iter().filter(move |r| r.name() == from);
        let known: Vec<usize> =
            regions.flat_map(|r| r.chemistries()).map(|chemistry| chemistry.class()).collect();
        let classes = cycle.scenario.classes().iter().enumerate();
        classes.filter(move |(q, _)| known.contains(q)).map(|(_, class)| class)
    };
    let ways = cycle.ways_in(Good::BlackMass).into_iter();
    let arrived = ways.flat_map(|way| {
        classes(way.from).map(move |class| var(way.variable(&format!("refined.{class}"))))
    });
    arrived.reduce(|a, b| a + b).map(|all| all.sum("origin"))
}

/// What is recovered of this region's black mass elsewhere with evidence that it
/// was treated as the law of the region asks, by mineral.
pub(in crate::lifecycle) fn recovered_with_evidence(cycle: &LifeCycle) -> Option<Expr> {
    let ways = cycle.ways_out(Good::BlackMass).into_iter();
    let counted = ways.map(|way| var(way.variable("recovered")) * way.part("evidence"));
    counted.reduce(|a, b| a + b)
}

/// What others recover of this region's black mass from the end of life and
/// partners of its batteries, and what is recovered here of the black mass of
/// others, by material.
pub(in crate::lifecycle) fn recovered_elsewhere(cycle: &LifeCycle) -> (Option<Expr>, Option<Expr>) {
    let old = |way: Way| var(way.variable("recovered_old"));
    let batteries = cycle.ways_out(Good::Batteries).into_iter();
    let batteries = batteries.filter(|way| !cycle.is_followed(way));
    let batteries = batteries.map(|way| var(way.variable("recovered")));
    let abroad = cycle.ways_out(Good::BlackMass).into_iter().map(old).chain(batteries);
    let of_others = cycle.ways_in(Good::BlackMass).into_iter().map(old);
    (abroad.reduce(|a, b| a + b), of_others.reduce(|a, b| a + b))
}
