//! W1, the common workload: 41 years, 5 segments, 8 chemistries, 6 materials,
//! 71 random parameters and 246 noise normals per draw, two cohort stocks, three
//! recycling routes with capacity and backlog, 1 476 reported numbers. The same
//! model in NumPy is `benches/peers/w1_numpy.py`; the numbers are invented and
//! serve only to compare speed.

#![allow(dead_code, clippy::disallowed_methods)]

pub mod check;

use blackmass::system::{Expr, Start, Values, var};
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{CohortStock, Error, Facilities, InflowTiming, Lifetime, System, SystemBuilder};

const YEARS: usize = 41;
const MATERIALS: [&str; 6] = ["lithium", "nickel", "cobalt", "manganese", "graphite", "copper"];
const SEGMENTS: usize = 5;
const CHEMISTRIES: usize = 8;
const ROUTES: usize = 3;
/// What is reported, in the order of the NumPy program.
pub const INDICATORS: [&str; 6] =
    ["demand", "stock", "end_of_life", "collected", "recovered", "ratio"];

/// The random inputs in the order of the NumPy program's columns: name,
/// dimension (empty for one number) and whether there is one per year.
const INPUTS: [(&str, &str, bool); 23] = [
    ("demand_level", "segment", false),
    ("persistence", "", false),
    ("demand_noise_size", "", false),
    ("chemistry_tilt", "chemistry", false),
    ("shape", "segment", false),
    ("scale", "segment", false),
    ("second_life_shape", "", false),
    ("second_life_scale", "", false),
    ("second_life_share", "", false),
    ("second_life_middle", "", false),
    ("second_life_speed", "", false),
    ("collection_low", "", false),
    ("collection_gain", "", false),
    ("collection_middle", "", false),
    ("collection_speed", "", false),
    ("collection_noise_size", "", false),
    ("route_weights", "route,end", false),
    ("yield", "route,material", false),
    ("capacity", "route", false),
    ("capacity_growth", "route", false),
    ("intensity", "material", false),
    ("demand_noise", "segment", true),
    ("collection_noise", "", true),
];

fn labels(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{prefix}{i}")).collect()
}

fn elements(dimension: &str) -> Vec<String> {
    match dimension {
        "segment" => labels("s", SEGMENTS),
        "chemistry" => labels("c", CHEMISTRIES),
        "route" => labels("r", ROUTES),
        "end" => labels("e", 2),
        _ => MATERIALS.iter().map(|m| (*m).to_owned()).collect(),
    }
}

/// The canonical names of the random inputs, in column order, and how many
/// columns each takes.
pub fn columns() -> Vec<(String, usize)> {
    let mut columns = Vec::new();
    for (name, dims, timed) in INPUTS {
        let width = if timed { YEARS } else { 1 };
        let mut names = vec![String::new()];
        for dim in dims.split(',').filter(|d| !d.is_empty()) {
            names = names
                .iter()
                .flat_map(|n| {
                    let comma = if n.is_empty() { "" } else { "," };
                    elements(dim).into_iter().map(move |e| format!("{n}{comma}{dim}={e}"))
                })
                .collect();
        }
        for inner in names {
            let full =
                if inner.is_empty() { format!("z.{name}") } else { format!("z.{name}[{inner}]") };
            columns.push((full, width));
        }
    }
    columns
}

fn z(name: &str) -> Expr {
    var(format!("z.{name}"))
}

/// median·exp(gsd·z): a lognormal written out.
fn around(median: impl Into<Expr>, spread: f64, name: &str) -> Expr {
    median.into() * (spread * z(name)).exp()
}

fn table(f: impl Fn(usize, usize) -> f64, n: usize, m: usize) -> Values {
    Values::PerElement((0..n * m).map(|i| f(i / m, i % m)).collect())
}

/// Declares W1 on the public builder.
pub fn system() -> Result<System, Error> {
    let mut b = builder()?;
    observe(&mut b);
    b.build()
}

