//! What is known to be zero is not computed: a path of numbers that begins with
//! zeros gives, bit for bit but for the sign of a zero, what the same path gives
//! when it is supplied draw by draw and nothing can be known of it.
#![allow(clippy::disallowed_methods)]

use blackmass::system::{
    Change, CohortStock, Facilities, Override, Policy, ProductComponent, Values, stack, var,
};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, Outcome, Plan, System, SystemBuilder, lifetime::Lifetime};
use proptest::prelude::*;

const FIRST: i32 = 2000;
const LAST: i32 = 2018;
const YEARS: usize = 19;
const DRAWS: usize = 20;
const KINDS: [&str; 3] = ["a", "b", "c"];
const OPEN: [&str; 4] = ["path", "inflow", "rate", "content"];
const OBSERVED: [&str; 14] = [
    "inflow", "stock", "outflow", "kept", "exits", "done", "waiting", "so_far", "late", "in_year",
    "share", "limited", "stacked", "total",
];

/// Two paths by kind, known when the system is built or supplied with the run.
#[derive(Debug)]
struct Paths([Vec<Vec<f64>>; 2]);

impl Paths {
    const NAMES: [&str; 2] = ["path", "content"];

    fn declare(&self, b: &mut SystemBuilder, known: bool) {
        for (name, path) in Self::NAMES.into_iter().zip(&self.0) {
            if known {
                b.constant(name, &["kind"], Values::PerElementAndYear(path.clone()));
            } else {
                b.noise(name, &["kind"]);
            }
        }
    }

    fn supply<'a>(&self, mut ensemble: Ensemble<'a>) -> Ensemble<'a> {
        for (name, path) in Self::NAMES.into_iter().zip(&self.0) {
            for (kind, series) in KINDS.into_iter().zip(path) {
                ensemble = ensemble.given(&format!("{name}[kind={kind}]"), series.repeat(DRAWS));
            }
        }
        ensemble
    }
}

/// A system with every operation that makes something of zeros.
fn declare(paths: &Paths, known: bool, policies: &[Policy], report: i32) -> System {
    let uniform = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    let mut b = System::builder("zeros", FIRST..=LAST);
    b.dimension("kind", KINDS).report_from(report);
    paths.declare(&mut b, known);
    b.parameter("scale", &["kind"], uniform(0.5, 1.5));
    b.parameter("rate", &[], uniform(0.2, 0.8));
    b.parameter("mean", &[], uniform(3.0, 8.0));
    b.noise("shock", &["kind"]);
    b.variable("inflow", var("scale") * var("path") * (var("shock") * 0.1).exp());
    let lifetime = || Lifetime::weibull_from_mean_shape(var("mean"), 2.0);
    b.cohort_stock(CohortStock { name: "use".into(), inflow: var("inflow"), lifetime: lifetime() });
    // The same of numbers that no draw changes.
    b.cohort_stock(CohortStock { name: "plain".into(), inflow: var("path"), lifetime: lifetime() });
    b.product_component(ProductComponent {
        name: "car".into(),
        inflow: var("inflow"),
        product: lifetime(),
        component: Lifetime::exponential_from_mean(6.0),
        replacement: 0.6.into(),
        age_limit: 5,
        content: var("content"),
    });
    b.variable("stock", var("use.stock") + var("plain.stock").sqrt());
    b.variable("outflow", var("use.outflow").min(var("plain.outflow") * 2.0));
    b.variable("kept", var("use.outflow") - var("use.outflow") * var("rate"));
    b.variable("exits", var("car.exits") * var("scale") + var("car.stock") * 0.5);
    b.facilities(Facilities {
        name: "plant".into(),
        feed: var("kept"),
        capacity: var("scale") * 0.1,
        basis: None,
    });
    b.variable("done", var("plant.processed")).variable("waiting", var("plant.backlog"));
    b.variable("so_far", var("done").cumulative() * var("rate"));
    b.variable("late", var("done").delayed(2) * var("scale"));
    b.variable("in_year", var("stock").at_year(2006) * var("rate"));
    b.variable("share", var("stock") / (var("stock").sum("kind") * 1.0).max(1e-3));
    b.variable("limited", var("share").min(var("rate")).max(var("exits")) * var("in_year"));
    let parts = [var("inflow").at("kind", "b"), var("stock").at("kind", "a"), var("rate")];
    b.variable("stacked", stack("kind", parts) * var("kept"));
    b.variable("total", (var("stock") * var("stacked")).sum("kind") + var("late").sum("kind"));
    b.process("using").process("yard");
    b.stock("using.stock", "using").is(var("use.stock"));
    b.stock("yard.stock", "yard").is(var("waiting"));
    b.flow("into").from(System::ENVIRONMENT).to("using").is(var("inflow"));
    b.flow("lost").from("using").to(System::ENVIRONMENT).is(var("use.outflow") - var("kept"));
    b.flow("fed").from("using").to("yard").is(var("kept"));
    b.flow("made").from("yard").to(System::ENVIRONMENT).is(var("done"));
    OBSERVED.iter().for_each(|name| _ = b.observe(name, "1"));
    policies.iter().for_each(|policy| _ = b.policy(policy.clone()));
    b.build().expect("a system")
}

