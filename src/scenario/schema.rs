//! The one table of quantities: which keys exist, what they measure and
//! whether they may be absent. Reading, suggestions and lists of keys all come
//! from here.

use std::collections::{BTreeMap, BTreeSet};

use super::unit::Family;

/// The version of the file format that this crate reads.
pub(crate) const SCHEMA_VERSION: i64 = 1;

/// The parts of a vehicle that have a lifetime.
pub(crate) const PARTS: [&str; 2] = ["vehicle", "battery"];

/// The material that closes the pack mass; always the last.
pub(crate) const REST: &str = "other";

/// Top-level keys that have their own reader.
pub(crate) const SECTIONS: [&str; 12] = [
    "schema_version",
    "region",
    "title",
    "description",
    "time",
    "sources",
    "grades",
    "model",
    "chemistry",
    "chemistry_share",
    "lifetime",
    "policy",
];

/// The form in which a quantity is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One value for all years.
    Scalar,
    /// Values by year.
    Series,
    /// Either; offered as a series.
    Either,
    /// One of a group of numbers with a common unit, source and grade.
    Grouped,
}

/// The values that a quantity can take, in its base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// 0 to 1.
    Share,
    /// 0 or more.
    NonNegative,
    /// More than 0.
    Positive,
}

/// What it means when a quantity is not in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// An error.
    Error,
    /// A fixed zero.
    Zero,
    /// Nothing: the section's reader decides.
    Optional,
}

/// One row of the table.
///
/// In `pattern`, `{material}` stands for every material, `{element}` for every
/// material but `other`, `{class}` for every routing class, `{chemistry}` for
/// every chemistry and `{part}` for `vehicle` and `battery`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) pattern: &'static str,
    pub(crate) kind: Kind,
    pub(crate) family: Family,
    pub(crate) domain: Domain,
    pub(crate) absent: Absent,
}

impl Entry {
    /// Whether the quantity is a share.
    pub(crate) fn is_share(&self) -> bool {
        self.domain == Domain::Share
    }

    /// Whether a policy may change the quantity. Lifetimes and replacement
    /// hold for all years alike, so a change from some year on is none.
    pub(crate) fn is_lever(&self) -> bool {
        let lasting = ["lifetime.", "replacement."];
        self.kind != Kind::Grouped && !lasting.iter().any(|key| self.pattern.starts_with(key))
    }
}

const fn row(
    pattern: &'static str,
    kind: Kind,
    family: Family,
    domain: Domain,
    absent: Absent,
) -> Entry {
    Entry { pattern, kind, family, domain, absent }
}

