//! How a scenario is to be run, unless whoever runs it says otherwise.

use crate::ensemble::Freeze;
use crate::sampling::design::Design;

/// The table `[run]` of a scenario. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    pub(crate) draws: Option<u32>,
    pub(crate) seed: Option<u64>,
    pub(crate) policies: Vec<String>,
    pub(crate) design: Option<Design>,
    pub(crate) freeze: Option<Freeze>,
    pub(crate) prior_scale: Option<f64>,
}

impl Run {
    /// The number of draws, 1 to 1 000 000.
    #[must_use]
    pub fn draws(&self) -> Option<u32> {
        self.draws
    }

    /// The policies to run unless others are asked for; all if empty.
    #[must_use]
    pub fn policies(&self) -> &[String] {
        &self.policies
    }

    /// The seed of all random streams.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// How the draws are laid out, with the settings of the file; its samples are
    /// read.
    #[must_use]
    pub fn design(&self) -> Option<&Design> {
        self.design.as_ref()
    }

    /// The kind of uncertainty that is left out.
    #[must_use]
    pub fn freeze(&self) -> Option<Freeze> {
        self.freeze
    }

    /// What the spread of every prior is multiplied by, 0 to 10. It is part of
    /// what [`lifecycle::system`](crate::lifecycle::system) builds.
    #[must_use]
    pub fn prior_scale(&self) -> Option<f64> {
        self.prior_scale
    }
}
