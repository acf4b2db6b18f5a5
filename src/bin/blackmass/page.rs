//! The report for a browser.

use crate::chosen;
use crate::job::Job;
use blackmass::Outcome;
use blackmass::analysis::Effects;
use blackmass::lifecycle::published::figures;
use blackmass::report::{HtmlReport, Sensitivity};
use blackmass::scenario::{Region, Scenario};

/// The report, with the command that makes it again; `None` for a design whose
/// draws are no random sample.
pub fn report<'a>(
    job: &'a Job,
    outcome: &'a Outcome,
    command: &str,
    effects: &[Effects],
) -> Option<HtmlReport<'a>> {
    if !job.design().is_random() {
        return None;
    }
    let scale = job.prior_scale();
    let page = HtmlReport::new(job.scenario(), outcome).command(command).prior_scale(scale);
    let year = chosen::year(outcome);
    let effects = effects.iter().filter_map(|e| Sensitivity::of(e, year)).collect();
    let page = if is_shipped(job.scenario()) { page.published(figures()) } else { page };
    Some(page.sensitivity(effects))
}

/// Whether it is the shipped scenario of its regions. What is said of published
/// figures, that they are inputs or why ours differ, holds of no other.
fn is_shipped(scenario: &Scenario) -> bool {
    let regions: Vec<&str> = scenario.regions().iter().map(Region::name).collect();
    let shipped = match regions[..] {
        ["japan"] => Scenario::japan(),
        ["eu"] => Scenario::eu(),
        ["japan", "eu"] => Scenario::japan_eu(),
        _ => return false,
    };
    shipped.content_hash() == scenario.content_hash()
}
