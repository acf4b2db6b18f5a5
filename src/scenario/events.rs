//! What may happen to a series by chance, besides noise.

/// Events that strike a series: each kind is a factor of the quantity, and a
/// share stays at 1 at most. They strike after the last observation; without
/// one, after the first year given; an adoption from the first year on. In the
/// central case none does.
///
/// The numbers are known; what is drawn is whether and when. Scaling the priors
/// scales the spread of jumps, and no chance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// Years in which only a part is left.
    pub outages: Option<Outages>,
    /// Sudden changes.
    pub jumps: Option<Jumps>,
    /// States of the world, each with a level of its own.
    pub regimes: Option<Regimes>,
}

impl Events {
    /// Whether none is possible.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outages.is_none() && self.jumps.is_none() && self.regimes.is_none()
    }
}

/// Outages that start by chance and last: see
/// [`process::Outages`](crate::process::Outages).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outages {
    /// The probability that one starts in a year that none has reached.
    pub per_year: f64,
    /// How long it lasts.
    pub lasts: Lasting,
    /// The part of the quantity that is left while it lasts, 0 to 1.
    pub left: f64,
}

/// How long an outage lasts, its first year included.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Lasting {
    /// So many years each time, at least 1.
    Years(u32),
    /// So many years on average, at least 1: it ends each year with the same
    /// probability.
    OnAverage(f64),
}

/// Sudden changes of a quantity, each by its own factor: see
/// [`process::Jumps`](crate::process::Jumps) with normal sizes of the logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jumps {
    /// The mean number of jumps in a year (Poisson).
    pub per_year: f64,
    /// The change by a median jump, as a fraction; −0.3 leaves 70 %.
    pub size: f64,
    /// Relative standard deviation of the factor of a jump, as a fraction.
    pub spread: f64,
    /// The years after which half of a jump (of its logarithm) is left; `None`
    /// if it is for good.
    pub half_life: Option<f64>,
}

/// States of the world, one of which holds in each year: see
/// [`process::Regimes`](crate::process::Regimes).
#[derive(Clone, Debug, PartialEq)]
pub struct Regimes {
    /// The states; the first holds at the beginning and has level 1.
    pub states: Vec<RegimeState>,
    /// The changes that are possible.
    pub switches: Vec<RegimeSwitch>,
}

/// A state of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeState {
    /// Its name.
    pub name: String,
    /// What the quantity is multiplied by while it holds.
    pub level: f64,
}

/// A possible change of state.
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeSwitch {
    /// The state left.
    pub from: String,
    /// The state entered.
    pub to: String,
    /// The probability in a year; those from one state add up to 1 at most.
    pub per_year: f64,
}
