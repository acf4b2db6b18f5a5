//! Policies and their levers.

use std::collections::BTreeMap;

use super::Context;
use super::header::{MAX_NAMES, Time, is_identifier};
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use super::report::{Report, shorten};
use crate::error::nearest;
use crate::scenario::number::NumberKind;
use crate::scenario::policy::{Lever, Policy};
use crate::scenario::schema::{Absent, Domain, Entry};
use crate::scenario::unit::Unit;
use crate::system::Change;

/// More levers in one policy than this are refused.
const MAX_LEVERS: usize = 256;
/// The longest ramp, years.
const MAX_RAMP: i64 = 1_000;
/// A quantity that every region has, as an example.
const USUAL: &str = "cells.production";

/// Where policies stand: in the file of a region, or in one that includes
/// several regions.
pub(super) trait Scope {
    fn report(&mut self) -> &mut Report;
    /// Reads one lever.
    fn lever(&mut self, table: &Table) -> Option<Lever>;
    /// Whether a policy can put instruments to work.
    fn has_instruments(&self) -> bool {
        false
    }
    /// The lever that puts an instrument to work.
    fn instrument(&mut self, _node: &Node) -> Option<Lever> {
        None
    }
    /// The last year, if known.
    fn end(&self) -> Option<i32>;
}

impl Scope for Context {
    fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    fn lever(&mut self, table: &Table) -> Option<Lever> {
        lever(self, table, "")
    }

    fn end(&self) -> Option<i32> {
        self.time.map(|time| time.end)
    }
}

/// One policy before its parents are known.
struct Draft<'a> {
    description: String,
    extends: Option<Node<'a>>,
    parent: Option<String>,
    /// Levers and their places in the files.
    levers: Vec<(Lever, usize)>,
}

/// One policy with all levers in force, and their places in the files.
#[derive(Clone)]
pub(super) struct Resolved {
    pub(super) description: String,
    pub(super) extends: Option<String>,
    /// How many policies it is made of.
    pub(super) depth: usize,
    pub(super) levers: Vec<(Lever, usize)>,
}

/// Policies by name.
pub(super) type Policies = BTreeMap<String, Resolved>;

/// The policies as the scenario offers them: ordered by how many others they
/// build on, then by name.
pub(super) fn ordered(policies: Policies) -> Vec<Policy> {
    let mut policies: Vec<(String, Resolved)> = policies.into_iter().collect();
    policies.sort_by(|(a, one), (b, two)| (one.depth, a).cmp(&(two.depth, b)));
    let policy = |(name, resolved): (String, Resolved)| Policy {
        name,
        description: resolved.description,
        extends: resolved.extends,
        levers: resolved.levers.into_iter().map(|(lever, _)| lever).collect(),
    };
    policies.into_iter().map(policy).collect()
}

/// Reads `[policy.*]`. `parts` are the policies of the included regions; what
/// the file does not change of them is kept.
pub(super) fn read(scope: &mut impl Scope, root: &Table, parts: Policies) -> Policies {
    let Some(node) = root.get("policy") else { return parts };
    let Some(table) = node.table(scope.report()) else { return parts };
    let mut drafts = BTreeMap::new();
    for (name, node) in table.iter() {
        if drafts.len() == MAX_NAMES || !is_identifier(name) {
            scope.report().add(
                table.key_at(name),
                &node.key,
                "not a policy that can be read",
                |d| {
                    d.found(format!("policy `{}`", shorten(name))).allowed(format!(
                        "at most {MAX_NAMES} names of letters, digits and _, beginning with a \
                         letter"
                    ))
                },
            );
        } else if let Some(own) = node.table(scope.report()) {
            let draft = draft(scope, &own);
            drafts.insert(name, draft);
        }
    }
    let names: Vec<&str> = drafts.keys().copied().chain(parts.keys().map(String::as_str)).collect();
    for draft in drafts.values() {
        if let (Some(parent), Some(node)) = (&draft.parent, &draft.extends)
            && !names.contains(&parent.as_str())
        {
            node.not_one_of(scope.report(), "unknown policy", parent, &names);
        }
    }
    let mut policies = parts.clone();
    for (name, draft) in &drafts {
        let Some((chain, part)) = chain(scope.report(), &drafts, &parts, name) else { continue };
        let mut levers = part.map_or(Vec::new(), |part| part.levers.clone());
        for (lever, at) in chain.iter().flat_map(|draft| &draft.levers) {
            // An instrument that is named twice acts once.
            if !(lever.is_instrument() && levers.iter().any(|(known, _)| known == lever)) {
                levers.push((lever.clone(), *at));
            }
        }
        set_once(scope, name, &levers);
        let resolved = Resolved {
            description: draft.description.clone(),
            extends: draft.parent.clone(),
            depth: chain.len() + part.map_or(0, |part| part.depth),
            levers,
        };
        policies.insert((*name).to_owned(), resolved);
    }
    policies
}

