//! One mathematics, two entrances: the engine's cohort models give what the
//! functions on slices give.
#![allow(clippy::disallowed_methods)]

use blackmass::lifetime::LifetimeLaw;
use blackmass::stock::{
    Drive, Grid, Lifetimes, ProductComponentOptions, Replacement, Survival, Timing, inflow_driven,
    product_component,
};
use blackmass::system::{Values, var};
use blackmass::uncertainty::{MeanShape, MeanStd, ScaleShape};
use blackmass::{CohortStock, Ensemble, InflowTiming, Lifetime, Plan, ProductComponent, System};

const STEPS: usize = 35;

/// Every law of the engine and the same for slices.
fn laws(mean: f64) -> Vec<(Lifetime, LifetimeLaw)> {
    let p = MeanStd { mean, std: 0.4 * mean };
    let w = MeanShape { mean, shape: 2.2 };
    let s = ScaleShape { scale: mean, shape: 2.2 };
    vec![
        (Lifetime::weibull_from_mean_shape(mean, 2.2), LifetimeLaw::weibull_from_mean_shape(w)),
        (Lifetime::weibull_from_scale_shape(mean, 2.2), LifetimeLaw::weibull_from_scale_shape(s)),
        (
            Lifetime::logistic_from_mean_std(mean, 0.4 * mean),
            LifetimeLaw::logistic_truncated_from_parent_mean_std(p),
        ),
        (
            Lifetime::normal_from_mean_std(mean, 0.4 * mean),
            LifetimeLaw::normal_truncated_from_parent_mean_std(p),
        ),
        (
            Lifetime::lognormal_from_mean_std(mean, 0.4 * mean),
            LifetimeLaw::lognormal_from_mean_std(p),
        ),
        (Lifetime::exponential_from_mean(mean), LifetimeLaw::exponential_from_mean(mean)),
        (Lifetime::fixed(mean), LifetimeLaw::fixed(mean)),
    ]
    .into_iter()
    .map(|(engine, slices)| (engine, slices.expect("a law")))
    .collect()
}

fn inflow() -> Vec<f64> {
    (0..STEPS).map(|t| 100.0 + (t * 37 % 53) as f64).collect()
}

/// The central case of outputs of a system with one building block `x`.
fn engine(declare: impl FnOnce(&mut blackmass::SystemBuilder), outputs: &[&str]) -> Vec<Vec<f64>> {
    let mut b = System::builder("two entrances", 2000..=2000 + STEPS as i32 - 1);
    b.constant("inflow", &[], Values::PerYear(inflow()));
    declare(&mut b);
    for output in outputs {
        b.variable(output, var(format!("x.{output}")));
        b.observe(output, "1");
    }
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let outcome = Ensemble::new(&plan).draws(1).threads(1).run().expect("it runs");
    let series = |output: &&str| {
        let report = outcome.reports().iter().find(|r| r.series().name == *output);
        let report = report.expect("observed");
        let year = |t| report.summary(0, 2000 + t as i32).expect("a year").central;
        (0..STEPS).map(year).collect()
    };
    outputs.iter().map(series).collect()
}

fn assert_same(a: &[f64], b: &[f64], what: &str) {
    let largest = b.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    for (t, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= 1e-12 * largest, "{what} in step {t}: {a} {b}");
    }
}

#[test]
fn cohort_stocks_are_the_same() {
    for timing in [InflowTiming::Start, InflowTiming::Middle, InflowTiming::End] {
        for (lifetime, law) in laws(9.3) {
            let what = format!("{timing:?} {law:?}");
            let name = "x".to_owned();
            let stock =
                CohortStock { name, inflow: var("inflow"), lifetime: lifetime.inflow_at(timing) };
            let found = engine(|b| _ = b.cohort_stock(stock), &["stock", "outflow"]);
            let grid = Grid::years(STEPS).unwrap();
            let table =
                [Survival::new(&grid, &Lifetimes::Constant(law), Timing::from(timing)).unwrap()];
            let expected = inflow_driven(&grid, &inflow(), &table, &Default::default()).unwrap();
            assert_same(&found[0], &expected.stock, &what);
            assert_same(&found[1], &expected.outflow, &what);
        }
    }
}

#[test]
fn products_and_components_are_the_same() {
    for timing in [InflowTiming::Start, InflowTiming::Middle, InflowTiming::End] {
        for ((product, p), (component, c)) in laws(14.2).into_iter().zip(laws(7.7)) {
            let what = format!("{timing:?} {p:?} {c:?}");
            let x = ProductComponent {
                name: "x".to_owned(),
                inflow: var("inflow"),
                product: product.inflow_at(timing),
                component: component.inflow_at(timing),
                replacement: 0.85.into(),
                age_limit: 11,
                content: 1.0.into(),
            };
            let outputs =
                ["products", "product_exits", "new_components", "replaced", "exits", "stock"];
            let found = engine(|b| _ = b.product_component(x), &outputs);
            let grid = Grid::years(STEPS).unwrap();
            let table = |law| {
                Survival::new(&grid, &Lifetimes::Constant(law), Timing::from(timing)).unwrap()
            };
            let options = ProductComponentOptions {
                // up to and including the age of 11
                replacement: Some(Replacement { share: 0.85, age_limit: Some(12) }),
                ..Default::default()
            };
            let sales = inflow();
            let expected = product_component(
                &grid,
                Drive::Inflow(&sales),
                Some(&table(p)),
                Some(&table(c)),
                &options,
            )
            .unwrap();
            assert_same(&found[0], &expected.stock, &what);
            assert_same(&found[1], &expected.product_outflow, &what);
            assert_same(&found[2], &expected.component_inflow, &what);
            assert_same(&found[3], &expected.replaced_with_new, &what);
            let leaving: Vec<f64> = found[3].iter().zip(&found[4]).map(|(a, b)| a + b).collect();
            assert_same(&leaving, &expected.component_outflow, &what);
            assert_same(&found[5], &expected.stock, &what);
        }
    }
}
