//! Cell making: for the home market and for export, and its scrap.

use super::{LifeCycle, SEGMENTS, VEHICLES};
use crate::lifetime::{InflowTiming, Lifetime};
use crate::system::{CohortStock, Expr, System, Values, var};

/// Declares what is placed by origin, the cells made and their scrap, in
/// tonnes of batteries by chemistry (E20).
///
/// ```text
/// wanted(k)   = Σ_s (1 − p(s) − c(s))·placed(s,k)     made here, if P allows
/// λ           = min(1, P/Σ_k wanted(k)/mass(k)),  without batteries of class `other`
/// home(k)     = λ·wanted(k)
/// exported(k) = (P − Σ_k home(k)/mass(k))·mix(k)·mass(k)
/// ```
///
/// p and c are the shares imported inside products and as cells. Exported
/// cells have the chemistries of the first vehicle segment (battery cars).
///
/// Scrap is counted as batteries of the chemistries made. Plants are followed
/// by cohort: the growth of the central path of production is output of new
/// plants, which learn with a time constant τ (E21).
///
/// ```text
/// added(c) = P(c)·max(0, P̄(c) − P̄(c−1))/P̄(c)
/// young(t) = Σ_{c≤t} added(c)·e^(−(t−c)/τ)
/// scrap(t) = cells(t)·(mature + (start − mature)·young(t)/P(t))
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    mix(cycle);
    by_origin(cycle);
    making(cycle);
    scrap(cycle);
}

/// What is placed, by origin and chemistry of the region.
fn by_origin(cycle: &mut LifeCycle) {
    for segment in cycle.present(&SEGMENTS) {
        let share = |what: &str| cycle.var(&format!("segment.{segment}.origin.{what}"));
        let (products, cells) = (share("imported_in_products").min(1.0), share("imported_cells"));
        let placed = cycle.var(&format!("flow.placed.{segment}"));
        let inside = cycle.name(&format!("placed.in_products.{segment}"));
        // Uncertain shares may pass one together; imports are then all there is.
        let rest = placed.clone() * (1.0 - cells.min(1.0 - products.clone()) - products.clone());
        cycle.b.variable(&inside, placed * products);
        cycle.set(&format!("placed.wanted_here.{segment}"), rest);
    }
    for part in ["in_products", "wanted_here"] {
        let all = cycle.over_segments(&cycle.present(&SEGMENTS), |s| format!("placed.{part}.{s}"));
        cycle.set(&format!("placed.{part}"), all);
    }
}

/// Cells for the home market and for export.
fn making(cycle: &mut LifeCycle) {
    let other = cycle.scenario.classes().iter().position(|c| c == "other");
    let counted =
        cycle.region.chemistries().iter().map(|c| f64::from(u8::from(Some(c.class()) != other)));
    let (name, chemistry) = (cycle.name("cells.counted"), cycle.chemistry());
    cycle.b.constant(&name, &[&chemistry], Values::PerElement(counted.collect()));
    let energy = |batteries: Expr| {
        let per_mass = cycle.var("cells.counted") / cycle.var("mass_per_energy");
        (batteries * per_mass).sum(&chemistry)
    };
    let wanted = energy(cycle.var("placed.wanted_here"));
    cycle.set("cells.wanted", wanted);
    // One watt-hour keeps the divisions defined where nothing is made.
    let possible = cycle.var("cells.production") / cycle.var("cells.wanted").max(1e-6);
    cycle.set("cells.possible", possible.min(1.0));
    let home = cycle.var("placed.wanted_here") * cycle.var("cells.possible");
    cycle.set("placed.here", home);
    // P − λ·wanted, exactly zero where all cells stay here
    let left = cycle.var("cells.production") - cycle.var("cells.wanted");
    cycle.set("cells.left", left.max(0.0));
    let exported = cycle.var("cells.mix") * cycle.var("mass_per_energy") * cycle.var("cells.left");
    cycle.set("cells.exported", exported);
    let made = cycle.var("placed.here") * cycle.var("cells.counted") + cycle.var("cells.exported");
    cycle.set("cells.made", made);
}

fn scrap(cycle: &mut LifeCycle) {
    let path: Vec<f64> = (cycle.scenario.start()..=cycle.scenario.end())
        .map(|year| cycle.region.series("cells.production").map_or(0.0, |s| s.at(year)))
        .collect();
    let mut before = path.first().copied().unwrap_or(0.0);
    let growth = path.iter().map(|now| {
        let added = *now - std::mem::replace(&mut before, *now);
        if added > 0.0 { added / *now } else { 0.0 }
    });
    let growth = Values::PerYear(growth.collect());
    let name = cycle.name("cells.growth");
    cycle.b.constant(&name, &[], growth);
    let production = || cycle.var("cells.production");
    let young = cycle.name("cells.young");
    let added = production() * var(name);
    cycle.b.cohort_stock(CohortStock {
        name: young.clone(),
        inflow: added,
        lifetime: Lifetime::exponential_from_mean(cycle.var("cells.scrap.time"))
            .inflow_at(InflowTiming::End),
    });
    let (start, mature) = (cycle.var("cells.scrap.start"), cycle.var("cells.scrap.mature"));
    let young = var(format!("{young}.stock")) / cycle.var("cells.production").max(1e-6);
    let rate = mature.clone() + (start - mature).max(0.0) * young;
    cycle.set("cells.scrap.rate", rate);
    let scrap = cycle.var("cells.made") * cycle.var("cells.scrap.rate");
    let rate = cycle.var("cells.scrap.collected");
    let (making, treatment) = (cycle.name("cell_making"), cycle.name("treatment"));
    let (all, collected, lost) = (
        cycle.name("flow.scrap"),
        cycle.name("flow.scrap_collected"),
        cycle.name("flow.scrap_lost"),
    );
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.process(&making);
    b.flow(&all).from(outside).to(&making).is(scrap);
    b.flow(&collected).from(&making).to(&treatment).coefficient(rate);
    b.flow(&lost).from(&making).to(outside).remainder();
}

/// The shares of the chemistries in exported cells, by energy.
fn mix(cycle: &mut LifeCycle) {
    let vehicles = cycle.present(&VEHICLES);
    let first = &vehicles[..vehicles.len().min(1)];
    let mix = cycle.over_segments(first, |s| format!("segment.{s}.chemistry_share"));
    cycle.set("cells.mix", mix);
}
