//! The flows of one year as nodes and bands, for a Sankey diagram.

use super::Link;
#[cfg(feature = "scenario")]
use crate::ensemble::Outcome;

/// What a node does with what enters it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Where mass enters the diagram.
    Source,
    /// Where mass enters, leaves and is stored.
    Process,
    /// Where mass leaves the diagram.
    Sink,
}

/// A node of a [`Sankey`].
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name, for people; short.
    pub name: String,
    /// The column it stands in, from 0 at the left. Nodes of a column stand in
    /// the order of the list.
    pub column: usize,
    /// What it does.
    pub kind: NodeKind,
    /// What its stock grew by; 0 unless it is a process.
    pub stock_change: f64,
}

/// What moves in a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandKind {
    /// New material and products.
    Supply,
    /// Products at the end of their life and what is made of them.
    EndOfLife,
    /// Production scrap.
    Scrap,
    /// Recovered material.
    Recovered,
    /// What leaves for other places.
    Away,
    /// What is lost.
    Lost,
}

impl BandKind {
    /// All kinds with their words.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Supply, "new material and products"),
        (Self::EndOfLife, "end of life"),
        (Self::Scrap, "production scrap"),
        (Self::Recovered, "recovered"),
        (Self::Away, "leaves the region"),
        (Self::Lost, "lost"),
    ];

    /// One word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supply => "supply",
            Self::EndOfLife => "end_of_life",
            Self::Scrap => "scrap",
            Self::Recovered => "recovered",
            Self::Away => "away",
            Self::Lost => "lost",
        }
    }
}

/// A band from one node to another; one that does not lead to a later column
/// runs back.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The position of the node it leaves.
    pub from: usize,
    /// The position of the node it enters.
    pub to: usize,
    /// What moves.
    pub kind: BandKind,
    /// How much, in the unit of the diagram.
    pub value: f64,
    /// The series of the outcome that this is the mean of, all materials shown
    /// together; `None` if it is a difference of some.
    pub series: Option<&'static str>,
}

/// The flows of one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Sankey {
    /// The unit of every number.
    pub unit: String,
    /// The nodes, in each column from top to bottom.
    pub nodes: Vec<Node>,
    /// The bands.
    pub bands: Vec<Band>,
}

impl Sankey {
    /// The bands as links between named nodes, for `sankey.csv`. Bands of nothing
    /// are left out.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        let name = |at: usize| self.nodes.get(at).map_or(String::new(), |n| n.name.clone());
        let link = |b: &Band| Link {
            source: name(b.from),
            target: name(b.to),
            kind: b.kind.word().to_owned(),
            value: b.value,
        };
        self.bands.iter().filter(|b| b.value > 0.0).map(link).collect()
    }

    /// What enters and what leaves a node, its stock on the side where it makes
    /// up for the other.
    #[must_use]
    pub fn sides(&self, node: usize) -> (f64, f64) {
        let sum = |of: &dyn Fn(&Band) -> bool| {
            self.bands.iter().filter(|b| of(b)).map(|b| b.value).fold(0.0, |a, b| a + b)
        };
        let change = self.nodes.get(node).map_or(0.0, |n| n.stock_change);
        let (grown, shrunk) = if change > 0.0 { (change, 0.0) } else { (0.0, -change) };
        (sum(&|b| b.to == node) + shrunk, sum(&|b| b.from == node) + grown)
    }

    /// The worst difference between the sides of a process, relative to the
    /// largest side of any node. Nothing is left over if it is zero.
    #[must_use]
    pub fn imbalance(&self) -> f64 {
        let (mut worst, mut largest) = (0.0, 0.0);
        for (at, node) in self.nodes.iter().enumerate() {
            let (into, out) = self.sides(at);
            let side = if into > out { into } else { out };
            largest = if side > largest { side } else { largest };
            let missing = (into - out).abs();
            if node.kind == NodeKind::Process && missing > worst {
                worst = missing;
            }
        }
        if largest > 0.0 { worst / largest } else { 0.0 }
    }

    /// Leaves out bands and stock changes below `share` of the largest band, and
    /// nodes that have none. A band that runs the other way has its ends exchanged.
    #[must_use]
    pub(super) fn tidied(mut self, share: f64) -> Self {
        for band in self.bands.iter_mut().filter(|band| band.value < 0.0) {
            (band.from, band.to, band.value) = (band.to, band.from, -band.value);
        }
        let largest = self.bands.iter().fold(0.0, |a, b| if b.value > a { b.value } else { a });
        self.bands.retain(|band| band.value > share * largest);
        let used = |at: usize| self.bands.iter().any(|b| b.from == at || b.to == at);
        let places: Vec<Option<usize>> = (0..self.nodes.len())
            .scan(0, |next, at| {
                Some(used(at).then(|| {
                    *next += 1;
                    *next - 1
                }))
            })
            .collect();
        let mut at = 0;
        self.nodes.retain(|_| {
            at += 1;
            places[at - 1].is_some()
        });
        for band in &mut self.bands {
            band.from = places[band.from].unwrap_or(0);
            band.to = places[band.to].unwrap_or(0);
        }
        for node in &mut self.nodes {
            if node.stock_change.abs() <= share * largest {
                node.stock_change = 0.0;
            }
        }
        self
    }
}

