//! Policies and their levers.

use std::collections::BTreeMap;

use super::Context;
use super::header::{MAX_NAMES, is_identifier};
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use super::report::shorten;
use crate::error::nearest;
use crate::scenario::number::NumberKind;
use crate::scenario::policy::{Lever, Policy};
use crate::scenario::schema::{Domain, Entry};
use crate::scenario::unit::Unit;
use crate::system::Change;

/// More levers in one policy than this are refused.
const MAX_LEVERS: usize = 256;
/// The longest ramp, years.
const MAX_RAMP: i64 = 1_000;

/// One policy before its parents are known.
struct Draft<'a> {
    description: String,
    extends: Option<Node<'a>>,
    parent: Option<String>,
    /// Levers and their places in the file.
    levers: Vec<(Lever, usize)>,
}

/// Reads `[policy.*]`. Policies are ordered by how many others they build on,
/// then by name.
pub(super) fn read(cx: &mut Context, root: &Table) -> Vec<Policy> {
    let Some(node) = root.get("policy") else { return Vec::new() };
    let Some(table) = node.table(&mut cx.report) else { return Vec::new() };
    let mut drafts = BTreeMap::new();
    for (name, node) in table.iter() {
        if drafts.len() == MAX_NAMES || !is_identifier(name) {
            cx.report.add(table.key_at(name), &node.key, "not a policy that can be read", |d| {
                d.found(format!("policy `{}`", shorten(name))).allowed(format!(
                    "at most {MAX_NAMES} names of letters, digits and _, beginning with a letter"
                ))
            });
        } else if let Some(own) = node.table(&mut cx.report) {
            let draft = draft(cx, &own);
            drafts.insert(name, draft);
        }
    }
    let names: Vec<&str> = drafts.keys().copied().collect();
    for draft in drafts.values() {
        if let (Some(parent), Some(node)) = (&draft.parent, &draft.extends)
            && !drafts.contains_key(parent.as_str())
        {
            node.not_one_of(&mut cx.report, "unknown policy", parent, &names);
        }
    }
    let mut policies = Vec::new();
    for (name, draft) in &drafts {
        if let Some(chain) = chain(cx, &drafts, name) {
            let levers = resolve(cx, name, &chain);
            policies.push((
                chain.len(),
                Policy {
                    name: (*name).to_owned(),
                    description: draft.description.clone(),
                    extends: draft.parent.clone(),
                    levers,
                },
            ));
        }
    }
    policies.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    policies.into_iter().map(|(_, policy)| policy).collect()
}

fn draft<'a>(cx: &mut Context, table: &Table<'a>) -> Draft<'a> {
    table.check_keys(&mut cx.report, &["description", "extends", "levers"]);
    let description = table.get("description").and_then(|node| node.string(&mut cx.report));
    let extends = table.get("extends");
    let parent = extends.as_ref().and_then(|node| node.string(&mut cx.report));
    let fix = format!("write [[{}.levers]]", table.key);
    let items = table.get("levers").and_then(|node| node.array(&mut cx.report, &fix));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_LEVERS) {
        cx.report.add(item.at, &item.key, "too many levers", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_LEVERS}"))
        });
    }
    let levers = items
        .iter()
        .take(MAX_LEVERS)
        .filter_map(|item| {
            let own = item.table(&mut cx.report)?;
            Some((lever(cx, &own)?, own.at))
        })
        .collect();
    Draft {
        description: description.unwrap_or("").to_owned(),
        extends,
        parent: parent.map(str::to_owned),
        levers,
    }
}

fn lever(cx: &mut Context, table: &Table) -> Option<Lever> {
    let allowed =
        ["name", "set", "multiply", "add", "unit", "from", "ramp", "source", "grade", "note"];
    table.check_keys(&mut cx.report, &allowed);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let entry = quantity_of(cx, table);
    let from = from(cx, table);
    let ramp = match table.get("ramp") {
        Some(node) => node.integer(&mut cx.report, 0, MAX_RAMP),
        None => Some(0),
    };
    let (node, word) = operation(cx, table)?;
    let (key, entry) = entry?;
    let unit = lever_unit(cx, table, entry, word);
    let change = change(cx, &node, entry, unit, word)?;
    quantity::note(cx, &node, (&key, from), unit, origin.as_ref(), NumberKind::Lever);
    let (origin, from, ramp) = (origin?, from?, u32::try_from(ramp?).ok()?);
    Some(Lever { key, change, from, ramp, source: origin.source, grade: origin.grade })
}

/// The quantity that a lever moves.
fn quantity_of(cx: &mut Context, table: &Table) -> Option<(String, &'static Entry)> {
    let hint = "write name = \"collection.vehicle\" or another quantity";
    let node = table.need(&mut cx.report, "name", hint)?;
    let name = node.string(&mut cx.report)?;
    let Context { report, schema, lifetimes, .. } = cx;
    // A lifetime has either a shape or a standard deviation.
    let exists = |key: &str| match key.strip_prefix("lifetime.").and_then(|k| k.split_once('.')) {
        Some((part, parameter)) if parameter != "mean" => {
            lifetimes.get(part).is_none_or(|lifetime| lifetime.law.spread_key() == parameter)
        }
        _ => true,
    };
    let entry = schema.entry(name).filter(|entry| entry.is_lever() && exists(name));
    if entry.is_none() {
        report.add(node.at, &node.key, "unknown quantity", |d| {
            let d = d.found(shorten(name)).allowed("the key of a quantity of this file");
            let without_region = name.split_once('.').map_or("", |(_, key)| key);
            if schema.entry(without_region).is_some_and(Entry::is_lever) {
                return d.fix(format!("write \"{without_region}\", without the region"));
            }
            match nearest(name, schema.levers().filter(|key| exists(key))) {
                Some(near) => d.fix(format!("write \"{near}\"")),
                None => d.fix("write a key such as \"collection.vehicle\""),
            }
        });
    }
    Some((name.to_owned(), entry?))
}

