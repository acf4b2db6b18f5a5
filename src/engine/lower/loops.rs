//! Loops: what feeds back through delays steps together, and linear loops are
//! solved.

use super::Lowering;
use crate::engine::arena::Value;
use crate::engine::leaf::Leaf;
use crate::engine::ops::{Delayed, Loop, Op, Solve, Step};
use crate::system::{Expr, Shape};
use std::collections::{HashMap, HashSet};

/// A loop that is being lowered.
#[derive(Debug)]
pub(super) struct Open {
    found: usize,
    policy: usize,
    /// Whether a policy may change its values before the policy begins.
    foresees: bool,
    /// What goes round.
    delays: Vec<Delay>,
}

/// An expression of a loop that is read some steps later.
#[derive(Debug)]
struct Delay {
    of: Expr,
    says: String,
    delay: usize,
    /// The position of its operation, and what that gives.
    at: usize,
    leaf: Leaf,
}

impl Lowering<'_> {
    /// The loop a variable belongs to, if it is to be stepped and not at hand.
    pub(super) fn to_step(&self, variable: usize) -> Option<usize> {
        let found = self.system.loop_of[variable]?;
        let at_hand = |open: &Open| open.found == found && open.policy == self.policy;
        let open = self.open.iter().any(at_hand);
        (self.system.loops[found].feedback && !open).then_some(found)
    }

    /// Lowers all variables of a loop.
    pub(super) fn feedback(&mut self, found: usize) {
        let members = &self.system.loops[found].members;
        let (says, foresees) = self.surroundings(members);
        let key = (found, says);
        if let Some(policy) = self.stepped.get(&key) {
            // All it depends on is as it was under that policy.
            let same: Vec<(usize, Leaf)> = members
                .iter()
                .filter_map(|at| Some((*at, self.variables[*policy].get(at)?.clone())))
                .collect();
            self.variables[self.policy].extend(same);
            return;
        }
        let first = self.steps.len();
        let policy = self.policy;
        self.open.push(Open { found, policy, foresees, delays: Vec::new() });
        for at in members {
            self.variable(*at);
        }
        self.close_delays();
        if let Some(open) = self.open.pop() {
            self.gather(first, &open.delays);
        }
        self.stepped.insert(key, policy);
    }

    /// What variables depend on beside each other under the policy at hand, in
    /// words, and whether that looks ahead of the policy.
    fn surroundings(&mut self, members: &[usize]) -> (String, bool) {
        let mut names = Vec::new();
        for at in members {
            self.system.formulas(*at).into_iter().for_each(|f| f.names(&mut names));
        }
        names.sort_unstable();
        names.dedup();
        let outside = names.into_iter().filter_map(|name| self.system.index.get(name).copied());
        let mut says = String::new();
        let mut foresees = false;
        for at in outside.filter(|at| !members.contains(at)) {
            let leaf = self.variable(at);
            if let Leaf::Value(value, _) | Leaf::Part(value, ..) = &leaf {
                foresees |= self.foresees[value.0 as usize];
            }
            says += &format!("{at} {leaf:?};");
        }
        for at in members {
            says += &format!("{:?};", self.overrides.get(at));
            let ahead = |f: &&Expr| f.looks_at_a_year();
            foresees |= self.policy != 0 && self.system.formulas(*at).iter().any(ahead);
        }
        (says, foresees)
    }

    /// The value of an expression some steps earlier, if that is part of the loop
    /// at hand: the expression is lowered when all variables are.
    pub(super) fn delayed_within(&mut self, of: &Expr, delay: usize) -> Option<Leaf> {
        let system = self.system;
        let open = self.open.last()?;
        let found = open.found;
        let inside = |name: &str| {
            system.index.get(name).is_some_and(|at| system.loop_of[*at] == Some(found))
        };
        if delay == 0 || open.policy != self.policy || !of.mentions(&inside) {
            return None;
        }
        let says = format!("{of:?}");
        if let Some(same) = open.delays.iter().find(|d| d.delay == delay && d.says == says) {
            return Some(same.leaf.clone());
        }
        let foresees = open.foresees;
        let shape = Shape::new(system.dims_of(of), true);
        let elements = shape.elements(self.dims());
        let value = Value(self.shapes.len() as u32);
        self.shapes.push(shape.clone());
        self.foresees.push(foresees);
        let zeros = self.zeros.note_delayed(elements, delay);
        let at = self.steps.len();
        // What it reads is not there yet.
        let op = Op::Delayed(Delayed { input: value, timed: true, elements, delay });
        self.push_whole(op, vec![value], zeros);
        let leaf = Leaf::Value(value, shape);
        let delayed = Delay { of: of.clone(), says, delay, at, leaf: leaf.clone() };
        if let Some(open) = self.open.last_mut() {
            open.delays.push(delayed);
        }
        Some(leaf)
    }

    /// Lowers what is delayed, which may find more.
    fn close_delays(&mut self) {
        let mut next = 0;
        while let Some(Delay { of, at, .. }) = self.open.last().and_then(|o| o.delays.get(next)) {
            let (of, at) = (of.clone(), *at);
            let (value, shape) = self.lower_value(&of);
            if let Op::Delayed(op) = &mut self.steps[at].op {
                (op.input, op.timed) = (value, shape.timed);
            }
            next += 1;
        }
    }

    /// Makes one step of the operations from `first` on that go round; those that
    /// do not stand before it or after it.
    fn gather(&mut self, first: usize, delays: &[Delay]) {
        let new = self.steps.split_off(first);
        let is_delay = |i: usize| delays.iter().any(|d| d.at == first + i);
        let mut fed: HashSet<Value> = HashSet::new();
        for (i, step) in new.iter().enumerate() {
            if is_delay(i) || step.inputs().iter().any(|v| fed.contains(v)) {
                fed.extend(&step.outs);
            }
        }
        let mut feeding: HashSet<Value> = HashSet::new();
        for (i, step) in new.iter().enumerate() {
            if is_delay(i) {
                feeding.extend(step.inputs());
            }
        }
        for step in new.iter().rev() {
            if step.outs.iter().any(|v| feeding.contains(v)) {
                feeding.extend(step.inputs());
            }
        }
        let (mut before, mut inside, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for (i, step) in new.into_iter().enumerate() {
            let follows = step.outs.iter().chain(&step.inputs()).any(|v| fed.contains(v));
            let leads = step.outs.iter().any(|v| feeding.contains(v));
            if is_delay(i) || (follows && leads) {
                inside.push((first + i, step));
            } else if follows {
                after.push((first + i, step));
            } else {
                before.push((first + i, step));
            }
        }
        // Where each operation has gone.
        let mut moved: HashMap<usize, usize> = HashMap::new();
        let window =
            delays.iter().map(|d| d.delay).fold(usize::MAX, |a, b| if a < b { a } else { b });
        let at = first + before.len();
        moved.extend(before.iter().enumerate().map(|(i, (old, _))| (*old, first + i)));
        moved.extend(inside.iter().map(|(old, _)| (*old, at)));
        moved.extend(after.iter().enumerate().map(|(i, (old, _))| (*old, at + 1 + i)));
        let steps: Vec<Step> = inside.into_iter().map(|(_, step)| step).collect();
        let outs = steps.iter().flat_map(|s| s.outs.clone()).collect();
        let op = Op::Loop(Loop { steps, window });
        self.steps.extend(before.into_iter().map(|(_, step)| step));
        self.push_whole(op, outs, Vec::new());
        self.steps.extend(after.into_iter().map(|(_, step)| step));
        for made in self.made.values_mut().filter(|made| made.at >= first) {
            made.at = moved.get(&made.at).copied().unwrap_or(made.at);
        }
    }

    /// One variable of a linear loop.
    pub(super) fn solution(&mut self, linear: usize, row: usize) -> Leaf {
        let system = self.system;
        let of = &system.linear[linear];
        let size = of.members.len();
        let mut shape = Shape::default();
        for at in &of.members {
            shape = shape.union(&system.definitions[*at].shape);
        }
        let coefficients: Vec<(usize, usize, Leaf)> =
            of.coefficients.iter().map(|(i, j, a)| (*i, *j, self.lower(a))).collect();
        let known: Vec<Leaf> = of.known.iter().map(|c| self.lower(c)).collect();
        for leaf in coefficients.iter().map(|(_, _, a)| a).chain(&known) {
            shape = shape.union(leaf.shape());
        }
        let elements = shape.elements(self.dims());
        let names: Vec<&str> =
            of.members.iter().map(|at| system.definitions[*at].name.as_str()).collect();
        let op = Solve {
            size,
            elements,
            timed: shape.timed,
            coefficients: coefficients
                .iter()
                .map(|(i, j, a)| (*i, *j, self.source(a, &shape)))
                .collect(),
            known: known.iter().map(|c| self.source(c, &shape)).collect(),
            names: names.join(", "),
            start: system.start,
        };
        let along = shape.union(&Shape::new(vec![of.dim], false));
        let (value, _) = {
            let leaf = self.emit_one(Op::Solve(op), along);
            self.value(leaf)
        };
        let part = (0..elements).map(|e| (e * size + row) as u32).collect();
        Leaf::Part(value, shape, part)
    }
}
