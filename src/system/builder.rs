//! Collecting the declarations of a system.

use super::resolve::resolve;
use super::{
    CohortModel, CohortStock, Component, Dimension, Expr, Facilities, Observed, Operation, Policy,
    ProductComponent, SharedFacilities, SteppedProductComponent, Stockpile, System, UserOperation,
    var,
};
use crate::dependence::Correlation;
use crate::error::{Diagnostic, Error};
use crate::uncertainty::{Dirichlet, Distribution};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Numbers for a constant: one for all elements and years, one per element,
/// one per year, or one per element and year (element by element).
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// The same everywhere.
    One(f64),
    /// One per element, in the order of the dimensions as given.
    PerElement(Vec<f64>),
    /// One per year, the same for all elements.
    PerYear(Vec<f64>),
    /// One series per element, in the order of the dimensions as given.
    PerElementAndYear(Vec<Vec<f64>>),
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Self::One(value)
    }
}

/// Collects the declarations of a [`System`].
///
/// Declarations may come in any order and refer to each other by name. Nothing
/// is checked before [`build`](Self::build), which reports everything at once.
#[derive(Clone, Debug)]
pub struct SystemBuilder {
    pub(super) name: String,
    pub(super) years: RangeInclusive<i32>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) processes: Vec<String>,
    pub(super) variables: Vec<Declared>,
    pub(super) components: Vec<Component>,
    pub(super) linear_loops: Vec<Vec<String>>,
    pub(super) flows: Vec<DeclaredFlow>,
    pub(super) stocks: Vec<DeclaredStock>,
    pub(super) correlations: Vec<Correlation>,
    pub(super) report_from: Option<i32>,
    pub(super) observed: Vec<Observed>,
    pub(super) policies: Vec<Policy>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    /// Dimension names, where the declaration states them.
    pub(super) dims: Option<Vec<String>>,
    pub(super) kind: DeclaredKind,
}

#[derive(Clone, Debug)]
pub(super) enum DeclaredKind {
    Constant(Values),
    Parameter { laws: Vec<Distribution>, streams: Vec<String> },
    Noise,
    Chance,
    Formula(Expr),
}

#[derive(Clone, Debug, Default)]
pub(super) struct DeclaredFlow {
    pub(super) name: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) dims: Option<Vec<String>>,
    pub(super) value: FlowValue,
}

#[derive(Clone, Debug, Default)]
pub(super) enum FlowValue {
    #[default]
    Missing,
    Is(Expr),
    Coefficient(Expr),
    UpTo(Expr),
    Remainder,
}

