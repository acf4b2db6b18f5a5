//! The three demands: what is placed on the market, what goes into cells made
//! here, and what cathode and anode makers here need.

use super::trade::recovered;
use super::{LifeCycle, PORTABLE, SEGMENTS};
use crate::system::{Expr, stack};

/// The materials that cathode makers take.
const CATHODE: [&str; 4] = ["lithium", "nickel", "cobalt", "manganese"];

/// The segments whose batteries need recycled content by law: electric vehicles
/// and industrial batteries.
const COVERED: [&str; 8] =
    ["bev_car", "phev_car", "hev_car", "van", "bus", "truck", "home_storage", "grid_storage"];

/// Declares the demands by material, in tonnes a year (E22).
///
/// ```text
/// (a) placed(i)  = Σ_s new batteries(s)·fraction(i), by origin
/// (b) cells(i)   = Σ_k cells made(k)·fraction(k,i)
/// (c) chain(i)   = cathode production·x(i) (Li, Ni, Co, Mn), anode production·x(i)
///                  (graphite),  x(i) = Σ_k mix(k)·intensity(k,i)
/// used(i)        = min(recovered(i), chain(i)); metals with other buyers: all;
///                  with what is bought from other regions, if any
/// primary(i)     = cells(i) + scrap(i) − used(i), not below 0
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    placed(cycle);
    let cells = cycle.materials_in(cycle.var("cells.made"));
    cycle.set("cell_production", cells);
    let exported = cycle.materials_in(cycle.var("cells.exported"));
    cycle.set("exported_cells", exported);
    chain(cycle);
    let recovered = cycle.var("recovered.by_origin").sum("origin");
    cycle.set("recovered", recovered);
    let materials = cycle.scenario.materials();
    let used = |m: &String| -> Expr {
        let all = cycle.var("recovered").at("material", m);
        if CATHODE.contains(&m.as_str()) || m == "graphite" {
            all.min(cycle.var("cathode_anode_demand").at("material", m))
        } else {
            all
        }
    };
    let used = stack("material", materials.iter().map(used).collect::<Vec<_>>());
    use_of_recovered(cycle, used);
    let scrap = cycle.materials_in(cycle.var("flow.scrap"));
    cycle.set("scrap_made", scrap);
    let needed = cycle.var("cell_production") + cycle.var("scrap_made");
    cycle.set("primary_demand", (needed - cycle.var("recovered_used")).max(0.0));
}

/// What is recovered and used here, and what is not; with what is bought from
/// and sold to other places, where the scenario has such routes.
fn use_of_recovered(cycle: &mut LifeCycle, own: Expr) {
    let (sold, bought) = (recovered::sold(cycle), recovered::bought(cycle));
    if sold.is_none() && bought.is_none() {
        cycle.set("recovered_used", own);
        cycle.set("recovered_unused", cycle.var("recovered") - cycle.var("recovered_used"));
        return;
    }
    let or_nothing = |x: Option<Expr>| x.unwrap_or_else(|| 0.0.into());
    cycle.set("recovered.used_own", own);
    let own = || cycle.var("recovered.used_own");
    let (used, left) = (own() + or_nothing(bought), cycle.var("recovered") - own());
    cycle.set("recovered_used", used);
    cycle.set("recovered.left", left);
    let unused = cycle.var("recovered.left") - or_nothing(sold);
    // Rounding may leave a trifle below zero where all is sold.
    cycle.set("recovered_unused", unused.max(0.0));
}

/// What is placed on the market, by segment and by origin.
fn placed(cycle: &mut LifeCycle) {
    // What Article 8 of Regulation (EU) 2023/1542 covers, without and with the
    // light means of transport that Art. 8(3) adds; then everything.
    let of = |segments: &[&str]| {
        cycle.over_segments(&cycle.present(segments), |s| format!("flow.placed.{s}"))
    };
    let (covered, light, portable) = (of(&COVERED), of(&["light_transport"]), of(&[PORTABLE]));
    cycle.set("placed.covered", covered);
    cycle.set("placed.covered_later", cycle.var("placed.covered") + light);
    cycle.set("placed.all", cycle.var("placed.covered_later") + portable);
    let all = cycle.materials_in(cycle.var("placed.all"));
    cycle.set("inflow", all);
    let segments = cycle.present(&SEGMENTS);
    let of = |segment: &str| {
        let fraction = cycle.of_segment(segment, &cycle.var("fraction"));
        let batteries = cycle.var(&format!("flow.placed.{segment}"));
        (batteries * fraction).sum(cycle.chemistry_of(segment))
    };
    let by_segment = SEGMENTS.map(|s| if segments.contains(&s) { of(s) } else { 0.0.into() });
    cycle.set("inflow_by_segment", stack("segment", by_segment));
    for (name, batteries) in
        [("placed_made_here", "placed.here"), ("placed_imported_in_products", "placed.in_products")]
    {
        let materials = cycle.materials_in(cycle.var(batteries));
        cycle.set(name, materials);
    }
    let rest = cycle.var("inflow")
        - cycle.var("placed_imported_in_products")
        - cycle.var("placed_made_here");
    // Rounding may leave a trifle below zero where nothing is imported.
    cycle.set("placed_imported_cells", rest.max(0.0));
}

/// What cathode and anode makers here need.
fn chain(cycle: &mut LifeCycle) {
    let mix = cycle.var("cells.mix") * cycle.var("intensity");
    cycle.set("cells.intensity", mix.sum(cycle.chemistry()));
    let need = |energy: &str| cycle.var(energy) * cycle.var("cells.intensity");
    let (cathode, anode) = (need("cathode.production"), need("anode.production"));
    let of = |m: &String| {
        let source = match m.as_str() {
            m if CATHODE.contains(&m) => &cathode,
            "graphite" => &anode,
            _ => return 0.0.into(),
        };
        source.clone().at("material", m)
    };
    let materials = cycle.scenario.materials();
    let chain = stack("material", materials.iter().map(of).collect::<Vec<_>>());
    cycle.set("cathode_anode_demand", chain);
    if !materials.iter().any(|m| m == "graphite") {
        cycle.set("anode_natural_graphite", 0.0);
        cycle.set("anode_synthetic_graphite", 0.0);
        return;
    }
    let graphite = || cycle.var("cathode_anode_demand").at("material", "graphite");
    let natural = graphite() * cycle.var("anode.natural_share");
    let synthetic = graphite() * (1.0 - cycle.var("anode.natural_share"));
    cycle.set("anode_natural_graphite", natural);
    cycle.set("anode_synthetic_graphite", synthetic);
}
