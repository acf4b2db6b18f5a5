//! Vectors of processes in time: moments by formula and by simulation.

use crate::compare::{Case, Tolerance};
use blackmass::process::{Ar1, GeometricBrownianMotion, OrnsteinUhlenbeck};
use blackmass::system::Expr;
use blackmass::{Ensemble, Error, Outcome, Plan, System};
use serde_json::{Value, json};

const DRAWS: u32 = 100_000;
const FIRST: i32 = 2000;

type Found = Result<Value, String>;

/// What is computed of one process: formulas by the names of the expected
/// series, and the path.
struct Process {
    formulas: Vec<(&'static str, Expr)>,
    path: Expr,
}

pub fn run(root: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, build) in
        [("ar1", ar1 as fn(&Value) -> Result<Process, String>), ("ou_exact", ou), ("gbm", gbm)]
    {
        let Some(vector) = root.get(name) else { continue };
        let process = build(vector).and_then(|p| outcome(vector, p));
        let series = ["mean", "var", "sd", "median", "q95"];
        let expected: serde_json::Map<String, Value> = series
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), vector.get(*key)?.clone())))
            .collect();
        let tolerance = Tolerance::Relative(1e-13);
        let analytic = process
            .as_ref()
            .map_err(Clone::clone)
            .map(|outcome| |key: &str, _: &Value| central(outcome, key));
        cases.push(Case::new(name, tolerance, &Value::Object(expected.clone()), analytic));
        // Five standard errors of a mean, in standard deviations of the path.
        let tolerance = Tolerance::Absolute(5.0 / f64::from(DRAWS).sqrt());
        let zero = json!({ "mean": vec![0.0; list_len(vector)] });
        let simulated = process.map(|outcome| move |_: &str, _: &Value| off(&outcome));
        cases.push(Case::new(&format!("{name}, {DRAWS} draws"), tolerance, &zero, simulated));
    }
    cases
}

fn list_len(vector: &Value) -> usize {
    vector["mean"].as_array().map_or(0, Vec::len)
}

fn number(vector: &Value, key: &str) -> Result<Expr, String> {
    vector[key].as_f64().map(Expr::from).ok_or(format!("`{key}` is not a number"))
}

fn ar1(v: &Value) -> Result<Process, String> {
    let p = Ar1 {
        start: number(v, "x0")?,
        persistence: number(v, "phi")?,
        sd: number(v, "sigma_eps")?,
    };
    Ok(Process { formulas: vec![("mean", p.mean()), ("var", p.variance())], path: p.path("e") })
}

fn ou(v: &Value) -> Result<Process, String> {
    let p = OrnsteinUhlenbeck {
        start: number(v, "x0")?,
        level: number(v, "mu")?,
        reversion: number(v, "theta")?,
        volatility: number(v, "sigma")?,
    };
    Ok(Process { formulas: vec![("mean", p.mean()), ("var", p.variance())], path: p.path("e") })
}

fn gbm(v: &Value) -> Result<Process, String> {
    let p = GeometricBrownianMotion {
        start: number(v, "s0")?,
        drift: number(v, "mu")?,
        volatility: number(v, "sigma")?,
    };
    let formulas = vec![
        ("mean", p.mean()),
        ("var", p.variance()),
        ("sd", p.variance().sqrt()),
        ("median", p.quantile(0.5)),
        ("q95", p.quantile(0.95)),
    ];
    Ok(Process { formulas, path: p.path("e") })
}

fn outcome(vector: &Value, process: Process) -> Result<Outcome, String> {
    let steps = list_len(vector) as i32;
    let run = || -> Result<Outcome, Error> {
        let mut b = System::builder("process", FIRST..=FIRST + steps - 1);
        b.noise("e", &[]).variable("path", process.path).observe("path", "1");
        for (name, formula) in process.formulas {
            b.variable(name, formula).observe(name, "1");
        }
        Ensemble::new(&Plan::compile(&b.build()?)?).draws(DRAWS).seed(1).run()
    };
    run().map_err(|e| e.to_string())
}

fn central(outcome: &Outcome, name: &str) -> Found {
    let report = outcome.report("baseline", name).ok_or(format!("`{name}` is not computed"))?;
    let series = outcome.years().filter_map(|year| Some(report.summary(0, year)?.central));
    Ok(json!(series.collect::<Vec<f64>>()))
}

/// How far the simulated mean of each year is from the formula, in standard
/// deviations by the formula.
fn off(outcome: &Outcome) -> Found {
    let path = outcome.report("baseline", "path").ok_or("no path")?;
    let of = |name: &str, year| {
        let report = outcome.report("baseline", name)?;
        Some(report.summary(0, year)?.central)
    };
    let off = |year| {
        let (mean, variance) = (of("mean", year)?, of("var", year)?);
        let difference = path.summary(0, year)?.mean - mean;
        // in the first year the value is known: relative, far below the tolerance
        Some(difference / if variance > 0.0 { variance.sqrt() } else { mean.abs() })
    };
    Ok(json!(outcome.years().filter_map(off).collect::<Vec<f64>>()))
}
