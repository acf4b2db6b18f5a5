//! A bed for random tests: declares variables of every kind through the public
//! builder, supplies their values draw by draw, runs, and hands back every
//! draw of what was observed.
#![allow(dead_code, clippy::disallowed_methods, unreachable_pub)]

use crate::twin::formula::{Binary, Formula, Point, Unary, Variable};
use crate::twin::random::Random;
use blackmass::system::{Expr, Start, Values, stack, var};
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{Ensemble, Outcome, Plan, System, SystemBuilder};

pub const FIRST_YEAR: i32 = 2020;
pub const DIMENSIONS: [&str; 3] = ["a", "b", "c"];
/// Horizons around the tiles of four steps and the chunks of eight.
pub const HORIZONS: [usize; 8] = [1, 2, 3, 5, 40, 41, 43, 44];
/// Numbers of draws around the blocks of sixteen.
pub const DRAWS: [u32; 4] = [1, 16, 17, 33];

/// How a variable comes by its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    One,
    PerElement,
    PerYear,
    PerElementAndYear,
    Parameter,
    Noise,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::One,
        Self::PerElement,
        Self::PerYear,
        Self::PerElementAndYear,
        Self::Parameter,
        Self::Noise,
    ];
    /// Those that do not vary in time.
    pub const LASTING: [Self; 3] = [Self::One, Self::PerElement, Self::Parameter];

    pub fn is_timed(self) -> bool {
        !Self::LASTING.contains(&self)
    }
}

#[derive(Debug)]
pub struct Bed {
    pub b: SystemBuilder,
    pub random: Random,
    pub steps: usize,
    pub draws: u32,
    pub sizes: [usize; 3],
    pub variables: Vec<Variable>,
    pub timed: Vec<bool>,
    given: Vec<(String, Vec<f64>)>,
    observed: Vec<String>,
}

impl Bed {
    pub fn new(seed: u64, steps: usize, draws: u32) -> Self {
        let mut random = Random(seed);
        let sizes = [2 + random.below(2), 2 + random.below(4), 1 + random.below(3)];
        let mut b = System::builder("random", FIRST_YEAR..=FIRST_YEAR + steps as i32 - 1);
        for (name, size) in DIMENSIONS.iter().zip(sizes) {
            b.dimension(name, (0..size).map(label));
        }
        Self {
            b,
            random,
            steps,
            draws,
            sizes,
            variables: Vec::new(),
            timed: Vec::new(),
            given: Vec::new(),
            observed: Vec::new(),
        }
    }

    /// Some of these dimensions, in any order.
    pub fn some_of(&mut self, dims: &[usize]) -> Vec<usize> {
        let mut chosen: Vec<usize> =
            dims.iter().copied().filter(|_| self.random.chance(0.6)).collect();
        if self.random.chance(0.5) {
            chosen.reverse();
        }
        chosen
    }

    /// All coordinates along `dims`, the last running fastest.
    pub fn points(&self, dims: &[usize]) -> Vec<Point> {
        let mut points = vec![[0; 3]];
        for d in dims {
            points = points
                .into_iter()
                .flat_map(|p| {
                    (0..self.sizes[*d]).map(move |i| {
                        let mut p = p;
                        p[*d] = i;
                        p
                    })
                })
                .collect();
        }
        points
    }

    /// Declares a variable over `dims` with random values in a range.
    pub fn variable(&mut self, kind: Kind, dims: &[usize], low: f64, high: f64) -> usize {
        let name = format!("v{}", self.variables.len());
        let over: Vec<&str> = dims.iter().map(|d| DIMENSIONS[*d]).collect();
        let points = self.points(dims);
        let (n, steps) = (points.len(), self.steps);
        let random = &mut self.random;
        let table = |random: &mut Random, steps| -> Vec<Vec<f64>> {
            (0..n).map(|_| random.series(steps, low, high)).collect()
        };
        let values = match kind {
            Kind::One => {
                let x = random.between(low, high);
                self.b.constant(&name, &over, x);
                vec![vec![vec![x]; n]]
            }
            Kind::PerElement => {
                let v = table(random, 1);
                self.b.constant(&name, &over, Values::PerElement(v.concat()));
                vec![v]
            }
            Kind::PerYear => {
                let series = random.series(steps, low, high);
                self.b.constant(&name, &over, Values::PerYear(series.clone()));
                vec![vec![series; n]]
            }
            Kind::PerElementAndYear => {
                let v = table(random, steps);
                self.b.constant(&name, &over, Values::PerElementAndYear(v.clone()));
                vec![v]
            }
            Kind::Parameter | Kind::Noise => {
                let rows = if kind == Kind::Noise { steps } else { 1 };
                let mean = 0.5 * (low + high);
                let central = if kind == Kind::Noise { 0.0 } else { mean };
                let mut values = vec![vec![vec![central; rows]; n]];
                values.extend((0..self.draws).map(|_| table(random, rows)));
                if kind == Kind::Noise {
                    self.b.noise(&name, &over);
                } else {
                    let law = Distribution::normal(MeanStd { mean, std: 1.0 }).expect("valid");
                    self.b.parameter(&name, &over, law);
                }
                for (e, point) in points.iter().enumerate() {
                    let column = values[1..].iter().flat_map(|draw| draw[e].clone()).collect();
                    self.given.push((canonical(&name, dims, *point), column));
                }
                // Only what is used can be supplied.
                self.observe(&name);
                values
            }
        };
        self.variables.push(Variable { name, dims: dims.to_vec(), sizes: self.sizes, values });
        self.timed.push(kind.is_timed());
        self.variables.len() - 1
    }

