//! Linear equations within a step, solved per element, step and draw.

use super::{Kernel, Source};
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::{LANES, Row};

/// A pivot below this share of the largest number that its column began with is
/// taken for zero: rounding may have left it over.
const TINY: f64 = 1e-13;

/// x = A·x + c (E50), by Gaussian elimination with partial pivoting. The variables of
/// an element stand side by side: element e of variable i is e·size + i.
#[derive(Clone, Debug)]
pub(crate) struct Solve {
    /// How many variables.
    pub(crate) size: usize,
    pub(crate) elements: usize,
    pub(crate) timed: bool,
    /// The aᵢⱼ that are not zero: row, column, number.
    pub(crate) coefficients: Vec<(usize, usize, Source)>,
    /// The cᵢ.
    pub(crate) known: Vec<Source>,
    /// What the variables are called, and the first year, for messages.
    pub(crate) names: String,
    pub(crate) start: i32,
}

impl Solve {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let sources = self.coefficients.iter().map(|(_, _, source)| source).chain(&self.known);
        let value = |source: &Source| match source {
            Source::Value { value, .. } => Some(*value),
            _ => None,
        };
        sources.filter_map(value).collect()
    }

    /// Remembers the first draw without a solution.
    #[cold]
    #[inline(never)]
    fn refuse(&self, singular: bool, t: usize, draw: u32, failure: &mut Option<(u32, Error)>) {
        if failure.is_some() {
            return;
        }
        let (message, fix) = if singular {
            (
                "a linear loop has no single solution",
                "something comes round in full: a share or a product of shares around the \
                 loop must stay below one",
            )
        } else {
            (
                "a linear loop has no finite solution",
                "look for a division by zero or a logarithm of zero in what it is computed from",
            )
        };
        let when = if self.timed {
            format!("year {}", i64::from(self.start) + t as i64)
        } else {
            "every year".to_owned()
        };
        let why = Diagnostic::new(message).key(&self.names).found(when).fix(fix);
        *failure = Some((draw, Error::new(ErrorKind::Run, why)));
    }
}

/// What a source holds for an element and a step.
#[inline(always)]
fn read(source: &Source, inputs: Inputs, e: usize, t: usize, steps: usize) -> Row {
    match source {
        Source::None | Source::Register(_) => [0.0; LANES],
        Source::Number(x) => [*x; LANES],
        Source::Value { value, map, timed } => {
            let e = map[e] as usize;
            inputs.rows(*value)[if *timed { e * steps + t } else { e }]
        }
        Source::Table { table, map, timed } => {
            let e = map[e] as usize;
            [table[if *timed { e * steps + t } else { e }]; LANES]
        }
    }
}

/// Reduces I − A | c to a triangle and solves it from below: the last column then
/// holds x. Lanes with a pivot that is zero are marked.
#[inline(always)]
fn eliminate(matrix: &mut [Row], largest: &mut [Row], size: usize) -> [bool; LANES] {
    let width = size + 1;
    let mut singular = [false; LANES];
    for (k, largest) in largest.iter_mut().enumerate() {
        *largest = [1.0; LANES];
        for x in matrix.iter().skip(k).step_by(width) {
            for l in 0..LANES {
                largest[l] = if x[l].abs() > largest[l] { x[l].abs() } else { largest[l] };
            }
        }
    }
    for (k, largest) in largest.iter().enumerate() {
        for i in k + 1..size {
            let (above, below) = matrix.split_at_mut(i * width);
            let (pivot, other) = (&mut above[k * width..], below);
            let mut swap = [false; LANES];
            for l in 0..LANES {
                swap[l] = other[k][l].abs() > pivot[k][l].abs();
            }
            for j in k..width {
                let (a, b) = (pivot[j], other[j]);
                for l in 0..LANES {
                    pivot[j][l] = if swap[l] { b[l] } else { a[l] };
                    other[j][l] = if swap[l] { a[l] } else { b[l] };
                }
            }
        }
        let pivot = matrix[k * width + k];
        for l in 0..LANES {
            let sound = pivot[l].abs() > TINY * largest[l];
            singular[l] |= !sound;
        }
        for i in k + 1..size {
            let (above, below) = matrix.split_at_mut(i * width);
            let (with, row) = (&above[k * width..], below);
            let mut factor = row[k];
            for l in 0..LANES {
                factor[l] /= pivot[l];
            }
            for j in k + 1..width {
                for l in 0..LANES {
                    row[j][l] -= factor[l] * with[j][l];
                }
            }
        }
    }
    for k in (0..size).rev() {
        let mut x = matrix[k * width + size];
        for j in k + 1..size {
            let (a, solved) = (matrix[k * width + j], matrix[j * width + size]);
            for l in 0..LANES {
                x[l] -= a[l] * solved[l];
            }
        }
        let pivot = matrix[k * width + k];
        for l in 0..LANES {
            x[l] /= pivot[l];
        }
        matrix[k * width + size] = x;
    }
    singular
}

impl Kernel for Solve {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let (steps, size, width) = (ctx.steps, self.size, self.size + 1);
        let (rows, span) = if self.timed { (steps, ctx.from..ctx.to) } else { (1, 0..1) };
        let Scratch { buffers: [matrix, largest, ..], failure, .. } = scratch;
        matrix.set_len(size * width);
        largest.set_len(size);
        for e in 0..self.elements {
            for t in span.clone() {
                matrix.fill([0.0; LANES]);
                for (i, known) in self.known.iter().enumerate() {
                    matrix[i * width + i] = [1.0; LANES];
                    matrix[i * width + size] = read(known, inputs, e, t, steps);
                }
                for (i, j, coefficient) in &self.coefficients {
                    let a = read(coefficient, inputs, e, t, steps);
                    for l in 0..LANES {
                        matrix[i * width + j][l] -= a[l];
                    }
                }
                let mut given = [0.0; LANES];
                for x in matrix.iter() {
                    for l in 0..LANES {
                        given[l] += x[l].abs();
                    }
                }
                let singular = eliminate(matrix, largest, size);
                let mut total = [0.0; LANES];
                for i in 0..size {
                    let x = matrix[i * width + size];
                    for l in 0..LANES {
                        total[l] += x[l].abs();
                    }
                    outs[0][(e * size + i) * rows + t] = x;
                }
                for l in 0..ctx.lanes {
                    if !total[l].is_finite() || singular[l] {
                        let singular = singular[l] && given[l].is_finite();
                        self.refuse(singular, t, ctx.first_draw + l as u32, failure);
                    }
                }
            }
        }
    }
}
