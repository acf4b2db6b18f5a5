//! What the system of a scenario is built with.

use crate::error::{Error, argument};
use crate::scenario::Scenario;

/// How much is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Detail {
    /// What most questions need; paired differences of what policies are about.
    #[default]
    Short,
    /// Everything, with all paired differences.
    Full,
}

/// What [`system_with`](super::system_with) builds the life cycle with.
///
/// # Examples
/// ```
/// use blackmass::lifecycle::{self, Options};
/// use blackmass::scenario::Scenario;
/// let narrow = Options { prior_scale: Some(0.5), ..Options::default() };
/// let system = lifecycle::system_with(&Scenario::eu(), &narrow)?;
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Options<'a> {
    /// The policies to run; if empty those that the scenario's table `[run]`
    /// names, else all of the scenario.
    pub policies: &'a [&'a str],
    /// How much is reported.
    pub detail: Detail,
    /// Whether every flow between the processes is reported by material, too:
    /// [`FLOWS`](super::FLOWS) and what of [`SERIES`](super::SERIES) they need. A
    /// Sankey diagram is drawn from them. No other number changes.
    pub flows: bool,
    /// What the spread of every prior is multiplied by, 0 or more; what the
    /// scenario's table `[run]` says, else 1, if `None`.
    ///
    /// Central values stay. Scalars are scaled as
    /// [`Distribution::scaled`](crate::uncertainty::Distribution::scaled) says;
    /// of series the standard deviations of level and noise, of chemistry shares
    /// those of the tilts (under a Dirichlet law the exponents) are multiplied.
    /// So are the spread of jumps and of a midpoint, and the noise of prices.
    /// Chances of events are not scaled; without events, a factor of 0 gives the
    /// central case in every draw. Random streams keep their uniforms.
    pub prior_scale: Option<f64>,
}

impl Options<'_> {
    /// The factor that the spread of every prior of `scenario` gets.
    #[must_use]
    pub fn prior_scale_of(&self, scenario: &Scenario) -> f64 {
        self.prior_scale.or_else(|| scenario.run().prior_scale()).unwrap_or(1.0)
    }

    pub(super) fn checked_prior_scale(&self, scenario: &Scenario) -> Result<f64, Error> {
        let scale = self.prior_scale_of(scenario);
        if scale >= 0.0 && scale.is_finite() {
            return Ok(scale);
        }
        Err(argument(
            "the spread of the priors cannot be multiplied so",
            "prior_scale",
            scale.to_string(),
            "a finite number, 0 or more",
            "write 0.5 for half the spread, 1 to leave it as it is",
        ))
    }
}
