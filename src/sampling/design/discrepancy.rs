//! How evenly points fill the unit cube.
//!
//! Four L₂ discrepancies of n points xᵢ in [0, 1]ᵈ; smaller is more even. The
//! first three are squared, as is usual in the literature on designs; the last
//! is not. Fang, Li and Sudjianto, "Design and Modeling for Computer
//! Experiments" (2006), section 3.2; Zhou, Fang and Ning, J. Complexity 29
//! (2013) 283, for the mixture; Warnock (1972) for the star. All take n²d
//! operations. No points, or points of unequal dimension, give NaN.

use crate::maths::max;

/// 1/n·Σᵢ Πₖ f(xᵢₖ)
fn single(points: &[Vec<f64>], f: impl Fn(f64) -> f64) -> f64 {
    let product = |x: &Vec<f64>| x.iter().fold(1.0, |product, x| product * f(*x));
    points.iter().map(product).sum::<f64>() / points.len() as f64
}

/// 1/n²·Σᵢ Σⱼ Πₖ f(xᵢₖ, xⱼₖ); NaN unless all points have the same dimension.
fn double(points: &[Vec<f64>], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sum = 0.0;
    for x in points {
        for y in points {
            if x.len() != y.len() {
                return f64::NAN;
            }
            sum += x.iter().zip(y).fold(1.0, |product, (x, y)| product * f(*x, *y));
        }
    }
    sum / points.len() as f64 / points.len() as f64
}

/// xᵈ
fn power(x: f64, points: &[Vec<f64>]) -> f64 {
    points.first().map_or(f64::NAN, |p| p.iter().fold(1.0, |product, _| product * x))
}

/// |x − ½|
fn off(x: f64) -> f64 {
    (x - 0.5).abs()
}

/// The squared centred discrepancy,
/// (13/12)ᵈ − 2/n·Σᵢ Πₖ (1 + ½|xᵢₖ − ½| − ½|xᵢₖ − ½|²)
/// + 1/n²·Σᵢⱼ Πₖ (1 + ½|xᵢₖ − ½| + ½|xⱼₖ − ½| − ½|xᵢₖ − xⱼₖ|).
///
/// # Examples
/// ```
/// use blackmass::sampling::design::centered_discrepancy;
/// assert!((centered_discrepancy(&[vec![0.5]]) - 1.0 / 12.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn centered_discrepancy(points: &[Vec<f64>]) -> f64 {
    power(13.0 / 12.0, points)
        - 2.0 * single(points, |x| 1.0 + 0.5 * off(x) - 0.5 * off(x) * off(x))
        + double(points, |x, y| 1.0 + 0.5 * off(x) + 0.5 * off(y) - 0.5 * (x - y).abs())
}

/// The squared wrap-around discrepancy,
/// −(4/3)ᵈ + 1/n²·Σᵢⱼ Πₖ (3/2 − |xᵢₖ − xⱼₖ|(1 − |xᵢₖ − xⱼₖ|)).
///
/// # Examples
/// ```
/// use blackmass::sampling::design::wraparound_discrepancy;
/// assert!((wraparound_discrepancy(&[vec![0.5]]) - 1.0 / 6.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn wraparound_discrepancy(points: &[Vec<f64>]) -> f64 {
    double(points, |x, y| 1.5 - (x - y).abs() * (1.0 - (x - y).abs())) - power(4.0 / 3.0, points)
}

/// The squared mixture discrepancy,
/// (19/12)ᵈ − 2/n·Σᵢ Πₖ (5/3 − ¼|xᵢₖ − ½| − ¼|xᵢₖ − ½|²) + 1/n²·Σᵢⱼ Πₖ
/// (15/8 − ¼|xᵢₖ − ½| − ¼|xⱼₖ − ½| − ¾|xᵢₖ − xⱼₖ| + ½|xᵢₖ − xⱼₖ|²).
///
/// # Examples
/// ```
/// use blackmass::sampling::design::mixture_discrepancy;
/// assert!((mixture_discrepancy(&[vec![0.5]]) - 1.0 / 8.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn mixture_discrepancy(points: &[Vec<f64>]) -> f64 {
    let pair = |x: f64, y: f64| {
        let d = (x - y).abs();
        15.0 / 8.0 - 0.25 * off(x) - 0.25 * off(y) - 0.75 * d + 0.5 * d * d
    };
    power(19.0 / 12.0, points)
        - 2.0 * single(points, |x| 5.0 / 3.0 - 0.25 * off(x) - 0.25 * off(x) * off(x))
        + double(points, pair)
}

/// The star discrepancy in L₂,
/// √(3⁻ᵈ − 2¹⁻ᵈ/n·Σᵢ Πₖ (1 − xᵢₖ²) + 1/n²·Σᵢⱼ Πₖ (1 − max(xᵢₖ, xⱼₖ))).
///
/// # Examples
/// ```
/// use blackmass::sampling::design::l2_star_discrepancy;
/// assert!((l2_star_discrepancy(&[vec![0.5]]) - 0.2886751345948129).abs() < 1e-15);
/// ```
#[must_use]
pub fn l2_star_discrepancy(points: &[Vec<f64>]) -> f64 {
    let square = power(1.0 / 3.0, points)
        - 2.0 * power(0.5, points) * single(points, |x| 1.0 - x * x)
        + double(points, |x, y| 1.0 - max(x, y));
    square.sqrt()
}
