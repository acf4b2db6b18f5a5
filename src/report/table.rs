//! The tables for people.

use super::grid::{Grid, WIDTH, wrapped};
use super::number::grouped;
use super::quantities::{CONTENTS, QUANTITIES, SEGMENTS, SHORT, SHORT_MATERIALS};
use super::view::{View, elements};
use super::{cells, differences, targets};
use crate::ensemble::{DesignRecord, Outcome};
use crate::error::Error;
use crate::lifecycle::Detail;
use crate::scenario::{Region, Scenario};
use std::fmt::Write as _;

/// Title, pathway and description of a scenario: every number is conditional on
/// them.
#[must_use]
pub fn heading(scenario: &Scenario) -> String {
    let text = format!("{}\nPathway: {}\n", scenario.title(), scenario.pathway());
    text + &wrapped(scenario.description(), 0)
}

/// The results of a region's life cycle as a text of at most 100 columns, what
/// matters most first: targets, the way of the main materials through the life
/// cycle, segments, and each further policy's paired differences.
///
/// Numbers have three significant figures and at most three decimals; `0` is
/// an exact zero, `0.000` a small number. A unit is the smallest in which a
/// table stays narrow. The mean is that of the draws, not the central case.
/// Materials that are not shown are in [`csv`](super::csv).
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the outcome lacks a
/// series of [`lifecycle`](crate::lifecycle) for this region.
///
/// # Examples
/// ```
/// use blackmass::report::{Detail, table};
/// use blackmass::{Ensemble, Plan, lifecycle, scenario::Scenario};
/// let scenario = Scenario::japan();
/// let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
/// let outcome = Ensemble::new(&plan).draws(64).run()?;
/// print!("{}", table(&outcome, &scenario.regions()[0], Detail::Short)?);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn table(outcome: &Outcome, region: &Region, detail: Detail) -> Result<String, Error> {
    let view = View::new(outcome, region)?;
    let full = detail == Detail::Full;
    let title = region.title();
    let line = "=".repeat(title.chars().count().min(WIDTH));
    let draws = grouped(f64::from(outcome.draws()), 0);
    let mut text = format!(
        "{title}\n{line}\nPolicy {}, {draws} draws. Mean of the draws; bands are 5–95 %.\n",
        view.reference()
    );
    text += &targets::contents(&view)?;
    text += &targets::list(&view, full)?;
    if full {
        text += &contents_by_year(&view);
        for (series, title) in QUANTITIES {
            text += &view.block(title, view.report(series)?, true);
        }
        for (series, title) in SEGMENTS {
            text += &view.block(title, view.report(series)?, false);
        }
        text += &view.block(
            "Production scrap in what recyclers are given",
            view.report("scrap_share_of_feed")?,
            true,
        );
    } else {
        text += &by_material(&view)?;
        let (series, title) = SEGMENTS[0];
        text += &view.block(title, view.report(series)?, false);
    }
    // Only a scenario with prices has it.
    if let Ok(report) = view.report("recovered_value") {
        text += &view.block("Value of what is recovered, at the prices of the year", report, true);
    }
    text += &differences::differences(&view, full)?;
    text += &errors_under(outcome.design());
    Ok(text)
}

/// What the errors shown are worth where the draws are not independent.
fn errors_under(design: &DesignRecord) -> String {
    let errors = "standard errors and Wilson intervals are those of independent draws";
    let worth = match design.name() {
        "mc" => return String::new(),
        "lhs" | "sobol" => format!("{errors}; the true ones are smaller for most numbers"),
        "samples" => format!("{errors}; they hold if the rows of the file are"),
        _ => "the draws are no random sample; means, bands and errors mean nothing".to_owned(),
    };
    format!("\n{}", wrapped(&format!("Design {}: {worth}.", design.name()), 0))
}

/// The way of each main material through the life cycle: means, and for what
/// is recovered the band.
fn by_material(view: &View) -> Result<String, Error> {
    let mut text = String::new();
    let materials = elements(view.report("inflow")?);
    for (_, material) in materials.iter().take(SHORT_MATERIALS) {
        let mut rows = Vec::new();
        for (series, title) in SHORT {
            let report = view.report(series)?;
            let Some(element) = report.element(&[material]) else { continue };
            rows.push((series, title, view.row(report, element)));
        }
        // One scale for flows and stocks, so that they can be compared.
        let means = rows.iter().flat_map(|(_, _, row)| row.iter().map(|x| x.mean));
        let shown = cells::shown("t", means, 99_995.0);
        let _ = writeln!(
            text,
            "\n{material}, {0}/yr (in use and backlog: {0} at the end of the year)",
            shown.unit
        );
        let mut grid = Grid::of_years(&view.years);
        for (series, title, row) in &rows {
            grid.row(title, row.iter().map(|x| cells::mean(x, &shown)));
            if *series == "recovered" {
                grid.row("  5–95 %", row.iter().map(|x| cells::band(x, &shown)));
            }
        }
        text += &grid.text();
    }
    Ok(text)
}

