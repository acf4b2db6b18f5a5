//! The battery life cycle: from a [`Scenario`] to a [`System`].
//!
//! All regions of the scenario stand side by side in one system. Every quantity of the scenario becomes a variable
//! with its canonical name `<region>.<key>`, uncertain as its prior says, open
//! to policies; the equations of the life cycle stand on those names.
//!
//! ```text
//!                       exported, unknown
//! placed ──► in use ──────────────────────────► environment
//!   ▲          │  │ replaced
//!   │ reused   │  ▼
//!   └── dismantling  workshops ──► not collected
//!          │  │          │
//!          │  └──────────┼──► second life ──► not collected
//!          ▼             ▼        │
//!          collected, end of life ◄┘◄── portable, storage     production scrap
//!                 │                                               │
//!                 └────────────────► treatment ◄──────────────────┘
//!                     stored, exported, untreated ◄─┤
//!                                                   ▼
//!                        metal fraction ◄── pre-processing ──► residue
//!                                                   │ black mass
//!                                                   ▼
//!                                                refining ──► residue
//!                                                   ▼
//!                                   recovered: used here, not used here
//! ```
//!
//! A scenario of several regions may say what lies between them: trade of used
//! vehicles, batteries, scrap, black mass and recovered materials with each other
//! and with Korea, China and others; who mines and refines what; what may be
//! interrupted, and stockpiles; instruments whose effect is uncertain
//! ([`instrument`]). Black mass is then refined by whoever has room and takes it:
//!
//! ```text
//! black mass ──► refining at home ──► recovered ──► used here, sold, not used
//!     │ offered, not barred, not refused, with room
//!     ├──► a region: refined there        (delay, loss on the way)
//!     └──► a partner: recovered there ──► kept, passed on
//! ```
//!
//! Flows are followed as tonnes of batteries of each chemistry. A battery of a
//! chemistry is made of materials in fixed proportion (in each draw), so the
//! mass of every material follows, and a balance that closes for every
//! chemistry closes for every material. (Collection and the entry to second
//! life, where segments with different chemistries meet, are balanced in total;
//! a test balances them by material.) Masses are tonnes; flows tonnes per year;
//! stocks at the end of the year.
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

mod cells;
mod collection;
mod composition;
mod demand;
mod events;
mod evidence;
mod flows;
mod instruments;
mod minerals;
mod options;
mod portable;
mod prices;
pub mod published;
mod quantities;
mod recycling;
mod second_life;
mod series;
mod storage;
mod supply;
mod targets;
mod trade;
mod vehicles;

use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lifetime::Lifetime;
use crate::scenario::{Law, Lever, Region, Scenario};
use crate::system::{Expr, Override, Policy, System, SystemBuilder, stack, var};
use crate::uncertainty::{Distribution, Range};

pub use evidence::evidence;
pub use flows::FLOWS;
pub use instruments::{instrument, with_instrument};
pub use options::{Detail, Options};

pub use crate::scenario::{
    PORTABLE_SEGMENT as PORTABLE, ROUTES, SEGMENTS, SERIES, STORAGE_SEGMENTS as STORAGE,
    VEHICLE_SEGMENTS as VEHICLES,
};

/// Where the feed of the recyclers comes from.
const ORIGINS: [&str; 2] = ["end_of_life", "scrap"];

/// Builds the life cycle of all regions of a scenario, with its policies.
///
/// The first policy, the reference of all differences, is `baseline` if the
/// scenario has one of that name, else its first.
///
/// # Errors
/// [`ErrorKind::Argument`] for a prior that is no distribution, also after the
/// scaling that the scenario asks for; [`ErrorKind::System`] if the parts do not
/// fit. A scenario that was read without error and scales no prior up gives
/// neither.
pub fn system(scenario: &Scenario) -> Result<System, Error> {
    system_with(scenario, &Options::default())
}

/// As [`system`], with [`Options`].
///
/// # Errors
/// As for [`system`]; also [`ErrorKind::Argument`] for a policy that the
/// scenario does not have, or a factor of the priors that is negative or not
/// finite.
pub fn system_with(scenario: &Scenario, options: &Options) -> Result<System, Error> {
    let policies = options.policies;
    let known = |name: &&str| scenario.policies().iter().any(|p| p.name() == *name);
    if let Some(unknown) = policies.iter().find(|name| !known(name)) {
        let names: Vec<&str> = scenario.policies().iter().map(|p| p.name()).collect();
        let diagnostic = Diagnostic::new("the scenario has no such policy");
        let diagnostic = diagnostic.found(*unknown).allowed(names.join(", "));
        return Err(Error::new(ErrorKind::Argument, diagnostic));
    }
    let all = self::policies(scenario);
    let of_file = scenario.run().policies();
    let named = |p: &Policy| match policies.is_empty() {
        true => of_file.is_empty() || of_file.contains(&p.name),
        false => policies.contains(&p.name.as_str()),
    };
    system_under(scenario, all.into_iter().filter(named).collect(), options)
}

