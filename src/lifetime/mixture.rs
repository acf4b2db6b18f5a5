//! Several laws side by side, such as early failures and wear-out.

use super::LifetimeLaw;
use crate::error::{Error, argument};

/// Shares of items that follow different laws.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mixture {
    /// Shares that sum to 1, and the laws.
    parts: Vec<(f64, LifetimeLaw)>,
}

impl Mixture {
    pub(super) fn new(parts: Vec<(f64, LifetimeLaw)>) -> Result<Self, Error> {
        if let Some(i) = parts.iter().position(|(share, _)| !(0.0..=1.0).contains(share)) {
            return Err(argument(
                "mixture: a share is out of bounds",
                format!("parts[{i}]"),
                format!("{}", parts[i].0),
                "0 to 1",
                "write the share of items that follow this law",
            ));
        }
        let sum: f64 = parts.iter().map(|(share, _)| share).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(argument(
                "mixture: the shares do not sum to 1",
                "parts",
                format!("{} parts, sum {sum}", parts.len()),
                "shares that sum to 1 within 1e-9",
                "give the rest to the main law",
            ));
        }
        Ok(Self { parts: parts.into_iter().map(|(share, law)| (share / sum, law)).collect() })
    }

    fn sum(&self, f: impl Fn(&LifetimeLaw) -> f64) -> f64 {
        self.parts.iter().filter(|(share, _)| *share > 0.0).map(|(s, law)| s * f(law)).sum()
    }

    pub(super) fn survival(&self, x: f64) -> f64 {
        self.sum(|law| law.survival(x))
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        self.sum(|law| law.density(x))
    }

    pub(super) fn has_density(&self) -> bool {
        self.parts.iter().all(|(_, law)| law.has_density())
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum(LifetimeLaw::mean)
    }
}
