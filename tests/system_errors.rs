//! What the builder refuses, and how it says so: every problem at once, each
//! with the name concerned, what was found, what is allowed and the fix.

use blackmass::system::{Change, Override, Policy, Values, stack, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{
    CohortStock, Diagnostic, ErrorKind, Facilities, Lifetime, Plan, SharedFacilities, Stockpile,
    System, SystemBuilder,
};

/// A correct small system to break.
fn builder() -> SystemBuilder {
    let mut b = System::builder("scrap", 2020..=2024);
    b.dimension("metal", ["nickel", "cobalt"]).dimension("region", ["eu", "japan"]);
    b.process("use").process("recycling");
    b.constant("demand", &["metal"], Values::PerElement(vec![10.0, 2.0]));
    b.constant("rate", &["region"], Values::PerElement(vec![0.5, 0.6]));
    b
}

/// The text of the error of a system that cannot be built.
fn refused(b: SystemBuilder) -> String {
    let error = b.build().expect_err("this system is wrong");
    assert_eq!(error.kind(), ErrorKind::System);
    assert!(!error.diagnostics().is_empty());
    error.to_string()
}

fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

#[test]
fn the_small_system_is_correct() {
    let system = builder().build().expect("nothing is wrong with it");
    assert_eq!(system.years(), 2020..=2024);
}

#[test]
fn an_unknown_variable_names_the_nearest() {
    let mut b = builder();
    b.variable("collected", var("demnad") * 0.5);
    assert_says(&refused(b), &["unknown variable", "collected", "demnad", "did you mean `demand`"]);
}

#[test]
fn unknown_dimension_element_and_process_are_named() {
    let mut b = builder();
    b.variable("total", var("demand").sum("metals"));
    b.variable("part", var("demand").at("metal", "nikel"));
    b.flow("scrap").from("usage").to("recycling").is("demand");
    assert_says(
        &refused(b),
        &[
            "unknown dimension",
            "`metal`",
            "unknown element",
            "`nickel`",
            "unknown process",
            "`use`",
        ],
    );
}

#[test]
fn duplicate_names_are_refused() {
    let mut b = builder();
    b.constant("demand", &[], 1.0).process("use").dimension("metal", ["iron", "iron"]);
    let text = refused(b);
    assert_says(
        &text,
        &["duplicate variable", "demand", "duplicate process", "duplicate dimension"],
    );
    assert_says(&text, &["duplicate element", "iron"]);
}

#[test]
fn a_flow_needs_both_ends_and_a_value() {
    let mut b = builder();
    b.flow("half").from("use").is("demand");
    let _ = b.flow("empty").from("use").to("recycling");
    b.flow("other_half").to("use").is("demand");
    let text = refused(b);
    assert_says(&text, &["needs both ends", "half", "no `to`", "no `from`", "ENVIRONMENT"]);
    assert_says(&text, &["needs a value", "empty", ".is(formula)"]);
}

#[test]
fn dimensions_must_match() {
    let mut b = builder();
    b.flow("scrap").from("use").to("recycling").over(&["metal"]).is(var("demand") * var("rate"));
    b.variable("nonsense", var("rate").sum("metal"));
    b.constant("short", &["metal"], Values::PerElement(vec![1.0]));
    b.constant("brief", &[], Values::PerYear(vec![1.0, 2.0]));
    let text = refused(b);
    assert_says(&text, &["dimensions do not match", "[metal, region]", "[metal]"]);
    assert_says(&text, &["does not have that dimension", "[region]"]);
    assert_says(&text, &["1 elements with 1 values", "2 elements with 1 values"]);
    assert_says(&text, &["1 elements with 2 values", "1 elements with 5 values"]);
}

#[test]
fn components_check_their_dimensions() {
    let mut b = builder();
    b.cohort_stock(CohortStock {
        name: "cars".into(),
        inflow: var("demand"),
        lifetime: Lifetime::fixed(var("rate") * 10.0),
    });
    b.facilities(Facilities {
        name: "plants".into(),
        feed: var("demand"),
        capacity: var("rate"),
        basis: None,
    });
    b.variable("stacked", stack("metal", [var("rate")]));
    let text = refused(b);
    assert_says(&text, &["dimensions of the lifetime", "cars", "[region]", "[metal]"]);
    assert_says(&text, &["capacity or basis do not match the feed", "plants"]);
    assert_says(&text, &["parts do not fit", "stacked"]);
}

/// Facilities whose own dimensions fit those of `builder`.
fn shared() -> SharedFacilities {
    SharedFacilities {
        name: "plants".into(),
        sources: "region".into(),
        facilities: "place".into(),
        feed: var("demand") * var("rate"),
        capacity: var("size"),
        offered: var("rate") * var("size"),
        cap: Some(1.0.into()),
    }
}

fn with_places(places: &[&str]) -> SystemBuilder {
    let mut b = builder();
    b.dimension("place", places.iter().copied()).constant("size", &["place"], 1.0);
    b
}

#[test]
fn shared_facilities_check_their_places_and_dimensions() {
    let mut b = with_places(&["japan", "korea", "eu"]);
    assert!(b.clone().shared_facilities(shared()).clone().build().is_ok());
    for (wrong, words) in [
        (SharedFacilities { sources: "regions".into(), ..shared() }, ["regions", "`region`"]),
        (SharedFacilities { facilities: "plce".into(), ..shared() }, ["plce", "`place`"]),
        (SharedFacilities { facilities: "region".into(), ..shared() }, ["two dimensions", "both"]),
        (SharedFacilities { feed: var("demand"), ..shared() }, ["of the feed", "[metal]"]),
        (
            SharedFacilities { feed: var("rate") * var("size"), ..shared() },
            ["of the feed", "but not `place`"],
        ),
        (SharedFacilities { capacity: var("rate"), ..shared() }, ["of the capacity", "[region]"]),
        (SharedFacilities { offered: var("demand"), ..shared() }, ["of the offer", "[metal]"]),
        (SharedFacilities { cap: Some(var("demand")), ..shared() }, ["of the cap", "[metal]"]),
    ] {
        let error = b.clone().shared_facilities(wrong).clone().build().expect_err("wrong");
        assert!(error.diagnostics().iter().all(|d| d.key_name() == Some("plants")), "{error}");
        assert_says(&error.to_string(), &words);
    }
    b = with_places(&["japan", "korea"]);
    let error = b.shared_facilities(shared()).clone().build().expect_err("wrong");
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    assert_says(
        &error.to_string(),
        &["a source is not among the facilities", "plants", "`eu`", "japan, korea"],
    );
}

#[test]
fn what_is_broadcast_together_has_limits() {
    let mut b = builder();
    for dim in ["a", "b", "c"] {
        b.dimension(dim, (0..100).map(|i| format!("{dim}{i}")));
        b.constant(&format!("x_{dim}"), &[dim], 1.0);
    }
    b.stockpile(Stockpile {
        name: "reserve".into(),
        shortfall: var("x_a"),
        target: var("x_b"),
        rate: var("x_c"),
    });
    assert_says(&refused(b), &["too large", "reserve", "[a, b, c, time]"]);
    let mut b = builder();
    b.dimension(
        "place",
        ["eu".to_owned(), "japan".to_owned()]
            .into_iter()
            .chain((0..200_000).map(|i| format!("p{i}"))),
    );
    b.constant("size", &[], 1.0);
    b.shared_facilities(shared());
    assert_says(&refused(b), &["too large", "plants", "[region, place, time]"]);
}

#[test]
fn a_loop_through_shared_facilities_names_the_cycle() {
    let mut b = with_places(&["japan", "eu"]);
    b.variable("feed", var("demand") * var("rate") + var("plants.taken").sum("place"));
    b.shared_facilities(SharedFacilities { feed: var("feed"), ..shared() });
    assert_says(&refused(b), &["loop within one step", "plants.taken"]);
}

#[test]
fn a_loop_within_a_step_names_the_cycle() {
    let mut b = builder();
    b.flow("a").from("use").to("recycling").is(var("b") * 0.5);
    b.flow("b").from("recycling").to("use").is(var("c") + 1.0);
    b.variable("c", var("a") * 2.0);
    let text = refused(b);
    assert_says(&text, &["loop within one step"]);
    assert!(
        ["a → b → c → a", "b → c → a → b", "c → a → b → c"].iter().any(|c| text.contains(c)),
        "{text}"
    );
}

#[test]
fn transfer_coefficients_need_inflows_and_no_stock() {
    let mut b = builder();
    b.flow("out").from("recycling").to("use").coefficient(0.5);
    b.stock("held", "use").is("demand");
    b.flow("in").from(System::ENVIRONMENT).to("use").is("demand");
    b.flow("lost").from("use").to(System::ENVIRONMENT).remainder();
    b.flow("lost_too").from("use").to(System::ENVIRONMENT).remainder();
    let text = refused(b);
    assert_says(&text, &["without a stock", "one remainder", "lost_too"]);
}

#[test]
fn observed_and_overridden_names_must_exist() {
    let mut b = builder();
    b.observe("demmand", "t").observe("rate", "1").observe("rate", "1");
    let change = Override { name: "ratte".into(), change: Change::Set(1.0), from: 2021, ramp: 2 };
    b.policy(Policy { name: "more".into(), overrides: vec![change] });
    b.policy(Policy { name: "more".into(), overrides: Vec::new() });
    let text = refused(b);
    assert_says(&text, &["`demand`", "`rate`", "duplicate policy", "duplicate observed"]);
}

#[test]
fn a_parameter_and_a_noise_have_streams_of_their_own() {
    let law = Distribution::uniform(Range { low: 0.0, high: 1.0 }).expect("a range");
    let mut b = builder();
    b.noise("e", &["metal"]);
    let streams = vec!["e[metal=nickel]".to_owned()];
    b.parameters_on("yield", &[], vec![law], streams);
    let text = refused(b);
    assert_says(&text, &["stream of a noise", "e[metal=nickel]", "a stream of its own"]);
}

#[test]
fn horizons_and_numbers_are_checked() {
    #[allow(clippy::reversed_empty_ranges)]
    let empty = System::builder("x", 2030..=2020);
    assert_says(&refused(empty), &["horizon is empty", "2030 to 2020"]);
    assert_says(&refused(System::builder("x", i32::MIN..=i32::MAX)), &["too long"]);
    let mut b = builder();
    b.constant("nan", &[], f64::NAN);
    assert_says(&refused(b), &["finite", "nan"]);
}

#[test]
fn arrays_formulas_and_chains_have_limits() {
    let mut b = builder();
    for dim in ["a", "b", "c", "d"] {
        b.dimension(dim, (0..100).map(|i| format!("{dim}{i}")));
        b.constant(&format!("x_{dim}"), &[dim], 1.0);
    }
    b.variable("huge", var("x_a") * var("x_b") * var("x_c") * var("x_d"));
    b.noise("noise", &["a", "b", "c", "d"]);
    let deep = (0..100_000).fold(var("rate"), |sum, _| sum + 1.0);
    b.variable("deep", deep);
    let text = refused(b);
    assert_says(&text, &["too large", "huge", "noise", "nested too deep", "deep"]);

    let mut b = builder();
    for i in 0..20_000 {
        b.variable(&format!("v{i}"), var(format!("v{}", i + 1)) + 1.0);
    }
    b.constant("v20000", &[], 1.0);
    assert_says(&refused(b), &["too long a chain"]);
}

#[test]
fn a_long_chain_in_order_is_fine() {
    let mut b = builder();
    b.constant("v0", &[], 1.0);
    for i in 1..5_000 {
        b.variable(&format!("v{i}"), var(format!("v{}", i - 1)) + 1.0);
    }
    b.observe("v4999", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let outcome = blackmass::Ensemble::new(&plan).draws(1).run().expect("runs");
    let v = outcome.report("baseline", "v4999").and_then(|r| r.summary(0, 2020)).expect("there");
    assert_eq!(v.central, 5_000.0);
}

#[test]
fn rejected_declarations_fail_the_build() {
    let mut b = builder();
    b.reject(Diagnostic::new("not here").key("thing"));
    assert_says(&refused(b), &["not here", "thing"]);
}