fn run(system: &System, supply: impl Fn(Ensemble) -> Ensemble) -> Outcome {
    let plan = Plan::compile(system).expect("a plan");
    let ensemble = OBSERVED.iter().fold(Ensemble::new(&plan), |e, name| e.keep(name));
    supply(ensemble.draws(DRAWS as u32).seed(5)).run().expect("an outcome")
}

/// Zero before some year, or for good.
fn path() -> impl Strategy<Value = Vec<f64>> {
    let numbers = prop::collection::vec(prop_oneof![1 => Just(0.0), 5 => 0.1..3.0], YEARS);
    (0..=YEARS + 3, numbers).prop_map(|(first, mut numbers)| {
        let zero = first.min(YEARS);
        numbers[..zero].fill(0.0);
        numbers
    })
}

fn paths() -> impl Strategy<Value = Paths> {
    let path = || prop::collection::vec(path(), KINDS.len());
    (path(), path()).prop_map(|(a, b)| Paths([a, b]))
}

fn change() -> impl Strategy<Value = Override> {
    let change = prop_oneof![
        (0.0..3.0).prop_map(Change::Set),
        (0.0..2.0).prop_map(Change::Multiply),
        (0.0..1.0).prop_map(Change::Add),
    ];
    (prop::sample::select(&OPEN[..]), change, FIRST - 2..LAST + 3, 0_u32..6)
        .prop_map(|(name, change, from, ramp)| Override { name: name.into(), change, from, ramp })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_known_to_be_zero_changes_no_bit(
        paths in paths(),
        overrides in prop::collection::vec(prop::collection::vec(change(), 0..3), 1..4),
        report in FIRST..=LAST,
    ) {
        let policies: Vec<Policy> = overrides
            .into_iter()
            .enumerate()
            .map(|(i, overrides)| Policy { name: format!("p{i}"), overrides })
            .collect();
        let known = run(&declare(&paths, true, &policies, report), |e| e);
        let supplied = run(&declare(&paths, false, &policies, report), |e| paths.supply(e));
        for (a, b) in known.reports().iter().zip(supplied.reports()) {
            prop_assert_eq!(a.series(), b.series());
            for e in 0..a.series().labels.len() {
                for year in known.years() {
                    // A zero times what is negative is known as zero, not as −0.
                    let bits = |o: &Outcome, r| {
                        let draws = o.draws_of(r, e, year).expect("kept");
                        draws.into_iter().map(|x| (x + 0.0).to_bits()).collect::<Vec<_>>()
                    };
                    let name = &a.series().name;
                    prop_assert_eq!(bits(&known, a), bits(&supplied, b), "{} {} {}", name, e, year);
                }
            }
        }
    }
}
