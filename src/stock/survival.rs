//! What share of each cohort is left at the end of each step.

use super::grid::Grid;
use super::timing::Timing;
use crate::error::{Error, argument};
use crate::lifetime::LifetimeLaw;

/// How lifetimes differ by cohort and by year.
#[derive(Clone, Debug, PartialEq)]
pub enum Lifetimes {
    /// One law for all.
    Constant(LifetimeLaw),
    /// Nature: one law per cohort, fixed at birth.
    ByCohort(Vec<LifetimeLaw>),
    /// Nurture: one law per step. In step t every cohort of whatever age has
    /// the conditional survival S_t(age at the end)/S_t(age at the beginning).
    ByYear(Vec<LifetimeLaw>),
    /// Both: in step t the cohort's law, stretched by the step's factor.
    ByCohortAndYear {
        /// One law per cohort.
        laws: Vec<LifetimeLaw>,
        /// One factor above 0 per step.
        stretch: Vec<f64>,
    },
}

/// The share of cohort c still in stock at the end of step t.
///
/// With equal steps and one law it is kept by age, otherwise by cohort and
/// step, which takes steps²/2 numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Survival {
    steps: usize,
    table: Table,
}

#[derive(Clone, Debug, PartialEq)]
enum Table {
    ByAge(Vec<f64>),
    /// Column after column: cohort c holds steps c, c+1, ….
    ByCohort(Vec<f64>),
}

/// Where cohort `c` begins in a triangle of columns.
pub(super) fn offset(steps: usize, c: usize) -> usize {
    c * steps - c * c.saturating_sub(1) / 2
}

impl Survival {
    /// The table of a grid, from laws and the moment of entry.
    ///
    /// # Errors
    /// If the number of laws does not fit, or a factor is not above 0.
    pub fn new(grid: &Grid, lifetimes: &Lifetimes, timing: Timing) -> Result<Self, Error> {
        let steps = grid.steps();
        let points = timing.points()?;
        let count = |key: &str, found: usize| {
            if found == steps {
                return Ok(());
            }
            Err(argument(
                "lifetimes: wrong number",
                key,
                format!("{found}"),
                format!("{steps}, one per step of the grid"),
                "write one for every step",
            ))
        };
        match lifetimes {
            Lifetimes::Constant(law) => match grid.even_length() {
                Some(_) => {
                    let at = |a| mean(&points, |part| law.survival(grid.age(a, 0, part)));
                    Ok(Self { steps, table: Table::ByAge((0..steps).map(at).collect()) })
                }
                None => Ok(Self::of_cohorts(steps, |t, c| {
                    mean(&points, |part| law.survival(grid.age(t, c, part)))
                })),
            },
            Lifetimes::ByCohort(laws) => {
                count("laws", laws.len())?;
                Ok(Self::of_cohorts(steps, |t, c| {
                    mean(&points, |part| laws[c].survival(grid.age(t, c, part)))
                }))
            }
            Lifetimes::ByYear(laws) => {
                count("laws", laws.len())?;
                Ok(Self::of_years(grid, &points, |t, _, x| laws[t].survival(x)))
            }
            Lifetimes::ByCohortAndYear { laws, stretch } => {
                count("laws", laws.len())?;
                count("stretch", stretch.len())?;
                if let Some(i) = stretch.iter().position(|f| !(*f > 0.0 && f.is_finite())) {
                    return Err(argument(
                        "lifetimes: a factor is out of bounds",
                        format!("stretch[{i}]"),
                        format!("{}", stretch[i]),
                        "a finite number above 0",
                        "write 1 for no change",
                    ));
                }
                Ok(Self::of_years(grid, &points, |t, c, x| laws[c].survival(x / stretch[t])))
            }
        }
    }

