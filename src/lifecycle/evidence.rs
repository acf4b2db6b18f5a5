//! The observations of a scenario, to weigh draws by.

use crate::ensemble::Evidence;
use crate::scenario::Scenario;

/// The observations of the scenario under the policy that describes the world,
/// which is the first (`baseline` if there is one), for
/// [`Outcome::reweight`](crate::Outcome::reweight). The series must be kept.
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, lifecycle, scenario::Scenario};
/// let scenario = Scenario::eu();
/// let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
/// let evidence = lifecycle::evidence(&scenario);
/// let mut ensemble = Ensemble::new(&plan).draws(16);
/// for seen in &evidence {
///     ensemble = ensemble.keep(&seen.series);
/// }
/// assert!(evidence.is_empty()); // the shipped file has no [[observation]]
/// # Ok::<(), blackmass::Error>(())
/// ```
#[must_use]
pub fn evidence(scenario: &Scenario) -> Vec<Evidence> {
    let policies = super::policies(scenario);
    let policy = policies.first().map_or("baseline", |policy| &policy.name);
    let seen = scenario.observations().iter().map(|observation| Evidence {
        policy: policy.to_owned(),
        series: format!("{}.{}", observation.region(), observation.series()),
        labels: observation.labels().to_vec(),
        year: observation.year(),
        value: observation.value(),
        spread: observation.spread(),
    });
    seen.collect()
}
