//! Outages that last.

use super::Events;
use crate::system::{Expr, SystemBuilder, var};

/// How long an outage lasts, in years, the first included.
#[derive(Clone, Debug)]
pub enum Duration {
    /// As many years each time; 0 counts as 1.
    Fixed(u32),
    /// Geometric with this mean of at least 1: in each year it ends with
    /// probability 1/mean.
    Geometric(Expr),
}

/// Outages that start at random and last.
///
/// ```text
/// a year that no outage has reached: outage with probability p
/// mean share of years available in the long run: (1 − p)/(1 − p + p·E[duration])
/// ```
///
/// Before the first year there is no outage. An outage may follow upon another.
#[derive(Clone, Debug)]
pub struct Outages {
    /// p, the probability that an outage starts in a year, 0 to 1.
    pub start: Expr,
    /// How long it lasts.
    pub duration: Duration,
}

impl Outages {
    /// 1 in years available and 0 in outages, for uniforms of
    /// [`SystemBuilder::chance`]; small ones are outages.
    #[must_use]
    pub fn path(&self, chance: impl Into<Expr>) -> Expr {
        let mut parts = vec![chance.into(), self.start.clone()];
        let fixed = match &self.duration {
            Duration::Fixed(years) => Some(*years),
            Duration::Geometric(mean) => {
                parts.push(mean.clone());
                None
            }
        };
        Events::Outages { fixed }.of(parts)
    }

    /// The mean share of years available in the long run.
    #[must_use]
    pub fn available(&self) -> Expr {
        let duration = match &self.duration {
            Duration::Fixed(years) => f64::from((*years).max(1)).into(),
            Duration::Geometric(mean) => mean.clone(),
        };
        let up = 1.0 - self.start.clone();
        up.clone() / (up + self.start.clone() * duration)
    }
}

impl SystemBuilder {
    /// Declares availability with [`Outages`]: 1 or 0 per element and year. Its
    /// chances are the stream `<name>.chance`.
    pub fn outages(&mut self, name: &str, dims: &[&str], outages: &Outages) -> &mut Self {
        let chance = format!("{name}.chance");
        self.chance(&chance, dims).variable(name, outages.path(var(chance)))
    }
}
