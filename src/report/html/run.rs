//! What is needed to repeat the run.

use super::page::Page;
use super::{HtmlReport, words};
use crate::ensemble::Freeze;
use crate::report::number::{exact, grouped};
use crate::report::svg::escape;
use crate::report::view::View;
use crate::sampling::STREAM_VERSION;

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) {
    page.section(
        "reproduce",
        "Do it again",
        "The same version, scenario and seed give the same digits on any number of threads and \
         any processor.",
    );
    let (scenario, outcome) = (of.scenario, of.outcome);
    let design = outcome.design();
    let frozen: Vec<&str> = design
        .frozen()
        .iter()
        .map(|freeze| match freeze {
            Freeze::Epistemic => "epistemic",
            Freeze::Aleatory => "aleatory",
        })
        .collect();
    let policies: Vec<String> = views
        .first()
        .map_or(&[][..], |view| &view.policies)
        .iter()
        .map(|policy| words(policy))
        .collect();
    let mut rows = vec![
        ("scenario", scenario.title().to_owned()),
        ("file", scenario.file().to_owned()),
        ("pathway", scenario.pathway().to_owned()),
        ("content hash", format!("{:016x}", scenario.content_hash())),
        (
            "blackmass",
            format!("{}, streams of version {STREAM_VERSION}", env!("CARGO_PKG_VERSION")),
        ),
        ("seed", outcome.seed().to_string()),
        ("draws", grouped(f64::from(outcome.draws()), 0)),
        ("design", design.name().to_owned()),
        ("left out", if frozen.is_empty() { "nothing".to_owned() } else { frozen.join(", ") }),
        ("spread of priors times", exact(of.prior_scale)),
        ("policies", policies.join(", ")),
        ("fingerprint of the outcome", format!("{:016x}", outcome.fingerprint())),
        (
            "worst mass-balance residual",
            format!("{:.1e}, in {}", outcome.worst_residual(), outcome.worst_process()),
        ),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(what, value)| vec![what.to_owned(), escape(&value)]).collect();
    if !of.command.is_empty() {
        page.markup(&format!("<pre><code>{}</code></pre>\n", escape(&of.command)));
    }
    page.table("What was run", &["what", "value"], &rows);
}
