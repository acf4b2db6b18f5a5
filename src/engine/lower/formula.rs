//! Elementwise formulas, and formulas along time.

use super::Lowering;
use crate::engine::arena::Value;
use crate::engine::fold::Table;
use crate::engine::leaf::{Leaf, Tree, through};
use crate::engine::ops::{Ar1, Code, Cumulative, Delayed, Instruction, Map, Op, Source};
use crate::system::{Binary, Expr, Node, Shape, Start, Unary};

impl Lowering<'_> {
    pub(super) fn tree(&mut self, expr: &Expr) -> Tree {
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
            Node::UpTo(a, limit) => self.up_to(a, limit),
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
                    let shape = shape.timed(true);
                    let past = self.past(&shape, |l| l.lower(expr));
                    let outs =
                        self.emit_after(Op::Cumulative(op), std::slice::from_ref(&shape), past);
                    Leaf::Value(outs[0], shape)
                }
            }),
            Node::Delayed(a, delay) => Tree::Leaf(self.delayed(a, *delay as usize)),
            Node::AtYear(a, year) => {
                let step = i64::from(*year) - i64::from(self.system.start);
                let step = usize::try_from(step).unwrap_or_default();
                let leaf = if step < self.since() && self.policy != 0 {
                    self.under_reference(|l| l.lower(a).at_step(l, step))
                } else {
                    self.lower(a).at_step(self, step)
                };
                self.foresee(&leaf, a, step);
                Tree::Leaf(leaf)
            }
            Node::Events(events, parts) => Tree::Leaf(self.events(events, parts)),
            Node::Ar1 { innovation, persistence, start } => {
                // An innovation that does not vary in time is the same in every step.
                let innovation = self.lower(innovation);
                let shape = innovation.shape().clone().timed(true);
                let innovation = self.spread(innovation, &shape);
                let (persistence, inner) = self.lower_value(persistence);
                let map = self.map(&shape, &inner);
                let stationary = *start == Start::Stationary;
                let op = Ar1 { innovation, persistence, map, stationary };
                Tree::Leaf(self.emit_one(Op::Ar1(op), shape))
            }
        }
    }

    /// x·min(Σx, limit)/Σx, the sum over the dimensions that the limit has not.
    fn up_to(&mut self, x: &Expr, limit: &Expr) -> Tree {
        let (outer, inner) = (self.lower(x).shape().clone(), self.lower(limit).shape().clone());
        let (x, limit) = (x.clone().max(0.0), limit.clone().max(0.0));
        let summed: Vec<&str> = outer
            .dims
            .iter()
            .filter(|d| !inner.dims.contains(d))
            .map(|d| self.dims()[*d].name())
            .collect();
        if summed.is_empty() {
            return self.tree(&x.min(limit));
        }
        let total = summed.into_iter().fold(x.clone(), Expr::sum);
        // Of nothing, no share.
        let share = total.clone().min(limit) / total.max(f64::MIN_POSITIVE);
        self.tree(&(x * share))
    }

    fn delayed(&mut self, a: &Expr, delay: usize) -> Leaf {
        if let Some(leaf) = self.delayed_within(a, delay) {
            return leaf;
        }
        match self.lower(a) {
            Leaf::Table(table) => Leaf::Table(table.delayed(delay, self.dims(), self.system.steps)),
            leaf => {
                let (input, shape) = self.value(leaf);
                let elements = shape.elements(self.dims());
                let op = Delayed { input, timed: shape.timed, elements, delay };
                self.emit_one(Op::Delayed(op), shape.timed(true))
            }
        }
    }

    pub(super) fn binary(&mut self, f: Binary, a: Tree, b: Tree) -> Tree {
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
    pub(super) fn program(&mut self, tree: &Tree, shape: &Shape) -> Value {
        let mut program = Vec::new();
        self.instructions(tree, shape, 0, &mut program);
        let elements = shape.elements(self.dims());
        let op = Op::Map(Map { elements, timed: shape.timed, program });
        self.emit(op, std::slice::from_ref(shape))[0]
    }

    pub(super) fn source(&self, leaf: &Leaf, shape: &Shape) -> Source {
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

    /// w·a + (1 − w)·b
    pub(super) fn mixed(&mut self, share: &Leaf, a: Leaf, b: Leaf) -> Leaf {
        let one = Tree::Leaf(Leaf::Table(Table::number(1.0)));
        let first = self.binary(Binary::Mul, Tree::Leaf(share.clone()), Tree::Leaf(a));
        let rest = self.binary(Binary::Sub, one, Tree::Leaf(share.clone()));
        let second = self.binary(Binary::Mul, rest, Tree::Leaf(b));
        let tree = self.binary(Binary::Add, first, second);
        self.finish(tree)
    }

    /// The value of `a` under one policy minus that under another (E45).
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
