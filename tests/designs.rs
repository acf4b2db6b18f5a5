//! Designs as part of the contract: what changes a uniform and what does not,
//! how much better even points do, what each design draws.
#![allow(clippy::disallowed_methods)]

#[path = "../examples/vectors/compare.rs"]
#[allow(dead_code)]
mod compare;
#[path = "../examples/vectors/designs.rs"]
mod designs;

use blackmass::ensemble::Freeze;
use blackmass::sampling::design::{Design, latin_hypercube, scrambled_sobol};
use blackmass::sampling::{StreamKey, uniform};
use blackmass::system::{Change, Expr, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MeanStd, Range, ThreePoint};
use blackmass::{Ensemble, ErrorKind, InstructionSet, Outcome, Plan, System};
use proptest::prelude::*;

fn law() -> Distribution {
    Distribution::uniform(Range { low: 0.0, high: 1.0 }).expect("a range")
}

/// A system of parameters, each with two elements and a noise, in the given
/// order. Every parameter and noise is observed.
fn plan(names: &[String]) -> Plan {
    let mut b = System::builder("streams", 2020..=2022);
    b.dimension("region", ["eu", "japan"]);
    for name in names {
        b.parameter(name, &["region"], law()).noise(&format!("{name}.noise"), &[]);
        b.observe(name, "1").observe(&format!("{name}.noise"), "1");
    }
    let quiet = Policy { name: "quiet".into(), overrides: Vec::new() };
    let change = Change::Multiply(0.5);
    let less = Override { name: names[0].clone(), change, from: 2021, ramp: 0 };
    b.policy(quiet).policy(Policy { name: "less".into(), overrides: vec![less] });
    Plan::compile(&b.build().expect("correct")).expect("small")
}

fn run(plan: &Plan, names: &[String], design: &Design, draws: Option<u32>) -> Outcome {
    let mut ensemble = Ensemble::new(plan).seed(5).design(design.clone());
    if let Some(draws) = draws {
        ensemble = ensemble.draws(draws);
    }
    for name in names {
        ensemble = ensemble.keep(name).keep(&format!("{name}.noise"));
    }
    ensemble.run().expect("it runs")
}

fn draws(outcome: &Outcome, name: &str, element: usize) -> Vec<f64> {
    let policy = outcome.reports()[0].series().policy.clone();
    let report = outcome.report(&policy, name).expect("observed");
    outcome.draws_of(report, element, 2020).expect("kept")
}

