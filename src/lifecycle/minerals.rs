//! The minerals that are followed between places.

use super::LifeCycle;
use crate::system::{Expr, stack};

/// The dimension of the minerals that are followed between places.
pub(super) const MINERALS: &str = "material.minerals";

/// The minerals that are followed between places: those whose supply is given,
/// or else all materials.
pub(super) fn minerals<'a>(cycle: &LifeCycle<'a>) -> &'a [String] {
    let world = cycle.scenario.world().map_or(&[][..], |world| world.minerals());
    if world.is_empty() { cycle.scenario.materials() } else { world }
}

/// Something by material, for the minerals alone.
pub(super) fn of_minerals(cycle: &LifeCycle, x: Expr) -> Expr {
    let parts = minerals(cycle).iter().map(|m| x.clone().at("material", m));
    stack(MINERALS, parts.collect::<Vec<_>>())
}

/// Nothing of each mineral.
pub(super) fn none(cycle: &LifeCycle) -> Expr {
    stack(MINERALS, minerals(cycle).iter().map(|_| 0.0.into()).collect::<Vec<Expr>>())
}
