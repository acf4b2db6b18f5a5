//! From declarations to a checked system.

use super::builder::{DeclaredKind, SystemBuilder, Values};
use super::feedback::Loop;
use super::flows::declare_flows;
use super::linear_loop::{self, LinearLoop};
use super::problems::{duplicates, unknown};
use super::{
    Definition, Dimension, Flow, Kind, Observed, Policy, Process, Shape, System, correlate, lasting,
};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::sampling::StreamKey;
use std::collections::{BTreeMap, HashMap};

/// The longest horizon accepted, in steps.
const MAX_STEPS: usize = 10_000;

pub(super) fn resolve(mut b: SystemBuilder) -> Result<System, Error> {
    let mut problems = std::mem::take(&mut b.diagnostics);
    let steps = i64::from(*b.years.end()) - i64::from(*b.years.start()) + 1;
    if steps < 1 || steps > MAX_STEPS as i64 {
        problems.push(
            Diagnostic::new("the horizon is empty or too long")
                .found(format!("{} to {}", b.years.start(), b.years.end()))
                .allowed(format!("1 to {MAX_STEPS} steps, the last year not before the first")),
        );
        return Err(Error::many(ErrorKind::System, problems));
    }
    let first_reported = b.report_from.map_or(0, |y| i64::from(y) - i64::from(*b.years.start()));
    if first_reported < 0 || first_reported >= steps {
        problems.push(
            Diagnostic::new("the first reported year is not in the horizon")
                .found(b.report_from.unwrap_or_default().to_string())
                .allowed(format!("{} to {}", b.years.start(), b.years.end())),
        );
        return Err(Error::many(ErrorKind::System, problems));
    }
    duplicates("dimension", b.dimensions.iter().map(|d| d.name.as_str()), &mut problems);
    for d in &b.dimensions {
        duplicates("element", d.elements.iter().map(String::as_str), &mut problems);
        if d.elements.is_empty() {
            problems.push(Diagnostic::new("a dimension needs at least one element").key(&d.name));
        }
    }
    duplicates("process", b.processes.iter().map(String::as_str), &mut problems);
    duplicates("policy", b.policies.iter().map(|p| p.name.as_str()), &mut problems);
    declare_flows(&mut b, &mut problems);

    let mut resolver = Resolver::new(&b, steps as usize, problems);
    resolver.index();
    resolver.find_linear_loops();
    resolver.find_loops();
    for at in 0..resolver.names.len() {
        resolver.shape_of(at);
    }
    resolver.check_linear_shapes();
    resolver.check_streams();
    let processes = resolver.processes();
    resolver.check_references();
    let Resolver { definitions, index, order, loops, loop_of, linear, mut problems, .. } = resolver;
    let blends = correlate::blends(&b, definitions.iter().flatten(), &mut problems);
    if !problems.is_empty() {
        return Err(Error::many(ErrorKind::System, problems));
    }
    let mut definitions: Vec<Definition> = definitions.into_iter().flatten().collect();
    let named = b.dimensions.len();
    let linear = linear_loop::solved(linear, &mut definitions, &mut b.dimensions);
    if b.policies.is_empty() {
        b.policies.push(Policy { name: "baseline".into(), overrides: Vec::new() });
    }
    let system = System {
        name: b.name,
        start: *b.years.start(),
        steps: steps as usize,
        first_reported: first_reported as usize,
        dimensions: b.dimensions,
        named,
        definitions,
        order,
        loops,
        loop_of,
        linear,
        components: b.components,
        index,
        processes,
        flows: b
            .flows
            .into_iter()
            .map(|f| Flow {
                name: f.name,
                from: f.from.unwrap_or_default(),
                to: f.to.unwrap_or_default(),
            })
            .collect(),
        observed: b.observed,
        policies: b.policies,
        blends,
    };
    let mut problems = lasting::check(&system);
    problems.extend(linear_loop::check_overrides(&system));
    if problems.is_empty() { Ok(system) } else { Err(Error::many(ErrorKind::System, problems)) }
}

/// Where a name comes from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    Variable(usize),
    Output { component: usize, port: usize },
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    Open,
    Done,
}

