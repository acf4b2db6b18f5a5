//! What the examples need: options, a progress bar, printing, files.

mod beside;
mod design;
mod long;

use blackmass::ensemble::Freeze;
use blackmass::lifecycle::published;
use blackmass::report::{Detail, HtmlReport, RunNotes};
use blackmass::scenario::Scenario;
use blackmass::{Diagnostic, Ensemble, Error, ErrorKind, InstructionSet, Outcome, Plan};
use blackmass::{lifecycle, report};
use indicatif::{ProgressBar, ProgressStyle};
use lexopt::{Arg, Parser, ValueExt as _};
use std::io::{self, Write as _};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

pub const OPTIONS: &str = "\
Options:
  --draws N         number of draws, 1 to 1 000 000 (default 10000 *; oat and factorial have
                    their own)
  --seed N          seed of all random streams, 0 to 2^64 - 1 (default 1 *)
  --threads N       number of threads, 1 to 1024; changes no digit (default: all cores)
  --design NAME     mc (Monte Carlo), lhs (Latin hypercube), sobol, oat (one at a time),
                    factorial or samples=FILE (default mc *)
  --levels P,P      probabilities of the levels of oat (default 0.05,0.95) and factorial
  --vary NAME       vary this quantity or stream under oat (default: all) and factorial;
                    may be repeated
  --pinned NAME     give this quantity or stream the next dimension of sobol; may be repeated
  --freeze KIND     leave out epistemic (parameters) or aleatory (yearly noise) uncertainty *
  --prior-scale F   multiply the spread of every prior by F, 0 to 10 (default 1 *)
  --pathway NAME    run this pathway of the shipped scenario (default reference)
  --detail          show every reported series, with bands
  --scenario FILE   run this scenario file, such as an edited copy, instead of the shipped one
  --out DIR         write report.html and outcome.csv (points.csv alone under oat and factorial)
                    and manifest.json to this directory
  --checkpoint FILE write what is complete to this file now and then; if it is there, go on
                    where it ends
  --shard K/N       run part K of N only, into --checkpoint FILE
  --merge FILE      run nothing: show what the files of all shards come to; once for each
  --help            show this text
* unless the table [run] of the scenario file says otherwise";

pub struct Options {
    pub draws: Option<u32>,
    pub seed: Option<u64>,
    pub threads: usize,
    pub design: design::Asked,
    pub freeze: Vec<Freeze>,
    pub prior_scale: Option<f64>,
    pub pathway: Option<String>,
    pub detail: Detail,
    pub scenario: Option<PathBuf>,
    pub out: Option<PathBuf>,
    pub long: long::Asked,
    pub help: bool,
}

impl Options {
    /// Reads the command line.
    pub fn read() -> Result<Self, Error> {
        let threads = std::thread::available_parallelism().map_or(1, Into::into);
        let mut options = Self {
            draws: None,
            seed: None,
            threads,
            design: design::Asked::default(),
            freeze: Vec::new(),
            prior_scale: None,
            pathway: None,
            detail: Detail::Short,
            scenario: None,
            out: None,
            long: long::Asked::default(),
            help: false,
        };
        let mut parser = Parser::from_env();
        while let Some(arg) = parser.next().map_err(|e| unreadable(&e))? {
            match arg {
                Arg::Long("draws") => {
                    options.draws = Some(number(&mut parser, "--draws", 1..=1_000_000)?)
                }
                Arg::Long("seed") => {
                    options.seed = Some(number(&mut parser, "--seed", 0..=u64::MAX)?)
                }
                Arg::Long("threads") => {
                    options.threads = number(&mut parser, "--threads", 1..=1024)?
                }
                Arg::Long("design") => options.design.design(&mut parser)?,
                Arg::Long("levels") => options.design.levels(&mut parser)?,
                Arg::Long("vary") => options.design.vary(&mut parser)?,
                Arg::Long("pinned") => options.design.pinned(&mut parser)?,
                Arg::Long("freeze") => options.freeze.push(freeze(&mut parser)?),
                Arg::Long("prior-scale") => options.prior_scale = Some(factor(&mut parser)?),
                Arg::Long("pathway") => options.pathway = Some(word(&mut parser, "--pathway")?),
                Arg::Long("detail") => options.detail = Detail::Full,
                Arg::Long("scenario") => options.scenario = Some(path(&mut parser, "--scenario")?),
                Arg::Long("out") => options.out = Some(path(&mut parser, "--out")?),
                Arg::Long("checkpoint") => options.long.checkpoint(&mut parser)?,
                Arg::Long("shard") => options.long.shard(&mut parser)?,
                Arg::Long("merge") => options.long.merge(&mut parser)?,
                Arg::Long("help") | Arg::Short('h') => options.help = true,
                other => return Err(unreadable(&other.unexpected())),
            }
        }
        options.design.check()?;
        options.long.check(options.out.as_ref())?;
        if options.pathway.is_some() && options.scenario.is_some() {
            let fix = "a file names its own pathway: leave --pathway out";
            return Err(bad("--pathway", "--scenario", "one of the two", fix));
        }
        Ok(options)
    }

