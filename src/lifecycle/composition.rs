//! What batteries are made of, and which chemistries are placed.

use super::{LifeCycle, PORTABLE, SEGMENTS, STORAGE};
use crate::error::Error;
use crate::system::{Expr, Values, stack, var};
use crate::uncertainty::{Distribution, MeanStd};

/// Declares the composition of each chemistry and the mix of each segment.
///
/// ```text
/// m(k,i)        = intensity(k,i)·factor(i),  other: pack mass(k) − Σ_i m(k,i)
/// mass(k)       = Σ_i m(k,i)                                   kg/kWh
/// fraction(k,i) = m(k,i)/mass(k)
/// share(s,k,t)  = x(s,k,t)·e^(τ(s,t)·z(s,k)) / Σ_j x(s,j,t)·e^(τ(s,t)·z(s,j))
/// ```
///
/// z are drawn once, under names common to all regions.
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

/// The shares of the chemistries of a segment, with static tilts that ramp in
/// time.
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
    let (base_name, sd, tilt, tilted) =
        (part("base"), part("tilt_sd"), part("tilt"), part("tilted"));
    let share = cycle.name(&format!("segment.{segment}.chemistry_share"));
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    let laws = vec![standard; names.len()];
    let streams = names
        .iter()
        .map(|k| format!("world.segment.{segment}.chemistry_share.tilt[chemistry={k}]"))
        .collect();
    let b = &mut *cycle.b;
    b.constant(&base_name, &[&dimension], Values::PerElementAndYear(base));
    b.constant(&sd, &[], Values::PerYear(given.tilt_sd().to_vec()));
    b.parameters_on(&tilt, &[&dimension], laws, streams);
    b.variable(&tilted, var(base_name) * (var(sd) * var(tilt)).exp());
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
