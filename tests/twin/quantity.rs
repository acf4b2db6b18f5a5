//! The quantities of a scenario in one draw, with their priors and levers.

use super::lifetime::{Law, Timing};
use blackmass::InflowTiming;
use blackmass::sampling::{StreamKey, uniform};
use blackmass::scenario::{self, Policy, Prior, Scalar, Scenario, Series};
use blackmass::system::Change;
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd, MedianSd, Range, ThreePoint};

/// A scenario under a policy in one draw; draw 0 is the central case.
pub struct World<'a> {
    pub scenario: &'a Scenario,
    pub policy: &'a Policy,
    pub seed: u64,
    pub draw: u32,
}

impl World<'_> {
    fn uniform(&self, key: &str, step: u32) -> f64 {
        let name = format!("{}.{key}", self.scenario.region());
        uniform(self.seed, StreamKey::of(&name), self.draw, step)
    }

    /// A standard normal of the stream of `key`; zero in the central case.
    pub fn standard_normal(&self, key: &str, step: u32) -> f64 {
        if self.draw == 0 {
            return 0.0;
        }
        let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 }).expect("valid");
        standard.quantile(self.uniform(key, step))
    }

    /// A quantity in every step, levers included; `None` if the scenario has
    /// none of that key.
    pub fn quantity(&self, key: &str) -> Option<Vec<f64>> {
        let steps = self.scenario.steps();
        let before = match (self.scenario.series(key), self.scenario.scalar(key)) {
            (Some(series), _) => match series.constant() {
                Some(scalar) => vec![self.scalar(scalar); steps],
                None => self.series(series),
            },
            (None, Some(scalar)) => vec![self.scalar(scalar); steps],
            (None, None) => return None,
        };
        Some(before.iter().enumerate().map(|(t, x)| self.levers(key, *x, t)).collect())
    }

    /// A quantity that every scenario has.
    pub fn required(&self, key: &str) -> Vec<f64> {
        self.quantity(key).unwrap_or_else(|| panic!("no quantity {key}"))
    }

    fn levers(&self, key: &str, mut x: f64, t: usize) -> f64 {
        for lever in self.policy.levers().iter().filter(|lever| lever.key() == key) {
            let year = self.scenario.start() + t as i32;
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

    fn scalar(&self, scalar: &Scalar) -> f64 {
        let x = scalar.value();
        let law = match scalar.prior() {
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
        match (self.draw, scalar.prior()) {
            // The median of a uniform law; else the number in the file.
            (0, Prior::Uniform { low, high }) => (low + high) / 2.0,
            (0, _) => x,
            _ => law.expect("valid").quantile(self.uniform(scalar.key(), 0)),
        }
    }

    fn series(&self, series: &Series) -> Vec<f64> {
        let error = self.standard_normal(&format!("{}.error", series.key()), 0);
        let mut process = 0.0;
        let mut values = Vec::new();
        for t in 0..self.scenario.steps() {
            let year = self.scenario.start() + t as i32;
            let (x, relative) = (series.at(year), series.relative_sd_at(year));
            let spread = if series.is_share() { logit_sd(x, relative) } else { log_sd(relative) };
            let mut deviation = spread * error;
            if let Some(noise) = series.noise() {
                let e = self.standard_normal(&format!("{}.noise", series.key()), t as u32);
                let phi = noise.persistence;
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

fn log_sd(relative: f64) -> f64 {
    (1.0 + relative * relative).ln().sqrt()
}

fn logit_sd(p: f64, relative: f64) -> f64 {
    let p = p.clamp(0.01, 0.99);
    relative / (p * (1.0 - p)).sqrt()
}

/// The law, the key of its second parameter and the timing of a lifetime, in
/// the twin's words.
pub fn law(declared: &scenario::Lifetime) -> (Law, &'static str, Timing) {
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
