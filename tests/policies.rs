//! A policy computed beside others, where what it shares with the reference is
//! not computed again, is bit for bit the policy computed alone.

use blackmass::lifecycle::{self, Options};
use blackmass::scenario::Scenario;
use blackmass::system::{Change, CohortStock, Facilities, Override, Policy, Start, Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, Outcome, Plan, System, SystemBuilder, lifetime::Lifetime};
use blackmass::{SharedFacilities, Stockpile};
use proptest::prelude::*;

const FIRST: i32 = 2000;
const LAST: i32 = 2019;
const OPEN: [&str; 8] = ["inflow", "rate", "capacity", "fixed", "path", "target", "share", "limit"];
const OBSERVED: [&str; 19] = [
    "stock",
    "outflow",
    "collected",
    "done",
    "waiting",
    "so_far",
    "late",
    "in_year",
    "relative",
    "mixed",
    "everything",
    "wave",
    "partners.processed",
    "partners.backlog",
    "partners.taken",
    "sent",
    "reserve.stock",
    "reserve.release",
    "reserve.refill",
];

/// A system with every operation that looks back in time or at one year.
fn declare(policies: &[Policy], report: i32) -> System {
    let uniform = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    let mut b = System::builder("policies", FIRST..=LAST);
    b.dimension("kind", ["a", "b", "c"]).report_from(report);
    b.parameter("scale", &["kind"], uniform(0.5, 1.5));
    b.parameter("rate", &[], uniform(0.2, 0.8));
    b.parameter("mean", &[], uniform(3.0, 8.0));
    b.constant("fixed", &[], 2.0);
    b.constant("target", &[], 0.5);
    let years = f64::from(LAST - FIRST) as usize + 1;
    b.constant("path", &[], Values::PerYear((0..years).map(|t| 1.0 + t as f64).collect()));
    b.noise("shock", &["kind"]);
    b.variable("wave", var("shock").ar1(0.6, Start::Stationary) * var("fixed"));
    b.variable("inflow", var("scale") * var("path") * (var("wave") * 0.1).exp());
    b.cohort_stock(CohortStock {
        name: "use".into(),
        inflow: var("inflow"),
        lifetime: Lifetime::weibull_from_mean_shape(var("mean"), 2.0),
    });
    b.variable("stock", var("use.stock")).variable("outflow", var("use.outflow"));
    b.variable("collected", var("use.outflow") * var("rate"));
    b.variable("capacity", var("path") * 0.3);
    b.facilities(Facilities {
        name: "plant".into(),
        feed: var("collected"),
        capacity: var("capacity"),
        basis: None,
    });
    b.variable("done", var("plant.processed")).variable("waiting", var("plant.backlog"));
    b.variable("so_far", var("plant.processed").sum("kind").cumulative());
    b.variable("late", var("plant.processed").delayed(2) + var("fixed").delayed(3));
    // A loop of hand: what came out is used again a year later.
    b.cohort_stock(CohortStock {
        name: "again".into(),
        inflow: var("done").delayed(1),
        lifetime: Lifetime::exponential_from_mean(var("mean")),
    });
    b.variable("in_year", var("again.stock").at_year(2010));
    b.variable("relative", var("again.stock") / var("in_year").max(1e-3));
    b.variable("mixed", var("relative").sum("kind") * var("path").at_year(2012));
    b.variable("everything", (var("so_far") + var("mixed")).cumulative() * var("target"));
    share(&mut b);
    b.process("using").process("plant.yard");
    b.stock("using.stock", "using").is(var("use.stock"));
    b.flow("into").from(System::ENVIRONMENT).to("using").is(var("inflow"));
    b.flow("gone").from("using").to(System::ENVIRONMENT).is(var("use.outflow") - var("collected"));
    b.flow("fed").from("using").to("plant.yard").is(var("collected"));
    b.stock("yard.stock", "plant.yard").is(var("waiting"));
    b.flow("made").from("plant.yard").to(System::ENVIRONMENT).is(var("done"));
    observe(&mut b);
    for policy in policies {
        b.policy(policy.clone());
    }
    b.build().expect("a system")
}

