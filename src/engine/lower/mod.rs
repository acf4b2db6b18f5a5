//! From formulas and components to operations. Equal operations are made
//! once, whichever policy or formula asks for them.

mod component;
mod dimensions;
mod formula;
mod loops;
mod operation;
mod random;
mod shared;

use super::arena::Value;
use super::fold::Table;
use super::leaf::{Leaf, Tree};
use super::ops::{ByPlace, Op, Past, Step, White};
use super::zeros::Zeros;
use crate::engine::List;
use crate::system::{Binary, Change, Dimension, Expr, Kind, Override, Shape, System};
use std::collections::HashMap;

pub(crate) struct Lowering<'a> {
    pub(crate) system: &'a System,
    pub(crate) steps: Vec<Step>,
    /// Shape of each value made so far.
    pub(crate) shapes: Vec<Shape>,
    /// For each of them, whether a policy may change it before the policy
    /// begins, as it depends on a later year.
    pub(crate) foresees: Vec<bool>,
    zeros: Zeros,
    /// Equal operations, found by what they say.
    made: HashMap<String, Made>,
    /// The loops being lowered.
    open: Vec<loops::Open>,
    /// The loops lowered, found by what they depend on, and under which policy.
    stepped: HashMap<(usize, String), usize>,
    /// The policy at hand.
    policy: usize,
    /// What is being computed: the variable at hand within those that need it.
    of: Vec<usize>,
    /// Lowered variables of each policy.
    variables: Vec<HashMap<usize, Leaf>>,
    overrides: HashMap<usize, Vec<&'a Override>>,
    /// For each policy, the first step in which anything may differ from the
    /// reference.
    since: Vec<usize>,
}

/// An operation that is there already.
#[derive(Debug)]
struct Made {
    /// The position of its step, or of that of its loop.
    at: usize,
    outs: Vec<Value>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        Self {
            system,
            steps: Vec::new(),
            shapes: Vec::new(),
            foresees: Vec::new(),
            zeros: Zeros::new(system.steps),
            made: HashMap::new(),
            open: Vec::new(),
            stepped: HashMap::new(),
            policy: 0,
            of: Vec::new(),
            variables: vec![HashMap::new(); system.policies.len()],
            overrides: HashMap::new(),
            since: system
                .policies
                .iter()
                .map(|p| p.since(&system.policies[0], system.start, system.steps))
                .collect(),
        }
    }

    /// Numbers of a later year, unlike a value, leave no trace in what is made
    /// of them: if they are not those of the reference, nothing under this
    /// policy is taken to be from here on.
    fn foresee(&mut self, leaf: &Leaf, of: &Expr, step: usize) {
        let Leaf::Table(table) = leaf else { return };
        if self.policy == 0 {
            return;
        }
        let reference = self.under_reference(|l| l.lower(of).at_step(l, step));
        if !matches!(reference, Leaf::Table(other) if other.values == table.values) {
            self.since[self.policy] = 0;
        }
    }

    /// The first step in which a value under the policy at hand may differ from
    /// the reference.
    pub(crate) fn since(&self) -> usize {
        self.since[self.policy]
    }

    /// What `f` gives under the reference policy.
    pub(super) fn under_reference<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let policy = self.policy;
        self.policy(0);
        let result = f(self);
        self.policy(policy);
        result
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

    pub(super) fn map(&self, outer: &Shape, inner: &Shape) -> List {
        outer.index_into(inner, self.dims()).into()
    }

    /// Adds an operation, or finds the equal one made before.
    pub(crate) fn emit(&mut self, op: Op, shapes: &[Shape]) -> Vec<Value> {
        self.emit_after(op, shapes, None)
    }

    /// As `emit`, for an operation that may take up where the value `past` of
    /// the reference leaves off.
    pub(super) fn emit_after(
        &mut self,
        op: Op,
        shapes: &[Shape],
        past: Option<Value>,
    ) -> Vec<Value> {
        let says = format!("{op:?}");
        let foresees = op.inputs().iter().any(|v| self.foresees[v.0 as usize])
            || (self.policy != 0 && matches!(op, Op::AtStep(_) | Op::User(_)));
        // The reference is computed whole.
        let from = if self.policy == 0 || foresees { 0 } else { self.since() };
        if let Some(Made { at, outs }) = self.made.get(&says) {
            let step = &mut self.steps[*at];
            step.from = if from < step.from { from } else { step.from };
            return outs.clone();
        }
        let outs: Vec<Value> =
            (0..shapes.len()).map(|i| Value((self.shapes.len() + i) as u32)).collect();
        self.shapes.extend_from_slice(shapes);
        self.foresees.resize(self.shapes.len(), foresees);
        let elements: Vec<usize> = shapes.iter().map(|s| s.elements(self.dims())).collect();
        let zeros = self.zeros.note(&op, &elements);
        let past = past.filter(|_| from > 0).map(|value| Past { value, until: from });
        self.made.insert(says, Made { at: self.steps.len(), outs: outs.clone() });
        self.push(op, outs.clone(), from, zeros, past);
        outs
    }

    /// Adds an operation that computes all steps.
    fn push_whole(&mut self, op: Op, outs: Vec<Value>, zeros: Vec<usize>) {
        self.push(op, outs, 0, zeros, None);
    }

    fn push(
        &mut self,
        op: Op,
        outs: Vec<Value>,
        from: usize,
        zeros: Vec<usize>,
        past: Option<Past>,
    ) {
        let by_place = ByPlace::Several(Vec::new());
        let (of, policy) = (self.of.last().copied(), self.policy);
        self.steps.push(Step { op, outs, from, zeros, past, by_place, of, policy });
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
        if let Some(found) = self.to_step(at) {
            self.feedback(found);
            if let Some(leaf) = self.variables[self.policy].get(&at) {
                return leaf.clone();
            }
        }
        let definition = &self.system.definitions[at];
        self.of.push(at);
        let shape = definition.shape.clone();
        let streams = || definition.streams(self.dims());
        let mut leaf = match &definition.kind {
            Kind::Constant(values) => {
                Leaf::Table(Table { shape, values: values.as_slice().into() })
            }
            Kind::Parameter(laws, _) => self.parameter(&streams(), laws, shape),
            Kind::Noise => self.noise(&streams(), White::Normal, shape),
            Kind::Chance => self.noise(&streams(), White::Uniform, shape),
            Kind::Formula(formula) => self.lower(formula),
            Kind::Output { component, port } => self.component(*component, *port),
            Kind::Solution { linear, row } => self.solution(*linear, *row),
        };
        for change in self.overrides.get(&at).cloned().unwrap_or_default() {
            leaf = self.apply(leaf, change);
        }
        self.of.pop();
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

    /// A value of the reference policy, if it has that shape. A loop is computed
    /// whole.
    pub(super) fn past(
        &mut self,
        shape: &Shape,
        of: impl FnOnce(&mut Self) -> Leaf,
    ) -> Option<Value> {
        if self.policy == 0 || !self.open.is_empty() {
            return None;
        }
        let (value, found) = self.under_reference(|l| {
            let leaf = of(l);
            l.value(leaf)
        });
        (found == *shape).then_some(value)
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
}
