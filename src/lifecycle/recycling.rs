//! Pre-processing and refining, each with capacity and backlog.

use super::LifeCycle;
use crate::system::{Expr, Facilities, System, stack, var};

/// Declares what happens to collected packs.
///
/// ```text
/// processed  = min(collected + backlog, capacity·utilisation), well mixed
/// black mass = b·processed,  metal fraction = f·processed,  residue: the rest
/// refined    = min(black mass + backlog, capacity·utilisation), well mixed
/// recovered  = y·refined + metal fraction
/// ```
///
/// b and f are per material, y per class and material.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let scenario = cycle.scenario;
    let per_material = |prefix: &str| -> Expr {
        let parts = scenario.materials().iter().map(|m| cycle.var(&format!("{prefix}.{m}")));
        stack("material", parts.collect::<Vec<_>>())
    };
    let to_black_mass = per_material("preprocessing.black_mass");
    let to_fraction = per_material("preprocessing.fraction");
    let yields = scenario.classes().iter().map(|q| per_material(&format!("refining.yield.{q}")));
    let yields = stack("class", yields.collect::<Vec<_>>());

    let name = |key: &str| cycle.name(key);
    let (preprocessing, refining) = (name("preprocessing"), name("refining"));
    let (shredded, refined) = (name("shredded"), name("refined"));
    let (collected, black_mass) = (name("flow.collected"), name("flow.black_mass"));
    let (fraction, residue) = (name("flow.metal_fraction"), name("flow.shredder_residue"));
    let (product, slag) = (name("flow.refined"), name("flow.refining_residue"));
    let (share, fraction_share) = (name("to_black_mass"), name("to_metal_fraction"));
    let yielded = name("refining_yield");
    let limit = |stage: &str| {
        var(name(&format!("{stage}.capacity"))) * var(name(&format!("{stage}.utilisation")))
    };
    let capacities = (limit("preprocessing"), limit("refining"));
    let reported = ["black_mass", "recovered", "preprocessing_backlog", "refining_backlog"];
    let reported = reported.map(|r| cycle.name(r));

    let b = &mut *cycle.b;
    b.variable(&share, to_black_mass);
    // A policy may not take more out of a pack than is in it.
    b.variable(&fraction_share, to_fraction.min(1.0 - var(&share)));
    b.variable(&yielded, yields);
    b.process(&preprocessing).process(&refining);
    b.facilities(Facilities {
        name: shredded.clone(),
        feed: var(&collected),
        capacity: capacities.0,
        basis: None,
    });
    let done = || var(format!("{shredded}.processed"));
    b.stock(&format!("{preprocessing}.stock"), &preprocessing)
        .is(var(format!("{shredded}.backlog")));
    let outside = System::ENVIRONMENT;
    b.flow(&black_mass).from(&preprocessing).to(&refining).is(done() * var(&share));
    b.flow(&fraction).from(&preprocessing).to(outside).is(done() * var(&fraction_share));
    let rest = done() - var(&black_mass) - var(&fraction);
    b.flow(&residue).from(&preprocessing).to(outside).is(rest);

    b.facilities(Facilities {
        name: refined.clone(),
        feed: var(&black_mass),
        capacity: capacities.1,
        basis: None,
    });
    let done = || var(format!("{refined}.processed"));
    b.stock(&format!("{refining}.stock"), &refining).is(var(format!("{refined}.backlog")));
    b.flow(&product).from(&refining).to(outside).is(done() * var(&yielded));
    b.flow(&slag).from(&refining).to(outside).is(done() - var(&product));

    let [black_mass_total, recovered, first_backlog, second_backlog] = reported;
    b.variable(&black_mass_total, var(&black_mass).sum("class"));
    b.variable(&recovered, (var(&product) + var(&fraction)).sum("class"));
    let mass = |x: String| var(x).sum("class").sum("material");
    b.variable(&first_backlog, mass(format!("{shredded}.backlog")));
    b.variable(&second_backlog, mass(format!("{refined}.backlog")));
}
