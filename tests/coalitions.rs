//! All coalitions of groups of overrides: bit for bit the policies run alone.

use blackmass::analysis::{Coalitions, Payoffs};
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Diagnostic, Ensemble, Error, ErrorKind, Plan, System};
use std::cell::RefCell;

fn lever(name: &str, change: Change, from: i32) -> Override {
    Override { name: name.into(), change, from, ramp: 2 }
}

/// Two levers that need each other, one that adds and one that does nothing.
/// The third sets what the first multiplies: their order matters.
fn groups() -> Vec<Vec<Override>> {
    vec![
        vec![lever("rate", Change::Multiply(1.5), 2021)],
        vec![lever("yield", Change::Add(0.2), 2022), lever("offset", Change::Set(3.0), 2020)],
        vec![lever("rate", Change::Set(0.7), 2023)],
        Vec::new(),
    ]
}

fn build(policies: Vec<Policy>) -> Result<System, Error> {
    let mut b = System::builder("recovery", 2018..=2028);
    b.dimension("metal", ["lithium", "nickel"]).report_from(2020);
    let law = |low, high| Distribution::uniform(Range { low, high });
    b.parameter("rate", &[], law(0.4, 0.6)?).parameter("yield", &["metal"], law(0.5, 0.7)?);
    b.constant("offset", &[], 1.0).noise("wave", &[]);
    let year = var("wave") * 0.1 + 10.0;
    b.variable("recovered", var("rate") * var("yield") * year + var("offset"));
    b.variable("so_far", var("recovered").sum("metal").cumulative());
    // `recovered` is not observed, and need not be.
    b.observe("so_far", "t").observe("rate", "1");
    for policy in policies {
        b.policy(policy);
    }
    b.build()
}

fn coalitions<'a>(groups: &[Vec<Override>]) -> Coalitions<'a> {
    let named = groups.iter().enumerate();
    named.fold(Coalitions::new(), |c, (i, g)| c.group(&format!("group {i}"), g.clone()))
}

fn asked<'a>() -> Coalitions<'a> {
    let c = coalitions(&groups()).draws(1_100).seed(5);
    let c = c.wanted("recovered", &["nickel"], 2024).wanted("so_far", &[], 2028);
    c.wanted("recovered", &["lithium"], 2021).wanted("recovered", &["nickel"], 2024)
}

fn run(c: &Coalitions) -> Payoffs {
    c.run(build).expect("it runs")
}

#[test]
fn each_coalition_is_the_policy_run_alone() {
    let payoffs = run(&asked());
    let groups = groups();
    for s in 0..1usize << groups.len() {
        let members = groups.iter().enumerate().filter(|(i, _)| s >> i & 1 == 1);
        let overrides = members.flat_map(|(_, g)| g.clone()).collect();
        let alone = build(vec![Policy { name: "alone".into(), overrides }]).expect("a system");
        // Observed here by a system of its own.
        let plan = Plan::compile(&alone).expect("a plan");
        let outcome = Ensemble::new(&plan).draws(1_100).seed(5).keep("so_far").run();
        let outcome = outcome.expect("it runs");
        let report = outcome.report("alone", "so_far").expect("observed");
        let expected = outcome.draws_of(report, 0, 2028).expect("kept");
        assert_eq!(payoffs.of(1).expect("asked for")[s], expected, "coalition {s}");
    }
    assert_eq!(payoffs.of(0), payoffs.of(3));
    assert_ne!(payoffs.of(0), payoffs.of(2));
    assert_eq!(payoffs.of(4), None);
    assert_eq!(payoffs.players()[2], "group 2");
    assert_eq!((payoffs.wanted().len(), payoffs.wanted()[2].year), (4, 2021));
}

#[test]
fn neither_batch_nor_threads_change_a_digit() {
    let first = run(&asked());
    for (batch, threads) in [(1, 1), (2, 3), (7, 2), (15, 1), (usize::MAX, 2)] {
        assert_eq!(run(&asked().batch(batch).threads(threads)), first, "batch {batch}");
    }
}

