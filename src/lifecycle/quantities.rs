//! The quantities of a scenario as variables with their priors.

use super::LifeCycle;
use crate::error::Error;
use crate::maths;
use crate::scenario::{Prior, Scalar, Series};
use crate::system::{Start, Values, var};
use crate::uncertainty::{Distribution, MeanStd, MedianGsd, MedianSd, Range, ThreePoint};

/// Declares every scalar and series of the region under its canonical name.
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    let region = cycle.region;
    for quantity in region.all_series() {
        series(cycle, quantity)?;
    }
    for quantity in region.all_scalars() {
        scalar(cycle, quantity)?;
    }
    Ok(())
}

/// The name of the random stream of a scalar. What holds for a technology
/// everywhere (what batteries contain, how long they last, how many announced
/// plants come true) has one stream in all regions.
fn stream(cycle: &LifeCycle, key: &str) -> String {
    let common = key.starts_with("chemistry.")
        || key.starts_with("intensity_factor.")
        || key.contains(".lifetime.battery.");
    if key.ends_with(".realisation") {
        "world.realisation".to_owned()
    } else if common {
        format!("world.{key}")
    } else {
        cycle.name(key)
    }
}

/// The standard deviation of the logarithm of a positive quantity with
/// relative standard deviation r: σ² = ln(1 + r²).
fn log_sd(relative: f64) -> f64 {
    maths::ln(1.0 + relative * relative).sqrt()
}

/// The standard deviation of the logit of a share p with relative spread r.
///
/// A grade is read as sd(p) = r·√(p(1−p)), which is r·p for p = ½ and
/// vanishes at both ends; with d logit = dp/(p(1−p)) that is
/// σ = r/√(p(1−p)). Within 1 % of an end, p is taken there. (The rule is a
/// convention of this crate.)
fn logit_sd(p: f64, relative: f64) -> f64 {
    let p = maths::clamp(p, 0.01, 0.99);
    relative / (p * (1.0 - p)).sqrt()
}

/// The logit of a share, finite also for 0 and 1 (beyond 1e-12 of them).
fn finite_logit(p: f64) -> f64 {
    maths::logit(maths::clamp(p, 1e-12, 1.0 - 1e-12))
}

fn scalar(cycle: &mut LifeCycle, quantity: &Scalar) -> Result<(), Error> {
    let name = cycle.name(quantity.key());
    let x = quantity.value();
    let certain = if quantity.is_share() { x <= 0.0 || x >= 1.0 } else { x <= 0.0 };
    let law = match quantity.prior() {
        Prior::Grade { relative_sd } if !certain && quantity.is_share() => {
            let sd = logit_sd(x, relative_sd);
            Some(Distribution::logit_normal_from_median_sd(MedianSd { median: x, sd })?)
        }
        Prior::Grade { relative_sd } if !certain => {
            let gsd = maths::exp(log_sd(relative_sd));
            Some(Distribution::lognormal_from_median_gsd(MedianGsd { median: x, gsd })?)
        }
        Prior::Pert { low, high } => Some(Distribution::pert(ThreePoint { low, mode: x, high })?),
        Prior::Triangular { low, high } => {
            Some(Distribution::triangular(ThreePoint { low, mode: x, high })?)
        }
        Prior::Uniform { low, high } => Some(Distribution::uniform(Range { low, high })?),
        _ => None,
    };
    match law {
        Some(law) => {
            let stream = stream(cycle, quantity.key());
            cycle.b.parameters_on(&name, &[], vec![law], vec![stream])
        }
        None => cycle.b.constant(&name, &[], x),
    };
    Ok(())
}

/// A series x(t) around its central path m(t), with one standard normal z per
/// draw: x = m·exp(σ(t)·z), or for a share logit x = logit m + σ(t)·z. With
/// noise, an AR(1) process of its own joins after the last observation.
fn series(cycle: &mut LifeCycle, quantity: &Series) -> Result<(), Error> {
    if let Some(constant) = quantity.constant() {
        return scalar(cycle, constant);
    }
    let name = cycle.name(quantity.key());
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let share = quantity.is_share();
    let (mut path, mut spread, mut noisy) = (Vec::new(), Vec::new(), Vec::new());
    for year in years {
        let (x, relative) = (quantity.at(year), quantity.relative_sd_at(year));
        let observed = quantity.last_observed().is_some_and(|last| year <= last);
        path.push(if share { finite_logit(x) } else { x });
        spread.push(if share { logit_sd(x, relative) } else { log_sd(relative) });
        noisy.push(if observed { 0.0 } else { 1.0 });
    }
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    let part = |suffix: &str| format!("{name}.{suffix}");
    cycle.b.constant(&part("path"), &[], Values::PerYear(path));
    cycle.b.constant(&part("spread"), &[], Values::PerYear(spread));
    cycle.b.parameter(&part("error"), &[], standard);
    let mut deviation = var(part("spread")) * var(part("error"));
    if let Some(noise) = quantity.noise() {
        let sd = log_sd(noise.sd);
        cycle.b.constant(
            &part("noise_sd"),
            &[],
            Values::PerYear(noisy.iter().map(|on| on * sd).collect()),
        );
        cycle.b.noise(&part("noise"), &[]);
        let process = var(part("noise")).ar1(noise.persistence, Start::Stationary);
        deviation = deviation + process * var(part("noise_sd"));
    }
    let path = var(part("path"));
    let formula = if share { (path + deviation).logistic() } else { path * deviation.exp() };
    cycle.b.variable(&name, formula);
    Ok(())
}
