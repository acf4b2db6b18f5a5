//! Draws that are kept one by one.

use crate::engine::{Observation, Plan};

/// Where the values to be kept lie within the numbers kept of a draw.
#[derive(Debug)]
pub(super) struct Columns {
    /// For each value tallied, where its numbers start.
    pub(super) of: Vec<Option<usize>>,
    /// Numbers kept per draw.
    pub(super) width: usize,
}

impl Columns {
    pub(super) fn new(plan: &Plan, names: &[String]) -> Self {
        let mut wanted = vec![false; plan.tallied().len()];
        for o in plan.observations().iter().filter(|o| names.contains(&o.series.name)) {
            o.values().for_each(|at| wanted[at] = true);
        }
        let mut width = 0;
        let of = wanted.iter().zip(plan.tallied()).map(|(wanted, value)| {
            let start = width;
            width += if *wanted { value.numbers().len() } else { 0 };
            wanted.then_some(start)
        });
        Self { of: of.collect(), width }
    }

    /// For each number tallied, where it lies within the numbers of a draw.
    fn of_numbers(&self, plan: &Plan) -> Vec<Option<usize>> {
        let columns = self.of.iter().zip(plan.tallied());
        let columns = columns.flat_map(|(start, value)| {
            (0..value.numbers().len()).map(move |i| start.map(|start| start + i))
        });
        columns.collect()
    }
}

/// All draws of the variables that were to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// For each reported series that is kept and each of its numbers, where it
    /// lies within a draw; nowhere if it is zero in every draw.
    columns: Vec<Option<Vec<Option<usize>>>>,
    width: usize,
    draws: usize,
    numbers: Vec<f64>,
}

impl Kept {
    pub(super) fn new(
        plan: &Plan,
        names: &[String],
        columns: &Columns,
        draws: u32,
        numbers: Vec<f64>,
    ) -> Self {
        let of = columns.of_numbers(plan);
        let column = |o: &Observation| {
            let numbers = || o.numbers(plan.tallied()).map(|number| number.and_then(|n| of[n]));
            names.contains(&o.series.name).then(|| numbers().collect())
        };
        let all = plan.observations().iter().map(column).collect();
        Self { columns: all, width: columns.width, draws: draws as usize, numbers }
    }

    /// Every draw of number `offset` of series `at`, if it was kept.
    pub(super) fn draws(&self, at: usize, offset: usize) -> Option<Vec<f64>> {
        let column = *self.columns.get(at)?.as_ref()?.get(offset)?;
        Some(match column {
            None => vec![0.0; self.draws],
            Some(column) => self.numbers.chunks(self.width).map(|draw| draw[column]).collect(),
        })
    }
}
