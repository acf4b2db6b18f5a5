//! The random streams that a system declares, by name.

use crate::sampling::StreamKey;
use crate::system::{Kind, System};
use crate::uncertainty::Distribution;
use std::collections::{HashMap, HashSet};

/// What is drawn once per draw, and what once per step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    /// The static streams, as declared.
    pub(crate) statics: Vec<(String, StreamKey)>,
    /// The streams of white noise, as declared.
    pub(crate) noises: HashSet<StreamKey>,
    /// Each distribution on each static stream, as declared.
    pub(crate) columns: Vec<Column>,
}

/// A distribution that reads a static stream.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The name of the stream if this is the only distribution on it, else of
    /// the parameter's element.
    pub(crate) name: String,
    pub(crate) key: StreamKey,
    pub(crate) law: Distribution,
}

impl Streams {
    pub(super) fn of(system: &System) -> Self {
        let mut streams = Self::default();
        // For each stream its name and where its distributions are listed.
        let mut found: HashMap<StreamKey, (String, Vec<usize>)> = HashMap::new();
        for definition in &system.definitions {
            let names = definition.streams(&system.dimensions);
            let Kind::Parameter(laws, _) = &definition.kind else {
                streams.noises.extend(names.iter().map(|name| StreamKey::of(name)));
                continue;
            };
            let own = definition.shape.element_names(&definition.name, &system.dimensions);
            for ((stream, law), element) in names.iter().zip(laws).zip(&own) {
                let key = StreamKey::of(stream);
                let (_, columns) = found.entry(key).or_insert_with(|| {
                    streams.statics.push((stream.clone(), key));
                    (stream.clone(), Vec::new())
                });
                if columns.iter().all(|at| streams.columns[*at].law != *law) {
                    columns.push(streams.columns.len());
                    let (name, law) = (element.clone(), law.clone());
                    streams.columns.push(Column { name, key, law });
                }
            }
        }
        for (name, columns) in found.into_values() {
            if let [only] = columns[..] {
                streams.columns[only].name = name;
            }
        }
        streams
    }

    /// The number of values per draw that a stream delivers: one for a
    /// parameter, one per step for a noise; `None` if there is no such stream.
    pub(crate) fn values(&self, name: &str, steps: usize) -> Option<usize> {
        let key = StreamKey::of(name);
        if self.statics.iter().any(|(_, k)| *k == key) {
            return Some(1);
        }
        self.noises.contains(&key).then_some(steps)
    }
}
