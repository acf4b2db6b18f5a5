//! The steel cycle as a system.

use super::copper::Copper;
use super::data;
use blackmass::system::{Change, Override, Policy, Values, var};
use blackmass::uncertainty::{Dirichlet, Distribution, Range, ThreePoint};
use blackmass::{CohortStock, Error, Lifetime, System};
use std::sync::Arc;

/// The years computed.
const FIRST: i32 = 1900;
const LAST: i32 = 2050;

/// The policies, the reference first: half of what was not collected is, in
/// steps from 2026 to 2035, and four tenths more electric furnaces melt it.
pub const POLICIES: [&str; 3] = ["as today", "collect more", "and melt it"];

/// What is reported, with units.
pub const REPORTED: [(&str, &str); 11] = [
    ("in_use", "Mt"),
    ("in_use_total", "Mt"),
    ("crude", "Mt/yr"),
    ("old_scrap_total", "Mt/yr"),
    ("scrap", "Mt/yr"),
    ("scrap_used", "Mt/yr"),
    ("scrap_unused", "Mt/yr"),
    ("primary", "Mt/yr"),
    ("secondary_share", "%"),
    ("copper_in_new_steel", "%"),
    ("copper_in_use", "%"),
];

/// A number for each year, on a geometric line between the years given and as
/// the last of them after it.
fn every_year(given: &[(i32, f64)]) -> Vec<f64> {
    (FIRST..=LAST)
        .map(|year| {
            let next = given.iter().position(|(y, _)| *y >= year).unwrap_or(given.len() - 1);
            let (after, b) = given[next];
            let (before, a) = given[next.saturating_sub(1)];
            if year >= after || before == after {
                return b;
            }
            let way = f64::from(year - before) / f64::from(after - before);
            a * (b / a).powf(way)
        })
        .collect()
}

fn uniform((low, high): (f64, f64)) -> Result<Distribution, Error> {
    Distribution::uniform(Range { low, high })
}

