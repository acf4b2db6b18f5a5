//! Every reported series of the life cycle of one region in one draw.

use super::composition::{Composition, Flow, total};
use super::in_use::InUse;
use super::quantity::World;
use super::recycling::Recycling;
use super::targets;
use blackmass::scenario::SEGMENTS;
use std::collections::BTreeMap;

/// Series by name (without the region) and labels, by step.
pub type Reports = BTreeMap<String, BTreeMap<Vec<String>, Vec<f64>>>;

/// Everything about one region in one draw.
pub struct Cycle {
    pub of: Composition,
    pub used: InUse,
    pub recycling: Recycling,
    pub recovered: [Vec<Vec<f64>>; 2],
    /// `[segment][material][step]`.
    pub placed: Vec<Vec<Vec<f64>>>,
    /// In the cells made, `[material][step]`.
    pub cells: Vec<Vec<f64>>,
}

impl Cycle {
    pub fn of(world: &World) -> Self {
        let of = Composition::of(world);
        let used = InUse::of(world, &of);
        let recycling = Recycling::of(world, &of, &used);
        let recovered = [recycling.recovered(&of, 0), recycling.recovered(&of, 1)];
        let nothing = of.flow(|_, _| 0.0);
        let placed =
            SEGMENTS.iter().map(|s| of.materials_in(used.placed(s).unwrap_or(&nothing))).collect();
        let cells = of.materials_in(&recycling.cells.made);
        Self { of, used, recycling, recovered, placed, cells }
    }

    /// All that is recovered.
    pub fn all_recovered(&self, i: usize, t: usize) -> f64 {
        self.recovered[0][i][t] + self.recovered[1][i][t]
    }
}

/// Tonnes of each material in as many MWh of cells of the mix for export.
fn needed(world: &World, of: &Composition, recycling: &Recycling, energy: &str) -> Vec<Vec<f64>> {
    let energy = world.series(energy);
    recycling.by_material(of, |k, i, t| energy[t] * recycling.cells.mix[k][t] * of.intensity[k][i])
}

/// Collects series under their names and labels.
pub struct Sheet {
    pub reports: Reports,
    materials: Vec<String>,
}

impl Sheet {
    pub fn plain(&mut self, name: &str, series: Vec<f64>) {
        self.labelled(name, &[], series);
    }

    pub fn labelled(&mut self, name: &str, labels: &[&str], series: Vec<f64>) {
        let labels = labels.iter().map(|l| (*l).to_owned()).collect();
        let old = self.reports.entry(name.to_owned()).or_default().insert(labels, series);
        assert!(old.is_none(), "{name} twice");
    }

    fn materials(&mut self, name: &str, series: Vec<Vec<f64>>) {
        for (material, series) in self.materials.clone().iter().zip(series) {
            self.labelled(name, &[material], series);
        }
    }
}

/// Every reported series.
pub fn reports(world: &World) -> Reports {
    let cycle = Cycle::of(world);
    let mut sheet =
        Sheet { reports: Reports::new(), materials: world.state.scenario.materials().to_vec() };
    batteries(world, &cycle, &mut sheet);
    demand(world, &cycle, &mut sheet);
    segments(&cycle, &mut sheet);
    targets::targets(world, &cycle, &mut sheet);
    sheet.reports
}

