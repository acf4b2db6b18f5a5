//! Vectors of product and component.

use crate::compare::{Case, Tolerance, list};
use crate::laws;
use blackmass::stock::{
    Drive, FirstStep, Grid, Lifetimes, Matching, NegativeInflow, ProductComponentFlows,
    ProductComponentOptions, Rate, Replacement, Reuse, ReuseInto, StockOptions, Survival, Timing,
    product_component, rate_driven, stock_driven as stock_model,
};
use serde_json::{Map, Value, json};

type Model = fn(&Value, &Params) -> Result<Flows, String>;

/// The flows, and the names of their series.
pub struct Flows {
    flows: ProductComponentFlows,
    /// Component flows where they are not those of the model (cases 2, 7, 8).
    scaled: Option<(Vec<f64>, Vec<f64>)>,
}

pub fn run(file: &Value, model: Model) -> Result<Vec<Case>, String> {
    let cases = file["cases"].as_object().ok_or("`cases` is not an object")?;
    Ok(cases.iter().map(|(name, case)| one(file, name, case, model)).collect())
}

fn one(file: &Value, name: &str, case: &Value, model: Model) -> Case {
    let expected: Map<String, Value> = case
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with("tolerance") && *key != "params" && *key != "note")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let computed = Params::read(case).and_then(|params| model(file, &params));
    let compute = computed.map(|flows| move |key: &str, _: &Value| flows.series(key));
    Case::new(name, Tolerance::of(&[case, file]), &Value::Object(expected), compute)
}

/// The parameters of a case.
pub struct Params(Map<String, Value>);

impl Params {
    fn read(case: &Value) -> Result<Self, String> {
        let map = case["params"].as_object().ok_or("`params` is missing")?;
        Ok(Self(map.clone()))
    }

    /// Refuses names that would be ignored.
    fn only(&self, known: &[&[&str]]) -> Result<(), String> {
        match self.0.keys().find(|key| !known.iter().any(|names| names.contains(&key.as_str()))) {
            None => Ok(()),
            Some(key) => Err(format!("unknown parameter `{key}`")),
        }
    }

    fn get(&self, names: &[&str]) -> Result<Option<f64>, String> {
        match names.iter().find_map(|name| self.0.get(*name).map(|v| (name, v))) {
            None | Some((_, Value::Null)) => Ok(None),
            Some((name, value)) => {
                value.as_f64().map(Some).ok_or(format!("`{name}` is not a number"))
            }
        }
    }

    fn steps(&self, names: &[&str]) -> Result<Option<usize>, String> {
        let steps = |x: f64| {
            if x >= 0.0 && x.fract() == 0.0 {
                Ok(x as usize)
            } else {
                Err(format!("`{}` is not a number of years", names[0]))
            }
        };
        self.get(names)?.map(steps).transpose()
    }
}

const CASE: &[&str] = &["case"];
const REPLACED: &[&str] = &["repl", "replacement", "replacement_coeff"];
const REUSED: &[&str] = &["reuse", "reuse_coeff", "max_reuse_lib"];
const DEATH: &[&str] = &["d", "death_rate"];
const BIRTH: &[&str] = &["b", "birth_rate"];
const REUSE_AGE: &[&str] = &["max_age_cm_reuse", "max_age_reuse", "reuse_max_age"];
const REPLACEMENT_AGE: &[&str] = &["max_age_repl", "max_age_replacement", "repl_max_age"];

