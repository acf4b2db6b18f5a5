//! Composed and tabulated laws, truncation, scaling, shares and counts.
#![allow(clippy::disallowed_methods, clippy::excessive_precision)]

use super::counts::{binomial_quantile, multinomial, poisson_quantile};
use super::quadrature::{Tail, integral};
use super::*;
use crate::Error;
use crate::lanes::LANES;
use crate::maths::{normal_cdf, normal_quantile};
use crate::sampling::{StreamKey, uniform};
use proptest::prelude::*;
use statrs::distribution::{self as oracle, ContinuousCDF, Discrete, DiscreteCDF};

const NORMAL: MeanStd = MeanStd { mean: 5.0, std: 1.0 };

fn cases(list: &[(f64, f64)]) -> Vec<Case> {
    list.iter().map(|&(value, probability)| Case { value, probability }).collect()
}

fn sample() -> Vec<f64> {
    (0..57).map(|i| f64::from(i * i % 23) + 0.0137 * f64::from(i)).collect()
}

/// Laws with a density, with a name for the golden values.
fn smooth() -> Result<Vec<(&'static str, Distribution)>, Error> {
    let normal = |mean, std| Distribution::normal(MeanStd { mean, std });
    let lognormal = Distribution::lognormal_from_median_gsd(MedianGsd { median: 2.0, gsd: 1.5 })?;
    let weibull = Distribution::weibull_from_scale_shape(ScaleShape { scale: 2.0, shape: 1.5 })?;
    let gamma = Distribution::gamma_from_scale_shape(ScaleShape { scale: 2.0, shape: 3.0 })?;
    let beta = Distribution::beta_from_mean_std(MeanStd { mean: 0.85, std: 0.05 })?;
    let points = ThreePoint { low: 0.3, mode: 0.65, high: 0.8 };
    let range = |low, high| Range { low, high };
    Ok(vec![
        ("beta", beta.clone()),
        ("beta, small", Distribution::beta_from_shapes(Shapes { alpha: 0.2, beta: 3.0 })?),
        ("gamma", gamma.clone()),
        (
            "gamma, small",
            Distribution::gamma_from_scale_shape(ScaleShape { scale: 1.0, shape: 0.5 })?,
        ),
        ("log-uniform", Distribution::log_uniform(range(1.0, 100.0))?),
        (
            "logit-normal",
            Distribution::logit_normal_from_centre_range(CentreRange {
                centre: 0.889,
                low: 0.86,
                high: 0.96,
            })?,
        ),
        ("empirical", Distribution::empirical(&sample())?),
        ("mixture", Distribution::mixture(vec![(0.3, lognormal.clone()), (0.7, gamma.clone())])?),
        (
            "mixture of normals",
            Distribution::mixture(vec![(0.25, normal(5.0, 1.0)?), (0.75, normal(9.0, 0.5)?)])?,
        ),
        ("truncated lognormal", lognormal.clone().truncated(range(1.0, 3.0))?),
        ("lognormal, tail", lognormal.truncated(range(4.0, f64::INFINITY))?),
        ("truncated beta", beta.truncated(range(0.7, 0.9))?),
        ("truncated gamma", gamma.truncated(range(0.0, 40.0))?),
        ("truncated Weibull", weibull.truncated(range(1.0, f64::INFINITY))?),
        ("truncated triangular", Distribution::triangular(points)?.truncated(range(0.5, 0.75))?),
        ("truncated PERT", Distribution::pert(points)?.truncated(range(0.4, 0.7))?),
        ("half normal", Distribution::normal(NORMAL)?.truncated(range(5.0, f64::INFINITY))?),
        ("truncated empirical", Distribution::empirical(&sample())?.truncated(range(3.0, 12.3))?),
    ])
}

/// Laws with steps or jumps.
fn rough() -> Result<Vec<Distribution>, Error> {
    let flat = |low, high| Distribution::uniform(Range { low, high });
    let lognormal = Distribution::lognormal_from_median_gsd(MedianGsd { median: 2.0, gsd: 1.5 })?;
    let three = cases(&[(0.0, 0.5), (1.0, 0.3), (4.0, 0.2)]);
    Ok(vec![
        Distribution::discrete(&three)?,
        Distribution::discrete(&three)?.truncated(Range { low: 0.5, high: 9.0 })?,
        Distribution::mixture(vec![(0.5, flat(1.0, 2.0)?), (0.5, flat(3.0, 4.0)?)])?,
        Distribution::mixture(vec![(0.7, Distribution::fixed(0.0)?), (0.3, lognormal)])?,
        Distribution::mixture(vec![(0.5, flat(0.0, 2.0)?), (0.5, Distribution::fixed(1.0)?)])?,
    ])
}

