//! Batteries in use and what becomes of them up to the gates of recycling, in
//! one draw.

use super::composition::{Composition, Flow, total};
use super::lifetime::{self, Law, Timing};
use super::quantity::World;
use super::stocks::{Components, cohort, components, contract};
use std::collections::BTreeMap;

const VEHICLES: [&str; 7] =
    ["bev_car", "phev_car", "hev_car", "van", "bus", "truck", "light_transport"];
/// Whose packs may serve as storage afterwards.
const SOURCES: [&str; 5] = ["bev_car", "phev_car", "van", "bus", "truck"];
const STORAGE: [&str; 2] = ["home_storage", "grid_storage"];

/// One segment of vehicles.
pub struct Vehicles {
    pub sold: Vec<f64>,
    pub fleet: Components,
    pub placed: Flow,
    pub stock: Flow,
    pub exits: Flow,
    pub replaced: Flow,
    pub exported: Flow,
    pub unknown: Flow,
    pub second_life: Flow,
    pub collected: Flow,
    pub from_workshops: Flow,
    pub uncollected: Flow,
    /// Shares of the exits, adjusted so that they do not exceed one.
    pub export_share: Vec<f64>,
    pub unknown_share: Vec<f64>,
}

/// A segment with one lifetime, or second life.
pub struct Single {
    pub placed: Flow,
    pub stock: Flow,
    pub outflow: Flow,
    pub collected: Flow,
    pub uncollected: Flow,
}

/// Drawers and losses of portable batteries.
pub struct Losses {
    pub hoarded: Flow,
    pub electronic: Flow,
    pub residual: Flow,
}

pub struct InUse {
    pub vehicles: BTreeMap<&'static str, Vehicles>,
    pub single: BTreeMap<&'static str, Single>,
    pub losses: Option<Losses>,
    pub second_life: Single,
    /// MWh of storage demand that second life serves.
    pub served: Vec<f64>,
}

/// A stock of each chemistry with one lifetime for all.
fn aged(inflow: &Flow, survival: &[f64]) -> (Flow, Flow) {
    inflow.iter().map(|of_k| cohort(of_k, survival)).unzip()
}

/// A segment of vehicles up to its dismantlers: what they hold that is not
/// fitted again, too.
fn vehicles(world: &World, of: &Composition, segment: &str, sold: Vec<f64>) -> (Vehicles, Flow) {
    let key = |x: &str| format!("segment.{segment}.{x}");
    let (vehicle, battery) = (world.survival(&key("vehicle")), world.survival(&key("battery")));
    let repaired = world.value(&key("replacement.share"));
    // The limit is the number in the file, in whole years.
    let limit = world.region().scalar(&key("replacement.age_limit")).expect("required").value();
    let fleet = components(&sold, &vehicle, &battery, repaired, limit as usize);
    let content = of.content(world, segment);
    let follow = |cohorts: &[Vec<f64>]| -> Flow {
        content.iter().map(|of_k| contract(cohorts, of_k)).collect()
    };
    let (stock, exits, replaced) =
        (follow(&fleet.stock), follow(&fleet.exits), follow(&fleet.replaced));
    let (export, lost) = (world.series(&key("exit.export")), world.series(&key("exit.unknown")));
    let part = |x: &[f64]| -> Vec<f64> {
        (0..of.steps).map(|t| x[t] / (export[t] + lost[t]).max(1.0)).collect()
    };
    let (export_share, unknown_share) = (part(&export), part(&lost));
    let exported = of.flow(|k, t| exits[k][t] * export_share[t]);
    let unknown = of.flow(|k, t| exits[k][t] * unknown_share[t]);
    let dismantled = of.flow(|k, t| exits[k][t] - exported[k][t] - unknown[k][t]);
    let again = world.series(&key("reuse.share"));
    let reused = of.flow(|k, t| {
        let fitted = (fleet.entering[t] - sold[t]).max(0.0) * content[k][t];
        (again[t] * dismantled[k][t]).min(fitted)
    });
    let placed = of.flow(|k, t| fleet.entering[t] * content[k][t] - reused[k][t]);
    let left = of.flow(|k, t| dismantled[k][t] - reused[k][t]);
    let none = of.flow(|_, _| 0.0);
    let these = Vehicles {
        sold,
        fleet,
        placed,
        stock,
        exits,
        replaced,
        exported,
        unknown,
        second_life: none.clone(),
        collected: none.clone(),
        from_workshops: none.clone(),
        uncollected: none,
        export_share,
        unknown_share,
    };
    (these, left)
}

