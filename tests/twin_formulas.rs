//! Random formulas against a twin that evaluates them point by point: every
//! function, literals on either side, constants of every kind, parameters and
//! noise, broadcasting over three dimensions and time, sums and sums of
//! products, parts, stacks, running sums, autoregression; and policies.
#![allow(missing_docs, clippy::disallowed_methods)]

mod bed;
mod twin;

use bed::{Bed, DRAWS, FIRST_YEAR, HORIZONS, Kind, elements};
use blackmass::system::{Change, Override, Policy, var};
use proptest::prelude::*;
use twin::compare::{agree, largest};
use twin::formula::{Binary, Evaluation, Formula, Unary, Variable};

/// Of the largest magnitude met in computing the series: a difference of large
/// numbers keeps their rounding errors.
const TOLERANCE: f64 = 1e-12;

fn boxed(f: Formula) -> Box<Formula> {
    Box::new(f)
}

fn two(f: Binary, a: Formula, b: Formula) -> Formula {
    Formula::Binary(f, boxed(a), boxed(b))
}

/// A random formula that is finite and smooth enough everywhere: arguments of
/// logarithms, roots and divisors are kept away from zero.
fn formula(bed: &mut Bed, depth: usize, along_time: bool, ar1: bool) -> Formula {
    if depth == 0 {
        return if bed.random.chance(0.15) {
            Formula::Number(bed.random.between(-2.0, 2.0))
        } else {
            Formula::Variable(bed.random.below(bed.variables.len()))
        };
    }
    let part = |bed: &mut Bed| formula(bed, depth - 1, along_time, ar1);
    match bed.random.below(20) {
        0 => Formula::Unary(Unary::Neg, boxed(part(bed))),
        1 => {
            let limited = two(Binary::Min, part(bed), Formula::Number(2.0));
            Formula::Unary(Unary::Exp, boxed(limited))
        }
        2 => {
            let positive = two(Binary::Max, part(bed), Formula::Number(0.1));
            Formula::Unary(Unary::Ln, boxed(positive))
        }
        3 => {
            let positive = two(Binary::Max, Formula::Number(0.1), part(bed));
            Formula::Unary(Unary::Sqrt, boxed(positive))
        }
        4 => Formula::Unary(Unary::Logistic, boxed(part(bed))),
        5 => two(Binary::Add, part(bed), part(bed)),
        6 => two(Binary::Sub, part(bed), part(bed)),
        7 | 8 => two(Binary::Mul, part(bed), part(bed)),
        9 => {
            let (a, b) = (part(bed), part(bed));
            two(Binary::Div, a, two(Binary::Max, b, Formula::Number(0.5)))
        }
        10 => two(Binary::Min, part(bed), part(bed)),
        11 => two(Binary::Max, part(bed), part(bed)),
        12 => Formula::Clamp(boxed(part(bed)), -0.5, 1.0),
        13..=15 => sum(bed, depth, along_time, ar1),
        16 => {
            let a = part(bed);
            match a.shape(&bed.variables, &bed.timed).0.first().copied() {
                Some(d) => Formula::At(boxed(a), d, bed.random.below(bed.sizes[d])),
                None => a,
            }
        }
        17 => {
            let d = bed.random.below(3);
            let parts = (0..bed.sizes[d]).map(|_| {
                let a = part(bed);
                if a.shape(&bed.variables, &bed.timed).0.contains(&d) {
                    Formula::Sum(boxed(a), d)
                } else {
                    a
                }
            });
            Formula::Stack(d, parts.collect())
        }
        18 if along_time => Formula::Cumulative(boxed(formula(bed, depth - 1, false, ar1))),
        19 if along_time && ar1 => autoregression(bed, depth),
        _ => part(bed),
    }
}

/// A sum over one or two dimensions, of a product more often than not.
fn sum(bed: &mut Bed, depth: usize, along_time: bool, ar1: bool) -> Formula {
    let mut a = formula(bed, depth - 1, along_time, ar1);
    if bed.random.chance(0.7) {
        a = two(Binary::Mul, a, formula(bed, depth - 1, along_time, ar1));
    }
    for _ in 0..1 + bed.random.below(2) {
        let dims = a.shape(&bed.variables, &bed.timed).0;
        if dims.is_empty() {
            break;
        }
        a = Formula::Sum(boxed(a), bed.random.pick(&dims));
    }
    a
}

/// An autoregression whose persistence is a number or varies along some of the
/// dimensions of its innovation.
fn autoregression(bed: &mut Bed, depth: usize) -> Formula {
    let innovation = formula(bed, depth - 1, false, false);
    let dims = innovation.shape(&bed.variables, &bed.timed).0;
    let lasting =
        |v: &usize| !bed.timed[*v] && bed.variables[*v].dims.iter().all(|d| dims.contains(d));
    let candidates: Vec<usize> = (0..bed.variables.len()).filter(lasting).collect();
    let persistence = if candidates.is_empty() || bed.random.chance(0.3) {
        Formula::Number(bed.random.between(-0.9, 0.9))
    } else {
        Formula::Clamp(boxed(Formula::Variable(bed.random.pick(&candidates))), -0.9, 0.9)
    };
    let stationary = bed.random.chance(0.5);
    Formula::Ar1 { innovation: boxed(innovation), persistence: boxed(persistence), stationary }
}

/// One variable of each kind over some of the dimensions, and two more.
fn declare(bed: &mut Bed) {
    for kind in Kind::ALL.into_iter().chain([Kind::Parameter, Kind::Noise]) {
        let dims = bed.some_of(&[0, 1, 2]);
        bed.variable(kind, &dims, -2.0, 2.0);
    }
}

