//! Distributions of parameters: moments, quantiles, Dirichlet shares.

use super::compare::{Case, Tolerance, list};
use blackmass::uncertainty::{
    CentreRange, Dirichlet, Distribution, MeanShape, MeanStd, MedianGsd, Range, ScaleShape, Shapes,
    ThreePoint,
};
use serde_json::{Map, Value, json};

/// What a vector says where it states no tolerance.
const TOLERANCE: Tolerance = Tolerance::Relative(1e-10);

fn text<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|e| e.to_string())
}

fn number(value: &Value, key: &str) -> Result<f64, String> {
    value.get(key).and_then(Value::as_f64).ok_or(format!("`{key}` is missing"))
}

/// The cases of a file with `dists`, or with `quantiles`.
pub fn run(root: &Value) -> Vec<Case> {
    let tolerance =
        if root.get("tolerance_rel").is_some() { Tolerance::of(&[root]) } else { TOLERANCE };
    let mut cases = Vec::new();
    let named = root.get("dists").and_then(Value::as_object);
    for (name, vector) in named.into_iter().flatten() {
        cases.push(law(name, vector, named_law(name), tolerance));
    }
    for vector in root.get("quantiles").and_then(Value::as_array).into_iter().flatten() {
        let name = vector.get("name").and_then(Value::as_str).unwrap_or("quantiles");
        let paired = paired(vector);
        match paired {
            Ok(expected) => cases.push(law(name, &expected, stated_law(vector), tolerance)),
            Err(e) => cases.push(law(name, vector, Err(e), tolerance)),
        }
    }
    let of = |key: &str, rows: &str| {
        let list = root.get(key).and_then(|v| v.get(rows)).and_then(Value::as_array);
        list.into_iter().flatten()
    };
    for (i, row) in of("dirichlet_transfer_coefficients", "rows").enumerate() {
        let name = format!("dirichlet_transfer_coefficients[{i}]");
        cases.push(dirichlet(&name, row, tolerance));
    }
    for row in of("dirichlet_transfer_coefficients", "logit_normal_efficiency") {
        cases.push(logit_normal(row, tolerance));
    }
    if let Some(vector) = root.get("dirichlet_multinomial") {
        cases.push(posterior(vector, tolerance));
    }
    cases
}

/// Quantiles given as two lists, as an object by probability.
fn paired(vector: &Value) -> Result<Value, String> {
    let (u, x) = (list(vector, "u")?, list(vector, "quantiles")?);
    let pairs = u.iter().zip(x).map(|(u, x)| (u.to_string(), json!(x)));
    Ok(json!({ "quantiles": pairs.collect::<Map<_, _>>() }))
}

/// Moments, quantiles and parameters of a law; each number by itself.
fn law(
    name: &str,
    vector: &Value,
    law: Result<Distribution, String>,
    tolerance: Tolerance,
) -> Case {
    let mut expected = Map::new();
    for (key, value) in vector.as_object().into_iter().flatten() {
        match value.as_object() {
            Some(map) => expected.extend(map.clone()),
            None => drop(expected.insert(key.clone(), value.clone())),
        }
    }
    let compute = law.map(|law| {
        move |key: &str, _: &Value| {
            let (mean, variance) = (law.mean(), law.variance());
            let concentration = mean * (1.0 - mean) / variance - 1.0;
            let sigma = (variance / (mean * mean)).ln_1p().sqrt();
            Ok(json!(match key {
                "mean" => mean,
                "sd" => variance.sqrt(),
                "alpha" => mean * concentration,
                "beta" => (1.0 - mean) * concentration,
                "mu" => law.quantile(0.5).ln(),
                "sigma" => sigma,
                // the scale of a Weibull law is its quantile at 1 - 1/e
                "scale" => law.quantile(-(-1.0_f64).exp_m1()),
                u => law.quantile(text(u.parse())?),
            }))
        }
    });
    Case::new(name, tolerance, &Value::Object(expected), compute)
}