/// What is followed as batteries and reported as materials.
fn batteries(world: &World, cycle: &Cycle, sheet: &mut Sheet) {
    let (of, used, recycling) = (&cycle.of, &cycle.used, &cycle.recycling);
    let fleets = || used.vehicles.values();
    let single = || used.single.values();
    let sum = |flows: Vec<&Flow>| of.sum(&flows);
    let nothing = of.flow(|_, _| 0.0);
    let lost = |pick: fn(&super::in_use::Losses) -> &Flow| {
        used.losses.as_ref().map_or(&nothing, pick).clone()
    };
    let again = &used.second_life;
    let all: [(&str, Flow); 14] = [
        ("stock", sum(fleets().map(|f| &f.stock).chain(single().map(|s| &s.stock)).collect())),
        (
            "end_of_life",
            sum(fleets()
                .flat_map(|f| [&f.exits, &f.replaced])
                .chain(single().map(|s| &s.outflow))
                .collect()),
        ),
        ("exported", sum(fleets().map(|f| &f.exported).collect())),
        ("unknown", sum(fleets().map(|f| &f.unknown).collect())),
        ("second_life", again.placed.clone()),
        ("second_life_stock", again.stock.clone()),
        ("second_life_returns", again.outflow.clone()),
        ("hoarded", lost(|l| &l.hoarded)),
        ("electronic_waste", lost(|l| &l.electronic)),
        ("residual_waste", lost(|l| &l.residual)),
        (
            "uncollected",
            sum(fleets()
                .map(|f| &f.uncollected)
                .chain(single().map(|s| &s.uncollected))
                .chain([&again.uncollected])
                .collect()),
        ),
        ("collected", used.collected(of)),
        ("scrap", recycling.cells.scrap_collected.clone()),
        ("processed", sum(recycling.processed.iter().collect())),
    ];
    for (name, flow) in &all {
        sheet.materials(name, of.materials_in(flow));
    }
    let processed = of.sum(&[&recycling.processed[0], &recycling.processed[1]]);
    let to_black_mass = &recycling.to_black_mass;
    let black_mass = recycling
        .by_material(of, |k, i, t| processed[k][t] * of.fraction(k, i) * to_black_mass[k][i]);
    let away = world.series("black_mass.exported");
    let exported =
        super::composition::flow(of.materials.len(), of.steps, |i, t| away[t] * black_mass[i][t]);
    sheet.materials("black_mass_exported", exported);
    sheet.materials("black_mass", black_mass);
    let refined = of.sum(&[&recycling.refined[0], &recycling.refined[1]]);
    let content = |flow: &Flow| {
        recycling.by_material(of, |k, i, t| flow[k][t] * recycling.in_black_mass(of, k, i))
    };
    sheet.materials("refined", content(&refined));
    let waiting = of.materials_in(&of.sum(&[&recycling.waiting, &recycling.pile]));
    let black = content(&recycling.waiting_black_mass);
    let both = |i: usize, t: usize| waiting[i][t] + black[i][t];
    sheet.materials("backlog", super::composition::flow(waiting.len(), of.steps, both));
    sheet.materials("recovered_from_scrap", cycle.recovered[1].clone());
    let fed = recycling.feed.each_ref().map(total);
    let share = (0..of.steps).map(|t| fed[1][t] / (fed[0][t] + fed[1][t]).max(1e-6)).collect();
    sheet.plain("scrap_share_of_feed", share);
}

