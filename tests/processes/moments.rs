//! Gaussian and geometric processes, adoption.

use crate::{FIRST, central, kept, run};
use blackmass::process::{
    Ar1, GeometricBrownianMotion, LogisticAdoption, OrnsteinUhlenbeck, RandomWalk, Schwartz,
};
use blackmass::system::{Expr, var};
use blackmass::uncertainty::{Distribution, MeanStd, Range};
use blackmass::{Outcome, System, SystemBuilder};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("../reference/stochastic_processes.json")).expect("JSON")
}

fn number(value: &Value, key: &str) -> Expr {
    value[key].as_f64().expect("a number").into()
}

fn list(value: &Value, key: &str) -> Vec<f64> {
    value[key].as_array().expect(key).iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    for (t, (x, y)) in found.iter().zip(expected).enumerate() {
        assert!((x - y).abs() <= tolerance * largest, "{what}, step {t}: {x} for {y}");
    }
}

/// Declares path, mean and variance.
fn declare(b: &mut SystemBuilder, name: &str, path: Expr, mean: Expr, variance: Expr) {
    for (what, formula) in [("path", path), ("mean", mean), ("variance", variance)] {
        let name = format!("{name}.{what}");
        b.variable(&name, formula).observe(&name, "1");
    }
}

/// Mean and variance of the simulated path within five standard errors of the
/// formulas; the error of the variance from the sample's fourth moment.
fn assert_moments(outcome: &Outcome, name: &str) {
    let paths = kept(outcome, &format!("{name}.path"), 0);
    let mean = central(outcome, &format!("{name}.mean"));
    let variance = central(outcome, &format!("{name}.variance"));
    let n = paths.len() as f64;
    for t in 0..mean.len() {
        let sum = |k: i32| paths.iter().map(|p| (p[t] - mean[t]).powi(k)).sum::<f64>() / n;
        let (first, second, fourth) = (sum(1), sum(2), sum(4));
        let error = (second / n).sqrt() + 1e-12 * mean[t].abs();
        assert!(first.abs() <= 5.0 * error, "{name}, step {t}: mean off by {first}");
        let error = ((fourth - second * second).max(0.0) / n).sqrt() + 1e-12 * mean[t] * mean[t];
        let off = second - variance[t];
        assert!(off.abs() <= 5.0 * error, "{name}, step {t}: variance off by {off}, ±{error}");
    }
}

#[test]
fn gaussian_and_geometric_processes_have_their_published_moments() {
    let r = reference();
    let mut b = System::builder("processes", FIRST..=FIRST + 10);
    b.noise("e", &[]).noise("f", &[]).noise("g", &[]).noise("h", &[]).noise("i", &[]);
    let ar1 = Ar1 {
        start: number(&r["ar1"], "x0"),
        persistence: number(&r["ar1"], "phi"),
        sd: number(&r["ar1"], "sigma_eps"),
    };
    let ou = OrnsteinUhlenbeck {
        start: number(&r["ou_exact"], "x0"),
        level: number(&r["ou_exact"], "mu"),
        reversion: number(&r["ou_exact"], "theta"),
        volatility: number(&r["ou_exact"], "sigma"),
    };
    let gbm = GeometricBrownianMotion {
        start: number(&r["gbm"], "s0"),
        drift: number(&r["gbm"], "mu"),
        volatility: number(&r["gbm"], "sigma"),
    };
    let walk = RandomWalk { start: 5.0.into(), drift: 0.3.into(), sd: 0.8.into() };
    let schwartz = Schwartz {
        start: 30.0.into(),
        level: 20.0.into(),
        reversion: 0.5.into(),
        volatility: 0.2.into(),
    };
    declare(&mut b, "ar1", ar1.path("e"), ar1.mean(), ar1.variance());
    declare(&mut b, "ou", ou.path("f"), ou.mean(), ou.variance());
    declare(&mut b, "gbm", gbm.path("g"), gbm.mean(), gbm.variance());
    declare(&mut b, "walk", walk.path("h"), walk.mean(), walk.variance());
    declare(&mut b, "schwartz", schwartz.path("i"), schwartz.mean(), schwartz.variance());
    b.variable("gbm.q95", gbm.quantile(0.95)).observe("gbm.q95", "1");
    b.variable("schwartz.q50", schwartz.quantile(0.5)).observe("schwartz.q50", "1");
    let names = ["ar1.path", "ou.path", "gbm.path", "walk.path", "schwartz.path"];
    let outcome = run(b, 40_000, &names);
    for (name, key) in [("ar1", "ar1"), ("ou", "ou_exact")] {
        let mean = list(&r[key], "mean");
        assert_close(&central(&outcome, &format!("{name}.mean")), &mean, 1e-14, name);
        assert_close(&central(&outcome, &format!("{name}.path")), &mean, 1e-14, name);
        let variance = list(&r[key], "var");
        assert_close(&central(&outcome, &format!("{name}.variance")), &variance, 1e-14, name);
    }
    let g = &r["gbm"];
    assert_close(&central(&outcome, "gbm.mean"), &list(g, "mean"), 1e-13, "mean");
    let variance: Vec<f64> = list(g, "sd").iter().map(|sd| sd * sd).collect();
    assert_close(&central(&outcome, "gbm.variance"), &variance, 1e-13, "variance");
    assert_close(&central(&outcome, "gbm.path"), &list(g, "median"), 1e-13, "median");
    assert_close(&central(&outcome, "gbm.q95"), &list(g, "q95"), 1e-13, "q95");
    assert_close(
        &central(&outcome, "schwartz.q50"),
        &central(&outcome, "schwartz.path"),
        1e-14,
        "median",
    );
    for name in ["ar1", "ou", "gbm", "walk", "schwartz"] {
        assert_moments(&outcome, name);
    }
}

