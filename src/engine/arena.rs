//! Where the values of a block live while it is computed.

use super::ops::{Kernel, Step};
use super::rows::Rows;
use crate::error::Error;
use crate::lanes::Row;
use crate::sampling::StreamKey;
use std::collections::HashMap;

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
    /// Values supplied by the user in place of random ones.
    pub(crate) given: Option<&'a Given>,
}

/// Supplied values per stream: `[draw][step]`, draw 1 first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) columns: HashMap<StreamKey, Vec<f64>>,
}

impl Given {
    /// Copies one step of sixteen draws; draws past the end repeat the last.
    pub(crate) fn row(&self, key: StreamKey, ctx: &Context, steps: usize, t: usize, out: &mut Row) {
        let Some(column) = self.columns.get(&key) else { return };
        let draws = column.len() / steps;
        for (l, x) in out.iter_mut().enumerate() {
            let draw = (ctx.first_draw as usize + l).saturating_sub(1);
            let draw = if draw < draws { draw } else { draws - 1 };
            *x = column[draw * steps + t];
        }
    }

    pub(crate) fn has(&self, key: StreamKey) -> bool {
        self.columns.contains_key(&key)
    }
}

/// Finished values, readable by operations.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    slots: &'a [Rows],
    slot_of: &'a [u32],
}

impl<'a> Inputs<'a> {
    pub(crate) fn rows(&self, value: Value) -> &'a [Row] {
        &self.slots[self.slot_of[value.0 as usize] as usize]
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
    /// For series an operation holds while it runs; it names those it takes.
    pub(crate) buffers: [Rows; 7],
    /// The first draw of the block that a model refused, and why.
    pub(crate) failure: Option<(u32, Error)>,
    /// Worst relative balance residual so far.
    pub(crate) worst: f64,
    /// Index of the process with the worst residual.
    pub(crate) worst_process: usize,
}

/// The memory of one thread: slots, scratch buffers and the worst residual.
#[derive(Clone, Debug)]
pub(crate) struct Arena {
    slots: Vec<Rows>,
    slot_of: Vec<u32>,
    outs: Vec<Rows>,
    pub(crate) scratch: Scratch,
}

impl Arena {
    pub(crate) fn new(slots: &[usize], slot_of: &[u32], registers: usize, steps: usize) -> Self {
        Self {
            slots: slots.iter().map(|rows| Rows::new(*rows)).collect(),
            slot_of: slot_of.to_vec(),
            outs: Vec::new(),
            scratch: Scratch { registers: vec![Rows::new(steps); registers], ..Scratch::default() },
        }
    }

    /// The rows of a value.
    pub(crate) fn rows(&self, value: Value) -> &[Row] {
        &self.slots[self.slot_of[value.0 as usize] as usize]
    }

    /// Runs one step: takes its output slots out of the arena, so that inputs
    /// and outputs cannot overlap, and puts them back.
    #[inline(always)]
    pub(crate) fn run<K: Kernel>(&mut self, kernel: &K, step: &Step, ctx: &Context) {
        let Self { slots, slot_of, outs, scratch } = self;
        outs.clear();
        for out in &step.outs {
            outs.push(std::mem::take(&mut slots[slot_of[out.0 as usize] as usize]));
        }
        kernel.run(outs, Inputs { slots, slot_of }, scratch, ctx);
        for (out, rows) in step.outs.iter().zip(outs.drain(..)) {
            slots[slot_of[out.0 as usize] as usize] = rows;
        }
    }
}
