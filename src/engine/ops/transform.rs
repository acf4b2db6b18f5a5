//! Products of polynomials over sixteen draws, by a discrete Fourier transform
//! of 64 points.
//!
//! A real sequence of 64 steps is taken as a polynomial modulo z⁶⁴ = i. The
//! product of two has 127 coefficients, of which the upper come back as
//! imaginary parts: nothing wraps around and nothing has to be padded. The
//! transform evaluates at the 64 roots, exp(iπ/128)·exp(−2πik/64). All numbers
//! of a draw stay in its lane.

use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::maths::sin_cos;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Steps of a block, and points of the transform.
pub(super) const BLOCK: usize = 64;

/// Real and imaginary parts.
pub(super) type Complex = [Row; 2];
/// A polynomial, or its values at the roots (digits of their number to base
/// four reversed), and a gap, so that blocks do not compete for the same places
/// of a cache.
pub(super) type Padded = [Complex; BLOCK + 1];

type Units = [[f64; 2]; 4 * BLOCK];

/// exp(2πi·n/256), n = 0, 1, …, 255.
static UNITS: LazyLock<Units> = LazyLock::new(|| {
    std::array::from_fn(|n| {
        let (sin, cos) = sin_cos(2.0 * PI * n as f64 / (4 * BLOCK) as f64);
        [cos, sin]
    })
});

/// The values of x − i·y at the roots; both are zero where they end.
#[inline(always)]
pub(super) fn values(x: &[Row], y: &[Row], z: &mut Padded) {
    let units = &*UNITS;
    let z = &mut z[..BLOCK];
    for ((z, x), [cos, sin]) in z.iter_mut().zip(x).zip(units) {
        let ([re, im], x) = (z, *x);
        for l in 0..LANES {
            re[l] = x[l] * cos;
            im[l] = x[l] * sin;
        }
        keep_rows_apart();
    }
    if x.len() < BLOCK {
        z[x.len()..].fill([[0.0; LANES]; 2]);
    }
    for ((z, y), [cos, sin]) in z.iter_mut().zip(y).zip(units) {
        let ([re, im], y) = (z, *y);
        for l in 0..LANES {
            re[l] += y[l] * sin;
            im[l] -= y[l] * cos;
        }
        keep_rows_apart();
    }
    fan_out::<64>(z, units);
    fan_out::<16>(z, units);
    fan_out::<4>(z, units);
}

/// Block k becomes the sum of the products x(i)·f(k − i), i from `first` to k,
/// at the roots. Root by root, so that what is read again is near.
#[inline(always)]
pub(super) fn multiply(x: &mut [Padded], f: &[Padded], first: usize) {
    for root in 0..BLOCK {
        for k in (first..x.len()).rev() {
            let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
            for (x, f) in x[first..=k].iter().zip(f[..=k - first].iter().rev()) {
                let ([xr, xi], [fr, fi]) = (&x[root], &f[root]);
                for l in 0..LANES {
                    re[l] += xr[l] * fr[l] - xi[l] * fi[l];
                    im[l] += xr[l] * fi[l] + xi[l] * fr[l];
                }
            }
            x[k][root] = [re, im];
            keep_rows_apart();
        }
    }
}

/// Adds the real coefficients of a polynomial to rows, from its values, which
/// are lost.
#[inline(always)]
pub(super) fn add_coefficients(z: &mut Padded, rows: &mut [Row]) {
    let units = &*UNITS;
    let z = &mut z[..BLOCK];
    fan_in::<4>(z, units);
    fan_in::<16>(z, units);
    fan_in::<64>(z, units);
    for ((row, [re, im]), [cos, sin]) in rows.iter_mut().zip(&*z).zip(units) {
        let (cos, sin) = (cos / BLOCK as f64, sin / BLOCK as f64);
        for l in 0..LANES {
            row[l] += re[l] * cos + im[l] * sin;
        }
        keep_rows_apart();
    }
}

