//! The central case and the first draws, which set the histograms.

use super::PILOT;
use super::kept::Columns;
use super::partial::Frame;
use super::run::{Run, lanes_of};
use super::statistics::{Bounds, widen};
use super::tally::Layout;
use crate::engine::{Plan, Sink};
use crate::error::Error;
use crate::lanes::{LANES, Row};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every number of draw 0.
struct Central<'a> {
    plan: &'a Plan,
    numbers: Vec<f64>,
}

impl Sink for Central<'_> {
    fn take(&mut self, at: usize, rows: &[Row]) {
        self.numbers.extend(self.plan.tallied()[at].reported().map(|(row, _)| rows[row][0]));
    }
}

/// The range of every number.
struct Ranges<'a> {
    plan: &'a Plan,
    lanes: usize,
    ranges: Vec<(f64, f64)>,
}

impl Sink for Ranges<'_> {
    fn take(&mut self, at: usize, rows: &[Row]) {
        for (row, number) in self.plan.tallied()[at].reported() {
            widen(&rows[row][..self.lanes], &mut self.ranges[number]);
        }
    }
}

impl Frame {
    /// Computes the first draws of the run.
    pub(super) fn new(run: &Run) -> Result<Self, Error> {
        let central = central(run)?;
        let layout = Layout::new(run.plan(), central, bounds(run));
        Ok(Self { layout, columns: Columns::new(run.plan(), &run.ensemble.keep) })
    }
}

/// Draw 0.
fn central(run: &Run) -> Result<Vec<f64>, Error> {
    let plan = run.plan();
    let mut central = Central { plan, numbers: Vec::with_capacity(plan.numbers()) };
    plan.run(run.dispatch, &mut plan.arena(), &run.context(0, 1), &mut central)?;
    let finite = |number: usize| central.numbers[number].is_finite();
    match run.not_finite(&finite, "in the central case") {
        Some(error) => Err(error),
        None => Ok(central.numbers),
    }
}

/// The range of every number over the first draws.
fn bounds(run: &Run) -> Vec<Bounds> {
    let plan = run.plan();
    let draws = if run.design.draws < PILOT { run.design.draws } else { PILOT };
    let blocks = draws.div_ceil(LANES as u32);
    let next = AtomicU32::new(0);
    let empty = || vec![(f64::INFINITY, f64::NEG_INFINITY); plan.numbers()];
    let all = Mutex::new(empty());
    let work = || {
        let mut arena = plan.arena();
        let mut mine = Ranges { plan, lanes: 0, ranges: empty() };
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks {
                break;
            }
            let (first, lanes) = lanes_of(block, draws);
            mine.lanes = lanes;
            // A draw that cannot be computed will fail the run proper.
            let _ = plan.run(run.dispatch, &mut arena, &run.context(first, lanes), &mut mine);
        }
        if let Ok(mut all) = all.lock() {
            for ((low, high), (l, h)) in all.iter_mut().zip(mine.ranges) {
                *low = if l < *low { l } else { *low };
                *high = if h > *high { h } else { *high };
            }
        }
    };
    run.on_threads(blocks as usize, &work);
    let ranges = all.into_inner().unwrap_or_default();
    // A zero is not to depend on which thread found its sign.
    ranges.into_iter().map(|(low, high)| Bounds::from_pilot(low + 0.0, high + 0.0)).collect()
}
