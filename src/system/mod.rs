//! Declaring a system: dimensions, processes, flows, stocks and parameters.
//!
//! A [`SystemBuilder`] collects named declarations in any order; its
//! [`build`](SystemBuilder::build) checks them all and reports everything
//! that is wrong at once. The result, a [`System`], is a graph without any
//! numbers computed yet; [`Plan::compile`](crate::Plan::compile) turns it into
//! something that runs.
//!
//! ```text
//!            primary                 scrap
//! environment ─────► use ───────────────────► recycling ───► environment
//!                     ▲        secondary          │    loss
//!                     └───────────────────────────┘
//! ```
//!
//! # Examples
//! ```
//! use blackmass::{CohortStock, Lifetime, System, system::var};
//!
//! let mut b = System::builder("steel in use", 2020..=2060);
//! b.process("use").process("recycling");
//! b.constant("demand", &[], 100.0);
//! b.cohort_stock(CohortStock {
//!     name: "cars".into(),
//!     inflow: var("demand"),
//!     lifetime: Lifetime::fixed(12.0),
//! });
//! b.stock("in_use", "use").is("cars.stock");
//! b.flow("scrap").from("use").to("recycling").is("cars.outflow");
//! b.flow("secondary").from("recycling").to("use").coefficient(0.9);
//! b.flow("loss").from("recycling").to(System::ENVIRONMENT).remainder();
//! b.flow("primary").from(System::ENVIRONMENT).to("use").is(var("demand") - var("secondary"));
//! b.observe("primary", "t/yr");
//! let system = b.build()?;
//! # Ok::<(), blackmass::Error>(())
//! ```
//!
//! # Loops
//!
//! A variable may depend on itself in two ways.
//!
//! **Through a delay** ([`Expr::delayed`] by one step or more) nothing needs to be
//! declared: `build` finds the variables that depend on each other, and they are
//! computed step by step, all others over the whole horizon at a time. Cohort
//! stocks, [`Facilities`] and [`Stockpile`]s may take part; a component that is
//! computed in one piece ([`ProductComponent`], [`SharedFacilities`],
//! [`CohortModel`], [`SteppedProductComponent`]) may not, nor may events
//! ([`process`](crate::process)) driven by the loop or [`Expr::at_year`] of a
//! variable of it. Policies may override its variables. Stepping costs more than
//! sweeping, the more so the fewer steps the shortest delay has.
//!
//! ```
//! # use blackmass::{Ensemble, Facilities, Plan, system::var};
//! # let mut b = blackmass::System::builder("loop", 2020..=2022);
//! // Half of what waited at the end of a year is added to the next year's capacity.
//! b.constant("scrap", &[], 10.0);
//! b.facilities(Facilities {
//!     name: "plant".into(),
//!     feed: var("scrap"),
//!     capacity: 6.0 + 0.5 * var("plant.backlog").delayed(1),
//!     basis: None,
//! });
//! b.observe("plant.backlog", "t");
//! # let plan = Plan::compile(&b.build()?)?;
//! # let outcome = Ensemble::new(&plan).draws(1).run()?;
//! # let backlog = outcome.report("baseline", "plant.backlog").unwrap();
//! # let of = |year| backlog.summary(0, year).unwrap().central;
//! # assert!([4.0, 6.0, 7.0].iter().zip(2020..).all(|(x, year)| (of(year) - x).abs() < 1e-12));
//! # Ok::<(), blackmass::Error>(())
//! ```
//!
//! **Within a step**, if the loop is linear and declared with
//! [`SystemBuilder::linear_loop`]: sums and differences of its variables, times or
//! divided by what does not depend on them within the step. It is solved per
//! element, step and draw by Gaussian elimination; where something comes round in
//! full there is no solution, and the run fails. Any other loop within a step is
//! an error that names the cycle.
//!
//! ```
//! # use blackmass::{Ensemble, Plan, System, system::var};
//! # let mut b = System::builder("loop", 2020..=2022);
//! b.process("furnace").process("mill");
//! b.flow("ore").from(System::ENVIRONMENT).to("furnace").is(88.0);
//! b.flow("cast").from("furnace").to("mill").coefficient(0.96);
//! b.flow("slag").from("furnace").to(System::ENVIRONMENT).remainder();
//! b.flow("trimmings").from("mill").to("furnace").coefficient(0.125);
//! b.flow("sheet").from("mill").to(System::ENVIRONMENT).remainder();
//! b.linear_loop(&["cast", "trimmings"]);
//! b.observe("cast", "t/yr");
//! # let plan = Plan::compile(&b.build()?)?;
//! # let outcome = Ensemble::new(&plan).draws(1).run()?;
//! # let cast = outcome.report("baseline", "cast").unwrap().summary(0, 2020).unwrap();
//! // What enters the furnace is 88/(1 − 0.96·0.125) = 100.
//! # assert!((cast.central - 96.0).abs() < 1e-12);
//! # Ok::<(), blackmass::Error>(())
//! ```
//!
//! # How to say it
//!
//! Dimensions have names. Variables broadcast by name and are summed by name,
//! as the arrays of flodym are; there is no order to keep in mind. With `b` a
//! builder:
//!
//! | what | how |
//! |---|---|
//! | a share of what enters a process | `b.flow("loss").from("mill").to("heap").coefficient(0.1)` |
//! | who takes the rest | `b.flow("steel").from("mill").to("use").remainder()` |
//! | who is served first, and up to what | [`.up_to(limit)`](FlowBuilder::up_to) on each flow, in the order of priority; one flow is the remainder |
//! | a limit for each element, or one on the total | by the dimensions of the limit: `.up_to("quota_by_metal")`, `.up_to("quota")` |
//! | an outflow mixed as the inflow is | `var("inflow").up_to("total_outflow")`, which is `total·inflowₘ/Σinflow` |
//! | the mix itself | `var("inflow") / var("inflow").sum("metal")` |
//! | limited capacity with a backlog | [`Facilities`], of several places [`SharedFacilities`] |
//! | a delay of three steps | `b.flow("out").from("yard").to("use").is(var("in").delayed(3))` |
//! | what is on its way | `b.stock("held", "yard").is(var("in").cumulative() - var("in").delayed(3).cumulative())` |
//! | a delay that is uncertain or spread | [`CohortStock`], its `outflow` and `stock` |
//! | a stock by cohort, driven by inflow or by stock | [`CohortStock`], [`CohortModel`] |
//! | a product and its part | [`ProductComponent`], [`SteppedProductComponent`] |
//! | a reserve | [`Stockpile`] |
//! | contents: items by class times mass of each metal per item | `var("items") * var("content")` |
//! | a sum over a dimension; a matrix product | `var("x").sum("metal")`; `(var("a") * var("b")).sum("class")` |
//! | one element; several side by side | `var("x").at("metal", "iron")`; [`stack`]`("metal", …)` |
//! | what no draw, each draw, each draw and step changes | [`constant`](SystemBuilder::constant), [`parameter`](SystemBuilder::parameter), [`noise`](SystemBuilder::noise) or [`chance`](SystemBuilder::chance) |
//! | feedback from an earlier step; a linear loop within one | [`delayed`](Expr::delayed); [`linear_loop`](SystemBuilder::linear_loop), see [Loops](#loops) |
//! | a rule of one's own | [`Operation`], checked by [`testkit`](crate::testkit) |