/// Portable batteries with their drawers.
fn portable(world: &World, of: &Composition) -> (Single, Losses) {
    let key = |x: &str| format!("segment.portable.{x}");
    let (sold, content) = (world.series(&key("placed")), of.content(world, "portable"));
    let placed = of.flow(|k, t| sold[t] * content[k][t]);
    let (stock, outflow) = aged(&placed, &world.survival(&key("battery")));
    let keep = world.series(&key("hibernation.share"));
    let mean = world.value(&key("hibernation.mean"));
    let drawer = lifetime::table(Law::Exponential, mean, 0.0, Timing::Middle, of.steps);
    let (hoarded, late) = aged(&of.flow(|k, t| keep[t] * outflow[k][t]), &drawer);
    let discarded = of.flow(|k, t| (1.0 - keep[t]) * outflow[k][t] + late[k][t]);
    let (rate, waste) = (world.series(&key("collection")), world.series(&key("electronic_waste")));
    let wasted = |t: usize| waste[t].min(1.0 - rate[t]);
    let collected = of.flow(|k, t| rate[t] * discarded[k][t]);
    let electronic = of.flow(|k, t| wasted(t) * discarded[k][t]);
    let residual = of.flow(|k, t| (1.0 - rate[t] - wasted(t)) * discarded[k][t]);
    // Losses of portable batteries are told apart from the uncollected.
    let uncollected = of.flow(|_, _| 0.0);
    (
        Single { placed, stock, outflow, collected, uncollected },
        Losses { hoarded, electronic, residual },
    )
}

/// Single-lifetime batteries of which a share is collected.
fn returning(of: &Composition, placed: Flow, survival: &[f64], rate: &[f64]) -> Single {
    let (stock, outflow) = aged(&placed, survival);
    let collected = of.flow(|k, t| rate[t] * outflow[k][t]);
    let uncollected = of.flow(|k, t| outflow[k][t] - collected[k][t]);
    Single { placed, stock, outflow, collected, uncollected }
}

