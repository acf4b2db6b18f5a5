//! The one table of quantities: which keys exist, what they measure and
//! whether they may be absent. Reading, suggestions and lists of keys all come
//! from here.

use std::collections::BTreeMap;

use super::plant::STAGES;
use super::segment::{PORTABLE_SEGMENT, ROUTES, STORAGE_SEGMENTS, VEHICLE_SEGMENTS, is_car};
use super::unit::Family;
use super::world_quantities as world;

/// The version of the file format that this crate reads.
pub(crate) const SCHEMA_VERSION: i64 = 2;

/// The material that closes the pack mass; always the last. Also the class of
/// portable batteries that are not treated here.
pub(crate) const REST: &str = "other";

/// Top-level keys that have their own reader.
pub(crate) const SECTIONS: [&str; 18] = [
    "schema_version",
    "region",
    "title",
    "description",
    "pathway",
    "include",
    "time",
    "sources",
    "grades",
    "model",
    "chemistry",
    "policy",
    "plant",
    "target",
    "run",
    "correlation",
    "observation",
    "price",
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
    /// Bans by date; offered as a series of the share of each year.
    Dated,
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
    /// A whole number of years, 0 to 100, that is not varied.
    WholeYears,
    /// A calendar year that is not varied.
    Year,
    /// 1 or more.
    OneOrMore,
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
/// A name in braces stands for several: `{material}`, `{class}`, `{chemistry}`
/// for those of the file, `{element}` for each material but `other`,
/// `{main_class}` and `{rest_class}` for the classes without and with `other`,
/// `{segment}`, `{vehicle}`, `{portable}`, `{storage}` for the segments in the
/// file, `{route}` and `{stage}` for the fixed ones. `{market}` and
/// `{second_life}` stand for themselves if the file has cars or that table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) pattern: &'static str,
    pub(crate) kind: Kind,
    pub(crate) family: Family,
    pub(crate) domain: Domain,
    pub(crate) absent: Absent,
    /// Whether a policy may change it. Lifetimes, chemistry and the like hold
    /// for all years alike, so a change from some year on is none.
    pub(crate) is_lever: bool,
}

impl Entry {
    /// Whether the quantity is a share.
    pub(crate) fn is_share(&self) -> bool {
        self.domain == Domain::Share
    }
}

/// A quantity that is open to policies.
pub(crate) const fn open(
    pattern: &'static str,
    kind: Kind,
    family: Family,
    domain: Domain,
    absent: Absent,
) -> Entry {
    Entry { pattern, kind, family, domain, absent, is_lever: true }
}

/// A quantity that holds for all years under all policies.
pub(crate) const fn held(
    pattern: &'static str,
    kind: Kind,
    family: Family,
    domain: Domain,
    absent: Absent,
) -> Entry {
    Entry { pattern, kind, family, domain, absent, is_lever: false }
}

