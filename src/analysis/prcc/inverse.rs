//! The inverse of a correlation matrix without what is redundant.

/// A variance left that is smaller than this is none: the input is a function
/// of those before it, up to rounding.
pub(super) const NONE: f64 = 1e-9;

/// The inverse A = R⁻¹ of the correlations R of the inputs that are kept.
pub(super) struct Inverse {
    /// The positions of the inputs kept, ascending.
    pub(super) kept: Vec<usize>,
    /// M = L⁻¹ with L·Lᵀ = R, so that A = Mᵀ·M; row i has i + 1 numbers.
    rows: Vec<Vec<f64>>,
}

impl Inverse {
    /// Of `of` inputs; one whose variance is explained by those kept before it
    /// is left out.
    pub(super) fn new(of: usize, correlation: impl Fn(usize, usize) -> f64) -> Self {
        let mut kept: Vec<usize> = Vec::new();
        let mut factor: Vec<Vec<f64>> = Vec::new();
        for i in 0..of {
            let mut line: Vec<f64> = Vec::with_capacity(kept.len() + 1);
            let mut left = 1.0;
            for (j, above) in kept.iter().zip(&factor) {
                // Lᵢⱼ = (Rᵢⱼ − Σ_{k<j} Lᵢₖ·Lⱼₖ)/Lⱼⱼ
                let known: f64 = line.iter().zip(above).map(|(a, b)| a * b).sum();
                let l = (correlation(i, *j) - known) / above[line.len()];
                left -= l * l;
                line.push(l);
            }
            if left > NONE {
                line.push(left.sqrt());
                factor.push(line);
                kept.push(i);
            }
        }
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(kept.len());
        for (i, line) in factor.iter().enumerate() {
            // Mᵢ = (eᵢ − Σ_{j<i} Lᵢⱼ·Mⱼ)/Lᵢᵢ
            let mut row = vec![0.0; i + 1];
            row[i] = 1.0;
            for (l, above) in line.iter().zip(&rows) {
                for (x, m) in row.iter_mut().zip(above) {
                    *x -= l * m;
                }
            }
            row.iter_mut().for_each(|x| *x /= line[i]);
            rows.push(row);
        }
        Self { kept, rows }
    }

    /// Aᵢᵢ of all kept.
    pub(super) fn diagonal(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.kept.len()];
        for row in &self.rows {
            for (sum, m) in sums.iter_mut().zip(row) {
                *sum += m * m;
            }
        }
        sums
    }

    /// A·c, and cᵀ·A·c.
    pub(super) fn times(&self, c: &[f64]) -> (Vec<f64>, f64) {
        let (mut product, mut square) = (vec![0.0; c.len()], 0.0);
        for row in &self.rows {
            let x: f64 = row.iter().zip(c).map(|(m, c)| m * c).sum();
            square += x * x;
            for (p, m) in product.iter_mut().zip(row) {
                *p += x * m;
            }
        }
        (product, square)
    }

    /// Column `i` of A.
    pub(super) fn column(&self, i: usize) -> Vec<f64> {
        let mut column = vec![0.0; self.kept.len()];
        for row in &self.rows[i..] {
            for (sum, m) in column.iter_mut().zip(row) {
                *sum += row[i] * m;
            }
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_inverts_and_leaves_out_what_is_redundant() {
        // The third is minus the first; the fifth is (x₂ + x₄)/√2.5, with r₂₄ = ¼.
        let h = 1.25 / 2.5f64.sqrt();
        let r = [
            [1.0, 0.5, -1.0, 0.25, 0.75 / 2.5f64.sqrt()],
            [0.5, 1.0, -0.5, 0.25, h],
            [-1.0, -0.5, 1.0, -0.25, -0.75 / 2.5f64.sqrt()],
            [0.25, 0.25, -0.25, 1.0, h],
            [0.75 / 2.5f64.sqrt(), h, -0.75 / 2.5f64.sqrt(), h, 1.0],
        ];
        let inverse = Inverse::new(5, |i, j| r[i][j]);
        assert_eq!(inverse.kept, [0, 1, 3]);
        for i in 0..3 {
            let column = inverse.column(i);
            assert!((column[i] - inverse.diagonal()[i]).abs() < 1e-14);
            let unit: Vec<f64> = (0..3).map(|j| f64::from(u8::from(i == j))).collect();
            let (times, square) = inverse.times(&unit);
            assert!((square - column[i]).abs() < 1e-14);
            for j in 0..3 {
                assert!((times[j] - column[j]).abs() < 1e-14);
                let one: f64 =
                    (0..3).map(|k| r[inverse.kept[j]][inverse.kept[k]] * column[k]).sum();
                assert!((one - unit[j]).abs() < 1e-14);
            }
        }
    }
}