    /// What the system is built with.
    fn built(&self) -> lifecycle::Options<'static> {
        // The report draws all flows; nobody else reads them.
        let flows = self.out.is_some();
        let (detail, prior_scale) = (self.detail, self.prior_scale);
        lifecycle::Options { policies: &[], detail, prior_scale, flows }
    }

    /// The scenario asked for: a file, or one of the shipped pathways, of which
    /// the first is the default.
    pub fn choose(&self, shipped: &[Pathway]) -> Result<Scenario, Error> {
        if let Some(file) = &self.scenario {
            return Scenario::from_file(file);
        }
        let wanted = self.pathway.as_deref().unwrap_or(shipped[0].0);
        let names: Vec<&str> = shipped.iter().map(|(name, _)| *name).collect();
        let found = shipped.iter().find(|(name, _)| *name == wanted);
        let fix = "pathways are never averaged: run one at a time";
        found
            .map(|(_, scenario)| scenario())
            .ok_or_else(|| bad("--pathway", wanted, &names.join(", "), fix))
    }
}

/// A shipped pathway by its name.
pub type Pathway = (&'static str, fn() -> Scenario);

/// What an example does: read the command line, run, print, write.
pub fn main(about: &str, shipped: &[Pathway]) -> ExitCode {
    exit(run(about, shipped))
}

fn run(about: &str, shipped: &[Pathway]) -> Result<(), Error> {
    let options = Options::read()?;
    if options.help {
        let names: Vec<&str> = shipped.iter().map(|(name, _)| *name).collect();
        return print(&format!("{about}\n\n{OPTIONS}\n\nPathways: {}\n", names.join(", ")));
    }
    let scenario = options.choose(shipped)?;
    let built = options.built();
    let plan = Plan::compile(&lifecycle::system_with(&scenario, &built)?)?;
    // What the command line leaves open, the file may say.
    let defaults = scenario.run();
    let design = options.design.of(&scenario)?;
    let mut ensemble = Ensemble::new(&plan)
        .seed(options.seed.or(defaults.seed()).unwrap_or(1))
        .threads(options.threads)
        .design(design.clone());
    if let Some(draws) = options.design.draws(options.draws, &scenario, &design) {
        ensemble = ensemble.draws(draws);
    }
    let frozen = match options.freeze.is_empty() {
        true => defaults.freeze().into_iter().collect(),
        false => options.freeze.clone(),
    };
    for freeze in frozen {
        ensemble = ensemble.freeze(freeze);
    }
    if !design.is_random() {
        for region in scenario.regions() {
            ensemble = ensemble.keep(&report::points_series(region.name()));
        }
        let Some((outcome, notes)) = watch(&ensemble, &options)? else {
            return print(&options.long.left());
        };
        let found = report::points(&outcome, &scenario, &design);
        let text = format!("{}\n{found}{}", report::heading(&scenario), plan_line(&plan));
        let points = report::points_csv(&outcome, &scenario, &design);
        let files = [("points.csv", points.as_str())];
        return finish(&text, &files, (&scenario, &plan), (&outcome, &notes), &options);
    }
    let evidence = lifecycle::evidence(&scenario);
    for seen in &evidence {
        ensemble = ensemble.keep(&seen.series);
    }
    let Some((outcome, notes)) = watch(&ensemble, &options)? else {
        return print(&options.long.left());
    };
    let weighed = report::weighed(&outcome, &evidence)?;

    let mut text = report::heading(&scenario);
    for region in scenario.regions() {
        text.push('\n');
        text += &report::table(&outcome, region, options.detail)?;
        // Published figures say nothing about an edited copy.
        if options.scenario.is_none() {
            text += &beside::beside(&outcome, region.name());
        }
    }
    text += &weighed;
    text += &plan_line(&plan);
    let (mut csv, mut page) = (String::new(), String::new());
    if options.out.is_some() {
        csv = report::csv(&outcome)?;
        page = html(&scenario, &outcome, &options)?;
    }
    let files = [("outcome.csv", csv.as_str()), ("report.html", page.as_str())];
    finish(&text, &files, (&scenario, &plan), (&outcome, &notes), &options)
}

/// The report: for a shipped scenario with published figures beside it.
fn html(scenario: &Scenario, outcome: &Outcome, options: &Options) -> Result<String, Error> {
    let figures = match options.scenario {
        // Published figures say nothing about an edited copy.
        Some(_) => &[],
        None => published::figures(),
    };
    let mut page = HtmlReport::new(scenario, outcome).command(&command()).published(figures);
    if let Some(scale) = options.prior_scale {
        page = page.prior_scale(scale);
    }
    page.html()
}

/// The command line by which this was run.
fn command() -> String {
    let example = std::env::args().next().map(PathBuf::from);
    let example = example.as_deref().and_then(|p| p.file_stem()).unwrap_or_default();
    let mut text = format!("cargo run --release --example {} --", example.display());
    for arg in std::env::args().skip(1) {
        let plain = arg.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=,:%".contains(c));
        text.push(' ');
        text += &if plain { arg } else { format!("'{}'", arg.replace('\'', "'\\''")) };
    }
    text
}

pub fn bad(option: &str, found: &str, allowed: &str, fix: &str) -> Error {
    let message = Diagnostic::new("the command line is not understood");
    let message = message.key(option).found(found).allowed(allowed).fix(fix);
    Error::new(ErrorKind::Argument, message)
}

fn unreadable(error: &lexopt::Error) -> Error {
    let allowed = "--draws, --seed, --threads, --design, --levels, --vary, --pinned, --freeze, \
                   --prior-scale, --pathway, --scenario, --out, --checkpoint, --shard, --merge \
                   (each with a value), --detail, --help";
    unreadable_but(error, allowed)
}

/// The error for an option other than those `allowed`.
pub fn unreadable_but(error: &lexopt::Error, allowed: &str) -> Error {
    let (option, found) = match error {
        lexopt::Error::UnexpectedOption(option) => (option.clone(), "an unknown option".to_owned()),
        lexopt::Error::UnexpectedArgument(a) => (a.display().to_string(), "no option".to_owned()),
        lexopt::Error::UnexpectedValue { option, value } => {
            (option.clone(), format!("the value `{}`", value.display()))
        }
        other => (String::new(), other.to_string()),
    };
    bad(&option, &found, allowed, "run with --help to see what each option does")
}

pub fn number<T>(parser: &mut Parser, option: &str, range: RangeInclusive<T>) -> Result<T, Error>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let value = parser.value().map(|v| v.string().unwrap_or_else(|v| v.to_string()));
    let found = value.unwrap_or_else(|_| "no value".to_owned());
    found.parse().ok().filter(|x| range.contains(x)).ok_or_else(|| {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        bad(option, &found, &allowed, &format!("write digits only, for example {option} 1000"))
    })
}

