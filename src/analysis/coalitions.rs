//! Every coalition of groups of overrides, on the same states of the world.

use super::shapley::{Shapley, check_players};
use crate::engine::Plan;
use crate::ensemble::{Ensemble, Outcome};
use crate::error::{Diagnostic, Error, ErrorKind, argument};
use crate::system::{Observed, Override, Policy, System, unknown};
use std::fmt;

/// The most memory the draws of all coalitions may take, in bytes.
const MAX_BYTES: u128 = 4 << 30;

/// A number that is wanted of every coalition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the variable, observed or not.
    pub name: String,
    /// The labels of the element, one per dimension.
    pub labels: Vec<String>,
    /// The year.
    pub year: i32,
}

/// Runs all 2ⁿ coalitions of n groups of overrides on one system.
///
/// A coalition is a policy: the overrides of its groups, in the order of the
/// groups. The empty one, without overrides, is the reference. All coalitions
/// see the same draws. Only the wanted numbers are reported; the mass balances
/// of all processes are checked as in every run.
///
/// # Examples
/// ```
/// use blackmass::analysis::Coalitions;
/// use blackmass::system::{Change, Override, var};
/// use blackmass::{System, uncertainty::{Distribution, Range}};
/// let law = Distribution::uniform(Range { low: 0.4, high: 0.6 })?;
/// let lever = |name: &str| Override {
///     name: name.into(), change: Change::Multiply(1.5), from: 2020, ramp: 0,
/// };
/// let payoffs = Coalitions::new()
///     .group("collect", vec![lever("rate")])
///     .group("refine", vec![lever("yield")])
///     .wanted("recovered", &[], 2025)
///     .draws(1_000)
///     .run(|policies| {
///         let mut b = System::builder("recovery", 2020..=2025);
///         b.parameter("rate", &[], law.clone()).constant("yield", &[], 0.6);
///         b.variable("recovered", var("rate") * var("yield") * 100.0);
///         for policy in policies {
///             b.policy(policy);
///         }
///         b.build()
///     })?;
/// let shapley = payoffs.shapley(0)?;
/// let [collect, refine] = shapley.players() else { unreachable!() };
/// assert!((collect.value.mean - refine.value.mean).abs() < 1e-9);
/// assert!((collect.value.mean - 0.625 * 30.0).abs() < 0.2);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone)]
pub struct Coalitions<'a> {
    groups: Vec<(String, Vec<Override>)>,
    wanted: Vec<Wanted>,
    draws: u32,
    seed: u64,
    threads: Option<usize>,
    batch: usize,
    progress: Option<&'a dyn Fn(usize, usize)>,
}

impl fmt::Debug for Coalitions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coalitions")
            .field("groups", &self.groups)
            .field("wanted", &self.wanted)
            .field("draws", &self.draws)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}

