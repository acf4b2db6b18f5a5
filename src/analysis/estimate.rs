//! A mean with its Monte Carlo error.

/// A mean over draws and its standard error, in the unit of the draws.
///
/// The standard error is that of independent draws (Monte Carlo). Of a Latin
/// hypercube or Sobol' points it is usually too large; several seeds tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error, sd/√n; zero if there is a single draw, which says
    /// nothing about it.
    pub standard_error: f64,
}

impl Estimate {
    /// The mean of independent draws, of which there is at least one.
    pub(super) fn of(draws: &[f64]) -> Self {
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        Self { mean, standard_error: (variance(draws, mean) / n).sqrt() }
    }
}

/// Σ(x − mean)²/(n − 1); zero for a single number.
pub(super) fn variance(draws: &[f64], mean: f64) -> f64 {
    if draws.len() < 2 {
        return 0.0;
    }
    let squares: f64 = draws.iter().map(|x| (x - mean) * (x - mean)).sum();
    squares / (draws.len() - 1) as f64
}