/// One of three passes: every N points by four.
#[inline(always)]
fn fan_out<const N: usize>(z: &mut [Complex], units: &Units) {
    for points in z.as_chunks_mut::<N>().0 {
        for j in 0..N / 4 {
            let [u, v, w] = [1, 2, 3].map(|m| units[4 * BLOCK / N * j * m]);
            let [a, b, c, d] = [j, j + N / 4, j + N / 2, j + 3 * (N / 4)];
            let [[ar, ai], [br, bi], [cr, ci], [dr, di]] = [a, b, c, d].map(|i| points[i]);
            let mut out = [[[0.0; LANES]; 2]; 4];
            for l in 0..LANES {
                let (ar, ai, br, bi) = (ar[l], ai[l], br[l], bi[l]);
                let (cr, ci, dr, di) = (cr[l], ci[l], dr[l], di[l]);
                let (pr, pi, qr, qi) = (ar + cr, ai + ci, ar - cr, ai - ci);
                let (rr, ri, sr, si) = (br + dr, bi + di, bi - di, dr - br);
                let [y0, y1, y2, y3] = &mut out;
                [y0[0][l], y0[1][l]] = [pr + rr, pi + ri];
                [y1[0][l], y1[1][l]] = turned::<N>([qr + sr, qi + si], u, -1.0);
                [y2[0][l], y2[1][l]] = turned::<N>([pr - rr, pi - ri], v, -1.0);
                [y3[0][l], y3[1][l]] = turned::<N>([qr - sr, qi - si], w, -1.0);
            }
            for (i, out) in [a, b, c, d].into_iter().zip(out) {
                points[i] = out;
            }
            keep_rows_apart();
        }
    }
}

/// What undoes [`fan_out`], times four.
#[inline(always)]
fn fan_in<const N: usize>(z: &mut [Complex], units: &Units) {
    for points in z.as_chunks_mut::<N>().0 {
        for j in 0..N / 4 {
            let [u, v, w] = [1, 2, 3].map(|m| units[4 * BLOCK / N * j * m]);
            let [a, b, c, d] = [j, j + N / 4, j + N / 2, j + 3 * (N / 4)];
            let [[ar, ai], [br, bi], [cr, ci], [dr, di]] = [a, b, c, d].map(|i| points[i]);
            let mut out = [[[0.0; LANES]; 2]; 4];
            for l in 0..LANES {
                let (ar, ai) = (ar[l], ai[l]);
                let [br, bi] = turned::<N>([br[l], bi[l]], u, 1.0);
                let [cr, ci] = turned::<N>([cr[l], ci[l]], v, 1.0);
                let [dr, di] = turned::<N>([dr[l], di[l]], w, 1.0);
                let (pr, pi, rr, ri) = (ar + cr, ai + ci, ar - cr, ai - ci);
                let (qr, qi, sr, si) = (br + dr, bi + di, di - bi, br - dr);
                let [y0, y1, y2, y3] = &mut out;
                [y0[0][l], y0[1][l]] = [pr + qr, pi + qi];
                [y1[0][l], y1[1][l]] = [rr + sr, ri + si];
                [y2[0][l], y2[1][l]] = [pr - qr, pi - qi];
                [y3[0][l], y3[1][l]] = [rr - sr, ri - si];
            }
            for (i, out) in [a, b, c, d].into_iter().zip(out) {
                points[i] = out;
            }
            keep_rows_apart();
        }
    }
}

/// z times a unit, or (sign −1) its conjugate; of a pass over four points all
/// units are one.
#[inline(always)]
fn turned<const N: usize>([re, im]: [f64; 2], [cos, sin]: [f64; 2], sign: f64) -> [f64; 2] {
    if N == 4 {
        return [re, im];
    }
    let sin = sign * sin;
    [re * cos - im * sin, re * sin + im * cos]
}
