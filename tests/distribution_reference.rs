//! Distributions of parameters against reference files, and Dirichlet shares in
//! a system.
#![allow(clippy::disallowed_methods)]

#[path = "../examples/vectors/compare.rs"]
#[allow(dead_code)]
mod compare;
#[path = "../examples/vectors/distributions.rs"]
mod distributions;

use blackmass::system::var;
use blackmass::uncertainty::Dirichlet;
use blackmass::{Ensemble, Plan, System};
use serde_json::{Value, json};

fn file(name: &str) -> Value {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn vectors_pass_at_their_own_tolerance() {
    for (name, cases) in [("distributions.json", 16), ("quantiles.json", 13)] {
        let found = distributions::run(&file(name));
        assert_eq!(found.len(), cases, "{name}");
        let failed: Vec<_> =
            found.iter().filter(|c| !c.passed()).map(ToString::to_string).collect();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}

#[test]
fn wrong_expectations_fail() {
    let mut wrong = file("distributions.json");
    for law in wrong["dists"].as_object_mut().unwrap().values_mut() {
        let median = law["quantiles"]["0.5"].as_f64().unwrap();
        law["quantiles"]["0.5"] = json!(median * (1.0 + 1e-9));
    }
    let found = distributions::run(&wrong);
    assert_eq!(found.iter().filter(|c| !c.passed()).count(), 9);
}

#[test]
fn dirichlet_shares_in_a_system_sum_to_one_and_keep_their_means() {
    let mix = Dirichlet::from_mean_std(&[13.0, 16.0, 71.0], 2, 0.1).unwrap();
    let mut b = System::builder("shares", 2020..=2021);
    b.dimension("route", ["a", "b", "c"]);
    b.dirichlet("share", "route", &mix);
    b.variable("sum", var("share").sum("route"));
    b.observe("share", "1").observe("sum", "1");
    let plan = Plan::compile(&b.build().unwrap()).unwrap();
    let outcome = Ensemble::new(&plan).draws(8_192).seed(1).run().unwrap();
    let report = |name| outcome.report("baseline", name).unwrap();
    let sum = report("sum").summary(0, 2021).unwrap();
    assert!((sum.mean - 1.0).abs() < 1e-14 && sum.sd < 1e-14);
    for k in 0..3 {
        let share = report("share").summary(k, 2020).unwrap();
        let (mean, std) = (mix.mean()[k], mix.std()[k]);
        // four standard errors
        assert!((share.mean - mean).abs() < 4.0 * std / 8192f64.sqrt(), "{k}: {}", share.mean);
        assert!((share.sd / std - 1.0).abs() < 0.05, "{k}: {}", share.sd);
        assert!((share.central - mean).abs() < 1e-15, "{k}: {}", share.central);
    }
}
