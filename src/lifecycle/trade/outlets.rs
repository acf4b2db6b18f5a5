//! Outlets for black mass: who takes how much of whose.

use super::routes::{Good, Way};
use super::{CHEMISTRIES, PLACES, REFINING, REGIONS};
use crate::lifecycle::LifeCycle;
use crate::system::{Expr, SharedFacilities, Values, stack, var};

/// Declares, for all regions together, who takes how much black mass.
///
/// Outlets compete. Their weights are the shares of the scenario, which hold at
/// the central path of what each outlet pays (a share of the metal's price);
/// where it pays Δ more, its weight is e^(θΔ) times as large (a multinomial
/// logit; McFadden 1974). What is barred has no weight, and the others, the
/// region's own refiners among them, take its part in proportion (E27):
///
/// ```text
/// w(p)       = x·s(p)·(1 − barred(p))·e^(θ·Δ(p)),   w(own) = (1 − x·Σ_p s(p))·e^(θ·Δ(own))
/// offered(p) = w(p)/Σ w·(1 − refused(p))
/// ```
///
/// x is the share sold abroad, s(p) the part of it that seeks p. What refiners
/// abroad have no room for, and what is refused, is left to the region's own
/// refiners and waits there ([`SharedFacilities`]).
pub(super) fn declare(cycle: &mut LifeCycle) {
    let Some(world) = cycle.scenario.world() else { return };
    let regions: Vec<&str> = cycle.scenario.regions().iter().map(|r| r.name()).collect();
    let mut names: Vec<&str> = Vec::new();
    for chemistry in cycle.scenario.regions().iter().flat_map(|r| r.chemistries()) {
        if !names.contains(&chemistry.name()) {
            names.push(chemistry.name());
        }
    }
    cycle.b.dimension(CHEMISTRIES, names.iter().copied());
    let feed = cycle.scenario.regions().iter().map(|region| {
        let parts = names.iter().map(|name| {
            let has = region.chemistries().iter().any(|c| c.name() == *name);
            let made = || var(format!("{}.flow.black_mass", region.name()));
            let of = || made().at(format!("{}.chemistry", region.name()), *name);
            if has { of() } else { 0.0.into() }
        });
        stack(CHEMISTRIES, parts.collect::<Vec<_>>())
    });
    let feed = stack(REGIONS, feed.collect::<Vec<_>>());
    let routes = cycle.ways(Good::BlackMass);
    for place in world.places() {
        if routes.iter().any(|way| way.from == place.as_str() || way.to == place.as_str()) {
            attraction(cycle, place);
        }
    }
    let capacity = world.places().iter().map(|place| {
        if regions.contains(&place.as_str()) {
            var(format!("{place}.refining.limit"))
        } else if routes.iter().any(|way| way.to == place.as_str()) {
            var(format!("world.partner.{place}.refining.spare"))
        } else {
            0.0.into()
        }
    });
    let capacity = stack(PLACES, capacity.collect::<Vec<_>>());
    let offers = regions.iter().map(|region| {
        let out: Vec<Way> = routes.iter().copied().filter(|way| way.from == *region).collect();
        offered(cycle, region, &out)
    });
    let offers = offers.collect::<Vec<_>>();
    let unlimited = |way: Option<&Way>, cycle: &LifeCycle| {
        way.and_then(|way| cycle.cap(way)).unwrap_or_else(|| 1e15.into())
    };
    let caps = regions.iter().map(|region| {
        let to = |place: &String| {
            routes.iter().find(|way| way.from == *region && way.to == place.as_str())
        };
        let of = world.places().iter().map(|place| unlimited(to(place), cycle));
        stack(PLACES, of.collect::<Vec<_>>())
    });
    let caps = caps.collect::<Vec<_>>();
    let any_cap = routes.iter().any(|way| cycle.cap(way).is_some());
    cycle.b.shared_facilities(SharedFacilities {
        name: REFINING.into(),
        sources: REGIONS.into(),
        facilities: PLACES.into(),
        feed,
        capacity,
        offered: stack(REGIONS, offers),
        cap: any_cap.then(|| stack(REGIONS, caps)),
    });
}

/// Declares how much more than usual an outlet attracts, e^(θ·Δ).
fn attraction(cycle: &mut LifeCycle, place: &str) {
    let key = format!("trade.payable.{place}");
    let series = cycle.scenario.world().and_then(|world| world.quantities().series(&key));
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let central = years.map(|year| series.map_or(0.0, |s| s.at(year))).collect();
    let name = |part: &str| format!("world.{key}{part}");
    let b = &mut *cycle.b;
    b.constant(&name(".usual"), &[], Values::PerYear(central));
    let more = var(name("")) - var(name(".usual"));
    b.variable(&name(".attraction"), (var("world.trade.sensitivity") * more).exp());
}

/// What a region offers to each place, as a share of what it has.
fn offered(cycle: &mut LifeCycle, region: &str, out: &[Way]) -> Expr {
    let Some(world) = cycle.scenario.world() else { return 0.0.into() };
    if out.is_empty() {
        let none = world.places().iter().map(|_| 0.0.into());
        return stack(PLACES, none.collect::<Vec<Expr>>());
    }
    let attraction = |place: &str| var(format!("world.trade.payable.{place}.attraction"));
    let sold = var(format!("{region}.black_mass.exported")).clamp(0.0, 1.0);
    let mut weights = Vec::new();
    let mut seeking = Expr::from(0.0);
    for way in out {
        let weight = sold.clone() * way.part("share") * (1.0 - way.part("barred"));
        let weight = weight * attraction(way.to);
        let name = way.variable("weight");
        cycle.b.variable(&name, weight);
        weights.push(var(name));
        seeking = seeking + way.part("share");
    }
    let own = (1.0 - sold * seeking).max(0.0) * attraction(region);
    let all = weights.iter().cloned().fold(own, |all, weight| all + weight).max(1e-12);
    let total = format!("{region}.shipped.black_mass.weights");
    cycle.b.variable(&total, all);
    let share = |place: &String| {
        let found = out.iter().zip(&weights).find(|(way, _)| way.to == place.as_str());
        found.map_or_else(
            || 0.0.into(),
            |(way, weight)| weight.clone() / var(&total) * (1.0 - way.part("refused")),
        )
    };
    stack(PLACES, world.places().iter().map(share).collect::<Vec<_>>())
}
