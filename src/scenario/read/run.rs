//! The table `[run]`.

use std::path::{Component, Path};

use super::Context;
use super::correlation;
use super::files::Files;
use super::finish;
use super::include::{Library, normal};
use super::node::{Node, Table, list};
use super::policy::Policies;
use super::report::{Report, shorten, tidy};
use crate::ensemble::Freeze;
use crate::error::{Error, ErrorKind};
use crate::sampling::design::{Design, DesignSettings, DesignWord, SampleTable};
use crate::scenario::run::Run;

/// More draws than this are refused.
const MAX_DRAWS: u32 = 1_000_000;
/// The largest factor of the priors.
const LARGEST_SCALE: f64 = 10.0;
/// More quantities or levels of a design than this are refused.
const MAX_VARIED: usize = 1_000;
/// The keys of the table.
pub(super) const KEYS: [&str; 7] =
    ["draws", "seed", "policies", "design", "freeze", "prior_scale", "note"];
/// What some designs only can be said with.
pub(super) const SETTINGS: [&str; 4] = ["levels", "vary", "pinned", "samples"];

/// How the scenario is to be run, before the sample file is read.
#[derive(Default)]
pub(super) struct Draft {
    run: Run,
    samples: Option<Samples>,
}

/// The path of a sample file as written, and where it and `draws` stand.
struct Samples {
    path: String,
    at: usize,
    draws_at: usize,
}

/// Reads how the scenario of these regions is to be run.
/// `known` are the policies of the scenario.
pub(super) fn read(regions: &mut [&mut Context], root: &Table, known: &Policies) -> Draft {
    let Some(first) = regions.first_mut() else { return Draft::default() };
    let report = &mut first.report;
    let Some(table) = root.get("run").and_then(|node| node.table(report)) else {
        return Draft::default();
    };
    table.check_keys(report, &[&KEYS[..], &SETTINGS].concat());
    if let Some(node) = table.get("note") {
        node.string(report);
    }
    let draws = table.get("draws");
    let draws_at = draws.as_ref().map_or(table.at, |node| node.at);
    let draws = draws.and_then(|node| node.integer(report, 1, MAX_DRAWS.into()));
    let seed = table.get("seed").and_then(|node| node.integer(report, 0, i64::MAX));
    let kinds = [("epistemic", Freeze::Epistemic), ("aleatory", Freeze::Aleatory)];
    let freeze = table.get("freeze").and_then(|node| node.choice(report, &kinds));
    let prior_scale = table.get("prior_scale").and_then(|node| {
        let factor = node.number(report)?;
        if (0.0..=LARGEST_SCALE).contains(&factor) {
            return Some(factor);
        }
        report.add(node.at, &node.key, "factor outside its range", |d| {
            d.found(node.found())
                .allowed(format!("0 to {LARGEST_SCALE}"))
                .fix("write 0.5 for half the spread of every prior")
        });
        None
    });
    let policies = policies(report, &table, known);
    let samples = samples(report, &table).map(|(path, at)| Samples { path, at, draws_at });
    let design = design(regions, &table);
    let run = Run {
        draws: draws.and_then(|n| u32::try_from(n).ok()),
        seed: seed.and_then(|n| u64::try_from(n).ok()),
        policies,
        design,
        freeze,
        prior_scale,
    };
    Draft { run, samples }
}

/// The policies to run.
fn policies(report: &mut Report, table: &Table, known: &Policies) -> Vec<String> {
    let Some(node) = table.get("policies") else { return Vec::new() };
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    let mut policies: Vec<String> = Vec::new();
    for item in node.array(report, "write policies = [\"baseline\"]").unwrap_or_default() {
        let Some(name) = item.string(report) else { continue };
        if !names.contains(&name) {
            item.not_one_of(report, "unknown policy", name, &names);
        } else if policies.iter().any(|known| known == name) {
            report.add(item.at, &item.key, "policy named twice", |d| {
                d.found(item.found()).allowed("each policy once").fix("remove one of the two")
            });
        } else {
            policies.push(name.to_owned());
        }
    }
    policies
}

