//! Loops: variables that feed back on each other through delays, and linear
//! loops within a step.
#![allow(missing_docs, clippy::disallowed_methods)]

mod bed;
#[path = "loops/by_hand.rs"]
mod by_hand;
#[path = "loops/errors.rs"]
mod errors;
#[path = "loops/linear.rs"]
mod linear;
#[path = "loops/random_system.rs"]
mod random_system;
mod twin;

use bed::{DRAWS, HORIZONS, elements};
use blackmass::{Ensemble, InstructionSet, Plan};
use proptest::prelude::*;
use random_system::{Followed, Random};
use twin::compare::{agree, largest};

/// Of the largest magnitude of all members of a system in a draw: what goes
/// round carries rounding errors of one to the others.
const TOLERANCE: f64 = 1e-12;

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn feedback_is_what_it_is_step_by_step(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        reported in 0.0..1.0_f64,
    ) {
        let mut system = Random::new(seed, steps, draws);
        let first = (reported * steps as f64) as usize;
        system.bed.b.report_from(bed::FIRST_YEAR + first as i32);
        let outcome = system.bed.run();
        for policy in &system.policies {
            let mut followed: Vec<Followed> =
                (0..=draws as usize).map(|draw| Followed::new(&system, draw, policy)).collect();
            for i in 0..system.members.len() {
                for (point, by_draw) in elements(&outcome, &policy.name, &format!("m{i}"), false) {
                    for (draw, found) in by_draw.iter().enumerate() {
                        let of = &mut followed[draw];
                        let twin: Vec<f64> = (0..steps).map(|t| of.member(i, point, t)).collect();
                        let scale = largest(&twin).max(1.0);
                        let what = format!("m{i} at {point:?}, {}, draw {draw}", policy.name);
                        agree(&what, found, &twin[first..], scale, TOLERANCE)
                            .map_err(TestCaseError::fail)?;
                    }
                }
            }
        }
    }
}

/// Every number of a run, bit by bit.
fn bits(plan: &Plan, threads: usize, set: InstructionSet) -> Vec<u64> {
    let names: Vec<String> = plan.series().map(|s| s.name.clone()).collect();
    let mut ensemble = Ensemble::new(plan).draws(1100).threads(threads).instruction_set(set);
    for name in &names {
        ensemble = ensemble.keep(name);
    }
    let outcome = ensemble.run().expect("runs");
    let mut bits = Vec::new();
    for report in outcome.reports() {
        for element in 0..report.series().labels.len() {
            for year in outcome.years() {
                let draws = outcome.draws_of(report, element, year).expect("kept");
                bits.extend(draws.into_iter().map(f64::to_bits));
            }
        }
    }
    bits
}

#[test]
fn threads_and_instruction_sets_change_no_bit() {
    for seed in 0..4 {
        let system = Random::new(seed, 41, 1);
        let plan = Plan::compile(&system.bed.b.build().expect("sound")).expect("small");
        let expected = bits(&plan, 1, InstructionSet::Baseline);
        for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
            assert_eq!(bits(&plan, 2, set), expected, "{}", set.name());
        }
    }
}
