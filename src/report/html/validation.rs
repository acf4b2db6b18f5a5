//! Our numbers beside published ones.

use super::page::{Column, Page, Place};
use super::{HtmlReport, name_of, words};
use crate::ensemble::Spread;
use crate::lifecycle::published::Figure;
use crate::report::significant;
use crate::report::svg::escape;
use crate::report::view::View;

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) {
    page.section(
        "validation",
        "Beside published figures",
        "Ours: mean and 5–95 % of the draws; of sums and ratios of reported numbers the mean alone, \
         of ratios that of the means. “Used” is what of a figure is in the shipped scenario: an \
         input, or one fitted to, tests nothing but the arithmetic; one left untouched is a test.",
    );
    let mut rows = Vec::new();
    for view in views {
        let mut last = "";
        for figure in of.published.iter().filter(|f| f.region == view.region.name()) {
            let Some((ours, inside)) = of_figure(view, figure) else { continue };
            let why = if figure.why == last { "As before." } else { &figure.why };
            last = &figure.why;
            rows.push(vec![
                format!(
                    "{}: {}, {}",
                    escape(&name_of(view)),
                    escape(&figure.what),
                    escape(&figure.unit)
                ),
                ours,
                unbroken(&figure.printed),
                inside.to_owned(),
                unbroken(figure.used.word()),
                format!("{}<br/><small>{}</small>", escape(&figure.source), escape(why)),
            ]);
        }
    }
    for seen in of.scenario.observations() {
        let Some(view) = views.iter().find(|v| v.region.name() == seen.region()) else { continue };
        let labels: Vec<&str> = seen.labels().iter().map(String::as_str).collect();
        let Some(place) = find(view, seen.series(), &labels, seen.year()) else { continue };
        let (ours, low, high) = ours(&place, 1.0);
        let inside = if low <= seen.value() && seen.value() <= high { "yes" } else { "no" };
        let spread = match seen.spread() {
            Spread::RelativeSd(x) => {
                format!("{} ± {} %", significant(seen.value()), significant(100.0 * x))
            }
            Spread::Sd(x) => format!("{} ± {}", significant(seen.value()), significant(x)),
        };
        rows.push(vec![
            format!(
                "{}: {} {}, {}, {}",
                escape(&name_of(view)),
                escape(&words(seen.series())),
                escape(&words(&labels.join(" "))),
                seen.year(),
                escape(seen.unit())
            ),
            ours,
            spread,
            inside.to_owned(),
            "observation".to_owned(),
            escape(&of.citation(seen.source(), seen.region())),
        ]);
    }
    if rows.is_empty() {
        page.paragraph("No published figures and no observations were given.");
        return;
    }
    let heading =
        ["what", "this model", "published", "in band", "used", "source, and why they differ"];
    page.table("Ours beside published figures", &heading, &rows);
}

/// A short text on one line.
fn unbroken(text: &str) -> String {
    match text.chars().count() {
        0..=24 => format!("<span class=\"band\">{}</span>", escape(text)),
        _ => escape(text),
    }
}

/// Our number of a figure as markup, and whether its band has the published one.
fn of_figure(view: &View, figure: &Figure) -> Option<(String, &'static str)> {
    let policy = view.reference();
    let found = figure.found(view.outcome, policy)?;
    let text = match &figure.places(view.outcome, policy)? {
        (sum, over) if sum.len() == 1 && over.is_empty() && !figure.ours.rest => {
            let (report, element, year) = sum[0];
            ours(&Place { report, element, year }, figure.scale).0
        }
        _ => match found.band {
            Some(band) => {
                let [mean, low, high] = [found.mean, band.0, band.1].map(significant);
                format!("{mean} <span class=\"band\">({low}–{high})</span>")
            }
            None if found.is_of_means => {
                format!(
                    "{}<br/><small class=\"band\">ratio of means</small>",
                    significant(found.mean)
                )
            }
            None => format!(
                "{}<br/><small class=\"band\">mean of a sum</small>",
                significant(found.mean)
            ),
        },
    };
    let inside = found.meets(figure.theirs).map_or("–", |meets| if meets { "yes" } else { "no" });
    Some((text, inside))
}

fn find<'a>(view: &View<'a>, series: &str, labels: &[&str], year: i32) -> Option<Place<'a>> {
    let report = view.report(series).ok()?;
    let place = Place { report, element: report.element(labels)?, year };
    place.summary().map(|_| place)
}

/// Our number as markup, and the ends of its band, in units of `scale`.
fn ours(place: &Place, scale: f64) -> (String, f64, f64) {
    let Some(x) = place.summary() else { return (String::new(), 0.0, 0.0) };
    let [mean, low, high] = [x.mean, x.p05.value(), x.p95.value()].map(|v| v / scale);
    let text = format!(
        "{} <span class=\"band\">({}–{})</span>",
        place.shown(Column::Mean, &significant(mean)),
        place.shown(Column::P05, &significant(low)),
        place.shown(Column::P95, &significant(high))
    );
    (text, low, high)
}
