//! Linear loops within a step: solved by hand, by substitution, and by going
//! round until nothing changes.

use crate::bed::{Bed, DRAWS, Kind, elements};
use crate::by_hand::{YEARS, builder, central, close, plan, run, series};
use crate::twin::compare::{agree, largest};
use crate::twin::formula::Point;
use blackmass::system::{Change, Override, Policy, Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, ErrorKind, System};
use proptest::prelude::*;

#[test]
fn one_variable_is_demand_over_what_is_not_scrap() {
    let mut b = builder();
    let shares: Vec<f64> = (0..YEARS).map(|t| 0.02 * t as f64).collect();
    b.constant("share", &[], Values::PerYear(shares.clone())).constant("demand", &[], 80.0);
    b.variable("input", var("demand") + var("share") * var("input"));
    b.linear_loop(&["input"]).observe("input", "t");
    let expected: Vec<f64> = shares.iter().map(|s| 80.0 / (1.0 - s)).collect();
    close(&series(&run(&b), "input"), &expected);
}

/// x = 2y/5 + 6, y = x/2 − (y + 1)/4: 10x = 4y + 60 and 10y = 4x − 2.
#[test]
fn two_variables_by_hand() {
    let mut b = builder();
    b.variable("x", 2.0 * var("y") / 5.0 + 6.0);
    b.variable("y", var("x") * 0.5 - (var("y") + 1.0) / 4.0);
    b.linear_loop(&["y", "x"]).observe("x", "t").observe("y", "t");
    let outcome = run(&b);
    // x = (10·60 + 4·(−2))/84, y = (10·(−2) + 4·60)/84
    close(&series(&outcome, "x"), &[592.0 / 84.0; 1].repeat(YEARS));
    close(&series(&outcome, "y"), &[220.0 / 84.0; 1].repeat(YEARS));
}

/// The first pivot is zero: rows have to change places.
#[test]
fn a_pivot_may_be_zero() {
    let mut b = builder();
    b.variable("x", var("x") + var("y") - 3.0).variable("y", 0.5 * var("x"));
    b.linear_loop(&["x", "y"]).observe("x", "t").observe("y", "t");
    let outcome = run(&b);
    assert_eq!(series(&outcome, "x"), [6.0; YEARS]);
    assert_eq!(series(&outcome, "y"), [3.0; YEARS]);
}

/// What does not vary in time is solved once, and can be a lifetime's parameter.
#[test]
fn what_lasts_is_solved_once() {
    let mut b = builder();
    b.variable("mean", 0.5 * var("mean") + 2.0).linear_loop(&["mean"]);
    b.cohort_stock(blackmass::CohortStock {
        name: "use".into(),
        inflow: var("begin"),
        lifetime: blackmass::Lifetime::fixed(var("mean")),
    });
    b.observe("mean", "yr").observe("use.stock", "t");
    let outcome = run(&b);
    let report = outcome.report("baseline", "mean").expect("observed");
    assert!((report.summary(0, 2000).expect("there").central - 4.0).abs() < 1e-14);
    assert_eq!(series(&outcome, "use.stock").iter().sum::<f64>(), 4.0);
}

