//! Drawing a Sankey diagram: one scale of mass over all columns.

use super::axes::ticks;
use super::{Chart, label, px, slug};
use crate::report::number::significant;
use crate::report::sankey::{BandKind, NodeKind, Sankey};
use std::fmt::Write as _;

pub(in crate::report) const WIDTH: f64 = 1120.0;
/// Free at the right for the names of the last column.
const RIGHT: f64 = 116.0;
const NODE: f64 = 12.0;
/// What all nodes and gaps of a column have, at least.
const HEIGHT: f64 = 470.0;
const TOP: f64 = 6.0;
const LINE: f64 = 12.0;
const GAP: f64 = 10.0;

/// A place in a column: of a node, or of a band that passes.
struct Slot {
    node: Option<usize>,
    band: Option<usize>,
    value: f64,
    y: f64,
}

/// Where everything is.
struct Layout<'a> {
    sankey: &'a Sankey,
    columns: Vec<Vec<Slot>>,
    /// Length per unit of mass.
    scale: f64,
    bottom: f64,
    spacing: f64,
}

impl<'a> Layout<'a> {
    fn new(sankey: &'a Sankey) -> Self {
        let last = sankey.nodes.iter().map(|n| n.column).max().unwrap_or(0);
        let mut columns: Vec<Vec<Slot>> = (0..=last).map(|_| Vec::new()).collect();
        for (at, node) in sankey.nodes.iter().enumerate() {
            let (into, out) = sankey.sides(at);
            let value = if into > out { into } else { out };
            columns[node.column].push(Slot { node: Some(at), band: None, value, y: 0.0 });
        }
        for (at, band) in sankey.bands.iter().enumerate() {
            let (from, to) = (sankey.nodes[band.from].column, sankey.nodes[band.to].column);
            for column in columns.iter_mut().take(to).skip(from + 1) {
                let slot = Slot { node: None, band: Some(at), value: band.value, y: 0.0 };
                // What is on its way to recycling passes above, everything else below.
                if !matches!(band.kind, BandKind::Scrap | BandKind::EndOfLife) {
                    column.push(slot);
                } else {
                    let above = column.iter().take_while(|s| s.band.is_some()).count();
                    column.insert(above, slot);
                }
            }
        }
        let fixed = |column: &Vec<Slot>| -> f64 {
            column.iter().map(|slot| GAP + Self::lines(sankey, slot) * LINE).sum()
        };
        let most = columns.iter().map(fixed).fold(0.0, |a, b| if b > a { b } else { a });
        let height = if most + 200.0 > HEIGHT { most + 200.0 } else { HEIGHT };
        let mut scale = f64::INFINITY;
        for column in &columns {
            let all: f64 = column.iter().map(|slot| slot.value).sum();
            let fits = (height - fixed(column)) / all;
            if all > 0.0 && fits < scale {
                scale = fits;
            }
        }
        let scale = if scale.is_finite() { scale } else { 1.0 };
        for column in &mut columns {
            let all: f64 = column.iter().map(|slot| slot.value).sum();
            let mut y = TOP + (height - fixed(column) - all * scale) / 2.0;
            for slot in column {
                slot.y = y + Self::lines(sankey, slot) * LINE;
                y = slot.y + slot.value * scale + GAP;
            }
        }
        // Even, so that columns and the middles between them have short numbers.
        let spacing = (WIDTH - RIGHT) / (if last == 0 { 1 } else { last }) as f64;
        let spacing = 2.0 * (spacing / 2.0).floor();
        Self { sankey, columns, scale, bottom: TOP + height, spacing }
    }

    /// The lines of text above a slot.
    fn lines(sankey: &Sankey, slot: &Slot) -> f64 {
        match slot.node {
            None => 0.0,
            Some(node) if sankey.nodes[node].stock_change != 0.0 => 3.0,
            Some(_) => 2.0,
        }
    }

    fn x(&self, column: usize) -> f64 {
        2.0 + column as f64 * self.spacing
    }

