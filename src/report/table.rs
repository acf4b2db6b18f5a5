//! The table for people.

use super::number::{grouped, significant_to};
use crate::ensemble::{Outcome, Quantile, Report, Summary};
use crate::error::{Diagnostic, Error, ErrorKind};
use std::fmt::Write as _;

/// The years shown, as far as they are within the horizon; if none is, the
/// last year of the horizon is shown.
pub const YEARS: [i32; 5] = [2025, 2030, 2035, 2040, 2050];

/// The widest line, in characters.
const WIDTH: usize = 100;

/// What is shown, in the order of the life cycle.
const QUANTITIES: [(&str, &str); 7] = [
    ("inflow", "Demand: in new packs, replacements included"),
    ("stock", "In use at the end of the year"),
    ("end_of_life", "End of life: in all packs leaving use"),
    ("exported", "Exported: in used cars"),
    ("unknown", "Unknown: in cars of unknown whereabouts"),
    ("collected", "Collected for recycling"),
    ("recovered", "Recovered by recycling"),
];

/// What is compared between policies.
const COMPARED: [&str; 2] = ["collected", "recovered"];

/// The results of a region's life cycle as a text of at most 100 columns: by
/// material and year, the mean and the 5–95 % band under the reference policy,
/// then each further policy's paired difference with its Monte Carlo standard
/// error.
///
/// Numbers have three significant figures and at most three decimals; `0` is
/// an exact zero, `0.000` a small number. The unit (t, kt or Mt) is the
/// smallest with which a block fits the width, if need be with fewer decimals.
/// The mean is that of the draws, not the central case.
///
/// # Errors
/// [`ErrorKind::Argument`] if the outcome lacks a series of
/// [`lifecycle`](crate::lifecycle) for this region.
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, lifecycle, report, scenario::Scenario};
/// let plan = Plan::compile(&lifecycle::system(&Scenario::japan())?)?;
/// let outcome = Ensemble::new(&plan).draws(64).run()?;
/// print!("{}", report::table(&outcome, "japan")?);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn table(outcome: &Outcome, region: &str) -> Result<String, Error> {
    let years = years(outcome);
    let mut policies: Vec<&str> = Vec::new();
    for report in outcome.reports() {
        if !policies.contains(&report.series().policy.as_str()) {
            policies.push(&report.series().policy);
        }
    }
    let Some((reference, others)) = policies.split_first() else {
        return Err(missing(region));
    };
    let draws = grouped(f64::from(outcome.draws()), 0);
    let mut text = format!("Policy {reference}: mean of {draws} draws, then the 5–95 % band\n");
    for (series, title) in QUANTITIES {
        let name = format!("{region}.{series}");
        let report = outcome.report(reference, &name).ok_or_else(|| missing(&name))?;
        text.push_str(&block(title, report, &years, &[" ", "–"], band));
    }
    for policy in others {
        let _ = writeln!(
            text,
            "\nPolicy {policy} minus {reference}, draw by draw: mean ± Monte Carlo standard error"
        );
        for (series, title) in QUANTITIES.into_iter().filter(|(s, _)| COMPARED.contains(s)) {
            let name = format!("{region}.{series}");
            let report = outcome.difference(policy, &name).ok_or_else(|| missing(&name))?;
            let title = format!("{title}: difference");
            let cell = |x: &Summary, scale, most| difference(x, scale, most, outcome.draws());
            text.push_str(&block(&title, report, &years, &[" ± "], cell));
        }
    }
    Ok(text)
}

fn years(outcome: &Outcome) -> Vec<i32> {
    let horizon = outcome.years();
    let years: Vec<i32> = YEARS.into_iter().filter(|y| horizon.contains(y)).collect();
    if years.is_empty() { vec![*horizon.end()] } else { years }
}

fn missing(name: &str) -> Error {
    Error::new(
        ErrorKind::Argument,
        Diagnostic::new("the outcome lacks a series of the table")
            .key(name)
            .fix("give the region's name, and observe all series of the life cycle"),
    )
}

