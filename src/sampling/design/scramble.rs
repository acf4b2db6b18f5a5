//! Nested uniform ("Owen") scrambling of binary fractions.
//!
//! Each bit of a fraction is flipped or not depending on all bits above it, and
//! on nothing else: a random binary tree of flips (Owen, "Randomly permuted
//! (t,m,s)-nets and (t,s)-sequences", 1995). The tree is not stored: the flips
//! of four bits are bits of a keyed hash of the bits above them. So any two
//! fractions that share their first m bits share them after scrambling, and
//! elementary intervals hold as many points as before.

use super::hash::{Pair, hash};
use crate::lanes::LANES;
use crate::sampling::stream::{StreamKey, design_words};

/// The key of one random tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scrambling(Pair);

impl Scrambling {
    pub(super) fn new(seed: u64, key: StreamKey) -> Self {
        // Apart from the words that key the Latin hypercube.
        let [factor, addend, ..] = design_words(seed, key, 8);
        Self([factor, addend])
    }
}

/// Scrambles sixteen fractions.
#[inline(always)]
pub(super) fn scramble_row(Scrambling(key): Scrambling, x: &mut [u32; LANES]) {
    let given = *x;
    let mut level = 0;
    while level < 8 {
        let shift = 28 - 4 * level;
        for l in 0..LANES {
            // The bits above; none at the top. Level and prefix fit in 32 bits.
            let prefix = if level == 0 { 0 } else { given[l] >> (shift + 4) };
            let h = hash(level << 28 | prefix, key);
            // Fifteen flips, for the nodes of a tree of depth four.
            let four = (given[l] >> shift) & 15;
            let flips = (h & 1) << 3
                | ((h >> (1 + (four >> 3))) & 1) << 2
                | ((h >> (3 + (four >> 2))) & 1) << 1
                | ((h >> (7 + (four >> 1))) & 1);
            x[l] ^= flips << shift;
        }
        level += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::design::sobol::scrambled_sobol;

    fn scramble(x: u32, name: &str) -> u32 {
        let mut row = [x; LANES];
        scramble_row(Scrambling::new(5, StreamKey::of(name)), &mut row);
        row[3]
    }

    #[test]
    fn common_leading_bits_stay_common_and_the_next_stays_different() {
        let mut x = 0x1234_5678_u32;
        for i in 0..2000 {
            x = x.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            let bit = i % 32;
            let tail = x.rotate_left(7) & ((1_u32 << bit) - 1);
            let y = x ^ (1 << bit) ^ tail;
            let (a, b) = (scramble(x, "s"), scramble(y, "s"));
            assert_eq!((a ^ b).leading_zeros(), 31 - bit, "{x:x} {y:x}");
        }
    }

    /// Over many keys every flip is fair, alone and with another: 4 000 keys
    /// have a standard error of 0.8 %.
    #[test]
    fn flips_are_fair_and_independent() {
        let flips: Vec<[u32; 2]> = (0..4000)
            .map(|i| [0x0F0F_3355, 0x0F0F_3357].map(|x| x ^ scramble(x, &format!("k{i}"))))
            .collect();
        let share = |f: &dyn Fn(&[u32; 2]) -> bool| {
            flips.iter().filter(|x| f(x)).count() as f64 / flips.len() as f64
        };
        for bit in 0..32 {
            let p = share(&|x| x[0] >> bit & 1 == 1);
            assert!((p - 0.5).abs() < 0.04, "bit {bit}: {p}");
            for other in 0..bit {
                let p = share(&|x| (x[0] >> bit ^ x[0] >> other) & 1 == 1);
                assert!((p - 0.5).abs() < 0.045, "bits {bit}, {other}: {p}");
            }
        }
        // The last bit hangs on the one before it, in which the two differ.
        let p = share(&|x| (x[0] ^ x[1]) & 1 == 1);
        assert!((p - 0.5).abs() < 0.04, "siblings: {p}");
        assert!(flips.iter().all(|x| (x[0] ^ x[1]) >> 1 == 0));
    }

    /// The first two dimensions are a (0, m, 2)-net in base 2 after scrambling:
    /// each box of size 2⁻ᵃ × 2⁻⁽ᵐ⁻ᵃ⁾ holds one of 2ᵐ points.
    #[test]
    fn the_scrambled_net_fills_every_elementary_interval() {
        let m = 8;
        for (seed, start) in [(1, 0), (2, 0), (3, 256), (4, 512)] {
            let u = |d: usize, draw| {
                scrambled_sobol(seed, StreamKey::of(["a", "b"][d]), d, draw).expect("a dimension")
            };
            let points: Vec<_> =
                (start + 1..=start + (1 << m)).map(|i| [u(0, i), u(1, i)]).collect();
            for a in 0..=m {
                let (columns, rows) = (1 << a, 1 << (m - a));
                let mut seen = vec![0; 1 << m];
                for [x, y] in &points {
                    let cell = (x * f64::from(columns)) as usize * rows as usize;
                    seen[cell + (y * f64::from(rows)) as usize] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1), "{columns} by {rows}: {seen:?}");
            }
        }
    }
}
