//! The quantities of a region in one draw, with their priors and levers.

use super::lifetime::{self, Law, Timing};
use blackmass::InflowTiming;
use blackmass::sampling::{StreamKey, uniform};
use blackmass::scenario::{self, NoiseProcess, Policy, Prior, Region, Scalar, Scenario, Series};
use blackmass::system::Change;
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd, MedianSd, Range, ThreePoint};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A region in one draw; draw 0 is the central case.
pub struct State<'a> {
    pub scenario: &'a Scenario,
    pub region: &'a Region,
    pub seed: u64,
    pub draw: u32,
    /// Quantities before levers, the same under all policies.
    known: RefCell<BTreeMap<String, Vec<f64>>>,
}

/// A region in one draw under a policy.
pub struct World<'a> {
    pub state: &'a State<'a>,
    pub policy: &'a Policy,
}

/// The stream of a quantity. What batteries contain, how long they last and
/// which announced plants come true is one state of the world for all regions;
/// everything else belongs to its region.
fn stream(region: &str, key: &str) -> String {
    let part = |name: &str| key.split('.').any(|part| part == name);
    let battery_life = key.contains("lifetime.battery.");
    if part("realisation") {
        "world.realisation".to_owned()
    } else if key.starts_with("chemistry.") || part("intensity_factor") || battery_life {
        format!("world.{key}")
    } else {
        format!("{region}.{key}")
    }
}

impl<'a> State<'a> {
    pub fn new(scenario: &'a Scenario, region: &'a Region, seed: u64, draw: u32) -> Self {
        Self { scenario, region, seed, draw, known: RefCell::default() }
    }

    fn uniform(&self, name: &str, step: u32) -> f64 {
        uniform(self.seed, StreamKey::of(name), self.draw, step)
    }

    /// A standard normal of a stream; zero in the central case.
    fn standard_normal(&self, stream: &str, step: u32) -> f64 {
        if self.draw == 0 {
            return 0.0;
        }
        let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 }).expect("valid");
        standard.quantile(self.uniform(stream, step))
    }

    /// A quantity in every step before levers.
    fn before(&self, key: &str) -> Option<Vec<f64>> {
        if let Some(known) = self.known.borrow().get(key) {
            return Some(known.clone());
        }
        let steps = self.scenario.steps();
        let values = match (self.region.series(key), self.region.scalar(key)) {
            (Some(series), _) => match series.constant() {
                Some(scalar) => vec![self.scalar(scalar); steps],
                None => self.series(series),
            },
            (None, Some(scalar)) => vec![self.scalar(scalar); steps],
            (None, None) => return None,
        };
        self.known.borrow_mut().insert(key.to_owned(), values.clone());
        Some(values)
    }

    fn scalar(&self, scalar: &Scalar) -> f64 {
        let x = scalar.value();
        let law = match *scalar.prior() {
            Prior::Fixed => return x,
            // A share of 0 or 1 and a quantity of zero have no spread.
            Prior::Grade { .. } if x <= 0.0 || (scalar.is_share() && x >= 1.0) => return x,
            Prior::Grade { relative_sd } if scalar.is_share() => {
                let sd = logit_sd(x, relative_sd);
                Distribution::logit_normal_from_median_sd(MedianSd { median: x, sd })
            }
            Prior::Grade { relative_sd } => {
                let gsd = log_sd(relative_sd).exp();
                Distribution::lognormal_from_median_gsd(MedianGsd { median: x, gsd })
            }
            Prior::Pert { low, high } => Distribution::pert(ThreePoint { low, mode: x, high }),
            Prior::Triangular { low, high } => {
                Distribution::triangular(ThreePoint { low, mode: x, high })
            }
            Prior::Uniform { low, high } => Distribution::uniform(Range { low, high }),
            _ => panic!("an unknown prior"),
        };
        let stream = stream(self.region.name(), scalar.key());
        match self.draw {
            0 => x,
            _ => law.expect("valid").quantile(self.uniform(&stream, 0)),
        }
    }

    fn series(&self, series: &Series) -> Vec<f64> {
        let name = format!("{}.{}", self.region.name(), series.key());
        let error = self.standard_normal(&format!("{name}.error"), 0);
        let mut process = 0.0;
        let mut values = Vec::new();
        for t in 0..self.scenario.steps() {
            let year = self.scenario.start() + t as i32;
            let (x, relative) = (series.at(year), series.relative_sd_at(year));
            let spread = if series.is_share() { logit_sd(x, relative) } else { log_sd(relative) };
            let mut deviation = spread * error;
            if let Some(noise) = series.noise() {
                let e = self.standard_normal(&format!("{name}.noise"), t as u32);
                let NoiseProcess::Persistent { persistence: phi } = noise.process else {
                    panic!("the twin knows persistent noise only")
                };
                process = if t == 0 { e } else { phi * process + (1.0 - phi * phi).sqrt() * e };
                if series.last_observed().is_none_or(|last| year > last) {
                    deviation += log_sd(noise.sd) * process;
                }
            }
            values.push(if series.is_share() {
                let x = x.clamp(1e-12, 1.0 - 1e-12);
                let logit = (x / (1.0 - x)).ln() + deviation;
                1.0 / (1.0 + (-logit).exp())
            } else {
                x * deviation.exp()
            });
        }
        values
    }
}

