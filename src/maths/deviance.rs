//! What keeps beta and gamma probabilities exact for large shapes (Loader,
//! "Fast and accurate computation of binomial probabilities", 2000).

use super::{ln_1p, polynomial};

/// 1/(2k+3), k = 0…11.
const ODD: [f64; 12] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
    1.0 / 25.0,
];

/// d - ln(1 + d) for d > -1, relatively exact also near 0.
pub(crate) fn deviance(d: f64) -> f64 {
    if d.abs() > 0.4 {
        return d - ln_1p(d);
    }
    // ln(1 + d) = 2 artanh t with t = d/(2 + d), and d - 2t = d t
    let t = d / (2.0 + d);
    d * t - 2.0 * t * t * t * polynomial(&ODD, t * t)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_series_and_the_definition() {
        for d in [1e-8, 1e-5, 1e-3_f64] {
            // the first term left out is 2/7·d⁵ of the first
            let series: f64 = (2..7).map(|k| d.powi(k) / f64::from(k) * (-1f64).powi(k)).sum();
            assert!((deviance(d) / series - 1.0).abs() < 1e-14, "{d}");
        }
        for d in [-0.9, -0.41, -0.39, -0.2, 0.2, 0.39, 0.41, 3.0_f64] {
            assert!((deviance(d) / (d - d.ln_1p()) - 1.0).abs() < 1e-14, "{d}");
        }
    }
}
