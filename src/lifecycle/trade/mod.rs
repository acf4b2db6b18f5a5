//! Trade of used vehicles, batteries, scrap, black mass and recovered materials
//! between the regions of a scenario and their partners.
//!
//! Nothing here is declared for a scenario without routes.

pub(super) mod black_mass;
pub(super) mod goods;
pub(super) mod keepers;
mod outlets;
pub(super) mod recovered;
mod routes;
pub(super) mod used_vehicles;

use super::LifeCycle;
use super::minerals::{MINERALS, minerals};
use crate::system::{Expr, stack, var};

/// The dimension of the regions that are followed.
const REGIONS: &str = "world.region";
/// The dimension of all places, partners too.
pub(super) const PLACES: &str = "world.place";

/// The dimension of the chemistries of all regions together.
const CHEMISTRIES: &str = "world.chemistry";
/// The refiners of all places.
const REFINING: &str = "world.refining";

/// Declares what all regions have in common.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let Some(world) = cycle.scenario.world() else { return };
    cycle.b.dimension(REGIONS, cycle.scenario.regions().iter().map(|r| r.name()));
    cycle.b.dimension(PLACES, world.places().iter().cloned());
    if black_mass::is_traded(cycle) {
        outlets::declare(cycle);
    }
    used_vehicles::declare(cycle);
    recovered::declare(cycle);
    keepers::declare(cycle);
}

/// What a partner's refiners get out of each mineral in black mass.
fn partner_yield(cycle: &LifeCycle, partner: &str) -> Expr {
    let of =
        |m: &String| var(format!("world.partner.{partner}.refining.yield.{m}")).clamp(0.0, 1.0);
    stack(MINERALS, minerals(cycle).iter().map(of).collect::<Vec<_>>())
}