/// Mean and 5–95 % band.
fn band(x: &Summary, scale: f64, most: usize) -> Vec<String> {
    let end = |q: Quantile| {
        let sign = match q {
            Quantile::Value(_) => "",
            Quantile::Below(_) => "<",
            Quantile::Above(_) => ">",
        };
        format!("{sign}{}", significant_to(q.value() / scale, most))
    };
    vec![significant_to(x.mean / scale, most), end(x.p05), end(x.p95)]
}

/// Mean with its sign and standard error, both with the decimals that show two
/// figures of the error. One draw has no standard error.
fn difference(x: &Summary, scale: f64, most: usize, draws: u32) -> Vec<String> {
    let (mean, error) = (x.mean / scale, x.standard_error(draws) / scale);
    let sign = if mean > 0.0 { "+" } else { "" };
    if draws < 2 {
        return vec![format!("{sign}{}", significant_to(mean, most)), "?".to_owned()];
    }
    if mean == 0.0 && error == 0.0 {
        return vec!["0".to_owned(), "0".to_owned()];
    }
    let decimals = match error {
        e if e >= 9.95 => 0,
        e if e >= 0.995 => 1,
        e if e >= 0.0995 => 2,
        _ => 3,
    };
    let decimals = if decimals < most { decimals } else { most };
    vec![format!("{sign}{}", grouped(mean, decimals)), grouped(error, decimals)]
}

/// The units a quantity can be shown in, each with its number of base units.
fn units(unit: &str) -> Vec<(f64, String)> {
    match unit.strip_prefix('t') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            [(1.0, ""), (1e3, "k"), (1e6, "M")]
                .map(|(scale, prefix)| (scale, format!("{prefix}t{rest}")))
                .to_vec()
        }
        _ => vec![(1.0, unit.to_owned())],
    }
}

/// A heading with the unit and one line per element, in the smallest unit that
/// fits, with as many decimals as fit.
fn block(
    title: &str,
    report: &Report,
    years: &[i32],
    separators: &[&str],
    cell: impl Fn(&Summary, f64, usize) -> Vec<String>,
) -> String {
    let labels: Vec<String> = report.series().labels.iter().map(|l| l.join(", ")).collect();
    let mut text = String::new();
    for (scale, unit) in units(&report.series().unit) {
        for most in [3, 2] {
            let cells: Vec<Vec<Vec<String>>> = (0..labels.len())
                .map(|e| {
                    let summaries = years.iter().filter_map(|y| report.summary(e, *y));
                    summaries.map(|x| cell(x, scale, most)).collect()
                })
                .collect();
            let lines = grid(&labels, years, &cells, separators);
            text = format!("\n{title}, {unit}\n{}\n", lines.join("\n"));
            if lines.iter().all(|line| line.chars().count() <= WIDTH) {
                return text;
            }
        }
    }
    text
}