/// A ring of more variables than an operation has outputs.
#[test]
fn a_ring_of_sixty_four() {
    let names: Vec<String> = (0..64).map(|i| format!("v{i}")).collect();
    let mut b = builder();
    for (i, name) in names.iter().enumerate() {
        b.variable(name, var(&names[(i + 1) % 64]) * 0.5 + if i == 0 { 1.0 } else { 0.0 });
        b.observe(name, "1");
    }
    b.linear_loop(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let outcome = run(&b);
    let around = 1.0 - 0.5_f64.powi(64);
    for (i, name) in names.iter().enumerate() {
        let steps = ((64 - i) % 64) as i32;
        close(&series(&outcome, name), &[0.5_f64.powi(steps) / around; YEARS]);
    }
}

/// Scrap of rolling goes back to the furnace in the same year. The flows are
/// given by coefficients; what enters a process need not be named.
#[test]
fn run_around_scrap_balances() {
    let mut b = builder();
    b.dimension("metal", ["nickel", "cobalt"]);
    b.process("furnace").process("mill");
    let ore = Values::PerElement(vec![90.0, 30.0]);
    b.constant("supply", &["metal"], ore);
    let law = Distribution::uniform(Range { low: 0.1, high: 0.4 }).expect("a range");
    b.parameter("share", &["metal"], law);
    b.flow("ore").from(System::ENVIRONMENT).to("furnace").is("supply");
    b.flow("cast").from("furnace").to("mill").coefficient(0.95);
    b.flow("dross").from("furnace").to(System::ENVIRONMENT).remainder();
    b.flow("scrap").from("mill").to("furnace").coefficient("share");
    b.flow("sheet").from("mill").to(System::ENVIRONMENT).remainder();
    b.linear_loop(&["cast", "scrap"]);
    b.observe("sheet", "t").observe("dross", "t").observe("share", "1");
    let outcome =
        Ensemble::new(&plan(&b)).draws(500).keep("sheet").keep("share").run().expect("runs");
    assert!(outcome.worst_residual() < 1e-14, "{}", outcome.worst_residual());
    let of = |name: &str| {
        let report = outcome.report("baseline", name).expect("observed");
        outcome.draws_of(report, 1, 2000).expect("kept")
    };
    for (share, sheet) in of("share").into_iter().zip(of("sheet")) {
        // All that enters the furnace: 30/(1 − 0.95·share)
        let expected = 30.0 / (1.0 - 0.95 * share) * 0.95 * (1.0 - share);
        assert!((sheet - expected).abs() < 1e-12 * expected, "{sheet} {expected}");
    }
}

/// A delayed variable of the loop is known: the loop is stepped, and solved in
/// each step.
#[test]
fn linear_loops_feed_back_too() {
    let mut b = builder();
    b.variable("x", 0.5 * var("y") + 0.3 * var("y").delayed(1) + 1.0);
    b.variable("y", 0.4 * var("x") + 0.2 * var("held").delayed(2));
    b.variable("held", var("x") + var("y"));
    b.linear_loop(&["x", "y"]).observe("x", "t").observe("held", "t");
    let (mut x, mut y, mut held) = (Vec::<f64>::new(), Vec::<f64>::new(), Vec::<f64>::new());
    for t in 0..YEARS {
        let before = |of: &[f64], k: usize| if t < k { 0.0 } else { of[t - k] };
        let (c, d) = (0.3 * before(&y, 1) + 1.0, 0.2 * before(&held, 2));
        x.push((c + 0.5 * d) / 0.8);
        y.push(0.4 * x[t] + d);
        held.push(x[t] + y[t]);
    }
    let plan = plan(&b);
    assert!(plan.explain().contains("loop "), "{}", plan.explain());
    let outcome = run(&b);
    close(&series(&outcome, "x"), &x);
    close(&series(&outcome, "held"), &held);
}

#[test]
fn policies_change_what_a_loop_is_computed_from() {
    let mut b = builder();
    b.constant("share", &[], 0.2).variable("input", var("share") * var("input") + 8.0);
    b.linear_loop(&["input"]).observe("input", "t").report_from(2010);
    let change = Override { name: "share".into(), change: Change::Set(0.5), from: 2020, ramp: 0 };
    b.policy(Policy { name: "none".into(), overrides: Vec::new() });
    b.policy(Policy { name: "more".into(), overrides: vec![change] });
    let outcome = run(&b);
    let expected: Vec<f64> = (10..YEARS).map(|t| 8.0 / if t < 20 { 0.8 } else { 0.5 }).collect();
    close(&central(&outcome, "more", "input")[0], &expected);
    close(&central(&outcome, "none", "input")[0], &[10.0; YEARS - 10]);
}

#[test]
fn what_comes_round_in_full_is_an_error() {
    let failed = |b: &blackmass::SystemBuilder, words: &[&str]| {
        let error = Ensemble::new(&plan(b)).draws(100).run().expect_err("no solution");
        assert_eq!(error.kind(), ErrorKind::Run);
        for word in words {
            assert!(error.to_string().contains(word), "`{word}` is not in:\n{error}");
        }
    };
    let around = |share: Values| {
        let mut b = builder();
        b.constant("share", &[], share);
        b.variable("input", var("scrap") + 1.0).variable("scrap", var("input") * var("share"));
        b.linear_loop(&["input", "scrap"]).observe("input", "t");
        b
    };
    let shares: Vec<f64> = (0..YEARS).map(|t| t as f64 / 40.0).collect();
    let words = ["no single solution", "input, scrap", "draw 0", "year 2040", "below one"];
    failed(&around(Values::PerYear(shares)), &words);
    // One but for rounding: ten times a tenth.
    let tenth: f64 = (0..10).map(|_| 0.1).sum();
    assert_ne!(tenth, 1.0);
    failed(&around(tenth.into()), &words[..1]);
    // In some draws only.
    let mut b = around(0.5.into());
    let law = Distribution::uniform(Range { low: 0.0, high: 1.0 }).expect("a range");
    b.parameter("u", &[], law);
    b.variable("full", var("u").at_least(0.9) * var("x")).linear_loop(&["x"]);
    b.variable("x", var("u").at_least(0.9) * var("x") + 1.0).observe("x", "t");
    failed(&b, &["no single solution", "x"]);
    let mut b = around(0.5.into());
    b.variable("x", var("x") * (0.5 / var("begin")) + 1.0).linear_loop(&["x"]).observe("x", "t");
    failed(&b, &["no finite solution", "year 2001"]);
}

/// A random linear loop: its coefficients (of the bed) and constants, over some
/// of the dimensions, as sums written in several ways.
struct Loop {
    bed: Bed,
    over: Vec<usize>,
    coefficients: Vec<(usize, usize, f64, usize)>,
    known: Vec<usize>,
}

impl Loop {
    fn new(seed: u64, n: usize, steps: usize, draws: u32, gain: f64) -> Self {
        let mut bed = Bed::new(seed, steps, draws);
        let mut over = bed.some_of(&[0, 1]);
        over.sort_unstable();
        let known: Vec<usize> = (0..n).map(|_| bed.any(&Kind::ALL, &over, 0.5, 2.0)).collect();
        let mut coefficients = Vec::new();
        for i in 0..n {
            // A ring and some more.
            for j in 0..n {
                if j == (i + 1) % n || bed.random.chance(0.4) {
                    let of = bed.some_of(&over);
                    let a = bed.any(&Kind::ALL, &of, -1.0, 1.0);
                    coefficients.push((i, j, gain / n as f64, a));
                }
            }
        }
        let names: Vec<String> = (0..n).map(|i| format!("x{i}")).collect();
        for i in 0..n {
            let mut formula = bed.var(known[i]);
            for (_, j, scale, a) in coefficients.iter().filter(|c| c.0 == i) {
                let (x, a) = (var(&names[*j]), bed.var(*a));
                formula = match bed.random.below(6) {
                    0 => formula + *scale * (a * x),
                    1 => *scale * a * x + formula,
                    2 => formula - -(x / (1.0 / *scale)) * a,
                    3 => (formula * 2.0 + x * (2.0 * *scale) * a) / 2.0,
                    4 => -(-formula - a * x * *scale).delayed(0),
                    _ => formula + (x.clone() * a.clone() * 2.0 - a * x) * *scale,
                };
            }
            bed.b.variable(&names[i], formula);
            bed.observe(&names[i]);
        }
        bed.b.linear_loop(&names.iter().map(String::as_str).collect::<Vec<_>>());
        Self { bed, over, coefficients, known }
    }

    /// x of a draw and an element, `[variable][step]`.
    fn found(&self) -> Vec<(usize, Point, Vec<Vec<f64>>)> {
        let outcome = self.bed.run();
        let n = self.known.len();
        let all: Vec<_> =
            (0..n).map(|i| elements(&outcome, "baseline", &format!("x{i}"), false)).collect();
        let mut found = Vec::new();
        for (e, (point, by_draw)) in all[0].iter().enumerate() {
            for draw in 0..by_draw.len() {
                found.push((draw, *point, all.iter().map(|x| x[e].1[draw].clone()).collect()));
            }
        }
        assert_eq!(all[0].len(), self.bed.points(&self.over).len());
        found
    }

    /// A·x + c
    fn applied(&self, draw: usize, point: Point, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let of = |v: usize| self.bed.series(v, draw, point);
        let mut result: Vec<Vec<f64>> = self.known.iter().map(|c| of(*c)).collect();
        for (i, j, scale, a) in &self.coefficients {
            for ((sum, a), x) in result[*i].iter_mut().zip(of(*a)).zip(&x[*j]) {
                *sum += scale * a * x;
            }
        }
        result
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn solutions_are_what_going_round_ends_in(
        seed in any::<u64>(),
        n in 1_usize..7,
        steps in prop::sample::select(&[1_usize, 2, 5][..]),
        draws in prop::sample::select(&DRAWS[..]),
    ) {
        // All rows sum to less than 0.8; normals of mean 0 may exceed one.
        let linear = Loop::new(seed, n, steps, draws, 0.8);
        for (draw, point, found) in linear.found() {
            let scale = largest(found.iter().flatten());
            let applied = linear.applied(draw, point, &found);
            for (i, (x, y)) in found.iter().zip(&applied).enumerate() {
                agree(&format!("x{i}, draw {draw}"), x, y, scale, 1e-12)
                    .map_err(TestCaseError::fail)?;
            }
            let mut twin = vec![vec![0.0; steps]; n];
            for _ in 0..400 {
                twin = linear.applied(draw, point, &twin);
            }
            for (i, (x, y)) in found.iter().zip(&twin).enumerate() {
                agree(&format!("x{i} by going round, draw {draw}"), x, y, scale, 1e-12)
                    .map_err(TestCaseError::fail)?;
            }
        }
    }

    #[test]
    fn residuals_are_small_for_any_gain(
        seed in any::<u64>(),
        n in 1_usize..9,
        gain in 1.0..20.0_f64,
    ) {
        let linear = Loop::new(seed, n, 3, 17, gain);
        for (draw, point, found) in linear.found() {
            // What is added up, in absolute terms.
            let largest_a = gain / n as f64 * 1.0;
            let scale = largest(found.iter().flatten()) * largest_a.max(1.0);
            let applied = linear.applied(draw, point, &found);
            for (i, (x, y)) in found.iter().zip(&applied).enumerate() {
                agree(&format!("x{i}, draw {draw}"), x, y, scale, 1e-12)
                    .map_err(TestCaseError::fail)?;
            }
        }
    }
}
