//! A file that includes several regions.

use std::collections::{BTreeMap, BTreeSet};

use super::correlation::{self, Placed};
use super::node::{Node, Table};
use super::policy::{self, Policies, Resolved, Scope};
use super::region::Read;
use super::report::Report;
use super::world::{self, Reading};
use super::{Context, header, instrument, observation, price, run};
use crate::scenario::number::Number;
use crate::scenario::observation::Observation;
use crate::scenario::policy::Lever;
use crate::scenario::price::MarketPrice;
use crate::scenario::world::{WORLD, World};
use crate::scenario::world_quantities::TABLES;

/// The keys of such a file besides those of its world part.
pub(super) const KEYS: [&str; 11] = [
    "schema_version",
    "title",
    "description",
    "pathway",
    "include",
    "sources",
    "policy",
    "run",
    "correlation",
    "observation",
    "price",
];

/// The policy that a region follows where it lacks the one in question.
const BASELINE: &str = "baseline";

/// The including file, its regions and what lies between them.
struct Several<'r> {
    report: Report,
    parts: &'r mut [Read],
    world: Option<Reading>,
}

impl Scope for Several<'_> {
    fn report(&mut self) -> &mut Report {
        &mut self.report
    }

    /// The name of a lever begins with the region.
    fn lever(&mut self, table: &Table) -> Option<Lever> {
        let hint = "write name = \"eu.cells.scrap.collected\" or another quantity";
        let node = table.need(&mut self.report, "name", hint)?;
        let name = node.string(&mut self.report)?;
        let region = name.split('.').next().unwrap_or("");
        let prefix = format!("{region}.");
        match &mut self.world {
            Some(world) if region == WORLD => policy::lever(&mut world.cx, table, &prefix),
            world => {
                let with_world = world.is_some();
                let part = world::part_of(&mut self.report, &node, name, self.parts, with_world)?;
                policy::lever(&mut part.cx, table, &prefix)
            }
        }
    }

    fn has_instruments(&self) -> bool {
        true
    }

    fn instrument(&mut self, node: &Node) -> Option<Lever> {
        match &mut self.world {
            Some(world) => world.instrument(node),
            None => instrument::lever(&mut self.report, node, &[]),
        }
    }

    fn end(&self) -> Option<i32> {
        self.parts.first().and_then(|part| part.cx.end())
    }
}

/// What an including file says itself.
pub(super) struct Own {
    pub(super) policies: Policies,
    pub(super) correlations: Placed,
    pub(super) observations: Vec<Observation>,
    /// Its own prices and those of the parts.
    pub(super) prices: Vec<MarketPrice>,
    pub(super) run: run::Draft,
    pub(super) world: Option<World>,
    /// The numbers of the world.
    pub(super) numbers: Vec<Number>,
}

/// Checks the including file and reads what it says itself.
pub(super) fn read(report: Report, root: &Table, parts: &mut [Read]) -> (Report, Own) {
    qualify(&header::sources(root), parts);
    let world = world::read(root, parts);
    let mut several = Several { report, parts, world };
    let mut allowed: Vec<&str> = KEYS.iter().chain(&TABLES).copied().collect();
    if several.world.is_some() {
        allowed.push("grades");
    }
    root.check_keys(&mut several.report, &allowed);
    let known: BTreeSet<String> =
        several.parts.iter().flat_map(|part| part.listed.keys().cloned()).collect();
    header::check_sources(&mut several.report, root, &known);
    several.check_parts();
    let policies = several.combined();
    let policies = policy::read(&mut several, root, policies);
    let Several { mut report, world, .. } = several;
    let mut world = world;
    if let Some(world) = &mut world {
        world.check(root, &policies);
    }
    let prices = prices(&mut report, root, parts);
    let mut regions: Vec<&mut Context> = parts.iter_mut().map(|part| &mut part.cx).collect();
    let run = run::read(&mut regions, root, &policies);
    let observations = observation::read(&mut regions, root);
    regions.extend(world.as_mut().map(|world| &mut world.cx));
    let correlations = correlation::read(&mut regions, root);
    let of_parts = parts.iter().flat_map(|part| &part.correlations);
    correlation::check_twice(&mut report, of_parts.chain(&correlations));
    let (world, numbers) = match world {
        Some(mut world) => {
            report.absorb(std::mem::take(&mut world.cx.report), 0);
            let (world, numbers) = world.finish(root);
            (Some(world), numbers)
        }
        None => (None, Vec::new()),
    };
    (report, Own { policies, correlations, observations, prices, run, world, numbers })
}

