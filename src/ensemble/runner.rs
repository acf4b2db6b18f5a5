//! What to run: draws, seed, threads, what to keep and to supply.

use super::SUPERBLOCK;
use super::design::{self, Freeze, Prepared};
use super::kept::{Keep, Only};
use super::outcome::Outcome;
use super::partial::Frame;
use super::run::Run;
use crate::engine::{Dispatch, Given, InstructionSet, Plan};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::sampling::StreamKey;
use crate::sampling::design::Design;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The most memory kept draws may take, in bytes.
pub(super) const MAX_KEPT: u64 = 4 << 30;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Draws finished.
    pub done: u32,
    /// Draws in all.
    pub total: u32,
}

/// A run of a plan for many draws.
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
    /// As asked for.
    pub(super) draws: Option<u32>,
    pub(super) seed: u64,
    pub(super) threads: usize,
    pub(super) set: InstructionSet,
    pub(super) keep: Vec<Keep>,
    /// The names of the streams supplied by the user, and their values.
    pub(super) supplied: BTreeSet<String>,
    pub(super) given: Arc<Given>,
    pub(super) design: Design,
    pub(super) freeze: Vec<Freeze>,
    pub(super) progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    pub(super) cancel: Option<&'a AtomicBool>,
    pub(super) checkpoint: Option<PathBuf>,
    /// How much time lies between two checkpoints, as asked for.
    pub(super) every: Option<Duration>,
    pub(super) memory_limit: Option<u64>,
}

