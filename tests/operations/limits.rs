//! Flows with limits, in order of priority, against a twin in scalars.

use super::{draws, kept, plan};
use blackmass::system::{Change, Override, Policy, Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{CohortStock, ErrorKind, InflowTiming, Lifetime, System, SystemBuilder};

const NAMES: [&str; 8] =
    ["lost", "mills", "foundries", "export", "dump", "feed", "mill_need", "foundry_need"];

/// Scrap of two metals goes to mills (a limit each), then to foundries and to
/// export (limits on the total); a share is lost before, the rest is dumped.
fn sorting(order: [&str; 3]) -> SystemBuilder {
    let mut b = System::builder("sorting", 2020..=2029);
    b.dimension("metal", ["iron", "zinc"]);
    b.process("sorting");
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("scale", &["metal"], law(0.0, 20.0));
    let years = (0..10).map(|t| f64::from(t) / 4.0).collect();
    b.constant("years", &[], Values::PerYear(years));
    b.variable("feed", var("scale") * var("years"));
    b.parameter("mill_need", &["metal"], law(-2.0, 12.0));
    b.parameter("foundry_need", &[], law(-2.0, 12.0));
    b.constant("capacity", &[], 3.0);
    b.flow("in").from(System::ENVIRONMENT).to("sorting").is("feed");
    let end = System::ENVIRONMENT;
    // Before those it takes the rest of, and after.
    b.flow("dump").from("sorting").to(end).over(&["metal"]).remainder();
    for name in order {
        let limit = match name {
            "mills" => var("mill_need"),
            "foundries" => var("foundry_need"),
            _ => var("capacity"),
        };
        b.flow(name).from("sorting").to(end).over(&["metal"]).up_to(limit);
    }
    b.flow("lost").from("sorting").to(end).coefficient(0.1);
    NAMES.iter().for_each(|name| _ = b.observe(name, "t/yr"));
    b
}

/// What a limit takes of what is left.
fn take(left: &mut [f64; 2], limit: [Option<f64>; 3]) -> [f64; 2] {
    let positive = |x: f64| if x > 0.0 { x } else { 0.0 };
    let mut taken = [0.0; 2];
    if let Some(limit) = limit[2] {
        let total = left[0] + left[1];
        let share = if total > 0.0 { (positive(limit) / total).min(1.0) } else { 0.0 };
        taken = left.map(|x| x * share);
    } else {
        for m in 0..2 {
            taken[m] = left[m].min(positive(limit[m].expect("a limit each")));
        }
    }
    for m in 0..2 {
        left[m] -= taken[m];
    }
    taken
}

#[test]
fn limits_take_what_is_left_in_the_order_declared() {
    let mut seen = Vec::new();
    for order in [["mills", "foundries", "export"], ["export", "mills", "foundries"]] {
        let outcome = kept(&plan(sorting(order)), 200, &NAMES);
        assert!(outcome.worst_residual() < 1e-12);
        let of = |name| draws(&outcome, "baseline", name);
        let (feed, mill, foundry) = (of("feed"), of("mill_need"), of("foundry_need"));
        let [lost, dump] = ["lost", "dump"].map(of);
        let flows = order.map(of);
        let (mut none, mut all) = (0, 0);
        for draw in 0..200 {
            for t in 0..10 {
                let at = |series: &[Vec<f64>]| [series[t][draw], series[10 + t][draw]];
                let fed = at(&feed);
                let mut left = fed.map(|x| x * 0.9);
                for (name, flow) in order.iter().zip(&flows) {
                    let limit = match *name {
                        "mills" => [Some(mill[0][draw]), Some(mill[1][draw]), None],
                        "foundries" => [None, None, Some(foundry[0][draw])],
                        _ => [None, None, Some(3.0)],
                    };
                    let taken = take(&mut left, limit);
                    for (ours, twin) in at(flow).iter().zip(taken) {
                        assert!((ours - twin).abs() <= 1e-12 * (fed[0] + fed[1]), "{name}");
                        assert!(*ours >= 0.0);
                    }
                }
                for m in 0..2 {
                    let (rest, gone) = (at(&dump)[m], at(&lost)[m]);
                    assert!((rest - left[m]).abs() <= 1e-12 * (fed[0] + fed[1]));
                    assert!(rest >= 0.0, "{rest}");
                    assert!((gone - 0.1 * fed[m]).abs() <= 1e-15 * fed[m]);
                    none += i32::from(rest == 0.0 && fed[m] > 0.0);
                    all += i32::from(rest > 0.0);
                }
            }
        }
        // Both happen: nothing is left, something is left.
        assert!(none > 100 && all > 100, "{none} {all}");
        seen.push(of("export"));
    }
    assert_ne!(seen[0], seen[1], "the order of declaration is the priority");
}

#[test]
fn a_policy_that_moves_a_limit_moves_the_rest() {
    let mut b = sorting(["mills", "foundries", "export"]);
    let policy = |name: &str, overrides| Policy { name: name.to_owned(), overrides };
    let ban = |name: &str| Override {
        name: name.to_owned(),
        change: Change::Multiply(0.0),
        from: 2025,
        ramp: 0,
    };
    b.policy(policy("free", Vec::new()));
    b.policy(policy("banned", vec![ban("capacity")]));
    b.policy(policy("shut", vec![ban("export")]));
    let outcome = kept(&plan(b), 100, &NAMES);
    assert!(outcome.worst_residual() < 1e-12);
    // Whether the limit or the flow is set to zero, the rest takes it.
    for name in ["dump", "export"] {
        let [free, banned, shut] = ["free", "banned", "shut"].map(|p| draws(&outcome, p, name));
        assert_eq!(banned, shut);
        for (at, (free, banned)) in free.iter().zip(&banned).enumerate() {
            assert_eq!(free == banned, at % 10 < 5, "{name}, row {at}");
        }
    }
    assert!(draws(&outcome, "banned", "dump").iter().flatten().all(|x| *x >= 0.0));
}

#[test]
fn a_limit_on_nothing_takes_nothing() {
    let mut b = System::builder("nothing", 2020..=2022);
    b.dimension("metal", ["iron", "zinc"]);
    let law = Distribution::uniform(Range { low: -1.0, high: 1.0 }).expect("a range");
    b.parameter("x", &["metal"], law.clone()).parameter("limit", &[], law);
    b.variable("none", (var("x") * 0.0).up_to(var("limit").max(0.5)));
    b.variable("cut", var("x").up_to("limit"));
    b.observe("none", "t").observe("cut", "t").observe("x", "t").observe("limit", "t");
    let names = ["none", "cut", "x", "limit"];
    let outcome = kept(&plan(b), 100, &names);
    let [none, cut, x, limit] = names.map(|name| draws(&outcome, "baseline", name));
    assert!(none.iter().flatten().all(|x| *x == 0.0));
    for draw in 0..100 {
        let total = cut[0][draw] + cut[1][draw];
        assert!(total <= limit[0][draw].max(0.0) * (1.0 + 1e-15));
        for m in 0..2 {
            assert!(cut[m][draw] >= 0.0 && cut[m][draw] <= x[m][draw].max(0.0));
        }
    }
    assert!(cut.iter().flatten().any(|x| *x > 0.0));
}

fn refused(b: SystemBuilder, words: &[&str]) {
    let error = b.build().expect_err("this system is wrong");
    assert_eq!(error.kind(), ErrorKind::System);
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

#[test]
fn limits_that_cannot_close_the_balance_are_refused() {
    let end = System::ENVIRONMENT;
    let mut b = System::builder("sorting", 2020..=2022);
    b.process("sorting").constant("feed", &[], 1.0);
    b.flow("in").from(end).to("sorting").is("feed");
    b.flow("mills").from("sorting").to(end).up_to(3.0);
    refused(b, &["takes the rest", "mills", "no remainder out of `sorting`", ".remainder()"]);

    let mut b = sorting(["mills", "foundries", "export"]);
    b.dimension("region", ["eu", "japan"]).constant("quota", &["region"], 1.0);
    b.flow("quotas").from("sorting").to(end).up_to("quota");
    refused(b, &["dimensions of a limit", "quotas", "[region]", "[metal]"]);

    let mut b = sorting(["mills", "foundries", "export"]);
    b.stock("heap", "sorting").is("feed");
    refused(b, &["processes without a stock", "sorting"]);

    let mut b = System::builder("sorting", 2020..=2022);
    b.process("sorting");
    b.flow("mills").from("sorting").to(end).up_to(3.0);
    b.flow("rest").from("sorting").to(end).remainder();
    refused(b, &["needs a process with inflows", "sorting"]);
}

/// What the table of the module `system` says, each line beside its meaning.
#[test]
fn mixes_delays_and_products_are_said_in_a_line() {
    let end = System::ENVIRONMENT;
    let mut b = System::builder("words", 2020..=2029);
    b.dimension("metal", ["iron", "zinc"]).dimension("class", ["old", "new", "odd"]);
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("items", &["class"], law(0.0, 9.0));
    b.parameter("content", &["metal", "class"], law(0.1, 0.9));
    b.constant("years", &[], Values::PerYear((0..10).map(f64::from).collect()));
    b.process("yard").process("oven");
    let masses = (var("items") * var("content")).sum("class");
    b.flow("in").from(end).to("yard").over(&["metal"]).is(masses * var("years"));
    // A delay with what is on its way, and the same by cohort.
    b.flow("out").from("yard").to("oven").is(var("in").delayed(3));
    b.stock("held", "yard").is(var("in").cumulative() - var("in").delayed(3).cumulative());
    b.cohort_stock(CohortStock {
        name: "cohorts".into(),
        inflow: var("in"),
        lifetime: Lifetime::fixed(3.0).inflow_at(InflowTiming::End),
    });
    // An outflow mixed as the inflow is.
    b.flow("taken").from("oven").to(end).up_to(7.0);
    b.flow("rest").from("oven").to(end).remainder();
    let names =
        ["items", "content", "in", "out", "held", "cohorts.outflow", "cohorts.stock", "taken"];
    names.iter().for_each(|name| _ = b.observe(name, "t"));
    let outcome = kept(&plan(b), 50, &names);
    assert!(outcome.worst_residual() < 1e-12);
    let [items, content, entered, out, held, left, stock, taken] =
        names.map(|name| draws(&outcome, "baseline", name));
    for draw in 0..50 {
        let mut cut = 0;
        for t in 0..10 {
            let of = |m: usize| {
                let masses = (0..3).map(|c| items[c][draw] * content[m * 3 + c][draw]);
                masses.sum::<f64>() * t as f64
            };
            let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * of(0).max(of(1)) + 1e-12);
            let leaving = |m: usize| if t < 3 { 0.0 } else { entered[m * 10 + t - 3][draw] };
            for m in 0..2 {
                let at = m * 10 + t;
                near(entered[at][draw], of(m));
                near(out[at][draw], leaving(m));
                near(left[at][draw], leaving(m));
                near(held[at][draw], stock[at][draw]);
                let total = leaving(0) + leaving(1);
                let share = if total > 7.0 { 7.0 / total } else { 1.0 };
                cut += i32::from(share < 1.0);
                near(taken[at][draw], share * leaving(m));
            }
        }
        assert!(cut < 20);
    }
}
