//! Which variables depend on themselves, and whether they may.

use super::builder::DeclaredKind;
use super::resolve::{Origin, Resolver};
use super::{Component, Expr, Node, Shape, System};
use crate::error::Diagnostic;
use std::collections::BTreeSet;

/// Variables that depend on each other, each in a way on all others.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// In an order in which each comes after what it needs of the same step.
    pub(crate) members: Vec<usize>,
    /// Whether some of it goes through a delay, so that it has to be stepped.
    pub(crate) feedback: bool,
}

/// How a formula uses a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Its value of the same step.
    Now,
    /// Its values of earlier steps only.
    Later,
    /// Its value in one year.
    Year,
    /// To drive events of the same step.
    Events,
    /// To drive events of later steps.
    LaterEvents,
}

impl Way {
    /// Whether only earlier steps count.
    fn is_later(self) -> bool {
        matches!(self, Self::Later | Self::LaterEvents)
    }
}

/// The variables a formula uses, and how.
fn uses<'a>(expr: &'a Expr, way: Way, into: &mut Vec<(&'a str, Way)>) {
    let way = match (&expr.0, way) {
        (Node::Var(name), way) => {
            into.push((name, way));
            return;
        }
        (_, Way::Year) | (Node::AtYear(..), _) => Way::Year,
        (Node::Events(..), Way::Now | Way::Events) => Way::Events,
        (Node::Delayed(_, 1..), Way::Now | Way::Later) => Way::Later,
        (Node::Events(..) | Node::Delayed(_, 1..), _) => Way::LaterEvents,
        (_, way) => way,
    };
    expr.0.parts(&mut |part| uses(part, way, into));
}

impl Expr {
    /// Whether it uses a variable's value of the same step.
    pub(super) fn uses_now(&self, is: &impl Fn(&str) -> bool) -> bool {
        let mut used = Vec::new();
        uses(self, Way::Now, &mut used);
        used.iter().any(|(name, way)| !way.is_later() && is(name))
    }

    /// Whether it uses the value of one year.
    pub(crate) fn looks_at_a_year(&self) -> bool {
        let mut found = matches!(self.0, Node::AtYear(..));
        self.0.parts(&mut |part| found |= part.looks_at_a_year());
        found
    }

    /// Whether it uses a variable at all.
    pub(crate) fn mentions(&self, is: &impl Fn(&str) -> bool) -> bool {
        let mut names = Vec::new();
        self.names(&mut names);
        names.into_iter().any(is)
    }
}

impl System {
    /// The dimensions of a formula.
    pub(crate) fn dims_of(&self, expr: &Expr) -> Vec<usize> {
        self.shape(expr).dims
    }

    /// The dimensions of a formula that was checked; time left aside.
    fn shape(&self, expr: &Expr) -> Shape {
        let dim = |name: &str| self.dimensions.iter().position(|d| d.name == name);
        match &expr.0 {
            Node::Number(_) | Node::TooDeep => Shape::default(),
            Node::Var(name) => {
                let at = self.index.get(name);
                at.map(|at| self.definitions[*at].shape.clone()).unwrap_or_default()
            }
            Node::Sum(a, name) | Node::At(a, name, _) => {
                dim(name).map_or_else(Shape::default, |d| self.shape(a).without(d))
            }
            Node::Stack(name, _) => {
                let mut shape = Shape::new(dim(name).into_iter().collect(), false);
                expr.0.parts(&mut |part| shape = shape.union(&self.shape(part)));
                shape
            }
            node => {
                let mut shape = Shape::default();
                node.parts(&mut |part| shape = shape.union(&self.shape(part)));
                shape
            }
        }
    }
}

/// The strongly connected components of a graph, each after those it has edges
/// to (Tarjan 1972), without recursion: chains may be long.
pub(super) fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let n = edges.len();
    let (mut index, mut low, mut on_stack) = (vec![UNSEEN; n], vec![0; n], vec![false; n]);
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..n {
        if index[root] != UNSEEN {
            continue;
        }
        // Each node on the way with the edge to follow next.
        let mut way = vec![(root, 0)];
        while let Some((node, edge)) = way.last_mut() {
            let node = *node;
            if *edge == 0 && index[node] == UNSEEN {
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(to) = edges[node].get(*edge) {
                *edge += 1;
                if index[*to] == UNSEEN {
                    way.push((*to, 0));
                } else if on_stack[*to] && index[*to] < low[node] {
                    low[node] = index[*to];
                }
                continue;
            }
            way.pop();
            if let Some((before, _)) = way.last()
                && low[node] < low[*before]
            {
                low[*before] = low[node];
            }
            if low[node] == index[node] {
                let at = stack.iter().rposition(|s| *s == node).unwrap_or(0);
                let component = stack.split_off(at);
                component.iter().for_each(|s| on_stack[*s] = false);
                found.push(component);
            }
        }
    }
    found
}

