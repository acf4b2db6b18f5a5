//! Treatment, pre-processing and refining in one draw.

use super::cells::Cells;
use super::composition::{Composition, Flow, total};
use super::in_use::InUse;
use super::quantity::World;
use super::stocks::facility;
use blackmass::scenario::{Stage, Status};

pub const ROUTES: [&str; 4] = ["hydro", "pyro_hydro", "direct", "alloy"];

pub struct Recycling {
    pub cells: Cells,
    /// From the end of life, from scrap.
    pub feed: [Flow; 2],
    pub processed: [Flow; 2],
    pub waiting: Flow,
    pub pile: Flow,
    pub refined: [Flow; 2],
    pub waiting_black_mass: Flow,
    /// t/yr of black mass.
    pub nameplate_refining: Vec<f64>,
    /// Shares of each material that reach black mass and a metal fraction,
    /// `[chemistry][material]`.
    pub to_black_mass: Vec<Vec<f64>>,
    pub to_fraction: Vec<Vec<f64>>,
    /// `[class][route][step]`.
    pub routes: Vec<Vec<Vec<f64>>>,
    /// `[class][route][material][step]`.
    pub yields: Vec<Vec<Vec<Vec<f64>>>>,
}

/// Nameplate and usable capacity of a stage.
fn capacity(world: &World, stage: Stage) -> (Vec<f64>, Vec<f64>) {
    let name = stage.name();
    let later = world.series(&format!("{name}.later"));
    let realised = world.series(&format!("{name}.realisation"));
    let used = world.series(&format!("{name}.utilisation"));
    let ramp = world.value(&format!("{name}.ramp_up")).max(1.0);
    let nameplate: Vec<f64> = (0..world.steps())
        .map(|t| {
            let year = world.state.scenario.start() + t as i32;
            let mut sum = later[t];
            for plant in world.region().plants().iter().filter(|p| p.stage() == stage) {
                if year < plant.start() || plant.end().is_some_and(|end| year >= end) {
                    continue;
                }
                let age = f64::from(year - plant.start() + 1);
                let sure = if plant.status() == Status::Announced { realised[t] } else { 1.0 };
                sum += sure * plant.capacity() * (age / ramp).min(1.0);
            }
            sum
        })
        .collect();
    let usable = nameplate.iter().zip(used).map(|(x, u)| x * u).collect();
    (nameplate, usable)
}

/// A stage fed from both origins, which share its capacity.
fn stage(feed: &[Flow; 2], capacity: &[f64]) -> ([Flow; 2], Flow) {
    let n = feed[0].len();
    let (processed, backlog) = facility(&feed.concat(), capacity, None);
    let waiting = (0..n)
        .map(|k| backlog[k].iter().zip(&backlog[n + k]).map(|(a, b)| a + b).collect())
        .collect();
    ([processed[..n].to_vec(), processed[n..].to_vec()], waiting)
}

