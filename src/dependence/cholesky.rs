//! The Cholesky factor of a correlation matrix.

/// A pivot below this is zero: variables that are exact functions of those
/// before them are allowed.
const ZERO: f64 = 1e-12;

/// The lower triangle L with L·Lᵀ = R, row by row (row i has i + 1 numbers);
/// none if R is not positive semi-definite.
pub(super) fn factor(r: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut l: Vec<Vec<f64>> = Vec::with_capacity(r.len());
    for (i, row) in r.iter().enumerate() {
        let mut line: Vec<f64> = Vec::with_capacity(i + 1);
        for j in 0..=i {
            // s = Rᵢⱼ − Σ_{k<j} Lᵢₖ·Lⱼₖ
            let above = if j < i { &l[j] } else { &line };
            let mut s = row[j];
            for k in 0..j {
                s -= line[k] * above[k];
            }
            line.push(if j == i {
                if s < -ZERO {
                    return None;
                }
                // Lᵢᵢ = √s
                if s > ZERO { s.sqrt() } else { 0.0 }
            } else if l[j][j] > 0.0 {
                // Lᵢⱼ = s/Lⱼⱼ
                s / l[j][j]
            } else if s * s > ZERO {
                // |s| ≤ √(sᵢᵢ·sⱼⱼ) in a positive semi-definite matrix
                return None;
            } else {
                0.0
            });
        }
        l.push(line);
    }
    Some(l)
}

/// Solves L·X = B by columns of B: the rows of X for the rows of B.
pub(super) fn solve(l: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = Vec::with_capacity(b.len());
    for (i, row) in l.iter().enumerate() {
        let mut s = b[i];
        for k in 0..i {
            s -= row[k] * x[k];
        }
        x.push(s / row[i]);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The product of the factor with itself is the matrix.
        #[test]
        fn the_factor_gives_the_matrix_back(
            loads in proptest::collection::vec(proptest::collection::vec(-1.0..1.0f64, 3), 1..7),
        ) {
            // R = D^-½ (W·Wᵀ + I/10) D^-½
            let n = loads.len();
            let dot = |i: usize, j: usize| -> f64 {
                let own = if i == j { 0.1 } else { 0.0 };
                own + loads[i].iter().zip(&loads[j]).map(|(a, b)| a * b).sum::<f64>()
            };
            let r: Vec<Vec<f64>> = (0..n)
                .map(|i| (0..n).map(|j| dot(i, j) / (dot(i, i) * dot(j, j)).sqrt()).collect())
                .collect();
            let l = factor(&r).expect("positive definite");
            for i in 0..n {
                for j in 0..=i {
                    let product: f64 = (0..=j).map(|k| l[i][k] * l[j][k]).sum();
                    prop_assert!((product - r[i][j]).abs() < 1e-14);
                }
            }
        }
    }

    #[test]
    fn exact_dependence_is_allowed_and_contradiction_is_not() {
        let same = [vec![1.0, 1.0, 0.5], vec![1.0, 1.0, 0.5], vec![0.5, 0.5, 1.0]];
        let l = factor(&same).expect("semi-definite");
        assert_eq!(l[1], [1.0, 0.0]);
        assert_eq!(l[2][..2], [0.5, 0.0]);
        let contradiction = [vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
        assert!(factor(&contradiction).is_none());
    }
}
