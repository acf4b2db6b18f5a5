//! What is not known exactly: distributions of parameters.
//!
//! A [`Distribution`] turns one uniform number into one value through its
//! quantile function. That keeps every value tied to its own random stream,
//! and serves Latin hypercube and Sobol' designs alike. Constructors name their
//! parametrisation, so that no two bare numbers can be mistaken for each other.
//!
//! # Examples
//! ```
//! use blackmass::uncertainty::{Distribution, Range, ThreePoint};
//! # fn main() -> Result<(), blackmass::Error> {
//! let rate = Distribution::pert(ThreePoint { low: 0.3, mode: 0.65, high: 0.8 })?;
//! assert_eq!(rate.central(), 0.65);
//! assert!((rate.quantile(0.5) - 0.6245002575254409).abs() < 1e-10);
//! # Ok(())
//! # }
//! ```

mod bounded;
pub(crate) mod check;
mod constructors;
mod constructors_composed;
mod constructors_shaped;
pub mod counts;
mod cut;
mod dirichlet;
mod discrete;
mod distribution;
mod empirical;
mod law;
mod log_uniform;
mod logit_normal;
mod normal;
mod parameters;
mod pert;
mod positive;
mod quadrature;
mod scaled;
mod search;
mod searched;
mod table;
mod tabulated;
mod truncated;

pub use dirichlet::Dirichlet;
pub use distribution::Distribution;
pub use parameters::{
    Case, CentreRange, MeanShape, MeanStd, MedianGsd, MedianSd, Range, ScaleShape, Shapes,
    ThreePoint, Truncation,
};

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_more;
