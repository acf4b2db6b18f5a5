//! Used vehicles that leave for other places.

use super::routes::{Good, Way};
use crate::error::Diagnostic;
use crate::lifecycle::LifeCycle;
use crate::lifecycle::minerals::of_minerals;
use crate::system::{Expr, var};

/// The share of the used vehicles offered abroad that leaves,
///
/// ```text
/// 1 − Σ_p s(p) + Σ_p s(p)·(1 − barred(p))·(1 − refused(p));
/// ```
///
/// the rest is dismantled here. What the shares leave open goes to places that
/// are not named. `None` where the scenario has no such route.
pub(in crate::lifecycle) fn leaving(cycle: &mut LifeCycle) -> Option<Expr> {
    let ways = cycle.ways_out(Good::UsedVehicles);
    let first = ways.first()?;
    if let Some(way) = ways.iter().find(|way| cycle.is_followed(way)) {
        cycle.b.reject(
            Diagnostic::new("used vehicles into a region that is followed")
                .key(format!("trade.used_vehicles.{}.{}", way.from, way.to))
                .found(format!("a route from {} to {}", way.from, way.to))
                .allowed("routes of used vehicles to partners")
                .fix("leave the route out: its vehicles then leave without being followed"),
        );
    }
    let name = format!("{}.used_vehicles.leaving", first.from);
    let all = ways.iter().map(|way| way.part("share")).reduce(|a, b| a + b)?;
    let passing = ways.iter().map(|way| cycle.passing(way)).reduce(|a, b| a + b)?;
    cycle.b.variable(&name, 1.0 - all.min(1.0) + passing);
    Some(var(name))
}

/// Declares `<place>.received_in_used_vehicles[mineral]`, what leaves all regions
/// in used vehicles by where it goes; it is in use there, not recovered.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let Some(world) = cycle.scenario.world() else { return };
    for place in world.places() {
        let ways =
            cycle.ways(Good::UsedVehicles).into_iter().filter(|way| way.to == place.as_str());
        let part = |way: Way| {
            let leaving = var(format!("{}.used_vehicles.leaving", way.from)).max(1e-9);
            var(format!("{}.exported", way.from)) * (cycle.passing(&way) / leaving)
        };
        let Some(received) = ways.map(part).reduce(|a, b| a + b) else { continue };
        let received = of_minerals(cycle, received);
        let name = format!("{place}.received_in_used_vehicles");
        cycle.b.variable(&name, received).observe_alone(&name, "t/yr");
    }
}