/// Every quantity of a scenario file.
#[rustfmt::skip]
pub(crate) const QUANTITIES: [Entry; 23] = [
    row("sales",                                  Kind::Series,  Family::Vehicles,  Domain::NonNegative, Absent::Error),
    row("market",                                 Kind::Series,  Family::Vehicles,  Domain::NonNegative, Absent::Error),
    row("pack_size",                              Kind::Series,  Family::PackSize,  Domain::NonNegative, Absent::Error),
    row("intensity_factor.{element}",             Kind::Scalar,  Family::Factor,    Domain::NonNegative, Absent::Error),
    row("chemistry.{chemistry}.pack_mass",        Kind::Scalar,  Family::Intensity, Domain::Positive,    Absent::Error),
    row("chemistry.{chemistry}.intensity.{element}", Kind::Grouped, Family::Intensity, Domain::NonNegative, Absent::Error),
    row("chemistry_share.{chemistry}",            Kind::Grouped, Family::Share,     Domain::Share,       Absent::Zero),
    row("lifetime.{part}.mean",                   Kind::Scalar,  Family::Years,     Domain::Positive,    Absent::Error),
    row("lifetime.{part}.shape",                  Kind::Scalar,  Family::Factor,    Domain::Positive,    Absent::Optional),
    row("lifetime.{part}.sd",                     Kind::Scalar,  Family::Years,     Domain::Positive,    Absent::Optional),
    row("replacement.share",                      Kind::Scalar,  Family::Share,     Domain::Share,       Absent::Error),
    row("replacement.age_limit",                  Kind::Scalar,  Family::Years,     Domain::NonNegative, Absent::Error),
    row("exit.export",                            Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("exit.unknown",                           Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("collection.vehicle",                     Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("collection.workshop",                    Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("preprocessing.capacity",                 Kind::Series,  Family::MassRate,  Domain::NonNegative, Absent::Error),
    row("preprocessing.utilisation",              Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("preprocessing.black_mass.{material}",    Kind::Scalar,  Family::Share,     Domain::Share,       Absent::Error),
    row("preprocessing.fraction.{material}",      Kind::Scalar,  Family::Share,     Domain::Share,       Absent::Zero),
    row("refining.capacity",                      Kind::Series,  Family::MassRate,  Domain::NonNegative, Absent::Error),
    row("refining.utilisation",                   Kind::Either,  Family::Share,     Domain::Share,       Absent::Error),
    row("refining.yield.{class}.{material}",      Kind::Scalar,  Family::Share,     Domain::Share,       Absent::Zero),
];

/// The table expanded for the materials, classes and chemistries of one file.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    entries: BTreeMap<String, &'static Entry>,
    children: BTreeMap<String, Vec<String>>,
    /// Groups with one child for each material: these may give `unit`,
    /// `source` and `grade` for all of them.
    by_material: BTreeSet<String>,
}

impl Schema {
    /// Expands the table.
    pub(crate) fn new(materials: &[String], classes: &[String], chemistries: &[String]) -> Self {
        let materials: Vec<&str> = materials.iter().map(String::as_str).collect();
        let elements: Vec<&str> = materials.iter().copied().filter(|name| *name != REST).collect();
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        let chemistries: Vec<&str> = chemistries.iter().map(String::as_str).collect();
        let mut schema = Self::default();
        for entry in &QUANTITIES {
            let mut prefixes = vec![String::new()];
            for segment in entry.pattern.split('.') {
                let names: &[&str] = match segment {
                    "{material}" => &materials,
                    "{element}" => &elements,
                    "{class}" => &classes,
                    "{chemistry}" => &chemistries,
                    "{part}" => &PARTS,
                    _ => &[segment],
                };
                if matches!(segment, "{material}" | "{element}") {
                    schema.by_material.extend(prefixes.iter().cloned());
                }
                prefixes = schema.extend(&prefixes, names);
            }
            schema.entries.extend(prefixes.into_iter().map(|key| (key, entry)));
        }
        schema
    }

    /// Adds `names` below every prefix and returns the longer prefixes.
    fn extend(&mut self, prefixes: &[String], names: &[&str]) -> Vec<String> {
        let mut longer = Vec::with_capacity(prefixes.len() * names.len());
        for prefix in prefixes {
            let children = self.children.entry(prefix.clone()).or_default();
            for name in names {
                if !children.iter().any(|child| child == name) {
                    children.push((*name).to_owned());
                }
                longer.push(join(prefix, name));
            }
        }
        longer
    }

    /// The row for a dotted key.
    pub(crate) fn entry(&self, key: &str) -> Option<&'static Entry> {
        self.entries.get(key).copied()
    }

    /// What may stand directly below `prefix`, in the order of the table.
    pub(crate) fn children(&self, prefix: &str) -> &[String] {
        self.children.get(prefix).map_or(&[], Vec::as_slice)
    }

    /// Whether the group may give `unit`, `source` and `grade` for all below.
    pub(crate) fn is_by_material(&self, prefix: &str) -> bool {
        self.by_material.contains(prefix)
    }

    /// Every key that a policy may change.
    pub(crate) fn levers(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|(_, entry)| entry.is_lever()).map(|(key, _)| key.as_str())
    }
}

/// `prefix.name`, or `name` at the top.
pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