fn all() -> Result<Vec<Distribution>, Error> {
    let smooth = smooth()?.into_iter().map(|(_, law)| law);
    Ok(smooth.chain(rough()?).collect())
}

/// Φ⁻¹ of the probability below x, from the nearer tail.
fn score(law: &Distribution, x: f64) -> f64 {
    let (below, above) = (law.cdf(x), law.survival(x));
    if below < above { normal_quantile(below) } else { -normal_quantile(above) }
}

#[test]
fn quantiles_invert_the_distribution_function_into_the_tails() -> Result<(), Error> {
    for (name, law) in smooth()? {
        let mut worst = 0.0_f64;
        if name.contains("empirical") {
            // a broken line has no slope everywhere; it starts at 0
            for u in (1..1000).map(|i| f64::from(i) / 1000.0) {
                assert!((law.cdf(law.quantile(u)) - u).abs() < 1e-14, "{name} {u}");
            }
            continue;
        }
        for i in -700..=700 {
            let u = normal_cdf(0.01 * f64::from(i) + 0.003);
            if !(1e-12..=1.0 - 1e-12).contains(&u) {
                continue;
            }
            let z = normal_quantile(u);
            let x = law.quantile(u);
            // the error of x is the error of z times dx/dz
            let around = |h: f64| law.quantile(normal_cdf(z + h));
            let slope = (around(1e-3) - around(-1e-3)) / 2e-3;
            let error = (score(&law, x) - z) * slope / x;
            // where x is an end of the range to all digits, z says nothing
            if slope > 1e-9 * x.abs() {
                worst = worst.max(error.abs());
            }
        }
        println!("{name}: {worst:.1e}");
        assert!(worst < 1e-10, "{name}: {worst:e}");
    }
    Ok(())
}

#[test]
fn no_quantile_falls() -> Result<(), Error> {
    for law in all()? {
        let mut last = f64::NEG_INFINITY;
        for i in -8200..=8200 {
            let x = law.quantile(normal_cdf(1e-3 * f64::from(i)));
            assert!(x >= last - 1e-11 * x.abs(), "{law:?} {i} {x} {last}");
            last = x;
        }
        let Range { low, high } = law.support();
        assert!(law.quantile(1e-300) >= low && last <= high, "{law:?}");
        assert_eq!(law.cdf(high), 1.0);
        assert_eq!(law.survival(high), 0.0);
        assert_eq!(law.cdf(low.next_down()), 0.0);
    }
    Ok(())
}

#[test]
fn rows_equal_the_scalar() -> Result<(), Error> {
    let key = StreamKey::of("rows");
    for law in all()? {
        for block in 0..300 {
            let (mut u, mut out) = ([0.0; LANES], [0.0; LANES]);
            for (l, u) in u.iter_mut().enumerate() {
                let drawn = uniform(5, key, block, l as u32);
                *u = [drawn, 1e-6 * drawn, 1.0 - 1e-6 * drawn, 0.5 + 0.1 * drawn]
                    [block as usize % 4];
            }
            law.quantile_row(&u, &mut out);
            for l in 0..LANES {
                assert_eq!(out[l].to_bits(), law.quantile(u[l]).to_bits(), "{law:?} {}", u[l]);
            }
        }
    }
    Ok(())
}

