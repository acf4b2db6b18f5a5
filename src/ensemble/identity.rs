//! What decides the bits of a run, in words: a checkpoint is gone on with only
//! by a run of which all of it is the same.

use super::design::Freeze;
use super::encode::Fault;
use super::kept::Keep;
use super::partial::Frame;
use super::run::Run;
use crate::error::Diagnostic;
use crate::fnv::Fnv;
use crate::sampling::design::Design;
use crate::sampling::{STREAM_VERSION, StreamKey};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Names and values. Those that follow from others come last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity(Vec<(String, String)>);

/// How many of the values, at the end, are hashes that follow from the others
/// if these are all there is to tell.
const HASHES: usize = 2;

impl Identity {
    /// Threads and instruction set are not part of it: they change no digit.
    pub(super) fn new(run: &Run, frame: &Frame) -> Self {
        let (plan, ensemble) = (run.plan(), run.ensemble);
        let all = [
            ("version of blackmass", env!("CARGO_PKG_VERSION").to_owned()),
            ("version of the streams", STREAM_VERSION.to_string()),
            ("system", plan.name().to_owned()),
            ("policies", plan.policies().join(", ")),
            ("seed", ensemble.seed.to_string()),
            ("draws", run.design.draws.to_string()),
            ("design", design(&ensemble.design)),
            ("frozen", frozen(&run.design.record.frozen)),
            ("kept draws", kept(&ensemble.keep)),
            ("supplied values", supplied(run)),
            ("plan", format!("{:016x}", plan.fingerprint())),
            ("first draws", format!("{:016x}", first_draws(frame))),
        ];
        Self(all.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// As bytes: names and values, each after its length (four bytes,
    /// little-endian).
    pub(super) fn header(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in self.0.iter().flat_map(|(name, value)| [name, value]) {
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        bytes
    }

    pub(super) fn of_header(mut bytes: &[u8]) -> Result<Self, Fault> {
        let mut texts = Vec::new();
        while let Some((len, rest)) = bytes.split_first_chunk() {
            let text = rest.split_at_checked(u32::from_le_bytes(*len) as usize);
            let text = text.and_then(|(text, rest)| Some((str::from_utf8(text).ok()?, rest)));
            let (text, rest) = text.ok_or(Fault::Damaged("a name in its header is no text"))?;
            texts.push(text.to_owned());
            bytes = rest;
        }
        match bytes.is_empty() && texts.len() % 2 == 0 {
            true => Ok(Self(texts.chunks(2).map(|t| (t[0].clone(), t[1].clone())).collect())),
            false => Err(Fault::Damaged("its header ends too early")),
        }
    }

    /// Where another differs, with what it says and what it would have to say.
    /// Hashes are compared only if all else is the same.
    pub(super) fn differences(&self, other: &Self) -> Vec<Diagnostic> {
        let told = self.0.len() - HASHES;
        let mut found: Vec<Diagnostic> = Vec::new();
        for (at, (name, value)) in self.0.iter().enumerate() {
            if at >= told && !found.is_empty() {
                break;
            }
            let theirs = other.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
            if theirs != Some(value) {
                let message = match at >= told {
                    true => "the file is of another scenario, or of the same before an edit",
                    false => "the file is of another run",
                };
                let problem = Diagnostic::new(message).key(name).found(theirs.unwrap_or("nothing"));
                found.push(problem.allowed(value));
            }
        }
        found
    }
}

fn design(design: &Design) -> String {
    let mut hash = Fnv::default();
    match design {
        Design::MonteCarlo | Design::LatinHypercube => return design.name().to_owned(),
        Design::Samples(table) => {
            for (name, values) in table.columns() {
                let _ = write!(hash, "{name:?}");
                add(&mut hash, values);
            }
        }
        // Dimensions, levels and streams in full.
        other => {
            let _ = write!(hash, "{other:?}");
        }
    }
    format!("{} {:016x}", design.name(), hash.value())
}

fn frozen(frozen: &[Freeze]) -> String {
    let has = |freeze| frozen.contains(&freeze);
    match (has(Freeze::Epistemic), has(Freeze::Aleatory)) {
        (false, false) => "nothing",
        (true, false) => "epistemic",
        (false, true) => "aleatory",
        (true, true) => "epistemic, aleatory",
    }
    .to_owned()
}

fn kept(keep: &[Keep]) -> String {
    let one = |k: &Keep| {
        let years = k.years.as_ref().map_or(String::new(), |years| format!(" {years:?}"));
        let only = k.only.as_ref();
        let only = only.map_or(String::new(), |o| format!("{:?} of {}", o.labels, o.policy));
        format!("{}{only}{years}", k.name)
    };
    let all: BTreeSet<String> = keep.iter().map(one).collect();
    if all.is_empty() { "none".to_owned() } else { Vec::from_iter(all).join(", ") }
}

fn supplied(run: &Run) -> String {
    let ensemble = run.ensemble;
    let mut hash = Fnv::default();
    for name in &ensemble.supplied {
        let _ = write!(hash, "{name:?}");
        add(&mut hash, ensemble.given.column(StreamKey::of(name), None).unwrap_or_default());
    }
    match ensemble.supplied.len() {
        0 => "none".to_owned(),
        n => format!("of {n} streams {:016x}", hash.value()),
    }
}

/// Every digit of the central case and of the bounds of the histograms. They
/// tell what no description of a plan does.
fn first_draws(frame: &Frame) -> u64 {
    let mut hash = Fnv::default();
    add(&mut hash, &frame.layout.central);
    for bounds in &frame.layout.bounds {
        for bits in bounds.bits() {
            hash.add(&bits.to_le_bytes());
        }
    }
    hash.value()
}

fn add(hash: &mut Fnv, values: &[f64]) {
    hash.add(&(values.len() as u64).to_le_bytes());
    for value in values {
        hash.add(&value.to_bits().to_le_bytes());
    }
}
