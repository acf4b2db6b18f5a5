//! From a system to a plan: operations in order.

use super::arena::Value;
use super::lower::Lowering;
use super::observe::{Observation, Series, Tallied};
use super::ops::{Balance, Op, Step, Term};
use super::plan::Plan;
use super::{early, places, starts};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::system::{Observed, Shape, System};
use std::collections::BTreeMap;

/// The most numbers a plan reports, over all policies and differences.
const MAX_NUMBERS: usize = 500_000;
/// The most memory one block may take, in rows of sixteen numbers (2 GiB).
const MAX_ROWS: usize = 1 << 24;

pub(super) fn compile(system: &System) -> Result<Plan, Error> {
    let mut lowering = Lowering::new(system);
    let mut observed: Vec<Chosen> = Vec::new();
    // Policy by policy, so that few values are alive at a time.
    let goals = order(system);
    // For each goal, what the reference reports.
    let mut references: Vec<Option<(Value, Shape)>> = vec![None; goals.len()];
    for (policy, declared) in system.policies.iter().enumerate() {
        lowering.policy(policy);
        for ((goal, needs), reference) in goals.iter().zip(&mut references) {
            // One after another, so that none is reached by deep recursion.
            for at in needs {
                lowering.variable(*at);
            }
            let o = match *goal {
                Goal::Observe(o) => o,
                Goal::Balance(process) => {
                    balance(system, &mut lowering, process);
                    continue;
                }
            };
            let Observed { name, unit, compared } = &system.observed[o];
            let Some(at) = system.index.get(name) else { continue };
            let leaf = lowering.variable(*at);
            let (value, shape) = lowering.value(leaf);
            let series = series(system, &shape, name, unit, &declared.name);
            let same = |base: &&(Value, Shape)| base.0 != value && base.1 == shape;
            let since = match reference.as_ref().filter(same) {
                Some(_) if !lowering.foresees[value.0 as usize] => lowering.since(),
                _ => 0,
            };
            if let Some(base) = reference.clone().filter(|_| *compared) {
                let versus = Some(system.policies[0].name.clone());
                let series = Series { versus, ..series.clone() };
                let (value, shape) = if base.0 == value {
                    (None, shape.clone())
                } else {
                    let (value, shape) = lowering.difference((value, shape.clone()), base);
                    (Some(value), shape)
                };
                let order = (true, policy, o);
                let before = None;
                observed.push(Chosen { order, value, since, before, timed: shape.timed, series });
            }
            let before = reference.as_ref().map(|base| base.0).filter(|_| since > 0);
            let (order, timed) = ((false, policy, o), shape.timed);
            observed.push(Chosen { order, value: Some(value), since, before, timed, series });
            if policy == 0 {
                *reference = Some((value, shape));
            }
        }
    }
    // Policies first, in order, then the differences; each as declared.
    observed.sort_by_key(|o| o.order);
    let reported = system.steps - system.first_reported;
    let numbers: usize =
        observed.iter().map(|o| o.series.labels.len() * if o.timed { reported } else { 1 }).sum();
    if numbers > MAX_NUMBERS {
        return Err(too_large(format!("{numbers} observed numbers"), MAX_NUMBERS));
    }
    let Lowering { steps, shapes, .. } = lowering;
    let rows: Vec<usize> = shapes
        .iter()
        .map(|s| s.elements(&system.dimensions) * if s.timed { system.steps } else { 1 })
        .collect();
    // From which step on a value is reported, if it is.
    let mut reported_from: Vec<Option<usize>> = vec![None; rows.len()];
    for o in &observed {
        let own = if o.since > system.first_reported { o.since } else { system.first_reported };
        let before = o.before.map(|value| (value, system.first_reported));
        for (value, first) in o.value.map(|value| (value, own)).into_iter().chain(before) {
            let from = reported_from[value.0 as usize].get_or_insert(first);
            *from = if first < *from { first } else { *from };
        }
    }
    let wanted: Vec<bool> = reported_from.iter().map(Option::is_some).collect();
    let mut steps = living(steps, &wanted);
    starts::assign(&mut steps, &shapes, &reported_from);
    // What is computed whole after all no longer reads the reference.
    let mut steps = early::assign(living(steps, &wanted), &rows);
    let (total, places) = places::assign(&mut steps, &rows, &wanted);
    let all = total.saturating_add(operation_rows(&steps, system.steps));
    if all > MAX_ROWS {
        return Err(too_large(format!("{all} rows of sixteen numbers"), MAX_ROWS));
    }
    let draws = steps.iter_mut().filter_map(|s| match &mut s.op {
        Op::Draw(draw) => Some(draw),
        _ => None,
    });
    for (group, draw) in draws.enumerate() {
        draw.group = group;
    }
    let registers = steps.iter().map(registers).fold(0, |a, b| if a > b { a } else { b });
    let tallied = tallied(system, &steps, &shapes, &reported_from);
    let position: BTreeMap<Value, usize> =
        tallied.iter().enumerate().map(|(i, t)| (t.value, i)).collect();
    let observations = observed
        .into_iter()
        .map(|o| Observation {
            tallied: o.value.and_then(|value| position.get(&value).copied()),
            since: if o.timed { o.since.saturating_sub(system.first_reported) } else { 0 },
            before: o.before.and_then(|value| position.get(&value).copied()),
            rows: if o.timed { reported } else { 1 },
            series: o.series,
        })
        .collect();
    Ok(Plan::new(system, steps, total, places, registers, tallied, observations))
}

/// The rows that the largest operation of the user's works on.
pub(super) fn operation_rows(steps: &[Step], horizon: usize) -> usize {
    let rows = steps.iter().map(|s| if let Op::User(op) = &s.op { op.rows(horizon) } else { 0 });
    rows.fold(0, |a, b| if a > b { a } else { b })
}

