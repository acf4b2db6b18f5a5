//! Every law against an independent implementation, its own derivative and
//! integral, and known points.
#![allow(clippy::disallowed_methods)]

use super::*;
use crate::uncertainty::{MeanShape, MeanStd, MedianGsd, ScaleShape};
use statrs::distribution as oracle;
use statrs::distribution::ContinuousCDF;

const AT: MeanStd = MeanStd { mean: 8.0, std: 3.0 };

fn laws() -> Vec<(&'static str, LifetimeLaw)> {
    let scale_shape = ScaleShape { scale: 10.0, shape: 2.5 };
    let median_shape = MedianShape { median: 9.0, shape: 3.0 };
    let growth = HazardGrowth { hazard: 0.01, growth: 0.25 };
    let weibull = LifetimeLaw::weibull_from_scale_shape(scale_shape).unwrap();
    let early = LifetimeLaw::exponential_from_mean(1.5).unwrap();
    vec![
        ("exponential", LifetimeLaw::exponential_from_mean(7.0).unwrap()),
        ("normal", LifetimeLaw::normal_untruncated_from_mean_std(AT).unwrap()),
        ("truncated normal", LifetimeLaw::normal_truncated_from_parent_mean_std(AT).unwrap()),
        ("folded normal", LifetimeLaw::folded_normal_from_parent_mean_std(AT).unwrap()),
        ("lognormal", LifetimeLaw::lognormal_from_mean_std(AT).unwrap()),
        ("weibull", weibull.clone()),
        ("gamma", LifetimeLaw::gamma_from_scale_shape(scale_shape).unwrap()),
        ("logistic", LifetimeLaw::logistic_untruncated_from_mean_std(AT).unwrap()),
        ("truncated logistic", LifetimeLaw::logistic_truncated_from_parent_mean_std(AT).unwrap()),
        ("log-logistic", LifetimeLaw::log_logistic_from_median_shape(median_shape).unwrap()),
        ("gompertz", LifetimeLaw::gompertz_from_hazard_growth(growth).unwrap()),
        ("table", LifetimeLaw::survival_table(&[4.0, 9.0, 15.0], &[0.9, 0.4, 0.0]).unwrap()),
        ("hazards", LifetimeLaw::discrete_hazard(&[0.02, 0.0, 0.1, 0.3]).unwrap()),
        ("mixture", LifetimeLaw::mixture(vec![(0.1, early), (0.9, weibull)]).unwrap()),
    ]
}

#[test]
fn survival_agrees_with_statrs() {
    let find = |name: &str| laws().into_iter().find(|(n, _)| *n == name).unwrap().1;
    let sigma = (1.0f64 + 9.0 / 64.0).ln().sqrt();
    type Reference = Box<dyn Fn(f64) -> f64>;
    let pairs: Vec<(&str, Reference)> = vec![
        ("exponential", Box::new(|x| oracle::Exp::new(1.0 / 7.0).unwrap().sf(x))),
        ("normal", Box::new(|x| oracle::Normal::new(8.0, 3.0).unwrap().sf(x))),
        (
            "truncated normal",
            Box::new(|x| {
                let parent = oracle::Normal::new(8.0, 3.0).unwrap();
                parent.sf(x) / parent.sf(0.0)
            }),
        ),
        (
            "folded normal",
            Box::new(|x| {
                let parent = oracle::Normal::new(8.0, 3.0).unwrap();
                1.0 - (parent.cdf(x) - parent.cdf(-x))
            }),
        ),
        (
            "lognormal",
            Box::new(move |x| {
                oracle::LogNormal::new(8f64.ln() - sigma * sigma / 2.0, sigma).unwrap().sf(x)
            }),
        ),
        ("weibull", Box::new(|x| oracle::Weibull::new(2.5, 10.0).unwrap().sf(x))),
        ("gamma", Box::new(|x| oracle::Gamma::new(2.5, 0.1).unwrap().sf(x))),
        (
            "logistic",
            Box::new(|x| {
                1.0 / (1.0 + ((x - 8.0) / (3.0 * 3f64.sqrt() / std::f64::consts::PI)).exp())
            }),
        ),
        ("log-logistic", Box::new(|x| 1.0 / (1.0 + (x / 9.0).powi(3)))),
        ("gompertz", Box::new(|x| (-0.04 * (0.25 * x).exp_m1()).exp())),
    ];
    for (name, reference) in pairs {
        let law = find(name);
        for i in 0..60 {
            let x = 0.5 * f64::from(i);
            assert!(
                (law.survival(x) - reference(x)).abs() < 1e-10,
                "{name} at {x}: {} {}",
                law.survival(x),
                reference(x)
            );
        }
    }
}

