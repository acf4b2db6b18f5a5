//! What happens to chosen cohorts besides ageing.

use super::check;
use crate::error::{Error, argument};

/// A flow of used products of one cohort in one step, per year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohortFlow {
    /// The step.
    pub step: usize,
    /// The cohort, not above the step.
    pub cohort: usize,
    /// The type, 0 if there is only one.
    pub kind: usize,
    /// The flow, per year, 0 or more.
    pub flow: f64,
}

/// A share of one cohort in one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohortShare {
    /// The step.
    pub step: usize,
    /// The cohort, not above the step.
    pub cohort: usize,
    /// The type, 0 if there is only one.
    pub kind: usize,
    /// The share, 0 to 1.
    pub share: f64,
}

/// An event and its place in the list it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) index: usize,
    pub(super) step: usize,
    pub(super) cohort: usize,
    pub(super) kind: usize,
    pub(super) amount: f64,
}

fn sorted(
    name: &str,
    list: impl Iterator<Item = Event>,
    steps: std::ops::Range<usize>,
    kinds: usize,
) -> Result<Vec<Event>, Error> {
    let mut events: Vec<Event> = list.collect();
    for e in &events {
        if !steps.contains(&e.step) || e.cohort > e.step || e.kind >= kinds {
            return Err(argument(
                format!("{name}: no such step, cohort or type"),
                format!("{name}[{}]", e.index),
                format!("step {}, cohort {}, type {}", e.step, e.cohort, e.kind),
                format!(
                    "steps {} to {}, a cohort not above the step, types below {kinds}",
                    steps.start,
                    steps.end - 1
                ),
                "count from 0; the steps of the initial stock have no events",
            ));
        }
    }
    events.sort_by_key(|e| e.step);
    Ok(events)
}

/// Checked flows in the order of their steps.
pub(super) fn flows(
    name: &str,
    list: &[CohortFlow],
    steps: std::ops::Range<usize>,
    kinds: usize,
) -> Result<Vec<Event>, Error> {
    for (i, e) in list.iter().enumerate() {
        if !(e.flow >= 0.0 && e.flow.is_finite()) {
            return Err(argument(
                format!("{name}: a flow is out of bounds"),
                format!("{name}[{i}]"),
                format!("{}", e.flow),
                "a finite number, 0 or more",
                "write imports and exports in their own lists, both positive",
            ));
        }
    }
    let events = list.iter().enumerate().map(|(index, e)| Event {
        index,
        step: e.step,
        cohort: e.cohort,
        kind: e.kind,
        amount: e.flow,
    });
    sorted(name, events, steps, kinds)
}

/// Checked shares in the order of their steps.
pub(super) fn shares(
    name: &str,
    list: &[CohortShare],
    steps: std::ops::Range<usize>,
    kinds: usize,
) -> Result<Vec<Event>, Error> {
    for (i, e) in list.iter().enumerate() {
        check::share(format!("{name}[{i}]"), e.share)?;
    }
    let events = list.iter().enumerate().map(|(index, e)| Event {
        index,
        step: e.step,
        cohort: e.cohort,
        kind: e.kind,
        amount: e.share,
    });
    sorted(name, events, steps, kinds)
}

/// The events of one step.
pub(super) fn of_step(events: &[Event], step: usize) -> &[Event] {
    let first = events.partition_point(|e| e.step < step);
    let last = events.partition_point(|e| e.step <= step);
    &events[first..last]
}
