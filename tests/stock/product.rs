//! Product and component: forms against each other, limits, balance.

use super::{difference, table, weibull};
use blackmass::lifetime::LifetimeLaw;
use blackmass::stock::*;

fn options(first_step: FirstStep, share: f64, form: Form) -> ProductComponentOptions {
    ProductComponentOptions {
        first_step,
        replacement: Some(Replacement { share, age_limit: Some(9) }),
        form,
        ..Default::default()
    }
}

fn same(a: &ProductComponentFlows, b: &ProductComponentFlows) {
    for (x, y) in [
        (&a.stock, &b.stock),
        (&a.product_inflow, &b.product_inflow),
        (&a.component_inflow, &b.component_inflow),
        (&a.product_outflow, &b.product_outflow),
        (&a.component_outflow, &b.component_outflow),
        (&a.failed_components, &b.failed_components),
        (&a.available_components, &b.available_components),
        (&a.replaced_with_new, &b.replaced_with_new),
        (&a.final_stock_by_product_cohort, &b.final_stock_by_product_cohort),
        (&a.final_stock_by_component_cohort, &b.final_stock_by_component_cohort),
    ] {
        assert!(difference(x, y) < 1e-12, "{x:?}\n{y:?}");
    }
}

#[test]
fn whole_horizon_equals_stepped() {
    let grid = Grid::quarters(60).unwrap();
    let inflow: Vec<f64> = (0..60).map(|t| 10.0 + f64::from(t * 5 % 13)).collect();
    for first_step in
        [FirstStep::Exposed, FirstStep::Protected, FirstStep::OfNewStock, FirstStep::WholeStep]
    {
        let timing =
            if first_step == FirstStep::WholeStep { Timing::Start } else { Timing::Middle };
        let product = table(&grid, &weibull(7.0, 3.0), timing);
        let component = table(&grid, &weibull(3.0, 1.5), timing);
        let run = |drive, form| {
            let o = options(first_step, 0.7, form);
            product_component(&grid, drive, Some(&product), Some(&component), &o)
        };
        let whole = run(Drive::Inflow(&inflow), Form::WholeHorizon).unwrap();
        let stepped = run(Drive::Inflow(&inflow), Form::Stepped).unwrap();
        same(&whole, &stepped);
        assert!(whole.balance_residual() < 1e-13 && stepped.balance_residual() < 1e-13);
        assert!(whole.replaced_with_new.iter().sum::<f64>() > 10.0);
        if first_step != FirstStep::WholeStep {
            let back = run(Drive::Stock(&whole.stock), Form::WholeHorizon).unwrap();
            assert!(difference(&back.product_inflow, &inflow) < 1e-11);
            same(&back, &run(Drive::Stock(&whole.stock), Form::Stepped).unwrap());
        }
    }
}

#[test]
fn auto_falls_back_to_stepped_where_repairs_must_be_capped() {
    let grid = Grid::years(12).unwrap();
    let product = table(&grid, &weibull(20.0, 3.0), Timing::Middle);
    let component = table(&grid, &weibull(4.0, 2.0), Timing::Middle);
    let stock = [10.0, 20.0, 30.0, 40.0, 36.0, 32.0, 28.0, 26.0, 26.0, 26.0, 26.0, 26.0];
    let run = |form| {
        let o = options(FirstStep::Protected, 1.0, form);
        product_component(&grid, Drive::Stock(&stock), Some(&product), Some(&component), &o)
    };
    assert!(run(Form::WholeHorizon).is_err());
    let auto = run(Form::Auto).unwrap();
    assert!(difference(&auto.stock, &stock) < 1e-14);
    assert!(auto.product_inflow[4].abs() < 1e-12);
    assert!(auto.product_outflow.iter().chain(&auto.component_inflow).all(|x| *x >= -1e-12));
    same(&auto, &run(Form::Stepped).unwrap());
}

#[test]
fn one_lifetime_only_is_a_plain_cohort_stock() {
    let grid = Grid::years(25).unwrap();
    let survival = table(&grid, &weibull(8.0, 2.0), Timing::Middle);
    let plain =
        inflow_driven(&grid, &[5.0; 25], std::slice::from_ref(&survival), &Default::default())
            .unwrap();
    for (product, component) in [(Some(&survival), None), (None, Some(&survival))] {
        let f = product_component(
            &grid,
            Drive::Inflow(&[5.0; 25]),
            product,
            component,
            &Default::default(),
        )
        .unwrap();
        assert!(difference(&f.stock, &plain.stock) < 1e-13);
        assert!(difference(&f.component_outflow, &plain.outflow) < 1e-13);
        assert!(difference(&f.product_outflow, &plain.outflow) < 1e-13);
    }
}

