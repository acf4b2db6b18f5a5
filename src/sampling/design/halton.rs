//! Halton sequences.

/// The radical inverse of `index` in `base`, in [0, 1): its digits mirrored at
/// the point. Coordinate j of point i of a Halton sequence is the radical
/// inverse of i in the j-th prime (Halton, Numer. Math. 2 (1960) 84). A base
/// below 2 gives NaN.
///
/// # Examples
/// ```
/// use blackmass::sampling::design::halton;
/// assert_eq!(halton(2, 6), 0.375); // 110 in base 2, mirrored: 0.011
/// ```
#[must_use]
pub fn halton(base: u32, index: u32) -> f64 {
    if base < 2 {
        return f64::NAN;
    }
    let (mut rest, mut mirrored, mut size) = (index, 0_u64, 1_u64);
    // `size` stays below base·2³² and both numbers are exact.
    while rest > 0 {
        mirrored = mirrored * u64::from(base) + u64::from(rest % base);
        size *= u64::from(base);
        rest /= base;
    }
    mirrored as f64 / size as f64
}
