//! One mathematics, two entrances: the engine's cohort models give what the
//! functions on slices give.
#![allow(clippy::disallowed_methods)]

use blackmass::lifetime::{HazardGrowth, LifetimeLaw, MedianShape};
use blackmass::stock::{
    Drive, Grid, Lifetimes, Matching, NegativeInflow, ProductComponentOptions, Replacement, Reuse,
    ReuseInto, StockOptions, Survival, Timing, inflow_driven, product_component, stock_driven,
};
use blackmass::system::{Driven, Values, Varies, var};
use blackmass::uncertainty::{Distribution, MeanShape, MeanStd, MedianGsd, Range, ScaleShape};
use blackmass::{
    CohortModel, CohortStock, Ensemble, ErrorKind, InflowTiming, Lifetime, Plan, ProductComponent,
    SteppedProductComponent, System,
};

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
        (
            Lifetime::normal_untruncated_from_mean_std(mean, 0.4 * mean),
            LifetimeLaw::normal_untruncated_from_mean_std(p),
        ),
        (
            Lifetime::logistic_untruncated_from_mean_std(mean, 0.4 * mean),
            LifetimeLaw::logistic_untruncated_from_mean_std(p),
        ),
        (
            Lifetime::folded_normal_from_parent_mean_std(mean, 0.4 * mean),
            LifetimeLaw::folded_normal_from_parent_mean_std(p),
        ),
        (
            Lifetime::lognormal_from_median_gsd(mean, 1.4),
            LifetimeLaw::lognormal_from_median_gsd(MedianGsd { median: mean, gsd: 1.4 }),
        ),
        (Lifetime::gamma_from_mean_std(mean, 0.4 * mean), LifetimeLaw::gamma_from_mean_std(p)),
        (
            Lifetime::log_logistic_from_median_shape(mean, 3.1),
            LifetimeLaw::log_logistic_from_median_shape(MedianShape { median: mean, shape: 3.1 }),
        ),
        (
            Lifetime::gompertz_from_hazard_growth(0.01, 0.2),
            LifetimeLaw::gompertz_from_hazard_growth(HazardGrowth { hazard: 0.01, growth: 0.2 }),
        ),
        (
            Lifetime::law(LifetimeLaw::discrete_hazard(&[0.1, 0.0, 0.3, 0.2]).expect("hazards")),
            LifetimeLaw::discrete_hazard(&[0.1, 0.0, 0.3, 0.2]),
        ),
        (
            Lifetime::weibull_from_mean_shape(mean, 2.2)
                .with_early_failures(0.1, Lifetime::exponential_from_mean(1.5)),
            LifetimeLaw::weibull_from_mean_shape(w).and_then(|late| {
                LifetimeLaw::mixture(vec![
                    (0.1, LifetimeLaw::exponential_from_mean(1.5).expect("a mean")),
                    (0.9, late),
                ])
            }),
        ),
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
        b.observe(&format!("x.{output}"), "1");
    }
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let outcome = Ensemble::new(&plan).draws(1).threads(1).run().expect("it runs");
    let series = |output: &&str| {
        let report = outcome.reports().iter().find(|r| r.series().name == format!("x.{output}"));
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

/// A stock that grows, falls and grows again.
fn level(t: usize) -> f64 {
    let t = t as f64;
    500.0 + 20.0 * t + 250.0 * (t / 4.0).sin()
}

#[test]
fn stock_driven_is_the_same() {
    for negative in
        [NegativeInflow::Allow, NegativeInflow::ScaleAllCohorts, NegativeInflow::OldestFirst]
    {
        for (lifetime, law) in laws(8.1) {
            let stock: Vec<f64> = (0..STEPS).map(level).collect();
            let model = CohortModel {
                name: "x".into(),
                driven: Driven::ByStock(var("level")),
                lifetime,
                varies: Varies::Never,
                timing: Timing::Middle,
                negative_inflow: negative,
            };
            let outputs = ["inflow", "outflow", "stock"];
            let found = engine(
                |b| {
                    b.constant("level", &[], Values::PerYear(stock.clone()));
                    b.cohort_model(model);
                },
                &outputs,
            );
            let grid = Grid::years(STEPS).unwrap();
            let table = [Survival::new(&grid, &Lifetimes::Constant(law), Timing::Middle).unwrap()];
            let options = StockOptions { negative_inflow: negative, ..Default::default() };
            let expected = stock_driven(&grid, &stock, &table, &options).unwrap();
            for (found, expected) in
                found.iter().zip([&expected.inflow, &expected.outflow, &expected.stock])
            {
                assert_same(found, expected, &format!("{negative:?}"));
            }
        }
    }
}

#[test]
fn nature_nurture_and_quadrature_are_the_same() {
    let means: Vec<f64> = (0..STEPS).map(|t| 6.0 + 0.2 * t as f64).collect();
    let law = |mean: f64| {
        let late = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean, shape: 2.5 }).unwrap();
        LifetimeLaw::mixture(vec![
            (0.05, LifetimeLaw::exponential_from_mean(1.0).unwrap()),
            (0.95, late),
        ])
        .unwrap()
    };
    let all: Vec<LifetimeLaw> = means.iter().map(|m| law(*m)).collect();
    for timing in [Timing::Start, Timing::End, Timing::Quadrature(4)] {
        for (varies, lifetimes) in [
            (Varies::Never, Lifetimes::Constant(law(9.0))),
            (Varies::ByCohort, Lifetimes::ByCohort(all.clone())),
            (Varies::ByStep, Lifetimes::ByYear(all.clone())),
        ] {
            let mean = if varies == Varies::Never { 9.0.into() } else { var("means") };
            let model = CohortModel {
                name: "x".into(),
                driven: Driven::ByInflow(var("inflow")),
                lifetime: Lifetime::weibull_from_mean_shape(mean, 2.5)
                    .with_early_failures(0.05, Lifetime::exponential_from_mean(1.0)),
                varies,
                timing,
                negative_inflow: NegativeInflow::Error,
            };
            let found = engine(
                |b| {
                    b.constant("means", &[], Values::PerYear(means.clone()));
                    b.cohort_model(model);
                },
                &["outflow", "stock"],
            );
            let grid = Grid::years(STEPS).unwrap();
            let table = [Survival::new(&grid, &lifetimes, timing).unwrap()];
            let expected = inflow_driven(&grid, &inflow(), &table, &Default::default()).unwrap();
            assert_same(&found[0], &expected.outflow, &format!("{varies:?} {timing:?}"));
            assert_same(&found[1], &expected.stock, &format!("{varies:?} {timing:?}"));
        }
    }
}

