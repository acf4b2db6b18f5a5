//! Reading a scenario file. The parser and its types stay in here.

mod adoption;
mod bans;
mod chemistry;
mod consistency;
mod correlation;
mod disruption;
mod events;
mod files;
mod group;
mod hash;
mod header;
mod include;
mod instrument;
mod json_schema;
mod lifetime;
mod node;
mod observation;
mod origins;
mod overlay;
mod path;
mod plant;
mod policy;
mod price;
mod prior;
mod prior_words;
mod quantity;
mod region;
mod report;
mod run;
mod several;
mod shares;
mod target;
mod world;
mod world_checks;

use std::collections::BTreeMap;
use std::path::Path;

use self::correlation::Placed;
use self::files::Files;
use self::header::Time;
use self::include::{Library, Loaded};
pub use self::json_schema::json_schema;
use self::node::Table;
use self::region::Read;
use self::report::Report;
use super::Scenario;
use super::correlation::Correlation;
use super::lifetime::Lifetime;
use super::number::Number;
use super::scalar::Scalar;
use super::schema::{Names, Schema};
use super::series::Series;
use super::shares::ShareSeries;
use super::shipped::FILES;
use crate::error::{Diagnostic, Error, ErrorKind};

/// The pathway of a file that names none.
const REFERENCE: &str = "reference";

/// What is known of one region so far.
struct Context {
    report: Report,
    region: String,
    /// `None` if the file does not say it properly.
    time: Option<Time>,
    grades: [f64; 4],
    names: Names,
    schema: Schema,
    scalars: BTreeMap<String, Scalar>,
    series: BTreeMap<String, Series>,
    lifetimes: BTreeMap<String, Lifetime>,
    shares: BTreeMap<&'static str, ShareSeries>,
    numbers: Vec<Number>,
    /// Whether there are prices.
    priced: bool,
}

/// Reads a file of the disk.
pub(super) fn file(path: &Path) -> Result<Scenario, Error> {
    let name = path.display().to_string();
    let bytes = include::read(path).map_err(|error| {
        let diagnostic = Diagnostic::new("the file cannot be read")
            .file(&name)
            .found(error.to_string())
            .fix("check the path and the permissions");
        Error::new(ErrorKind::Io, diagnostic)
    })?;
    self::bytes(&name, &bytes)
}

/// Reads a file that may not even be text.
pub(super) fn bytes(name: &str, bytes: &[u8]) -> Result<Scenario, Error> {
    scenario(Library::Disk, name, bytes)
}

/// Reads a shipped file.
pub(super) fn shipped(name: &str) -> Result<Scenario, Error> {
    let text = FILES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
    scenario(Library::Shipped(&FILES), name, text.as_bytes())
}

fn scenario(library: Library, name: &str, bytes: &[u8]) -> Result<Scenario, Error> {
    let (mut files, mut report) = (Files::default(), Report::default());
    let loaded = include::load(library, name, bytes, &mut files, &mut report)?;
    if !report.is_empty() {
        return Err(finish(report, &files));
    }
    let own = files.tree(loaded.start);
    if loaded.includes.is_empty() || own.contains_key("region") {
        one(report, &files, library, &loaded, name)
    } else {
        together(report, &files, library, &loaded, name)
    }
}

/// The error of a report that is known to hold one.
fn finish(report: Report, files: &Files) -> Error {
    report.into_error(files).unwrap_or_else(|| {
        Error::new(ErrorKind::Scenario, Diagnostic::new("the scenario is incomplete"))
    })
}

