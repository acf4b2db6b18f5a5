//! `--sensitivity`: what inputs do to the main results.

use crate::failure::Failure;
use crate::job::Job;
use blackmass::Outcome;
use blackmass::analysis::{self, Effects, PrccSettings};
use blackmass::ensemble::Freeze;
use blackmass::report;

/// The quantiles of an input that is varied alone.
const LEVELS: [f64; 2] = [0.05, 0.95];
/// Inputs times draws: their ranks take some 3 GB.
const MOST: u64 = 1 << 25;
/// Inputs printed for a result.
const TOP: usize = 10;

/// An error, before anything is run, if a run of so many draws cannot tell.
pub fn check(job: &Job, fewest: u64, most: u64) -> Result<(), Failure> {
    let wrong = |found: &str, allowed: &str, fix: &str| {
        Err(Failure::option("--sensitivity", found, allowed, fix))
    };
    if !job.design().is_random() {
        let found = format!("design {}", job.design().name());
        let fix = "leave one of both out; a run one at a time prints what each input does";
        return wrong(&found, "a design of random draws: mc, lhs, sobol, samples=FILE", fix);
    }
    if job.freeze().contains(&Freeze::Epistemic) {
        let fix = "leave --freeze epistemic out";
        return wrong("epistemic uncertainty left out", "inputs that vary", fix);
    }
    let inputs = job.plan.inputs().len() as u64;
    if inputs == 0 {
        return wrong("no input that varies", "a scenario with priors", "give priors");
    }
    let allowed = format!("{} to {} draws with {inputs} inputs", inputs + 5, MOST / inputs);
    if fewest < inputs + 5 {
        let fix = format!("write --draws {} or more", (inputs + 5).next_multiple_of(1_000));
        return wrong(&format!("{fewest} draws"), &allowed, &fix);
    }
    if most > MOST / inputs {
        let fix = "make fewer draws, or limit them by --max-draws with --until-precise";
        return wrong(&format!("{most} draws"), &allowed, fix);
    }
    Ok(())
}

/// What all inputs do.
pub fn find(job: &Job, outcome: &Outcome) -> Result<Vec<Effects>, blackmass::Error> {
    let run = job.ensemble(Some(outcome.draws()));
    let settings = PrccSettings { seed: outcome.seed(), ..PrccSettings::default() };
    analysis::effects(&run, outcome, &job.kept, LEVELS, &settings)
}

/// What is printed.
pub fn table(effects: &[Effects], year: i32) -> Result<String, blackmass::Error> {
    if effects.is_empty() {
        return Ok(String::new());
    }
    let mut text = "\nWhat inputs do: the result where one alone is at a quantile, all others \
                    central;\nits partial rank correlation (PRCC) with the result when all vary, \
                    with its interval\n(~ from a formula, else from resampled draws)\n"
        .to_owned();
    for effects in effects {
        text.push('\n');
        text += &report::effects_table(effects, year, TOP)?;
    }
    Ok(text)
}
