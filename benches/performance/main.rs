//! The tables of `docs/performance.md`: W1 beside its arithmetic, where the
//! time of the shipped scenarios goes, what threads, instruction sets and
//! designs change, and time over draws. Answers are checked first; all that is
//! compared is measured by turns in one run, and medians are shown.
//!
//! ```text
//! cargo bench --bench performance [-- floor|shares|variants|scaling --write --runs N]
//! ```
#![allow(clippy::disallowed_methods)]

mod clock;
mod counts;
mod floor;
mod kernels;
#[path = "../options/mod.rs"]
mod options;
#[path = "../page/mod.rs"]
mod page;
mod scaling;
mod shares;
mod variants;
#[path = "../w1/mod.rs"]
mod w1;

use blackmass::lifecycle::{self, Options as Choice};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, InstructionSet, Plan};
use clock::{Clock, Took};
use options::Options;
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;
/// The name of each table and its text.
type Tables = Vec<(&'static str, String)>;

fn main() -> Outcome<()> {
    let options = Options::read();
    let named = ["floor", "shares", "variants", "scaling"].iter().any(|part| options.has(part));
    let wanted = |part: &str| !named || options.has(part);
    let mut sets: Vec<InstructionSet> =
        InstructionSet::ALL.into_iter().filter(|set| set.is_available()).collect();
    if let Some(name) = options.value("--set") {
        sets.retain(|set| set.name() == name);
    }
    if sets.is_empty() {
        return Err("an instruction set this machine does not have".into());
    }
    let rounds = options.number("--runs", 9, 1)?;

    let mut tables = Tables::new();
    // Its kernels are written for x86-64.
    if wanted("floor") && cfg!(target_arch = "x86_64") {
        let draws = options.number("--draws", 16_384, 2_048)?;
        tables.extend(floor::tables(
            &sets,
            draws,
            rounds,
            options.number("--scale", 40_000, 200)?,
        )?);
    }
    if wanted("shares") {
        tables.extend(shares::tables(options.number("--draws", 2_048, 256)?, rounds)?);
    }
    if wanted("variants") {
        tables.extend(variants::tables(&sets, options.number("--draws", 4_096, 256)?, rounds)?);
    }
    if wanted("scaling") {
        tables.extend(scaling::tables(options.testing(), rounds.min(3))?);
    }
    for (name, text) in &tables {
        println!("== {name}\n{text}");
    }
    if options.has("--write") {
        page::write("performance.md", "performance", &tables)?;
    }
    Ok(())
}

/// The plans of the tables, by name.
fn plan(name: &str) -> Outcome<Plan> {
    let baseline = Choice { policies: &["baseline"], ..Choice::default() };
    let system = match name {
        "W1" => w1::system()?,
        "EU, one policy" => lifecycle::system_with(&Scenario::eu(), &baseline)?,
        "EU" => lifecycle::system(&Scenario::eu())?,
        "Japan" => lifecycle::system(&Scenario::japan())?,
        "Japan and EU, one policy" => lifecycle::system_with(&Scenario::japan_eu(), &baseline)?,
        "Japan and EU" => lifecycle::system(&Scenario::japan_eu())?,
        _ => return Err(format!("no plan {name}").into()),
    };
    Ok(Plan::compile(&system)?)
}

/// One run; mass has to be conserved in it.
fn timed(ensemble: &Ensemble) -> Outcome<Took> {
    let clock = Clock::start();
    let outcome = ensemble.run()?;
    let took = clock.took();
    assert!(outcome.worst_residual() < 1e-9, "mass is not conserved");
    Ok(took)
}

fn took(plan: &Plan, draws: u32, set: InstructionSet, threads: usize) -> Outcome<Took> {
    timed(&Ensemble::new(plan).draws(draws).instruction_set(set).threads(threads))
}

/// How many numbers a plan reports.
fn reported(plan: &Plan) -> usize {
    plan.series().map(|s| s.labels.len()).sum::<usize>() * plan.reported_steps()
}
