//! The life cycle of the shipped scenarios against its naive scalar twin:
//! every reported series, every policy, the central case and forty draws.
#![allow(missing_docs)]

mod twin;

use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan, lifecycle};
use std::collections::BTreeSet;
use twin::compare::{agree, largest};
use twin::lifecycle::{Reports, reports};
use twin::quantity::World;

const SEED: u64 = 2026;
const DRAWS: u32 = 40;
/// Of the largest magnitude of the series in the draw.
const TOLERANCE: f64 = 1e-12;

/// One series of one draw as the engine has it; draw 0 is the central case.
fn found(
    outcome: &Outcome,
    policy: &str,
    name: &str,
    difference: bool,
    draw: u32,
) -> Vec<Vec<f64>> {
    let report = if difference {
        outcome.difference(policy, name).expect("reported")
    } else {
        outcome.report(policy, name).expect("reported")
    };
    (0..report.series().labels.len())
        .map(|element| {
            outcome
                .years()
                .map(|year| match draw {
                    0 => report.summary(element, year).expect("reported").central,
                    _ => outcome.draws_of(report, element, year).expect("kept")[draw as usize - 1],
                })
                .collect()
        })
        .collect()
}

fn check(scenario: &Scenario) {
    let system = lifecycle::system(scenario).expect("a system");
    let plan = Plan::compile(&system).expect("a plan");
    let names: BTreeSet<String> = plan.series().map(|s| s.name.clone()).collect();
    let mut ensemble = Ensemble::new(&plan).draws(DRAWS).seed(SEED);
    for name in &names {
        ensemble = ensemble.keep(name);
    }
    let outcome = ensemble.run().expect("an outcome");
    assert!(scenario.policies().len() > 1, "differences are part of the test");
    for draw in 0..=DRAWS {
        let twin = |policy| reports(&World { scenario, policy, seed: SEED, draw });
        let reference: &str = &plan.policies()[0];
        let find = |name: &str| scenario.policies().iter().find(|p| p.name() == name);
        let base: Reports = twin(find(reference).expect("declared"));
        for policy in scenario.policies() {
            let expected = twin(policy);
            assert_eq!(expected.len(), names.len(), "every reported series has a twin");
            for (series, elements) in &expected {
                let name = format!("{}.{series}", scenario.region());
                assert!(names.contains(&name), "{name} is not reported");
                let engine = found(&outcome, policy.name(), &name, false, draw);
                assert_eq!(engine.len(), elements.len(), "{name}");
                for (e, (found, expected)) in engine.iter().zip(elements).enumerate() {
                    let what = format!("{name}[{e}] under {}, draw {draw}", policy.name());
                    let scale = largest(expected);
                    agree(&what, found, expected, scale, TOLERANCE).unwrap();
                }
                if policy.name() == reference {
                    continue;
                }
                let engine = found(&outcome, policy.name(), &name, true, draw);
                for (e, found) in engine.iter().enumerate() {
                    let (with, without) = (&elements[e], &base[series][e]);
                    let change: Vec<f64> = with.iter().zip(without).map(|(a, b)| a - b).collect();
                    let scale = largest(with.iter().chain(without));
                    let what =
                        format!("change of {name}[{e}] under {}, draw {draw}", policy.name());
                    agree(&what, found, &change, scale, TOLERANCE).unwrap();
                }
            }
        }
    }
}

#[test]
fn europe_agrees_with_its_twin() {
    check(&Scenario::eu());
}

#[test]
fn japan_agrees_with_its_twin() {
    check(&Scenario::japan());
}