impl fmt::Debug for Ensemble<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ensemble")
            .field("draws", &self.draws)
            .field("design", &self.design.name())
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
            draws: None,
            seed: 1,
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            set: InstructionSet::detect(),
            keep: Vec::new(),
            supplied: BTreeSet::new(),
            given: Arc::default(),
            design: Design::MonteCarlo,
            freeze: Vec::new(),
            progress: None,
            cancel: None,
            checkpoint: None,
            every: None,
            memory_limit: None,
        }
    }

    /// The number of draws, numbered from 1. (Draw 0 is the central case; it
    /// is always computed and not part of any statistic.) Some designs give
    /// their own number; of a sample file the first rows are taken.
    #[must_use]
    pub fn draws(mut self, draws: u32) -> Self {
        self.draws = Some(draws);
        self
    }

    /// How many draws a run makes: those asked for, or those of the design.
    #[must_use]
    pub fn total(&self) -> u64 {
        u64::try_from(design::draws(self)).unwrap_or(u64::MAX)
    }

    /// The same plan, seed and machine with each static input low and high in
    /// turn; nothing is kept.
    pub(crate) fn one_at_a_time(&self, low: f64, high: f64) -> Self {
        let mut other = self.clone();
        (other.draws, other.progress, other.checkpoint) = (None, None, None);
        other.keep.clear();
        other.design(Design::OneAtATime { low, high, streams: Vec::new() })
    }

    /// The plan that is run.
    #[must_use]
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// How the draws are laid out; Monte Carlo unless stated.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, sampling::design::Design, system::var};
    /// use blackmass::uncertainty::*;
    /// let mut b = System::builder("collection", 2020..=2021);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let run = Ensemble::new(&plan).draws(256).design(Design::sobol()).run()?;
    /// let mean = run.report("baseline", "collected").unwrap().summary(0, 2020).unwrap().mean;
    /// assert!((mean - 50.0).abs() < 0.01); // Monte Carlo: standard error 0.36
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn design(mut self, design: Design) -> Self {
        self.design = design;
        self
    }

    /// Leaves one kind of uncertainty out: static parameters stay at their
    /// central values, or noise is zero. Values supplied or sampled stay as
    /// they are. All other numbers keep their uniforms.
    #[must_use]
    pub fn freeze(mut self, freeze: Freeze) -> Self {
        self.freeze.push(freeze);
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
        self.keep.push(Keep { name: name.to_owned(), years: None, only: None });
        self
    }

    /// As [`keep`](Self::keep), but one element (its labels, one per dimension)
    /// under one policy, without differences.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
    /// let mut b = System::builder("collection", 2020..=2050);
    /// b.dimension("material", ["lithium", "nickel"]);
    /// b.parameter("rate", &["material"], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let run = Ensemble::new(&plan).draws(64);
    /// let outcome = run.keep_element("baseline", "collected", &["nickel"]).run()?;
    /// let collected = outcome.report("baseline", "collected").unwrap();
    /// assert_eq!(outcome.draws_of(collected, 0, 2040), None);
    /// assert_eq!(outcome.draws_of(collected, 1, 2040).map(|draws| draws.len()), Some(64));
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn keep_element(mut self, policy: &str, name: &str, labels: &[&str]) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        let only = Some(Only { policy: policy.to_owned(), labels });
        self.keep.push(Keep { name: name.to_owned(), years: None, only });
        self
    }

    /// As [`keep`](Self::keep), in these years only: of a long series that is
    /// asked about in two years, only those take memory. A series that does not
    /// vary in time is kept whatever the years.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
    /// let mut b = System::builder("collection", 2020..=2050);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", (var("rate") * 100.0).cumulative()).observe("collected", "t");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let outcome = Ensemble::new(&plan).draws(64).keep_years("collected", &[2040]).run()?;
    /// let collected = outcome.report("baseline", "collected").unwrap();
    /// assert_eq!(outcome.draws_of(collected, 0, 2040).map(|draws| draws.len()), Some(64));
    /// assert_eq!(outcome.draws_of(collected, 0, 2050), None);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn keep_years(mut self, name: &str, years: &[i32]) -> Self {
        self.keep.push(Keep { name: name.to_owned(), years: Some(years.to_vec()), only: None });
        self
    }

    /// Supplies the values of a parameter or of a noise instead of drawing
    /// them: one number per draw (for a noise, one per draw and step, draw by
    /// draw). `name` is the canonical name with element labels, for example
    /// `yield[material=lithium]`.
    #[must_use]
    pub fn given(mut self, name: &str, values: Vec<f64>) -> Self {
        self.supplied.insert(name.to_owned());
        let key = StreamKey::of(name);
        Arc::make_mut(&mut self.given).insert(key, None, values.into());
        self
    }

    /// Calls back after each superblock.
    #[must_use]
    pub fn progress(mut self, callback: &'a (dyn Fn(Progress) + Sync)) -> Self {
        self.progress = Some(callback);
        self
    }

    /// Stops the run soon after this is set, by another thread or by the
    /// progress callback: every thread first finishes the 1 024 draws it is at.
    /// The run is then an error, [`ErrorKind::Cancelled`]; what is complete is in
    /// its [checkpoint](Self::checkpoint), if it has one. Set after the last
    /// draws, it has no effect.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, ErrorKind, Plan, System, system::var};
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// let mut b = System::builder("one flow", 2020..=2030);
    /// b.constant("scrap", &[], 10.0).variable("collected", var("scrap") * 0.5);
    /// b.observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let enough = AtomicBool::new(false);
    /// let watch = |p: blackmass::Progress| enough.store(p.done > 2_000, Ordering::Relaxed);
    /// let error = Ensemble::new(&plan).draws(100_000).progress(&watch).cancel(&enough).run();
    /// assert_eq!(error.unwrap_err().kind(), ErrorKind::Cancelled);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn cancel(mut self, flag: &'a AtomicBool) -> Self {
        self.cancel = Some(flag);
        self
    }

    /// Writes what is complete to a file now and then, and at the end. If the
    /// file is there, the same call goes on where it ends: a run that was killed,
    /// cancelled or failed to write has the outcome of one that was not, to the
    /// last bit, with any number of threads each time. Of a finished run the file
    /// gives the outcome at once; remove it when it is of no more use.
    ///
    /// The file is replaced as a whole, so that it is at any moment the old or
    /// the new one. It is never replaced or removed if it is of another run,
    /// version or scenario, or damaged. Only one run at a time can use it: while
    /// it lasts the file is locked (by an empty file beside it), on file systems
    /// that have locks. The lock of a run that was killed is gone with it.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
    /// # let file = std::env::temp_dir().join(format!("blackmass-doc-{}.run", std::process::id()));
    /// let mut b = System::builder("collection", 2020..=2025);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// // Run it again after a power cut: it goes on.
    /// let outcome = Ensemble::new(&plan).draws(50_000).checkpoint(&file).run()?;
    /// # std::fs::remove_file(&file).unwrap();
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn checkpoint(mut self, file: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(file.into());
        self
    }

    /// The time between two checkpoints. Unless set, it is 10 s, and more if
    /// writing takes so long that it would cost more than a fiftieth of the run.
    /// Zero writes as often as possible.
    #[must_use]
    pub fn checkpoint_every(mut self, time: Duration) -> Self {
        self.every = Some(time);
        self
    }

    /// Runs the ensemble.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] for zero draws or threads, an instruction set
    /// the machine lacks, an unknown variable to keep or supply, a year to keep
    /// that is not reported, a design that does not fit the plan, too little
    /// memory ([`memory_limit`](Self::memory_limit));
    /// [`ErrorKind::Run`] if a number is not finite or mass is not conserved
    /// to 1e-9 of a process's throughput; [`ErrorKind::Cancelled`] if it was
    /// [cancelled](Self::cancel); [`ErrorKind::Checkpoint`] if the
    /// [checkpoint](Self::checkpoint) is damaged, of another run or in use;
    /// [`ErrorKind::Io`] if it cannot be read or written. There is no partial
    /// outcome.
    pub fn run(&self) -> Result<Outcome, Error> {
        let run = Run::new(self)?;
        let whole = 0..run.superblocks();
        self.check_memory(&whole)?;
        let frame = Frame::new(&run)?;
        let all = run.complete(&frame, whole, self.checkpoint.as_deref())?;
        run.outcome(&frame, all)
    }

    pub(super) fn check(&self) -> Result<(Dispatch, Prepared), Error> {
        let range = |what: &str, found: u128, low: u128, high: u128, fix: &str| {
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
        let most = u128::from(u32::MAX - 2 * SUPERBLOCK);
        let fix = match self.design {
            Design::OneAtATime { .. } => "name the parameters to vary",
            Design::FullFactorial { .. } => "choose fewer parameters or levels, at least one each",
            Design::Samples(_) => "give a table with at least one row",
            _ => "10 000 draws are a good start",
        };
        let draws = design::draws(self);
        range("draws", draws, 1, most, fix)?;
        range("threads", self.threads as u128, 1, 1024, "one thread per core is best")?;
        let bytes = self.kept_bytes();
        let fix = "keep fewer variables or draws";
        range("bytes of kept draws", bytes.into(), 0, MAX_KEPT.into(), fix)?;
        let first = i64::from(self.plan.reported_from());
        let years = first..first + self.plan.reported_steps() as i64;
        for Keep { name, years: asked, only } in &self.keep {
            let mut of = self.plan.observations().iter().filter(|o| o.series.name == *name);
            if of.clone().next().is_none() {
                return Err(unknown("observed variable", name));
            }
            if let Some(only) = only
                && !of.clone().any(|o| (0..o.series.labels.len()).any(|e| only.is(&o.series, e)))
            {
                let problem = Diagnostic::new("there is no such element to keep").key(name);
                let problem =
                    problem.found(format!("{}, policy {}", only.labels.join(", "), only.policy));
                let fix = "use a policy of the plan and labels of the variable, one per dimension";
                return Err(Error::new(ErrorKind::Argument, problem.fix(fix)));
            }
            let timed = of.any(|o| o.rows > 1);
            let mut asked = asked.iter().flatten().filter(|_| timed);
            if let Some(year) = asked.find(|year| !years.contains(&i64::from(**year))) {
                let problem = Diagnostic::new("a year to keep is not reported").key(name);
                let problem = problem.found(year.to_string());
                let allowed = format!("{} to {}", years.start, years.end - 1);
                return Err(Error::new(ErrorKind::Argument, problem.allowed(allowed)));
            }
        }
        let dispatch = Dispatch::new(self.set)?;
        // Checked above: it fits.
        let draws = u32::try_from(draws).unwrap_or(u32::MAX);
        self.check_given(draws)?;
        Ok((dispatch, design::prepare(self, draws)?))
    }

    fn check_given(&self, draws: u32) -> Result<(), Error> {
        for name in &self.supplied {
            let Some(steps) = self.plan.streams().values(name, self.plan.steps()) else {
                return Err(unknown("parameter or noise", name));
            };
            let Some(values) = self.given.column(StreamKey::of(name), None) else { continue };
            let need = draws as usize * steps;
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
