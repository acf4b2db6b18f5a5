//! Latin hypercube: one point per stratum and stream.
//!
//! Stream by stream, a keyed pseudorandom permutation π of 0, 1, …, n − 1 gives
//! draw d the stratum π(d − 1), and the keyed uniform v of the draw, the one
//! that Monte Carlo uses, its place within:
//! u = (π(d − 1) + v)/n. Nothing is stored and nothing depends on other
//! streams.
//!
//! π is a Feistel network of six rounds on pairs (l, r) with 0 ≤ l < a,
//! 0 ≤ r < b and ab just above n (Black and Rogaway, "Ciphers with arbitrary
//! finite domains", CT-RSA 2002): l ← l + F(r) mod a and r ← r + F(l) mod b in
//! turn, with a keyed hash as F. A number ≥ n is permuted again until it falls
//! below ("cycle walking").

use super::hash::{Pair, hash};
use crate::lanes::{LANES, Row};
use crate::sampling::stream::{StreamKey, design_words, uniform_row};

const ROUNDS: usize = 6;

/// The strata of `n` draws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strata {
    n: u32,
    /// Both at most 2¹⁶.
    a: u32,
    b: u32,
}

impl Strata {
    /// For `n` draws, at least one.
    pub(crate) fn new(n: u32) -> Self {
        let n = if n == 0 { 1 } else { n };
        let root = n.isqrt();
        let a = if root * root < n { root + 1 } else { root };
        Self { n, a, b: n.div_ceil(a) }
    }

    /// The pair (l, r) of a number.
    #[inline(always)]
    fn split(self, at: u32) -> [u32; 2] {
        [at / self.b, at % self.b]
    }

    /// The Feistel network on the pairs of as many numbers.
    #[inline(always)]
    fn rounds<const N: usize>(
        self,
        l: &mut [u32; N],
        r: &mut [u32; N],
        keys: &[Pair; ROUNDS],
    ) -> [u32; N] {
        let mut i = 0;
        while i < ROUNDS {
            for at in 0..N {
                l[at] = add(l[at], hash(r[at], keys[i]), self.a);
            }
            for at in 0..N {
                r[at] = add(r[at], hash(l[at], keys[i + 1]), self.b);
            }
            i += 2;
        }
        let mut out = [0; N];
        for at in 0..N {
            out[at] = l[at] * self.b + r[at];
        }
        out
    }

    /// A number below `n`, permuted until it is below `n` again.
    #[inline(always)]
    fn permute(self, index: u32, keys: &[Pair; ROUNDS]) -> u32 {
        let mut at = index;
        loop {
            let [l, r] = self.split(at);
            [at] = self.rounds(&mut [l], &mut [r], keys);
            if at < self.n {
                return at;
            }
        }
    }

    /// The pairs of sixteen draws.
    #[inline(always)]
    fn pairs(self, first_draw: u32) -> ([u32; LANES], [u32; LANES]) {
        let (mut l, mut r) = ([0; LANES], [0; LANES]);
        let first = first_draw.wrapping_sub(1);
        let width = LANES as u32;
        if self.b >= width && first < self.n.saturating_sub(width) {
            // One division does: a carry at most.
            let [l0, r0] = self.split(first);
            for at in 0..LANES {
                let sum = r0 + at as u32;
                let over = sum >= self.b;
                l[at] = l0 + u32::from(over);
                r[at] = if over { sum - self.b } else { sum };
            }
        } else {
            for at in 0..LANES {
                let index = first.wrapping_add(at as u32);
                [l[at], r[at]] = self.split(if index < self.n { index } else { self.n - 1 });
            }
        }
        (l, r)
    }

    /// The uniforms of sixteen draws, in (0, 1). Draws above `n` repeat the
    /// stratum of the last.
    #[inline(always)]
    pub(crate) fn row(self, seed: u64, key: StreamKey, first_draw: u32, out: &mut Row) {
        let keys = keys(seed, key);
        uniform_row(seed, key, first_draw, 0, out);
        let (mut l, mut r) = self.pairs(first_draw);
        let mut at = self.rounds(&mut l, &mut r, &keys);
        for at in &mut at {
            if *at >= self.n {
                *at = self.permute(*at, &keys);
            }
        }
        for l in 0..LANES {
            out[l] = within(at[l], out[l]) / f64::from(self.n);
        }
    }
}

/// l + F mod m for l < m, with F in 0..m from the hash.
#[inline(always)]
fn add(l: u32, hash: u32, m: u32) -> u32 {
    let sum = l + ((u64::from(hash) * u64::from(m)) >> 32) as u32;
    if sum >= m { sum - m } else { sum }
}

#[inline(always)]
fn keys(seed: u64, key: StreamKey) -> [Pair; ROUNDS] {
    let mut pairs = [[0; 2]; ROUNDS];
    for i in 0..ROUNDS / 2 {
        let [a, b, c, d] = design_words(seed, key, i as u32);
        pairs[2 * i] = [a, b];
        pairs[2 * i + 1] = [c, d];
    }
    pairs
}

