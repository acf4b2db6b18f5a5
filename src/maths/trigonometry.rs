//! Sine and cosine.

use super::polynomial;

/// π/2 in three pieces; multiples of the first two with up to 17 bits are
/// exact.
const HALF_PI: [f64; 3] = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];
/// 1.5·2⁵²: adding it rounds to an integer.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// (sin r - r)/r³ in powers of r², for |r| ≤ π/4; error 2e-17.
const SIN: [f64; 6] = [
    -0.16666666666666666,
    0.008333333333330925,
    -0.00019841269836722418,
    2.755731608381636e-06,
    -2.5051127944014188e-08,
    1.5917848524808262e-10,
];
/// (cos r - 1 + r²/2)/r⁴ in powers of r², for |r| ≤ π/4; error 2e-18.
const COS: [f64; 6] = [
    0.041666666666666664,
    -0.0013888888888887382,
    2.480158729874307e-05,
    -2.7557317260008837e-07,
    2.0876143827993133e-09,
    -1.1382456778061306e-11,
];

/// Sine and cosine of `x` in radians, for |x| < 10⁵; accuracy fades beyond.
///
/// # Examples
/// ```
/// let (sin, cos) = blackmass::maths::sin_cos(std::f64::consts::FRAC_PI_6);
/// assert!((sin - 0.5).abs() < 1e-15);
/// assert!((cos - 0.75_f64.sqrt()).abs() < 1e-15);
/// ```
#[inline(always)]
#[must_use]
pub fn sin_cos(x: f64) -> (f64, f64) {
    // x = n π/2 + r, |r| ≤ π/4 (Cody and Waite 1980)
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUND;
    let n = shifted - ROUND;
    let r = ((x - n * HALF_PI[0]) - n * HALF_PI[1]) - n * HALF_PI[2];
    let z = r * r;
    let sin = r + r * z * polynomial(&SIN, z);
    let cos = 1.0 - (0.5 * z - z * z * polynomial(&COS, z));
    let quadrant = shifted.to_bits();
    let odd = quadrant & 1 == 1;
    // sin(r + n π/2) runs through sin, cos, -sin, -cos
    let sin_sign = (quadrant & 2) << 62;
    let cos_sign = (quadrant.wrapping_add(1) & 2) << 62;
    let (s, c) = if odd { (cos, sin) } else { (sin, cos) };
    (f64::from_bits(s.to_bits() ^ sin_sign), f64::from_bits(c.to_bits() ^ cos_sign))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_system_library() {
        let mut worst = 0.0_f64;
        for i in -200_000..200_000 {
            let x = f64::from(i) * 0.499_712;
            let (s, c) = sin_cos(x);
            worst = worst.max((s - x.sin()).abs()).max((c - x.cos()).abs());
        }
        assert!(worst < 2.3e-16, "{worst:e}");
    }

    #[test]
    fn small_arguments_are_relatively_exact() {
        for i in 1..1000 {
            let x = f64::from(i) * 1e-6;
            let error = sin_cos(x).0 / x.sin() - 1.0;
            assert!(error.abs() < 4e-16);
        }
    }
}
