//! When within its step an inflow enters.

use crate::error::{Error, argument};
use crate::lifetime::InflowTiming;

/// When within its step an inflow enters; see [`conventions`](super::conventions).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Timing {
    /// All at the start: a whole step of exposure in the first step.
    Start,
    /// All in the middle.
    #[default]
    Middle,
    /// All at the end: no exposure in the first step. ODYM's integer ages.
    End,
    /// Evenly over the step, by the Gauss–Lobatto rule with this many points,
    /// 2 to 10. For lifetimes as short as a step.
    Quadrature(usize),
}

impl From<InflowTiming> for Timing {
    fn from(timing: InflowTiming) -> Self {
        match timing {
            InflowTiming::Start => Self::Start,
            InflowTiming::Middle => Self::Middle,
            InflowTiming::End => Self::End,
        }
    }
}

impl Timing {
    /// Points in the step, 0 to 1, and their weights.
    pub(super) fn points(self) -> Result<Vec<(f64, f64)>, Error> {
        match self {
            Self::Start => Ok(vec![(0.0, 1.0)]),
            Self::Middle => Ok(vec![(0.5, 1.0)]),
            Self::End => Ok(vec![(1.0, 1.0)]),
            Self::Quadrature(n) if (2..=10).contains(&n) => Ok(gauss_lobatto(n)),
            Self::Quadrature(n) => Err(argument(
                "quadrature: the number of points is out of bounds",
                "timing",
                format!("{n} points"),
                "2 to 10 points",
                "use Middle for a single point",
            )),
        }
    }
}

/// The Gauss–Lobatto rule on [0, 1]: the ends and the zeros of P′ₙ₋₁, with
/// weights 1/(n (n−1) Pₙ₋₁²) (NIST Digital Library of Mathematical Functions,
/// 3.5, after halving the interval).
fn gauss_lobatto(n: usize) -> Vec<(f64, f64)> {
    let degree = n - 1;
    (0..n)
        .map(|i| {
            let mut x = match i {
                0 => -1.0,
                _ if i == degree => 1.0,
                // Chebyshev's points are near
                _ => {
                    -crate::maths::sin_cos(std::f64::consts::PI * (0.5 - i as f64 / degree as f64))
                        .0
                }
            };
            if i > 0 && i < degree {
                for _ in 0..100 {
                    // Newton on x P − P₋₁ = (x² − 1) P′/degree, of slope (degree + 1) P
                    let (p, before) = legendre(degree, x);
                    let step = (x * p - before) / (n as f64 * p);
                    x -= step;
                    if step.abs() < 1e-16 {
                        break;
                    }
                }
            }
            let (p, _) = legendre(degree, x);
            (0.5 * (x + 1.0), 1.0 / ((n * degree) as f64 * p * p))
        })
        .collect()
}

/// Pₙ(x) and Pₙ₋₁(x), n ≥ 1.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut p) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, p) = (p, ((2.0 * k - 1.0) * x * p - (k - 1.0) * before) / k);
    }
    (p, before)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn gauss_lobatto_is_exact_for_polynomials_of_degree_2n_minus_3() {
        for n in 2..=10 {
            let rule = gauss_lobatto(n);
            for degree in 0..=(2 * n - 3) {
                let sum: f64 =
                    rule.iter().map(|(x, w)| w * (0..degree).fold(1.0, |power, _| power * x)).sum();
                assert!((sum - 1.0 / (degree as f64 + 1.0)).abs() < 1e-15, "{n} {degree}");
            }
            assert!(rule.windows(2).all(|p| p[0].0 < p[1].0));
        }
    }
}
