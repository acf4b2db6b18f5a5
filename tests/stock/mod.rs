mod analytic;
mod bad_input;
mod product;
mod properties;

use blackmass::lifetime::LifetimeLaw;
use blackmass::stock::{Grid, Lifetimes, Survival, Timing};
use blackmass::uncertainty::MeanShape;

pub fn weibull(mean: f64, shape: f64) -> LifetimeLaw {
    LifetimeLaw::weibull_from_mean_shape(MeanShape { mean, shape }).unwrap()
}

pub fn table(grid: &Grid, law: &LifetimeLaw, timing: Timing) -> Survival {
    Survival::new(grid, &Lifetimes::Constant(law.clone()), timing).unwrap()
}

/// Largest difference relative to the largest value.
pub fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let largest = a.iter().chain(b).fold(0.0f64, |m, x| m.max(x.abs()));
    let worst = a.iter().zip(b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
    if largest > 0.0 { worst / largest } else { worst }
}