    /// A variable of a random kind.
    pub fn any(&mut self, kinds: &[Kind], dims: &[usize], low: f64, high: f64) -> usize {
        let kind = self.random.pick(kinds);
        self.variable(kind, dims, low, high)
    }

    pub fn var(&self, v: usize) -> Expr {
        var(&self.variables[v].name)
    }

    pub fn observe(&mut self, name: &str) {
        self.b.observe(name, "1");
        self.observed.push(name.to_owned());
    }

    /// The numbers of a variable in a draw: a series for one element.
    pub fn series(&self, v: usize, draw: usize, point: Point) -> Vec<f64> {
        let mut evaluation = crate::twin::formula::Evaluation {
            variables: &self.variables,
            sizes: self.sizes,
            draw,
            largest: 0.0,
        };
        (0..self.steps).map(|t| evaluation.value(&Formula::Variable(v), point, t)).collect()
    }

    /// Runs what was declared.
    pub fn run(&self) -> Outcome {
        let system = self.b.clone().build().unwrap_or_else(|e| panic!("{e}"));
        let plan = Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"));
        let mut ensemble = Ensemble::new(&plan).draws(self.draws).threads(1);
        for name in &self.observed {
            ensemble = ensemble.keep(name);
        }
        for (name, values) in &self.given {
            ensemble = ensemble.given(name, values.clone());
        }
        ensemble.run().unwrap_or_else(|e| panic!("{e}"))
    }

    /// A formula of the twin in the words of the builder.
    pub fn expr(&self, formula: &Formula) -> Expr {
        match formula {
            Formula::Variable(v) => self.var(*v),
            Formula::Number(x) => (*x).into(),
            Formula::Unary(f, a) => {
                let a = self.expr(a);
                match f {
                    Unary::Neg => -a,
                    Unary::Exp => a.exp(),
                    Unary::Ln => a.ln(),
                    Unary::Sqrt => a.sqrt(),
                    Unary::Logistic => a.logistic(),
                }
            }
            Formula::Binary(f, a, b) => match (f, &**a, &**b) {
                (Binary::Add, Formula::Number(x), b) => *x + self.expr(b),
                (Binary::Sub, Formula::Number(x), b) => *x - self.expr(b),
                (Binary::Mul, Formula::Number(x), b) => *x * self.expr(b),
                (Binary::Div, Formula::Number(x), b) => *x / self.expr(b),
                (Binary::Add, a, b) => self.expr(a) + self.expr(b),
                (Binary::Sub, a, b) => self.expr(a) - self.expr(b),
                (Binary::Mul, a, b) => self.expr(a) * self.expr(b),
                (Binary::Div, a, b) => self.expr(a) / self.expr(b),
                (Binary::Min, a, b) => self.expr(a).min(self.expr(b)),
                (Binary::Max, a, b) => self.expr(a).max(self.expr(b)),
            },
            Formula::Clamp(a, low, high) => self.expr(a).clamp(*low, *high),
            Formula::Sum(a, d) => self.expr(a).sum(DIMENSIONS[*d]),
            Formula::At(a, d, e) => self.expr(a).at(DIMENSIONS[*d], label(*e)),
            Formula::Stack(d, parts) => stack(DIMENSIONS[*d], parts.iter().map(|p| self.expr(p))),
            Formula::Cumulative(a) => self.expr(a).cumulative(),
            Formula::Ar1 { innovation, persistence, stationary } => {
                let start = if *stationary { Start::Stationary } else { Start::Zero };
                self.expr(innovation).ar1(self.expr(persistence), start)
            }
        }
    }
}

/// The same along every dimension, so that one can name the elements of
/// another.
fn label(element: usize) -> String {
    format!("e{element}")
}

/// The name of the random stream of an element: labels in the order in which
/// the system declares its dimensions.
fn canonical(name: &str, dims: &[usize], point: Point) -> String {
    let mut dims = dims.to_vec();
    dims.sort_unstable();
    let labels: Vec<String> =
        dims.iter().map(|d| format!("{}={}", DIMENSIONS[*d], label(point[*d]))).collect();
    if labels.is_empty() { name.to_owned() } else { format!("{name}[{}]", labels.join(",")) }
}

/// An observed series: for each element its coordinates and, for the central
/// case and each draw, its numbers over all steps.
pub type Elements = Vec<(Point, Vec<Vec<f64>>)>;

/// A variable as the engine computed it, under a policy or as a difference.
pub fn elements(outcome: &Outcome, policy: &str, name: &str, difference: bool) -> Elements {
    let report =
        if difference { outcome.difference(policy, name) } else { outcome.report(policy, name) };
    let report = report.expect("observed");
    let dims: Vec<usize> = report
        .series()
        .dimensions
        .iter()
        .map(|name| DIMENSIONS.iter().position(|d| d == name).expect("declared"))
        .collect();
    let mut found = Vec::new();
    for (e, labels) in report.series().labels.iter().enumerate() {
        let mut point = [0; 3];
        for (d, label) in dims.iter().zip(labels) {
            point[*d] = label[1..].parse().expect("a number");
        }
        let mut by_draw = vec![Vec::new(); outcome.draws() as usize + 1];
        for year in outcome.years() {
            by_draw[0].push(report.summary(e, year).expect("a summary").central);
            let draws = outcome.draws_of(report, e, year).expect("kept");
            for (series, x) in by_draw[1..].iter_mut().zip(draws) {
                series.push(x);
            }
        }
        found.push((point, by_draw));
    }
    found
}