/// The whole cycle with its policies.
pub fn steel() -> Result<System, Error> {
    let mut b = System::builder("steel of the world", FIRST..=LAST);
    b.report_from(2005).dimension("sector", data::SECTORS);
    for process in ["steelmaking", "forming", "fabrication", "use", "collection", "scrap_yard"] {
        b.process(process);
    }
    let outside = System::ENVIRONMENT;
    let by_sector = |numbers: [f64; 4]| Values::PerElement(numbers.to_vec());

    // Steel made, by the sector it is made for.
    b.constant("crude_until_2020", &[], Values::PerYear(every_year(&data::CRUDE)));
    let later = (FIRST..=LAST).map(|year| f64::from((year - 2020).max(0)) / 30.0).collect();
    b.constant("later", &[], Values::PerYear(later));
    b.parameter("crude_2050", &[], uniform(data::CRUDE_2050)?);
    let on_the_way = |until_2020: &str, in_2050: &str| {
        var(until_2020) + (var(in_2050) - var(until_2020).at_year(2020)) * var("later")
    };
    b.variable("crude", on_the_way("crude_until_2020", "crude_2050"));
    let shares = Dirichlet::from_mean_concentration(&data::SHARES, data::SHARES_CONCENTRATION)?;
    b.dirichlet("share", "sector", &shares);
    b.flow("made").from("steelmaking").to("forming").is(var("crude") * var("share"));

    // Scrap of making products; what is left goes into use.
    b.parameter("forming_yield", &[], uniform(data::FORMING_YIELD)?);
    b.constant("fabrication_yield", &["sector"], by_sector(data::FABRICATION_YIELD));
    b.flow("finished").from("forming").to("fabrication").coefficient("forming_yield");
    b.flow("forming_scrap").from("forming").to("scrap_yard").remainder();
    b.flow("products").from("fabrication").to("use").coefficient("fabrication_yield");
    b.flow("new_scrap").from("fabrication").to("scrap_yard").remainder();

    // Steel in use, by cohort.
    let lifetimes = data::LIFETIME.map(|(low, mode, high)| ThreePoint { low, mode, high });
    let laws = lifetimes.into_iter().map(Distribution::triangular).collect::<Result<_, _>>()?;
    b.parameters("lifetime", &["sector"], laws);
    b.constant("shape", &["sector"], by_sector(data::SHAPE));
    b.cohort_stock(CohortStock {
        name: "cohorts".into(),
        inflow: var("products"),
        lifetime: Lifetime::weibull_from_mean_shape("lifetime", "shape"),
    });
    b.stock("in_use", "use").is("cohorts.stock");
    b.flow("end_of_life").from("use").to("collection").is("cohorts.outflow");

    // Old scrap. A policy may collect a part of what is not collected.
    let around = |mean: f64| (mean - data::RECOVERY_RANGE, mean + data::RECOVERY_RANGE);
    let laws = data::RECOVERY.into_iter().map(|mean| uniform(around(mean)));
    b.parameters("recovery", &["sector"], laws.collect::<Result<_, _>>()?);
    b.constant("collected_too", &[], 0.0);
    b.variable("collected", var("recovery") + (1.0 - var("recovery")) * var("collected_too"));
    b.flow("old_scrap").from("collection").to("scrap_yard").coefficient("collected");
    b.flow("not_collected").from("collection").to(outside).remainder();

    // Electric furnaces take scrap first, converters what cools them; the rest
    // stays in the yard or goes where nobody counts it.
    b.constant("furnaces_2020", &[], data::FURNACES_2020);
    b.parameter("furnaces_2050", &[], uniform(data::FURNACES_2050)?);
    b.variable("furnaces", on_the_way("furnaces_2020", "furnaces_2050"));
    b.parameter("furnace_charge", &[], uniform(data::FURNACE_CHARGE)?);
    b.parameter("converter_charge", &[], uniform(data::CONVERTER_CHARGE)?);
    b.flow("dirt").from("scrap_yard").to(outside).coefficient(1.0 - data::PREPARED);
    let electric = var("furnaces") * var("crude");
    b.variable("furnaces_take", electric.clone() * var("furnace_charge"));
    b.variable("converters_take", (var("crude") - electric) * var("converter_charge"));
    b.flow("to_furnaces").from("scrap_yard").to("steelmaking").up_to("furnaces_take");
    b.flow("to_converters").from("scrap_yard").to("steelmaking").up_to("converters_take");
    b.flow("unused").from("scrap_yard").to(outside).remainder();
    let used = (var("to_furnaces") + var("to_converters")).sum("sector");
    b.variable("scrap_used", used);
    b.flow("primary").from(outside).to("steelmaking").is(var("crude") - var("scrap_used"));

    // Copper.
    let total = |name: &str| var(name).sum("sector");
    b.variable("old_scrap_total", total("old_scrap"));
    b.variable("in_use_total", total("in_use"));
    b.variable("scrap", total("forming_scrap") + total("new_scrap") + var("old_scrap_total"));
    b.variable("old_share", var("old_scrap_total") / var("scrap"));
    b.parameter("attached_copper", &[], uniform(data::COPPER)?);
    b.operation(
        "copper",
        Arc::new(Copper),
        [
            var("crude"),
            var("scrap_used") * (1.0 - var("old_share")),
            var("scrap_used") * var("old_share"),
            total("products"),
            total("end_of_life"),
            var("in_use_total"),
            var("attached_copper"),
        ],
    );
    b.variable("copper_in_new_steel", 100.0 * var("copper.new_steel"));
    b.variable("copper_in_use", 100.0 * var("copper.in_use"));

    b.variable("scrap_unused", total("unused"));
    b.variable("secondary_share", 100.0 * var("scrap_used") / var("crude"));
    for (name, unit) in REPORTED {
        b.observe(name, unit);
    }
    let change = |name: &str, change| Override { name: name.into(), change, from: 2026, ramp: 9 };
    let collect = change("collected_too", Change::Set(0.5));
    let melt = change("furnaces", Change::Multiply(1.4));
    let lists = [Vec::new(), vec![collect.clone()], vec![collect, melt]];
    for (name, overrides) in POLICIES.into_iter().zip(lists) {
        b.policy(Policy { name: name.into(), overrides });
    }
    b.build()
}
