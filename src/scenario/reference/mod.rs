//! `docs/guide/format.md`, the reference of the file format, written from the
//! tables that the reader uses. A test fails where the page is stale.
//!
//! To write the page anew:
//! `BLACKMASS_WRITE_DOCS=1 cargo test --release --lib scenario::reference`.

mod keys;
mod meanings;
mod numbers;
mod parts;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::keys::{Keys, Sample};
use self::meanings::{REGION, WORLD};
use self::numbers::NUMBERS;
use self::parts::PARTS;
use super::Scenario;
use super::schema::{self, Absent, Domain, Entry, Kind, SECTIONS};
use super::segment::{PORTABLE_SEGMENT, ROUTES, STORAGE_SEGMENTS, VEHICLE_SEGMENTS};
use super::unit::Family;
use super::world_quantities as world;
use crate::error::Error;

const PAGE: &str = "docs/guide/format.md";

/// The keys of the file itself; quantities have their own tables below.
const TOP: [[&str; 4]; 18] = [
    ["schema_version", "whole number", "required", "2"],
    ["region", "name", "required", "lower-case name; absent in a file of several regions"],
    ["title", "text", "required", "for readers"],
    ["description", "text", "none", "for readers"],
    ["pathway", "name", "`reference`", "which future of sales and making the file is about"],
    ["include", "list of texts", "none", "files that this one builds on"],
    ["time", "table", "required", "see `[time]`"],
    ["sources", "table", "required", "`id = \"citation\"` for each source; each is used"],
    ["grades", "table", "required", "see `[grades]`"],
    ["model", "table", "required", "see `[model]`"],
    ["chemistry", "tables", "required", "see `[chemistry.{chemistry}]`"],
    ["policy", "tables", "none", "see `[policy.{policy}]`"],
    ["plant", "list of tables", "none", "see `[[plant]]`"],
    ["target", "list of tables", "none", "see `[[target]]`"],
    ["run", "table", "none", "see `[run]`"],
    ["correlation", "list of tables", "none", "see `[[correlation]]`"],
    ["observation", "list of tables", "none", "see `[[observation]]`"],
    ["price", "tables", "none", "see `[price.{material}]`"],
];

/// Every family of units with a name for it.
const FAMILIES: [(Family, &str); 15] = [
    (Family::Share, "shares"),
    (Family::Factor, "factors"),
    (Family::Vehicles, "vehicles in a year"),
    (Family::Fleet, "vehicles in use"),
    (Family::MassRate, "mass in a year"),
    (Family::Mass, "mass"),
    (Family::EnergyRate, "battery energy in a year"),
    (Family::Intensity, "mass for battery energy"),
    (Family::PackSize, "pack size"),
    (Family::Packs, "packs for each vehicle"),
    (Family::Years, "years"),
    (Family::Days, "days"),
    (Family::Date, "calendar year"),
    (Family::Price, "price"),
    (Family::MoneyRate, "money in a year"),
];

fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Scalar => "scalar",
        Kind::Series => "by year",
        Kind::Either => "either",
        Kind::Grouped => "in a group",
        Kind::Dated => "by date",
    }
}

fn allowed(domain: Domain) -> &'static str {
    match domain {
        Domain::Share => "0 to 1",
        Domain::NonNegative => "0 or more",
        Domain::Positive => "above 0",
        Domain::WholeYears => "whole, 0 to 100",
        Domain::Year => "a year",
        Domain::OneOrMore => "1 or more",
    }
}

fn default(absent: Absent) -> &'static str {
    match absent {
        Absent::Error => "required",
        Absent::Zero => "0",
        Absent::Optional => "none",
    }
}

/// A row of cells.
fn row<'c>(page: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    let cells: Vec<&str> = cells.into_iter().collect();
    assert!(cells.iter().all(|cell| !cell.contains('|')), "{cells:?}");
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn heading<const N: usize>(page: &mut String, names: [&str; N]) {
    row(page, names);
    row(page, ["---"; N]);
}

/// The part of a key by which quantities are put together: its first name, or
/// a segment's group.
fn group(pattern: &str) -> &str {
    pattern.split('.').next().unwrap_or(pattern).trim_matches(['{', '}'])
}

