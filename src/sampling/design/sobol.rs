//! Sobol' sequences with the direction numbers of Joe and Kuo.
//!
//! Point i of dimension j is x = ⊕ₖ gₖ·Vⱼₖ, where gₖ are the binary digits of
//! the Gray code i ⊕ (i ≫ 1) and Vⱼₖ the direction numbers of the dimension, 32
//! bits each. This is the order of the points in the literature and in most
//! programs (Antonov and Saleev, USSR Comput. Math. Math. Phys. 19 (1979) 252),
//! and any point can be computed alone. Each run of 2ᵐ points that starts at a
//! multiple of 2ᵐ holds the same points as in the order without Gray code.

use super::latin::within;
use super::scramble::{Scrambling, scramble_row};
use crate::lanes::{LANES, Row};
use crate::sampling::stream::{StreamKey, uniform_row};

/// Dimensions with direction numbers.
pub const SOBOL_DIMENSIONS: usize = 1024;

const BITS: usize = 32;
const TABLE: &str = include_str!("joe_kuo.txt");

/// The direction numbers of a dimension, the first bit at the top.
pub(super) type Directions = [u32; BITS];

/// The polynomial's inner coefficients and the initial numbers m₁, m₂, … of
/// the dimensions from 2 on.
fn rows() -> impl Iterator<Item = (u32, Vec<u32>)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (a, m) = line.split_once(':')?;
        let m = m.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        Some((a.parse().ok()?, m))
    })
}

/// The direction numbers of the first dimensions.
pub(super) fn directions(dimensions: usize) -> Vec<Directions> {
    let mut all = Vec::with_capacity(dimensions);
    let mut first = [0; BITS];
    for (k, v) in first.iter_mut().enumerate() {
        *v = 1 << (BITS - 1 - k);
    }
    all.push(first);
    for (a, m) in rows() {
        if all.len() >= dimensions {
            break;
        }
        all.push(recurrence(a, &m));
    }
    all.truncate(dimensions);
    all
}

/// Vₖ = Vₖ₋ₛ ⊕ (Vₖ₋ₛ ≫ s) ⊕ ⊕ᵢ aᵢ·Vₖ₋ᵢ for k > s (Bratley and Fox, ACM TOMS 14
/// (1988) 88).
fn recurrence(a: u32, m: &[u32]) -> Directions {
    let s = m.len();
    let mut v = [0; BITS];
    for k in 0..BITS {
        v[k] = match m.get(k) {
            Some(m) => m << (BITS - 1 - k),
            None => {
                let mut x = v[k - s] ^ (v[k - s] >> s);
                for i in 1..s {
                    if (a >> (s - 1 - i)) & 1 == 1 {
                        x ^= v[k - i];
                    }
                }
                x
            }
        };
    }
    v
}

/// Sixteen points from index `first` on (wrapping), as 32-bit fractions.
#[inline(always)]
fn points(v: &Directions, first: u32) -> [u32; LANES] {
    let (mut gray, mut x) = ([0; LANES], [0; LANES]);
    let mut used = 0;
    for l in 0..LANES {
        let index = first.wrapping_add(l as u32);
        gray[l] = index ^ (index >> 1);
        used |= index;
    }
    let bits = (u32::BITS - used.leading_zeros()) as usize;
    for (k, v) in v.iter().take(bits).enumerate() {
        for l in 0..LANES {
            x[l] ^= v & ((gray[l] >> k) & 1).wrapping_neg();
        }
    }
    x
}

/// A dimension of the sequence, scrambled for one stream.
#[derive(Clone, Debug)]
pub(crate) struct Dimension {
    directions: Directions,
    scrambling: Scrambling,
}

impl Dimension {
    pub(super) fn new(directions: Directions, seed: u64, key: StreamKey) -> Self {
        Self { directions, scrambling: Scrambling::new(seed, key) }
    }

    /// The uniforms of sixteen draws, in (0, 1): draw d is point d − 1. The
    /// keyed uniform of the draw fills the bits below the 32 of the point.
    #[inline(always)]
    pub(super) fn row(&self, seed: u64, key: StreamKey, first_draw: u32, out: &mut Row) {
        uniform_row(seed, key, first_draw, 0, out);
        let mut x = points(&self.directions, first_draw.wrapping_sub(1));
        scramble_row(self.scrambling, &mut x);
        for l in 0..LANES {
            out[l] = within(x[l], out[l]) * TO_UNIT;
        }
    }
}