/// Reads a file of one region.
fn one(
    mut report: Report,
    files: &Files,
    library: Library,
    loaded: &Loaded,
    name: &str,
) -> Result<Scenario, Error> {
    let Some(tree) = region::tree(&mut report, files, loaded) else {
        return Err(finish(report, files));
    };
    let mut part = region::read(report, &Table::root(files.text(), loaded.start, &tree));
    let report = std::mem::take(&mut part.cx.report);
    let Some(time) = part.cx.time.filter(|_| report.is_empty()) else {
        return Err(finish(report, files));
    };
    let run = std::mem::take(&mut part.run).finish(library, files)?;
    let policies = std::mem::take(&mut part.policies);
    let correlations = std::mem::take(&mut part.correlations);
    Ok(Scenario {
        file: name.to_owned(),
        title: part.texts.title.clone(),
        description: part.texts.description.clone(),
        pathway: part.texts.pathway.clone().unwrap_or_else(|| REFERENCE.to_owned()),
        start: time.start,
        end: time.end,
        report: time.report,
        materials: part.cx.names.materials.clone(),
        classes: part.cx.names.classes.clone(),
        policies: policy::ordered(policies),
        correlations: without_places(correlations),
        observations: std::mem::take(&mut part.observations),
        prices: std::mem::take(&mut part.prices),
        run,
        numbers: std::mem::take(&mut part.cx.numbers),
        sources: part.listed.clone(),
        content_hash: part.content_hash,
        world: None,
        regions: vec![part.region()],
    })
}

/// Reads a file that includes several regions.
fn together(
    mut report: Report,
    files: &Files,
    library: Library,
    loaded: &Loaded,
    name: &str,
) -> Result<Scenario, Error> {
    let own = files.tree(loaded.start);
    let root = Table::root(files.text(), loaded.start, &own);
    header::version(&mut report, &root);
    let texts = header::texts(&mut report, &root);
    let mut parts: Vec<Read> = Vec::new();
    for include in &loaded.includes {
        let Some(tree) = region::tree(&mut report, files, include) else { continue };
        let part = Table::root(files.text(), include.start, &tree);
        parts.push(region::read(Report::default(), &part));
    }
    if parts.len() < loaded.includes.len() {
        return Err(collect(report, &mut parts, files));
    }
    let (mut report, own) = several::read(report, &root, &mut parts);
    let pathway = pathway(&mut report, &root, texts.pathway, &parts);
    let first = parts.first().map(|part| (part.cx.time, part.cx.names.clone()));
    let whole = report.is_empty() && parts.iter().all(|part| part.cx.report.is_empty());
    let Some((Some(time), names)) = first.filter(|_| whole) else {
        return Err(collect(report, &mut parts, files));
    };
    let run = own.run.finish(library, files)?;
    let mut sources = header::sources(&root);
    sources.extend(parts.iter().flat_map(|part| part.listed.clone()));
    let hashes: Vec<u64> = parts.iter().map(|part| part.content_hash).collect();
    let correlations = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.correlations));
    let correlations: Placed = correlations.chain(own.correlations).collect();
    let observations = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.observations));
    let observations = observations.chain(own.observations).collect();
    let numbers = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.cx.numbers));
    let numbers: Vec<Number> = numbers.chain(own.numbers).collect();
    Ok(Scenario {
        file: name.to_owned(),
        title: texts.title,
        description: texts.description,
        pathway,
        start: time.start,
        end: time.end,
        report: time.report,
        materials: names.materials,
        classes: names.classes,
        policies: policy::ordered(own.policies),
        correlations: without_places(correlations),
        observations,
        prices: own.prices,
        run,
        numbers,
        sources,
        content_hash: hash::content(&root, &hashes),
        world: own.world,
        regions: parts.into_iter().map(Read::region).collect(),
    })
}

fn without_places(correlations: Placed) -> Vec<Correlation> {
    correlations.into_iter().map(|(correlation, _)| correlation).collect()
}

/// The pathway of several regions: as the file says, else that of all parts.
fn pathway(report: &mut Report, root: &Table, own: Option<String>, parts: &[Read]) -> String {
    let of = |part: &Read| part.texts.pathway.clone().unwrap_or_else(|| REFERENCE.to_owned());
    let mut names: Vec<String> = parts.iter().map(of).collect();
    names.dedup();
    match (own, names.as_slice()) {
        (Some(own), _) => own,
        (None, [one]) => one.clone(),
        (None, several) => {
            report.add(root.at, "pathway", "missing key", |d| {
                d.found(format!("parts on the pathways {}", several.join(", ")))
                    .allowed("a name for the pathway of all parts together")
                    .fix("write pathway = \"...\"")
            });
            String::new()
        }
    }
}

/// The errors of an including file and of its parts.
fn collect(mut report: Report, parts: &mut [Read], files: &Files) -> Error {
    for part in parts {
        report.absorb(std::mem::take(&mut part.cx.report), 0);
    }
    finish(report, files)
}
