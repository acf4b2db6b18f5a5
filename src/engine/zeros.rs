//! Elements of values that are zero in every draw and step, whatever is drawn:
//! what a chemistry does not contain, a segment that a region does not have.
//! Nothing is added up for them.

use super::arena::Value;
use super::leaf::Leaf;
use super::ops::{Code, Factor, Inflow, Map, Op, Reduce, Source};

/// For each value made so far, which of its elements are zero.
#[derive(Debug)]
pub(super) struct Zeros {
    steps: usize,
    of: Vec<Vec<bool>>,
}

impl Zeros {
    pub(super) fn new(steps: usize) -> Self {
        Self { steps, of: Vec::new() }
    }

    /// Whether an element of a value is known to be zero.
    pub(super) fn has(&self, value: Value, element: u32) -> bool {
        self.of[value.0 as usize][element as usize]
    }

    /// Whether an element of a table is zero.
    fn in_table(&self, table: &[f64], element: u32, timed: bool) -> bool {
        let rows = if timed { self.steps } else { 1 };
        table[element as usize * rows..][..rows].iter().all(|x| *x == 0.0)
    }

    /// Whether an element of a leaf is known to be zero.
    pub(super) fn in_leaf(&self, leaf: &Leaf, element: u32) -> bool {
        match leaf {
            Leaf::Value(value, _) => self.has(*value, element),
            Leaf::Part(value, _, of) => self.has(*value, of[element as usize]),
            Leaf::Table(table) => self.in_table(&table.values, element, table.shape.timed),
        }
    }

    fn all(&self, value: Value) -> Vec<bool> {
        self.of[value.0 as usize].clone()
    }

    /// Notes the outputs of an operation, with their numbers of elements.
    pub(super) fn note(&mut self, op: &Op, elements: &[usize]) {
        let of = match op {
            Op::Map(map) => self.map(map),
            Op::Reduce(op) => self.reduce(op),
            Op::Stack(op) => op.elements.iter().map(|(value, e, _)| self.has(*value, *e)).collect(),
            Op::Cumulative(op) => self.all(op.input),
            Op::Delayed(op) => self.all(op.input),
            Op::AtStep(op) => op.elements.iter().map(|e| self.has(op.input, *e)).collect(),
            Op::Facilities(op) => self.all(op.feed),
            Op::Convolve(op) => match op.input {
                Inflow::Value { value, .. } => self.all(value),
                Inflow::Table { .. } => Vec::new(),
            },
            _ => Vec::new(),
        };
        for elements in elements {
            let known = of.len() == *elements;
            self.of.push(if known { of.clone() } else { vec![false; *elements] });
        }
    }

    fn source(&self, source: &Source, e: usize, registers: &[bool]) -> bool {
        match source {
            Source::None => false,
            Source::Register(r) => registers[*r],
            Source::Number(x) => *x == 0.0,
            Source::Value { value, map, .. } => self.has(*value, map[e]),
            Source::Table { table, map, timed } => self.in_table(table, map[e], *timed),
        }
    }

    /// What the program makes of zeros. Zero times or over whatever is drawn is
    /// taken to be zero, also where that is not finite: the element itself
    /// still says so, and a run fails that reports it.
    fn map(&self, map: &Map) -> Vec<bool> {
        let of = |e: usize| {
            // The output first, then the registers.
            let mut targets = vec![false; map.registers() + 1];
            for i in &map.program {
                let d = match &i.left {
                    Some(left) => self.source(left, e, &targets),
                    None => targets[i.target],
                };
                let s = self.source(&i.source, e, &targets);
                targets[i.target] = match i.code {
                    Code::Copy => s,
                    Code::Add | Code::Sub | Code::SubFrom | Code::Min | Code::Max => d && s,
                    Code::Mul => d || s,
                    Code::Neg | Code::Sqrt => d,
                    Code::Div => d && !s,
                    Code::DivInto => s && !d,
                    Code::AtLeast | Code::AtMost | Code::Exp | Code::Ln | Code::Logistic => false,
                };
            }
            targets[0]
        };
        (0..map.elements).map(of).collect()
    }

    fn factor(&self, factor: &Factor, r: usize) -> bool {
        match factor {
            Factor::One => false,
            Factor::Value { value, map, .. } => self.has(*value, map[r]),
            Factor::Table { table, map, timed } => self.in_table(table, map[r], *timed),
        }
    }

    fn reduce(&self, op: &Reduce) -> Vec<bool> {
        let zero = |r: usize| self.factor(&op.a, r) || self.factor(&op.b, r);
        op.summands.windows(2).map(|at| (at[0]..at[1]).all(|r| zero(r as usize))).collect()
    }
}
