//! The contract on uniforms: which number belongs to a seed, a name, a draw and
//! a step.

use super::philox::{block, block_row};
use crate::lanes::{LANES, Row};

/// Version of the contract on uniforms and quantile functions. A release that
/// changes any of their bits raises it.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::sampling::STREAM_VERSION, 1);
/// ```
pub const STREAM_VERSION: u32 = 1;

/// The 64-bit identity of a random stream, derived from its canonical name.
///
/// Two names may share a key by accident (once in about 10¹⁹ pairs); whoever
/// holds the list of names must check that keys are distinct.
///
/// # Examples
/// ```
/// use blackmass::sampling::StreamKey;
/// assert_eq!(StreamKey::of("eu.yield"), StreamKey::of("eu.yield"));
/// assert_ne!(StreamKey::of("eu.yield"), StreamKey::of("japan.yield"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKey(u64);

impl StreamKey {
    /// The key of a canonical name, such as `eu.collection.rate[passenger]`.
    ///
    /// It is the FNV-1a hash of the UTF-8 bytes (Fowler, Noll and Vo; offset
    /// basis 0xCBF29CE484222325, prime 0x100000001B3), passed through the
    /// finaliser of splitmix64 (Steele, Lea and Flood, OOPSLA 2014; variant 13
    /// of Stafford): x ^= x ≫ 30, x *= 0xBF58476D1CE4E5B9, x ^= x ≫ 27,
    /// x *= 0x94D049BB133111EB, x ^= x ≫ 31.
    ///
    /// # Examples
    /// ```
    /// let key = blackmass::sampling::StreamKey::of("world.price.nickel");
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Self {
        let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(hash ^ (hash >> 31))
    }

