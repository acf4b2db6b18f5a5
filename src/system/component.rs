//! Building blocks with a state of their own: cohort stocks and facilities
//! (those of several places and stockpiles have files of their own).
//! Each is declared once and offers several variables, `<name>.<output>`.

use super::operation::{Port, UserOperation};
use super::{Expr, SharedFacilities, Stockpile};
use crate::lifetime::Lifetime;
use crate::stock::{NegativeInflow, ProductComponentOptions, Timing};

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

/// What drives a stock.
#[derive(Clone, Debug)]
pub enum Driven {
    /// What enters per step.
    ByInflow(Expr),
    /// The stock at the end of each step: the inflow is what keeps it there.
    ByStock(Expr),
}

impl Driven {
    pub(crate) fn series(&self) -> &Expr {
        match self {
            Self::ByInflow(x) | Self::ByStock(x) => x,
        }
    }
}

/// How the parameters of a lifetime vary in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Varies {
    /// They do not.
    #[default]
    Never,
    /// By cohort ("nature"): an item keeps the law of the step it entered.
    ByCohort,
    /// By calendar step ("nurture"): in step t every cohort has the conditional
    /// survival of that step's law.
    ByStep,
}

/// A stock followed by cohort with the options of the functions in
/// [`stock`](crate::stock): driven by inflow or by stock, lifetimes that vary
/// by cohort or by step, entry spread over the step.
///
/// Offers `<name>.inflow`, `<name>.outflow` and `<name>.stock`. Computed one
/// draw at a time by those functions; where [`CohortStock`] will do, that is
/// much faster. A draw that they refuse fails the run with their message.
///
/// # Examples
/// ```
/// use blackmass::stock::{NegativeInflow, Timing};
/// use blackmass::system::{Driven, Varies, var};
/// use blackmass::{CohortModel, Lifetime};
/// let fleet = CohortModel {
///     name: "fleet".into(),
///     driven: Driven::ByStock(var("cars_needed")),
///     lifetime: Lifetime::weibull_from_mean_shape(var("mean_life_by_cohort"), 3.5),
///     varies: Varies::ByCohort,
///     timing: Timing::Middle,
///     negative_inflow: NegativeInflow::OldestFirst,
/// };
/// ```
#[derive(Clone, Debug)]
pub struct CohortModel {
    /// The name, prefix of the outputs.
    pub name: String,
    /// What is given.
    pub driven: Driven,
    /// How long items stay. Its parameters may have any dimension of what is
    /// given, and vary in time as `varies` says. Its own inflow timing is not
    /// used.
    pub lifetime: Lifetime,
    /// How the parameters of the lifetime vary in time.
    pub varies: Varies,
    /// When within a step the inflow enters.
    pub timing: Timing,
    /// What to do where a given stock implies a negative inflow.
    pub negative_inflow: NegativeInflow,
}

/// A product with an exchangeable component and every option of
/// [`product_component`](crate::stock::product_component): reuse, frailty,
/// stock-driven, capped repairs. Computed one draw at a time by that function;
/// where [`ProductComponent`] will do, that is much faster.
///
/// Offers, in numbers of products or components: `stock`, `product_inflow`,
/// `component_inflow`, `product_outflow`, `component_outflow`,
/// `failed_components`, `replaced_with_new`, `replaced_with_reused`,
/// `reused_in_new_products`, `available_components`, each as `<name>.<output>`.
#[derive(Clone, Debug)]
pub struct SteppedProductComponent {
    /// The name, prefix of the outputs.
    pub name: String,
    /// What is given: new products or products in use.
    pub driven: Driven,
    /// Lifetime of the product.
    pub product: Lifetime,
    /// Lifetime of the component.
    pub component: Lifetime,
    /// Replacement, reuse and the rest, the same in every draw.
    pub options: ProductComponentOptions,
}

