//! Accuracy against references computed with mpmath 1.3 and 40 digits, and
//! against the system library.
#![allow(clippy::disallowed_methods, clippy::excessive_precision)]

use super::*;
use crate::lanes::{LANES, Row};
use crate::sampling::{StreamKey, uniform};

/// Relative error; absolute where the reference is 0.
fn error(value: f64, reference: f64) -> f64 {
    if reference == 0.0 { value.abs() } else { (value / reference - 1.0).abs() }
}

fn uniforms(name: &str) -> impl Iterator<Item = f64> {
    let key = StreamKey::of(name);
    (0..20_000).map(move |draw| uniform(1, key, draw, 0))
}

#[test]
fn exp_matches_references() {
    for (x, reference) in [
        (-700.0, 9.85967654375977e-305),
        (-30.5, 5.675685232632723e-14),
        (-1.0, 0.36787944117144233),
        (1e-10, 1.0000000001),
        (0.3, 1.3498588075760032),
        (10.0, 22026.465794806718),
        (709.7, 1.6549840276802644e+308),
    ] {
        assert!(error(exp(x), reference) < 4e-16, "{x}");
    }
    for u in uniforms("exp") {
        let x = 1400.0 * u - 700.0;
        assert!(error(exp(x), x.exp()) < 5e-16, "{x}");
    }
}

#[test]
fn exp_at_its_limits() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-708.1), 0.0);
    assert!(exp(-708.0) > 0.0);
    assert!(exp(709.782_712_893_383_9).is_finite());
    assert_eq!(exp(709.79), f64::INFINITY);
    assert_eq!(exp(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp(f64::NEG_INFINITY), 0.0);
    assert!(exp(f64::NAN).is_nan());
}

#[test]
fn ln_matches_references() {
    for (x, reference) in [
        (5e-324, -744.4400719213812),
        (1e-300, -690.7755278982137),
        (0.1, -2.3025850929940455),
        (0.9999999, -1.0000000494736474e-07),
        (1.0000001, 9.999999505838704e-08),
        (3.0, 1.0986122886681098),
        (1e300, 690.7755278982137),
    ] {
        assert!(error(ln(x), reference) < 4e-16, "{x}");
    }
    for u in uniforms("ln") {
        assert!(error(ln(4.0 * u), (4.0 * u).ln()) < 5e-16, "{u}");
    }
}

#[test]
fn ln_at_its_limits() {
    assert_eq!(ln(1.0), 0.0);
    assert_eq!(ln(0.0), f64::NEG_INFINITY);
    assert_eq!(ln(-0.0), f64::NEG_INFINITY);
    assert_eq!(ln(f64::INFINITY), f64::INFINITY);
    assert!(ln(-1.0).is_nan());
    assert!(ln(f64::NEG_INFINITY).is_nan());
    assert!(ln(f64::NAN).is_nan());
}

