//! What must be refused, and where the message must point.

use super::{table, weibull};
use blackmass::lifetime::*;
use blackmass::stock::*;
use blackmass::uncertainty::*;
use blackmass::{Error, ErrorKind};

fn refused<T: std::fmt::Debug>(result: Result<T, Error>, key: &str) {
    let error = result.expect_err(key);
    assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
    assert_eq!(error.diagnostics()[0].key_name(), Some(key), "{error}");
    let text = error.to_string();
    assert!(text.contains("found") && text.contains("allowed") && text.contains("fix"), "{text}");
}

#[test]
fn lifetimes() {
    for bad in [f64::NAN, -1.0, 0.0, f64::INFINITY] {
        refused(LifetimeLaw::exponential_from_mean(bad), "mean");
        refused(
            LifetimeLaw::weibull_from_scale_shape(ScaleShape { scale: bad, shape: 2.0 }),
            "scale",
        );
        refused(LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: 9.0, shape: bad }), "shape");
        refused(LifetimeLaw::gamma_from_mean_std(MeanStd { mean: bad, std: 1.0 }), "mean");
        refused(LifetimeLaw::lognormal_from_mean_std(MeanStd { mean: 5.0, std: bad }), "std");
        refused(
            LifetimeLaw::normal_untruncated_from_mean_std(MeanStd { mean: 5.0, std: bad }),
            "std",
        );
        let growth = HazardGrowth { hazard: 0.1, growth: bad };
        refused(LifetimeLaw::gompertz_from_hazard_growth(growth), "growth");
        refused(weibull(9.0, 2.0).stretched(bad), "factor");
    }
    refused(LifetimeLaw::fixed(-1.0), "age");
    refused(LifetimeLaw::lognormal_from_median_gsd(MedianGsd { median: 9.0, gsd: 1.0 }), "gsd");
    refused(LifetimeLaw::survival_table(&[1.0, 2.0, 3.0], &[0.9, 0.95, 0.0]), "survival[1]");
    refused(LifetimeLaw::survival_table(&[1.0, 2.0], &[0.9, 0.5]), "survival[1]");
    refused(LifetimeLaw::survival_table(&[1.0, 1.0], &[0.9, 0.0]), "ages[1]");
    refused(LifetimeLaw::survival_table(&[1.0, 2.0], &[f64::NAN, 0.0]), "survival[0]");
    refused(LifetimeLaw::survival_table(&[], &[]), "survival");
    refused(LifetimeLaw::discrete_hazard(&[0.1, 1.2]), "hazards[1]");
    refused(LifetimeLaw::discrete_hazard(&[0.1, 0.0]), "hazards[1]");
    refused(LifetimeLaw::mixture(vec![(0.4, weibull(9.0, 2.0))]), "parts");
    refused(LifetimeLaw::mixture(vec![(f64::NAN, weibull(9.0, 2.0))]), "parts[0]");
}

#[test]
fn grids_and_tables() {
    refused(Grid::years(0), "bounds");
    refused(Grid::from_bounds(&[0.0, 1.0, 0.5]), "bounds[2]");
    refused(Grid::from_bounds(&[0.0, f64::NAN]), "bounds[1]");
    refused(Grid::around(&[2000.0, 2000.0]), "years[1]");
    refused(Survival::from_ages(&[0.9, 0.5, 0.6]), "survival[2]");
    refused(Survival::from_rows(&[vec![1.0], vec![0.5]]), "survival[1]");
    refused(Survival::from_rows(&[vec![0.5], vec![0.6, 1.0]]), "survival[1][0]");
    refused(Survival::from_hazards(&[vec![0.5], vec![1.5, 0.0]]), "hazards[1][0]");
    let grid = Grid::years(5).unwrap();
    let law = Lifetimes::Constant(weibull(9.0, 2.0));
    refused(Survival::new(&grid, &law, Timing::Quadrature(1)), "timing");
    refused(Survival::new(&grid, &Lifetimes::ByCohort(vec![]), Timing::End), "laws");
    let narrow = LifetimeLaw::normal_untruncated_from_mean_std(MeanStd { mean: 3.0, std: 0.1 });
    refused(Survival::density_at_integer_age(&grid, &narrow.unwrap()), "age[3]");
    let fixed = LifetimeLaw::fixed(3.0).unwrap();
    refused(Survival::density_at_integer_age(&grid, &fixed), "law");
    let uneven = Grid::from_bounds(&[0.0, 1.0, 3.0]).unwrap();
    refused(Survival::density_at_integer_age(&uneven, &weibull(9.0, 2.0)), "grid");
}