/// As [`system_with`], under policies of one's own (in place of those that the
/// options name), the first of which is the reference: one lever of a policy
/// alone, or a change that no file has. Their overrides name quantities as
/// `<region>.<key>`, in base units.
///
/// # Errors
/// As for [`system_with`]; also [`ErrorKind::System`] for an override of what is
/// not in the system.
///
/// # Examples
/// ```
/// use blackmass::lifecycle::{self, Options};
/// use blackmass::{scenario::Scenario, system::Policy};
/// let eu = Scenario::eu();
/// let [baseline, whole, ..] = &lifecycle::policies(&eu)[..] else { return Ok(()) };
/// let first = Policy {
///     name: "its first lever".into(),
///     overrides: vec![whole.overrides[0].clone()],
/// };
/// lifecycle::system_under(&eu, vec![baseline.clone(), first], &Options::default())?;
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn system_under(
    scenario: &Scenario,
    policies: Vec<Policy>,
    options: &Options,
) -> Result<System, Error> {
    let prior_scale = options.checked_prior_scale(scenario)?;
    let (detail, flows) = (options.detail, options.flows);
    let years = scenario.start()..=scenario.end();
    let mut builder = System::builder(scenario.title(), years);
    builder.report_from(scenario.report());
    builder.dimension("segment", SEGMENTS);
    builder.dimension("segment.vehicles", VEHICLES);
    builder.dimension("class", scenario.classes().iter().cloned());
    builder.dimension("material", scenario.materials().iter().cloned());
    builder.dimension("origin", ORIGINS);
    prices::declare(&mut builder, scenario, prior_scale)?;
    for region in scenario.regions() {
        let mut cycle = LifeCycle { scenario, region, detail, flows, prior_scale, b: &mut builder };
        quantities::declare(&mut cycle)?;
        composition::declare(&mut cycle)?;
        vehicles::declare(&mut cycle);
        second_life::declare(&mut cycle);
        vehicles::collect(&mut cycle);
        storage::declare(&mut cycle);
        portable::declare(&mut cycle);
        collection::declare(&mut cycle);
        cells::declare(&mut cycle);
        recycling::declare(&mut cycle);
        demand::declare(&mut cycle);
        prices::value(&mut cycle);
        series::declare(&mut cycle);
        if flows {
            flows::declare(&mut cycle);
        }
        targets::declare(&mut cycle);
        supply::of_region(&mut cycle)?;
    }
    if let Some(world) = scenario.world() {
        let region = world.quantities();
        let mut cycle = LifeCycle { scenario, region, detail, flows, prior_scale, b: &mut builder };
        quantities::declare(&mut cycle)?;
        supply::declare(&mut cycle)?;
        trade::declare(&mut cycle);
    }
    for correlation in scenario.correlations() {
        builder.correlate(correlation.correlation().clone());
    }
    for policy in policies {
        builder.policy(policy);
    }
    builder.build()
}

/// The policies of a scenario as those of its system: `baseline` first, if
/// there is one of that name, then in the order of its table `[run]`, if that
/// names any.
#[must_use]
pub fn policies(scenario: &Scenario) -> Vec<Policy> {
    let mut policies: Vec<_> = scenario.policies().iter().collect();
    let wanted = scenario.run().policies();
    let place = |name: &str| wanted.iter().position(|w| w == name).unwrap_or(wanted.len());
    policies.sort_by_key(|p| (p.name() != "baseline", place(p.name())));
    let lever = |lever: &Lever| Override {
        name: format!("{}.{}", lever.region(), lever.key()),
        change: lever.change(),
        from: lever.from(),
        ramp: lever.ramp(),
    };
    let policy = |p: &crate::scenario::Policy| Policy {
        name: p.name().to_owned(),
        overrides: p.levers().iter().map(lever).collect(),
    };
    policies.into_iter().map(policy).collect()
}

/// The life cycle of one region under construction.
pub(crate) struct LifeCycle<'a> {
    scenario: &'a Scenario,
    region: &'a Region,
    detail: Detail,
    /// Whether all flows are reported.
    flows: bool,
    /// What the spread of every prior is multiplied by.
    prior_scale: f64,
    b: &'a mut SystemBuilder,
}

/// A prior with its spread multiplied by `scale`; `natural` is what the quantity
/// can be at all.
fn scaled(scale: f64, law: Distribution, natural: Range) -> Result<Distribution, Error> {
    if scale == 1.0 { Ok(law) } else { law.scaled(scale, Some(natural)) }
}

