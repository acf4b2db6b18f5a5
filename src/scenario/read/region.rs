//! One region: its tree, put together from a file and what it includes, and
//! everything read from it.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use super::correlation::{self, Placed};
use super::files::Files;
use super::header::{self, Texts};
use super::include::Loaded;
use super::node::Table;
use super::overlay;
use super::policy::{self, Policies};
use super::report::Report;
use super::{Context, chemistry, consistency, group, hash, observation, plant, price, run, target};
use crate::scenario::chemistry::Chemistry;
use crate::scenario::observation::Observation;
use crate::scenario::plant::Plant;
use crate::scenario::price::MarketPrice;
use crate::scenario::region::Region;
use crate::scenario::schema::{Names, Schema};
use crate::scenario::target::Target;

/// The tree of a region's file, laid over the file that it includes, if any.
/// `None` if it cannot be judged.
pub(super) fn tree<'a>(
    report: &mut Report,
    files: &'a Files,
    loaded: &Loaded,
) -> Option<DeTable<'a>> {
    let own = files.tree(loaded.start);
    let root = Table::root(files.text(), loaded.start, &own);
    if !header::version(report, &root) {
        return None;
    }
    let Some(first) = loaded.includes.first() else {
        header::check_sources(report, &root, &BTreeSet::new());
        return Some(own);
    };
    let region = root.need(report, "region", "write the region of the included file")?;
    if let (Some(more), Some(node)) = (loaded.includes.get(1), root.get("include")) {
        report.add(node.at, &node.key, "a pathway of several files", |d| {
            d.found(format!("{} and {}", files.around(first.start).0, files.around(more.start).0))
                .allowed("one included file in a file with `region`")
                .fix("remove `region` to put regions together, or include one file only")
        });
    }
    let mut base = tree(report, files, first)?;
    let below = Table::root(files.text(), first.start, &base);
    let (name, node) = (region.string(report)?, below.get("region"));
    // Another type than a string is reported where the region is read.
    let known = node.and_then(|node| node.string(&mut Report::default())).unwrap_or(name);
    if known != name {
        report.add(region.at, &region.key, "another region than that of the included file", |d| {
            d.found(region.found())
                .allowed(format!("\"{known}\""))
                .fix(format!("write region = \"{known}\""))
        });
    }
    let sources = below.get("sources").and_then(|node| node.table(&mut Report::default()));
    let ids = sources.iter().flat_map(|table| table.iter()).map(|(id, _)| id.to_owned()).collect();
    header::check_sources(report, &root, &ids);
    let mut own = own;
    own.remove("include");
    overlay::overlay(&mut base, own);
    Some(base)
}

/// Everything read from one region. It is whole if its report is empty.
pub(super) struct Read {
    pub(super) cx: Context,
    pub(super) texts: Texts,
    /// Where the file begins, and where some keys stand, in all files.
    pub(super) at: usize,
    pub(super) places: BTreeMap<&'static str, usize>,
    pub(super) sources: BTreeMap<String, String>,
    /// The sources with their ids in the scenario.
    pub(super) listed: BTreeMap<String, String>,
    pub(super) policies: Policies,
    pub(super) correlations: Placed,
    pub(super) observations: Vec<Observation>,
    pub(super) prices: Vec<MarketPrice>,
    pub(super) run: run::Draft,
    pub(super) content_hash: u64,
    chemistries: Vec<Chemistry>,
    plants: Vec<Plant>,
    targets: Vec<Target>,
}

/// Reads a region. The order matters: the header fixes the names that
/// everything below refers to.
pub(super) fn read(mut report: Report, root: &Table) -> Read {
    let texts = header::texts(&mut report, root);
    let region = header::region(&mut report, root);
    let time = header::time(&mut report, root);
    let (materials, classes) = header::model(&mut report, root);
    let chemistries = chemistry::names(&mut report, root);
    let segments = header::segments(&mut report, root);
    let second_life = root.get("second_life").is_some();
    let names = Names { materials, classes, chemistries, segments, second_life };
    let mut cx = Context {
        report,
        region,
        time,
        grades: [0.0; 4],
        schema: Schema::new(&names),
        names,
        scalars: BTreeMap::new(),
        series: BTreeMap::new(),
        lifetimes: BTreeMap::new(),
        shares: BTreeMap::new(),
        numbers: Vec::new(),
        priced: root.get("price").is_some(),
    };
    header::grades(&mut cx, root);
    group::read(&mut cx, root);
    let chemistries = chemistry::read(&mut cx, root);
    let plants = plant::read(&mut cx, root);
    let targets = target::read(&mut cx, root);
    let policies = policy::read(&mut cx, root, Policies::new());
    consistency::check(&mut cx, root);
    let run = run::read(&mut [&mut cx], root, &policies);
    let correlations = correlation::read(&mut [&mut cx], root);
    correlation::check_twice(&mut cx.report, correlations.iter());
    let observations = observation::read(&mut [&mut cx], root);
    let prices = price::read(&mut cx, root);
    let sources = header::sources(root);
    let places = ["time", "model.materials", "model.classes", "price"];
    Read {
        texts,
        at: root.at,
        places: places.map(|key| (key, consistency::place(root, key))).into(),
        listed: sources.clone(),
        sources,
        policies,
        correlations,
        observations,
        prices,
        run,
        content_hash: hash::content(root, &[]),
        chemistries,
        plants,
        targets,
        cx,
    }
}

impl Read {
    /// The region itself.
    pub(super) fn region(self) -> Region {
        let cx = self.cx;
        Region {
            name: cx.region,
            title: self.texts.title,
            segments: cx.names.segments,
            chemistries: self.chemistries,
            shares: cx.shares,
            scalars: cx.scalars,
            series: cx.series,
            lifetimes: cx.lifetimes,
            second_life: cx.names.second_life,
            plants: self.plants,
            targets: self.targets,
            sources: self.sources,
            grades: cx.grades,
        }
    }
}
