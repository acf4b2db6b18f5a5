//! Instruments of policy: changes of quantities whose size is uncertain.

use super::LifeCycle;
use crate::scenario::ChangeKind;
use crate::system::{Change, Expr, Override, Policy, var};

/// The quantity `region.key` as instruments leave it, given what it is without
/// them (E8):
///
/// ```text
/// s' = s + ceiling·(s̄ − s)                       s̄: the size at its physical limit
/// set:       x + a·(s' − x)
/// multiply:  x·(1 + a·(s' − 1))
/// add:       x + a·s'
/// ```
///
/// a is the series `world.instrument.<id>`, 0 where the instrument does not act:
/// then x keeps every bit. Instruments are applied in this order of kinds,
/// whatever the order of a policy that names them, so that they commute.
pub(super) fn applied(cycle: &LifeCycle, key: &str, x: Expr, is_share: bool) -> Expr {
    let mut result = x;
    for kind in [ChangeKind::Set, ChangeKind::Multiply, ChangeKind::Add] {
        for (id, n, ceiling) in acting(cycle, key, kind) {
            let acts = || var(format!("world.instrument.{id}"));
            let at_ceiling = var(format!("world.instrument.{id}.ceiling"));
            let size = || var(format!("world.instrument.{id}.size.{n}"));
            let size = size() + at_ceiling * (ceiling - size());
            result = match kind {
                ChangeKind::Set => result.clone() + acts() * (size - result),
                ChangeKind::Multiply => result * (1.0 + acts() * (size - 1.0)),
                ChangeKind::Add => result + acts() * size,
            };
        }
    }
    if is_share { result.clamp(0.0, 1.0) } else { result.max(0.0) }
}

/// Whether any instrument changes the quantity.
pub(super) fn act_on(cycle: &LifeCycle, key: &str) -> bool {
    use ChangeKind::{Add, Multiply, Set};
    [Set, Multiply, Add].into_iter().any(|kind| !acting(cycle, key, kind).is_empty())
}

/// The instruments that change the quantity in this way: id, number of the
/// change, size at the physical limit.
fn acting<'a>(cycle: &LifeCycle<'a>, key: &str, kind: ChangeKind) -> Vec<(&'a str, usize, f64)> {
    let instruments = cycle.scenario.world().map_or(&[][..], |world| world.instruments());
    let mut acting = Vec::new();
    for instrument in instruments {
        for (n, change) in instrument.changes().iter().enumerate() {
            let is_meant = change.region() == cycle.region.name() && change.key() == key;
            if is_meant && change.change_kind() == kind {
                acting.push((instrument.id(), n + 1, change.ceiling()));
            }
        }
    }
    acting
}

/// Overrides that let an instrument of the scenario act: at the size it has in
/// each draw, or at its physical limit. `None` if the scenario has no such
/// instrument.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// use blackmass::lifecycle;
/// assert!(lifecycle::instrument(&Scenario::eu(), "classification", false).is_none());
/// ```
#[must_use]
pub fn instrument(
    scenario: &crate::scenario::Scenario,
    id: &str,
    at_ceiling: bool,
) -> Option<Vec<Override>> {
    let instrument = scenario.world()?.instruments().iter().find(|i| i.id() == id)?;
    let (from, ramp) = (instrument.from(), instrument.ramp());
    let on = |name: String| Override { name, change: Change::Set(1.0), from, ramp };
    let mut overrides = vec![on(format!("world.instrument.{id}"))];
    if at_ceiling {
        overrides.push(Override { ramp: 0, ..on(format!("world.instrument.{id}.ceiling")) });
    }
    Some(overrides)
}

/// A policy that lets one instrument act on top of another policy.
#[must_use]
pub fn with_instrument(policy: &Policy, name: &str, overrides: &[Override]) -> Policy {
    let mut all = policy.overrides.clone();
    all.extend(overrides.iter().filter(|o| !policy.overrides.contains(o)).cloned());
    Policy { name: name.to_owned(), overrides: all }
}
