//! Expected against computed.

use serde_json::Value;
use std::fmt;

#[derive(Clone, Copy)]
pub enum Tolerance {
    Absolute(f64),
    Relative(f64),
}

impl Tolerance {
    /// The tolerance of the first value that states one.
    pub fn of(values: &[&Value]) -> Self {
        for value in values {
            if let Some(t) = value.get("tolerance_abs").and_then(Value::as_f64) {
                return Self::Absolute(t);
            }
            let relative = value.get("tolerance_rel").or(value.get("tolerance"));
            if let Some(t) = relative.and_then(Value::as_f64) {
                return Self::Relative(t);
            }
        }
        Self::Relative(1e-9)
    }
}

/// One compared case.
pub struct Case {
    name: String,
    /// What the message must say, if the input must be refused.
    refusal: Option<Vec<String>>,
    tolerance: Tolerance,
    /// The largest error and the series it is in, or why there is none.
    outcome: Result<(f64, String), String>,
}

impl Case {
    /// Compares every expected series with what `compute` returns for its name.
    pub fn new(
        name: &str,
        tolerance: Tolerance,
        expected: &Value,
        compute: Result<impl Fn(&str, &Value) -> Result<Value, String>, String>,
    ) -> Self {
        let outcome = compute.and_then(|compute| {
            let series = expected.as_object().ok_or("nothing is expected")?;
            let (mut largest, mut place) = (0.0, String::new());
            for (key, expected) in series {
                let error = error(tolerance, expected, &compute(key, expected)?)
                    .map_err(|e| format!("{key}: {e}"))?;
                if error > largest || place.is_empty() {
                    (largest, place) = (error, key.clone());
                }
            }
            if place.is_empty() { Err("nothing is expected".into()) } else { Ok((largest, place)) }
        });
        Self { name: name.to_owned(), refusal: None, tolerance, outcome }
    }

    /// Expects a refusal whose message contains every text of the list, if
    /// there is one.
    pub fn refused(mut self, texts: Option<&Value>) -> Self {
        let list = texts.and_then(Value::as_array);
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        self.refusal = list.map(|list| list.iter().map(text).collect());
        self
    }

    pub fn passed(&self) -> bool {
        if let Some(texts) = &self.refusal {
            let says = |message: &String| texts.iter().all(|text| message.contains(text.as_str()));
            return self.outcome.as_ref().err().is_some_and(says);
        }
        let (Tolerance::Absolute(t) | Tolerance::Relative(t)) = self.tolerance;
        matches!(&self.outcome, Ok((error, _)) if *error <= t)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, tolerance) = match self.tolerance {
            Tolerance::Absolute(t) => ("absolute", t),
            Tolerance::Relative(t) => ("relative", t),
        };
        let verdict = if self.passed() { "ok" } else { "FAILED" };
        match &self.outcome {
            Ok((error, place)) => write!(
                f,
                "{:<52} error {error:8.1e} ({place}), tolerance {tolerance:.0e} {kind}: {verdict}",
                self.name
            ),
            Err(_) if self.refusal.is_some() && self.passed() => {
                write!(f, "{:<52} refused as expected: {verdict}", self.name)
            }
            Err(message) => {
                write!(
                    f,
                    "{:<52} {message}, tolerance {tolerance:.0e} {kind}: {verdict}",
                    self.name
                )
            }
        }
    }
}

/// Numbers of a value, nested lists and objects in order.
fn numbers(value: &Value, out: &mut Vec<f64>) -> Result<(), String> {
    match value {
        Value::Number(n) => out.push(n.as_f64().ok_or("not a number")?),
        Value::Array(list) => {
            for value in list {
                numbers(value, out)?;
            }
        }
        Value::Object(map) => {
            for value in map.values() {
                numbers(value, out)?;
            }
        }
        other => return Err(format!("{other} is not a number")),
    }
    Ok(())
}

fn error(tolerance: Tolerance, expected: &Value, found: &Value) -> Result<f64, String> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    numbers(expected, &mut a)?;
    numbers(found, &mut b)?;
    if a.len() != b.len() || a.is_empty() {
        return Err(format!("{} numbers expected, {} computed", a.len(), b.len()));
    }
    let largest = a.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    let mut worst = 0.0f64;
    for (a, b) in a.iter().zip(&b) {
        let difference = (a - b).abs();
        worst = if difference.is_nan() { f64::INFINITY } else { worst.max(difference) };
    }
    Ok(match tolerance {
        Tolerance::Relative(_) if largest > 0.0 => worst / largest,
        _ => worst,
    })
}

/// The numbers of a list.
pub fn list(value: &Value, key: &str) -> Result<Vec<f64>, String> {
    let found = value.get(key).ok_or(format!("`{key}` is missing"))?;
    let numbers = found.as_array().and_then(|list| list.iter().map(Value::as_f64).collect());
    numbers.ok_or(format!("`{key}` is not a list of numbers"))
}

/// The rows of a table.
pub fn rows(value: &Value, key: &str) -> Result<Vec<Vec<f64>>, String> {
    let found = value.get(key).and_then(Value::as_array).ok_or(format!("`{key}` is missing"))?;
    let row = |v: &Value| v.as_array().and_then(|r| r.iter().map(Value::as_f64).collect());
    found.iter().map(row).collect::<Option<_>>().ok_or(format!("`{key}` is not a table"))
}