    /// The convention before 2018: the share of a cohort that leaves in step t
    /// is the density at the integer age t − c, times the length of the step;
    /// nothing leaves in the cohort's own step. For reproducing old results
    /// only: shares need not sum to 1. (Then, too, Weibull laws went by
    /// differences of the survival function: use [`Survival::new`] with
    /// [`Timing::End`].)
    ///
    /// # Errors
    /// If the steps are not equal, the law has sudden exits and so no density,
    /// or the shares sum to more than 1 so that the stock would turn negative.
    pub fn density_at_integer_age(grid: &Grid, law: &LifetimeLaw) -> Result<Self, Error> {
        let refused = |message: &str, key: &str, found: &str, allowed: &str| {
            let message = format!("density at integer age: {message}");
            Err(argument(message, key, found, allowed, "use a survival function"))
        };
        let Some(length) = grid.even_length() else {
            return refused("steps differ in length", "grid", "uneven steps", "equal steps");
        };
        if !law.has_density() {
            return refused("the law has none", "law", "a fixed lifetime", "a continuous law");
        }
        let mut left = 1.0;
        let mut by_age = vec![1.0];
        for a in 1..grid.steps() {
            left -= length * law.density(a as f64 * length);
            if left.is_nan() || left < -1e-12 {
                return refused(
                    "more leaves than entered",
                    &format!("age[{a}]"),
                    &format!("{left} left"),
                    "densities that sum to at most 1",
                );
            }
            by_age.push(crate::maths::max(left, 0.0));
        }
        Ok(Self { steps: grid.steps(), table: Table::ByAge(by_age) })
    }

    /// A table by age in steps: `shares[a]` of a cohort is left at the end of
    /// the a-th step after the one of entry.
    ///
    /// # Errors
    /// If there is no value, one is outside 0 to 1, or one rises.
    pub fn from_ages(shares: &[f64]) -> Result<Self, Error> {
        if shares.is_empty() {
            return Err(argument(
                "survival: no values",
                "survival",
                "an empty series",
                "one share per age",
                "write one value per step",
            ));
        }
        check(shares, |a| format!("survival[{a}]"))?;
        Ok(Self { steps: shares.len(), table: Table::ByAge(shares.to_vec()) })
    }

    /// A table by step and cohort: `rows[t][c]` of cohort c ≤ t is left at the
    /// end of step t.
    ///
    /// # Errors
    /// If a row is too short, or a share is outside 0 to 1 or rises.
    pub fn from_rows(rows: &[Vec<f64>]) -> Result<Self, Error> {
        rows_are_full("survival", rows)?;
        let table = Self::of_cohorts(rows.len(), |t, c| rows[t][c]);
        table.checked("survival")
    }

    /// A table from hazards by step and cohort: `rows[t][c]` is the share of
    /// what cohort c ≤ t has in stock at the beginning of step t (for c = t: of
    /// its inflow) that leaves in step t. With t − c as age: hazards by age and
    /// year.
    ///
    /// # Errors
    /// If a row is too short or a hazard is outside 0 to 1.
    pub fn from_hazards(rows: &[Vec<f64>]) -> Result<Self, Error> {
        rows_are_full("hazards", rows)?;
        for (t, row) in rows.iter().enumerate() {
            for (c, h) in row.iter().enumerate().take(t + 1) {
                super::check::share(format!("hazards[{t}][{c}]"), *h)?;
            }
        }
        let mut left = vec![1.0; rows.len()];
        // of_cohorts goes down each cohort in order
        Ok(Self::of_cohorts(rows.len(), |t, c| {
            left[c] *= 1.0 - rows[t][c];
            left[c]
        }))
    }

    /// Only what passed through the first step: every share divided by the one
    /// at the end of the cohort's own step, so that nothing leaves in it.
    #[must_use]
    pub fn protected_in_first_step(&self) -> Self {
        let share = |now: f64, first: f64| if first > 0.0 { now / first } else { 0.0 };
        match &self.table {
            Table::ByAge(s) => {
                let mut by_age: Vec<f64> = s.iter().map(|x| share(*x, s[0])).collect();
                by_age[0] = 1.0;
                Self { steps: self.steps, table: Table::ByAge(by_age) }
            }
            Table::ByCohort(_) => Self::of_cohorts(self.steps, |t, c| {
                if t == c { 1.0 } else { share(self.left(t, c), self.left(c, c)) }
            }),
        }
    }

    /// The number of steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The share of cohort `c` left at the end of step `t`, 0 if `t < c`; none
    /// if `t` is not a step.
    #[must_use]
    pub fn at(&self, t: usize, c: usize) -> Option<f64> {
        (t < self.steps).then(|| self.left(t, c))
    }

