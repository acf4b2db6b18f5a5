//! A quantity that changes from year to year.

use super::Context;
use super::header::Time;
use super::node::{Node, Table};
use super::quantity::{self, Inherited, Origin};
use super::{adoption, events};
use crate::scenario::grade::Grade;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::schema::{Entry, join};
use crate::scenario::series::{Form, Noise, NoiseProcess, Point, Series};

pub(super) const KINDS: [(&str, NumberKind); 2] =
    [("observation", NumberKind::Observation), ("projection", NumberKind::Projection)];

/// The slowest return of a noise to its path, per year: a slower one is a
/// random walk.
const SLOWEST: f64 = 1e-6;

/// Reads a series quantity. Of what its group gives it takes the unit; source
/// and grade stand with the data.
pub(super) fn series(
    cx: &mut Context,
    entry: &Entry,
    table: &Table,
    inherited: &Inherited,
) -> Option<Series> {
    if table.get("adoption").is_some() {
        return adoption::series(cx, entry, table, inherited);
    }
    if let Some(node) = table.get("value") {
        cx.report.add(
            table.key_at("value"),
            &node.key,
            "this quantity needs values by year",
            |d| {
                d.found("one value")
                    .allowed("a series")
                    .fix(format!("write [[{}.data]] with values = [[year, value], ...]", table.key))
            },
        );
        return None;
    }
    let own = ["unit", "data", "projection_spread", "projection_source", "noise", "prior", "note"];
    table.check_keys(&mut cx.report, &[&own[..], &events::KEYS].concat());
    quantity::text_note(cx, table);
    let unit = quantity::unit(cx, table, inherited, entry.family);
    let fixed = match table.get("prior") {
        Some(node) => node.choice(&mut cx.report, &[("grade", false), ("fixed", true)]),
        None => Some(false),
    };
    let projection_spread = projection_spread(cx, table);
    let noise = noise(cx, table);
    let events = events::read(cx, table);

    let mut years = Years::default();
    let mut points = Vec::new();
    let groups = groups(cx, table);
    for group in &groups {
        group.check_keys(&mut cx.report, &["kind", "source", "grade", "values", "note"]);
        quantity::text_note(cx, group);
        let kind = kind(cx, group);
        let origin = quantity::origin(cx, group, &Inherited::default());
        let sd = origin.as_ref().map(|origin| cx.grades[origin.grade.index()]);
        for (year_node, value_node) in pairs(cx, group, &mut years.unreadable) {
            let Some(year) = year_node.year(&mut cx.report) else {
                years.unreadable = true;
                continue;
            };
            years.push(cx, &year_node, year, kind);
            let Some(value) = quantity::value(cx, &value_node, unit, entry.domain) else {
                continue;
            };
            if let (Some(kind), Some(sd)) = (kind, sd) {
                let place = (table.key.as_str(), Some(year));
                quantity::note(cx, &value_node, place, unit, origin.as_ref(), kind);
                points.push(Point { year, value, sd: if fixed == Some(true) { 0.0 } else { sd } });
            }
        }
    }
    let whole = points.len() == years.years.len() && !points.is_empty();
    let last_observed = years.last_observed;
    if !groups.is_empty() {
        years.check_cover(cx, table);
    }
    fixed?;
    whole.then_some(Series {
        key: table.key.clone(),
        unit: entry.family.base().name(),
        is_share: entry.is_share(),
        form: Form::Path {
            points,
            last_observed,
            projection_spread: projection_spread?,
            noise: noise?,
        },
        events: events?,
    })
}

/// The `[[….data]]` groups of a series.
pub(super) fn groups<'a>(cx: &mut Context, table: &Table<'a>) -> Vec<Table<'a>> {
    let fix = format!("write [[{}.data]]", table.key);
    let node = table.need(&mut cx.report, "data", &fix);
    let items = node.as_ref().and_then(|node| node.array(&mut cx.report, &fix));
    let items = items.unwrap_or_default();
    if let (true, Some(node)) = (items.is_empty(), node) {
        cx.report.add(node.at, &node.key, "no data", |d| {
            d.found(node.found()).allowed("at least one group of values").fix(fix)
        });
    }
    items.iter().filter_map(|item| item.table(&mut cx.report)).collect()
}