impl World<'_> {
    pub fn steps(&self) -> usize {
        self.state.scenario.steps()
    }

    pub fn region(&self) -> &Region {
        self.state.region
    }

    /// The draw of a chemistry's tilt in a segment, common to all regions.
    pub fn tilt(&self, segment: &str, chemistry: &str) -> f64 {
        let stream = format!("world.segment.{segment}.chemistry_share.tilt[chemistry={chemistry}]");
        self.state.standard_normal(&stream, 0)
    }

    /// A quantity in every step, levers included.
    pub fn series(&self, key: &str) -> Vec<f64> {
        let before = self.state.before(key).unwrap_or_else(|| panic!("no quantity {key}"));
        before.iter().enumerate().map(|(t, x)| self.levers(key, *x, t)).collect()
    }

    /// A quantity that holds for all years.
    pub fn value(&self, key: &str) -> f64 {
        self.state.before(key).unwrap_or_else(|| panic!("no quantity {key}"))[0]
    }

    fn levers(&self, key: &str, mut x: f64, t: usize) -> f64 {
        let mine = |l: &&scenario::Lever| l.region() == self.region().name() && l.key() == key;
        for lever in self.policy.levers().iter().filter(mine) {
            let year = self.state.scenario.start() + t as i32;
            let r = if year < lever.from() {
                0.0
            } else if year >= lever.from() + lever.ramp() as i32 {
                1.0
            } else {
                f64::from(year - lever.from()) / f64::from(lever.ramp())
            };
            x = match lever.change() {
                Change::Set(v) => x * (1.0 - r) + v * r,
                Change::Multiply(f) => x * (1.0 + (f - 1.0) * r),
                Change::Add(a) => x + a * r,
            };
        }
        x
    }

    /// The share of a cohort in use at the end of each year after entry. `key`
    /// is that of the region's lifetime, such as `segment.van.battery`.
    pub fn survival(&self, key: &str) -> Vec<f64> {
        let declared = self.region().lifetime(key).expect("the scenario has it");
        let (law, spread, timing) = law(declared);
        let (owner, part) = key.rsplit_once('.').expect("a dotted key");
        let number = |name: &str| self.value(&format!("{owner}.lifetime.{part}.{name}"));
        let main = lifetime::table(law, number("mean"), number(spread), timing, self.steps());
        if !declared.early() {
            return main;
        }
        let (share, mean) = (number("early_share"), number("early_mean"));
        let early = lifetime::table(Law::Exponential, mean, 0.0, timing, self.steps());
        early.iter().zip(&main).map(|(e, m)| share * e + (1.0 - share) * m).collect()
    }
}

fn log_sd(relative: f64) -> f64 {
    (1.0 + relative * relative).ln().sqrt()
}

fn logit_sd(p: f64, relative: f64) -> f64 {
    let p = p.clamp(0.01, 0.99);
    relative / (p * (1.0 - p)).sqrt()
}

/// The law, the key of its second parameter and the timing of a lifetime, in
/// the twin's words.
fn law(declared: &scenario::Lifetime) -> (Law, &'static str, Timing) {
    let (law, spread) = match declared.law() {
        scenario::Law::Weibull => (Law::WeibullMean, "shape"),
        scenario::Law::Logistic => (Law::Logistic, "sd"),
        scenario::Law::Normal => (Law::Normal, "sd"),
        scenario::Law::Lognormal => (Law::LogNormal, "sd"),
        _ => panic!("an unknown law"),
    };
    let timing = match declared.timing() {
        InflowTiming::Start => Timing::Start,
        InflowTiming::Middle => Timing::Middle,
        InflowTiming::End => Timing::End,
    };
    (law, spread, timing)
}
