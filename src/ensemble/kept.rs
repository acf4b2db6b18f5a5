//! Draws that are kept one by one.

use crate::engine::{Observation, Plan};

/// A variable of which every draw is kept.
#[derive(Clone, Debug)]
pub(super) struct Keep {
    pub(super) name: String,
    /// Only in these years, if it varies in time; in all if `None`.
    pub(super) years: Option<Vec<i32>>,
}

/// Whether number `offset` of a reported series is to be kept.
fn wanted(keep: &[Keep], plan: &Plan, o: &Observation, offset: usize) -> bool {
    let year = i64::from(plan.reported_from()) + (offset % o.rows) as i64;
    keep.iter().filter(|k| k.name == o.series.name).any(|k| match &k.years {
        Some(years) if o.rows > 1 => years.iter().any(|y| i64::from(*y) == year),
        _ => true,
    })
}

/// What is kept of a value: some of its rows, side by side.
#[derive(Debug)]
pub(super) struct Column {
    /// Where they start within the numbers kept of a draw.
    pub(super) start: usize,
    /// Their positions among all rows of the value.
    pub(super) rows: Vec<usize>,
}

/// Where the values to be kept lie within the numbers kept of a draw.
#[derive(Debug)]
pub(super) struct Columns {
    /// For each value tallied.
    pub(super) of: Vec<Column>,
    /// For each number tallied, where it lies, if it is kept.
    of_numbers: Vec<Option<usize>>,
    /// Numbers kept per draw.
    pub(super) width: usize,
}

impl Columns {
    pub(super) fn new(plan: &Plan, keep: &[Keep]) -> Self {
        let mut chosen = vec![false; plan.numbers()];
        for o in plan.observations() {
            for (offset, number) in o.numbers(plan.tallied()).enumerate() {
                if let Some(number) = number
                    && wanted(keep, plan, o, offset)
                {
                    chosen[number] = true;
                }
            }
        }
        let mut of_numbers = vec![None; chosen.len()];
        let mut width = 0;
        let of = plan.tallied().iter().map(|value| {
            let start = width;
            let mut rows = Vec::new();
            for (row, number) in value.reported().filter(|(_, number)| chosen[*number]) {
                of_numbers[number] = Some(width);
                rows.push(row);
                width += 1;
            }
            Column { start, rows }
        });
        let of = of.collect();
        Self { of, of_numbers, width }
    }
}

/// Where the draws of a number are.
#[derive(Clone, Copy, Debug)]
enum Place {
    NotKept,
    /// It is zero in every draw.
    Zero,
    /// Its position within the numbers of a draw.
    Column(usize),
}

/// All draws of the variables that were to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// For each reported series and each of its numbers; nothing for a series
    /// that is not kept.
    places: Vec<Vec<Place>>,
    width: usize,
    draws: usize,
    numbers: Vec<f64>,
}

impl Kept {
    pub(super) fn new(
        plan: &Plan,
        keep: &[Keep],
        columns: &Columns,
        draws: u32,
        numbers: Vec<f64>,
    ) -> Self {
        let place = |o: &Observation, offset: usize, number: Option<usize>| {
            if !wanted(keep, plan, o, offset) {
                return Place::NotKept;
            }
            let Some(number) = number else { return Place::Zero };
            columns.of_numbers[number].map_or(Place::NotKept, Place::Column)
        };
        let places = plan.observations().iter().map(|o| {
            if !keep.iter().any(|k| k.name == o.series.name) {
                return Vec::new();
            }
            let numbers = o.numbers(plan.tallied()).enumerate();
            numbers.map(|(offset, number)| place(o, offset, number)).collect()
        });
        let places = places.collect();
        Self { places, width: columns.width, draws: draws as usize, numbers }
    }

    /// Every draw of number `offset` of series `at`, if it was kept.
    pub(super) fn draws(&self, at: usize, offset: usize) -> Option<Vec<f64>> {
        match *self.places.get(at)?.get(offset)? {
            Place::NotKept => None,
            Place::Zero => Some(vec![0.0; self.draws]),
            Place::Column(column) => {
                Some(self.numbers.chunks(self.width).map(|draw| draw[column]).collect())
            }
        }
    }
}