pub(super) struct Resolver<'a> {
    pub(super) b: &'a SystemBuilder,
    pub(super) steps: usize,
    pub(super) names: Vec<(String, Origin)>,
    pub(super) index: BTreeMap<String, usize>,
    state: Vec<State>,
    /// Of the loop at hand, the shapes its variables are taken to have.
    assumed: BTreeMap<usize, Shape>,
    /// Whether these are still growing.
    pub(super) assuming: bool,
    pub(super) definitions: Vec<Option<Definition>>,
    /// Variables in the order they were finished: each after all it needs of the
    /// same step.
    order: Vec<usize>,
    pub(super) loops: Vec<Loop>,
    pub(super) loop_of: Vec<Option<usize>>,
    pub(super) linear: Vec<LinearLoop>,
    /// Levels of recursion at hand.
    pub(super) depth: usize,
    pub(super) problems: Vec<Diagnostic>,
}

/// The most levels of recursion, variables and formulas together.
const MAX_DEPTH: usize = 1_000;
/// The most numbers one variable may have per draw.
pub(super) const MAX_ELEMENTS: usize = 1_000_000;

impl<'a> Resolver<'a> {
    fn new(b: &'a SystemBuilder, steps: usize, problems: Vec<Diagnostic>) -> Self {
        Self {
            b,
            steps,
            names: Vec::new(),
            index: BTreeMap::new(),
            state: Vec::new(),
            assumed: BTreeMap::new(),
            assuming: false,
            definitions: Vec::new(),
            order: Vec::new(),
            loops: Vec::new(),
            loop_of: Vec::new(),
            linear: Vec::new(),
            depth: 0,
            problems,
        }
    }

    fn index(&mut self) {
        let variables =
            self.b.variables.iter().enumerate().map(|(i, v)| (v.name.clone(), Origin::Variable(i)));
        let outputs = self.b.components.iter().enumerate().flat_map(|(component, c)| {
            c.outputs().into_iter().enumerate().map(move |(port, output)| {
                (format!("{}.{output}", c.name()), Origin::Output { component, port })
            })
        });
        self.names = variables.chain(outputs).collect();
        for (at, (name, _)) in self.names.iter().enumerate() {
            if self.index.insert(name.clone(), at).is_some() {
                self.problems.push(
                    Diagnostic::new("duplicate variable name")
                        .key(name)
                        .fix("give each variable, flow and stock its own name"),
                );
            }
        }
        self.state = vec![State::Unseen; self.names.len()];
        self.definitions = vec![None; self.names.len()];
        self.loop_of = vec![None; self.names.len()];
    }

    pub(super) fn dims(&mut self, user: &str, names: &[String]) -> Vec<usize> {
        let mut dims = Vec::new();
        for name in names {
            match self.dimension(user, name) {
                Some(d) if dims.contains(&d) => self.problems.push(
                    Diagnostic::new("a dimension is named twice").key(user).found(name.clone()),
                ),
                Some(d) => dims.push(d),
                None => {}
            }
        }
        dims
    }

    pub(super) fn dimension(&mut self, user: &str, name: &str) -> Option<usize> {
        let found = self.b.dimensions.iter().position(|d| d.name == name);
        if found.is_none() {
            let known = self.b.dimensions.iter().map(|d| d.name.as_str());
            self.problems.push(unknown("dimension", name, user, known));
        }
        found
    }

    /// The shape of a name; `None` if it cannot be told (a problem is noted).
    pub(super) fn shape_of(&mut self, at: usize) -> Option<Shape> {
        match self.state[at] {
            State::Done => return self.definitions[at].as_ref().map(|d| d.shape.clone()),
            // A variable of the loop at hand.
            State::Open => return self.assumed.get(&at).cloned(),
            State::Unseen => {}
        }
        if self.depth > MAX_DEPTH {
            self.problems.push(
                Diagnostic::new("the variables depend on each other in too long a chain")
                    .key(&self.names[at].0)
                    .allowed(format!("{MAX_DEPTH} levels from a variable to one declared later"))
                    .fix("declare variables after those they depend on"),
            );
            self.state[at] = State::Done;
            return None;
        }
        if let Some(found) = self.loop_of[at] {
            self.shapes_of_loop(found);
            return self.definitions[at].as_ref().map(|d| d.shape.clone());
        }
        self.depth += 1;
        let found = self.define(at);
        self.depth -= 1;
        self.state[at] = State::Done;
        let (shape, kind) = found?;
        self.finish(at, shape.clone(), kind);
        Some(shape)
    }

