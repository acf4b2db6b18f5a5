//! Processes in time: what a quantity does from step to step.
//!
//! Each is a formula over the standard normals of
//! [`SystemBuilder::noise`](crate::SystemBuilder::noise) or the uniforms of
//! [`SystemBuilder::chance`](crate::SystemBuilder::chance), with parameters that
//! may be uncertain themselves and differ between elements. Steps are years.
//!
//! | process | | central case |
//! |---|---|---|
//! | [`Ar1`] | first-order autoregression | its mean |
//! | [`RandomWalk`] | random walk with drift | its mean |
//! | [`OrnsteinUhlenbeck`] | mean reversion, exact step | its mean |
//! | [`GeometricBrownianMotion`] | without reversion | its median |
//! | [`Schwartz`] | price with reversion of its logarithm | its median |
//! | [`LogisticAdoption`] | S-curve with uncertain midpoint | at the central midpoint |
//! | [`Jumps`] | compound Poisson | no jump |
//! | [`Outages`] | availability with outages that last | always available |
//! | [`Regimes`] | Markov chain with a value per state | the first state |
//! | [`Price`] | fitted prices of battery materials | their median |
//!
//! The first five start from a known value in the first year: the noise of that
//! year is not used. Their exact moments are formulas too, so they can be
//! observed beside the path.
//!
//! # Examples
//! ```
//! use blackmass::process::{Duration, OrnsteinUhlenbeck, Outages};
//! use blackmass::{System, system::var};
//!
//! let mut b = System::builder("plant", 2025..=2050);
//! b.noise("fee.noise", &[]);
//! let fee = OrnsteinUhlenbeck {
//!     start: 300.0.into(),
//!     level: 200.0.into(),
//!     reversion: 0.5.into(),
//!     volatility: 30.0.into(),
//! };
//! b.variable("fee", fee.path("fee.noise"));
//! let outages = Outages { start: 0.05.into(), duration: Duration::Geometric(2.0.into()) };
//! b.outages("available", &[], &outages);
//! b.variable("income", var("fee") * var("available") * 1000.0);
//! b.observe("income", "USD/yr");
//! b.build()?;
//! # Ok::<(), blackmass::Error>(())
//! ```

mod adoption;
mod events;
mod gaussian;
mod geometric;
mod jumps;
mod outages;
mod price;
mod regimes;

pub use adoption::LogisticAdoption;
pub(crate) use events::Events;
pub use gaussian::{Ar1, OrnsteinUhlenbeck, RandomWalk};
pub use geometric::{GeometricBrownianMotion, Schwartz};
pub use jumps::{Jumps, Size};
pub use outages::{Duration, Outages};
pub use price::{Fit, Price};
pub use regimes::{Regimes, State, Switch};

use crate::system::Expr;

/// Years since the first one: 0, 1, 2, …
fn elapsed() -> Expr {
    later().cumulative()
}

/// 0 in the first year, 1 afterwards.
fn later() -> Expr {
    Expr::from(1.0).delayed(1)
}
