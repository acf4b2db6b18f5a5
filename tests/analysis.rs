//! Shapley values, tail means, rank correlations and concentration against
//! numbers worked out by hand, published ones and closed forms.

#![allow(clippy::disallowed_methods)]

use blackmass::ErrorKind;
use blackmass::analysis::{
    Hhi, MAX_PLAYERS, Shapley, Worst, by_strength, expected_shortfall, hhi, ranks, shapley,
    spearman,
};
use blackmass::maths::normal_quantile;
use blackmass::sampling::{StreamKey, uniform};
use proptest::prelude::*;

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance, "{found:?} is not {expected:?}");
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, blackmass::Error>) {
    assert_eq!(result.expect_err("refused").kind(), ErrorKind::Argument);
}

/// Independent uniforms in (0, 1).
fn uniforms(seed: u64, name: &str, n: u32) -> Vec<f64> {
    (1..=n).map(|draw| uniform(seed, StreamKey::of(name), draw, 0)).collect()
}

/// The Shapley values by their definition: what a player adds, over all orders.
fn over_all_orders(n: usize, value: &dyn Fn(u32) -> f64) -> Vec<f64> {
    fn extend(n: usize, joined: u32, value: &dyn Fn(u32) -> f64, sums: &mut [f64]) -> f64 {
        let left = (0..n).filter(|i| joined >> i & 1 == 0);
        let mut orders = 0.0;
        for i in left {
            let with = joined | 1 << i;
            let own = extend(n, with, value, sums);
            sums[i] += own * (value(with) - value(joined));
            orders += own;
        }
        if orders == 0.0 { 1.0 } else { orders }
    }
    // Every order of those who join first is walked by itself; `own` counts the
    // orders of the rest.
    let mut sums = vec![0.0; n];
    let orders = extend(n, 0, value, &mut sums);
    sums.iter().map(|s| s / orders).collect()
}

#[test]
fn the_glove_game() {
    // One right glove, two left ones: the right one adds a pair unless it comes
    // first (2/3), a left one if it comes second after the right one (1/6).
    let one_right = |s: u32| f64::from(u8::from(s & 1 == 1 && s & 0b110 != 0));
    let sixth = 1.0 / 6.0;
    assert_near(&shapley(3, one_right).expect("three"), &[4.0 * sixth, sixth, sixth], 1e-15);
}

#[test]
fn the_airport_game() {
    // Littlechild and Owen, "A simple expression for the Shapley value in a
    // special case", Management Science 20 (1973) 370-372: the cost of each
    // stretch of the runway is shared equally by all who need it.
    let costs = [8.0, 11.0, 13.0, 18.0];
    let longest = |s: u32| {
        let needed = (0..4).filter(|i| s >> i & 1 == 1).map(|i| costs[i]);
        needed.fold(0.0, f64::max)
    };
    let expected = [8.0 / 4.0, 8.0 / 4.0 + 3.0 / 3.0, 2.0 + 1.0 + 2.0 / 2.0, 2.0 + 1.0 + 1.0 + 5.0];
    assert_near(&shapley(4, longest).expect("four"), &expected, 1e-14);
}

