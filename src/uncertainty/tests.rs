//! Distributions against references, statrs and their own definitions.
#![allow(clippy::disallowed_methods, clippy::excessive_precision)]

use super::*;
use crate::Error;
use crate::lanes::LANES;
use crate::maths::{normal_cdf, regularised_incomplete_beta};
use crate::sampling::{StreamKey, uniform};
use proptest::prelude::*;
use statrs::distribution::{self as oracle, ContinuousCDF};

/// One of every kind.
fn all() -> Result<Vec<Distribution>, Error> {
    let third = ThreePoint { low: 0.3, mode: 0.65, high: 0.8 };
    Ok(vec![
        Distribution::fixed(3.0)?,
        Distribution::uniform(Range { low: -2.0, high: 5.0 })?,
        Distribution::triangular(third)?,
        Distribution::pert(third)?,
        Distribution::normal(MeanStd { mean: 5.0, std: 2.0 })?,
        Distribution::truncated_normal(
            MeanStd { mean: 0.9, std: 0.2 },
            Range { low: 0.0, high: 1.0 },
        )?,
        Distribution::truncated_normal(
            MeanStd { mean: 0.0, std: 1.0 },
            Range { low: 8.0, high: 9.0 },
        )?,
        Distribution::lognormal_from_mean_std(MeanStd { mean: 100.0, std: 30.0 })?,
        Distribution::lognormal_from_median_gsd(MedianGsd { median: 100.0, gsd: 1.5 })?,
        Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?,
        Distribution::weibull_from_scale_shape(ScaleShape { scale: 0.1, shape: 0.7 })?,
        Distribution::logit_normal_from_median_sd(MedianSd { median: 0.889, sd: 0.34 })?,
    ])
}

const REFERENCE_U: [f64; 7] = [0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975];

/// Mean, standard deviation and quantiles at [`REFERENCE_U`], by SciPy
/// (reference set distributions_mfa.json of this project).
#[test]
fn published_parameters_give_the_reference_values() -> Result<(), Error> {
    let truncated = |mean, std| {
        Distribution::truncated_normal(MeanStd { mean, std }, Range { low: 0.0, high: 1.0 })
    };
    let points = |low, mode, high| ThreePoint { low, mode, high };
    #[rustfmt::skip]
    let cases = [
        (truncated(0.9, 0.2)?, [0.7981720360451023, 0.13944047536137527], [0.47735087141078225, 0.5365158353822763, 0.7114216703204124, 0.8206266864352938, 0.9093268813445328, 0.9807977522160223, 0.9902947803640054]),
        (truncated(0.5, 0.05)?, [0.5, 0.05], [0.4020018007729973, 0.4177573186524264, 0.46627551249019594, 0.5, 0.5337244875098041, 0.5822426813475736, 0.5979981992270027]),
        (Distribution::triangular(points(0.4, 0.6, 0.8))?, [0.6, 0.08164965809277261], [0.4447213595499958, 0.46324555320336763, 0.5414213562373096, 0.6, 0.6585786437626906, 0.7367544467966325, 0.7552786404500043]),
        (Distribution::pert(points(0.3, 0.65, 0.8))?, [0.6166666666666667, 0.09106948332812037], [0.4262243135172563, 0.4542244911441867, 0.5534146305336862, 0.6245002575254409, 0.6874383977493761, 0.7521478582354005, 0.765952168039082]),
        (Distribution::lognormal_from_mean_std(MeanStd { mean: 100.0, std: 30.0 })?, [100.0, 30.0], [53.87753320316973, 59.09920564135922, 78.57690847981522, 95.78262852211513, 116.75582692289548, 155.23579085443865, 170.28084585850632]),
        (Distribution::lognormal_from_median_gsd(MedianGsd { median: 100.0, gsd: 1.5 })?, [108.56739833470483, 45.89307124039336], [45.17180807573837, 51.32815501438996, 76.07259840523326, 100.0, 131.45337755824664, 194.82484802339917, 221.37701424820685]),
        (Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?, [12.0, 3.797503736019127], [4.665484840878585, 5.70829800122519, 9.342528047948491, 12.011087032324962, 14.641679094242441, 18.24754600896851, 19.36558408627315]),
    ];
    for (distribution, [mean, sd], quantiles) in cases {
        assert!((distribution.mean() / mean - 1.0).abs() < 1e-13, "{distribution:?}");
        assert!((distribution.variance().sqrt() / sd - 1.0).abs() < 1e-12, "{distribution:?}");
        for (u, quantile) in REFERENCE_U.into_iter().zip(quantiles) {
            let found = distribution.quantile(u);
            assert!((found / quantile - 1.0).abs() < 1e-12, "{distribution:?} {u}: {found}");
        }
    }
    Ok(())
}