    fn y_of(&self, node: usize) -> f64 {
        let column = &self.columns[self.sankey.nodes[node].column];
        column.iter().find(|s| s.node == Some(node)).map_or(0.0, |s| s.y)
    }

    fn y_passing(&self, band: usize, column: usize) -> Option<f64> {
        self.columns.get(column)?.iter().find(|s| s.band == Some(band)).map(|s| s.y)
    }

    fn runs_back(&self, band: usize) -> bool {
        let band = &self.sankey.bands[band];
        self.sankey.nodes[band.to].column <= self.sankey.nodes[band.from].column
    }

    /// The upper edge of a band: from node to node, straight through the columns
    /// between.
    fn edge(&self, band: usize, (y0, y1): (f64, f64)) -> Vec<(f64, f64)> {
        let nodes = &self.sankey.nodes;
        let [from, to] = [self.sankey.bands[band].from, self.sankey.bands[band].to];
        let (from, to) = (nodes[from].column, nodes[to].column);
        let mut edge = vec![(self.x(from) + NODE, y0)];
        for column in from + 1..to {
            let y = self.y_passing(band, column).unwrap_or(y0);
            edge.extend([(self.x(column), y), (self.x(column) + NODE, y)]);
        }
        edge.push((self.x(to), y1));
        edge
    }

    /// The tops of all bands at the node they leave and at the one they enter.
    fn ports(&self) -> Vec<(f64, f64)> {
        let bands = &self.sankey.bands;
        let mut ports = vec![(0.0, 0.0); bands.len()];
        for node in 0..self.sankey.nodes.len() {
            for leaving in [true, false] {
                let own = |b: &usize| (if leaving { bands[*b].from } else { bands[*b].to }) == node;
                let mut all: Vec<usize> = (0..bands.len()).filter(own).collect();
                let column = self.sankey.nodes[node].column;
                let height = |b: usize| {
                    let (next, other) = match leaving {
                        true => (Some(column + 1), bands[b].to),
                        false => (column.checked_sub(1), bands[b].from),
                    };
                    next.and_then(|c| self.y_passing(b, c)).unwrap_or_else(|| self.y_of(other))
                };
                all.sort_by(|a, b| {
                    let key = |b: usize| (self.runs_back(b), height(b));
                    let (x, y) = (key(*a), key(*b));
                    x.0.cmp(&y.0).then(x.1.total_cmp(&y.1))
                });
                let mut y = self.y_of(node);
                for b in all {
                    if leaving {
                        ports[b].0 = y;
                    } else {
                        ports[b].1 = y;
                    }
                    y += bands[b].value * self.scale;
                }
            }
        }
        ports
    }
}

/// Bands that are a smaller share of the largest are not drawn.
pub(in crate::report) const SMALLEST: f64 = 2e-4;

