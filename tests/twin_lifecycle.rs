//! The life cycle of the shipped scenarios against its naive scalar twin:
//! every reported series, every policy and paired difference, the central case
//! and twenty draws.
#![allow(missing_docs, clippy::disallowed_methods)]

mod twin;

use blackmass::scenario::{Policy, Scenario};
use blackmass::{Ensemble, Outcome, Plan, ensemble, lifecycle};
use std::collections::BTreeSet;
use twin::compare::{agree, largest};
use twin::lifecycle::{Reports, reports};
use twin::quantity::{State, World};

const SEED: u64 = 2026;
const DRAWS: u32 = 20;
/// Of the largest magnitude of the series in the draw.
const TOLERANCE: f64 = 1e-12;

/// One series of one draw as the engine has it; draw 0 is the central case.
fn found(outcome: &Outcome, report: &ensemble::Report, element: usize, draw: u32) -> Vec<f64> {
    let at = |year| match draw {
        0 => report.summary(element, year).expect("reported").central,
        _ => outcome.draws_of(report, element, year).expect("kept")[draw as usize - 1],
    };
    outcome.years().map(at).collect()
}

/// Compares a flag with the ratio behind it; where the ratio stands on the
/// threshold but for rounding, either answer will do.
fn check_flag(what: &str, found: &[f64], ratio: &[f64], value: f64) {
    for (t, (flag, ratio)) in found.iter().zip(ratio).enumerate() {
        let expected = f64::from(u8::from(*ratio >= value));
        let near = (ratio - value).abs() <= 1e-12;
        assert!(*flag == expected || near && (*flag == 0.0 || *flag == 1.0), "{what}, step {t}");
    }
}

fn check(scenario: &Scenario) {
    let region = &scenario.regions()[0];
    let full = lifecycle::Options { detail: lifecycle::Detail::Full, ..Default::default() };
    let system = lifecycle::system_with(scenario, &full).expect("a system");
    let plan = Plan::compile(&system).expect("a plan");
    let names: BTreeSet<String> = plan.series().map(|s| s.name.clone()).collect();
    let mut ensemble = Ensemble::new(&plan).draws(DRAWS).seed(SEED);
    for name in &names {
        ensemble = ensemble.keep(name);
    }
    let outcome = ensemble.run().expect("an outcome");
    // What is computed before the first reported year.
    let history = (scenario.report() - scenario.start()) as usize;
    let threshold = |series: &str, labels: &[String]| {
        let id = labels.first().filter(|_| series == "target.met")?;
        region.targets().iter().find(|t| t.id() == id).map(|t| t.value())
    };
    assert!(scenario.policies().len() > 1, "differences are part of the test");
    let reference = plan.policies()[0].clone();
    let is_reference = |p: &&Policy| p.name() == reference;
    let base = scenario.policies().iter().find(is_reference).expect("declared");
    for draw in 0..=DRAWS {
        let state = State::new(scenario, region, SEED, draw);
        let twin = |policy| -> Reports { reports(&World { state: &state, policy }) };
        let without = twin(base);
        for policy in scenario.policies() {
            let expected = twin(policy);
            assert_eq!(expected.len(), names.len(), "every reported series has a twin");
            for (series, elements) in &expected {
                let name = format!("{}.{series}", region.name());
                let report = outcome.report(policy.name(), &name).expect("reported");
                assert_eq!(report.series().labels.len(), elements.len(), "{name}");
                for (e, labels) in report.series().labels.iter().enumerate() {
                    let with = &elements[labels][history..];
                    let found_with = found(&outcome, report, e, draw);
                    let what = format!("{name}{labels:?} under {}, draw {draw}", policy.name());
                    if let Some(value) = threshold(series, labels) {
                        let ratio = series.strip_suffix(".met").expect("a flag");
                        check_flag(&what, &found_with, &expected[ratio][labels][history..], value);
                        continue;
                    }
                    agree(&what, &found_with, with, largest(with), TOLERANCE).unwrap();
                    if policy.name() == reference {
                        continue;
                    }
                    let without = &without[series][labels][history..];
                    let change: Vec<f64> = with.iter().zip(without).map(|(a, b)| a - b).collect();
                    let report = outcome.difference(policy.name(), &name).expect("reported");
                    let scale = largest(with.iter().chain(without));
                    let what = format!("change of {what}");
                    let found = found(&outcome, report, e, draw);
                    agree(&what, &found, &change, scale, TOLERANCE).unwrap();
                }
            }
        }
    }
}

/// A region of another shape: no graphite, one kind of vehicle, every kind of
/// lifetime law, and what the shipped files leave at zero.
#[test]
fn a_small_region_agrees_with_its_twin() {
    let mut text = include_str!("data/small.toml").to_owned();
    let share = |key: &str, value: f64| {
        format!(
            "{key} = {{ unit = \"share\", value = {value}, source = \"guess\", grade = \"D\" }}\n"
        )
    };
    text += &share("\n[black_mass]\nexported", 0.2);
    text += &share("\n[preprocessing.fraction.other]\nnickel_cobalt", 0.3);
    text += &share("iron", 0.25);
    check(&Scenario::from_toml("small.toml", &text).unwrap_or_else(|e| panic!("{e}")));
}

#[test]
fn europe_agrees_with_its_twin() {
    check(&Scenario::eu());
}

#[test]
fn japan_agrees_with_its_twin() {
    check(&Scenario::japan());
}