/// The recycled content by year in its variants, if the region has them.
fn contents_by_year(view: &View) -> String {
    let mut text = String::new();
    for (series, title) in CONTENTS {
        if let Ok(report) = view.report(series) {
            let title = format!("Recycled content {title}");
            text += &view.block(&title, report, true);
        }
    }
    match text.is_empty() {
        true => text,
        false => {
            format!("{text}(availability: recovered over contained; not whether the law is met)\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::{self, Options};
    use crate::sampling::design::Design;
    use crate::{Ensemble, ErrorKind, Plan};

    fn outcome(scenario: &Scenario, draws: u32) -> Result<Outcome, Error> {
        // With trade and supply, every policy in full is more than one plan takes.
        let policies: &[&str] =
            if scenario.world().is_some() { &["baseline", "apart"] } else { &[] };
        let full = Options { detail: Detail::Full, policies, ..Options::default() };
        let plan = Plan::compile(&lifecycle::system_with(scenario, &full)?)?;
        Ensemble::new(&plan).draws(draws).run()
    }

    #[test]
    fn both_regions_fit_the_page_and_are_complete() -> Result<(), Error> {
        let scenario = Scenario::japan_eu();
        let outcome = outcome(&scenario, 300)?;
        for region in scenario.regions() {
            for detail in [Detail::Short, Detail::Full] {
                let text = table(&outcome, region, detail)?;
                let widest = text.lines().max_by_key(|l| l.chars().count()).unwrap_or("");
                assert!(widest.chars().count() <= WIDTH, "{widest}");
                if detail == Detail::Short {
                    assert!(text.lines().count() < 170, "{}", text.lines().count());
                    continue;
                }
                for (_, title) in QUANTITIES.iter().chain(&SEGMENTS) {
                    assert!(text.contains(&format!("\n{title}, ")), "{title}");
                }
                for target in region.targets() {
                    assert_eq!(text.matches(&format!("\n{} ", target.id())).count(), 1);
                    assert!(text.contains(&format!("\n{}: ", target.id())));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_block_shows_the_numbers_of_its_series() -> Result<(), Error> {
        let scenario = Scenario::japan();
        let (outcome, region) = (outcome(&scenario, 300)?, &scenario.regions()[0]);
        let text = table(&outcome, region, Detail::Full)?;
        for (series, title) in QUANTITIES {
            let report = outcome.report("baseline", &format!("japan.{series}")).expect("reported");
            let Some(element) = report.element(&["lithium"]) else { continue };
            let summary = report.summary(element, 2030).expect("reported");
            let mut lines = text.lines().skip_while(|l| !l.starts_with(&format!("{title}, ")));
            let unit = lines.next().and_then(|l| l.rsplit(", ").next()).expect("a unit");
            let scale = match unit.trim_end_matches("/yr") {
                "t" => 1.0,
                "kt" => 1e3,
                "Mt" => 1e6,
                other => panic!("{other}"),
            };
            let mut block = lines.take_while(|l| !l.is_empty());
            let row = block.find(|l| l.starts_with("lithium"));
            let Some(row) = row else {
                assert_eq!(summary.mean, 0.0, "{series} has no row");
                continue;
            };
            // Columns are at least two spaces apart, thousands one.
            let cell = row.split("  ").filter(|c| !c.trim().is_empty()).nth(2).expect("2030");
            let shown: f64 = cell.replace(' ', "").parse().expect("a number");
            let near = (shown * scale - summary.mean).abs();
            assert!(near <= 0.006 * (summary.mean + scale * 0.1), "{series}: {row}");
        }
        Ok(())
    }

    #[test]
    fn what_errors_are_worth_is_said_where_draws_are_not_independent() -> Result<(), Error> {
        let scenario = Scenario::japan();
        let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
        let last = |design: Design| -> Result<String, Error> {
            let outcome = Ensemble::new(&plan).draws(16).design(design).run()?;
            let text = table(&outcome, &scenario.regions()[0], Detail::Short)?;
            assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
            Ok(text.trim_end().rsplit("\n\n").next().unwrap_or_default().replace('\n', " "))
        };
        assert!(!last(Design::MonteCarlo)?.contains("Design"));
        for design in [Design::LatinHypercube, Design::sobol()] {
            let name = design.name();
            let text = last(design)?;
            assert!(text.starts_with(&format!("Design {name}: standard errors")), "{text}");
            assert!(text.ends_with("smaller for most numbers."), "{text}");
        }
        Ok(())
    }

    #[test]
    fn a_region_that_was_not_run_is_an_error() -> Result<(), Error> {
        let outcome = outcome(&Scenario::japan(), 2)?;
        let error = table(&outcome, &Scenario::eu().regions()[0], Detail::Short);
        let error = error.expect_err("no such region");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("eu."), "{error}");
        Ok(())
    }
}
