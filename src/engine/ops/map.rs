//! Elementwise formulas: a small program per element, each instruction swept
//! over the whole horizon before the next.

use super::Kernel;
use crate::engine::List;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::maths;
use std::ops::Range;
use std::sync::Arc;

/// What an instruction does to its target d with its source s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// d ← s
    Copy,
    /// d ← d + s
    Add,
    /// d ← d − s
    Sub,
    /// d ← s − d
    SubFrom,
    /// d ← d·s
    Mul,
    /// d ← d/s
    Div,
    /// d ← s/d
    DivInto,
    /// d ← the smaller of d and s
    Min,
    /// d ← the larger of d and s
    Max,
    /// d ← 1 if d ≥ s, else 0
    AtLeast,
    /// d ← 1 if s ≥ d, else 0
    AtMost,
    /// d ← −d
    Neg,
    /// d ← e^d
    Exp,
    /// d ← ln d
    Ln,
    /// d ← √d
    Sqrt,
    /// d ← 1/(1 + e^−d)
    Logistic,
}

/// Where an instruction reads. `map` gives the source element for each target
/// element.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    None,
    Register(usize),
    Number(f64),
    Value { value: Value, map: List, timed: bool },
    Table { table: Arc<[f64]>, map: List, timed: bool },
}

impl Source {
    /// Whether it is a value that varies in time.
    pub(crate) fn is_series(&self) -> bool {
        matches!(self, Self::Value { timed: true, .. })
    }
}

/// One instruction; target 0 is the output, the others are registers.
#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    pub(crate) code: Code,
    pub(crate) target: usize,
    /// What d is before the code runs, if not what the target holds.
    pub(crate) left: Option<Source>,
    pub(crate) source: Source,
}

/// The program of a formula, run for each element.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) elements: usize,
    pub(crate) timed: bool,
    pub(crate) program: Vec<Instruction>,
}

impl Map {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        self.program
            .iter()
            .flat_map(|i| [i.left.as_ref(), Some(&i.source)])
            .filter_map(|source| match source {
                Some(Source::Value { value, .. }) => Some(*value),
                _ => None,
            })
            .collect()
    }

    /// An input whose place the output may take: one that is read once, by the
    /// first instruction, element for element.
    pub(crate) fn replaces(&self) -> Option<Value> {
        let Some(Instruction { target: 0, left: Some(left), .. }) = self.program.first() else {
            return None;
        };
        let Source::Value { value, map, timed } = left else { return None };
        let same = *timed == self.timed && map.iter().enumerate().all(|(e, m)| e == *m as usize);
        let once = self.inputs().iter().filter(|v| *v == value).count() == 1;
        (same && once).then_some(*value)
    }

    /// Makes the program start from what the output's place holds.
    pub(crate) fn replace(&mut self) {
        self.program[0].left = None;
    }

    /// The number of registers the program uses.
    pub(crate) fn registers(&self) -> usize {
        self.program.iter().map(|i| i.target).fold(0, |a, b| if a > b { a } else { b })
    }
}

