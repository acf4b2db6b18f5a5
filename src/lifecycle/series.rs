//! What is reported.

use super::flows;
use super::trade::black_mass;
use super::{Detail, LifeCycle, PORTABLE, SEGMENTS, SERIES, STORAGE, VEHICLES};
use crate::scenario::{OTHERS, VALUE};
use crate::system::{Expr, stack};

/// What is reported on request only ([`Detail::Full`]).
const DETAILS: [&str; 19] = [
    "second_life_stock",
    "second_life_returns",
    "electronic_waste",
    "residual_waste",
    "uncollected",
    "black_mass_exported",
    "cathode_anode_demand",
    "placed_made_here",
    "placed_imported_cells",
    "placed_imported_in_products",
    "exported_cells",
    "recovered_from_scrap",
    "second_life_energy",
    "repacked",
    "placed_mass_by_segment",
    "portable_collection_rate",
    "anode_natural_graphite",
    "anode_synthetic_graphite",
    "cells_made",
];

/// What is compared between policies unless every detail is asked for.
const COMPARED: [&str; 12] = [
    "exported",
    "unknown",
    "second_life",
    "collected",
    "processed",
    "black_mass",
    "backlog",
    "recovered",
    "recovered_used",
    "recovered_unused",
    "primary_demand",
    VALUE,
];

/// Whether the scenario gives an observation of the series.
fn is_observed(cycle: &LifeCycle, series: &str) -> bool {
    let mut observations = cycle.scenario.observations().iter();
    observations.any(|o| o.region() == cycle.region.name() && o.series() == series)
}

/// Declares and observes the reported series.
pub(super) fn declare(cycle: &mut LifeCycle) {
    by_material(cycle);
    by_segment(cycle);
    cycle.set("cells_made", cycle.var("cells.production"));
    cycle.set("second_life_energy", cycle.var("second_life.served"));
    let fed = |origin: &str| cycle.var("flow.feed").at("origin", origin).sum(cycle.chemistry());
    let (old, scrap) = (fed("end_of_life"), fed("scrap"));
    cycle.set("scrap_share_of_feed", scrap.clone() / (old + scrap).max(1e-6));
    collection_rates(cycle);
    let others = OTHERS.into_iter().map(|(series, unit, _)| (series, unit));
    let priced = !cycle.scenario.prices().is_empty();
    for (series, unit) in SERIES.into_iter().chain(others) {
        if series == VALUE && !priced {
            continue;
        }
        let name = cycle.name(series);
        if cycle.detail == Detail::Full || COMPARED.contains(&series) {
            cycle.b.observe(&name, unit);
        } else if !DETAILS.contains(&series)
            || is_observed(cycle, series)
            || (cycle.flows && flows::NEEDED.contains(&series))
        {
            cycle.b.observe_alone(&name, unit);
        }
    }
}

/// Declares the collected mass of a segment over the mean mass placed in the
/// three years before, all chemistries together (E36).
fn collection_rates(cycle: &mut LifeCycle) {
    for segment in [PORTABLE, "light_transport"] {
        let of = |key: &str| cycle.var(key).at("segment", segment);
        let placed = of("placed_mass_by_segment");
        let before = placed.clone().delayed(1) + placed.clone().delayed(2) + placed.delayed(3);
        let rate = of("collected_by_segment") / (before / 3.0).max(1e-6);
        cycle.set(&format!("{segment}_collection_rate"), rate);
    }
}

