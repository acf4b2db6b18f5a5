//! What cooperation of Japan and the European Union on batteries adds to what
//! each side does alone, in the order in which a minister asks.
//!
//! This example demonstrates in particular:
//! * paired differences between policies, from draws that are kept, with exact
//!   intervals and Monte Carlo errors,
//! * instruments one at a time, at their physical limit and at their size, and
//!   by Shapley value (`analysis::Coalitions`),
//! * which inputs an answer rests on, and what it becomes when all priors are
//!   halved or doubled.
//!
//! Every sentence is made from the numbers of the run. The memorandum of 2025 has
//! no quantities: all sizes are assumptions, see `docs/memorandum.md`.
//!
//! Run it with `cargo run --release --example cooperation`; `-- --help` names its
//! options.

mod answers;
// Of what the other examples share, the command line alone.
#[allow(dead_code)]
mod shared;

use answers::{Answers, HELP, Options};
use blackmass::{Error, report};
use std::process::ExitCode;

fn main() -> ExitCode {
    shared::exit(run())
}

fn run() -> Result<(), Error> {
    let options = Options::read()?;
    if options.help {
        return shared::print(HELP);
    }
    let mut answers = Answers::new(&options)?;
    answers.tonnes()?;
    answers.anyway()?;
    answers.keepers()?;
    answers.outbid()?;
    answers.availability()?;
    answers.levers()?;
    answers.conflicts()?;
    answers.inputs()?;
    answers.priors()?;
    answers.illustrative()?;
    shared::print(&answers.text())?;
    if let Some(directory) = &options.out {
        let files = answers.files()?;
        let named: Vec<(&str, &str)> = files.iter().map(|(n, text)| (*n, text.as_str())).collect();
        report::write_files(directory, &named)?;
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        shared::print(&format!("Written: {} in {}\n", names.join(", "), directory.display()))?;
    }
    Ok(())
}
