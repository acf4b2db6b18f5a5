//! What a pack of each cohort contains.

use super::{LifeCycle, SEGMENTS};
use crate::error::Error;
use crate::system::{Values, stack, var};
use crate::uncertainty::{Distribution, MeanStd};

/// Declares `content[segment, class, material]` in tonnes per pack, by cohort
/// year.
///
/// ```text
/// share(k,t)   = s(k,t)·e^(τ(t)·z(k)) / Σ_j s(j,t)·e^(τ(t)·z(j))
/// m(k,i)       = intensity(k,i)·factor(i),  other: pack mass(k) − Σ_i m(k,i)
/// content(q,i) = pack size/1000 · Σ_{k in q} share(k)·m(k,i)
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    let scenario = cycle.scenario;
    let chemistries = scenario.chemistries();
    let steps = scenario.steps();

    // Chemistry shares with static tilts that ramp in time.
    let shares = scenario.chemistry_share();
    let base =
        (0..chemistries.len()).map(|k| (0..steps).map(|t| shares.at(t)[k]).collect()).collect();
    let (base_name, tilt_sd, tilt) = (
        cycle.name("chemistry_share.base"),
        cycle.name("chemistry_share.tilt_sd"),
        cycle.name("chemistry_share.tilt"),
    );
    cycle.b.constant(&base_name, &["chemistry"], Values::PerElementAndYear(base));
    cycle.b.constant(&tilt_sd, &[], Values::PerYear(shares.tilt_sd().to_vec()));
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    cycle.b.parameter(&tilt, &["chemistry"], standard);
    let tilted = cycle.name("chemistry_share.tilted");
    cycle.b.variable(&tilted, var(base_name) * (var(tilt_sd) * var(tilt)).exp());
    let share = cycle.name("chemistry_share");
    cycle.b.variable(&share, var(&tilted) / var(&tilted).sum("chemistry"));

    // kg of each material per kWh of each chemistry.
    let materials = scenario.materials();
    let is_rest = |m: &String| m == "other";
    let base = chemistries
        .iter()
        .flat_map(|c| {
            c.intensity().iter().zip(materials).map(|(x, m)| if is_rest(m) { 0.0 } else { *x })
        })
        .collect();
    let rest = materials.iter().map(|m| f64::from(u8::from(is_rest(m)))).collect();
    let member = chemistries
        .iter()
        .flat_map(|c| (0..scenario.classes().len()).map(|q| f64::from(u8::from(c.class() == q))))
        .collect();
    let (base_name, rest_name, member_name) =
        (cycle.name("intensity.base"), cycle.name("intensity.rest"), cycle.name("class.member"));
    cycle.b.constant(&base_name, &["chemistry", "material"], Values::PerElement(base));
    cycle.b.constant(&rest_name, &["material"], Values::PerElement(rest));
    cycle.b.constant(&member_name, &["chemistry", "class"], Values::PerElement(member));
    let factors = materials
        .iter()
        .map(|m| if is_rest(m) { 0.0.into() } else { cycle.var(&format!("intensity_factor.{m}")) });
    let factor = stack("material", factors.collect::<Vec<_>>());
    let masses =
        chemistries.iter().map(|c| cycle.var(&format!("chemistry.{}.pack_mass", c.name())));
    let pack_mass = stack("chemistry", masses.collect::<Vec<_>>());
    let known = cycle.name("intensity.known");
    cycle.b.variable(&known, var(base_name) * factor);
    // The rest closes the pack mass; it cannot be negative.
    let remainder = (pack_mass - var(&known).sum("material")).max(0.0);
    let intensity = cycle.name("intensity");
    cycle.b.variable(&intensity, var(known) + remainder * var(rest_name));

    // Tonnes per pack.
    let capacity = cycle.name("chemistry_capacity");
    cycle.b.variable(&capacity, var(share) * (cycle.var("pack_size") * 1e-3));
    let by_class = cycle.name("intensity.by_class");
    cycle.b.variable(&by_class, var(intensity) * var(member_name));
    let one = cycle.name("segment.one");
    let ones = Values::PerElement(vec![1.0; SEGMENTS.len()]);
    cycle.b.constant(&one, &["segment"], ones);
    let content = cycle.name("content");
    cycle.b.variable(&content, (var(capacity) * var(by_class)).sum("chemistry"));
    Ok(())
}
