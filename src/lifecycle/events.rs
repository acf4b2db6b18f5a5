//! The events of a scenario's series as processes.

use super::LifeCycle;
use crate::maths;
use crate::process::{self, Duration, Size, State, Switch};
use crate::scenario::{Jumps, Lasting, Outages, Regimes, Series, log_sd};
use crate::system::{Expr, Start, Values, var};

/// The series x(t) struck by its events, each a factor of its own and none
/// before they set in:
///
/// ```text
/// x·(1 − (1 − available)·(1 − left))·level of the regime·exp(j)
/// jumps for good:      j(t) = j(t−1) + jump(t)
/// with a half-life h:  j(t) = 2^(−1/h)·j(t−1) + jump(t)
/// ```
///
/// A share stays at 1 at most.
pub(super) fn strike(cycle: &mut LifeCycle, quantity: &Series, x: Expr) -> Expr {
    let events = quantity.events();
    if events.is_empty() {
        return x;
    }
    let name = cycle.name(quantity.key());
    let since = quantity.since();
    let on = |year| f64::from(u8::from(since.is_none_or(|last| year > last)));
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let begun = format!("{name}.events");
    cycle.b.constant(&begun, &[], Values::PerYear(years.map(on).collect()));
    let chance = |p: f64| var(begun.as_str()) * p;
    let mut x = x;
    if let Some(given) = &events.outages {
        x = x * outages(cycle, &name, given, chance);
    }
    if let Some(given) = &events.regimes {
        x = x * regimes(cycle, &name, given, chance);
    }
    if let Some(given) = &events.jumps {
        x = x * jumps(cycle, &name, given, chance);
    }
    if quantity.is_share() { x.min(1.0) } else { x }
}

fn outages(cycle: &mut LifeCycle, name: &str, given: &Outages, p: impl Fn(f64) -> Expr) -> Expr {
    let duration = match given.lasts {
        Lasting::Years(years) => Duration::Fixed(years),
        Lasting::OnAverage(years) => Duration::Geometric(years.into()),
    };
    let available = format!("{name}.available");
    cycle.b.outages(&available, &[], &process::Outages { start: p(given.per_year), duration });
    // Exactly 1 without an outage.
    1.0 - (1.0 - var(available)) * (1.0 - given.left)
}

fn regimes(cycle: &mut LifeCycle, name: &str, given: &Regimes, p: impl Fn(f64) -> Expr) -> Expr {
    let regime = format!("{name}.regime");
    let states = given.states.iter();
    let states = states.map(|s| State { name: s.name.clone(), value: s.level.into() }).collect();
    let switch = |s: &crate::scenario::RegimeSwitch| Switch {
        from: s.from.clone(),
        to: s.to.clone(),
        probability: p(s.per_year),
    };
    let switches = given.switches.iter().map(switch).collect();
    cycle.b.regimes(&regime, &[], &process::Regimes { states, switches });
    var(regime)
}

fn jumps(cycle: &mut LifeCycle, name: &str, given: &Jumps, p: impl Fn(f64) -> Expr) -> Expr {
    let jump = format!("{name}.jumps");
    let mean = maths::ln(1.0 + given.size).into();
    let sd = (cycle.prior_scale * log_sd(given.spread)).into();
    let size = Size::Normal { mean, sd };
    cycle.b.jumps(&jump, &[], &process::Jumps { rate: p(given.per_year), size });
    let sum = match given.half_life {
        None => var(jump).cumulative(),
        Some(years) => {
            let kept = maths::pow(0.5, 1.0 / years);
            // The engine's autoregression multiplies what comes in by √(1 − φ²).
            (var(jump) / (1.0 - kept * kept).sqrt()).ar1(kept, Start::Zero)
        }
    };
    sum.exp()
}