impl Recycling {
    pub fn of(world: &World, of: &Composition, used: &InUse) -> Self {
        let classes = world.state.scenario.classes();
        let cells = Cells::of(world, of, used);
        let scrap_collected = &cells.scrap_collected;

        let way = |way: &str| -> Vec<Vec<f64>> {
            classes.iter().map(|q| world.series(&format!("treatment.{q}.{way}"))).collect()
        };
        let (stored, exported, untreated) = (way("stored"), way("exported"), way("untreated"));
        let all = |q: usize, t: usize| (stored[q][t] + exported[q][t] + untreated[q][t]).max(1.0);
        let kept = |q: usize, t: usize| {
            let gone = (stored[q][t] + exported[q][t] + untreated[q][t]) / all(q, t);
            (1.0 - gone).max(0.0)
        };
        let collected = used.collected(of);
        let feed =
            [&collected, scrap_collected].map(|x| of.flow(|k, t| x[k][t] * kept(of.class[k], t)));
        let mut pile = of.flow(|_, _| 0.0);
        for k in 0..of.chemistries() {
            let mut held = 0.0;
            for t in 0..of.steps {
                let q = of.class[k];
                held += (collected[k][t] + scrap_collected[k][t]) * stored[q][t] / all(q, t);
                pile[k][t] = held;
            }
        }

        let number = |key: String| world.value(&key);
        let mut to_black_mass = Vec::new();
        let mut to_fraction = Vec::new();
        for k in 0..of.chemistries() {
            let class = classes[of.class[k]].as_str();
            let (mut black, mut metal) = (Vec::new(), Vec::new());
            for material in &of.materials {
                let (b, f) = match (material.as_str(), class) {
                    ("other", _) => (
                        number(format!("preprocessing.black_mass.other.{class}")),
                        number(format!("preprocessing.fraction.other.{class}")),
                    ),
                    (m, _) => (
                        number(format!("preprocessing.black_mass.{m}")),
                        number(format!("preprocessing.fraction.{m}")),
                    ),
                };
                black.push(b);
                metal.push(f.min(1.0 - b));
            }
            to_black_mass.push(black);
            to_fraction.push(metal);
        }
        let (_, limit) = capacity(world, Stage::Preprocessing);
        let (processed, waiting) = stage(&feed, &limit);
        let per_tonne: Vec<f64> = (0..of.chemistries())
            .map(|k| {
                let part = |i: usize| of.fraction(k, i) * to_black_mass[k][i];
                (0..of.materials.len()).map(part).sum()
            })
            .collect();
        // Some black mass leaves the region before refining.
        let away = world.series("black_mass.exported");
        let made = [&processed[0], &processed[1]]
            .map(|x| of.flow(|k, t| x[k][t] * per_tonne[k] * (1.0 - away[t])));
        let (nameplate_refining, limit) = capacity(world, Stage::Refining);
        let (refined, waiting_black_mass) = stage(&made, &limit);

        let mut routes = Vec::new();
        let mut yields = Vec::new();
        for q in classes {
            let given = ROUTES.map(|r| world.series(&format!("refining.route_share.{q}.{r}")));
            let all = |t: usize| given.iter().map(|of_r| of_r[t]).sum::<f64>().max(1e-12);
            let share = |of_r: &Vec<f64>| (0..of.steps).map(|t| of_r[t] / all(t)).collect();
            routes.push(given.iter().map(share).collect());
            let key = |r: &str, m: &str| format!("refining.yield.{r}.{q}.{m}");
            let of_route =
                |r: &str| of.materials.iter().map(|m| world.series(&key(r, m))).collect();
            yields.push(ROUTES.map(of_route).to_vec());
        }
        Self {
            cells,
            feed,
            processed,
            waiting,
            pile,
            refined,
            waiting_black_mass,
            nameplate_refining,
            to_black_mass,
            to_fraction,
            routes,
            yields,
        }
    }

    /// The part of a material in black mass that refining of a class wins,
    /// over all routes.
    pub fn won(&self, class: usize, i: usize, t: usize) -> f64 {
        let of_route = |r: usize| self.routes[class][r][t] * self.yields[class][r][i][t];
        (0..ROUTES.len()).map(of_route).sum::<f64>().min(1.0)
    }

    /// What a tonne of black mass of a chemistry contains of a material.
    pub fn in_black_mass(&self, of: &Composition, k: usize, i: usize) -> f64 {
        let part = |i: usize| of.fraction(k, i) * self.to_black_mass[k][i];
        let whole: f64 = (0..of.materials.len()).map(part).sum();
        if whole > 0.0 { part(i) / whole } else { 0.0 }
    }

    /// `[material][step]` from a function of chemistry, material and step.
    pub fn by_material(
        &self,
        of: &Composition,
        f: impl Fn(usize, usize, usize) -> f64,
    ) -> Vec<Vec<f64>> {
        let sum = |i: usize, t: usize| (0..of.chemistries()).map(|k| f(k, i, t)).sum();
        (0..of.materials.len()).map(|i| (0..of.steps).map(|t| sum(i, t)).collect()).collect()
    }

    /// Recovered from the end of life (0) or scrap (1), products of refining
    /// and metal fractions together.
    pub fn recovered(&self, of: &Composition, origin: usize) -> Vec<Vec<f64>> {
        let refined = &self.refined[origin];
        let processed = &self.processed[origin];
        // The content of black mass does not change in time.
        let content: Vec<Vec<f64>> = (0..of.chemistries())
            .map(|k| (0..of.materials.len()).map(|i| self.in_black_mass(of, k, i)).collect())
            .collect();
        self.by_material(of, |k, i, t| {
            refined[k][t] * content[k][i] * self.won(of.class[k], i, t)
                + processed[k][t] * of.fraction(k, i) * self.to_fraction[k][i]
        })
    }

    /// Tonnes of black mass refined.
    pub fn refined_tonnes(&self) -> Vec<f64> {
        let (a, b) = (total(&self.refined[0]), total(&self.refined[1]));
        a.iter().zip(b).map(|(a, b)| a + b).collect()
    }
}
