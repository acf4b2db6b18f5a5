//! Routes on which a region ships goods.

use crate::lifecycle::LifeCycle;
use crate::system::{Expr, System, var};

/// What is shipped, in the words of a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Good {
    UsedVehicles,
    Batteries,
    Scrap,
    BlackMass,
    Recovered,
}

impl Good {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::UsedVehicles => "used_vehicles",
            Self::Batteries => "batteries",
            Self::Scrap => "scrap",
            Self::BlackMass => "black_mass",
            Self::Recovered => "recovered",
        }
    }
}

/// A route from one place to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub(super) good: Good,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
}

impl Way<'_> {
    /// A quantity of the route.
    pub(super) fn quantity(&self, what: &str) -> Expr {
        var(format!("world.trade.{}.{}.{}.{what}", self.good.name(), self.from, self.to))
    }

    /// A quantity of the route that is a share, 0 to 1 whatever policies add.
    pub(super) fn part(&self, what: &str) -> Expr {
        self.quantity(what).clamp(0.0, 1.0)
    }

    /// The variable of a step of the shipment: `sent`, `waiting`, `arrived` or
    /// `lost`.
    pub(super) fn variable(&self, step: &str) -> String {
        format!("{}.shipped.{}.{}.{step}", self.from, self.good.name(), self.to)
    }
}

impl<'a> LifeCycle<'a> {
    /// The routes of a good, from all regions, in the order of the file.
    pub(super) fn ways(&self, good: Good) -> Vec<Way<'a>> {
        let scenario = self.scenario;
        let routes = scenario.world().into_iter().flat_map(|world| world.routes());
        routes
            .filter(|route| route.good == good.name())
            .map(|route| Way { good, from: &route.from, to: &route.to })
            .collect()
    }

    /// The routes of a good out of this region.
    pub(super) fn ways_out(&self, good: Good) -> Vec<Way<'a>> {
        self.ways(good).into_iter().filter(|way| way.from == self.region.name()).collect()
    }

    /// The routes of a good into this region.
    pub(super) fn ways_in(&self, good: Good) -> Vec<Way<'a>> {
        self.ways(good).into_iter().filter(|way| way.to == self.region.name()).collect()
    }

    /// The share of what is offered that seeks the route, may leave on it and
    /// is not refused: s·(1 − barred)·(1 − refused), where shares of one source
    /// that add to more than one are scaled to one.
    pub(super) fn passing(&self, way: &Way) -> Expr {
        let rivals = self.ways(way.good).into_iter().filter(|other| other.from == way.from);
        let all = rivals.map(|other| other.part("share")).reduce(|a, b| a + b);
        let share = way.part("share") / all.unwrap_or_else(|| 1.0.into()).max(1.0);
        share * (1.0 - way.part("barred")) * (1.0 - way.part("refused"))
    }

    /// The most that may be shipped on a route in a year, if there is a limit.
    pub(super) fn cap(&self, way: &Way) -> Option<Expr> {
        let key = format!("trade.{}.{}.{}.cap", way.good.name(), way.from, way.to);
        let world = self.scenario.world()?.quantities();
        world.series(&key).map(|_| way.quantity("cap").max(0.0))
    }

    /// Whether a place is a region that is followed, not a partner.
    pub(super) fn is_region(&self, place: &str) -> bool {
        self.scenario.regions().iter().any(|region| region.name() == place)
    }

    /// Whether a route leads to a region that is followed.
    pub(super) fn is_followed(&self, way: &Way) -> bool {
        self.is_region(way.to)
    }

    /// Declares a shipment:
    ///
    /// ```text
    /// waiting(t) = d(t)·sent(t)                         at the end of the year
    /// landed(t)  = sent(t) − waiting(t) + waiting(t−1)
    /// lost = l·landed,  arrived = landed − lost
    /// ```
    ///
    /// d is the time for consent and transport in years, 0 to 1, and l the share
    /// lost on the way. What goes to a region is followed by chemistry, what goes
    /// to a partner by mineral.
    pub(super) fn ship(&mut self, way: &Way, sent: Expr) {
        let [out, waiting, arrived, lost] =
            ["sent", "waiting", "arrived", "lost"].map(|step| way.variable(step));
        let landed = way.variable("landed");
        let transit = format!("{}.transit.{}.{}", way.from, way.good.name(), way.to);
        let outside = System::ENVIRONMENT;
        let b = &mut *self.b;
        b.process(&transit);
        b.flow(&out).from(outside).to(&transit).is(sent);
        b.stock(&waiting, &transit).is(var(&out) * way.part("delay"));
        b.variable(&landed, var(&out) - var(&waiting) + var(&waiting).delayed(1));
        b.flow(&lost).from(&transit).to(outside).is(var(&landed) * way.part("loss"));
        b.flow(&arrived).from(&transit).to(outside).is(var(&landed) - var(&lost));
    }
}