impl InUse {
    pub fn of(world: &World, of: &Composition) -> Self {
        let segments = world.region().segments();
        let present = |all: &[&'static str]| -> Vec<&'static str> {
            all.iter().copied().filter(|s| segments.contains(s)).collect()
        };
        // No more electrified cars are sold than new cars.
        let mut room: Option<Vec<f64>> = None;
        let (mut fleets, mut left) = (BTreeMap::new(), BTreeMap::new());
        for segment in present(&VEHICLES) {
            let mut sold = world.series(&format!("segment.{segment}.sales"));
            if ["bev_car", "phev_car", "hev_car"].contains(&segment) {
                let room = room.get_or_insert_with(|| world.series("market"));
                for t in 0..of.steps {
                    sold[t] = sold[t].min(room[t]);
                    room[t] = (room[t] - sold[t]).max(0.0);
                }
            }
            let (these, dismantled) = vehicles(world, of, segment, sold);
            fleets.insert(segment, these);
            left.insert(segment, dismantled);
        }

        // Second life takes healthy packs, as many as storage needs.
        let wanted: Vec<Vec<f64>> = present(&STORAGE)
            .iter()
            .map(|s| world.series(&format!("segment.{s}.placed")))
            .collect();
        let demand: Vec<f64> =
            (0..of.steps).map(|t| wanted.iter().map(|of_s| of_s[t]).sum()).collect();
        let mut served = vec![0.0; of.steps];
        let active = world.region().has_second_life();
        if active {
            let classes = world.state.scenario.classes();
            let eligible: Vec<Vec<f64>> = classes
                .iter()
                .map(|q| world.series(&format!("second_life.eligible.{q}")))
                .collect();
            let most = world.series("second_life.market_share");
            let health = world.value("second_life.health");
            let sources = present(&SOURCES);
            for t in 0..of.steps {
                let offered = |s: &str, k: usize| eligible[of.class[k]][t] * left[s][k][t];
                let energy: f64 = sources
                    .iter()
                    .flat_map(|s| (0..of.chemistries()).map(move |k| (s, k)))
                    .map(|(s, k)| health * offered(s, k) / of.mass[k])
                    .sum();
                let used = (most[t] * demand[t] / energy.max(1e-6)).min(1.0);
                served[t] = used * energy;
                for s in &sources {
                    let taken: Vec<f64> =
                        (0..of.chemistries()).map(|k| used * offered(s, k)).collect();
                    let fleet = fleets.get_mut(s).expect("present");
                    for (k, x) in taken.into_iter().enumerate() {
                        fleet.second_life[k][t] = x;
                    }
                }
            }
        }
        for (segment, fleet) in &mut fleets {
            let rate = |x: &str| world.series(&format!("segment.{segment}.collection.{x}"));
            let (from_cars, from_shops) = (rate("vehicle"), rate("workshop"));
            let rest = of.flow(|k, t| left[segment][k][t] - fleet.second_life[k][t]);
            fleet.collected = of.flow(|k, t| from_cars[t] * rest[k][t]);
            fleet.from_workshops = of.flow(|k, t| from_shops[t] * fleet.replaced[k][t]);
            fleet.uncollected = of.flow(|k, t| {
                (1.0 - from_cars[t]) * rest[k][t] + (1.0 - from_shops[t]) * fleet.replaced[k][t]
            });
        }
        let taken: Vec<&Flow> = fleets.values().map(|fleet| &fleet.second_life).collect();
        let taken = of.sum(&taken);
        let second_life = if active {
            let survival = world.survival("second_life.battery");
            returning(of, taken, &survival, &world.series("second_life.collection"))
        } else {
            returning(of, taken, &vec![1.0; of.steps], &vec![0.0; of.steps])
        };

        let mut single = BTreeMap::new();
        for (segment, wanted) in present(&STORAGE).into_iter().zip(&wanted) {
            let content = of.content(world, segment);
            let new = |t: usize| wanted[t] * (1.0 - served[t] / demand[t].max(1e-6));
            let placed = of.flow(|k, t| new(t) * content[k][t]);
            let survival = world.survival(&format!("segment.{segment}.battery"));
            let rate = world.series(&format!("segment.{segment}.collection"));
            single.insert(segment, returning(of, placed, &survival, &rate));
        }
        let mut losses = None;
        if segments.contains(&"portable") {
            let (these, lost) = portable(world, of);
            single.insert("portable", these);
            losses = Some(lost);
        }
        Self { vehicles: fleets, single, losses, second_life, served }
    }

    /// What a segment places on the market.
    pub fn placed(&self, segment: &str) -> Option<&Flow> {
        let vehicles = self.vehicles.get(segment).map(|fleet| &fleet.placed);
        vehicles.or_else(|| self.single.get(segment).map(|of_s| &of_s.placed))
    }

    /// Tonnes collected from a segment, without its second life.
    pub fn collected_from(&self, segment: &str) -> Option<Vec<f64>> {
        match self.vehicles.get(segment) {
            Some(fleet) => {
                let (a, b) = (total(&fleet.collected), total(&fleet.from_workshops));
                Some(a.iter().zip(b).map(|(a, b)| a + b).collect())
            }
            None => self.single.get(segment).map(|of_s| total(&of_s.collected)),
        }
    }

    /// Everything collected.
    pub fn collected(&self, of: &Composition) -> Flow {
        let fleets = self.vehicles.values().flat_map(|f| [&f.collected, &f.from_workshops]);
        let single = self.single.values().map(|s| &s.collected);
        let all: Vec<&Flow> = fleets.chain(single).chain([&self.second_life.collected]).collect();
        of.sum(&all)
    }
}
