//! Sankey diagrams, one of which is shown at a time: of any year where a script
//! may run, of some years elsewhere.

use super::any_year::EveryYear;
use super::page::{Page, table};
use super::{HtmlReport, any_year, name_of};
use crate::report::number::{exact, significant};
use crate::report::sankey::{Sankey, sankey};
use crate::report::svg::{self, escape};
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
    let mut is_any_year = false;
    for view in views {
        page.heading(&name_of(view));
        let reported = view.outcome.years();
        let has_flows = |year: &i32| find(view, MATERIALS[0], *year).is_some();
        let mut years: Vec<i32> = of.sankey_years.iter().copied().filter(has_flows).collect();
        if years.is_empty() {
            years.extend(Some(*reported.end()).filter(has_flows));
        }
        if years.is_empty() {
            page.paragraph("The flows were not reported in this run.");
            continue;
        }
        // A scenario need not have all of them.
        let has_any = |m: &&str| find(view, m, years[0]).is_some();
        let materials: Vec<&str> = MATERIALS.into_iter().filter(has_any).collect();
        // The first year has no year before it, which changes of stocks need.
        let all: Vec<i32> = reported.skip(1).collect();
        let every =
            materials.iter().filter_map(|m| Some((*m, EveryYear::new(view, named(m), &all)?)));
        let every: Vec<(&str, EveryYear)> = every.collect();
        let slider = (every.len() == materials.len()).then_some(&all[..]);
        choices(page, view, &materials, &years, slider);
        for material in materials {
            for year in &years {
                if let Some(found) = find(view, material, *year) {
                    figure(page, view, material, *year, &found);
                }
            }
        }
        if slider.is_some() {
            any_year::figure(page, view, all[0], &every);
            is_any_year = true;
        }
        page.markup("</div>\n");
    }
    if is_any_year {
        any_year::script(page);
    }
}

/// The material of that name, `None` for all together.
fn named(material: &str) -> Option<&str> {
    Some(material).filter(|m| *m != MATERIALS[0])
}

/// A material in words.
pub(super) fn what(material: &str) -> &str {
    named(material).unwrap_or("all materials")
}

fn find(view: &View, material: &str, year: i32) -> Option<Sankey> {
    sankey(view.outcome, view.reference(), view.region.name(), named(material), year)
}

/// Buttons for material and year, and the rules by which they show one diagram.
/// A browser that does not know the rules shows all. The script has a slider in
/// place of the buttons for years.
fn choices(page: &mut Page, view: &View, materials: &[&str], years: &[i32], all: Option<&[i32]>) {
    // A word of its own for each region.
    let region = page.id(&format!("s-{}", view.region.name()));
    let mut out = String::new();
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let materials: Vec<String> = materials.iter().map(|m| (*m).to_owned()).collect();
    let mut rules = String::new();
    let mut sets = String::new();
    let first = years.iter().position(|y| y == "2040").unwrap_or(0);
    let lithium = materials.iter().position(|m| m == MATERIALS[1]).unwrap_or(0);
    let slider = years[first].parse().ok().zip(all);
    for (what, all, first) in [("material", &materials, lithium), ("year", &years, first)] {
        let _ = write!(sets, "<fieldset class=\"some-{what}s\"><legend>{what}</legend>");
        for (i, value) in all.iter().enumerate() {
            let id = page.id(&format!("{region}-{what}-{value}"));
            let checked = if i == first { " checked=\"checked\"" } else { "" };
            let _ = write!(
                sets,
                "<label for=\"{id}\"><input type=\"radio\" id=\"{id}\" name=\"{region}-{what}\" value=\"{value}\"{checked}/>\
                 {value}</label>"
            );
            let _ = write!(
                rules,
                ".{region}:has(#{id}:checked)>.wide:not([data-{what}=\"{value}\"]){{display:none}}"
            );
        }
        sets.push_str("</fieldset>");
    }
    if let Some((first, all)) = slider {
        sets += &any_year::slider(page, &region, all, first);
    }
    let _ = writeln!(
        out,
        "<style>{rules}</style><div class=\"sankeys {region}\"><div class=\"choices\">{sets}</div>"
    );
    page.markup(&out);
}

fn figure(page: &mut Page, view: &View, material: &str, year: i32, flows: &Sankey) {
    let all = flows.bands.iter().map(|b| b.value);
    let shown = cells::shown(&flows.unit, all, 9_995.0);
    let name = page.id(&format!("sankey-{}-{material}-{year}", view.region.name()));
    let title = format!("{}: flows of {}, {year}, {}", name_of(view), what(material), shown.unit);
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
pub(super) fn imbalance(x: f64) -> String {
    if x < 1e-9 {
        "below one in a billion".to_owned()
    } else {
        format!("{} %", grouped(100.0 * x, 7))
    }
}
