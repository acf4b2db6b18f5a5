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
            if let Some(at) = o.tallied {
                wanted[at] = true;
            }
        }
        let mut width = 0;
        let of = wanted.iter().zip(plan.tallied()).map(|(wanted, value)| {
            let start = width;
            width += if *wanted { value.numbers().len() } else { 0 };
            wanted.then_some(start)
        });
        Self { of: of.collect(), width }
    }
}

/// What was kept of a series.
#[derive(Clone, Copy, Debug)]
enum Column {
    Nothing,
    /// A difference that is zero in every draw.
    Zero,
    /// Where its numbers start within a draw.
    At(usize),
}

/// All draws of the variables that were to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// For each reported series.
    columns: Vec<Column>,
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
        let column = |o: &Observation| match o.tallied {
            _ if !names.contains(&o.series.name) => Column::Nothing,
            None => Column::Zero,
            Some(at) => columns.of[at].map_or(Column::Nothing, Column::At),
        };
        let all = plan.observations().iter().map(column).collect();
        Self { columns: all, width: columns.width, draws: draws as usize, numbers }
    }

    /// Every draw of number `offset` of series `at`, if it was kept.
    pub(super) fn draws(&self, at: usize, offset: usize) -> Option<Vec<f64>> {
        match self.columns.get(at)? {
            Column::Nothing => None,
            Column::Zero => Some(vec![0.0; self.draws]),
            Column::At(start) => {
                Some(self.numbers.chunks(self.width).map(|draw| draw[start + offset]).collect())
            }
        }
    }
}
