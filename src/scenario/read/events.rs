//! Outages, jumps and regimes of a series.

use super::Context;
use super::node::{Node, Table};
use super::quantity::{self, Inherited, Origin};
use super::report::tidy;
use crate::scenario::events::{
    Events, Jumps, Lasting, Outages, RegimeState, RegimeSwitch, Regimes,
};

/// The keys of events in the table of a series.
pub(super) const KEYS: [&str; 3] = ["outages", "jumps", "regimes"];

/// The longest mean duration and half-life, years.
const LONGEST: f64 = 100.0;
/// The largest mean number of jumps in a year.
const MOST_JUMPS: f64 = 100.0;
/// The largest drop by a jump, and the largest rise, spread and level.
const LARGEST: (f64, f64) = (-0.999, 10.0);
/// More states of one series than this are refused.
const MAX_STATES: usize = 20;
/// Room for rounding in a sum of probabilities.
const ROUNDING: f64 = 1e-9;

/// Reads the events of a series; `None` if something is wrong.
pub(super) fn read(cx: &mut Context, table: &Table) -> Option<Events> {
    let (outages, jumps, regimes) = (outages(cx, table), jumps(cx, table), regimes(cx, table));
    Some(Events { outages: outages?, jumps: jumps?, regimes: regimes? })
}

/// The table called `name`, its keys checked, with its source and grade.
fn open<'t>(
    cx: &mut Context,
    node: &Node<'t>,
    keys: &[&str],
) -> Option<(Table<'t>, Option<Origin>)> {
    let table = node.table(&mut cx.report)?;
    table.check_keys(&mut cx.report, &[keys, &["source", "grade", "note"]].concat());
    quantity::text_note(cx, &table);
    let origin = quantity::origin(cx, &table, &Inherited::default());
    Some((table, origin))
}

fn outages(cx: &mut Context, table: &Table) -> Option<Option<Outages>> {
    let Some(node) = table.get("outages") else { return Some(None) };
    let keys = ["per_year", "lasts", "lasts_on_average", "left"];
    let (table, origin) = open(cx, &node, &keys)?;
    let per_year = probability(cx, &table, "write per_year = 0.05", origin.as_ref());
    let lasts = match (table.get("lasts"), table.get("lasts_on_average")) {
        (Some(_), Some(node)) => {
            cx.report.add(node.at, &node.key, "the duration is given twice", |d| {
                d.found("lasts and lasts_on_average").allowed("one of the two").fix("remove one")
            });
            None
        }
        (None, Some(node)) => {
            let range = (1.0, LONGEST, "yr", "duration outside its range");
            number(cx, &node, range, origin.as_ref()).map(Lasting::OnAverage)
        }
        (given, None) => {
            let hint = "write lasts = 2 (years, each time), or lasts_on_average = 2.5";
            let node = given.or_else(|| table.need(&mut cx.report, "lasts", hint));
            node.and_then(|node| {
                let years = node.integer(&mut cx.report, 1, LONGEST as i64)?;
                let years = u32::try_from(years).ok()?;
                quantity::note_event(cx, &node, (f64::from(years), "yr"), origin.as_ref());
                Some(Lasting::Years(years))
            })
        }
    };
    let left = match table.get("left") {
        Some(node) => part(cx, &node, (0.0, 1.0), "part outside 0 to 1", origin.as_ref()),
        None => Some(0.0),
    };
    origin?;
    Some(Some(Outages { per_year: per_year?, lasts: lasts?, left: left? }))
}

fn jumps(cx: &mut Context, table: &Table) -> Option<Option<Jumps>> {
    let Some(node) = table.get("jumps") else { return Some(None) };
    let (table, origin) = open(cx, &node, &["per_year", "size", "spread", "half_life"])?;
    let origin = origin.as_ref();
    let hint = "write per_year = 0.1, the mean number of jumps in a year";
    let per_year = table.need(&mut cx.report, "per_year", hint);
    let range = (0.0, MOST_JUMPS, "1/yr", "number of jumps outside its range");
    let per_year = per_year.and_then(|node| number(cx, &node, range, origin));
    let size = table.need(&mut cx.report, "size", "write size = \"-30 %\", or \"50 %\" for a rise");
    let message = "size of a jump outside its range";
    let size = size.and_then(|node| part(cx, &node, LARGEST, message, origin));
    let spread = match table.get("spread") {
        Some(node) => {
            let (source, grade) = origin.map(|o| (o.source.as_str(), o.grade)).unzip();
            quantity::spread(cx, &node, LARGEST.1, source, grade)
        }
        None => Some(0.0),
    };
    let half_life = match table.get("half_life") {
        Some(node) => {
            let range = (0.1, LONGEST, "yr", "half-life outside its range");
            number(cx, &node, range, origin).map(Some)
        }
        None => Some(None),
    };
    origin?;
    Some(Some(Jumps { per_year: per_year?, size: size?, spread: spread?, half_life: half_life? }))
}

fn regimes(cx: &mut Context, table: &Table) -> Option<Option<Regimes>> {
    let Some(node) = table.get("regimes") else { return Some(None) };
    let (table, origin) = open(cx, &node, &["states", "switches"])?;
    let hint = "write states = [{ name = \"open\" }, { name = \"ban\", level = \"0 %\" }]";
    let states = tables(cx, &table, "states", hint);
    let states = states.and_then(|(node, items)| states_of(cx, &node, &items, origin.as_ref()));
    let hint = "write switches = [{ from = \"open\", to = \"ban\", per_year = 0.02 }]";
    let switches = tables(cx, &table, "switches", hint);
    let (states, (_, items)) = (states?, switches?);
    let switches = switches_of(cx, &states, &items, origin.as_ref())?;
    origin?;
    Some(Some(Regimes { states, switches }))
}

