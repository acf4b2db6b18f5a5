//! Where primary material comes from at each stage of the chain, and what
//! happens when it does not come.
//!
//! Nothing here is declared for a scenario without a table `supply`.

mod dependence;
mod disruption;
mod indicators;
mod market;
mod sold;
mod stockpile;

use super::LifeCycle;
use super::minerals::{MINERALS, minerals, of_minerals};
use crate::error::Error;
use crate::system::Expr;

/// The dimension of the three demands.
const DEMANDS: &str = "world.demand";
/// The three demands: placed on the market, cells made here, cathodes and
/// anodes made here.
const DEMAND_NAMES: [&str; 3] = ["placed", "cells", "chain"];
/// The stages that have a world market.
const STAGES: [&str; 2] = ["mine", "refine"];
/// The country whose share is followed.
const CHINA: &str = "china";
/// A mass that keeps divisions defined, in tonnes.
const TRIFLE: f64 = 1e-6;

/// Whether the scenario says where minerals come from.
fn is_given(cycle: &LifeCycle) -> bool {
    cycle.scenario.world().is_some_and(|world| !world.minerals().is_empty())
}

/// Declares what all regions have in common; `cycle` is that of the world.
pub(super) fn declare(cycle: &mut LifeCycle) -> Result<(), Error> {
    cycle.b.dimension(MINERALS, minerals(cycle).iter().cloned());
    if !is_given(cycle) {
        return Ok(());
    }
    cycle.b.dimension(DEMANDS, DEMAND_NAMES);
    market::declare(cycle)?;
    disruption::declare(cycle)?;
    stockpile::declare_pool(cycle);
    Ok(())
}

/// Declares dependence and its indicators for one region.
pub(super) fn of_region(cycle: &mut LifeCycle) -> Result<(), Error> {
    if !is_given(cycle) {
        return Ok(());
    }
    market::imports(cycle)?;
    dependence::declare(cycle);
    disruption::unmet(cycle);
    indicators::declare(cycle);
    sold::declare(cycle);
    Ok(())
}

/// Reports something by demand and mineral as `<name>_<demand>`, one series for
/// each demand; with paired differences if policies are to be compared.
fn report(cycle: &mut LifeCycle, of: &str, name: &str, unit: &str, compared: bool) {
    for demand in DEMAND_NAMES {
        let series = format!("{name}_{demand}");
        let part = cycle.var(of).at(DEMANDS, demand);
        cycle.set(&series, part);
        let series = cycle.name(&series);
        if compared {
            cycle.b.observe(&series, unit);
        } else {
            cycle.b.observe_alone(&series, unit);
        }
    }
}

/// One over the other; zero where less than a tonne is asked for.
fn share_of(part: Expr, whole: Expr) -> Expr {
    part / whole.clone().max(1.0) * whole.at_least(1.0)
}
