//! The mean of the worst cases.

use super::estimate::{Estimate, variance};
use super::finite;
use crate::error::{Error, argument};

/// Which draws are the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worst {
    /// The highest, as of a shortage or a dependence.
    High,
    /// The lowest, as of what is recovered.
    Low,
}

/// The mean of the worst draws, in their unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shortfall {
    /// The expected shortfall and its standard error.
    pub value: Estimate,
    /// Where the worst draws begin: the quantile.
    pub quantile: f64,
    /// How many draws lie in the tail: n·(1 − p), not rounded.
    pub draws: f64,
}

/// The expected shortfall at level `p`: the mean of the worst share α = 1 − p
/// of the draws.
///
/// With the draws x₁, x₂, … from the worst on and k = ⌊n·α⌋ (E48),
///
/// ```text
/// ES = (x₁ + … + x_k + (n·α − k)·x_{k+1})/(n·α)
/// ```
///
/// that is, the draw at the quantile counts with the fraction that is missing
/// from the share (Acerbi and Tasche, "On the coherence of expected shortfall",
/// Journal of Banking & Finance 26 (2002) 1487–1503, definition 2.6). A plain
/// mean of the draws beyond the quantile is not coherent where draws are equal.
///
/// The standard error is the asymptotic one, with q the quantile and losses
/// counted upwards,
///
/// ```text
/// se² = Var((X − q)₊)/(n·α²) = (Var(X | X > q) + p·(ES − q)²)/(n·α)
/// ```
///
/// (Manistre and Hancock, "Variance of the CTE estimator", North American
/// Actuarial Journal 9 (2005) 129–156). It holds for independent draws and
/// needs some dozens of them in the tail; with fewer it is too small.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if `p` is not at least 0
/// and below 1, a draw is not finite, or fewer than two draws lie in the tail.
///
/// # Examples
/// ```
/// use blackmass::analysis::{Worst, expected_shortfall};
/// let draws = [5.0, 1.0, 2.0, 4.0, 3.0];
/// // The worst half of five draws: two and a half.
/// let shortfall = expected_shortfall(&draws, 0.5, Worst::High)?;
/// assert_eq!(shortfall.value.mean, (5.0 + 4.0 + 0.5 * 3.0) / 2.5);
/// assert_eq!(shortfall.quantile, 3.0);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn expected_shortfall(draws: &[f64], p: f64, worst: Worst) -> Result<Shortfall, Error> {
    if !(0.0..1.0).contains(&p) {
        let fix = "write 0.95 for the mean of the worst five per cent";
        return Err(argument("the level is no share", "p", p.to_string(), "0 up to below 1", fix));
    }
    finite("draws", draws)?;
    let n = draws.len() as f64;
    let alpha = 1.0 - p;
    let tail = n * alpha;
    // 20·(1 − 0.9) is not quite two.
    if tail < 2.0 - 1e-9 {
        return Err(argument(
            "too few draws in the tail",
            "draws",
            format!("{tail} of {n}"),
            "at least 2",
            "make more draws, or take a larger share",
        ));
    }
    // Losses: the worst are the highest.
    let sign = if worst == Worst::High { 1.0 } else { -1.0 };
    let mut losses: Vec<f64> = draws.iter().map(|x| sign * x).collect();
    losses.sort_by(|a, b| b.total_cmp(a));
    let whole = tail.floor() as usize;
    // All draws are in the tail at p = 0.
    let at = if whole < losses.len() { whole } else { losses.len() - 1 };
    let quantile = losses[at];
    let mean = (losses[..whole].iter().sum::<f64>() + (tail - whole as f64) * quantile) / tail;
    let beyond: Vec<f64> =
        losses.iter().map(|x| if *x > quantile { x - quantile } else { 0.0 }).collect();
    let mean_beyond = beyond.iter().sum::<f64>() / n;
    let standard_error = (variance(&beyond, mean_beyond) / n).sqrt() / alpha;
    let value = Estimate { mean: sign * mean, standard_error };
    Ok(Shortfall { value, quantile: sign * quantile, draws: tail })
}
