//! The shares of countries in what is mined and refined.

use super::{CHINA, LifeCycle, MINERALS, STAGES, minerals};
use crate::error::Error;
use crate::lifecycle::quantities::finite_logit;
use crate::scenario::Origins;
use crate::system::{Expr, Values, stack, var};
use crate::uncertainty::{Distribution, MeanStd};

/// Declares the world market of each stage and mineral (E28):
///
/// ```text
/// china(t) = logistic(logit c̄(t) + σ(t)·z),  σ(t) = spread·√((t − first)/(last − first))
/// k(t)     = (1 − china)/(1 − c̄)             the other countries keep their proportions
/// HHI      = 10⁴·(china² + k²·Σ_others s̄²)   low: the rest of the world without weight
///          + 10⁴·k²·r̄²                       high: the rest of the world as one country
/// ```
///
/// s̄, c̄ and r̄ are the shares of the scenario, z is drawn once. The index is
/// that of Herfindahl and Hirschman, in points.
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    let Some(world) = cycle.scenario.world() else { return Ok(()) };
    for stage in STAGES {
        for mineral in minerals(cycle) {
            if let Some(origins) = world.origins(stage, mineral, None) {
                shares(cycle, &format!("world.supply.{stage}.{mineral}"), origins)?;
            }
        }
        for bound in ["low", "high"] {
            let of = minerals(cycle).iter();
            let of = of.map(|m| var(format!("world.supply.{stage}.{m}.hhi_{bound}")));
            let all = stack(MINERALS, of.collect::<Vec<_>>());
            let name = format!("world.hhi_{stage}_{bound}");
            cycle.b.variable(&name, all);
            cycle.b.observe_alone(&name, "points");
        }
    }
    Ok(())
}

/// Declares China's share `{prefix}.china` and what the others are scaled by.
fn shares(cycle: &mut LifeCycle, prefix: &str, origins: &Origins) -> Result<(), Error> {
    let years = || cycle.scenario.start()..=cycle.scenario.end();
    let at = |country: &str, year| origins.share_at(country, year);
    let path: Vec<f64> = years().map(|year| at(CHINA, year)).collect();
    let first = origins.years().next().unwrap_or(0);
    let last = origins.years().last().unwrap_or(first);
    let span = f64::from(last) - f64::from(first);
    let span = if span > 0.0 { span } else { 1.0 };
    let spread = years().map(|year| {
        let since = f64::from(year) - f64::from(first);
        let grown = if since > 0.0 { (since / span).sqrt() } else { 0.0 };
        cycle.prior_scale * origins.spread() * grown
    });
    let spread: Vec<f64> = spread.collect();
    let others = |year| {
        let names = origins.countries().iter().filter(|c| *c != CHINA);
        names.map(|c| at(c, year) * at(c, year)).sum::<f64>()
    };
    let rest = |year| {
        let named: f64 = origins.countries().iter().map(|c| at(c, year)).sum();
        if named < 1.0 { (1.0 - named) * (1.0 - named) } else { 0.0 }
    };
    let others: Vec<f64> = years().map(others).collect();
    let rest: Vec<f64> = years().map(rest).collect();
    let is_there = path.iter().any(|share| *share > 0.0);
    let name = |part: &str| format!("{prefix}.{part}");
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    let b = &mut *cycle.b;
    b.constant(&name("others"), &[], Values::PerYear(others));
    b.constant(&name("rest"), &[], Values::PerYear(rest));
    b.constant(&name("given"), &[], Values::PerYear(path.clone()));
    if is_there {
        let logits = path.iter().map(|p| finite_logit(*p));
        b.constant(&name("path"), &[], Values::PerYear(logits.collect()));
        b.constant(&name("spread"), &[], Values::PerYear(spread));
        b.parameter(&name("tilt"), &[], standard);
        let logit = var(name("path")) + var(name("spread")) * var(name("tilt"));
        b.variable(&name(CHINA), logit.logistic());
    } else {
        b.constant(&name(CHINA), &[], 0.0);
    }
    let left = 1.0 - var(name("given"));
    b.variable(&name("scale"), (1.0 - var(name(CHINA))) / left.max(1e-12));
    let square = |x: &str| var(name(x)) * var(name(x));
    let low = square(CHINA) + square("scale") * var(name("others"));
    b.variable(&name("hhi_low"), low * 1e4);
    let rest = square("scale") * var(name("rest")) * 1e4;
    b.variable(&name("hhi_high"), var(name("hhi_low")) + rest);
    Ok(())
}

/// Declares the shares of a region that has its own figures for what it
/// imports, and `supply.<stage>.china[mineral]`, the one that holds.
pub(super) fn imports(cycle: &mut LifeCycle) -> Result<(), Error> {
    let Some(world) = cycle.scenario.world() else { return Ok(()) };
    let region = cycle.region.name();
    for stage in STAGES {
        for mineral in minerals(cycle) {
            if let Some(origins) = world.origins(stage, mineral, Some(region)) {
                let name = cycle.name(&format!("supply.{stage}.{mineral}"));
                shares(cycle, &name, origins)?;
            }
        }
        let of = minerals(cycle).iter().map(|m| var(format!("{}.china", prefix(cycle, stage, m))));
        let all = stack(MINERALS, of.collect::<Vec<_>>());
        cycle.set(&format!("supply.{stage}.china"), all);
    }
    Ok(())
}

/// The figures that hold for the region, and whether they are its own.
fn holding<'a>(cycle: &LifeCycle<'a>, stage: &str, mineral: &str) -> (Option<&'a Origins>, bool) {
    let Some(world) = cycle.scenario.world() else { return (None, false) };
    match world.origins(stage, mineral, Some(cycle.region.name())) {
        Some(own) => (Some(own), true),
        None => (world.origins(stage, mineral, None), false),
    }
}

/// Under which name the shares that hold for the region stand.
fn prefix(cycle: &LifeCycle, stage: &str, mineral: &str) -> String {
    let of = if holding(cycle, stage, mineral).1 { cycle.region.name() } else { "world" };
    format!("{of}.supply.{stage}.{mineral}")
}

/// The countries that the figures for a region name in a stage, sorted.
pub(super) fn countries(cycle: &LifeCycle, stage: &str) -> Vec<String> {
    let of = |m: &String| holding(cycle, stage, m).0.map_or(&[][..], Origins::countries);
    let mut all: Vec<String> = minerals(cycle).iter().flat_map(of).cloned().collect();
    all.sort();
    all.dedup();
    all
}

/// The share of a country in a stage of a mineral, as the region buys it.
pub(super) fn share(cycle: &mut LifeCycle, stage: &str, mineral: &str, country: &str) -> Expr {
    let prefix = prefix(cycle, stage, mineral);
    if country == CHINA {
        return var(format!("{prefix}.{CHINA}"));
    }
    let (origins, _) = holding(cycle, stage, mineral);
    let name = cycle.name(&format!("supply.{stage}.{mineral}.share.{country}"));
    if !cycle.b.declares(&name) {
        let years = cycle.scenario.start()..=cycle.scenario.end();
        let path = years.map(|year| origins.map_or(0.0, |o| o.share_at(country, year)));
        let path = Values::PerYear(path.collect());
        cycle.b.constant(&name, &[], path);
    }
    var(name) * var(format!("{prefix}.scale"))
}
