//! From formulas and components to operations. Equal operations are made
//! once, whichever policy or formula asks for them.

use super::arena::Value;
use super::fold::{Table, select};
use super::leaf::{Leaf, Tree, through};
use super::ops::{
    Ar1, Code, Cumulative, Delayed, Draw, Factor, Instruction, Map, Noise, Op, Reduce, Source,
    Stack, Step,
};
use crate::sampling::StreamKey;
use crate::system::{
    Binary, Change, Dimension, Expr, Kind, Node, Override, Shape, Start, System, Unary,
};
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) struct Lowering<'a> {
    pub(crate) system: &'a System,
    pub(crate) steps: Vec<Step>,
    /// Shape of each value made so far.
    pub(crate) shapes: Vec<Shape>,
    /// Equal operations, found by what they say.
    made: HashMap<String, Vec<Value>>,
    /// The policy at hand.
    policy: usize,
    /// Lowered variables of each policy.
    variables: Vec<HashMap<usize, Leaf>>,
    overrides: HashMap<usize, Vec<&'a Override>>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        Self {
            system,
            steps: Vec::new(),
            shapes: Vec::new(),
            made: HashMap::new(),
            policy: 0,
            variables: vec![HashMap::new(); system.policies.len()],
            overrides: HashMap::new(),
        }
    }

    /// Goes on under another policy.
    pub(crate) fn policy(&mut self, policy: usize) {
        self.policy = policy;
        self.overrides.clear();
        for change in &self.system.policies[policy].overrides {
            if let Some(at) = self.system.index.get(&change.name) {
                self.overrides.entry(*at).or_default().push(change);
            }
        }
    }

    pub(super) fn dims(&self) -> &'a [Dimension] {
        &self.system.dimensions
    }

    pub(super) fn map(&self, outer: &Shape, inner: &Shape) -> Arc<[u32]> {
        outer.index_into(inner, self.dims()).into()
    }

    /// Adds an operation, or finds the equal one made before.
    pub(crate) fn emit(&mut self, op: Op, shapes: &[Shape]) -> Vec<Value> {
        let says = format!("{op:?}");
        if let Some(outs) = self.made.get(&says) {
            return outs.clone();
        }
        let outs: Vec<Value> =
            (0..shapes.len()).map(|i| Value((self.shapes.len() + i) as u32)).collect();
        self.shapes.extend_from_slice(shapes);
        self.steps.push(Step { op, outs: outs.clone() });
        self.made.insert(says, outs.clone());
        outs
    }

    pub(super) fn emit_one(&mut self, op: Op, shape: Shape) -> Leaf {
        let outs = self.emit(op, std::slice::from_ref(&shape));
        Leaf::Value(outs[0], shape)
    }

    /// A variable under the policy at hand.
    pub(crate) fn variable(&mut self, at: usize) -> Leaf {
        if let Some(leaf) = self.variables[self.policy].get(&at) {
            return leaf.clone();
        }
        let definition = &self.system.definitions[at];
        let shape = definition.shape.clone();
        let names = || shape.element_names(&definition.name, self.dims());
        let mut leaf = match &definition.kind {
            Kind::Constant(values) => {
                Leaf::Table(Table { shape, values: values.as_slice().into() })
            }
            Kind::Parameter(laws, streams) => {
                let names = if streams.is_empty() { names() } else { streams.clone() };
                let keys = names.iter().map(|n| StreamKey::of(n));
                let elements = keys.zip(laws.iter().cloned()).collect();
                self.emit_one(Op::Draw(Draw { elements }), shape)
            }
            Kind::Noise => {
                let elements = names().iter().map(|n| StreamKey::of(n)).collect();
                self.emit_one(Op::Noise(Noise { elements }), shape)
            }
            Kind::Formula(formula) => self.lower(formula),
            Kind::Output { component, port } => self.component(*component, *port),
        };
        for change in self.overrides.get(&at).cloned().unwrap_or_default() {
            leaf = self.apply(leaf, change);
        }
        self.variables[self.policy].insert(at, leaf.clone());
        leaf
    }

    fn apply(&mut self, x: Leaf, change: &Override) -> Leaf {
        let weights = change.weights(self.system.start, self.system.steps);
        let table = |values: Vec<f64>| {
            let shape = Shape::new(Vec::new(), true);
            Tree::Leaf(Leaf::Table(Table { shape, values: values.into() }))
        };
        let scaled =
            |factor: f64, plus: f64| table(weights.iter().map(|r| plus + factor * r).collect());
        let x = Tree::Leaf(x);
        let tree = match change.change {
            // x·(1 − r) + v·r
            Change::Set(v) => {
                let kept = self.binary(Binary::Mul, x, scaled(-1.0, 1.0));
                self.binary(Binary::Add, kept, scaled(v, 0.0))
            }
            // x·(1 + (f − 1)·r)
            Change::Multiply(f) => self.binary(Binary::Mul, x, scaled(f - 1.0, 1.0)),
            // x + a·r
            Change::Add(a) => self.binary(Binary::Add, x, scaled(a, 0.0)),
        };
        self.finish(tree)
    }

    /// An expression, as a finished value or a table.
    pub(crate) fn lower(&mut self, expr: &Expr) -> Leaf {
        let tree = self.tree(expr);
        self.finish(tree)
    }

    /// A value in the arena, even for a table.
    pub(crate) fn value(&mut self, leaf: Leaf) -> (Value, Shape) {
        match leaf {
            Leaf::Value(value, shape) => (value, shape),
            Leaf::Part(_, ref shape, _) => {
                let shape = shape.clone();
                (self.program(&Tree::Leaf(leaf), &shape), shape)
            }
            Leaf::Table(table) => {
                let shape = table.shape.clone();
                (self.program(&Tree::Leaf(Leaf::Table(table)), &shape), shape)
            }
        }
    }

    pub(super) fn lower_value(&mut self, expr: &Expr) -> (Value, Shape) {
        let leaf = self.lower(expr);
        self.value(leaf)
    }

    fn finish(&mut self, tree: Tree) -> Leaf {
        match tree {
            Tree::Leaf(leaf) => leaf,
            _ => {
                let shape = tree.shape().clone();
                Leaf::Value(self.program(&tree, &shape), shape)
            }
        }
    }

    fn tree(&mut self, expr: &Expr) -> Tree {
        match &expr.0 {
            Node::Number(x) => Tree::Leaf(Leaf::Table(Table::number(*x))),
            // Refused when the system was built.
            Node::TooDeep => Tree::Leaf(Leaf::Table(Table::number(f64::NAN))),
            Node::Var(name) => {
                // Every name was resolved when the system was built.
                let at = self.system.index.get(name).copied().unwrap_or_default();
                Tree::Leaf(self.variable(at))
            }
            Node::Unary(f, a) => {
                let a = self.tree(a);
                let code = match f {
                    Unary::Neg => Code::Neg,
                    Unary::Exp => Code::Exp,
                    Unary::Ln => Code::Ln,
                    Unary::Sqrt => Code::Sqrt,
                    Unary::Logistic => Code::Logistic,
                };
                if let Tree::Leaf(Leaf::Table(table)) = &a {
                    let zero = Table::number(0.0);
                    let folded = table.apply(code, &zero, self.dims(), self.system.steps);
                    return Tree::Leaf(Leaf::Table(folded));
                }
                let shape = a.shape().clone();
                Tree::Unary(code, Box::new(a), shape)
            }
            Node::Binary(f, a, b) => {
                let a = self.tree(a);
                let b = self.tree(b);
                self.binary(*f, a, b)
            }
            Node::Sum(..) => Tree::Leaf(self.sum(expr)),
            Node::At(a, dim, element) => {
                let leaf = self.lower(a);
                let dim = self.dims().iter().position(|d| d.name == *dim).unwrap_or_default();
                let element =
                    self.dims()[dim].elements.iter().position(|e| e == element).unwrap_or_default();
                Tree::Leaf(self.at(leaf, dim, element))
            }
            Node::Stack(dim, parts) => Tree::Leaf(self.stack(dim, parts)),
            Node::Cumulative(a) => Tree::Leaf(match self.lower(a) {
                Leaf::Table(table) => Leaf::Table(table.cumulative(self.dims(), self.system.steps)),
                leaf => {
                    let (input, shape) = self.value(leaf);
                    let elements = shape.elements(self.dims());
                    let op = Cumulative { input, timed: shape.timed, elements };
                    self.emit_one(Op::Cumulative(op), shape.timed(true))
                }
            }),
            Node::Delayed(a, delay) => Tree::Leaf(match self.lower(a) {
                Leaf::Table(table) => {
                    Leaf::Table(table.delayed(*delay as usize, self.dims(), self.system.steps))
                }
                leaf => {
                    let (input, shape) = self.value(leaf);
                    let elements = shape.elements(self.dims());
                    let delay = *delay as usize;
                    let op = Delayed { input, timed: shape.timed, elements, delay };
                    self.emit_one(Op::Delayed(op), shape.timed(true))
                }
            }),
            Node::AtYear(a, year) => {
                let step = i64::from(*year) - i64::from(self.system.start);
                let step = usize::try_from(step).unwrap_or_default();
                Tree::Leaf(self.lower(a).at_step(self, step))
            }
            Node::Ar1 { innovation, persistence, start } => {
                // An innovation that does not vary in time is the same in every step.
                let innovation = self.lower(innovation);
                let shape = innovation.shape().clone().timed(true);
                let innovation = match innovation {
                    Leaf::Value(value, inner) if inner.timed => value,
                    leaf => self.program(&Tree::Leaf(leaf), &shape),
                };
                let (persistence, inner) = self.lower_value(persistence);
                let map = self.map(&shape, &inner);
                let stationary = *start == Start::Stationary;
                let op = Ar1 { innovation, persistence, map, stationary };
                Tree::Leaf(self.emit_one(Op::Ar1(op), shape))
            }
        }
    }

    fn binary(&mut self, f: Binary, a: Tree, b: Tree) -> Tree {
        if let (Tree::Leaf(Leaf::Table(x)), Tree::Leaf(Leaf::Table(y))) = (&a, &b) {
            let folded = x.apply(forward(f), y, self.dims(), self.system.steps);
            return Tree::Leaf(Leaf::Table(folded));
        }
        let shape = a.shape().union(b.shape());
        // A part with fewer elements or steps is computed once, apart.
        let a = self.hoisted(a, &shape);
        let b = self.hoisted(b, &shape);
        Tree::Binary(f, Box::new(a), Box::new(b), shape)
    }

    fn hoisted(&mut self, tree: Tree, shape: &Shape) -> Tree {
        if matches!(tree, Tree::Leaf(_)) || tree.shape() == shape {
            tree
        } else {
            Tree::Leaf(self.finish(tree))
        }
    }

    /// Emits the program of a tree over `shape`.
    fn program(&mut self, tree: &Tree, shape: &Shape) -> Value {
        let mut program = Vec::new();
        self.instructions(tree, shape, 0, &mut program);
        let elements = shape.elements(self.dims());
        let op = Op::Map(Map { elements, timed: shape.timed, program });
        self.emit(op, std::slice::from_ref(shape))[0]
    }

    fn source(&self, leaf: &Leaf, shape: &Shape) -> Source {
        let map = self.map(shape, leaf.shape());
        match leaf {
            Leaf::Value(value, inner) => Source::Value { value: *value, map, timed: inner.timed },
            Leaf::Part(value, inner, of) => {
                Source::Value { value: *value, map: through(of, &map), timed: inner.timed }
            }
            Leaf::Table(table) if table.values.len() == 1 => Source::Number(table.values[0]),
            Leaf::Table(table) => {
                Source::Table { table: table.values.clone(), map, timed: table.shape.timed }
            }
        }
    }

    fn instructions(&self, tree: &Tree, shape: &Shape, at: usize, out: &mut Vec<Instruction>) {
        let push_to = |out: &mut Vec<Instruction>, code, source| {
            out.push(Instruction { code, target: at, left: None, source });
        };
        match tree {
            Tree::Leaf(leaf) => push_to(out, Code::Copy, self.source(leaf, shape)),
            Tree::Unary(code, a, _) => {
                self.instructions(a, shape, at, out);
                push_to(out, *code, Source::None);
            }
            Tree::Binary(f, a, b, _) => match (&**a, &**b) {
                (Tree::Leaf(a), Tree::Leaf(b)) => {
                    let (mut left, mut right) = (self.source(a, shape), self.source(b, shape));
                    let mut code = forward(*f);
                    // A series goes first, so that one pass does.
                    if right.is_series() && !left.is_series() {
                        (left, right) = (right, left);
                        code = backward(*f);
                    }
                    let left = Some(left);
                    out.push(Instruction { code, target: at, left, source: right });
                }
                (_, Tree::Leaf(b)) => {
                    self.instructions(a, shape, at, out);
                    push_to(out, forward(*f), self.source(b, shape));
                }
                (Tree::Leaf(a), _) => {
                    self.instructions(b, shape, at, out);
                    push_to(out, backward(*f), self.source(a, shape));
                }
                _ => {
                    self.instructions(a, shape, at, out);
                    self.instructions(b, shape, at + 1, out);
                    push_to(out, forward(*f), Source::Register(at + 1));
                }
            },
        }
    }

    fn at(&mut self, leaf: Leaf, dim: usize, element: usize) -> Leaf {
        match leaf {
            Leaf::Table(table) => {
                Leaf::Table(table.at(dim, element, self.dims(), self.system.steps))
            }
            Leaf::Value(value, inner) => {
                let of = select(&inner, dim, element, self.dims());
                Leaf::Part(value, inner.without(dim), of.into())
            }
            Leaf::Part(value, inner, of) => {
                let within = select(&inner, dim, element, self.dims());
                Leaf::Part(value, inner.without(dim), through(&of, &within))
            }
        }
    }

    fn stack(&mut self, dim: &str, parts: &[Expr]) -> Leaf {
        let dim = self.dims().iter().position(|d| d.name == dim).unwrap_or_default();
        let leaves: Vec<Leaf> = parts.iter().map(|part| self.lower(part)).collect();
        let along = Shape::new(vec![dim], false);
        let shape = leaves.iter().fold(along.clone(), |shape, leaf| shape.union(leaf.shape()));
        let position = shape.index_into(&along, self.dims());
        let maps: Vec<Vec<u32>> =
            leaves.iter().map(|leaf| shape.index_into(leaf.shape(), self.dims())).collect();
        if leaves.iter().all(|leaf| matches!(leaf, Leaf::Table(_))) {
            let tables: Vec<&Table> = leaves
                .iter()
                .filter_map(|leaf| if let Leaf::Table(table) = leaf { Some(table) } else { None })
                .collect();
            return Leaf::Table(Table::stack(&tables, shape, &position, &maps, self.system.steps));
        }
        let mut elements = Vec::new();
        let mut parts = Vec::new();
        for (leaf, map) in leaves.into_iter().zip(maps) {
            parts.push(match leaf {
                Leaf::Part(value, inner, of) => (value, through(&of, &map), inner.timed),
                leaf => {
                    let (value, inner) = self.value(leaf);
                    (value, map.into(), inner.timed)
                }
            });
        }
        for (e, at) in position.iter().enumerate() {
            let (value, map, timed) = &parts[*at as usize];
            elements.push((*value, map[e], *timed));
        }
        let op = Stack { elements, timed: shape.timed };
        self.emit_one(Op::Stack(op), shape)
    }

    /// Nested sums, and a product right below them, in one operation.
    fn sum(&mut self, expr: &Expr) -> Leaf {
        let mut dims = Vec::new();
        let mut inner = expr;
        while let Node::Sum(a, dim) = &inner.0 {
            dims.extend(self.dims().iter().position(|d| d.name == *dim));
            inner = a;
        }
        let (a, b) = match &inner.0 {
            Node::Binary(Binary::Mul, a, b) => (self.lower(a), Some(self.lower(b))),
            _ => (self.lower(inner), None),
        };
        let (a, b) = match (a, b) {
            (Leaf::Table(x), None) => {
                let shape = dims.iter().fold(x.shape.clone(), |s, d| s.without(*d));
                return Leaf::Table(x.sum_to(&shape, self.dims(), self.system.steps));
            }
            (Leaf::Table(x), Some(Leaf::Table(y))) => {
                let product = x.apply(Code::Mul, &y, self.dims(), self.system.steps);
                let shape = dims.iter().fold(product.shape.clone(), |s, d| s.without(*d));
                return Leaf::Table(product.sum_to(&shape, self.dims(), self.system.steps));
            }
            (a @ Leaf::Table(_), Some(b)) => (b, Some(a)),
            (a, b) => (a, b),
        };
        let full = b.as_ref().map_or(a.shape().clone(), |b| a.shape().union(b.shape()));
        let shape = dims.iter().fold(full.clone(), |s, d| s.without(*d));
        let elements = shape.elements(self.dims());
        let mut order: Vec<Vec<u32>> = vec![Vec::new(); elements];
        for (f, e) in full.index_into(&shape, self.dims()).iter().enumerate() {
            order[*e as usize].push(f as u32);
        }
        let summands = order.first().map_or(0, Vec::len);
        let factor = |leaf: &Leaf| {
            let index = full.index_into(leaf.shape(), self.dims());
            let map: Arc<[u32]> = order.iter().flatten().map(|f| index[*f as usize]).collect();
            match leaf {
                Leaf::Part(value, shape, of) => {
                    Factor::Value { value: *value, map: through(of, &map), timed: shape.timed }
                }
                Leaf::Value(value, shape) => {
                    Factor::Value { value: *value, map, timed: shape.timed }
                }
                Leaf::Table(table) => {
                    Factor::Table { table: table.values.clone(), map, timed: table.shape.timed }
                }
            }
        };
        let source_elements = match &a {
            Leaf::Part(value, ..) => self.shapes[value.0 as usize].elements(self.dims()),
            a => a.shape().elements(self.dims()),
        };
        let (a, b) = (factor(&a), b.as_ref().map_or(Factor::One, factor));
        let op = Reduce { elements, summands, timed: shape.timed, source_elements, a, b };
        self.emit_one(Op::Reduce(op), shape)
    }

    /// w·a + (1 − w)·b
    pub(super) fn mixed(&mut self, share: &Leaf, a: Leaf, b: Leaf) -> Leaf {
        let one = Tree::Leaf(Leaf::Table(Table::number(1.0)));
        let first = self.binary(Binary::Mul, Tree::Leaf(share.clone()), Tree::Leaf(a));
        let rest = self.binary(Binary::Sub, one, Tree::Leaf(share.clone()));
        let second = self.binary(Binary::Mul, rest, Tree::Leaf(b));
        let tree = self.binary(Binary::Add, first, second);
        self.finish(tree)
    }

    /// The value of `a` under one policy minus that under another.
    pub(crate) fn difference(&mut self, a: (Value, Shape), b: (Value, Shape)) -> (Value, Shape) {
        let leaf = |(value, shape)| Tree::Leaf(Leaf::Value(value, shape));
        let tree = self.binary(Binary::Sub, leaf(a), leaf(b));
        let leaf = self.finish(tree);
        self.value(leaf)
    }
}

/// d ← d ∘ s
fn forward(f: Binary) -> Code {
    match f {
        Binary::Add => Code::Add,
        Binary::Sub => Code::Sub,
        Binary::Mul => Code::Mul,
        Binary::Div => Code::Div,
        Binary::Min => Code::Min,
        Binary::Max => Code::Max,
        Binary::AtLeast => Code::AtLeast,
    }
}

/// d ← s ∘ d
fn backward(f: Binary) -> Code {
    match f {
        Binary::Sub => Code::SubFrom,
        Binary::Div => Code::DivInto,
        Binary::AtLeast => Code::AtMost,
        other => forward(other),
    }
}
