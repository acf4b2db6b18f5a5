//! Draws that are kept one by one.

use super::runner::Ensemble;
use crate::engine::{Observation, Plan, Series};

/// A variable of which every draw is kept.
#[derive(Clone, Debug)]
pub(super) struct Keep {
    pub(super) name: String,
    /// Only in these years, if it varies in time; in all if `None`.
    pub(super) years: Option<Vec<i32>>,
    /// Only this element; all of them, with their differences, if `None`.
    pub(super) only: Option<Only>,
}

/// An element of a variable under a policy.
#[derive(Clone, Debug)]
pub(super) struct Only {
    pub(super) policy: String,
    pub(super) labels: Vec<String>,
}

impl Only {
    /// Whether element `at` of a reported series is meant.
    pub(super) fn is(&self, series: &Series, at: usize) -> bool {
        series.versus.is_none()
            && series.policy == self.policy
            && series.labels.get(at) == Some(&self.labels)
    }
}

/// Whether number `offset` of a reported series is to be kept.
fn wanted(keep: &[Keep], plan: &Plan, o: &Observation, offset: usize) -> bool {
    let year = i64::from(plan.reported_from()) + (offset % o.rows) as i64;
    keep.iter().filter(|k| k.name == o.series.name).any(|k| {
        let of_element = k.only.as_ref().is_none_or(|only| only.is(&o.series, offset / o.rows));
        let of_year = k
            .years
            .as_ref()
            .is_none_or(|years| o.rows == 1 || years.iter().any(|asked| i64::from(*asked) == year));
        of_element && of_year
    })
}

impl Ensemble<'_> {
    /// How many numbers [`Outcome::draws_of`](crate::Outcome::draws_of) has of each
    /// draw: what was kept of every series, element and year. Numbers that are zero
    /// in every draw, or that several policies have in common, count each time. They
    /// are the columns of [`report::draws`](crate::report::draws).
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, system::var};
    /// let mut b = System::builder("one flow", 2020..=2022);
    /// b.constant("scrap", &[], 10.0).variable("collected", var("scrap").cumulative());
    /// b.observe("collected", "t").observe("scrap", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// assert_eq!(Ensemble::new(&plan).kept_numbers(), 0);
    /// assert_eq!(Ensemble::new(&plan).keep("collected").kept_numbers(), 3);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn kept_numbers(&self) -> usize {
        let of = |o: &Observation| {
            (0..o.len()).filter(|offset| wanted(&self.keep, self.plan, o, *offset)).count()
        };
        self.plan.observations().iter().map(of).sum()
    }
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