/// Means of an outcome in a year.
#[cfg(feature = "scenario")]
struct Means<'a> {
    outcome: &'a Outcome,
    policy: &'a str,
    region: &'a str,
    material: Option<&'a str>,
    year: i32,
}

#[cfg(feature = "scenario")]
impl Means<'_> {
    fn at(&self, series: &str, year: i32) -> Option<f64> {
        let report = self.outcome.report(self.policy, &format!("{}.{series}", self.region))?;
        let wanted =
            |labels: &[String]| self.material.is_none_or(|m| labels.iter().any(|l| l == m));
        let elements = report.series().labels.iter().enumerate();
        let chosen: Vec<usize> = elements.filter(|(_, l)| wanted(l)).map(|(e, _)| e).collect();
        if chosen.is_empty() {
            return None;
        }
        chosen.into_iter().map(|e| Some(report.summary(e, year)?.mean)).sum()
    }

    fn of(&self, series: &str) -> Option<f64> {
        self.at(series, self.year)
    }

    fn change(&self, series: &str) -> Option<f64> {
        Some(self.of(series)? - self.at(series, self.year - 1)?)
    }
}

/// The flows of a material (all together, if none is named) through a region in
/// a year, means of the draws in t/yr. Means are linear: what enters a process
/// leaves it or is stored, as in every draw. Bands that are no reported series
/// are sums and differences of some.
///
/// `None` if the outcome does not report them
/// ([`Options::flows`](crate::lifecycle::Options::flows)), or not the year
/// before, which changes of stocks need.
///
/// # Examples
/// ```
/// use blackmass::lifecycle::{self, Options};
/// use blackmass::{Ensemble, Plan, report::sankey, scenario::Scenario};
/// let options = Options { policies: &["baseline"], flows: true, ..Options::default() };
/// let plan = Plan::compile(&lifecycle::system_with(&Scenario::japan(), &options)?)?;
/// let outcome = Ensemble::new(&plan).draws(64).run()?;
/// let flows = sankey(&outcome, "baseline", "japan", Some("lithium"), 2035).expect("reported");
/// assert!(flows.imbalance() < 1e-9);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[cfg(feature = "scenario")]
#[must_use]
pub fn sankey(
    outcome: &Outcome,
    policy: &str,
    region: &str,
    material: Option<&str>,
    year: i32,
) -> Option<Sankey> {
    every_flow(outcome, policy, region, material, year).map(|flows| flows.tidied(1e-9))
}