/// A Sankey diagram with numbers in `unit`, `scale` base units of the diagram
/// each. All bands and nodes have one scale of mass; bands that run back pass
/// below. What is stored is hatched. What is below 0.02 % of the largest band is
/// left out.
#[must_use]
pub fn flows(sankey: &Sankey, name: &str, title: &str, scale: f64, unit: &str) -> Chart {
    let sankey = &sankey.clone().tidied(SMALLEST);
    let layout = Layout::new(sankey);
    let mut body = String::new();
    let name = slug(name);
    let _ = write!(
        body,
        "<defs><pattern id=\"{name}-h\" width=\"5\" height=\"5\" \
         patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\"/></pattern></defs>"
    );
    let ports = layout.ports();
    let mut lane = layout.bottom + 14.0;
    let mut notes = Vec::new();
    for (at, band) in sankey.bands.iter().enumerate() {
        let thick = band.value * layout.scale;
        let (from, to) = (&sankey.nodes[band.from], &sankey.nodes[band.to]);
        let (x0, x1) = (layout.x(from.column) + NODE, layout.x(to.column));
        let told =
            format!("{} to {}: {} {unit}", from.name, to.name, significant(band.value / scale));
        let head = format!("><title>{}</title>", super::escape(&told));
        let class = band.kind.word();
        if layout.runs_back(at) {
            let (y0, y1) = (ports[at].0 + thick / 2.0, ports[at].1 + thick / 2.0);
            let (r, y) = (6.0 + thick / 2.0, lane + thick / 2.0);
            let d = format!(
                "M{} {y0}h4a{r} {r} 0 0 1 {r} {r}V{}a{r} {r} 0 0 1 -{r} {r}H{}\
                 a{r} {r} 0 0 1 -{r} -{r}V{}a{r} {r} 0 0 1 {r} -{r}h4",
                px(x0),
                px(y - r),
                px(x1 - 4.0),
                px(y1 + r),
                r = px(r),
                y0 = px(y0),
            );
            let _ = write!(
                body,
                "<path class=\"loop {class}\" d=\"{d}\" stroke-width=\"{}\"{head}</path>",
                px(thick)
            );
            notes.push(((x0 + x1) / 2.0, lane + thick + LINE, format!("◀ {told}")));
            lane += thick + LINE + 8.0;
            continue;
        }
        let edge = layout.edge(at, ports[at]);
        let _ = write!(body, "<path class=\"flow {class}\" d=\"");
        curve(&mut body, edge.iter().copied(), 'M');
        curve(&mut body, edge.iter().rev().map(|(x, y)| (*x, y + thick)), 'L');
        let _ = write!(body, "Z\"{head}</path>");
    }
    for (at, node) in sankey.nodes.iter().enumerate() {
        draw_node(&mut body, &layout, at, &name);
        let y = layout.y_of(at);
        let (into, out) = sankey.sides(at);
        let value = if into > out { into } else { out };
        let x = layout.x(node.column);
        let mut lines = vec![node.name.clone(), significant(value / scale)];
        if node.stock_change != 0.0 {
            let sign = if node.stock_change > 0.0 { "+" } else { "" };
            lines.push(format!("stock {sign}{}", significant(node.stock_change / scale)));
        }
        let count = lines.len();
        for (i, text) in lines.iter().enumerate() {
            let y = y - 3.0 - LINE * (count - 1 - i) as f64;
            label(&mut body, if i == 0 { "node-name" } else { "node-value" }, (x, y), text);
        }
    }
    for (x, y, text) in notes {
        label(&mut body, "node-value middle", (x, y), &text);
    }
    let bottom = lane + 16.0;
    legend(&mut body, &layout, bottom, scale, unit);
    let main = |n: &&crate::report::sankey::Node| n.kind == NodeKind::Process;
    let names: Vec<&str> = sankey.nodes.iter().filter(main).map(|n| n.name.as_str()).collect();
    Chart {
        name,
        title: title.to_owned(),
        description: format!(
            "Flows in {unit}, one scale over all columns, through {}. What is stored is hatched. \
             Flows below 0.02 % of the largest are not drawn.",
            names.join(", ")
        ),
        width: WIDTH,
        height: bottom + 26.0,
        body,
    }
}

/// Where nodes and bands stand that are never thicker than in a diagram: what a
/// program needs to draw smaller ones in the same places.
#[cfg(feature = "scenario")]
pub(in crate::report) struct Places {
    /// The upper left corner of each node.
    pub nodes: Vec<(f64, f64)>,
    /// The upper edge of each band; of one that runs back its two ends.
    pub bands: Vec<Vec<(f64, f64)>>,
    /// The upper edge of the lane of each band that runs back, and of its text.
    pub lanes: Vec<Option<(f64, f64)>>,
    /// Length per unit of mass.
    pub scale: f64,
    /// A round mass for the legend, some twenty pixels thick.
    pub round: f64,
    /// Where the legend stands.
    pub legend: f64,
    /// The height of everything; the width is [`WIDTH`].
    pub height: f64,
}

