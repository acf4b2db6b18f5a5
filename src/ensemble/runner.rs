//! What to run: draws, seed, threads, what to keep and to supply.

use super::histogram::{Batch, Histograms};
use super::kept::Columns;
use super::outcome::Outcome;
use super::run::Run;
use super::statistics::{Bounds, Moments};
use super::summary::Summary;
use super::{SUPERBLOCK, pilot};
use crate::engine::{Dispatch, Given, InstructionSet, Observation, Plan};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::sampling::StreamKey;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The most memory kept draws may take, in bytes.
const MAX_KEPT: u64 = 4 << 30;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Draws finished.
    pub done: u32,
    /// Draws in all.
    pub total: u32,
}

/// A Monte Carlo run of a plan.
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2025);
/// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
/// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
/// let plan = Plan::compile(&b.build()?)?;
/// let outcome = Ensemble::new(&plan).draws(2_000).seed(7).run()?;
/// let collected = outcome.report("baseline", "collected").unwrap();
/// assert!((collected.summary(0, 2020).unwrap().mean - 50.0).abs() < 1.0);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone)]
pub struct Ensemble<'a> {
    pub(super) plan: &'a Plan,
    pub(super) draws: u32,
    pub(super) seed: u64,
    pub(super) threads: usize,
    pub(super) set: InstructionSet,
    pub(super) keep: Vec<String>,
    /// The names of the streams supplied by the user, and their values.
    pub(super) supplied: BTreeSet<String>,
    pub(super) given: Arc<Given>,
    pub(super) progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

impl fmt::Debug for Ensemble<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ensemble")
            .field("draws", &self.draws)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .field("set", &self.set)
            .finish_non_exhaustive()
    }
}

impl<'a> Ensemble<'a> {
    /// A run of 10 000 draws with seed 1, on all cores and with the fastest
    /// instruction set of the machine.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            draws: 10_000,
            seed: 1,
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            set: InstructionSet::detect(),
            keep: Vec::new(),
            supplied: BTreeSet::new(),
            given: Arc::default(),
            progress: None,
        }
    }

    /// The number of draws, numbered from 1. (Draw 0 is the central case; it
    /// is always computed and not part of any statistic.)
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

    /// The number of threads. It changes no digit of the outcome.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// The instruction set to use. It changes no digit of the outcome.
    #[must_use]
    pub fn instruction_set(mut self, set: InstructionSet) -> Self {
        self.set = set;
        self
    }

    /// Keeps every draw of an observed variable (under all policies, with its
    /// differences), for exact quantiles and export.
    #[must_use]
    pub fn keep(mut self, name: &str) -> Self {
        self.keep.push(name.to_owned());
        self
    }

    /// Supplies the values of a parameter or of a noise instead of drawing
    /// them: one number per draw (for a noise, one per draw and step, draw by
    /// draw). `name` is the canonical name with element labels, for example
    /// `yield[material=lithium]`.
    #[must_use]
    pub fn given(mut self, name: &str, values: Vec<f64>) -> Self {
        self.supplied.insert(name.to_owned());
        Arc::make_mut(&mut self.given).columns.insert(StreamKey::of(name), values);
        self
    }

    /// Calls back after each superblock.
    #[must_use]
    pub fn progress(mut self, callback: &'a (dyn Fn(Progress) + Sync)) -> Self {
        self.progress = Some(callback);
        self
    }

    /// Runs the ensemble.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for zero draws or threads, an instruction set
    /// the machine lacks, an unknown variable to keep or supply;
    /// [`ErrorKind::Run`] if a number is not finite or mass is not conserved
    /// to 1e-9 of a process's throughput. There is no partial outcome.
    pub fn run(&self) -> Result<Outcome, Error> {
        let dispatch = self.check()?;
        self.check_given()?;
        let run = Run { ensemble: self, dispatch };
        let central = pilot::central(&run)?;
        let bounds = pilot::bounds(&run);
        run.all(central, bounds)
    }

    /// The most memory the run takes at a time, in bytes, as it can be told
    /// before it starts: histograms, blocks, sums, kept draws and the outcome.
    /// Numbers that turn out not to vary take less.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let numbers = self.plan.numbers();
        let reported: usize = self.plan.observations().iter().map(Observation::len).sum();
        let shared = Histograms::BYTES
            + size_of::<f64>()
            + size_of::<Bounds>()
            + size_of::<Moments>()
            + size_of::<Summary>();
        // A thread sums one superblock while the last waits to be folded.
        let of_thread = Batch::BYTES + 2 * size_of::<Moments>();
        let thread = self.plan.block_bytes() + numbers * of_thread;
        (numbers * shared + reported * size_of::<Summary>()) as u64
            + self.threads as u64 * thread as u64
            + self.kept_bytes()
    }

    fn kept_bytes(&self) -> u64 {
        let width = Columns::new(self.plan, &self.keep).width;
        (width * size_of::<f64>()) as u64 * u64::from(self.draws)
    }

    fn check(&self) -> Result<Dispatch, Error> {
        let range = |what: &str, found: u64, low: u64, high: u64, fix: &str| {
            if (low..=high).contains(&found) {
                return Ok(());
            }
            Err(Error::new(
                ErrorKind::Argument,
                Diagnostic::new(format!("the number of {what} is out of range"))
                    .key(what)
                    .found(found.to_string())
                    .allowed(format!("{low} to {high}"))
                    .fix(fix),
            ))
        };
        let most = u64::from(u32::MAX - 2 * SUPERBLOCK);
        range("draws", u64::from(self.draws), 1, most, "10 000 draws are a good start")?;
        range("threads", self.threads as u64, 1, 1024, "one thread per core is best")?;
        let bytes = self.kept_bytes();
        range("bytes of kept draws", bytes, 0, MAX_KEPT, "keep fewer variables or draws")?;
        for name in &self.keep {
            if !self.plan.series().any(|s| s.name == *name) {
                return Err(unknown("observed variable", name));
            }
        }
        Dispatch::new(self.set)
    }

    fn check_given(&self) -> Result<(), Error> {
        for name in &self.supplied {
            let Some(steps) = self.plan.stream_steps(name) else {
                return Err(unknown("parameter or noise", name));
            };
            let Some(values) = self.given.columns.get(&StreamKey::of(name)) else { continue };
            let need = self.draws as usize * steps;
            if values.len() < need || values.iter().any(|x| !x.is_finite()) {
                return Err(Error::new(
                    ErrorKind::Argument,
                    Diagnostic::new("the supplied values do not serve")
                        .key(name)
                        .found(format!("{} values", values.len()))
                        .allowed(format!("at least {need} finite numbers, {steps} per draw")),
                ));
            }
        }
        Ok(())
    }
}

fn unknown(what: &str, name: &str) -> Error {
    Error::new(
        ErrorKind::Argument,
        Diagnostic::new(format!("unknown {what}")).key(name).fix("use a name of the plan"),
    )
}
