//! What all segments hand over for recycling.

use super::{LifeCycle, PORTABLE, SEGMENTS, VEHICLES};

/// Declares `flow.collected`, everything collected at the end of life on its
/// way to treatment, and `batteries.uncollected`, what is not, both by
/// chemistry of the region. (Losses of portable batteries and vehicles of
/// unknown whereabouts are told apart and not among the uncollected.)
pub(super) fn declare(cycle: &mut LifeCycle) {
    let (collection, treatment) = (cycle.name("collection"), cycle.name("treatment"));
    let vehicles = cycle.present(&VEHICLES);
    let all = cycle.present(&SEGMENTS);
    let sum = |segments: &[&str], flow: &str| {
        cycle.over_segments(segments, |s| format!("flow.{flow}.{s}"))
    };
    let collected = sum(&all, "collected") + sum(&vehicles, "from_workshops");
    let others: Vec<&str> = all.iter().copied().filter(|s| *s != PORTABLE).collect();
    let not = sum(&others, "not_collected") + sum(&vehicles, "not_from_workshops");
    let collected = collected + cycle.var("flow.returned.second_life");
    let not = not + cycle.var("flow.not_collected.second_life");
    cycle.set("batteries.uncollected", not);
    let name = cycle.name("flow.collected");
    cycle.b.process(&collection);
    cycle.b.flow(&name).from(&collection).to(&treatment).is(collected);
}
