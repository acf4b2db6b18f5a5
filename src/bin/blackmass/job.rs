//! One scenario with the options of its run, compiled.

use crate::failure::Failure;
use crate::options::Options;
use crate::{chosen, source};
use blackmass::analysis::Output;
use blackmass::ensemble::{Evidence, Freeze};
use blackmass::lanes::LANES;
use blackmass::lifecycle;
use blackmass::report::{self, RunNotes};
use blackmass::sampling::design::Design;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Set when the user wants the run to stop.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C stops a run between blocks of draws; a second one ends the
/// process at once.
pub fn watch_for_interruption() {
    let stop = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Without it Ctrl-C ends the process, which is what it did before.
    let _ = ctrlc::set_handler(stop);
}

pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

pub struct Job {
    /// As the command line names the scenario.
    name: String,
    pub scenario: Scenario,
    pub plan: Plan,
    pub options: Options,
    design: Design,
    evidence: Vec<Evidence>,
    /// The results of which every draw is kept.
    pub kept: Vec<Output>,
}

impl Job {
    /// With `draws`, those of some results are kept even if no option needs them.
    pub fn new(name: &str, options: &Options, draws: bool) -> Result<Self, Failure> {
        let scenario = source::open(name)?;
        let design = options.design.of(&scenario)?;
        check_policies(&scenario, &options.policy)?;
        let policies: Vec<&str> = options.policy.iter().map(String::as_str).collect();
        let plan = Plan::compile(&lifecycle::system_with(&scenario, &built(&policies, options))?)?;
        let evidence = if design.is_random() { lifecycle::evidence(&scenario) } else { Vec::new() };
        let kept = match design.is_random() && (draws || options.sensitivity) {
            true => chosen::outputs(&scenario, &plan),
            false => Vec::new(),
        };
        let (name, options) = (name.to_owned(), options.clone());
        Ok(Self { name, scenario, plan, options, design, evidence, kept })
    }

    /// The run, with as many draws unless the design or the scenario says
    /// otherwise.
    pub fn ensemble(&self, draws: Option<u32>) -> Ensemble<'_> {
        let (options, defaults) = (&self.options, self.scenario.run());
        let mut ensemble = Ensemble::new(&self.plan)
            .seed(options.seed.or(defaults.seed()).unwrap_or(1))
            .threads(options.threads())
            .instruction_set(options.set())
            .design(self.design.clone())
            .cancel(&INTERRUPTED);
        if let Some(draws) = options.design.draws(draws, &self.scenario, &self.design) {
            ensemble = ensemble.draws(draws);
        }
        for freeze in self.freeze() {
            ensemble = ensemble.freeze(freeze);
        }
        for seen in &self.evidence {
            ensemble = ensemble.keep(&seen.series);
        }
        if !self.design.is_random() {
            for region in self.scenario.regions() {
                ensemble = ensemble.keep(&report::points_series(region.name()));
            }
        }
        chosen::keep(ensemble, &self.kept)
    }

    /// How many draws a run makes.
    pub fn draws(&self) -> u64 {
        self.ensemble(self.options.draws).total()
    }

    /// Whether a run has draws one by one.
    pub fn has_draws(&self) -> bool {
        !self.kept.is_empty() || !self.design.is_random()
    }

    /// How many inputs a run draws: the columns of the table of its samples, which do
    /// not depend on the design.
    pub fn sampled(&self) -> Result<usize, Failure> {
        let one = Ensemble::new(&self.plan).instruction_set(self.options.set()).draws(1);
        Ok(one.samples()?.names().len())
    }

    /// What is left out.
    pub fn freeze(&self) -> Vec<Freeze> {
        match self.options.freeze.is_empty() {
            true => self.scenario.run().freeze().into_iter().collect(),
            false => self.options.freeze(),
        }
    }

    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What the spread of every prior was multiplied by.
    pub fn prior_scale(&self) -> f64 {
        built(&[], &self.options).prior_scale_of(&self.scenario)
    }

    pub fn design(&self) -> &Design {
        &self.design
    }

    /// What is printed.
    pub fn tables(&self, outcome: &Outcome) -> Result<String, Failure> {
        let mut text = report::heading(&self.scenario);
        if self.design.is_random() {
            for region in self.scenario.regions() {
                text.push('\n');
                text += &report::table(outcome, region, self.options.detail())?;
            }
            text += &report::weighed(outcome, &self.evidence)?;
        } else {
            text.push('\n');
            text += &report::points(outcome, &self.scenario, &self.design);
        }
        let plan = &self.plan;
        text += &format!(
            "\nPlan: {} yearly steps, {} policies, {} series, {} KiB per block of {LANES} draws\n\
             Seed {}, design {}, worst mass-balance residual {:.1e}\n",
            plan.steps(),
            plan.policies().len(),
            plan.series().count(),
            plan.block_bytes() / 1024,
            outcome.seed(),
            outcome.design().name(),
            outcome.worst_residual(),
        );
        Ok(text)
    }

    /// What was run, with the names of the other files; so many draws were computed
    /// in this time.
    pub fn manifest(
        &self,
        outcome: &Outcome,
        files: &[&str],
        (wall, computed): (Duration, u64),
    ) -> String {
        let policies: Vec<&str> = self.options.policy.iter().map(String::as_str).collect();
        let built = built(&policies, &self.options);
        let (threads, instruction_set) = (self.options.threads(), self.options.set());
        let notes = RunNotes { wall, threads, instruction_set, computed };
        report::manifest_of_files(&self.scenario, &built, &self.plan, outcome, files, &notes)
    }

    /// The command that gives this result again; `more` are options of its own.
    pub fn command(&self, more: &[String]) -> String {
        let words = ["blackmass".to_owned(), "run".to_owned(), self.name.clone()];
        let words = words.into_iter().chain(self.options.words()).chain(more.iter().cloned());
        words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
    }
}

/// How many draws of an outcome were computed now.
pub fn computed(outcome: &Outcome) -> u64 {
    u64::from(outcome.draws().saturating_sub(outcome.resumed_draws()))
}

/// An error if the scenario lacks one of the policies asked for.
pub fn check_policies(scenario: &Scenario, asked: &[String]) -> Result<(), Failure> {
    let names: Vec<&str> = scenario.policies().iter().map(|policy| policy.name()).collect();
    match asked.iter().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let fix = "use names of this scenario";
            Err(Failure::option("--policy", name, &names.join(", "), fix))
        }
    }
}

fn built<'a>(policies: &'a [&'a str], options: &Options) -> lifecycle::Options<'a> {
    let (detail, prior_scale) = (options.detail(), options.prior_scale);
    // The report draws them.
    lifecycle::Options { policies, detail, prior_scale, flows: true }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:%+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("scenarios/eu.toml"), "scenarios/eu.toml");
        assert_eq!(quoted("my file"), "'my file'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
