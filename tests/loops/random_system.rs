//! Random systems whose variables feed back on each other, and what they are
//! when followed step by step.

use crate::bed::{Bed, DIMENSIONS, FIRST_YEAR, Kind};
use crate::twin::formula::Point;
use crate::twin::lifetime::{Law, Timing, table};
use blackmass::system::{Change, Expr, Override, Policy, Start, stack, var};
use blackmass::{CohortStock, Facilities, InflowTiming, Lifetime, Stockpile};
use std::collections::HashMap;

#[derive(Clone, Debug)]
pub enum Formula {
    Number(f64),
    /// A variable of the bed.
    Outside(usize),
    Member(usize),
    Output(usize, usize),
    Neg(Box<Formula>),
    Logistic(Box<Formula>),
    Binary(char, Box<Formula>, Box<Formula>),
    Sum(Box<Formula>, usize),
    At(Box<Formula>, usize, usize),
    Stack(usize, Vec<Formula>),
    Delayed(Box<Formula>, usize),
    Cumulative(Box<Formula>),
    Ar1(Box<Formula>, f64),
}

use Formula::{
    Ar1, At, Binary, Cumulative, Delayed, Logistic, Member, Neg, Number, Output, Outside, Sum,
};

fn two(f: char, a: Formula, b: Formula) -> Formula {
    Binary(f, Box::new(a), Box::new(b))
}

#[derive(Clone, Debug)]
pub enum Component {
    Cohort {
        inflow: Formula,
        mean: usize,
    },
    Facilities {
        feed: Formula,
        over: Vec<usize>,
        capacity: Formula,
        capacity_over: Vec<usize>,
        basis: Option<Formula>,
    },
    Stockpile {
        shortfall: Formula,
        target: f64,
        rate: f64,
    },
}

pub struct Random {
    pub bed: Bed,
    /// The dimensions and the formula of each member.
    pub members: Vec<(Vec<usize>, Formula)>,
    pub components: Vec<Component>,
    /// The variables of the bed that a policy may override.
    open: Vec<usize>,
    pub policies: Vec<Policy>,
}

impl Random {
    pub fn new(seed: u64, steps: usize, draws: u32) -> Self {
        let mut bed = Bed::new(seed, steps, draws);
        let n = 2 + bed.random.below(4);
        let members = (0..n)
            .map(|_| {
                let mut over = bed.some_of(&[0, 1]);
                over.sort_unstable();
                (over, Number(0.0))
            })
            .collect();
        let mut all =
            Self { bed, members, components: Vec::new(), open: Vec::new(), policies: Vec::new() };
        for i in 0..n {
            all.member(i);
        }
        all.policies();
        all.declare();
        all
    }

    fn outside(&mut self, over: &[usize], low: f64, high: f64) -> Formula {
        let v = self.bed.any(&Kind::ALL, over, low, high);
        self.open.push(v);
        Outside(v)
    }

    /// A member made to fit into some dimensions.
    fn fitted(&mut self, member: usize, into: &[usize]) -> Formula {
        let over = self.members[member].0.clone();
        let mut formula = Member(member);
        for d in over.into_iter().filter(|d| !into.contains(d)) {
            let size = self.bed.sizes[d];
            formula = match self.bed.random.below(4) {
                0 => two('*', Sum(Box::new(formula), d), Number(1.0 / size as f64)),
                1 => {
                    let weighed = two('*', self.outside(&[d], 0.0, 0.4), formula);
                    Sum(Box::new(weighed), d)
                }
                _ => At(Box::new(formula), d, self.bed.random.below(size)),
            };
        }
        formula
    }

    /// A formula within some dimensions, of the members before `now` and of
    /// earlier values of all.
    fn formula(&mut self, into: &[usize], depth: usize, now: usize) -> Formula {
        let n = self.members.len();
        if depth == 0 {
            return match self.bed.random.below(4) {
                0 => Number(self.bed.random.between(-1.0, 1.0)),
                1 => {
                    let over = self.bed.some_of(into);
                    self.outside(&over, -1.0, 1.0)
                }
                2 if now > 0 => {
                    let member = self.bed.random.below(now);
                    self.fitted(member, into)
                }
                _ => {
                    let member = self.bed.random.below(n);
                    let of = self.fitted(member, into);
                    Delayed(Box::new(of), 1 + self.bed.random.below(4))
                }
            };
        }
        let choice = self.bed.random.below(10);
        let delay = 1 + self.bed.random.below(4);
        // Whatever is delayed may be of any member.
        let within = if choice == 0 { n } else { now };
        let a = self.formula(into, depth - 1, within);
        match choice {
            0 => Delayed(Box::new(a), delay),
            1 => Neg(Box::new(a)),
            2 => two('*', Number(0.05), Cumulative(Box::new(a))),
            3 => Ar1(Box::new(a), 0.4),
            4 => {
                let b = self.formula(into, depth - 1, now);
                two('*', a, Logistic(Box::new(b)))
            }
            5 if !into.is_empty() => {
                let d = self.bed.random.pick(into);
                let rest: Vec<usize> = into.iter().copied().filter(|x| *x != d).collect();
                let parts = (0..self.bed.sizes[d]).map(|_| self.formula(&rest, depth - 1, now));
                Formula::Stack(d, parts.collect())
            }
            _ => {
                let f = self.bed.random.pick(&['+', '-', '<', '>']);
                let b = self.formula(into, depth - 1, now);
                two(f, a, b)
            }
        }
    }

