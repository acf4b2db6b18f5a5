//! What policies change, and which changes most.

use super::page::{Column, Page, Place};
use super::{HtmlReport, name_of, some_years, words};
use crate::error::Error;
use crate::report::cells::{self, Shown};
use crate::report::significant;
use crate::report::svg::{Forest, ForestRow, Shape, escape};
use crate::report::view::View;

/// What is compared, in words.
const COMPARED: [(&str, &str); 2] =
    [("recovered", "recovered here"), ("retained", "kept by industry here")];
const MATERIALS: [&str; 4] = ["lithium", "nickel", "cobalt", "graphite"];
/// The year of the plots, if it is reported.
const YEAR: i32 = 2040;

fn year_of(view: &View) -> i32 {
    if view.outcome.years().contains(&YEAR) { YEAR } else { *view.outcome.years().end() }
}

fn signed(x: f64) -> String {
    format!("{}{}", if x > 0.0 { "+" } else { "" }, significant(x))
}

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) -> Result<(), Error> {
    page.section(
        "policies",
        "What policies change",
        "All policies see the same states of the world; differences are taken draw by draw. Dot: \
         mean difference. Whiskers: 5–95 % of the draws, so how much the effect depends on the \
         state of the world. After ± the Monte Carlo standard error of the mean.",
    );
    let mut said = Vec::new();
    let run = views.first().map_or(&[][..], |view| &view.policies);
    for policy in of.scenario.policies().iter().filter(|p| run.contains(&p.name())) {
        said.push(format!(
            "<dt>{}</dt><dd>{}</dd>",
            escape(&words(policy.name())),
            escape(policy.description())
        ));
    }
    if !said.is_empty() {
        page.markup(&format!("<dl class=\"policies\">{}</dl>\n", said.join("")));
    }
    if run.len() < 2 {
        page.paragraph("One policy was run; there is nothing to compare.");
        return Ok(());
    }
    for view in views {
        page.heading(&name_of(view));
        page.markup("<div class=\"charts\">\n");
        for (series, title) in COMPARED {
            for material in MATERIALS {
                forest(page, view, series, title, material);
            }
        }
        page.markup("</div>\n");
        for (series, title) in COMPARED {
            differences(page, view, series, title);
        }
    }
    Ok(())
}

/// The paired differences of an element in a year: policy, place, unit for all.
fn effects<'a>(
    view: &View<'a>,
    series: &str,
    material: &str,
    year: i32,
) -> Option<(Vec<(&'a str, Place<'a>)>, Shown)> {
    let mut all = Vec::new();
    for policy in view.policies.iter().skip(1) {
        let report = view.difference(policy, series).ok()?;
        let place = Place { report, element: report.element(&[material])?, year };
        place.summary()?;
        all.push((*policy, place));
    }
    let unit = all.first()?.1.report.series().unit.clone();
    let ends = all.iter().filter_map(|(_, p)| p.summary());
    let ends = ends.flat_map(|x| [x.p05.value(), x.mean, x.p95.value()]);
    let shown = cells::shown(&unit, ends, 9_995.0);
    Some((all, shown))
}

fn forest(page: &mut Page, view: &View, series: &str, title: &str, material: &str) {
    let year = year_of(view);
    let Some((all, shown)) = effects(view, series, material, year) else { return };
    let rows = all.iter().filter_map(|(policy, place)| {
        let x = place.summary()?;
        let [mean, error] = cells::difference(x, &shown, view.outcome.draws());
        let [low, middle, high] = [x.p05.value(), x.mean, x.p95.value()].map(|v| v / shown.scale);
        Some(ForestRow {
            label: words(policy),
            shown: format!("{mean} {error}"),
            low,
            middle,
            high,
        })
    });
    let id = page.id(&format!("forest-{}-{series}-{material}", view.region.name()));
    let chart = Forest {
        name: id,
        title: format!("{}: {material} {title}, {year}", name_of(view)),
        unit: format!("{} against {}", shown.unit, view.reference()),
        reference: 0.0,
        shape: Shape::Interval,
        rows: rows.collect(),
    };
    let caption = format!("{}, against {}", shown.unit, words(view.reference()));
    let title = format!("{material} {title}, {year}");
    page.figure(chart.chart(), &title, &caption, "");
}

/// The paired differences of a series in some years.
fn differences(page: &mut Page, view: &View, series: &str, title: &str) {
    let years = some_years(view);
    let mut rows = Vec::new();
    for policy in view.policies.iter().skip(1) {
        let Ok(report) = view.difference(policy, series) else { return };
        for material in MATERIALS {
            let Some(element) = report.element(&[material]) else { continue };
            let mut row = vec![format!("{}: {material}", escape(&words(policy)))];
            for year in &years {
                let place = Place { report, element, year: *year };
                row.push(difference(view, &place));
            }
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return;
    }
    let unit = view.report(series).map_or("", |r| r.series().unit.as_str());
    let heading: Vec<String> =
        std::iter::once("policy".to_owned()).chain(years.iter().map(i32::to_string)).collect();
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let caption = format!(
        "{}: {title}, {unit}, against {}; mean ± standard error, 5–95 % of draws",
        name_of(view),
        words(view.reference())
    );
    page.markup("<details><summary>Numbers: ");
    page.markup(&escape(title));
    page.markup("</summary>");
    page.table(&caption, &heading, &rows);
    page.markup("</details>\n");
}

fn difference(view: &View, place: &Place) -> String {
    let Some(x) = place.summary() else { return String::new() };
    let base = Shown { scale: 1.0, unit: String::new() };
    let [mean, error] = cells::difference(x, &base, view.outcome.draws());
    format!(
        "{} {}<br/><small>{} to {}</small>",
        place.shown(Column::Mean, &mean),
        escape(&error),
        place.shown(Column::P05, &signed(x.p05.value())),
        place.shown(Column::P95, &signed(x.p95.value()))
    )
}

/// Policies by what they change, and inputs by what they do, if that is known.
pub(super) fn ranking(page: &mut Page, of: &HtmlReport, views: &[View]) -> Result<(), Error> {
    page.section(
        "levers",
        "What matters most",
        "Policies ranked by their mean effect on what is recovered here, all materials apart. An \
         effect that its standard error does not tell from the next one has no rank of its own.",
    );
    for view in views {
        let year = year_of(view);
        let mut rows = Vec::new();
        for material in MATERIALS {
            let Some((mut all, shown)) = effects(view, "recovered", material, year) else {
                continue;
            };
            let size = |p: &Place| p.summary().map_or(0.0, |x| x.mean.abs());
            all.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)));
            let ranked = all.iter().filter_map(|(policy, place)| {
                let x = place.summary()?;
                let [mean, error] = cells::difference(x, &shown, view.outcome.draws());
                Some(format!(
                    "<li>{}: {} {} {}</li>",
                    escape(&words(policy)),
                    place.shown(Column::Mean, &mean),
                    escape(&error),
                    escape(&shown.unit)
                ))
            });
            let list: String = ranked.collect();
            rows.push(vec![material.to_owned(), format!("<ol class=\"ranks\">{list}</ol>")]);
        }
        if !rows.is_empty() {
            let caption = format!("{}: recovered in {year}, largest effect first", name_of(view));
            page.table(&caption, &["material", "policies"], &rows);
        }
    }
    super::sensitivity::write(page, of);
    Ok(())
}
