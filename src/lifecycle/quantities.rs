//! The quantities of a scenario as variables with their priors.

use super::{LifeCycle, events, instruments};
use crate::error::Error;
use crate::maths;
use crate::process::{LogisticAdoption, OrnsteinUhlenbeck, RandomWalk};
use crate::scenario::{Adoption, Noise, NoiseProcess, Scalar, Series, log_sd, logit_sd, stream};
use crate::system::{Expr, Start, Values, var};
use crate::uncertainty::{Distribution, MeanStd};

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

/// The nearest that a share comes to 0 and 1 on the scale of its logit.
const NEAREST: f64 = 1e-12;

/// The logit of a share, finite also for 0 and 1.
pub(super) fn finite_logit(p: f64) -> f64 {
    maths::logit(maths::clamp(p, NEAREST, 1.0 - NEAREST))
}

/// Under which name a quantity is declared: its own, or if instruments act on
/// it, one for what it is without them. In that case declares its own, too.
fn declared_as(cycle: &mut LifeCycle, key: &str, is_share: bool) -> String {
    let name = cycle.name(key);
    if !instruments::act_on(cycle, key) {
        return name;
    }
    let without = format!("{name}.without_instruments");
    let changed = instruments::applied(cycle, key, var(&without), is_share);
    cycle.b.variable(&name, changed);
    without
}

fn scalar(cycle: &mut LifeCycle, quantity: &Scalar) -> Result<(), Error> {
    let name = declared_as(cycle, quantity.key(), quantity.is_share());
    let law = quantity.law()?.map(|law| cycle.scaled(law, quantity.natural_range()));
    match law {
        Some(law) => {
            let law = law?;
            let stream = stream(cycle.region.name(), quantity.key());
            cycle.b.parameters_on(&name, &[], vec![law], vec![stream])
        }
        None => cycle.b.constant(&name, &[], quantity.value()),
    };
    Ok(())
}

/// A series, as it moves in time and is struck by events.
fn series(cycle: &mut LifeCycle, quantity: &Series) -> Result<(), Error> {
    if let Some(constant) = quantity.constant() {
        return scalar(cycle, constant);
    }
    let formula = match quantity.adoption() {
        Some(curve) => adoption(cycle, quantity, curve)?,
        None => around_path(cycle, quantity)?,
    };
    let formula = events::strike(cycle, quantity, formula);
    let name = declared_as(cycle, quantity.key(), quantity.is_share());
    cycle.b.variable(&name, formula);
    Ok(())
}

/// A series x(t) around its central path m(t), with one standard normal z per
/// draw: x = m·exp(σ(t)·z + n(t)), or for a share logit x = logit m + σ(t)·z +
/// n(t) (E3). Noise n, a process of its own, joins after the last observation.
fn around_path(cycle: &mut LifeCycle, quantity: &Series) -> Result<Expr, Error> {
    let name = cycle.name(quantity.key());
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let share = quantity.is_share();
    let (mut path, mut spread) = (Vec::new(), Vec::new());
    for year in years {
        let (x, relative) = (quantity.at(year), quantity.relative_sd_at(year));
        path.push(if share { finite_logit(x) } else { x });
        let sd = if share { logit_sd(x, relative) } else { log_sd(relative) };
        spread.push(cycle.prior_scale * sd);
    }
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    let part = |suffix: &str| format!("{name}.{suffix}");
    if quantity.noise().is_none() && spread.iter().all(|sd| *sd == 0.0) {
        // Nothing is uncertain: the path as it is, a share of 0 or 1, too.
        let years = cycle.scenario.start()..=cycle.scenario.end();
        let exact = years.map(|year| quantity.at(year)).collect();
        cycle.b.constant(&part("path"), &[], Values::PerYear(exact));
        return Ok(var(part("path")));
    }
    cycle.b.constant(&part("path"), &[], Values::PerYear(path));
    cycle.b.constant(&part("spread"), &[], Values::PerYear(spread));
    cycle.b.parameter(&part("error"), &[], standard);
    let mut deviation = var(part("spread")) * var(part("error"));
    if let Some(given) = quantity.noise() {
        deviation = deviation + noise(cycle, quantity, given);
    }
    let path = var(part("path"));
    Ok(if share { (path + deviation).logistic() } else { path * deviation.exp() })
}

/// A share x(t) along an S-curve with an uncertain midpoint; with noise n, logit
/// x + n(t).
fn adoption(cycle: &mut LifeCycle, quantity: &Series, curve: &Adoption) -> Result<Expr, Error> {
    let midpoint = format!("{}.midpoint", cycle.name(quantity.key()));
    match curve.midpoint().law()? {
        Some(law) => {
            let law = cycle.scaled(law, curve.midpoint().natural_range())?;
            cycle.b.parameter(&midpoint, &[], law)
        }
        None => cycle.b.constant(&midpoint, &[], curve.midpoint().value()),
    };
    let way = LogisticAdoption {
        ceiling: (curve.to() - curve.from()).into(),
        rate: curve.rate().into(),
        midpoint: var(midpoint),
        first_year: cycle.scenario.start(),
    };
    let share = way.path() + curve.from();
    let Some(given) = quantity.noise() else { return Ok(share) };
    let inside = share.clamp(NEAREST, 1.0 - NEAREST);
    let logit = (inside.clone() / (1.0 - inside)).ln();
    Ok((logit + noise(cycle, quantity, given)).logistic())
}

/// The noise n(t) of a series; e(t) are independent standard normals, t₀ the
/// last observed year, s the standard deviation of the logarithm or logit (E4).
///
/// ```text
/// persistent:  n(t) = s·y(t) after t₀, else 0;  y(t) = φ·y(t−1) + √(1−φ²)·e(t)
/// random walk: n(t) = n(t−1) + s·e(t) after t₀, else 0
/// reverting:   n(t) = a·n(t−1) + s·√(1−a²)·e(t) after t₀, else 0;  a = e^−rate
/// ```
fn noise(cycle: &mut LifeCycle, quantity: &Series, given: Noise) -> Expr {
    let name = cycle.name(quantity.key());
    let part = |suffix: &str| format!("{name}.{suffix}");
    let sd = cycle.prior_scale * log_sd(given.sd);
    let since = match given.process {
        NoiseProcess::Persistent { .. } => quantity.last_observed(),
        _ => quantity.since(),
    };
    let on = |year| f64::from(u8::from(since.is_none_or(|last| year > last)));
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let sds = years.map(|year| on(year) * sd).collect();
    cycle.b.constant(&part("noise_sd"), &[], Values::PerYear(sds));
    cycle.b.noise(&part("noise"), &[]);
    let (e, sd) = (var(part("noise")), var(part("noise_sd")));
    // The innovations are zero up to t₀, so that the walk begins there.
    let zero = || Expr::from(0.0);
    match given.process {
        NoiseProcess::Persistent { persistence } => e.ar1(persistence, Start::Stationary) * sd,
        NoiseProcess::RandomWalk => {
            RandomWalk { start: zero(), drift: zero(), sd: 1.0.into() }.path(e * sd)
        }
        NoiseProcess::Reverting { rate } => {
            // σ²/(2θ) = 1 in the long run
            let volatility = (2.0 * rate).sqrt().into();
            let reverting = OrnsteinUhlenbeck {
                start: zero(),
                level: zero(),
                reversion: rate.into(),
                volatility,
            };
            reverting.path(e * sd)
        }
    }
}
