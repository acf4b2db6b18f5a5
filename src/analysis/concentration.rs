//! How concentrated a supply is.

use super::finite;
use crate::error::{Error, argument};

/// By how much rounded shares may sum to more than one.
const ROUNDING: f64 = 1e-3;

/// The Herfindahl–Hirschman index of a supply, in points from 0 to 10 000, as
/// far as it is known (E38).
///
/// ```text
/// low  = 10 000·Σ sᵢ²           the rest of the world is many small countries
/// high = 10 000·(Σ sᵢ² + r²)    the rest of the world is one country
/// ```
///
/// over the shares sᵢ of the countries named and r of the rest (Hirschman, "The
/// paternity of an index", American Economic Review 54 (1964) 761–762). Countries
/// are where something happens, not who owns it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hhi {
    /// The low bound, in points.
    pub low: f64,
    /// The high bound, in points.
    pub high: f64,
    /// What all shares sum to, the rest included; 1 if they are consistent.
    pub total: f64,
}

/// The index from the shares (0 to 1) of the countries named; the rest of the
/// world has what is missing from one.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if a share is not between
/// 0 and 1, there is none, or they sum to more than 1.001 (1 and rounding).
///
/// # Examples
/// ```
/// let index = blackmass::analysis::hhi(&[0.5, 0.3])?;
/// assert!((index.low - 3400.0).abs() < 1e-9 && (index.high - 3800.0).abs() < 1e-9);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn hhi(shares: &[f64]) -> Result<Hhi, Error> {
    let named: f64 = shares.iter().sum();
    if named > 1.0 + ROUNDING {
        return Err(argument(
            "the shares sum to more than one",
            "shares",
            named.to_string(),
            format!("at most 1 and {ROUNDING} for rounding"),
            "look for a country that is counted twice; write 0.1 for 10 %",
        ));
    }
    Hhi::with_rest(shares, if named < 1.0 { 1.0 - named } else { 0.0 })
}

impl Hhi {
    /// The index with the share of the rest as a table states it, whatever the
    /// sum: see [`total`](Self::total) for what that is.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if a share is not
    /// between 0 and 1, or none is named.
    ///
    /// # Examples
    /// ```
    /// use blackmass::analysis::Hhi;
    /// let index = Hhi::with_rest(&[0.5, 0.3], 0.2)?;
    /// assert!((index.high - index.low - 400.0).abs() < 1e-9 && index.total == 1.0);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn with_rest(shares: &[f64], rest: f64) -> Result<Self, Error> {
        finite("shares", shares)?;
        let all = shares.iter().chain([&rest]);
        let outside = all.clone().find(|s| !(0.0..=1.0).contains(*s));
        if let Some(found) = outside.map(f64::to_string).or(none(shares)) {
            let fix = "write 0.1 for 10 %";
            return Err(argument("a share is missing or is none", "shares", found, "0 to 1", fix));
        }
        let squares: f64 = shares.iter().map(|s| s * s).sum();
        Ok(Self { low: 1e4 * squares, high: 1e4 * (squares + rest * rest), total: all.sum() })
    }
}

fn none(shares: &[f64]) -> Option<String> {
    shares.is_empty().then(|| "no country".to_owned())
}
