//! Cohort models against reference files, analytic results and properties.
#![allow(clippy::disallowed_methods)]

#[path = "../examples/vectors/cohorts.rs"]
mod cohorts;
#[path = "../examples/vectors/compare.rs"]
mod compare;
#[path = "../examples/vectors/laws.rs"]
mod laws;
#[path = "../examples/vectors/product.rs"]
mod product;

mod stock;

use serde_json::{Value, json};

fn file(name: &str) -> Value {
    let path = format!("{}/tests/reference/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn all_pass(cases: &[compare::Case]) {
    assert!(!cases.is_empty());
    let failed: Vec<_> = cases.iter().filter(|c| !c.passed()).map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn cohort_vectors_pass_at_their_own_tolerance() {
    let file = file("cohorts.json");
    let list = file["vectors"].as_array().unwrap();
    all_pass(&list.iter().map(|v| cohorts::run(v, &file)).collect::<Vec<_>>());
}

#[test]
fn product_component_vectors_pass_at_their_own_tolerance() {
    let file = file("product_component.json");
    all_pass(&product::run(&file, product::stock_driven).unwrap());
    // some vectors must bind: a repair was withheld, nothing turned negative
    for case in ["case5_demand_falls_repairs_capped", "case6_demand_falls_repairs_capped"] {
        let inflow = &file["cases"][case]["product_inflow"];
        let inflow: Vec<f64> = serde_json::from_value(inflow.clone()).unwrap();
        assert!(inflow.iter().any(|i| i.abs() < 1e-12), "{case}: {inflow:?}");
        assert!(inflow.iter().all(|i| *i > -1e-12), "{case}");
    }
}

#[test]
fn bad_input_is_refused_with_the_offending_place() {
    let file = file("bad_input.json");
    let list = file["vectors"].as_array().unwrap();
    all_pass(&list.iter().map(|v| cohorts::run(v, &file)).collect::<Vec<_>>());
}

#[test]
fn wrong_expectations_fail() {
    let file = file("cohorts.json");
    for vector in file["vectors"].as_array().unwrap() {
        let mut wrong = vector.clone();
        let expected = wrong["expected"].as_object_mut().unwrap();
        let series = expected.values_mut().next().unwrap();
        let first = series.as_array_mut().unwrap();
        let last = first.len() - 1;
        match first[last].as_f64() {
            Some(x) => first[last] = json!(x * 1.0001 + 1e-6),
            None => first[last][0] = json!(first[last][0].as_f64().unwrap() * 1.0001 + 1e-6),
        }
        assert!(!cohorts::run(&wrong, &file).passed(), "{}", vector["name"]);
    }
}

#[test]
fn every_shipped_law_is_read() {
    for kind in ["Fixed", "Exponential", "folded_normal", "LogNormal", "TruncatedLogistic"] {
        let lifetime = json!({"type": kind, "mean": 8.0, "stddev": 3.0});
        assert!(laws::lifetimes(&lifetime, 3).is_ok(), "{kind}");
    }
    let typo = json!({"type": "Normal", "mean": 8.0, "stdev": 3.0});
    assert!(laws::lifetimes(&typo, 3).unwrap_err().contains("stdev"));
    let file = json!({"sales": [1.0], "vehicle": {"mean": 17, "sd": 4}, "cases": {"a": {
        "params": {"mean_lib": 15, "reused": 0.2}, "ev_stock": [1.0]}}});
    let cases = product::run(&file, product::inflow_driven).unwrap();
    assert!(!cases[0].passed() && cases[0].to_string().contains("reused"));
}
