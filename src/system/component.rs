//! Building blocks with a state of their own: cohort stocks and facilities.
//! Each is declared once and offers several variables, `<name>.<output>`.

use super::Expr;
use crate::lifetime::Lifetime;

/// A stock followed by cohort, driven by its inflow.
///
/// Offers `<name>.stock` (at the end of each step) and `<name>.outflow`:
///
/// ```text
/// stock(t)   = Σ_{c≤t} inflow(c)·S(t−c)
/// outflow(t) = Σ_{c≤t} inflow(c)·f(t−c),   f(0) = 1 − S(0),  f(a) = S(a−1) − S(a)
/// ```
///
/// Source: the inflow-driven model of dynamic material flow analysis (van der
/// Voet et al. 2002; Müller 2006).
#[derive(Clone, Debug)]
pub struct CohortStock {
    /// The name, prefix of the outputs.
    pub name: String,
    /// What enters, per step.
    pub inflow: Expr,
    /// How long it stays. Its parameters may have any dimension of `inflow`,
    /// and may not vary in time.
    pub lifetime: Lifetime,
}

/// A product with an exchangeable component, such as a vehicle and its
/// battery, which fail independently.
///
/// With S_P and S_C the survival of product and component, ρ the share of
/// component failures that are repaired with a new component while the
/// product is not older than `age_limit`, and p, c the cohorts of product and
/// component:
///
/// ```text
/// w(0) = 1,  w(a) = ρ(a)·Σ_{j<a} w(j)·f_C(a−j)
/// S(t,p,c) = I(p)·S_P(t−p)·w(c−p)·S_C(t−c)
/// ```
///
/// w(a) is the rate at which components enter products of age a. A component
/// that fails in the step it entered is not replaced: its product leaves use.
/// Source: the product–component framework (Aguilar Lopez et al. 2022), in
/// whole-horizon form.
///
/// `content` turns component cohorts into the quantities to follow (for
/// example kg of each material in a pack of each class): it is read at the
/// *component's* cohort. Every output over `content`'s dimensions is
/// Σ_c (components of cohort c)·content(c).
///
/// | output | meaning |
/// |---|---|
/// | `<name>.inflow` | content of new components, in new products and as replacements |
/// | `<name>.stock` | content in use at the end of the step |
/// | `<name>.exits` | content leaving together with its product |
/// | `<name>.replaced` | content of failed components replaced in a product that stays |
/// | `<name>.products` | products in use at the end of the step |
/// | `<name>.product_exits` | products leaving use |
/// | `<name>.new_components` | components entering use, replacements included |
#[derive(Clone, Debug)]
pub struct ProductComponent {
    /// The name, prefix of the outputs.
    pub name: String,
    /// New products per step, each with one new component.
    pub inflow: Expr,
    /// Lifetime of the product.
    pub product: Lifetime,
    /// Lifetime of the component.
    pub component: Lifetime,
    /// ρ: share of component failures that are repaired, 0 to 1, not varying
    /// in time.
    pub replacement: Expr,
    /// Oldest age, in whole steps, at which a product is still repaired.
    pub age_limit: u32,
    /// What one component of each cohort contains.
    pub content: Expr,
}

/// Facilities with limited capacity and a backlog that is carried over.
///
/// The dimensions of `capacity` tell the facilities apart; the other
/// dimensions of `feed` are what they process, well mixed. Per facility, with
/// backlog B and M the total of feed and backlog (or of `basis`):
///
/// ```text
/// f = min(1, capacity/M),  processed = (B + feed)·f,  B ← (B + feed)·(1 − f)
/// ```
///
/// Offers `<name>.processed` and `<name>.backlog` (at the end of the step).
#[derive(Clone, Debug)]
pub struct Facilities {
    /// The name, prefix of the outputs.
    pub name: String,
    /// What arrives per step.
    pub feed: Expr,
    /// How much can be processed per step, in the unit of the total feed (or
    /// of `basis`).
    pub capacity: Expr,
    /// The quantity that uses up capacity, if it is not the sum of the feed.
    pub basis: Option<Expr>,
}

// A system has a handful of components: their size does not matter.
#[derive(Clone, Debug)]
pub(crate) enum Component {
    Cohort(CohortStock),
    Product(Box<ProductComponent>),
    Facilities(Facilities),
}

impl Component {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cohort(c) => &c.name,
            Self::Product(c) => &c.name,
            Self::Facilities(c) => &c.name,
        }
    }

    /// The names of the outputs, in port order.
    pub(crate) fn outputs(&self) -> &'static [&'static str] {
        match self {
            Self::Cohort(_) => &["stock", "outflow"],
            Self::Product(_) => &[
                "inflow",
                "stock",
                "exits",
                "replaced",
                "products",
                "product_exits",
                "new_components",
            ],
            Self::Facilities(_) => &["processed", "backlog"],
        }
    }

    /// The inputs that hold for all years alike.
    pub(crate) fn lasting(&self) -> Vec<&Expr> {
        match self {
            Self::Cohort(c) => vec![&c.lifetime.first, &c.lifetime.second],
            Self::Product(c) => vec![
                &c.product.first,
                &c.product.second,
                &c.component.first,
                &c.component.second,
                &c.replacement,
            ],
            Self::Facilities(_) => Vec::new(),
        }
    }

    /// The expressions the outputs depend on.
    pub(crate) fn inputs(&self) -> Vec<&Expr> {
        match self {
            Self::Cohort(c) => vec![&c.inflow, &c.lifetime.first, &c.lifetime.second],
            Self::Product(c) => vec![
                &c.inflow,
                &c.product.first,
                &c.product.second,
                &c.component.first,
                &c.component.second,
                &c.replacement,
                &c.content,
            ],
            Self::Facilities(c) => {
                [Some(&c.feed), Some(&c.capacity), c.basis.as_ref()].into_iter().flatten().collect()
            }
        }
    }
}
