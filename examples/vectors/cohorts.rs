//! Vectors of cohort models: ODYM's and flodym's.

use crate::compare::{Case, Tolerance, list, rows};
use crate::laws;
use blackmass::stock::{
    Cohorts, Grid, Initial, NegativeInflow, StockOptions, Stocks, Survival, Timing, Unreachable,
    inflow_driven, inflow_from_age_structure, stock_driven,
};
use serde_json::{Map, Value, json};

pub fn run(vector: &Value, file: &Value) -> Case {
    let name = vector.get("name").and_then(Value::as_str).unwrap_or("unnamed");
    let tolerance = Tolerance::of(&[vector, file]);
    Case::new(name, tolerance, &vector["expected"], model(vector)).refused(vector.get("error"))
}

/// What was computed: one table per type, and the model unless only the inflow
/// was asked for.
struct Computed {
    survival: Vec<Survival>,
    inflow: Vec<f64>,
    stocks: Option<Stocks>,
}

fn model(v: &Value) -> Result<impl Fn(&str, &Value) -> Result<Value, String> + use<'_>, String> {
    let kind = v["kind"].as_str().unwrap_or_default();
    let computed = match kind {
        "inflow_driven_stationary" => None,
        _ => Some(compute(v, kind)?),
    };
    Ok(move |key: &str, expected: &Value| match &computed {
        None => stationary(v, key, expected),
        Some(computed) => computed.series(key, expected),
    })
}

fn compute(v: &Value, kind: &str) -> Result<Computed, String> {
    let (driver, initial) = match kind {
        "inflow_driven" => ("inflow", None),
        "inflow_driven_initial" => ("inflow", Some("initial_stock_by_cohort")),
        "stock_driven" => ("stock", None),
        "stock_driven_initial" => ("stock", Some("initial_stock_by_cohort")),
        "inflow_driven_initial_types" => ("inflow", Some("initial_stock")),
        "stock_driven_initial_types" => ("stock", Some("initial_stock")),
        "inflow_from_age_structure" => return age_structure(v),
        other => return Err(format!("unknown kind `{other}`")),
    };
    let series = list(v, driver)?;
    let grid = grid(v, series.len())?;
    // one lifetime, or one per type
    let initial_by_type: Vec<Vec<f64>> = match initial {
        None => Vec::new(),
        Some("initial_stock_by_cohort") => vec![list(v, "initial_stock_by_cohort")?],
        Some(key) => transposed(&rows(v, key)?),
    };
    let types = initial_by_type.len().max(1);
    let survival = match v["lifetime"].as_array() {
        Some(list) => list.iter().map(|l| table(v, l, &grid)).collect::<Result<Vec<_>, _>>()?,
        None => vec![table(v, &v["lifetime"], &grid)?; types],
    };
    let past = initial_by_type.first().map_or(0, Vec::len);
    let driven = series.get(past..).ok_or("the initial stock is longer than the series")?;
    let options = StockOptions {
        initial: if past == 0 { Initial::Empty } else { Initial::ByCohort(initial_by_type) },
        type_split: match v.get("type_split") {
            None => None,
            Some(_) => Some(rows(v, "type_split")?.into_iter().skip(past).collect()),
        },
        negative_inflow: negative_inflow(v)?,
        keep_cohorts: true,
        ..Default::default()
    };
    let run = if driver == "inflow" { inflow_driven } else { stock_driven };
    let stocks = run(&grid, driven, &survival, &options).map_err(|e| e.to_string())?;
    Ok(Computed { survival, inflow: stocks.inflow.clone(), stocks: Some(stocks) })
}

fn age_structure(v: &Value) -> Result<Computed, String> {
    let initial = list(v, "initial_stock_by_cohort")?;
    let grid = grid(v, initial.len())?;
    let survival = table(v, &v["lifetime"], &grid)?;
    let inflow = inflow_from_age_structure(&grid, &initial, &survival, Unreachable::Drop)
        .map_err(|e| e.to_string())?;
    Ok(Computed { survival: vec![survival], inflow, stocks: None })
}