#[test]
fn the_security_council() {
    // The United Nations' council: nine of fifteen votes, among them those of
    // the five permanent members. One of the ten others decides if it comes
    // right after the five and three others: C(9, 3)*8!*6!/15! = 4/2145. The
    // five share the rest: (1 - 40/2145)/5 = 421/2145.
    let passes = |s: u32| f64::from(u8::from(s & 0b11111 == 0b11111 && s.count_ones() >= 9));
    let values = shapley(15, passes).expect("fifteen");
    assert_near(&values[..5], &[421.0 / 2145.0; 5], 1e-13);
    assert_near(&values[5..], &[4.0 / 2145.0; 10], 1e-13);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_axioms_hold(n in 1usize..7, seed in 0u64..1_000_000, draws in 1usize..4) {
        let random = |name: &str| -> Vec<Vec<f64>> {
            let all = uniforms(seed, name, (draws << n) as u32);
            all.chunks(draws).map(|v| v.iter().map(|x| 10.0 * x - 5.0).collect()).collect()
        };
        let of = |values: &[Vec<f64>]| Shapley::from_values(n, values).expect("a game");
        let phi = |values: &[Vec<f64>]| -> Vec<Vec<f64>> {
            of(values).players().iter().map(|p| p.draws.clone()).collect()
        };
        let (v, w) = (random("v"), random("w"));
        let all = (1 << n) - 1;
        let values = phi(&v);
        // The definition, and efficiency, draw by draw.
        for d in 0..draws {
            let by_draw: Vec<f64> = values.iter().map(|p| p[d]).collect();
            assert_near(&by_draw, &over_all_orders(n, &|s| v[s as usize][d]), 1e-12);
            let sum: f64 = by_draw.iter().sum();
            prop_assert!((sum - (v[all][d] - v[0][d])).abs() < 1e-12);
        }
        // Additivity.
        let both: Vec<Vec<f64>> = v.iter().zip(&w)
            .map(|(v, w)| v.iter().zip(w).map(|(v, w)| v + w).collect()).collect();
        for ((sum, a), b) in phi(&both).iter().zip(&values).zip(phi(&w)) {
            let expected: Vec<f64> = a.iter().zip(b).map(|(a, b)| a + b).collect();
            assert_near(sum, &expected, 1e-12);
        }
        // The last player adds nothing: exactly zero, by all three measures.
        let own = 1 << (n - 1);
        let null: Vec<Vec<f64>> = (0..=all).map(|s| v[s & !own].clone()).collect();
        let game = of(&null);
        let player = &game.players()[n - 1];
        prop_assert!(player.draws.iter().all(|x| *x == 0.0));
        for estimate in [player.value, player.first, player.last] {
            prop_assert_eq!((estimate.mean, estimate.standard_error), (0.0, 0.0));
        }
        // Symmetry: what matters is only how many join.
        let alike: Vec<Vec<f64>> =
            (0..=all as u32).map(|s| v[s.count_ones() as usize].clone()).collect();
        for player in phi(&alike) {
            assert_near(&player, &phi(&alike)[0], 1e-12);
        }
    }
}

#[test]
fn first_last_and_errors_are_those_of_the_draws() {
    let values = [[1.0, 2.0], [2.0, 5.0], [4.0, 4.0], [8.0, 3.0]];
    let game = Shapley::from_values(2, &values).expect("a game");
    let player = &game.players()[0];
    // First 1 and 3, last 4 and -1, φ their mean: 2.5 and 1.
    assert_eq!(player.draws, [2.5, 1.0]);
    assert_eq!([player.first.mean, player.last.mean], [2.0, 1.5]);
    assert_eq!([player.first.standard_error, player.last.standard_error], [1.0, 2.5]);
    assert_eq!((player.value.mean, player.value.standard_error), (1.75, 0.75));
    assert_eq!((game.total().mean, game.total().standard_error), (4.0, 3.0));
}

#[test]
fn impossible_games_are_refused() {
    let none: [[f64; 1]; 1] = [[0.0]];
    refused(Shapley::from_values(0, &none));
    refused(shapley(MAX_PLAYERS + 1, |_| 0.0));
    refused(shapley(usize::MAX, |_| 0.0));
    refused(shapley(2, |s| if s == 3 { f64::NAN } else { 0.0 }));
    refused(Shapley::from_values(2, &[[0.0], [1.0], [2.0]]));
    refused(Shapley::from_values(1, &[vec![0.0], vec![1.0, 2.0]]));
    refused(Shapley::from_values::<Vec<f64>>(1, &[vec![], vec![]]));
    refused(Shapley::from_values(1, &[[0.0], [f64::INFINITY]]));
}

#[test]
fn the_tail_of_even_points_is_that_of_the_law() {
    let n = 200_000;
    let even: Vec<f64> = (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n)).collect();
    let normal: Vec<f64> = even.iter().map(|u| normal_quantile(*u)).collect();
    for p in [0.0, 0.5, 0.9, 0.95, 0.99] {
        // Uniform: the mean of the upper 1 − p is (1 + p)/2;
        // Var((X − q)₊) = α³/3 − α⁴/4.
        let alpha = 1.0 - p;
        let found = expected_shortfall(&even, p, Worst::High).expect("a tail");
        assert!((found.value.mean - (1.0 + p) / 2.0).abs() < 1e-9, "uniform, {p}");
        let se = ((alpha / 3.0 - alpha * alpha / 4.0) / f64::from(n)).sqrt();
        assert!((found.value.standard_error / se - 1.0).abs() < 1e-3, "uniform, {p}");
        let low = expected_shortfall(&even, p, Worst::Low).expect("a tail");
        assert!((low.value.mean - (1.0 - p) / 2.0).abs() < 1e-9, "uniform, low, {p}");
        assert!((low.value.standard_error / se - 1.0).abs() < 1e-3, "uniform, low, {p}");
        if p > 0.0 {
            // Normal: φ(z)/(1 − p).
            let z = normal_quantile(p);
            let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let found = expected_shortfall(&normal, p, Worst::High).expect("a tail");
            assert!((found.value.mean - density / alpha).abs() < 2e-4, "normal, {p}");
            assert!((found.quantile - z).abs() < 1e-3, "normal, {p}");
        }
    }
}

