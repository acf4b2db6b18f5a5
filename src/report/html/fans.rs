//! Fan charts of the main series with targets, and stacked areas.

use super::page::{Column, Page, Stem, years_table};
use super::{HtmlReport, name_of};
use crate::ensemble::Report;
use crate::error::Error;
use crate::report::cells::{self, Shown};
use crate::report::significant;
use crate::report::svg::{Areas, Fan, FanPoint, Layer, Mark};
use crate::report::targets::asked;
use crate::report::view::View;
use crate::scenario::{Denominator, Measure, ScrapRule};
use std::ops::RangeInclusive;

/// Series with a fan for each of some materials: what they are called, and the
/// denominator of the targets drawn in.
const FANS: [(&str, &str, &[&str], Option<Denominator>); 5] = [
    (
        "recycled_content_placed",
        "Recycled content available, over what is placed",
        &["lithium", "nickel", "cobalt"],
        Some(Denominator::PlacedOnMarket),
    ),
    (
        "recycled_content_production",
        "Recycled content available, over cells made here",
        &["lithium", "nickel", "cobalt"],
        Some(Denominator::CellProduction),
    ),
    ("recovered", "Recovered", &["lithium", "nickel", "cobalt", "graphite"], None),
    ("end_of_life", "Leaving use", &["lithium", "nickel"], None),
    (
        "china_share_refine_cells",
        "Refined in China, share of cells made here",
        &["lithium", "graphite"],
        None,
    ),
];

/// The first year of the charts, if it is reported.
const FROM: i32 = 2020;

fn years(view: &View) -> RangeInclusive<i32> {
    let all = view.outcome.years();
    if *all.start() < FROM && FROM < *all.end() { FROM..=*all.end() } else { all }
}

/// Shares are shown in per cent.
fn unit_of(report: &Report, numbers: impl Iterator<Item = f64>) -> Shown {
    match report.series().unit.as_str() {
        "share" => Shown { scale: 0.01, unit: "%".to_owned() },
        unit => cells::shown(unit, numbers, 9_995.0),
    }
}

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) -> Result<(), Error> {
    page.section(
        "fans",
        "How it develops",
        "Line: median of the draws. Dark band: 25–75 %; light band: 5–95 %. Diamonds and dashed \
         lines: targets, from their year on. Recycled content is what recyclers put out over what \
         batteries contain: availability, production scrap included, not whether a law is met.",
    );
    for view in views {
        page.heading(&name_of(view));
        page.markup("<div class=\"charts\">\n");
        for (series, title, materials, denominator) in FANS {
            let Ok(report) = view.report(series) else { continue };
            for material in materials {
                let Some(element) = report.element(&[material]) else { continue };
                let title = format!("{title}: {material}");
                let marks = marks(of, view, material, denominator);
                fan(page, view, (report, element), &title, marks);
            }
        }
        page.markup("</div>\n");
    }
    Ok(())
}

/// The targets of a region for the recycled content of a material.
fn marks(
    of: &HtmlReport,
    view: &View,
    material: &str,
    denominator: Option<Denominator>,
) -> Vec<Mark> {
    let targets = view.region.targets().iter();
    let own = targets.filter(|t| {
        let of_material = t.material().and_then(|m| of.scenario.materials().get(m));
        t.measure() == Measure::RecycledContent
            && Some(t.denominator()) == denominator
            && t.scrap() == Some(ScrapRule::Included)
            && of_material.is_some_and(|m| m == material)
    });
    let mut marks: Vec<Mark> = own
        .map(|t| Mark {
            year: t.year(),
            value: 100.0 * t.value(),
            label: format!("{} % {}", asked(t.value()), t.year()),
        })
        .collect();
    marks.sort_by_key(|m| m.year);
    marks
}

