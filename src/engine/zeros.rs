//! Steps in which elements of values are zero, whatever is drawn: what a
//! chemistry does not contain, a segment that a region does not have, the years
//! before the first sale. Nothing is computed or added up for them.
//!
//! Zero times whatever is drawn is taken to be zero, also where that is
//! negative or not finite; a division by what may be zero has to be computed.

use super::arena::Value;
use super::leaf::Leaf;
use super::ops::{
    Balance, Code, Factor, Inflow, Map, Op, ProductOp, Reduce, SharedFacilitiesOp, Source,
};

/// For each value made so far and each of its elements, the first step in which
/// it need not be zero. One that is always zero has as many as there are steps.
#[derive(Debug)]
pub(super) struct Zeros {
    steps: usize,
    of: Vec<Vec<usize>>,
}

/// What is known of a number while a program runs.
#[derive(Clone, Copy)]
struct Known {
    /// It is zero before this step.
    zero: usize,
    /// It is never zero.
    positive: bool,
}

impl Zeros {
    pub(super) fn new(steps: usize) -> Self {
        Self { steps, of: Vec::new() }
    }

    fn before(&self, value: Value, element: u32) -> usize {
        self.of[value.0 as usize][element as usize]
    }

    /// An element of a table, `[element][step or one]`.
    fn row<'a>(&self, table: &'a [f64], element: u32, timed: bool) -> &'a [f64] {
        let rows = if timed { self.steps } else { 1 };
        &table[element as usize * rows..][..rows]
    }

    fn before_in_table(&self, table: &[f64], element: u32, timed: bool) -> usize {
        let row = self.row(table, element, timed);
        row.iter().position(|x| *x != 0.0).unwrap_or(self.steps)
    }

    /// Whether an element of a leaf is zero in every step.
    pub(super) fn in_leaf(&self, leaf: &Leaf, element: u32) -> bool {
        let before = match leaf {
            Leaf::Value(value, _) => self.before(*value, element),
            Leaf::Part(value, _, of) => self.before(*value, of[element as usize]),
            Leaf::Table(t) => self.before_in_table(&t.values, element, t.shape.timed),
        };
        before == self.steps
    }

    fn all(&self, value: Value) -> Vec<usize> {
        self.of[value.0 as usize].clone()
    }

    /// Notes the outputs of an operation, with their numbers of elements. The
    /// steps in which the operation has nothing to do are returned, by element
    /// of its outputs (of a balance: its own); none if there are no such steps.
    pub(super) fn note(&mut self, op: &Op, elements: &[usize]) -> Vec<usize> {
        if let Op::SharedFacilities(op) = op {
            self.shared(op, elements);
            return Vec::new();
        }
        let of = match op {
            Op::Map(map) => self.map(map),
            Op::Reduce(op) => self.reduce(op),
            Op::Stack(op) => op.elements.iter().map(|(v, e, _)| self.before(*v, *e)).collect(),
            Op::Cumulative(op) => self.all(op.input),
            Op::Delayed(op) => {
                let later = |x: usize| x.saturating_add(op.delay);
                let of = self.all(op.input).into_iter().map(later);
                of.map(|x| if x < self.steps { x } else { self.steps }).collect()
            }
            Op::AtStep(op) => {
                let zero = |e: &u32| self.before(op.input, *e) > op.step;
                op.elements.iter().map(|e| if zero(e) { self.steps } else { 0 }).collect()
            }
            Op::Facilities(op) => self.all(op.feed),
            Op::Convolve(op) => match &op.input {
                Inflow::Value { value, .. } => self.all(*value),
                Inflow::Table { table, timed } => {
                    let of = |e| self.before_in_table(table, e, *timed);
                    (0..op.map.len() as u32).map(of).collect()
                }
            },
            Op::Product(op) => {
                let (of_contents, of_units) = self.product(op, elements);
                self.of.extend([0; 4].map(|_| of_contents.clone()));
                self.of.extend([0; 3].map(|_| of_units.clone()));
                return Vec::new();
            }
            Op::Balance(op) => self.balance(op),
            _ => Vec::new(),
        };
        for elements in elements {
            let known = of.len() == *elements;
            self.of.push(if known { of.clone() } else { vec![0; *elements] });
        }
        if of.iter().any(|zero| *zero > 0) { of } else { Vec::new() }
    }

    /// Notes the output of a delay whose input is not known yet; the same is
    /// returned.
    pub(super) fn note_delayed(&mut self, elements: usize, delay: usize) -> Vec<usize> {
        let zero = if delay < self.steps { delay } else { self.steps };
        self.of.push(vec![zero; elements]);
        vec![zero; elements]
    }

    /// Processed and backlog are zero until there is feed; nothing is taken where
    /// nothing is offered.
    fn shared(&mut self, op: &SharedFacilitiesOp, elements: &[usize]) {
        let feed = self.all(op.feed);
        let pairs = elements.get(2).copied().unwrap_or_default();
        let taken = |pair| if op.has_pair(pair) { 0 } else { self.steps };
        let taken = (0..pairs as u32).map(taken).collect();
        self.of.extend([feed.clone(), feed, taken]);
    }

    fn source(&self, source: &Source, e: usize, registers: &[Known]) -> Known {
        match source {
            Source::None => Known { zero: 0, positive: false },
            Source::Register(r) => registers[*r],
            Source::Number(x) => {
                Known { zero: if *x == 0.0 { self.steps } else { 0 }, positive: *x > 0.0 }
            }
            Source::Value { value, map, .. } => {
                Known { zero: self.before(*value, map[e]), positive: false }
            }
            Source::Table { table, map, timed } => Known {
                zero: self.before_in_table(table, map[e], *timed),
                positive: self.row(table, map[e], *timed).iter().all(|x| *x > 0.0),
            },
        }
    }

    /// What the program makes of zeros.
    fn map(&self, map: &Map) -> Vec<usize> {
        let of = |e: usize| {
            // The output first, then the registers.
            let mut targets = vec![Known { zero: 0, positive: false }; map.registers() + 1];
            for i in &map.program {
                let d = match &i.left {
                    Some(left) => self.source(left, e, &targets),
                    None => targets[i.target],
                };
                let s = self.source(&i.source, e, &targets);
                let (first, last) =
                    if d.zero < s.zero { (d.zero, s.zero) } else { (s.zero, d.zero) };
                let zero = match i.code {
                    Code::Copy => s.zero,
                    Code::Add | Code::Sub | Code::SubFrom | Code::Min | Code::Max => first,
                    Code::Mul => last,
                    Code::Neg | Code::Sqrt => d.zero,
                    Code::Div if s.positive => d.zero,
                    Code::DivInto if d.positive => s.zero,
                    _ => 0,
                };
                let positive = match i.code {
                    Code::Copy => s.positive,
                    Code::Max => d.positive || s.positive,
                    _ => false,
                };
                targets[i.target] = Known { zero, positive };
            }
            targets[0].zero
        };
        (0..map.elements).map(of).collect()
    }

    fn factor(&self, factor: &Factor, r: usize) -> usize {
        match factor {
            Factor::One => 0,
            Factor::Value { value, map, .. } => self.before(*value, map[r]),
            Factor::Table { table, map, timed } => self.before_in_table(table, map[r], *timed),
        }
    }

    fn reduce(&self, op: &Reduce) -> Vec<usize> {
        let summand = |r: u32| {
            let (a, b) = (self.factor(&op.a, r as usize), self.factor(&op.b, r as usize));
            if a > b { a } else { b }
        };
        op.summands.windows(2).map(|at| self.first((at[0]..at[1]).map(summand))).collect()
    }

    /// By content and unit: nothing before the first product, and nothing of a
    /// content that no cohort has.
    fn product(&self, op: &ProductOp, elements: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let units = self.all(op.inflow);
        let mut contents = vec![0; elements[0]];
        for (unit, of) in units.iter().zip(&op.contents) {
            for (out, source) in of {
                let content = self.before(op.content, *source);
                contents[*out as usize] = if content > *unit { content } else { *unit };
            }
        }
        (contents, units)
    }

    fn balance(&self, op: &Balance) -> Vec<usize> {
        let terms = || op.inflows.iter().chain(&op.outflows).chain(&op.stocks);
        let parts = |e: usize| {
            terms().flat_map(move |t| t.parts[e].iter().map(|part| self.before(t.value, *part)))
        };
        (0..op.elements).map(|e| self.first(parts(e))).collect()
    }

    /// The first of some steps, or the number of steps.
    fn first(&self, of: impl Iterator<Item = usize>) -> usize {
        of.fold(self.steps, |a, b| if a < b { a } else { b })
    }
}
