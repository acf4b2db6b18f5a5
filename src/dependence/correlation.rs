//! A correlation matrix with names.

use super::cholesky::factor;
use super::nearest::nearest;
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::maths;
use std::collections::BTreeSet;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_6};

/// The most names of one correlation.
const MAX_NAMES: usize = 100;

/// How named random streams depend on each other: a Gaussian copula.
///
/// Entries are stated as rank correlations (Spearman, Kendall) or as
/// correlations of the underlying normals, and held as the latter:
///
/// * Spearman's ρ: r = 2·sin(πρ/6),
/// * Kendall's τ: r = sin(πτ/2)
///
/// (Kruskal, "Ordinal measures of association", Journal of the American
/// Statistical Association 53 (1958) 814-861). Both hold for any continuous
/// distributions of the parameters; ties make the rank correlation smaller.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    names: Vec<String>,
    matrix: Vec<Vec<f64>>,
}

/// A correlation made possible, and how far it is from what was stated.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The nearest possible correlation.
    pub correlation: Correlation,
    /// The largest change of an entry (correlation of the normals).
    pub largest_change: f64,
    /// The pair whose entry changed most; empty names if none did.
    pub pair: (String, String),
}

impl Correlation {
    /// Spearman's rank correlations.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument), one diagnostic for
    /// each pair that is not symmetric or not in −1 to 1, each diagonal entry
    /// that is not 1, and names that stand twice. Whether the matrix as a whole
    /// is possible is told by [`check`](Self::check) and when it is used.
    ///
    /// # Examples
    /// ```
    /// use blackmass::dependence::Correlation;
    /// let c = Correlation::spearman(["a", "b"], &[vec![1.0, 0.5], vec![0.5, 1.0]])?;
    /// assert!((c.of_normals()[0][1] - 0.5176380902050415).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn spearman<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        matrix: &[Vec<f64>],
    ) -> Result<Self, Error> {
        // r = 2·sin(πρ/6)
        Self::stated(names, matrix, |rho| 2.0 * maths::sin_cos(rho * FRAC_PI_6).0)
    }

    /// Kendall's rank correlations.
    ///
    /// # Errors
    /// As [`spearman`](Self::spearman).
    ///
    /// # Examples
    /// ```
    /// use blackmass::dependence::Correlation;
    /// let c = Correlation::kendall(["a", "b"], &[vec![1.0, 0.5], vec![0.5, 1.0]])?;
    /// assert!((c.of_normals()[0][1] - 0.7071067811865475).abs() < 1e-15);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn kendall<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        matrix: &[Vec<f64>],
    ) -> Result<Self, Error> {
        // r = sin(πτ/2)
        Self::stated(names, matrix, |tau| maths::sin_cos(tau * FRAC_PI_2).0)
    }

    /// Pearson's correlations of the underlying normals (for parameters that
    /// are not normal these are not the correlations of the parameters).
    ///
    /// # Errors
    /// As [`spearman`](Self::spearman).
    ///
    /// # Examples
    /// ```
    /// use blackmass::dependence::Correlation;
    /// let c = Correlation::pearson(["a", "b"], &[vec![1.0, 0.5], vec![0.5, 1.0]])?;
    /// assert_eq!(c.of_normals()[0][1], 0.5);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn pearson<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        matrix: &[Vec<f64>],
    ) -> Result<Self, Error> {
        Self::stated(names, matrix, |r| r)
    }

    fn stated<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        matrix: &[Vec<f64>],
        normal: impl Fn(f64) -> f64,
    ) -> Result<Self, Error> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let problems = problems(&names, matrix);
        if !problems.is_empty() {
            return Err(Error::many(ErrorKind::Argument, problems));
        }
        // −1 and 1 stay what they are, whatever rounding says.
        let entry = |x: &f64| if x.abs() == 1.0 { *x } else { normal(*x) };
        let matrix = matrix.iter().map(|row| row.iter().map(entry).collect()).collect();
        Ok(Self { names, matrix })
    }

    /// The names of the streams, in the order of the matrix.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The correlations of the underlying normals, row by row.
    #[must_use]
    pub fn of_normals(&self) -> &[Vec<f64>] {
        &self.matrix
    }

    /// Whether any random variables can be correlated so: the matrix of the
    /// normals must be positive semi-definite.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument), naming the pair
    /// whose entry the [nearest possible matrix](Self::repaired) changes most
    /// (the first of several), with its entry there.
    ///
    /// # Examples
    /// ```
    /// use blackmass::dependence::Correlation;
    /// // b and c both move with a, but against each other
    /// let table = [vec![1.0, 0.8, 0.8], vec![0.8, 1.0, -0.9], vec![0.8, -0.9, 1.0]];
    /// let error = Correlation::spearman(["a", "b", "c"], &table)?.check().unwrap_err();
    /// assert!(error.to_string().contains("b with c"));
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn check(&self) -> Result<(), Error> {
        self.factor().map(drop)
    }

    /// The nearest possible correlation (Higham 2002), if this one is not; the
    /// same one otherwise.
    ///
    /// # Examples
    /// ```
    /// use blackmass::dependence::Correlation;
    /// let table = [vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
    /// let repaired = Correlation::pearson(["a", "b", "c"], &table)?.repaired();
    /// repaired.correlation.check()?;
    /// assert!((repaired.largest_change - 0.2393).abs() < 1e-4);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn repaired(&self) -> Repaired {
        let unchanged = factor(&self.matrix).is_some();
        let matrix = if unchanged { self.matrix.clone() } else { nearest(&self.matrix) };
        let (mut largest_change, mut pair) = (0.0, (String::new(), String::new()));
        for i in 0..matrix.len() {
            for j in i + 1..matrix.len() {
                let change = (matrix[i][j] - self.matrix[i][j]).abs();
                // What differs by rounding only counts as the same.
                if change > largest_change + 1e-9 {
                    (largest_change, pair) =
                        (change, (self.names[i].clone(), self.names[j].clone()));
                }
            }
        }
        let correlation = Self { names: self.names.clone(), matrix };
        Repaired { correlation, largest_change, pair }
    }

    /// The Cholesky factor, or what is wrong.
    pub(crate) fn factor(&self) -> Result<Vec<Vec<f64>>, Error> {
        factor(&self.matrix).ok_or_else(|| {
            let Repaired { correlation, pair: (a, b), .. } = self.repaired();
            let at = |name: &str| self.names.iter().position(|n| n == name).unwrap_or_default();
            let (i, j) = (at(&a), at(&b));
            let problem = Diagnostic::new("no random variables can be correlated so: the matrix is not positive semi-definite")
                .key(format!("{a} with {b}"))
                .found(format!("{:.4} between the underlying normals", self.matrix[i][j]))
                .allowed(format!("{:.4} in the nearest possible matrix", correlation.matrix[i][j]))
                .fix("change this entry or those of the same rows, or take the nearest matrix: `.repaired()`");
            Error::new(ErrorKind::Argument, problem)
        })
    }
}