/// `cell` + v for v in (0, 1), below `cell` + 1 also after rounding.
#[inline(always)]
pub(super) fn within(cell: u32, v: f64) -> f64 {
    let (sum, end) = (f64::from(cell) + v, f64::from(cell) + 1.0);
    // the number before `end`
    if sum < end { sum } else { end * (1.0 - f64::EPSILON / 2.0) }
}

/// The uniform in (0, 1) of a stream for one draw, 1 to `draws`, of a Latin
/// hypercube of `draws` draws. Over all draws, each of the intervals
/// [i/draws, (i + 1)/draws) holds exactly one.
///
/// Draw 0 and draws above `draws` are no part of the design; they get the
/// stratum of the last draw.
///
/// # Examples
/// ```
/// use blackmass::sampling::{StreamKey, design::latin_hypercube};
/// let key = StreamKey::of("eu.yield");
/// let mut strata: Vec<f64> = (1..=5).map(|d| latin_hypercube(1, key, d, 5) * 5.0).collect();
/// strata.sort_by(f64::total_cmp);
/// assert!(strata.iter().enumerate().all(|(i, u)| u.floor() == i as f64));
/// ```
#[must_use]
pub fn latin_hypercube(seed: u64, key: StreamKey, draw: u32, draws: u32) -> f64 {
    let mut row = [0.0; LANES];
    Strata::new(draws).row(seed, key, draw, &mut row);
    row[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn strata(seed: u64, name: &str, n: u32) -> Vec<u32> {
        let keys = keys(seed, StreamKey::of(name));
        (0..n).map(|i| Strata::new(n).permute(i, &keys)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn every_stratum_has_one_point(n in 1_u32..5000, seed in any::<u64>(), at in 0_u32..99) {
            let name = format!("stream {at}");
            let mut seen = vec![false; n as usize];
            let mut row = [0.0; LANES];
            for first in (1..=n).step_by(LANES) {
                Strata::new(n).row(seed, StreamKey::of(&name), first, &mut row);
                for (l, u) in row.iter().enumerate().filter(|(l, _)| first + *l as u32 <= n) {
                    let single = latin_hypercube(seed, StreamKey::of(&name), first + l as u32, n);
                    prop_assert_eq!(u.to_bits(), single.to_bits());
                    prop_assert!(*u > 0.0 && *u < 1.0);
                    let cell = (u * f64::from(n)) as usize;
                    prop_assert!(!seen[cell], "stratum {} twice", cell);
                    seen[cell] = true;
                }
            }
        }
    }

    #[test]
    fn large_numbers_of_draws_are_permuted_too() {
        for n in [u32::MAX, u32::MAX - 2048, 1 << 31, 4_294_836_225, 65_537] {
            let keys = keys(1, StreamKey::of("large"));
            let strata = Strata::new(n);
            assert!(strata.a <= 1 << 16 && strata.b <= 1 << 16);
            let mut found: Vec<u32> =
                (0..10_000).map(|i| strata.permute(n - 1 - i * 6, &keys)).collect();
            found.sort_unstable();
            found.dedup();
            assert!(found.len() == 10_000 && found.iter().all(|at| *at < n));
            let last = latin_hypercube(1, StreamKey::of("large"), n, n);
            assert!(last > 0.0 && last < 1.0);
        }
    }

    #[test]
    fn rounding_never_reaches_the_next_stratum() {
        let top = 1.0 - f64::EPSILON / 2.0;
        for cell in [0, 1, 2, 3, 255, 256, 65_535, u32::MAX] {
            let x = within(cell, top);
            assert!(x >= f64::from(cell) && x < f64::from(cell) + 1.0, "{cell}");
        }
    }

    /// Every permutation of four strata is as likely as any other: χ² with 23
    /// degrees of freedom stays below its 99.99 % quantile, 57.1.
    #[test]
    fn permutations_of_few_strata_are_uniform() {
        let mut counts: HashMap<Vec<u32>, f64> = HashMap::new();
        for i in 0..24_000 {
            *counts.entry(strata(9, &format!("parameter{i}"), 4)).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 24);
        let chi2: f64 = counts.values().map(|c| (c - 1e3) * (c - 1e3) / 1e3).sum();
        assert!(chi2 < 57.1, "χ² = {chi2}");
    }

    /// Two streams are independent: the correlation of their strata has
    /// variance 1/(n − 1).
    #[test]
    fn streams_are_uncorrelated() {
        let (n, streams) = (100, 400);
        let half = f64::from(n - 1) / 2.0;
        let all: Vec<Vec<f64>> = (0..streams)
            .map(|i| strata(3, &format!("p{i}"), n).iter().map(|s| f64::from(*s) - half).collect())
            .collect();
        let norm: f64 = all[0].iter().map(|x| x * x).sum();
        let mut squares = 0.0;
        for pair in all.chunks(2) {
            let r = pair[0].iter().zip(&pair[1]).map(|(x, y)| x * y).sum::<f64>() / norm;
            squares += r * r * f64::from(n - 1);
        }
        // 200 values of about χ²₁: mean 1, standard error 0.1
        let mean = squares / 200.0;
        assert!((mean - 1.0).abs() < 0.4, "{mean}");
    }
}
