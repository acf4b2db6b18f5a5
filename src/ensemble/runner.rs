//! The runner: pilot, threads, superblocks, folding.

use super::outcome::{Kept, Outcome, summarise};
use super::statistics::{Accumulate, Bounds, CELLS, Moments, Tally};
use super::{PILOT, SUPERBLOCK};
use crate::engine::{Arena, Context, Dispatch, Given, InstructionSet, Plan};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::LANES;
use crate::sampling::StreamKey;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// The largest relative residual of a mass balance that is accepted.
const TOLERANCE: f64 = 1e-9;
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
    plan: &'a Plan,
    draws: u32,
    seed: u64,
    threads: usize,
    set: InstructionSet,
    keep: Vec<String>,
    /// The names of the streams supplied by the user, and their values.
    supplied: BTreeSet<String>,
    given: Arc<Given>,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
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
        let central = run.central()?;
        let bounds = run.pilot(&central);
        run.all(central, bounds)
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
        let kept: u64 = self
            .plan
            .observations()
            .iter()
            .filter(|o| self.keep.contains(&o.series.name))
            .map(|o| (o.series.labels.len() * if o.timed { self.plan.steps() } else { 1 }) as u64)
            .sum();
        let bytes = kept * 8 * u64::from(self.draws);
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

/// What all threads share.
struct Run<'a> {
    ensemble: &'a Ensemble<'a>,
    dispatch: Dispatch,
}

/// What the threads hand in, folded in the order of the superblocks.
struct Folded {
    next: u32,
    waiting: BTreeMap<u32, (Vec<Moments>, Vec<f64>)>,
    moments: Vec<Moments>,
    kept: Vec<f64>,
    done: u32,
    failure: Option<Error>,
}

