//! Loops through a delay whose solution is known.

use blackmass::system::{Change, Override, Policy, Values, var};
use blackmass::{
    CohortStock, Ensemble, Facilities, InflowTiming, Lifetime, Outcome, Plan, Stockpile, System,
    SystemBuilder,
};

pub const YEARS: usize = 41;

pub fn builder() -> SystemBuilder {
    let mut b = System::builder("by hand", 2000..=2000 + YEARS as i32 - 1);
    b.constant("begin", &[], pulse(1.0));
    b
}

/// A number in the first year, zero later.
pub fn pulse(x: f64) -> Values {
    Values::PerYear((0..YEARS).map(|t| if t == 0 { x } else { 0.0 }).collect())
}

pub fn plan(b: &SystemBuilder) -> Plan {
    let system = b.clone().build().unwrap_or_else(|e| panic!("{e}"));
    Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"))
}

pub fn run(b: &SystemBuilder) -> Outcome {
    Ensemble::new(&plan(b)).draws(3).threads(1).run().unwrap_or_else(|e| panic!("{e}"))
}

/// The central case of a variable, element by element.
pub fn central(outcome: &Outcome, policy: &str, name: &str) -> Vec<Vec<f64>> {
    let report = outcome.report(policy, name).expect("observed");
    let of = |e| outcome.years().map(move |y| report.summary(e, y).expect("there").central);
    (0..report.series().labels.len()).map(|e| of(e).collect()).collect()
}

pub fn series(outcome: &Outcome, name: &str) -> Vec<f64> {
    let policy = &outcome.reports()[0].series().policy.clone();
    central(outcome, policy, name).remove(0)
}

