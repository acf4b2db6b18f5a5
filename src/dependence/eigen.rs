//! Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.

use crate::maths;

/// What counts as zero beside the largest diagonal entry.
const ZERO: f64 = 1e-17;
/// The most sweeps over all pairs; eight suffice for any matrix met.
const SWEEPS: usize = 60;

/// The eigenvalues, and the eigenvectors as columns.
///
/// Cyclic Jacobi method: Golub and Van Loan, Matrix Computations, 4th edition
/// (2013), section 8.5.
pub(super) fn eigen(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect()).collect();
    let largest = (0..n).fold(0.0, |m, i| maths::max(a[i][i].abs(), m));
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() <= ZERO * largest {
                    continue;
                }
                rotated = true;
                // τ = (a_qq − a_pp)/(2 a_pq), t = sign(τ)/(|τ| + √(1 + τ²))
                let tau = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let root = (1.0 + tau * tau).sqrt();
                let t = if tau >= 0.0 { 1.0 / (tau + root) } else { -1.0 / (root - tau) };
                let c = 1.0 / (1.0 + t * t).sqrt();
                rotate(&mut a, &mut v, p, q, c, t * c);
            }
        }
        if !rotated {
            break;
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

/// A ← Jᵀ·A·J and V ← V·J for the rotation J of the axes p and q.
fn rotate(a: &mut [Vec<f64>], v: &mut [Vec<f64>], p: usize, q: usize, c: f64, s: f64) {
    let turn = |row: &mut Vec<f64>| {
        let (x, y) = (row[p], row[q]);
        row[p] = c * x - s * y;
        row[q] = s * x + c * y;
    };
    a.iter_mut().for_each(turn);
    v.iter_mut().for_each(turn);
    for k in 0..a.len() {
        let (x, y) = (a[p][k], a[q][k]);
        a[p][k] = c * x - s * y;
        a[q][k] = s * x + c * y;
    }
    // The rotation was chosen so.
    a[p][q] = 0.0;
    a[q][p] = 0.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symmetric_matrix_is_its_spectrum() {
        // 2 − 2 cos(kπ/(n+1)) are the eigenvalues of the second difference
        let n = 6;
        let a: Vec<Vec<f64>> = (0..n)
            .map(|i: usize| {
                let entry = |j: usize| match i.abs_diff(j) {
                    0 => 2.0,
                    1 => -1.0,
                    _ => 0.0,
                };
                (0..n).map(entry).collect()
            })
            .collect();
        let (values, v) = eigen(&a);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        for (k, value) in sorted.iter().enumerate() {
            let angle = std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64;
            assert!((value - (2.0 - 2.0 * crate::maths::sin_cos(angle).1)).abs() < 1e-14);
        }
        for i in 0..n {
            for j in 0..n {
                let back: f64 = (0..n).map(|k| v[i][k] * values[k] * v[j][k]).sum();
                assert!((back - a[i][j]).abs() < 1e-14);
            }
        }
    }
}
