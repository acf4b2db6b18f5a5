//! Our numbers beside published ones.

use super::page::{Column, Page, Place};
use super::{HtmlReport, name_of, words};
use crate::ensemble::Spread;
use crate::report::significant;
use crate::report::svg::escape;
use crate::report::view::View;

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) {
    page.section(
        "validation",
        "Beside published figures",
        "Ours: mean and 5–95 % of the draws. A figure that was used as an input or fitted to \
         tests nothing but the arithmetic; one that was left untouched is a test.",
    );
    let mut rows = Vec::new();
    for view in views {
        for figure in of.published.iter().filter(|f| f.region == view.region.name()) {
            let labels: Vec<&str> = figure.labels.iter().map(String::as_str).collect();
            let Some(place) = find(view, &figure.series, &labels, figure.year) else { continue };
            let (ours, low, high) = ours(&place, figure.scale);
            let inside =
                if low <= figure.values.1 && figure.values.0 <= high { "yes" } else { "no" };
            rows.push(vec![
                format!(
                    "{}: {}, {}",
                    escape(&name_of(view)),
                    escape(&figure.what),
                    escape(&figure.unit)
                ),
                ours,
                escape(&figure.printed).replace(' ', "\u{a0}"),
                inside.to_owned(),
                escape(&figure.used),
                format!("{}<br/><small>{}</small>", escape(&figure.source), escape(&figure.why)),
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
        "{} ({}–{})",
        place.shown(Column::Mean, &significant(mean)),
        place.shown(Column::P05, &significant(low)),
        place.shown(Column::P95, &significant(high))
    );
    (text, low, high)
}