#[test]
fn series_and_options() {
    let grid = Grid::years(3).unwrap();
    let survival = [table(&grid, &weibull(9.0, 2.0), Timing::Middle)];
    let plain = StockOptions::default();
    let inflow = |x: &[f64]| inflow_driven(&grid, x, &survival, &plain);
    refused(inflow(&[]), "inflow");
    refused(inflow(&[1.0, f64::NAN, f64::NAN]), "inflow[1]");
    refused(inflow(&[1.0, 1.0, -1.0]), "inflow[2]");
    refused(inflow(&[1e308, 1e308, 1e308]), "step[1]");
    refused(inflow_driven(&grid, &[1.0; 3], &[], &plain), "survival");
    let other = [table(&Grid::years(4).unwrap(), &weibull(9.0, 2.0), Timing::Middle)];
    refused(inflow_driven(&grid, &[1.0; 3], &other, &plain), "survival[0]");
    let gone = [table(&grid, &LifetimeLaw::fixed(0.0).unwrap(), Timing::Middle)];
    refused(stock_driven(&grid, &[0.0, 2.0, 2.0], &gone, &plain), "stock[1]");
    let with = |options: StockOptions| inflow_driven(&grid, &[1.0; 3], &survival, &options);
    let share = CohortShare { step: 1, cohort: 0, kind: 0, share: 1.5 };
    refused(with(StockOptions { retirement: vec![share], ..plain.clone() }), "retirement[0]");
    let flow = CohortFlow { step: 1, cohort: 2, kind: 0, flow: 1.0 };
    refused(with(StockOptions { imports: vec![flow], ..plain.clone() }), "imports[0]");
    let flow = CohortFlow { step: 1, cohort: 0, kind: 0, flow: 5.0 };
    refused(with(StockOptions { exports: vec![flow], ..plain.clone() }), "exports[0]");
    let split = Some(vec![vec![1.0], vec![0.5], vec![1.0]]);
    refused(with(StockOptions { type_split: split, ..plain.clone() }), "type_split[1]");
    let initial = Initial::ByCohort(vec![vec![1.0; 4]]);
    refused(with(StockOptions { initial, ..plain.clone() }), "initial[0]");
    let initial = Initial::Total { stock: vec![1.0], steps: 2, growth: f64::NAN };
    refused(with(StockOptions { initial, ..plain.clone() }), "initial");
}

#[test]
fn products_and_components() {
    let grid = Grid::years(3).unwrap();
    let s = table(&grid, &weibull(9.0, 2.0), Timing::Middle);
    let sales = Drive::Inflow(&[1.0; 3]);
    let plain = ProductComponentOptions::default();
    refused(product_component(&grid, sales, None, None, &plain), "product");
    let nan = Drive::Stock(&[1.0, f64::NAN, 1.0]);
    refused(product_component(&grid, nan, Some(&s), None, &plain), "stock[1]");
    let with =
        |drive, o: ProductComponentOptions| product_component(&grid, drive, Some(&s), Some(&s), &o);
    let replacement = Some(Replacement { share: 1.1, age_limit: None });
    refused(with(sales, ProductComponentOptions { replacement, ..plain }), "replacement.share");
    let o = ProductComponentOptions { frailty_variance: f64::NAN, ..plain };
    refused(with(sales, o), "frailty_variance");
    let o = ProductComponentOptions { first_step: FirstStep::WholeStep, ..plain };
    refused(with(Drive::Stock(&[1.0; 3]), o), "first_step");
    let falling = Drive::Stock(&[5.0, 5.0, 0.5]);
    refused(with(falling, plain), "stock[2]");
    let o = ProductComponentOptions { form: Form::WholeHorizon, frailty_variance: 0.5, ..plain };
    refused(with(sales, o), "form");
}
