//! Portable batteries: used, kept in drawers, thrown away.

use super::{LifeCycle, PORTABLE, storage};
use crate::lifetime::Lifetime;
use crate::system::{CohortStock, System, var};

/// Declares use, hibernation and the three ways of losing a battery (E19).
///
/// ```text
/// kept       = h·outflow of use,  stays an exponential time with mean H
/// discarded  = outflow of use − kept + outflow of drawers
/// collected  = c·discarded,  in electronic waste = w'·discarded,  w' = min(w, 1 − c)
/// in residual waste: the rest
/// ```
pub(super) fn declare(cycle: &mut LifeCycle) {
    if !cycle.has(PORTABLE) {
        return;
    }
    let key = |x: &str| format!("segment.{PORTABLE}.{x}");
    let placed = cycle.var(&key("placed")) * cycle.var(&format!("content.{PORTABLE}"));
    storage::single(cycle, PORTABLE, placed);
    let (using, drawers) = (cycle.name("use.portable"), cycle.name("drawers"));
    let (discarding, collection) = (cycle.name("discarding"), cycle.name("collection"));
    let flow = |x: &str| cycle.name(&format!("flow.{x}.{PORTABLE}"));
    let (kept, direct, late) = (flow("kept"), flow("discarded"), flow("discarded_late"));
    let (collected, electronic, residual) =
        (flow("collected"), flow("electronic_waste"), flow("residual_waste"));
    let hoard = cycle.name("hoard");
    let out = cycle.var(&format!("batteries.{PORTABLE}.outflow"));
    let hibernating = cycle.var(&key("hibernation.share"));
    let mean = cycle.var(&key("hibernation.mean"));
    let rate = cycle.var(&key("collection"));
    let electronic_share = cycle.var(&key("electronic_waste")).min(1.0 - rate.clone());
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.process(&drawers).process(&discarding);
    b.flow(&kept).from(&using).to(&drawers).is(out.clone() * hibernating);
    b.cohort_stock(CohortStock {
        name: hoard.clone(),
        inflow: var(&kept),
        lifetime: Lifetime::exponential_from_mean(mean),
    });
    b.stock(&format!("{drawers}.stock"), &drawers).is(var(format!("{hoard}.stock")));
    b.flow(&direct).from(&using).to(&discarding).is(out - var(&kept));
    b.flow(&late).from(&drawers).to(&discarding).is(var(format!("{hoard}.outflow")));
    b.flow(&collected).from(&discarding).to(&collection).coefficient(rate);
    b.flow(&electronic).from(&discarding).to(outside).coefficient(electronic_share);
    b.flow(&residual).from(&discarding).to(outside).remainder();
}
