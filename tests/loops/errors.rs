//! What is refused of loops, and in which words.

use crate::by_hand::builder;
use blackmass::process::{Duration, Outages};
use blackmass::stock::{NegativeInflow, Timing};
use blackmass::system::{
    Block, Change, Driven, Expr, Operation, Override, Policy, Port, Start, Varies, stack, var,
};
use blackmass::{
    CohortModel, ErrorKind, Facilities, Lifetime, ProductComponent, SharedFacilities, SystemBuilder,
};
use std::sync::Arc;

fn refused(b: &SystemBuilder, words: &[&str]) {
    let error = b.clone().build().expect_err("this system is wrong");
    assert_eq!(error.kind(), ErrorKind::System);
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

#[test]
fn a_loop_within_a_step_names_the_cycle_and_both_ways_out() {
    let mut b = builder();
    b.variable("a", var("c") * 0.5 + var("a").delayed(1));
    b.variable("b", var("a").cumulative()).variable("c", var("b") + 1.0);
    b.variable("d", var("c") * 2.0);
    refused(&b, &["a loop within one step", "a → c → b → a", "`delayed`", "`linear_loop`"]);
    let error = b.build().expect_err("wrong");
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    let mut b = builder();
    b.variable("a", var("a").delayed(0) + 1.0);
    refused(&b, &["a loop within one step", "a → a"]);
}

#[test]
fn one_year_of_itself_is_refused() {
    let mut b = builder();
    b.variable("a", var("a").at_year(2003).delayed(1) + var("begin"));
    refused(&b, &["a loop within one step", "a → a"]);
    let mut b = builder();
    b.variable("a", var("b").delayed(1)).variable("b", var("a").at_year(2003));
    refused(&b, &["one year of itself", "`at_year`", "b"]);
}

#[derive(Debug)]
struct Doubled;

impl Operation for Doubled {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("x")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("twice")]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        block.each_draw(|x, twice| {
            for (twice, x) in twice[0].iter_mut().zip(x[0]) {
                *twice = 2.0 * x;
            }
            Ok(())
        })
    }
}

#[test]
fn an_operation_of_the_users_cannot_be_part_of_a_loop() {
    let mut b = builder();
    b.operation("doubled", Arc::new(Doubled), [var("x").delayed(1)]);
    b.variable("x", var("begin") + 0.1 * var("doubled.twice"));
    refused(&b, &["cannot be part of a loop", "doubled.twice", "`doubled`", "stockpiles"]);
}

#[test]
fn what_has_to_be_computed_whole_names_itself() {
    let mut b = builder();
    b.constant("content", &[], 1.0);
    b.product_component(ProductComponent {
        name: "cars".into(),
        inflow: var("begin") + var("cars.product_exits").delayed(1),
        product: Lifetime::fixed(3.0),
        component: Lifetime::fixed(5.0),
        replacement: 0.5.into(),
        age_limit: 2,
        content: var("content"),
    });
    refused(&b, &["cannot be part of a loop", "cars.product_exits", "`cars`", "cohort stocks"]);

    let mut b = builder();
    b.cohort_model(CohortModel {
        name: "fleet".into(),
        driven: Driven::ByInflow(var("begin") + var("x")),
        lifetime: Lifetime::fixed(3.0),
        varies: Varies::Never,
        timing: Timing::Middle,
        negative_inflow: NegativeInflow::OldestFirst,
    });
    b.variable("x", var("fleet.outflow").delayed(1));
    refused(&b, &["cannot be part of a loop", "`fleet`"]);

    let mut b = builder();
    b.dimension("region", ["eu"]).dimension("place", ["eu", "korea"]);
    b.constant("one", &["region"], 1.0).constant("size", &["place"], 1.0);
    b.shared_facilities(SharedFacilities {
        name: "plants".into(),
        sources: "region".into(),
        facilities: "place".into(),
        feed: var("one") + var("plants.backlog").delayed(1),
        capacity: var("size"),
        offered: var("one") * var("size"),
        cap: None,
    });
    refused(&b, &["cannot be part of a loop", "`plants`", "take it out"]);

    let mut b = builder();
    let outages = Outages { start: var("x").delayed(1) * 0.1, duration: Duration::Fixed(2) };
    b.chance("u", &[]).variable("runs", outages.path("u")).variable("x", var("runs") * 0.5);
    refused(&b, &["events depend on what follows from them", "runs", "outside the loop"]);
}

#[test]
fn what_lasts_cannot_follow_a_loop() {
    let mut b = builder();
    b.variable("e", var("begin").ar1(var("e").delayed(1), Start::Zero));
    refused(&b, &["persistence", "without time"]);
    let mut b = builder();
    b.variable("x", var("x").delayed(1) + var("begin"));
    b.facilities(Facilities {
        name: "plant".into(),
        feed: var("x"),
        capacity: var("plant.backlog").delayed(1) * var("size"),
        basis: None,
    });
    b.dimension("kind", ["a", "b"]).constant("size", &["kind"], 1.0);
    refused(&b, &["do not match the feed", "plant", "[kind, time]"]);
}

