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

/// The dimension of the regions that are followed.
const REGIONS: &str = "world.region";
/// The dimension of all places, partners too.
pub(super) const PLACES: &str = "world.place";

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
