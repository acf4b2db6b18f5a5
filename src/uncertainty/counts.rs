//! Whole numbers of events: binomial, Poisson, multinomial.
//!
//! Each count is the quantile of its law at a uniform number: the smallest k
//! whose probability, with that of all smaller counts, is at least u. It is
//! found from the incomplete beta and gamma functions, by a search that starts
//! at the normal approximation. It is exact unless u lies within about 1e-12
//! (relative to the nearer tail; 1e-9 for means above 1e6) of a step.
//!
//! # Examples
//! ```
//! use blackmass::uncertainty::counts;
//! // of ten plants, each built with probability 0.3
//! assert_eq!(counts::binomial_quantile(0.5, 10, 0.3)?, 3);
//! let split = counts::multinomial(&[0.4, 0.6], 10, &[0.5, 0.3, 0.2])?;
//! assert_eq!(split.iter().sum::<u64>(), 10);
//! # Ok::<(), blackmass::Error>(())
//! ```

use super::check::Check;
use crate::error::{Error, argument};
use crate::maths::{BetaLaw, gamma_tails_at_ln, ln, logit, max, normal_quantile};

/// The largest number of trials and Poisson mean.
const LARGEST: f64 = 1e8;
const BOUNDS: &str = "0 to 1e8";
const UNIFORM: (&str, &str) = ("above 0 and below 1", "draw it from a stream");

fn uniform(check: Check, u: f64) -> Check {
    check.number("u", u, u > 0.0 && u < 1.0, UNIFORM.0, UNIFORM.1)
}

/// The number of successes among `n` trials with probability `p` each, at the
/// uniform `u`.
///
/// # Errors
/// If `u` is not in (0, 1), `p` not in 0 to 1, or `n` above 1e8.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::counts::binomial_quantile;
/// assert_eq!(binomial_quantile(0.9, 1, 0.3)?, 1);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn binomial_quantile(u: f64, n: u64, p: f64) -> Result<u64, Error> {
    let trials = n as f64;
    let fix = "write the probability as a fraction";
    uniform(Check::of("binomial"), u)
        .number("n", trials, trials <= LARGEST, BOUNDS, "scale the unit: simulate lots, not items")
        .number("p", p, (0.0..=1.0).contains(&p), "0 to 1", fix)
        .finish()?;
    if p == 0.0 || n == 0 {
        return Ok(0);
    }
    if p == 1.0 {
        return Ok(n);
    }
    let y = logit(p);
    // P(K > k) = I_p(k+1, n-k) (NIST Digital Library of Mathematical Functions,
    // 8.17.5)
    let tails = |k: u64| {
        if k >= n {
            return (1.0, 0.0);
        }
        let (above, below) = BetaLaw::new(k as f64 + 1.0, (n - k) as f64).tails_at_logit(y);
        (below, above)
    };
    let (mean, sd) = (trials * p, (trials * p * (1.0 - p)).sqrt());
    Ok(smallest(u, guess(u, mean, sd, 1.0 - 2.0 * p), sd, n, tails))
}

/// The number of events where `lambda` are expected, at the uniform `u`.
///
/// # Errors
/// If `u` is not in (0, 1) or `lambda` not in 0 to 1e8.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::counts::poisson_quantile;
/// assert_eq!(poisson_quantile(0.5, 3.0)?, 3);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn poisson_quantile(u: f64, lambda: f64) -> Result<u64, Error> {
    let within = (0.0..=LARGEST).contains(&lambda);
    uniform(Check::of("Poisson"), u)
        .number("lambda", lambda, within, BOUNDS, "scale the unit: simulate lots, not items")
        .finish()?;
    if lambda == 0.0 {
        return Ok(0);
    }
    let y = ln(lambda);
    // P(K > k) = P(k+1, λ) (NIST Digital Library of Mathematical Functions,
    // 8.4.10)
    let tails = |k: u64| {
        let (above, below) = gamma_tails_at_ln(k as f64 + 1.0, y);
        (below, above)
    };
    let sd = lambda.sqrt();
    Ok(smallest(u, guess(u, lambda, sd, 1.0), sd, u64::MAX, tails))
}

/// `n` items split by shares that sum to one: each share in turn takes a
/// binomial part of what is left, at its own uniform number; the last takes the
/// rest, so that the parts sum to exactly `n`.
///
/// # Errors
/// If there is no share, one is negative, they do not sum to one (to 1e-9), or
/// there is not one uniform number for each but the last; and as
/// [`binomial_quantile`].
///
/// # Examples
/// ```
/// use blackmass::uncertainty::counts::multinomial;
/// assert_eq!(multinomial(&[0.5], 100, &[0.25, 0.75])?, [25, 75]);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn multinomial(us: &[f64], n: u64, shares: &[f64]) -> Result<Vec<u64>, Error> {
    let sum: f64 = shares.iter().sum();
    let fitting = shares.iter().all(|s| *s >= 0.0) && (sum - 1.0).abs() <= 1e-9;
    if !fitting || us.len() + 1 != shares.len() {
        return Err(argument(
            "multinomial: shares or uniform numbers do not fit",
            "us, shares",
            format!("{} uniform numbers, shares {shares:?}", us.len()),
            "shares of 0 or more that sum to one; a uniform number for each but the last",
            "correct the lists",
        ));
    }
    // what each share and all later ones hold, summed from the smallest end
    let mut rest = shares.to_vec();
    for i in (0..us.len()).rev() {
        rest[i] += rest[i + 1];
    }
    let mut left = n;
    let mut parts = Vec::with_capacity(shares.len());
    for (i, u) in us.iter().enumerate() {
        let p = if rest[i] > 0.0 { shares[i] / rest[i] } else { 0.0 };
        let part = binomial_quantile(*u, left, p)?;
        parts.push(part);
        left -= part;
    }
    parts.push(left);
    Ok(parts)
}

/// The normal approximation with its correction for skewness (Cornish and
/// Fisher, Revue de l'Institut International de Statistique 5 (1938) 307-320).
fn guess(u: f64, mean: f64, sd: f64, skew: f64) -> f64 {
    let z = normal_quantile(u);
    max(mean + sd * z + skew * (z * z - 1.0) / 6.0 - 0.5, 0.0)
}

/// The smallest k up to `last` with P(K ≤ k) ≥ u, from a guess; `tails` gives
/// P(K ≤ k) and P(K > k).
fn smallest(u: f64, guess: f64, sd: f64, last: u64, tails: impl Fn(u64) -> (f64, f64)) -> u64 {
    // compared in the smaller tail, where either is relatively exact
    let reached = |k: u64| {
        let (below, above) = tails(k);
        if u < 0.5 { below >= u } else { above <= 1.0 - u }
    };
    let start = (guess as u64).min(last);
    let mut step = 1 + (0.01 * sd) as u64;
    // the answer lies above `low` (if any) and is at most `high`
    let (mut low, mut high);
    if reached(start) {
        (low, high) = (None, start);
        while high > 0 {
            let k = high.saturating_sub(step);
            if !reached(k) {
                low = Some(k);
                break;
            }
            high = k;
            step = step.saturating_mul(2);
        }
    } else {
        let mut below = start;
        loop {
            high = below.saturating_add(step).min(last);
            if high == last || reached(high) {
                break;
            }
            below = high;
            step = step.saturating_mul(2);
        }
        low = Some(below);
    }
    let mut floor = low.map_or(0, |k| k + 1);
    while floor < high {
        let middle = floor + (high - floor) / 2;
        if reached(middle) {
            high = middle;
        } else {
            floor = middle + 1;
        }
    }
    high
}