/// Yearly steps unless the vector says otherwise.
fn grid(v: &Value, steps: usize) -> Result<Grid, String> {
    let per_year = v.get("steps_per_year").and_then(Value::as_u64);
    let grid = match per_year {
        _ if v.get("bounds").is_some() => Grid::from_bounds(&list(v, "bounds")?),
        _ if v.get("time").is_some() => Grid::around(&list(v, "time")?),
        _ if v.get("years").is_some() => Grid::around(&list(v, "years")?),
        None | Some(1) => Grid::years(steps),
        Some(4) => Grid::quarters(steps),
        Some(12) => Grid::months(steps),
        Some(n) => return Err(format!("{n} steps per year")),
    };
    grid.map_err(|e| e.to_string())
}

/// Everything the convention says, in one text.
fn convention(v: &Value) -> String {
    v.get("convention").map_or(String::new(), Value::to_string).to_lowercase()
}

fn table(v: &Value, lifetime: &Value, grid: &Grid) -> Result<Survival, String> {
    let text = convention(v);
    if text.contains("density at integer age") {
        let blackmass::stock::Lifetimes::Constant(law) = laws::lifetimes(lifetime, grid.steps())?
        else {
            return Err("density at integer age with lifetimes that differ".to_owned());
        };
        return Survival::density_at_integer_age(grid, &law).map_err(|e| e.to_string());
    }
    // ODYM's ages are integers: the inflow enters at the end of its year
    let default = match v.get("inflow_at").and_then(Value::as_str) {
        Some(name) => laws::named(name)?,
        None if text.contains("ages from inflow_at") => Timing::Middle,
        None => Timing::End,
    };
    laws::survival(lifetime, grid, default)
}

fn negative_inflow(v: &Value) -> Result<NegativeInflow, String> {
    let Some(rule) = v.get("negative_inflow").and_then(Value::as_str) else {
        return Ok(NegativeInflow::Allow);
    };
    match rule.split([':', ' ']).next().unwrap_or_default() {
        "allowed" | "allow" => Ok(NegativeInflow::Allow),
        "scale_all_cohorts" => Ok(NegativeInflow::ScaleAllCohorts),
        "oldest_first" => Ok(NegativeInflow::OldestFirst),
        "error" => Ok(NegativeInflow::Error),
        other => Err(format!("unknown rule for negative inflow `{other}`")),
    }
}

fn transposed(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns)
        .map(|g| rows.iter().map(|r| r.get(g).copied().unwrap_or(f64::NAN)).collect())
        .collect()
}

