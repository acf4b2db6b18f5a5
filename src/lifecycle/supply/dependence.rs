//! How much of each demand passes through China, by stage.

use super::{CHINA, DEMANDS, LifeCycle, MINERALS, STAGES, TRIFLE, market, minerals};
use super::{of_minerals, report, share_of};
use crate::lifecycle::Detail;
use crate::system::{Expr, stack};

/// Declares the three demands by mineral, what of them is recycled and what
/// China's share of each stage is (E29).
///
/// ```text
/// need(placed)  = inflow,  need(cells) = cells made + scrap,  need(chain) = cathodes and anodes made
/// own(b)        = min(1, need(chain)/need(cells))       cells from cathodes made here
/// recycled(chain)  = R = recovered and used here
/// recycled(cells)  = R·min(1, need(cells)/need(chain))
/// recycled(placed) = recycled(cells)·min(1, made here/need(cells))
/// primary = need − recycled
/// ```
///
/// Recycled metal takes the place of what is mined and refined, not of cathodes
/// or cells. With c China's share of a stage, its tonnes in a demand are, for
/// the origin that recycled metal displaces (E30),
///
/// ```text
/// proportional:  c·primary
/// China first:   max(0, c·need − recycled)
/// China last:    min(c·need, primary)
/// ```
///
/// and China's share is its tonnes over the need.
pub(super) fn declare(cycle: &mut LifeCycle) {
    demands(cycle);
    for stage in STAGES {
        let china = || cycle.var(&format!("supply.{stage}.{CHINA}"));
        let (need, recycled, primary) = (
            || cycle.var("supply.need"),
            || cycle.var("supply.recycled"),
            || cycle.var("supply.primary"),
        );
        let rules = [
            ("", china() * primary()),
            ("_if_china_first", (china() * need() - recycled()).max(0.0)),
            ("_if_china_last", (china() * need()).min(primary())),
        ];
        for (rule, tonnes) in rules {
            let (supply, share) =
                (format!("supply.{stage}.tonnes{rule}"), format!("supply.{stage}.share{rule}"));
            cycle.set(&supply, tonnes);
            let of = share_of(cycle.var(&supply), cycle.var("supply.need"));
            cycle.set(&share, of);
            let is_main = rule.is_empty();
            let is_full = cycle.detail == Detail::Full;
            if is_main || is_full || stage == "refine" {
                report(cycle, &share, &format!("china_share_{stage}{rule}"), "share", is_main);
            }
            if is_main || is_full {
                let compared = is_main && stage == "refine";
                report(cycle, &supply, &format!("china_supply_{stage}{rule}"), "t/yr", compared);
            }
        }
    }
    downstream(cycle);
    if cycle.detail == Detail::Full {
        by_country(cycle);
    }
}

/// Declares `primary_<stage>_<country>[mineral]`, the tonnes of what is placed on
/// the market that each country mines or refines, with recycled metal displacing
/// all in proportion: its share of the stage times the primary material.
fn by_country(cycle: &mut LifeCycle) {
    for stage in STAGES {
        for country in market::countries(cycle, stage) {
            let of = minerals(cycle).iter().map(|m| market::share(cycle, stage, m, &country));
            let shares = stack(MINERALS, of.collect::<Vec<_>>());
            let name = format!("primary_{stage}_{country}");
            let tonnes = shares * cycle.var("supply.primary").at(DEMANDS, "placed");
            cycle.set(&name, tonnes);
            let name = cycle.name(&name);
            cycle.b.observe_alone(&name, "t/yr");
        }
    }
}