#[derive(Clone, Debug)]
pub(super) struct DeclaredStock {
    pub(super) name: String,
    pub(super) process: String,
    pub(super) value: Option<Expr>,
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

impl SystemBuilder {
    pub(super) fn new(name: String, years: RangeInclusive<i32>) -> Self {
        Self {
            name,
            years,
            dimensions: Vec::new(),
            processes: Vec::new(),
            variables: Vec::new(),
            components: Vec::new(),
            linear_loops: Vec::new(),
            flows: Vec::new(),
            stocks: Vec::new(),
            correlations: Vec::new(),
            report_from: None,
            observed: Vec::new(),
            policies: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Declares a dimension and its elements. (Time is always there and needs
    /// no declaration.)
    pub fn dimension<S: Into<String>>(
        &mut self,
        name: &str,
        elements: impl IntoIterator<Item = S>,
    ) -> &mut Self {
        let elements = elements.into_iter().map(Into::into).collect();
        self.dimensions.push(Dimension { name: name.to_owned(), elements });
        self
    }

    /// Declares a process. Mass is balanced over it in every run.
    pub fn process(&mut self, name: &str) -> &mut Self {
        self.processes.push(name.to_owned());
        self
    }

    fn declare(&mut self, name: &str, dims: Option<Vec<String>>, kind: DeclaredKind) -> &mut Self {
        self.variables.push(Declared { name: name.to_owned(), dims, kind });
        self
    }

    /// Declares numbers that no draw changes.
    pub fn constant(&mut self, name: &str, dims: &[&str], values: impl Into<Values>) -> &mut Self {
        self.declare(name, Some(strings(dims)), DeclaredKind::Constant(values.into()))
    }

    /// Declares an uncertain parameter, drawn once per draw and element from
    /// one distribution. Its name is the name of its random stream.
    pub fn parameter(&mut self, name: &str, dims: &[&str], law: Distribution) -> &mut Self {
        self.parameters(name, dims, vec![law])
    }

    /// Declares an uncertain parameter with one distribution per element.
    pub fn parameters(&mut self, name: &str, dims: &[&str], laws: Vec<Distribution>) -> &mut Self {
        self.parameters_on(name, dims, laws, Vec::new())
    }

    /// Declares an uncertain parameter that reads random streams of other
    /// names, one per element. Parameters on one stream move together: each
    /// takes its own quantile at the same probability, as do the lifetimes of
    /// one technology in two regions.
    pub fn parameters_on(
        &mut self,
        name: &str,
        dims: &[&str],
        laws: Vec<Distribution>,
        streams: Vec<String>,
    ) -> &mut Self {
        self.declare(name, Some(strings(dims)), DeclaredKind::Parameter { laws, streams })
    }

    /// Declares uncertain shares that sum to one over a dimension, drawn once
    /// per draw from a Dirichlet law: the variable `name`, over the parameter
    /// `name.gamma` whose random streams they keep. The central case has the
    /// mean shares.
    pub fn dirichlet(&mut self, name: &str, dim: &str, law: &Dirichlet) -> &mut Self {
        let gamma = format!("{name}.gamma");
        self.parameters(&gamma, &[dim], law.gammas().to_vec());
        self.variable(name, var(gamma.as_str()) / var(gamma.as_str()).sum(dim))
    }

    /// Declares independent standard normals per element and step, the
    /// innovations of a stochastic process. In the central case they are zero.
    pub fn noise(&mut self, name: &str, dims: &[&str]) -> &mut Self {
        self.declare(name, Some(strings(dims)), DeclaredKind::Noise)
    }

    /// Declares independent uniforms in (0, 1) per element and step, for events:
    /// one of probability p happens where the chance is below p. In the central
    /// case they are one, so that no event happens.
    pub fn chance(&mut self, name: &str, dims: &[&str]) -> &mut Self {
        self.declare(name, Some(strings(dims)), DeclaredKind::Chance)
    }

    /// Lets static parameters depend on each other, or noises within a step;
    /// see [`Correlation`]. Streams are named as their elements are,
    /// `yield[material=nickel]`; each may be in one correlation.
    ///
    /// With L the Cholesky factor and zⱼ = Φ⁻¹(uniform of stream j), stream i
    /// has uᵢ = Φ(Σⱼ Lᵢⱼ·zⱼ) instead of its own uniform, or that sum as its
    /// noise. The first one named keeps its own; members may change when one is
    /// added or the order is another; all other streams keep their bits.
    /// Supplied values replace those of their own stream only.
    pub fn correlate(&mut self, correlation: Correlation) -> &mut Self {
        self.correlations.push(correlation);
        self
    }

    /// Declares a variable computed from others.
    pub fn variable(&mut self, name: &str, formula: impl Into<Expr>) -> &mut Self {
        self.declare(name, None, DeclaredKind::Formula(formula.into()))
    }

    /// Declares a cohort stock; see [`CohortStock`] for what it offers.
    pub fn cohort_stock(&mut self, stock: CohortStock) -> &mut Self {
        self.components.push(Component::Cohort(stock));
        self
    }

    /// Declares a product with an exchangeable component; see
    /// [`ProductComponent`].
    pub fn product_component(&mut self, stock: ProductComponent) -> &mut Self {
        self.components.push(Component::Product(Box::new(stock)));
        self
    }

    /// Declares a cohort stock with every option, computed draw by draw; see
    /// [`CohortModel`].
    pub fn cohort_model(&mut self, model: CohortModel) -> &mut Self {
        self.components.push(Component::Model(model));
        self
    }

    /// Declares a product and component with every option, computed draw by
    /// draw; see [`SteppedProductComponent`].
    pub fn stepped_product_component(&mut self, stock: SteppedProductComponent) -> &mut Self {
        self.components.push(Component::Stepped(Box::new(stock)));
        self
    }

    /// Declares facilities with capacity and backlog; see [`Facilities`].
    pub fn facilities(&mut self, facilities: Facilities) -> &mut Self {
        self.components.push(Component::Facilities(facilities));
        self
    }

    /// Declares facilities of several places that process each other's surplus;
    /// see [`SharedFacilities`].
    pub fn shared_facilities(&mut self, facilities: SharedFacilities) -> &mut Self {
        self.components.push(Component::SharedFacilities(Box::new(facilities)));
        self
    }

    /// Declares a stockpile that steps in where something falls short; see
    /// [`Stockpile`].
    pub fn stockpile(&mut self, stockpile: Stockpile) -> &mut Self {
        self.components.push(Component::Stockpile(Box::new(stockpile)));
        self
    }

    /// Declares an operation of one's own on some expressions, which offers
    /// `<name>.<output>` for each of its outputs; see [`Operation`].
    pub fn operation<E: Into<Expr>>(
        &mut self,
        name: &str,
        operation: Arc<dyn Operation>,
        inputs: impl IntoIterator<Item = E>,
    ) -> &mut Self {
        let inputs = inputs.into_iter().map(Into::into).collect();
        match UserOperation::new(name, operation, inputs) {
            Ok(operation) => self.components.push(Component::Operation(Box::new(operation))),
            Err(problems) => self.diagnostics.extend(problems),
        }
        self
    }

    /// Declares that variables depend on each other within a step, and linearly:
    /// they are solved for together; see [`system`](crate::system#loops). What
    /// enters a process on the way round (`<process>.throughput`) need not be
    /// named. They must have the same dimensions, and no policy may override
    /// them. A draw in which something comes round in full fails the run.
    ///
    /// # Examples
    /// Of what is made a tenth is lost as scrap and goes in again:
    /// ```
    /// use blackmass::{Ensemble, Plan, System, system::var};
    /// let mut b = System::builder("run-around scrap", 2020..=2021);
    /// b.constant("demand", &[], 90.0);
    /// b.variable("input", var("demand") + var("scrap"));
    /// b.variable("scrap", var("input") * 0.1);
    /// b.linear_loop(&["input", "scrap"]);
    /// b.observe("input", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let outcome = Ensemble::new(&plan).draws(1).run()?;
    /// let input = outcome.report("baseline", "input").and_then(|r| r.summary(0, 2020)).unwrap();
    /// assert!((input.central - 100.0).abs() < 1e-12);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn linear_loop(&mut self, variables: &[&str]) -> &mut Self {
        self.linear_loops.push(strings(variables));
        self
    }

    /// Declares a flow; say `.from(…)`, `.to(…)` and what it `.is(…)`.
    pub fn flow(&mut self, name: &str) -> FlowBuilder<'_> {
        let at = self.flows.len();
        self.flows.push(DeclaredFlow { name: name.to_owned(), ..DeclaredFlow::default() });
        FlowBuilder { flow: &mut self.flows[at] }
    }

    /// Declares a stock held by a process; say what it `.is(…)`.
    pub fn stock(&mut self, name: &str, process: &str) -> StockBuilder<'_> {
        let at = self.stocks.len();
        self.stocks.push(DeclaredStock {
            name: name.to_owned(),
            process: process.to_owned(),
            value: None,
        });
        StockBuilder { stock: &mut self.stocks[at] }
    }