#[test]
fn density_is_minus_the_slope_and_hazard_its_share() {
    for (name, law) in laws() {
        for x in [0.31, 2.2, 5.7, 8.4, 13.3, 22.9] {
            let step = 1e-5;
            let slope = (law.survival(x - step) - law.survival(x + step)) / (2.0 * step);
            assert!((law.density(x) - slope).abs() < 1e-8, "{name} at {x}");
            if law.survival(x) > 0.0 {
                let hazard = law.density(x) / law.survival(x);
                assert!((law.hazard(x) - hazard).abs() < 1e-9 * (1.0 + hazard), "{name} at {x}");
            }
        }
    }
}

#[test]
fn mean_is_the_area_under_the_survival_curve() {
    for (name, law) in laws() {
        let end: f64 = if name == "log-logistic" { 20_000.0 } else { 250.0 };
        let step = 0.001;
        let n = (end / step) as usize;
        let area: f64 = (0..n).map(|i| law.survival((i as f64 + 0.5) * step) * step).sum();
        // log-logistic with shape 3: the tail beyond `end` is m³/(2 end²)
        let tail = if name == "log-logistic" { 729.0 / (2.0 * end * end) } else { 0.0 };
        assert!((law.mean() - area - tail).abs() < 1e-6, "{name}: {} {area}", law.mean());
    }
}

#[test]
fn quantiles_invert_survival() {
    for (name, law) in laws() {
        for p in [1e-3, 0.1, 0.5, 0.9, 0.999] {
            let x = law.quantile(p);
            let gone = 1.0 - law.survival(x);
            assert!((gone - p).abs() < 1e-11 || (x == 0.0 && gone >= p), "{name} {p}: {x} {gone}");
        }
        assert!(law.quantile(0.0) >= 0.0 && !law.quantile(1.0).is_nan(), "{name}");
        let longer = law.stretched(2.0).unwrap();
        assert!((longer.quantile(0.5) / law.quantile(0.5) - 2.0).abs() < 1e-12, "{name}");
        assert!((longer.mean() / law.mean() - 2.0).abs() < 1e-12, "{name}");
    }
}

#[test]
fn constructors_meet_what_they_promise() {
    let p = MeanStd { mean: 12.0, std: 4.0 };
    for law in [
        LifetimeLaw::lognormal_from_mean_std(p).unwrap(),
        LifetimeLaw::weibull_from_mean_std(p).unwrap(),
        LifetimeLaw::gamma_from_mean_std(p).unwrap(),
    ] {
        assert!((law.mean() - 12.0).abs() < 1e-10);
        // Var = 2∫x S dx − E²
        let second: f64 = (0..400_000)
            .map(|i| (f64::from(i) + 0.5) * 1e-3)
            .map(|x| 2.0 * x * law.survival(x) * 1e-3)
            .sum();
        assert!((second - 144.0 - 16.0).abs() < 1e-4, "{second}");
    }
    let law = LifetimeLaw::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 }).unwrap();
    assert!((law.mean() - 12.0).abs() < 1e-12);
    let law = LifetimeLaw::lognormal_from_median_gsd(MedianGsd { median: 9.0, gsd: 1.4 }).unwrap();
    assert!((law.survival(9.0) - 0.5).abs() < 1e-15);
    let points = TwoQuantiles {
        early: AgeQuantile { gone: 0.1, age: 8.0 },
        late: AgeQuantile { gone: 0.9, age: 18.0 },
    };
    for make in [
        LifetimeLaw::weibull_from_quantiles,
        LifetimeLaw::lognormal_from_quantiles,
        LifetimeLaw::log_logistic_from_quantiles,
        LifetimeLaw::normal_untruncated_from_quantiles,
        LifetimeLaw::logistic_untruncated_from_quantiles,
        LifetimeLaw::gamma_from_quantiles,
        LifetimeLaw::gompertz_from_quantiles,
    ] {
        let law = make(points).unwrap();
        assert!((law.survival(8.0) - 0.9).abs() < 1e-10, "{law:?}");
        assert!((law.survival(18.0) - 0.1).abs() < 1e-10, "{law:?}");
        assert!(make(TwoQuantiles { early: points.late, late: points.early }).is_err());
    }
}

#[test]
fn tails_are_never_nan() {
    for (name, law) in laws() {
        for x in [0.0, 1e-300, 1e3, 1e6, 1e300, f64::INFINITY] {
            assert!(!law.survival(x).is_nan(), "{name} S({x})");
            assert!(!law.density(x).is_nan(), "{name} f({x})");
            assert!(!law.hazard(x).is_nan(), "{name} h({x})");
        }
    }
}

#[test]
fn a_fixed_lifetime_of_zero_leaves_on_entry() {
    let law = LifetimeLaw::fixed(0.0).unwrap();
    assert_eq!((law.survival(0.0), law.mean(), law.quantile(0.5)), (0.0, 0.0, 0.0));
    let law = LifetimeLaw::fixed(5.0).unwrap();
    assert_eq!((law.survival(4.99), law.survival(5.0)), (1.0, 0.0));
}
