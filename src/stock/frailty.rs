//! Shared frailty: some products, and the components in them, fail sooner.

use super::survival::Survival;
use crate::error::Error;
use crate::lifetime::LifetimeLaw;
use crate::maths::{exp, regularised_incomplete_gamma_lower};
use crate::uncertainty::ScaleShape;

/// Strata of equal weight.
const STRATA: usize = 16;

/// The multipliers of the hazard in each of equally large strata: the means of
/// a gamma law with mean 1 and the given variance within its quantile bands. A
/// single 1 without variance.
pub(super) fn multipliers(variance: f64) -> Result<Vec<f64>, Error> {
    if variance == 0.0 {
        return Ok(vec![1.0]);
    }
    let shape = 1.0 / variance;
    let law = LifetimeLaw::gamma_from_scale_shape(ScaleShape { scale: variance, shape })?;
    // E[Z; Z < z] = P(k + 1, z/θ)
    let below = |i: usize| match i {
        0 => 0.0,
        STRATA => 1.0,
        _ => {
            let z = law.quantile(i as f64 / STRATA as f64);
            regularised_incomplete_gamma_lower(shape + 1.0, z / variance)
        }
    };
    Ok((0..STRATA).map(|i| STRATA as f64 * (below(i + 1) - below(i))).collect())
}

/// The survival table within each stratum: e^(−z H), H being such that the
/// mean over the strata is the given table.
pub(super) fn conditional(survival: &Survival, multipliers: &[f64]) -> Vec<Survival> {
    if let [_] = multipliers {
        return vec![survival.clone()];
    }
    multipliers
        .iter()
        .map(|z| {
            survival.mapped(|s| if s > 0.0 { exp(-z * cumulative(s, multipliers)) } else { 0.0 })
        })
        .collect()
}

/// The H ≥ 0 at which the mean of e^(−z H) is `s`.
fn cumulative(s: f64, multipliers: &[f64]) -> f64 {
    if s >= 1.0 {
        return 0.0;
    }
    let mean =
        |h: f64| multipliers.iter().map(|z| exp(-z * h)).sum::<f64>() / multipliers.len() as f64;
    let (mut low, mut high) = (0.0, 1.0);
    while mean(high) > s && high < 1e12 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if mean(middle) > s { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_have_mean_one_and_keep_the_marginal_survival() {
        let z = multipliers(0.4).unwrap();
        assert!((z.iter().sum::<f64>() / 16.0 - 1.0).abs() < 1e-12);
        let variance = z.iter().map(|z| (z - 1.0) * (z - 1.0)).sum::<f64>() / 16.0;
        assert!((variance - 0.4).abs() < 0.03, "{variance}");
        let table = Survival::from_ages(&[0.99, 0.7, 0.2, 1e-6, 0.0]).unwrap();
        let parts = conditional(&table, &z);
        for a in 0..5 {
            let mean = parts.iter().map(|p| p.left(a, 0)).sum::<f64>() / 16.0;
            assert!((mean - table.left(a, 0)).abs() < 1e-14, "{a}");
        }
    }
}
