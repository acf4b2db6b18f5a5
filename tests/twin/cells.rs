//! Cell making for the home market and for export, and its scrap, in one draw.

use super::composition::{Composition, Flow};
use super::in_use::InUse;
use super::quantity::World;
use blackmass::scenario::SEGMENTS;

/// Tonnes of batteries by chemistry.
pub struct Cells {
    /// Shares of the chemistries in exported cells, by energy.
    pub mix: Flow,
    pub in_products: Flow,
    /// Placed here and made here.
    pub home: Flow,
    pub exported: Flow,
    /// All that `cells.production` counts.
    pub made: Flow,
    pub scrap_made: Flow,
    pub scrap_collected: Flow,
}

impl Cells {
    pub fn of(world: &World, of: &Composition, used: &InUse) -> Self {
        let present = world.region().segments();
        let none = of.flow(|_, _| 0.0);
        let (mut in_products, mut wanted) = (none.clone(), none.clone());
        for segment in SEGMENTS.iter().filter(|s| present.contains(s)) {
            let share = |what: &str| world.series(&format!("segment.{segment}.origin.{what}"));
            let (products, cells) = (share("imported_in_products"), share("imported_cells"));
            let placed = used.placed(segment).expect("present");
            for (k, placed) in placed.iter().enumerate() {
                for t in 0..of.steps {
                    // Imports come first; both together are at most everything.
                    let inside = products[t].min(1.0);
                    let bare = cells[t].min(1.0 - inside);
                    in_products[k][t] += placed[t] * inside;
                    wanted[k][t] += placed[t] * (1.0 - inside - bare);
                }
            }
        }
        let classes = world.state.scenario.classes();
        let counted = |k: usize| classes[of.class[k]] != "other";
        let production = world.series("cells.production");
        let energy = |t: usize| -> f64 {
            (0..of.chemistries()).filter(|k| counted(*k)).map(|k| wanted[k][t] / of.mass[k]).sum()
        };
        let (mut share, mut left) = (Vec::new(), Vec::new());
        for t in 0..of.steps {
            let possible = (production[t] / energy(t).max(1e-6)).min(1.0);
            share.push(possible);
            left.push((production[t] - energy(t)).max(0.0));
        }
        let mix = match used.vehicles.contains_key(present[0]) {
            true => of.shares(world, present[0]),
            false => none,
        };
        let home = of.flow(|k, t| share[t] * wanted[k][t]);
        let exported = of.flow(|k, t| left[t] * mix[k][t] * of.mass[k]);
        let made = of.flow(|k, t| exported[k][t] + if counted(k) { home[k][t] } else { 0.0 });
        let rate = scrap_rate(world);
        let scrap_made = of.flow(|k, t| rate[t] * made[k][t]);
        let collected = world.series("cells.scrap.collected");
        let scrap_collected = of.flow(|k, t| collected[t] * scrap_made[k][t]);
        Self { mix, in_products, home, exported, made, scrap_made, scrap_collected }
    }
}

/// Scrap of plants that learn, followed plant cohort by plant cohort, per unit
/// of what is made.
fn scrap_rate(world: &World) -> Vec<f64> {
    let path = world.region().series("cells.production").expect("required");
    let production = world.series("cells.production");
    let number = |x: &str| world.value(&format!("cells.scrap.{x}"));
    let (start, mature, time) = (number("start"), number("mature"), number("time"));
    let first = world.state.scenario.start();
    let mut cohorts: Vec<(usize, f64)> = Vec::new();
    let mut rate = Vec::new();
    for t in 0..world.steps() {
        let year = first + t as i32;
        let (now, before) = (path.at(year), path.at(year - 1));
        // The path is held before its first point; nothing is new in the first year.
        if t > 0 && now > before {
            cohorts.push((t, production[t] * (now - before) / now));
        }
        let young: f64 =
            cohorts.iter().map(|(c, added)| added * (-((t - c) as f64) / time).exp()).sum();
        rate.push(mature + (start - mature).max(0.0) * young / production[t].max(1e-6));
    }
    rate
}