    /// The 64 bits, for manifests.
    ///
    /// # Examples
    /// ```
    /// use blackmass::sampling::StreamKey;
    /// let bits = StreamKey::of("eu.yield").bits();
    /// assert_ne!(bits, 0);
    /// ```
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// Low and high half of a 64-bit word.
#[inline(always)]
fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// The counter of a draw and a pair of steps.
#[inline(always)]
fn counter(key: StreamKey, draw: u32, pair: u32) -> [u32; 4] {
    let [low, high] = halves(key.0);
    [draw, pair, low, high]
}

/// The uniform in (0, 1) made of 64 random bits.
#[inline(always)]
fn unit(bits: u64) -> f64 {
    // (E1) u = ((bits ≫ 12) + ½)·2⁻⁵²: the upper 52 bits as mantissa of a number in
    // [1, 2), less 1 - 2⁻⁵³; both steps are exact
    f64::from_bits(0x3FF0_0000_0000_0000 | (bits >> 12)) - (1.0 - f64::EPSILON / 2.0)
}

/// The 64 random bits of a draw and a step.
#[inline(always)]
pub(super) fn bits(seed: u64, key: StreamKey, draw: u32, step: u32) -> u64 {
    let [even, odd] = block(counter(key, draw, step >> 1), halves(seed));
    if step & 1 == 0 { even } else { odd }
}

/// Four words that key the design of a stream. No uniform uses them: their
/// counters have the top bit of word 1 set, and steps fill the 31 bits below.
#[inline(always)]
pub(super) fn design_words(seed: u64, key: StreamKey, index: u32) -> [u32; 4] {
    let [first, second] = block(counter(key, 0, 1 << 31 | index), halves(seed));
    let ([a, b], [c, d]) = (halves(first), halves(second));
    [a, b, c, d]
}

/// The uniform of a stream for one draw and one step, in (0, 1).
///
/// It is ((bits ≫ 12) + ½)·2⁻⁵², so 0 and 1 do not occur. The bits come from
/// the Philox4x32-10 block with key words (seed low, seed high) and counter
/// words (draw, step ≫ 1, key low, key high); even steps take output words 0
/// and 1, odd steps 2 and 3, low word first.
///
/// # Examples
/// ```
/// use blackmass::sampling::{StreamKey, uniform};
/// let u = uniform(1, StreamKey::of("eu.yield"), 42, 3);
/// assert!(u > 0.0 && u < 1.0);
/// ```
#[inline(always)]
#[must_use]
pub fn uniform(seed: u64, key: StreamKey, draw: u32, step: u32) -> f64 {
    unit(bits(seed, key, draw, step))
}

/// [`uniform`] for the draws `first_draw`, `first_draw + 1`, … (wrapping), with
/// the same bits.
///
/// # Examples
/// ```
/// use blackmass::{lanes::LANES, sampling::{StreamKey, uniform, uniform_row}};
/// let key = StreamKey::of("eu.yield");
/// let mut row = [0.0; LANES];
/// uniform_row(1, key, 16, 3, &mut row);
/// assert_eq!(row[2], uniform(1, key, 18, 3));
/// ```
#[inline(always)]
pub fn uniform_row(seed: u64, key: StreamKey, first_draw: u32, step: u32, out: &mut Row) {
    let [even, odd] = block_row(counter(key, first_draw, step >> 1), halves(seed));
    let chosen = if step & 1 == 0 { even } else { odd };
    for l in 0..LANES {
        out[l] = unit(chosen[l]);
    }
}

/// [`uniform_row`] for the steps `2 pair` and `2 pair + 1` at the price of one.
///
/// # Examples
/// ```
/// use blackmass::{lanes::LANES, sampling::{StreamKey, uniform, uniform_row_pair}};
/// let key = StreamKey::of("eu.yield");
/// let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
/// uniform_row_pair(1, key, 16, 5, &mut even, &mut odd);
/// assert_eq!(even[2], uniform(1, key, 18, 10));
/// assert_eq!(odd[2], uniform(1, key, 18, 11));
/// ```
#[inline(always)]
pub fn uniform_row_pair(
    seed: u64,
    key: StreamKey,
    first_draw: u32,
    pair: u32,
    even: &mut Row,
    odd: &mut Row,
) {
    let [first, second] = block_row(counter(key, first_draw, pair), halves(seed));
    for l in 0..LANES {
        even[l] = unit(first[l]);
    }
    for l in 0..LANES {
        odd[l] = unit(second[l]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: u64 = 0x0123_4567_89AB_CDEF;

    #[test]
    fn keys_follow_the_documented_hash() {
        // the finaliser of 0xAF63DC4C8601EC8C, the published FNV-1a of "a"
        assert_eq!(StreamKey::of("a").bits(), GOLDEN_KEYS[0]);
        assert_eq!(StreamKey::of("eu.collection.rate").bits(), GOLDEN_KEYS[1]);
    }

    #[test]
    fn extreme_bits_stay_inside_the_open_interval() {
        assert_eq!(unit(0), 0.5 * f64::EPSILON);
        assert_eq!(unit(u64::MAX), 1.0 - 0.5 * f64::EPSILON);
        assert_eq!(unit(1 << 63), 0.5 + 0.5 * f64::EPSILON);
    }

    #[test]
    fn rows_and_pairs_equal_the_scalar() {
        let key = StreamKey::of("japan.lifetime");
        for (first, step) in [(0, 0), (1, 7), (u32::MAX - 5, u32::MAX), (160, 12)] {
            let mut row = [0.0; LANES];
            uniform_row(SEED, key, first, step, &mut row);
            let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
            uniform_row_pair(SEED, key, first, step >> 1, &mut even, &mut odd);
            for l in 0..LANES {
                let draw = first.wrapping_add(l as u32);
                assert_eq!(row[l].to_bits(), uniform(SEED, key, draw, step).to_bits());
                assert_eq!(even[l].to_bits(), uniform(SEED, key, draw, step & !1).to_bits());
                assert_eq!(odd[l].to_bits(), uniform(SEED, key, draw, step | 1).to_bits());
            }
        }
    }

    #[test]
    fn mean_and_variance_are_those_of_a_uniform() {
        let key = StreamKey::of("eu.yield");
        let (mut sum, mut squares) = (0.0, 0.0);
        for draw in 0..100_000 {
            let u = uniform(SEED, key, draw, draw % 3) - 0.5;
            sum += u;
            squares += u * u;
        }
        // five standard errors: 5·√(1/12/n), 5·√(1/180/n)
        assert!((sum / 1e5).abs() < 5.0 * (1.0 / 12.0 / 1e5_f64).sqrt());
        assert!((squares / 1e5 - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / 1e5_f64).sqrt());
    }

    /// Changing these numbers breaks the contract: raise [`STREAM_VERSION`].
    #[test]
    fn golden_uniforms() {
        assert_eq!(STREAM_VERSION, 1);
        for (i, golden) in GOLDEN.iter().enumerate() {
            let (name, draw, step) = ADDRESSES[i];
            assert_eq!(uniform(SEED, StreamKey::of(name), draw, step), *golden, "{i}");
        }
    }

    const GOLDEN_KEYS: [u64; 2] = [0x02C0_BDBF_4814_20F8, 0x0511_A9B3_B702_6179];
    const ADDRESSES: [(&str, u32, u32); 6] = [
        ("a", 0, 0),
        ("a", 0, 1),
        ("a", 1, 0),
        ("eu.collection.rate", 1, 40),
        ("japan.lifetime[passenger]", 999_999, 7),
        ("日本.回収率", u32::MAX, u32::MAX),
    ];
    // also computed by an independent Python integer implementation
    const GOLDEN: [f64; 6] = [
        0.14888478329436772,
        0.44951974502643177,
        0.902204196418911,
        0.663553670819604,
        0.45684996412167644,
        0.5290767791802183,
    ];
}
