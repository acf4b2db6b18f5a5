//! `manifest.json`: what was run, so that it can be run again.

use crate::engine::{InstructionSet, Plan};
use crate::ensemble::{DesignRecord, Freeze, Outcome};
use crate::json::string;
use crate::lifecycle::Options;
use crate::sampling::STREAM_VERSION;
use crate::scenario::Scenario;
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
}

impl RunNotes {
    /// Draws per second of wall time; infinite if no time passed.
    #[must_use]
    pub fn draws_per_second(&self, draws: u32) -> f64 {
        f64::from(draws) / self.wall.as_secs_f64()
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
/// A rate that is not finite is `null`.
#[must_use]
pub fn manifest(
    scenario: &Scenario,
    options: &Options,
    plan: &Plan,
    outcome: &Outcome,
    run: &RunNotes,
) -> String {
    let policies: Vec<String> = plan.policies().iter().map(|p| string(p)).collect();
    let regions: Vec<String> = scenario.regions().iter().map(|r| string(r.name())).collect();
    let notes = object(
        2,
        &[
            ("wall_seconds", number(run.wall.as_secs_f64())),
            ("draws_per_second", number(run.draws_per_second(outcome.draws()))),
            ("threads", run.threads.to_string()),
            ("instruction_set", string(run.instruction_set.name())),
        ],
    );
    let manifest = object(
        0,
        &[
            ("blackmass_version", string(env!("CARGO_PKG_VERSION"))),
            ("stream_version", STREAM_VERSION.to_string()),
            ("scenario", string(scenario.title())),
            ("pathway", string(scenario.pathway())),
            ("regions", format!("[{}]", regions.join(", "))),
            ("file", string(scenario.file())),
            ("content_hash", string(&format!("{:016x}", scenario.content_hash()))),
            ("fingerprint", string(&format!("{:016x}", outcome.fingerprint()))),
            ("seed", outcome.seed().to_string()),
            ("draws", outcome.draws().to_string()),
            ("design", design(outcome.design())),
            ("prior_scale", number(options.prior_scale_of(scenario))),
            ("policies", format!("[{}]", policies.join(", "))),
            ("worst_residual", number(outcome.worst_residual())),
            ("worst_process", string(outcome.worst_process())),
            ("run", notes),
        ],
    );
    manifest + "\n"
}

/// The design: its name, the streams it treats apart in their order (for Sobol'
/// the first has dimension 1), the static streams left to Monte Carlo, what was
/// frozen, the sample file.
fn design(design: &DesignRecord) -> String {
    let list = |names: &mut dyn Iterator<Item = &str>| {
        format!("[{}]", names.map(string).collect::<Vec<_>>().join(", "))
    };
    let frozen = design.frozen().iter().map(|freeze| match freeze {
        Freeze::Epistemic => "epistemic",
        Freeze::Aleatory => "aleatory",
    });
    object(
        2,
        &[
            ("name", string(design.name())),
            ("streams", list(&mut design.streams().iter().map(String::as_str))),
            ("keyed", list(&mut design.keyed().iter().map(String::as_str))),
            ("frozen", list(&mut frozen.into_iter())),
            ("samples", design.sample_file().map_or_else(|| "null".to_owned(), string)),
        ],
    )
}

/// An object whose closing brace is indented by `indent`.
fn object(indent: usize, members: &[(&str, String)]) -> String {
    let pad = " ".repeat(indent);
    let lines: Vec<String> =
        members.iter().map(|(key, value)| format!("{pad}  {}: {value}", string(key))).collect();
    format!("{{\n{}\n{pad}}}", lines.join(",\n"))
}

fn number(x: f64) -> String {
    if x.is_finite() { super::number::exact(x) } else { "null".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::design::Design;
    use crate::{Ensemble, Error, lifecycle};
    use serde_json::Value;

    #[test]
    fn strings_and_numbers_read_back() {
        for text in ["", "plain", "a \"b\" \\ c", "tab\t, line\nbreak, \u{1}", "日本 %"] {
            assert_eq!(serde_json::from_str::<String>(&string(text)).ok().as_deref(), Some(text));
        }
        for x in [0.0, 1.0, 1.0 / 3.0, 2.2e-16, 1e300, -5.0] {
            assert_eq!(serde_json::from_str::<f64>(&number(x)).ok(), Some(x));
        }
        assert_eq!(number(f64::INFINITY), "null");
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
        };
        let text = manifest(&scenario, &all, &plan, &outcome, &notes(500, 1));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["seed"].as_u64(), Some(u64::MAX));
        assert_eq!(value["policies"][0], "baseline");
        assert_eq!(value["pathway"], "reference");
        assert_eq!(value["regions"][0], "japan");
        assert_eq!(value["run"]["draws_per_second"].as_f64(), Some(10.0));
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
