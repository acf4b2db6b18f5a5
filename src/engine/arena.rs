//! Where the values of a block live while it is computed.

use super::ops::{Group, Kernel, Step};
use super::rows::Rows;
use crate::error::Error;
use crate::lanes::{LANES, Row};
use crate::sampling::StreamKey;
use crate::sampling::design::Source;
use crate::uncertainty::Distribution;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// A value of the plan: the array written by one output of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) u32);

/// What a block of draws needs to know of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) seed: u64,
    /// The draw in lane 0; lane l holds draw `first_draw + l`.
    pub(crate) first_draw: u32,
    /// How many lanes count; the rest are computed and discarded.
    pub(crate) lanes: usize,
    /// The central case: central values, noise zero.
    pub(crate) central: bool,
    pub(crate) steps: usize,
    /// The first step the operation at hand has to compute, the one before which
    /// it stops, and what it looks back at. Within a loop it is called window by
    /// window, and what it keeps in mind is what its outputs hold before `from`.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) within_loop: bool,
    pub(crate) past: Option<Value>,
    /// For each element, the step before which it is zero, if any is.
    pub(crate) zeros: &'a [usize],
    /// Values supplied by the user in place of random ones.
    pub(crate) given: Option<&'a Given>,
    /// Where the uniforms of static parameters come from, if they are not keyed
    /// Monte Carlo.
    pub(crate) source: Option<&'a Source>,
    pub(crate) frozen: Frozen,
}

impl Context<'_> {
    /// The steps of an element that are zero, from the first step wanted on.
    /// The rest has to be computed.
    #[inline(always)]
    pub(crate) fn zero(&self, element: usize, timed: bool) -> Range<usize> {
        let (from, rows) = if timed { (self.from, self.to) } else { (0, 1) };
        let zero = self.zeros.get(element).copied().unwrap_or(0);
        let end = if zero < rows { zero } else { rows };
        from..if end > from { end } else { from }
    }

    /// What a series held in the step before the first: as it was under the
    /// reference, or within a loop what has been computed already; zero at the
    /// start.
    #[inline(always)]
    pub(crate) fn before(&self, inputs: Inputs, element: usize, own: &[Row]) -> Row {
        match (self.from.checked_sub(1), self.past) {
            (None, _) => [0.0; LANES],
            (Some(before), Some(past)) => inputs.series(past, element, self.steps)[before],
            (Some(before), None) => own[before],
        }
    }
}

/// What does not vary over the draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frozen {
    /// Static parameters are at their central values.
    pub(crate) parameters: bool,
    /// White noise is zero.
    pub(crate) noise: bool,
}

/// Supplied values per stream: `[draw][step]`, draw 1 first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    columns: HashMap<StreamKey, Vec<Supplied>>,
}

/// Values for all readers of a stream, or for one distribution on it.
#[derive(Clone, Debug)]
struct Supplied {
    law: Option<Distribution>,
    values: Arc<[f64]>,
}

impl Given {
    /// Supplies values for all readers of a stream, or for one distribution.
    pub(crate) fn insert(&mut self, key: StreamKey, law: Option<Distribution>, values: Arc<[f64]>) {
        let all = self.columns.entry(key).or_default();
        all.retain(|s| s.law != law);
        all.push(Supplied { law, values });
    }

    /// The values for a stream, and for the distribution if one reads it.
    pub(crate) fn column(&self, key: StreamKey, law: Option<&Distribution>) -> Option<&[f64]> {
        let fits = |s: &&Supplied| s.law.is_none() || s.law.as_ref() == law;
        self.columns.get(&key)?.iter().find(fits).map(|s| &*s.values)
    }
}

/// Copies one step of sixteen draws; draws past the end repeat the last.
pub(crate) fn supplied_row(column: &[f64], ctx: &Context, steps: usize, t: usize, out: &mut Row) {
    let draws = column.len() / steps;
    for (l, x) in out.iter_mut().enumerate() {
        let draw = (ctx.first_draw as usize + l).saturating_sub(1);
        let draw = if draw < draws { draw } else { draws - 1 };
        *x = column[draw * steps + t];
    }
}

/// The most outputs of an operation.
pub(super) const OUTPUTS: usize = 10;

/// Finished values, readable by operations.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The memory between the outputs, each part with where it starts.
    parts: &'a [(usize, &'a [Row])],
    places: &'a [Range<usize>],
}

impl<'a> Inputs<'a> {
    /// The rows of a value; none if it has left its place to an output.
    #[inline(always)]
    pub(crate) fn rows(&self, value: Value) -> &'a [Row] {
        let Range { start, end } = self.places[value.0 as usize];
        for (first, part) in self.parts {
            if start >= *first && end <= first + part.len() {
                return &part[start - first..end - first];
            }
        }
        &[]
    }

    /// The series of one element.
    #[inline(always)]
    pub(crate) fn series(&self, value: Value, element: usize, rows: usize) -> &'a [Row] {
        &self.rows(value)[element * rows..(element + 1) * rows]
    }
}

/// Buffers an operation may use while it runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) registers: Vec<Rows>,
    /// What has been drawn ahead.
    pub(crate) groups: Vec<Group>,
    /// For series an operation holds while it runs; it names those it takes.
    pub(crate) buffers: [Rows; 7],
    /// What an operation of the user's works on.
    pub(crate) operation: Rows,
    /// The first draw of the block that a model refused, and why.
    pub(crate) failure: Option<(u32, Error)>,
    /// Worst relative balance residual so far.
    pub(crate) worst: f64,
    /// Index of the process with the worst residual.
    pub(crate) worst_process: usize,
}

/// The memory of one thread: values, scratch buffers and the worst residual.
#[derive(Clone, Debug)]
pub(crate) struct Arena {
    memory: Rows,
    /// Where each value lies.
    places: Vec<Range<usize>>,
    pub(crate) scratch: Scratch,
}

impl Arena {
    pub(crate) fn new(rows: usize, places: &[Range<usize>], scratch: Scratch) -> Self {
        Self { memory: Rows::new(rows), places: places.to_vec(), scratch }
    }

    /// The rows of a value.
    pub(crate) fn rows(&self, value: Value) -> &[Row] {
        &self.memory[self.places[value.0 as usize].clone()]
    }

    /// Runs one step: takes the places of its outputs out of the memory, so
    /// that inputs and outputs cannot overlap.
    #[inline(always)]
    pub(crate) fn run<K: Kernel>(&mut self, kernel: &K, step: &Step, ctx: &Context) {
        let Self { memory, places, scratch } = self;
        let mut outs: [&mut [Row]; OUTPUTS] = Default::default();
        let mut parts: [(usize, &[Row]); OUTPUTS + 1] = Default::default();
        let (mut rest, mut first, mut used) = (&mut memory[..], 0, 0);
        for (at, Range { start, end }) in step.by_place.iter() {
            let (start, end) = (*start, *end);
            let (before, after) = rest.split_at_mut(start - first);
            let (out, after) = after.split_at_mut(end - start);
            parts[used] = (first, before);
            outs[*at] = out;
            (rest, first, used) = (after, end, used + 1);
        }
        parts[used] = (first, rest);
        let inputs = Inputs { parts: &parts[..=used], places };
        kernel.run(&mut outs[..step.outs.len()], inputs, scratch, ctx);
    }
}
