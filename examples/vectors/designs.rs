//! Points of designs, their discrepancies, and common random numbers.

use crate::compare::{Case, Tolerance, list, rows};
use blackmass::sampling::design::{
    centered_discrepancy, halton, l2_star_discrepancy, mixture_discrepancy, sobol,
    wraparound_discrepancy,
};
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{Ensemble, Error, Plan, System};
use serde_json::{Value, json};

/// A point by its coordinates' dimension and its index.
type Coordinate = fn(usize, u32) -> Option<f64>;

/// The first points of Sobol' and Halton sequences, and discrepancies.
pub fn points(root: &Value) -> Result<Vec<Case>, String> {
    let exact = Tolerance::Absolute(0.0);
    let mut cases = Vec::new();
    for (dimensions, expected) in
        root["sobol_unscrambled_first16"].as_object().into_iter().flatten()
    {
        let name = format!("Sobol' points in {dimensions} dimensions");
        cases.push(first(&name, exact, expected, sobol));
    }
    if let Some(expected) = root.get("halton_bases_2_3_5_first9") {
        let coordinate: Coordinate = |d, i| Some(halton(*[2, 3, 5].get(d)?, i));
        cases.push(first(
            "Halton points in bases 2, 3, 5",
            Tolerance::Absolute(1e-15),
            expected,
            coordinate,
        ));
    }
    if let Some(expected) = root.get("discrepancy") {
        let points = rows(expected, "points")?;
        let mut numbers = expected.as_object().cloned().ok_or("`discrepancy` is not an object")?;
        numbers.remove("points");
        let compute = |key: &str, _: &Value| {
            Ok(json!(match key {
                "CD" => centered_discrepancy(&points),
                "WD" => wraparound_discrepancy(&points),
                "MD" => mixture_discrepancy(&points),
                "L2-star" => l2_star_discrepancy(&points),
                other => return Err(format!("unknown discrepancy `{other}`")),
            }))
        };
        let tolerance = Tolerance::Absolute(1e-15);
        cases.push(Case::new("discrepancies", tolerance, &numbers.into(), Ok(compute)));
    }
    Ok(cases)
}

/// The first points of a sequence, from index 0 on.
fn first(name: &str, tolerance: Tolerance, expected: &Value, coordinate: Coordinate) -> Case {
    let compute = |_: &str, expected: &Value| {
        let points = expected.as_array().ok_or("not a list of points")?.iter().zip(0..);
        let point = |(point, i): (&Value, u32)| -> Option<Vec<f64>> {
            (0..point.as_array()?.len()).map(|d| coordinate(d, i)).collect()
        };
        let found: Option<Vec<Vec<f64>>> = points.map(point).collect();
        found.map(|found| json!(found)).ok_or("a point has a dimension too many".to_owned())
    };
    Case::new(name, tolerance, &json!({ "points": expected }), Ok(compute))
}

/// Two policies on the same draws: Yₖ = aₖX₁ + bₖX₂ + cₖE. The variances of
/// 100 000 draws may be 5 % off, as the file asks.
pub fn common_random_numbers(root: &Value) -> Result<Vec<Case>, String> {
    let [a, b, c] = ["a", "b", "c"].map(|key| list(root, key));
    let variances = variances(&a?, &b?, &c?).map_err(|e| e.to_string());
    let expected = json!({
        "var_independent": root["var_independent"],
        "var_crn": root["var_crn"],
        "variance_ratio": root["variance_ratio"],
    });
    let cases = expected.as_object().into_iter().flatten().map(|(key, value)| {
        let compute = variances.clone().map(|(independent, paired)| {
            move |key: &str, _: &Value| {
                Ok(json!(match key {
                    "var_independent" => independent,
                    "var_crn" => paired,
                    _ => independent / paired,
                }))
            }
        });
        let expected = json!({ key: value });
        Case::new(
            &format!("common random numbers, {key}"),
            Tolerance::Relative(0.05),
            &expected,
            compute,
        )
    });
    Ok(cases.collect())
}

/// The variance of the policy effect if the policies were drawn apart, and on
/// the same draws.
fn variances(a: &[f64], b: &[f64], c: &[f64]) -> Result<(f64, f64), Error> {
    let mut s = System::builder("common random numbers", 2020..=2020);
    let normal = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    s.parameter("x1", &[], normal.clone()).parameter("x2", &[], normal).noise("e", &[]);
    s.constant("a", &[], a[0]).constant("b", &[], b[0]).constant("c", &[], c[0]);
    s.variable("y", var("a") * var("x1") + var("b") * var("x2") + var("c") * var("e"));
    s.observe("y", "1");
    s.policy(Policy { name: "first".into(), overrides: Vec::new() });
    let set = |name: &str, value| Override {
        name: name.into(),
        change: Change::Set(value),
        from: 2020,
        ramp: 0,
    };
    let overrides = vec![set("a", a[1]), set("b", b[1]), set("c", c[1])];
    s.policy(Policy { name: "second".into(), overrides });
    let plan = Plan::compile(&s.build()?)?;
    let outcome = Ensemble::new(&plan).draws(100_000).run()?;
    let variance = |sd: Option<f64>| sd.map_or(f64::NAN, |sd| sd * sd);
    let of = |policy| {
        let report = outcome.report(policy, "y");
        variance(report.and_then(|r| r.summary(0, 2020)).map(|s| s.sd))
    };
    let paired = outcome.difference("second", "y").and_then(|r| r.summary(0, 2020));
    Ok((of("first") + of("second"), variance(paired.map(|s| s.sd))))
}