/// The cases of the product–component framework.
pub fn stock_driven(file: &Value, params: &Params) -> Result<Flows, String> {
    params.only(&[CASE, REPLACED, REUSED, DEATH, BIRTH, REUSE_AGE, REPLACEMENT_AGE])?;
    let case = params.steps(CASE)?.ok_or("`case` is missing")?;
    let stock = list(file, "stock")?;
    let grid = Grid::years(stock.len()).map_err(|e| e.to_string())?;
    let need = |names: &[&str]| params.get(names)?.ok_or(format!("`{}` is missing", names[0]));
    let limit = |names| params.steps(names).map(|age| age.map(|age| age + 1));
    let replacement = |on: bool| -> Result<Option<Replacement>, String> {
        on.then(|| Ok(Replacement { share: need(REPLACED)?, age_limit: limit(REPLACEMENT_AGE)? }))
            .transpose()
    };
    let reuse = |into: Option<ReuseInto>| -> Result<Option<Reuse>, String> {
        into.map(|into| {
            let matching = Matching::OldestToOldest;
            Ok(Reuse { share: need(REUSED)?, age_limit: limit(REUSE_AGE)?, into, matching })
        })
        .transpose()
    };
    if let 7 | 8 = case {
        return rates(&grid, &stock, params, case == 8);
    }
    let lifetime = |key: &str| laws::survival(&file[key], &grid, Timing::End);
    let product = match case {
        // a constant share leaves: no lifetime of the product
        9..=12 => {
            laws::survival(&json!({"type": "hazard", "d": need(DEATH)?}), &grid, Timing::End)?
        }
        _ => lifetime("product")?,
    };
    let component = match case {
        1 | 2 => None,
        _ => Some(lifetime("component")?),
    };
    let (first_step, repaired, into) = match case {
        1 | 2 => (FirstStep::Exposed, false, None),
        3 => (FirstStep::OfNewStock, false, None),
        9 => (FirstStep::Protected, false, None),
        4 | 10 => (FirstStep::Protected, false, Some(ReuseInto::New)),
        5 | 11 => (FirstStep::Protected, true, None),
        6 | 12 => (FirstStep::Protected, true, Some(ReuseInto::Both)),
        other => return Err(format!("unknown case {other}")),
    };
    let options = ProductComponentOptions {
        first_step,
        replacement: replacement(repaired)?,
        reuse: reuse(into)?,
        negative_inflow: NegativeInflow::Allow,
        ..Default::default()
    };
    let flows = product_component(
        &grid,
        Drive::Stock(&stock),
        Some(&product),
        component.as_ref(),
        &options,
    )
    .map_err(|e| e.to_string())?;
    let scaled = match case {
        // a fixed number of components over the life of a product
        2 => {
            let factor = 1.0 + need(REPLACED)?;
            let options =
                StockOptions { negative_inflow: NegativeInflow::Allow, ..Default::default() };
            let model =
                stock_model(&grid, &stock, &[product], &options).map_err(|e| e.to_string())?;
            let inflow: Vec<f64> = model.inflow.iter().map(|i| i * factor).collect();
            let outflow = inflow.iter().zip(model.stock_change()).map(|(i, ds)| i - ds).collect();
            Some((inflow, outflow))
        }
        _ => None,
    };
    Ok(Flows { flows, scaled })
}

/// Cases 7 and 8: a constant share of the stock leaves or enters; in case 8 a
/// given share of the outflow of products is that of components.
fn rates(grid: &Grid, stock: &[f64], params: &Params, partly: bool) -> Result<Flows, String> {
    let rate = match (params.get(DEATH)?, params.get(BIRTH)?) {
        (Some(d), None) => Rate::Leaving(d),
        (None, Some(b)) => Rate::Entering(b),
        _ => return Err("either a death rate `d` or a birth rate `b` is needed".to_owned()),
    };
    let products = rate_driven(grid, stock, rate).map_err(|e| e.to_string())?;
    let share = if partly { params.get(REPLACED)?.ok_or("`repl` is missing")? } else { 1.0 };
    let outflow: Vec<f64> = products.outflow.iter().map(|o| o * share).collect();
    let change = products.inflow.iter().zip(&products.outflow).map(|(i, o)| i - o);
    let inflow = change.zip(&outflow).map(|(ds, o)| ds + o).collect();
    let mut flows = ProductComponentFlows::default();
    flows.stock = stock.to_vec();
    flows.product_inflow = products.inflow;
    flows.product_outflow = products.outflow;
    Ok(Flows { flows, scaled: Some((inflow, outflow)) })
}

