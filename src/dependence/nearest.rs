//! The nearest correlation matrix.

use super::eigen::eigen;

/// The most rounds of projections.
const ROUNDS: usize = 2_000;
/// The change of the matrix in a round at which it has converged.
const CONVERGED: f64 = 1e-13;

/// The correlation matrix nearest to `a` in the Frobenius norm: alternating
/// projections on the positive semi-definite matrices (with Dykstra's
/// correction) and on those with unit diagonal. Higham, "Computing the nearest
/// correlation matrix", IMA Journal of Numerical Analysis 22 (2002) 329-343.
pub(super) fn nearest(a: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    let mut y = a.to_vec();
    let mut correction = vec![vec![0.0; n]; n];
    let mut x = y.clone();
    for _ in 0..ROUNDS {
        // R = Y − ΔS,  X = P_S(R),  ΔS = X − R,  Y = P_U(X)
        let mut r = y.clone();
        for i in 0..n {
            for j in 0..n {
                r[i][j] -= correction[i][j];
            }
        }
        x = positive(&r);
        let mut change = 0.0;
        for i in 0..n {
            for j in 0..n {
                correction[i][j] = x[i][j] - r[i][j];
                let next = if i == j { 1.0 } else { x[i][j] };
                change += (next - y[i][j]).abs();
                y[i][j] = next;
            }
        }
        if change < CONVERGED * (n * n) as f64 {
            break;
        }
    }
    // X is positive semi-definite and its diagonal is one but for what has not
    // converged: X̂ᵢⱼ = Xᵢⱼ/√(Xᵢᵢ·Xⱼⱼ) is both.
    for i in 0..n {
        for j in 0..n {
            y[i][j] = if i == j { 1.0 } else { x[i][j] / (x[i][i] * x[j][j]).sqrt() };
        }
    }
    y
}

/// The nearest positive semi-definite matrix: negative eigenvalues become zero.
fn positive(r: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = r.len();
    let (values, v) = eigen(r);
    let mut x = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let mut s = 0.0;
            for k in 0..n {
                if values[k] > 0.0 {
                    s += v[i][k] * values[k] * v[j][k];
                }
            }
            x[i][j] = s;
            x[j][i] = s;
        }
    }
    x
}
