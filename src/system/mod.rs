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

mod builder;
mod component;
mod correlate;
mod dimension;
mod expr;
mod flows;
mod infer;
mod lasting;
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
pub use policy::{Change, Override, Policy};
pub(crate) use problems::unknown;
pub use shared_facilities::SharedFacilities;
pub use stockpile::Stockpile;

use crate::sampling::StreamKey;
use crate::uncertainty::Distribution;
use std::collections::BTreeMap;

/// A checked system: every name is known, every flow has two ends, the
/// dimensions match and nothing depends on itself within a step.
#[derive(Clone, Debug)]
pub struct System {
    pub(crate) name: String,
    pub(crate) start: i32,
    pub(crate) steps: usize,
    /// The first step that is reported.
    pub(crate) first_reported: usize,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) definitions: Vec<Definition>,
    /// The definitions in an order in which each comes after all it needs.
    pub(crate) order: Vec<usize>,
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
        &self.dimensions
    }

    /// The flows as (name, from, to), in the order declared.
    pub fn flows(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.flows.iter().map(|f| (f.name.as_str(), f.from.as_str(), f.to.as_str()))
    }

    /// Some variables and everything they are computed from, each after all
    /// it needs.
    pub(crate) fn requirements(&self, of: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut needed = vec![false; self.definitions.len()];
        for at in of {
            needed[at] = true;
        }
        let mut names = Vec::new();
        for at in self.order.iter().rev() {
            if !needed[*at] {
                continue;
            }
            names.clear();
            match &self.definitions[*at].kind {
                Kind::Constant(_) | Kind::Parameter(..) | Kind::Noise | Kind::Chance => {}
                Kind::Formula(formula) => formula.names(&mut names),
                Kind::Output { component, .. } => {
                    for input in self.components[*component].inputs() {
                        input.names(&mut names);
                    }
                }
            }
            for name in &names {
                if let Some(at) = self.index.get(*name) {
                    needed[*at] = true;
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
