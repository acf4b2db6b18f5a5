//! Superblocks, folded in the order of their index.

use super::run::{Run, draws_of};
use super::runner::Progress;
use super::statistics::Moments;
use crate::error::{Diagnostic, Error, ErrorKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// What the threads hand in.
pub(super) struct Folding {
    /// The superblocks that are complete: all of the part from its first on.
    pub(super) complete: Range<u32>,
    waiting: BTreeMap<u32, (Vec<Moments>, Vec<f64>)>,
    /// The sums of all numbers. From the first superblock of a run on they are
    /// folded; later ones stay apart until somebody has those before them,
    /// because sums of floating-point numbers depend on their order.
    pub(super) sums: Vec<Vec<Moments>>,
    /// Kept numbers, draw by draw.
    pub(super) kept: Vec<f64>,
    pub(super) failure: Option<Error>,
}

impl Folding {
    /// Room for the sums of all numbers, and for `kept` numbers in all.
    pub(super) fn new(first: u32, numbers: usize, kept: usize) -> Result<Self, Error> {
        let mut room = Vec::new();
        room.try_reserve_exact(kept).map_err(|_| {
            let problem = Diagnostic::new("there is not enough memory for the kept draws");
            Error::new(ErrorKind::Run, problem.fix("keep fewer variables or draws"))
        })?;
        Ok(Self {
            complete: first..first,
            waiting: BTreeMap::new(),
            sums: if first == 0 { vec![vec![[0.0; 2]; numbers]] } else { Vec::new() },
            kept: room,
            failure: None,
        })
    }

    /// Notes why the run fails; of several reasons the first noted stays.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    /// Adds the sums that come next.
    pub(super) fn fold(&mut self, moments: Vec<Moments>) {
        match self.sums.first_mut() {
            Some(folded) if self.complete.start == 0 => {
                for (sum, m) in folded.iter_mut().zip(&moments) {
                    sum[0] += m[0];
                    sum[1] += m[1];
                }
            }
            _ => self.sums.push(moments),
        }
    }

    /// Adds a superblock of a part when its turn has come.
    pub(super) fn hand_in(
        &mut self,
        run: &Run,
        part: &Range<u32>,
        superblock: u32,
        moments: Vec<Moments>,
        kept: Vec<f64>,
    ) {
        self.waiting.insert(superblock, (moments, kept));
        while let Some((moments, kept)) = self.waiting.remove(&self.complete.end) {
            let finite = |number: usize| {
                let [first, second]: Moments = moments[number];
                (first + second).is_finite()
            };
            if !(0..moments.len()).all(finite)
                && let Some(error) = run.not_finite(&finite, "in some draw")
            {
                self.fail(error);
                return;
            }
            self.fold(moments);
            self.kept.extend(kept);
            self.complete.end += 1;
        }
        if let Some(progress) = run.ensemble.progress {
            let count = |superblocks| draws_of(superblocks, run.design.draws).len() as u32;
            progress(Progress { done: count(&self.complete), total: count(part) });
        }
    }
}
