//! What formulas of events have in common.

use crate::system::{Expr, Node};

/// How a chance of each step becomes an event. The parts of the formula are the
/// chance (or what else drives it), then the parameters in the order stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Events {
    /// 1 where available, 0 in an outage: probability to start and, unless the
    /// duration is fixed, mean duration.
    Outages { fixed: Option<u32> },
    /// A Poisson number: rate.
    Count,
    /// The sum of lognormal sizes. Driven by their number and the normals of
    /// the first; mean and standard deviation of the logarithm.
    Sizes { stream: String },
    /// The value of the state: probability of each switch, value of each state.
    Regimes { switches: Vec<(usize, usize)>, states: usize },
}

impl Events {
    /// How many of the parts are series that drive the events.
    pub(crate) fn drivers(&self) -> usize {
        if matches!(self, Self::Sizes { .. }) { 2 } else { 1 }
    }

    /// The formula of these parts.
    pub(crate) fn of(self, parts: Vec<Expr>) -> Expr {
        Expr::above(Node::Events(self, parts))
    }
}