/// Every quantity of a scenario file.
#[rustfmt::skip]
pub(crate) const QUANTITIES: [Entry; 62] = [
    open("{market}",                                       Kind::Series,  Family::Vehicles,   Domain::NonNegative, Absent::Error),
    held("intensity_factor.{element}",                     Kind::Scalar,  Family::Factor,     Domain::NonNegative, Absent::Error),
    held("chemistry.{chemistry}.pack_mass",                Kind::Scalar,  Family::Intensity,  Domain::Positive,    Absent::Error),
    held("chemistry.{chemistry}.intensity.{element}",      Kind::Grouped, Family::Intensity,  Domain::NonNegative, Absent::Error),
    open("segment.{vehicle}.sales",                        Kind::Series,  Family::Vehicles,   Domain::NonNegative, Absent::Error),
    open("segment.{vehicle}.pack_size",                    Kind::Series,  Family::PackSize,   Domain::NonNegative, Absent::Error),
    open("segment.{storage}.placed",                       Kind::Series,  Family::EnergyRate, Domain::NonNegative, Absent::Error),
    open("segment.{portable}.placed",                      Kind::Series,  Family::MassRate,   Domain::NonNegative, Absent::Error),
    held("segment.{segment}.chemistry_share.{chemistry}",  Kind::Grouped, Family::Share,      Domain::Share,       Absent::Optional),
    held("segment.{vehicle}.lifetime.vehicle.mean",        Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Error),
    held("segment.{vehicle}.lifetime.vehicle.shape",       Kind::Scalar,  Family::Factor,     Domain::Positive,    Absent::Optional),
    held("segment.{vehicle}.lifetime.vehicle.sd",          Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Optional),
    held("segment.{segment}.lifetime.battery.mean",        Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Error),
    held("segment.{segment}.lifetime.battery.shape",       Kind::Scalar,  Family::Factor,     Domain::Positive,    Absent::Optional),
    held("segment.{segment}.lifetime.battery.sd",          Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Optional),
    held("segment.{segment}.lifetime.battery.early_share", Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Optional),
    held("segment.{segment}.lifetime.battery.early_mean",  Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Optional),
    held("segment.{vehicle}.replacement.share",            Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Error),
    held("segment.{vehicle}.replacement.age_limit",        Kind::Scalar,  Family::Years,      Domain::NonNegative, Absent::Error),
    open("segment.{vehicle}.exit.export",                  Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{vehicle}.exit.unknown",                 Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{vehicle}.reuse.share",                  Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("segment.{vehicle}.collection.vehicle",           Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{vehicle}.collection.workshop",          Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{storage}.collection",                   Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{portable}.collection",                  Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("segment.{portable}.electronic_waste",            Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("segment.{portable}.hibernation.share",           Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    held("segment.{portable}.hibernation.mean",            Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Error),
    open("segment.{segment}.origin.imported_cells",        Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("segment.{segment}.origin.imported_in_products",  Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("second_life.eligible.{class}",                   Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("second_life.market_share",                       Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    held("{second_life}.health",                           Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Error),
    held("{second_life}.lifetime.battery.mean",            Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Error),
    held("{second_life}.lifetime.battery.shape",           Kind::Scalar,  Family::Factor,     Domain::Positive,    Absent::Optional),
    held("{second_life}.lifetime.battery.sd",              Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Optional),
    open("{second_life}.collection",                       Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("cells.production",                               Kind::Series,  Family::EnergyRate, Domain::NonNegative, Absent::Error),
    held("cells.scrap.start",                              Kind::Scalar,  Family::Factor,     Domain::NonNegative, Absent::Error),
    held("cells.scrap.mature",                             Kind::Scalar,  Family::Factor,     Domain::NonNegative, Absent::Error),
    held("cells.scrap.time",                               Kind::Scalar,  Family::Years,      Domain::Positive,    Absent::Error),
    open("cells.scrap.collected",                          Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("cathode.production",                             Kind::Series,  Family::EnergyRate, Domain::NonNegative, Absent::Error),
    open("anode.production",                               Kind::Series,  Family::EnergyRate, Domain::NonNegative, Absent::Error),
    open("anode.natural_share",                            Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("treatment.{class}.stored",                       Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("treatment.{class}.exported",                     Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("treatment.{class}.untreated",                    Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("{stage}.later",                                  Kind::Series,  Family::MassRate,   Domain::NonNegative, Absent::Zero),
    open("{stage}.utilisation",                            Kind::Either,  Family::Share,      Domain::Share,       Absent::Error),
    open("{stage}.realisation",                            Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Error),
    held("{stage}.ramp_up",                                Kind::Scalar,  Family::Years,      Domain::WholeYears,  Absent::Error),
    open("{stage}.ramp_up_saved",                          Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    held("preprocessing.black_mass.{element}",             Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Error),
    held("preprocessing.black_mass.other.{main_class}",    Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Error),
    held("preprocessing.black_mass.other.{rest_class}",    Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Zero),
    held("preprocessing.fraction.{element}",               Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Zero),
    held("preprocessing.fraction.other.{class}",           Kind::Scalar,  Family::Share,      Domain::Share,       Absent::Zero),
    open("black_mass.exported",                            Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("refining.route_share.{class}.{route}",           Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
    open("refining.yield.{route}.{class}.{material}",      Kind::Either,  Family::Share,      Domain::Share,       Absent::Zero),
];

/// The names of one file that the table is expanded for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    pub(crate) materials: Vec<String>,
    pub(crate) classes: Vec<String>,
    pub(crate) chemistries: Vec<String>,
    pub(crate) segments: Vec<&'static str>,
    /// Whether the file has a table `second_life`.
    pub(crate) second_life: bool,
}

impl Names {
    /// What a part of a pattern stands for.
    fn of<'n>(&'n self, part: &'n str) -> Vec<&'n str> {
        let all = |names: &'n [String]| names.iter().map(String::as_str).collect();
        let some = |names: &'n [String], rest: bool| {
            names.iter().map(String::as_str).filter(|name| (*name == REST) == rest).collect()
        };
        let present = |known: &[&str]| {
            self.segments.iter().copied().filter(|name| known.contains(name)).collect()
        };
        let if_there = |there: bool, name| if there { vec![name] } else { Vec::new() };
        match part {
            "{material}" => all(&self.materials),
            "{element}" => some(&self.materials, false),
            "{class}" => all(&self.classes),
            "{main_class}" => some(&self.classes, false),
            "{rest_class}" => some(&self.classes, true),
            "{chemistry}" => all(&self.chemistries),
            "{segment}" => self.segments.clone(),
            "{vehicle}" => present(&VEHICLE_SEGMENTS),
            "{portable}" => present(&[PORTABLE_SEGMENT]),
            "{storage}" => present(&STORAGE_SEGMENTS),
            "{route}" => ROUTES.to_vec(),
            "{stage}" => STAGES.to_vec(),
            "{market}" => if_there(self.segments.iter().any(|name| is_car(name)), "market"),
            "{second_life}" => if_there(self.second_life, "second_life"),
            _ => vec![part],
        }
    }
}

/// What a group may give for all below it.
pub(crate) const SHARED: [&str; 3] = ["unit", "source", "grade"];

/// Whether the group `key` may give `unit`, `source` and `grade` once for all
/// below it: groups over materials, classes and routes, and a few others.
pub(crate) fn is_shared(key: &str) -> bool {
    let names: Vec<&str> = key.split('.').collect();
    QUANTITIES.iter().any(|entry| {
        let mut parts = entry.pattern.split('.');
        let mut group = "";
        let fits = names.iter().all(|name| {
            group = parts.next().unwrap_or("");
            stands_for(group, name)
        });
        let Some(member) = parts.next().filter(|_| fits) else { return false };
        matches!(group, "origin" | "exit" | "collection" | "{class}")
            || matches!(member, "{material}" | "{element}" | "{class}" | "{main_class}" | "{route}")
    })
}

/// Whether `key` is a quantity, or another part of a file that an including
/// file replaces whole, whatever names stand for the braces.
pub(crate) fn is_whole(key: &str) -> bool {
    let names: Vec<&str> = key.split('.').collect();
    match names.as_slice() {
        ["grades"] | ["policy" | "chemistry" | "price", _] | ["segment", _, "chemistry_share"] => {
            return true;
        }
        _ => {}
    }
    QUANTITIES.iter().any(|entry| {
        let parts = entry.pattern.split('.');
        parts.clone().count() == names.len()
            && parts.zip(&names).all(|(part, name)| stands_for(part, name))
    })
}

/// Whether a part of a pattern can stand for `name` in some file.
fn stands_for(part: &str, name: &str) -> bool {
    match part {
        "{vehicle}" => VEHICLE_SEGMENTS.contains(&name),
        "{portable}" => name == PORTABLE_SEGMENT,
        "{storage}" => STORAGE_SEGMENTS.contains(&name),
        "{stage}" => STAGES.contains(&name),
        "{element}" | "{main_class}" => name != REST,
        "{rest_class}" => name == REST,
        "{market}" => name == "market",
        "{second_life}" => name == "second_life",
        _ => part.starts_with('{') || part == name,
    }
}

/// The table expanded for the names of one file.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    entries: BTreeMap<String, &'static Entry>,
    children: BTreeMap<String, Vec<String>>,
    second_life: bool,
    is_world: bool,
}

impl Schema {
    /// Expands the table of a region.
    pub(crate) fn new(names: &Names) -> Self {
        let schema = Self::expanded(&QUANTITIES, |_, part| names.of(part));
        Self { second_life: names.second_life, ..schema }
    }

    /// Expands the table of what lies between the regions.
    pub(crate) fn world(names: &world::Names) -> Self {
        let schema = Self::expanded(&world::QUANTITIES, |prefix, part| names.of(prefix, part));
        Self { is_world: true, ..schema }
    }

    /// Expands a table; `of` says what a part of a pattern stands for below a
    /// prefix.
    fn expanded<'n>(
        table: &'static [Entry],
        of: impl Fn(&str, &'static str) -> Vec<&'n str>,
    ) -> Self {
        let mut schema = Self::default();
        for entry in table {
            let mut prefixes = vec![String::new()];
            for part in entry.pattern.split('.') {
                prefixes = schema.extend(&prefixes, |prefix| of(prefix, part));
            }
            schema.entries.extend(prefixes.into_iter().map(|key| (key, entry)));
        }
        schema
    }

    /// Adds what `names` gives below every prefix and returns the longer
    /// prefixes.
    fn extend<'n>(
        &mut self,
        prefixes: &[String],
        names: impl Fn(&str) -> Vec<&'n str>,
    ) -> Vec<String> {
        let mut longer = Vec::with_capacity(prefixes.len());
        for prefix in prefixes {
            let children = self.children.entry(prefix.clone()).or_default();
            for name in names(prefix) {
                if !children.iter().any(|child| child == name) {
                    children.push(name.to_owned());
                }
                longer.push(join(prefix, name));
            }
        }
        longer
    }

    /// What the group `key` may give once for all below it.
    pub(crate) fn shared(&self, key: &str) -> &'static [&'static str] {
        match self.is_world {
            true => world::shared(key),
            false if is_shared(key) => &SHARED,
            false => &[],
        }
    }

    /// What may stand in the group `key` besides quantities and has a reader of
    /// its own.
    pub(crate) fn apart(&self, key: &str) -> &'static [&'static str] {
        if self.is_world { world::apart(key) } else { &[] }
    }

    /// The row for a dotted key.
    pub(crate) fn entry(&self, key: &str) -> Option<&'static Entry> {
        self.entries.get(key).copied()
    }

    /// What may stand directly below `prefix`, in the order of the table.
    pub(crate) fn children(&self, prefix: &str) -> &[String] {
        self.children.get(prefix).map_or(&[], Vec::as_slice)
    }

    /// The row for a dotted key that a policy may change.
    pub(crate) fn lever(&self, key: &str) -> Option<&'static Entry> {
        let there = self.second_life || !key.starts_with("second_life.");
        self.entry(key).filter(|entry| entry.is_lever && there)
    }

    /// Every key that a policy may change.
    pub(crate) fn levers(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str).filter(|key| self.lever(key).is_some())
    }
}

/// `prefix.name`, or `name` at the top.
pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
