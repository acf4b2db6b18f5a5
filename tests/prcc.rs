//! Partial rank correlations: against a naive twin, on functions with known
//! answers, how often intervals cover, what is refused.
#![allow(clippy::disallowed_methods)]

use blackmass::ErrorKind;
use blackmass::analysis::{
    IntervalKind, LeftOut, Partial, Prcc, PrccSettings, Redundant, prcc, prcc_by_year, ranks,
};
use blackmass::maths::normal_quantile;
use blackmass::sampling::{StreamKey, uniform};
use blackmass::system::var;
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, Plan, System};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use std::f64::consts::PI;
use std::slice::from_ref;

/// Independent uniforms in (0, 1).
fn uniforms(seed: u64, name: &str, n: usize) -> Vec<f64> {
    (1..=n).map(|draw| uniform(seed, StreamKey::of(name), draw as u32, 0)).collect()
}

fn columns(seed: u64, k: usize, n: usize) -> Vec<(String, Vec<f64>)> {
    let name = |i| format!("x{i}");
    (1..=k).map(|i| (name(i), uniforms(seed, &name(i), n))).collect()
}

/// Draw by draw.
fn output(inputs: &[(String, Vec<f64>)], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let n = inputs[0].1.len();
    (0..n).map(|d| f(&inputs.iter().map(|(_, x)| x[d]).collect::<Vec<_>>())).collect()
}

fn none() -> PrccSettings {
    PrccSettings { resamples: 0, ..PrccSettings::default() }
}

fn values(found: &Prcc, output: usize) -> Vec<f64> {
    found.outputs()[output].iter().map(|x| x.value).collect()
}

/// The definition: the correlation of what two least-squares fits on the ranks
/// of all other inputs leave.
fn naive(inputs: &[(String, Vec<f64>)], output: &[f64]) -> Vec<f64> {
    let ranked = |x: &[f64]| DVector::from_vec(ranks(x).expect("finite"));
    let y = ranked(output);
    let residual = |of: &DVector<f64>, others: &[usize]| {
        let design = DMatrix::from_fn(of.len(), others.len() + 1, |d, j| match j {
            0 => 1.0,
            j => ranked(&inputs[others[j - 1]].1)[d],
        });
        let fit = design.clone().svd(true, true).solve(of, 1e-12).expect("solved");
        of - design * fit
    };
    let of = |i: usize| {
        let others: Vec<usize> = (0..inputs.len()).filter(|j| *j != i).collect();
        let (a, b) = (residual(&ranked(&inputs[i].1), &others), residual(&y, &others));
        a.dot(&b) / (a.norm() * b.norm())
    };
    (0..inputs.len()).map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_coefficient_is_the_correlation_of_residuals(
        seed in 0u64..1_000_000, k in 1usize..10, n in 20usize..60,
        ties in any::<bool>(), mix in -0.9..0.9f64,
    ) {
        let mut inputs = columns(seed, k, n);
        for i in 1..k {
            // Correlated with the one before.
            let before = inputs[i - 1].1.clone();
            inputs[i].1.iter_mut().zip(before).for_each(|(x, b)| *x += mix * b);
        }
        if ties {
            inputs.iter_mut().flat_map(|(_, x)| x).for_each(|x| *x = (*x * 9.0).round());
        }
        let noise = uniforms(seed, "noise", n);
        let slopes = uniforms(seed, "slopes", k);
        let sum = output(&inputs, |x| {
            x.iter().zip(&slopes).map(|(x, s)| (s - 0.5) * x * x.abs()).sum()
        });
        let y: Vec<f64> = sum.iter().zip(noise).map(|(s, e)| s + e).collect();
        let up: Vec<f64> = y.iter().map(|y| y * y.abs()).collect();
        let found = prcc(&inputs, &[&y, &up], &none()).expect("enough draws");
        prop_assert_eq!(found.inputs().len(), k);
        for (a, b) in values(&found, 0).iter().zip(naive(&inputs, &y)) {
            prop_assert!((a - b).abs() < 1e-10, "{a} is not {b}");
        }
        // Only ranks count.
        prop_assert_eq!(&found.outputs()[0], &found.outputs()[1]);
    }
}