/// Asks for what is reported.
pub fn observe(b: &mut SystemBuilder) {
    for indicator in INDICATORS {
        b.observe(indicator, "kt");
    }
}

/// W1 with nothing observed.
#[allow(clippy::disallowed_methods)] // set-up constants only, the same libm as the peer
pub fn builder() -> Result<SystemBuilder, Error> {
    let mut b = System::builder("W1", 2010..=2050);
    for dim in ["segment", "chemistry", "route", "end", "material"] {
        b.dimension(dim, elements(dim));
    }
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    for (name, dims, timed) in INPUTS {
        let dims: Vec<&str> = dims.split(',').filter(|d| !d.is_empty()).collect();
        if timed {
            b.noise(&format!("z.{name}"), &dims);
        } else {
            b.parameter(&format!("z.{name}"), &dims, standard.clone());
        }
    }
    let years: Vec<f64> = (0..YEARS).map(|t| t as f64).collect();
    let last = (YEARS - 1) as f64;
    b.constant("ramp", &[], Values::PerYear(years.iter().map(|t| t / last).collect()));
    b.constant("year", &[], Values::PerYear(years.iter().map(|t| 2010.0 + t).collect()));
    demand(&mut b, &years);
    stocks(&mut b);
    collection_and_recovery(&mut b);
    Ok(b)
}

#[allow(clippy::disallowed_methods)]
fn demand(b: &mut SystemBuilder, years: &[f64]) {
    let level = |s: f64, t: f64| (s + 1.0) * 300.0 / (1.0 + (-(t - 18.0 - s) * 0.22).exp());
    let levels = (0..SEGMENTS).map(|s| years.iter().map(|t| level(s as f64, *t)).collect());
    b.constant("base_demand", &["segment"], Values::PerElementAndYear(levels.collect()));
    let raw = |s: f64, c: f64, t: f64| 0.1 + (1.3 * c + 0.7 * s + 0.08 * t).sin().powi(2);
    let mut shares = Vec::new();
    for s in 0..SEGMENTS {
        for c in 0..CHEMISTRIES {
            shares.push(
                years
                    .iter()
                    .map(|t| {
                        let all: f64 = (0..CHEMISTRIES).map(|k| raw(s as f64, k as f64, *t)).sum();
                        raw(s as f64, c as f64, *t) / all
                    })
                    .collect(),
            );
        }
    }
    b.constant("base_share", &["segment", "chemistry"], Values::PerElementAndYear(shares));
    b.variable("rho", (0.7 + 0.08 * z("persistence")).clamp(0.0, 0.95));
    let noise = z("demand_noise").ar1("rho", Start::Zero) * around(0.08, 0.2, "demand_noise_size");
    b.variable(
        "demand_by_segment",
        var("base_demand") * around(1.0, 0.2, "demand_level") * noise.exp(),
    );
    let tilt = around(1.0, 0.25, "chemistry_tilt");
    b.variable("raw_share", var("base_share") * (1.0 + (tilt - 1.0) * var("ramp")));
    let scale = var("demand_by_segment") / var("raw_share").sum("chemistry");
    b.variable("inflow", var("raw_share") * scale);
}

fn stocks(b: &mut SystemBuilder) {
    let per_segment = |values: [f64; SEGMENTS]| Values::PerElement(values.to_vec());
    b.constant("base_scale", &["segment"], per_segment([5.5, 8.0, 14.5, 11.0, 15.0]));
    b.constant("base_shape", &["segment"], per_segment([2.2, 2.8, 3.4, 3.0, 4.0]));
    b.constant("eligible", &["segment"], per_segment([0.0, 0.2, 1.0, 0.9, 0.5]));
    b.cohort_stock(CohortStock {
        name: "use".into(),
        inflow: var("inflow"),
        lifetime: Lifetime::weibull_from_scale_shape(
            around(var("base_scale"), 0.1, "scale"),
            around(var("base_shape"), 0.1, "shape"),
        )
        .inflow_at(InflowTiming::Start),
    });
    let share = (0.3 + 0.08 * z("second_life_share")).clamp(0.0, 1.0);
    let middle = 2032.0 + 3.0 * z("second_life_middle");
    let speed = around(0.3, 0.2, "second_life_speed");
    b.variable("second_life_rate", share * ((var("year") - middle) * speed).logistic());
    b.variable(
        "to_second_life",
        (var("use.outflow") * var("eligible")).sum("segment") * var("second_life_rate"),
    );
    b.cohort_stock(CohortStock {
        name: "second".into(),
        inflow: var("to_second_life"),
        lifetime: Lifetime::weibull_from_scale_shape(
            around(8.0, 0.1, "second_life_scale"),
            around(2.5, 0.1, "second_life_shape"),
        )
        .inflow_at(InflowTiming::Start),
    });
    b.variable("placed", var("inflow").sum("segment"));
    b.variable(
        "leaving",
        var("use.outflow").sum("segment") - var("to_second_life") + var("second.outflow"),
    );
}

