//! `manifest.json`: what was run, so that it can be run again.

use crate::engine::{InstructionSet, Plan};
use crate::ensemble::Outcome;
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
/// All keys but `run` are the same in every repetition with the same crate,
/// scenario, seed and number of draws. `content_hash` and `fingerprint` are 16
/// hexadecimal digits: [`Scenario::content_hash`] and
/// [`Outcome::fingerprint`]; neither covers `run` or the file's name.
/// `seed` is a whole number up to 2⁶⁴ − 1, which some readers of JSON round.
/// A rate that is not finite is `null`.
#[must_use]
pub fn manifest(scenario: &Scenario, plan: &Plan, outcome: &Outcome, run: &RunNotes) -> String {
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
            ("policies", format!("[{}]", policies.join(", "))),
            ("worst_residual", number(outcome.worst_residual())),
            ("worst_process", string(outcome.worst_process())),
            ("run", notes),
        ],
    );
    manifest + "\n"
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

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let notes = |millis, threads| RunNotes {
            wall: Duration::from_millis(millis),
            threads,
            instruction_set: InstructionSet::Baseline,
        };
        let text = manifest(&scenario, &plan, &outcome, &notes(500, 1));
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["seed"].as_u64(), Some(u64::MAX));
        assert_eq!(value["policies"][0], "baseline");
        assert_eq!(value["pathway"], "reference");
        assert_eq!(value["regions"][0], "japan");
        assert_eq!(value["run"]["draws_per_second"].as_f64(), Some(10.0));
        assert_eq!(value["worst_residual"].as_f64(), Some(outcome.worst_residual()));
        let hash = value["content_hash"].as_str().and_then(|h| u64::from_str_radix(h, 16).ok());
        assert_eq!(hash, Some(scenario.content_hash()));
        let order: Vec<usize> = ["blackmass_version", "scenario", "fingerprint", "draws", "run"]
            .iter()
            .filter_map(|key| text.find(&format!("\"{key}\":")))
            .collect();
        assert!(order.len() == 5 && order.is_sorted());
        // What the machine did changes `run` and nothing before it.
        let other = manifest(&scenario, &plan, &outcome, &notes(0, 2));
        assert_ne!(other, text);
        assert_eq!(other.split("\"run\"").next(), text.split("\"run\"").next());
        Ok(())
    }
}
