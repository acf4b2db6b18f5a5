//! The battery life cycle: from a [`Scenario`] to a [`System`].
//!
//! One region, battery cars. Every quantity of the scenario becomes a variable
//! with its canonical name `<region>.<key>`, uncertain as its prior says, open
//! to policies; the equations of the life cycle stand on those names.
//!
//! ```text
//!          inflow                exported, unknown
//! sales ──────────► use ────────────────────────────► environment
//!                  │   │ replaced                      ▲  ▲  ▲
//!       dismantled │   ▼                uncollected    │  │  │
//!                  │ workshop ─────────────────────────┘  │  │
//!                  ▼   │ collected                        │  │
//!           dismantling│                                  │  │
//!                  │   ▼        residues, metal fractions │  │
//!                  └► collection ─► preprocessing ────────┘  │
//!                                       │ black mass         │
//!                                       ▼                    │
//!                                    refining ───────────────┘
//!                                              recovered, residues
//! ```
//!
//! Masses are tonnes; flows tonnes per year; stocks at the end of the year.
//!
//! # Examples
//! ```
//! use blackmass::{Ensemble, Plan, lifecycle, scenario::Scenario};
//! let system = lifecycle::system(&Scenario::eu())?;
//! let plan = Plan::compile(&system)?;
//! let outcome = Ensemble::new(&plan).draws(64).run()?;
//! let recovered = outcome.report("baseline", "eu.recovered").unwrap();
//! let lithium = recovered.element(&["lithium"]).unwrap();
//! println!("{:.0} t in 2040", recovered.summary(lithium, 2040).unwrap().mean);
//! # Ok::<(), blackmass::Error>(())
//! ```

mod composition;
mod quantities;
mod recycling;
mod usage;

use crate::error::Error;
use crate::scenario::Scenario;
use crate::system::{Override, Policy, System, SystemBuilder};

/// The segments of this version: battery electric passenger cars.
pub const SEGMENTS: [&str; 1] = ["bev_car"];

/// What is reported for every material, in tonnes (stocks) or tonnes per year,
/// in the order of the life cycle.
pub const SERIES: [(&str, &str); 8] = [
    ("inflow", "t/yr"),
    ("stock", "t"),
    ("end_of_life", "t/yr"),
    ("exported", "t/yr"),
    ("unknown", "t/yr"),
    ("collected", "t/yr"),
    ("black_mass", "t/yr"),
    ("recovered", "t/yr"),
];

/// Builds the life cycle of a scenario's region with its policies.
///
/// The first policy, the reference of all differences, is `baseline` if the
/// scenario has one of that name, else its first.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) for a prior that is no
/// distribution; [`ErrorKind::System`](crate::ErrorKind::System) if the parts
/// do not fit. A scenario that was read without error gives neither.
pub fn system(scenario: &Scenario) -> Result<System, Error> {
    let years = scenario.start()..=scenario.end();
    let mut builder = System::builder(scenario.title(), years);
    let mut life_cycle =
        LifeCycle { scenario, region: scenario.region().to_owned(), b: &mut builder };
    life_cycle.dimensions();
    quantities::declare(&mut life_cycle)?;
    composition::declare(&mut life_cycle)?;
    usage::declare(&mut life_cycle);
    recycling::declare(&mut life_cycle);
    life_cycle.observe();
    life_cycle.policies();
    builder.build()
}

/// A life cycle under construction.
pub(crate) struct LifeCycle<'a> {
    scenario: &'a Scenario,
    region: String,
    b: &'a mut SystemBuilder,
}

impl LifeCycle<'_> {
    /// The canonical name of a key.
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.region)
    }

    /// The variable of a key.
    fn var(&self, key: &str) -> crate::system::Expr {
        crate::system::var(self.name(key))
    }

    fn dimensions(&mut self) {
        let scenario = self.scenario;
        self.b.dimension("segment", SEGMENTS);
        self.b.dimension("chemistry", scenario.chemistries().iter().map(|c| c.name()));
        self.b.dimension("class", scenario.classes().iter().cloned());
        self.b.dimension("material", scenario.materials().iter().cloned());
    }

    fn observe(&mut self) {
        for (series, unit) in SERIES {
            let name = self.name(series);
            self.b.observe(&name, unit);
        }
        for (series, unit) in [
            ("inflow_by_segment", "t/yr"),
            ("vehicles", "vehicles"),
            ("vehicles_exported", "vehicles/yr"),
            ("preprocessing_backlog", "t"),
            ("refining_backlog", "t"),
        ] {
            let name = self.name(series);
            self.b.observe(&name, unit);
        }
    }

    fn policies(&mut self) {
        let mut policies: Vec<_> = self.scenario.policies().iter().collect();
        policies.sort_by_key(|p| p.name() != "baseline");
        for policy in policies {
            let overrides = policy
                .levers()
                .iter()
                .map(|lever| Override {
                    name: self.name(lever.key()),
                    change: lever.change(),
                    from: lever.from(),
                    ramp: lever.ramp(),
                })
                .collect();
            self.b.policy(Policy { name: policy.name().to_owned(), overrides });
        }
    }
}
