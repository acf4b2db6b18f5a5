//! Philox4x32-10: a block of four 32-bit words for every counter and key.
//!
//! Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
//! SC '11 (2011), doi 10.1145/2063384.2063405.

use crate::lanes::LANES;

const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;
const LOW: u64 = 0xFFFF_FFFF;

/// One round. Each word is the low half of a `u64`, whose high half is zero, so
/// that lanes keep their place when they are multiplied.
#[inline(always)]
fn round(c: [u64; 4], key: [u32; 2]) -> [u64; 4] {
    let p0 = MULTIPLIERS[0] * c[0];
    let p1 = MULTIPLIERS[1] * c[2];
    // (c₀,c₁,c₂,c₃) ← (hi p₁ ⊕ c₁ ⊕ k₀, lo p₁, hi p₀ ⊕ c₃ ⊕ k₁, lo p₀)
    [
        (p1 >> 32) ^ c[1] ^ u64::from(key[0]),
        p1 & LOW,
        (p0 >> 32) ^ c[3] ^ u64::from(key[1]),
        p0 & LOW,
    ]
}

/// Ten rounds; the key grows by a Weyl constant before each but the first.
#[inline(always)]
fn ten_rounds(mut c: [u64; 4], mut key: [u32; 2]) -> [u64; 4] {
    let mut i = 0;
    while i < ROUNDS {
        c = round(c, key);
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        i += 1;
    }
    c
}

/// The block of `counter` under `key`, as two 64-bit words: the first holds
/// output words 0 and 1, the second 2 and 3, low word first.
#[inline(always)]
pub(super) fn block(counter: [u32; 4], key: [u32; 2]) -> [u64; 2] {
    let [a, b, c, d] = counter;
    let w = ten_rounds([u64::from(a), u64::from(b), u64::from(c), u64::from(d)], key);
    [w[0] | w[1] << 32, w[2] | w[3] << 32]
}

/// [`block`] for counter words 0 of `counter[0]`, `counter[0] + 1`, …
/// (wrapping), one per lane.
#[inline(always)]
pub(super) fn block_row(counter: [u32; 4], key: [u32; 2]) -> [[u64; LANES]; 2] {
    let mut first = [0; LANES];
    let mut second = [0; LANES];
    let [start, b, c, d] = counter;
    for l in 0..LANES {
        [first[l], second[l]] = block([start.wrapping_add(l as u32), b, c, d], key);
    }
    [first, second]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output words in the order of the published vectors.
    fn words(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
        let [a, b] = block(counter, key);
        [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32]
    }

    /// Random123, tests/kat_vectors, "philox4x32 10".
    #[test]
    fn known_answers() {
        assert_eq!(words([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            words([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            words([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn lanes_are_consecutive_counters() {
        let [first, second] = block_row([u32::MAX - 3, 1, 2, 3], [4, 5]);
        for l in 0..LANES {
            let start = (u32::MAX - 3).wrapping_add(l as u32);
            assert_eq!([first[l], second[l]], block([start, 1, 2, 3], [4, 5]));
        }
    }
}
