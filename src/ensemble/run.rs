//! Running a plan: threads, superblocks, what goes wrong.

use super::SUPERBLOCK;
use super::design::Prepared;
use super::folding::Folding;
use super::histogram::Histograms;
use super::kept::{Columns, Kept};
use super::outcome::Outcome;
use super::runner::Ensemble;
use super::statistics::Bounds;
use super::summary::summarise;
use super::tally::{Layout, Strays, Tally};
use crate::engine::{Arena, Context, Dispatch, Plan};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::LANES;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The largest relative residual of a mass balance that is accepted.
const TOLERANCE: f64 = 1e-9;

/// What all threads share.
pub(super) struct Run<'a> {
    pub(super) ensemble: &'a Ensemble<'a>,
    pub(super) dispatch: Dispatch,
    pub(super) design: Prepared,
}

/// What the threads found beside sums and counts.
#[derive(Default)]
struct Findings {
    /// The worst residual and its process.
    worst: (f64, usize),
    strays: Strays,
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

    pub(super) fn all(&self, central: Vec<f64>, bounds: Vec<Bounds>) -> Result<Outcome, Error> {
        let (plan, draws) = (self.plan(), self.design.draws);
        let layout = Layout::new(plan, central, bounds);
        let columns = Columns::new(plan, &self.ensemble.keep);
        let histograms = Histograms::new(layout.histograms);
        let folding = Mutex::new(Folding::new(plan.numbers(), columns.width, draws)?);
        let findings = Mutex::new(Findings::default());
        let superblocks = draws.div_ceil(SUPERBLOCK);
        let next = AtomicU32::new(0);
        let stop = AtomicBool::new(false);
        let work = || {
            let mut arena = plan.arena();
            let mut tally = Tally::new(self.dispatch, &layout, &columns, &histograms);
            while !stop.load(Ordering::Relaxed) {
                let superblock = next.fetch_add(1, Ordering::Relaxed);
                if superblock >= superblocks {
                    break;
                }
                let done = self.superblock(superblock, &mut arena, &mut tally);
                let Ok(mut folding) = folding.lock() else { break };
                let (moments, kept) = tally.hand_over();
                if let Err(error) = done {
                    folding.fail(error);
                } else {
                    folding.hand_in(self, superblock, moments, kept);
                }
                if folding.failure.is_some() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            tally.flush();
            if let Ok(mut findings) = findings.lock() {
                let (mine, worst) =
                    ((arena.scratch.worst, arena.scratch.worst_process), findings.worst);
                if mine.0 > worst.0 || (mine.0 == worst.0 && mine.1 < worst.1) {
                    findings.worst = mine;
                }
                for (at, count) in tally.strays {
                    *findings.strays.entry(at).or_default() += count;
                }
            }
        };
        self.on_threads(superblocks as usize, &work);
        let lost = || Error::new(ErrorKind::Run, Diagnostic::new("a worker thread failed"));
        let folding = folding.into_inner().map_err(|_| lost())?;
        if let Some(failure) = folding.failure {
            return Err(failure);
        }
        let Findings { worst: (residual, process), strays } =
            findings.into_inner().map_err(|_| lost())?;
        if residual.is_infinite() {
            return Err(Error::new(
                ErrorKind::Run,
                Diagnostic::new("mass cannot be balanced")
                    .key(plan.process(process))
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
                    .key(plan.process(process))
                    .found(format!("a residual of {residual:.1e} of the largest inflow"))
                    .allowed(format!("at most {TOLERANCE:.0e}"))
                    .fix("check that every flow into and out of the process is declared"),
            ));
        }
        let counts = histograms.finish().ok_or_else(lost)?;
        let keep = &self.ensemble.keep;
        Ok(Outcome::new(
            plan,
            (self.ensemble.seed, draws, self.design.record.clone()),
            &summarise(&layout, &folding.moments, &counts, &strays, draws),
            Kept::new(plan, keep, &columns, draws, folding.kept),
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

/// The first draw of a block and how many of its lanes are draws of the run.
pub(super) fn lanes_of(block: u32, draws: u32) -> (u32, usize) {
    let before = block * LANES as u32;
    let left = draws.saturating_sub(before) as usize;
    (before + 1, if left < LANES { left } else { LANES })
}
