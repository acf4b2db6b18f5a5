//! The list of correlations.

use std::collections::BTreeMap;

use super::Context;
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use super::report::Report;
use crate::dependence;
use crate::error::{Error, nearest};
use crate::scenario::correlation::{Correlation, CorrelationKind, series_stream, stream};
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::scalar::{Prior, Scalar};
use crate::scenario::schema::{Absent, Kind};
use crate::scenario::series::Series;

/// More correlations than this are refused.
const MAX_CORRELATIONS: usize = 1_000;
/// More quantities in one correlation than this are refused.
const MAX_QUANTITIES: usize = 100;
const HINT: &str = "write [[correlation]] with kind, quantities, matrix, source and grade";

/// Correlations and their places in the files.
pub(super) type Placed = Vec<(Correlation, usize)>;

/// Reads every `[[correlation]]` that is right, of quantities of `regions`.
pub(super) fn read(regions: &mut [&mut Context], root: &Table) -> Placed {
    let Some(first) = regions.first_mut() else { return Vec::new() };
    let items = root.get("correlation").and_then(|node| node.array(&mut first.report, HINT));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_CORRELATIONS) {
        first.report.add(item.at, &item.key, "too many correlations", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_CORRELATIONS}"))
        });
    }
    let mut correlations = Vec::new();
    for item in items.iter().take(MAX_CORRELATIONS) {
        let Some(table) = regions.first_mut().and_then(|cx| item.table(&mut cx.report)) else {
            continue;
        };
        let at = table.get("quantities").map_or(table.at, |node| node.at);
        correlations.extend(correlation(regions, &table).map(|found| (found, at)));
    }
    correlations
}

/// Reports quantities that stand in two correlations, or read one random number
/// in two.
pub(super) fn check_twice<'c>(
    report: &mut Report,
    correlations: impl Iterator<Item = &'c (Correlation, usize)>,
) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (correlation, at) in correlations {
        let streams = correlation.of_streams.names().iter().zip(&correlation.quantities);
        for (stream, quantity) in streams {
            let Some(other) = seen.insert(stream, quantity) else { continue };
            report.add(*at, "correlation.quantities", "a quantity in two correlations", |d| {
                d.found(if other == quantity {
                    quantity.clone()
                } else {
                    format!("{quantity}, which has the random number of {other}")
                })
                .allowed("one correlation for each")
                .fix("make one matrix of both")
            });
        }
    }
}

fn correlation(regions: &mut [&mut Context], table: &Table) -> Option<Correlation> {
    let cx = &mut **regions.first_mut()?;
    let keys = ["kind", "quantities", "matrix", "repair", "source", "grade", "note"];
    table.check_keys(&mut cx.report, &keys);
    quantity::text_note(cx, table);
    let kind = table.need(&mut cx.report, "kind", "write kind = \"spearman\"");
    let kind = kind.and_then(|node| node.choice(&mut cx.report, &CorrelationKind::NAMES));
    let repair = match table.get("repair") {
        Some(node) => node.boolean(&mut cx.report),
        None => Some(false),
    };
    let origin = quantity::origin(cx, table, &Inherited::default());
    let hint = "write matrix = [[1, 0.7], [0.7, 1]]";
    let node = table.need(&mut cx.report, "matrix", hint);
    let matrix = node.as_ref().and_then(|node| matrix(&mut cx.report, node, hint));
    let members = members(regions, table);
    let (kind, repair, origin) = (kind?, repair?, origin?);
    let (node, matrix, members) = (node?, matrix?, members?);
    let quantities: Vec<String> = members.iter().map(|member| member.quantity.clone()).collect();
    let streams: Vec<String> = members.into_iter().map(|member| member.stream).collect();
    let cx = &mut **regions.first_mut()?;
    let stated = of(kind, &quantities, &matrix);
    let fix = "write one row for each quantity, in their order, with 1 on the diagonal and each \
               other number from -1 to 1 twice";
    let stated = stated.map_err(|error| refuse(&mut cx.report, &node, &error, fix)).ok()?;
    let mut largest_change = 0.0;
    let mut names = of(kind, &streams, &matrix).ok()?;
    if repair {
        let repaired = names.repaired();
        (names, largest_change) = (repaired.correlation, repaired.largest_change);
    } else if let Err(error) = stated.check() {
        let fix = "change this entry or those of the same rows, or write repair = true for the \
                   nearest possible matrix";
        refuse(&mut cx.report, &node, &error, fix);
        return None;
    }
    for (i, one) in quantities.iter().enumerate() {
        for (j, other) in quantities.iter().enumerate().skip(i + 1) {
            let region = one.split('.').next().unwrap_or("").to_owned();
            let value = matrix.get(i).and_then(|row| row.get(j)).copied()?;
            let key = format!("correlation.{one} with {other}");
            let (grade, source) = (Some(origin.grade), origin.source.clone());
            let (year, unit, kind) = (None, "1".to_owned(), NumberKind::Correlation);
            cx.numbers.push(Number { region, key, year, value, unit, grade, source, kind });
        }
    }
    Some(Correlation {
        kind,
        quantities,
        stated: matrix,
        largest_change,
        of_streams: names,
        source: origin.source,
        grade: origin.grade,
    })
}

fn of(
    kind: CorrelationKind,
    names: &[String],
    matrix: &[Vec<f64>],
) -> Result<dependence::Correlation, Error> {
    match kind {
        CorrelationKind::Spearman => dependence::Correlation::spearman(names, matrix),
        CorrelationKind::Kendall => dependence::Correlation::kendall(names, matrix),
        CorrelationKind::Pearson => dependence::Correlation::pearson(names, matrix),
    }
}

