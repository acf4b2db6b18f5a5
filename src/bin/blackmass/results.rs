//! What a finished run prints and writes.

use crate::failure::Failure;
use crate::folder::{self, File, Folder};
use crate::formats::Formats;
use crate::job::{self, Job};
use crate::{chosen, page, sensitivity, terminal};
use blackmass::Outcome;
use blackmass::analysis::Effects;
use blackmass::report::{self, HtmlReport};
use std::time::Duration;

/// Finds what is still to be found, writes the files and prints the tables; so
/// many draws were computed in this time. `more` are options of its own for the
/// command in the report.
pub fn finish(
    job: &Job,
    outcome: &Outcome,
    spent: (Duration, u64),
    folder: Option<&Folder>,
    (more, formats): (&[String], &Formats),
    say: &dyn Fn(&str),
) -> Result<(), Failure> {
    let mut effects = Vec::new();
    if job.options.sensitivity {
        say("Draws are complete; finding what inputs do");
        let found = sensitivity::find(job, outcome);
        if job::is_interrupted() {
            return Err(Failure::interrupted("all draws complete, sensitivity not written"));
        }
        effects = found.map_err(Failure::while_running)?;
    }
    if let Some(folder) = folder {
        let mut words = more.to_vec();
        words.extend(formats.words());
        let page = page::report(job, outcome, &job.command(&words), &effects);
        folder.write(&files(job, outcome, spent, page.as_ref(), (&effects, formats))?)?;
    }
    let inputs = sensitivity::table(&effects, chosen::year(outcome))?;
    terminal::print(&(job.tables(outcome)? + &inputs))
}

/// What is written; the manifest last.
fn files(
    job: &Job,
    outcome: &Outcome,
    spent: (Duration, u64),
    page: Option<&HtmlReport>,
    (effects, formats): (&[Effects], &Formats),
) -> Result<Vec<File>, Failure> {
    let (name, table) = match job.design().is_random() {
        true => ("outcome.csv", report::csv(outcome)?),
        false => ("points.csv", report::points_csv(outcome, job.scenario(), job.design())),
    };
    let mut files: Vec<File> = vec![(name.to_owned(), table.into())];
    if let Some(page) = page {
        files.push(("report.html".to_owned(), page.html()?.into()));
    }
    if !effects.is_empty() {
        files.push((folder::SENSITIVITY.to_owned(), report::effects_csv(effects)?.into()));
    }
    files.extend(formats.files(job, outcome, page)?);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let manifest = job.manifest(outcome, &names, spent);
    files.push((folder::MANIFEST.to_owned(), manifest.into()));
    Ok(files)
}
