//! The mass of a mineral over all regions and places, from inner variables.

use super::{Kept, MINERALS, Wanted, wanted};
use blackmass::scenario::Scenario;
use blackmass::system::Override;

/// What is shipped to be recycled.
const SHIPPED: [&str; 3] = ["batteries", "scrap", "black_mass"];
/// What comes in at the end of life, leaves, or is waiting, by material.
const BY_MATERIAL: [&str; 6] =
    ["end_of_life", "scrap_made", "exported", "hoarded", "second_life_stock", "backlog"];
const ORIGINS: [&str; 2] = ["end_of_life", "scrap"];

/// A route of untreated batteries, scrap or black mass.
struct Way {
    good: &'static str,
    from: usize,
    to: String,
    is_followed: bool,
}

/// What is known of a scenario's regions, places and routes.
pub struct Ledger {
    regions: Vec<String>,
    chemistries: Vec<Vec<String>>,
    vehicles: Vec<Vec<String>>,
    segment_chemistries: Vec<Vec<Vec<String>>>,
    pub places: Vec<String>,
    ways: Vec<Way>,
    minerals: Vec<&'static str>,
}

/// One year of one draw of one mineral, in tonnes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    pub end_of_life: f64,
    pub scrap_made: f64,
    pub retained: f64,
    pub lost: f64,
    pub in_used_vehicles: f64,
    pub fitted_again: f64,
    pub unfollowed: f64,
    /// All stocks at the end of the year.
    pub waiting: f64,
    /// The smallest of the numbers that cannot be negative.
    pub least: f64,
}

impl Entry {
    /// What is missing from the balance, given the stocks of the year before.
    pub fn missing(&self, before: f64) -> f64 {
        let gone = self.retained + self.lost + self.in_used_vehicles + self.fitted_again;
        let into = self.end_of_life + self.scrap_made;
        into - gone - self.unfollowed - (self.waiting - before)
    }
}

impl Ledger {
    pub fn new(scenario: &Scenario) -> Self {
        let world = scenario.world().expect("a world");
        let regions: Vec<String> = scenario.regions().iter().map(|r| r.name().to_owned()).collect();
        let names = |r: &blackmass::scenario::Region| -> Vec<String> {
            r.chemistries().iter().map(|c| c.name().to_owned()).collect()
        };
        let vehicles: Vec<Vec<String>> = scenario
            .regions()
            .iter()
            .map(|r| {
                let all = r.segments().into_iter();
                all.filter(|s| blackmass::lifecycle::VEHICLES.contains(s))
                    .map(str::to_owned)
                    .collect()
            })
            .collect();
        let of_segment = |r: usize, s: &String| -> Vec<String> {
            let region = &scenario.regions()[r];
            let present = region.chemistry_share(s).expect("its shares").present();
            present.iter().map(|k| region.chemistries()[*k].name().to_owned()).collect()
        };
        let segment_chemistries = vehicles
            .iter()
            .enumerate()
            .map(|(r, all)| all.iter().map(|s| of_segment(r, s)).collect());
        let segment_chemistries = segment_chemistries.collect();
        let ways = world.routes().iter().filter_map(|route| {
            Some(Way {
                good: SHIPPED.into_iter().find(|good| *good == route.good)?,
                from: regions.iter().position(|r| *r == route.from)?,
                to: route.to.clone(),
                is_followed: regions.contains(&route.to),
            })
        });
        Self {
            chemistries: scenario.regions().iter().map(names).collect(),
            vehicles,
            segment_chemistries,
            places: world.places().to_vec(),
            ways: ways.collect(),
            minerals: MINERALS
                .into_iter()
                .filter(|m| world.minerals().iter().any(|known| known == m))
                .collect(),
            regions,
        }
    }

    fn variable(&self, way: &Way, step: &str) -> String {
        format!("{}.shipped.{}.{}.{step}", self.regions[way.from], way.good, way.to)
    }

    /// Whether a region names any route of a good.
    fn names_routes(&self, region: usize, good: &str) -> bool {
        self.ways.iter().any(|way| way.from == region && way.good == good)
    }

    /// Everything that an entry is computed from.
    fn wanted(&self) -> Vec<Wanted> {
        let mut all = Vec::new();
        for (r, region) in self.regions.iter().enumerate() {
            let of = |key: &str| format!("{region}.{key}");
            for m in &self.minerals {
                all.extend(BY_MATERIAL.map(|key| wanted(of(key), &[m])));
                for k in &self.chemistries[r] {
                    all.push(wanted(of("fraction"), &[m, k]));
                    all.push(wanted(of("black_mass.content"), &[m, k]));
                }
            }
            for (s, segment) in self.vehicles[r].iter().enumerate() {
                let name = of(&format!("flow.reused.{segment}"));
                let chemistries = self.segment_chemistries[r][s].iter();
                all.extend(chemistries.map(|k| wanted(name.clone(), &[k])));
            }
            for good in ["batteries", "scrap"] {
                let name = of(&format!("goods.{good}.offered"));
                let chemistries = self.chemistries[r].iter();
                all.extend(chemistries.map(|k| wanted(name.clone(), &[k])));
            }
        }
        for m in &self.minerals {
            all.push(wanted("world.lost", &[m]));
            all.extend(self.places.iter().map(|p| wanted(format!("{p}.retained"), &[m])));
        }
        for way in &self.ways {
            for step in ["sent", "waiting", "arrived", "lost"] {
                let name = self.variable(way, step);
                all.extend(self.elements(way).into_iter().map(|e| (name.clone(), e)));
            }
        }
        all
    }

