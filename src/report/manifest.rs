//! `manifest.json`: what was run, so that it can be run again.

use crate::engine::{InstructionSet, Plan};
use crate::ensemble::{DesignRecord, Freeze, Outcome};
use crate::lifecycle::Options;
use crate::sampling::STREAM_VERSION;
use crate::scenario::{Region, Scenario};
use serde::Serialize;
use std::time::Duration;

/// What a run took on this machine. It is noted apart from the rest, because
/// no result depends on it and no repetition will show it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunNotes {
    /// Time from the start of the run to its outcome.
    pub wall: Duration,
    /// The number of threads.
    pub threads: usize,
    /// The instruction set.
    pub instruction_set: InstructionSet,
    /// Draws computed in this time: not those read from a checkpoint or from
    /// shards ([`Outcome::resumed_draws`]), but those of earlier rounds if there
    /// were several.
    pub computed: u64,
}

impl RunNotes {
    /// Draws computed per second of wall time; infinite if no time passed, NaN if
    /// none was computed: reading them says nothing about speed.
    #[must_use]
    pub fn draws_per_second(&self) -> f64 {
        match self.computed {
            0 => f64::NAN,
            draws => draws as f64 / self.wall.as_secs_f64(),
        }
    }
}

/// The text of `manifest.json`, with its keys in a fixed order.
///
/// `options` are those that the system was built with: `prior_scale` is what
/// they multiply the spread of every prior by.
///
/// All keys but `run` are the same in every repetition with the same crate,
/// scenario, seed and number of draws. `content_hash` and `fingerprint` are 16
/// hexadecimal digits: [`Scenario::content_hash`] and
/// [`Outcome::fingerprint`]; neither covers `run` or the file's name.
/// `seed` is a whole number up to 2⁶⁴ − 1, which some readers of JSON round.
/// In `run`, `resumed_draws` are those that were not computed but read from a
/// checkpoint or from shards; `draws_per_second` does not count them, and is
/// `null` if it is not finite, as when none was computed.
#[must_use]
pub fn manifest(
    scenario: &Scenario,
    options: &Options,
    plan: &Plan,
    outcome: &Outcome,
    run: &RunNotes,
) -> String {
    manifest_of_files(scenario, options, plan, outcome, &[], run)
}

/// As [`manifest`], with the names of the files beside it under the key `files`
/// if there are some.
#[must_use]
pub fn manifest_of_files(
    scenario: &Scenario,
    options: &Options,
    plan: &Plan,
    outcome: &Outcome,
    files: &[&str],
    run: &RunNotes,
) -> String {
    let manifest = Manifest {
        blackmass_version: env!("CARGO_PKG_VERSION"),
        stream_version: STREAM_VERSION,
        scenario: scenario.title(),
        pathway: scenario.pathway(),
        regions: scenario.regions().iter().map(Region::name).collect(),
        file: scenario.file(),
        content_hash: format!("{:016x}", scenario.content_hash()),
        fingerprint: format!("{:016x}", outcome.fingerprint()),
        seed: outcome.seed(),
        draws: outcome.draws(),
        design: design(outcome.design()),
        prior_scale: options.prior_scale_of(scenario),
        policies: plan.policies(),
        worst_residual: outcome.worst_residual(),
        worst_process: outcome.worst_process(),
        files,
        run: Machine {
            wall_seconds: run.wall.as_secs_f64(),
            draws_per_second: run.draws_per_second(),
            resumed_draws: outcome.resumed_draws(),
            threads: run.threads,
            instruction_set: run.instruction_set.name(),
        },
    };
    // Texts and numbers alone: what is not finite is written as null.
    serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n"
}

/// The file, key by key.
#[derive(Serialize)]
struct Manifest<'a> {
    blackmass_version: &'a str,
    stream_version: u32,
    scenario: &'a str,
    pathway: &'a str,
    regions: Vec<&'a str>,
    file: &'a str,
    content_hash: String,
    fingerprint: String,
    seed: u64,
    draws: u32,
    design: Design<'a>,
    prior_scale: f64,
    policies: &'a [String],
    worst_residual: f64,
    worst_process: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    files: &'a [&'a str],
    run: Machine<'a>,
}

/// The design: its name, the streams it treats apart in their order (for Sobol'
/// the first has dimension 1), the static streams left to Monte Carlo, what was
/// frozen, the sample file.
#[derive(Serialize)]
struct Design<'a> {
    name: &'a str,
    streams: &'a [String],
    keyed: &'a [String],
    frozen: Vec<&'static str>,
    samples: Option<&'a str>,
}

