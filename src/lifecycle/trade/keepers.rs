//! Who keeps the metals of the batteries of all regions, and what is lost.

use super::black_mass;
use super::goods;
use super::routes::{Good, Way};
use crate::lifecycle::LifeCycle;
use crate::lifecycle::minerals::{none, of_minerals};
use crate::system::{Expr, var};

/// What is shipped to be recycled.
const SHIPPED: [Good; 3] = [Good::Batteries, Good::Scrap, Good::BlackMass];

/// Declares `<place>.retained[mineral]`, the recovered metal that industry in
/// each place has, and `world.lost[mineral]`, what left the batteries of all
/// regions and was not recovered. A tonne that moves is kept where it ends:
///
/// ```text
/// region:   retained = recovered there (of black mass from other regions, too) − sold + bought
/// partner:  got  = recovered there of what the regions ship + bought
///           retained = got·(1 − Σ_q λ(q)) + Σ_p λ(p, this)·got(p)
/// ```
///
/// λ is the share that a partner passes on. Batteries and scrap that are shipped
/// untreated are shredded as at home.
pub(super) fn declare(cycle: &mut LifeCycle) {
    if are_followed(cycle) {
        kept(cycle);
        lost(cycle);
    }
}

pub(in crate::lifecycle) fn are_followed(cycle: &LifeCycle) -> bool {
    black_mass::is_traded(cycle)
        || goods::are_traded(cycle)
        || !cycle.ways(Good::Recovered).is_empty()
}

/// The sum of terms, zero if there is none.
fn sum(terms: impl IntoIterator<Item = Expr>) -> Expr {
    terms.into_iter().reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into())
}

/// The routes of a good between any two places.
fn ways_to<'a>(cycle: &LifeCycle<'a>, good: Good, to: &str) -> Vec<Way<'a>> {
    cycle.ways(good).into_iter().filter(|way| way.to == to).collect()
}

fn kept(cycle: &mut LifeCycle) {
    let Some(world) = cycle.scenario.world() else { return };
    let partners: Vec<&String> = world.places().iter().filter(|p| !cycle.is_region(p)).collect();
    for partner in &partners {
        let shipped = SHIPPED.into_iter().flat_map(|good| ways_to(cycle, good, partner));
        let shipped = shipped.map(|way| var(way.variable("recovered")));
        let bought = ways_to(cycle, Good::Recovered, partner).into_iter();
        let bought = bought.map(|way| of_minerals(cycle, var(way.variable("sold"))));
        let got = shipped.chain(bought).reduce(|a, b| a + b);
        let got = got.unwrap_or_else(|| none(cycle));
        cycle.b.variable(&format!("world.got.{partner}"), got);
    }
    let passed = |from: &str, to: &str| {
        // No more can be passed on than there is.
        let all = world.places().iter().filter(|p| *p != from);
        let share = |p: &str| var(format!("world.partner.{from}.passes_on.{p}")).clamp(0.0, 1.0);
        share(to) / sum(all.map(|p| share(p))).max(1.0)
    };
    let of = |place: &String| {
        let handed = partners.iter().filter(|p| **p != place);
        let handed = handed.map(|p| var(format!("world.got.{p}")) * passed(p, place));
        let own = if cycle.is_region(place) {
            let of = |key: &str| var(format!("{place}.{key}"));
            let ways = |out: bool| {
                let of = |way: &Way| if out { way.from == place } else { way.to == place };
                let ways = cycle.ways(Good::Recovered).into_iter().filter(move |way| of(way));
                sum(ways.map(|way| var(way.variable("sold"))))
            };
            of_minerals(cycle, of("recovered") - ways(true) + ways(false))
        } else {
            let others = world.places().iter().filter(|p| *p != place);
            let given = sum(others.map(|p| passed(place, p)));
            var(format!("world.got.{place}")) * (1.0 - given)
        };
        own + sum(handed)
    };
    let kept: Vec<Expr> = world.places().iter().map(of).collect();
    for (place, kept) in world.places().iter().zip(kept) {
        let name = format!("{place}.retained");
        cycle.b.variable(&name, kept).observe(&name, "t/yr");
    }
}

/// What is lost on the way, all regions and places together:
///
/// ```text
/// not collected, thrown away, of unknown whereabouts, untreated, scrap not
/// collected, residue of shredding and refining at home and abroad, lost in
/// transport
/// ```
fn lost(cycle: &mut LifeCycle) {
    let mut all = Vec::new();
    for region in cycle.scenario.regions() {
        let name = region.name();
        let of = |key: &str| var(format!("{name}.{key}"));
        let chemistry = format!("{name}.chemistry");
        let material = |batteries: Expr| (batteries * of("fraction")).sum(&chemistry);
        let flows = of("flow.untreated") + of("flow.scrap_lost");
        let residue = of("processed") - of("black_mass") - of("fraction.by_origin").sum("origin");
        let refining = (of("refined.by_origin") - of("products.by_origin")).sum("origin");
        let early = ["unknown", "uncollected", "electronic_waste", "residual_waste"];
        let early = sum(early.map(of));
        cycle.b.variable(&format!("{name}.lost"), early + material(flows) + residue + refining);
        all.push(of_minerals(cycle, of("lost")));
    }
    for way in SHIPPED.into_iter().flat_map(|good| cycle.ways(good)) {
        let of = |key: &str| var(format!("{}.{key}", way.from));
        let lost = var(way.variable("lost"));
        if !cycle.is_followed(&way) {
            all.push(lost);
            all.push(var(way.variable("arrived")) - var(way.variable("recovered")));
        } else if way.good == Good::BlackMass {
            let metal = (lost * of("black_mass.content")).sum(format!("{}.chemistry", way.from));
            all.push(of_minerals(cycle, metal.sum("origin")));
        } else {
            let metal = (lost * of("fraction")).sum(format!("{}.chemistry", way.from));
            all.push(of_minerals(cycle, metal));
        }
    }
    let lost = sum(all);
    cycle.b.variable("world.lost", lost);
    cycle.b.observe("world.lost", "t/yr");
}
