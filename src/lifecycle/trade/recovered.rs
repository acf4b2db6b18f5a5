//! Recovered materials that find no use where they are recovered.

use super::routes::{Good, Way};
use crate::lifecycle::LifeCycle;
use crate::system::{Expr, var};

/// Declares what is sold of the recovered materials that a region cannot use,
/// by material.
///
/// ```text
/// offered(p) = unused·s(p)·(1 − barred(p))·(1 − refused(p)), at most cap(p) in all
/// sold(p)    = offered(p)·min(1, room(p)/Σ offered to p)       into a region
/// room(p)    = what makers of cathodes and anodes in p need beyond their own
/// ```
///
/// `unused` is what makers of cathodes and anodes here leave.
///
/// Partners take what is offered.
pub(in crate::lifecycle) fn declare(cycle: &mut LifeCycle) {
    let ways = cycle.ways(Good::Recovered);
    for way in &ways {
        let unused = var(format!("{}.recovered.left", way.from));
        let mut offered = unused * cycle.passing(way);
        if let Some(cap) = cycle.cap(way) {
            let all = offered.clone().sum("material");
            offered = offered * (cap / all.max(1e-6)).min(1.0);
        }
        cycle.b.variable(&way.variable("offered"), offered);
    }
    for way in &ways {
        let mut sent = var(way.variable("offered"));
        if cycle.is_followed(way) {
            let rivals = ways.iter().filter(|other| other.to == way.to);
            let all = rivals.map(|other| var(other.variable("offered"))).reduce(|a, b| a + b);
            let all = all.unwrap_or_else(|| 0.0.into());
            let room = var(format!("{}.cathode_anode_demand", way.to))
                - var(format!("{}.recovered.used_own", way.to));
            sent = sent * (room.max(0.0) / all.max(1e-6)).min(1.0);
        }
        cycle.b.variable(&way.variable("sold"), sent);
    }
}

fn all(ways: Vec<Way>) -> Option<Expr> {
    ways.into_iter().map(|way| var(way.variable("sold"))).reduce(|a, b| a + b)
}

/// What this region sells of its recovered materials, by material.
pub(in crate::lifecycle) fn sold(cycle: &LifeCycle) -> Option<Expr> {
    all(cycle.ways_out(Good::Recovered))
}

/// What makers in this region buy of what others recover, by material.
pub(in crate::lifecycle) fn bought(cycle: &LifeCycle) -> Option<Expr> {
    all(cycle.ways_in(Good::Recovered))
}