#[test]
fn replacements_approach_one_per_mean_lifetime() {
    // products that never fail, components always replaced: the renewal limit
    let grid = Grid::quarters(800).unwrap();
    let law = weibull(6.0, 3.0);
    let component = table(&grid, &law, Timing::End);
    let mut inflow = vec![0.0; 800];
    inflow[0] = 4.0 * 100.0;
    let o = ProductComponentOptions {
        first_step: FirstStep::Protected,
        replacement: Some(Replacement { share: 1.0, age_limit: None }),
        ..Default::default()
    };
    let f = product_component(&grid, Drive::Inflow(&inflow), None, Some(&component), &o).unwrap();
    assert!((f.stock[799] - 100.0).abs() < 1e-9);
    // a component counted in quarters lives half a quarter longer
    let expected = 100.0 / (6.0 + 0.125);
    assert!(
        (f.replaced_with_new[799] / expected - 1.0).abs() < 1e-3,
        "{}",
        f.replaced_with_new[799]
    );
}

#[test]
fn reuse_balances_in_every_variant() {
    let grid = Grid::years(30).unwrap();
    let product = table(&grid, &weibull(7.0, 2.0), Timing::Middle);
    let component = table(&grid, &weibull(9.0, 3.0), Timing::Middle);
    let inflow: Vec<f64> = (0..30).map(|t| 20.0 + f64::from(t % 7)).collect();
    let stock: Vec<f64> = (0..30).map(|t| 30.0 + 25.0 * (f64::from(t) / 4.0).sin()).collect();
    for into in [ReuseInto::Used, ReuseInto::New, ReuseInto::Both] {
        for matching in [Matching::OldestToOldest, Matching::YoungerBy(2)] {
            for first_step in [FirstStep::Exposed, FirstStep::Protected] {
                for frailty_variance in [0.0, 0.5] {
                    for drive in [Drive::Inflow(&inflow), Drive::Stock(&stock)] {
                        let o = ProductComponentOptions {
                            first_step,
                            replacement: Some(Replacement { share: 0.9, age_limit: None }),
                            reuse: Some(Reuse { share: 0.8, age_limit: Some(7), into, matching }),
                            frailty_variance,
                            negative_inflow: NegativeInflow::OldestFirst,
                            ..Default::default()
                        };
                        let f =
                            product_component(&grid, drive, Some(&product), Some(&component), &o)
                                .unwrap();
                        assert!(f.balance_residual() < 1e-13, "{o:?} {}", f.balance_residual());
                        for series in [
                            &f.product_inflow,
                            &f.component_inflow,
                            &f.product_outflow,
                            &f.component_outflow,
                            &f.available_components,
                            &f.stock,
                        ] {
                            assert!(series.iter().all(|x| *x > -1e-10), "{o:?} {series:?}");
                        }
                        let reused: f64 =
                            f.replaced_with_reused.iter().chain(&f.reused_in_new_products).sum();
                        assert!(reused > 1.0, "{o:?}");
                        if let Drive::Stock(stock) = drive {
                            assert!(difference(&f.stock, stock) < 1e-12);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn frailty_keeps_the_lifetime_of_products_and_ties_failures() {
    let grid = Grid::years(30).unwrap();
    let product = table(&grid, &weibull(10.0, 2.0), Timing::End);
    let component = table(&grid, &weibull(10.0, 2.0), Timing::End);
    let mut inflow = [0.0; 30];
    inflow[0] = 1.0;
    let run = |component: Option<&Survival>, frailty_variance| {
        let o = ProductComponentOptions {
            first_step: FirstStep::Protected,
            frailty_variance,
            form: Form::Stepped,
            ..Default::default()
        };
        product_component(&grid, Drive::Inflow(&inflow), Some(&product), component, &o).unwrap()
    };
    assert!(difference(&run(None, 0.6).stock, &run(None, 0.0).stock) < 1e-12);
    let (tied, free) = (run(Some(&component), 0.6), run(Some(&component), 0.0));
    // gamma frailty: S = (S_P^-θ + S_C^-θ − 1)^(−1/θ), above S_P·S_C
    for t in [8, 12, 16] {
        let s = product.at(t, 0).unwrap();
        let expected = (2.0 * s.powf(-0.6) - 1.0).powf(-1.0 / 0.6);
        assert!((tied.stock[t] - expected).abs() < 0.006, "{t}: {} {expected}", tied.stock[t]);
        assert!((free.stock[t] - s * s).abs() < 1e-12);
        assert!(tied.stock[t] > free.stock[t] + 0.02);
    }
}

#[test]
fn a_constant_hazard_is_a_law_like_any_other() {
    let grid = Grid::years(20).unwrap();
    let constant = table(&grid, &LifetimeLaw::discrete_hazard(&[0.1]).unwrap(), Timing::End);
    let o = ProductComponentOptions { first_step: FirstStep::Protected, ..Default::default() };
    let f = product_component(&grid, Drive::Stock(&[50.0; 20]), Some(&constant), None, &o).unwrap();
    assert!((f.product_outflow[7] - 5.0).abs() < 1e-12);
}
