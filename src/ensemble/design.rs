//! From the design asked for to what the engine needs.

use super::runner::Ensemble;
use crate::engine::{Column, Frozen, Given, Streams};
use crate::error::{Diagnostic, Error, ErrorKind, nearest};
use crate::sampling::StreamKey;
use crate::sampling::design::{Design, Points, SampleTable, Source, Strata};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Uncertainty that can be left out of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freeze {
    /// Static parameters, one number per draw, stay at their central values:
    /// what is not known.
    Epistemic,
    /// White noise, one number per step, is zero: what varies by chance.
    Aleatory,
}

/// The design of a run, for its outcome and manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignRecord {
    pub(super) name: &'static str,
    pub(super) random: bool,
    pub(super) streams: Vec<String>,
    pub(super) keyed: Vec<String>,
    pub(super) frozen: Vec<Freeze>,
    pub(super) file: Option<String>,
}

impl DesignRecord {
    /// The name of the design; see [`Design::name`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the draws are random samples. If not, means and quantiles over
    /// them say nothing about probabilities.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.random
    }

    /// Under Sobol' the stream of each dimension, in order; the streams varied
    /// one at a time or by levels, in order; the columns of a sample file. Else
    /// empty: every stream is treated alike.
    #[must_use]
    pub fn streams(&self) -> &[String] {
        &self.streams
    }

    /// Static streams that are keyed Monte Carlo because the design has no
    /// dimension or column for them.
    #[must_use]
    pub fn keyed(&self) -> &[String] {
        &self.keyed
    }

    /// What was frozen on request.
    #[must_use]
    pub fn frozen(&self) -> &[Freeze] {
        &self.frozen
    }

    /// The file of the samples, if there was one.
    #[must_use]
    pub fn sample_file(&self) -> Option<&str> {
        self.file.as_deref()
    }
}

/// What a run needs to know of its design.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) draws: u32,
    pub(super) source: Option<Source>,
    /// Values supplied, those of samples included; none if there are none.
    pub(super) given: Option<Arc<Given>>,
    pub(super) frozen: Frozen,
    pub(super) record: DesignRecord,
}

/// The number of draws of a run, as far as it is known before it is checked.
pub(super) fn draws(ensemble: &Ensemble) -> u128 {
    let asked = ensemble.draws.map(u128::from);
    match &ensemble.design {
        Design::OneAtATime { streams, .. } if streams.is_empty() => {
            2 * ensemble.plan.streams().statics.len() as u128
        }
        Design::OneAtATime { streams, .. } => 2 * streams.len() as u128,
        Design::FullFactorial { levels } => {
            levels.iter().fold(1, |n: u128, (_, l)| n.saturating_mul(l.len() as u128))
        }
        Design::Samples(table) => asked.unwrap_or(table.rows() as u128),
        _ => asked.unwrap_or(10_000),
    }
}

/// Checks the design of a run of so many draws and makes its parts.
pub(super) fn prepare(ensemble: &Ensemble, draws: u32) -> Result<Prepared, Error> {
    let streams = ensemble.plan.streams();
    let mut frozen = Frozen::default();
    let mut asked: Vec<Freeze> = Vec::new();
    for freeze in &ensemble.freeze {
        match freeze {
            Freeze::Epistemic => frozen.parameters = true,
            Freeze::Aleatory => frozen.noise = true,
        }
        if !asked.contains(freeze) {
            asked.push(*freeze);
        }
    }
    let design = &ensemble.design;
    if !design.is_random() {
        check_fixed(ensemble, draws, frozen)?;
        frozen.noise = true;
    }
    let mut record = DesignRecord {
        name: design.name(),
        random: design.is_random(),
        streams: Vec::new(),
        keyed: Vec::new(),
        frozen: asked,
        file: None,
    };
    let mut given = (!ensemble.supplied.is_empty()).then(|| Arc::clone(&ensemble.given));
    let source = match design {
        Design::MonteCarlo => None,
        Design::LatinHypercube => Some(Source::Latin(Strata::new(draws))),
        Design::Sobol { pinned } => {
            let pinned = find(streams, pinned.iter())?;
            let is_pinned: BTreeSet<StreamKey> = pinned.iter().map(|(_, key)| *key).collect();
            let others = streams.statics.iter().filter(|(_, key)| !is_pinned.contains(key));
            let all: Vec<&(String, StreamKey)> = pinned.into_iter().chain(others).collect();
            let source = Source::sobol(ensemble.seed, all.iter().map(|(_, key)| *key));
            for (name, key) in all {
                let list = match &source {
                    Source::Sobol(found) if found.contains_key(key) => &mut record.streams,
                    _ => &mut record.keyed,
                };
                list.push(name.clone());
            }
            Some(source)
        }
        Design::OneAtATime { low, high, streams: names } => {
            probabilities("one at a time", [*low, *high].iter())?;
            let chosen = match names.is_empty() {
                true => streams.statics.iter().collect(),
                false => find(streams, names.iter())?,
            };
            record.streams = chosen.iter().map(|(name, _)| name.clone()).collect();
            let pair = |i: u32| Points::Pair { at: 2 * i, low: *low, high: *high };
            Some(Source::Points(chosen.iter().map(|(_, key)| *key).zip((0..).map(pair)).collect()))
        }
        Design::FullFactorial { levels } => {
            let chosen = find(streams, levels.iter().map(|(name, _)| name))?;
            record.streams = chosen.iter().map(|(name, _)| name.clone()).collect();
            let (mut points, mut run) = (HashMap::new(), 1);
            for ((name, key), (_, levels)) in chosen.iter().zip(levels).rev() {
                probabilities(name, levels.iter())?;
                points.insert(*key, Points::Levels { run, levels: levels.clone() });
                // The product of all is the number of draws, which fits.
                run *= levels.len() as u32;
            }
            Some(Source::Points(points))
        }
        Design::Samples(table) => {
            given = Some(Arc::new(samples(ensemble, table, draws)?));
            record.streams = table.names().to_vec();
            let has = |c: &Column| table.column(&c.name).is_some();
            let rest = streams.columns.iter().filter(|c| !has(c));
            record.keyed = rest.map(|c| c.name.clone()).collect();
            record.file = Some(table.file().to_owned()).filter(|file| !file.is_empty());
            None
        }
    };
    Ok(Prepared { draws, source, given, frozen, record })
}

