//! Lifetimes as the vectors write them.

use blackmass::lifetime::{HazardGrowth, LifetimeLaw, MedianShape};
use blackmass::stock::{Grid, Lifetimes, Survival, Timing};
use blackmass::uncertainty::{MeanShape, MeanStd, MedianGsd, ScaleShape};
use serde_json::{Map, Value};

/// The parameters of a law, with the names they go by.
const PARAMETERS: [(&str, &[&str]); 9] = [
    ("mean", &["mean"]),
    ("std", &["std", "stddev", "sd", "standard_deviation"]),
    ("shape", &["shape", "weibull_shape", "k"]),
    ("scale", &["scale", "weibull_scale", "lambda"]),
    ("median", &["median"]),
    ("gsd", &["gsd"]),
    ("hazard", &["hazard", "d", "rate"]),
    ("growth", &["growth"]),
    ("factor", &["factor"]),
];
/// Keys that are not parameters.
const OTHERS: [&str; 10] = [
    "type",
    "dist",
    "note",
    "notes",
    "odym_parameters",
    "inflow_at",
    "n_pts",
    "n_pts_per_interval",
    "truncated",
    "truncate_at_zero",
];

/// One parameter: a number, or one per cohort or per year.
enum Parameter {
    Same(f64),
    Cohort(Vec<f64>),
    Year(Vec<f64>),
}

