//! Properties that hold for every law, timing and series.

use super::difference;
use blackmass::lifetime::*;
use blackmass::stock::*;
use blackmass::uncertainty::*;
use proptest::prelude::*;

fn law() -> impl Strategy<Value = LifetimeLaw> {
    (0..11usize, 1.0..20.0f64, 0.1..0.8f64).prop_map(|(kind, mean, ratio)| {
        let p = MeanStd { mean, std: mean * ratio };
        let law = match kind {
            0 => LifetimeLaw::fixed(mean),
            1 => LifetimeLaw::exponential_from_mean(mean),
            2 => LifetimeLaw::normal_untruncated_from_mean_std(p),
            3 => LifetimeLaw::normal_truncated_from_parent_mean_std(p),
            4 => LifetimeLaw::folded_normal_from_parent_mean_std(p),
            5 => LifetimeLaw::lognormal_from_mean_std(p),
            6 => LifetimeLaw::weibull_from_mean_std(p),
            7 => LifetimeLaw::gamma_from_mean_std(p),
            8 => LifetimeLaw::logistic_truncated_from_parent_mean_std(p),
            9 => LifetimeLaw::log_logistic_from_median_shape(MedianShape {
                median: mean,
                shape: 1.0 + 1.0 / ratio,
            }),
            _ => LifetimeLaw::gompertz_from_hazard_growth(HazardGrowth {
                hazard: 0.1 / mean,
                growth: ratio,
            }),
        };
        law.unwrap()
    })
}

fn timing() -> impl Strategy<Value = Timing> {
    prop_oneof![
        Just(Timing::Start),
        Just(Timing::Middle),
        Just(Timing::End),
        (2..=10usize).prop_map(Timing::Quadrature)
    ]
}

fn grid() -> impl Strategy<Value = Grid> {
    prop_oneof![
        (1..40usize).prop_map(|n| Grid::years(n).unwrap()),
        (1..40usize).prop_map(|n| Grid::months(n).unwrap()),
        prop::collection::vec(0.1..3.0f64, 1..40).prop_map(|lengths| {
            let mut bounds = vec![2000.0];
            for l in lengths {
                bounds.push(bounds[bounds.len() - 1] + l);
            }
            Grid::from_bounds(&bounds).unwrap()
        }),
    ]
}