/// Reports what is wrong with a matrix, in the words of its constructor.
fn refuse(report: &mut Report, node: &Node, error: &Error, fix: &str) {
    for found in error.diagnostics() {
        let key = found.key_name().unwrap_or(&node.key);
        report.add(node.at, key, found.message(), |_| found.clone().key(key).fix(fix));
    }
}

/// The rows of a matrix of numbers.
fn matrix(report: &mut Report, node: &Node, hint: &str) -> Option<Vec<Vec<f64>>> {
    let rows = node.array(report, hint)?;
    let mut matrix = Vec::new();
    for row in rows.iter().take(MAX_QUANTITIES + 1) {
        let items = row.array(report, hint)?;
        let numbers: Vec<f64> = items.iter().filter_map(|item| item.number(report)).collect();
        if numbers.len() < items.len() {
            return None;
        }
        matrix.push(numbers);
    }
    Some(matrix)
}

/// A quantity of a correlation or a design and the random stream it reads.
pub(super) struct Member {
    quantity: String,
    pub(super) stream: String,
}

/// The quantities, each of which must vary and have a random number of its own.
fn members(regions: &mut [&mut Context], table: &Table) -> Option<Vec<Member>> {
    let hint = "write quantities = [\"eu.second_life.health\", \"eu.cells.scrap.mature\"]";
    let report = &mut regions.first_mut()?.report;
    let items = table.need(report, "quantities", hint)?.array(report, hint)?;
    if !(2..=MAX_QUANTITIES).contains(&items.len()) {
        report.add(table.at, "correlation.quantities", "list of the wrong length", |d| {
            d.found(format!("{} quantities", items.len()))
                .allowed(format!("2 to {MAX_QUANTITIES}"))
                .fix(hint)
        });
        return None;
    }
    distinct(regions, &items)
}

/// Quantities that vary, each with a random number of its own.
pub(super) fn distinct(regions: &mut [&mut Context], items: &[Node]) -> Option<Vec<Member>> {
    let mut members: Vec<Member> = Vec::new();
    let mut right = true;
    for item in items {
        let Some(member) = member(regions, item) else {
            right = false;
            continue;
        };
        let report = &mut regions.first_mut()?.report;
        if let Some(other) = members.iter().find(|other| other.stream == member.stream) {
            report.add(item.at, &item.key, "two names of one random number", |d| {
                d.found(format!("{} and {}", other.quantity, member.quantity))
                    .allowed("quantities that can differ")
                    .fix("remove one of the two: they move together already")
            });
            right = false;
        }
        members.push(member);
    }
    right.then_some(members)
}

fn member(regions: &mut [&mut Context], item: &Node) -> Option<Member> {
    let report = &mut regions.first_mut()?.report;
    let name = item.string(report)?;
    let found = name.split_once('.').and_then(|(region, key)| {
        let cx = regions.iter().find(|cx| cx.region == region)?;
        Some((&**cx, key))
    });
    let varies = match found {
        Some((cx, key)) => varies(cx, key),
        None => Varies::Unknown,
    };
    let (report_it, message, allowed) = match varies {
        Varies::Yes(stream) => {
            return Some(Member { quantity: name.to_owned(), stream });
        }
        // What is wrong with it is reported where it stands.
        Varies::Unread => return None,
        Varies::No => (item.found(), "this quantity does not vary", "quantities with a prior"),
        Varies::Unknown => {
            (item.found(), "unknown quantity", "<region>.<key> of a scalar or series")
        }
    };
    let mut fix = "give it a prior, or remove it from the list".to_owned();
    if matches!(varies, Varies::Unknown) {
        let names: Vec<String> = regions.iter().flat_map(|cx| names(cx)).collect();
        fix = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("write \"{near}\""),
            None => "begin the name with the region, such as \"eu.\"".to_owned(),
        };
    }
    let report = &mut regions.first_mut()?.report;
    report.add(item.at, &item.key, message, |d| d.found(report_it).allowed(allowed).fix(fix));
    None
}

enum Varies {
    /// With this random stream.
    Yes(String),
    No,
    Unread,
    Unknown,
}

fn varies(cx: &Context, key: &str) -> Varies {
    let scalar = |scalar: &Scalar| match scalar.law() {
        Ok(Some(_)) if !matches!(scalar.prior, Prior::Grade { relative_sd } if relative_sd == 0.0) => {
            Varies::Yes(stream(&cx.region, key))
        }
        Ok(_) => Varies::No,
        Err(_) => Varies::Unread,
    };
    let series = |series: &Series| match (series.constant(), series.adoption(), cx.time) {
        (Some(constant), ..) => scalar(constant),
        (None, Some(curve), _) => match curve.midpoint().law() {
            Ok(Some(_)) => Varies::Yes(series_stream(&cx.region, series)),
            Ok(None) => Varies::No,
            Err(_) => Varies::Unread,
        },
        (None, None, None) => Varies::Unread,
        (None, None, Some(time)) => {
            if (time.start..=time.end).any(|year| series.relative_sd_at(year) > 0.0) {
                Varies::Yes(series_stream(&cx.region, series))
            } else {
                Varies::No
            }
        }
    };
    match (cx.scalars.get(key), cx.series.get(key), cx.schema.entry(key)) {
        (Some(found), ..) => scalar(found),
        (None, Some(found), _) => series(found),
        (None, None, Some(entry))
            if entry.kind == Kind::Grouped || entry.absent == Absent::Optional =>
        {
            Varies::No
        }
        (None, None, Some(_)) => Varies::Unread,
        (None, None, None) => Varies::Unknown,
    }
}

/// The names of all quantities of a region.
fn names(cx: &Context) -> impl Iterator<Item = String> {
    cx.scalars.keys().chain(cx.series.keys()).map(|key| format!("{}.{key}", cx.region))
}