/// The places of a diagram whose numbers are shown in `unit` base units each.
#[cfg(feature = "scenario")]
pub(in crate::report) fn places(sankey: &Sankey, unit: f64) -> Places {
    let layout = Layout::new(sankey);
    let ports = layout.ports();
    let mut lane = layout.bottom + 14.0;
    let mut lanes = Vec::new();
    for (at, band) in sankey.bands.iter().enumerate() {
        lanes.push(layout.runs_back(at).then(|| {
            let (top, text) = (lane, lane + band.value * layout.scale + LINE);
            lane = text + 8.0;
            (top, text)
        }));
    }
    Places {
        nodes: (0..sankey.nodes.len())
            .map(|at| (layout.x(sankey.nodes[at].column), layout.y_of(at)))
            .collect(),
        bands: (0..sankey.bands.len()).map(|at| layout.edge(at, ports[at])).collect(),
        lanes,
        scale: layout.scale,
        round: round_mass(&layout, unit),
        legend: lane + 16.0,
        height: lane + 42.0,
    }
}

/// Some twenty pixels of a round mass, in units of `unit` base units.
fn round_mass(layout: &Layout, unit: f64) -> f64 {
    ticks(0.0, 20.0 / layout.scale / unit, 1).last().copied().unwrap_or(1.0)
}

/// A line through points, curved between the first and second, third and fourth,
/// and so on, straight from the second to the third.
fn curve(out: &mut String, points: impl Iterator<Item = (f64, f64)>, first: char) {
    let mut before: Option<(f64, f64)> = None;
    for (i, (x, y)) in points.enumerate() {
        match before {
            None => {
                let _ = write!(out, "{first}{} {}", px(x), px(y));
            }
            Some((x0, y0)) if i % 2 == 1 => {
                let middle = px((x0 + x) / 2.0);
                let _ = write!(out, "C{middle} {} {middle} {} {} {}", px(y0), px(y), px(x), px(y));
            }
            Some(_) => {
                let _ = write!(out, "L{} {}", px(x), px(y));
            }
        }
        before = Some((x, y));
    }
}

fn draw_node(out: &mut String, layout: &Layout, at: usize, name: &str) {
    let node = &layout.sankey.nodes[at];
    let (x, y) = (layout.x(node.column), layout.y_of(at));
    let (into, out_of) = layout.sankey.sides(at);
    let value = if into > out_of { into } else { out_of };
    let height = value * layout.scale;
    let _ = write!(
        out,
        "<rect class=\"node\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        px(x),
        px(y),
        px(NODE),
        px(if height > 0.8 { height } else { 0.8 }),
    );
    if node.stock_change == 0.0 {
        return;
    }
    let stored = node.stock_change.abs() * layout.scale;
    let side = if node.stock_change > 0.0 { x + NODE } else { x - 10.0 };
    let _ = write!(
        out,
        "<rect class=\"stored\" fill=\"url(#{name}-h)\" x=\"{}\" y=\"{}\" width=\"10\" height=\"{}\"/>",
        px(side),
        px(y + height - stored),
        px(stored)
    );
}

/// What the colours say, and how thick a round mass is.
fn legend(out: &mut String, layout: &Layout, y: f64, scale: f64, unit: &str) {
    let mut x = 2.0;
    for (kind, words) in BandKind::ALL {
        if layout.sankey.bands.iter().all(|b| b.kind != kind) {
            continue;
        }
        let _ = write!(
            out,
            "<rect class=\"flow {}\" x=\"{}\" y=\"{}\" width=\"16\" height=\"10\"/>",
            kind.word(),
            px(x),
            px(y)
        );
        label(out, "node-value", (x + 21.0, y + 9.0), words);
        x += 36.0 + super::width(words, 11.0);
    }
    let round = round_mass(layout, scale);
    let thick = round * scale * layout.scale;
    let x = WIDTH - 190.0;
    let _ = write!(
        out,
        "<rect class=\"node\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\"/>",
        px(x),
        px(y + 18.0 - thick),
        px(thick)
    );
    let text = format!("this thick: {} {unit}", significant(round));
    label(out, "node-value", (x + 10.0, y + 9.0), &text);
}
