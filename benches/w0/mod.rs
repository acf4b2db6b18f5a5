//! W0, the smaller common workload: 41 years, 40 products with a Weibull
//! lifetime of their own, a collection rate rising linearly, 6 materials, and
//! every draw supplied, so that no randomness is left. The same model in NumPy
//! and flodym is in `benches/peers`; the numbers are invented and serve only to
//! compare speed.

#![allow(dead_code, clippy::disallowed_methods)]

pub mod check;

use blackmass::system::{Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{CohortStock, Error, InflowTiming, Lifetime, System};
use serde_json::Value;

/// What is reported, with its unit; the first per material.
pub const REPORTED: [(&str, &str); 3] =
    [("secondary", "t"), ("total_stock", "thousand packs"), ("total_outflow", "thousand packs")];

/// The input written by `gen_input.py`.
pub struct Workload {
    years: Vec<i32>,
    products: Vec<String>,
    pub materials: Vec<String>,
    /// `[year][product]`, thousand packs.
    inflow: Vec<Vec<f64>>,
    /// `[product][material]`, t per thousand packs.
    content: Vec<Vec<f64>>,
    /// The values of each random input, draw by draw.
    columns: Vec<(String, Vec<f64>)>,
}

impl Workload {
    /// Reads the input; panics if it is not what `gen_input.py` writes.
    pub fn read(json: &Value) -> Self {
        let (segments, chemistries) = (names(&json["segments"]), names(&json["chemistries"]));
        let products: Vec<String> = segments
            .iter()
            .flat_map(|s| chemistries.iter().map(move |c| format!("{s} {c}")))
            .collect();
        let materials = names(&json["materials"]);
        let draws = &json["draws"];
        let mut columns = Vec::new();
        for (name, dimension, elements) in [
            ("scale", "product", &products),
            ("shape", "product", &products),
            ("recovery", "material", &materials),
        ] {
            let rows = table(&draws[name]);
            for (e, element) in elements.iter().enumerate() {
                let column = rows.iter().map(|row| row[e]).collect();
                columns.push((format!("{name}[{dimension}={element}]"), column));
            }
        }
        for name in ["collection_2010", "collection_2050"] {
            columns.push((name.to_owned(), numbers(&draws[name])));
        }
        Self {
            years: numbers(&json["years"]).into_iter().map(|y| y as i32).collect(),
            products,
            materials,
            inflow: table(&json["inflow_thousand_packs"]),
            content: table(&json["content_t_per_thousand_packs"]),
            columns,
        }
    }

    /// How many draws the input holds.
    pub fn draws(&self) -> usize {
        self.columns[0].1.len()
    }

    /// The values of each random input, its draws repeated to fill `draws`.
    pub fn given(&self, draws: usize) -> impl Iterator<Item = (&str, Vec<f64>)> {
        let repeated =
            move |column: &Vec<f64>| column.iter().copied().cycle().take(draws).collect();
        self.columns.iter().map(move |(name, column)| (name.as_str(), repeated(column)))
    }

    /// Declares W0 on the public builder. The distributions are read only in
    /// the central case, as every draw is supplied.
    pub fn system(&self) -> Result<System, Error> {
        let (first, last) = (self.years[0], self.years[self.years.len() - 1]);
        let mut b = System::builder("W0", first..=last);
        b.dimension("product", &self.products).dimension("material", &self.materials);
        let years = self.inflow.len();
        let series = |p: usize| self.inflow.iter().map(|year| year[p]).collect();
        let inflow = (0..self.products.len()).map(series).collect();
        b.constant("inflow", &["product"], Values::PerElementAndYear(inflow));
        let content = Values::PerElement(self.content.concat());
        b.constant("content", &["product", "material"], content);
        let ramp = (0..years).map(|t| t as f64 / (years - 1) as f64).collect();
        b.constant("ramp", &[], Values::PerYear(ramp));
        let range = |low, high| Distribution::uniform(Range { low, high });
        b.parameter("scale", &["product"], range(6.75, 20.25)?);
        b.parameter("shape", &["product"], range(2.2, 5.0)?);
        b.parameter("collection_2010", &[], range(0.2, 0.6)?);
        b.parameter("collection_2050", &[], range(0.7, 0.98)?);
        b.parameter("recovery", &["material"], range(0.0, 0.98)?);
        b.cohort_stock(CohortStock {
            name: "use".into(),
            inflow: var("inflow"),
            lifetime: Lifetime::weibull_from_scale_shape(var("scale"), var("shape"))
                .inflow_at(InflowTiming::End),
        });
        let rise = var("collection_2050") - var("collection_2010");
        b.variable("collection", var("collection_2010") + rise * var("ramp"));
        b.variable("end_of_life", (var("use.outflow") * var("content")).sum("product"));
        b.variable("secondary", var("end_of_life") * var("collection") * var("recovery"));
        b.variable("total_stock", var("use.stock").sum("product"));
        b.variable("total_outflow", var("use.outflow").sum("product"));
        for (name, unit) in REPORTED {
            b.observe(name, unit);
        }
        b.build()
    }
}

fn names(json: &Value) -> Vec<String> {
    let array = json.as_array().expect("an array of names");
    array.iter().map(|x| x.as_str().expect("a name").to_owned()).collect()
}

/// An array of numbers.
pub fn numbers(json: &Value) -> Vec<f64> {
    let array = json.as_array().expect("an array of numbers");
    array.iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// An array of arrays of numbers.
pub fn table(json: &Value) -> Vec<Vec<f64>> {
    json.as_array().expect("an array of arrays").iter().map(numbers).collect()
}