    /// The shape and kind of a name, from what it needs.
    pub(super) fn define(&mut self, at: usize) -> Option<(Shape, Kind)> {
        match self.names[at].1 {
            Origin::Variable(i) => self.variable(&self.names[at].0.clone(), i),
            Origin::Output { component, port } => self.output(component, port),
        }
    }

    pub(super) fn finish(&mut self, at: usize, shape: Shape, kind: Kind) {
        self.order.push(at);
        let name = self.names[at].0.clone();
        self.definitions[at] = Some(Definition { name, shape, kind });
    }

    /// Takes a variable of the loop at hand to have at least this shape; whether
    /// that is more than before.
    pub(super) fn assume(&mut self, at: usize, shape: Shape) -> bool {
        self.state[at] = State::Open;
        let before = self.assumed.get(&at).cloned().unwrap_or_default();
        let shape = before.union(&shape);
        let grown = shape != before;
        self.assumed.insert(at, shape);
        grown
    }

    /// Nothing more is to be found out about a name.
    pub(super) fn close(&mut self, at: usize) {
        self.state[at] = State::Done;
    }

    fn variable(&mut self, name: &str, i: usize) -> Option<(Shape, Kind)> {
        let b = self.b;
        let declared = &b.variables[i];
        let order = declared.dims.as_ref().map(|names| self.dims(name, names));
        if order.as_ref().map(Vec::len) != declared.dims.as_ref().map(Vec::len) {
            return None;
        }
        let order = order.unwrap_or_default();
        let stated = Shape::new(order.clone(), false).elements(&b.dimensions);
        if stated.saturating_mul(self.steps) > MAX_ELEMENTS {
            self.problems.push(
                Diagnostic::new("an array is too large")
                    .key(name)
                    .found(format!("{stated} elements"))
                    .allowed(format!("at most {} over this horizon", MAX_ELEMENTS / self.steps)),
            );
            return None;
        }
        match &declared.kind {
            DeclaredKind::Constant(values) => self.constant(name, &order, values),
            DeclaredKind::Parameter { laws, streams } => {
                let shape = Shape::new(order.clone(), false);
                let n = shape.elements(&b.dimensions);
                if laws.len() != n && laws.len() != 1 {
                    self.problems.push(
                        Diagnostic::new("one distribution per element is needed")
                            .key(name)
                            .found(format!("{} distributions", laws.len()))
                            .allowed(format!("1 or {n}, for {}", shape.describe(&b.dimensions))),
                    );
                    return None;
                }
                let laws = if laws.len() == n {
                    reorder(laws, &order, &shape, &b.dimensions)
                } else {
                    vec![laws[0].clone(); n]
                };
                if !streams.is_empty() && streams.len() != n {
                    self.problems.push(
                        Diagnostic::new("one random stream per element is needed")
                            .key(name)
                            .found(format!("{} streams", streams.len()))
                            .allowed(format!("none or {n}")),
                    );
                    return None;
                }
                let streams = if streams.is_empty() {
                    Vec::new()
                } else {
                    reorder(streams, &order, &shape, &b.dimensions)
                };
                Some((shape, Kind::Parameter(laws, streams)))
            }
            DeclaredKind::Noise => Some((Shape::new(order, true), Kind::Noise)),
            DeclaredKind::Chance => Some((Shape::new(order, true), Kind::Chance)),
            DeclaredKind::Formula(formula) => {
                let shape = self.infer(name, formula)?;
                if declared.dims.is_some() {
                    let stated = Shape::new(order, shape.timed);
                    if stated.dims != shape.dims {
                        self.problems.push(
                            Diagnostic::new("dimensions do not match")
                                .key(name)
                                .found(shape.describe(&b.dimensions))
                                .allowed(stated.describe(&b.dimensions))
                                .fix("sum over the dimensions that are too many, or state others"),
                        );
                        return None;
                    }
                }
                Some((shape, Kind::Formula(formula.clone())))
            }
        }
    }