impl Computed {
    fn series(&self, key: &str, expected: &Value) -> Result<Value, String> {
        if key == "inflow" {
            return Ok(json!(self.inflow));
        }
        let steps = self.survival[0].steps();
        if let Some(c) = numbered(key, "sf_column_", "") {
            let column: Vec<f64> = (c..steps).map(|t| self.survival[0].at(t, c).unwrap()).collect();
            return Ok(json!(column));
        }
        if key == "sf" {
            let row = |t| (0..steps).map(|c| self.survival[0].at(t, c).unwrap()).collect();
            return Ok(json!((0..steps).map(row).collect::<Vec<Vec<f64>>>()));
        }
        let s = self.stocks.as_ref().ok_or(format!("`{key}` is not computed here"))?;
        let matrix = |cohorts: fn(&blackmass::stock::TypeStocks) -> &Option<Cohorts>| {
            let of = |t, c| -> f64 {
                s.by_type
                    .iter()
                    .filter_map(|g| cohorts(g).as_ref())
                    .map(|x| x.at(t, c).unwrap())
                    .sum()
            };
            let row = |t| (0..steps).map(|c| of(t, c)).collect::<Vec<f64>>();
            json!((0..steps).map(row).collect::<Vec<_>>())
        };
        let by_type = |series: fn(&blackmass::stock::TypeStocks) -> &Vec<f64>| {
            let row = |t| s.by_type.iter().map(|g| series(g)[t]).collect::<Vec<f64>>();
            json!((0..steps).map(row).collect::<Vec<_>>())
        };
        let at = |series: &[f64]| at(expected, |year| series.get(year).copied());
        let cohort = |prefix: &str| numbered(key, prefix, "_by_year_and_type");
        let of_cohort =
            |c: usize, cohorts: fn(&blackmass::stock::TypeStocks) -> &Option<Cohorts>| {
                let one = |t| {
                    s.by_type
                        .iter()
                        .filter_map(|g| cohorts(g).as_ref())
                        .map(|x| x.at(t, c).unwrap())
                        .collect()
                };
                json!((0..steps).map(one).collect::<Vec<Vec<f64>>>())
            };
        if let Some(c) = cohort("stock_of_cohort_") {
            return Ok(of_cohort(c, |g| &g.stock_by_cohort));
        }
        if let Some(c) = cohort("outflow_of_cohort_") {
            return Ok(of_cohort(c, |g| &g.outflow_by_cohort));
        }
        Ok(match key {
            "stock" => json!(s.stock),
            "outflow" => json!(s.outflow),
            "stock_change" => json!(s.stock_change()),
            "stock_by_cohort" => matrix(|g| &g.stock_by_cohort),
            "outflow_by_cohort" => matrix(|g| &g.outflow_by_cohort),
            "stock_by_type" => by_type(|g| &g.stock),
            "inflow_by_type" => by_type(|g| &g.inflow),
            "outflow_by_type" => by_type(|g| &g.outflow),
            "stock_at" => at(&s.stock)?,
            "inflow_at" => at(&s.inflow)?,
            "outflow_at" => at(&s.outflow)?,
            other => return Err(format!("unknown expected series `{other}`")),
        })
    }
}

/// The number in `<prefix><number><suffix>`.
fn numbered(key: &str, prefix: &str, suffix: &str) -> Option<usize> {
    key.strip_prefix(prefix)?.strip_suffix(suffix)?.parse().ok()
}

/// Values at the years an expectation names, counted from 0.
fn at(expected: &Value, value: impl Fn(usize) -> Option<f64>) -> Result<Value, String> {
    let years = expected.as_object().ok_or("expected an object of years")?;
    let one = |year: &String| {
        let found = year.parse().ok().and_then(&value).ok_or(format!("no year `{year}`"))?;
        Ok((year.clone(), json!(found)))
    };
    Ok(Value::Object(years.keys().map(one).collect::<Result<Map<_, _>, String>>()?))
}

/// The last stock of a constant inflow, by timing.
fn stationary(v: &Value, key: &str, expected: &Value) -> Result<Value, String> {
    if key != "last_stock" {
        return Err(format!("unknown expected series `{key}`"));
    }
    // "constant inflow 1 for 201 years": the numbers in it
    let text = convention(v);
    let after = |word: &str| -> Option<f64> {
        let rest = &text[text.find(word)? + word.len()..];
        rest.split([' ', ';', ',']).find(|part| !part.is_empty())?.parse().ok()
    };
    let (inflow, years) = after("constant inflow")
        .zip(after(" for "))
        .ok_or("the convention does not say `constant inflow <flow> for <years> years`")?;
    let steps = years as usize;
    let grid = Grid::years(steps).map_err(|e| e.to_string())?;
    let named = expected.as_object().ok_or("expected an object of timings")?;
    let one = |name: &String| {
        let survival = [laws::survival(&v["lifetime"], &grid, laws::named(name)?)?];
        let stocks = inflow_driven(&grid, &vec![inflow; steps], &survival, &Default::default())
            .map_err(|e| e.to_string())?;
        Ok((name.clone(), json!(stocks.stock[steps - 1])))
    };
    Ok(Value::Object(named.keys().map(one).collect::<Result<Map<_, _>, String>>()?))
}