pub fn close(found: &[f64], expected: &[f64]) {
    crate::twin::compare::agree(
        "by hand",
        found,
        expected,
        crate::twin::compare::largest(expected),
        1e-12,
    )
    .unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn growth_is_geometric() {
    let mut b = builder();
    b.variable("x", var("x").delayed(1) * 1.03 + var("begin") * 100.0).observe("x", "t");
    let expected: Vec<f64> = (0..YEARS).map(|t| 100.0 * 1.03_f64.powi(t as i32)).collect();
    close(&series(&run(&b), "x"), &expected);
}

#[test]
fn the_logistic_map_is_iterated_bit_by_bit() {
    let mut b = builder();
    b.variable("before", var("x").delayed(1));
    b.variable("x", 3.7 * var("before") * (1.0 - var("before")) + var("begin") * 0.4);
    b.observe("x", "1");
    let mut x = 0.0;
    let expected: Vec<f64> = (0..YEARS)
        .map(|t| {
            x = 3.7 * x * (1.0 - x) + if t == 0 { 0.4 } else { 0.0 };
            x
        })
        .collect();
    assert_eq!(series(&run(&b), "x"), expected);
}

#[test]
fn delays_of_one_to_four_add_up() {
    let mut b = builder();
    let all = (1..=4).map(|k| var("x").delayed(k)).reduce(|a, x| a + x).expect("four");
    b.variable("x", all + "begin").observe("x", "1");
    // A delay of a delay: Fibonacci's numbers.
    b.variable("y", var("y").delayed(1) + var("y").delayed(1).delayed(1) + "begin");
    b.observe("y", "1");
    // Three steps at a time.
    b.variable("z", 2.0 * var("z").delayed(3) + "begin").observe("z", "1");
    // Never back within the horizon.
    b.variable("w", var("w").delayed(1000) + "begin").observe("w", "1");
    let (mut x, mut y) = (vec![1.0], vec![1.0, 1.0]);
    for t in 1..YEARS {
        x.push(x.iter().rev().take(4).sum());
        y.push(y[t] + y[t - 1]);
    }
    let outcome = run(&b);
    assert_eq!(series(&outcome, "x"), x);
    assert_eq!(series(&outcome, "y"), y[..YEARS]);
    let z = |t: usize| if t.is_multiple_of(3) { 2.0_f64.powi((t / 3) as i32) } else { 0.0 };
    assert_eq!(series(&outcome, "z"), (0..YEARS).map(z).collect::<Vec<_>>());
    assert_eq!(series(&outcome, "w")[..3], [1.0, 0.0, 0.0]);
}

/// Each year half of last year's backlog is added to the capacity.
#[test]
fn a_capacity_follows_the_backlog() {
    let mut b = builder();
    b.dimension("kind", ["a", "b"]);
    b.constant("feed", &["kind"], Values::PerElement(vec![6.0, 4.0]));
    b.variable("capacity", 5.0 + 0.5 * var("plant.backlog").delayed(1).sum("kind"));
    b.facilities(Facilities {
        name: "plant".into(),
        feed: var("feed"),
        capacity: var("capacity"),
        basis: None,
    });
    b.observe("plant.processed", "t").observe("capacity", "t");
    let (mut held, mut done) = ([0.0, 0.0], [vec![], vec![]]);
    let mut capacities: Vec<f64> = Vec::new();
    for _ in 0..YEARS {
        let capacity = 5.0 + 0.5 * (held[0] + held[1]);
        let total = held[0] + held[1] + 10.0;
        let share = if total > capacity { capacity / total } else { 1.0 };
        for (e, feed) in [6.0, 4.0].into_iter().enumerate() {
            done[e].push((held[e] + feed) * share);
            held[e] = (held[e] + feed) * (1.0 - share);
        }
        capacities.push(capacity);
    }
    // In the end as much is done as comes.
    assert!((capacities[YEARS - 1] - 10.0).abs() < 1e-6 && capacities[0] == 5.0);
    // What is processed comes from the operation in the loop.
    let text = plan(&b).explain();
    assert!(!text.contains("facilities") && text.contains("loop "), "{text}");
    let outcome = run(&b);
    close(&series(&outcome, "capacity"), &capacities);
    let found = central(&outcome, "baseline", "plant.processed");
    close(&found[0], &done[0]);
    close(&found[1], &done[1]);
}

/// Scrap of a year is used in the next: with flows, whose mass is balanced.
#[test]
fn scrap_that_returns_next_year_is_a_geometric_series() {
    let mut b = builder();
    b.process("making").process("yard");
    b.constant("made", &[], 70.0);
    b.flow("primary").from(System::ENVIRONMENT).to("making").is("made");
    b.flow("returned").from("yard").to("making").is(var("scrap").delayed(1));
    b.flow("scrap").from("making").to("yard").coefficient(0.3);
    b.flow("goods").from("making").to(System::ENVIRONMENT).remainder();
    b.stock("pile", "yard").is("scrap");
    b.observe("goods", "t").observe("pile", "t");
    let outcome = run(&b);
    assert!(outcome.worst_residual() < 1e-14);
    let made = |t: usize| 70.0 * (1.0 - 0.3_f64.powi(t as i32 + 1)) / 0.7;
    close(&series(&outcome, "goods"), &(0..YEARS).map(|t| 0.7 * made(t)).collect::<Vec<_>>());
    close(&series(&outcome, "pile"), &(0..YEARS).map(|t| 0.3 * made(t)).collect::<Vec<_>>());
}

/// What leaves is replaced a year later: with a lifetime of three years in full,
/// something enters every fourth year.
#[test]
fn replacement_by_what_left_is_periodic() {
    let mut b = builder();
    b.cohort_stock(CohortStock {
        name: "fleet".into(),
        inflow: var("fleet.outflow").delayed(1) + var("begin") * 8.0,
        lifetime: Lifetime::fixed(3.0).inflow_at(InflowTiming::End),
    });
    b.observe("fleet.stock", "1").observe("fleet.outflow", "1");
    let outcome = run(&b);
    for (t, (stock, out)) in
        series(&outcome, "fleet.stock").iter().zip(series(&outcome, "fleet.outflow")).enumerate()
    {
        let expected = if t % 4 == 3 { (0.0, 8.0) } else { (8.0, 0.0) };
        assert_eq!((*stock, out), expected, "step {t}");
    }
}

/// All but one of what a stockpile moved falls short the year after.
#[test]
fn a_stockpile_answers_what_it_did_before() {
    let mut b = builder();
    b.stockpile(Stockpile {
        name: "reserve".into(),
        shortfall: (var("reserve.refill") + var("reserve.release")).delayed(1) - 1.0,
        target: 9.0.into(),
        rate: 4.0.into(),
    });
    for port in ["stock", "release", "refill"] {
        b.observe(&format!("reserve.{port}"), "t");
    }
    let (mut stock, mut release, mut refill) = (0.0_f64, 0.0_f64, 0.0_f64);
    let mut expected = Vec::new();
    for _ in 0..YEARS {
        let short = refill + release - 1.0;
        release = stock.min(short.max(0.0));
        refill = if short > 0.0 { 0.0 } else { (9.0 - stock).clamp(0.0, 4.0) };
        stock = stock - release + refill;
        expected.push(stock);
    }
    assert_eq!(expected[..4], [4.0, 1.0, 0.0, 4.0]);
    assert_eq!(series(&run(&b), "reserve.stock"), expected);
}

#[test]
fn two_loops_are_stepped_apart_and_the_rest_is_swept() {
    let mut b = builder();
    b.variable("x", var("x").delayed(1) * 1.5 + "begin");
    b.variable("y", var("y").delayed(2) * 0.5 + "x");
    b.variable("after", var("y").cumulative() * 2.0);
    b.observe("after", "1").observe("y", "1");
    let plan = plan(&b);
    let text = plan.explain();
    let line = |word: &str| text.lines().find(|l| l.trim().starts_with(word)).map(str::to_owned);
    let count = |word| line(word).and_then(|l| l.split_whitespace().nth(1).map(str::to_owned));
    assert_eq!(count("loop").as_deref(), Some("2"), "{text}");
    // A delay and a map each; what follows is not part of a loop.
    assert_eq!(line("stepped").as_deref(), Some("stepped     4 operations within loops"), "{text}");
    assert_eq!(count("cumulative").as_deref(), Some("1"), "{text}");
    let (mut y, mut sum, mut after) = (Vec::<f64>::new(), 0.0, Vec::new());
    for t in 0..YEARS {
        let before = if t < 2 { 0.0 } else { y[t - 2] };
        y.push(0.5 * before + 1.5_f64.powi(t as i32));
        sum += y[t];
        after.push(2.0 * sum);
    }
    let outcome = run(&b);
    close(&series(&outcome, "y"), &y);
    close(&series(&outcome, "after"), &after);
}

/// A ring of many variables is followed without deep recursion.
#[test]
fn long_rings_are_fine() {
    const N: usize = 3000;
    let mut b = System::builder("ring", 2000..=2004);
    b.variable("v0", var(format!("v{}", N - 1)).delayed(1) + 1.0);
    for i in 1..N {
        b.variable(&format!("v{i}"), var(format!("v{}", i - 1)) + 1.0);
    }
    b.observe("v7", "1");
    assert_eq!(series(&run(&b), "v7"), [8.0, 3008.0, 6008.0, 9008.0, 12008.0]);
}

/// A long chain that is needed only by way of a delay is not followed by deep
/// recursion either.
#[test]
fn long_chains_behind_a_delay_are_fine() {
    const N: usize = 20_000;
    let mut b = System::builder("chain", 2000..=2002);
    b.constant("v0", &[], Values::PerYear(vec![1.0, 2.0, 3.0]));
    b.noise("zero", &[]).variable("v1", var("v0") + var("zero"));
    for i in 2..=N {
        b.variable(&format!("v{i}"), var(format!("v{}", i - 1)) * 1.0);
    }
    b.variable("a", var("b").delayed(1) + 1.0);
    b.variable("b", var("a") + var(format!("v{N}"))).observe("a", "1");
    assert_eq!(series(&run(&b), "a"), [1.0, 3.0, 6.0]);
}

/// A loop that looks at a later year is another one from the start, also in
/// variables that look at it only by way of a delay.
#[test]
fn policies_that_are_foreseen_act_before_they_begin() {
    let mut b = builder();
    let law = blackmass::uncertainty::Distribution::uniform(blackmass::uncertainty::Range {
        low: 1.0,
        high: 3.0,
    });
    b.parameter("price", &[], law.expect("a range"));
    b.variable("built", var("price").at_year(2030) + var("late"));
    b.variable("late", var("built").delayed(1) * 0.5).observe("late", "1");
    b.policy(policy("none", &[]));
    b.policy(policy("dearer", &[("price", Change::Multiply(3.0), 2020)]));
    let outcome = run(&b);
    let expected = |price: f64| -> Vec<f64> {
        (0..YEARS).map(|t| price * (1.0 - 0.5_f64.powi(t as i32))).collect()
    };
    close(&central(&outcome, "none", "late")[0], &expected(2.0));
    close(&central(&outcome, "dearer", "late")[0], &expected(6.0));
}

fn policy(name: &str, overrides: &[(&str, Change, i32)]) -> Policy {
    let overrides = overrides
        .iter()
        .map(|(name, change, from)| Override {
            name: (*name).into(),
            change: *change,
            from: *from,
            ramp: 0,
        })
        .collect();
    Policy { name: name.into(), overrides }
}

#[test]
fn policies_act_within_loops_and_share_those_they_leave_alone() {
    let mut b = builder();
    b.constant("rate", &[], 1.1).constant("price", &[], 2.0);
    b.variable("x", var("x").delayed(1) * "rate" + "begin");
    b.variable("sales", var("x") * "price");
    b.observe("x", "t").observe("sales", "EUR").report_from(2005);
    b.policy(policy("none", &[]));
    let count = |b: &SystemBuilder| {
        let text = plan(b).explain();
        let line = text.lines().find(|l| l.trim().starts_with("loop ")).expect("a loop").to_owned();
        line.split_whitespace().nth(1).and_then(|n| n.parse::<usize>().ok()).expect("a number")
    };
    b.policy(policy("dearer", &[("price", Change::Multiply(3.0), 2010)]));
    assert_eq!(count(&b), 1);
    b.policy(policy("faster", &[("rate", Change::Set(1.2), 2010)]));
    b.policy(policy(
        "both",
        &[("rate", Change::Set(1.2), 2010), ("price", Change::Multiply(3.0), 2010)],
    ));
    assert_eq!(count(&b), 2);
    b.policy(policy("gift", &[("x", Change::Add(5.0), 2020)]));
    assert_eq!(count(&b), 3);
    let outcome = run(&b);
    let follow = |faster: bool, gift: bool| -> Vec<f64> {
        let mut x = 0.0;
        let step = |t: usize| {
            let rate = if faster && t >= 10 { 1.2 } else { 1.1 };
            x = x * rate + if t == 0 { 1.0 } else { 0.0 } + if gift && t >= 20 { 5.0 } else { 0.0 };
            x
        };
        (0..YEARS).map(step).skip(5).collect()
    };
    let tripled = |x: Vec<f64>| -> Vec<f64> {
        let price = |t| if t >= 5 { 6.0 } else { 2.0 };
        x.into_iter().enumerate().map(|(t, x)| x * price(t)).collect()
    };
    for (name, x) in [
        ("none", follow(false, false)),
        ("dearer", follow(false, false)),
        ("faster", follow(true, false)),
        ("both", follow(true, false)),
        ("gift", follow(false, true)),
    ] {
        close(&central(&outcome, name, "x")[0], &x);
        if name == "both" || name == "dearer" {
            close(&central(&outcome, name, "sales")[0], &tripled(x));
        }
    }
    // A difference is one of the same draws.
    let report = outcome.difference("faster", "x").expect("compared");
    let found = report.summary(0, 2039).expect("there").central;
    let expected = follow(true, false)[34] - follow(false, false)[34];
    assert!((found - expected).abs() < 1e-9 * expected);
}

/// What is left of a pile each year goes first to a furnace up to its capacity,
/// the rest waits: x(t) = x(t−1) − min(x(t−1), 30), split by metal as mixed.
#[test]
fn a_limit_within_a_loop_cuts_in_proportion() {
    let mut b = builder();
    b.dimension("metal", ["iron", "copper"].map(str::to_owned));
    let first = |x: f64| (0..YEARS).map(|t| if t == 0 { x } else { 0.0 }).collect::<Vec<_>>();
    b.constant("found", &["metal"], Values::PerElementAndYear(vec![first(60.0), first(20.0)]));
    b.variable("pile", var("found") + var("pile").delayed(1) - var("melted").delayed(1));
    b.variable("melted", var("pile").up_to(30.0)).observe("melted", "t/yr");
    let outcome = run(&b);
    let melted = central(&outcome, "baseline", "melted");
    let expected = |of: f64| {
        let mut series = vec![0.0; YEARS];
        series[..3].copy_from_slice(&[of * 30.0, of * 30.0, of * 20.0]);
        series
    };
    close(&melted[0], &expected(0.75));
    close(&melted[1], &expected(0.25));
}
