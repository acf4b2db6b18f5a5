//! When two series count as equal.

/// The largest magnitude of some numbers.
pub fn largest<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> f64 {
    numbers.into_iter().fold(0.0, |most: f64, x| most.max(x.abs()))
}

/// Checks that two series differ by at most `tolerance` of `scale` anywhere;
/// says where and by how much if not.
pub fn agree(
    what: &str,
    found: &[f64],
    expected: &[f64],
    scale: f64,
    tolerance: f64,
) -> Result<(), String> {
    if found.len() != expected.len() {
        return Err(format!("{what}: {} numbers, expected {}", found.len(), expected.len()));
    }
    for (t, (x, y)) in found.iter().zip(expected).enumerate() {
        let difference = (x - y).abs();
        if !difference.is_finite() || difference > tolerance * scale {
            return Err(format!(
                "{what}, step {t}: found {x:e}, expected {y:e}, off by {:.2e} of {scale:e}",
                difference / scale
            ));
        }
    }
    Ok(())
}