/// 2⁻³²
const TO_UNIT: f64 = 1.0 / 4_294_967_296.0;

/// The unscrambled coordinate, in [0, 1), of point `index` in a dimension,
/// counted from 0; `None` from dimension [`SOBOL_DIMENSIONS`] on. Point 0 is
/// the origin.
///
/// # Examples
/// ```
/// use blackmass::sampling::design::sobol;
/// let first: Vec<_> = (0..4).map(|i| sobol(1, i)).collect();
/// assert_eq!(first, [Some(0.0), Some(0.5), Some(0.25), Some(0.75)]);
/// assert_eq!(sobol(1024, 0), None);
/// ```
#[must_use]
pub fn sobol(dimension: usize, index: u32) -> Option<f64> {
    let v = of_dimension(dimension)?;
    Some(f64::from(points(&v, index)[0]) * TO_UNIT)
}

/// The scrambled uniform, in (0, 1), of a stream that has a dimension (counted
/// from 0), for one draw, 1 or more; `None` from dimension
/// [`SOBOL_DIMENSIONS`] on.
///
/// # Examples
/// ```
/// use blackmass::sampling::{StreamKey, design::scrambled_sobol};
/// let u = |draw| scrambled_sobol(1, StreamKey::of("eu.yield"), 0, draw).unwrap();
/// // one point in each quarter
/// let mut first: Vec<f64> = (1..=4).map(|d| (u(d) * 4.0).floor()).collect();
/// first.sort_by(f64::total_cmp);
/// assert_eq!(first, [0.0, 1.0, 2.0, 3.0]);
/// ```
#[must_use]
pub fn scrambled_sobol(seed: u64, key: StreamKey, dimension: usize, draw: u32) -> Option<f64> {
    let mut row = [0.0; LANES];
    Dimension::new(of_dimension(dimension)?, seed, key).row(seed, key, draw, &mut row);
    Some(row[0])
}

fn of_dimension(dimension: usize) -> Option<Directions> {
    if dimension == 0 {
        return directions(1).first().copied();
    }
    rows().nth(dimension - 1).map(|(a, m)| recurrence(a, &m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let all: Vec<_> = rows().collect();
        assert_eq!(all.len() + 1, SOBOL_DIMENSIONS);
        assert_eq!(directions(SOBOL_DIMENSIONS).len(), SOBOL_DIMENSIONS);
        let (mut before, mut seen) = (0, std::collections::BTreeSet::new());
        for (a, m) in &all {
            let s = m.len();
            assert!(s >= before && *a < 1 << (s - 1) && seen.insert((s, *a)));
            before = s;
            assert!(m.iter().enumerate().all(|(i, m)| m % 2 == 1 && *m < 2 << i));
            // The polynomial is primitive: x has the full order 2ˢ − 1.
            let polynomial = 1 << s | a << 1 | 1;
            let (mut x, mut order) = (2 % (1 << s), 1);
            if s == 1 {
                x = 1;
            }
            while x != 1 {
                x <<= 1;
                if x >> s & 1 == 1 {
                    x ^= polynomial;
                }
                order += 1;
                assert!(order < 1 << s, "degree {s}, a = {a} is not primitive");
            }
            assert_eq!(order, (1_u32 << s) - 1, "degree {s}, a = {a} is not primitive");
        }
    }

    #[test]
    fn every_dimension_alone_is_stratified() {
        for v in directions(SOBOL_DIMENSIONS) {
            let mut seen = [false; 256];
            for first in (512..768).step_by(LANES) {
                for x in points(&v, first) {
                    seen[(x >> 24) as usize] = true;
                }
            }
            assert!(seen.iter().all(|s| *s));
        }
    }

    /// Points past 2³¹ use all direction numbers.
    #[test]
    fn late_points_follow_the_definition() {
        let v = directions(7)[6];
        for index in [u32::MAX, u32::MAX - 20, 1 << 31, 0x5555_5555] {
            let gray = index ^ (index >> 1);
            let x = (0..32).filter(|k| gray >> k & 1 == 1).fold(0, |x, k| x ^ v[k]);
            assert_eq!(points(&v, index)[0], x);
        }
    }
}