/// Centre and logit spread of two furnaces whose published ranges are 95 %
/// intervals (reference set distributions_mfa.json of this project).
#[test]
fn logit_normal_covers_a_published_range() -> Result<(), Error> {
    let furnace = Distribution::logit_normal_from_median_sd(MedianSd {
        median: 0.889,
        sd: 0.340690965927424,
    })?;
    // mean and variance by 40-digit quadrature
    assert!((furnace.mean() / 0.8845716434304295 - 1.0).abs() < 1e-13);
    assert!((furnace.variance() / 0.0012203464971356599 - 1.0).abs() < 1e-12);
    let wide = Distribution::logit_normal_from_median_sd(MedianSd { median: 0.5, sd: 12.0 })?;
    assert!((wide.mean() - 0.5).abs() < 1e-13);
    assert!((wide.variance() / 0.21712577878369493 - 1.0).abs() < 1e-10);
    Ok(())
}

/// Mean and variance by the closed form with 60 digits.
#[test]
fn truncated_moments_hold_in_tails_and_narrow_ranges() -> Result<(), Error> {
    for (mean, std, low, high, true_mean, variance) in [
        (0.0, 1.0, 8.0, 9.0, 8.121188992979796, 0.014148542782748111),
        (0.0, 1.0, 20.0, 60.0, 20.04975306852785, 0.0024632616150521637),
        (0.0, 1.0, -30.0, -29.5, -29.53382067392501, 0.0011411625310609782),
        (0.0, 1.0, 1.0, 1.001, 1.0004999166250041, 8.333332638472178e-08),
        (0.9, 0.2, 0.88, 0.92, 0.9, 0.0001331556402679921),
    ] {
        let d = Distribution::truncated_normal(MeanStd { mean, std }, Range { low, high })?;
        assert!((d.mean() / true_mean - 1.0).abs() < 1e-13, "{low}: {}", d.mean());
        assert!((d.variance() / variance - 1.0).abs() < 1e-8, "{low}: {}", d.variance());
    }
    Ok(())
}

#[test]
fn statrs_agrees() -> Result<(), Box<dyn std::error::Error>> {
    fn check<O: ContinuousCDF<f64, f64> + statrs::statistics::Distribution<f64>>(
        ours: &Distribution,
        theirs: &O,
        near: f64,
    ) {
        assert!((ours.mean() / theirs.mean().unwrap_or(f64::NAN) - 1.0).abs() < 1e-12);
        assert!((ours.variance() / theirs.variance().unwrap_or(f64::NAN) - 1.0).abs() < 1e-11);
        for i in 1..100 {
            let u = f64::from(i) / 100.0;
            let x = ours.quantile(u);
            assert!((theirs.cdf(x) - u).abs() < near, "{ours:?} {u}");
            assert!((theirs.cdf(x) - ours.cdf(x)).abs() < near, "{ours:?} {u}");
        }
    }
    let all = all()?;
    check(&all[1], &oracle::Uniform::new(-2.0, 5.0)?, 1e-14);
    check(&all[2], &oracle::Triangular::new(0.3, 0.8, 0.65)?, 1e-13);
    check(&all[4], &oracle::Normal::new(5.0, 2.0)?, 1e-10);
    check(&all[8], &oracle::LogNormal::new(100.0_f64.ln(), 1.5_f64.ln())?, 1e-10);
    check(&all[10], &oracle::Weibull::new(0.7, 0.1)?, 1e-13);
    let beta = oracle::Beta::new(1.0 + 4.0 * 0.7, 1.0 + 4.0 * 0.3)?;
    let pert = Distribution::pert(ThreePoint { low: 0.0, mode: 0.7, high: 1.0 })?;
    check(&pert, &beta, 1e-12);
    Ok(())
}