fn freeze(parser: &mut Parser) -> Result<Freeze, Error> {
    let found = word(parser, "--freeze")?;
    let fix = "epistemic holds parameters at their central values, aleatory sets noise to zero";
    match found.as_str() {
        "epistemic" => Ok(Freeze::Epistemic),
        "aleatory" => Ok(Freeze::Aleatory),
        _ => Err(bad("--freeze", &found, "epistemic, aleatory", fix)),
    }
}

pub fn factor(parser: &mut Parser) -> Result<f64, Error> {
    let found = word(parser, "--prior-scale")?;
    found.parse().ok().filter(|x| (0.0..=10.0).contains(x)).ok_or_else(|| {
        let fix = "write 0.5 for half the spread, 0 for none";
        bad("--prior-scale", &found, "a number from 0 to 10", fix)
    })
}

pub fn path(parser: &mut Parser, option: &str) -> Result<PathBuf, Error> {
    let value = parser.value().ok().filter(|v| !v.is_empty());
    let what = if option == "--out" { "DIR" } else { "FILE" };
    let error = || bad(option, "no value", "a path", &format!("write {option} {what}"));
    value.map(PathBuf::from).ok_or_else(error)
}

fn word(parser: &mut Parser, option: &str) -> Result<String, Error> {
    let value = parser.value().ok().filter(|v| !v.is_empty());
    let error = || bad(option, "no value", "a name", &format!("write {option} NAME"));
    value.map(|v| v.to_string_lossy().into_owned()).ok_or_else(error)
}