/// The source of one instruction for one element.
enum View<'a> {
    Rows(&'a [Row]),
    Row(&'a Row),
    Column(&'a [f64]),
    Number(f64),
}

impl Kernel for Map {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let (rows, last) = if self.timed { (ctx.steps, ctx.to) } else { (1, 1) };
        for e in 0..self.elements {
            let zero = ctx.zero(e, self.timed);
            let first = zero.end;
            let out = &mut outs[0][e * rows..(e + 1) * rows];
            out[zero].fill([0.0; LANES]);
            if first == last {
                continue;
            }
            let span = first..last;
            let out = &mut out[span.clone()];
            for instruction in &self.program {
                let mut taken = Rows::default();
                let target = if instruction.target == 0 {
                    &mut *out
                } else {
                    taken = std::mem::take(&mut scratch.registers[instruction.target - 1]);
                    &mut taken[span.clone()]
                };
                let at = (e, rows);
                let view = view(&instruction.source, inputs, &scratch.registers, at, &span);
                match &instruction.left {
                    None => apply(instruction.code, target, &view),
                    Some(left) => {
                        let left = self::view(left, inputs, &scratch.registers, at, &span);
                        match left {
                            View::Rows(left) => {
                                apply_two(instruction.code, target, left, &view);
                            }
                            left => {
                                apply(Code::Copy, target, &left);
                                apply(instruction.code, target, &view);
                            }
                        }
                    }
                }
                if instruction.target != 0 {
                    scratch.registers[instruction.target - 1] = taken;
                }
            }
        }
    }
}

// Two series are swept as flat slices. Elsewhere a row is read whole before
// any of it is written: places that might overlap are not vectorised.
macro_rules! binary {
    ($target:ident, $view:ident, |$d:ident, $s:ident| $result:expr) => {
        match $view {
            View::Rows(source) => {
                let flat = $target.as_flattened_mut().iter_mut();
                for (d, s) in flat.zip(source.as_flattened()) {
                    let ($d, $s) = (*d, *s);
                    *d = $result;
                }
            }
            View::Row(source) => {
                let source = **source;
                for target in $target.iter_mut() {
                    let mut row = *target;
                    for l in 0..LANES {
                        let ($d, $s) = (row[l], source[l]);
                        row[l] = $result;
                    }
                    *target = row;
                    keep_rows_apart();
                }
            }
            View::Column(column) => {
                for (target, x) in $target.iter_mut().zip(*column) {
                    let (mut row, $s) = (*target, *x);
                    for l in 0..LANES {
                        let $d = row[l];
                        row[l] = $result;
                    }
                    *target = row;
                    keep_rows_apart();
                }
            }
            View::Number(x) => {
                let $s = *x;
                for d in $target.as_flattened_mut() {
                    let $d = *d;
                    *d = $result;
                }
            }
        }
    };
}

/// The source of an instruction for element `e`, in series of so many rows, over
/// the steps of `span`.
#[inline(always)]
fn view<'a>(
    source: &'a Source,
    inputs: Inputs<'a>,
    registers: &'a [Rows],
    (e, rows): (usize, usize),
    span: &Range<usize>,
) -> View<'a> {
    match source {
        Source::None => View::Number(0.0),
        Source::Register(r) => View::Rows(&registers[r - 1][span.clone()]),
        Source::Number(x) => View::Number(*x),
        Source::Value { value, map, timed: true } => {
            View::Rows(&inputs.series(*value, map[e] as usize, rows)[span.clone()])
        }
        Source::Value { value, map, timed: false } => {
            View::Row(&inputs.rows(*value)[map[e] as usize])
        }
        Source::Table { table, map, timed: true } => {
            let at = map[e] as usize * rows;
            View::Column(&table[at + span.start..at + span.end])
        }
        Source::Table { table, map, timed: false } => View::Number(table[map[e] as usize]),
    }
}

