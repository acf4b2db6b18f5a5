//! The Sankey diagrams of every reported year, drawn by a script in the page.

use super::name_of;
use super::page::{Page, table};
use crate::maths::max;
use crate::report::cells;
use crate::report::number::exact;
use crate::report::sankey::{Band, BandKind, NodeKind, Sankey, every_flow};
use crate::report::svg::{self, Places, SMALLEST, escape};
use crate::report::view::View;
use serde_json::Value;
use std::fmt::Write as _;

/// The program that draws; without it the page shows some years.
const SCRIPT: &str = include_str!("any_year.js");

/// The flows of a material in every year: the same nodes and bands in each.
pub(super) struct EveryYear {
    nodes: Vec<String>,
    /// Each band with its value by year, in which direction it runs being part of
    /// what it is: none is negative.
    bands: Vec<(Band, Vec<f64>)>,
    /// By node, by year.
    stocks: Vec<Vec<f64>>,
    /// Every node and every band as large as it ever is.
    largest: Sankey,
    imbalance: f64,
}

impl EveryYear {
    /// `None` unless there are at least two years in a row with all flows.
    pub(super) fn new(view: &View, material: Option<&str>, years: &[i32]) -> Option<Self> {
        let (policy, region) = (view.reference(), view.region.name());
        let of = |year: &i32| every_flow(view.outcome, policy, region, material, *year);
        let all: Vec<Sankey> = years.iter().map(of).collect::<Option<_>>()?;
        let first = all.get(1).and(all.first())?;
        let bands = all.iter().flat_map(|s| s.bands.iter().map(|b| b.value.abs()));
        let nothing = 1e-9 * bands.fold(0.0, max);
        let mut bands = Vec::new();
        for (at, band) in first.bands.iter().enumerate() {
            for sign in [1.0, -1.0] {
                let kept = |s: &Sankey| {
                    let value = sign * s.bands[at].value;
                    if value > nothing { value } else { 0.0 }
                };
                let values: Vec<f64> = all.iter().map(kept).collect();
                let value = values.iter().copied().fold(0.0, max);
                if value == 0.0 {
                    continue;
                }
                let (from, to) =
                    if sign > 0.0 { (band.from, band.to) } else { (band.to, band.from) };
                bands.push((Band { from, to, value, ..band.clone() }, values));
            }
        }
        let mut largest = Sankey { bands: Vec::new(), ..first.clone() };
        largest.bands.extend(bands.iter().map(|(band, _)| band.clone()));
        let stocks: Vec<Vec<f64>> = (0..first.nodes.len())
            .map(|at| {
                let kept = |x: f64| if x.abs() > nothing { x } else { 0.0 };
                all.iter().map(|s| kept(s.nodes[at].stock_change)).collect()
            })
            .collect();
        for (node, changes) in largest.nodes.iter_mut().zip(&stocks) {
            // What shrinks is no more than what leaves.
            let (grown, shrunk) =
                changes.iter().fold((0.0, 0.0), |(a, b), x| (max(a, *x), max(b, -x)));
            node.stock_change = if grown > 0.0 { grown } else { -shrunk };
        }
        let imbalance = all.into_iter().map(|s| s.tidied(1e-9).imbalance()).fold(0.0, max);
        let nodes = largest.nodes.iter().map(|node| node.name.clone()).collect();
        Some(Self { nodes, bands, stocks, largest, imbalance })
    }

    /// The bands and nodes that are drawn, by their positions, and the diagram of
    /// them alone.
    fn drawn(&self) -> (Vec<usize>, Vec<usize>, Sankey) {
        let least = SMALLEST * self.bands.iter().fold(0.0, |a, (band, _)| max(a, band.value));
        let bands: Vec<usize> =
            (0..self.bands.len()).filter(|b| self.bands[*b].0.value > least).collect();
        let is_used = |n: &usize| {
            bands.iter().any(|b| [self.bands[*b].0.from, self.bands[*b].0.to].contains(n))
        };
        let nodes: Vec<usize> = (0..self.nodes.len()).filter(is_used).collect();
        let at = |node: usize| nodes.iter().position(|n| *n == node).unwrap_or(0);
        let mut drawn = Sankey { nodes: Vec::new(), bands: Vec::new(), unit: String::new() };
        for node in &nodes {
            let mut node = self.largest.nodes[*node].clone();
            if node.stock_change.abs() <= least {
                node.stock_change = 0.0;
            }
            drawn.nodes.push(node);
        }
        for band in &bands {
            let band = self.bands[*band].0.clone();
            drawn.bands.push(Band { from: at(band.from), to: at(band.to), ..band });
        }
        (bands, nodes, drawn)
    }

