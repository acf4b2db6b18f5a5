//! Vectors of rank correlation: transformation, nearest matrix, Iman-Conover.

use crate::compare::{Case, Tolerance, list, rows};
use blackmass::dependence::{Correlation, iman_conover_by, scores};
use serde_json::{Value, json};

type Found = Result<Value, String>;

pub fn run(root: &Value) -> Vec<Case> {
    let case = |name: &str, tolerance, keys: &[&str], compute: fn(&Value, &str) -> Found| {
        let vector = &root[name];
        let expected = keys.iter().map(|key| ((*key).to_owned(), vector[*key].clone())).collect();
        Case::new(
            name,
            tolerance,
            &Value::Object(expected),
            Ok(|key: &str, _: &Value| compute(vector, key)),
        )
    };
    vec![
        case(
            "gaussian_copula",
            Tolerance::Absolute(1e-14),
            &["pearson", "pearson_from_kendall"],
            copula,
        ),
        case("higham2002", Tolerance::Absolute(1e-9), &["nearest"], nearest),
        case(
            "iman_conover",
            Tolerance::Absolute(1e-14),
            &["scores", "x1_out", "x2_out"],
            reordered,
        ),
    ]
}

fn copula(vector: &Value, key: &str) -> Found {
    let from = if key == "pearson" { "spearman" } else { "kendall_tau" };
    let normal = |x: &f64| {
        let matrix = [vec![1.0, *x], vec![*x, 1.0]];
        let c = if key == "pearson" {
            Correlation::spearman(["a", "b"], &matrix)
        } else {
            Correlation::kendall(["a", "b"], &matrix)
        };
        c.map(|c| c.of_normals()[0][1]).map_err(|e| e.to_string())
    };
    let found: Vec<f64> = list(vector, from)?.iter().map(normal).collect::<Result<_, _>>()?;
    Ok(json!(found))
}

fn stated(vector: &Value, key: &str) -> Result<Correlation, String> {
    let matrix = rows(vector, key)?;
    let names = (0..matrix.len()).map(|i| format!("x{i}"));
    Correlation::pearson(names, &matrix).map_err(|e| e.to_string())
}

fn nearest(vector: &Value, _: &str) -> Found {
    Ok(json!(stated(vector, "A")?.repaired().correlation.of_normals()))
}

fn reordered(vector: &Value, key: &str) -> Found {
    let first = scores(list(vector, "scores")?.len(), None);
    if key == "scores" {
        return Ok(json!(first));
    }
    let second: Option<Vec<f64>> =
        list(vector, "perm")?.iter().map(|p| first.get(*p as usize).copied()).collect();
    let second = second.ok_or("`perm` is not a permutation")?;
    let columns = [list(vector, "x1_marginal")?, list(vector, "x2_marginal")?];
    let out = iman_conover_by(&columns, &stated(vector, "target")?, &[first, second]);
    let out = out.map_err(|e| e.to_string())?;
    Ok(json!(out[usize::from(key == "x2_out")]))
}