/// Mean and variance against the quadrature of the quantile (for laws with
/// steps against a mean over a fine grid).
#[test]
fn moments_are_those_of_the_quantile() -> Result<(), Error> {
    for (name, law) in smooth()? {
        // bends and steep rises are beyond this rule
        if ["empirical", "triangular", "normals"].iter().any(|kind| name.contains(kind)) {
            continue;
        }
        let at = |tail| match tail {
            Tail::Lower(u) => law.quantile(u),
            Tail::Upper(q) => match &law.cut {
                Some(cut) => cut.upper(&law.kind, q),
                None => law.kind.upper(q),
            },
        };
        let mean = integral(0.0, at);
        let variance = integral(0.0, |tail| (at(tail) - mean) * (at(tail) - mean));
        assert!((law.mean() / mean - 1.0).abs() < 1e-10, "{name} {} {mean}", law.mean());
        assert!((law.variance() / variance - 1.0).abs() < 1e-9, "{name} {}", law.variance());
    }
    let n = 400_000;
    for law in all()? {
        let at = |i: i32| law.quantile((f64::from(i) + 0.5) / f64::from(n));
        let mean = (0..n).map(at).sum::<f64>() / f64::from(n);
        let square = (0..n).map(|i| (at(i) - mean).powi(2)).sum::<f64>() / f64::from(n);
        let sd = law.variance().sqrt();
        assert!((law.mean() - mean).abs() < 1e-4 * sd, "{law:?} {} {mean}", law.mean());
        assert!(
            (law.variance() / square - 1.0).abs() < 1e-3,
            "{law:?} {} {square}",
            law.variance()
        );
    }
    Ok(())
}

/// The Kolmogorov-Smirnov distance of 20 000 draws stays below 1.95/√n, the
/// bound at level 0.001.
#[test]
fn draws_follow_the_distribution_function() -> Result<(), Error> {
    const N: u32 = 20_000;
    for (name, law) in smooth()? {
        let key = StreamKey::of(name);
        let mut draws: Vec<f64> = (0..N).map(|i| law.quantile(uniform(1, key, i, 0))).collect();
        draws.sort_by(f64::total_cmp);
        let mut distance = 0.0_f64;
        for (i, x) in draws.iter().enumerate() {
            let cdf = law.cdf(*x);
            let n = f64::from(N);
            distance = distance.max(cdf - i as f64 / n).max((i + 1) as f64 / n - cdf);
        }
        assert!(distance < 1.95 / f64::from(N).sqrt(), "{name}: {distance}");
    }
    Ok(())
}

#[test]
fn statrs_agrees() -> Result<(), Box<dyn std::error::Error>> {
    let (beta, gamma) = (oracle::Beta::new(0.7, 4.0)?, oracle::Gamma::new(3.5, 0.5)?);
    let ours = Distribution::beta_from_shapes(Shapes { alpha: 0.7, beta: 4.0 })?;
    let other = Distribution::gamma_from_scale_shape(ScaleShape { scale: 2.0, shape: 3.5 })?;
    for i in 1..200 {
        let u = f64::from(i) / 200.0;
        assert!((beta.cdf(ours.quantile(u)) - u).abs() < 1e-11);
        assert!((gamma.cdf(other.quantile(u)) - u).abs() < 1e-11);
    }
    Ok(())
}

#[test]
fn general_truncation_agrees_with_the_truncated_normal() -> Result<(), Error> {
    // a mixture of twice the same normal law takes the general way
    for (low, high) in [(4.0, 7.0), (8.0, 12.0), (-2.0, 3.0), (9.0, f64::INFINITY)] {
        let range = Range { low, high };
        let normal = || Distribution::normal(NORMAL);
        let twice = Distribution::mixture(vec![(0.5, normal()?), (0.5, normal()?)])?;
        let (direct, general) = (normal()?.truncated(range)?, twice.truncated(range)?);
        for u in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999] {
            let (x, y) = (direct.quantile(u), general.quantile(u));
            assert!((x / y - 1.0).abs() < 1e-10, "{low} {u} {x} {y}");
        }
        let (a, b) = (direct.truncation(), general.truncation());
        let (Some(a), Some(b)) = (a, b) else { panic!("both are truncated") };
        for (a, b) in [(a.mean, b.mean), (a.std, b.std), (a.mass, b.mass)] {
            assert!((a / b - 1.0).abs() < 1e-10, "{low} {a} {b}");
        }
        assert_eq!((a.parent_mean, a.parent_std), (5.0, 1.0));
        assert!((b.parent_mean - 5.0).abs() < 1e-14 && (b.parent_std - 1.0).abs() < 1e-14);
    }
    Ok(())
}