    /// Asks for statistics of a variable and of its paired differences between
    /// policies, in the unit stated (for tables and
    /// files; nothing is converted).
    pub fn observe(&mut self, name: &str, unit: &str) -> &mut Self {
        self.observing(name, unit, true)
    }

    /// As [`observe`](Self::observe), without the paired differences between
    /// policies.
    pub fn observe_alone(&mut self, name: &str, unit: &str) -> &mut Self {
        self.observing(name, unit, false)
    }

    fn observing(&mut self, name: &str, unit: &str, compared: bool) -> &mut Self {
        let (name, unit) = (name.to_owned(), unit.to_owned());
        self.observed.push(Observed { name, unit, compared });
        self
    }

    /// Reports from this year on only. The years before are computed, as the
    /// history of the stocks, without statistics.
    pub fn report_from(&mut self, year: i32) -> &mut Self {
        self.report_from = Some(year);
        self
    }

    /// Adds a policy. The first one is the reference: differences are taken
    /// against it. Without any, there is one policy `baseline` that changes
    /// nothing.
    pub fn policy(&mut self, policy: Policy) -> &mut Self {
        self.policies.push(policy);
        self
    }

    /// Whether a variable of that name is declared already.
    #[must_use]
    pub fn declares(&self, name: &str) -> bool {
        self.variables.iter().any(|v| v.name == name)
    }