#[test]
fn quantile_and_cdf_are_inverse() -> Result<(), Error> {
    for distribution in &all()?[1..] {
        for i in 1..1000 {
            let u = f64::from(i) / 1000.0;
            let back = distribution.cdf(distribution.quantile(u));
            assert!((back - u).abs() < 1e-13, "{distribution:?} {u} {back}");
        }
        let Range { low, high } = distribution.support();
        assert_eq!(distribution.cdf(low), 0.0);
        assert_eq!(distribution.cdf(high), 1.0);
        assert!(distribution.cdf(f64::NAN).is_nan());
    }
    Ok(())
}

#[test]
fn central_values_follow_the_documented_rule() -> Result<(), Error> {
    let all = all()?;
    let central: Vec<f64> = all.iter().map(Distribution::central).collect();
    assert_eq!(central[..7], [3.0, 1.5, 0.65, 0.65, 5.0, 0.9, 8.0]);
    for distribution in &all[7..] {
        let median = distribution.quantile(0.5);
        assert!((distribution.central() / median - 1.0).abs() < 1e-15, "{distribution:?}");
    }
    Ok(())
}

#[test]
fn rows_equal_the_scalar() -> Result<(), Error> {
    let key = StreamKey::of("rows");
    for distribution in all()? {
        for block in 0..200 {
            let (mut u, mut out) = ([0.0; LANES], [0.0; LANES]);
            for (l, u) in u.iter_mut().enumerate() {
                *u = uniform(5, key, block, l as u32) * [1.0, 1e-4, 1.0, 1.0][l % 4];
            }
            distribution.quantile_row(&u, &mut out);
            for l in 0..LANES {
                assert_eq!(out[l].to_bits(), distribution.quantile(u[l]).to_bits());
            }
        }
    }
    Ok(())
}