#[test]
fn truncation_reports_what_it_did() -> Result<(), Error> {
    let three = Distribution::discrete(&cases(&[(0.0, 0.5), (1.0, 0.3), (4.0, 0.2)]))?;
    assert_eq!(three.truncation(), None);
    let cut = three.truncated(Range { low: 1.0, high: 9.0 })?;
    let Some(report) = cut.truncation() else { panic!("it is truncated") };
    assert!((report.mass - 0.5).abs() < 1e-15 && (report.parent_mean - 1.1).abs() < 1e-15);
    // (0.3 · 1 + 0.2 · 4)/0.5
    assert!((report.mean - 2.2).abs() < 1e-14 && (cut.mean() - 2.2).abs() < 1e-14);
    assert_eq!([0.1, 0.59, 0.61].map(|u| cut.quantile(u)), [1.0, 1.0, 4.0]);
    // the exponential law has no memory: mean 30 + 2
    let exponential = Distribution::gamma_from_scale_shape(ScaleShape { scale: 2.0, shape: 1.0 })?;
    let tail = exponential.truncated(Range { low: 30.0, high: f64::INFINITY })?;
    assert!((tail.mean() - 32.0).abs() < 1e-9 && (tail.variance() - 4.0).abs() < 1e-8);
    assert!((tail.quantile(0.5) - 30.0 - 2.0 * 2.0_f64.ln()).abs() < 1e-10);
    Ok(())
}

#[test]
fn scaling_follows_its_table() -> Result<(), Error> {
    let share = Some(Range { low: 0.0, high: 1.0 });
    for law in all()? {
        let centre = law.central();
        assert_eq!(law.scaled(0.0, None)?, Distribution::fixed(centre)?, "{law:?}");
        let (narrow, same) = (law.scaled(0.5, None)?, law.scaled(1.0, None)?);
        for u in [0.01, 0.3, 0.9] {
            let (x, y) = (law.quantile(u), same.quantile(u));
            assert!((x - y).abs() <= 1e-10 * x.abs(), "{law:?} {u} {x} {y}");
        }
        assert!((same.central() - centre).abs() < 1e-12 * (1.0 + centre.abs()), "{law:?}");
        assert!(narrow.variance() < law.variance(), "{law:?}");
        if law.cut.is_none() {
            assert!((narrow.central() - centre).abs() < 1e-12 * (1.0 + centre.abs()), "{law:?}");
        }
    }
    let sd = |d: &Distribution| d.variance().sqrt();
    let beta = Distribution::beta_from_mean_std(MeanStd { mean: 0.85, std: 0.05 })?;
    assert!((sd(&beta.scaled(2.0, share)?) - 0.1).abs() < 1e-14);
    assert!(beta.scaled(8.0, share).is_err());
    let lognormal = Distribution::lognormal_from_median_gsd(MedianGsd { median: 0.8, gsd: 1.2 })?;
    let wide = lognormal.scaled(2.0, None)?;
    assert!((wide.quantile(0.9) / 0.8 - (lognormal.quantile(0.9) / 0.8).powi(2)).abs() < 1e-12);
    assert!(lognormal.scaled(2.0, share)?.support().high <= 1.0);
    assert!(lognormal.scaled(2.0, Some(Range { low: 1.0, high: 2.0 })).is_err());
    assert!(lognormal.scaled(f64::NAN, None).is_err() && lognormal.scaled(-1.0, None).is_err());
    // a spread that no number can hold
    assert!(lognormal.scaled(1e308, None).is_err());
    let mixed = &rough()?[2].scaled(2.0, None)?;
    assert!((mixed.variance() / rough()?[2].variance() - 4.0).abs() < 1e-12);
    Ok(())
}