impl LifeCycle<'_> {
    /// A prior with the spread asked for; `natural` is what the quantity can
    /// be at all.
    fn scaled(&self, law: Distribution, natural: Range) -> Result<Distribution, Error> {
        scaled(self.prior_scale, law, natural)
    }

    /// The canonical name of a key.
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.region.name())
    }

    /// The variable of a key.
    fn var(&self, key: &str) -> Expr {
        var(self.name(key))
    }

    /// Declares a variable by its key.
    fn set(&mut self, key: &str, formula: impl Into<Expr>) {
        let name = self.name(key);
        self.b.variable(&name, formula);
    }

    /// The given segments that the region has.
    fn present<'s>(&self, of: &[&'s str]) -> Vec<&'s str> {
        of.iter().copied().filter(|s| self.has(s)).collect()
    }

    fn has(&self, segment: &str) -> bool {
        self.region.chemistry_share(segment).is_some()
    }

    /// The dimension of all chemistries of the region.
    fn chemistry(&self) -> String {
        self.name("chemistry")
    }

    /// The dimension of the chemistries of a segment.
    fn chemistry_of(&self, segment: &str) -> String {
        self.name(&format!("{segment}.chemistry"))
    }

    /// The chemistries of a segment, by their place in the region's list.
    fn chemistries_of(&self, segment: &str) -> Vec<usize> {
        self.region.chemistry_share(segment).map_or(Vec::new(), |s| s.present().to_vec())
    }

    /// Something by chemistry of the region, for the chemistries of a segment.
    fn of_segment(&self, segment: &str, x: &Expr) -> Expr {
        let parts = self.chemistries_of(segment).into_iter().map(|k| {
            let name = self.region.chemistries()[k].name();
            x.clone().at(self.chemistry(), name)
        });
        stack(self.chemistry_of(segment), parts.collect::<Vec<_>>())
    }

    /// The sum over segments of a variable that each has by its own
    /// chemistries, by chemistry of the region; `key` names it. Zero where no
    /// segment has a chemistry.
    fn over_segments(&self, segments: &[&str], key: impl Fn(&str) -> String) -> Expr {
        let chemistries = self.region.chemistries().iter().enumerate();
        let parts = chemistries.map(|(k, chemistry)| {
            let with = segments.iter().filter(|s| self.chemistries_of(s).contains(&k));
            let terms = with.map(|s| self.var(&key(s)).at(self.chemistry_of(s), chemistry.name()));
            terms.reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into())
        });
        stack(self.chemistry(), parts.collect::<Vec<_>>())
    }

    /// Something by class, for each chemistry of the region.
    fn of_class(&self, x: impl Fn(&str) -> Expr) -> Expr {
        let parts = self.region.chemistries().iter();
        let parts = parts.map(|c| x(&self.scenario.classes()[c.class()]));
        stack(self.chemistry(), parts.collect::<Vec<_>>())
    }

    /// Batteries by chemistry of another region, by chemistry of this one.
    fn as_here(&self, region: &str, x: Expr) -> Expr {
        let others = self.scenario.regions().iter().find(|r| r.name() == region);
        let others = others.map_or(&[][..], |r| r.chemistries());
        let parts = self.region.chemistries().iter().map(|c| {
            if others.iter().any(|other| other.name() == c.name()) {
                x.clone().at(format!("{region}.chemistry"), c.name())
            } else {
                0.0.into()
            }
        });
        stack(self.chemistry(), parts.collect::<Vec<_>>())
    }

    /// No batteries, by chemistry of the region.
    fn nothing(&self) -> Expr {
        self.var("mass_per_energy") * 0.0
    }

    /// The tonnes of each material in tonnes of batteries by chemistry.
    fn materials_in(&self, batteries: Expr) -> Expr {
        (batteries * self.var("fraction")).sum(self.chemistry())
    }

    /// A lifetime of the scenario.
    fn lifetime(&self, key: &str) -> Lifetime {
        let (before, part) = key.rsplit_once('.').unwrap_or(("", key));
        let parameter = |p: &str| self.var(&format!("{before}.lifetime.{part}.{p}"));
        let mean = parameter("mean");
        let Some(declared) = self.region.lifetime(key) else {
            return Lifetime::exponential_from_mean(mean);
        };
        let lifetime = match declared.law() {
            Law::Weibull => Lifetime::weibull_from_mean_shape(mean, parameter("shape")),
            Law::Logistic => Lifetime::logistic_from_mean_std(mean, parameter("sd")),
            Law::Normal => Lifetime::normal_from_mean_std(mean, parameter("sd")),
            Law::Lognormal => Lifetime::lognormal_from_mean_std(mean, parameter("sd")),
        };
        let lifetime = lifetime.inflow_at(declared.timing());
        if declared.early() {
            let early = Lifetime::exponential_from_mean(parameter("early_mean"));
            lifetime.with_early_failures(parameter("early_share"), early)
        } else {
            lifetime
        }
    }
}
