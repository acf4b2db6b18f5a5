//! The same source compiled for other instruction sets gives the same bits.
#![allow(unsafe_code, missing_docs)]
#![cfg(target_arch = "x86_64")]

use blackmass::Error;
use blackmass::lanes::{LANES, Row};
use blackmass::maths;
use blackmass::sampling::{StreamKey, uniform_row_pair};
use blackmass::uncertainty::{Distribution, MeanShape, MeanStd, MedianSd, Range, ThreePoint};

/// Everything that runs in the hot path, folded into one number.
#[inline(always)]
fn digest(distributions: &[Distribution]) -> u64 {
    let key = StreamKey::of("digest");
    let mut digest = 0_u64;
    let mut fold = |row: &Row| {
        for x in row {
            digest = (digest ^ x.to_bits()).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(5);
        }
    };
    let (mut u, mut v, mut out) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for block in 0..500 {
        uniform_row_pair(9, key, block * LANES as u32, block, &mut u, &mut v);
        fold(&u);
        fold(&v);
        for distribution in distributions {
            distribution.quantile_row(&u, &mut out);
            fold(&out);
        }
        for l in 0..LANES {
            let (sin, cos) = maths::sin_cos(20.0 * v[l] - 10.0);
            let more = maths::pow(v[l], 3.3) + maths::logistic(u[l]) + maths::exp_m1(-u[l]);
            out[l] = sin * cos + more + maths::normal_cdf(4.0 * u[l] - 3.0) + maths::logit(u[l]);
        }
        fold(&out);
    }
    digest
}

#[target_feature(enable = "avx2,fma")]
fn digest_avx2(distributions: &[Distribution]) -> u64 {
    digest(distributions)
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn digest_avx512(distributions: &[Distribution]) -> u64 {
    digest(distributions)
}

#[test]
fn bits_do_not_depend_on_the_instruction_set() -> Result<(), Error> {
    let points = ThreePoint { low: 0.3, mode: 0.65, high: 0.8 };
    let parent = MeanStd { mean: 0.9, std: 0.2 };
    let distributions = [
        Distribution::uniform(Range { low: 1.0, high: 3.0 })?,
        Distribution::triangular(points)?,
        Distribution::pert(points)?,
        Distribution::normal(parent)?,
        Distribution::truncated_normal(parent, Range { low: 0.0, high: 1.0 })?,
        Distribution::lognormal_from_mean_std(parent)?,
        Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 })?,
        Distribution::logit_normal_from_median_sd(MedianSd { median: 0.9, sd: 0.4 })?,
        Distribution::beta_from_mean_std(MeanStd { mean: 0.9, std: 0.2 })?,
        Distribution::gamma_from_mean_std(parent)?,
        Distribution::log_uniform(Range { low: 1.0, high: 3.0 })?,
        Distribution::empirical(&[1.0, 4.0, 2.0])?,
        Distribution::lognormal_from_mean_std(parent)?.truncated(Range { low: 0.5, high: 1.0 })?,
    ];
    let baseline = digest(&distributions);
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the features were detected.
        assert_eq!(unsafe { digest_avx2(&distributions) }, baseline);
    }
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
    {
        // SAFETY: the features were detected.
        assert_eq!(unsafe { digest_avx512(&distributions) }, baseline);
    }
    Ok(())
}