/// Laws with parameters of any size, where they exist.
fn any_law() -> impl Strategy<Value = Option<LifetimeLaw>> {
    let number =
        || prop_oneof![-400..400i32, -3..3i32].prop_map(|e| 10f64.powf(f64::from(e) * 0.9));
    (0..14usize, number(), number(), 0.001..0.999f64).prop_map(|(kind, a, b, p)| {
        let (at, scale_shape) = (MeanStd { mean: a, std: b }, ScaleShape { scale: a, shape: b });
        let points = TwoQuantiles {
            early: AgeQuantile { gone: p * 0.5, age: a },
            late: AgeQuantile { gone: p, age: a + b },
        };
        let law = match kind {
            0 => LifetimeLaw::fixed(a),
            1 => LifetimeLaw::exponential_from_mean(a),
            2 => LifetimeLaw::normal_untruncated_from_mean_std(at),
            3 => LifetimeLaw::normal_truncated_from_parent_mean_std(at),
            4 => LifetimeLaw::folded_normal_from_parent_mean_std(at),
            5 => LifetimeLaw::lognormal_from_mean_std(at),
            6 => LifetimeLaw::weibull_from_scale_shape(scale_shape),
            7 => LifetimeLaw::gamma_from_scale_shape(scale_shape),
            8 => LifetimeLaw::logistic_untruncated_from_mean_std(at),
            9 => LifetimeLaw::log_logistic_from_median_shape(MedianShape { median: a, shape: b }),
            10 => LifetimeLaw::gompertz_from_hazard_growth(HazardGrowth { hazard: a, growth: b }),
            11 => LifetimeLaw::weibull_from_quantiles(points),
            12 => LifetimeLaw::lognormal_from_quantiles(points),
            _ => LifetimeLaw::gompertz_from_quantiles(points),
        };
        law.ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn nothing_is_ever_nan(
        law in any_law(),
        timing in timing(),
        ages in prop::collection::vec(-300..300i32, 8),
        p in 0.0..=1.0f64,
        series in prop::collection::vec(prop_oneof![Just(0.0), 0.0..1e3f64, Just(1e300)], 6),
        first_step in prop_oneof![Just(FirstStep::Exposed), Just(FirstStep::Protected)],
        share in 0.0..=1.0f64,
    ) {
        let Some(law) = law else { return Ok(()) };
        let mut above = 1.0;
        let mut ages: Vec<f64> = ages.into_iter().map(|e| 10f64.powi(e)).collect();
        ages.sort_by(f64::total_cmp);
        for x in ages {
            let s = law.survival(x);
            prop_assert!((0.0..=above + 1e-13).contains(&s), "S({x}) = {s} after {above}: {law:?}");
            above = s;
            prop_assert!(law.density(x) >= 0.0 && law.hazard(x) >= 0.0, "{x} {law:?}");
        }
        prop_assert!(law.mean() >= 0.0 && law.quantile(p) >= 0.0, "{law:?}");
        let grid = Grid::years(6).unwrap();
        let table = Survival::new(&grid, &Lifetimes::Constant(law), timing).unwrap();
        let one = std::slice::from_ref(&table);
        for rule in [NegativeInflow::Allow, NegativeInflow::ScaleAllCohorts, NegativeInflow::OldestFirst] {
            let options = StockOptions { negative_inflow: rule, ..Default::default() };
            for model in [inflow_driven, stock_driven] {
                if let Ok(s) = model(&grid, &series, one, &options) {
                    let all = s.inflow.iter().chain(&s.outflow).chain(&s.stock);
                    prop_assert!(all.into_iter().all(|x| x.is_finite()), "{s:?}");
                }
            }
            let options = ProductComponentOptions {
                first_step,
                replacement: Some(Replacement { share, age_limit: None }),
                negative_inflow: rule,
                ..Default::default()
            };
            for drive in [Drive::Inflow(&series), Drive::Stock(&series)] {
                if let Ok(f) = product_component(&grid, drive, Some(&table), Some(&table), &options) {
                    let flows = f.product_inflow.iter().chain(&f.component_inflow);
                    let all = flows.chain(&f.product_outflow).chain(&f.component_outflow);
                    prop_assert!(all.chain(&f.stock).all(|x| x.is_finite()), "{f:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn survival_never_rises_and_outflow_is_never_negative(
        law in law(),
        other in law(),
        timing in timing(),
        grid in grid(),
        by_year in any::<bool>(),
        seed in prop::collection::vec(0.0..1e6f64, 40),
    ) {
        let n = grid.steps();
        let mixed: Vec<_> =
            (0..n).map(|i| if i % 3 == 0 { other.clone() } else { law.clone() }).collect();
        let lifetimes =
            if by_year { Lifetimes::ByYear(mixed) } else { Lifetimes::ByCohort(mixed) };
        for lifetimes in [Lifetimes::Constant(law), lifetimes] {
            let s = Survival::new(&grid, &lifetimes, timing).unwrap();
            for c in 0..n {
                for t in c..n {
                    let before = if t > c { s.at(t - 1, c).unwrap() } else { 1.0 };
                    prop_assert!(s.at(t, c).unwrap() <= before + 1e-15 && s.at(t, c).unwrap() >= 0.0);
                }
            }
            let flows =
                inflow_driven(&grid, &seed[..n], std::slice::from_ref(&s), &Default::default())
                    .unwrap();
            prop_assert!(flows.outflow.iter().all(|o| *o >= -1e-9));
            prop_assert!(flows.balance_residual() < 1e-13);

            // twice the inflow, twice everything
            let double: Vec<f64> = seed[..n].iter().map(|x| 2.0 * x).collect();
            let twice =
                inflow_driven(&grid, &double, std::slice::from_ref(&s), &Default::default())
                    .unwrap();
            let halves: Vec<f64> = twice.outflow.iter().map(|x| 0.5 * x).collect();
            prop_assert_eq!(&halves, &flows.outflow);

            // a first step that little survives amplifies rounding
            if (0..n).all(|c| s.at(c, c) > Some(0.3)) {
                let back =
                    stock_driven(&grid, &flows.stock, std::slice::from_ref(&s), &StockOptions {
                        negative_inflow: NegativeInflow::Allow,
                        ..Default::default()
                    })
                    .unwrap();
                prop_assert!(difference(&back.stock, &flows.stock) < 1e-12);
                prop_assert!(back.balance_residual() < 1e-12);
            }
        }
    }

    #[test]
    fn stretched_laws_on_stretched_grids_are_the_same(
        law in law(), timing in timing(), factor in 0.2..5.0f64,
    ) {
        let bounds: Vec<f64> = (0..20).map(|i| f64::from(i) * 1.3).collect();
        let longer: Vec<f64> = bounds.iter().map(|b| b * factor).collect();
        let table = |bounds: &[f64], law| {
            let grid = Grid::from_bounds(bounds).unwrap();
            Survival::new(&grid, &Lifetimes::Constant(law), timing).unwrap()
        };
        let fixed = law.density(law.mean()) == 0.0;
        let (a, b) = (table(&bounds, law.clone()), table(&longer, law.stretched(factor).unwrap()));
        for age in 0..19 {
            prop_assert!(fixed || (a.at(age, 0).unwrap() - b.at(age, 0).unwrap()).abs() < 1e-10);
        }
    }
}