#[test]
fn impossible_parameters_are_errors_that_name_them() -> Result<(), Error> {
    let range = |low, high| Range { low, high };
    let std = |mean, std| MeanStd { mean, std };
    let normal = || Distribution::normal(NORMAL);
    let nan = f64::NAN;
    let found = [
        (Distribution::beta_from_mean_std(std(0.85, 0.36)), "std"),
        (Distribution::beta_from_mean_std(std(1.2, 0.1)), "mean"),
        (Distribution::beta_from_mean_std(std(0.5, -0.1)), "std"),
        (Distribution::beta_from_mean_std(std(0.5, 1e-6)), "alpha"),
        (Distribution::beta_from_shapes(Shapes { alpha: 0.0, beta: 1.0 }), "alpha"),
        (Distribution::gamma_from_mean_std(std(0.0, 1.0)), "mean"),
        (Distribution::gamma_from_scale_shape(ScaleShape { scale: 1.0, shape: nan }), "shape"),
        (Distribution::log_uniform(range(0.0, 1.0)), "low"),
        (Distribution::log_uniform(range(2.0, 1.0)), "low, high"),
        (Distribution::discrete(&[]), "length"),
        (Distribution::discrete(&cases(&[(0.0, 0.5), (1.0, 0.4)])), "sum of probabilities"),
        (Distribution::discrete(&cases(&[(0.0, 1.5), (1.0, -0.5)])), "probability"),
        (Distribution::discrete(&cases(&[(nan, 1.0)])), "value"),
        (Distribution::empirical(&[]), "length"),
        (Distribution::empirical(&[1.0, nan]), "sample"),
        (Distribution::mixture(vec![]), "length"),
        (Distribution::mixture(vec![(0.5, normal()?)]), "sum of probabilities"),
        (Distribution::mixture(vec![(nan, normal()?)]), "probability"),
        (normal()?.truncated(range(2.0, 1.0)), "low, high"),
        (normal()?.truncated(range(nan, 1.0)), "low, high"),
        (normal()?.truncated(range(90.0, 91.0)), "low, high"),
        (Distribution::fixed(1.0)?.truncated(range(2.0, 3.0)), "low, high"),
        (Distribution::uniform(range(0.0, 1.0))?.truncated(range(1.5, 3.0)), "low, high"),
        (
            Distribution::logit_normal_from_centre_range(CentreRange {
                centre: 0.8,
                low: 0.86,
                high: 0.96,
            }),
            "low, centre, high",
        ),
    ];
    for (result, key) in found {
        let error = result.expect_err(key);
        assert_eq!(error.diagnostics()[0].key_name(), Some(key), "{error}");
    }
    let dirichlet = [
        Dirichlet::from_alpha(&[1.0]),
        Dirichlet::from_alpha(&[0.01, 0.01]),
        Dirichlet::from_mean_concentration(&[0.5, 0.5], 0.0),
        Dirichlet::from_mean_concentration(&[0.0, 0.0], 5.0),
        Dirichlet::from_mean_std(&[0.5, 0.5], 2, 0.1),
        Dirichlet::from_mean_std(&[0.5, 0.5], 0, 0.5),
        Dirichlet::from_mean_std(&[0.5, nan], 0, 0.1),
    ];
    assert!(dirichlet.iter().all(Result::is_err));
    assert!(binomial_quantile(0.0, 1, 0.5).is_err() && binomial_quantile(0.5, 1, 1.5).is_err());
    assert!(poisson_quantile(0.5, -1.0).is_err() && poisson_quantile(0.5, 1e9).is_err());
    assert!(multinomial(&[0.5], 1, &[0.5, 0.6]).is_err() && multinomial(&[], 1, &[]).is_err());
    Ok(())
}

#[test]
fn dirichlet_means_hold() -> Result<(), Error> {
    let mix = Dirichlet::from_mean_std(&[13.0, 16.0, 71.0, 0.0], 2, 0.1)?;
    const N: u32 = 40_000;
    let (mut sum, mut square) = ([0.0; 4], [0.0; 4]);
    for i in 0..N {
        let u = ["a", "b", "c", "d"].map(|name| uniform(3, StreamKey::of(name), i, 0));
        let shares = mix.shares(&u)?;
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        for k in 0..4 {
            sum[k] += shares[k];
            square[k] += shares[k] * shares[k];
        }
    }
    for k in 0..4 {
        let (n, m, sd) = (f64::from(N), mix.mean()[k], mix.std()[k]);
        let (mean, variance) = (sum[k] / n, square[k] / n - (sum[k] / n).powi(2));
        // four standard errors
        assert!((mean - m).abs() <= 4.0 * sd / n.sqrt(), "{k}: {mean} {m}");
        assert!((variance.sqrt() - sd).abs() <= 0.02 * sd, "{k}: {variance} {sd}");
    }
    let central: Vec<f64> = mix.gammas().iter().map(Distribution::central).collect();
    let total: f64 = central.iter().sum();
    for (c, m) in central.iter().zip(mix.mean()) {
        assert!((c / total - m).abs() < 1e-15);
    }
    Ok(())
}