    /// What a member or its component starts from: something over exactly its
    /// dimensions, most often the member before, the last one a step earlier.
    fn start(&mut self, i: usize) -> Formula {
        let over = self.members[i].0.clone();
        let mut sum = self.outside(&over, 0.5, 2.0);
        if self.bed.random.chance(0.8) {
            let before = if i == 0 {
                let last = self.members.len() - 1;
                let of = self.fitted(last, &over);
                Delayed(Box::new(of), 1 + self.bed.random.below(3))
            } else {
                self.fitted(i - 1, &over)
            };
            sum = two('+', sum, two('*', Number(0.3), before));
        }
        let depth = self.bed.random.below(3);
        let more = self.formula(&over, depth, i);
        two('+', sum, two('*', Number(0.15), more))
    }

    fn member(&mut self, i: usize) {
        let over = self.members[i].0.clone();
        let start = self.start(i);
        let c = self.components.len();
        let (formula, component) = match self.bed.random.below(8) {
            0 => {
                let mean = self.bed.any(&Kind::LASTING, &[], 0.8, 6.0);
                let port = self.bed.random.below(2);
                (Output(c, port), Component::Cohort { inflow: start, mean })
            }
            1 => {
                let mut capacity_over = self.bed.some_of(&over);
                capacity_over.sort_unstable();
                let last = self.members.len() - 1;
                let of = self.fitted(last, &capacity_over);
                let late = Logistic(Box::new(Delayed(Box::new(of), 1)));
                let size = two('>', self.outside(&capacity_over, 0.3, 3.0), Number(0.1));
                let capacity = two('*', size, two('+', Number(0.5), late));
                let basis = self.bed.random.chance(0.4).then(|| {
                    let of = self.fitted(i, &capacity_over);
                    let late = Delayed(Box::new(of), 1);
                    let base = self.outside(&capacity_over, 0.5, 2.0);
                    two('+', base, two('*', Number(0.1), late))
                });
                let feed = two('>', start, Number(0.0));
                let port = self.bed.random.below(2);
                let component =
                    Component::Facilities { feed, over, capacity, capacity_over, basis };
                (Output(c, port), component)
            }
            2 => {
                let shortfall = two('-', start, Number(1.0));
                let component = Component::Stockpile { shortfall, target: 2.0, rate: 0.7 };
                (Output(c, self.bed.random.below(3)), component)
            }
            _ => {
                self.members[i].1 = start;
                return;
            }
        };
        self.members[i].1 = formula;
        self.components.push(component);
    }

    fn policies(&mut self) {
        let steps = self.bed.steps;
        let outside = self.bed.random.pick(&self.open);
        let member = self.bed.random.below(self.members.len());
        let apart = self.bed.variable(Kind::One, &[], 1.0, 2.0);
        self.bed.b.variable("apart", self.bed.var(apart) * 2.0).observe("apart", "1");
        let names = [
            self.bed.variables[outside].name.clone(),
            format!("m{member}"),
            self.bed.variables[apart].name.clone(),
        ];
        self.policies.push(Policy { name: "none".into(), overrides: Vec::new() });
        for (name, policy) in names.into_iter().zip(["outside", "inside", "apart"]) {
            let from = FIRST_YEAR + self.bed.random.below(steps) as i32;
            let ramp = self.bed.random.below(4) as u32;
            let change = match self.bed.random.below(3) {
                0 => Change::Set(1.5),
                1 => Change::Multiply(0.6),
                _ => Change::Add(0.4),
            };
            let overrides = vec![Override { name, change, from, ramp }];
            self.policies.push(Policy { name: policy.into(), overrides });
        }
    }

