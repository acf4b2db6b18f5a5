//! What a design without chance shows: how far each point of it moves what is
//! recovered.

use super::number::{exact, grouped, significant};
use super::view::YEARS;
use crate::ensemble::{Outcome, Report};
use crate::sampling::design::Design;
use crate::scenario::Scenario;
use std::fmt::Write as _;

/// How many parameters or points are printed; `points.csv` has all.
const SHOWN: usize = 12;
/// How many materials are printed, the first of the scenario.
const MATERIALS: usize = 4;

/// Streams at their probabilities.
type Point = Vec<(String, f64)>;

/// The series of a region that [`points_csv`] and [`points`] need to be kept
/// ([`Ensemble::keep`](crate::Ensemble::keep)).
#[must_use]
pub fn points_series(region: &str) -> String {
    format!("{region}.recovered")
}

/// What is varied in each draw of the design, draw 1 first.
fn varied(design: &Design, streams: &[String]) -> Vec<Point> {
    match design {
        Design::OneAtATime { low, high, .. } => {
            streams.iter().flat_map(|name| [low, high].map(|p| vec![(name.clone(), *p)])).collect()
        }
        Design::FullFactorial { levels } => {
            let mut points = vec![Vec::new()];
            // The last stream changes fastest.
            for (name, levels) in levels {
                let longer = |point: Point| {
                    let with = |p: &f64| [&point[..], &[(name.clone(), *p)]].concat();
                    levels.iter().map(with).collect::<Vec<_>>()
                };
                points = points.into_iter().flat_map(longer).collect();
            }
            points
        }
        _ => Vec::new(),
    }
}

fn said(point: &[(String, f64)]) -> String {
    let one = |(name, p): &(String, f64)| format!("{name} at {p}");
    point.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The text of `points.csv`: draw, what is varied, region, material, year, and
/// what is recovered under the reference policy, t/yr. For designs one at a time
/// and full factorial ([`Design`]), with [`points_series`] kept for every region.
#[must_use]
pub fn points_csv(outcome: &Outcome, scenario: &Scenario, design: &Design) -> String {
    let mut text = "draw,varied,region,material,year,recovered\n".to_owned();
    let all = varied(design, outcome.design().streams());
    for region in scenario.regions() {
        let Some(report) = reference(outcome, region.name()) else { continue };
        for (element, labels) in report.series().labels.iter().enumerate() {
            for year in YEARS.into_iter().filter(|year| outcome.years().contains(year)) {
                let Some(draws) = outcome.draws_of(report, element, year) else { continue };
                for (at, (x, point)) in draws.iter().zip(&all).enumerate() {
                    let (name, draw) = (region.name(), at + 1);
                    let (varied, material) = (said(point).replace('"', "\"\""), &labels[0]);
                    let value = exact(*x);
                    let _ = writeln!(text, "{draw},\"{varied}\",{name},{material},{year},{value}");
                }
            }
        }
    }
    text
}

fn reference<'o>(outcome: &'o Outcome, region: &str) -> Option<&'o Report> {
    let name = points_series(region);
    outcome.reports().iter().find(|r| r.series().name == name && r.series().versus.is_none())
}

/// What is recovered of the main materials of each region at the points that
/// move it most (one at a time) or at the first ones (factorial); for such
/// designs, with [`points_series`] kept for every region.
#[must_use]
pub fn points(outcome: &Outcome, scenario: &Scenario, design: &Design) -> String {
    let all = varied(design, outcome.design().streams());
    let mut text = format!(
        "Design {}: {} points. They are no random sample: there are no means or bands.\n",
        design.name(),
        grouped(f64::from(outcome.draws()), 0)
    );
    let year = 2040.min(*outcome.years().end());
    for region in scenario.regions() {
        let Some(report) = reference(outcome, region.name()) else { continue };
        for (element, labels) in report.series().labels.iter().enumerate().take(MATERIALS) {
            let Some(draws) = outcome.draws_of(report, element, year) else { continue };
            let central = report.summary(element, year).map_or(f64::NAN, |s| s.central);
            let (region, material) = (region.title(), &labels[0]);
            let _ = writeln!(
                text,
                "\n{region}: {material} recovered in {year}, t/yr (central case {})",
                significant(central)
            );
            if let Design::OneAtATime { low, high, .. } = design {
                let mut pairs: Vec<(&[f64], &Point)> =
                    draws.chunks(2).zip(all.iter().step_by(2)).collect();
                let swing = |pair: &[f64]| pair.iter().map(|x| (x - central).abs()).sum::<f64>();
                pairs.sort_by(|a, b| swing(b.0).total_cmp(&swing(a.0)));
                let _ = writeln!(text, "{:>12} {:>12}  quantile of", exact(*low), exact(*high));
                for (pair, point) in pairs.iter().take(SHOWN) {
                    let [at_low, at_high] = [0, 1].map(|i| pair.get(i).copied().unwrap_or(central));
                    let (at_low, at_high) = (significant(at_low), significant(at_high));
                    let _ = writeln!(text, "{at_low:>12} {at_high:>12}  {}", point[0].0);
                }
            } else {
                for (x, point) in draws.iter().zip(&all).take(SHOWN) {
                    let _ = writeln!(text, "{:>12}  {}", significant(*x), said(point));
                }
            }
        }
    }
    text
}
