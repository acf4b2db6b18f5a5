//! Correlations refer to streams of the system.

use super::builder::SystemBuilder;
use super::problems::unknown;
use super::{Definition, Kind};
use crate::error::Diagnostic;
use crate::sampling::StreamKey;
use std::collections::{BTreeMap, BTreeSet};

/// What stands behind a name that may be correlated.
#[derive(Clone, Copy, PartialEq)]
enum Stream {
    Parameter,
    Noise,
}

/// Every stream that is a mixture, with the streams it is made of and their
/// weights; that is all but the first of each correlation.
pub(super) fn blends<'a>(
    b: &SystemBuilder,
    definitions: impl Iterator<Item = &'a Definition> + Clone,
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<StreamKey, Vec<(StreamKey, f64)>> {
    let mut blends = BTreeMap::new();
    if b.correlations.is_empty() {
        return blends;
    }
    let streams = streams(b, definitions.clone());
    let mut taken = BTreeSet::new();
    for correlation in &b.correlations {
        let names = correlation.names();
        let mut kinds = Vec::new();
        for name in names {
            match streams.get(name.as_str()) {
                Some(kind) => kinds.push(*kind),
                None => problems.push(no_stream(b, name, definitions.clone(), &streams)),
            }
            if !taken.insert(name) {
                problems.push(
                    Diagnostic::new("a stream in two correlations")
                        .key(name)
                        .allowed("one correlation for each stream")
                        .fix("make one matrix of both"),
                );
            }
        }
        if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
            problems.push(
                Diagnostic::new("a parameter cannot be correlated with a noise")
                    .key(names.join(", "))
                    .allowed("parameters with parameters, noises with noises"),
            );
        }
        match correlation.factor() {
            Err(error) => problems.extend(error.diagnostics().iter().cloned()),
            Ok(factor) => {
                let keys: Vec<StreamKey> = names.iter().map(|n| StreamKey::of(n)).collect();
                for (i, row) in factor.iter().enumerate().skip(1) {
                    let parts = keys.iter().copied().zip(row.iter().copied());
                    blends.insert(keys[i], parts.filter(|(_, weight)| *weight != 0.0).collect());
                }
            }
        }
    }
    // A stream made of itself alone stays its own, to the bit.
    blends.retain(|key, parts: &mut Vec<(StreamKey, f64)>| parts[..] != [(*key, 1.0)]);
    blends
}

/// The names that may be correlated.
fn streams<'a>(
    b: &SystemBuilder,
    definitions: impl Iterator<Item = &'a Definition>,
) -> BTreeMap<String, Stream> {
    let mut streams = BTreeMap::new();
    for definition in definitions {
        let kind = match &definition.kind {
            Kind::Parameter(..) => Stream::Parameter,
            Kind::Noise => Stream::Noise,
            _ => continue,
        };
        let names = definition.streams(&b.dimensions);
        streams.extend(names.into_iter().map(|name| (name, kind)));
    }
    streams
}

/// Why a name has no stream of its own.
fn no_stream<'a>(
    b: &SystemBuilder,
    name: &str,
    mut definitions: impl Iterator<Item = &'a Definition>,
    streams: &BTreeMap<String, Stream>,
) -> Diagnostic {
    let Some(found) = definitions.find(|d| d.name == name) else {
        return unknown("stream", name, "correlate", streams.keys().map(String::as_str));
    };
    let problem = Diagnostic::new("this cannot be correlated").key(name);
    let elements = found.shape.element_names(name, &b.dimensions);
    match &found.kind {
        Kind::Constant(_) => problem.found("a constant"),
        Kind::Chance => problem.found("chances"),
        Kind::Parameter(_, names) if !names.is_empty() => problem
            .found("a parameter on streams of other names")
            .fix(format!("name `{}`", names[0])),
        Kind::Parameter(..) | Kind::Noise => problem
            .found(format!("a variable with {} elements", elements.len()))
            .fix(format!("name its elements, the first is `{}`", elements[0])),
        Kind::Formula(_) | Kind::Output { .. } | Kind::Solution { .. } => {
            problem.found("a computed variable")
        }
    }
    .allowed("an element of a parameter or of a noise")
}