    fn declare(&mut self) {
        for policy in &self.policies {
            self.bed.b.policy(policy.clone());
        }
        for (c, component) in self.components.clone().into_iter().enumerate() {
            let name = format!("c{c}");
            match component {
                Component::Cohort { inflow, mean } => {
                    let lifetime = Lifetime::exponential_from_mean(self.bed.var(mean).max(0.5))
                        .inflow_at(InflowTiming::Start);
                    let inflow = self.expr(&inflow);
                    self.bed.b.cohort_stock(CohortStock { name, inflow, lifetime });
                }
                Component::Facilities { feed, capacity, basis, .. } => {
                    let (feed, capacity) = (self.expr(&feed), self.expr(&capacity));
                    let basis = basis.map(|basis| self.expr(&basis));
                    self.bed.b.facilities(Facilities { name, feed, capacity, basis });
                }
                Component::Stockpile { shortfall, target, rate } => {
                    let shortfall = self.expr(&shortfall);
                    let (target, rate) = (target.into(), rate.into());
                    self.bed.b.stockpile(Stockpile { name, shortfall, target, rate });
                }
            }
        }
        for i in 0..self.members.len() {
            let formula = self.expr(&self.members[i].1);
            let name = format!("m{i}");
            self.bed.b.variable(&name, formula);
            self.bed.observe(&name);
        }
    }

    fn expr(&self, formula: &Formula) -> Expr {
        let of = |f: &Formula| self.expr(f);
        match formula {
            Number(x) => (*x).into(),
            Outside(v) => self.bed.var(*v),
            Member(i) => var(format!("m{i}")),
            Output(c, port) => {
                let ports: &[&str] = match self.components[*c] {
                    Component::Cohort { .. } => &["stock", "outflow"],
                    Component::Facilities { .. } => &["processed", "backlog"],
                    Component::Stockpile { .. } => &["stock", "release", "refill"],
                };
                var(format!("c{c}.{}", ports[*port]))
            }
            Neg(a) => -of(a),
            Logistic(a) => of(a).logistic(),
            Binary('+', a, b) => of(a) + of(b),
            Binary('-', a, b) => of(a) - of(b),
            Binary('*', a, b) => of(a) * of(b),
            Binary('<', a, b) => of(a).min(of(b)),
            Binary(_, a, b) => of(a).max(of(b)),
            Sum(a, d) => of(a).sum(DIMENSIONS[*d]),
            At(a, d, e) => of(a).at(DIMENSIONS[*d], format!("e{e}")),
            Formula::Stack(d, parts) => stack(DIMENSIONS[*d], parts.iter().map(of)),
            Delayed(a, k) => of(a).delayed(*k as u32),
            Cumulative(a) => of(a).cumulative(),
            Ar1(a, phi) => of(a).ar1(*phi, Start::Zero),
        }
    }
}

/// One draw under one policy, step by step; each number is computed once.
pub struct Followed<'a> {
    pub system: &'a Random,
    pub draw: usize,
    pub policy: &'a Policy,
    members: HashMap<(usize, Point, usize), f64>,
    outputs: HashMap<(usize, usize, Point, usize), f64>,
    /// What is left of a facility's basis.
    basis: HashMap<(usize, Point, usize), f64>,
    series: HashMap<(usize, Point), Vec<f64>>,
    tables: HashMap<usize, Vec<f64>>,
}

impl<'a> Followed<'a> {
    pub fn new(system: &'a Random, draw: usize, policy: &'a Policy) -> Self {
        Self {
            system,
            draw,
            policy,
            members: HashMap::new(),
            outputs: HashMap::new(),
            basis: HashMap::new(),
            series: HashMap::new(),
            tables: HashMap::new(),
        }
    }

    fn changed(&self, name: &str, mut x: f64, t: usize) -> f64 {
        for change in self.policy.overrides.iter().filter(|o| o.name == name) {
            let since = f64::from(FIRST_YEAR) + t as f64 - f64::from(change.from);
            let r = if since < 0.0 {
                0.0
            } else if since >= f64::from(change.ramp) {
                1.0
            } else {
                since / f64::from(change.ramp)
            };
            x = match change.change {
                Change::Set(v) => x * (1.0 - r) + v * r,
                Change::Multiply(f) => x * (1.0 + (f - 1.0) * r),
                Change::Add(a) => x + a * r,
            };
        }
        x
    }

    pub fn member(&mut self, i: usize, point: Point, t: usize) -> f64 {
        let system = self.system;
        let (over, formula) = &system.members[i];
        let point = masked(point, over);
        if let Some(x) = self.members.get(&(i, point, t)) {
            return *x;
        }
        let x = self.value(formula, point, t);
        let x = self.changed(&format!("m{i}"), x, t);
        self.members.insert((i, point, t), x);
        x
    }

    fn outside(&mut self, v: usize, point: Point, t: usize) -> f64 {
        let bed = &self.system.bed;
        let point = masked(point, &bed.variables[v].dims);
        let draw = self.draw;
        let series = self.series.entry((v, point)).or_insert_with(|| bed.series(v, draw, point));
        let x = series[t];
        self.changed(&bed.variables[v].name, x, t)
    }