    /// The elements of what is shipped on a way.
    fn elements(&self, way: &Way) -> Vec<Vec<String>> {
        if !way.is_followed {
            return self.minerals.iter().map(|m| vec![(*m).to_owned()]).collect();
        }
        let of = |origin: Option<&str>| {
            let chemistries = self.chemistries[way.from].iter();
            let label = move |k: &String| origin.map(str::to_owned).into_iter().chain([k.clone()]);
            chemistries.map(move |k| label(k).collect()).collect::<Vec<Vec<String>>>()
        };
        match way.good {
            "black_mass" => ORIGINS.into_iter().flat_map(|o| of(Some(o))).collect(),
            _ => of(None),
        }
    }

    pub fn run(
        &self,
        scenario: &Scenario,
        overrides: Vec<Override>,
        years: Vec<i32>,
        draws: u32,
    ) -> Kept {
        Kept::run(scenario, overrides, self.wanted(), years, draws)
    }

    /// The tonnes of a mineral in a step of a shipment.
    pub fn shipped(
        &self,
        kept: &Kept,
        with: bool,
        m: &str,
        way: usize,
        step: &str,
        at: (i32, usize),
    ) -> f64 {
        let way = &self.ways[way];
        let name = self.variable(way, step);
        let region = &self.regions[way.from];
        let x = |labels: &[&str]| kept.at(with, &name, labels, at.0, at.1);
        if !way.is_followed {
            return x(&[m]);
        }
        let (content, origins) = match way.good {
            "black_mass" => ("black_mass.content", &ORIGINS[..]),
            _ => ("fraction", &[][..]),
        };
        let of = |k: &String| {
            let part = kept.at(with, &format!("{region}.{content}"), &[m, k], at.0, at.1);
            let batteries = match origins {
                [] => x(&[k]),
                _ => origins.iter().map(|o| x(&[o, k])).sum(),
            };
            part * batteries
        };
        self.chemistries[way.from].iter().map(of).sum()
    }

    pub fn ways(&self) -> usize {
        self.ways.len()
    }

    pub fn minerals(&self) -> &[&'static str] {
        &self.minerals
    }

    pub fn entry(&self, kept: &Kept, with: bool, m: &str, year: i32, draw: usize) -> Entry {
        let mut entry = Entry::default();
        let mut least: f64 = 0.0;
        for (r, region) in self.regions.iter().enumerate() {
            let of = |key: &str| kept.at(with, &format!("{region}.{key}"), &[m], year, draw);
            let [end_of_life, scrap, exported, hoarded, second_life, backlog] = BY_MATERIAL.map(of);
            least = [end_of_life, scrap, exported, hoarded, second_life, backlog]
                .into_iter()
                .fold(least, f64::min);
            entry.end_of_life += end_of_life;
            entry.scrap_made += scrap;
            entry.in_used_vehicles += exported;
            entry.waiting += hoarded + second_life + backlog;
            let in_batteries = |k: &String, name: &str| {
                let fraction = kept.at(with, &format!("{region}.fraction"), &[m, k], year, draw);
                fraction * kept.at(with, name, &[k], year, draw)
            };
            for (s, segment) in self.vehicles[r].iter().enumerate() {
                let name = format!("{region}.flow.reused.{segment}");
                let of = |k: &String| in_batteries(k, &name);
                entry.fitted_again += self.segment_chemistries[r][s].iter().map(of).sum::<f64>();
            }
            for good in ["batteries", "scrap"] {
                if !self.names_routes(r, good) {
                    let name = format!("{region}.goods.{good}.offered");
                    let of = |k: &String| in_batteries(k, &name);
                    entry.unfollowed += self.chemistries[r].iter().map(of).sum::<f64>();
                }
            }
        }
        for way in 0..self.ways.len() {
            let of = |step: &str| self.shipped(kept, with, m, way, step, (year, draw));
            let [sent, waiting, arrived, lost] = ["sent", "waiting", "arrived", "lost"].map(of);
            least = [sent, waiting, arrived, lost].into_iter().fold(least, f64::min);
            entry.waiting += waiting;
        }
        for place in &self.places {
            let kept_there = kept.at(with, &format!("{place}.retained"), &[m], year, draw);
            least = least.min(kept_there);
            entry.retained += kept_there;
        }
        entry.lost = kept.at(with, "world.lost", &[m], year, draw);
        entry.least = least.min(entry.lost);
        entry
    }
}