/// The smallest k whose summed probability reaches u, and how near u is to a
/// step, relative to the smaller tail.
fn by_summation(u: f64, last: u64, mass: impl Fn(u64) -> f64) -> (u64, f64) {
    let mut sum = 0.0;
    for k in 0..=last {
        sum += mass(k);
        if sum >= u {
            let before = sum - mass(k);
            return (k, (sum - u).min(u - before) / u.min(1.0 - u));
        }
    }
    (last, 0.0)
}

#[test]
fn counts_agree_with_direct_summation() -> Result<(), Box<dyn std::error::Error>> {
    let us = [1e-9, 1e-3, 0.2, 0.4999, 0.5, 0.77, 0.999, 1.0 - 1e-7];
    for (n, p) in [(1, 0.3), (10, 0.3), (40, 0.01), (500, 0.6), (3_000, 0.999), (20_000, 0.02)] {
        let law = oracle::Binomial::new(p, n)?;
        for u in us {
            let (k, room) = by_summation(u, n, |k| law.pmf(k));
            if room > 1e-6 {
                assert_eq!(binomial_quantile(u, n, p)?, k, "{n} {p} {u}");
            }
        }
    }
    for lambda in [0.01, 1.0, 3.7, 80.0, 4_000.0] {
        let law = oracle::Poisson::new(lambda)?;
        for u in us {
            let (k, room) = by_summation(u, 100_000, |k| law.pmf(k));
            if room > 1e-6 {
                assert_eq!(poisson_quantile(u, lambda)?, k, "{lambda} {u}");
            }
        }
    }
    // large numbers against the distribution function of statrs
    let law = oracle::Binomial::new(0.37, 10_000_000)?;
    for u in [1e-4, 0.3, 0.9] {
        let k = binomial_quantile(u, 10_000_000, 0.37)?;
        assert!(law.cdf(k) >= u - 1e-7 && law.cdf(k - 1) < u + 1e-7, "{u} {k}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn beta_and_gamma_round_trip(a in -2.0_f64..5.0, b in -2.0_f64..5.0, z in -7.0_f64..7.0) {
        let (alpha, beta, u) = (10f64.powf(a), 10f64.powf(b), normal_cdf(z));
        let fail = |e: Error| TestCaseError::fail(e.to_string());
        let shapes = Distribution::beta_from_shapes(Shapes { alpha, beta }).map_err(fail)?;
        let scale = ScaleShape { scale: 3.0, shape: alpha };
        let gamma = Distribution::gamma_from_scale_shape(scale).map_err(fail)?;
        for law in [shapes, gamma] {
            let x = law.quantile(u);
            // back through rounded x: one unit in the last place on either side
            let (before, after) = (score(&law, x * (1.0 - 1e-10)), score(&law, x * (1.0 + 1e-10)));
            let z = normal_quantile(u);
            prop_assert!(x == 0.0 || (before <= z && z <= after), "{:?} {} {}", law, u, x);
        }
    }

    #[test]
    fn counts_are_conserved(n in 0_u64..100_000_000, us in prop::collection::vec(1e-9_f64..1.0, 4),
                            parts in prop::collection::vec(0.0_f64..1.0, 5)) {
        let sum: f64 = parts.iter().sum();
        prop_assume!(sum > 1e-3 && us.iter().all(|u| *u < 1.0));
        let shares: Vec<f64> = parts.iter().map(|p| p / sum).collect();
        let counts = multinomial(&us, n, &shares).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(counts.iter().sum::<u64>(), n);
    }
}

/// Changing these bits breaks the contract: raise
/// [`STREAM_VERSION`](crate::sampling::STREAM_VERSION). The list stands in
/// src/uncertainty/golden.rs.
#[test]
fn golden_values() -> Result<(), Error> {
    assert_eq!(crate::sampling::STREAM_VERSION, 1);
    let found: Vec<[f64; 3]> =
        all()?.iter().map(|d| [1e-5, 0.3, 0.987].map(|u| d.quantile(u))).collect();
    assert_eq!(found, super::golden::GOLDEN, "correct src/uncertainty/golden.rs: {found:#?}");
    Ok(())
}