#[allow(clippy::disallowed_methods)]
fn collection_and_recovery(b: &mut SystemBuilder) {
    let content = |c, m| 0.02 + 0.12 * (((c * 7 + m * 3) as f64) * 0.9).sin().powi(2);
    b.constant("content", &["chemistry", "material"], table(content, CHEMISTRIES, 6));
    let base = |r, m| 0.6 + 0.35 * (((r * 5 + m) as f64) * 1.1).sin().powi(2);
    b.constant("base_yield", &["route", "material"], table(base, ROUTES, 6));
    b.variable("intensity", (0.1 * z("intensity")).exp());
    let of = |x: Expr| (x * var("content")).sum("chemistry") * var("intensity");
    b.variable("demand", of(var("placed")));
    b.variable("stock", of((var("placed") - var("leaving")).cumulative()));
    b.variable("end_of_life", of(var("leaving")));

    let low = (0.3 + 0.05 * z("collection_low")).clamp(0.0, 1.0);
    let high = (0.85 + 0.05 * z("collection_gain")).clamp(0.0, 1.0);
    let middle = 2030.0 + 2.0 * z("collection_middle");
    let noise =
        z("collection_noise").ar1(0.7, Start::Zero) * around(0.1, 0.2, "collection_noise_size");
    // The NumPy program writes 1/(1 + exp(−x + noise)).
    let x = (var("year") - middle) * around(0.25, 0.2, "collection_speed") - noise;
    b.variable("collection_rate", low.clone() + (high - low) * x.logistic());
    b.variable("collected", var("end_of_life") * var("collection_rate"));
    b.variable("collected_mass", var("leaving").sum("chemistry") * var("collection_rate"));

    b.variable("route_weight", (0.4 * z("route_weights")).exp());
    let (start, end) = (var("route_weight").at("end", "e0"), var("route_weight").at("end", "e1"));
    b.variable("raw_route", start.clone() + (end - start) * var("ramp"));
    b.variable("route_share", var("raw_route") / var("raw_route").sum("route"));
    let per_route = |v: [f64; ROUTES]| Values::PerElement(v.to_vec());
    b.constant("base_capacity", &["route"], per_route([8.0, 6.0, 1.0]));
    b.constant("base_growth", &["route"], per_route([1.12, 1.13, 1.15]));
    b.constant("years", &[], Values::PerYear((0..YEARS).map(|t| t as f64).collect()));
    // capacity₀·growthᵗ
    let growth = (var("base_growth") + 0.02 * z("capacity_growth")).ln();
    b.variable(
        "route_capacity",
        around(var("base_capacity"), 0.3, "capacity") * (growth * var("years")).exp(),
    );
    b.facilities(Facilities {
        name: "routes".into(),
        feed: var("collected") * var("route_share"),
        capacity: var("route_capacity"),
        basis: Some(var("collected_mass") * var("route_share")),
    });
    b.variable("yield", (var("base_yield") + 0.03 * z("yield")).clamp(0.0, 1.0));
    b.variable("recovered", (var("routes.processed") * var("yield")).sum("route"));
    b.variable("ratio", var("recovered") / var("demand"));
}
