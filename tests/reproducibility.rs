//! The contract on bits: the same outcome for any number of threads and any
//! instruction set, and streams that depend on nothing but their name.

use blackmass::scenario::Scenario;
use blackmass::system::var;
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, ErrorKind, InstructionSet, Outcome, Plan, System, lifecycle};
use proptest::prelude::*;

/// The fingerprints of the shipped scenarios: 3 000 draws, seed 1. A change of
/// any digit of any result changes them; it needs a line in CHANGELOG.md. The
/// test prints the list as it should stand here.
const FINGERPRINTS: [(&str, u64); 3] =
    [("eu", 0x10fbfa8b68063007), ("japan", 0x30ee9a755ed76423), ("japan_eu", 0x04cda05cfe52bbe9)];

fn scenario(name: &str) -> Scenario {
    match name {
        "eu" => Scenario::eu(),
        "japan" => Scenario::japan(),
        _ => Scenario::japan_eu(),
    }
}

fn plan(name: &str) -> Plan {
    let system = lifecycle::system(&scenario(name)).expect("the shipped scenario is a system");
    Plan::compile(&system).expect("it compiles")
}

/// The plan without what-ifs, which are more of the same.
fn baseline(name: &str) -> Plan {
    let options = lifecycle::Options {
        policies: &["baseline"],
        detail: lifecycle::Detail::Full,
        prior_scale: None,
        flows: false,
    };
    let system = lifecycle::system_with(&scenario(name), &options);
    Plan::compile(&system.expect("the shipped scenario is a system")).expect("it compiles")
}

fn run(plan: &Plan, threads: usize, set: InstructionSet) -> Outcome {
    Ensemble::new(plan).draws(3_000).threads(threads).instruction_set(set).run().expect("it runs")
}

#[test]
fn outcomes_are_those_of_the_release() {
    let found = FINGERPRINTS
        .map(|(name, _)| (name, run(&plan(name), 2, InstructionSet::detect()).fingerprint()));
    let list = found.map(|(name, x)| format!("    (\"{name}\", {x:#018x}),")).join("\n");
    assert!(found == FINGERPRINTS, "the outcomes changed; they are now\n{list}\n");
}

#[test]
fn threads_change_no_digit() {
    for plan in [plan("eu"), baseline("japan"), baseline("japan_eu")] {
        let one = run(&plan, 1, InstructionSet::detect());
        for threads in [2, 5] {
            let other = run(&plan, threads, InstructionSet::detect());
            assert_eq!(one.fingerprint(), other.fingerprint(), "{threads} threads");
            assert_eq!(one.worst_residual().to_bits(), other.worst_residual().to_bits());
        }
    }
}

#[test]
fn instruction_sets_change_no_digit() {
    // Machines without AVX2 are no longer built; a missing one fails here
    // rather than leaving the promise unproven.
    #[cfg(target_arch = "x86_64")]
    assert!(InstructionSet::Avx2.is_available(), "this test needs a machine with AVX2");
    for plan in [plan("japan"), baseline("eu"), baseline("japan_eu")] {
        let reference = run(&plan, 2, InstructionSet::Baseline);
        for set in [InstructionSet::Avx2, InstructionSet::Avx512] {
            if !set.is_available() {
                println!("{} is not on this machine", set.name());
                let refused = Ensemble::new(&plan).instruction_set(set).run();
                assert_eq!(refused.expect_err("it is missing").kind(), ErrorKind::Argument);
                continue;
            }
            let other = run(&plan, 2, set);
            assert_eq!(reference.fingerprint(), other.fingerprint(), "{}", set.name());
        }
    }
}

#[test]
fn more_draws_begin_with_the_same_ones() {
    let plan = plan("eu");
    let draws = |n| {
        let outcome = Ensemble::new(&plan).draws(n).keep("eu.recovered").run().expect("it runs");
        let report = outcome.report("baseline", "eu.recovered").expect("observed");
        outcome.draws_of(report, 0, 2040).expect("kept")
    };
    let (few, many) = (draws(37), draws(1_500));
    assert_eq!((few.len(), many.len()), (37, 1_500));
    assert_eq!(few, many[..37]);
}

/// A system with parameters and noises in the given order, and what it makes
/// of them.
fn ordered(names: &[String], draws: u32) -> Vec<(String, Vec<f64>)> {
    let mut b = System::builder("streams", 2020..=2024);
    b.dimension("region", ["eu", "japan"]);
    for name in names {
        let law = Distribution::uniform(Range { low: 0.0, high: 1.0 }).expect("a range");
        b.parameter(name, &["region"], law);
        b.noise(&format!("{name}.noise"), &[]);
        b.variable(&format!("{name}.both"), var(name) + var(format!("{name}.noise")));
        b.observe(&format!("{name}.both"), "1");
    }
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let mut ensemble = Ensemble::new(&plan).draws(draws);
    for name in names {
        ensemble = ensemble.keep(&format!("{name}.both"));
    }
    let outcome = ensemble.run().expect("it runs");
    let mut all = Vec::new();
    for report in outcome.reports() {
        let mut numbers = Vec::new();
        for element in 0..2 {
            for year in 2020..=2024 {
                numbers.extend(outcome.draws_of(report, element, year).expect("kept"));
            }
        }
        all.push((report.series().name.clone(), numbers));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Inserting, removing and reordering parameters changes no other number.
    #[test]
    fn other_parameters_change_no_uniform(
        keep in proptest::sample::subsequence((0..8).collect::<Vec<usize>>(), 1..8),
        seed in any::<u64>(),
    ) {
        let name = |i: &usize| format!("parameter{i}");
        let full: Vec<String> = (0..8).map(|i| name(&i)).collect();
        let mut part: Vec<String> = keep.iter().map(name).collect();
        let at = (seed % part.len() as u64) as usize;
        part.rotate_left(at);
        let (all, some) = (ordered(&full, 40), ordered(&part, 40));
        for series in &some {
            prop_assert!(all.contains(series), "{} changed", series.0);
        }
    }
}

#[test]
fn bad_arguments_are_errors() {
    let plan = plan("eu");
    let kind = |e: Ensemble| e.run().expect_err("refused").kind();
    assert_eq!(kind(Ensemble::new(&plan).draws(0)), ErrorKind::Argument);
    assert_eq!(kind(Ensemble::new(&plan).threads(0)), ErrorKind::Argument);
    assert_eq!(kind(Ensemble::new(&plan).draws(u32::MAX)), ErrorKind::Argument);
    assert_eq!(kind(Ensemble::new(&plan).keep("eu.recoverd")), ErrorKind::Argument);
    assert_eq!(kind(Ensemble::new(&plan).given("eu.salse", vec![1.0])), ErrorKind::Argument);
    let short =
        Ensemble::new(&plan).draws(10).given("eu.segment.bev_car.replacement.share", vec![0.5; 9]);
    assert_eq!(kind(short), ErrorKind::Argument);
    let wrong =
        Ensemble::new(&plan).draws(1).given("eu.segment.bev_car.replacement.share", vec![f64::NAN]);
    assert_eq!(kind(wrong), ErrorKind::Argument);
    // Four gigabytes of kept draws are refused before the run.
    let large = Ensemble::new(&plan).draws(100_000_000).keep("eu.stock");
    assert_eq!(kind(large), ErrorKind::Argument);
}