/// The prices of all: those of the including file, and for other materials those
/// of the parts, which must agree.
fn prices(report: &mut Report, root: &Table, parts: &mut [Read]) -> Vec<MarketPrice> {
    let mut prices = match parts.first_mut() {
        Some(first) => price::read(&mut first.cx, root),
        None => Vec::new(),
    };
    let own = prices.len();
    for part in &*parts {
        for price in &part.prices {
            match prices.iter().position(|known| known.price == price.price) {
                None => prices.push(price.clone()),
                Some(at) if at < own || prices[at] == *price => {}
                Some(_) => {
                    let at = part.places.get("price").copied().unwrap_or(part.at);
                    let material = price.price.material();
                    let key = format!("price.{material}");
                    report.add(at, &key, "a price that differs between included files", |d| {
                        d.found(format!("another price in {}", part.cx.region))
                            .allowed("one price of a material for all regions")
                            .fix(format!("give [{key}] in the including file, or make them agree"))
                    });
                }
            }
        }
    }
    prices.sort_by_key(|price| price.price);
    let priced = !prices.is_empty();
    parts.iter_mut().for_each(|part| part.cx.priced |= priced);
    prices
}

impl Several<'_> {
    /// Every region once, with the same years, materials and classes.
    fn check_parts(&mut self) {
        let Some((first, others)) = self.parts.split_first() else { return };
        let mut seen = vec![first.cx.region.as_str()];
        for part in others {
            let region = part.cx.region.as_str();
            if seen.contains(&region) {
                self.report.add(part.at, "region", "region included twice", |d| {
                    d.found(region).allowed("each region once").fix("include one file for each")
                });
            }
            seen.push(region);
            let years = |part: &Read| {
                part.cx.time.map_or(String::new(), |t| {
                    format!("{} to {}, reported from {}", t.start, t.end, t.report)
                })
            };
            let both = |what: &str, one: String, other: String| {
                let found = format!("{region}: {one}; {}: {other}", first.cx.region);
                (format!("regions with unequal {what}"), found)
            };
            let names = |names: &[String]| names.join(", ");
            let mut unequal = Vec::new();
            // Years that cannot be read are reported already.
            if part.cx.time != first.cx.time && part.cx.time.is_some() && first.cx.time.is_some() {
                unequal.push(("time", both("years", years(part), years(first))));
            }
            let (one, other) = (&part.cx.names.materials, &first.cx.names.materials);
            if one != other {
                let both = both("materials", names(one), names(other));
                unequal.push(("model.materials", both));
            }
            let (one, other) = (&part.cx.names.classes, &first.cx.names.classes);
            if one != other {
                unequal.push(("model.classes", both("classes", names(one), names(other))));
            }
            for (key, (message, found)) in unequal {
                let at = part.places.get(key).copied().unwrap_or(part.at);
                self.report.add(at, key, &message, |d| {
                    d.found(found)
                        .allowed("the same in all included files, in the same order")
                        .fix(format!("make the files of {region} and {} agree", first.cx.region))
                });
            }
        }
    }

    /// The policies of the regions together: by name, and the baseline for a
    /// region that lacks it.
    fn combined(&self) -> Policies {
        let names: BTreeSet<&String> =
            self.parts.iter().flat_map(|part| part.policies.keys()).collect();
        let mut combined = Policies::new();
        for name in names {
            let own = |part: &'_ Read| part.policies.get(name).cloned();
            let first = self.parts.iter().find_map(own);
            let followed = |part: &Read| own(part).or_else(|| part.policies.get(BASELINE).cloned());
            let levers = self.parts.iter().filter_map(followed).flat_map(|p| p.levers).collect();
            let depth = self.parts.iter().filter_map(own).map(|policy| policy.depth).max();
            if let (Some(first), Some(depth)) = (first, depth) {
                let Resolved { description, extends, .. } = first;
                let resolved = Resolved { description, extends, depth, levers };
                combined.insert(name.clone(), resolved);
            }
        }
        combined
    }
}

/// Makes one list of sources possible. Where two files cite different works
/// under one id, that of a region becomes `<region>.<id>`, in its numbers and
/// levers, too.
fn qualify(own: &BTreeMap<String, String>, parts: &mut [Read]) {
    let mut citations: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, citation) in parts.iter().map(|part| &part.sources).chain([own]).flatten() {
        citations.entry(id.clone()).or_default().insert(citation.clone());
    }
    let differs = |id: &str| citations.get(id).is_some_and(|texts| texts.len() > 1);
    for part in parts {
        let region = part.cx.region.clone();
        let qualified = |id: &str| {
            if differs(id) { format!("{region}.{id}") } else { id.to_owned() }
        };
        for number in &mut part.cx.numbers {
            number.source = qualified(&number.source);
        }
        for (lever, _) in part.policies.values_mut().flat_map(|policy| &mut policy.levers) {
            lever.source = qualified(&lever.source);
        }
        for (correlation, _) in &mut part.correlations {
            correlation.source = qualified(&correlation.source);
        }
        for observation in &mut part.observations {
            observation.source = qualified(&observation.source);
        }
        for price in &mut part.prices {
            price.start.source = price.start.source.as_deref().map(qualified);
        }
        let sources = part.sources.iter();
        part.listed = sources.map(|(id, text)| (qualified(id), text.clone())).collect();
    }
}
