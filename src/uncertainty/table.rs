//! A quantile as a piecewise polynomial in the standard normal variable.
//!
//! Many quantiles have no closed form. As functions of z = Φ⁻¹(u) they are
//! smooth, so 64 polynomials of degree 8 on either side of z = 0 follow them to
//! about 1e-11, out to |z| = 8.3, where the probability beyond is 5e-17. Larger
//! |z| count as 8.3.

use crate::lanes::{LANES, Row};
use crate::maths::polynomial;
use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt;

/// Pieces on each side of z = 0; a power of two.
pub(super) const PIECES: usize = 64;
/// Nodes of each piece, its degree plus one.
pub(super) const NODES: usize = 9;
/// The largest |z| told apart.
pub(super) const REACH: f64 = 8.3;
/// cos(kπ/8), k = 8…0: the Chebyshev points of the second kind. They include
/// both ends, so that neighbouring pieces meet.
pub(super) const POINTS: [f64; NODES] = [
    -1.0,
    -0.9238795325112867,
    -FRAC_1_SQRT_2,
    -0.3826834323650898,
    0.0,
    0.3826834323650898,
    FRAC_1_SQRT_2,
    0.9238795325112867,
    1.0,
];

/// The coefficients of one piece in t ∈ [-1, 1], lowest first.
pub(super) type Piece = [f64; NODES];

/// First the pieces for z ≤ 0, by growing |z|, then those for z > 0.
#[derive(Clone, PartialEq)]
pub(super) struct Table(pub(super) [Piece; 2 * PIECES]);

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Table")
    }
}

impl Table {
    /// Tabulates a function of z, by its value at 0 seen from either side and
    /// by functions that give its value at -|z| and at |z|; each is called for
    /// growing |z|.
    pub(super) fn new(
        start: [f64; 2],
        mut below: impl FnMut(f64) -> f64,
        mut above: impl FnMut(f64) -> f64,
    ) -> Self {
        let mut table = [[0.0; NODES]; 2 * PIECES];
        let (left, right) = table.split_at_mut(PIECES);
        fill(left, start[0], &mut below);
        fill(right, start[1], &mut above);
        Self(table)
    }

    /// The index of the piece that covers `z`, and the place t within it.
    #[inline(always)]
    pub(super) fn locate(z: f64) -> (usize, f64) {
        let magnitude = z.abs();
        let bounded = if magnitude > REACH { REACH } else { magnitude };
        let position = bounded * (PIECES as f64 / REACH);
        let whole = position as usize;
        let piece = if whole < PIECES { whole } else { PIECES - 1 };
        let side = if z > 0.0 { PIECES } else { 0 };
        // t runs from -1 to 1 over the piece; the mask tells the compiler what
        // is true anyway: the index is in range
        ((side + piece) & (2 * PIECES - 1), 2.0 * (position - piece as f64) - 1.0)
    }

    /// The value at `z`.
    #[inline(always)]
    pub(super) fn at(&self, z: f64) -> f64 {
        let (piece, t) = Self::locate(z);
        polynomial(&self.0[piece], t)
    }
}

impl Table {
    /// [`Table::at`] of every lane, with the same bits: all lanes take each step
    /// of Horner's rule together.
    #[inline(always)]
    pub(super) fn at_row(&self, z: &Row, out: &mut Row) {
        let (mut pieces, mut t) = ([0usize; LANES], [0.0; LANES]);
        for l in 0..LANES {
            (pieces[l], t[l]) = Self::locate(z[l]);
        }
        let mut sum = [0.0; LANES];
        for l in 0..LANES {
            sum[l] = self.0[pieces[l]][NODES - 1];
        }
        for i in (0..NODES - 1).rev() {
            for l in 0..LANES {
                sum[l] = sum[l] * t[l] + self.0[pieces[l]][i];
            }
        }
        *out = sum;
    }
}

/// The |z| at place t of piece `i` of a side.
pub(super) fn magnitude(i: usize, t: f64) -> f64 {
    (i as f64 + 0.5 * (t + 1.0)) * (REACH / PIECES as f64)
}

/// Fills the pieces of one side, marching outward from z = 0.
fn fill(pieces: &mut [Piece], start: f64, value: &mut impl FnMut(f64) -> f64) {
    let mut last = start;
    for (i, piece) in pieces.iter_mut().enumerate() {
        let mut values = [last; NODES];
        for k in 1..NODES {
            values[k] = value(magnitude(i, POINTS[k]));
        }
        last = values[NODES - 1];
        *piece = interpolate(values);
    }
}

/// The polynomial through `values` at [`POINTS`], in powers of t.
pub(super) fn interpolate(values: [f64; NODES]) -> Piece {
    // Newton's divided differences …
    let mut difference = values;
    for order in 1..NODES {
        for k in (order..NODES).rev() {
            difference[k] = (difference[k] - difference[k - 1]) / (POINTS[k] - POINTS[k - order]);
        }
    }
    // … and p ← p·(t - tₖ) + difference, from the highest order down
    let mut p = [0.0; NODES];
    for k in (0..NODES).rev() {
        for i in (1..NODES).rev() {
            p[i] = p[i - 1] - p[i] * POINTS[k];
        }
        p[0] = difference[k] - p[0] * POINTS[k];
    }
    p
}
