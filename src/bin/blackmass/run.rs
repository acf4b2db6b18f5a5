//! `blackmass run`.

use crate::claim::With;
use crate::failure::Failure;
use crate::folder::{self, About, Folder};
use crate::job::{self, Job};
use crate::options::Options;
use crate::precise::{self, Precise};
use crate::terminal::{self, Bar};
use crate::{formats, merge, results, sensitivity, source};
use blackmass::Shard;
use blackmass::report::grouped;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Run scenarios, print their tables, write their results
///
/// Without --out, tables are printed and nothing is written. With it, outcome.csv (points.csv
/// under oat and factorial), report.html and manifest.json are written to a new or empty folder,
/// with the files of --sensitivity and --formats; several scenarios have a sub-folder each. What is
/// complete is kept in the folder while the run lasts, so that it can be gone on with after Ctrl-C
/// or a power cut: the digits are those of an uninterrupted run.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Scenario files, or names of shipped ones: japan, eu, japan_eu, eu_slow and so on
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    formats: formats::Formats,
    /// Double the draws until 95 % intervals of the means of SERIES, or of one element as in
    /// eu.recovered[lithium], are no wider than WIDTH, in its unit or in % of the mean, in every
    /// reported year under every policy; may be repeated
    #[arg(long, value_name = "SERIES=WIDTH")]
    until_precise: Vec<Precise>,
    /// No more draws than this, with --until-precise
    #[arg(long, value_name = "N", default_value_t = 1_000_000, requires = "until_precise",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_draws: u32,
    /// Write the results to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on where an interrupted run with the same options ended
    #[arg(long, requires = "out", conflicts_with = "force")]
    resume: bool,
    /// Replace the results of an earlier run in the folder
    #[arg(long, requires = "out")]
    force: bool,
    /// Run part K of N only; `blackmass merge` makes one result of all
    #[arg(long, value_name = "K/N", requires = "out", conflicts_with = "until_precise")]
    shard: Option<Shard>,
    /// Say nothing but errors on the standard error
    #[arg(long, short)]
    quiet: bool,
}

impl Arguments {
    fn about(&self) -> About {
        match (self.resume, self.force) {
            (true, _) => About::Resume,
            (_, true) => About::Replace,
            _ => About::New,
        }
    }

    /// The folder of a scenario.
    fn folder(&self, name: &str) -> Option<PathBuf> {
        let out = self.out.as_ref()?;
        Some(if self.scenarios.len() == 1 { out.clone() } else { out.join(source::stem(name)) })
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            terminal::say(text);
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    arguments.options.design.check()?;
    if arguments.shard.is_some() && arguments.formats.are_asked() {
        let fix = "leave it out, and give it to `blackmass merge`";
        let allowed = "a run that is not in parts";
        return Err(Failure::option("--formats", "--shard", allowed, fix));
    }
    let places: Vec<_> = arguments.scenarios.iter().map(|name| arguments.folder(name)).collect();
    for (at, place) in places.iter().enumerate().filter(|(_, place)| place.is_some()) {
        if places[..at].contains(place) {
            let found = source::stem(&arguments.scenarios[at]);
            let fix = "run them one by one, each with its own --out";
            let allowed = "scenarios with different file names";
            return Err(Failure::option("SCENARIO", &format!("{found} twice"), allowed, fix));
        }
    }
    // What is wrong with the last is found before the first is run.
    for name in &arguments.scenarios[1..] {
        source::open(name)?;
    }
    job::watch_for_interruption();
    for (at, (name, place)) in arguments.scenarios.iter().zip(&places).enumerate() {
        if job::is_interrupted() {
            return Err(Failure::interrupted("no draw complete"));
        }
        if at > 0 {
            terminal::print("\n")?;
        }
        one(arguments, name, place.as_deref())?;
    }
    Ok(())
}

fn one(arguments: &Arguments, name: &str, place: Option<&Path>) -> Result<(), Failure> {
    let job = Job::new(name, &arguments.options, arguments.formats.has_draws())?;
    if !arguments.until_precise.is_empty() {
        precise::check(&arguments.until_precise, &job)?;
    }
    let (fewest, most) = match arguments.until_precise.is_empty() {
        true => (job.draws(), job.draws()),
        false => precise::range(&job, arguments.max_draws),
    };
    if arguments.options.sensitivity {
        sensitivity::check(&job, fewest, most)?;
    }
    arguments.formats.check(&job, most)?;
    let with = if arguments.shard.is_some() { With::Shards } else { With::Nobody };
    let folder = place.map(|place| Folder::open(place, arguments.about(), with)).transpose()?;
    let bar = Bar::new(arguments.quiet);
    let show = |progress| bar.show(progress);
    if let (Some(shard), Some(folder)) = (arguments.shard, &folder) {
        let file = folder.shard(shard, arguments.about())?;
        let ensemble = job.ensemble(arguments.options.draws).progress(&show);
        ensemble.run_shard(shard, &file).map_err(folder::resumable)?;
        let said = merge::said(name, &arguments.options);
        folder.write(&[(folder::RUN.to_owned(), said.into())])?;
        drop(bar);
        arguments.say(&format!(
            "Shard {shard} is in {}; `blackmass merge` shows the outcome of all.",
            file.display()
        ));
        return Ok(());
    }
    let begun = Instant::now();
    let mut missed = None;
    let (outcome, computed) = if arguments.until_precise.is_empty() {
        let ensemble = job.ensemble(arguments.options.draws).progress(&show);
        let outcome = match &folder {
            Some(folder) => ensemble.checkpoint(folder.checkpoint()).run(),
            None => ensemble.run(),
        }
        .map_err(|error| failed(error, folder.is_some()))?;
        let computed = job::computed(&outcome);
        (outcome, computed)
    } else {
        let rounds = precise::Rounds {
            job: &job,
            wanted: &arguments.until_precise,
            most: arguments.max_draws,
            folder: folder.as_ref(),
        };
        let say = |text: &str| bar.aside(|| arguments.say(text));
        let rounds = rounds.run(&show, &say)?;
        missed = rounds.missed;
        (rounds.outcome, rounds.computed)
    };
    drop(bar);
    let more: Vec<String> = arguments
        .until_precise
        .iter()
        .flat_map(|wanted| wanted.words(arguments.max_draws))
        .collect();
    let say = |text: &str| arguments.say(text);
    let wall = begun.elapsed();
    let formats = (&more[..], &arguments.formats);
    let finished =
        results::finish(&job, &outcome, (wall, computed), folder.as_ref(), formats, &say);
    finished.map_err(|failure| match failure.is_interruption() && folder.is_some() {
        true => failure.hint(folder::RESUME),
        false => failure,
    })?;
    // The time says nothing about draws that were computed before.
    if computed > 0 {
        let speed = computed as f64 / wall.as_secs_f64();
        arguments.say(&format!("{} draws per second", grouped(speed, 0)));
    }
    if let Some(folder) = &folder {
        arguments.say(&format!("Written to {}", folder.shown()));
    }
    missed.map_or(Ok(()), Err)
}

fn failed(error: blackmass::Error, kept: bool) -> Failure {
    if kept { folder::resumable(error) } else { Failure::while_running(error) }
}
