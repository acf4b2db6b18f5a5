//! One scenario with the options of its run, compiled.

use crate::failure::Failure;
use crate::options::Options;
use crate::{page, source};
use blackmass::ensemble::Evidence;
use blackmass::lanes::LANES;
use blackmass::lifecycle;
use blackmass::report::{self, RunNotes};
use blackmass::sampling::design::Design;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

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
}

impl Job {
    pub fn new(name: &str, options: &Options) -> Result<Self, Failure> {
        let scenario = source::open(name)?;
        let design = options.design.of(&scenario)?;
        check_policies(&scenario, &options.policy)?;
        let policies: Vec<&str> = options.policy.iter().map(String::as_str).collect();
        let plan = Plan::compile(&lifecycle::system_with(&scenario, &built(&policies, options))?)?;
        let evidence = if design.is_random() { lifecycle::evidence(&scenario) } else { Vec::new() };
        let (name, options) = (name.to_owned(), options.clone());
        Ok(Self { name, scenario, plan, options, design, evidence })
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
        let frozen = match options.freeze.is_empty() {
            true => defaults.freeze().into_iter().collect(),
            false => options.freeze(),
        };
        for freeze in frozen {
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
        ensemble
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

    /// What is written.
    pub fn files(
        &self,
        outcome: &Outcome,
        begun: Instant,
        command: &str,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let table = match self.design.is_random() {
            true => ("outcome.csv", report::csv(outcome)?),
            false => ("points.csv", report::points_csv(outcome, &self.scenario, &self.design)),
        };
        let policies: Vec<&str> = self.options.policy.iter().map(String::as_str).collect();
        let notes = RunNotes {
            wall: begun.elapsed(),
            threads: self.options.threads(),
            instruction_set: self.options.set(),
        };
        let built = built(&policies, &self.options);
        let manifest = report::manifest(&self.scenario, &built, &self.plan, outcome, &notes);
        let mut files = vec![table];
        files.extend(page::html(self, outcome, command)?.map(|text| ("report.html", text)));
        files.push((crate::folder::MANIFEST, manifest));
        Ok(files)
    }

    /// The command that gives this result again; `more` are options of its own.
    pub fn command(&self, more: &[String]) -> String {
        let words = ["blackmass".to_owned(), "run".to_owned(), self.name.clone()];
        let words = words.into_iter().chain(self.options.words()).chain(more.iter().cloned());
        words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
    }
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