#[test]
fn the_draw_at_the_quantile_counts_in_part() {
    let draws = [10.0, 40.0, 20.0, 30.0];
    let mean = |p, worst| expected_shortfall(&draws, p, worst).expect("a tail").value.mean;
    // 1.5 of 2.5 draws whole would be 40 and half of 30, and so on.
    assert!((mean(0.375, Worst::High) - (40.0 + 30.0 + 0.5 * 20.0) / 2.5).abs() < 1e-12);
    assert!((mean(0.375, Worst::Low) - (10.0 + 20.0 + 0.5 * 30.0) / 2.5).abs() < 1e-12);
    assert_eq!(mean(0.0, Worst::High), 25.0);
    assert_eq!(mean(0.5, Worst::High), 35.0);
    // Where draws are equal, the share decides and not how many lie beyond.
    let equal = [1.0, 2.0, 2.0, 2.0];
    let found = expected_shortfall(&equal, 0.5, Worst::High).expect("a tail");
    assert_eq!((found.value.mean, found.quantile, found.draws), (2.0, 2.0, 2.0));
    // Twenty draws at 90 % are two, in spite of rounding.
    let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
    let found = expected_shortfall(&twenty, 0.9, Worst::High).expect("a tail");
    assert!((found.value.mean - 19.5).abs() < 1e-9);
}

#[test]
fn shortfall_is_subadditive() {
    // Coherence is why the fraction is there.
    for seed in 0..200 {
        let (a, b) = (uniforms(seed, "a", 37), uniforms(seed, "b", 37));
        let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        let of = |x: &[f64]| expected_shortfall(x, 0.83, Worst::High).expect("a tail").value.mean;
        assert!(of(&sum) <= of(&a) + of(&b) + 1e-12);
    }
}

#[test]
fn the_standard_error_of_a_tail_mean_is_the_spread_between_runs() {
    // Exponential: memoryless, so the mean beyond q is q + 1.
    let (p, n, runs) = (0.9, 2_000, 600);
    let truth = 1.0 - f64::ln(1.0 - p);
    let (mut z2, mut within) = (0.0, 0);
    for seed in 0..runs {
        let draws: Vec<f64> = uniforms(seed, "x", n).iter().map(|u| -f64::ln(1.0 - u)).collect();
        let found = expected_shortfall(&draws, p, Worst::High).expect("a tail").value;
        let z = (found.mean - truth) / found.standard_error;
        z2 += z * z / runs as f64;
        within += u32::from(z.abs() < 1.96);
    }
    // 600 runs: E z² is 1 within 3·sqrt(2/600) = 0.17, and a little more
    // because the tail of 200 draws is skewed.
    assert!((z2 - 1.0).abs() < 0.25, "{z2}");
    let share = f64::from(within) / runs as f64;
    assert!((share - 0.95).abs() < 0.03, "{share}");
}

#[test]
fn impossible_tails_are_refused() {
    let draws: Vec<f64> = (0..100).map(f64::from).collect();
    for p in [-0.1, 1.0, 2.0, f64::NAN, f64::INFINITY] {
        refused(expected_shortfall(&draws, p, Worst::High));
    }
    refused(expected_shortfall(&draws, 0.99, Worst::High));
    refused(expected_shortfall(&[], 0.0, Worst::High));
    refused(expected_shortfall(&[1.0, f64::NAN, 2.0], 0.0, Worst::High));
}