/// As [`sankey`], with the same nodes and bands in every year; bands that run the
/// other way are negative.
#[cfg(feature = "scenario")]
pub(super) fn every_flow(
    outcome: &Outcome,
    policy: &str,
    region: &str,
    material: Option<&str>,
    year: i32,
) -> Option<Sankey> {
    use BandKind::{Away, EndOfLife, Lost, Recovered, Scrap, Supply};
    use NodeKind::{Process, Sink, Source};
    let x = Means { outcome, policy, region, material, year };
    let mut s = Sankey { unit: "t/yr".to_owned(), nodes: Vec::new(), bands: Vec::new() };
    let mut node = |name: &str, column, kind, stock_change| {
        s.nodes.push(Node { name: name.to_owned(), column, kind, stock_change });
        s.nodes.len() - 1
    };
    let backlog = x.change("backlog")?;
    let unshredded = x.change("waiting_batteries")?;
    let primary = node("Primary supply", 0, Source, 0.0);
    let bought = node("Bought recovered", 0, Source, 0.0);
    let cells = node("Making of cells", 1, Process, 0.0);
    let other_makers = node("Other makers", 1, Source, 0.0);
    let imported_cells = node("Imported cells", 1, Source, 0.0);
    let in_products = node("Imported products", 1, Source, 0.0);
    let scrap_lost = node("Scrap lost", 2, Sink, 0.0);
    let exported_cells = node("Exported cells", 2, Sink, 0.0);
    let in_use = node("In use", 2, Process, x.change("stock")?);
    let other_uses = node("Other uses here", 2, Sink, 0.0);
    let end_of_life = node("End of life", 3, Process, x.change("hoarded")?);
    let received = node("Untreated imports", 4, Source, 0.0);
    let second_life = node("Second life", 4, Process, x.change("second_life_stock")?);
    let exported = node("Used exports", 4, Sink, 0.0);
    let unknown = node("Untraced vehicles", 4, Sink, 0.0);
    let thrown = node("Thrown away", 4, Sink, 0.0);
    let shredding = node("Pre-processing", 5, Process, unshredded);
    let arriving = node("Black mass bought", 5, Source, 0.0);
    let uncollected = node("Not collected", 5, Sink, 0.0);
    let refining = node("Refining", 6, Process, backlog - unshredded);
    let away = node("Untreated exports", 6, Sink, 0.0);
    let untreated = node("Left untreated", 6, Sink, 0.0);
    let residue = node("Shredder residue", 6, Sink, 0.0);
    let sold_mass = node("Black mass sold", 7, Sink, 0.0);
    let slag = node("Refining residue", 7, Sink, 0.0);
    let recovered = node("Recovered", 7, Process, 0.0);
    let sold = node("Sold elsewhere", 8, Sink, 0.0);
    let unused = node("Not used here", 8, Sink, 0.0);

    let of = |series| x.of(series);
    let used = of("recovered_used")?;
    let from_others = of("recovered_exchanged")?;
    let needed = of("cell_production")? + of("scrap_made")?;
    let home = of("cell_production")? - of("exported_cells")?;
    let returned = of("second_life_returns")?;
    let again = of("second_life_collected")?;
    let products = of("recovered")? - of("metal_fraction")?;
    let kept = used - from_others;
    let mut band = |from, to, kind, value: f64, series| {
        s.bands.push(Band { from, to, kind, value, series });
    };
    let mut direct = |from, to, kind, series: &'static str| {
        band(from, to, kind, of(series)?, Some(series));
        Some(())
    };
    direct(primary, cells, Supply, "primary_demand")?;
    direct(bought, cells, Recovered, "recovered_exchanged")?;
    direct(imported_cells, in_use, Supply, "placed_imported_cells")?;
    direct(in_products, in_use, Supply, "placed_imported_in_products")?;
    direct(cells, exported_cells, Away, "exported_cells")?;
    direct(cells, shredding, Scrap, "scrap")?;
    direct(in_use, end_of_life, EndOfLife, "end_of_life")?;
    direct(end_of_life, in_use, EndOfLife, "reused")?;
    direct(end_of_life, second_life, EndOfLife, "second_life")?;
    direct(end_of_life, exported, Away, "exported")?;
    direct(end_of_life, unknown, Lost, "unknown")?;
    direct(second_life, shredding, EndOfLife, "second_life_collected")?;
    direct(received, shredding, EndOfLife, "untreated_received")?;
    direct(shredding, away, Away, "untreated_exported")?;
    direct(shredding, untreated, Lost, "untreated_lost")?;
    direct(shredding, refining, EndOfLife, "black_mass")?;
    direct(shredding, recovered, Recovered, "metal_fraction")?;
    direct(arriving, refining, EndOfLife, "black_mass_received")?;
    direct(refining, sold_mass, Away, "black_mass_exported")?;
    direct(recovered, unused, Lost, "recovered_unused")?;
    band(cells, in_use, Supply, home, None);
    band(other_makers, in_use, Supply, of("placed_made_here")? - home, None);
    band(cells, other_uses, Recovered, of("primary_demand")? + used - needed, None);
    band(cells, scrap_lost, Lost, of("scrap_made")? - of("scrap")?, None);
    let thrown_away = of("electronic_waste")? + of("residual_waste")?;
    band(end_of_life, thrown, Lost, thrown_away, None);
    band(end_of_life, shredding, EndOfLife, of("collected")? - again, None);
    band(end_of_life, uncollected, Lost, of("uncollected")? - (returned - again), None);
    band(second_life, uncollected, Lost, returned - again, None);
    let not_won = of("processed")? - of("black_mass")? - of("metal_fraction")?;
    band(shredding, residue, Lost, not_won, None);
    band(refining, recovered, Recovered, products, None);
    band(refining, slag, Lost, of("refined")? - products, None);
    band(recovered, cells, Recovered, kept, None);
    band(recovered, sold, Away, of("recovered")? - kept - of("recovered_unused")?, None);
    Some(s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Sankey {
        let node = |name: &str, column, kind, stock_change| Node {
            name: name.to_owned(),
            column,
            kind,
            stock_change,
        };
        let band = |from, to, value| Band { from, to, kind: BandKind::Supply, value, series: None };
        Sankey {
            unit: "t/yr".to_owned(),
            nodes: vec![
                node("in", 0, NodeKind::Source, 0.0),
                node("unused", 0, NodeKind::Source, 0.0),
                node("use", 1, NodeKind::Process, 3.0),
                node("out", 2, NodeKind::Sink, 0.0),
            ],
            bands: vec![band(0, 2, 10.0), band(2, 3, 7.0), band(1, 2, 1e-12)],
        }
    }

    #[test]
    fn what_is_left_over_is_seen() {
        assert!(small().imbalance() < 1e-12);
        let mut wrong = small();
        wrong.bands[1].value = 6.0;
        assert!((wrong.imbalance() - 0.1).abs() < 1e-12);
        // A stock that shrinks feeds the node.
        let mut shrinking = small();
        shrinking.nodes[2].stock_change = -2.0;
        shrinking.bands[1].value = 12.0;
        assert!(shrinking.imbalance() < 1e-12);
        assert_eq!(shrinking.sides(2).1, 12.0);
    }

    #[test]
    fn what_is_nothing_is_left_out() {
        let tidy = small().tidied(1e-9);
        let names: Vec<&str> = tidy.nodes.iter().map(|n| n.name.as_str()).collect();
        assert_eq!(names, ["in", "use", "out"]);
        assert_eq!((tidy.bands[1].from, tidy.bands[1].to), (1, 2));
        assert!(tidy.imbalance() < 1e-12);
    }
}
