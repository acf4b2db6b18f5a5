//! What both examples need: options, a progress bar, printing, files.
#![allow(dead_code)]

use blackmass::ensemble::{Report, Summary};
use blackmass::report::RunNotes;
use blackmass::scenario::Scenario;
use blackmass::{Diagnostic, Ensemble, Error, ErrorKind, InstructionSet, Outcome, Plan, report};
use indicatif::{ProgressBar, ProgressStyle};
use lexopt::{Arg, Parser, ValueExt as _};
use std::io::{self, Write as _};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

pub const OPTIONS: &str = "\
Options:
  --draws N         number of Monte Carlo draws, 1 to 1 000 000 (default 10000)
  --seed N          seed of all random streams, 0 to 2^64 - 1 (default 1)
  --threads N       number of threads, 1 to 1024; changes no digit (default: all cores)
  --scenario FILE   run this scenario file, such as an edited copy, instead of the shipped one
  --out DIR         write outcome.csv and manifest.json to this directory
  --help            show this text";

pub struct Options {
    pub draws: u32,
    pub seed: u64,
    pub threads: usize,
    pub scenario: Option<PathBuf>,
    pub out: Option<PathBuf>,
    pub help: bool,
}

impl Options {
    /// Reads the command line.
    pub fn read() -> Result<Self, Error> {
        let threads = std::thread::available_parallelism().map_or(1, Into::into);
        let mut options =
            Self { draws: 10_000, seed: 1, threads, scenario: None, out: None, help: false };
        let mut parser = Parser::from_env();
        while let Some(arg) = parser.next().map_err(|e| unreadable(&e))? {
            match arg {
                Arg::Long("draws") => {
                    options.draws = number(&mut parser, "--draws", 1..=1_000_000)?
                }
                Arg::Long("seed") => options.seed = number(&mut parser, "--seed", 0..=u64::MAX)?,
                Arg::Long("threads") => {
                    options.threads = number(&mut parser, "--threads", 1..=1024)?
                }
                Arg::Long("scenario") => options.scenario = Some(path(&mut parser, "--scenario")?),
                Arg::Long("out") => options.out = Some(path(&mut parser, "--out")?),
                Arg::Long("help") | Arg::Short('h') => options.help = true,
                other => return Err(unreadable(&other.unexpected())),
            }
        }
        Ok(options)
    }
}

fn bad(option: &str, found: &str, allowed: &str, fix: &str) -> Error {
    let message = Diagnostic::new("the command line is not understood");
    let message = message.key(option).found(found).allowed(allowed).fix(fix);
    Error::new(ErrorKind::Argument, message)
}

fn unreadable(error: &lexopt::Error) -> Error {
    let (option, found) = match error {
        lexopt::Error::UnexpectedOption(option) => (option.clone(), "an unknown option".to_owned()),
        lexopt::Error::UnexpectedArgument(a) => (a.display().to_string(), "no option".to_owned()),
        lexopt::Error::UnexpectedValue { option, value } => {
            (option.clone(), format!("the value `{}`", value.display()))
        }
        other => (String::new(), other.to_string()),
    };
    let allowed = "--draws, --seed, --threads, --scenario, --out (each with a value), --help";
    bad(&option, &found, allowed, "run with --help to see what each option does")
}

fn number<T>(parser: &mut Parser, option: &str, range: RangeInclusive<T>) -> Result<T, Error>
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

fn path(parser: &mut Parser, option: &str) -> Result<PathBuf, Error> {
    let value = parser.value().ok().filter(|v| !v.is_empty());
    let what = if option == "--out" { "DIR" } else { "FILE" };
    let error = || bad(option, "no value", "a path", &format!("write {option} {what}"));
    value.map(PathBuf::from).ok_or_else(error)
}

/// Runs the ensemble behind a progress bar, which is shown on a terminal only.
pub fn run(ensemble: &Ensemble, options: &Options) -> Result<(Outcome, RunNotes), Error> {
    let bar = ProgressBar::new(options.draws.into());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} draws, {eta} left") {
        bar.set_style(style);
    }
    let start = Instant::now();
    let show = |p: blackmass::Progress| bar.set_position(p.done.into());
    let outcome = ensemble.clone().progress(&show).run();
    let wall = start.elapsed();
    bar.finish_and_clear();
    let outcome = outcome?;
    let (threads, instruction_set) = (options.threads, InstructionSet::detect());
    Ok((outcome, RunNotes { wall, threads, instruction_set }))
}

/// Prints the report, writes the files asked for, and says how fast it was.
pub fn finish(
    text: &str,
    (scenario, plan): (&Scenario, &Plan),
    (outcome, notes): (&Outcome, &RunNotes),
    options: &Options,
) -> Result<(), Error> {
    print(text)?;
    if let Some(directory) = &options.out {
        let csv = report::csv(outcome)?;
        let manifest = report::manifest(scenario, plan, outcome, notes);
        report::write_files(directory, &[("outcome.csv", &csv), ("manifest.json", &manifest)])?;
        print(&format!("Written: outcome.csv and manifest.json in {}\n", directory.display()))?;
    }
    print(&format!(
        "{} draws per second, worst mass-balance residual {:.1e}\n",
        report::grouped(notes.draws_per_second(outcome.draws()), 0),
        outcome.worst_residual()
    ))
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

/// Mean and band of an element in a year: `304 (289–319)`.
pub fn band(report: &Report, labels: &[&str], year: i32, scale: f64) -> Option<String> {
    let Summary { mean, p05, p95, .. } = report.summary(report.element(labels)?, year)?;
    let [mean, low, high] =
        [*mean, p05.value(), p95.value()].map(|x| report::significant(x / scale));
    Some(format!("{mean} ({low}–{high})"))
}

/// A line of the comparison with published figures.
pub fn beside(what: &str, ours: Option<String>, published: &str) -> String {
    format!(
        "{what:<40}{:<28}{published}\n",
        ours.unwrap_or_else(|| "not in the horizon".to_owned())
    )
}

/// The central assumptions in a few numbers.
pub fn assumptions(scenario: &Scenario) -> String {
    let year = 2030.clamp(scenario.start(), scenario.end());
    let at = |key: &str| scenario.series(key).map_or(f64::NAN, |s| s.at(year));
    let share = |key: &str| format!("{:.0} %", 100.0 * at(key));
    let life = |part: &str| scenario.lifetime(part).map_or(f64::NAN, |l| l.mean().value());
    format!(
        "Central assumptions for {year}: {} cars sold, {} kWh each; cars last {} yr, packs {} yr;\n\
         of cars leaving use {} are exported and {} lost; of dismantled cars' packs {} are collected",
        report::significant(at("sales")),
        report::significant(at("pack_size")),
        report::exact(life("vehicle")),
        report::exact(life("battery")),
        share("exit.export"),
        share("exit.unknown"),
        share("collection.vehicle"),
    )
}

/// The plan in one line; `Plan::explain` says more.
pub fn plan_line(plan: &Plan) -> String {
    format!(
        "\nPlan: {} yearly steps, {} policies, {} series, {} KiB per block of {} draws\n",
        plan.steps(),
        plan.policies().len(),
        plan.series().count(),
        plan.block_bytes() / 1024,
        blackmass::lanes::LANES
    )
}
