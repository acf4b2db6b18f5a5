//! Results that are known in closed form.

use super::{difference, table, weibull};
use blackmass::lifetime::LifetimeLaw;
use blackmass::stock::*;
use blackmass::uncertainty::MeanStd;

#[test]
fn constant_inflow_ends_in_inflow_times_mean_lifetime() {
    let p = MeanStd { mean: 8.0, std: 3.0 };
    let laws = [
        weibull(8.0, 2.5),
        LifetimeLaw::lognormal_from_mean_std(p).unwrap(),
        LifetimeLaw::gamma_from_mean_std(p).unwrap(),
        LifetimeLaw::normal_truncated_from_parent_mean_std(p).unwrap(),
        LifetimeLaw::folded_normal_from_parent_mean_std(p).unwrap(),
        LifetimeLaw::exponential_from_mean(4.0).unwrap(),
    ];
    for law in laws {
        for grid in [Grid::years(200).unwrap(), Grid::quarters(800).unwrap()] {
            let survival = [table(&grid, &law, Timing::Quadrature(6))];
            let inflow = vec![3.0; grid.steps()];
            let s = inflow_driven(&grid, &inflow, &survival, &Default::default()).unwrap();
            let expected = 3.0 * law.mean();
            let last = s.stock[grid.steps() - 1];
            assert!((last / expected - 1.0).abs() < 1e-5, "{law:?}: {last} {expected}");
            assert!((s.outflow[grid.steps() - 1] / 3.0 - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn timing_shifts_the_stationary_stock_by_half_a_step() {
    let grid = Grid::years(120).unwrap();
    let law = weibull(10.0, 3.0);
    let last = |timing| {
        let survival = [table(&grid, &law, timing)];
        let s = inflow_driven(&grid, &[1.0; 120], &survival, &Default::default()).unwrap();
        s.stock[119]
    };
    assert!((last(Timing::Start) - 9.5).abs() < 2e-3);
    assert!((last(Timing::Middle) - 10.0).abs() < 2e-3);
    assert!((last(Timing::End) - 10.5).abs() < 2e-3);
}

#[test]
fn stock_driven_inverts_inflow_driven_on_every_grid() {
    let bounds: Vec<f64> = (0..30).map(|i| f64::from(i) + f64::from(i * i) * 0.02).collect();
    for grid in
        [Grid::years(29).unwrap(), Grid::quarters(29).unwrap(), Grid::from_bounds(&bounds).unwrap()]
    {
        let laws = (0..29).map(|i| weibull(6.0 + 0.2 * f64::from(i), 2.5)).collect::<Vec<_>>();
        for lifetimes in [
            Lifetimes::Constant(laws[0].clone()),
            Lifetimes::ByCohort(laws.clone()),
            Lifetimes::ByYear(laws.clone()),
        ] {
            let survival = [Survival::new(&grid, &lifetimes, Timing::Middle).unwrap()];
            let inflow: Vec<f64> = (0..29).map(|i| 5.0 + f64::from(i * 7 % 11)).collect();
            let s = inflow_driven(&grid, &inflow, &survival, &Default::default()).unwrap();
            let back = stock_driven(&grid, &s.stock, &survival, &Default::default()).unwrap();
            assert!(difference(&back.inflow, &inflow) < 1e-12);
            assert!(s.balance_residual() < 1e-14 && back.balance_residual() < 1e-14);
        }
    }
}

#[test]
fn two_hundred_years_of_months_without_quadratic_memory() {
    let grid = Grid::months(2400).unwrap();
    let survival = [table(&grid, &weibull(14.0, 3.0), Timing::Middle)];
    let stock: Vec<f64> =
        (0..2400).map(|t| 1000.0 * (1.0 - (-f64::from(t) / 240.0).exp())).collect();
    let s = stock_driven(&grid, &stock, &survival, &Default::default()).unwrap();
    assert!(difference(&s.stock, &stock) < 1e-12);
    assert!(s.balance_residual() < 1e-12);
    let stationary = s.stock[2399] / s.inflow[2399];
    assert!((stationary / 14.0 - 1.0).abs() < 1e-3, "{stationary}");
}

#[test]
fn an_initial_stock_without_ages_is_that_of_a_steady_inflow() {
    // 60 past years of constant inflow, cut off and restored from the total
    let grid = Grid::years(80).unwrap();
    let survival = [table(&grid, &weibull(9.0, 2.0), Timing::Middle)];
    for growth in [0.0, 0.04] {
        let inflow: Vec<f64> = (0..80).map(|t| (1.0f64 + growth).powi(t)).collect();
        let all = inflow_driven(&grid, &inflow, &survival, &Default::default()).unwrap();
        let options = StockOptions {
            initial: Initial::Total { stock: vec![all.stock[59]], steps: 60, growth },
            ..Default::default()
        };
        let s = inflow_driven(&grid, &inflow[60..], &survival, &options).unwrap();
        assert!(difference(&s.stock[59..], &all.stock[59..]) < 1e-12);
        assert!(difference(&s.outflow[60..], &all.outflow[60..]) < 1e-12);
        let s = stock_driven(&grid, &all.stock[60..], &survival, &options).unwrap();
        assert!(difference(&s.inflow[60..], &inflow[60..]) < 1e-11);
    }
}

#[test]
fn retirement_imports_and_exports_act_on_their_cohort() {
    let grid = Grid::years(10).unwrap();
    let survival = [table(&grid, &weibull(6.0, 2.0), Timing::Middle)];
    let plain = StockOptions { keep_cohorts: true, ..Default::default() };
    let options = StockOptions {
        retirement: vec![CohortShare { step: 4, cohort: 2, kind: 0, share: 0.25 }],
        exports: vec![CohortFlow { step: 5, cohort: 1, kind: 0, flow: 1.5 }],
        imports: vec![CohortFlow { step: 6, cohort: 3, kind: 0, flow: 2.0 }],
        ..plain.clone()
    };
    let a = inflow_driven(&grid, &[10.0; 10], &survival, &plain).unwrap();
    let b = inflow_driven(&grid, &[10.0; 10], &survival, &options).unwrap();
    let at = |s: &Stocks, t, c| s.by_type[0].stock_by_cohort.as_ref().unwrap().at(t, c).unwrap();
    assert!((at(&b, 9, 2) / at(&a, 9, 2) - 0.75).abs() < 1e-14);
    assert!((b.retired[4] - 0.25 * at(&a, 4, 2)).abs() < 1e-14);
    assert!((at(&b, 5, 1) - (at(&a, 5, 1) - 1.5)).abs() < 1e-14);
    let imported = 2.0 * survival[0].at(9, 3).unwrap() / survival[0].at(6, 3).unwrap();
    assert!((at(&b, 9, 3) - at(&a, 9, 3) - imported).abs() < 1e-14);
    assert_eq!((b.imports[6], b.exports[5], b.imports[5]), (2.0, 1.5, 0.0));
    assert!(b.balance_residual() < 1e-15);
    // with a given stock the inflow makes up for all of it
    let c = stock_driven(&grid, &a.stock, &survival, &options).unwrap();
    assert!(difference(&c.stock, &a.stock) < 1e-15 && c.balance_residual() < 1e-15);
    assert!(c.inflow[5] > 10.0 && c.inflow[6] < 10.0);
}

#[test]
fn each_rule_for_a_falling_stock_meets_it() {
    let grid = Grid::years(8).unwrap();
    let survival = [table(&grid, &weibull(9.0, 3.0), Timing::Middle)];
    let stock = [10.0, 20.0, 30.0, 12.0, 13.0, 3.0, 0.0, 5.0];
    let run = |rule| {
        let options =
            StockOptions { negative_inflow: rule, keep_cohorts: true, ..Default::default() };
        stock_driven(&grid, &stock, &survival, &options)
    };
    let error = run(NegativeInflow::Error).unwrap_err();
    assert_eq!(error.diagnostics()[0].key_name(), Some("stock[3]"));
    for rule in
        [NegativeInflow::Allow, NegativeInflow::ScaleAllCohorts, NegativeInflow::OldestFirst]
    {
        let s = run(rule).unwrap();
        assert!(difference(&s.stock, &stock) < 1e-14, "{rule:?}");
        assert!(s.balance_residual() < 1e-14);
        let negative = s.inflow.iter().any(|i| *i < 0.0);
        assert_eq!(negative, rule == NegativeInflow::Allow, "{rule:?}");
        let cohort = |t, c| s.by_type[0].stock_by_cohort.as_ref().unwrap().at(t, c).unwrap();
        match rule {
            NegativeInflow::OldestFirst => assert_eq!(cohort(3, 0), 0.0),
            NegativeInflow::ScaleAllCohorts => {
                let kept = |c| {
                    cohort(3, c) / cohort(2, c) * survival[0].at(2, c).unwrap()
                        / survival[0].at(3, c).unwrap()
                };
                assert!((kept(0) - kept(2)).abs() < 1e-14 && kept(0) < 1.0);
            }
            _ => {}
        }
    }
}
