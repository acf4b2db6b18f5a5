//! Where the time of a draw goes, by kind of operation.

use super::page::{head, median, row};
use super::{Outcome, Tables, plan, reported, took};
use blackmass::report::significant;
use blackmass::{Ensemble, InstructionSet, Plan};
use std::collections::BTreeMap;
use std::time::Instant;

struct Case {
    name: &'static str,
    plan: Plan,
    /// How many times the draws of the longest.
    often: u32,
    /// Milliseconds to read, declare and compile.
    before: f64,
    /// Microseconds a draw, run by run.
    runs: Vec<f64>,
    kinds: BTreeMap<&'static str, Vec<f64>>,
}

const FACTS: [&str; 6] = [
    "policies",
    "numbers reported",
    "KiB a block",
    "MiB at most, 10 000 draws on 2 threads",
    "ms to read and compile",
    "times W1",
];

pub fn tables(draws: u32, rounds: usize) -> Outcome<Tables> {
    let set = InstructionSet::detect();
    let names = [
        ("W1", 16),
        ("EU, one policy", 4),
        ("EU", 2),
        ("Japan and EU, one policy", 1),
        ("Japan and EU", 1),
    ];
    let mut cases = Vec::new();
    for (name, often) in names {
        let start = Instant::now();
        let plan = plan(name)?;
        let before = start.elapsed().as_secs_f64() * 1e3;
        cases.push(Case { name, plan, often, before, runs: Vec::new(), kinds: BTreeMap::new() });
    }
    for _ in 0..rounds {
        for case in &mut cases {
            let draws = draws * case.often;
            case.runs.push(took(&case.plan, draws, set, 1)?.cpu * 1e6 / f64::from(draws));
            for (kind, us) in by_kind(&case.plan, set)? {
                case.kinds.entry(kind).or_default().push(us);
            }
        }
    }
    Ok(vec![("shares", table(cases))])
}

/// Microseconds a draw of each kind of operation.
fn by_kind(plan: &Plan, set: InstructionSet) -> Outcome<Vec<(&'static str, f64)>> {
    let mut kinds: BTreeMap<&'static str, f64> = BTreeMap::new();
    for cost in plan.measure(set)? {
        *kinds.entry(cost.kind).or_default() += cost.nanoseconds / 1e3;
    }
    Ok(kinds.into_iter().collect())
}

fn table(cases: Vec<Case>) -> String {
    let names: Vec<&str> = cases.iter().map(|c| c.name).collect();
    let mut text = head(&[&["µs/draw"], &names[..]].concat());
    let mut lines: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let (mut whole, mut rest) = (Vec::new(), Vec::new());
    let n = cases.len();
    let mut facts = [const { Vec::new() }; FACTS.len()];
    for (at, case) in cases.into_iter().enumerate() {
        facts[0].push(case.plan.policies().len().to_string());
        facts[1].push(reported(&case.plan).to_string());
        facts[2].push((case.plan.block_bytes() / 1024).to_string());
        let run = Ensemble::new(&case.plan).draws(10_000).threads(2);
        facts[3].push((run.memory_bytes() >> 20).to_string());
        facts[4].push(significant(case.before));
        let total = median(case.runs);
        let mut left = total;
        for (kind, times) in case.kinds {
            let us = median(times);
            left -= us;
            lines.entry(kind).or_insert_with(|| vec![0.0; n])[at] = us;
        }
        whole.push(total);
        rest.push(left);
    }
    facts[5] = whole.iter().map(|us| format!("{:.2}", us / whole[0])).collect();
    // By the weight in the last case, the costliest first.
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_by(|a, b| b.1[n - 1].total_cmp(&a.1[n - 1]));
    lines.push(("statistics and the rest", rest));
    lines.push(("**whole run**", whole));
    for (name, times) in lines {
        let cells =
            times.iter().map(|us| if *us == 0.0 { String::new() } else { significant(*us) });
        text += &row(std::iter::once(name.to_owned()).chain(cells));
    }
    for (name, cells) in FACTS.iter().zip(facts) {
        text += &row(std::iter::once((*name).to_owned()).chain(cells));
    }
    text
}