#[derive(Clone, Debug)]
pub(crate) enum Component {
    Cohort(CohortStock),
    Product(Box<ProductComponent>),
    Facilities(Facilities),
    SharedFacilities(Box<SharedFacilities>),
    Stockpile(Box<Stockpile>),
    Model(CohortModel),
    Stepped(Box<SteppedProductComponent>),
    Operation(Box<UserOperation>),
}

impl Component {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Cohort(c) => &c.name,
            Self::Product(c) => &c.name,
            Self::Facilities(c) => &c.name,
            Self::SharedFacilities(c) => &c.name,
            Self::Stockpile(c) => &c.name,
            Self::Model(c) => &c.name,
            Self::Stepped(c) => &c.name,
            Self::Operation(c) => &c.name,
        }
    }

    /// The names of the outputs, in port order.
    pub(crate) fn outputs(&self) -> Vec<&str> {
        let names: &[&str] = match self {
            Self::Operation(c) => return c.outputs.iter().map(Port::name).collect(),
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
            Self::SharedFacilities(_) => &["processed", "backlog", "taken"],
            Self::Stockpile(_) => &["stock", "release", "refill"],
            Self::Model(_) => &["inflow", "outflow", "stock"],
            Self::Stepped(_) => &[
                "stock",
                "product_inflow",
                "component_inflow",
                "product_outflow",
                "component_outflow",
                "failed_components",
                "replaced_with_new",
                "replaced_with_reused",
                "reused_in_new_products",
                "available_components",
            ],
        };
        names.to_vec()
    }

    /// The inputs that hold for all years alike, and what they are.
    pub(crate) fn lasting(&self) -> Vec<(&Expr, &'static str)> {
        let of = |lifetime: &'static str| move |p| (p, lifetime);
        match self {
            Self::Cohort(c) => c.lifetime.parameters().into_iter().map(of("lifetime")).collect(),
            Self::Model(c) if c.varies == Varies::Never => {
                c.lifetime.parameters().into_iter().map(of("lifetime")).collect()
            }
            Self::Product(c) => {
                let product = c.product.parameters().into_iter().map(of("product lifetime"));
                let component = c.component.parameters().into_iter().map(of("component lifetime"));
                product.chain(component).chain([(&c.replacement, "replacement")]).collect()
            }
            Self::Stepped(c) => {
                let product = c.product.parameters().into_iter().map(of("product lifetime"));
                let component = c.component.parameters().into_iter().map(of("component lifetime"));
                product.chain(component).collect()
            }
            Self::Model(_)
            | Self::Facilities(_)
            | Self::SharedFacilities(_)
            | Self::Stockpile(_)
            | Self::Operation(_) => Vec::new(),
        }
    }

    /// The other inputs; of most, the first gives the dimensions.
    pub(crate) fn drivers(&self) -> Vec<&Expr> {
        match self {
            Self::Cohort(c) => vec![&c.inflow],
            Self::Model(c) => {
                let mut all = vec![c.driven.series()];
                if c.varies != Varies::Never {
                    all.extend(c.lifetime.parameters());
                }
                all
            }
            Self::Product(c) => vec![&c.inflow, &c.content],
            Self::Stepped(c) => vec![c.driven.series()],
            Self::Facilities(c) => {
                [Some(&c.feed), Some(&c.capacity), c.basis.as_ref()].into_iter().flatten().collect()
            }
            Self::SharedFacilities(c) => {
                let mut all = vec![&c.feed, &c.capacity, &c.offered];
                all.extend(&c.cap);
                all
            }
            Self::Stockpile(c) => vec![&c.shortfall, &c.target, &c.rate],
            Self::Operation(c) => c.inputs.iter().map(|(_, given)| given).collect(),
        }
    }

    /// The expressions the outputs depend on.
    pub(crate) fn inputs(&self) -> Vec<&Expr> {
        let mut inputs = self.drivers();
        inputs.extend(self.lasting().into_iter().map(|(input, _)| input));
        inputs
    }
}