/// Vehicles and batteries by age, driven by sales. Defaults of the published
/// model: batteries with a standard deviation of 4 years; failed batteries are
/// replaced in vehicles younger than 12 years; batteries younger than 12 years
/// are reused, first in vehicles 8 years older; nothing grows older than 30.
pub fn inflow_driven(file: &Value, params: &Params) -> Result<Flows, String> {
    const MEAN: &[&str] = &["mean_lib"];
    const SD: &[&str] = &["sd_lib"];
    const VEHICLE: &[&str] = &["mean_ev"];
    const VEHICLE_SD: &[&str] = &["sd_ev"];
    const YOUNGER: &[&str] = &["ev_age_newLib", "ev_age_new_lib", "ev_age_newlib"];
    const VEHICLE_AGE: &[&str] = &["max_ev_age_replacement", "max_ev_age"];
    const BATTERY_AGE: &[&str] = &["max_lib_age_secondlife", "max_lib_age"];
    const OLDEST: &[&str] = &["max_age"];
    const LAW: &[&str] = &["dist"];
    params.only(&[
        MEAN,
        SD,
        VEHICLE,
        VEHICLE_SD,
        YOUNGER,
        VEHICLE_AGE,
        BATTERY_AGE,
        OLDEST,
        LAW,
        REPLACED,
        REUSED,
    ])?;
    let sales = list(file, "sales")?;
    let grid = Grid::years(sales.len()).map_err(|e| e.to_string())?;
    let law = params.0.get("dist").or(file["vehicle"].get("dist")).and_then(Value::as_str);
    let oldest = params.steps(OLDEST)?.unwrap_or(30);
    let table = |mean: f64, sd: f64| -> Result<Survival, String> {
        // yearly chances are ratios of the survival function: truncated at 0
        let lifetime = json!({
            "type": law.unwrap_or("logistic"), "mean": mean, "sd": sd, "truncated": true
        });
        let lifetimes: Lifetimes = laws::lifetimes(&lifetime, sales.len())?;
        let table = Survival::new(&grid, &lifetimes, Timing::Start).map_err(|e| e.to_string())?;
        let shares: Vec<f64> = (0..sales.len())
            .map(|a| if a < oldest { table.at(a, 0).unwrap() } else { 0.0 })
            .collect();
        Survival::from_ages(&shares).map_err(|e| e.to_string())
    };
    let vehicle = &file["vehicle"];
    let of_vehicle = |names: &[&str], keys: &[&str]| -> Result<f64, String> {
        let found = keys.iter().find_map(|key| vehicle.get(key)).and_then(Value::as_f64);
        params.get(names)?.or(found).ok_or(format!("vehicle: `{}` is missing", keys[0]))
    };
    let battery = file.get("battery").or(file.get("component"));
    let of_battery = |names: &[&str], key: &str| -> Result<Option<f64>, String> {
        let found = battery.and_then(|b| b.get(key)).and_then(Value::as_f64);
        Ok(params.get(names)?.or(found))
    };
    let product =
        table(of_vehicle(VEHICLE, &["mean"])?, of_vehicle(VEHICLE_SD, &["sd", "stddev"])?)?;
    let mean = of_battery(MEAN, "mean")?.ok_or("`mean_lib` is missing")?;
    let component = table(mean, of_battery(SD, "sd")?.unwrap_or(4.0))?;
    // ages at the end of the step, in which new vehicles are 1 year old
    let limit = |names| -> Result<Option<usize>, String> {
        Ok(Some(params.steps(names)?.unwrap_or(12).saturating_sub(1)))
    };
    let options = ProductComponentOptions {
        first_step: FirstStep::WholeStep,
        replacement: Some(Replacement {
            share: params.get(REPLACED)?.unwrap_or(1.0),
            age_limit: limit(VEHICLE_AGE)?,
        }),
        reuse: Some(Reuse {
            share: params.get(REUSED)?.unwrap_or(0.0),
            age_limit: limit(BATTERY_AGE)?,
            into: ReuseInto::Used,
            matching: Matching::YoungerBy(params.steps(YOUNGER)?.unwrap_or(8)),
        }),
        ..Default::default()
    };
    let flows =
        product_component(&grid, Drive::Inflow(&sales), Some(&product), Some(&component), &options)
            .map_err(|e| e.to_string())?;
    Ok(Flows { flows, scaled: None })
}

impl Flows {
    fn series(&self, key: &str) -> Result<Value, String> {
        let f = &self.flows;
        if let Some((inflow, outflow)) = &self.scaled {
            match key {
                "component_inflow" => return Ok(json!(inflow)),
                "component_outflow" => return Ok(json!(outflow)),
                "final_stock_by_component_cohort" => {
                    return Err("component cohorts are not defined in this case".to_owned());
                }
                _ => {}
            }
        }
        Ok(match key {
            "ev_stock" | "stock" => json!(f.stock),
            "product_inflow" => json!(f.product_inflow),
            "component_inflow" => json!(f.component_inflow),
            "product_outflow" => json!(f.product_outflow),
            "component_outflow" => json!(f.component_outflow),
            "replacement_new_batteries" => json!(f.replaced_with_new),
            "failed_batteries" => json!(f.failed_components),
            "available_batteries" => json!(f.available_components),
            "reused_in_ev" => json!(f.replaced_with_reused),
            "final_stock_by_product_cohort" => json!(f.final_stock_by_product_cohort),
            "final_stock_by_component_cohort" => json!(f.final_stock_by_component_cohort),
            other => return Err(format!("unknown expected series `{other}`")),
        })
    }
}
