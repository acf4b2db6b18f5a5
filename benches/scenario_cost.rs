//! What a draw of the shipped scenarios costs beside one of W1, and six
//! policies beside one: all in one run, one thread, statistics on, interleaved.
//!
//! ```text
//! cargo bench --bench scenario_cost [-- --draws N --runs N --set avx2 --explain]
//! ```

mod options;
mod w1;

use blackmass::lifecycle;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, InstructionSet, Plan};
use options::Options;
use std::error::Error;
use std::time::Instant;

/// Policies added to those of the European file, to make six.
const MORE: &str = r#"
[policy.bench_a]
extends = "more_collection"
description = "For the bench."
[[policy.bench_a.levers]]
name = "preprocessing.utilisation"
multiply = 1.05
from = 2026
ramp = 4
source = "judgement_policy"
grade = "D"
[policy.bench_b]
extends = "bench_a"
description = "For the bench."
[[policy.bench_b.levers]]
name = "refining.utilisation"
multiply = 1.05
from = 2026
ramp = 4
source = "judgement_policy"
grade = "D"
"#;

struct Case {
    name: &'static str,
    plan: Plan,
    draws: u32,
    seconds: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read();
    let draws = options.number("--draws", 16_384, 512)?;
    let runs = options.number("--runs", 7, 1)?;

    let sets = [InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512];
    let set = match options.value("--set") {
        Some(name) => sets.into_iter().find(|s| s.name() == name).ok_or("an unknown set")?,
        None => InstructionSet::detect(),
    };

    let eu = include_str!("../scenarios/eu.toml");
    let (shipped, more) = (Scenario::eu(), format!("{eu}\n{MORE}"));
    let all = Scenario::from_toml("scenarios/eu.toml", &more)?;
    let mut six: Vec<&str> = all.policies().iter().map(|p| p.name()).collect();
    six.truncate(6);
    assert_eq!(six.len(), 6, "six policies are needed");
    let baseline = lifecycle::Options { policies: &["baseline"], ..Default::default() };
    let first_six = lifecycle::Options { policies: &six, ..Default::default() };
    let case = |name, system, draws| -> Result<Case, Box<dyn Error>> {
        Ok(Case { name, plan: Plan::compile(&system)?, draws, seconds: Vec::new() })
    };
    let mut cases = [
        case("w1", w1::system()?, draws)?,
        case("eu_one_policy", lifecycle::system_with(&shipped, &baseline)?, draws)?,
        case("eu", lifecycle::system(&shipped)?, draws)?,
        case("eu_six_policies", lifecycle::system_with(&all, &first_six)?, draws)?,
        case("japan_eu", lifecycle::system(&Scenario::japan_eu())?, draws)?,
    ];
    let worst = w1::check::against_reference(&cases[0].plan)?;
    assert!(worst <= w1::check::TOLERANCE, "W1 is off by {worst:e}");
    for _ in 0..runs {
        for case in &mut cases {
            let ensemble =
                Ensemble::new(&case.plan).draws(case.draws).threads(1).instruction_set(set);
            let start = Instant::now();
            let outcome = ensemble.run()?;
            case.seconds.push(start.elapsed().as_secs_f64());
            assert!(outcome.worst_residual() < 1e-9, "{}: mass is not conserved", case.name);
        }
    }
    let us = cases.each_mut().map(|case| {
        case.seconds.sort_by(f64::total_cmp);
        case.seconds[case.seconds.len() / 2] * 1e6 / f64::from(case.draws)
    });
    println!("instruction set {}, one thread, statistics on", set.name());
    for (case, us) in cases.iter().zip(us) {
        let numbers: usize = case.plan.series().map(|s| s.labels.len()).sum();
        println!(
            "{:<16} {us:>8.1} us/draw {:>3} policies {:>7} reported numbers {:>6} KiB a block",
            case.name,
            case.plan.policies().len(),
            numbers * case.plan.reported_steps(),
            case.plan.block_bytes() / 1024,
        );
        if options.has("--explain") {
            println!("{}", case.plan.explain());
        }
    }
    println!("eu_vs_w1 {:.2}", us[1] / us[0]);
    println!("eu_with_its_policies_vs_w1 {:.2}", us[2] / us[0]);
    println!("six_policies_vs_one {:.2}", us[3] / us[1]);
    println!("japan_eu_vs_w1 {:.2}", us[4] / us[0]);
    Ok(())
}