fn demands(cycle: &mut LifeCycle) {
    let of = |key: &str| of_minerals(cycle, cycle.var(key));
    let cells = of_minerals(cycle, cycle.var("cell_production") + cycle.var("scrap_made"));
    let (placed, chain, used) = (of("inflow"), of("cathode_anode_demand"), of("recovered_used"));
    let (here, products) = (of("placed_made_here"), of("placed_imported_in_products"));
    let imported = of("placed_imported_cells");
    cycle.set("supply.need.cells", cells);
    cycle.set("supply.need.chain", chain);
    cycle.set("supply.made_here", here);
    cycle.set("supply.in_products", products);
    cycle.set("supply.imported_cells", imported);
    let (cells, chain) = (|| cycle.var("supply.need.cells"), || cycle.var("supply.need.chain"));
    let to_cells = (cells() / chain().max(TRIFLE)).min(1.0);
    let to_market = (cycle.var("supply.made_here") / cells().max(TRIFLE)).min(1.0);
    let own = (chain() / cells().max(TRIFLE)).min(1.0);
    cycle.set("supply.to_cells", to_cells);
    let to_market = cycle.var("supply.to_cells") * to_market;
    cycle.set("supply.to_market", to_market);
    cycle.set("supply.own_chain", own);
    let need = [placed, cycle.var("supply.need.cells"), cycle.var("supply.need.chain")];
    cycle.set("supply.need", stack(DEMANDS, need));
    let passed =
        stack(DEMANDS, [cycle.var("supply.to_market"), cycle.var("supply.to_cells"), 1.0.into()]);
    cycle.set("supply.passed", passed);
    cycle.set("supply.used", used);
    let recycled = cycle.var("supply.passed") * cycle.var("supply.used");
    cycle.set("supply.recycled", recycled.min(cycle.var("supply.need")));
    let primary = cycle.var("supply.need") - cycle.var("supply.recycled");
    cycle.set("supply.primary", primary.max(0.0));
}

/// The share of a place in what the region imports of cells, products,
/// cathodes or anodes.
pub(super) fn imported(cycle: &LifeCycle, what: &str, place: &str) -> Expr {
    let world = cycle.scenario.world();
    let key = format!("supply.{what}.{}.{place}", cycle.region.name());
    let is_there = world.is_some_and(|w| w.quantities().series(&key).is_some());
    if is_there { crate::system::var(format!("world.{key}")) } else { 0.0.into() }
}

/// The share of a place in imported cathodes or, for graphite, anodes.
pub(super) fn chain(cycle: &LifeCycle, mineral: &str, place: &str) -> Expr {
    imported(cycle, if mineral == "graphite" { "anode" } else { "cathode" }, place)
}

/// China's share in the later stages, which recycled metal does not bypass:
///
/// ```text
/// cells:   (imported cells·c(cells) + imported in products·c(products))/placed
/// cathode: cells here: (1 − own)·c(cathode);  imported ones: as cells
/// ```
fn downstream(cycle: &mut LifeCycle) {
    let from_china = cycle.var("supply.imported_cells") * imported(cycle, "cells", CHINA)
        + cycle.var("supply.in_products") * imported(cycle, "products", CHINA);
    cycle.set("china_supply_cell", from_china);
    let placed = cycle.var("supply.need").at(DEMANDS, "placed");
    let share = share_of(cycle.var("china_supply_cell"), placed.clone());
    let of = minerals(cycle).iter().map(|m| chain(cycle, m, CHINA));
    let of = stack(MINERALS, of.collect::<Vec<_>>());
    let bought = (1.0 - cycle.var("supply.own_chain")) * of;
    cycle.set("china_share_cell", share);
    cycle.set("supply.bought_chain", bought);
    // Cells that come from China are taken to have cathodes from there.
    let of_placed = cycle.var("supply.made_here") * cycle.var("supply.bought_chain")
        + cycle.var("china_supply_cell");
    let of_placed = share_of(of_placed, placed);
    cycle.set("china_share_cathode_anode_illustrative_placed", of_placed);
    let of_cells = cycle.var("supply.bought_chain");
    cycle.set("china_share_cathode_anode_illustrative_cells", of_cells);
    for name in [
        "china_share_cell",
        "china_share_cathode_anode_illustrative_placed",
        "china_share_cathode_anode_illustrative_cells",
    ] {
        let name = cycle.name(name);
        cycle.b.observe(&name, "share");
    }
}
