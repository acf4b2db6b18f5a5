//! What batteries are made of, and which chemistries are placed.

use super::{LifeCycle, PORTABLE, SEGMENTS, STORAGE};
use crate::error::Error;
use crate::system::{Expr, Values, stack, var};
use crate::uncertainty::{Dirichlet, Distribution, MeanStd};

/// A gamma quantity over its mean is taken as at least this, so that it has a
/// logarithm.
const SMALLEST: f64 = 1e-300;

/// Declares the composition of each chemistry and the mix of each segment.
///
/// ```text
/// m(k,i)        = intensity(k,i)·factor(i),  other: pack mass(k) − Σ_i m(k,i)
/// mass(k)       = Σ_i m(k,i)                                   kg/kWh
/// fraction(k,i) = m(k,i)/mass(k)
/// share(s,k,t)  = x(s,k,t)·d(s,k,t) / Σ_j x(s,j,t)·d(s,j,t)
/// d(s,k,t)      = e^(τ(s,t)·z(s,k)), or (g(s,k)/E[g(s,k)])^r(s,t) under a Dirichlet law
/// ```
///
/// z and g are drawn once, under names common to all regions. In the last year
/// r = 1 and the shares follow the Dirichlet law, whose means are the central
/// shares x of that year and whose gamma quantities are g.
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    let chemistry = cycle.chemistry();
    let names: Vec<&str> = cycle.region.chemistries().iter().map(|c| c.name()).collect();
    cycle.b.dimension(&chemistry, names);
    materials(cycle, &chemistry);
    for segment in cycle.present(&SEGMENTS) {
        shares(cycle, segment)?;
        content(cycle, segment);
    }
    Ok(())
}

/// What a battery of each chemistry is made of (E6).
fn materials(cycle: &mut LifeCycle, chemistry: &str) {
    let materials = cycle.scenario.materials();
    let chemistries = cycle.region.chemistries();
    let is_rest = |m: &String| m == "other";
    let base = chemistries
        .iter()
        .flat_map(|c| {
            c.intensity().iter().zip(materials).map(|(x, m)| if is_rest(m) { 0.0 } else { *x })
        })
        .collect();
    let rest = materials.iter().map(|m| f64::from(u8::from(is_rest(m)))).collect();
    let (base_name, rest_name) = (cycle.name("intensity.base"), cycle.name("intensity.rest"));
    cycle.b.constant(&base_name, &[chemistry, "material"], Values::PerElement(base));
    cycle.b.constant(&rest_name, &["material"], Values::PerElement(rest));
    let factors = materials
        .iter()
        .map(|m| if is_rest(m) { 0.0.into() } else { cycle.var(&format!("intensity_factor.{m}")) });
    let factor = stack("material", factors.collect::<Vec<_>>());
    let masses =
        chemistries.iter().map(|c| cycle.var(&format!("chemistry.{}.pack_mass", c.name())));
    let pack_mass = stack(chemistry, masses.collect::<Vec<_>>());
    cycle.set("intensity.known", var(base_name) * factor);
    // The rest closes the pack mass; it cannot be negative.
    let known = cycle.var("intensity.known");
    let remainder = (pack_mass - known.clone().sum("material")).max(0.0);
    cycle.set("intensity", known + remainder * var(rest_name));
    let intensity = cycle.var("intensity");
    cycle.set("mass_per_energy", intensity.clone().sum("material"));
    cycle.set("fraction", intensity / cycle.var("mass_per_energy"));
}

/// The shares of the chemistries of a segment, with static deviations that ramp
/// in time (E5).
fn shares(cycle: &mut LifeCycle, segment: &str) -> Result<(), Error> {
    let Some(given) = cycle.region.chemistry_share(segment) else { return Ok(()) };
    let dimension = cycle.chemistry_of(segment);
    let chemistries = cycle.chemistries_of(segment);
    let names: Vec<&str> =
        chemistries.iter().map(|k| cycle.region.chemistries()[*k].name()).collect();
    cycle.b.dimension(&dimension, names.iter().copied());
    let steps = 0..cycle.scenario.steps();
    let base =
        chemistries.iter().map(|k| steps.clone().map(|t| given.at(t)[*k]).collect()).collect();
    let part = |suffix: &str| cycle.name(&format!("segment.{segment}.chemistry_share.{suffix}"));
    let [base_name, tilted, sd, tilt] = ["base", "tilted", "tilt_sd", "tilt"].map(part);
    let [ramp, gamma, mean] = ["ramp", "gamma", "gamma_mean"].map(part);
    let share = cycle.name(&format!("segment.{segment}.chemistry_share"));
    let streams = |law: &str| {
        let element = |k| format!("world.segment.{segment}.chemistry_share.{law}[chemistry={k}]");
        names.iter().map(element).collect()
    };
    let scale = cycle.prior_scale;
    let scaled = |of: &[f64]| Values::PerYear(of.iter().map(|x| scale * x).collect());
    let b = &mut *cycle.b;
    let deviation = if let Some(dirichlet) = given.dirichlet() {
        let last = given.at(given.steps() - 1);
        let means: Vec<f64> = chemistries.iter().map(|k| last[*k]).collect();
        let law = Dirichlet::from_mean_concentration(&means, dirichlet.concentration())?;
        // What has no share in the last year has no deviation.
        let (mut laws, mut means) = (law.gammas().to_vec(), law.alpha().to_vec());
        for (law, mean) in laws.iter_mut().zip(&mut means).filter(|(_, mean)| **mean == 0.0) {
            (*law, *mean) = (Distribution::fixed(1.0)?, 1.0);
        }
        b.constant(&ramp, &[], scaled(dirichlet.ramp()));
        b.constant(&mean, &[&dimension], Values::PerElement(means));
        b.parameters_on(&gamma, &[&dimension], laws, streams("gamma"));
        var(ramp) * (var(gamma) / var(mean)).max(SMALLEST).ln()
    } else {
        let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
        b.constant(&sd, &[], scaled(given.tilt_sd()));
        b.parameters_on(&tilt, &[&dimension], vec![standard; names.len()], streams("tilt"));
        var(sd) * var(tilt)
    };
    b.constant(&base_name, &[&dimension], Values::PerElementAndYear(base));
    b.variable(&tilted, var(base_name) * deviation.exp());
    b.variable(&share, var(&tilted) / var(&tilted).sum(dimension));
    Ok(())
}

/// Declares `content.<segment>`: tonnes of batteries of each chemistry in one
/// vehicle, one MWh of storage or one tonne of portable batteries of a cohort.
fn content(cycle: &mut LifeCycle, segment: &str) {
    let share = cycle.var(&format!("segment.{segment}.chemistry_share"));
    let mass = |x: Expr| cycle.of_segment(segment, &x);
    let content = if segment == PORTABLE {
        share
    } else if STORAGE.contains(&segment) {
        share * mass(cycle.var("mass_per_energy"))
    } else {
        let size = cycle.var(&format!("segment.{segment}.pack_size"));
        share * (size * 1e-3) * mass(cycle.var("mass_per_energy"))
    };
    cycle.set(&format!("content.{segment}"), content);
}
