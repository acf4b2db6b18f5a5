//! Stocks, facilities and balances, against the twins of the tests.

use super::case::{CONTENTS, Case, ELEMENTS, Expected, Kept, STEPS};
use super::simple::builder;
use super::{shared, stocks};
use blackmass::stock::{NegativeInflow, Timing};
use blackmass::system::{Driven, Values, Varies, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{
    CohortModel, CohortStock, Facilities, InflowTiming, Lifetime, ProductComponent,
    SharedFacilities, Stockpile, System, SystemBuilder,
};
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;
const SHAPE: f64 = 3.4;
/// Steps after which no component is replaced, and the share that is before.
const LIMIT: usize = 20;
const REPLACED: f64 = 0.6;

pub fn cases() -> Outcome<Vec<Case>> {
    Ok(vec![
        cohort(("survival", "Weibull"))?,
        cohort(("convolve", "Weibull"))?,
        product()?,
        facilities()?,
        shared_facilities()?,
        stockpile()?,
        draw_by_draw()?,
        balance()?,
    ])
}

/// Inflows and the scales of their lifetimes.
fn stock() -> Outcome<SystemBuilder> {
    let mut b = builder();
    b.chance("x", &["e"]).observe("x", "1");
    let law = Distribution::uniform(Range { low: 8.0, high: 16.0 })?;
    b.parameter("scale", &["e"], law).observe("scale", "yr");
    Ok(b)
}

/// The share in stock at the end of each step, for inflow at the start of one.
fn survival(scale: f64) -> Vec<f64> {
    (1..=STEPS).map(|a| (-(a as f64 / scale).powf(SHAPE)).exp()).collect()
}

fn outflow() -> Expected {
    Box::new(|kept: &Kept, e, d| {
        let scale = kept.series("scale", e, d)[0];
        stocks::cohort(&kept.series("x", e, d), &survival(scale)).1
    })
}

fn cohort(kind: (&'static str, &'static str)) -> Outcome<Case> {
    let mut b = stock()?;
    b.cohort_stock(CohortStock {
        name: "s".into(),
        inflow: var("x"),
        lifetime: Lifetime::weibull_from_scale_shape(var("scale"), SHAPE)
            .inflow_at(InflowTiming::Start),
    });
    b.observe("s.outflow", "1");
    Case::new(kind, ELEMENTS * STEPS, b, "s.outflow", outflow())
}

fn draw_by_draw() -> Outcome<Case> {
    let mut b = stock()?;
    b.cohort_model(CohortModel {
        name: "s".into(),
        driven: Driven::ByInflow(var("x")),
        lifetime: Lifetime::weibull_from_scale_shape(var("scale"), SHAPE),
        varies: Varies::Never,
        timing: Timing::Start,
        negative_inflow: NegativeInflow::Error,
    });
    b.observe("s.outflow", "1");
    Case::new(("draw-by-draw", "cohort model"), ELEMENTS * STEPS, b, "s.outflow", outflow())
}

/// The content of each element in each year, in the order of the dimensions.
fn content(e: usize, m: usize, t: usize) -> f64 {
    1.0 + ((e * 7 + m * 3 + t) % 11) as f64
}

fn product() -> Outcome<Case> {
    let mut b = stock()?;
    let series = |at: usize| -> Vec<f64> {
        (0..STEPS).map(|t| content(at / CONTENTS, at % CONTENTS, t)).collect()
    };
    let values = (0..ELEMENTS * CONTENTS).map(series).collect();
    b.constant("content", &["e", "m"], Values::PerElementAndYear(values));
    let life =
        |scale| Lifetime::weibull_from_scale_shape(scale, SHAPE).inflow_at(InflowTiming::Start);
    b.product_component(ProductComponent {
        name: "p".into(),
        inflow: var("x"),
        product: life(17.0.into()),
        component: life(var("scale")),
        replacement: REPLACED.into(),
        age_limit: LIMIT as u32,
        content: var("content"),
    });
    b.observe("p.stock", "1").observe("p.exits", "1").observe("p.replaced", "1");
    b.observe("p.inflow", "1");
    let expected: Expected = Box::new(|kept: &Kept, at, d| {
        let (e, m) = (at / CONTENTS, at % CONTENTS);
        let component = survival(kept.series("scale", e, d)[0]);
        let inflow = kept.series("x", e, d);
        let all = stocks::components(&inflow, &survival(17.0), &component, REPLACED, LIMIT);
        let content: Vec<f64> = (0..STEPS).map(|t| content(e, m, t)).collect();
        stocks::contract(&all.stock, &content)
    });
    let numbers = ELEMENTS * CONTENTS * STEPS;
    Case::new(("product-component", "4 outputs of 6 contents"), numbers, b, "p.stock", expected)
}

/// Feeds over both dimensions, and a capacity for each element of `e`.
fn fed() -> SystemBuilder {
    let mut b = builder();
    b.chance("x", &["e", "m"]).observe("x", "1");
    b.chance("room", &["e"]).variable("capacity", var("room") * 6.0).observe("capacity", "1");
    b
}

fn feed(kept: &Kept, e: usize, d: usize) -> Vec<Vec<f64>> {
    (0..CONTENTS).map(|m| kept.series("x", e * CONTENTS + m, d)).collect()
}

fn facilities() -> Outcome<Case> {
    let mut b = fed();
    b.facilities(Facilities {
        name: "f".into(),
        feed: var("x"),
        capacity: var("capacity"),
        basis: None,
    });
    b.observe("f.processed", "1").observe("f.backlog", "1");
    let expected: Expected = Box::new(|kept: &Kept, at, d| {
        let e = at / CONTENTS;
        let capacity = kept.series("capacity", e, d);
        let (_, mut backlog) = stocks::facility(&feed(kept, e, d), &capacity, None);
        backlog.swap_remove(at % CONTENTS)
    });
    let numbers = ELEMENTS * CONTENTS * STEPS;
    Case::new(("facilities", "8 of 6 contents"), numbers, b, "f.backlog", expected)
}

/// What each place offers to each other.
fn offered(f: usize, g: usize) -> f64 {
    if f == g { 0.0 } else { 0.05 + 0.01 * ((f + g) % 5) as f64 }
}

fn shared_facilities() -> Outcome<Case> {
    let mut b = fed();
    b.dimension("to", (0..ELEMENTS).map(|e| format!("e{e}")));
    let shares = (0..ELEMENTS * ELEMENTS).map(|at| offered(at / ELEMENTS, at % ELEMENTS));
    b.constant("offered", &["e", "to"], Values::PerElement(shares.collect()));
    let renamed = (0..ELEMENTS).map(|e| var("capacity").at("e", format!("e{e}")));
    b.variable("room_at", blackmass::system::stack("to", renamed));
    b.shared_facilities(SharedFacilities {
        name: "f".into(),
        sources: "e".into(),
        facilities: "to".into(),
        feed: var("x"),
        capacity: var("room_at"),
        offered: var("offered"),
        cap: None,
    });
    b.observe("f.processed", "1").observe("f.backlog", "1");
    let expected: Expected = Box::new(|kept: &Kept, at, d| {
        let feeds: Vec<_> = (0..ELEMENTS).map(|e| feed(kept, e, d)).collect();
        let rooms: Vec<_> = (0..ELEMENTS).map(|e| kept.series("capacity", e, d)).collect();
        let home: Vec<usize> = (0..ELEMENTS).collect();
        let no_cap = None::<fn(usize, usize, usize) -> f64>;
        let mut all = shared::shared(&feeds, &rooms, |f, g, _| offered(f, g), no_cap, &home);
        all.backlog[at / CONTENTS].swap_remove(at % CONTENTS)
    });
    let numbers = ELEMENTS * CONTENTS * STEPS;
    Case::new(("shared-facilities", "8 to 8, 6 contents"), numbers, b, "f.backlog", expected)
}

fn stockpile() -> Outcome<Case> {
    let mut b = builder();
    b.chance("x", &["e"]).variable("short", var("x") - 0.7).observe("short", "1");
    b.stockpile(Stockpile {
        name: "s".into(),
        shortfall: var("short"),
        target: 0.5.into(),
        rate: 0.1.into(),
    });
    b.observe("s.stock", "1");
    let expected: Expected = Box::new(|kept: &Kept, e, d| {
        let short = kept.series("short", e, d);
        let [stock, ..] = shared::stockpile(&short, &[0.5; STEPS], &[0.1; STEPS]);
        stock
    });
    Case::new(("stockpile", "release and refill"), ELEMENTS * STEPS, b, "s.stock", expected)
}

/// A process with two flows out, one of them what is left over.
fn balance() -> Outcome<Case> {
    let mut b = builder();
    let outside = System::ENVIRONMENT;
    b.process("sorting").chance("x", &["e"]).observe("x", "1");
    b.flow("in").from(outside).to("sorting").is("x");
    b.flow("kept").from("sorting").to(outside).coefficient(0.3);
    b.flow("left").from("sorting").to(outside).remainder();
    b.observe("left", "1");
    let expected: Expected = Box::new(|kept: &Kept, e, d| {
        assert!(kept.0.worst_residual() < 1e-15);
        kept.series("x", e, d).iter().map(|x| 0.7 * x).collect()
    });
    Case::new(("balance", "one process, three flows"), ELEMENTS * STEPS, b, "left", expected)
}