fn draft<'a>(scope: &mut impl Scope, table: &Table<'a>) -> Draft<'a> {
    let with_instruments = scope.has_instruments();
    let mut allowed = vec!["description", "extends", "levers"];
    allowed.extend(with_instruments.then_some("instruments"));
    let report = scope.report();
    table.check_keys(report, &allowed);
    let description = table.get("description").and_then(|node| node.string(report));
    let extends = table.get("extends");
    let parent = extends.as_ref().and_then(|node| node.string(report));
    let fix = format!("write [[{}.levers]]", table.key);
    let items = table.get("levers").and_then(|node| node.array(report, &fix));
    let items = items.unwrap_or_default();
    if let Some(item) = items.get(MAX_LEVERS) {
        report.add(item.at, &item.key, "too many levers", |d| {
            d.found(items.len().to_string()).allowed(format!("at most {MAX_LEVERS}"))
        });
    }
    let mut levers: Vec<(Lever, usize)> = items
        .iter()
        .take(MAX_LEVERS)
        .filter_map(|item| {
            let own = item.table(scope.report())?;
            Some((scope.lever(&own)?, own.at))
        })
        .collect();
    let fix = "write instruments = [\"...\"] with the names of [instrument.*]";
    let named = table.get("instruments").filter(|_| with_instruments);
    let named = named.and_then(|node| node.array(scope.report(), fix)).unwrap_or_default();
    let used = |node: &Node| Some((scope.instrument(node)?, node.at));
    levers.extend(named.iter().filter_map(used));
    Draft {
        description: description.unwrap_or("").to_owned(),
        extends,
        parent: parent.map(str::to_owned),
        levers,
    }
}

/// The keys of a lever.
pub(super) const LEVER_KEYS: [&str; 10] =
    ["name", "set", "multiply", "add", "unit", "from", "ramp", "source", "grade", "note"];

/// Reads one lever of this region. `prefix` is what its name begins with.
pub(super) fn lever(cx: &mut Context, table: &Table, prefix: &str) -> Option<Lever> {
    table.check_keys(&mut cx.report, &LEVER_KEYS);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, &Inherited::default());
    let entry = quantity_of(cx, table, prefix);
    let from = from(cx, table);
    let ramp = ramp(cx, table);
    let (node, word) = operation(cx, table)?;
    let (key, entry) = entry?;
    let unit = lever_unit(cx, table, entry, word);
    let change = change(cx, &node, entry, unit, word)?;
    quantity::note(cx, &node, (&key, from), unit, origin.as_ref(), NumberKind::Lever);
    let (origin, from, ramp) = (origin?, from?, ramp?);
    let region = cx.region.clone();
    Some(Lever { region, key, change, from, ramp, source: origin.source, grade: origin.grade })
}

/// The quantity that a lever moves.
pub(super) fn quantity_of(
    cx: &mut Context,
    table: &Table,
    prefix: &str,
) -> Option<(String, &'static Entry)> {
    let hint = "write name = \"cells.scrap.collected\" or another quantity";
    let node = table.need(&mut cx.report, "name", hint)?;
    let name = node.string(&mut cx.report)?;
    let Context { report, schema, .. } = cx;
    let key = name.strip_prefix(prefix).unwrap_or(name);
    let entry = schema.lever(key);
    if entry.is_none() {
        report.add(node.at, &node.key, "unknown quantity", |d| {
            let d = d.found(shorten(name));
            if schema.entry(key).is_some() {
                return d
                    .allowed("the key of a quantity that a policy may change")
                    .fix("remove the lever: this quantity holds for all years alike");
            }
            let d = d.allowed("the key of a quantity of this file");
            let without_region = key.split_once('.').map_or("", |(_, key)| key);
            if prefix.is_empty() && schema.lever(without_region).is_some() {
                return d.fix(format!("write \"{without_region}\", without the region"));
            }
            match nearest(key, schema.levers()) {
                Some(near) => d.fix(format!("write \"{prefix}{near}\"")),
                None => {
                    let usual = schema.lever(USUAL).map(|_| USUAL);
                    let example = usual.or_else(|| schema.levers().next()).unwrap_or_default();
                    d.fix(format!("write a key such as \"{prefix}{example}\""))
                }
            }
        });
    }
    let entry = entry?;
    let given = cx.scalars.contains_key(key) || cx.series.contains_key(key);
    if entry.absent == Absent::Optional && !given {
        report.add(node.at, &node.key, "this quantity is not given", |d| {
            d.found(shorten(name))
                .allowed("a quantity that has a value to change")
                .fix(format!("add [{key}], or remove the change"))
        });
        return None;
    }
    Some((key.to_owned(), entry))
}

