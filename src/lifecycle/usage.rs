//! Vehicles and batteries in use, and where they go when they leave.

use super::LifeCycle;
use crate::lifetime::Lifetime;
use crate::scenario::{Law, Lifetime as Declared};
use crate::system::{Expr, ProductComponent, System, var};

/// Declares the stock of vehicles and batteries, their exits and collection.
///
/// ```text
/// e' = e/max(1, e+u),  u' = u/max(1, e+u)
/// exported = e'·exits,  unknown = u'·exits,  dismantled = exits − exported − unknown
/// collected = c_v·dismantled + c_w·replaced
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    let scenario = cycle.scenario;
    let sales = cycle.name("sales_by_segment");
    // No more battery cars are sold than new cars.
    let sold = cycle.var("sales").min(cycle.var("market"));
    cycle.b.variable(&sales, sold * cycle.var("segment.one"));
    let (Some(vehicle), Some(battery)) =
        (scenario.lifetime("vehicle"), scenario.lifetime("battery"))
    else {
        return;
    };
    let limit = scenario.scalar("replacement.age_limit").map_or(0.0, |s| s.value());
    let stock = cycle.name("batteries");
    cycle.b.product_component(ProductComponent {
        name: stock.clone(),
        inflow: var(sales),
        product: lifetime(cycle, "vehicle", vehicle),
        component: lifetime(cycle, "battery", battery),
        replacement: cycle.var("replacement.share"),
        age_limit: limit as u32,
        content: cycle.var("content"),
    });
    let out = |port: &str| var(format!("{stock}.{port}"));

    let (exported, unknown) = (cycle.name("exit.exported"), cycle.name("exit.lost"));
    let both = (cycle.var("exit.export") + cycle.var("exit.unknown")).max(1.0);
    cycle.b.variable(&exported, cycle.var("exit.export") / both.clone());
    cycle.b.variable(&unknown, cycle.var("exit.unknown") / both);

    // Processes, with the flows between them by segment, class and material.
    for process in ["use", "dismantling", "workshop", "collection"] {
        let name = cycle.name(process);
        cycle.b.process(&name);
    }
    let (using, dismantling) = (cycle.name("use"), cycle.name("dismantling"));
    let (workshop, collection) = (cycle.name("workshop"), cycle.name("collection"));
    let outside = System::ENVIRONMENT;
    let flow = |name: &str| cycle.name(&format!("flow.{name}"));
    let (inflow, away, lost) = (flow("inflow"), flow("exported"), flow("unknown"));
    let (scrapped, replaced) = (flow("dismantled"), flow("replaced"));
    let (from_cars, not_from_cars) = (flow("from_cars"), flow("not_from_cars"));
    let (from_shops, not_from_shops) = (flow("from_workshops"), flow("not_from_workshops"));
    let collected = flow("collected");
    let preprocessing = cycle.name("preprocessing");
    let from_car_rate = cycle.var("collection.vehicle");
    let from_shop_rate = cycle.var("collection.workshop");
    let b = &mut *cycle.b;
    b.stock(&format!("{using}.stock"), &using).is(out("stock"));
    b.flow(&inflow).from(outside).to(&using).is(out("inflow"));
    b.flow(&away).from(&using).to(outside).is(out("exits") * var(exported));
    b.flow(&lost).from(&using).to(outside).is(out("exits") * var(unknown));
    let rest = out("exits") - var(&away) - var(&lost);
    b.flow(&scrapped).from(&using).to(&dismantling).is(rest);
    b.flow(&replaced).from(&using).to(&workshop).is(out("replaced"));
    b.flow(&from_cars).from(&dismantling).to(&collection).coefficient(from_car_rate);
    b.flow(&not_from_cars).from(&dismantling).to(outside).remainder();
    b.flow(&from_shops).from(&workshop).to(&collection).coefficient(from_shop_rate);
    b.flow(&not_from_shops).from(&workshop).to(outside).remainder();
    // Segments are no longer told apart once collected.
    let gathered = (var(&from_cars) + var(&from_shops)).sum("segment");
    b.flow(&collected).from(&collection).to(&preprocessing).is(gathered);

    // What is reported, by material.
    let total = |x: Expr| x.sum("segment").sum("class");
    let report = [
        ("inflow", total(var(&inflow))),
        ("inflow_by_segment", var(&inflow).sum("class")),
        ("stock", total(out("stock"))),
        ("end_of_life", total(out("exits") + out("replaced"))),
        ("exported", total(var(&away))),
        ("unknown", total(var(&lost))),
        ("collected", var(&collected).sum("class")),
        ("vehicles", out("products")),
        ("vehicles_exported", out("product_exits") * cycle.var("exit.exported")),
    ];
    for (name, formula) in report {
        let name = cycle.name(name);
        cycle.b.variable(&name, formula);
    }
}

fn lifetime(cycle: &LifeCycle, part: &str, declared: &Declared) -> Lifetime {
    let mean = cycle.var(&format!("lifetime.{part}.mean"));
    let spread = |key: &str| cycle.var(&format!("lifetime.{part}.{key}"));
    let lifetime = match declared.law() {
        Law::Weibull => Lifetime::weibull_from_mean_shape(mean, spread("shape")),
        Law::Logistic => Lifetime::logistic_from_mean_std(mean, spread("sd")),
        Law::Normal => Lifetime::normal_from_mean_std(mean, spread("sd")),
        Law::Lognormal => Lifetime::lognormal_from_mean_std(mean, spread("sd")),
    };
    lifetime.inflow_at(declared.timing())
}
