//! The report for a browser.

use crate::job::Job;
use blackmass::report::HtmlReport;
use blackmass::{Error, Outcome};

/// The text of `report.html`, with the command that makes it again; `None` for a
/// design whose draws are no random sample.
pub fn html(job: &Job, outcome: &Outcome, command: &str) -> Result<Option<String>, Error> {
    if !job.design().is_random() {
        return Ok(None);
    }
    let scale = job.prior_scale();
    let page = HtmlReport::new(job.scenario(), outcome).command(command).prior_scale(scale);
    page.html().map(Some)
}