fn refused(diagnostic: Diagnostic) -> Error {
    Error::new(ErrorKind::Argument, diagnostic)
}

/// Designs without chance give their own number of draws; only kept draws say
/// something.
fn check_fixed(ensemble: &Ensemble, draws: u32, frozen: Frozen) -> Result<(), Error> {
    let name = ensemble.design.name();
    if ensemble.draws.is_some_and(|asked| asked != draws) {
        return Err(refused(
            Diagnostic::new("the design gives the number of draws")
                .key(name)
                .found(ensemble.draws.unwrap_or_default().to_string())
                .allowed(draws.to_string())
                .fix("do not state the number of draws"),
        ));
    }
    if ensemble.keep.is_empty() {
        return Err(refused(
            Diagnostic::new("the draws of this design are no random sample, and none is kept")
                .key(name)
                .found("no variable to keep")
                .fix("keep the variables of interest; statistics would mean nothing"),
        ));
    }
    if frozen.parameters {
        return Err(refused(
            Diagnostic::new("nothing would vary")
                .key(name)
                .found("static parameters frozen")
                .fix("do not freeze epistemic uncertainty under this design"),
        ));
    }
    Ok(())
}

/// The static streams of these names; each once.
fn find<'a>(
    streams: &'a Streams,
    names: impl Iterator<Item = &'a String>,
) -> Result<Vec<&'a (String, StreamKey)>, Error> {
    let all: HashMap<&str, &(String, StreamKey)> =
        streams.statics.iter().map(|s| (s.0.as_str(), s)).collect();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            problems.push(Diagnostic::new("a stream is named twice").key(name).allowed("once"));
        }
        match all.get(name.as_str()) {
            Some(stream) => found.push(*stream),
            None => problems.push(unknown(name, streams)),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::many(ErrorKind::Argument, problems)) }
}

fn unknown(name: &str, streams: &Streams) -> Diagnostic {
    let problem = Diagnostic::new("there is no static parameter with this stream").key(name);
    let problem = problem.found(name).allowed("the stream of a parameter that is drawn");
    match nearest(name, streams.statics.iter().map(|(name, _)| name.as_str())) {
        Some(near) => problem.fix(format!("write `{near}`")),
        None => problem.fix("use a name of the system, with its labels"),
    }
}

fn probabilities<'a>(key: &str, all: impl Iterator<Item = &'a f64>) -> Result<(), Error> {
    for p in all {
        if !(*p > 0.0 && *p < 1.0) {
            return Err(refused(
                Diagnostic::new("a level is no probability")
                    .key(key)
                    .found(p.to_string())
                    .allowed("above 0 and below 1"),
            ));
        }
    }
    Ok(())
}

/// The values of a table beside those supplied otherwise.
fn samples(ensemble: &Ensemble, table: &SampleTable, draws: u32) -> Result<Given, Error> {
    let streams = ensemble.plan.streams();
    let known: HashMap<&str, &Column> =
        streams.columns.iter().map(|c| (c.name.as_str(), c)).collect();
    let mut given = (*ensemble.given).clone();
    let mut problems = Vec::new();
    if table.rows() < draws as usize {
        problems.push(
            Diagnostic::new("there are fewer samples than draws")
                .file(table.file())
                .at(table.rows() + 1, 1)
                .found(format!("{} rows", table.rows()))
                .allowed(format!("at least {draws}, one per draw"))
                .fix("ask for fewer draws or give more rows"),
        );
    }
    for (at, (name, values)) in table.columns().enumerate() {
        let Some(column) = known.get(name) else {
            let problem = table.problem("a column is no static parameter", at, None).found(name);
            let near = nearest(name, streams.columns.iter().map(|c| c.name.as_str()));
            problems.push(match near {
                Some(near) => problem.fix(format!("write `{near}`")),
                None => problem.fix("use the name of a stream, with its labels"),
            });
            continue;
        };
        if given.column(column.key, Some(&column.law)).is_some() {
            let problem = table.problem("values are supplied twice", at, None);
            problems.push(problem.fix("leave out the column or the other values"));
        }
        let support = column.law.support();
        let inside = |x: &f64| *x >= support.low && *x <= support.high;
        if let Some(row) = values.iter().position(|x| !inside(x)) {
            let problem = table.problem("a sample is not possible", at, Some(row));
            let range = format!("{} to {}", support.low, support.high);
            problems.push(problem.found(values[row].to_string()).allowed(range));
        }
        given.insert(column.key, Some(column.law.clone()), Arc::clone(values));
    }
    if problems.is_empty() { Ok(given) } else { Err(Error::many(ErrorKind::Argument, problems)) }
}
