//! Formulas evaluated point by point: one draw, one element, one step, each
//! from scratch.

/// Coordinates along all dimensions of a test; a formula ignores those that it
/// does not have.
pub type Point = [usize; 3];

/// Numbers by draw, element and step, as far as they vary.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    /// The dimensions in the order in which the elements are laid out.
    pub dims: Vec<usize>,
    pub sizes: [usize; 3],
    /// `[draw or one][element][step or one]`.
    pub values: Vec<Vec<Vec<f64>>>,
}

impl Variable {
    fn at(&self, draw: usize, point: Point, t: usize) -> f64 {
        let mut element = 0;
        for d in &self.dims {
            element = element * self.sizes[*d] + point[*d];
        }
        let of_draw = &self.values[if self.values.len() == 1 { 0 } else { draw }];
        let series = &of_draw[element];
        series[if series.len() == 1 { 0 } else { t }]
    }
}

#[derive(Clone, Copy, Debug)]
pub enum Unary {
    Neg,
    Exp,
    Ln,
    Sqrt,
    Logistic,
}

#[derive(Clone, Copy, Debug)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
}

#[derive(Clone, Debug)]
pub enum Formula {
    Variable(usize),
    Number(f64),
    Unary(Unary, Box<Formula>),
    Binary(Binary, Box<Formula>, Box<Formula>),
    Clamp(Box<Formula>, f64, f64),
    Sum(Box<Formula>, usize),
    At(Box<Formula>, usize, usize),
    Stack(usize, Vec<Formula>),
    Cumulative(Box<Formula>),
    Ar1 { innovation: Box<Formula>, persistence: Box<Formula>, stationary: bool },
}

/// Evaluates formulas for one draw and remembers the largest magnitude met.
pub struct Evaluation<'a> {
    pub variables: &'a [Variable],
    pub sizes: [usize; 3],
    pub draw: usize,
    pub largest: f64,
}

impl Evaluation<'_> {
    pub fn value(&mut self, formula: &Formula, point: Point, t: usize) -> f64 {
        let x = match formula {
            Formula::Variable(v) => self.variables[*v].at(self.draw, point, t),
            Formula::Number(x) => *x,
            Formula::Unary(f, a) => {
                let a = self.value(a, point, t);
                match f {
                    Unary::Neg => -a,
                    Unary::Exp => a.exp(),
                    Unary::Ln => a.ln(),
                    Unary::Sqrt => a.sqrt(),
                    Unary::Logistic => 1.0 / (1.0 + (-a).exp()),
                }
            }
            Formula::Binary(f, a, b) => {
                let (a, b) = (self.value(a, point, t), self.value(b, point, t));
                match f {
                    Binary::Add => a + b,
                    Binary::Sub => a - b,
                    Binary::Mul => a * b,
                    Binary::Div => a / b,
                    Binary::Min => a.min(b),
                    Binary::Max => a.max(b),
                }
            }
            Formula::Clamp(a, low, high) => self.value(a, point, t).max(*low).min(*high),
            Formula::Sum(a, dim) => {
                let mut sum = 0.0;
                for element in 0..self.sizes[*dim] {
                    sum += self.value(a, moved(point, *dim, element), t);
                }
                sum
            }
            Formula::At(a, dim, element) => self.value(a, moved(point, *dim, *element), t),
            Formula::Stack(dim, parts) => self.value(&parts[point[*dim]], point, t),
            Formula::Cumulative(a) => {
                let mut sum = 0.0;
                for step in 0..=t {
                    sum += self.value(a, point, step);
                }
                sum
            }
            Formula::Ar1 { innovation, persistence, stationary } => {
                let phi = self.value(persistence, point, t);
                let mut x = 0.0;
                for step in 0..=t {
                    let e = self.value(innovation, point, step);
                    x = if step == 0 && *stationary {
                        e
                    } else {
                        phi * x + (1.0 - phi * phi).sqrt() * e
                    };
                }
                x
            }
        };
        self.largest = self.largest.max(x.abs());
        x
    }
}

fn moved(mut point: Point, dim: usize, element: usize) -> Point {
    point[dim] = element;
    point
}

impl Formula {
    /// The dimensions of the value, ascending, and whether it varies in time.
    pub fn shape(&self, variables: &[Variable], timed: &[bool]) -> (Vec<usize>, bool) {
        let shape = |f: &Formula| f.shape(variables, timed);
        let union = |a: (Vec<usize>, bool), b: (Vec<usize>, bool)| {
            let mut dims = [a.0, b.0].concat();
            dims.sort_unstable();
            dims.dedup();
            (dims, a.1 || b.1)
        };
        let without = |a: (Vec<usize>, bool), d: usize| {
            (a.0.into_iter().filter(|x| *x != d).collect::<Vec<_>>(), a.1)
        };
        match self {
            Formula::Variable(v) => union((variables[*v].dims.clone(), timed[*v]), (vec![], false)),
            Formula::Number(_) => (vec![], false),
            Formula::Unary(_, a) | Formula::Clamp(a, _, _) => shape(a),
            Formula::Binary(_, a, b) => union(shape(a), shape(b)),
            Formula::Sum(a, d) | Formula::At(a, d, _) => without(shape(a), *d),
            Formula::Stack(d, parts) => {
                parts.iter().fold((vec![*d], false), |s, part| union(s, shape(part)))
            }
            Formula::Cumulative(a) | Formula::Ar1 { innovation: a, .. } => {
                union(shape(a), (vec![], true))
            }
        }
    }
}