    /// What the script draws from, as JSON.
    fn json(&self, what: &str) -> String {
        let (drawn_bands, drawn_nodes, drawn) = self.drawn();
        let all = self.bands.iter().flat_map(|(_, values)| values.iter().copied());
        let shown = cells::shown(&self.largest.unit, all, 9_995.0);
        let places = svg::places(&drawn, shown.scale);
        let Places { scale, round, legend, height, .. } = &places;
        let mut out = format!(
            "{{\"what\":{},\"unit\":{},\"scale\":{},\"px\":{},\"round\":{},\"legend\":{},\"height\":{},\"at\":[",
            string(what),
            string(&shown.unit),
            exact(shown.scale),
            short(scale * shown.scale, 8),
            short(*round, 6),
            short(*legend, 5),
            short(*height, 5),
        );
        let list = |out: &mut String, numbers: &mut dyn Iterator<Item = f64>, digits| {
            let all: Vec<String> = numbers.map(|x| short(x, digits)).collect();
            let _ = write!(out, "[{}]", all.join(","));
        };
        for (at, (node, (x, y))) in drawn_nodes.iter().zip(&places.nodes).enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            // Whether there is room for the change of its stock.
            let stores = f64::from(u8::from(drawn.nodes[at].stock_change != 0.0));
            list(&mut out, &mut [*node as f64, *x, *y, stores].into_iter(), 5);
        }
        out.push_str("],\"bands\":[");
        for (at, (band, values)) in self.bands.iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            let kind = BandKind::ALL.iter().position(|(kind, _)| *kind == band.kind).unwrap_or(0);
            let _ = write!(out, "[{},{},{kind},", band.from, band.to);
            list(&mut out, &mut values.iter().map(|x| x / shown.scale), 4);
            if let Some(place) = drawn_bands.iter().position(|b| *b == at) {
                out.push(',');
                let points = places.bands[place].iter();
                list(&mut out, &mut points.flat_map(|(x, y)| [*x, *y]), 5);
                if let Some((lane, text)) = places.lanes[place] {
                    out.push(',');
                    list(&mut out, &mut [lane, text].into_iter(), 5);
                }
            }
            out.push(']');
        }
        out.push_str("],\"stocks\":{");
        let some = self.stocks.iter().enumerate().filter(|(_, s)| s.iter().any(|x| *x != 0.0));
        for (at, (node, changes)) in some.enumerate() {
            let _ = write!(out, "{}\"{node}\":", if at > 0 { "," } else { "" });
            list(&mut out, &mut changes.iter().map(|x| x / shown.scale), 4);
        }
        out + "}}"
    }
}

/// A text of JSON.
fn string(text: &str) -> String {
    Value::from(text).to_string()
}

/// A number with so many significant digits, written as short as it can be.
fn short(x: f64, digits: usize) -> String {
    let rounded: f64 = format!("{x:.*e}", digits - 1).parse().unwrap_or(x);
    exact(rounded)
}

/// A slider for the year, hidden unless the script runs; `wanted` is where it
/// starts.
pub(super) fn slider(page: &mut Page, region: &str, years: &[i32], wanted: i32) -> String {
    let [Some(first), Some(last)] = [years.first(), years.last()] else { return String::new() };
    let id = page.id(&format!("{region}-any-year"));
    format!(
        "<fieldset class=\"any-year\"><legend>year</legend><label for=\"{id}\">{first} to {last}</label>\
         <input type=\"range\" id=\"{id}\" min=\"{first}\" max=\"{last}\" step=\"1\" value=\"{wanted}\"/>\
         <output for=\"{id}\">{wanted}</output></fieldset>"
    )
}

/// The figure that the script fills, and the numbers that it fills it from: one
/// entry for each material.
pub(super) fn figure(page: &mut Page, view: &View, first: i32, all: &[(&str, EveryYear)]) {
    let Some((_, some)) = all.first() else { return };
    let name = page.id(&format!("sankey-{}-any-year", view.region.name()));
    let what = format!("{}: flows in any year", name_of(view));
    let mut worst = 0.0;
    let mut materials = String::new();
    for (material, flows) in all {
        worst = max(worst, flows.imbalance);
        let comma = if materials.is_empty() { "" } else { "," };
        let words = super::sankeys::what(material);
        let _ = write!(materials, "{comma}{}:{}", string(material), flows.json(words));
    }
    let nodes: Vec<String> = some.nodes.iter().map(|name| string(name)).collect();
    let process = |node: &crate::report::sankey::Node| node.kind == NodeKind::Process;
    let names: Vec<&str> =
        some.largest.nodes.iter().filter(|n| process(n)).map(|n| n.name.as_str()).collect();
    let kinds = BandKind::ALL.map(|(kind, words)| format!("[\"{}\",\"{words}\"]", kind.word()));
    let data = format!(
        "{{\"name\":{},\"first\":{first},\"nodes\":[{}],\"kinds\":[{}],\"materials\":{{{materials}}}}}",
        string(&name_of(view)),
        nodes.join(","),
        kinds.join(","),
    );
    // Nothing in it ends the element.
    let data = data.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let numbers = table(&what, &["from", "to", "mean"], &[]);
    let _ = writeln!(
        page.text,
        "<figure class=\"any\" data-region=\"{}\"><figcaption><b>{}</b> One scale of mass over all \
         columns and all years; four digits of each mean. Largest imbalance of a process: {} of the largest flow of its year.\
         </figcaption><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\
         <svg class=\"chart\" role=\"img\" viewBox=\"0 0 {} 640\" aria-labelledby=\"{name}-t {name}-d\">\
         <title id=\"{name}-t\">{}</title><desc id=\"{name}-d\">Flows, one scale over all columns and \
         all years, through {}. What is stored is hatched. The numbers are in the table.</desc>\
         <defs><pattern id=\"{name}-h\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/>\
         </pattern></defs><g></g></svg></div><details><summary>Numbers</summary>{numbers}</details>\
         </figure><script type=\"application/json\">{data}</script>",
        escape(view.region.name()),
        escape(&what),
        escape(&super::sankeys::imbalance(worst)),
        escape(&format!("Diagram: {what}")),
        svg::WIDTH,
        escape(&what),
        escape(&names.join(", ")),
    );
}

/// The script, once for all regions.
pub(super) fn script(page: &mut Page) {
    page.markup(&format!("<script>\n{SCRIPT}</script>\n"));
}
