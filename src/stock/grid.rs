//! The steps of a model.

use crate::error::{Error, argument};

/// The steps of a model, of equal or unequal length, in years.
///
/// # Examples
/// ```
/// use blackmass::stock::Grid;
/// let grid = Grid::from_bounds(&[2000.0, 2005.0, 2010.0, 2011.0])?;
/// assert_eq!(grid.lengths(), [5.0, 5.0, 1.0]);
/// assert!(Grid::from_bounds(&[2000.0, 2005.0, 2005.0]).is_err());
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// One more than there are steps.
    bounds: Vec<f64>,
    /// The common length of the steps, if there is one.
    even: Option<f64>,
}

impl Grid {
    /// Yearly steps.
    ///
    /// # Errors
    /// If there is no step.
    pub fn years(steps: usize) -> Result<Self, Error> {
        Self::even(steps, 1.0)
    }

    /// Quarters.
    ///
    /// # Errors
    /// If there is no step.
    pub fn quarters(steps: usize) -> Result<Self, Error> {
        Self::even(steps, 4.0)
    }

    /// Months.
    ///
    /// # Errors
    /// If there is no step.
    pub fn months(steps: usize) -> Result<Self, Error> {
        Self::even(steps, 12.0)
    }

    fn even(steps: usize, per_year: f64) -> Result<Self, Error> {
        let bounds: Vec<f64> = (0..=steps).map(|t| t as f64 / per_year).collect();
        Self::from_bounds(&bounds).map(|grid| Self { even: Some(1.0 / per_year), ..grid })
    }

    /// Steps between bounds: one bound more than steps, in years.
    ///
    /// # Errors
    /// If there are fewer than two bounds or one does not increase.
    pub fn from_bounds(bounds: &[f64]) -> Result<Self, Error> {
        if bounds.len() < 2 {
            return Err(argument(
                "grid: no step",
                "bounds",
                format!("{} bounds", bounds.len()),
                "two bounds or more",
                "write the beginning of the first step and the end of every step",
            ));
        }
        for (i, &bound) in bounds.iter().enumerate() {
            if !bound.is_finite() || (i > 0 && bound <= bounds[i - 1]) {
                return Err(argument(
                    "grid: steps do not increase",
                    format!("bounds[{i}]"),
                    format!("{bound}"),
                    "finite years, each above the one before",
                    "order the bounds",
                ));
            }
        }
        let steps = bounds.len() - 1;
        let (start, end) = (bounds[0], bounds[steps]);
        let length = (end - start) / steps as f64;
        let tolerance = 1e-12 * crate::maths::max(start.abs(), end.abs());
        let is_even = bounds
            .iter()
            .enumerate()
            .all(|(i, bound)| (start + length * i as f64 - bound).abs() <= tolerance);
        Ok(Self { bounds: bounds.to_vec(), even: is_even.then_some(length) })
    }

    /// Steps around given years: bounds lie halfway between neighbours, and
    /// the outer steps reach as far out as in. flodym's convention.
    ///
    /// # Errors
    /// If there are fewer than two years or one does not increase.
    pub fn around(years: &[f64]) -> Result<Self, Error> {
        if years.len() < 2 {
            return Err(argument(
                "grid: too few years",
                "years",
                format!("{} years", years.len()),
                "two or more",
                "use Grid::from_bounds for a single step",
            ));
        }
        if let Some(i) = (1..years.len()).find(|&i| years[i].is_nan() || years[i] <= years[i - 1]) {
            return Err(argument(
                "grid: steps do not increase",
                format!("years[{i}]"),
                format!("{}", years[i]),
                "years in ascending order",
                "order the years",
            ));
        }
        let halves: Vec<f64> = years.windows(2).map(|y| 0.5 * (y[0] + y[1])).collect();
        let last = years.len() - 1;
        let mut bounds = vec![2.0 * years[0] - halves[0]];
        bounds.extend(&halves);
        bounds.push(2.0 * years[last] - halves[last - 1]);
        Self::from_bounds(&bounds)
    }

    /// The number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The lengths of the steps in years.
    #[must_use]
    pub fn lengths(&self) -> Vec<f64> {
        (0..self.steps()).map(|t| self.length(t)).collect()
    }

    /// The length of a step in years.
    pub(super) fn length(&self, step: usize) -> f64 {
        match self.even {
            Some(length) => length,
            None => self.bounds[step + 1] - self.bounds[step],
        }
    }

    /// The length of all steps, if it is the same.
    pub(super) fn even_length(&self) -> Option<f64> {
        self.even
    }

    /// The time from the point `part` of step `cohort` to the end of step `t`.
    pub(super) fn age(&self, t: usize, cohort: usize, part: f64) -> f64 {
        match self.even {
            Some(length) => ((t - cohort) as f64 + (1.0 - part)) * length,
            None => {
                let (start, end) = (self.bounds[cohort], self.bounds[cohort + 1]);
                (self.bounds[t + 1] - end) + (1.0 - part) * (end - start)
            }
        }
    }
}
