//! A scenario with its policies, and how they are run.

use super::measure::Measure;
use super::options::Options;
use blackmass::report::RunNotes;
use blackmass::sampling::design::SampleTable;
use blackmass::scenario::Scenario;
use blackmass::system::Policy;
use blackmass::{
    Diagnostic, Ensemble, Error, ErrorKind, InstructionSet, Outcome, Plan, System, lifecycle,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::time::Instant;

/// The policies that are needed.
const POLICIES: [&str; 8] = [
    "baseline",
    "apart",
    "memorandum_only",
    "cooperation",
    "china_pull",
    "cooperation_china_pull",
    "disruption",
    "cooperation_disruption",
];
/// The regions that are needed: the one that sells batteries, and the one whose
/// law asks for recycled content.
pub const SELLER: &str = "japan";
pub const BUYER: &str = "eu";
/// The years of the first question, and those in which a law asks something.
pub const YEARS: [i32; 3] = [2030, 2035, 2040];
pub const LAW_YEARS: [i32; 2] = [2031, 2036];
/// The year in which what has no room for three is shown.
pub const MAIN_YEAR: i32 = 2035;
const DRAWS: u32 = 2_000;

pub struct Study {
    pub scenario: Scenario,
    pub shapley_draws: u32,
    pub draws: u32,
    pub seed: u64,
    pub threads: usize,
    /// What the spread of every prior is multiplied by.
    pub prior_scale: f64,
    policies: Vec<Policy>,
    bar: ProgressBar,
}

/// A plan and what came out of it.
pub struct Run {
    pub plan: Plan,
    pub outcome: Outcome,
    pub notes: RunNotes,
}

impl Study {
    pub fn new(options: &Options) -> Result<Self, Error> {
        let scenario = match &options.scenario {
            Some(file) => Scenario::from_file(file)?,
            None => Scenario::japan_eu(),
        };
        check(&scenario)?;
        let of_file = scenario.run();
        let built = lifecycle::Options { prior_scale: options.prior_scale, ..Default::default() };
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Ok(Self {
            shapley_draws: options.shapley_draws,
            draws: options.draws.or(of_file.draws()).unwrap_or(DRAWS),
            seed: options.seed.or(of_file.seed()).unwrap_or(1),
            threads: options.threads,
            prior_scale: built.prior_scale_of(&scenario),
            policies: lifecycle::policies(&scenario),
            bar,
            scenario,
        })
    }

    /// The regions, the seller last, as in `EU and Japan`.
    pub fn pair(&self) -> [&'static str; 2] {
        [BUYER, SELLER]
    }

    /// The materials whose supply and whereabouts are followed.
    pub fn minerals(&self) -> Vec<&str> {
        self.scenario.world().map_or(&[][..], |w| w.minerals()).iter().map(String::as_str).collect()
    }

    /// The regions and their partners.
    pub fn places(&self) -> Vec<&str> {
        self.scenario.world().map_or(&[][..], |w| w.places()).iter().map(String::as_str).collect()
    }

    pub fn policy(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name == name)
    }

    pub fn options(&self, factor: f64) -> lifecycle::Options<'static> {
        let prior_scale = Some(self.prior_scale * factor);
        lifecycle::Options { prior_scale, ..Default::default() }
    }

    pub fn system(&self, policies: Vec<Policy>, factor: f64) -> Result<System, Error> {
        lifecycle::system_under(&self.scenario, policies, &self.options(factor))
    }

    /// Runs policies, the first of which is the reference, with every draw of
    /// what will be asked. The spread of all priors is multiplied by `factor`.
    pub fn run(&self, policies: &[&str], asked: &[Measure], factor: f64) -> Result<Run, Error> {
        let start = Instant::now();
        let policies = policies.iter().filter_map(|name| self.policy(name)).cloned().collect();
        let plan = Plan::compile(&self.system(policies, factor)?)?;
        let mut years: BTreeMap<String, Vec<i32>> = BTreeMap::new();
        for measure in asked {
            for name in measure.names() {
                years.entry(name).or_default().push(measure.year);
            }
        }
        let mut ensemble = self.ensemble(&plan);
        for (name, years) in &years {
            if !plan.series().any(|series| series.name == *name) {
                return Err(missing(name, "", years[0]));
            }
            ensemble = ensemble.keep_years(name, years);
        }
        let outcome = ensemble.run()?;
        let (threads, instruction_set) = (self.threads, InstructionSet::detect());
        let computed = u64::from(outcome.draws() - outcome.resumed_draws());
        let notes = RunNotes { wall: start.elapsed(), threads, instruction_set, computed };
        Ok(Run { plan, outcome, notes })
    }

    /// The inputs drawn in a run.
    pub fn inputs(&self, run: &Run) -> Result<SampleTable, Error> {
        self.ensemble(&run.plan).samples()
    }

    fn ensemble<'a>(&self, plan: &'a Plan) -> Ensemble<'a> {
        Ensemble::new(plan).draws(self.draws).seed(self.seed).threads(self.threads)
    }

    /// Says on a terminal what is being done: `done` of `all` steps of it.
    pub fn progress(&self, what: &str, done: usize, all: usize) {
        self.bar.set_position(0);
        self.bar.set_length(all as u64);
        self.bar.set_message(what.to_owned());
        self.bar.set_position(done as u64);
        self.bar.tick();
    }

    /// Clears the line of progress.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Whether the scenario has what is asked about.
fn check(scenario: &Scenario) -> Result<(), Error> {
    let refused = |what: &str, found: Vec<&str>, allowed: &str, fix: &str| {
        let problem = Diagnostic::new("the scenario does not have what this example compares");
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        let problem = problem.file(scenario.file()).key(what).found(found);
        Error::new(ErrorKind::Argument, problem.allowed(allowed).fix(fix))
    };
    let fix = "start from a copy of scenarios/japan_eu.toml beside the files it includes";
    let regions: Vec<&str> = scenario.regions().iter().map(|r| r.name()).collect();
    let is_pair = regions.len() == 2 && regions.contains(&SELLER) && regions.contains(&BUYER);
    if !is_pair {
        return Err(refused("regions", regions, &format!("{SELLER} and {BUYER}"), fix));
    }
    let found: Vec<&str> = scenario.policies().iter().map(|p| p.name()).collect();
    if POLICIES.iter().any(|needed| !found.contains(needed)) {
        return Err(refused("policies", found, &format!("at least {}", POLICIES.join(", ")), fix));
    }
    if scenario.world().is_none_or(|w| w.minerals().is_empty() || w.instruments().is_empty()) {
        let allowed = "tables `supply` and `instrument`";
        return Err(refused("world part", Vec::new(), allowed, fix));
    }
    let (first, last) = (YEARS[0], YEARS[YEARS.len() - 1]);
    if scenario.report() > first || scenario.end() < last {
        let (from, to) = (scenario.report().to_string(), scenario.end().to_string());
        let found = vec![from.as_str(), to.as_str()];
        return Err(refused("years reported", found, &format!("{first} to {last}"), fix));
    }
    Ok(())
}

/// The error for a number that the scenario does not give.
pub fn missing(name: &str, material: &str, year: i32) -> Error {
    let problem = Diagnostic::new("the scenario does not report a number that is asked for");
    let problem = problem.key(name).found(format!("no {material} in {year}"));
    let fix = "start from a copy of scenarios/japan_eu.toml beside the files it includes";
    Error::new(ErrorKind::Argument, problem.fix(fix))
}