/// The path of the sample file.
fn samples(report: &mut Report, table: &Table) -> Option<(String, usize)> {
    let node = table.get("samples")?;
    let path = node.string(report)?;
    let outside = |c| matches!(c, Component::Prefix(_) | Component::RootDir);
    if Path::new(path).components().any(outside) {
        report.add(node.at, &node.key, "a sample file with an absolute path", |d| {
            d.found(shorten(path))
                .allowed("a path relative to the scenario file")
                .fix("write samples = \"draws.csv\" for a file beside the scenario")
        });
        return None;
    }
    Some((path.to_owned(), node.at))
}

/// The design with its settings; `None` for samples and if none is given.
fn design(regions: &mut [&mut Context], table: &Table) -> Option<Design> {
    let report = &mut regions.first_mut()?.report;
    let words = DesignWord::ALL.map(|(word, _, design)| (word, design));
    let word = match (table.get("design"), table.get("samples")) {
        (Some(node), _) => node.choice(report, &words)?,
        (None, Some(_)) => DesignWord::Samples,
        (None, None) => DesignWord::MonteCarlo,
    };
    let mut fits = true;
    for key in SETTINGS.iter().filter(|key| !word.takes(key)) {
        let Some(node) = table.get(key) else { continue };
        let with = words.iter().filter(|(_, word)| word.takes(key)).map(|(name, _)| *name);
        report.add(node.at, &node.key, "this key does not fit the design", |d| {
            d.found(format!("{key} with design = \"{}\"", word.word()))
                .allowed(format!("{key} with {}", list(&with.collect::<Vec<_>>())))
                .fix("remove it, or write the design that is meant")
        });
        fits = false;
    }
    if let (false, Some(node)) = (word.takes("draws"), table.get("draws")) {
        report.add(node.at, &node.key, "the design gives the number of draws", |d| {
            d.found(format!("{} with design = \"{}\"", node.found(), word.word()))
                .allowed("no number of draws with this design")
                .fix("remove draws")
        });
    }
    let frozen = table.get("freeze").filter(|node| node.found() == "\"epistemic\"");
    if let (false, Some(node)) = (word.takes("draws"), frozen) {
        report.add(node.at, &node.key, "nothing would vary", |d| {
            d.found(format!("{} with design = \"{}\"", node.found(), word.word()))
                .allowed("no epistemic freeze: this design varies parameters only")
                .fix("remove freeze")
        });
    }
    if let (DesignWord::Samples, None) = (word, table.get("samples")) {
        table.need(report, "samples", "write samples = \"draws.csv\"");
    }
    if !fits {
        return None;
    }
    let levels = levels(report, table, word);
    let vary = names(regions, table, "vary", word == DesignWord::FullFactorial);
    let pinned = names(regions, table, "pinned", false);
    let settings = DesignSettings { levels: levels?, vary: vary?, pinned: pinned? };
    let report = &mut regions.first_mut()?.report;
    let varied = u32::try_from(settings.vary.len()).unwrap_or(u32::MAX);
    let runs = settings.levels.len().saturating_pow(varied);
    if word == DesignWord::FullFactorial && runs > MAX_DRAWS as usize {
        let node = table.get("vary")?;
        report.add(node.at, &node.key, "too many combinations", |d| {
            d.found(format!("{} levels of {}", settings.levels.len(), settings.vary.len()))
                .allowed(format!("at most {MAX_DRAWS} combinations"))
                .fix("vary fewer quantities, or at fewer levels")
        });
        return None;
    }
    table.get("design").and_then(|_| word.design(&settings))
}