mod builder;
mod component;
mod correlate;
mod dimension;
mod expr;
mod feedback;
mod flows;
mod infer;
mod lasting;
mod linear_loop;
mod operation;
mod policy;
mod problems;
mod resolve;
mod shared_facilities;
mod stockpile;

pub use builder::{FlowBuilder, StockBuilder, SystemBuilder, Values};
pub(crate) use component::Component;
pub use component::{
    CohortModel, CohortStock, Driven, Facilities, ProductComponent, SteppedProductComponent, Varies,
};
pub use dimension::Dimension;
pub(crate) use dimension::Shape;
pub(crate) use expr::{Binary, Node, Unary};
pub use expr::{Expr, Start, stack, var};
use feedback::Loop;
pub(crate) use linear_loop::LinearLoop;
pub use operation::{Block, Operation, Port};
pub(crate) use operation::{MAX_OUTPUTS, UserOperation, guarded};
pub use policy::{Change, Override, Policy};
pub(crate) use problems::unknown;
pub use shared_facilities::SharedFacilities;
pub use stockpile::Stockpile;

use crate::sampling::StreamKey;
use crate::uncertainty::Distribution;
use std::collections::BTreeMap;

/// A checked system: every name is known, every flow has two ends, the
/// dimensions match and nothing depends on itself within a step, but for linear
/// loops declared.
#[derive(Clone, Debug)]
pub struct System {
    pub(crate) name: String,
    pub(crate) start: i32,
    pub(crate) steps: usize,
    /// The first step that is reported.
    pub(crate) first_reported: usize,
    /// Those declared, then one for each linear loop.
    pub(crate) dimensions: Vec<Dimension>,
    /// How many were declared.
    pub(crate) named: usize,
    pub(crate) definitions: Vec<Definition>,
    /// The definitions in an order in which each comes after all it needs of the
    /// same step, those of a loop in a row.
    pub(crate) order: Vec<usize>,
    pub(crate) loops: Vec<Loop>,
    /// For each definition, its loop.
    pub(crate) loop_of: Vec<Option<usize>>,
    pub(crate) linear: Vec<LinearLoop>,
    pub(crate) components: Vec<Component>,
    pub(crate) index: BTreeMap<String, usize>,
    pub(crate) processes: Vec<Process>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) observed: Vec<Observed>,
    pub(crate) policies: Vec<Policy>,
    /// The streams that are mixed from several, with those and their weights.
    pub(crate) blends: BTreeMap<StreamKey, Vec<(StreamKey, f64)>>,
}