/// The first year of a change.
pub(super) fn from(cx: &mut Context, table: &Table) -> Option<i32> {
    let node = table.need(&mut cx.report, "from", "write from = 2027 or the like")?;
    let from = node.year(&mut cx.report)?;
    if let Some(Time { start, end, .. }) =
        cx.time.filter(|time| from < time.start || from > time.end)
    {
        cx.report.add(node.at, &node.key, "year outside the scenario", |d| {
            d.found(from.to_string()).allowed(format!("{start} to {end}"))
        });
        return None;
    }
    Some(from)
}

/// The years until a change acts in full.
pub(super) fn ramp(cx: &mut Context, table: &Table) -> Option<u32> {
    let Some(node) = table.get("ramp") else { return Some(0) };
    u32::try_from(node.integer(&mut cx.report, 0, MAX_RAMP)?).ok()
}

/// The three things a lever can do.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Word {
    Set,
    Multiply,
    Add,
}

/// The one operation of a lever.
pub(super) fn operation<'a>(cx: &mut Context, table: &Table<'a>) -> Option<(Node<'a>, Word)> {
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
pub(super) fn lever_unit(
    cx: &mut Context,
    table: &Table,
    entry: &Entry,
    word: Word,
) -> Option<Unit> {
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

/// The change of a lever, in the base unit.
pub(super) fn change(
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

/// The policies that `name` builds on, the first parent first and `name` last,
/// and the policy of the parts that the first one builds on. A cycle is
/// reported once, at the first of its names.
fn chain<'d, 'a>(
    report: &mut Report,
    drafts: &'d BTreeMap<&str, Draft<'a>>,
    parts: &'d Policies,
    name: &str,
) -> Option<(Vec<&'d Draft<'a>>, Option<&'d Resolved>)> {
    let mut names = vec![name.to_owned()];
    let mut chain = vec![drafts.get(name)?];
    let part = loop {
        let last = names.last()?.clone();
        let Some(parent) = chain.last().and_then(|draft| draft.parent.clone()) else {
            // Without `extends` it builds on the policy of the same name.
            break parts.get(&last);
        };
        let of_parts = parts.get(&parent);
        if of_parts.is_some() && (parent == last || !drafts.contains_key(parent.as_str())) {
            break of_parts;
        }
        if let Some(from) = names.iter().position(|known| *known == parent) {
            let cycle = &names[from..];
            // Every member finds the cycle; the first by name reports it.
            if from == 0 && cycle.iter().all(|other| name <= other.as_str()) {
                let node = chain.first().and_then(|draft| draft.extends.as_ref())?;
                report.add(node.at, &node.key, "policies extend each other in a cycle", |d| {
                    d.found(format!("{} -> {parent}", cycle.join(" -> ")))
                        .allowed("a chain of policies that ends")
                        .fix("remove one `extends`")
                });
            }
            return None;
        }
        chain.push(drafts.get(parent.as_str())?);
        names.push(parent);
    };
    chain.reverse();
    Some((chain, part))
}

/// Reports a quantity that is `set` twice.
fn set_once(scope: &mut impl Scope, name: &str, levers: &[(Lever, usize)]) {
    let mut set: BTreeMap<(&str, &str), i32> = BTreeMap::new();
    for (lever, at) in levers {
        if !matches!(lever.change, Change::Set(_)) {
            continue;
        }
        let Some(other) = set.insert((&lever.region, &lever.key), lever.from) else { continue };
        let since = if other > lever.from { other } else { lever.from };
        let end = scope.end().unwrap_or(since);
        scope.report().add(*at, &lever.key, "set twice in one policy", |d| {
            d.found(format!("two levers with set in policy {name}, both in force {since}-{end}"))
                .allowed("at most one set on a quantity, parents included")
                .fix("use multiply or add, or do not extend the other policy")
        });
    }
}