/// Lines with aligned columns. A cell, `cells[row][column]`, has several parts
/// with `separators` between them; its last part is aligned to the left, the
/// others to the right.
fn grid(
    labels: &[String],
    years: &[i32],
    cells: &[Vec<Vec<String>>],
    separators: &[&str],
) -> Vec<String> {
    let widest = |texts: &mut dyn Iterator<Item = &str>| {
        texts.map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<Vec<usize>> = (0..years.len())
        .map(|c| {
            let part = |p: usize| widest(&mut cells.iter().map(|row| row[c][p].as_str()));
            (0..=separators.len()).map(part).collect()
        })
        .collect();
    let label_width = widest(&mut labels.iter().map(String::as_str));
    let between: usize = separators.iter().map(|s| s.chars().count()).sum();
    let totals: Vec<usize> = widths.iter().map(|w| w.iter().sum::<usize>() + between).collect();
    // Room that is left goes between the columns, up to five spaces.
    let used = label_width + totals.iter().sum::<usize>();
    let gap = " ".repeat((WIDTH.saturating_sub(used) / years.len()).clamp(2, 5));

    let mut lines = vec![" ".repeat(label_width)];
    lines.extend(labels.iter().map(|label| format!("{label:<label_width$}")));
    for (c, year) in years.iter().enumerate() {
        let _ = write!(lines[0], "{gap}{year:^0$}", totals[c]);
        for (line, row) in lines[1..].iter_mut().zip(cells) {
            line.push_str(&gap);
            for (p, separator) in separators.iter().enumerate() {
                let _ = write!(line, "{:>1$}{separator}", row[c][p], widths[c][p]);
            }
            let last = separators.len();
            let _ = write!(line, "{:<1$}", row[c][last], widths[c][last]);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan, System, lifecycle, scenario::Scenario};

    fn summary(mean: f64, sd: f64) -> Summary {
        let [p05, p25, p50, p75, p95] =
            [mean - sd, mean, mean, mean, mean + sd].map(Quantile::Value);
        Summary { central: mean, mean, sd, p05, p25, p50, p75, p95 }
    }

    fn outcome(scenario: &Scenario, draws: u32) -> Result<Outcome, Error> {
        let plan = Plan::compile(&lifecycle::system(scenario)?)?;
        Ensemble::new(&plan).draws(draws).run()
    }

    #[test]
    fn cells_are_rounded_with_a_purpose() {
        assert_eq!(band(&summary(1_658.0, 100.0), 1.0, 3), ["1 660", "1 560", "1 760"]);
        assert_eq!(band(&summary(1_658.0, 100.0), 1e3, 3), ["1.66", "1.56", "1.76"]);
        assert_eq!(band(&summary(12.34, 1.0), 1e3, 2), ["0.01", "0.01", "0.01"]);
        let beyond = Summary { p95: Quantile::Above(7.0), ..summary(5.0, 1.0) };
        assert_eq!(band(&beyond, 1.0, 3), ["5.00", "4.00", ">7.00"]);
        // A standard error of 100/√10 000 = 1 and of 5/√10 000 = 0.05.
        assert_eq!(difference(&summary(1_234.56, 100.0), 1.0, 3, 10_000), ["+1 234.6", "1.0"]);
        assert_eq!(difference(&summary(-2.0, 5.0), 1.0, 3, 10_000), ["-2.000", "0.050"]);
        assert_eq!(difference(&summary(0.0, 0.0), 1.0, 3, 10_000), ["0", "0"]);
        assert_eq!(difference(&summary(3.0, 0.0), 1.0, 3, 1), ["+3.00", "?"]);
    }

    #[test]
    fn only_tonnes_are_scaled() {
        let names = |unit| units(unit).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("t/yr"), ["t/yr", "kt/yr", "Mt/yr"]);
        assert_eq!(names("t"), ["t", "kt", "Mt"]);
        assert_eq!(names("trucks"), ["trucks"]);
        assert_eq!(names("vehicles"), ["vehicles"]);
    }

    #[test]
    fn columns_are_aligned_by_characters() {
        let labels = ["lithium", "日本"].map(str::to_owned);
        let cell = |parts: [&str; 3]| parts.map(str::to_owned).to_vec();
        let cells = [vec![cell(["1.00", "0.90", "1.10"])], vec![cell(["1 230", "900", "1 500"])]];
        let lines = grid(&labels, &[2025], &cells, &[" ", "–"]);
        let header = format!("{}2025", " ".repeat(18));
        assert_eq!(
            lines,
            [&header, "lithium      1.00 0.90–1.10", "日本          1 230  900–1 500"]
        );
    }

    #[test]
    fn both_regions_fit_the_page_and_are_complete() -> Result<(), Error> {
        for scenario in [Scenario::japan(), Scenario::eu()] {
            let outcome = outcome(&scenario, 300)?;
            let text = table(&outcome, scenario.region())?;
            let widest = text.lines().map(|l| l.chars().count()).max();
            assert!(widest <= Some(WIDTH), "{widest:?}");
            let count = |word: &str| text.lines().filter(|l| l.starts_with(word)).count();
            for material in scenario.materials() {
                assert_eq!(count(&format!("{material} ")), QUANTITIES.len() + COMPARED.len());
            }
            for (_, title) in QUANTITIES {
                assert!(count(title) >= 1, "{title}");
            }
            // In every block, band or error stand in the same columns.
            for lines in text.split("\n\n").filter(|block| block.contains("lithium")) {
                let columns = |line: &str| -> Vec<usize> {
                    let marks = line.chars().enumerate().filter(|(_, c)| ['–', '±'].contains(c));
                    marks.map(|(at, _)| at).collect()
                };
                let rows: Vec<_> = lines.lines().skip(2).map(columns).collect();
                assert!(rows.iter().all(|r| r.len() == YEARS.len() && *r == rows[0]), "{lines}");
            }
        }
        Ok(())
    }

    #[test]
    fn blocks_show_what_they_are_called_after() -> Result<(), Error> {
        let outcome = outcome(&Scenario::japan(), 300)?;
        let text = table(&outcome, "japan")?;
        let (reference, differences) = text.split_once("minus baseline").expect("two parts");
        let expect = [
            (reference, "Demand: in new packs", "inflow"),
            (reference, "In use", "stock"),
            (reference, "End of life", "end_of_life"),
            (reference, "Exported", "exported"),
            (reference, "Unknown", "unknown"),
            (reference, "Collected", "collected"),
            (reference, "Recovered", "recovered"),
            (differences, "Collected", "collected"),
            (differences, "Recovered", "recovered"),
        ];
        for (part, title, series) in expect {
            let name = format!("japan.{series}");
            let is_reference = part == reference;
            let report = if is_reference {
                outcome.report("baseline", &name)
            } else {
                outcome.difference("more_collection", &name)
            };
            let report = report.expect("reported");
            let summary = report.element(&["lithium"]).and_then(|e| report.summary(e, 2025));
            let summary = summary.expect("lithium in 2025");
            let mut lines = part.lines().skip_while(|l| !l.starts_with(title));
            let unit = lines.next().and_then(|l| l.rsplit(", ").next()).expect("a unit");
            let scale = match unit.trim_end_matches("/yr") {
                "t" => 1.0,
                "kt" => 1e3,
                "Mt" => 1e6,
                other => panic!("{other}"),
            };
            // The first cell: mean low–high, or mean ± error.
            let row = lines.find(|l| l.starts_with("lithium")).expect("a row");
            let mut words = row.split_whitespace().skip(1).flat_map(|w| w.split('–'));
            let mut next = || words.next().and_then(|w| w.parse::<f64>().ok()).map(|x| x * scale);
            let near = |shown: Option<f64>, x: f64| {
                let shown = shown.expect("a number");
                assert!((shown - x).abs() <= 0.005 * (x.abs() + scale), "{row}: {x} {unit}");
            };
            near(next(), summary.mean);
            if is_reference {
                near(next(), summary.p05.value());
                near(next(), summary.p95.value());
            }
        }
        Ok(())
    }

    #[test]
    fn years_outside_the_horizon_are_left_out() -> Result<(), Error> {
        let steps = |years: std::ops::RangeInclusive<i32>| -> Result<Vec<i32>, Error> {
            let mut b = System::builder("short", years);
            b.constant("x", &[], 1.0).observe("x", "t");
            let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(2).run()?;
            Ok(super::years(&outcome))
        };
        assert_eq!(steps(2010..=2036)?, [2025, 2030, 2035]);
        assert_eq!(steps(2010..=2050)?, YEARS);
        assert_eq!(steps(2010..=2020)?, [2020]);
        Ok(())
    }

    #[test]
    fn an_unknown_region_is_an_error() -> Result<(), Error> {
        let outcome = outcome(&Scenario::japan(), 2)?;
        let error = table(&outcome, "mars").expect_err("no such region");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("mars.inflow"), "{error}");
        Ok(())
    }
}