fn by_material(cycle: &mut LifeCycle) {
    let vehicles = cycle.present(&VEHICLES);
    let single: Vec<&str> = cycle
        .present(&SEGMENTS)
        .into_iter()
        .filter(|s| STORAGE.contains(s) || *s == PORTABLE)
        .collect();
    let sum = |segments: &[&str], key: &dyn Fn(&str) -> String| cycle.over_segments(segments, key);
    let port = |segments: &[&str], port: &str| sum(segments, &|s| format!("batteries.{s}.{port}"));
    let flow = |segments: &[&str], flow: &str| sum(segments, &|s| format!("flow.{flow}.{s}"));
    let portable = if cycle.has(PORTABLE) { &[PORTABLE][..] } else { &[] };
    let hoard = cycle.has(PORTABLE).then(|| sum(portable, &|_| "hoard.stock".into()));
    let chemistry = cycle.chemistry();
    let backlog = cycle.var("shredded.backlog").sum("origin") + cycle.var("treatment.pile");
    let series: Vec<(&str, Expr)> = vec![
        ("stock", port(&vehicles, "stock") + port(&single, "stock")),
        (
            "end_of_life",
            port(&vehicles, "exits") + port(&vehicles, "replaced") + port(&single, "outflow"),
        ),
        ("exported", flow(&vehicles, "exported")),
        ("unknown", flow(&vehicles, "unknown")),
        ("second_life", cycle.var("second_life.inflow")),
        ("second_life_stock", cycle.var("second_life.stock")),
        ("second_life_returns", cycle.var("second_life.outflow")),
        ("hoarded", hoard.unwrap_or_else(|| cycle.nothing())),
        ("electronic_waste", flow(portable, "electronic_waste")),
        ("residual_waste", flow(portable, "residual_waste")),
        ("uncollected", cycle.var("batteries.uncollected")),
        ("collected", cycle.var("flow.collected")),
        ("scrap", cycle.var("flow.scrap_collected")),
        ("processed", cycle.var("shredded.processed").sum("origin")),
    ];
    for (name, batteries) in series {
        let part = format!("{name}.batteries");
        cycle.set(&part, batteries);
        let materials = cycle.materials_in(cycle.var(&part));
        cycle.set(name, materials);
    }
    let all = cycle.var("processed.batteries") * cycle.var("black_mass_share.of");
    cycle.set("black_mass", all.sum(&chemistry));
    let exported = black_mass::exported(cycle)
        .unwrap_or_else(|| cycle.var("black_mass") * cycle.var("black_mass.exported"));
    cycle.set("black_mass_exported", exported);
    cycle.set("refined", cycle.var("refined.by_origin").sum("origin"));
    cycle.set("backlog.batteries", backlog);
    let waiting = cycle.materials_in(cycle.var("backlog.batteries"));
    let black =
        cycle.var("refined_black_mass.backlog").sum("origin") * cycle.var("black_mass.content");
    cycle.set("backlog", waiting + black.sum(&chemistry));
    cycle.set("recovered_from_scrap", cycle.var("recovered.by_origin").at("origin", "scrap"));
}

fn by_segment(cycle: &mut LifeCycle) {
    let all = cycle.present(&SEGMENTS);
    let stacked = |of: &dyn Fn(&str) -> Expr| {
        stack("segment", SEGMENTS.map(|s| if all.contains(&s) { of(s) } else { 0.0.into() }))
    };
    // MWh of nameplate capacity: tonnes over tonnes per MWh. Portable batteries
    // have no energy that counts.
    let energy = |s: &str, batteries: Expr| {
        if s == PORTABLE {
            return 0.0.into();
        }
        let mass = cycle.of_segment(s, &cycle.var("mass_per_energy"));
        (batteries / mass).sum(cycle.chemistry_of(s))
    };
    let placed = stacked(&|s| energy(s, cycle.var(&format!("flow.placed.{s}"))));
    let leaving = |s: &str| {
        let port = |port: &str| cycle.var(&format!("batteries.{s}.{port}"));
        if VEHICLES.contains(&s) { port("exits") + port("replaced") } else { port("outflow") }
    };
    let gone = stacked(&|s| energy(s, leaving(s)));
    let collected = stacked(&|s| {
        let of = |flow: &str| cycle.var(&format!("flow.{flow}.{s}")).sum(cycle.chemistry_of(s));
        if VEHICLES.contains(&s) { of("collected") + of("from_workshops") } else { of("collected") }
    });
    let mass = stacked(&|s| cycle.var(&format!("flow.placed.{s}")).sum(cycle.chemistry_of(s)));
    let vehicles = |of: &dyn Fn(&str) -> Expr| {
        stack(
            "segment.vehicles",
            VEHICLES.map(|s| if all.contains(&s) { of(s) } else { 0.0.into() }),
        )
    };
    let units = vehicles(&|s| cycle.var(&format!("batteries.{s}.products")));
    let exits = |s: &str| cycle.var(&format!("batteries.{s}.product_exits"));
    let exported = vehicles(&|s| exits(s) * cycle.var(&format!("segment.{s}.exit.exported")));
    let here = vehicles(&|s| {
        exits(s)
            * (1.0
                - cycle.var(&format!("segment.{s}.exit.exported"))
                - cycle.var(&format!("segment.{s}.exit.lost")))
    });
    let repacked = vehicles(&|s| {
        let sold = cycle.var(&format!("sold.{s}"));
        let fitted = cycle.var(&format!("batteries.{s}.new_components")) - sold.clone();
        fitted.cumulative() / sold.cumulative().max(1e-6)
    });
    for (name, formula) in [
        ("placed_energy_by_segment", placed),
        ("end_of_life_energy_by_segment", gone),
        ("collected_by_segment", collected),
        ("placed_mass_by_segment", mass),
        ("vehicles", units),
        ("vehicles_exported", exported),
        ("vehicles_dismantled", here),
        ("repacked", repacked),
    ] {
        cycle.set(name, formula);
    }
}
