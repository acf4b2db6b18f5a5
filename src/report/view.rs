//! What a table looks at: a region of an outcome, in some years.

use super::grid::Grid;
use super::{cells, quantities};
use crate::ensemble::{Outcome, Report, Summary};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::scenario::Region;

/// The years shown, as far as they are within the horizon; if none is, the
/// last year of the horizon is shown.
pub const YEARS: [i32; 7] = [2025, 2030, 2031, 2035, 2036, 2040, 2050];

/// A region of an outcome and what of it is shown.
pub(super) struct View<'a> {
    pub(super) outcome: &'a Outcome,
    pub(super) region: &'a Region,
    /// The reference policy, then the others.
    pub(super) policies: Vec<&'a str>,
    pub(super) years: Vec<i32>,
}

impl<'a> View<'a> {
    pub(super) fn new(outcome: &'a Outcome, region: &'a Region) -> Result<Self, Error> {
        let mut policies: Vec<&str> = Vec::new();
        for report in outcome.reports() {
            if !policies.contains(&report.series().policy.as_str()) {
                policies.push(&report.series().policy);
            }
        }
        if policies.is_empty() {
            return Err(missing(region.name()));
        }
        Ok(Self { outcome, region, policies, years: years(outcome) })
    }

    pub(super) fn reference(&self) -> &'a str {
        self.policies[0]
    }

    fn name(&self, series: &str) -> String {
        format!("{}.{series}", self.region.name())
    }

    /// A series of the region under the reference policy.
    pub(super) fn report(&self, series: &str) -> Result<&'a Report, Error> {
        self.under(self.reference(), series)
    }

    pub(super) fn under(&self, policy: &str, series: &str) -> Result<&'a Report, Error> {
        let name = self.name(series);
        self.outcome.report(policy, &name).ok_or_else(|| missing(&name))
    }

    pub(super) fn difference(&self, policy: &str, series: &str) -> Result<&'a Report, Error> {
        let name = self.name(series);
        self.outcome.difference(policy, &name).ok_or_else(|| missing(&name))
    }

    /// The numbers of an element in the years shown.
    pub(super) fn row(&self, report: &'a Report, element: usize) -> Vec<&'a Summary> {
        self.years.iter().filter_map(|year| report.summary(element, *year)).collect()
    }

    /// A heading with the unit, then for each element shown its mean and, if
    /// asked for, below it the 5–95 % band. Elements that are zero throughout
    /// are named in one line.
    pub(super) fn block(&self, title: &str, report: &'a Report, bands: bool) -> String {
        let rows: Vec<(String, Vec<&Summary>)> =
            elements(report).into_iter().map(|(e, name)| (name, self.row(report, e))).collect();
        let is_zero = |row: &[&Summary]| row.iter().all(|x| x.mean == 0.0 && x.sd == 0.0);
        let (zero, some): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, r)| is_zero(r));
        let numbers = some.iter().flat_map(|(_, row)| row.iter().map(|x| x.p95.value()));
        let shown = cells::shown(&report.series().unit, numbers, 9_995.0);
        let mut text = format!("\n{title}, {}\n", shown.unit);
        if !some.is_empty() {
            let mut grid = Grid::of_years(&self.years);
            for (name, row) in &some {
                grid.row(name, row.iter().map(|x| cells::mean(x, &shown)));
                if bands {
                    grid.row("", row.iter().map(|x| cells::band(x, &shown)));
                }
            }
            text += &grid.text();
        }
        if !zero.is_empty() {
            let names: Vec<&str> = zero.iter().map(|(name, _)| name.as_str()).collect();
            text += &super::grid::wrapped(&format!("none: {}", names.join(", ")), 2);
        }
        text
    }
}

fn years(outcome: &Outcome) -> Vec<i32> {
    let horizon = outcome.years();
    let years: Vec<i32> = YEARS.into_iter().filter(|y| horizon.contains(y)).collect();
    if years.is_empty() { vec![*horizon.end()] } else { years }
}

/// The elements shown and their names: of materials the main ones, as far as
/// there are some.
pub(super) fn elements(report: &Report) -> Vec<(usize, String)> {
    let series = report.series();
    let named = |(e, labels): (usize, &Vec<String>)| {
        let name = labels.join(", ");
        (e, if name.is_empty() { "all".to_owned() } else { name })
    };
    let all: Vec<(usize, String)> = series.labels.iter().enumerate().map(named).collect();
    let main = |(_, name): &&(usize, String)| quantities::MATERIALS.contains(&name.as_str());
    let main: Vec<_> = all.iter().filter(main).cloned().collect();
    if main.is_empty() { all } else { main }
}

fn missing(name: &str) -> Error {
    Error::new(
        ErrorKind::Argument,
        Diagnostic::new("the outcome lacks a series of the table")
            .key(name)
            .fix("give a region of the scenario that was run"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan, System};

    #[test]
    fn years_outside_the_horizon_are_left_out() -> Result<(), Error> {
        let steps = |years: std::ops::RangeInclusive<i32>| -> Result<Vec<i32>, Error> {
            let mut b = System::builder("short", years);
            b.constant("x", &[], 1.0).observe("x", "t");
            let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(2).run()?;
            Ok(super::years(&outcome))
        };
        assert_eq!(steps(2010..=2036)?, [2025, 2030, 2031, 2035, 2036]);
        assert_eq!(steps(2010..=2050)?, YEARS);
        assert_eq!(steps(2010..=2020)?, [2020]);
        Ok(())
    }
}
