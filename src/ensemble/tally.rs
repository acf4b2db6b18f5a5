//! What one thread notes of the values it is handed.

use super::SUPERBLOCK;
use super::histogram::{Batch, Histograms};
use super::kept::Columns;
use super::partial::Frame;
use super::statistics::{Accumulate, Bounds, Compare, Moments, add};
use crate::engine::{Dispatch, Plan, Sink};
use crate::lanes::Row;
use std::collections::BTreeMap;
use std::ops::Range;

/// Consecutive rows of a value that are tallied alike.
#[derive(Clone, Debug)]
struct Run {
    rows: Range<usize>,
    /// The position of the first number.
    first: usize,
    /// Its position among the numbers with a histogram; none if the numbers
    /// have been the same in the central case and in all draws of the pilot.
    varying: Option<usize>,
}

/// How the numbers of a plan are tallied.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) central: Vec<f64>,
    pub(super) bounds: Vec<Bounds>,
    /// For each value tallied.
    runs: Vec<Vec<Run>>,
    /// For each number, its position among those with a histogram.
    pub(super) varying: Vec<Option<usize>>,
    /// How many have a histogram.
    pub(super) histograms: usize,
}

impl Layout {
    pub(super) fn new(plan: &Plan, central: Vec<f64>, bounds: Vec<Bounds>) -> Self {
        let mut histograms = 0;
        let mut varying = Vec::with_capacity(central.len());
        for (central, bounds) in central.iter().zip(&bounds) {
            let varies = bounds.constant() != Some(*central);
            varying.push(varies.then_some(histograms));
            histograms += usize::from(varies);
        }
        let runs = plan.tallied().iter().map(|value| {
            let mut runs: Vec<Run> = Vec::new();
            for (row, number) in value.reported() {
                let varies: Option<usize> = varying[number];
                match runs.last_mut() {
                    Some(run)
                        if run.rows.end == row && run.varying.is_some() == varies.is_some() =>
                    {
                        run.rows.end += 1;
                    }
                    _ => runs.push(Run { rows: row..row + 1, first: number, varying: varies }),
                }
            }
            runs
        });
        let runs = runs.collect();
        Self { central, bounds, runs, varying, histograms }
    }
}

/// Draws of numbers that are not what they were in the pilot, by number and
/// cell.
pub(super) type Strays = BTreeMap<(usize, u8), u64>;

/// The sums, cells and kept draws of one thread.
pub(super) struct Tally<'a> {
    dispatch: Dispatch,
    layout: &'a Layout,
    columns: &'a Columns,
    histograms: &'a Histograms,
    /// Where this thread begins to add to the histograms.
    begin: usize,
    batch: Batch,
    lanes: usize,
    moments: Vec<Moments>,
    pub(super) strays: Strays,
    kept: Vec<f64>,
    /// How many numbers of a superblock are kept at most.
    room: usize,
    found: Vec<usize>,
}

impl<'a> Tally<'a> {
    /// Of a run of so many draws.
    pub(super) fn new(
        dispatch: Dispatch,
        frame: &'a Frame,
        histograms: &'a Histograms,
        draws: u32,
    ) -> Self {
        let Frame { layout, columns } = frame;
        let draws = if draws < SUPERBLOCK { draws } else { SUPERBLOCK };
        Self {
            dispatch,
            layout,
            columns,
            histograms,
            begin: 0,
            batch: Batch::new(layout.histograms),
            lanes: 0,
            moments: vec![[0.0; 2]; layout.central.len()],
            strays: Strays::new(),
            kept: Vec::new(),
            room: draws as usize * columns.width,
            found: Vec::new(),
        }
    }

    /// Starts a block with so many draws.
    pub(super) fn begin(&mut self, first_draw: u32, lanes: usize) {
        if self.batch.is_full() {
            self.flush();
        }
        self.begin = first_draw as usize;
        self.batch.begin(lanes);
        self.lanes = lanes;
        if self.kept.capacity() == 0 {
            self.kept.reserve_exact(self.room);
        }
        self.kept.resize(self.kept.len() + lanes * self.columns.width, 0.0);
    }

    /// Adds what has been noted to the histograms.
    pub(super) fn flush(&mut self) {
        self.histograms.add(&mut self.batch, self.begin);
    }

    /// The sums of a finished superblock and its kept numbers, draw by draw.
    pub(super) fn hand_over(&mut self) -> (Vec<Moments>, Vec<f64>) {
        let moments =
            std::mem::replace(&mut self.moments, vec![[0.0; 2]; self.layout.central.len()]);
        (moments, std::mem::take(&mut self.kept))
    }

    /// Tallies numbers that did not vary in the pilot: a look at each.
    fn compare(&mut self, rows: &[Row], first: usize) {
        let Layout { central, bounds, .. } = self.layout;
        let found = &mut self.found;
        self.dispatch.run(Compare { rows, bounds: &bounds[first..first + rows.len()], found });
        for at in self.found.drain(..) {
            let (row, number) = (&rows[at], first + at);
            add(row, self.lanes, central[number], &mut self.moments[number]);
            for cell in &bounds[number].cells(row)[..self.lanes] {
                *self.strays.entry((number, *cell)).or_default() += 1;
            }
        }
    }
}

impl Sink for Tally<'_> {
    fn take(&mut self, at: usize, rows: &[Row]) {
        for run in &self.layout.runs[at] {
            let rows = &rows[run.rows.clone()];
            let numbers = run.first..run.first + rows.len();
            match run.varying {
                None => self.compare(rows, run.first),
                Some(first) => self.dispatch.run(Accumulate {
                    rows,
                    lanes: self.lanes,
                    central: &self.layout.central[numbers.clone()],
                    bounds: &self.layout.bounds[numbers.clone()],
                    moments: &mut self.moments[numbers],
                    cells: &mut self.batch.block()[first..first + rows.len()],
                }),
            }
        }
        let column = &self.columns.of[at];
        let width = self.columns.width;
        let start = self.kept.len() - self.lanes * width;
        for (i, row) in column.rows.iter().enumerate() {
            let draws = self.kept[start..].chunks_mut(width);
            for (x, draw) in rows[*row][..self.lanes].iter().zip(draws) {
                draw[column.start + i] = *x;
            }
        }
    }
}
