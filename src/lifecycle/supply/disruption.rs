//! Supply that does not come.

use super::dependence::{chain, imported};
use super::{DEMANDS, LifeCycle, MINERALS, minerals, stockpile};
use crate::error::Error;
use crate::process::{Duration, Outages};
use crate::scenario::Disruption;
use crate::system::{Expr, Start, Values, stack, var};
use std::collections::BTreeSet;

/// Declares how much of a country's supply each disruption takes away (E31).
///
/// ```text
/// tension(t) = φ·tension(t−1) + √(1−φ²)·e(t)                common to all disruptions
/// p(t)       = min(1, chance·e^(s·tension(t) − s²/2))       an outage starts, from the year
///                                                           that `tension.from` says
/// loss(t)    = 1 − (1 − severity·out(t))·(1 − imposed(t))
/// ```
///
/// so that disruptions come together in tense years, each with its own mean
/// chance. `imposed` is what a policy prescribes.
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    let events = disruptions(cycle);
    if events.is_empty() {
        return Ok(());
    }
    let persistence = var("world.tension.persistence");
    cycle.b.noise("world.tension.noise", &[]);
    let tension = var("world.tension.noise").ar1(persistence, Start::Stationary);
    cycle.b.variable("world.tension", tension);
    let sd = || var("world.tension.sd");
    let factor = (sd() * var("world.tension") - sd() * sd() * 0.5).exp();
    cycle.b.variable("world.tension.factor", factor);
    let world = cycle.scenario.world().map(|world| world.quantities());
    let from = world.and_then(|w| w.scalar("tension.from")).map_or(0.0, |from| from.value());
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let possible = years.map(|year| f64::from(u8::from(f64::from(year) >= from))).collect();
    cycle.b.constant("world.tension.possible", &[], Values::PerYear(possible));
    for event in events {
        let key = |part: &str| format!("world.disruption.{}.{part}", event.id());
        let start = (var(key("chance")) * var("world.tension.factor")).min(1.0);
        let start = start * var("world.tension.possible");
        let duration = Duration::Geometric(var(key("duration")).max(1.0));
        let outages = Outages { start, duration };
        cycle.b.outages(&key("available"), &[], &outages);
        let out = 1.0 - var(key("available"));
        let left = (1.0 - var(key("severity")) * out) * (1.0 - var(key("imposed")));
        cycle.b.variable(&key("loss"), (1.0 - left).clamp(0.0, 1.0));
        cycle.b.observe_alone(&key("loss"), "share");
    }
    Ok(())
}

fn disruptions<'a>(cycle: &LifeCycle<'a>) -> &'a [Disruption] {
    cycle.scenario.world().map_or(&[], |world| world.disruptions())
}

/// What is missing of a stage, by mineral: of the `share` of each country, given
/// mineral and country, what the events there take away together. Events that
/// name no mineral hit all.
fn cut(
    cycle: &mut LifeCycle,
    stage: &str,
    share: impl Fn(&mut LifeCycle, &str, &str) -> Expr,
) -> Expr {
    let loss = |event: &Disruption| var(format!("world.disruption.{}.loss", event.id()));
    let mut of = Vec::new();
    for mineral in minerals(cycle) {
        let is_hit = |e: &&Disruption| {
            let by_mineral = e.materials().is_empty() || e.materials().contains(mineral);
            by_mineral && e.stages().contains(&stage)
        };
        let hits: Vec<&Disruption> = disruptions(cycle).iter().filter(is_hit).collect();
        let countries: BTreeSet<&str> = hits.iter().map(|e| e.country()).collect();
        let mut cut = Expr::from(0.0);
        for country in countries {
            let mut losses = hits.iter().filter(|e| e.country() == country).map(|e| loss(e));
            let Some(first) = losses.next() else { continue };
            // 1 − (1 − a)·(1 − b)
            let lost = losses.fold(first, |all, x| all.clone() + x * (1.0 - all));
            cut = cut + share(cycle, mineral, country) * lost;
        }
        of.push(cut.min(1.0));
    }
    stack(MINERALS, of)
}

/// Declares `unmet_demand`, what is missing of what is placed on the market,
/// `unmet_demand_cells` and `unmet_demand_chain`, in tonnes of each mineral. It
/// never changes what is sold (E32).
///
/// ```text
/// cut(stage)     = min(1, Σ_countries share·(1 − Π_events (1 − loss)))
/// upstream       = max(cut(mine), cut(refine))·primary          the same tonnes pass both
/// gross(chain)   = upstream
/// gross(cells)   = max(upstream, bought cathodes·cut)
/// gross(placed)  = max(upstream, bought cathodes·cut, imported cells and products·cut)
/// unmet          = max(0, gross − released from stockpiles, as far as it gets there)
/// ```
pub(super) fn unmet(cycle: &mut LifeCycle) {
    let events = disruptions(cycle);
    if events.is_empty() {
        return;
    }
    for stage in super::STAGES {
        let share = |cycle: &mut LifeCycle, mineral: &str, country: &str| {
            super::market::share(cycle, stage, mineral, country)
        };
        let cut = cut(cycle, stage, share);
        cycle.set(&format!("supply.cut.{stage}"), cut);
    }
    let upstream = cycle.var("supply.cut.mine").max(cycle.var("supply.cut.refine"));
    cycle.set("supply.cut.upstream", upstream);
    let bought = cut(cycle, "chain", |cycle, mineral, place| chain(cycle, mineral, place));
    let bought = (1.0 - cycle.var("supply.own_chain")) * bought;
    let cells = cut(cycle, "cells", |cycle, _, place| imported(cycle, "cells", place));
    let products = cut(cycle, "cells", |cycle, _, place| imported(cycle, "products", place));
    let cells =
        cycle.var("supply.imported_cells") * cells + cycle.var("supply.in_products") * products;
    cycle.set("supply.cut.chain", bought);
    cycle.set("supply.cut.cells", cells);
    let gross = cycle.var("supply.cut.upstream") * cycle.var("supply.primary");
    cycle.set("supply.gross.upstream", gross);
    let of = |demand: &str| cycle.var("supply.gross.upstream").at(DEMANDS, demand);
    let need = || cycle.var("supply.need.cells");
    let of_cells = of("cells").max(need() * cycle.var("supply.cut.chain"));
    let of_placed = of("placed")
        .max(cycle.var("supply.made_here") * cycle.var("supply.cut.chain"))
        .max(cycle.var("supply.cut.cells"));
    let gross = stack(DEMANDS, [of_placed, of_cells, of("chain")]);
    cycle.set("supply.gross", gross);
    let released = stockpile::of_region(cycle);
    let helped = cycle.var("supply.passed") * released;
    cycle.set("supply.unmet", (cycle.var("supply.gross") - helped).max(0.0));
    for (demand, name) in [
        ("placed", "unmet_demand"),
        ("cells", "unmet_demand_cells"),
        ("chain", "unmet_demand_chain"),
    ] {
        let part = cycle.var("supply.unmet").at(DEMANDS, demand);
        cycle.set(name, part);
        let name = cycle.name(name);
        cycle.b.observe(&name, "t/yr");
    }
}