    /// [`Survival::at`] for a step of the grid.
    pub(super) fn left(&self, t: usize, c: usize) -> f64 {
        if t < c {
            return 0.0;
        }
        match &self.table {
            Table::ByAge(s) => s[t - c],
            Table::ByCohort(s) => s[offset(self.steps, c) + t - c],
        }
    }

    /// The share of what cohort `c` had at the beginning of step `t` that
    /// leaves in it; 1 where nothing was left.
    pub(super) fn hazard(&self, t: usize, c: usize) -> f64 {
        let before = if t > c { self.left(t - 1, c) } else { 1.0 };
        if before > 0.0 { 1.0 - self.left(t, c) / before } else { 1.0 }
    }

    /// The shares by age, if all cohorts have the same.
    pub(super) fn by_age(&self) -> Option<&[f64]> {
        match &self.table {
            Table::ByAge(s) => Some(s),
            Table::ByCohort(_) => None,
        }
    }

    /// The table with every share changed by a function that never falls.
    pub(super) fn mapped(&self, f: impl Fn(f64) -> f64) -> Self {
        let changed = |shares: &[f64]| shares.iter().map(|s| f(*s)).collect();
        let table = match &self.table {
            Table::ByAge(s) => Table::ByAge(changed(s)),
            Table::ByCohort(s) => Table::ByCohort(changed(s)),
        };
        Self { steps: self.steps, table }
    }

    fn of_cohorts(steps: usize, mut share: impl FnMut(usize, usize) -> f64) -> Self {
        let mut columns = Vec::with_capacity(steps * (steps + 1) / 2);
        for c in 0..steps {
            columns.extend((c..steps).map(|t| share(t, c)));
        }
        Self { steps, table: Table::ByCohort(columns) }
    }

    /// Chains of conditional survival, one per point of entry.
    fn of_years(
        grid: &Grid,
        points: &[(f64, f64)],
        survival: impl Fn(usize, usize, f64) -> f64,
    ) -> Self {
        let mut left = vec![1.0; points.len()];
        Self::of_cohorts(grid.steps(), |t, c| {
            let mut sum = 0.0;
            for ((part, weight), left) in points.iter().zip(&mut left) {
                let now = survival(t, c, grid.age(t, c, *part));
                let before = match t {
                    _ if t == c => 1.0,
                    _ => survival(t, c, grid.age(t - 1, c, *part)),
                };
                if t == c {
                    *left = 1.0;
                }
                *left *= if before > 0.0 { now / before } else { 0.0 };
                sum += weight * *left;
            }
            sum
        })
    }

    fn checked(self, name: &str) -> Result<Self, Error> {
        if let Table::ByCohort(columns) = &self.table {
            for c in 0..self.steps {
                let first = offset(self.steps, c);
                let column = &columns[first..first + self.steps - c];
                check(column, |a| format!("{name}[{}][{c}]", a + c))?;
            }
        }
        Ok(self)
    }
}

fn mean(points: &[(f64, f64)], f: impl Fn(f64) -> f64) -> f64 {
    let sum: f64 = points.iter().map(|(part, weight)| weight * f(*part)).sum();
    crate::maths::min(sum, 1.0)
}

fn rows_are_full(name: &str, rows: &[Vec<f64>]) -> Result<(), Error> {
    let short = rows.iter().enumerate().find(|(t, row)| row.len() <= *t);
    match (rows.is_empty(), short) {
        (false, None) => Ok(()),
        (true, _) => Err(argument(
            format!("{name}: no rows"),
            name,
            "an empty table",
            "one row per step",
            "write one row for every step",
        )),
        (false, Some((t, row))) => Err(argument(
            format!("{name}: a row is too short"),
            format!("{name}[{t}]"),
            format!("{} values", row.len()),
            format!("{} values or more, one per cohort", t + 1),
            "write a value for every cohort up to the step's own",
        )),
    }
}

/// Requires shares within 0 to 1 that do not rise.
fn check(shares: &[f64], key: impl Fn(usize) -> String) -> Result<(), Error> {
    let mut above = 1.0;
    for (i, &s) in shares.iter().enumerate() {
        super::check::share(key(i), s)?;
        if s > above {
            return Err(argument(
                "survival rises",
                key(i),
                format!("{s} after {above}"),
                "a share not above the one before",
                "check the order, or whether the table lists shares that left",
            ));
        }
        above = s;
    }
    Ok(())
}