fn fan(
    page: &mut Page,
    view: &View,
    (report, element): (&Report, usize),
    title: &str,
    marks: Vec<Mark>,
) {
    let years = || years(view);
    let all = years().filter_map(|year| report.summary(element, year));
    let shown = unit_of(report, all.map(|x| x.p95.value()));
    let point = |year| {
        let x = report.summary(element, year)?;
        let quantiles = [x.p05, x.p25, x.p50, x.p75, x.p95].map(|q| q.value() / shown.scale);
        Some(FanPoint { year, quantiles })
    };
    let id = page.id(&format!("fan-{}-{}", report.series().name, title));
    let chart = Fan {
        name: id,
        title: format!("{}: {title}", name_of(view)),
        unit: shown.unit.clone(),
        points: years().filter_map(point).collect(),
        marks,
    };
    let columns = [Column::P05, Column::P25, Column::P50, Column::P75, Column::P95];
    let names = ["5 %", "25 %", "median", "75 %", "95 %"];
    let stem = |(column, name): (Column, &str)| Stem {
        title: name.to_owned(),
        report,
        element,
        column,
        scale: shown.scale,
    };
    let stems: Vec<Stem> = columns.into_iter().zip(names).map(stem).collect();
    let caption = format!("{}: {title}, {}", name_of(view), shown.unit);
    let table = years_table(&caption, &stems, years(), &significant);
    page.figure(chart.chart(), title, &shown.unit, &table);
}

/// Series with an area for each segment or material.
const AREAS: [(&str, &str); 6] = [
    ("placed_energy_by_segment", "Placed on the market by segment"),
    ("end_of_life_energy_by_segment", "Leaving use by segment"),
    ("collected_by_segment", "Collected by segment"),
    ("vehicles", "Vehicles in use"),
    ("stock", "In use by material"),
    ("recovered", "Recovered by material"),
];

/// Names of segments, short enough for a chart.
const SEGMENTS: [(&str, &str); 10] = [
    ("bev_car", "battery cars"),
    ("phev_car", "plug-in cars"),
    ("hev_car", "hybrid cars"),
    ("light_transport", "light transport"),
    ("home_storage", "home storage"),
    ("grid_storage", "grid storage"),
    ("van", "vans"),
    ("bus", "buses"),
    ("truck", "lorries"),
    ("portable", "portable"),
];

fn named(label: &str) -> String {
    let found = SEGMENTS.iter().find(|(name, _)| *name == label);
    found.map_or_else(|| super::words(label), |(_, words)| (*words).to_owned())
}

pub(super) fn areas(page: &mut Page, views: &[View]) -> Result<(), Error> {
    page.section(
        "areas",
        "Stocks and flows",
        "Means of the draws, which add up; elements that are zero throughout are left out. Stocks \
         are those at the end of the year.",
    );
    for view in views {
        page.heading(&name_of(view));
        page.markup("<div class=\"charts\">\n");
        for (series, title) in AREAS {
            if let Ok(report) = view.report(series) {
                area(page, view, report, title);
            }
        }
        page.markup("</div>\n");
    }
    Ok(())
}

fn area(page: &mut Page, view: &View, report: &Report, title: &str) {
    let years = || years(view);
    let mean = |e: usize, year| report.summary(e, year).map_or(0.0, |x| x.mean);
    let labels = report.series().labels.iter().enumerate();
    let some: Vec<(usize, String)> = labels
        .filter(|(e, _)| years().any(|year| mean(*e, year) != 0.0))
        .map(|(e, labels)| (e, named(&labels.join(", "))))
        .collect();
    if some.is_empty() {
        return;
    }
    let total = |year| some.iter().map(|(e, _)| mean(*e, year)).sum::<f64>();
    let shown = cells::shown(&report.series().unit, years().map(total), 9_995.0);
    let layer = |(e, name): &(usize, String)| Layer {
        name: name.clone(),
        values: years().map(|year| mean(*e, year) / shown.scale).collect(),
    };
    let id = page.id(&format!("area-{}", report.series().name));
    let chart = Areas {
        name: id,
        title: format!("{}: {title}", name_of(view)),
        unit: shown.unit.clone(),
        start: *years().start(),
        layers: some.iter().map(layer).collect(),
    };
    let stem = |(element, title): &(usize, String)| Stem {
        title: title.clone(),
        report,
        element: *element,
        column: Column::Mean,
        scale: shown.scale,
    };
    let stems: Vec<Stem> = some.iter().map(stem).collect();
    let caption = format!("{}: {title}, {}, means", name_of(view), shown.unit);
    let table = years_table(&caption, &stems, years(), &significant);
    page.figure(chart.chart(), title, &shown.unit, &table);
}
