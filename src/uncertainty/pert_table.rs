//! The quantile of a beta law as a piecewise polynomial in the standard normal
//! variable.
//!
//! The beta quantile has no closed form. As a function of z = Φ⁻¹(u) it is
//! smooth, so 64 polynomials of degree 8 on either side of z = 0 follow it to
//! about 1e-11 of the distance from the nearer end of the range, out to
//! |z| = 8.3, where the probability beyond is 5e-17. Larger |z| count as 8.3.

use crate::maths::{BetaLaw, exp, normal_cdf, normal_density, polynomial};
use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt;

/// Pieces on each side of z = 0; a power of two.
const PIECES: usize = 64;
/// Nodes of each piece, its degree plus one.
const NODES: usize = 9;
/// The largest |z| told apart.
const REACH: f64 = 8.3;
/// cos(kπ/8), k = 8…0: the Chebyshev points of the second kind. They include
/// both ends, so that neighbouring pieces meet.
const POINTS: [f64; NODES] = [
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

/// Coefficients in t ∈ [-1, 1], lowest first: first the pieces for z ≤ 0, by
/// growing |z|, which give the quantile; then those for z > 0, which give one
/// minus the quantile.
#[derive(Clone, PartialEq)]
pub(super) struct PertTable([[f64; NODES]; 2 * PIECES]);

impl fmt::Debug for PertTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PertTable")
    }
}

impl PertTable {
    /// Tabulates a law with both shapes at least 1.
    pub(super) fn new(law: BetaLaw) -> Self {
        let (a, b) = law.shapes();
        let median = solve(&law, 0.5, a / (a + b), 1.0);
        let mut table = [[0.0; NODES]; 2 * PIECES];
        let (below, above) = table.split_at_mut(PIECES);
        fill(below, &law, median);
        fill(above, &law.mirrored(), 1.0 - median);
        Self(table)
    }

    /// The share of the range between the quantile at `z` and the end of the
    /// range on its side: the lower end for z ≤ 0, the upper one for z > 0.
    #[inline(always)]
    pub(super) fn share_from_nearer_end(&self, z: f64) -> f64 {
        let magnitude = z.abs();
        let bounded = if magnitude > REACH { REACH } else { magnitude };
        let position = bounded * (PIECES as f64 / REACH);
        let whole = position as usize;
        let piece = if whole < PIECES { whole } else { PIECES - 1 };
        let side = if z > 0.0 { PIECES } else { 0 };
        // t runs from -1 to 1 over the piece
        let t = 2.0 * (position - piece as f64) - 1.0;
        // the mask tells the compiler what is true anyway: the index is in range
        polynomial(&self.0[(side + piece) & (2 * PIECES - 1)], t)
    }
}

/// Fills the pieces of one side, marching outward from the median.
fn fill(pieces: &mut [[f64; NODES]], law: &BetaLaw, median: f64) {
    let (mut x, mut z) = (median, 0.0);
    for (i, piece) in pieces.iter_mut().enumerate() {
        let mut values = [x; NODES];
        for k in 1..NODES {
            let next = (i as f64 + 0.5 * (POINTS[k] + 1.0)) * (REACH / PIECES as f64);
            // d ln x/dz = φ(z)/(x f(x)), with front = x (1-x) f(x)
            let (_, front) = law.cdf_and_front(x);
            let slope = normal_density(z) * (1.0 - x) / front;
            let guess = x * exp(-slope * (next - z));
            x = solve(law, normal_cdf(-next), guess, x);
            z = next;
            values[k] = x;
        }
        *piece = interpolate(values);
    }
}

/// The x in (0, `upper`) with distribution function `p`, from a guess, by
/// Halley's method kept within a shrinking bracket.
fn solve(law: &BetaLaw, p: f64, guess: f64, upper: f64) -> f64 {
    let (a, b) = law.shapes();
    let (mut low, mut high) = (0.0, upper);
    let mut x = if guess > low && guess < high { guess } else { 0.5 * (low + high) };
    for _ in 0..100 {
        let (cdf, front) = law.cdf_and_front(x);
        let excess = cdf - p;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        // Newton step d = (F - p)/f, relative to x; Halley divides it by
        // 1 - d f'/(2f), f'/f = (α-1)/x - (β-1)/(1-x)
        let newton = excess * (1.0 - x) / front;
        let bend = (a - 1.0) - (b - 1.0) * x / (1.0 - x);
        let step = newton / (1.0 - 0.5 * newton * bend);
        let next = x - x * step;
        // the error of the next point is about the cube of the step
        if step.abs() < 1e-6 {
            return next;
        }
        x = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    x
}

/// The polynomial through `values` at [`POINTS`], in powers of t.
fn interpolate(values: [f64; NODES]) -> [f64; NODES] {
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