/// A named variable.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) kind: Kind,
}

impl Definition {
    /// The names of its random streams, one per element; none if it has none.
    pub(crate) fn streams(&self, dimensions: &[Dimension]) -> Vec<String> {
        match &self.kind {
            Kind::Parameter(_, streams) if !streams.is_empty() => streams.clone(),
            Kind::Parameter(..) | Kind::Noise | Kind::Chance => {
                self.shape.element_names(&self.name, dimensions)
            }
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Numbers that no draw changes, `[element][step or one]`.
    Constant(Vec<f64>),
    /// One distribution per element, drawn once per draw, and the names of
    /// the random streams if they are not the elements' own.
    Parameter(Vec<Distribution>, Vec<String>),
    /// Independent standard normals per element and step.
    Noise,
    /// Independent uniforms per element and step.
    Chance,
    /// Computed from other variables.
    Formula(Expr),
    /// An output of a component.
    Output { component: usize, port: usize },
    /// A variable of a linear loop.
    Solution { linear: usize, row: usize },
}

/// A process: where flows meet, and where mass is conserved.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    pub(crate) name: String,
    /// Variables that enter, leave, and stay.
    pub(crate) inflows: Vec<usize>,
    pub(crate) outflows: Vec<usize>,
    pub(crate) stocks: Vec<usize>,
}

/// A variable to be reported.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    pub(crate) name: String,
    pub(crate) unit: String,
    /// Whether its differences between policies are reported too.
    pub(crate) compared: bool,
}

/// A flow between two processes.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl System {
    /// The name of everything outside the system: flows may start and end
    /// there, and no balance is kept.
    pub const ENVIRONMENT: &'static str = "environment";

    /// Starts the declaration of a system over the given years.
    pub fn builder(name: impl Into<String>, years: std::ops::RangeInclusive<i32>) -> SystemBuilder {
        SystemBuilder::new(name.into(), years)
    }

    /// The name given to the builder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The years covered, first and last included.
    #[must_use]
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.start..=self.start + self.steps as i32 - 1
    }

    /// The dimensions, in the order declared.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions[..self.named]
    }

    /// The flows as (name, from, to), in the order declared.
    pub fn flows(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.flows.iter().map(|f| (f.name.as_str(), f.from.as_str(), f.to.as_str()))
    }

    /// The formulas a variable is computed from.
    pub(crate) fn formulas(&self, at: usize) -> Vec<&Expr> {
        match &self.definitions[at].kind {
            Kind::Constant(_) | Kind::Parameter(..) | Kind::Noise | Kind::Chance => Vec::new(),
            Kind::Formula(formula) => vec![formula],
            Kind::Output { component, .. } => self.components[*component].inputs(),
            Kind::Solution { linear, .. } => self.linear[*linear].formulas().collect(),
        }
    }

    /// Some variables and everything they are computed from, each after all
    /// it needs of the same step. A loop is needed as a whole.
    pub(crate) fn requirements(&self, of: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut needed = vec![false; self.definitions.len()];
        let need = |at: usize, needed: &mut [bool]| match self.loop_of[at] {
            Some(found) => self.loops[found].members.iter().for_each(|at| needed[*at] = true),
            None => needed[at] = true,
        };
        for at in of {
            need(at, &mut needed);
        }
        let mut names = Vec::new();
        for at in self.order.iter().rev() {
            if !needed[*at] {
                continue;
            }
            names.clear();
            self.formulas(*at).into_iter().for_each(|formula| formula.names(&mut names));
            for name in &names {
                if let Some(at) = self.index.get(*name) {
                    need(*at, &mut needed);
                }
            }
        }
        self.order.iter().copied().filter(|at| needed[*at]).collect()
    }

    /// The names of the policies, the reference first.
    pub fn policies(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|p| p.name.as_str())
    }
}