/// target ← code(left, right), where left is a series.
#[inline(always)]
fn apply_two(code: Code, target: &mut [Row], left: &[Row], right: &View) {
    macro_rules! sweep {
        (|$d:ident, $s:ident| $result:expr) => {
            match right {
                View::Rows(right) => {
                    let flat = target.as_flattened_mut().iter_mut();
                    for ((out, d), s) in flat.zip(left.as_flattened()).zip(right.as_flattened()) {
                        let ($d, $s) = (*d, *s);
                        *out = $result;
                    }
                }
                View::Row(right) => {
                    let right = **right;
                    for (target, left) in target.iter_mut().zip(left) {
                        let mut row = *left;
                        for l in 0..LANES {
                            let ($d, $s) = (row[l], right[l]);
                            row[l] = $result;
                        }
                        *target = row;
                        keep_rows_apart();
                    }
                }
                View::Column(column) => {
                    for ((target, left), x) in target.iter_mut().zip(left).zip(*column) {
                        let (mut row, $s) = (*left, *x);
                        for l in 0..LANES {
                            let $d = row[l];
                            row[l] = $result;
                        }
                        *target = row;
                        keep_rows_apart();
                    }
                }
                View::Number(x) => {
                    let $s = *x;
                    let flat = target.as_flattened_mut().iter_mut();
                    for (out, d) in flat.zip(left.as_flattened()) {
                        let $d = *d;
                        *out = $result;
                    }
                }
            }
        };
    }
    match code {
        Code::Add => sweep!(|d, s| d + s),
        Code::Sub => sweep!(|d, s| d - s),
        Code::SubFrom => sweep!(|d, s| s - d),
        Code::Mul => sweep!(|d, s| d * s),
        Code::Div => sweep!(|d, s| d / s),
        Code::DivInto => sweep!(|d, s| s / d),
        Code::Min => sweep!(|d, s| if s < d { s } else { d }),
        Code::Max => sweep!(|d, s| if s > d { s } else { d }),
        Code::AtLeast => sweep!(|d, s| if d >= s { 1.0 } else { 0.0 }),
        Code::AtMost => sweep!(|d, s| if s >= d { 1.0 } else { 0.0 }),
        Code::Copy | Code::Neg | Code::Exp | Code::Ln | Code::Sqrt | Code::Logistic => {}
    }
}

macro_rules! unary {
    ($target:ident, |$d:ident| $result:expr) => {
        for d in $target.as_flattened_mut() {
            let $d = *d;
            *d = $result;
        }
    };
}

/// A costly function of every number. A row like the one before is not computed
/// again: between observations that are equally uncertain, levels do not change.
#[inline(always)]
fn by_row(target: &mut [Row], f: impl Fn(f64) -> f64) {
    let (mut before, mut result) = ([f64::NAN; LANES], [0.0; LANES]);
    for row in target {
        let mut other = 0u64;
        for l in 0..LANES {
            other |= u64::from(row[l] != before[l]);
        }
        if other != 0 {
            before = *row;
            for l in 0..LANES {
                result[l] = f(before[l]);
            }
        }
        *row = result;
    }
}

#[inline(always)]
fn apply(code: Code, target: &mut [Row], view: &View) {
    match code {
        Code::Copy => match view {
            View::Rows(source) => {
                let flat = target.as_flattened_mut().iter_mut();
                for (d, s) in flat.zip(source.as_flattened()) {
                    *d = *s;
                }
            }
            View::Row(source) => target.fill(**source),
            View::Column(column) => {
                for (row, x) in target.iter_mut().zip(*column) {
                    *row = [*x; LANES];
                    keep_rows_apart();
                }
            }
            View::Number(x) => target.fill([*x; LANES]),
        },
        Code::Add => binary!(target, view, |d, s| d + s),
        Code::Sub => binary!(target, view, |d, s| d - s),
        Code::SubFrom => binary!(target, view, |d, s| s - d),
        Code::Mul => binary!(target, view, |d, s| d * s),
        Code::Div => binary!(target, view, |d, s| d / s),
        Code::DivInto => binary!(target, view, |d, s| s / d),
        Code::Min => binary!(target, view, |d, s| if s < d { s } else { d }),
        Code::Max => binary!(target, view, |d, s| if s > d { s } else { d }),
        Code::AtLeast => binary!(target, view, |d, s| if d >= s { 1.0 } else { 0.0 }),
        Code::AtMost => binary!(target, view, |d, s| if s >= d { 1.0 } else { 0.0 }),
        Code::Neg => unary!(target, |d| -d),
        Code::Exp => by_row(target, maths::exp),
        Code::Ln => unary!(target, |d| maths::ln(d)),
        Code::Sqrt => unary!(target, |d| d.sqrt()),
        Code::Logistic => by_row(target, |d| 1.0 / (1.0 + maths::exp(-d))),
    }
}

/// What each code computes, for numbers known when the plan is compiled.
pub(crate) fn evaluate(code: Code, d: f64, s: f64) -> f64 {
    let mut row = [[d; LANES]];
    apply(code, &mut row, &View::Number(s));
    row[0][0]
}