#[test]
fn small_differences_survive() {
    for u in uniforms("small") {
        for scale in [1.0, 1e-3, 1e-9, 1e-17] {
            for x in [u * scale, -u * scale] {
                assert!(error(ln_1p(x), x.ln_1p()) < 1e-15, "{x}");
                assert!(error(exp_m1(x), x.exp_m1()) < 1e-15, "{x}");
            }
        }
        assert!(error(exp_m1(80.0 * u), (80.0 * u).exp_m1()) < 1e-15);
        assert!(error(exp_m1(-80.0 * u), (-80.0 * u).exp_m1()) < 1e-15);
    }
    assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
    assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
    assert!(ln_1p(-1.5).is_nan());
    assert_eq!(exp_m1(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp_m1(f64::NEG_INFINITY), -1.0);
}

#[test]
fn pow_has_its_exact_cases() {
    assert_eq!(pow(0.0, 0.0), 1.0);
    assert_eq!(pow(0.0, 2.5), 0.0);
    assert_eq!(pow(0.0, -1.0), f64::INFINITY);
    assert_eq!(pow(1.0, 1e300), 1.0);
    assert_eq!(pow(0.3, 1.0), 0.3);
    assert!(pow(-1.0, 0.5).is_nan());
    for u in uniforms("pow") {
        assert!(error(pow(20.0 * u, 3.5), (20.0 * u).powf(3.5)) < 2e-14);
    }
}

#[test]
fn logistic_and_logit_are_inverse() {
    for u in uniforms("logit") {
        assert!(error(logistic(logit(u)), u) < 1e-14);
        let d = 1e-6 * u;
        // logit(½ + d) = 2 artanh(2d)
        let half = 0.5 + d;
        assert!(error(logit(half), 2.0 * (2.0 * (half - 0.5)).atanh()) < 1e-15);
    }
    assert_eq!(logit(0.0), f64::NEG_INFINITY);
    assert_eq!(logit(1.0), f64::INFINITY);
    assert!(logit(1.5).is_nan());
}

#[test]
fn normal_quantile_matches_references() {
    for (u, reference) in [
        (1e-300, -37.0470962993612),
        (1e-100, -21.273453560965326),
        (1e-20, -9.262340089798407),
        (1.1102230246251565e-16, -8.209536151601387),
        (1e-10, -6.361340902404057),
        (1e-05, -4.264890793922825),
        (0.00045, -3.3200541166994473),
        (0.00055, -3.263616370069248),
        (0.01, -2.326347874040841),
        (0.1, -1.2815515655446004),
        (0.3, -0.5244005127080408),
        (0.49999, -2.5066282748960008e-05),
        (0.75, 0.6744897501960817),
        (0.9999, 3.7190164854557084),
    ] {
        assert!(error(normal_quantile(u), reference) < 2e-15, "{u}");
    }
    assert!(error(normal_quantile(1.0 - f64::EPSILON / 2.0), 8.209536151601387) < 2e-15);
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    for u in [-0.1, 1.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(normal_quantile(u).is_nan(), "{u}");
    }
}

#[test]
fn normal_cdf_matches_references() {
    for (x, reference) in [
        (-37.0, 5.725571222524577e-300),
        (-20.0, 2.7536241186062337e-89),
        (-8.0, 6.220960574271784e-16),
        (-3.0, 0.0013498980316300946),
        (-1.0, 0.15865525393145705),
        (-0.001, 0.49960105778608893),
        (0.5, 0.6914624612740131),
        (2.0, 0.9772498680518208),
        (6.0, 0.9999999990134123),
    ] {
        assert!(error(normal_cdf(x), reference) < 1e-15, "{x}");
    }
    assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
    assert_eq!(normal_cdf(f64::INFINITY), 1.0);
    assert_eq!(normal_cdf(0.0), 0.5);
    assert!(normal_cdf(f64::NAN).is_nan());
}

#[test]
fn normal_cdf_and_quantile_are_inverse() {
    for u in uniforms("inverse") {
        for p in [u, u * 1e-10, u * 1e-200] {
            // dΦ/Φ is about z dz in the tail
            let z = normal_quantile(p);
            assert!(error(normal_cdf(z), p) < 2e-15 * (1.0 + z * z), "{p}");
        }
    }
}

#[test]
fn gamma_matches_references() {
    for (x, ln_reference, reference) in [
        (1e-05, 11.512919692895826, 99999.42279422555),
        (0.1, 2.252712651734206, 9.51350769866873),
        (0.5, 0.5723649429247001, 1.772453850905516),
        (1.25, -0.09827183642181316, 0.906402477055477),
        (1.5, -0.12078223763524522, 0.886226925452758),
        (3.3, 0.9870985778947344, 2.6834373819557684),
        (9.99, 12.779315214350193, 354802.0170198311),
        (25.0, 54.78472939811232, 6.204484017332394e+23),
        (1234.5, 7550.550901077895, f64::INFINITY),
    ] {
        assert!((ln_gamma(x) - ln_reference).abs() < 1e-14 + 1e-15 * ln_reference.abs(), "{x}");
        assert!(gamma(x) == reference || error(gamma(x), reference) < 2e-14, "{x}");
    }
    for x in [0.0, -1.5, f64::NAN, f64::NEG_INFINITY] {
        assert!(gamma(x).is_nan() && ln_gamma(x).is_nan());
    }
    assert_eq!(ln_gamma(f64::INFINITY), f64::INFINITY);
    for u in uniforms("gamma") {
        let x = 1e-3 + 50.0 * u;
        let reference = statrs::function::gamma::ln_gamma(x);
        assert!((ln_gamma(x) - reference).abs() < 1e-12 + 1e-13 * reference.abs(), "{x}");
    }
}

#[test]
fn incomplete_beta_matches_references() {
    for (a, b, x, reference) in [
        (1.0, 5.0, 1e-12, 4.99999999999e-12),
        (2.5, 3.5, 0.2, 0.13281730977804912),
        (3.3333, 2.6667, 0.6, 0.5718259077565147),
        (4.9, 1.1, 0.99, 0.9657005642509612),
        (0.5, 0.5, 0.1, 0.20483276469913345),
        (42.5, 7.5, 0.85, 0.4630171168812536),
        (200.0, 300.0, 0.35, 0.01034177025468759),
    ] {
        let tolerance = 1e-14 * max(a + b, 10.0);
        assert!(error(regularised_incomplete_beta(a, b, x), reference) < tolerance, "{a} {b} {x}");
        let mirrored = regularised_incomplete_beta(b, a, 1.0 - x);
        assert!((1.0 - mirrored - reference).abs() < tolerance, "{a} {b} {x}");
    }
    assert_eq!(regularised_incomplete_beta(2.0, 3.0, -1.0), 0.0);
    assert_eq!(regularised_incomplete_beta(2.0, 3.0, 1.0), 1.0);
    assert!(regularised_incomplete_beta(0.0, 3.0, 0.5).is_nan());
    assert!(regularised_incomplete_beta(2.0, f64::INFINITY, 0.5).is_nan());
    assert!(regularised_incomplete_beta(2.0, 3.0, f64::NAN).is_nan());
    for u in uniforms("beta") {
        let (a, b) = (1.0 + 4.0 * u, 5.0 - 4.0 * u);
        let x = (u * 997.0).fract();
        let reference = statrs::function::beta::beta_reg(a, b, x);
        assert!((regularised_incomplete_beta(a, b, x) - reference).abs() < 1e-12, "{a} {b} {x}");
    }
}

#[test]
fn rows_equal_the_scalar_functions() {
    let mut row: Row = [0.0; LANES];
    for (i, u) in uniforms("rows").enumerate() {
        row[i % LANES] = match i % 37 {
            0 => u * 1e-6,
            1 => 1.0 - u * 1e-6,
            _ => u,
        };
        if i % LANES == LANES - 1 {
            let (mut e, mut n, mut q) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            exp_row(&row, &mut e);
            ln_row(&row, &mut n);
            normal_quantile_row(&row, &mut q);
            for l in 0..LANES {
                assert_eq!(e[l].to_bits(), exp(row[l]).to_bits());
                assert_eq!(n[l].to_bits(), ln(row[l]).to_bits());
                assert_eq!(q[l].to_bits(), normal_quantile(row[l]).to_bits());
            }
        }
    }
    let mut q = [0.0; LANES];
    normal_quantile_row(&[0.0; LANES], &mut q);
    assert_eq!(q, [f64::NEG_INFINITY; LANES]);
}

#[test]
fn exponentials_of_many_rows_equal_those_of_one_number() {
    let (mut factors, mut wide) = ([0.0; LANES], uniforms("exponentials of rows"));
    for f in &mut factors {
        *f = 4.0 * wide.next().expect("enough") - 2.0;
    }
    (factors[0], factors[1]) = (-1.0, 1.0);
    // Pairs of rows are computed together; the last of an odd number is alone.
    for count in [0, 1, 2, 3, 14, 41] {
        let mut rows = vec![[0.0; LANES]; count];
        for x in rows.as_flattened_mut() {
            *x = 800.0 * wide.next().expect("enough") - 400.0;
        }
        let limits = [0.0, -0.0, 708.0, 708.1, 709.79, 1e300, f64::INFINITY, f64::NAN];
        for (row, x) in rows.iter_mut().zip(limits) {
            (row[0], row[1]) = (x, x);
        }
        let before = rows.clone();
        exp_rows(&mut rows, &factors);
        for (row, x) in rows.iter().zip(before) {
            for l in 0..LANES {
                let expected = exp(x[l] * factors[l]);
                let same = row[l].to_bits() == expected.to_bits();
                assert!(same || (row[l].is_nan() && expected.is_nan()), "{} {}", x[l], factors[l]);
            }
        }
    }
}
