//! What policies change, draw by draw.

use super::cells;
use super::grid::Grid;
use super::quantities::COMPARED;
use super::view::{View, elements};
use crate::error::Error;
use std::fmt::Write as _;

/// For each policy but the reference, its paired differences with their Monte
/// Carlo standard errors.
pub(super) fn differences(view: &View, full: bool) -> Result<String, Error> {
    let mut text = String::new();
    if view.policies.len() > 1 {
        let _ = writeln!(
            text,
            "\nPolicies minus {}, draw by draw: mean, below it ± Monte Carlo standard error",
            view.reference()
        );
    }
    for policy in &view.policies[1..] {
        for (series, title) in COMPARED {
            if !full && series != "recovered" {
                continue;
            }
            let report = view.difference(policy, series)?;
            let shown: Vec<_> =
                elements(report).into_iter().take(if full { 6 } else { 3 }).collect();
            let rows: Vec<_> = shown.iter().map(|(e, name)| (name, view.row(report, *e))).collect();
            let means = rows.iter().flat_map(|(_, row)| row.iter().map(|x| x.mean));
            let unit = cells::shown(&report.series().unit, means, 99_995.0);
            let _ = writeln!(text, "\n{policy}: {title}, {}", unit.unit);
            let mut grid = Grid::of_years(&view.years);
            for (name, row) in rows {
                let cells = row.iter().map(|x| cells::difference(x, &unit, view.outcome.draws()));
                let (means, errors): (Vec<_>, Vec<_>) = cells.map(|[m, e]| (m, e)).unzip();
                grid.row(name, means);
                grid.row("", errors);
            }
            text += &grid.text();
        }
    }
    Ok(text)
}
