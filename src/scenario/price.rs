//! Prices of materials.

use super::scalar::Scalar;
use crate::process::Price;

/// The price of a material from some year on: a `[price.<material>]` of a
/// scenario. It is common to all regions.
///
/// It moves as [`process::Price`](crate::process::Price) was fitted, with the
/// uncertainty of the fit, from its value in [`year`](Self::year), which holds
/// for the years before, too. As `world.price.<material>` it is part of what
/// [`lifecycle::system`](crate::lifecycle::system) builds.
#[derive(Clone, Debug, PartialEq)]
pub struct MarketPrice {
    pub(crate) price: Price,
    pub(crate) year: i32,
    pub(crate) start: Scalar,
}

impl MarketPrice {
    /// The fitted process.
    #[must_use]
    pub fn price(&self) -> Price {
        self.price
    }

    /// The year of the known value.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }

    /// The value in that year, USD/t of what is traded (lithium: carbonate), and
    /// its spread.
    #[must_use]
    pub fn start(&self) -> &Scalar {
        &self.start
    }
}