/// Runs the ensemble behind a progress bar, which is shown on a terminal only. A
/// shard has no outcome.
fn watch(ensemble: &Ensemble, options: &Options) -> Result<Option<(Outcome, RunNotes)>, Error> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} draws, {eta} left") {
        bar.set_style(style);
    }
    let start = Instant::now();
    let show = |p: blackmass::Progress| {
        bar.set_length(p.total.into());
        bar.set_position(p.done.into());
    };
    let outcome = options.long.run(&ensemble.clone().progress(&show));
    let wall = start.elapsed();
    bar.finish_and_clear();
    let (threads, instruction_set) = (options.threads, InstructionSet::detect());
    Ok(outcome?.map(|outcome| {
        let computed = u64::from(outcome.draws() - outcome.resumed_draws());
        (outcome, RunNotes { wall, threads, instruction_set, computed })
    }))
}

/// Prints the report, writes the files asked for, and says how fast it was.
fn finish(
    text: &str,
    files: &[(&str, &str)],
    (scenario, plan): (&Scenario, &Plan),
    (outcome, notes): (&Outcome, &RunNotes),
    options: &Options,
) -> Result<(), Error> {
    print(text)?;
    if let Some(directory) = &options.out {
        let manifest = report::manifest(scenario, &options.built(), plan, outcome, notes);
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let files: Vec<(&str, &str)> =
            files.iter().copied().chain([("manifest.json", manifest.as_str())]).collect();
        report::write_files(directory, &files)?;
        let (names, place) = (names.join(", "), directory.display());
        print(&format!("Written: {names} and manifest.json in {place}\n"))?;
    }
    // The time says nothing about draws that were computed before.
    let speed = match notes.computed {
        0 => String::new(),
        _ => format!("{} draws per second, ", report::grouped(notes.draws_per_second(), 0)),
    };
    print(&format!("{speed}worst mass-balance residual {:.1e}\n", outcome.worst_residual()))
}

/// Prints to the standard output; a reader who has seen enough is no error.
pub fn print(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = Diagnostic::new("the standard output cannot be written");
            Err(Error::new(ErrorKind::Io, message.found(error.to_string())))
        }
        _ => Ok(()),
    }
}

/// Exit code 2 for a bad command line, 1 for everything else that fails.
pub fn exit(result: Result<(), Error>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(if error.kind() == ErrorKind::Argument { 2 } else { 1 })
}

/// The plan in one line; `Plan::explain` says more.
fn plan_line(plan: &Plan) -> String {
    format!(
        "\nPlan: {} yearly steps, {} policies, {} series, {} KiB per block of {} draws\n",
        plan.steps(),
        plan.policies().len(),
        plan.series().count(),
        plan.block_bytes() / 1024,
        blackmass::lanes::LANES
    )
}