/// The three demands.
fn demand(world: &World, cycle: &Cycle, sheet: &mut Sheet) {
    let (of, recycling) = (&cycle.of, &cycle.recycling);
    let (n, steps) = (of.materials.len(), of.steps);
    let table = |f: &dyn Fn(usize, usize) -> f64| super::composition::flow(n, steps, f);
    let of_cathode = needed(world, of, recycling, "cathode.production");
    let of_anode = needed(world, of, recycling, "anode.production");
    let chain = |i: usize, t: usize| match of.materials[i].as_str() {
        "lithium" | "nickel" | "cobalt" | "manganese" => Some(of_cathode[i][t]),
        "graphite" => Some(of_anode[i][t]),
        _ => None,
    };
    let used = |i: usize, t: usize| {
        let all = cycle.all_recovered(i, t);
        chain(i, t).map_or(all, |most| all.min(most))
    };
    sheet.materials("recovered", table(&|i, t| cycle.all_recovered(i, t)));
    sheet.materials("recovered_used", table(&used));
    sheet.materials("recovered_unused", table(&|i, t| cycle.all_recovered(i, t) - used(i, t)));
    sheet.materials("cell_production", cycle.cells.clone());
    sheet.materials("cathode_anode_demand", table(&|i, t| chain(i, t).unwrap_or(0.0)));
    let scrap = of.materials_in(&recycling.cells.scrap_made);
    let primary = |i: usize, t: usize| (cycle.cells[i][t] + scrap[i][t] - used(i, t)).max(0.0);
    sheet.materials("primary_demand", table(&primary));

    let made = &recycling.cells;
    let home = of.materials_in(&made.home);
    let inside = of.materials_in(&made.in_products);
    let inflow = |i: usize, t: usize| cycle.placed.iter().map(|s| s[i][t]).sum::<f64>();
    let bare = |i: usize, t: usize| (inflow(i, t) - inside[i][t] - home[i][t]).max(0.0);
    sheet.materials("inflow", table(&inflow));
    sheet.materials("placed_imported_cells", table(&bare));
    sheet.materials("placed_imported_in_products", inside.clone());
    sheet.materials("placed_made_here", home.clone());
    sheet.materials("exported_cells", of.materials_in(&made.exported));
    for (s, segment) in SEGMENTS.iter().enumerate() {
        for (i, material) in of.materials.iter().enumerate() {
            let placed = cycle.placed[s][i].clone();
            sheet.labelled("inflow_by_segment", &[segment, material], placed);
        }
    }
    sheet.plain("cells_made", world.series("cells.production"));
    let graphite = of.materials.iter().position(|m| m == "graphite");
    let natural = world.series("anode.natural_share");
    let anode = |t: usize| graphite.map_or(0.0, |i| of_anode[i][t]);
    sheet.plain("anode_natural_graphite", (0..steps).map(|t| natural[t] * anode(t)).collect());
    let rest = (0..steps).map(|t| (1.0 - natural[t]) * anode(t)).collect();
    sheet.plain("anode_synthetic_graphite", rest);
}

/// What is reported by segment.
fn segments(cycle: &Cycle, sheet: &mut Sheet) {
    let (of, used) = (&cycle.of, &cycle.used);
    let none = || vec![0.0; of.steps];
    sheet.plain("second_life_energy", used.served.clone());
    let rate = (0..of.steps).map(|t| targets::collection(cycle, "portable", t)).collect();
    sheet.plain("portable_collection_rate", rate);
    for segment in SEGMENTS {
        let placed = used.placed(segment).filter(|_| segment != "portable");
        let energy = placed.map_or_else(none, |flow| of.energy(flow));
        sheet.labelled("placed_energy_by_segment", &[segment], energy);
        let gone = match (used.vehicles.get(segment), used.single.get(segment)) {
            (Some(fleet), _) => of.energy(&of.sum(&[&fleet.exits, &fleet.replaced])),
            (None, Some(of_s)) if segment != "portable" => of.energy(&of_s.outflow),
            _ => none(),
        };
        sheet.labelled("end_of_life_energy_by_segment", &[segment], gone);
        let collected = used.collected_from(segment).unwrap_or_else(none);
        sheet.labelled("collected_by_segment", &[segment], collected);
        let placed = used.placed(segment).map_or_else(none, total);
        sheet.labelled("placed_mass_by_segment", &[segment], placed);
    }
    for segment in &SEGMENTS[..7] {
        let mut all = [none(), none(), none(), none()];
        if let Some(fleet) = used.vehicles.get(segment) {
            let (mut sold, mut fitted) = (0.0, 0.0);
            for t in 0..of.steps {
                let left: f64 = fleet.fleet.exits[t].iter().sum();
                let (abroad, lost) = (fleet.export_share[t], fleet.unknown_share[t]);
                sold += fleet.sold[t];
                fitted += fleet.fleet.entering[t] - fleet.sold[t];
                all[0][t] = fleet.fleet.stock[t].iter().sum();
                all[1][t] = left * abroad;
                all[2][t] = left * (1.0 - abroad - lost);
                all[3][t] = fitted / sold.max(1e-6);
            }
        }
        let names = ["vehicles", "vehicles_exported", "vehicles_dismantled", "repacked"];
        for (name, series) in names.iter().zip(all) {
            sheet.labelled(name, &[segment], series);
        }
    }
}