/// Probabilities above 0 and below 1: two in ascending order one at a time, any
/// number that differ in a full factorial.
fn levels(report: &mut Report, table: &Table, word: DesignWord) -> Option<Vec<f64>> {
    let hint = "write levels = [0.05, 0.95], the probabilities of the quantiles taken";
    let node = match (table.get("levels"), word) {
        (Some(node), _) => node,
        (None, DesignWord::FullFactorial) => table.need(report, "levels", hint)?,
        (None, _) => return Some(Vec::new()),
    };
    let items = node.array(report, hint)?;
    let mut levels: Vec<f64> = Vec::with_capacity(items.len());
    for item in &items {
        let level = item.number(report)?;
        let after = levels.last().is_none_or(|before| *before < level);
        if level > 0.0 && level < 1.0 && after {
            levels.push(level);
            continue;
        }
        report.add(item.at, &item.key, "not an ascending list of probabilities", |d| {
            let d = d.found(item.found()).allowed("above 0 and below 1, each above the one before");
            match (1.0..100.0).contains(&level) {
                true => d.fix(format!("write {} if percent is meant", tidy(level / 100.0))),
                false => d.fix("correct the number or the order"),
            }
        });
        return None;
    }
    let right = match word {
        DesignWord::OneAtATime => levels.len() == 2,
        _ => (1..=MAX_VARIED).contains(&levels.len()),
    };
    if !right {
        report.add(node.at, &node.key, "list of the wrong length", |d| {
            let allowed = match word {
                DesignWord::OneAtATime => "2: a low and a high one".to_owned(),
                _ => format!("1 to {MAX_VARIED}"),
            };
            d.found(format!("{} levels", levels.len())).allowed(allowed).fix(hint)
        });
    }
    right.then_some(levels)
}

/// The streams of the quantities that a list names; none without the list.
fn names(
    regions: &mut [&mut Context],
    table: &Table,
    key: &str,
    needed: bool,
) -> Option<Vec<String>> {
    let report = &mut regions.first_mut()?.report;
    let hint = format!("write {key} = [\"eu.cells.scrap.start\", \"eu.second_life.health\"]");
    let node: Node = match table.get(key) {
        Some(node) => node,
        None if needed => table.need(report, key, &hint)?,
        None => return Some(Vec::new()),
    };
    let items = node.array(report, &hint)?;
    if !(1..=MAX_VARIED).contains(&items.len()) {
        report.add(node.at, &node.key, "list of the wrong length", |d| {
            d.found(format!("{} quantities", items.len()))
                .allowed(format!("1 to {MAX_VARIED}"))
                .fix(hint)
        });
        return None;
    }
    let members = correlation::distinct(regions, &items)?;
    Some(members.into_iter().map(|member| member.stream).collect())
}

impl Draft {
    /// Reads the sample file, relative to the file that names it.
    pub(super) fn finish(self, library: Library, files: &Files) -> Result<Run, Error> {
        let Self { mut run, samples } = self;
        let Some(Samples { path, at, draws_at }) = samples else { return Ok(run) };
        let folder = Path::new(files.around(at).0).parent().unwrap_or(Path::new(""));
        let full = normal(&folder.join(&path));
        let mut report = Report::default();
        let mut unreadable = |reason: &str| {
            report.add(at, "run.samples", "the sample file cannot be read", |d| {
                d.found(format!("{}: {reason}", full.display()))
                    .allowed("a CSV file, relative to the scenario file")
                    .fix("check the path")
            });
        };
        let kind = std::fs::metadata(&full);
        let table = match (library, &kind) {
            (Library::Shipped(_), _) => Err("no such file is shipped".to_owned()),
            (_, Err(error)) => Err(error.to_string()),
            (_, Ok(kind)) if !kind.is_file() => Err("not a regular file".to_owned()),
            _ => match SampleTable::from_file(&full) {
                Err(error) if error.kind() == ErrorKind::Io => Err("not UTF-8 text".to_owned()),
                // What is wrong in the file is said with its own places.
                Err(error) => {
                    return Err(Error::many(ErrorKind::Scenario, error.diagnostics().to_vec()));
                }
                Ok(table) => Ok(table),
            },
        };
        match table {
            Err(reason) => unreadable(&reason),
            Ok(table) => {
                let rows = table.rows();
                if let Some(draws) = run.draws.filter(|draws| *draws as usize > rows) {
                    report.add(draws_at, "run.draws", "there are fewer samples than draws", |d| {
                        d.found(format!("{draws} draws, {rows} rows in {}", full.display()))
                            .allowed("at most one draw per row")
                            .fix("remove draws, or give more rows")
                    });
                }
                run.design = Some(Design::Samples(table));
            }
        }
        if report.is_empty() { Ok(run) } else { Err(finish(report, files)) }
    }
}