/// Whether a group was observed or projected.
pub(super) fn kind(cx: &mut Context, group: &Table) -> Option<NumberKind> {
    let hint = "write kind = \"observation\" or kind = \"projection\"";
    group.need(&mut cx.report, "kind", hint)?.choice(&mut cx.report, &KINDS)
}

/// The `[year, value]` pairs of a group; `unreadable` is set if one is not.
fn pairs<'a>(
    cx: &mut Context,
    group: &Table<'a>,
    unreadable: &mut bool,
) -> Vec<(Node<'a>, Node<'a>)> {
    let fix = "write values = [[2010, 1.5], [2011, 1.7]]";
    let report = &mut cx.report;
    let node = group.need(report, "values", fix);
    let Some(items) = node.as_ref().and_then(|node| node.array(report, fix)) else {
        *unreadable = true;
        return Vec::new();
    };
    if let (true, Some(node)) = (items.is_empty(), node) {
        report.add(node.at, &node.key, "no data", |d| {
            d.found(node.found()).allowed("at least one [year, value]").fix(fix)
        });
    }
    let mut pairs = Vec::with_capacity(items.len());
    for item in items {
        let pair = item.array(report, fix).map(<[Node<'a>; 2]>::try_from);
        if let Some(Ok([year, value])) = pair {
            pairs.push((year, value));
            continue;
        }
        *unreadable = true;
        if pair.is_some() {
            report.add(item.at, &item.key, "not a pair of year and value", |d| {
                d.found(item.found()).allowed("[year, value]").fix(fix)
            });
        }
    }
    pairs
}

/// The years of a series, to check order and cover.
#[derive(Default)]
pub(super) struct Years {
    pub(super) years: Vec<i32>,
    pub(super) last_observed: Option<i32>,
    projected: bool,
    /// A year could not be read, so that cover cannot be judged.
    pub(super) unreadable: bool,
}

impl Years {
    /// Takes the next year of the file.
    pub(super) fn push(
        &mut self,
        cx: &mut Context,
        node: &Node,
        year: i32,
        kind: Option<NumberKind>,
    ) {
        if let Some(last) = self.years.last().copied().filter(|last| *last >= year) {
            let message = if last == year { "year given twice" } else { "years do not ascend" };
            cx.report.add(node.at, &node.key, message, |d| {
                d.found(format!("{year} after {last}"))
                    .allowed(format!("a year after {last}"))
                    .fix("sort the years over all groups and give each once")
            });
        }
        self.years.push(year);
        match kind {
            Some(NumberKind::Observation) if self.last_observed.is_none_or(|last| last < year) => {
                self.last_observed = Some(year);
            }
            Some(NumberKind::Observation) => {}
            _ => self.projected = true,
        }
    }

    /// Reports years for which nothing is known: after the last, and gaps if
    /// everything was observed. Before the first, its value holds.
    pub(super) fn check_cover(mut self, cx: &mut Context, table: &Table) {
        let Some(Time { end, .. }) = cx.time.filter(|_| !self.unreadable) else { return };
        self.years.sort_unstable();
        let (Some(first), Some(last)) = (self.years.first().copied(), self.years.last().copied())
        else {
            return;
        };
        let missing: Vec<i32> = (first..=end)
            .filter(|year| {
                *year > last || (!self.projected && self.years.binary_search(year).is_err())
            })
            .collect();
        let Some(example) = missing.first() else { return };
        cx.report.add(table.at, &join(&table.key, "data"), "missing year", |d| {
            let d = d.found(format!("years {first} to {last}, without {}", ranges(&missing)));
            if missing.iter().any(|year| *year > last) {
                d.allowed(format!("a last year at or after {end}"))
                    .fix(format!("add [{end}, value]"))
            } else {
                d.allowed("observations of every year, unless projections fill the gaps").fix(
                    format!("add [{example}, value], or give the gap as kind = \"projection\""),
                )
            }
        });
    }
}

/// `2010-2014, 2020`, at most four parts.
fn ranges(years: &[i32]) -> String {
    let mut parts: Vec<(i32, i32)> = Vec::new();
    for year in years {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *year => *last = *year,
            _ => parts.push((*year, *year)),
        }
    }
    let part = |&(first, last): &(i32, i32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    let text: Vec<String> = parts.iter().take(4).map(part).collect();
    let more = if parts.len() > 4 { " and more" } else { "" };
    format!("{}{more}", text.join(", "))
}

/// How much the spread grows after the last observation; zero if not given.
fn projection_spread(cx: &mut Context, table: &Table) -> Option<f64> {
    let source = match (table.get("projection_spread"), table.get("projection_source")) {
        (None, None) => return Some(0.0),
        (_, Some(node)) => node.string(&mut cx.report),
        (Some(_), None) => {
            table.need(&mut cx.report, "projection_source", "write projection_source = \"id\"");
            None
        }
    };
    let hint = "write projection_spread = \"4 %\", or remove projection_source";
    let node = table.need(&mut cx.report, "projection_spread", hint)?;
    quantity::spread(cx, &node, 1.0, source, None)
}

#[derive(Clone, Copy)]
pub(super) enum Process {
    Persistent,
    RandomWalk,
    Reverting,
}

pub(super) const PROCESSES: [(&str, Process); 3] = [
    ("persistent", Process::Persistent),
    ("random_walk", Process::RandomWalk),
    ("reverting", Process::Reverting),
];

/// Noise around the path.
pub(super) fn noise(cx: &mut Context, table: &Table) -> Option<Option<Noise>> {
    let Some(node) = table.get("noise") else { return Some(None) };
    let table = node.table(&mut cx.report)?;
    let process = match table.get("process") {
        Some(node) => node.choice(&mut cx.report, &PROCESSES)?,
        None => Process::Persistent,
    };
    let own = match process {
        Process::Persistent => Some("persistence"),
        Process::RandomWalk => None,
        Process::Reverting => Some("rate"),
    };
    let mut allowed = vec!["process", "sd", "source", "grade"];
    allowed.extend(own);
    table.check_keys(&mut cx.report, &allowed);
    let origin = quantity::origin(cx, &table, &Inherited::default());
    let (source, grade): (Option<&str>, Option<Grade>) =
        (origin.as_ref().map(|o| o.source.as_str()), origin.as_ref().map(|o| o.grade));
    let sd = table.need(&mut cx.report, "sd", "write sd = \"5 %\"");
    let sd = sd.and_then(|node| quantity::spread(cx, &node, 1.0, source, grade));
    let process = match process {
        Process::RandomWalk => NoiseProcess::RandomWalk,
        Process::Persistent => {
            let range = ("persistence outside its range", "0 up to, but below, 1", "0.7");
            let within = |x: f64| (0.0..1.0).contains(&x);
            let persistence =
                coefficient(cx, &table, "persistence", within, range, origin.as_ref())?;
            NoiseProcess::Persistent { persistence }
        }
        Process::Reverting => {
            let range = ("rate outside its range", "1e-6 to 100, per year", "0.3");
            let within = |x: f64| (SLOWEST..=100.0).contains(&x);
            let rate = coefficient(cx, &table, "rate", within, range, origin.as_ref())?;
            NoiseProcess::Reverting { rate }
        }
    };
    origin?;
    Some(Some(Noise { sd: sd?, process }))
}

/// Reads a number of a noise that has no unit, within bounds, and notes it.
fn coefficient(
    cx: &mut Context,
    table: &Table,
    name: &str,
    within: impl Fn(f64) -> bool,
    (message, allowed, example): (&str, &str, &str),
    origin: Option<&Origin>,
) -> Option<f64> {
    let node = table.need(&mut cx.report, name, &format!("write {name} = {example}"))?;
    let value = node.number(&mut cx.report)?;
    if !within(value) {
        cx.report.add(node.at, &node.key, message, |d| {
            d.found(node.found()).allowed(allowed).fix(format!("write {example} or the like"))
        });
        return None;
    }
    let origin = origin?;
    cx.numbers.push(Number {
        region: cx.region.clone(),
        key: node.key.clone(),
        year: None,
        value,
        unit: if name == "rate" { "1/yr" } else { "1" }.to_owned(),
        grade: Some(origin.grade),
        source: origin.source.clone(),
        kind: NumberKind::Spread,
    });
    Some(value)
}
