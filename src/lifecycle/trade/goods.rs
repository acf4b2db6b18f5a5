//! End-of-life batteries and scrap that leave a region untreated.

use super::partner_yield;
use super::routes::{Good, Way};
use crate::error::Diagnostic;
use crate::lifecycle::LifeCycle;
use crate::lifecycle::minerals::of_minerals;
use crate::scenario::{Chemistry, Region};
use crate::system::{Expr, stack, var};

/// The goods and where they come from, in the order of the dimension `origin`.
const GOODS: [(Good, &str); 2] =
    [(Good::Batteries, "flow.collected"), (Good::Scrap, "flow.scrap_collected")];

/// Whether the scenario says where untreated batteries or scrap of any region
/// go.
pub(in crate::lifecycle) fn are_traded(cycle: &LifeCycle) -> bool {
    GOODS.iter().any(|(good, _)| !cycle.ways(*good).is_empty())
}

/// Declares what is sent away untreated, what stays for want of a way out, and
/// what arrives from other regions, each by origin and chemistry.
///
/// ```text
/// offered(g,k) = x(class of k)·arriving(g,k)
/// share(g,p)   = s(p)·(1 − barred(p))·(1 − refused(p)),  at most cap(p)/Σ_k offered(g,k)
/// sent(g,p,k)  = offered(g,k)·share(g,p)
/// left(g,k)    = offered(g,k)·(1 − Σ_p share(g,p))
/// ```
///
/// What a region sends where no route is named leaves as before, not followed.
pub(in crate::lifecycle) fn declare(cycle: &mut LifeCycle) {
    let (mut left, mut received) = (Vec::new(), Vec::new());
    let mut away = Expr::from(0.0);
    for (good, arriving) in GOODS {
        let offered = cycle.name(&format!("goods.{}.offered", good.name()));
        let share = cycle.var("treatment.exported");
        cycle.b.variable(&offered, cycle.var(arriving) * share);
        received.push(arrivals(cycle, good));
        let ways = cycle.ways_out(good);
        if ways.is_empty() {
            away = away + var(&offered);
            left.push(cycle.nothing());
        } else {
            let sent = cycle.name(&format!("goods.{}.sent_share", good.name()));
            let share = ways.iter().map(|way| send(cycle, way, &offered));
            let share = share.collect::<Vec<_>>().into_iter().reduce(|a, b| a + b);
            cycle.b.variable(&sent, share.unwrap_or_else(|| 0.0.into()));
            away = away + var(&offered) * var(&sent);
            // Rounding may leave a trifle below zero where all is sent.
            left.push(var(&offered) * (1.0 - var(&sent)).max(0.0));
        }
    }
    cycle.set("goods.away", cycle.nothing() + away);
    cycle.set("goods.left", stack("origin", left));
    cycle.set("goods.received", stack("origin", received));
}

/// Declares the shipment on one route and returns the share of what is offered
/// that leaves on it.
fn send(cycle: &mut LifeCycle, way: &Way, offered: &str) -> Expr {
    let mut share = cycle.passing(way);
    if let Some(cap) = cycle.cap(way) {
        let wanted = share.clone() * var(offered).sum(cycle.chemistry());
        share = share * (cap / wanted.max(1e-6)).min(1.0);
    }
    let name = way.variable("share");
    cycle.b.variable(&name, share);
    let contained = of_minerals(cycle, cycle.materials_in(var(offered)));
    let sent = if cycle.is_followed(way) { var(offered) } else { contained.clone() };
    cycle.ship(way, sent * var(&name));
    if !cycle.is_followed(way) {
        // Shredded as at home: the share of each material that reaches black mass.
        let black = (var(offered) * cycle.var("black_mass_share.of")).sum(cycle.chemistry());
        let reaching = of_minerals(cycle, black) / contained.max(1e-9);
        let won = var(way.variable("arrived")) * reaching * partner_yield(cycle, way.to);
        cycle.b.variable(&way.variable("recovered"), won);
    }
    var(name)
}

/// Batteries that move keep their materials only if a chemistry of the region
/// they come from is the same here.
fn check(cycle: &mut LifeCycle, way: &Way) {
    let Some(from) = cycle.scenario.regions().iter().find(|r| r.name() == way.from) else { return };
    let here = cycle.region;
    let law = |region: &Region, key: &str| region.scalar(key).map(|s| (s.value(), s.law().ok()));
    let same = |key: String| law(from, &key) == law(here, &key);
    let is_same = |c: &&Chemistry| {
        let known = here.chemistries().iter().find(|known| known.name() == c.name());
        known.is_some_and(|known| known.intensity() == c.intensity())
            && same(format!("chemistry.{}.pack_mass", c.name()))
    };
    let factors = cycle.scenario.materials().iter().map(|m| format!("intensity_factor.{m}"));
    let differing: Vec<&str> =
        from.chemistries().iter().filter(|c| !is_same(c)).map(Chemistry::name).collect();
    if differing.is_empty() && factors.into_iter().all(same) {
        return;
    }
    let what = if differing.is_empty() { "intensity_factor".into() } else { differing.join(", ") };
    cycle.b.reject(
        Diagnostic::new("untreated batteries between regions that make them of other materials")
            .key(format!("trade.{}.{}.{}", way.good.name(), way.from, way.to))
            .found(format!("{what} differs between {} and {}", way.from, way.to))
            .allowed("the same composition of every chemistry in both regions")
            .fix("make the files agree, or leave the route out"),
    );
}

/// What arrives from other regions, by chemistry of this one.
fn arrivals(cycle: &mut LifeCycle, good: Good) -> Expr {
    cycle.ways_in(good).iter().for_each(|way| check(cycle, way));
    let from = cycle.ways_in(good).into_iter();
    let arrived = from.map(|way| cycle.as_here(way.from, var(way.variable("arrived"))));
    arrived.reduce(|a, b| a + b).unwrap_or_else(|| cycle.nothing())
}
