//! Instruments that nobody uses change no bit, and the order in which they are
//! named does not either.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::lifecycle::{self, Detail, Options};
use blackmass::scenario::Scenario;
use blackmass::system::{Change, Override, Policy};
use blackmass::{Ensemble, Outcome, Plan};
use world::{TWO, change, policy, read, set, two, without};

fn baseline(scenario: &Scenario) -> Outcome {
    let options =
        Options { policies: &["baseline"], detail: Detail::Full, prior_scale: None, flows: false };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    let plan = Plan::compile(&system).expect("a plan");
    Ensemble::new(&plan).draws(200).seed(3).run().expect("it runs")
}

/// The text without its instruments and what follows, with a bare baseline.
fn without_instruments(text: &str, first: &str) -> String {
    assert_eq!(text.matches(first).count(), 1);
    text[..text.find(first).expect("counted")].to_owned()
}

#[test]
fn instruments_that_nobody_uses_change_no_bit() {
    let bare = without_instruments(TWO, "[instrument.papers]") + "[policy.baseline]\n";
    assert_eq!(baseline(&read(&bare)).fingerprint(), baseline(&two()).fingerprint());
    // What acts is seen.
    let with = TWO.replace("[policy.baseline]", "[policy.baseline]\ninstruments = [\"papers\"]");
    assert_ne!(baseline(&read(&with)).fingerprint(), baseline(&two()).fingerprint());
}

#[test]
fn the_shipped_instruments_change_no_bit_of_the_baseline() {
    let text = include_str!("../scenarios/japan_eu.toml");
    let first =
        "# --------------------------------------------------------------------- instruments";
    let bare = without_instruments(text, first);
    let run = bare.find("[run]").expect("a table");
    let end = run + bare[run..].find("\n\n").expect("its end");
    let bare = format!("{}{}", &bare[..run], &bare[end..]);
    // Nor may a source stand there that is not cited.
    let next =
        "# ---------------------------------------------------------------------- black mass";
    let bare = without(&bare, "# Instruments\n", next);
    let bare = Scenario::from_toml("scenarios/bare.toml", &bare).unwrap_or_else(|e| panic!("{e}"));
    assert!(bare.world().expect("a world").instruments().is_empty());
    let (with, bare) = (baseline(&Scenario::japan_eu()), baseline(&bare));
    assert_eq!(with.reports().len(), bare.reports().len());
    assert_eq!(with.fingerprint(), bare.fingerprint());
}

/// Every reported digit of a policy.
fn digits(outcome: &Outcome, policy: &str) -> Vec<u64> {
    let own = outcome.reports().iter();
    let own = own.filter(|r| r.series().policy == policy && r.series().versus.is_none());
    let mut all = Vec::new();
    for report in own {
        for e in 0..report.series().labels.len() {
            for year in outcome.years() {
                let s = report.summary(e, year).expect("a year");
                all.extend([s.central, s.mean, s.sd, s.p50.value()].map(f64::to_bits));
            }
        }
    }
    all
}

fn run(scenario: &Scenario, policies: Vec<Policy>) -> Outcome {
    let system = lifecycle::system_under(scenario, policies, &Options::default());
    let plan = Plan::compile(&system.unwrap_or_else(|e| panic!("{e}"))).expect("a plan");
    Ensemble::new(&plan).draws(64).seed(3).run().expect("it runs")
}

#[test]
fn instruments_commute() {
    let scenario = two();
    // In either order, from two policies, and a lever beside them.
    let named = |name: &str, overrides| Policy { name: name.to_owned(), overrides };
    let refused = "world.trade.black_mass.north.south.refused";
    let lever = |o: Vec<Override>, first: bool| {
        let own = change(refused, Change::Multiply(0.9), 2031);
        if first { [vec![own], o].concat() } else { [o, vec![own]].concat() }
    };
    let policies = ["baseline", "one", "other", "chain", "first"];
    let mut all: Vec<Policy> =
        policies.map(|name| named(name, policy(&scenario, name))).into_iter().collect();
    all.push(named("before", lever(policy(&scenario, "one"), true)));
    all.push(named("after", lever(policy(&scenario, "other"), false)));
    let outcome = run(&scenario, all);
    let of = |policy| digits(&outcome, policy);
    let one = of("one");
    assert!(one.len() > 1_000);
    assert_eq!(one, of("other"));
    assert_eq!(one, of("chain"));
    assert_eq!(of("before"), of("after"));
    for other in ["baseline", "first", "before"] {
        assert_ne!(one, of(other), "{other}");
    }
}

