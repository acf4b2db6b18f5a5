//! Spearman's rank correlation.

use super::finite;
use crate::error::{Error, argument};
use crate::maths;

/// The rank of every number, from 1 for the smallest; equal numbers share the
/// mean of their ranks.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if a number is not
/// finite.
///
/// # Examples
/// ```
/// let ranks = blackmass::analysis::ranks(&[7.0, 3.0, 7.0, 9.0])?;
/// assert_eq!(ranks, [2.5, 1.0, 2.5, 4.0]);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn ranks(numbers: &[f64]) -> Result<Vec<f64>, Error> {
    finite("numbers", numbers)?;
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut below = 0;
    // Compared with ==: a zero of either sign is the same number.
    for equal in order.chunk_by(|a, b| numbers[*a] == numbers[*b]) {
        for at in equal {
            ranks[*at] = below as f64 + (equal.len() + 1) as f64 / 2.0;
        }
        below += equal.len();
    }
    Ok(ranks)
}

/// Spearman's rank correlation of two columns of equally many numbers, from −1
/// to 1 (E47): Pearson's correlation of the [`ranks`], ties included (Kendall, "The
/// treatment of ties in ranking problems", Biometrika 33 (1945) 239–251).
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the lengths differ, a
/// number is not finite, or a column has fewer than two different numbers: of
/// what does not vary there is no rank correlation.
///
/// # Examples
/// ```
/// use blackmass::analysis::spearman;
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[30.0, 20.0, 10.0])?, -1.0);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn spearman(a: &[f64], b: &[f64]) -> Result<f64, Error> {
    same_length("columns", a.len(), b.len())?;
    let (a, b) = (centred(&ranks(a)?), centred(&ranks(b)?));
    correlation(&a, &b).ok_or_else(|| {
        argument(
            "there is no rank correlation with a column that does not vary",
            "columns",
            "fewer than two different numbers",
            "at least two",
            "leave the column out",
        )
    })
}

/// The inputs with their [`spearman`] correlations with the outcome, the
/// strongest, positive or negative, first; equally strong ones in the order
/// given. Inputs that do not vary are left out.
///
/// A rank correlation tells what the outcome moves with, not what causes it:
/// inputs that are correlated with each other share their strength.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the lengths differ,
/// a number is not finite, or the outcome does not vary.
///
/// # Examples
/// ```
/// use blackmass::analysis::by_strength;
/// let outcome = [1.0, 2.0, 3.0, 4.0];
/// let inputs = [("yield", vec![1.0, 3.0, 2.0, 4.0]), ("cost", vec![4.0, 3.0, 2.0, 1.0])];
/// assert_eq!(by_strength(&inputs, &outcome)?, [("cost", -1.0), ("yield", 0.8)]);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn by_strength<'a, N: AsRef<str>, V: AsRef<[f64]>>(
    inputs: &'a [(N, V)],
    outcome: &[f64],
) -> Result<Vec<(&'a str, f64)>, Error> {
    // An outcome that does not vary has no correlation with itself.
    spearman(outcome, outcome)?;
    let outcome = centred(&ranks(outcome)?);
    let mut found = Vec::with_capacity(inputs.len());
    for (name, input) in inputs {
        let (name, input) = (name.as_ref(), input.as_ref());
        same_length(name, input.len(), outcome.len())?;
        finite(name, input)?;
        if let Some(rho) = correlation(&centred(&ranks(input)?), &outcome) {
            found.push((name, rho));
        }
    }
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    Ok(found)
}

fn same_length(what: &str, found: usize, other: usize) -> Result<(), Error> {
    if found == other {
        return Ok(());
    }
    let fix = "give one number of each per draw";
    let (found, allowed) = (format!("{found} numbers"), format!("{other}, as beside it"));
    Err(argument("the columns are not equally long", what, found, allowed, fix))
}

/// Twice the distance of every rank from the mean of all, which is a whole
/// number: sums of products are exact.
fn centred(ranks: &[f64]) -> Vec<f64> {
    ranks.iter().map(|r| 2.0 * r - (ranks.len() + 1) as f64).collect()
}

/// Pearson's correlation of columns with mean zero; none if one is constant.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let own = (dot(a, a) * dot(b, b)).sqrt();
    (own > 0.0).then(|| maths::clamp(dot(a, b) / own, -1.0, 1.0))
}