#[test]
fn rank_correlations() {
    // Without ties 1 − 6Σd²/(n(n² − 1)): Σd² = 4 + 1 + 1 + 1 + 1 = 8.
    let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[30.0, 10.0, 20.0, 50.0, 40.0]);
    assert!((rho.expect("they vary") - (1.0 - 6.0 * 8.0 / 120.0)).abs() < 1e-15);
    assert_eq!(
        ranks(&[0.0, -0.0, 5.0, 5.0, 5.0, -1.0]).expect("finite"),
        [2.5, 2.5, 5.0, 5.0, 5.0, 1.0]
    );
    // Ties: ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4; Σ = 4.5/√(4.5·5).
    let tied = spearman(&[1.0, 2.0, 2.0, 3.0], &[1.0, 3.0, 2.0, 4.0]).expect("they vary");
    assert!((tied - 4.5 / (4.5f64 * 5.0).sqrt()).abs() < 1e-15);
    // Any increasing function leaves it as it is.
    let (a, b) = (uniforms(1, "a", 500), uniforms(1, "b", 500));
    let mixed: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    let stretched: Vec<f64> = mixed.iter().map(|x| (9.0 * x).exp()).collect();
    assert_eq!(spearman(&a, &mixed).expect("varies"), spearman(&a, &stretched).expect("varies"));
    assert!(spearman(&a, &b).expect("varies").abs() < 0.15);

    let down: Vec<f64> = mixed.iter().map(|x| -x).collect();
    let inputs = [("other", &b), ("down", &down), ("fixed", &vec![1.0; 500]), ("same", &mixed)];
    let found = by_strength(&inputs, &mixed).expect("varies");
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["down", "same", "other"]);
    assert_eq!([found[0].1, found[1].1], [-1.0, 1.0]);

    refused(spearman(&[1.0, 2.0], &[1.0]));
    refused(spearman(&[1.0, 1.0], &[1.0, 2.0]));
    refused(spearman(&[], &[]));
    refused(ranks(&[f64::NAN]));
    refused(by_strength(&[("x", [1.0, 2.0])], &[1.0, 1.0]));
    refused(by_strength(&[("x", [1.0, f64::NAN])], &[1.0, 2.0]));
    refused(by_strength(&[("x", [1.0])], &[1.0, 2.0]));
}

/// Refining by country in 2024: IEA, Critical Minerals Dataset, May 2025; the
/// countries named, then the rest of the world.
const LITHIUM: (&[f64], f64) = (&[0.7023, 0.2039, 0.0545, 0.0179], 0.0213);
const COBALT: (&[f64], f64) = (&[0.7841, 0.0804, 0.0226, 0.0115, 0.0070], 0.0944);
const GRAPHITE: (&[f64], f64) = (&[0.9571, 0.0240, 0.0006], 0.0183);
const NICKEL: (&[f64], f64) = (&[0.4286, 0.3132, 0.0178, 0.0230, 0.0362, 0.0325], 0.1812);

#[test]
fn concentration_of_refining() {
    for ((shares, rest), low, high) in [
        (LITHIUM, 5381.0, 5385.0),
        (COBALT, 6220.0, 6309.0),
        (GRAPHITE, 9166.0, 9170.0),
        (NICKEL, 2850.0, 3179.0),
    ] {
        let found = Hhi::with_rest(shares, rest).expect("shares");
        // Shares have four decimals: Σ 2s·0.00005·10⁴ ≤ 1 point, and half a
        // point of the published index.
        assert!((found.low - low).abs() < 1.5 && (found.high - high).abs() < 1.5, "{found:?}");
    }
    for ((shares, rest), low, high) in
        [(LITHIUM, 5381.0, 5385.0), (COBALT, 6220.0, 6309.0), (GRAPHITE, 9166.0, 9170.0)]
    {
        assert!((Hhi::with_rest(shares, rest).expect("shares").total - 1.0).abs() < 2e-4);
        let found = hhi(shares).expect("shares");
        assert!((found.low - low).abs() < 1.5 && (found.high - high).abs() < 1.5, "{found:?}");
    }
}

#[test]
fn a_country_counted_twice_shows() {
    // The table for nickel has Canada's 3.25 % by itself and within the rest:
    // its shares sum to 1.0325. Counted once, the high bound is 3 071.
    let (shares, rest) = NICKEL;
    let table = Hhi::with_rest(shares, rest).expect("shares");
    assert!((table.total - 1.0325).abs() < 1e-12);
    let once = hhi(shares).expect("shares");
    assert!((once.low - table.low).abs() < 1e-9 && (once.high - 3071.2).abs() < 0.1, "{once:?}");
    assert!((once.total - 1.0).abs() < 1e-12);
}

#[test]
fn concentration_at_its_ends() {
    let one = hhi(&[1.0]).expect("shares");
    assert_eq!((one.low, one.high), (10_000.0, 10_000.0));
    let nobody = hhi(&[0.0]).expect("shares");
    assert_eq!((nobody.low, nobody.high), (0.0, 10_000.0));
    assert!(hhi(&[0.7004, 0.3001]).is_ok());
    for shares in [&[][..], &[1.1], &[-0.1], &[f64::NAN], &[f64::INFINITY], &[0.6, 0.6]] {
        refused(hhi(shares));
    }
    refused(Hhi::with_rest(&[0.5], -0.1));
    refused(Hhi::with_rest(&[0.5], f64::NAN));
    refused(Hhi::with_rest(&[], 1.0));
}
