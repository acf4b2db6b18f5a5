//! Regimes that switch at random.

use super::Events;
use crate::error::Diagnostic;
use crate::system::{Expr, SystemBuilder, unknown, var};

/// A state of the world and the value of the quantity in it.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name.
    pub name: String,
    /// The value in this state; it may vary in time.
    pub value: Expr,
}

/// A possible change of state.
#[derive(Clone, Debug)]
pub struct Switch {
    /// The state left.
    pub from: String,
    /// The state entered, another one.
    pub to: String,
    /// The probability per year, 0 to 1; those from one state add up to 1 at
    /// most, the rest is the probability to stay.
    pub probability: Expr,
}

/// A Markov chain with a value for each of its states. Before the first year it
/// is in the first state, and it stays there in the central case.
///
/// # Examples
/// ```
/// use blackmass::process::{Regimes, State, Switch};
/// let state = |name: &str, value: f64| State { name: name.into(), value: value.into() };
/// let switch = |from: &str, to: &str, probability: f64| Switch {
///     from: from.into(),
///     to: to.into(),
///     probability: probability.into(),
/// };
/// let mut b = blackmass::System::builder("trade", 2025..=2050);
/// b.regimes("export_share", &[], &Regimes {
///     states: vec![state("open", 1.0), state("quota", 0.5), state("ban", 0.0)],
///     switches: vec![
///         switch("open", "quota", 0.10),
///         switch("open", "ban", 0.02),
///         switch("quota", "open", 0.3),
///         switch("ban", "quota", 0.5),
///     ],
/// });
/// b.build()?;
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Regimes {
    /// The states, the one to begin with first.
    pub states: Vec<State>,
    /// The changes that are possible.
    pub switches: Vec<Switch>,
}

impl SystemBuilder {
    /// Declares a quantity that follows [`Regimes`], per element and year. Its
    /// chances are the stream `<name>.chance`.
    pub fn regimes(&mut self, name: &str, dims: &[&str], regimes: &Regimes) -> &mut Self {
        let chance = format!("{name}.chance");
        let Regimes { states, switches } = regimes;
        if states.is_empty() {
            self.reject(Diagnostic::new("a regime needs at least one state").key(name));
            return self;
        }
        let mut pairs = Vec::new();
        let mut parts = vec![var(chance.as_str())];
        for switch in switches {
            let mut at = |wanted: &String| {
                let found = states.iter().position(|s| s.name == *wanted);
                if found.is_none() {
                    let known = states.iter().map(|s| s.name.as_str());
                    self.reject(unknown("state", wanted, name, known));
                }
                found.unwrap_or_default()
            };
            let pair = (at(&switch.from), at(&switch.to));
            if switch.from == switch.to || pairs.contains(&pair) {
                self.reject(
                    Diagnostic::new("a switch leads to another state, and each is stated once")
                        .key(name)
                        .found(format!("{} to {}", switch.from, switch.to)),
                );
            }
            pairs.push(pair);
            parts.push(switch.probability.clone());
        }
        parts.extend(states.iter().map(|s| s.value.clone()));
        let formula = Events::Regimes { switches: pairs, states: states.len() }.of(parts);
        self.chance(&chance, dims).variable(name, formula)
    }
}