#[test]
fn reuse_and_frailty_are_the_same() {
    let reuse = Reuse {
        share: 0.4,
        age_limit: Some(6),
        into: ReuseInto::Used,
        matching: Matching::OldestToOldest,
    };
    let replacement = Some(Replacement { share: 0.7, age_limit: Some(9) });
    for (reuse, frailty_variance) in [(None, 0.3), (Some(reuse), 0.0)] {
        let options = ProductComponentOptions {
            replacement,
            reuse,
            frailty_variance,
            ..ProductComponentOptions::default()
        };
        for by_stock in [false, true] {
            let drive: Vec<f64> = if by_stock {
                (0..STEPS).map(|t| 50.0 * (t + 1) as f64).collect()
            } else {
                inflow()
            };
            let given = drive.clone();
            let lifetimes = (laws(11.0).remove(0), laws(6.0).remove(2));
            let ((product, p), (component, c)) = lifetimes;
            let model = SteppedProductComponent {
                name: "x".into(),
                driven: if by_stock {
                    Driven::ByStock(var("drive"))
                } else {
                    Driven::ByInflow(var("drive"))
                },
                product,
                component,
                options,
            };
            let outputs = ["stock", "product_inflow", "component_outflow", "replaced_with_reused"];
            let found = engine(
                |b| {
                    b.constant("drive", &[], Values::PerYear(given));
                    b.stepped_product_component(model);
                },
                &outputs,
            );
            let grid = Grid::years(STEPS).unwrap();
            let table =
                |law| Survival::new(&grid, &Lifetimes::Constant(law), Timing::Middle).unwrap();
            let drive = if by_stock { Drive::Stock(&drive) } else { Drive::Inflow(&drive) };
            let expected =
                product_component(&grid, drive, Some(&table(p)), Some(&table(c)), &options)
                    .unwrap();
            let expected = [
                expected.stock,
                expected.product_inflow,
                expected.component_outflow,
                expected.replaced_with_reused,
            ];
            for ((found, expected), output) in found.iter().zip(&expected).zip(outputs) {
                assert_same(found, expected, &format!("{output} by stock: {by_stock}"));
            }
        }
    }
}

#[test]
fn a_stock_no_inflow_can_meet_fails_the_run_with_its_reason() {
    let mut b = System::builder("falling", 2000..=2010);
    let low = Distribution::uniform(Range { low: 0.0, high: 1.0 }).unwrap();
    b.parameter("last", &[], low);
    let fall: Vec<f64> = (0..11).map(|t| f64::from(u8::from(t == 10))).collect();
    b.constant("fall", &[], Values::PerYear(fall));
    b.variable("level", 100.0 - (1.0 - var("last")) * var("fall") * 150.0);
    b.cohort_model(CohortModel {
        name: "x".into(),
        driven: Driven::ByStock(var("level")),
        lifetime: Lifetime::fixed(100.0),
        varies: Varies::Never,
        timing: Timing::Middle,
        negative_inflow: NegativeInflow::Error,
    });
    b.observe("x.inflow", "1/yr");
    let plan = Plan::compile(&b.build().unwrap()).unwrap();
    let error = Ensemble::new(&plan).draws(50).run().expect_err("the stock falls too fast");
    assert_eq!(error.kind(), ErrorKind::Run);
    let text = error.to_string();
    assert!(text.contains("draw") && text.contains("stock"), "{text}");
}
