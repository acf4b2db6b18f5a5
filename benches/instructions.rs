//! The workload whose instructions are counted: one plan, one thread. Run under
//! valgrind by `benches/instructions.py`; alone, the answers are checked.
//!
//! ```text
//! instructions --case NAME --draws N [--set avx2]
//! ```

mod options;
mod w1;

use blackmass::lifecycle::{self, Options as Choice};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, InstructionSet, Plan};
use options::Options;
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

const CASES: [&str; 3] = ["w1", "eu", "japan_eu"];

fn main() -> Outcome<()> {
    let options = Options::read();
    let Some(case) = options.value("--case") else { return check() };
    let set = match options.value("--set") {
        Some(name) => named(name)?,
        None => InstructionSet::detect(),
    };
    let draws = options.number("--draws", 512, 512)?;
    run(&plan(case)?, draws, set)?;
    Ok(())
}

fn named(name: &str) -> Outcome<InstructionSet> {
    let found = InstructionSet::ALL.into_iter().find(|set| set.name() == name);
    found.ok_or_else(|| format!("no instruction set {name}").into())
}

/// One policy each, so that a lever more in a file changes no count.
fn plan(case: &str) -> Outcome<Plan> {
    let baseline = Choice { policies: &["baseline"], ..Choice::default() };
    let system = match case {
        "w1" => w1::system()?,
        "eu" => lifecycle::system_with(&Scenario::eu(), &baseline)?,
        "japan_eu" => lifecycle::system_with(&Scenario::japan_eu(), &baseline)?,
        _ => return Err(format!("no case {case}; there are {}", CASES.join(", ")).into()),
    };
    Ok(Plan::compile(&system)?)
}

fn run(plan: &Plan, draws: u32, set: InstructionSet) -> Outcome<u64> {
    let outcome = Ensemble::new(plan).draws(draws).threads(1).instruction_set(set).run()?;
    Ok(outcome.fingerprint())
}

/// W1 against its reference, and all cases with the digits of the baseline.
fn check() -> Outcome<()> {
    for case in CASES {
        let plan = plan(case)?;
        if case == "w1" {
            let worst = w1::check::against_reference(&plan)?;
            if worst > w1::check::TOLERANCE {
                return Err(format!("W1 is off by {worst:e}").into());
            }
        }
        let expected = run(&plan, 32, InstructionSet::Baseline)?;
        for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
            if run(&plan, 32, set)? != expected {
                return Err(format!("{case}: {} changes digits", set.name()).into());
            }
        }
        println!("{case}: answers checked, fingerprint {expected:016x}");
    }
    Ok(())
}
