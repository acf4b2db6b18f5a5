//! What a plan reports, and how the values get out of a block.

use super::arena::Value;
use crate::lanes::Row;
use std::ops::Range;

/// A reported variable under one policy, or its difference to the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The policy.
    pub policy: String,
    /// For a paired difference, the policy subtracted, draw by draw.
    pub versus: Option<String>,
    /// The variable's name.
    pub name: String,
    /// The unit stated when it was observed.
    pub unit: String,
    /// The names of its dimensions.
    pub dimensions: Vec<String>,
    /// For each element, its label along each dimension.
    pub labels: Vec<Vec<String>>,
}

/// A series of the outcome and the values it reads.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// The position of its value among those tallied. None for the difference
    /// of a value with itself: it is zero in every draw.
    pub(crate) tallied: Option<usize>,
    /// The first reported step that is read there. Before it, a policy has not
    /// begun to act.
    pub(crate) since: usize,
    /// The same for the steps before: the reference. None for a difference.
    pub(crate) before: Option<usize>,
    /// Reported steps; one for a series that does not vary in time.
    pub(crate) rows: usize,
    pub(crate) series: Series,
}

impl Observation {
    /// How many numbers per draw it reports.
    pub(crate) fn len(&self) -> usize {
        self.series.labels.len() * self.rows
    }

    /// For each number, element by element, its position among all numbers
    /// tallied; none if it is zero in every draw.
    pub(crate) fn numbers(&self, tallied: &[Tallied]) -> impl Iterator<Item = Option<usize>> {
        (0..self.len()).map(move |i| {
            let (element, row) = (i / self.rows, i % self.rows);
            let at = if row < self.since { self.before } else { self.tallied };
            at.map(|at| tallied[at].number(element, self.rows - row))
        })
    }
}

/// A value that somebody reports. However many series read it, it is handed
/// over once, right after the operation that computes it.
#[derive(Clone, Debug)]
pub(crate) struct Tallied {
    pub(crate) value: Value,
    /// The position of the operation that computes it.
    pub(crate) after: usize,
    pub(crate) elements: usize,
    /// Steps of an element, and those of them that are reported: the last.
    pub(crate) steps: usize,
    pub(crate) rows: usize,
    /// The position of its first number among all numbers tallied.
    pub(crate) first: usize,
}

impl Tallied {
    /// The positions of its numbers.
    pub(crate) fn numbers(&self) -> Range<usize> {
        self.first..self.first + self.elements * self.rows
    }

    /// The position of the number of an element that has so many reported
    /// steps from there to the end.
    fn number(&self, element: usize, to_the_end: usize) -> usize {
        self.first + (element + 1) * self.rows - to_the_end
    }

    /// The reported rows of the value, each with the position of its number.
    pub(crate) fn reported(&self) -> impl Iterator<Item = (usize, usize)> {
        let (steps, rows, first) = (self.steps, self.rows, self.first);
        (0..self.elements * rows).map(move |i| {
            let (element, t) = (i / rows, i % rows);
            (element * steps + (steps - rows) + t, first + i)
        })
    }
}

/// Takes the reported values of a block as they are computed.
pub(crate) trait Sink {
    /// Takes value `at` of those tallied, `[element][step]` rows of lanes.
    fn take(&mut self, at: usize, rows: &[Row]);
}
