//! How the draws of a run are laid out.
//!
//! A [`Design`] says which uniform (or value) each draw of a run gives to each
//! static parameter. White noise, one number per step, is keyed Monte Carlo
//! under every random design, and zero under the designs that change chosen
//! parameters only.
//!
//! | design | draws | uniform of a stream in draw d |
//! |---|---|---|
//! | Monte Carlo | any | keyed by (seed, name, d) |
//! | Latin hypercube | any, n | one in each of n equal strata |
//! | Sobol' | any, best 2ᵐ | point d − 1 of its dimension, scrambled by (seed, name) |
//! | one at a time | 2 per parameter | low, then high; all others central |
//! | full factorial | all combinations | given levels; all others central |
//! | samples | rows of a file | none: the file gives values |
//!
//! Under the first two, a stream's uniforms depend on seed, name and, in a
//! Latin hypercube, the number of draws, and on nothing else. Under Sobol' they
//! also depend on the stream's dimension; pinned names come first, then all
//! others as declared, so a list of pinned names fixes theirs. The outcome
//! lists the dimensions.
//!
//! Of correlated parameters only the first keeps these uniforms; the others mix
//! theirs with it, and are no longer stratified one by one.
//!
//! Scrambled Sobol' points beyond the first 2³² do not exist; streams beyond
//! the last of [`SOBOL_DIMENSIONS`] dimensions are keyed Monte Carlo.

mod discrepancy;
mod halton;
mod hash;
mod latin;
mod points;
mod samples;
mod scramble;
mod sobol;
mod source;
mod word;

pub use discrepancy::{
    centered_discrepancy, l2_star_discrepancy, mixture_discrepancy, wraparound_discrepancy,
};
pub use halton::halton;
pub use latin::latin_hypercube;
pub use samples::SampleTable;
pub use sobol::{SOBOL_DIMENSIONS, scrambled_sobol, sobol};
pub use word::{DesignSettings, DesignWord};

pub(crate) use latin::Strata;
pub(crate) use points::Points;
pub(crate) use source::Source;

/// How the draws of a run are laid out; see the [module](self) for what each
/// gives.
///
/// # Examples
/// ```
/// use blackmass::sampling::design::Design;
/// let design = Design::Sobol { pinned: vec!["eu.yield".to_owned()] };
/// assert_eq!(design.name(), "sobol");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Design {
    /// Independent draws.
    #[default]
    MonteCarlo,
    /// One draw in each of as many strata as there are draws, in every static
    /// parameter.
    LatinHypercube,
    /// Sobol' points, Owen-scrambled.
    Sobol {
        /// The streams of the first dimensions, in order.
        pinned: Vec<String>,
    },
    /// Each static parameter at a low and at a high quantile in turn, all
    /// others at their central values and noise zero. The draws of parameter j,
    /// counted from 0, are 2j + 1 (low) and 2j + 2 (high).
    OneAtATime {
        /// The probability of the low quantile, such as 0.05.
        low: f64,
        /// The probability of the high quantile, such as 0.95.
        high: f64,
        /// The streams to vary, in order; all static ones, as declared, if
        /// empty.
        streams: Vec<String>,
    },
    /// All combinations of levels of the chosen streams, the last stream
    /// changing fastest; all others at their central values and noise zero.
    FullFactorial {
        /// Each stream with the probabilities of its levels.
        levels: Vec<(String, Vec<f64>)>,
    },
    /// Values of a file, one draw per row; parameters without a column are
    /// keyed Monte Carlo.
    Samples(SampleTable),
}

impl Design {
    /// Sobol' points with dimensions in the order of declaration.
    #[must_use]
    pub fn sobol() -> Self {
        Self::Sobol { pinned: Vec::new() }
    }

    /// All static parameters in turn, at their 5 % and 95 % quantiles.
    #[must_use]
    pub fn one_at_a_time() -> Self {
        Self::OneAtATime { low: 0.05, high: 0.95, streams: Vec::new() }
    }

    /// The name used in reports and options: `mc`, `lhs`, `sobol`,
    /// `one_at_a_time`, `full_factorial`, `samples`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::MonteCarlo => "mc",
            Self::LatinHypercube => "lhs",
            Self::Sobol { .. } => "sobol",
            Self::OneAtATime { .. } => "one_at_a_time",
            Self::FullFactorial { .. } => "full_factorial",
            Self::Samples(_) => "samples",
        }
    }

    /// Whether the draws are random samples, so that means and quantiles over
    /// them estimate those of the distributions.
    #[must_use]
    pub fn is_random(&self) -> bool {
        !matches!(self, Self::OneAtATime { .. } | Self::FullFactorial { .. })
    }
}
