//! Quantities that vary together.
//!
//! A [`Correlation`] names streams and says how they depend on each other;
//! [`SystemBuilder::correlate`](crate::SystemBuilder::correlate) applies it to
//! static parameters (a Gaussian copula: each keeps its own distribution) or to
//! noise streams (innovations correlated within a step, independent between
//! steps). Samples that come from elsewhere are brought into a rank correlation
//! by [`iman_conover`], which keeps every column's values.
//!
//! # Examples
//! ```
//! use blackmass::dependence::Correlation;
//! use blackmass::uncertainty::{Distribution, Range};
//! use blackmass::{System, system::var};
//!
//! let mut b = System::builder("recovery", 2025..=2030);
//! let range = |low, high| Distribution::uniform(Range { low, high });
//! b.parameter("nickel", &[], range(0.90, 0.98)?);
//! b.parameter("cobalt", &[], range(0.88, 0.97)?);
//! b.correlate(Correlation::spearman(["nickel", "cobalt"], &[vec![1.0, 0.8], vec![0.8, 1.0]])?);
//! b.variable("both", var("nickel") * var("cobalt"));
//! b.build()?;
//! # Ok::<(), blackmass::Error>(())
//! ```

mod cholesky;
mod correlation;
mod eigen;
mod iman_conover;
mod nearest;

pub use correlation::{Correlation, Repaired};
pub use iman_conover::{iman_conover, iman_conover_by, scores};