/// The most registers an operation uses.
fn registers(step: &Step) -> usize {
    match &step.op {
        Op::Map(map) => map.registers(),
        Op::Loop(inner) => {
            inner.steps.iter().map(registers).fold(0, |a, b| if a > b { a } else { b })
        }
        _ => 0,
    }
}

/// A series to be reported, while the plan is made.
struct Chosen {
    /// Whether it is a difference, the policy, the position as declared.
    order: (bool, usize, usize),
    /// None for the difference of a value with itself.
    value: Option<Value>,
    /// The first step in which it may differ from the reference.
    since: usize,
    /// The reference.
    before: Option<Value>,
    timed: bool,
    series: Series,
}

/// The values wanted, in the order in which they are computed.
fn tallied(
    system: &System,
    steps: &[Step],
    shapes: &[Shape],
    reported_from: &[Option<usize>],
) -> Vec<Tallied> {
    let mut tallied: Vec<Tallied> = Vec::new();
    let mut first = 0;
    for (after, step) in steps.iter().enumerate() {
        for value in &step.outs {
            let Some(from) = reported_from[value.0 as usize] else { continue };
            let shape = &shapes[value.0 as usize];
            let elements = shape.elements(&system.dimensions);
            let (steps, rows) =
                if shape.timed { (system.steps, system.steps - from) } else { (1, 1) };
            tallied.push(Tallied { value: *value, after, elements, steps, rows, first });
            first += elements * rows;
        }
    }
    tallied
}

/// Something a plan has to deliver.
#[derive(Clone, Copy)]
enum Goal {
    Observe(usize),
    Balance(usize),
}

/// The goals, each with the variables it needs, in an order that keeps few
/// values alive: next comes always the one with the fewest variables not
/// computed yet.
fn order(system: &System) -> Vec<(Goal, Vec<usize>)> {
    let mut goals: Vec<(Goal, Vec<usize>)> = Vec::new();
    for (process, p) in system.processes.iter().enumerate() {
        let of = p.inflows.iter().chain(&p.outflows).chain(&p.stocks).copied();
        goals.push((Goal::Balance(process), system.requirements(of)));
    }
    for (o, Observed { name, .. }) in system.observed.iter().enumerate() {
        let of = system.index.get(name).copied();
        goals.push((Goal::Observe(o), system.requirements(of)));
    }
    let mut done = vec![false; system.definitions.len()];
    let mut ordered = Vec::new();
    while !goals.is_empty() {
        let missing = |needs: &[usize]| needs.iter().filter(|at| !done[**at]).count();
        let next = (0..goals.len()).min_by_key(|g| missing(&goals[*g].1)).unwrap_or(0);
        let goal = goals.remove(next);
        for at in &goal.1 {
            done[*at] = true;
        }
        ordered.push(goal);
    }
    ordered
}

fn too_large(found: String, allowed: usize) -> Error {
    Error::new(
        ErrorKind::System,
        Diagnostic::new("the plan would be too large")
            .found(found)
            .allowed(format!("at most {allowed}"))
            .fix("observe fewer or more aggregated variables"),
    )
}

fn series(system: &System, shape: &Shape, name: &str, unit: &str, policy: &str) -> Series {
    Series {
        policy: policy.to_owned(),
        versus: None,
        name: name.to_owned(),
        unit: unit.to_owned(),
        dimensions: shape.dims.iter().map(|d| system.dimensions[*d].name.clone()).collect(),
        labels: shape.labels(&system.dimensions),
    }
}

/// Adds the mass balance of one process over the dimensions that all its
/// flows and stocks have.
fn balance(system: &System, lowering: &mut Lowering, process: usize) {
    let declared = &system.processes[process];
    let mut groups = Vec::new();
    let mut common: Option<Shape> = None;
    for group in [&declared.inflows, &declared.outflows, &declared.stocks] {
        let mut values = Vec::new();
        for at in group {
            let leaf = lowering.variable(*at);
            let (value, shape) = lowering.value(leaf);
            let dims = shape.dims.iter().copied();
            common = Some(match common {
                None => Shape::new(dims.collect(), false),
                Some(c) => Shape::new(dims.filter(|d| c.dims.contains(d)).collect(), false),
            });
            values.push((value, shape));
        }
        groups.push(values);
    }
    let Some(common) = common else { return };
    let mut terms = groups.into_iter().map(|values| {
        values
            .into_iter()
            .map(|(value, shape)| {
                let mut parts = vec![Vec::new(); common.elements(&system.dimensions)];
                let map = shape.index_into(&common, &system.dimensions);
                for (e, target) in map.iter().enumerate() {
                    parts[*target as usize].push(e as u32);
                }
                Term { value, timed: shape.timed, parts }
            })
            .collect::<Vec<_>>()
    });
    let (inflows, outflows, stocks) = (
        terms.next().unwrap_or_default(),
        terms.next().unwrap_or_default(),
        terms.next().unwrap_or_default(),
    );
    let elements = common.elements(&system.dimensions);
    lowering.emit(Op::Balance(Balance { process, elements, inflows, outflows, stocks }), &[]);
}

/// The operations whose results somebody reads, in order. (Balances have no
/// result; they are always wanted.)
fn living(steps: Vec<Step>, wanted: &[bool]) -> Vec<Step> {
    let mut read = wanted.to_vec();
    let mut kept = Vec::new();
    for step in steps.into_iter().rev() {
        if step.outs.is_empty() || step.outs.iter().any(|out| read[out.0 as usize]) {
            for value in step.inputs() {
                read[value.0 as usize] = true;
            }
            kept.push(step);
        }
    }
    kept.reverse();
    kept
}