/// Facilities that take each other's surplus, and a stockpile for what then
/// falls short.
fn share(b: &mut SystemBuilder) {
    b.dimension("place", ["c", "elsewhere", "a", "b"]);
    b.constant("share", &[], 0.3).constant("limit", &[], 0.8);
    b.shared_facilities(SharedFacilities {
        name: "partners".into(),
        sources: "kind".into(),
        facilities: "place".into(),
        feed: var("done"),
        // So little that a backlog stays.
        capacity: var("capacity") * 0.1,
        offered: var("share"),
        cap: Some(var("limit") * var("scale")),
    });
    let inventory = var("partners.backlog").delayed(1) + var("done");
    b.variable("sent", inventory * var("partners.taken"));
    b.stockpile(Stockpile {
        name: "reserve".into(),
        shortfall: var("path") * 0.1 - var("sent").sum("place"),
        target: var("fixed"),
        rate: var("rate"),
    });
    b.process("partners.yard").process("reserve.store");
    b.flow("handed").from(System::ENVIRONMENT).to("partners.yard").is(var("done"));
    b.stock("partners.stock", "partners.yard").is(var("partners.backlog"));
    b.flow("own").from("partners.yard").to(System::ENVIRONMENT).is(var("partners.processed"));
    b.flow("away").from("partners.yard").to(System::ENVIRONMENT).is(var("sent"));
    b.flow("bought").from(System::ENVIRONMENT).to("reserve.store").is(var("reserve.refill"));
    b.flow("released").from("reserve.store").to(System::ENVIRONMENT).is(var("reserve.release"));
    b.stock("reserve.held", "reserve.store").is(var("reserve.stock"));
}

fn observe(b: &mut SystemBuilder) {
    for name in OBSERVED {
        b.observe(name, "1");
    }
}

fn run(system: &System, draws: u32, keep: &[&str]) -> Outcome {
    let plan = Plan::compile(system).expect("a plan");
    let ensemble = Ensemble::new(&plan).draws(draws).seed(3);
    keep.iter().fold(ensemble, |e, name| e.keep(name)).run().expect("an outcome")
}

/// Every number of a policy in both outcomes; differences are taken from the
/// kept draws.
fn assert_same(all: &Outcome, alone: &Outcome, policy: &str) {
    let reports = alone.reports().iter().filter(|r| r.series().versus.is_none());
    for report in reports {
        let name = &report.series().name;
        let other = all.report(policy, name).expect("reported");
        for e in 0..report.series().labels.len() {
            for year in alone.years() {
                let (a, b) = (report.summary(e, year), other.summary(e, year));
                assert_eq!(a, b, "{name} {:?} {year} under {policy}", report.series().labels[e]);
                let (a, b) = (alone.draws_of(report, e, year), all.draws_of(other, e, year));
                assert_eq!(a, b, "draws of {name}, {year}, under {policy}");
            }
        }
    }
}

fn change() -> impl Strategy<Value = Override> {
    let change = prop_oneof![
        (0.1..3.0).prop_map(Change::Set),
        (0.2..2.0).prop_map(Change::Multiply),
        (0.0..1.0).prop_map(Change::Add),
    ];
    (prop::sample::select(&OPEN[..]), change, FIRST - 2..LAST + 3, 0_u32..6)
        .prop_map(|(name, change, from, ramp)| Override { name: name.into(), change, from, ramp })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_policy_beside_others_is_the_policy_alone(
        overrides in prop::collection::vec(prop::collection::vec(change(), 0..4), 1..5),
        report in FIRST..=LAST,
    ) {
        let policies: Vec<Policy> = overrides
            .into_iter()
            .enumerate()
            .map(|(i, overrides)| Policy { name: format!("p{i}"), overrides })
            .collect();
        let all = run(&declare(&policies, report), 20, &OBSERVED);
        let reference = run(&declare(&policies[..1], report), 20, &OBSERVED);
        for policy in &policies {
            let alone = run(&declare(std::slice::from_ref(policy), report), 20, &OBSERVED);
            assert_same(&all, &alone, &policy.name);
            for difference in all.reports().iter().filter(|r| {
                r.series().versus.is_some() && r.series().policy == policy.name
            }) {
                let name = &difference.series().name;
                let own = alone.report(&policy.name, name).expect("reported");
                let base = reference.report("p0", name).expect("reported");
                for e in 0..own.series().labels.len() {
                    for year in all.years() {
                        let draws = |o: &Outcome, r| o.draws_of(r, e, year).expect("kept");
                        let (with, without) = (draws(&alone, own), draws(&reference, base));
                        let expected: Vec<f64> =
                            with.iter().zip(&without).map(|(a, b)| a - b).collect();
                        prop_assert_eq!(draws(&all, difference), expected, "{} {}", name, year);
                    }
                }
            }
        }
    }
}