/// Compares all elements and draws; `change` is what a policy does to the
/// result at step t.
fn compare(
    bed: &Bed,
    variables: &[Variable],
    formula: &Formula,
    found: &bed::Elements,
    change: impl Fn(f64, usize) -> f64,
) -> Result<(), TestCaseError> {
    let (dims, _) = formula.shape(&bed.variables, &bed.timed);
    let points: Vec<_> = found.iter().map(|f| f.0).collect();
    prop_assert_eq!(points, bed.points(&dims), "other dimensions");
    for (point, by_draw) in found {
        for (draw, series) in by_draw.iter().enumerate() {
            let mut twin = Evaluation { variables, sizes: bed.sizes, draw, largest: 0.0 };
            let expected: Vec<f64> =
                (0..bed.steps).map(|t| change(twin.value(formula, *point, t), t)).collect();
            let scale = twin.largest.max(largest(&expected));
            let what = format!("{formula:?} at {point:?}, draw {draw}");
            agree(&what, series, &expected, scale, TOLERANCE).map_err(TestCaseError::fail)?;
        }
    }
    Ok(())
}

/// r(t): 0 before `from`, rising over `ramp` steps to 1.
fn ramp(change: &Override, t: usize) -> f64 {
    let since = FIRST_YEAR + t as i32 - change.from;
    if since < 0 {
        0.0
    } else if since >= change.ramp as i32 {
        1.0
    } else {
        f64::from(since) / f64::from(change.ramp)
    }
}

fn changed(x: f64, change: &Override, t: usize) -> f64 {
    let r = ramp(change, t);
    match change.change {
        Change::Set(v) => x * (1.0 - r) + v * r,
        Change::Multiply(f) => x * (1.0 + (f - 1.0) * r),
        Change::Add(a) => x + a * r,
    }
}

/// The variables as overrides leave them.
fn overridden(bed: &Bed, overrides: &[Override]) -> Vec<Variable> {
    let mut variables = bed.variables.clone();
    for change in overrides {
        for v in variables.iter_mut().filter(|v| v.name == change.name) {
            for series in v.values.iter_mut().flatten() {
                let before = series.clone();
                *series = (0..bed.steps)
                    .map(|t| changed(before[if before.len() == 1 { 0 } else { t }], change, t))
                    .collect();
            }
        }
    }
    variables
}

fn random_override(bed: &mut Bed, name: String) -> Override {
    let x = bed.random.between(-1.5, 1.5);
    Override {
        name,
        change: bed.random.pick(&[Change::Set(x), Change::Multiply(x), Change::Add(x)]),
        from: FIRST_YEAR - 2 + bed.random.below(bed.steps + 4) as i32,
        ramp: bed.random.pick(&[0, 1, 3, 8]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn formulas_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        depth in 1_usize..5,
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        declare(&mut bed);
        let formulas: Vec<Formula> =
            (0..4).map(|_| formula(&mut bed, depth, true, true)).collect();
        for (i, formula) in formulas.iter().enumerate() {
            let expr = bed.expr(formula);
            bed.b.variable(&format!("f{i}"), expr);
            bed.observe(&format!("f{i}"));
        }
        let outcome = bed.run();
        for (i, formula) in formulas.iter().enumerate() {
            let found = elements(&outcome, "baseline", &format!("f{i}"), false);
            compare(&bed, &bed.variables, formula, &found, |x, _| x)?;
        }
    }

    #[test]
    fn policies_agree_and_differences_are_exact(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        depth in 1_usize..4,
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        declare(&mut bed);
        let formula = formula(&mut bed, depth, true, false);
        let expr = bed.expr(&formula);
        bed.b.variable("f", expr);
        bed.b.variable("twice", var("f") * 2.0);
        bed.observe("f");
        bed.observe("twice");
        let mut policies = Vec::new();
        for p in 0..3 {
            let names: Vec<String> = bed.variables.iter().map(|v| v.name.clone()).collect();
            let mut overrides = Vec::new();
            // The reference may change something, too; a name may come twice.
            for _ in 0..bed.random.below(6) {
                let name = bed.random.pick(&names);
                overrides.push(random_override(&mut bed, name));
            }
            let own = random_override(&mut bed, "f".to_owned());
            if bed.random.chance(0.5) {
                overrides.push(own.clone());
            }
            let policy = Policy { name: format!("p{p}"), overrides };
            bed.b.policy(policy.clone());
            policies.push(policy);
        }
        let outcome = bed.run();
        let of = |policy: &str, name: &str| elements(&outcome, policy, name, false);
        for policy in &policies {
            let variables = overridden(&bed, &policy.overrides);
            let own = |x: f64, t: usize| {
                let own = policy.overrides.iter().filter(|o| o.name == "f");
                own.fold(x, |x, change| changed(x, change, t))
            };
            compare(&bed, &variables, &formula, &of(&policy.name, "f"), own)?;
            compare(&bed, &variables, &formula, &of(&policy.name, "twice"), |x, t| {
                2.0 * own(x, t)
            })?;
            if policy.name == policies[0].name {
                continue;
            }
            for name in ["f", "twice"] {
                let (with, without) = (of(&policy.name, name), of(&policies[0].name, name));
                let change = elements(&outcome, &policy.name, name, true);
                for ((change, with), without) in change.iter().zip(&with).zip(&without) {
                    let pairs = with.1.concat().into_iter().zip(without.1.concat());
                    let expected: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
                    prop_assert_eq!(change.1.concat(), expected);
                }
            }
        }
    }
}