    fn value(&mut self, formula: &Formula, point: Point, t: usize) -> f64 {
        match formula {
            Number(x) => *x,
            Outside(v) => self.outside(*v, point, t),
            Member(i) => self.member(*i, point, t),
            Output(c, port) => self.output(*c, *port, point, t),
            Neg(a) => -self.value(a, point, t),
            Logistic(a) => 1.0 / (1.0 + (-self.value(a, point, t)).exp()),
            Binary(f, a, b) => {
                let (a, b) = (self.value(a, point, t), self.value(b, point, t));
                match f {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '<' => a.min(b),
                    _ => a.max(b),
                }
            }
            Sum(a, d) => {
                (0..self.system.bed.sizes[*d]).map(|e| self.value(a, moved(point, *d, e), t)).sum()
            }
            At(a, d, e) => self.value(a, moved(point, *d, *e), t),
            Formula::Stack(d, parts) => self.value(&parts[point[*d]], point, t),
            Delayed(a, k) if t >= *k => self.value(a, point, t - k),
            Delayed(..) => 0.0,
            Cumulative(a) => (0..=t).map(|s| self.value(a, point, s)).sum(),
            Ar1(a, phi) => {
                let scale = (1.0 - phi * phi).sqrt();
                (0..=t).fold(0.0, |x, s| phi * x + scale * self.value(a, point, s))
            }
        }
    }

    fn output(&mut self, c: usize, port: usize, point: Point, t: usize) -> f64 {
        let system = self.system;
        if let Some(x) = self.outputs.get(&(c, port, point, t)) {
            return *x;
        }
        match &system.components[c] {
            Component::Cohort { inflow, mean } => {
                let (bed, draw) = (&system.bed, self.draw);
                let left = self.tables.entry(c).or_insert_with(|| {
                    let mean = bed.series(*mean, draw, [0; 3])[0];
                    table(Law::Exponential, mean, 1.0, Timing::Start, bed.steps)
                });
                let left = left.clone();
                let (mut stock, mut outflow) = (0.0, 0.0);
                for entry in 0..=t {
                    let (x, age) = (self.value(inflow, point, entry), t - entry);
                    stock += x * left[age];
                    outflow += x * (if age == 0 { 1.0 } else { left[age - 1] } - left[age]);
                }
                if port == 0 { stock } else { outflow }
            }
            Component::Stockpile { shortfall, target, rate } => {
                let before = if t == 0 { 0.0 } else { self.output(c, 0, point, t - 1) };
                let short = self.value(shortfall, point, t);
                let release = before.min(short.max(0.0));
                let wanted = (target - before).max(0.0).min(*rate);
                let refill = if short > 0.0 { 0.0 } else { wanted };
                let all = [before - release + refill, release, refill];
                for (port, x) in all.iter().enumerate() {
                    self.outputs.insert((c, port, point, t), *x);
                }
                all[port]
            }
            Component::Facilities { feed, over, capacity, capacity_over, basis } => {
                let place = masked(point, capacity_over);
                let rest: Vec<usize> =
                    over.iter().copied().filter(|d| !capacity_over.contains(d)).collect();
                let points: Vec<Point> = system
                    .bed
                    .points(&rest)
                    .into_iter()
                    .map(|mut p| {
                        capacity_over.iter().for_each(|d| p[*d] = place[*d]);
                        p
                    })
                    .collect();
                let mut held = Vec::new();
                for p in &points {
                    let before = if t == 0 { 0.0 } else { self.output(c, 1, *p, t - 1) };
                    held.push(before + self.value(feed, *p, t));
                }
                let mut total: f64 = held.iter().sum();
                if let Some(basis) = basis {
                    let before = if t == 0 { 0.0 } else { self.basis[&(c, place, t - 1)] };
                    total = before + self.value(basis, place, t);
                }
                let capacity = self.value(capacity, place, t);
                let share = if total > capacity { capacity / total } else { 1.0 };
                self.basis.insert((c, place, t), total * (1.0 - share));
                for (p, held) in points.iter().zip(held) {
                    self.outputs.insert((c, 0, *p, t), held * share);
                    self.outputs.insert((c, 1, *p, t), held * (1.0 - share));
                }
                self.outputs[&(c, port, point, t)]
            }
        }
    }
}

fn moved(mut point: Point, dim: usize, element: usize) -> Point {
    point[dim] = element;
    point
}

/// The coordinates along some dimensions, zero along the others.
fn masked(point: Point, over: &[usize]) -> Point {
    let mut masked = [0; 3];
    over.iter().for_each(|d| masked[*d] = point[*d]);
    masked
}
