//! Policies: named sets of overrides on named variables.

/// How an override changes the value x of a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Moves x to this value.
    Set(f64),
    /// Multiplies x by this factor.
    Multiply(f64),
    /// Adds this amount to x.
    Add(f64),
}

/// One override. The variable keeps its own random stream: the change is made
/// to each draw's value, with a weight r(t) that is 0 before `from`, rises
/// linearly over `ramp` steps and is 1 thereafter (E7):
///
/// ```text
/// set v:       x·(1 − r) + v·r
/// multiply f:  x·(1 + (f − 1)·r)
/// add a:       x + a·r
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The variable's name.
    pub name: String,
    /// What happens to it.
    pub change: Change,
    /// The first year with effect.
    pub from: i32,
    /// Years from `from` until the change acts in full; 0 means at once.
    pub ramp: u32,
}

impl Override {
    /// r(t) for every step of a horizon.
    pub(crate) fn weights(&self, start: i32, steps: usize) -> Vec<f64> {
        (0..steps)
            .map(|t| {
                let since = f64::from(start) + t as f64 - f64::from(self.from);
                if since < 0.0 {
                    0.0
                } else if since >= f64::from(self.ramp) {
                    1.0
                } else {
                    since / f64::from(self.ramp)
                }
            })
            .collect()
    }
}

/// A named set of overrides. All policies of a system run on the same states
/// of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The policy's name.
    pub name: String,
    /// Its overrides, applied in order.
    pub overrides: Vec<Override>,
}

impl Policy {
    /// The first step of a horizon in which the two policies may differ; the
    /// number of steps if they never do.
    pub(crate) fn since(&self, reference: &Self, start: i32, steps: usize) -> usize {
        let on = |policy: &Self, name: &str| -> Vec<Override> {
            policy.overrides.iter().filter(|o| o.name == name).cloned().collect()
        };
        let all = self.overrides.iter().chain(&reference.overrides);
        let differing = all.filter(|o| on(self, &o.name) != on(reference, &o.name));
        let first = differing.map(|o| i64::from(o.from) - i64::from(start)).min();
        first.map_or(steps, |first| usize::try_from(first).unwrap_or(0).min(steps))
    }
}