impl Run<'_> {
    fn plan(&self) -> &Plan {
        self.ensemble.plan
    }

    fn context(&self, first_draw: u32, lanes: usize) -> Context<'_> {
        Context {
            seed: self.ensemble.seed,
            first_draw,
            lanes,
            central: first_draw == 0,
            steps: self.plan().steps(),
            given: (!self.ensemble.supplied.is_empty()).then_some(&*self.ensemble.given),
        }
    }

    /// Rows of every observation in turn, with the position of its numbers.
    fn rows<'b>(&'b self, arena: &'b Arena) -> impl Iterator<Item = (usize, &'b [[f64; LANES]])> {
        let steps = self.plan().steps();
        let mut at = 0;
        self.plan().observations().iter().map(move |o| {
            let n = o.series.labels.len() * if o.timed { steps } else { 1 };
            let rows = (at, &arena.rows(o.value)[..n]);
            at += n;
            rows
        })
    }

    /// Draw 0.
    fn central(&self) -> Result<Vec<f64>, Error> {
        let mut arena = self.plan().arena();
        self.plan().run(self.dispatch, &mut arena, &self.context(0, 1))?;
        let mut central = Vec::new();
        for (_, rows) in self.rows(&arena) {
            central.extend(rows.iter().map(|row| row[0]));
        }
        match central.iter().position(|x| !x.is_finite()) {
            Some(at) => Err(self.not_finite(at, "in the central case")),
            None => Ok(central),
        }
    }

    fn not_finite(&self, number: usize, when: &str) -> Error {
        let mut at = 0;
        for o in self.plan().observations() {
            let rows = if o.timed { self.plan().steps() } else { 1 };
            let n = o.series.labels.len() * rows;
            if number < at + n {
                let labels = o.series.labels[(number - at) / rows].join(", ");
                let step = (number - at) % rows;
                return Error::new(
                    ErrorKind::Run,
                    Diagnostic::new(format!("a result is not a finite number {when}"))
                        .key(format!("{}[{labels}]", o.series.name))
                        .found(format!(
                            "policy {}, year {}",
                            o.series.policy,
                            i64::from(self.plan().start()) + step as i64
                        ))
                        .fix("look for a division by zero or a logarithm of zero"),
                );
            }
            at += n;
        }
        Error::new(ErrorKind::Run, Diagnostic::new("a result is not a finite number"))
    }

    /// The range of every number over the first draws.
    fn pilot(&self, central: &[f64]) -> Vec<Bounds> {
        let draws = if self.ensemble.draws < PILOT { self.ensemble.draws } else { PILOT };
        let blocks = draws.div_ceil(LANES as u32);
        let next = AtomicU32::new(0);
        let range = Mutex::new(vec![(f64::INFINITY, f64::NEG_INFINITY); central.len()]);
        let work = || {
            let mut arena = self.plan().arena();
            let mut mine = vec![(f64::INFINITY, f64::NEG_INFINITY); central.len()];
            loop {
                let block = next.fetch_add(1, Ordering::Relaxed);
                if block >= blocks {
                    break;
                }
                let (first, lanes) = lanes_of(block, draws);
                // A draw that cannot be computed will fail the run proper.
                let _ = self.plan().run(self.dispatch, &mut arena, &self.context(first, lanes));
                for (at, rows) in self.rows(&arena) {
                    for (row, (low, high)) in rows.iter().zip(&mut mine[at..]) {
                        for x in &row[..lanes] {
                            *low = if *x < *low { *x } else { *low };
                            *high = if *x > *high { *x } else { *high };
                        }
                    }
                }
            }
            if let Ok(mut range) = range.lock() {
                for ((low, high), (l, h)) in range.iter_mut().zip(mine) {
                    *low = if l < *low { l } else { *low };
                    *high = if h > *high { h } else { *high };
                }
            }
        };
        self.on_threads(blocks as usize, &work);
        let range = range.into_inner().unwrap_or_default();
        range.into_iter().map(|(low, high)| Bounds::from_pilot(low, high)).collect()
    }

    fn on_threads(&self, pieces: usize, work: &(dyn Fn() + Sync)) {
        let threads = if pieces < self.ensemble.threads { pieces } else { self.ensemble.threads };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }

    fn all(&self, central: Vec<f64>, bounds: Vec<Bounds>) -> Result<Outcome, Error> {
        let draws = self.ensemble.draws;
        let superblocks = draws.div_ceil(SUPERBLOCK);
        let next = AtomicU32::new(0);
        let stop = AtomicBool::new(false);
        let folded = Mutex::new(Folded {
            next: 0,
            waiting: BTreeMap::new(),
            moments: vec![[0.0; 2]; central.len()],
            kept: Vec::new(),
            done: 0,
            failure: None,
        });
        let counts = Mutex::new(vec![[0u64; CELLS]; central.len()]);
        let worst = Mutex::new((0.0, 0));
        let work = || {
            let mut arena = self.plan().arena();
            let mut tally = Tally::new(central.len());
            let mut held = 0;
            while !stop.load(Ordering::Relaxed) {
                let superblock = next.fetch_add(1, Ordering::Relaxed);
                if superblock >= superblocks {
                    break;
                }
                held += SUPERBLOCK;
                if held > Tally::FULL {
                    held = SUPERBLOCK;
                    if let Ok(mut counts) = counts.lock() {
                        tally.flush(&mut counts);
                    }
                }
                let kept = self.superblock(superblock, &mut arena, &mut tally, &central, &bounds);
                let moments = std::mem::replace(&mut tally.moments, vec![[0.0; 2]; central.len()]);
                let handed = match kept {
                    Ok(kept) => self.hand_in(&folded, superblock, moments, kept),
                    Err(error) => fail(&folded, error),
                };
                if handed.is_err() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            if let Ok(mut counts) = counts.lock() {
                tally.flush(&mut counts);
            }
            if let Ok(mut worst) = worst.lock() {
                let mine = (arena.scratch.worst, arena.scratch.worst_process);
                if mine.0 > worst.0 || (mine.0 == worst.0 && mine.1 < worst.1) {
                    *worst = mine;
                }
            }
        };
        self.on_threads(superblocks as usize, &work);
        let lost = || Error::new(ErrorKind::Run, Diagnostic::new("a worker thread failed"));
        let folded = folded.into_inner().map_err(|_| lost())?;
        if let Some(failure) = folded.failure {
            return Err(failure);
        }
        let (residual, process) = worst.into_inner().map_err(|_| lost())?;
        if residual > TOLERANCE {
            return Err(Error::new(
                ErrorKind::Run,
                Diagnostic::new("mass is not conserved")
                    .key(self.plan().process(process))
                    .found(format!("a residual of {residual:.1e} of the largest inflow"))
                    .allowed(format!("at most {TOLERANCE:.0e}"))
                    .fix("check that every flow into and out of the process is declared"),
            ));
        }
        let counts = counts.into_inner().map_err(|_| lost())?;
        let kept = Kept::new(self.plan(), &self.ensemble.keep, draws, folded.kept);
        Ok(Outcome::new(
            self.plan(),
            self.ensemble.seed,
            draws,
            summarise(&central, &bounds, &folded.moments, &counts, draws),
            kept,
            (residual, self.plan().process(process).to_owned()),
        ))
    }

    /// Computes a superblock; the kept numbers come back draw by draw.
    fn superblock(
        &self,
        superblock: u32,
        arena: &mut Arena,
        tally: &mut Tally,
        central: &[f64],
        bounds: &[Bounds],
    ) -> Result<Vec<f64>, Error> {
        let draws = self.ensemble.draws;
        let keep = &self.ensemble.keep;
        let mut kept = Vec::new();
        let per = SUPERBLOCK / LANES as u32;
        for block in superblock * per..(superblock + 1) * per {
            let (first, lanes) = lanes_of(block, draws);
            if lanes == 0 {
                break;
            }
            self.plan().run(self.dispatch, arena, &self.context(first, lanes))?;
            for (at, rows) in self.rows(arena) {
                let end = at + rows.len();
                self.dispatch.run(Accumulate {
                    rows,
                    lanes,
                    central: &central[at..end],
                    bounds: &bounds[at..end],
                    counts: &mut tally.counts[at..end],
                    moments: &mut tally.moments[at..end],
                });
            }
            for lane in 0..if keep.is_empty() { 0 } else { lanes } {
                for ((_, rows), o) in self.rows(arena).zip(self.plan().observations()) {
                    if keep.contains(&o.series.name) {
                        kept.extend(rows.iter().map(|row| row[lane]));
                    }
                }
            }
        }
        Ok(kept)
    }

    /// Adds a superblock's sums when its turn has come.
    fn hand_in(
        &self,
        folded: &Mutex<Folded>,
        superblock: u32,
        moments: Vec<Moments>,
        kept: Vec<f64>,
    ) -> Result<(), ()> {
        let mut folded = folded.lock().map_err(|_| ())?;
        folded.waiting.insert(superblock, (moments, kept));
        let total = self.ensemble.draws;
        loop {
            let next = folded.next;
            let Some((moments, kept)) = folded.waiting.remove(&next) else { break };
            for (i, (sum, m)) in folded.moments.iter_mut().zip(&moments).enumerate() {
                if !(m[0] + m[1]).is_finite() {
                    folded.failure = Some(self.not_finite(i, "in some draw"));
                    return Err(());
                }
                sum[0] += m[0];
                sum[1] += m[1];
            }
            folded.kept.extend(kept);
            folded.next += 1;
            let done = u64::from(folded.next) * u64::from(SUPERBLOCK);
            folded.done = if done < u64::from(total) { done as u32 } else { total };
        }
        if let Some(progress) = self.ensemble.progress {
            progress(Progress { done: folded.done, total });
        }
        Ok(())
    }
}

/// Notes why the run fails; of several reasons the first noted stays.
fn fail(folded: &Mutex<Folded>, error: Error) -> Result<(), ()> {
    if let Ok(mut folded) = folded.lock() {
        folded.failure.get_or_insert(error);
    }
    Err(())
}

/// The first draw of a block and how many of its lanes are draws of the run.
fn lanes_of(block: u32, draws: u32) -> (u32, usize) {
    let before = block * LANES as u32;
    let left = draws.saturating_sub(before) as usize;
    (before + 1, if left < LANES { left } else { LANES })
}
