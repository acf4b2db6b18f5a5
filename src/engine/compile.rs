//! From a system to a plan: operations in order, slots shared in time.

use super::arena::Value;
use super::lower::Lowering;
use super::ops::{Balance, Op, Step, Term};
use super::plan::{Observation, Plan, Series};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::system::{Shape, System};
use std::collections::BTreeMap;

/// The most numbers a plan reports, over all policies and differences.
const MAX_NUMBERS: usize = 500_000;
/// The most memory one block may take, in rows of sixteen numbers (2 GiB).
const MAX_ROWS: usize = 1 << 24;

pub(super) fn compile(system: &System) -> Result<Plan, Error> {
    let mut lowering = Lowering::new(system);
    let mut observations: Vec<(usize, Observation)> = Vec::new();
    let mut reference: BTreeMap<usize, (Value, Shape)> = BTreeMap::new();
    let goals = order(system);
    for (policy, declared) in system.policies.iter().enumerate() {
        lowering.policy(policy);
        for (goal, needs) in &goals {
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
            let (name, unit) = &system.observed[o];
            let Some(at) = system.index.get(name) else { continue };
            let leaf = lowering.variable(*at);
            let (value, shape) = lowering.value(leaf);
            let series = series(system, &shape, name, unit, &declared.name);
            if policy == 0 {
                reference.insert(o, (value, shape.clone()));
            } else if let Some(base) = reference.get(&o).cloned() {
                let (difference, shape) = lowering.difference((value, shape.clone()), base);
                let versus = Some(system.policies[0].name.clone());
                let series = Series { versus, ..series.clone() };
                observations
                    .push((o, Observation { value: difference, timed: shape.timed, series }));
            }
            observations.push((o, Observation { value, timed: shape.timed, series }));
        }
    }
    // Policies first, in order, then the differences; each as declared.
    let policies: Vec<&str> = system.policies().collect();
    observations.sort_by_key(|(o, observation)| {
        let s = &observation.series;
        (s.versus.is_some(), policies.iter().position(|p| *p == s.policy), *o)
    });
    let observations: Vec<Observation> = observations.into_iter().map(|(_, o)| o).collect();
    let numbers: usize = observations
        .iter()
        .map(|o| o.series.labels.len() * if o.timed { system.steps } else { 1 })
        .sum();
    if numbers > MAX_NUMBERS {
        return Err(too_large(format!("{numbers} observed numbers"), MAX_NUMBERS));
    }
    let Lowering { steps, shapes, .. } = lowering;
    let rows: Vec<usize> = shapes
        .iter()
        .map(|s| s.elements(&system.dimensions) * if s.timed { system.steps } else { 1 })
        .collect();
    let pinned: Vec<Value> = observations.iter().map(|o| o.value).collect();
    let mut steps = living(steps, rows.len(), &pinned);
    let (slots, slot_of) = assign_slots(&mut steps, &rows, &pinned);
    let total: usize = slots.iter().sum();
    if total > MAX_ROWS {
        return Err(too_large(format!("{total} rows of sixteen numbers"), MAX_ROWS));
    }
    let registers = steps
        .iter()
        .map(|s| if let Op::Map(map) = &s.op { map.registers() } else { 0 })
        .fold(0, |a, b| if a > b { a } else { b });
    Ok(Plan::new(system, steps, slots, slot_of, registers, observations))
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
    for (o, (name, _)) in system.observed.iter().enumerate() {
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
fn living(steps: Vec<Step>, values: usize, pinned: &[Value]) -> Vec<Step> {
    let mut read = vec![false; values];
    for value in pinned {
        read[value.0 as usize] = true;
    }
    let mut kept = Vec::new();
    for step in steps.into_iter().rev() {
        if step.outs.is_empty() || step.outs.iter().any(|out| read[out.0 as usize]) {
            for value in step.op.inputs() {
                read[value.0 as usize] = true;
            }
            kept.push(step);
        }
    }
    kept.reverse();
    kept
}

/// Gives each value a slot of the arena. A slot is free again after the last
/// step that reads its value; observed values keep theirs. Where an operation
/// allows it, its output takes the slot of an input read for the last time.
fn assign_slots(steps: &mut [Step], rows: &[usize], pinned: &[Value]) -> (Vec<usize>, Vec<u32>) {
    let (mut last, mut read) = (vec![0; rows.len()], vec![false; rows.len()]);
    for (at, step) in steps.iter().enumerate() {
        for value in step.op.inputs() {
            (last[value.0 as usize], read[value.0 as usize]) = (at, true);
        }
    }
    for value in pinned {
        (last[value.0 as usize], read[value.0 as usize]) = (usize::MAX, true);
    }
    // Slot 0 is empty: an output nobody reads is not written.
    let (mut slots, mut slot_of) = (vec![0], vec![0; rows.len()]);
    let mut free: Vec<usize> = Vec::new();
    for (at, step) in steps.iter_mut().enumerate() {
        let mut done: Vec<Value> = step.op.inputs();
        if let Some(input) = step.op.replaces()
            && let [out] = step.outs[..]
            && last[input.0 as usize] == at
            && read[out.0 as usize]
            && rows[input.0 as usize] == rows[out.0 as usize]
        {
            slot_of[out.0 as usize] = slot_of[input.0 as usize];
            done.retain(|value| *value != input);
            if let Op::Map(map) = &mut step.op {
                map.replace();
            }
        } else {
            for value in step.outs.iter().filter(|v| read[v.0 as usize]) {
                let need = rows[value.0 as usize];
                let best = free
                    .iter()
                    .enumerate()
                    .filter(|(_, slot)| slots[**slot] >= need)
                    .min_by_key(|(_, slot)| slots[**slot])
                    .map(|(i, _)| i);
                let slot = match best {
                    Some(i) => free.swap_remove(i),
                    None => {
                        slots.push(need);
                        slots.len() - 1
                    }
                };
                slot_of[value.0 as usize] = slot as u32;
            }
        }
        done.sort_unstable();
        done.dedup();
        for value in done {
            if last[value.0 as usize] == at {
                free.push(slot_of[value.0 as usize] as usize);
            }
        }
    }
    (slots, slot_of)
}
