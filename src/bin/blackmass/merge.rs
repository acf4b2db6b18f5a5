//! `blackmass merge`.

use crate::claim::With;
use crate::failure::Failure;
use crate::folder::{self, About, Folder};
use crate::job::{self, Job};
use crate::options::Options;
use crate::{formats, results, sensitivity, terminal};
use blackmass::Diagnostic;
use clap::Parser as _;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Make one result of all shards of a run
///
/// The digits are those of one run. What was run is read from run.json beside the first file.
/// Shards that were run with --sensitivity have kept the draws that the formats draws and
/// experiments have.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The files of all shards, or folders with them
    #[arg(required = true, value_name = "DIR|FILE")]
    inputs: Vec<PathBuf>,
    /// Write the results to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the results of an earlier run in the folder
    #[arg(long, requires = "out")]
    force: bool,
    #[command(flatten)]
    formats: formats::Formats,
    /// Where the scenario is now, if not where it was
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Say nothing but errors on the standard error
    #[arg(long, short)]
    quiet: bool,
}

/// The text of `run.json`: what shards are of.
pub fn said(scenario: &str, options: &Options) -> String {
    format!("{:#}\n", json!({ "scenario": scenario, "options": options.words() }))
}

/// The options as `run.json` has them.
#[derive(clap::Parser)]
struct Said {
    #[command(flatten)]
    options: Options,
}

/// The scenario and the options that a `run.json` names.
fn read(path: &Path) -> Result<(String, Options), Failure> {
    let allowed = "the run.json that `blackmass run --shard` writes beside a shard";
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| Failure::unreadable(path, &error, allowed))?;
    let wrong = |found: String| {
        let problem = Diagnostic::new("this does not say what was run").found(found);
        let problem = problem.file(path.display().to_string()).allowed(allowed);
        Failure::input(problem.fix("copy it from where the shards were made"))
    };
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let scenario = value["scenario"].as_str().ok_or_else(|| wrong("no scenario".to_owned()))?;
    let words = value["options"].as_array().ok_or_else(|| wrong("no options".to_owned()))?;
    let words = words.iter().map(|word| word.as_str().unwrap_or_default());
    let said = Said::try_parse_from(std::iter::once("run.json").chain(words));
    let said = said
        .map_err(|error| wrong(error.to_string().lines().next().unwrap_or("options").to_owned()))?;
    Ok((scenario.to_owned(), said.options))
}

/// The files of shards among or in the inputs.
fn shards(inputs: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            files.push(input.clone());
            continue;
        }
        let names = folder::names(input)?;
        let before = files.len();
        files.extend(names.iter().filter(|name| folder::is_shard(name)).map(|n| input.join(n)));
        if files.len() == before {
            let problem = Diagnostic::new("there are no shards in the folder");
            let problem = problem.file(input.display().to_string()).found("no shard-*.part");
            let problem = problem.allowed("a folder that `blackmass run --shard` wrote to");
            return Err(Failure::input(problem.fix("check the path")));
        }
    }
    Ok(files)
}

pub fn merge(arguments: &Arguments) -> Result<(), Failure> {
    let files = shards(&arguments.inputs)?;
    for file in &files {
        let about = fs::metadata(file);
        about.map_err(|error| Failure::unreadable(file, &error, "the file of a shard"))?;
    }
    let beside = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("."));
    let (scenario, options) = read(&beside.join(folder::RUN))?;
    let scenario = arguments.scenario.as_ref().unwrap_or(&scenario);
    let job = Job::new(scenario, &options, false)?;
    if options.sensitivity {
        sensitivity::check(&job, job.draws(), job.draws())?;
    }
    arguments.formats.check(&job, job.draws())?;
    let about = if arguments.force { About::Replace } else { About::New };
    let open = |out| Folder::open(out, about, With::Nobody);
    let folder = arguments.out.as_deref().map(open).transpose()?;
    job::watch_for_interruption();
    let begun = Instant::now();
    let outcome = job.ensemble(options.draws).merge(&files)?;
    let say = |text: &str| {
        if !arguments.quiet {
            terminal::say(text);
        }
    };
    let spent = (begun.elapsed(), 0);
    results::finish(&job, &outcome, spent, folder.as_ref(), (&[], &arguments.formats), &say)?;
    if let Some(folder) = &folder {
        say(&format!("Written to {}", folder.shown()));
    }
    Ok(())
}