fn from(cx: &mut Context, table: &Table) -> Option<i32> {
    let node = table.need(&mut cx.report, "from", "write from = 2027 or the like")?;
    let from = node.year(&mut cx.report)?;
    if let Some((start, end)) = cx.horizon.filter(|(start, end)| from < *start || from > *end) {
        cx.report.add(node.at, &node.key, "year outside the scenario", |d| {
            d.found(from.to_string()).allowed(format!("{start} to {end}"))
        });
        return None;
    }
    Some(from)
}

/// The three things a lever can do.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Set,
    Multiply,
    Add,
}

/// The one operation of a lever.
fn operation<'a>(cx: &mut Context, table: &Table<'a>) -> Option<(Node<'a>, Word)> {
    let words = [("set", Word::Set), ("multiply", Word::Multiply), ("add", Word::Add)];
    let mut given: Vec<(Node, Word)> =
        words.iter().filter_map(|(name, word)| Some((table.get(name)?, *word))).collect();
    if given.len() != 1 {
        let names: Vec<&str> =
            words.iter().map(|(name, _)| *name).filter(|name| table.get(name).is_some()).collect();
        let found = if names.is_empty() { "none of them".to_owned() } else { names.join(" and ") };
        let message = "a lever needs one of set, multiply, add";
        cx.report.add(table.at, &table.key, message, |d| {
            d.found(found)
                .allowed("exactly one of set, multiply, add")
                .fix("split it into two levers, or remove one")
        });
        return None;
    }
    given.pop()
}

/// The unit of `set` and `add`; `multiply` has none.
fn lever_unit(cx: &mut Context, table: &Table, entry: &Entry, word: Word) -> Option<Unit> {
    if word != Word::Multiply {
        return quantity::unit(cx, table, &Inherited::default(), entry.family);
    }
    if let Some(node) = table.get("unit").filter(|node| node.found() != "\"1\"") {
        cx.report.add(node.at, &node.key, "wrong unit", |d| {
            d.found(node.found()).allowed("no unit with multiply").fix("remove unit")
        });
    }
    crate::scenario::unit::Family::Factor.unit("1")
}

fn change(
    cx: &mut Context,
    node: &Node,
    entry: &Entry,
    unit: Option<Unit>,
    word: Word,
) -> Option<Change> {
    match word {
        Word::Set => quantity::value(cx, node, unit, entry.domain).map(Change::Set),
        Word::Multiply => {
            quantity::value(cx, node, unit, Domain::NonNegative).map(Change::Multiply)
        }
        Word::Add => {
            let added = unit?.to_base(node.number(&mut cx.report)?);
            let most = if entry.is_share() { 1.0 } else { 1e15 };
            if (-most..=most).contains(&added) {
                return Some(Change::Add(added));
            }
            cx.report.add(node.at, &node.key, "addition too large", |d| {
                let unit = entry.family.base().name();
                d.found(node.found()).allowed(format!("-{most} to {most} {unit}"))
            });
            None
        }
    }
}

/// The policies that `name` builds on, the first parent first and `name` last.
/// A cycle is reported once, at the first of its names.
fn chain<'d, 'a>(
    cx: &mut Context,
    drafts: &'d BTreeMap<&str, Draft<'a>>,
    name: &str,
) -> Option<Vec<&'d Draft<'a>>> {
    let mut names = vec![name.to_owned()];
    let mut chain = vec![drafts.get(name)?];
    while let Some(parent) = chain.last().and_then(|draft| draft.parent.clone()) {
        if let Some(from) = names.iter().position(|known| *known == parent) {
            let cycle = &names[from..];
            // Every member finds the cycle; the first by name reports it.
            if from == 0 && cycle.iter().all(|other| name <= other.as_str()) {
                let node = chain.first().and_then(|draft| draft.extends.as_ref())?;
                cx.report.add(node.at, &node.key, "policies extend each other in a cycle", |d| {
                    d.found(format!("{} -> {parent}", cycle.join(" -> ")))
                        .allowed("a chain of policies that ends")
                        .fix("remove one `extends`")
                });
            }
            return None;
        }
        chain.push(drafts.get(parent.as_str())?);
        names.push(parent);
    }
    chain.reverse();
    Some(chain)
}

/// All levers of a chain; a quantity that is `set` twice is reported.
fn resolve(cx: &mut Context, name: &str, chain: &[&Draft]) -> Vec<Lever> {
    let mut set: BTreeMap<&str, i32> = BTreeMap::new();
    for (lever, at) in chain.iter().flat_map(|draft| &draft.levers) {
        if !matches!(lever.change, Change::Set(_)) {
            continue;
        }
        let Some(other) = set.insert(&lever.key, lever.from) else { continue };
        let since = if other > lever.from { other } else { lever.from };
        let end = cx.horizon.map_or(since, |(_, end)| end);
        cx.report.add(*at, &lever.key, "set twice in one policy", |d| {
            d.found(format!("two levers with set in policy {name}, both in force {since}-{end}"))
                .allowed("at most one set on a quantity, parents included")
                .fix("use multiply or add, or do not extend the other policy")
        });
    }
    chain.iter().flat_map(|draft| draft.levers.iter().map(|(lever, _)| lever.clone())).collect()
}
