//! Vehicles and their batteries in use, and where they go when they leave.

use super::second_life::SOURCES;
use super::trade::used_vehicles;
use super::{LifeCycle, VEHICLES};
use crate::system::{Expr, ProductComponent, System, var};

/// Declares the stock of vehicles and batteries of each segment, their exits,
/// and which dismantled packs are fitted again (E16).
///
/// ```text
/// e' = e/max(1, e+u)·(what may leave),  u' = u/max(1, e+u)
/// exported = e'·exits,  unknown = u'·exits,  dismantled = exits − exported − unknown
/// reused   = min(v·dismantled, packs fitted as replacements), by chemistry
/// placed   = packs entering use − reused
/// ```
///
/// A reused pack counts as new where it is fitted: its age is not followed.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let leaving = used_vehicles::leaving(cycle);
    // No more electrified cars are sold than new cars.
    let mut left = None;
    for segment in cycle.present(&VEHICLES) {
        let mut sold = cycle.var(&format!("segment.{segment}.sales"));
        if segment.ends_with("_car") {
            let most = left.take().unwrap_or_else(|| cycle.var("market"));
            sold = sold.min(most.clone());
            let name = cycle.name(&format!("sold.{segment}"));
            left = Some((most - var(name)).max(0.0));
        }
        cycle.set(&format!("sold.{segment}"), sold);
        stock(cycle, segment);
        exits(cycle, segment, leaving.clone());
    }
}

fn stock(cycle: &mut LifeCycle, segment: &str) {
    let limit = format!("segment.{segment}.replacement.age_limit");
    let limit = cycle.region.scalar(&limit).map_or(0.0, |s| s.value());
    cycle.b.product_component(ProductComponent {
        name: cycle.name(&format!("batteries.{segment}")),
        inflow: cycle.var(&format!("sold.{segment}")),
        product: cycle.lifetime(&format!("segment.{segment}.vehicle")),
        component: cycle.lifetime(&format!("segment.{segment}.battery")),
        replacement: cycle.var(&format!("segment.{segment}.replacement.share")),
        age_limit: limit as u32,
        content: cycle.var(&format!("content.{segment}")),
    });
}

fn exits(cycle: &mut LifeCycle, segment: &str, leaving: Option<Expr>) {
    let key = |x: &str| format!("segment.{segment}.{x}");
    let (export, unknown) = (cycle.var(&key("exit.export")), cycle.var(&key("exit.unknown")));
    let both = (export.clone() + unknown.clone()).max(1.0);
    let exported = export / both.clone();
    cycle.set(&key("exit.exported"), leaving.into_iter().fold(exported, |all, share| all * share));
    cycle.set(&key("exit.lost"), unknown / both);

    let out = |port: &str| cycle.var(&format!("batteries.{segment}.{port}"));
    let flow = |x: &str| cycle.name(&format!("flow.{x}.{segment}"));
    let (placed, reused) = (flow("placed"), flow("reused"));
    let (away, lost) = (flow("exported"), flow("unknown"));
    let (dismantled, replaced) = (flow("dismantled"), flow("replaced"));
    let shares = (cycle.var(&key("exit.exported")), cycle.var(&key("exit.lost")));
    let in_new = cycle.var(&format!("sold.{segment}")) * cycle.var(&format!("content.{segment}"));
    let fitted = (out("inflow") - in_new).max(0.0);
    let again = (var(&dismantled) * cycle.var(&key("reuse.share"))).min(fitted);
    let rest = out("exits") - var(&away) - var(&lost);
    let entering = out("inflow") - var(&reused);
    let ports = (out("stock"), out("exits"), out("replaced"));
    let using = cycle.name(&format!("use.{segment}"));
    let (dismantling, workshop) =
        (cycle.name(&format!("dismantling.{segment}")), cycle.name(&format!("workshop.{segment}")));
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.process(&using).process(&dismantling).process(&workshop);
    b.stock(&format!("{using}.stock"), &using).is(ports.0);
    b.flow(&placed).from(outside).to(&using).is(entering);
    b.flow(&reused).from(&dismantling).to(&using).is(again);
    b.flow(&away).from(&using).to(outside).is(ports.1.clone() * shares.0);
    b.flow(&lost).from(&using).to(outside).is(ports.1 * shares.1);
    b.flow(&dismantled).from(&using).to(&dismantling).is(rest);
    b.flow(&replaced).from(&using).to(&workshop).is(ports.2);
}

/// Declares where dismantled and replaced packs go: second life first, then
/// collection (E18).
///
/// ```text
/// second life = φ·eligible(class)·(dismantled − reused)
/// collected   = c_v·(dismantled − reused − second life),  c_w·replaced
/// ```
pub(super) fn collect(cycle: &mut LifeCycle) {
    for segment in cycle.present(&VEHICLES) {
        let key = |x: &str| format!("segment.{segment}.{x}");
        let flow = |x: &str| cycle.name(&format!("flow.{x}.{segment}"));
        let (collected, not) = (flow("collected"), flow("not_collected"));
        let (from_shops, not_from_shops) = (flow("from_workshops"), flow("not_from_workshops"));
        let free = var(flow("dismantled")) - var(flow("reused"));
        let dismantling = cycle.name(&format!("dismantling.{segment}"));
        let workshop = cycle.name(&format!("workshop.{segment}"));
        let collection = cycle.name("collection");
        let second = flow("second_life");
        let offered = cycle.var(&format!("second_life.offered.{segment}"));
        let used = offered * cycle.var("second_life.used");
        let from_cars = cycle.var(&key("collection.vehicle"));
        let from_workshop = cycle.var(&key("collection.workshop"));
        let storing = cycle.name("use.second_life");
        let outside = System::ENVIRONMENT;
        let b = &mut *cycle.b;
        let mut rest = free;
        if SOURCES.contains(&segment) {
            b.flow(&second).from(&dismantling).to(&storing).is(used);
            rest = rest - var(&second);
        }
        b.flow(&collected).from(&dismantling).to(&collection).is(rest.clone() * from_cars);
        b.flow(&not).from(&dismantling).to(outside).is(rest - var(&collected));
        b.flow(&from_shops).from(&workshop).to(&collection).coefficient(from_workshop);
        b.flow(&not_from_shops).from(&workshop).to(outside).remainder();
    }
}
