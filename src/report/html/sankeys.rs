//! Sankey diagrams, one of which is shown at a time.

use super::page::{Page, table};
use super::{HtmlReport, name_of};
use crate::report::number::{exact, significant};
use crate::report::sankey::{Sankey, sankey};
use crate::report::svg::{self, escape, slug};
use crate::report::view::View;
use crate::report::{cells, grouped};
use std::fmt::Write as _;

/// The materials shown; the first is all together.
const MATERIALS: [&str; 5] = ["total", "lithium", "nickel", "cobalt", "graphite"];

pub(super) fn write(page: &mut Page, of: &HtmlReport, views: &[View]) {
    page.section(
        "sankey",
        "Where it flows",
        "Means of the draws in one year, all columns of a diagram on one scale of mass. What is \
         recovered and used here runs back to the making of cells. What leaves a process or is \
         stored in it (hatched) is what enters it; nothing is left over. Flows below 0.02 % of the \
         largest are in the tables alone. Choose a material and a year.",
    );
    for view in views {
        page.heading(&name_of(view));
        let years: Vec<i32> = of
            .sankey_years
            .iter()
            .copied()
            .filter(|year| find(view, MATERIALS[0], *year).is_some())
            .collect();
        if years.is_empty() {
            page.paragraph("The flows were not reported in this run, or none of the years was.");
            continue;
        }
        choices(page, view, &years);
        for material in MATERIALS {
            for year in &years {
                if let Some(found) = find(view, material, *year) {
                    figure(page, view, material, *year, &found);
                }
            }
        }
        page.markup("</div>\n");
    }
}

fn find(view: &View, material: &str, year: i32) -> Option<Sankey> {
    let material = Some(material).filter(|m| *m != MATERIALS[0]);
    sankey(view.outcome, view.reference(), view.region.name(), material, year)
}

/// Buttons for material and year, and the rules by which they show one diagram.
/// A browser that does not know the rules shows all.
fn choices(page: &mut Page, view: &View, years: &[i32]) {
    let region = slug(view.region.name());
    let mut out = String::new();
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let materials: Vec<String> = MATERIALS.map(str::to_owned).to_vec();
    let mut rules = String::new();
    let mut sets = String::new();
    let first = years.iter().position(|y| y == "2040").unwrap_or(0);
    for (what, all, first) in [("material", &materials, 1), ("year", &years, first)] {
        let _ = write!(sets, "<fieldset><legend>{what}</legend>");
        for (i, value) in all.iter().enumerate() {
            let id = page.id(&format!("choose-{region}-{what}-{value}"));
            let checked = if i == first { " checked=\"checked\"" } else { "" };
            let _ = write!(
                sets,
                "<label for=\"{id}\"><input type=\"radio\" id=\"{id}\" name=\"{region}-{what}\"{checked}/>\
                 {value}</label>"
            );
            let _ = write!(
                rules,
                ".s-{region}:has(#{id}:checked)>figure:not([data-{what}=\"{value}\"]){{display:none}}"
            );
        }
        sets.push_str("</fieldset>");
    }
    let _ = writeln!(
        out,
        "<style>{rules}</style><div class=\"sankeys s-{region}\"><div class=\"choices\">{sets}</div>"
    );
    page.markup(&out);
}

fn figure(page: &mut Page, view: &View, material: &str, year: i32, flows: &Sankey) {
    let all = flows.bands.iter().map(|b| b.value);
    let shown = cells::shown(&flows.unit, all, 9_995.0);
    let name = page.id(&format!("sankey-{}-{material}-{year}", view.region.name()));
    let what = if material == MATERIALS[0] { "all materials" } else { material };
    let title = format!("{}: flows of {what}, {year}, {}", name_of(view), shown.unit);
    let chart = svg::flows(flows, &name, &title, shown.scale, &shown.unit);
    let mut rows = Vec::new();
    for band in &flows.bands {
        rows.push(vec![
            escape(&flows.nodes[band.from].name),
            escape(&flows.nodes[band.to].name),
            format!(
                "<data value=\"{}\"{}>{}</data>",
                exact(band.value),
                band.series.map_or(String::new(), |s| format!(" data-series=\"{s}\"")),
                significant(band.value / shown.scale)
            ),
        ]);
    }
    for node in flows.nodes.iter().filter(|n| n.stock_change != 0.0) {
        rows.push(vec![
            escape(&node.name),
            "its stock".to_owned(),
            format!(
                "<data value=\"{}\">{}</data>",
                exact(node.stock_change),
                significant(node.stock_change / shown.scale)
            ),
        ]);
    }
    let numbers = table(&title, &["from", "to", &shown.unit], &rows);
    let _ = writeln!(
        page.text,
        "<figure class=\"wide\" data-region=\"{}\" data-material=\"{material}\" data-year=\"{year}\">\
         <figcaption><b>{}</b> Largest imbalance of a process: {} of the largest flow.</figcaption>\
         <div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>\
         <details><summary>Numbers</summary>{numbers}</details></figure>",
        escape(view.region.name()),
        escape(&title),
        escape(&imbalance(flows.imbalance())),
        escape(&format!("Diagram: {title}")),
        chart.inline()
    );
    page.charts.push(chart);
}

/// A small share as text: `below 1e-9`, or in per cent.
fn imbalance(x: f64) -> String {
    if x < 1e-9 {
        "below one in a billion".to_owned()
    } else {
        format!("{} %", grouped(100.0 * x, 7))
    }
}