/// A law as it is written in a name, such as `PERT(0.3,0.65,0.8)`.
fn named_law(name: &str) -> Result<Distribution, String> {
    let inner = |c: char| !(c.is_ascii_digit() || c == '.');
    let n: Vec<f64> = name.split(inner).filter_map(|word| word.parse().ok()).collect();
    let kind = name.split('(').next().unwrap_or_default();
    text(match (kind, n.as_slice()) {
        ("truncnorm", &[mean, std, low, high]) => {
            Distribution::truncated_normal(MeanStd { mean, std }, Range { low, high })
        }
        ("triangular", &[low, mode, high]) => {
            Distribution::triangular(ThreePoint { low, mode, high })
        }
        ("PERT", &[low, mode, high]) => Distribution::pert(ThreePoint { low, mode, high }),
        ("beta", &[mean, std]) => Distribution::beta_from_mean_std(MeanStd { mean, std }),
        ("lognormal", &[mean, cv]) if name.contains("cv") => {
            Distribution::lognormal_from_mean_std(MeanStd { mean, std: cv * mean })
        }
        ("lognormal", &[median, gsd]) => {
            Distribution::lognormal_from_median_gsd(MedianGsd { median, gsd })
        }
        ("weibull", &[mean, shape]) => {
            Distribution::weibull_from_mean_shape(MeanShape { mean, shape })
        }
        _ => return Err(format!("unknown law `{name}`")),
    })
}

/// A law by its parameters.
fn stated_law(vector: &Value) -> Result<Distribution, String> {
    let get = |key| number(vector, key);
    text(match vector.get("law").and_then(Value::as_str) {
        Some("beta") => {
            Distribution::beta_from_shapes(Shapes { alpha: get("alpha")?, beta: get("beta")? })
        }
        Some("gamma") => Distribution::gamma_from_scale_shape(ScaleShape {
            scale: get("scale")?,
            shape: get("shape")?,
        }),
        other => return Err(format!("unknown law {other:?}")),
    })
}

/// The keys of a row that are results.
fn results(row: &Value, keys: &[&str]) -> Value {
    let found = keys.iter().filter_map(|k| Some(((*k).to_owned(), row.get(*k)?.clone())));
    Value::Object(found.collect())
}

fn dirichlet(name: &str, row: &Value, tolerance: Tolerance) -> Case {
    let read = || {
        let component =
            row.get("component").and_then(Value::as_u64).ok_or("`component` is missing")?;
        text(Dirichlet::from_mean_std(
            &list(row, "shares")?,
            component as usize,
            number(row, "sd")?,
        ))
    };
    let compute = read().map(|law| {
        move |key: &str, _: &Value| {
            Ok(match key {
                "alpha" => json!(law.alpha()),
                "alpha0" => json!(law.concentration()),
                "mean" => json!(law.mean()),
                _ => json!(law.std()),
            })
        }
    });
    Case::new(name, tolerance, &results(row, &["alpha", "alpha0", "mean", "sd_all"]), compute)
}

fn posterior(vector: &Value, tolerance: Tolerance) -> Case {
    let read = || {
        let prior = text(Dirichlet::from_alpha(&list(vector, "alpha")?))?;
        text(prior.observed(&list(vector, "counts")?))
    };
    let compute = read().map(|law| {
        move |key: &str, _: &Value| {
            Ok(match key {
                "posterior_alpha" => json!(law.alpha()),
                "posterior_mean" => json!(law.mean()),
                _ => json!(law.std()),
            })
        }
    });
    let keys = ["posterior_alpha", "posterior_mean", "posterior_sd"];
    Case::new("dirichlet_multinomial", tolerance, &results(vector, &keys), compute)
}

fn logit_normal(row: &Value, tolerance: Tolerance) -> Case {
    let name = row.get("process").and_then(Value::as_str).unwrap_or("efficiency");
    let read = || {
        let range = list(row, "range")?;
        let [low, high] = range[..] else { return Err("`range` has not two ends".to_owned()) };
        let centre = number(row, "centre")?;
        text(Distribution::logit_normal_from_centre_range(CentreRange { centre, low, high }))
    };
    let compute = read().map(|law| {
        move |key: &str, _: &Value| {
            let logit = |u| (law.quantile(u) / (1.0 - law.quantile(u))).ln();
            // Φ(1)
            let one = 0.841_344_746_068_542_9;
            Ok(json!(if key == "mu" { logit(0.5) } else { logit(one) - logit(0.5) }))
        }
    });
    let name = format!("logit_normal_efficiency {name}");
    Case::new(&name, tolerance, &results(row, &["mu", "sigma"]), compute)
}