#[test]
fn policies_of_the_shipped_scenarios_are_the_same_alone() {
    for scenario in [Scenario::eu(), Scenario::japan()] {
        let system = |policies: &[&str]| {
            lifecycle::system_with(&scenario, &Options { policies, ..Options::default() })
        };
        let all = run(&system(&[]).expect("a system"), 40, &[]);
        for policy in scenario.policies() {
            let alone = run(&system(&[policy.name()]).expect("a system"), 40, &[]);
            assert_same(&all, &alone, policy.name());
        }
    }
}

/// Nothing enters any more under a policy: what leaves the stock is measured
/// against the stock that the policy began with.
#[test]
fn a_policy_that_ends_all_inflow_is_balanced() {
    let mut b = System::builder("the end", FIRST..=LAST);
    b.parameter("inflow", &[], Distribution::uniform(Range { low: 0.5, high: 1.5 }).expect("law"));
    b.cohort_stock(CohortStock {
        name: "use".into(),
        inflow: var("inflow"),
        lifetime: Lifetime::weibull_from_mean_shape(7.0, 2.0),
    });
    b.process("using").stock("held", "using").is("use.stock");
    b.flow("into").from(System::ENVIRONMENT).to("using").is("inflow");
    b.flow("gone").from("using").to(System::ENVIRONMENT).is("use.outflow");
    b.observe("gone", "1");
    let end = Override { name: "inflow".into(), change: Change::Set(0.0), from: 2010, ramp: 0 };
    b.policy(Policy { name: "on".into(), overrides: Vec::new() });
    b.policy(Policy { name: "off".into(), overrides: vec![end] });
    let outcome = run(&b.build().expect("a system"), 50, &[]);
    assert!(outcome.worst_residual() < 1e-12, "{}", outcome.worst_residual());
}

/// A stock of a table that a policy changes, read by what is always computed
/// whole: the reference's inflow is then not looked at.
#[test]
fn a_stock_computed_whole_needs_no_reference() {
    let mut b = System::builder("whole", 2000..=2019);
    b.constant("made", &[], Values::PerYear((0..20).map(f64::from).collect()));
    b.cohort_stock(CohortStock {
        name: "use".into(),
        inflow: var("made"),
        lifetime: Lifetime::fixed(3.0),
    });
    b.variable("wave", var("use.outflow").ar1(0.5, Start::Zero)).observe("wave", "1");
    let change =
        Override { name: "made".into(), change: Change::Multiply(2.0), from: 2010, ramp: 0 };
    b.policy(Policy { name: "none".into(), overrides: Vec::new() });
    b.policy(Policy { name: "more".into(), overrides: vec![change] });
    let plan = Plan::compile(&b.build().expect("sound")).expect("small");
    let outcome = Ensemble::new(&plan).draws(1).run().expect("runs");
    let of = |policy: &str, year: i32| {
        let report = outcome.report(policy, "wave").expect("observed");
        report.summary(0, year).expect("there").central
    };
    assert_eq!(of("none", 2009).to_bits(), of("more", 2009).to_bits());
    assert!(of("more", 2019) > 1.5 * of("none", 2019));
}