#[test]
fn pert_is_exact_and_monotone_on_a_fine_grid() -> Result<(), Error> {
    for mode in [0.0, 1e-9, 0.01, 0.3, 0.5, 0.9, 1.0] {
        let pert = Distribution::pert(ThreePoint { low: 0.0, mode, high: 1.0 })?;
        let (a, b) = (1.0 + 4.0 * mode, 1.0 + 4.0 * (1.0 - mode));
        let ln_beta = statrs::function::beta::ln_beta(a, b);
        let mut previous = -1.0;
        for i in -83_000..=83_000 {
            let u = normal_cdf(f64::from(i) * 1e-4);
            let x = pert.quantile(u);
            assert!(x >= previous, "{mode} {u}");
            previous = x;
            if i % 100 == 0 && (1e-12..=1.0 - 1e-12).contains(&u) {
                // error of x to first order: (F(x) - u)/f(x)
                let ln_density = (a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - ln_beta;
                let error = (regularised_incomplete_beta(a, b, x) - u) / ln_density.exp();
                assert!(error.abs() < 1e-10, "{mode} {u} {error:e}");
                assert!(u > 0.999 || error.abs() < 1e-10 * x, "{mode} {u} {error:e}");
            }
        }
    }
    Ok(())
}

#[test]
fn no_spread_is_a_fixed_value() -> Result<(), Error> {
    let fixed = Distribution::fixed(0.5)?;
    let (mean, median, flat) = (0.5, 0.5, Range { low: 0.5, high: 0.5 });
    let point = ThreePoint { low: 0.5, mode: 0.5, high: 0.5 };
    let none = MeanStd { mean, std: 0.0 };
    for same in [
        Distribution::uniform(flat)?,
        Distribution::triangular(point)?,
        Distribution::pert(point)?,
        Distribution::normal(none)?,
        Distribution::truncated_normal(none, Range { low: 0.0, high: 1.0 })?,
        Distribution::truncated_normal(MeanStd { mean, std: 1.0 }, flat)?,
        Distribution::lognormal_from_mean_std(none)?,
        Distribution::lognormal_from_median_gsd(MedianGsd { median, gsd: 1.0 })?,
        Distribution::logit_normal_from_median_sd(MedianSd { median, sd: 0.0 })?,
    ] {
        assert_eq!(same, fixed);
    }
    Ok(())
}

#[test]
fn impossible_parameters_are_errors_that_name_them() {
    let range = Range { low: 0.0, high: 1.0 };
    let std = |mean, std| MeanStd { mean, std };
    let points = |low, mode, high| ThreePoint { low, mode, high };
    let cases = [
        (Distribution::fixed(f64::NAN), vec!["value"]),
        (Distribution::uniform(Range { low: 1.0, high: 0.0 }), vec!["low, high"]),
        (Distribution::uniform(Range { low: -1e308, high: 1e308 }), vec!["low, high"]),
        (Distribution::uniform(Range { low: f64::NAN, high: f64::INFINITY }), vec!["low", "high"]),
        (Distribution::triangular(points(0.0, 2.0, 1.0)), vec!["low, mode, high"]),
        (Distribution::pert(points(0.0, f64::NAN, 1.0)), vec!["mode"]),
        (Distribution::normal(std(f64::INFINITY, -1.0)), vec!["mean", "std"]),
        (Distribution::truncated_normal(std(90.0, 0.2), range), vec!["mean, std, low, high"]),
        (Distribution::truncated_normal(std(2.0, 0.0), range), vec!["mean, std, low, high"]),
        (Distribution::lognormal_from_mean_std(std(0.0, 1.0)), vec!["mean"]),
        (Distribution::lognormal_from_mean_std(std(1.0, f64::NAN)), vec!["std"]),
        (
            Distribution::lognormal_from_median_gsd(MedianGsd { median: -1.0, gsd: 0.9 }),
            vec!["median", "gsd"],
        ),
        (
            Distribution::weibull_from_mean_shape(MeanShape { mean: -1.0, shape: 0.0 }),
            vec!["mean", "shape"],
        ),
        (
            Distribution::weibull_from_scale_shape(ScaleShape { scale: 1.0, shape: f64::NAN }),
            vec!["shape"],
        ),
        (
            Distribution::logit_normal_from_median_sd(MedianSd { median: 1.0, sd: -1.0 }),
            vec!["median", "sd"],
        ),
    ];
    for (result, keys) in cases {
        match result {
            Ok(distribution) => panic!("{distribution:?} for {keys:?}"),
            Err(error) => {
                assert_eq!(error.kind(), crate::ErrorKind::Argument);
                let found: Vec<_> =
                    error.diagnostics().iter().filter_map(|d| d.key_name()).collect();
                assert_eq!(found, keys);
                for part in ["found", "allowed", "fix"] {
                    assert!(error.to_string().contains(part), "{error}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn quantiles_ascend(a in 1e-15_f64..1.0, b in 1e-15_f64..1.0, low in -5.0_f64..5.0,
                        left in 0.0_f64..3.0, right in 0.0_f64..3.0, spread in 0.0_f64..2.0) {
        prop_assume!(a < b - 1e-13);
        let points = ThreePoint { low, mode: low + left, high: low + left + right };
        let range = Range { low, high: points.high };
        let mean = low + 3.0;
        for result in [
            Distribution::uniform(range),
            Distribution::triangular(points),
            Distribution::pert(points),
            Distribution::normal(MeanStd { mean, std: spread }),
            Distribution::truncated_normal(MeanStd { mean, std: 0.3 + spread }, range),
            Distribution::lognormal_from_mean_std(MeanStd { mean: 6.0 + low, std: spread }),
            Distribution::lognormal_from_median_gsd(MedianGsd { median: 6.0 + low, gsd: 1.0 + spread }),
            Distribution::weibull_from_mean_shape(MeanShape { mean: 6.0 + low, shape: 0.3 + 3.0 * spread }),
            Distribution::logit_normal_from_median_sd(MedianSd { median: 0.1 * (6.0 + low) / 1.2, sd: spread }),
        ] {
            let distribution = result.map_err(|e| TestCaseError::fail(e.to_string()))?;
            let (x, y) = (distribution.quantile(a), distribution.quantile(b));
            // rounding alone may turn neighbours round
            prop_assert!(x <= y + 1e-15 * y.abs(), "{:?} {} {}", distribution, x, y);
            let Range { low, high } = distribution.support();
            prop_assert!(low <= x && y <= high);
        }
    }
}

/// Changing these bits breaks the contract: raise
/// [`STREAM_VERSION`](crate::sampling::STREAM_VERSION).
#[test]
fn golden_values() -> Result<(), Error> {
    assert_eq!(crate::sampling::STREAM_VERSION, 1);
    let found: Vec<[f64; 3]> =
        all()?.iter().map(|d| [1e-5, 0.3, 0.987].map(|u| d.quantile(u))).collect();
    assert_eq!(found, GOLDEN, "{found:#?}");
    Ok(())
}

const GOLDEN: [[f64; 3]; 12] = [
    [3.0, 3.0, 3.0],
    [-1.99993, 0.10000000000000009, 4.909],
    [0.3013228756555323, 0.529128784747792, 0.7687750100080081],
    [0.3151262917738474, 0.5695073994716743, 0.7751229856417015],
    [-3.529781587845651, 3.951198974583918, 9.45242353863435],
    [0.048395951013168625, 0.7369335780009323, 0.9949253565086449],
    [8.000001231102312, 8.043792130390239, 8.516835034668722],
    [27.387271978075805, 82.11643051408852, 184.12390156581787],
    [17.741486714727614, 80.84583547426585, 246.61326521137963],
    [0.49715286375846435, 9.934331313270594, 20.28994519470841],
    [7.196908136528792e-9, 0.022929227901724993, 0.8148930275870433],
    [0.6526037711193258, 0.8701483263313587, 0.944667837740414],
];

#[test]
fn a_given_central_value_stays_and_is_scaled_around() -> Result<(), Error> {
    let uniform = Distribution::uniform(Range { low: 1.0, high: 4.0 })?.with_central(2.0)?;
    assert_eq!((uniform.central(), uniform.quantile(0.5)), (2.0, 2.5));
    let half = uniform.scaled(0.5, None)?;
    assert_eq!((half.central(), half.support()), (2.0, Range { low: 1.5, high: 3.0 }));
    assert_eq!(uniform.scaled(0.0, None)?.quantile(0.9), 2.0);
    let cut = uniform.clone().truncated(Range { low: 2.5, high: 9.0 })?;
    assert_eq!(cut.central(), 2.5);
    let wide = Distribution::log_uniform(Range { low: 1.0, high: 100.0 })?.with_central(4.0)?;
    let half = wide.scaled(0.5, None)?.support();
    assert!((half.low - 2.0).abs() < 1e-12 && (half.high - 20.0).abs() < 1e-11);
    let sample = Distribution::empirical(&[1.0, 2.0, 9.0])?.with_central(3.0)?;
    let half = sample.scaled(0.5, None)?;
    assert_eq!((half.quantile(0.5), half.central()), (2.5, 3.0));
    // Other laws are scaled around their own centre and keep the given one.
    let gamma = Distribution::gamma_from_mean_std(MeanStd { mean: 6.0, std: 2.0 })?;
    let half = gamma.with_central(5.0)?.scaled(0.5, None)?;
    assert!((half.mean() - 6.0).abs() < 1e-12 && half.central() == 5.0);
    for bad in [0.5, 5.0, f64::NAN] {
        assert!(uniform.clone().with_central(bad).is_err());
    }
    Ok(())
}