fn names(of: impl IntoIterator<Item = usize>) -> Vec<String> {
    of.into_iter().map(|i| format!("parameter{i}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Inserting, removing and reordering parameters changes no uniform of the
    /// others; under Sobol' that holds for the pinned ones, in pinned order.
    #[test]
    fn other_parameters_change_no_uniform(
        keep in proptest::sample::subsequence((0..8).collect::<Vec<usize>>(), 2..8),
        turn in 0_usize..8,
        n in 1_u32..70,
    ) {
        let full = names(0..8);
        let mut part = names(keep);
        let pinned: Vec<String> = part[..2].iter().rev().map(|p| format!("{p}[region=japan]")).collect();
        let at = turn % part.len();
        part.rotate_left(at);
        let sobol = Design::Sobol { pinned: pinned.clone() };
        for design in [Design::MonteCarlo, Design::LatinHypercube, sobol] {
            let all = run(&plan(&full), &full, &design, Some(n));
            let some = run(&plan(&part), &part, &design, Some(n));
            for name in &part {
                let is_pinned = pinned[0].starts_with(name) || pinned[1].starts_with(name);
                if design.name() != "sobol" || is_pinned {
                    prop_assert_eq!(draws(&all, name, 1), draws(&some, name, 1));
                }
                if design.name() != "sobol" {
                    prop_assert_eq!(draws(&all, name, 0), draws(&some, name, 0));
                }
                let noise = format!("{name}.noise");
                prop_assert_eq!(draws(&all, &noise, 0), draws(&some, &noise, 0));
            }
        }
    }
}

#[test]
fn uniforms_are_those_of_the_documented_functions() {
    let (names, n) = (names(0..3), 45);
    let plan = plan(&names);
    let elements = |name: &String| ["eu", "japan"].map(|r| format!("{name}[region={r}]"));
    let order: Vec<String> = names.iter().flat_map(elements).collect();
    for design in [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()] {
        let outcome = run(&plan, &names, &design, Some(n));
        let listed = outcome.design().streams();
        assert!(listed == if design.name() == "sobol" { &order[..] } else { &[] });
        for (at, stream) in order.iter().enumerate() {
            let key = StreamKey::of(stream);
            let expected: Vec<f64> = (1..=n)
                .map(|d| match design.name() {
                    "mc" => uniform(5, key, d, 0),
                    "lhs" => latin_hypercube(5, key, d, n),
                    _ => scrambled_sobol(5, key, at, d).expect("a dimension"),
                })
                .collect();
            assert_eq!(draws(&outcome, &names[at / 2], at % 2), expected, "{stream}");
        }
    }
    // Parameters declared later get later dimensions, and Sobol' points go on.
    let more = self::names(0..5);
    let longer = run(&self::plan(&more), &more, &Design::sobol(), Some(100));
    let shorter = run(&plan, &names, &Design::sobol(), Some(n));
    for name in &names {
        assert_eq!(draws(&longer, name, 1)[..n as usize], draws(&shorter, name, 1));
    }
}

#[test]
fn streams_beyond_the_last_dimension_are_monte_carlo() {
    let mut b = System::builder("wide", 2020..=2020);
    b.dimension("part", (0..1030).map(|i| format!("p{i}")));
    b.parameter("x", &["part"], law()).observe("x", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let pinned = vec!["x[part=p1027]".to_owned()];
    let design = Design::Sobol { pinned };
    let outcome = Ensemble::new(&plan).draws(20).keep("x").design(design).run().expect("it runs");
    assert_eq!(outcome.design().streams().len(), 1024);
    assert_eq!(outcome.design().streams()[0], "x[part=p1027]");
    let keyed = [1023, 1024, 1025, 1026, 1028, 1029].map(|i| format!("x[part=p{i}]"));
    assert_eq!(outcome.design().keyed(), keyed);
    let key = StreamKey::of("x[part=p1029]");
    let monte_carlo: Vec<f64> = (1..=20).map(|d| uniform(1, key, d, 0)).collect();
    let report = outcome.report("baseline", "x").expect("observed");
    assert_eq!(outcome.draws_of(report, 1029, 2020), Some(monte_carlo));
    let pinned: Vec<f64> = (1..=20)
        .map(|d| scrambled_sobol(1, StreamKey::of("x[part=p1027]"), 0, d).expect("a dimension"))
        .collect();
    assert_eq!(outcome.draws_of(report, 1027, 2020), Some(pinned));
}

fn every_design(names: &[String]) -> Vec<Design> {
    let stream = |name: &String| format!("{name}[region=eu]");
    let levels = names.iter().take(6).map(|name| (stream(name), vec![0.1, 0.4, 0.6, 0.9]));
    vec![
        Design::MonteCarlo,
        Design::LatinHypercube,
        Design::Sobol { pinned: vec![stream(&names[3])] },
        Design::one_at_a_time(),
        Design::FullFactorial { levels: levels.collect() },
    ]
}

#[test]
fn threads_and_instruction_sets_change_no_digit() {
    let names = names(0..7);
    let plan = plan(&names);
    for mut design in every_design(&names) {
        let sampled = Ensemble::new(&plan).draws(2500).seed(9).samples().expect("drawn");
        for again in [false, true] {
            if again && design.name() == "mc" {
                design = Design::Samples(sampled.clone());
            }
            let of = |threads, set| {
                let mut e = Ensemble::new(&plan).threads(threads).instruction_set(set);
                e = e.design(design.clone()).keep(&names[2]);
                if design.is_random() {
                    e = e.draws(2500);
                }
                let outcome = e.run().expect("it runs");
                (outcome.fingerprint(), draws(&outcome, &names[2], 0))
            };
            let first = of(1, InstructionSet::Baseline);
            for threads in [2, 5] {
                assert!(of(threads, InstructionSet::detect()) == first, "{}", design.name());
            }
            for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
                assert!(of(1, set) == first, "{}, {}", design.name(), set.name());
            }
        }
    }
}

/// The root mean square error of the mean of a smooth function of five
/// parameters, over 24 seeds of 256 draws.
fn error_of_mean(design: &Design) -> f64 {
    let mut b = System::builder("smooth", 2020..=2020);
    let mut product = Expr::from(1.0);
    for i in 0..5 {
        let name = format!("x{i}");
        b.parameter(&name, &[], law());
        product = product * (var(&name).exp() * (0.5 / (1.0_f64.exp() - 1.0)) + 0.5);
    }
    b.variable("y", product).observe("y", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let mut squares = 0.0;
    for seed in 0..24 {
        let ensemble = Ensemble::new(&plan).draws(256).seed(seed).design(design.clone());
        let outcome = ensemble.run().expect("it runs");
        let report = outcome.report("baseline", "y").expect("observed");
        // Each factor has mean 1 and they are independent.
        let error = report.summary(0, 2020).expect("a year").mean - 1.0;
        squares += error * error / 24.0;
    }
    squares.sqrt()
}

#[test]
fn even_points_have_smaller_errors() {
    let [mc, lhs, sobol] = [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()]
        .map(|design| error_of_mean(&design));
    println!("root mean square error: mc {mc:.2e}, lhs {lhs:.2e}, sobol {sobol:.2e}");
    assert!(lhs < mc / 3.0, "{lhs} {mc}");
    assert!(sobol < mc / 10.0 && sobol < lhs, "{sobol} {mc}");
}

/// Two parameters whose central value is not their median, and noise.
fn skewed() -> Plan {
    let mut b = System::builder("skewed", 2020..=2021);
    let pert = |mode| Distribution::pert(ThreePoint { low: 0.0, mode, high: 10.0 });
    b.parameter("a", &[], pert(2.0).expect("in order"));
    b.parameter("b", &[], pert(7.0).expect("in order"));
    b.parameter("c", &[], Distribution::normal(MeanStd { mean: 5.0, std: 1.0 }).expect("positive"));
    b.noise("e", &[]);
    b.variable("y", var("a") + var("b") + var("c") + var("e")).observe("y", "1");
    for name in ["a", "b", "c", "e"] {
        b.observe(name, "1");
    }
    Plan::compile(&b.build().expect("correct")).expect("small")
}

fn keep_all(plan: &Plan) -> Ensemble<'_> {
    ["a", "b", "c", "e", "y"].into_iter().fold(Ensemble::new(plan), |e, name| e.keep(name))
}

fn quantile(name: &str, p: f64) -> f64 {
    let pert = |mode| Distribution::pert(ThreePoint { low: 0.0, mode, high: 10.0 });
    if name == "a" { pert(2.0).unwrap().quantile(p) } else { pert(7.0).unwrap().quantile(p) }
}

#[test]
fn one_at_a_time_moves_one_parameter_and_leaves_the_rest_central() {
    let plan = skewed();
    let outcome = keep_all(&plan).design(Design::one_at_a_time()).run().expect("it runs");
    assert_eq!((outcome.draws(), outcome.design().is_random()), (6, false));
    assert_eq!(outcome.design().streams(), ["a", "b", "c"]);
    let (low, high) = (quantile("a", 0.05), quantile("a", 0.95));
    assert_eq!(draws(&outcome, "a", 0), [low, high, 2.0, 2.0, 2.0, 2.0]);
    let (low, high) = (quantile("b", 0.05), quantile("b", 0.95));
    assert_eq!(draws(&outcome, "b", 0), [7.0, 7.0, low, high, 7.0, 7.0]);
    assert_eq!(draws(&outcome, "e", 0), [0.0; 6]);
    let y = draws(&outcome, "y", 0);
    assert!((y[2] - (2.0 + low + 5.0)).abs() < 1e-12);

    let streams = vec!["c".to_owned(), "a".to_owned()];
    let design = Design::OneAtATime { low: 0.5, high: 0.75, streams };
    let outcome = keep_all(&plan).design(design).run().expect("it runs");
    assert_eq!(draws(&outcome, "a", 0), [2.0, 2.0, quantile("a", 0.5), quantile("a", 0.75)]);
    assert_eq!(draws(&outcome, "c", 0)[0], 5.0);
}

#[test]
fn full_factorial_combines_all_levels() {
    let plan = skewed();
    let levels = vec![("b".to_owned(), vec![0.2, 0.8]), ("a".to_owned(), vec![0.1, 0.5, 0.9])];
    let outcome = keep_all(&plan).design(Design::FullFactorial { levels }).run().expect("it runs");
    let [a1, a2, a3] = [0.1, 0.5, 0.9].map(|p| quantile("a", p));
    let [b1, b2] = [0.2, 0.8].map(|p| quantile("b", p));
    assert_eq!(draws(&outcome, "a", 0), [a1, a2, a3, a1, a2, a3]);
    assert_eq!(draws(&outcome, "b", 0), [b1, b1, b1, b2, b2, b2]);
    assert_eq!((draws(&outcome, "c", 0), draws(&outcome, "e", 0)), (vec![5.0; 6], vec![0.0; 6]));
}

#[test]
fn what_is_frozen_is_central_and_the_rest_keeps_its_uniforms() {
    let plan = skewed();
    for design in [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()] {
        let of = |freeze: &[Freeze]| {
            let all = keep_all(&plan).draws(40).design(design.clone());
            freeze.iter().fold(all, |e, f| e.freeze(*f)).run().expect("it runs")
        };
        let free = of(&[]);
        let noise = of(&[Freeze::Epistemic]);
        assert_eq!(draws(&noise, "a", 0), [2.0; 40]);
        assert_eq!(draws(&noise, "e", 0), draws(&free, "e", 0));
        let parameters = of(&[Freeze::Aleatory]);
        assert_eq!(draws(&parameters, "e", 0), [0.0; 40]);
        assert_eq!(draws(&parameters, "b", 0), draws(&free, "b", 0));
        let neither = of(&[Freeze::Aleatory, Freeze::Epistemic]);
        assert_eq!(draws(&neither, "y", 0), [14.0; 40]);
        assert_eq!(neither.design().frozen(), [Freeze::Aleatory, Freeze::Epistemic]);
        // Values that were supplied stay.
        let supplied = keep_all(&plan).draws(2).given("a", vec![1.0, 3.0]);
        let supplied = supplied.freeze(Freeze::Epistemic).run().expect("it runs");
        assert_eq!(draws(&supplied, "a", 0), [1.0, 3.0]);
    }
}

#[test]
fn bad_designs_are_errors_that_name_the_cause() {
    let plan = skewed();
    let says = |ensemble: Ensemble, texts: &[&str]| {
        let error = ensemble.run().expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Argument);
        let text = error.to_string();
        assert!(texts.iter().all(|t| text.contains(t)), "{text}");
    };
    let pinned =
        |names: &[&str]| Design::Sobol { pinned: names.iter().map(|n| (*n).to_owned()).collect() };
    let named = |low, high, streams: &[&str]| Design::OneAtATime {
        low,
        high,
        streams: streams.iter().map(|n| (*n).to_owned()).collect(),
    };
    let factorial = |levels: &[(&str, Vec<f64>)]| Design::FullFactorial {
        levels: levels.iter().map(|(n, l)| ((*n).to_owned(), l.clone())).collect(),
    };
    let all = || keep_all(&plan);
    says(all().design(pinned(&["bb"])), &["bb", "write `"]);
    says(all().design(pinned(&["b", "b"])), &["twice", "b"]);
    // Noise has no dimension.
    says(all().design(pinned(&["e"])), &["no static parameter"]);
    says(all().design(named(0.0, 0.9, &[])), &["found    0", "above 0 and below 1"]);
    says(all().design(named(0.1, f64::NAN, &["a"])), &["NaN"]);
    says(all().design(named(0.1, 0.9, &["d"])), &["key      d"]);
    says(all().draws(7).design(named(0.1, 0.9, &["a"])), &["found    7", "allowed  2"]);
    says(Ensemble::new(&plan).design(named(0.1, 0.9, &["a"])), &["none is kept"]);
    says(all().design(named(0.1, 0.9, &["a"])).freeze(Freeze::Epistemic), &["nothing would vary"]);
    let many = vec![0.5; 70_000];
    says(
        all().design(factorial(&[("a", many.clone()), ("b", many.clone())])),
        &["number of draws", "found    4900000000", "fewer parameters or levels"],
    );
    says(
        all().design(factorial(&[("a", many.clone()), ("b", many.clone()), ("c", vec![])])),
        &["found    0", "at least one"],
    );
    says(all().design(factorial(&[("a", vec![1.5])])), &["key      a", "1.5"]);
    says(all().design(Design::LatinHypercube).draws(0), &["number of draws"]);
}

#[test]
fn reference_points_and_discrepancies() {
    let file = |name: &str| -> serde_json::Value {
        let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let points = designs::points(&file("sampling_designs.json")).expect("readable");
    let paired = designs::common_random_numbers(&file("common_random_numbers.json"));
    let paired = paired.expect("readable");
    assert_eq!((points.len(), paired.len()), (5, 3));
    for case in points.iter().chain(&paired) {
        assert!(case.passed(), "{case}");
    }
}