struct Parameters(Vec<(&'static str, Parameter)>);

impl Parameters {
    fn read(map: &Map<String, Value>) -> Result<Self, String> {
        let mut found = Vec::new();
        for (key, value) in map {
            if OTHERS.contains(&key.as_str()) {
                continue;
            }
            let (stem, by_year) =
                match (key.strip_suffix("_by_cohort"), key.strip_suffix("_by_year")) {
                    (Some(stem), _) => (stem, false),
                    (_, Some(stem)) => (stem, true),
                    _ => (key.as_str(), false),
                };
            let name = PARAMETERS.iter().find(|(_, names)| names.contains(&stem));
            let (name, _) = name.ok_or(format!("lifetime: unknown key `{key}`"))?;
            let list = || value.as_array()?.iter().map(Value::as_f64).collect::<Option<Vec<_>>>();
            let parameter = match (value.as_f64(), list()) {
                (Some(x), _) => Parameter::Same(x),
                (_, Some(list)) if by_year => Parameter::Year(list),
                (_, Some(list)) => Parameter::Cohort(list),
                _ => return Err(format!("lifetime: `{key}` is not a number")),
            };
            found.push((*name, parameter));
        }
        Ok(Self(found))
    }

    /// The parameter of a cohort in a year.
    fn at(&self, name: &str, cohort: usize, year: usize) -> Result<Option<f64>, String> {
        let found = self.0.iter().find(|(n, _)| *n == name);
        let short = || format!("lifetime: `{name}` has too few values");
        match found {
            None => Ok(None),
            Some((_, Parameter::Same(x))) => Ok(Some(*x)),
            Some((_, Parameter::Cohort(list))) => Ok(Some(*list.get(cohort).ok_or_else(short)?)),
            Some((_, Parameter::Year(list))) => Ok(Some(*list.get(year).ok_or_else(short)?)),
        }
    }
}

/// The survival table of a lifetime on a grid; `default` is the timing unless
/// the lifetime says otherwise.
pub fn survival(lifetime: &Value, grid: &Grid, default: Timing) -> Result<Survival, String> {
    let timing = timing(lifetime)?.unwrap_or(default);
    let lifetimes = lifetimes(lifetime, grid.steps())?;
    Survival::new(grid, &lifetimes, timing).map_err(|e| e.to_string())
}

fn timing(lifetime: &Value) -> Result<Option<Timing>, String> {
    let points = lifetime.get("n_pts").or(lifetime.get("n_pts_per_interval"));
    if let Some(n) = points.and_then(Value::as_u64)
        && n > 1
    {
        return Ok(Some(Timing::Quadrature(n as usize)));
    }
    lifetime.get("inflow_at").and_then(Value::as_str).map(named).transpose()
}

/// A timing by name: start, middle, end or n_pts_<n>.
pub fn named(name: &str) -> Result<Timing, String> {
    match (name, name.strip_prefix("n_pts_").and_then(|n| n.parse().ok())) {
        ("start", _) => Ok(Timing::Start),
        ("middle", _) | (_, Some(1)) => Ok(Timing::Middle),
        ("end", _) => Ok(Timing::End),
        (_, Some(n)) => Ok(Timing::Quadrature(n)),
        _ => Err(format!("unknown timing `{name}`")),
    }
}

/// The laws of a lifetime, for `steps` cohorts.
pub fn lifetimes(lifetime: &Value, steps: usize) -> Result<Lifetimes, String> {
    let map = lifetime.as_object().ok_or("the lifetime is missing")?;
    let kind = map.get("type").or(map.get("dist")).and_then(Value::as_str);
    let kind = kind.ok_or("the lifetime has no type")?;
    let truncated = ["truncated", "truncate_at_zero"]
        .iter()
        .any(|key| map.get(*key).and_then(Value::as_bool) == Some(true));
    let parameters = Parameters::read(map)?;
    let law = |cohort, year| law(kind, truncated, &parameters, cohort, year);
    let all: Vec<usize> = (0..steps).collect();
    let of = |p: fn(&Parameter) -> bool, factor: bool| {
        parameters.0.iter().any(|(name, x)| (*name == "factor") == factor && p(x))
    };
    let cohort = of(|p| matches!(p, Parameter::Cohort(_)), false)
        || of(|p| matches!(p, Parameter::Cohort(_)), true);
    let year = of(|p| matches!(p, Parameter::Year(_)), false);
    if of(|p| matches!(p, Parameter::Year(_)), true) {
        if year {
            return Err("lifetime: both parameters and a factor by year".to_owned());
        }
        let stretch = all.iter().map(|&t| parameters.at("factor", 0, t).map(|f| f.unwrap_or(1.0)));
        let laws = all.iter().map(|&c| law(c, c));
        return Ok(Lifetimes::ByCohortAndYear {
            laws: laws.collect::<Result<_, _>>()?,
            stretch: stretch.collect::<Result<_, _>>()?,
        });
    }
    match (cohort, year) {
        (false, false) => Ok(Lifetimes::Constant(law(0, 0)?)),
        (true, false) => {
            Ok(Lifetimes::ByCohort(all.iter().map(|&c| law(c, 0)).collect::<Result<_, _>>()?))
        }
        (false, true) => {
            Ok(Lifetimes::ByYear(all.iter().map(|&t| law(0, t)).collect::<Result<_, _>>()?))
        }
        (true, true) => Err("lifetime: parameters by cohort and by year".to_owned()),
    }
}

fn law(
    kind: &str,
    truncated: bool,
    parameters: &Parameters,
    cohort: usize,
    year: usize,
) -> Result<LifetimeLaw, String> {
    let may = |name: &str| parameters.at(name, cohort, year);
    let get = |name: &str| may(name)?.ok_or(format!("lifetime: `{name}` is missing"));
    let mean_std = || Ok::<_, String>(MeanStd { mean: get("mean")?, std: get("std")? });
    let kind: String = kind.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let (kind, truncated) = match kind.strip_prefix("truncated") {
        Some(rest) => (rest.to_owned(), true),
        None => (kind, truncated),
    };
    // a lifetime of zero leaves on entry, whatever the law (ODYM)
    let zero = ["mean", "scale", "shape"].iter().any(|p| may(p) == Ok(Some(0.0)));
    let law = match kind.as_str() {
        _ if zero => LifetimeLaw::fixed(0.0),
        "fixed" => LifetimeLaw::fixed(get("mean")?),
        "exponential" => match may("mean")? {
            Some(mean) => LifetimeLaw::exponential_from_mean(mean),
            None => LifetimeLaw::exponential_from_mean(get("scale")?),
        },
        "normal" | "norm" if truncated => {
            LifetimeLaw::normal_truncated_from_parent_mean_std(mean_std()?)
        }
        "normal" | "norm" => LifetimeLaw::normal_untruncated_from_mean_std(mean_std()?),
        "foldednormal" | "folded" | "foldnorm" => {
            LifetimeLaw::folded_normal_from_parent_mean_std(mean_std()?)
        }
        "lognormal" | "lognorm" => match may("median")? {
            Some(median) => {
                LifetimeLaw::lognormal_from_median_gsd(MedianGsd { median, gsd: get("gsd")? })
            }
            None => LifetimeLaw::lognormal_from_mean_std(mean_std()?),
        },
        "weibull" | "gamma" => {
            let weibull = kind == "weibull";
            match (may("scale")?, may("shape")?) {
                (Some(scale), _) => {
                    let p = ScaleShape { scale, shape: get("shape")? };
                    if weibull {
                        LifetimeLaw::weibull_from_scale_shape(p)
                    } else {
                        LifetimeLaw::gamma_from_scale_shape(p)
                    }
                }
                (None, Some(shape)) => {
                    let p = MeanShape { mean: get("mean")?, shape };
                    if weibull {
                        LifetimeLaw::weibull_from_mean_shape(p)
                    } else {
                        LifetimeLaw::gamma_from_mean_shape(p)
                    }
                }
                (None, None) if weibull => LifetimeLaw::weibull_from_mean_std(mean_std()?),
                (None, None) => LifetimeLaw::gamma_from_mean_std(mean_std()?),
            }
        }
        "logistic" if truncated => {
            LifetimeLaw::logistic_truncated_from_parent_mean_std(mean_std()?)
        }
        "logistic" => LifetimeLaw::logistic_untruncated_from_mean_std(mean_std()?),
        "loglogistic" => {
            let median = may("median")?.or(may("scale")?);
            let median = median.ok_or("lifetime: `median` is missing")?;
            LifetimeLaw::log_logistic_from_median_shape(MedianShape {
                median,
                shape: get("shape")?,
            })
        }
        "gompertz" => LifetimeLaw::gompertz_from_hazard_growth(HazardGrowth {
            hazard: get("hazard")?,
            growth: get("growth")?,
        }),
        "hazard" | "constanthazard" => LifetimeLaw::discrete_hazard(&[get("hazard")?]),
        other => return Err(format!("unknown law `{other}`")),
    };
    let law = law.map_err(|e| e.to_string())?;
    // a factor by year is applied step by step instead
    match parameters.0.iter().find(|(name, _)| *name == "factor") {
        None | Some((_, Parameter::Year(_))) => Ok(law),
        Some(_) => law.stretched(get("factor")?).map_err(|e| e.to_string()),
    }
}