fn quantities(page: &mut String, entries: &[Entry], meanings: &[(&str, &str)]) {
    let mut groups: Vec<&str> = entries.iter().map(|entry| group(entry.pattern)).collect();
    groups.dedup();
    for name in groups {
        let _ = writeln!(page, "\n### Quantities: `{name}`\n");
        heading(page, ["key", "form", "base unit", "allowed", "default", "policies", "meaning"]);
        for entry in entries.iter().filter(|entry| group(entry.pattern) == name) {
            let (_, meaning) = meanings
                .iter()
                .find(|(pattern, _)| *pattern == entry.pattern)
                .unwrap_or_else(|| panic!("{} has no meaning", entry.pattern));
            let key = entry.pattern.replace("{market}", "market");
            let key = format!("`{}`", key.replace("{second_life}", "second_life"));
            let lever = if entry.is_lever { "yes" } else { "no" };
            let unit = entry.family.base().name();
            let cells = [form(entry.kind), unit, allowed(entry.domain), default(entry.absent)];
            row(page, [key.as_str()].into_iter().chain(cells).chain([lever, *meaning]));
        }
    }
}

fn tables(page: &mut String, tables: &[Keys]) {
    for table in tables {
        let title = match table.table.starts_with('[') {
            true => format!("`{}`", table.table),
            false => table.table.to_owned(),
        };
        let _ = writeln!(page, "\n### {title}\n\n{}\n", table.about);
        heading(page, ["key", "type", "default", "meaning"]);
        for [key, rest @ ..] in table.keys {
            row(page, [format!("`{key}`").as_str()].into_iter().chain(rest.iter().copied()));
        }
    }
}

fn page() -> String {
    let mut page = include_str!("preface.md").to_owned();
    page += "\n## Names in braces\n\n";
    heading(&mut page, ["name", "stands for"]);
    let list = |names: &[&str]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let every = [&VEHICLE_SEGMENTS[..], &[PORTABLE_SEGMENT], &STORAGE_SEGMENTS[..]].concat();
    for (name, stands_for) in [
        ("segment", format!("each segment of the file, out of {}", list(&every))),
        ("vehicle", format!("those of vehicles: {}", list(&VEHICLE_SEGMENTS))),
        ("storage", format!("those of stationary storage: {}", list(&STORAGE_SEGMENTS))),
        ("portable", list(&[PORTABLE_SEGMENT])),
        ("material", "each material of `[model]`".to_owned()),
        ("element", "each material but `other`".to_owned()),
        ("class", "each routing class of `[model]`".to_owned()),
        ("main_class", "each class but `other`".to_owned()),
        ("rest_class", "the class `other`".to_owned()),
        ("chemistry", "each chemistry of the file".to_owned()),
        ("stage", list(&super::plant::STAGES)),
        ("route", list(&ROUTES)),
        ("region, other_region", "each region included".to_owned()),
        ("partner", list(&world::PARTNERS)),
        ("place, other", "each region and partner; `other` is not the one just named".to_owned()),
        ("good", list(&world::GOODS)),
        ("import", list(&world::IMPORTS)),
        ("mineral", "each of `supply.materials`".to_owned()),
        ("event, instrument, n", "disruptions, instruments and their changes".to_owned()),
    ] {
        let name = name.split(", ").map(|n| format!("`{{{n}}}`")).collect::<Vec<_>>().join(", ");
        row(&mut page, [name.as_str(), stands_for.as_str()]);
    }
    page += "\n## Units\n\n";
    heading(&mut page, ["of", "base unit", "also written"]);
    for (family, of) in FAMILIES {
        let names: Vec<String> = family.names().map(|name| format!("`{name}`")).collect();
        row(&mut page, [of, &names[0], &names[1..].join(", ")]);
    }
    page += "\n## The file\n\n";
    heading(&mut page, ["key", "type", "default", "meaning"]);
    for [key, rest @ ..] in TOP {
        row(&mut page, [format!("`{key}`").as_str()].into_iter().chain(rest));
    }
    page += "\n## Tables\n";
    tables(&mut page, &PARTS);
    page += "\n## How numbers are given\n";
    tables(&mut page, &NUMBERS);
    page += "\n## Quantities of a region\n";
    quantities(&mut page, &schema::QUANTITIES, &REGION);
    page += "\n## What lies between regions\n";
    quantities(&mut page, &world::QUANTITIES, &WORLD);
    page
}