/// A system with one linear loop of two variables, one of them as given.
fn linear(formula: Expr) -> SystemBuilder {
    let mut b = builder();
    b.dimension("kind", ["a", "b"]).constant("size", &["kind"], 1.0);
    b.constant("share", &[], 0.2).variable("input", var("scrap") + 1.0);
    b.variable("scrap", formula).linear_loop(&["input", "scrap"]);
    b
}

#[test]
fn what_is_not_linear_says_where() {
    let input = || var("input");
    assert!(linear(input() * var("share")).build().is_ok());
    for (formula, words) in [
        (input() * input(), "a product of `input` and `input`"),
        (1.0 / input(), "a division by `input`"),
        (0.1 * (-input()).exp(), "`exp` of `input`"),
        ((input() + var("scrap")).ln(), "`ln` of `input`, `scrap`"),
        (input().sqrt(), "`sqrt` of `input`"),
        (input().logistic(), "`logistic` of `input`"),
        (input().min(3.0), "the smaller (`min`) of `input`"),
        (input().clamp(0.0, 3.0), "the smaller (`min`) of `input`"),
        (input().max(3.0), "the larger (`max`, `clamp`) of `input`"),
        (input().at_least(3.0), "a comparison (`at_least`) of `input`"),
        (input().cumulative(), "the running sum (`cumulative`) of `input`"),
        (input().at_year(2003), "the value in 2003 of `input`"),
        ((input() * var("size")).sum("kind"), "a sum over `kind` of `input`"),
        ((input() * var("size")).at("kind", "b"), "one element (`b` of `kind`) of `input`"),
        (stack("kind", [input(), 0.0.into()]).sum("kind"), "a sum over `kind` of `input`"),
        (input().ar1(0.5, Start::Zero), "an autoregression (`ar1`) of `input`"),
    ] {
        refused(&linear(formula), &["a linear loop is not linear", "scrap", words, "sums and"]);
    }
}

#[test]
fn members_of_linear_loops_are_checked() {
    let mut b = linear(var("input") * var("share"));
    b.linear_loop(&["input", "share", "nothing"]).linear_loop(&[]);
    refused(
        &b,
        &[
            "unknown variable",
            "nothing",
            "stands twice in linear loops",
            "not a formula",
            "share",
            "without variables",
        ],
    );
    // A third variable on the way round is not declared.
    let mut b = linear(var("more") * var("share"));
    b.variable("more", var("input") * 1.1);
    refused(&b, &["a loop within one step", "more", "`linear_loop`"]);
    // A variable that depends on the loop by another way.
    let mut b = linear(var("input") * var("share"));
    b.variable("tail", var("input") + var("so_far")).variable("so_far", var("input").cumulative());
    assert!(b.build().is_ok());
    // Solved together with what follows from it.
    let mut b = linear(var("input") * var("share"));
    b.variable("tail", var("so_far") * 2.0).variable("so_far", var("input").cumulative());
    b.variable("first", var("scrap") * 1.0).linear_loop(&["first", "tail"]);
    assert!(b.build().is_ok());
    let mut b = builder();
    b.variable("input", var("input") * 0.1 + 1.0).variable("tail", var("so_far") * 2.0);
    b.variable("so_far", var("input").cumulative()).linear_loop(&["input", "tail"]);
    refused(&b, &["a loop within one step", "so_far"]);
    let mut b = linear(var("input") * var("size") * var("share"));
    b.variable("total", var("input").sum("kind") * 0.0 + 1.0);
    assert!(b.build().is_ok());
}

#[test]
fn variables_of_one_linear_loop_have_the_same_dimensions() {
    let mut b = builder();
    b.dimension("kind", ["a", "b"]).constant("size", &["kind"], 1.0);
    b.variable("input", var("input") * 0.1 + 1.0);
    b.variable("other", var("input") * var("size")).linear_loop(&["input", "other"]);
    refused(&b, &["have different dimensions", "other", "[kind]", "as `input` has"]);
}

#[test]
fn a_linear_loop_is_not_too_large() {
    let mut b = builder();
    let names: Vec<String> = (0..65).map(|i| format!("v{i}")).collect();
    for (i, name) in names.iter().enumerate() {
        b.variable(name, var(&names[(i + 1) % 65]) * 0.5 + 1.0);
    }
    b.linear_loop(&names.iter().map(String::as_str).collect::<Vec<_>>());
    refused(&b, &["a linear loop is too large", "65 variables", "at most 64"]);
}

#[test]
fn a_policy_cannot_override_what_is_solved_for() {
    let mut b = linear(var("input") * var("share"));
    let change = |name: &str| Override {
        name: name.into(),
        change: Change::Multiply(0.5),
        from: 2003,
        ramp: 0,
    };
    b.policy(Policy { name: "none".into(), overrides: Vec::new() });
    b.policy(Policy { name: "less".into(), overrides: vec![change("share")] });
    assert!(b.clone().build().is_ok());
    b.policy(Policy { name: "wrong".into(), overrides: vec![change("scrap")] });
    refused(&b, &["a policy cannot change a variable of a linear loop", "scrap", "policy wrong"]);
}

#[test]
fn hidden_dimensions_stay_hidden() {
    let system = linear(var("input") * var("share")).build().expect("sound");
    let names: Vec<&str> = system.dimensions().iter().map(|d| d.name()).collect();
    assert_eq!(names, ["kind"]);
}
