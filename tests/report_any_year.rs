//! The flows that the report draws for any year: those of the outcome, in balance
//! in each, on one scale.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod report;

use blackmass::report::sankey;
use report::{made, markup};
use serde_json::Value;
use std::collections::BTreeMap;

/// The numbers of each region, by its name.
fn data() -> Vec<(String, Value)> {
    let page = markup::read(&made().html).unwrap_or_else(|e| panic!("{e}"));
    let figures = page.find("figure", "any");
    let regions = figures.iter().map(|f| f.get("data-region").expect("a region").to_owned());
    let scripts = page.find("script", "").into_iter();
    let json = scripts.filter(|s| s.get("type") == Some("application/json"));
    let json = json.map(|s| serde_json::from_str(&s.words()).expect("JSON"));
    regions.zip(json).collect()
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// A band: where it begins and ends, its numbers by year, its upper edge if it is
/// drawn, and the top of its lane and of its text if it runs back.
struct Band {
    ends: [usize; 2],
    values: Vec<f64>,
    edge: Option<Vec<f64>>,
    lane: Option<Vec<f64>>,
}

fn bands(of: &Value) -> Vec<Band> {
    let band = |b: &Value| Band {
        ends: [0, 1].map(|i| b[i].as_u64().expect("a node") as usize),
        values: list(&b[3]),
        edge: b.get(4).map(list),
        lane: b.get(5).map(list),
    };
    of["bands"].as_array().expect("bands").iter().map(band).collect()
}

#[test]
fn every_year_is_that_of_the_outcome_and_balances() {
    let all = data();
    assert_eq!(all.len(), 2);
    let mut compared = 0;
    for (region, data) in &all {
        let first = data["first"].as_i64().expect("a year") as i32;
        assert_eq!(first, made().outcome.years().start() + 1);
        let name = |node: usize| data["nodes"][node].as_str().expect("a name").to_owned();
        let materials = data["materials"].as_object().expect("materials");
        assert_eq!(materials.len(), 5);
        for (material, of) in materials {
            let scale = of["scale"].as_f64().expect("a number");
            let (wanted, bands) = (Some(material.as_str()).filter(|m| *m != "total"), bands(of));
            let numbers = bands.iter().flat_map(|b| b.values.iter().copied());
            let ever = scale * numbers.fold(0.0, f64::max);
            for year in first..=*made().outcome.years().end() {
                let t = (year - first) as usize;
                let found = sankey(&made().outcome, "baseline", region, wanted, year);
                let found = found.expect("flows");
                let mut expected = BTreeMap::new();
                for b in &found.bands {
                    let ends = [b.from, b.to].map(|n| found.nodes[n].name.clone());
                    *expected.entry(ends).or_insert(0.0) += b.value;
                }
                let largest = expected.values().copied().fold(0.0, f64::max);
                let (mut into, mut out) = (BTreeMap::new(), BTreeMap::new());
                for band in &bands {
                    let value = band.values[t] * scale;
                    assert!(value >= 0.0);
                    let ends = band.ends.map(name);
                    *out.entry(ends[0].clone()).or_insert(0.0) += value;
                    *into.entry(ends[1].clone()).or_insert(0.0) += value;
                    let expected = expected.remove(&ends).unwrap_or(0.0);
                    let error = (value - expected).abs();
                    assert!(error <= 5.1e-4 * expected + 2e-9 * ever, "{ends:?} {year}: {value}");
                    compared += 1;
                }
                let rest = expected.values().copied().fold(0.0, f64::max);
                assert!(rest <= 2e-9 * ever, "{region} {material} {year}: {expected:?}");
                for (node, changes) in of["stocks"].as_object().expect("stocks") {
                    let change = list(changes)[t] * scale;
                    let side = if change > 0.0 { &mut out } else { &mut into };
                    *side.entry(name(node.parse().expect("a node"))).or_insert(0.0) += change.abs();
                }
                for (node, into) in &into {
                    let Some(out) = out.get(node) else { continue };
                    let missing = (into - out).abs() / largest;
                    assert!(missing < 1e-3, "{region} {material} {year} {node}: {into}, {out}");
                }
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
}

/// Nodes have room for themselves and their text in every year.
#[test]
fn nothing_is_ever_thicker_than_its_place() {
    for (region, data) in &data() {
        for (material, of) in data["materials"].as_object().expect("materials") {
            let (px, height) = (of["px"].as_f64().expect("px"), of["height"].as_f64().expect("it"));
            let bands = bands(of);
            let years = bands[0].values.len();
            let nodes: Vec<Vec<f64>> =
                of["at"].as_array().expect("nodes").iter().map(list).collect();
            let stocks = of["stocks"].as_object().expect("stocks");
            for (at, node) in nodes.iter().enumerate() {
                let own = |end: usize, t: usize| -> f64 {
                    let of_it = bands.iter().filter(|b| b.ends[end] == node[0] as usize);
                    of_it.map(|b| b.values[t]).sum()
                };
                let change = |t| stocks.get(&node[0].to_string()).map_or(0.0, |s| list(s)[t]);
                let thickest = (0..years)
                    .map(|t| (own(1, t) - change(t).min(0.0)).max(own(0, t) + change(t).max(0.0)))
                    .fold(0.0, f64::max);
                let bottom = node[2] + thickest * px;
                assert!(bottom <= height - 40.0, "{region} {material} {node:?}");
                let below = nodes.iter().enumerate().filter(|(i, n)| *i != at && n[1] == node[1]);
                for (_, next) in below.filter(|(_, n)| n[2] > node[2]) {
                    let text = if next[3] > 0.0 { 36.0 } else { 24.0 };
                    assert!(
                        bottom <= next[2] - text + 0.1,
                        "{region} {material} {node:?} {next:?}"
                    );
                }
            }
            // Bands pass by in a place of their own, too.
            let mut loops = 0;
            for band in &bands {
                let thickest = px * band.values.iter().copied().fold(0.0, f64::max);
                if let Some(lane) = &band.lane {
                    assert!(lane[0] + thickest < lane[1] - 11.0, "{region} {material}");
                    loops += 1;
                }
                assert!(band.edge.is_some() || thickest < 1.0);
            }
            assert!(loops > 0, "{region} {material}");
        }
    }
}

#[test]
fn the_page_is_the_same_each_time_it_is_made() {
    let again = report::report(&made().scenario, &made().outcome).html();
    assert!(again.unwrap_or_else(|e| panic!("{e}")) == made().html);
}