impl Default for Coalitions<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Coalitions<'a> {
    /// No groups yet; 10 000 draws, seed 1, all cores.
    #[must_use]
    pub fn new() -> Self {
        Self {
            groups: Vec::new(),
            wanted: Vec::new(),
            draws: 10_000,
            seed: 1,
            threads: None,
            batch: 32,
            progress: None,
        }
    }

    /// Adds a group of overrides that act together: a player.
    #[must_use]
    pub fn group(mut self, name: &str, overrides: Vec<Override>) -> Self {
        self.groups.push((name.to_owned(), overrides));
        self
    }

    /// Adds a number that is wanted: the element of a variable in a year. Labels
    /// stand one per dimension.
    #[must_use]
    pub fn wanted(mut self, name: &str, labels: &[&str], year: i32) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        self.wanted.push(Wanted { name: name.to_owned(), labels, year });
        self
    }

    /// The number of draws.
    #[must_use]
    pub fn draws(mut self, draws: u32) -> Self {
        self.draws = draws;
        self
    }

    /// The seed of all random streams.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The number of threads. It changes no digit.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// How many coalitions besides the reference share a plan, 32 unless
    /// stated. It changes no digit: with more, less is computed twice, and a
    /// plan takes more memory. The 64 coalitions of six groups of levers in the
    /// life cycle of Japan and the EU, 1 000 draws on one core of a shared
    /// machine, took 58, 25, 12 and 8 s with batches of 1, 4, 16 and 63, and 43,
    /// 49, 70 and 160 MB at most.
    #[must_use]
    pub fn batch(mut self, coalitions: usize) -> Self {
        self.batch = coalitions;
        self
    }

    /// Calls back after each plan with the coalitions done and all.
    #[must_use]
    pub fn progress(mut self, callback: &'a dyn Fn(usize, usize)) -> Self {
        self.progress = Some(callback);
        self
    }

    /// Runs all coalitions. `build` makes the system under the policies that it
    /// is given, in their order; what it observes does not matter.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] unless there are 1 to
    /// [`MAX_PLAYERS`](super::MAX_PLAYERS) groups and a wanted number; for one
    /// that the system does not have; for a batch of none; for draws that would
    /// take more than 4 GiB; [`ErrorKind::System`] if the system has other
    /// policies; what `build`, [`Plan::compile`] (then a smaller batch may serve)
    /// and [`Ensemble::run`] give.
    pub fn run(
        &self,
        build: impl Fn(Vec<Policy>) -> Result<System, Error>,
    ) -> Result<Payoffs, Error> {
        self.check()?;
        let all = 1usize << self.groups.len();
        let mut values = vec![Vec::with_capacity(all); self.wanted.len()];
        let mut first = 1;
        while first < all {
            let last = all.min(first.saturating_add(self.batch));
            let policies: Vec<Policy> =
                std::iter::once(0).chain(first..last).map(|s| self.policy(s)).collect();
            let names: Vec<String> = policies.iter().map(|p| p.name.clone()).collect();
            let system = self.narrowed(build(policies)?, &names)?;
            let plan = Plan::compile(&system)?;
            let outcome = self.ensemble(&plan).run()?;
            // The reference is in every plan, and the same in all.
            let new = if first == 1 { &names[..] } else { &names[1..] };
            for (wanted, values) in self.wanted.iter().zip(&mut values) {
                for policy in new {
                    values.push(draws(&outcome, policy, wanted)?);
                }
            }
            first = last;
            if let Some(progress) = self.progress {
                progress(first, all);
            }
        }
        let players = self.groups.iter().map(|(name, _)| name.clone()).collect();
        Ok(Payoffs { players, wanted: self.wanted.clone(), values })
    }

    fn check(&self) -> Result<(), Error> {
        check_players(self.groups.len())?;
        if self.wanted.is_empty() {
            let fix = "name a variable, an element and a year";
            return Err(argument("no number is wanted", "wanted", "none", "at least one", fix));
        }
        if self.batch == 0 {
            let fix = "32 are a good start";
            return Err(argument("a plan without coalitions", "batch", "0", "at least 1", fix));
        }
        let numbers = (self.wanted.len() as u128) << self.groups.len();
        let bytes = numbers * u128::from(self.draws) * size_of::<f64>() as u128;
        if bytes > MAX_BYTES {
            return Err(argument(
                "the draws of all coalitions would take too much memory",
                "draws",
                format!("{bytes} bytes"),
                format!("at most {MAX_BYTES}"),
                "ask for fewer draws or numbers, or form fewer groups",
            ));
        }
        Ok(())
    }

    /// The policy of a coalition.
    fn policy(&self, coalition: usize) -> Policy {
        let members = self.groups.iter().enumerate().filter(|(i, _)| coalition >> i & 1 == 1);
        Policy {
            name: format!("coalition {coalition}"),
            overrides: members.flat_map(|(_, (_, overrides))| overrides.clone()).collect(),
        }
    }

    /// The system with the wanted variables as all that is reported.
    fn narrowed(&self, mut system: System, policies: &[String]) -> Result<System, Error> {
        if !system.policies().eq(policies.iter().map(String::as_str)) {
            let problem = Diagnostic::new("the system does not have the policies it was to have")
                .found(system.policies().collect::<Vec<_>>().join(", "))
                .allowed(policies.join(", "))
                .fix("declare every policy handed over, in order, and no other");
            return Err(Error::new(ErrorKind::System, problem));
        }
        system.observed.clear();
        for Wanted { name, .. } in &self.wanted {
            if !system.index.contains_key(name) {
                let known = system.index.keys().map(String::as_str);
                let problem = unknown("variable", name, "wanted", known);
                return Err(Error::new(ErrorKind::Argument, problem));
            }
            if !system.observed.iter().any(|o| o.name == *name) {
                let (name, unit) = (name.clone(), String::new());
                system.observed.push(Observed { name, unit, compared: false });
            }
        }
        Ok(system)
    }

    fn ensemble<'p>(&self, plan: &'p Plan) -> Ensemble<'p> {
        let mut ensemble = Ensemble::new(plan).draws(self.draws).seed(self.seed);
        if let Some(threads) = self.threads {
            ensemble = ensemble.threads(threads);
        }
        for wanted in &self.wanted {
            ensemble = ensemble.keep_years(&wanted.name, &[wanted.year]);
        }
        ensemble
    }
}

/// The draws of a wanted number under a policy.
fn draws(outcome: &Outcome, policy: &str, wanted: &Wanted) -> Result<Vec<f64>, Error> {
    let Wanted { name, labels, year } = wanted;
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let refused = |known: String| {
        let problem = Diagnostic::new("the variable has no such element").key(name);
        let problem = problem.found(format!("[{}] in {year}", labels.join(", "))).allowed(known);
        Error::new(ErrorKind::Argument, problem)
    };
    let Some(report) = outcome.report(policy, name) else { return Err(refused(String::new())) };
    let draws = report.element(&labels).and_then(|e| outcome.draws_of(report, e, *year));
    draws.ok_or_else(|| {
        let known = report.series().labels.iter().take(20).map(|l| l.join(", "));
        refused(known.collect::<Vec<_>>().join("; "))
    })
}

/// What every coalition achieves, draw by draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Payoffs {
    players: Vec<String>,
    wanted: Vec<Wanted>,
    /// `[wanted][coalition][draw]`.
    values: Vec<Vec<Vec<f64>>>,
}

impl Payoffs {
    /// The names of the groups.
    #[must_use]
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// The numbers wanted.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The draws of a wanted number (by its position) under every coalition;
    /// group i is in coalition s if bit i of s is set. Numbers can be combined
    /// draw by draw before [`Shapley::from_values`] shares them out.
    #[must_use]
    pub fn of(&self, wanted: usize) -> Option<&[Vec<f64>]> {
        self.values.get(wanted).map(Vec::as_slice)
    }

    /// The Shapley values of a wanted number (by its position).
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for a position beyond the last.
    pub fn shapley(&self, wanted: usize) -> Result<Shapley, Error> {
        let Some(values) = self.of(wanted) else {
            let allowed = format!("0 to {}", self.wanted.len() - 1);
            let fix = "count from zero";
            return Err(argument(
                "no such number was wanted",
                "wanted",
                wanted.to_string(),
                allowed,
                fix,
            ));
        };
        Shapley::from_values(self.players.len(), values)
    }
}