    fn constant(&mut self, name: &str, order: &[usize], values: &Values) -> Option<(Shape, Kind)> {
        let timed = matches!(values, Values::PerYear(_) | Values::PerElementAndYear(_));
        let shape = Shape::new(order.to_vec(), timed);
        let n = shape.elements(&self.b.dimensions);
        let steps = self.steps;
        let (count, flat) = match values {
            Values::One(v) => (n, vec![vec![*v]; n]),
            Values::PerElement(v) => (v.len(), v.iter().map(|x| vec![*x]).collect()),
            Values::PerYear(v) => (n, vec![v.clone(); n]),
            Values::PerElementAndYear(v) => (v.len(), v.clone()),
        };
        let length = if timed { steps } else { 1 };
        if count != n || flat.iter().any(|series: &Vec<f64>| series.len() != length) {
            let found = format!(
                "{count} elements with {} values",
                flat.iter().map(Vec::len).find(|l| *l != length).unwrap_or(length)
            );
            self.problems.push(
                Diagnostic::new("the values do not fit the dimensions")
                    .key(name)
                    .found(found)
                    .allowed(format!("{n} elements with {length} values")),
            );
            return None;
        }
        if let Some(bad) = flat.iter().flatten().find(|v| !v.is_finite()) {
            self.problems.push(
                Diagnostic::new("a constant must be a finite number")
                    .key(name)
                    .found(bad.to_string()),
            );
            return None;
        }
        let flat = reorder(&flat, order, &shape, &self.b.dimensions);
        Some((shape, Kind::Constant(flat.into_iter().flatten().collect())))
    }

    /// Two names with one hash would share a random stream.
    fn check_streams(&mut self) {
        // Each stream's name, and whether it is read once per draw.
        let mut seen: HashMap<StreamKey, (String, bool)> = HashMap::new();
        for definition in self.definitions.iter().flatten() {
            let fixed = matches!(definition.kind, Kind::Parameter(..));
            for name in definition.streams(&self.b.dimensions) {
                let key = StreamKey::of(&name);
                let Some((other, other_fixed)) = seen.insert(key, (name.clone(), fixed)) else {
                    continue;
                };
                if other != name {
                    self.problems.push(
                        Diagnostic::new("two parameters share one random stream")
                            .key(&name)
                            .found(format!("the same hash as `{other}`"))
                            .fix("rename one of them"),
                    );
                } else if other_fixed != fixed {
                    self.problems.push(
                        Diagnostic::new("a parameter is on the stream of a noise")
                            .key(&name)
                            .found("one number per draw and one per step from the same stream")
                            .fix("give the parameter a stream of its own"),
                    );
                }
            }
        }
    }

    fn processes(&mut self) -> Vec<Process> {
        let b = self.b;
        let ends = |pick: fn(&super::builder::DeclaredFlow) -> &Option<String>, name: &str| {
            b.flows
                .iter()
                .filter(|f| pick(f).as_deref() == Some(name))
                .filter_map(|f| self.index.get(&f.name).copied())
                .collect::<Vec<_>>()
        };
        b.processes
            .iter()
            .map(|name| Process {
                name: name.clone(),
                inflows: ends(|f| &f.to, name),
                outflows: ends(|f| &f.from, name),
                stocks: b
                    .stocks
                    .iter()
                    .filter(|s| s.process == *name)
                    .filter_map(|s| self.index.get(&s.name).copied())
                    .collect(),
            })
            .collect()
    }

    /// Observed names and overridden names must exist.
    fn check_references(&mut self) {
        let b = self.b;
        let known: Vec<String> = self.index.keys().cloned().collect();
        duplicates("observed", b.observed.iter().map(|o| o.name.as_str()), &mut self.problems);
        for Observed { name, .. } in &b.observed {
            if !self.index.contains_key(name) {
                let known = known.iter().map(String::as_str);
                self.problems.push(unknown("variable", name, "observe", known));
            }
        }
        for policy in &b.policies {
            for change in &policy.overrides {
                if !self.index.contains_key(&change.name) {
                    let known = known.iter().map(String::as_str);
                    self.problems.push(unknown("variable", &change.name, &policy.name, known));
                }
            }
        }
    }
}

/// Puts items given in the order of `order` into the canonical element order.
fn reorder<T: Clone>(
    items: &[T],
    order: &[usize],
    shape: &Shape,
    dimensions: &[Dimension],
) -> Vec<T> {
    let mut out = items.to_vec();
    let sizes: Vec<usize> = order.iter().map(|d| dimensions[*d].elements.len()).collect();
    let columns: Vec<Vec<u32>> =
        order.iter().map(|d| shape.index_into(&Shape::new(vec![*d], false), dimensions)).collect();
    for (e, slot) in out.iter_mut().enumerate() {
        let mut at = 0;
        for (column, size) in columns.iter().zip(&sizes) {
            at = at * size + column[e] as usize;
        }
        *slot = items[at].clone();
    }
    out
}
