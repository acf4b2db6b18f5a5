//! What batteries contain and which are placed, in one draw.

use super::quantity::World;

/// Tonnes by chemistry of the region, `[chemistry][step]`.
pub type Flow = Vec<Vec<f64>>;

/// A flow from a function of chemistry and step.
pub fn flow(chemistries: usize, steps: usize, f: impl Fn(usize, usize) -> f64) -> Flow {
    (0..chemistries).map(|k| (0..steps).map(|t| f(k, t)).collect()).collect()
}

/// The sum over the chemistries.
pub fn total(flow: &Flow) -> Vec<f64> {
    (0..flow[0].len()).map(|t| flow.iter().map(|of_k| of_k[t]).sum()).collect()
}

/// The chemistries of a region in one draw.
pub struct Composition {
    pub names: Vec<String>,
    /// Place of the class in the scenario.
    pub class: Vec<usize>,
    /// kg/kWh, `[chemistry][material]`; the last material closes the pack mass.
    pub intensity: Vec<Vec<f64>>,
    /// kg/kWh, which is t/MWh.
    pub mass: Vec<f64>,
    pub materials: Vec<String>,
    pub steps: usize,
}

impl Composition {
    pub fn of(world: &World) -> Self {
        let materials = world.state.scenario.materials().to_vec();
        let chemistries = world.region().chemistries();
        let mut intensity = Vec::new();
        for chemistry in chemistries {
            let mut content = Vec::new();
            for (i, material) in materials.iter().enumerate() {
                content.push(if material == "other" {
                    let pack = world.value(&format!("chemistry.{}.pack_mass", chemistry.name()));
                    let known: f64 = content.iter().sum();
                    (pack - known).max(0.0)
                } else {
                    let factor = world.value(&format!("intensity_factor.{material}"));
                    chemistry.intensity()[i] * factor
                });
            }
            intensity.push(content);
        }
        Self {
            names: chemistries.iter().map(|c| c.name().to_owned()).collect(),
            class: chemistries.iter().map(|c| c.class()).collect(),
            mass: intensity.iter().map(|content| content.iter().sum()).collect(),
            intensity,
            materials,
            steps: world.steps(),
        }
    }

    pub fn chemistries(&self) -> usize {
        self.names.len()
    }

    pub fn fraction(&self, k: usize, i: usize) -> f64 {
        self.intensity[k][i] / self.mass[k]
    }

    pub fn flow(&self, f: impl Fn(usize, usize) -> f64) -> Flow {
        flow(self.chemistries(), self.steps, f)
    }

    /// The sum of flows; zero if there are none.
    pub fn sum(&self, flows: &[&Flow]) -> Flow {
        self.flow(|k, t| flows.iter().map(|flow| flow[k][t]).sum())
    }

    /// Tonnes of each material, `[material][step]`.
    pub fn materials_in(&self, flow: &Flow) -> Vec<Vec<f64>> {
        let of = |i: usize, t: usize| {
            (0..self.chemistries()).map(|k| flow[k][t] * self.fraction(k, i)).sum()
        };
        (0..self.materials.len()).map(|i| (0..self.steps).map(|t| of(i, t)).collect()).collect()
    }

    /// MWh of nameplate capacity.
    pub fn energy(&self, flow: &Flow) -> Vec<f64> {
        let of = |t: usize| (0..self.chemistries()).map(|k| flow[k][t] / self.mass[k]).sum();
        (0..self.steps).map(of).collect()
    }

    /// The shares of the chemistries in what a segment places.
    pub fn shares(&self, world: &World, segment: &str) -> Flow {
        let given = world.region().chemistry_share(segment).expect("the region has the segment");
        let mut shares = self.flow(|_, _| 0.0);
        for t in 0..self.steps {
            for k in given.present() {
                let tilt = given.tilt_sd()[t] * world.tilt(segment, &self.names[*k]);
                shares[*k][t] = given.at(t)[*k] * tilt.exp();
            }
            let all: f64 = shares.iter().map(|of_k| of_k[t]).sum();
            shares.iter_mut().for_each(|of_k| of_k[t] /= all);
        }
        shares
    }

    /// Tonnes of each chemistry in one vehicle, one MWh of storage or one
    /// tonne of portable batteries.
    pub fn content(&self, world: &World, segment: &str) -> Flow {
        let shares = self.shares(world, segment);
        match segment {
            "portable" => shares,
            "home_storage" | "grid_storage" => self.flow(|k, t| shares[k][t] * self.mass[k]),
            _ => {
                let size = world.series(&format!("segment.{segment}.pack_size"));
                self.flow(|k, t| shares[k][t] * size[t] * self.mass[k] / 1000.0)
            }
        }
    }
}