/// The nodes, each after those it has edges to; or a cycle among them.
fn in_order(nodes: &[usize], edges: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let within: BTreeSet<usize> = nodes.iter().copied().collect();
    let (mut open, mut done) = (BTreeSet::new(), BTreeSet::new());
    let mut order = Vec::new();
    for root in nodes {
        if done.contains(root) {
            continue;
        }
        let mut way = vec![(*root, 0)];
        open.insert(*root);
        while let Some((node, edge)) = way.last_mut() {
            let node = *node;
            if let Some(to) = edges[node].get(*edge).copied() {
                *edge += 1;
                if open.contains(&to) {
                    let from = way.iter().position(|(n, _)| *n == to).unwrap_or(0);
                    let mut cycle: Vec<usize> = way[from..].iter().map(|(n, _)| *n).collect();
                    cycle.push(to);
                    return Err(cycle);
                }
                if within.contains(&to) && !done.contains(&to) {
                    open.insert(to);
                    way.push((to, 0));
                }
                continue;
            }
            way.pop();
            open.remove(&node);
            done.insert(node);
            order.push(node);
        }
    }
    Ok(order)
}

impl Resolver<'_> {
    /// The formulas behind a name.
    fn formulas(&self, at: usize) -> Vec<&Expr> {
        let b = self.b;
        match self.names[at].1 {
            Origin::Output { component, .. } => b.components[component].inputs(),
            Origin::Variable(i) => match &b.variables[i].kind {
                DeclaredKind::Formula(formula) => vec![formula],
                _ => Vec::new(),
            },
        }
    }

    /// For each name, what it depends on, as its formula says.
    fn graph(&self) -> Vec<Vec<(usize, Way)>> {
        let of = |at: usize| {
            let mut used = Vec::new();
            self.formulas(at).into_iter().for_each(|f| uses(f, Way::Now, &mut used));
            let known = |(name, way): (&str, Way)| Some((*self.index.get(name)?, way));
            let mut used: Vec<_> = used.into_iter().filter_map(known).collect();
            used.sort_unstable();
            used.dedup();
            used
        };
        (0..self.names.len()).map(of).collect()
    }

    /// The edges of the same step between names, as the formulas say.
    pub(super) fn same_step(&self) -> Vec<Vec<usize>> {
        let now = |(to, way): (usize, Way)| (!way.is_later()).then_some(to);
        self.graph().into_iter().map(|used| used.into_iter().filter_map(now).collect()).collect()
    }

    /// Finds the loops, and notes those that cannot be.
    pub(super) fn find_loops(&mut self) {
        let graph = self.graph();
        let mut all: Vec<Vec<usize>> =
            graph.iter().map(|used| used.iter().map(|(to, _)| *to).collect()).collect();
        let mut now: Vec<Vec<usize>> = graph
            .iter()
            .map(|used| used.iter().filter(|u| !u.1.is_later()).map(|u| u.0).collect())
            .collect();
        // Variables solved together need in the same step what any of them needs.
        for linear in &self.linear {
            let inside = |at: &usize| linear.members.contains(at);
            let needs: BTreeSet<usize> =
                linear.members.iter().flat_map(|at| now[*at].clone()).collect();
            let needs: Vec<usize> = needs.into_iter().filter(|at| !inside(at)).collect();
            linear.members.iter().for_each(|at| now[*at].clone_from(&needs));
            let next = linear.members.iter().cycle().skip(1);
            linear.members.iter().zip(next).for_each(|(at, next)| all[*at].push(*next));
        }
        for mut members in components(&all) {
            if members.len() == 1 && !all[members[0]].contains(&members[0]) {
                continue;
            }
            members.sort_unstable();
            let inside = |u: &&(usize, Way)| members.contains(&u.0);
            let ways = |at: usize| graph[at].iter().filter(inside);
            match in_order(&members, &now) {
                Ok(order) => {
                    let feedback = members.iter().any(|at| ways(*at).any(|u| u.1.is_later()));
                    let whole: Vec<Diagnostic> = members
                        .iter()
                        .filter_map(|at| self.has_to_be_whole(*at, ways(*at).map(|u| u.1)))
                        .collect();
                    let good = whole.is_empty();
                    self.problems.extend(whole);
                    let members = self.with_other_outputs(order);
                    self.enter(Loop { members, feedback }, good);
                }
                Err(cycle) => {
                    self.report_cycle(&cycle);
                    self.enter(Loop { members, feedback: true }, false);
                }
            }
        }
    }

    /// Some names and, behind each output of a component, its other outputs: they
    /// come from the same operation, whether or not the loop reads them.
    fn with_other_outputs(&self, order: Vec<usize>) -> Vec<usize> {
        let mut members: Vec<usize> = Vec::new();
        let mut known: BTreeSet<usize> = order.iter().copied().collect();
        for at in order {
            members.push(at);
            let Origin::Output { component, .. } = self.names[at].1 else { continue };
            for output in self.b.components[component].outputs() {
                let name = format!("{}.{output}", self.b.components[component].name());
                members.extend(self.index.get(&name).filter(|other| known.insert(**other)));
            }
        }
        members
    }

    fn enter(&mut self, found: Loop, good: bool) {
        for at in &found.members {
            if good {
                self.loop_of[*at] = Some(self.loops.len());
            } else {
                self.close(*at);
            }
        }
        if good {
            self.loops.push(found);
        }
    }

    /// What in a loop has to be computed for all steps at once.
    fn has_to_be_whole(
        &self,
        at: usize,
        mut ways: impl Iterator<Item = Way> + Clone,
    ) -> Option<Diagnostic> {
        let (name, origin) = &self.names[at];
        let within = |d: Diagnostic| {
            d.key(name).fix("take it out of the loop, for example by a formula of its own")
        };
        if ways.clone().any(|way| way == Way::Year) {
            return Some(within(
                Diagnostic::new("a variable depends on one year of itself")
                    .found("`at_year` of a variable of the same loop")
                    .allowed("`delayed` by one step or more"),
            ));
        }
        if ways.any(|way| matches!(way, Way::Events | Way::LaterEvents)) {
            return Some(within(
                Diagnostic::new("events depend on what follows from them")
                    .found("events driven by a variable of the same loop")
                    .allowed("events driven by what is outside the loop"),
            ));
        }
        let Origin::Output { component, .. } = *origin else { return None };
        let component = &self.b.components[component];
        let steps = matches!(
            component,
            Component::Cohort(_) | Component::Facilities(_) | Component::Stockpile(_)
        );
        (!steps).then(|| {
            within(
                Diagnostic::new("a component that cannot be part of a loop")
                    .found(format!("`{}` depends on its own output", component.name()))
                    .allowed("cohort stocks, facilities and stockpiles"),
            )
        })
    }

    fn report_cycle(&mut self, cycle: &[usize]) {
        let names: Vec<&str> = cycle.iter().map(|at| self.names[*at].0.as_str()).collect();
        let problem = Diagnostic::new("a loop within one step")
            .key(names.first().copied().unwrap_or_default())
            .found(names.join(" → "))
            .allowed("variables that do not depend on themselves within a step")
            .fix(
                "let one of them act a step later (`delayed`); declare the loop if it is linear \
                 (`linear_loop`); or give one flow as demand minus the other",
            );
        self.problems.push(problem);
    }

    /// The shapes of the variables of a loop: the smallest that fit each other.
    pub(super) fn shapes_of_loop(&mut self, at: usize) {
        let members = self.loops[at].members.clone();
        // What they need from outside, whose problems count.
        let needs: BTreeSet<usize> = members
            .iter()
            .flat_map(|at| {
                let mut names = Vec::new();
                self.formulas(*at).into_iter().for_each(|f| f.names(&mut names));
                names.into_iter().filter_map(|name| self.index.get(name).copied())
            })
            .filter(|need| self.loop_of[*need] != Some(at))
            .collect();
        self.depth += 1;
        for need in needs {
            let _ = self.shape_of(need);
        }
        for at in &members {
            self.assume(*at, Shape::default());
        }
        let mut grown = true;
        self.assuming = true;
        while grown {
            grown = false;
            for at in &members {
                let known = self.problems.len();
                let shape = self.define(*at).map(|(shape, _)| shape);
                self.problems.truncate(known);
                grown |= shape.is_some_and(|shape| self.assume(*at, shape));
            }
        }
        self.assuming = false;
        for at in &members {
            if let Some((shape, kind)) = self.define(*at) {
                self.finish(*at, shape, kind);
            }
        }
        self.depth -= 1;
        members.iter().for_each(|at| self.close(*at));
    }
}
