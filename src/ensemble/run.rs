//! Running a plan: threads, superblocks, what goes wrong.

use super::SUPERBLOCK;
use super::checkpoint::Checkpoint;
use super::design::Prepared;
use super::kept::Kept;
use super::outcome::Outcome;
use super::partial::{Findings, Frame, Partial};
use super::runner::Ensemble;
use super::summary::summarise;
use super::tally::Tally;
use crate::engine::{Arena, Context, Dispatch, Plan};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::LANES;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

/// The largest relative residual of a mass balance that is accepted.
pub(super) const TOLERANCE: f64 = 1e-9;

/// What all threads share.
pub(super) struct Run<'a> {
    pub(super) ensemble: &'a Ensemble<'a>,
    pub(super) dispatch: Dispatch,
    pub(super) design: Prepared,
}

impl<'a> Run<'a> {
    /// Checks what is asked for.
    pub(super) fn new(ensemble: &'a Ensemble<'a>) -> Result<Self, Error> {
        let (dispatch, design) = ensemble.check()?;
        Ok(Self { ensemble, dispatch, design })
    }

    pub(super) fn plan(&self) -> &Plan {
        self.ensemble.plan
    }

    pub(super) fn context(&self, first_draw: u32, lanes: usize) -> Context<'_> {
        Context {
            seed: self.ensemble.seed,
            first_draw,
            lanes,
            central: first_draw == 0,
            steps: self.plan().steps(),
            from: 0,
            to: self.plan().steps(),
            within_loop: false,
            past: None,
            zeros: &[],
            given: self.design.given.as_deref(),
            source: self.design.source.as_ref(),
            frozen: self.design.frozen,
        }
    }

    /// An error that names the first number reported that is not finite.
    pub(super) fn not_finite(&self, finite: &dyn Fn(usize) -> bool, when: &str) -> Option<Error> {
        let plan = self.plan();
        for o in plan.observations() {
            let mut numbers = o.numbers(plan.tallied());
            let found = numbers.position(|number| number.is_some_and(|number| !finite(number)));
            let Some(at) = found else { continue };
            let labels = o.series.labels[at / o.rows].join(", ");
            let year = i64::from(plan.reported_from()) + (at % o.rows) as i64;
            return Some(Error::new(
                ErrorKind::Run,
                Diagnostic::new(format!("a result is not a finite number {when}"))
                    .key(format!("{}[{labels}]", o.series.name))
                    .found(format!("policy {}, year {year}", o.series.policy))
                    .fix("look for a division by zero or a logarithm of zero"),
            ));
        }
        None
    }

    pub(super) fn on_threads(&self, pieces: usize, work: &(dyn Fn() + Sync)) {
        let threads = if pieces < self.ensemble.threads { pieces } else { self.ensemble.threads };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }

    /// How many superblocks there are.
    pub(super) fn superblocks(&self) -> u32 {
        self.design.draws.div_ceil(SUPERBLOCK)
    }

    /// Computes all superblocks of a part that the file, if there is one, does
    /// not hold yet.
    pub(super) fn complete(
        &self,
        frame: &Frame,
        part: Range<u32>,
        file: Option<&Path>,
    ) -> Result<Partial, Error> {
        let mut partial = Partial::new(self, frame, part)?;
        let begun = file.map(|file| Checkpoint::begin(file, self, frame, &mut partial));
        let mut checkpoint = begun.transpose()?;
        while !partial.is_complete() {
            let before = partial.complete();
            let stopped = self.round(frame, &partial, checkpoint.as_ref().and_then(|c| c.due))?;
            let new = partial.complete() != before;
            if let Some(checkpoint) = checkpoint.as_mut().filter(|_| new) {
                checkpoint.save(self, frame, &partial, stopped)?;
            }
            if self.is_cancelled() && !partial.is_complete() {
                return Err(self.cancelled(&partial, file));
            }
        }
        Ok(partial)
    }

    fn is_cancelled(&self) -> bool {
        self.ensemble.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    fn cancelled(&self, partial: &Partial, file: Option<&Path>) -> Error {
        let count = |superblocks| draws_of(superblocks, self.design.draws).len();
        let (done, all) = (count(&partial.complete()), count(&partial.part));
        let problem = Diagnostic::new("the run was cancelled");
        let problem = problem.found(format!("{done} of {all} draws complete"));
        Error::new(
            ErrorKind::Cancelled,
            match file {
                None => problem.fix("nothing is kept: set a checkpoint to be able to go on"),
                Some(file) => problem
                    .file(file.display().to_string())
                    .fix("run the same again: it goes on from the file"),
            },
        )
    }

    /// Computes superblocks of a part, in order, on all threads, until all are
    /// complete, a checkpoint is due (but at least one each) or the run is
    /// cancelled. Tells when the first thread had nothing more to do.
    fn round(
        &self,
        frame: &Frame,
        partial: &Partial,
        due: Option<Instant>,
    ) -> Result<Instant, Error> {
        let plan = self.plan();
        let left = partial.complete().end..partial.part.end;
        let next = AtomicU32::new(left.start);
        let stop = AtomicBool::new(false);
        let stopped = Mutex::new(None);
        let work = || {
            let mut arena = plan.arena();
            let mut tally =
                Tally::new(self.dispatch, frame, &partial.histograms, self.design.draws);
            while !stop.load(Ordering::Relaxed) && !self.is_cancelled() {
                let superblock = next.fetch_add(1, Ordering::Relaxed);
                if superblock >= left.end {
                    break;
                }
                let done = self.superblock(superblock, &mut arena, &mut tally);
                let Ok(mut folding) = partial.folding.lock() else { break };
                let (moments, kept) = tally.hand_over();
                if let Err(error) = done {
                    folding.fail(error);
                } else {
                    folding.hand_in(self, &partial.part, superblock, moments, kept);
                }
                if folding.failure.is_some() || due.is_some_and(|due| Instant::now() >= due) {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            tally.flush();
            if let Ok(mut stopped) = stopped.lock() {
                stopped.get_or_insert_with(Instant::now);
            }
            if let Ok(mut findings) = partial.findings.lock() {
                let worst = (arena.scratch.worst, arena.scratch.worst_process);
                findings.add(worst, tally.strays);
            }
        };
        self.on_threads(left.len(), &work);
        if let Some(failure) = partial.folding.lock().map_err(|_| lost())?.failure.take() {
            return Err(failure);
        }
        self.balanced(partial.findings.lock().map_err(|_| lost())?.worst)?;
        Ok(stopped.into_inner().map_err(|_| lost())?.unwrap_or_else(Instant::now))
    }

    /// An error if the worst residual is too large.
    fn balanced(&self, (residual, process): (f64, usize)) -> Result<(), Error> {
        if residual.is_infinite() {
            return Err(Error::new(
                ErrorKind::Run,
                Diagnostic::new("mass cannot be balanced")
                    .key(self.plan().process(process))
                    .found("a flow that is no finite number, or outflow without any inflow")
                    .allowed("finite flows; inflow before outflow")
                    .fix(
                        "look for a division by zero or for priors so wide that numbers \
                         overflow (prior_scale); check that every flow is declared",
                    ),
            ));
        }
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
        Ok(())
    }

    /// What all superblocks come to.
    pub(super) fn outcome(&self, frame: &Frame, all: Partial) -> Result<Outcome, Error> {
        let (plan, draws) = (self.plan(), self.design.draws);
        let mut folding = all.folding.into_inner().map_err(|_| lost())?;
        let Findings { worst: (residual, process), strays } =
            all.findings.into_inner().map_err(|_| lost())?;
        let counts = all.histograms.finish().ok_or_else(lost)?;
        let moments = folding.sums.pop().ok_or_else(lost)?;
        Ok(Outcome::new(
            plan,
            (self.ensemble.seed, draws, all.read, self.design.record.clone()),
            &summarise(&frame.layout, &moments, &counts, &strays, draws),
            Kept::new(plan, &self.ensemble.keep, &frame.columns, draws, folding.kept),
            (residual, plan.process(process).to_owned()),
        ))
    }

    fn superblock(
        &self,
        superblock: u32,
        arena: &mut Arena,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let per = SUPERBLOCK / LANES as u32;
        for block in superblock * per..(superblock + 1) * per {
            let (first, lanes) = lanes_of(block, self.design.draws);
            if lanes == 0 {
                break;
            }
            tally.begin(first, lanes);
            self.plan().run(self.dispatch, arena, &self.context(first, lanes), tally)?;
        }
        Ok(())
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Run, Diagnostic::new("a worker thread failed"))
}

/// The draws of some superblocks.
pub(super) fn draws_of(superblocks: &Range<u32>, draws: u32) -> Range<u32> {
    let before = |superblock: u32| {
        let all = superblock.saturating_mul(SUPERBLOCK);
        if all < draws { all } else { draws }
    };
    before(superblocks.start) + 1..before(superblocks.end) + 1
}

/// The first draw of a block and how many of its lanes are draws of the run.
pub(super) fn lanes_of(block: u32, draws: u32) -> (u32, usize) {
    let before = block * LANES as u32;
    let left = draws.saturating_sub(before) as usize;
    (before + 1, if left < LANES { left } else { LANES })
}