/// By hand: 0.25 refused, halved and then four fifths of it at the central
/// sizes; the payable 0.6 is set to 0.65 and 0.05 added to that. At the ceiling
/// of both, nothing is refused and 0.7 + 0.4 is as much as can be paid.
#[test]
fn instruments_change_quantities_by_their_sizes() {
    let scenario = two();
    let both = policy(&scenario, "one");
    let mut ceiling = both.clone();
    for id in ["papers", "grades"] {
        ceiling.extend(lifecycle::instrument(&scenario, id, true).expect("an instrument"));
    }
    let with = |name: &str, overrides| Policy { name: name.to_owned(), overrides };
    let policies = vec![with("baseline", Vec::new()), with("both", both), with("ceiling", ceiling)];
    let system = lifecycle::system_under(&scenario, policies, &Options::default());
    let plan = Plan::compile(&system.unwrap_or_else(|e| panic!("{e}"))).expect("a plan");
    let outcome = Ensemble::new(&plan).draws(1).run().expect("it runs");
    // 2030: offered·0.75 = 9 of 30; what arrives tells the refusal. The draw 0
    // has the central sizes.
    let central = |policy: &str, series: &str, year: i32| {
        let report = outcome.report(policy, series).unwrap_or_else(|| panic!("{series}"));
        report.summary(report.element(&["nickel"]).expect("nickel"), year).expect("a year").central
    };
    // From 2033 on the south is full, so 2031, where the instrument `papers`
    // begins and has no weight yet, and 2032, half of it, are compared.
    let retained = |policy: &str, year: i32| central(policy, "north.retained", year);
    assert_eq!(retained("both", 2031).to_bits(), retained("baseline", 2031).to_bits());
    assert!(retained("both", 2032) > retained("baseline", 2032));
    assert!(retained("ceiling", 2032) >= retained("both", 2032));
    let all = vec![
        world::wanted("world.trade.black_mass.north.south.refused", &[]),
        world::wanted("world.trade.payable.south", &[]),
        world::wanted("world.instrument.papers.size.1", &[]),
        world::wanted("world.instrument.grades.size.1", &[]),
    ];
    let years = vec![2031, 2032, 2033, 2036];
    let kept = world::Kept::run(&scenario, policy(&scenario, "one"), all.clone(), years.clone(), 9);
    for draw in 0..9 {
        let of = |name: &str, year| kept.at(true, name, &[], year, draw);
        let [a, b] =
            ["papers", "grades"].map(|id| of(&format!("world.instrument.{id}.size.1"), 2036));
        assert!((0.2..=0.9).contains(&a) && (0.7..=0.9).contains(&b));
        for (year, (papers, grades)) in
            years.iter().zip([(0.0, 0.0), (0.5, 1.0), (1.0, 1.0), (1.0, 1.0)])
        {
            let refused = 0.25 * (1.0 + papers * (a - 1.0)) * (1.0 + grades * (b - 1.0));
            let found = of("world.trade.black_mass.north.south.refused", *year);
            assert!((found - refused).abs() < 1e-12, "{found} {refused} in {year}");
            let pays = 0.6 + grades * 0.05 + papers * 0.05;
            assert!((of("world.trade.payable.south", *year) - pays).abs() < 1e-12, "{year}");
        }
    }
    let mut on = policy(&scenario, "one");
    on.extend(
        ["papers", "grades"].map(|id| set(&format!("world.instrument.{id}.ceiling"), 1.0, 2030)),
    );
    let kept = world::Kept::run(&scenario, on, all, years, 3);
    for draw in 0..3 {
        let at = |name: &str| kept.at(true, name, &[], 2036, draw);
        assert_eq!(at("world.trade.black_mass.north.south.refused"), 0.0);
        assert_eq!(at("world.trade.payable.south"), 1.0);
    }
}