/// The list called `name` and the tables in it.
fn tables<'t>(
    cx: &mut Context,
    table: &Table<'t>,
    name: &str,
    hint: &str,
) -> Option<(Node<'t>, Vec<Table<'t>>)> {
    let node = table.need(&mut cx.report, name, hint)?;
    let items = node.array(&mut cx.report, hint)?;
    let tables: Vec<_> = items.iter().filter_map(|item| item.table(&mut cx.report)).collect();
    (tables.len() == items.len()).then_some((node, tables))
}

fn states_of(
    cx: &mut Context,
    node: &Node,
    items: &[Table],
    origin: Option<&Origin>,
) -> Option<Vec<RegimeState>> {
    if !(2..=MAX_STATES).contains(&items.len()) {
        cx.report.add(node.at, &node.key, "list of the wrong length", |d| {
            d.found(format!("{} states", items.len()))
                .allowed(format!("2 to {MAX_STATES} states, the first of which holds now"))
                .fix("add or remove states")
        });
        return None;
    }
    let mut states: Vec<RegimeState> = Vec::with_capacity(items.len());
    for (at, table) in items.iter().enumerate() {
        table.check_keys(&mut cx.report, &["name", "level"]);
        let name = table.need(&mut cx.report, "name", "write name = \"quota\" or the like");
        let name = name.and_then(|node| {
            let name = node.string(&mut cx.report)?;
            if states.iter().any(|state| state.name == name) {
                cx.report.add(node.at, &node.key, "name given twice", |d| {
                    d.found(node.found()).allowed("each name once").fix("rename one of the two")
                });
                return None;
            }
            Some(name)
        });
        let given = match (table.get("level"), at) {
            (None, 0) => None,
            (None, _) => {
                let hint = "write level = \"50 %\": what is left of the path in this state";
                Some(table.need(&mut cx.report, "level", hint)?)
            }
            (given, _) => given,
        };
        let level = match given {
            Some(node) => {
                let range = (0.0, LARGEST.1);
                let level = part(cx, &node, range, "level outside its range", origin)?;
                if at == 0 && level != 1.0 {
                    cx.report.add(node.at, &node.key, "the first state is the path itself", |d| {
                        d.found(node.found())
                            .allowed("\"100 %\", or no level")
                            .fix("remove the level, and give those of the others relative to it")
                    });
                    return None;
                }
                level
            }
            None => 1.0,
        };
        states.push(RegimeState { name: name?.to_owned(), level });
    }
    Some(states)
}

fn switches_of(
    cx: &mut Context,
    states: &[RegimeState],
    items: &[Table],
    origin: Option<&Origin>,
) -> Option<Vec<RegimeSwitch>> {
    let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
    let mut switches: Vec<RegimeSwitch> = Vec::with_capacity(items.len());
    for table in items {
        table.check_keys(&mut cx.report, &["from", "to", "per_year"]);
        let mut state = |key: &str| {
            let hint = format!("write {key} = and the name of a state");
            let node = table.need(&mut cx.report, key, &hint)?;
            let name = node.string(&mut cx.report)?;
            if !names.contains(&name) {
                node.not_one_of(&mut cx.report, "unknown state", name, &names);
                return None;
            }
            Some(name.to_owned())
        };
        let (from, to) = (state("from"), state("to"));
        let per_year = probability(cx, table, "write per_year = 0.1", origin);
        let (from, to, per_year) = (from?, to?, per_year?);
        if from == to || switches.iter().any(|s| s.from == from && s.to == to) {
            let message = "a switch leads to another state, and each is given once";
            cx.report.add(table.at, &table.key, message, |d| {
                d.found(format!("{from} to {to}"))
                    .allowed("two states, each pair once")
                    .fix("remove it; what is left to 1 is the probability to stay")
            });
            return None;
        }
        let leaving = switches.iter().filter(|s| s.from == from).map(|s| s.per_year);
        let sum = leaving.sum::<f64>() + per_year;
        if sum > 1.0 + ROUNDING {
            let node = table.get("per_year")?;
            let message = "the probabilities to leave a state exceed one";
            cx.report.add(node.at, &node.key, message, |d| {
                d.found(format!("{} from {from}", tidy(sum)))
                    .allowed("at most 1 in sum from each state")
                    .fix("lower one of them; what is left to 1 is the probability to stay")
            });
            return None;
        }
        switches.push(RegimeSwitch { from, to, per_year });
    }
    Some(switches)
}

/// Reads `per_year` as a probability.
fn probability(
    cx: &mut Context,
    table: &Table,
    hint: &str,
    origin: Option<&Origin>,
) -> Option<f64> {
    let node = table.need(&mut cx.report, "per_year", hint)?;
    part(cx, &node, (0.0, 1.0), "probability outside 0 to 1", origin)
}

/// Reads a fraction, or text such as `"40 %"`, and notes it.
fn part(
    cx: &mut Context,
    node: &Node,
    range: (f64, f64),
    message: &str,
    origin: Option<&Origin>,
) -> Option<f64> {
    let value = node.fraction(&mut cx.report, range, message)?;
    quantity::note_event(cx, node, (value, "1"), origin);
    Some(value)
}

/// Reads a number within bounds and notes it.
pub(super) fn number(
    cx: &mut Context,
    node: &Node,
    (low, high, unit, message): (f64, f64, &str, &str),
    origin: Option<&Origin>,
) -> Option<f64> {
    let value = node.number(&mut cx.report)?;
    if !(low..=high).contains(&value) {
        cx.report.add(node.at, &node.key, message, |d| {
            d.found(node.found())
                .allowed(format!("{low} to {high} {unit}"))
                .fix("correct the number")
        });
        return None;
    }
    quantity::note_event(cx, node, (value, unit), origin);
    Some(value)
}