/// Everything wrong with a stated matrix, entry by entry.
fn problems(names: &[String], matrix: &[Vec<f64>]) -> Vec<Diagnostic> {
    let n = names.len();
    let mut problems = Vec::new();
    if !(2..=MAX_NAMES).contains(&n) {
        problems.push(
            Diagnostic::new("a correlation needs at least two names and not too many")
                .found(format!("{n} names"))
                .allowed(format!("2 to {MAX_NAMES}")),
        );
    }
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            problems.push(Diagnostic::new("a name stands twice in a correlation").key(name));
        }
    }
    if matrix.len() != n || matrix.iter().any(|row| row.len() != n) {
        let longest = matrix.iter().map(Vec::len).find(|l| *l != n).unwrap_or(n);
        problems.push(
            Diagnostic::new("a correlation matrix has one row and one column per name")
                .found(format!("{} rows, one of them with {longest} entries", matrix.len()))
                .allowed(format!("{n} rows of {n} entries")),
        );
        return problems;
    }
    for i in 0..n {
        if matrix[i][i] != 1.0 {
            problems.push(
                Diagnostic::new("a quantity is perfectly correlated with itself")
                    .key(&names[i])
                    .found(matrix[i][i].to_string())
                    .allowed("1 on the diagonal"),
            );
        }
        for j in i + 1..n {
            let (x, y) = (matrix[i][j], matrix[j][i]);
            let pair = format!("{} with {}", names[i], names[j]);
            if !(-1.0..=1.0).contains(&x) {
                problems.push(
                    Diagnostic::new("a correlation outside its range")
                        .key(pair)
                        .found(x.to_string())
                        .allowed("-1 to 1"),
                );
            } else if x != y {
                problems.push(
                    Diagnostic::new("a correlation matrix must be symmetric")
                        .key(pair)
                        .found(format!("{x} above the diagonal, {y} below"))
                        .allowed("the same number twice"),
                );
            }
        }
    }
    problems
}
