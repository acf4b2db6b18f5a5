//! What random numbers cost in a run.

use super::tables::median;
use blackmass::lifecycle::{self, Options};
use blackmass::report::significant;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, InstructionSet, Plan};
use std::fmt::Write as _;
use std::time::Instant;

/// Operations that make random numbers: uniforms, quantiles, innovations and
/// autoregressions on them.
const SAMPLING: [&str; 3] = ["draw", "noise", "ar1"];

pub struct Cost {
    policies: usize,
    numbers: usize,
    /// Microseconds a draw of each operation above, and of the whole run.
    parts: [f64; 3],
    whole: f64,
}

/// Operations and whole runs by turns, one thread; medians over the rounds.
pub fn cost(policies: &[&str], draws: u32, rounds: usize) -> Result<Cost, Error> {
    let scenario = Scenario::eu();
    let system = lifecycle::system_with(&scenario, &Options { policies, ..Options::default() })?;
    let plan = Plan::compile(&system)?;
    let set = InstructionSet::detect();
    let (mut parts, mut whole) = ([const { Vec::new() }; 3], Vec::new());
    for _ in 0..rounds {
        let measured = plan.measure(set)?;
        for (part, name) in parts.iter_mut().zip(SAMPLING) {
            let of = measured.iter().filter(|cost| cost.kind == name);
            let ns: Vec<f64> = of.map(|cost| cost.nanoseconds).collect();
            part.push(if ns.is_empty() { f64::NAN } else { ns.iter().sum::<f64>() / 1e3 });
        }
        let start = Instant::now();
        Ensemble::new(&plan).draws(draws).threads(1).instruction_set(set).run()?;
        whole.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(draws));
    }
    let numbers: usize = plan.series().map(|s| s.labels.len()).sum();
    Ok(Cost {
        policies: plan.policies().len(),
        numbers: numbers * plan.reported_steps(),
        parts: parts.map(median),
        whole: median(whole),
    })
}

/// The table in Markdown.
pub fn table(costs: &[Cost]) -> String {
    let mut text = format!(
        "| policies | numbers reported | {} | whole run | share of sampling |\n|---|---|---|---|---|---|---|\n",
        SAMPLING.join(" | ")
    );
    for cost in costs {
        let parts = cost.parts.map(significant).join(" | ");
        let share = 100.0 * cost.parts.iter().sum::<f64>() / cost.whole;
        assert!(share.is_finite(), "an operation is not in the plan");
        let _ = writeln!(
            text,
            "| {} | {} | {parts} | {} | {share:.1} % |",
            cost.policies,
            cost.numbers,
            significant(cost.whole)
        );
    }
    text
}