#[test]
fn the_page_is_what_the_reader_allows() {
    let (page, path) = (page(), format!("{}/{PAGE}", env!("CARGO_MANIFEST_DIR")));
    if std::env::var_os("BLACKMASS_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(page.lines()).find(|(found, now)| found != now);
    assert!(
        found == page,
        "{PAGE} is stale: write it with BLACKMASS_WRITE_DOCS=1; first difference: {differs:?}"
    );
}

#[test]
fn meanings_and_families_are_complete_and_not_left_over() {
    let patterns = |entries: &'static [Entry]| entries.iter().map(|entry| entry.pattern);
    assert!(patterns(&schema::QUANTITIES).eq(REGION.iter().map(|(pattern, _)| *pattern)));
    assert!(patterns(&world::QUANTITIES).eq(WORLD.iter().map(|(pattern, _)| *pattern)));
    let names: BTreeSet<&str> = TOP.iter().map(|[key, ..]| *key).collect();
    assert_eq!(names, SECTIONS.into_iter().collect());
    for entry in schema::QUANTITIES.iter().chain(&world::QUANTITIES) {
        let unit = entry.family;
        assert!(FAMILIES.iter().any(|(family, _)| *family == unit), "{}", entry.pattern);
    }
}

/// The text of a sample and the errors of a changed one.
fn text(sample: Sample) -> String {
    let name = match sample {
        Sample::Small => "small",
        Sample::Words => "words",
        Sample::Events => "events",
        Sample::World => "world",
    };
    let path = format!("{}/tests/data/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a sample")
}

fn read(sample: Sample, text: &str) -> Result<Scenario, Error> {
    let folder = match sample {
        Sample::World => "scenarios",
        _ => "tests/data",
    };
    let file = format!("{}/{folder}/changed.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::from_toml(&file, text)
}

/// Where the known text ends; it occurs once.
fn place(table: &Keys, text: &str) -> usize {
    let known = table.found.1;
    assert_eq!(text.matches(known).count(), 1, "{}: {known:?}", table.table);
    text.find(known).map_or(0, |at| at + known.len())
}

/// An unknown key in each table is refused with a list of what is allowed: that
/// is the list of the page.
#[test]
fn tables_have_the_keys_that_the_reader_allows() {
    for table in PARTS.iter().chain(&NUMBERS) {
        let (sample, _, unknown) = table.found;
        let mut text = text(sample);
        assert!(read(sample, &text).is_ok(), "{}: {}", table.table, sample_error(sample, &text));
        text.insert_str(place(table, &text), unknown);
        let error = read(sample, &text).expect_err("an unknown key");
        let found = error.diagnostics().iter().find_map(|d| {
            let is_it = d.key_name().is_some_and(|key| key.ends_with("zzz"));
            is_it.then(|| d.to_string())
        });
        let found = found.unwrap_or_else(|| panic!("{}: {error}", table.table));
        let found = found.lines().find_map(|line| line.trim().strip_prefix("allowed "));
        let found: BTreeSet<&str> = found.unwrap_or("").trim().split(", ").collect();
        let listed: BTreeSet<&str> = table.keys.iter().map(|[key, ..]| *key).collect();
        assert_eq!(listed, found, "{}", table.table);
    }
}

fn sample_error(sample: Sample, text: &str) -> String {
    read(sample, text).err().map_or_else(String::new, |error| error.to_string())
}

/// A key that stands on a line of its own is removed: that is an error where the
/// page says that it is required, and else none about a missing key.
#[test]
fn required_keys_are_required() {
    let mut tried = 0;
    for table in PARTS.iter().chain(&NUMBERS) {
        let sample = table.found.0;
        let text = text(sample);
        let at = place(table, &text);
        let begin = text[..at].rfind("\n[").map_or(0, |found| found + 1);
        let end = text[at..].find("\n[").map_or(text.len(), |found| at + found + 1);
        let lines: Vec<&str> = text[begin..end].split_inclusive('\n').collect();
        for (n, line) in lines.iter().enumerate() {
            let key = table.keys.iter().find(|[key, ..]| line.starts_with(&format!("{key} = ")));
            let Some([key, _, default, _]) = key else { continue };
            if line.trim_end().ends_with('[') || line.trim_end().ends_with('{') {
                continue;
            }
            let without: String =
                lines.iter().enumerate().filter(|(i, _)| *i != n).map(|(_, line)| *line).collect();
            let changed = format!("{}{without}{}", &text[..begin], &text[end..]);
            let error = read(sample, &changed).err();
            let missing = error.as_ref().is_some_and(|error| {
                let is_it = |path: &str| path.split('.').next_back() == Some(*key);
                let mut all = error.diagnostics().iter();
                all.any(|d| d.message() == "missing key" && d.key_name().is_some_and(is_it))
            });
            if *default == "required" {
                assert!(error.is_some(), "{}: {key} is not required", table.table);
            } else if !default.contains(' ') {
                // Else it depends on the other keys.
                assert!(!missing, "{}: {key} is required", table.table);
            }
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried} keys");
}