    /// Reports a problem found while preparing the declarations; `build` will
    /// fail with it among the others.
    pub fn reject(&mut self, diagnostic: Diagnostic) -> &mut Self {
        self.diagnostics.push(diagnostic);
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// [`ErrorKind::System`](crate::ErrorKind::System) with one diagnostic for
    /// each unknown or duplicate name, flow without both ends, dimension that
    /// does not match, loop within a step (naming the cycle) and linear loop that
    /// is not linear (naming the place).
    pub fn build(self) -> Result<System, Error> {
        resolve(self)
    }
}

/// Completes the declaration of a flow.
#[derive(Debug)]
pub struct FlowBuilder<'a> {
    flow: &'a mut DeclaredFlow,
}

impl FlowBuilder<'_> {
    /// The process the flow leaves.
    #[must_use]
    pub fn from(self, process: &str) -> Self {
        self.flow.from = Some(process.to_owned());
        self
    }

    /// The process the flow enters.
    #[must_use]
    pub fn to(self, process: &str) -> Self {
        self.flow.to = Some(process.to_owned());
        self
    }

    /// States the dimensions the flow must have; checked by `build`.
    #[must_use]
    pub fn over(self, dims: &[&str]) -> Self {
        self.flow.dims = Some(strings(dims));
        self
    }

    /// The flow is given by a formula.
    pub fn is(self, formula: impl Into<Expr>) {
        self.flow.value = FlowValue::Is(formula.into());
    }

    /// The flow is a share of everything that enters its process in the step:
    /// a transfer coefficient.
    pub fn coefficient(self, share: impl Into<Expr>) {
        self.flow.value = FlowValue::Coefficient(share.into());
    }

    /// The flow takes what is left, up to a limit: after the transfer
    /// coefficients and after the flows out of the same process that are
    /// declared before it and have limits of their own. The limit is in the
    /// unit of the flow; where it has fewer dimensions than what is left, it
    /// holds for the total and the flow is [well mixed](Expr::up_to). One flow
    /// has to take the [`remainder`](Self::remainder).
    pub fn up_to(self, limit: impl Into<Expr>) {
        self.flow.value = FlowValue::UpTo(limit.into());
    }

    /// The flow is what the transfer coefficients and limits of the other
    /// flows out of its process leave over.
    pub fn remainder(self) {
        self.flow.value = FlowValue::Remainder;
    }
}

/// Completes the declaration of a stock.
#[derive(Debug)]
pub struct StockBuilder<'a> {
    stock: &'a mut DeclaredStock,
}

impl StockBuilder<'_> {
    /// The stock at the end of each step is given by a formula.
    pub fn is(self, formula: impl Into<Expr>) {
        self.stock.value = Some(formula.into());
    }
}