#[test]
fn the_effect_is_shared_out() {
    let payoffs = run(&asked());
    let shapley = payoffs.shapley(0).expect("a game");
    let players = shapley.players();
    let sum: f64 = players.iter().map(|p| p.value.mean).sum();
    assert!((sum - shapley.total().mean).abs() < 1e-12);
    assert!(players[3].draws.iter().all(|x| *x == 0.0));
    // In 2024 the rate alone is half more of 0.5, on a yield of 0.6: 1.5.
    let first = players[0].first;
    assert!((first.mean - 1.5).abs() < 5.0 * first.standard_error, "{first:?}");
    // Set acts after multiply, by half in 2024, so that it leaves less of it:
    // (0.75 + 0.7)/2 - (0.5 + 0.7)/2, on a yield of 0.8.
    let last = players[0].last;
    assert!((last.mean - 1.0).abs() < 5.0 * last.standard_error, "{last:?}");
    assert_eq!(payoffs.shapley(9).expect_err("refused").kind(), ErrorKind::Argument);
}

#[test]
fn progress_is_told_after_each_plan() {
    let told = RefCell::new(Vec::new());
    let note = |done, of| told.borrow_mut().push((done, of));
    run(&asked().draws(3).batch(6).progress(&note));
    assert_eq!(*told.borrow(), [(7, 16), (13, 16), (16, 16)]);
}

#[test]
fn what_cannot_be_run_is_refused() {
    let kind = |c: Coalitions| c.run(build).expect_err("refused").kind();
    let two = || coalitions(&groups()[..2]).draws(10).wanted("so_far", &[], 2028);
    assert!(two().run(build).is_ok());
    assert_eq!(kind(Coalitions::new().wanted("so_far", &[], 2028)), ErrorKind::Argument);
    assert_eq!(kind(coalitions(&groups())), ErrorKind::Argument);
    let many = coalitions(&vec![Vec::new(); 17]).wanted("so_far", &[], 2028);
    assert_eq!(kind(many), ErrorKind::Argument);
    for wanted in [
        two().wanted("so_fat", &[], 2028),
        two().wanted("so_far", &["nickel"], 2028),
        two().wanted("recovered", &[], 2028),
        two().wanted("recovered", &["iron"], 2028),
        two().wanted("so_far", &[], 2019),
        two().wanted("so_far", &[], 2029),
        two().draws(0),
        two().threads(0),
        two().batch(0),
        two().draws(u32::MAX),
    ] {
        assert_eq!(kind(wanted), ErrorKind::Argument);
    }
    let unknown = two().group("wrong", vec![lever("rat", Change::Set(1.0), 2020)]);
    assert_eq!(kind(unknown), ErrorKind::System);
    let forgets = two().run(|_| build(Vec::new())).expect_err("refused");
    assert_eq!(forgets.kind(), ErrorKind::System);
    let fails = |_| Err(Error::new(ErrorKind::Io, Diagnostic::new("no system today")));
    assert_eq!(two().run(fails).expect_err("passed on").kind(), ErrorKind::Io);
}

#[cfg(feature = "scenario")]
#[test]
fn levers_of_a_shipped_scenario() {
    use blackmass::lifecycle::{self, Options};
    use blackmass::scenario::Scenario;
    let eu = Scenario::eu();
    let policies = lifecycle::policies(&eu);
    let named = |name: &str| policies.iter().find(|p| p.name == name).expect("shipped");
    let groups = ["more_collection", "second_life"].map(|name| named(name).overrides.clone());
    let payoffs = coalitions(&groups)
        .draws(48)
        .batch(2)
        .wanted("eu.recovered", &["lithium"], 2035)
        .run(|policies| lifecycle::system_under(&eu, policies, &Options::default()))
        .expect("it runs");
    let plan = Plan::compile(&lifecycle::system(&eu).expect("a system")).expect("a plan");
    let outcome = Ensemble::new(&plan).draws(48).keep_years("eu.recovered", &[2035]).run();
    let outcome = outcome.expect("it runs");
    for (s, policy) in [(0, "baseline"), (1, "more_collection"), (2, "second_life")] {
        let report = outcome.report(policy, "eu.recovered").expect("reported");
        let lithium = report.element(&["lithium"]).expect("a material");
        let expected = outcome.draws_of(report, lithium, 2035);
        assert_eq!(payoffs.of(0).map(|values| &values[s]), expected.as_ref(), "{policy}");
    }
}
