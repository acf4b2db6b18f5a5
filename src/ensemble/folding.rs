//! Superblocks, folded in the order of their index.

use super::SUPERBLOCK;
use super::run::Run;
use super::runner::Progress;
use super::statistics::Moments;
use crate::error::{Diagnostic, Error, ErrorKind};
use std::collections::BTreeMap;

/// What the threads hand in.
pub(super) struct Folding {
    next: u32,
    waiting: BTreeMap<u32, (Vec<Moments>, Vec<f64>)>,
    pub(super) moments: Vec<Moments>,
    /// Kept numbers, draw by draw.
    pub(super) kept: Vec<f64>,
    pub(super) failure: Option<Error>,
}

impl Folding {
    /// Room for the sums of all numbers and for those kept of each draw.
    pub(super) fn new(numbers: usize, kept: usize, draws: u32) -> Result<Self, Error> {
        let mut room = Vec::new();
        room.try_reserve_exact(kept * draws as usize).map_err(|_| {
            let problem = Diagnostic::new("there is not enough memory for the kept draws");
            Error::new(ErrorKind::Run, problem.fix("keep fewer variables or draws"))
        })?;
        Ok(Self {
            next: 0,
            waiting: BTreeMap::new(),
            moments: vec![[0.0; 2]; numbers],
            kept: room,
            failure: None,
        })
    }

    /// Notes why the run fails; of several reasons the first noted stays.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    /// Adds a superblock when its turn has come.
    pub(super) fn hand_in(
        &mut self,
        run: &Run,
        superblock: u32,
        moments: Vec<Moments>,
        kept: Vec<f64>,
    ) {
        self.waiting.insert(superblock, (moments, kept));
        while let Some((moments, kept)) = self.waiting.remove(&self.next) {
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
            for (sum, m) in self.moments.iter_mut().zip(&moments) {
                sum[0] += m[0];
                sum[1] += m[1];
            }
            self.kept.extend(kept);
            self.next += 1;
        }
        if let Some(progress) = run.ensemble.progress {
            let total = run.design.draws;
            let done = u64::from(self.next) * u64::from(SUPERBLOCK);
            progress(Progress {
                done: if done < u64::from(total) { done as u32 } else { total },
                total,
            });
        }
    }
}