/// Of the years kept, the first and the last reported among them.
#[test]
fn a_series_is_correlated_in_every_year_kept() {
    let mut b = System::builder("years", 2020..=2024);
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("rate", &[], law(0.4, 0.6)).parameter("loss", &[], law(0.0, 3.0));
    b.noise("luck", &[]);
    b.variable("left", (var("rate") - var("loss") * 0.1 + var("luck") * 0.1).cumulative());
    b.variable("once", var("rate") * 2.0).observe("left", "t").observe("once", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let run = Ensemble::new(&plan).draws(200).keep_years("left", &[2020, 2022, 2024]).keep("once");
    let (samples, outcome) = (run.samples().expect("random"), run.run().expect("it runs"));
    let of = |name: &String| (name.clone(), samples.column(name).expect("there").to_vec());
    let inputs: Vec<(String, Vec<f64>)> = samples.names().iter().map(of).collect();
    for (name, years) in [("left", &[2020, 2022, 2024][..]), ("once", &[2020])] {
        let report = outcome.report("baseline", name).expect("reported");
        let found = prcc_by_year(&samples, &outcome, report, 0, &none()).expect("enough draws");
        assert_eq!(found.years(), years);
        let draws = |year: &i32| outcome.draws_of(report, 0, *year).expect("kept");
        let expected = prcc(&inputs, &years.iter().map(draws).collect::<Vec<_>>(), &none());
        assert_eq!(*found.all(), expected.expect("enough draws"));
        for (at, year) in years.iter().enumerate() {
            assert_eq!(found.strongest(*year), found.all().strongest(at));
        }
        assert!(found.strongest(2021).is_empty());
    }
}

fn reference(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

#[test]
fn ishigami_has_one_input_that_ranks_can_see() {
    let known = reference(include_str!("reference/sensitivity/ishigami.json"));
    let [a, b, mean, variance] =
        ["a", "b", "mean", "variance"].map(|key| known[key].as_f64().expect("a number"));
    let n = 40_000;
    let mut inputs = columns(11, 3, n);
    inputs.iter_mut().flat_map(|(_, x)| x).for_each(|x| *x = PI * (2.0 * *x - 1.0));
    let f = |x: &[f64]| x[0].sin() + a * x[1].sin().powi(2) + b * x[2].powi(4) * x[0].sin();
    let y = output(&inputs, f);
    // It is the function of the vectors: mean and variance within five errors.
    let found_mean = y.iter().sum::<f64>() / n as f64;
    assert!((found_mean - mean).abs() < 5.0 * (variance / n as f64).sqrt());
    let found_variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n as f64;
    assert!((found_variance / variance - 1.0).abs() < 0.05);
    let found = prcc(&inputs, &[&y], &PrccSettings::default()).expect("enough draws");
    let [x1, x2, x3] = found.outputs()[0][..] else { panic!("three inputs") };
    // f is even in x₂ and x₃: no rank correlation, though their variance-based
    // indices are 0.44 and 0.24 in total. It is 0 within the interval.
    for x in [x2, x3] {
        assert!(x.low < 0.0 && x.high > 0.0 && x.value.abs() < 0.02, "{x:?}");
    }
    // Spearman's correlation of sin U and U, by the others' symmetry.
    assert!(x1.value > 0.3 && x1.value < 0.6 && x1.low > 0.3, "{x1:?}");
    // sin² x₂ in place of x₂ is what f is linear in.
    let mut folded = inputs.clone();
    folded[1].1.iter_mut().for_each(|x| *x = x.sin().powi(2));
    let found = prcc(&folded, &[&y], &none()).expect("enough draws");
    assert!(values(&found, 0)[1] > 0.6, "{:?}", values(&found, 0));
}

#[test]
fn the_g_function_hides_from_ranks_unless_it_is_unfolded() {
    let known = reference(include_str!("reference/sensitivity/sobol_g.json"));
    for case in known["cases"].as_array().expect("a list") {
        let (a, alpha) = (numbers(&case["a"]), case["alpha"].as_f64().expect("a number"));
        let n = 20_000;
        let inputs = columns(5, a.len(), n);
        let g = |x: &[f64]| -> f64 {
            let part = |(x, a): (&f64, &f64)| {
                ((1.0 + alpha) * (2.0 * x - 1.0).abs().powf(alpha) + a) / (1.0 + a)
            };
            x.iter().zip(&a).map(part).product()
        };
        let y = output(&inputs, g);
        let variance = y.iter().map(|y| (y - 1.0).powi(2)).sum::<f64>() / n as f64;
        let expected = case["variance"].as_f64().expect("a number");
        assert!((variance / expected - 1.0).abs() < 0.1, "{}: {variance}", case["name"]);
        // Every factor is even about ½: none has a rank correlation.
        let found = prcc(&inputs, &[&y], &PrccSettings::default()).expect("enough draws");
        for x in &found.outputs()[0] {
            assert!(x.value.abs() < 4.5 / (n as f64).sqrt(), "{}: {x:?}", case["name"]);
        }
        // Of |2x − 1| every factor increases; a larger share of the variance is
        // a stronger correlation.
        let mut unfolded = inputs;
        unfolded.iter_mut().flat_map(|(_, x)| x).for_each(|x| *x = (2.0 * *x - 1.0).abs());
        let found = prcc(&unfolded, &[&y], &PrccSettings::default()).expect("enough draws");
        let (s1, found) = (numbers(&case["S1"]), &found.outputs()[0]);
        for i in 0..a.len() {
            for j in 0..a.len() {
                if s1[i] > 1.2 * s1[j] && s1[i] > 1e-3 {
                    assert!(found[i].value > found[j].value, "{}: {i} {j}", case["name"]);
                }
            }
        }
    }
}

/// How often the intervals of each input cover the truth, over many runs of n
/// draws, and how they were made.
fn coverage(
    k: usize,
    n: usize,
    runs: u64,
    settings: PrccSettings,
    model: impl Fn(u64, usize) -> (Vec<(String, Vec<f64>)>, Vec<f64>),
) -> Vec<(f64, f64, IntervalKind)> {
    let (inputs, y) = model(1_000_003, 200_000);
    let truth = values(&prcc(&inputs, &[y], &none()).expect("enough draws"), 0);
    let mut covered = vec![0.0; k];
    let mut kinds = Vec::new();
    for run in 0..runs {
        let (inputs, y) = model(run, n);
        let settings = PrccSettings { seed: run, ..settings };
        let found = prcc(&inputs, &[y], &settings).expect("enough draws");
        let found: &[Partial] = &found.outputs()[0];
        kinds = found.iter().map(|x| x.interval).collect();
        for ((x, truth), covered) in found.iter().zip(&truth).zip(&mut covered) {
            *covered += f64::from(u8::from(x.low <= *truth && *truth <= x.high)) / runs as f64;
        }
    }
    covered.into_iter().zip(truth).zip(kinds).map(|((c, t), kind)| (c, t, kind)).collect()
}

/// Correlated inputs, one strong, one that acts through a product, one weak, one
/// without effect; the output has a long tail.
fn model(seed: u64, n: usize) -> (Vec<(String, Vec<f64>)>, Vec<f64>) {
    let mut inputs = columns(seed, 5, n);
    let z: Vec<f64> = inputs[0].1.iter().map(|u| normal_quantile(*u)).collect();
    inputs[1].1.iter_mut().zip(&z).for_each(|(x, z)| *x = normal_quantile(*x) + 0.7 * z);
    let noise = uniforms(seed, "noise", n);
    let sum = output(&inputs, |x| 3.0 * x[0] + 0.4 * x[1] - 2.0 * x[0] * x[2] + 0.3 * x[3]);
    let y = sum.iter().zip(noise).map(|(s, e)| (s + 0.5 * normal_quantile(e)).exp()).collect();
    (inputs, y)
}

#[test]
fn intervals_cover_as_often_as_they_say() {
    let settings = PrccSettings { resamples: 100, ..PrccSettings::default() };
    let runs = 1_000;
    for n in [200, 1_000] {
        for (covered, truth, kind) in coverage(5, n, runs, settings, model) {
            assert_eq!(kind, IntervalKind::Bootstrap);
            // 1 000 runs: three errors are 0.02; a hundredth for small samples.
            assert!((covered - 0.95).abs() < 0.03, "{n}: {covered} of {truth}");
        }
    }
    // Strong ones, where a formula would not do.
    let strong = |seed: u64, n: usize| {
        let (inputs, _) = model(seed, n);
        let noise = uniforms(seed, "noise", n);
        let y = output(&inputs, |x| 4.0 * x[0] + x[3] * x[3] + 0.3 * x[4]);
        (inputs, y.iter().zip(noise).map(|(y, e)| y + 0.5 * normal_quantile(e)).collect())
    };
    let all = coverage(5, 1_000, runs, settings, strong);
    assert!(all[0].1 > 0.85, "{}", all[0].1);
    for (covered, truth, _) in all {
        assert!((covered - 0.95).abs() < 0.03, "strong: {covered} of {truth}");
    }
}

#[test]
fn intervals_of_the_formula_cover_where_correlations_are_weak() {
    let weak = |seed: u64, n: usize| {
        let (inputs, _) = model(seed, n);
        let noise = uniforms(seed, "noise", n);
        let y = output(&inputs, |x| 0.3 * x[0] + 0.2 * x[2] - 0.4 * x[3]);
        (inputs, y.iter().zip(noise).map(|(y, e)| y + e).collect())
    };
    let settings = PrccSettings { top: 1, resamples: 20, ..PrccSettings::default() };
    for (covered, truth, _) in coverage(5, 150, 1_000, none(), weak) {
        assert!((covered - 0.95).abs() < 0.025, "{covered} of {truth}");
    }
    let kinds: Vec<IntervalKind> =
        coverage(5, 150, 1, settings, weak).into_iter().map(|(.., kind)| kind).collect();
    assert_eq!(kinds.iter().filter(|k| **k == IntervalKind::Bootstrap).count(), 1);
}

/// Strong is what is far from zero, on either side.
#[test]
fn the_strongest_come_first_and_are_resampled() {
    let inputs = columns(6, 6, 400);
    let slopes = [1.0, -4.0, 0.1, 2.0, -0.5, 0.0];
    let y = output(&inputs, |x| x.iter().zip(slopes).map(|(x, s)| s * x).sum());
    let y: Vec<f64> = y.iter().zip(uniforms(6, "noise", 400)).map(|(y, e)| y + e).collect();
    let settings = PrccSettings { top: 3, resamples: 20, ..PrccSettings::default() };
    let found = prcc(&inputs, &[y], &settings).expect("enough");
    let strongest = found.strongest(0);
    let names: Vec<&str> = strongest.iter().take(4).map(|(name, _)| *name).collect();
    assert_eq!(names, ["x2", "x4", "x1", "x5"]);
    for (at, (name, x)) in strongest.iter().enumerate() {
        assert_eq!(x.interval == IntervalKind::Bootstrap, at < 3, "{name}");
        let slope = slopes[name[1..].parse::<usize>().expect("a number") - 1];
        assert!(at >= 4 || x.value * slope > 0.0, "{name}: {x:?}");
    }
}

/// The standard error behind an interval is near that of resamples in which all
/// inputs are ranked and all is fitted anew.
#[test]
fn resampling_is_near_fitting_anew() {
    let (n, resamples, seed) = (2_400, 200, 9);
    let inputs = columns(7, 3, n);
    let noise = uniforms(7, "noise", n);
    // What is not explained grows with the first input, so that the error is far
    // from that of any formula.
    let y = output(&inputs, |x| 4.0 * x[0] + x[1]);
    let y: Vec<f64> = (0..n).map(|d| y[d] + 6.0 * inputs[0].1[d].powi(4) * noise[d]).collect();
    let settings = PrccSettings { seed, resamples, ..PrccSettings::default() };
    let found = prcc(&inputs, &[&y], &settings).expect("enough");
    let key = StreamKey::of("analysis.prcc.resample");
    let anew = |resample: u32| {
        let at: Vec<usize> =
            (0..n as u32).map(|d| (uniform(seed, key, d, resample) * n as f64) as usize).collect();
        let of = |x: &[f64]| -> Vec<f64> { at.iter().map(|d| x[*d]).collect() };
        let inputs: Vec<_> = inputs.iter().map(|(name, x)| (name, of(x))).collect();
        let found = prcc(&inputs, &[of(&y)], &none()).expect("enough");
        values(&found, 0).into_iter().map(f64::atanh).collect::<Vec<f64>>()
    };
    let all: Vec<Vec<f64>> = (0..resamples).map(anew).collect();
    for (i, x) in found.outputs()[0].iter().enumerate() {
        let mean = all.iter().map(|z| z[i]).sum::<f64>() / f64::from(resamples);
        let squares = all.iter().map(|z| (z[i] - mean).powi(2)).sum::<f64>();
        let error = (squares / f64::from(resamples - 1) * n as f64 / (n - 3) as f64).sqrt();
        let ratio = (x.high.atanh() - x.low.atanh()) / (2.0 * 1.959_963_984_540_054) / error;
        // The ranks of the other inputs are kept, which tells beside a strong one.
        let allowed = [0.02, 0.15, 0.15][i];
        assert!((ratio - 1.0).abs() < allowed, "{x:?}: {error}, {ratio}");
    }
}

/// Fieller, Hartley and Pearson (1957): the z of a rank correlation of m draws
/// has the variance 1.06/(m − 3); each of the k − 1 other inputs takes one draw.
#[test]
fn intervals_of_the_formula_are_those_of_the_source() {
    for (k, n, confidence, normal) in
        [(5, 150, 0.95, 1.959_963_984_540_054), (1, 30, 0.9, 1.644_853_626_951_472)]
    {
        let inputs = columns(8, k, n);
        let y = output(&inputs, |x| x.iter().sum::<f64>().powi(2));
        let y: Vec<f64> = y.iter().zip(uniforms(8, "noise", n)).map(|(y, e)| y + 9.0 * e).collect();
        let found = prcc(&inputs, &[y], &PrccSettings { confidence, ..none() }).expect("enough");
        let error = (1.06 / (n as f64 - (k as f64 - 1.0) - 3.0)).sqrt();
        for x in &found.outputs()[0] {
            let reach = [x.value.atanh() - x.low.atanh(), x.high.atanh() - x.value.atanh()];
            for reach in reach {
                assert!((reach - normal * error).abs() < 1e-12, "{reach}: {x:?}");
            }
        }
    }
}

#[test]
fn intervals_hold_with_many_inputs_for_the_draws() {
    // Sixty inputs and 200 draws: without the numbers fitted taken off, 89 %.
    let many = |seed: u64, n: usize| {
        let inputs = columns(seed, 60, n);
        let y = output(&inputs, |x| x[0] - x[1] + 0.5 * x[2]);
        let noise = uniforms(seed, "noise", n);
        (inputs, y.iter().zip(noise).map(|(y, e)| y + 2.0 * e).collect())
    };
    for top in [60, 0] {
        let settings = PrccSettings { resamples: 40, top, ..PrccSettings::default() };
        let all = coverage(60, 200, 100, settings, many);
        let mean = all.iter().map(|(covered, ..)| covered / 60.0).sum::<f64>();
        assert!((mean - 0.95).abs() < 0.015, "{top}: {mean}");
    }
}

#[test]
fn what_is_redundant_is_left_out_and_said() {
    let n = 300;
    let x = |name: &str| uniforms(3, name, n);
    let (a, b) = (x("a"), x("b"));
    let down: Vec<f64> = a.iter().map(|x| (-x).exp()).collect();
    // Ranks that are sums of ranks.
    let (ra, rb) = (ranks(&a).expect("finite"), ranks(&b).expect("finite"));
    let indicator: Vec<f64> = ra.iter().map(|r| f64::from(u8::from(*r > 150.0))).collect();
    let inputs = [
        ("a", a.clone()),
        ("fixed", vec![2.0; n]),
        ("b", b.clone()),
        ("down", down),
        ("half", indicator.clone()),
        ("other half", indicator.iter().map(|x| 1.0 - x).collect()),
    ];
    let y: Vec<f64> = a.iter().zip(&b).zip(x("e")).map(|((a, b), e)| a - b + e).collect();
    let found = prcc(&inputs, &[&y, &vec![1.0; n]], &PrccSettings::default()).expect("enough");
    assert_eq!(found.inputs(), ["a", "b", "half"]);
    let left = |name: &str, why| LeftOut { name: name.to_owned(), why };
    let expected = [
        left("fixed", Redundant::Constant),
        left("down", Redundant::Same("a".into())),
        left("other half", Redundant::Same("half".into())),
    ];
    assert_eq!(found.left_out(), expected);
    let kept: Vec<(String, Vec<f64>)> = [("a", &a), ("b", &b), ("half", &indicator)]
        .map(|(name, x)| (name.to_owned(), x.clone()))
        .into();
    for (found, expected) in values(&found, 0).iter().zip(naive(&kept, &y)) {
        assert!((found - expected).abs() < 1e-10);
    }
    // An output that does not vary has none.
    assert!(found.outputs()[1].is_empty() && found.strongest(1).is_empty());
    // Classes of three whose indicators sum to one.
    let class = |c: u64| -> Vec<f64> {
        ra.iter().map(|r| f64::from(u8::from(*r as u64 % 3 == c))).collect()
    };
    let inputs = [("0", class(0)), ("1", class(1)), ("2", class(2)), ("b", rb)];
    let found = prcc(&inputs, &[&y], &none()).expect("enough");
    assert_eq!(found.left_out(), [left("2", Redundant::Sum)]);
}

#[test]
fn exact_dependence_is_one_and_leaves_nothing_to_the_others() {
    let inputs = columns(2, 4, 200);
    let y = output(&inputs, |x| -x[2].exp());
    let found = prcc(&inputs, &[y], &PrccSettings::default()).expect("enough");
    let of = &found.outputs()[0];
    assert!(of[2].value < -1.0 + 1e-9 && of[2].low == -1.0 && of[2].high < -1.0 + 1e-6, "{of:?}");
    for i in [0, 1, 3] {
        assert_eq!(of[i].value, 0.0);
        assert!(of[i].low <= 0.0 && of[i].high >= 0.0);
    }
    assert_eq!(found.strongest(0)[0].0, "x3");
}

#[test]
fn the_seed_moves_intervals_and_nothing_else() {
    let (inputs, y) = model(4, 500);
    let with = |seed| {
        let settings = PrccSettings { seed, ..PrccSettings::default() };
        prcc(&inputs, &[&y], &settings).expect("enough")
    };
    assert_eq!(with(1), with(1));
    assert_eq!(values(&with(1), 0), values(&with(2), 0));
    assert_ne!(with(1).outputs()[0][0].low, with(2).outputs()[0][0].low);
}

#[test]
fn bits_do_not_depend_on_the_machine() {
    // FNV-1a over all digits; the same on every instruction set and platform.
    let (inputs, y) = model(4, 500);
    let found = prcc(&inputs, &[y], &PrccSettings::default()).expect("enough");
    let digits = found.outputs()[0].iter().flat_map(|x| [x.value, x.low, x.high]);
    let hash = digits.flat_map(|x| x.to_bits().to_le_bytes());
    let hash = hash.fold(0xcbf2_9ce4_8422_2325u64, |h, byte| {
        (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The model itself uses the platform's exp, whose ranks are the same.
    assert_eq!(format!("{hash:016x}"), "6e4351e6b3a988a9");
}

#[test]
fn impossible_questions_are_refused() {
    let refused = |inputs: &[(&str, Vec<f64>)], outputs: &[Vec<f64>], settings: &PrccSettings| {
        let error = prcc(inputs, outputs, settings).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Argument);
        error.to_string()
    };
    let x = uniforms(1, "x", 20);
    let one = [("x", x.clone())];
    let default = PrccSettings::default();
    assert!(refused(&[], from_ref(&x), &default).contains("no input"));
    assert!(refused(&one, &[], &default).contains("no output"));
    assert!(refused(&[("x", vec![])], &[vec![]], &default).contains("no input"));
    assert!(refused(&one, &[vec![1.0; 19]], &default).contains("19 numbers"));
    assert!(refused(&[("x", vec![f64::NAN; 20])], from_ref(&x), &default).contains("not finite"));
    assert!(refused(&one, &[vec![f64::INFINITY; 20]], &default).contains("not finite"));
    let few: Vec<(String, Vec<f64>)> = columns(1, 16, 20);
    let error = prcc(&few, &[&x], &default).expect_err("refused").to_string();
    assert!(error.contains("at least 21"), "{error}");
    assert!(prcc(&few[..15], &[&x], &default).is_ok());
    for confidence in [0.0, 1.0, -1.0, f64::NAN] {
        let settings = PrccSettings { confidence, ..default };
        assert!(refused(&one, from_ref(&x), &settings).contains("confidence"));
    }
    for resamples in [1, 19, 10_001] {
        let settings = PrccSettings { resamples, ..default };
        assert!(refused(&one, from_ref(&x), &settings).contains("resamples"));
    }
}
