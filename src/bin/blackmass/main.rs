//! The command `blackmass`: runs, checks, explains and compares scenarios.
//!
//! The standard output has results and nothing else; progress and messages go to
//! the standard error.

mod check;
mod chosen;
mod claim;
mod compare;
mod completions;
mod design;
mod diagnostics;
mod explain;
mod failure;
mod folder;
mod formats;
mod job;
mod merge;
mod new;
mod options;
mod page;
mod precise;
mod results;
mod run;
mod schema;
mod sensitivity;
mod source;
mod terminal;
mod written;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  blackmass run eu --draws 2000                   a shipped scenario: the tables
  blackmass run mine.toml --out results           a file of your own: tables, CSV, manifest
  blackmass run eu --until-precise eu.recovered[lithium]=5%
  blackmass run eu --sensitivity --formats figures,iamc --out results
  blackmass run japan_eu --draws 100000 --shard 1/4 --out parts
  blackmass merge parts --out results
  blackmass compare before after
  blackmass new mine.toml                         a commented scenario to start from
  blackmass check mine.toml                       what is wrong, and what every number rests on

Exit codes:
    0  done
    1  an input is wrong: a scenario, a folder or file to read, a system
    2  the command line is wrong
    3  the run failed, or its result cannot be written
  130  interrupted (Ctrl-C); with --out, run the same again with --resume";

#[derive(Parser)]
#[command(
    name = "blackmass",
    version,
    about = "How much battery metal comes back, when, and with what probability",
    after_help = EXAMPLES,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Arguments),
    Merge(merge::Arguments),
    Compare(compare::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
    New(new::Arguments),
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A reader who has seen enough of the help is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match &cli.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Merge(arguments) => merge::merge(arguments),
        Command::Compare(arguments) => compare::compare(arguments),
        Command::Check(arguments) => check::check(arguments),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Schema(arguments) => schema::schema(arguments),
        Command::New(arguments) => new::new(arguments),
        Command::Completions(arguments) => completions::completions(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
