//! The PERT law: a beta law given by its smallest, most likely and largest
//! value (Malcolm, Roseboom, Clark and Fazar, Operations Research 7 (1959)
//! 646-669).

use super::law::{FromNormal, Law};
use super::parameters::{Range, ThreePoint};
use super::pert_table::PertTable;
use crate::lanes::Row;
use crate::maths::{BetaLaw, clamp};
use std::sync::Arc;

/// The PERT law over a range of positive width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pert {
    points: ThreePoint,
    beta: BetaLaw,
    table: Arc<PertTable>,
}

impl Pert {
    /// The law for ordered points, `low` < `high`.
    pub(super) fn new(points: ThreePoint) -> Self {
        let ThreePoint { low, mode, high } = points;
        let width = high - low;
        // α = 1 + 4 (c-a)/(b-a), β = 1 + 4 (b-c)/(b-a)
        let beta =
            BetaLaw::new(1.0 + 4.0 * ((mode - low) / width), 1.0 + 4.0 * ((high - mode) / width));
        Self { points, beta, table: Arc::new(PertTable::new(beta)) }
    }
}

impl FromNormal for Pert {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        let ThreePoint { low, high, .. } = self.points;
        let width = high - low;
        let share = self.table.share_from_nearer_end(z);
        let x = if z > 0.0 { high - width * share } else { low + width * share };
        clamp(x, low, high)
    }
}

impl Law for Pert {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_row(&self, u: &Row, out: &mut Row) {
        self.at_uniform_row(u, out);
    }
    fn cdf(&self, x: f64) -> f64 {
        let ThreePoint { low, high, .. } = self.points;
        self.beta.cdf((x - low) / (high - low))
    }
    fn mean(&self) -> f64 {
        let ThreePoint { low, mode, high } = self.points;
        // E = (a + 4 c + b)/6, taken from a against overflow
        low + (4.0 * (mode - low) + (high - low)) / 6.0
    }
    fn variance(&self) -> f64 {
        let width = self.points.high - self.points.low;
        let (a, b) = self.beta.shapes();
        // Var = (b-a)² α β/((α+β)² (α+β+1)), α + β = 6
        width * width * a * b / 252.0
    }
    fn support(&self) -> Range {
        Range { low: self.points.low, high: self.points.high }
    }
    fn central(&self) -> f64 {
        self.points.mode
    }
}
