//! Options of the product–component model.

use super::options::NegativeInflow;

/// What happens to new products and components in the step they enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FirstStep {
    /// They face S(t, t), new products and replacements alike. What fails in
    /// its first step is not repaired.
    #[default]
    Exposed,
    /// Nothing fails in its first step; later hazards are those of the tables.
    /// Cases 4 to 12 of the product–component framework.
    Protected,
    /// As `Protected`, but the failures 1 − S(t, t) *of the new stock* are
    /// counted on top of inflow and outflow. Case 3 of the framework.
    OfNewStock,
    /// New products enter at the start of the step and are treated like all
    /// others in it; replacements enter at its end and count as the next
    /// cohort. Inflow-driven only; tables made with
    /// [`Timing::Start`](super::Timing::Start).
    WholeStep,
}

/// Replacement of failed components in products that stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replacement {
    /// The share of failed components that is replaced, 0 to 1.
    pub share: f64,
    /// Only in products that entered fewer than this many steps ago.
    pub age_limit: Option<usize>,
}

/// Where reused components may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ReuseInto {
    /// Into products whose component failed.
    Used,
    /// Into new products.
    New,
    /// First into products whose component failed, the rest into new ones.
    #[default]
    Both,
}

/// Which reused component goes into which product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Matching {
    /// The oldest component into the oldest product.
    #[default]
    OldestToOldest,
    /// First the component that is this many steps younger than the product.
    /// What is left over goes, youngest component first, into the oldest
    /// product; products younger than that many steps get new components.
    YoungerBy(usize),
}

/// Reuse of sound components of products that left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reuse {
    /// The share of sound components that is reusable, 0 to 1.
    pub share: f64,
    /// Only components that entered fewer than this many steps ago.
    pub age_limit: Option<usize>,
    /// Where they may go.
    pub into: ReuseInto,
    /// Which goes into which product.
    pub matching: Matching,
}

/// How to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Form {
    /// The whole-horizon form where it is exact, else stepped.
    #[default]
    Auto,
    /// Step by step over the stock by product and component cohort:
    /// steps² numbers.
    Stepped,
    /// By convolution: needs equal steps, one law for all cohorts, neither
    /// reuse nor frailty, and a demand that never falls below the repairs.
    WholeHorizon,
}

/// Options of [`product_component`](super::product_component).
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct ProductComponentOptions {
    /// What happens in the first step.
    pub first_step: FirstStep,
    /// Replacement of failed components; none by default.
    pub replacement: Option<Replacement>,
    /// Reuse of sound components; none by default.
    pub reuse: Option<Reuse>,
    /// Variance of a gamma-distributed factor, of mean 1, on the hazards of a
    /// product and of the components in it, in 16 strata; 0 for independence.
    /// The survival of products and first components is kept.
    pub frailty_variance: f64,
    /// What to do where a given stock implies a negative inflow even without
    /// repairs.
    pub negative_inflow: NegativeInflow,
    /// How to compute.
    pub form: Form,
}