/// Parameters may be uncertain and differ between elements; then the path is
/// the recursion of each draw with its own.
#[test]
fn uncertain_parameters_give_each_draw_its_own_process() {
    let mut b = System::builder("uncertain", FIRST..=FIRST + 6);
    b.dimension("metal", ["nickel", "cobalt"]);
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("theta", &["metal"], law(0.1, 0.9)).parameter("sigma", &[], law(1.0, 3.0));
    b.noise("e", &["metal"]);
    let ou = OrnsteinUhlenbeck {
        start: 30.0.into(),
        level: 20.0.into(),
        reversion: var("theta"),
        volatility: var("sigma"),
    };
    b.variable("x", ou.path("e"));
    for name in ["x", "theta", "sigma", "e"] {
        b.observe(name, "1");
    }
    let outcome = run(b, 33, &["x", "theta", "sigma", "e"]);
    for element in 0..2 {
        let [x, theta, e] = ["x", "theta", "e"].map(|name| kept(&outcome, name, element));
        let sigma = kept(&outcome, "sigma", 0);
        for d in 0..33 {
            let (theta, sigma) = (theta[d][0], sigma[d][0]);
            let a = (-theta).exp();
            let s = sigma * ((1.0 - a * a) / (2.0 * theta)).sqrt();
            let mut value = 30.0;
            for t in 0..7 {
                value = if t == 0 { value } else { 20.0 + a * (value - 20.0) + s * e[d][t] };
                assert!((x[d][t] - value).abs() < 1e-12 * 30.0, "{element} {d} {t}");
            }
        }
    }
}

#[test]
fn adoption_is_half_the_ceiling_at_its_midpoint() {
    let mut b = System::builder("adoption", FIRST..=FIRST + 20);
    let law = Distribution::normal(MeanStd { mean: 2030.0, std: 2.0 }).expect("valid");
    b.parameter("midpoint", &[], law);
    let adoption = LogisticAdoption {
        ceiling: 0.6.into(),
        rate: 0.5.into(),
        midpoint: var("midpoint"),
        first_year: FIRST,
    };
    b.variable("share", adoption.path()).observe("share", "1").observe("midpoint", "yr");
    let outcome = run(b, 100, &["share", "midpoint"]);
    let share = central(&outcome, "share");
    assert!((share[10] - 0.3).abs() < 1e-15);
    let (shares, midpoints) = (kept(&outcome, "share", 0), kept(&outcome, "midpoint", 0));
    for (share, midpoint) in shares.iter().zip(midpoints) {
        for (t, share) in share.iter().enumerate() {
            let expected = 0.6 / (1.0 + (-0.5 * (2020.0 + t as f64 - midpoint[0])).exp());
            assert!((share - expected).abs() < 1e-14);
        }
    }
}