/// What the machine did.
#[derive(Serialize)]
struct Machine<'a> {
    wall_seconds: f64,
    draws_per_second: f64,
    resumed_draws: u32,
    threads: usize,
    instruction_set: &'a str,
}

fn design(design: &DesignRecord) -> Design<'_> {
    let word = |freeze: &Freeze| match freeze {
        Freeze::Epistemic => "epistemic",
        Freeze::Aleatory => "aleatory",
    };
    Design {
        name: design.name(),
        streams: design.streams(),
        keyed: design.keyed(),
        frozen: design.frozen().iter().map(word).collect(),
        samples: design.sample_file(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::design::Design;
    use crate::{Ensemble, Error, lifecycle};
    use serde_json::Value;

    /// The rest of the page is numbers and texts, which cannot fail.
    #[test]
    fn a_rate_without_a_time_is_null() -> Result<(), Error> {
        let scenario = Scenario::japan();
        let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
        let outcome = Ensemble::new(&plan).draws(1).run()?;
        let run = RunNotes {
            wall: Duration::ZERO,
            threads: 1,
            instruction_set: InstructionSet::Baseline,
            computed: 1,
        };
        let text = manifest(&scenario, &Options::default(), &plan, &outcome, &run);
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["run"]["draws_per_second"], Value::Null);
        assert_eq!(value["design"]["samples"], Value::Null);
        Ok(())
    }

    #[test]
    fn the_manifest_is_json_with_its_keys_in_order() -> Result<(), Error> {
        let scenario = Scenario::japan();
        let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
        let outcome = Ensemble::new(&plan).draws(5).seed(u64::MAX).run()?;
        let all = Options::default();
        let notes = |millis, threads| RunNotes {
            wall: Duration::from_millis(millis),
            threads,
            instruction_set: InstructionSet::Baseline,
            computed: 5,
        };
        let text = manifest(&scenario, &all, &plan, &outcome, &notes(500, 1));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["seed"].as_u64(), Some(u64::MAX));
        assert_eq!(value["policies"][0], "baseline");
        assert_eq!(value["pathway"], "reference");
        assert_eq!(value["regions"][0], "japan");
        assert_eq!(value["run"]["draws_per_second"].as_f64(), Some(10.0));
        assert_eq!(value["run"]["resumed_draws"].as_u64(), Some(0));
        let none = RunNotes { computed: 0, ..notes(500, 1) };
        let read = manifest(&scenario, &all, &plan, &outcome, &none);
        assert!(read.contains("\"draws_per_second\": null,"), "{read}");
        assert_eq!(value["design"]["name"], "mc");
        assert_eq!(value["prior_scale"].as_f64(), Some(1.0));
        assert_eq!(value["design"]["streams"].as_array().map(Vec::len), Some(0));
        assert_eq!(value["worst_residual"].as_f64(), Some(outcome.worst_residual()));
        let hash = value["content_hash"].as_str().and_then(|h| u64::from_str_radix(h, 16).ok());
        assert_eq!(hash, Some(scenario.content_hash()));
        let order: Vec<usize> = ["blackmass_version", "scenario", "fingerprint", "draws", "run"]
            .iter()
            .filter_map(|key| text.find(&format!("\"{key}\":")))
            .collect();
        assert!(order.len() == 5 && order.is_sorted());
        // The dimensions of a Sobol' design are listed, pinned ones first.
        let pinned = vec!["japan.preprocessing.utilisation".to_owned()];
        let sobol = Ensemble::new(&plan).draws(4).design(Design::Sobol { pinned });
        let frozen = sobol.freeze(Freeze::Aleatory).run()?;
        let listed = manifest(&scenario, &all, &plan, &frozen, &notes(500, 1));
        let value: Value = serde_json::from_str(&listed).expect("JSON");
        let design = &value["design"];
        assert_eq!(design["streams"][0], "japan.preprocessing.utilisation");
        assert!(design["streams"].as_array().is_some_and(|all| all.len() > 100));
        assert_eq!((&design["frozen"][0], &design["samples"]), (&"aleatory".into(), &Value::Null));
        // The scale of the priors is noted.
        let half = Options { prior_scale: Some(0.5), ..all };
        let scaled = manifest(&scenario, &half, &plan, &outcome, &notes(500, 1));
        assert!(scaled.contains("\"prior_scale\": 0.5,"));
        // What the machine did changes `run` and nothing before it.
        let other = manifest(&scenario, &all, &plan, &outcome, &notes(0, 2));
        assert_ne!(other, text);
        assert_eq!(other.split("\"run\"").next(), text.split("\"run\"").next());
        Ok(())
    }
}
