//! Shares that sum to one.

use super::distribution::Distribution;
use super::parameters::ScaleShape;
use crate::error::{Error, argument};

/// The Dirichlet law of shares that sum to one.
///
/// It is the law of independent gamma quantities over their sum, one for each
/// share, so that each share keeps its own random stream.
///
/// # Examples
/// ```
/// use blackmass::uncertainty::Dirichlet;
/// let mix = Dirichlet::from_mean_std(&[13.0, 16.0, 71.0], 2, 0.1)?;
/// assert!((mix.concentration() - 19.59).abs() < 1e-12);
/// let shares = mix.shares(&[0.5, 0.2, 0.9])?;
/// assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-15);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dirichlet {
    alpha: Vec<f64>,
    gammas: Vec<Distribution>,
}

impl Dirichlet {
    /// The law with given parameters, each 1e-3 to 1e8 or 0 for a share that is
    /// always 0.
    ///
    /// # Errors
    /// If there are fewer than two, one is out of bounds, or none is 0.06 or
    /// more: then all gamma quantities may be too small for a number, and the
    /// shares are a choice of one of them rather than shares.
    pub fn from_alpha(alpha: &[f64]) -> Result<Self, Error> {
        check(alpha, "alpha", |a| a == 0.0 || (1e-3..=1e8).contains(&a), "0, or 1e-3 to 1e8")?;
        if !alpha.iter().any(|a| *a >= 0.06) {
            return Err(argument(
                "Dirichlet: the concentration is too small",
                "alpha",
                format!("{alpha:?}"),
                "one of them 0.06 or more",
                "write a smaller spread, or a discrete law of the share that is 1",
            ));
        }
        let gamma = |shape: &f64| match *shape {
            0.0 => Distribution::fixed(0.0),
            shape => Distribution::gamma_from_scale_shape(ScaleShape { scale: 1.0, shape }),
        };
        let gammas = alpha.iter().map(gamma).collect::<Result<_, _>>()?;
        Ok(Self { alpha: alpha.to_vec(), gammas })
    }

    /// The law with given mean shares (scaled to sum to one) and concentration
    /// Σα.
    ///
    /// # Errors
    /// If there are fewer than two shares, one is negative or not finite, all
    /// are 0, or the concentration is not above 0; and as
    /// [`from_alpha`](Self::from_alpha).
    pub fn from_mean_concentration(shares: &[f64], concentration: f64) -> Result<Self, Error> {
        let mean = means(shares)?;
        if !(concentration.is_finite() && concentration > 0.0) {
            return Err(argument(
                "Dirichlet: the concentration is out of bounds",
                "concentration",
                concentration.to_string(),
                "a finite number above 0",
                "write how many observations the shares are worth",
            ));
        }
        Self::from_alpha(&mean.iter().map(|m| m * concentration).collect::<Vec<_>>())
    }

    /// The law with given mean shares (scaled to sum to one) and the standard
    /// deviation of one of them, counted from 0: Σα = m (1-m)/s² - 1. It fixes
    /// those of all others.
    ///
    /// # Errors
    /// As [`from_mean_concentration`](Self::from_mean_concentration); if there
    /// is no such share, or its standard deviation is not above 0 and below
    /// √(m (1-m)).
    pub fn from_mean_std(shares: &[f64], component: usize, sd: f64) -> Result<Self, Error> {
        let mean = means(shares)?;
        let m = mean.get(component).copied().unwrap_or(f64::NAN);
        let concentration = m * (1.0 - m) / (sd * sd) - 1.0;
        if !(sd > 0.0 && concentration > 0.0) {
            return Err(argument(
                "Dirichlet: no such spread",
                "component, sd",
                format!("component {component} of {} with mean {m}, sd {sd}", shares.len()),
                "one of the shares, with a standard deviation above 0 and below √(mean (1 - mean))",
                "write a smaller spread, or a share between 0 and 1",
            ));
        }
        Self::from_mean_concentration(shares, concentration)
    }

    /// The law after counts have been observed, one for each share: α + count.
    ///
    /// # Errors
    /// If the counts are not as many as the shares, or one is negative or not
    /// finite.
    pub fn observed(&self, counts: &[f64]) -> Result<Self, Error> {
        check(counts, "counts", |c| c >= 0.0, "0 or more")?;
        self.same_length("counts", counts.len())?;
        Self::from_alpha(&self.alpha.iter().zip(counts).map(|(a, c)| a + c).collect::<Vec<_>>())
    }

    /// The parameters α.
    #[must_use]
    pub fn alpha(&self) -> &[f64] {
        &self.alpha
    }

    /// Σα: the larger, the narrower.
    #[must_use]
    pub fn concentration(&self) -> f64 {
        self.alpha.iter().sum()
    }

    /// The mean of each share.
    #[must_use]
    pub fn mean(&self) -> Vec<f64> {
        let sum = self.concentration();
        self.alpha.iter().map(|a| a / sum).collect()
    }

    /// The standard deviation of each share.
    #[must_use]
    pub fn std(&self) -> Vec<f64> {
        let sum = self.concentration();
        self.mean().iter().map(|m| (m * (1.0 - m) / (sum + 1.0)).sqrt()).collect()
    }

    /// The laws of the gamma quantities that the shares are made of. Their
    /// central values give the mean shares.
    #[must_use]
    pub fn gammas(&self) -> &[Distribution] {
        &self.gammas
    }

    /// The shares for one uniform number in (0, 1) each.
    ///
    /// # Errors
    /// If the numbers are not as many as the shares, or one is outside (0, 1).
    pub fn shares(&self, u: &[f64]) -> Result<Vec<f64>, Error> {
        check(u, "u", |u| u > 0.0 && u < 1.0, "above 0 and below 1")?;
        self.same_length("u", u.len())?;
        let parts: Vec<f64> = self.gammas.iter().zip(u).map(|(g, u)| g.quantile(*u)).collect();
        let sum: f64 = parts.iter().sum();
        Ok(parts.iter().map(|part| part / sum).collect())
    }

    fn same_length(&self, key: &str, found: usize) -> Result<(), Error> {
        if found == self.alpha.len() {
            return Ok(());
        }
        let (found, allowed) = (found.to_string(), self.alpha.len().to_string());
        Err(argument("Dirichlet: the lengths differ", key, found, allowed, "write one per share"))
    }
}

/// Shares scaled to sum to one.
fn means(shares: &[f64]) -> Result<Vec<f64>, Error> {
    check(shares, "shares", |s| s >= 0.0, "0 or more")?;
    let sum: f64 = shares.iter().sum();
    if !(sum.is_finite() && sum > 0.0) {
        let found = format!("{shares:?}");
        let fix = "write the mean shares";
        return Err(argument("Dirichlet: no shares", "shares", found, "a sum above 0", fix));
    }
    Ok(shares.iter().map(|s| s / sum).collect())
}

/// Requires two or more finite numbers within bounds.
fn check(
    list: &[f64],
    key: &str,
    within: impl Fn(f64) -> bool,
    allowed: &str,
) -> Result<(), Error> {
    if list.len() >= 2 && list.iter().all(|x| x.is_finite() && within(*x)) {
        return Ok(());
    }
    Err(argument(
        format!("Dirichlet: {key} out of bounds"),
        key,
        format!("{list:?}"),
        format!("two numbers or more, each finite and {allowed}"),
        "correct the list",
    ))
}
