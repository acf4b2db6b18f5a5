//! The world part of a file that includes several regions.

use std::collections::{BTreeMap, BTreeSet};

use super::header::{self, MAX_NAMES, is_identifier};
use super::node::{Node, Table};
use super::policy::Policies;
use super::region::Read;
use super::report::{Report, shorten};
use super::{Context, disruption, group, instrument, origins, world_checks};
use crate::error::nearest;
use crate::scenario::disruption::Disruption;
use crate::scenario::grade::Grade;
use crate::scenario::instrument::Instrument;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::origins::Origins;
use crate::scenario::policy::Lever;
use crate::scenario::region::Region;
use crate::scenario::schema::{self, Schema};
use crate::scenario::world::{Route, WORLD, World};
use crate::scenario::world_quantities::{GOODS, Names, PARTNERS, TABLES};

/// Regions cannot be called so: the names stand for something else where a
/// region could stand.
const TAKEN: [&str; 3] = [WORLD, "fill", "pooled"];

/// The world part as far as it is read.
pub(super) struct Reading {
    pub(super) cx: Context,
    pub(super) names: Names,
    pub(super) routes: BTreeSet<Route>,
    pub(super) instruments: Vec<Instrument>,
    origins: Vec<Origins>,
    disruptions: Vec<Disruption>,
}

/// Whether a file has a world part.
pub(super) fn is_there(root: &Table) -> bool {
    TABLES.iter().any(|name| root.get(name).is_some())
}

/// Reads the world part, if there is one. Policies come later.
pub(super) fn read(root: &Table, parts: &mut [Read]) -> Option<Reading> {
    let (true, Some(first)) = (is_there(root), parts.first()) else { return None };
    let mut report = Report::default();
    check_regions(&mut report, parts);
    let materials = first.cx.names.materials.clone();
    let mut cx = Context {
        report: Report::default(),
        region: WORLD.to_owned(),
        time: first.cx.time,
        grades: first.cx.grades,
        names: schema::Names { materials: materials.clone(), ..schema::Names::default() },
        schema: Schema::default(),
        scalars: BTreeMap::new(),
        series: BTreeMap::new(),
        lifetimes: BTreeMap::new(),
        shares: BTreeMap::new(),
        numbers: Vec::new(),
        priced: false,
    };
    // The grades of the regions, where they agree.
    if root.get("grades").is_some() || parts.iter().any(|part| part.cx.grades != cx.grades) {
        header::grades(&mut cx, root);
    }
    let minerals = origins::minerals(&mut report, root, &materials);
    let (events, _) = ids(&mut report, root, "disruption");
    let (ids, tables) = ids(&mut report, root, "instrument");
    let numbers = |table: &Table| -> Vec<String> {
        let changes = instrument::changes(&mut Report::default(), table).len();
        (1..=changes).take(instrument::MAX_CHANGES).map(|n| n.to_string()).collect()
    };
    let names = Names {
        regions: parts.iter().map(|part| part.cx.region.clone()).collect(),
        materials,
        minerals,
        events,
        instruments: ids.iter().cloned().zip(tables.iter().map(numbers)).collect(),
    };
    cx.report = report;
    cx.schema = Schema::world(&names);
    group::walk(&mut cx, root, &["instrument"]);
    for id in &ids {
        for key in [format!("instrument.{id}"), format!("instrument.{id}.ceiling")] {
            if let Some(entry) = cx.schema.entry(&key) {
                group::absent(&mut cx, entry, &key, root.at);
            }
        }
    }
    let origins = origins::read(&mut cx, root, &names.regions, &names.minerals);
    let mut countries: Vec<&str> = names.places().collect();
    let supply: BTreeSet<&str> =
        origins.iter().flat_map(|o| &o.countries).map(String::as_str).collect();
    countries.extend(supply);
    let disruptions = disruption::read(&mut cx, root, &names.events, &names.minerals, &countries);
    let ids = ids.iter().map(String::as_str);
    let instruments = instrument::read(&mut cx, root, ids, parts);
    let routes = given_routes(root, &names);
    Some(Reading { cx, names, routes, instruments, origins, disruptions })
}

/// Regions must not be called as something else is.
fn check_regions(report: &mut Report, parts: &[Read]) {
    for part in parts {
        let region = part.cx.region.as_str();
        if PARTNERS.contains(&region) || TAKEN.contains(&region) {
            report.add(part.at, "region", "a region with a name that is taken", |d| {
                d.found(region)
                    .allowed(format!(
                        "in a file with trade or supply, another name than {}, {}",
                        TAKEN.join(", "),
                        PARTNERS.join(", ")
                    ))
                    .fix("rename the region")
            });
        }
    }
}

/// The names of the tables below `name`, and the tables.
fn ids<'a>(report: &mut Report, root: &Table<'a>, name: &str) -> (Vec<String>, Vec<Table<'a>>) {
    let (mut ids, mut tables) = (Vec::new(), Vec::new());
    let Some(table) = root.get(name).and_then(|node| node.table(report)) else {
        return (ids, tables);
    };
    for (id, node) in table.iter() {
        if ids.len() == MAX_NAMES || !is_identifier(id) {
            report.add(table.key_at(id), &node.key, "not a name that can be read", |d| {
                d.found(shorten(id)).allowed(format!(
                    "at most {MAX_NAMES} names of letters, digits and _, beginning with a letter"
                ))
            });
        } else if let Some(own) = node.table(report) {
            ids.push(id.to_owned());
            tables.push(own);
        }
    }
    (ids, tables)
}

/// The routes of which the file says anything.
fn given_routes(root: &Table, names: &Names) -> BTreeSet<Route> {
    let silent = &mut Report::default();
    let mut routes = BTreeSet::new();
    let trade = root.get("trade").and_then(|node| node.table(silent));
    for good in GOODS {
        let table = trade.as_ref().and_then(|table| table.get(good)?.table(silent));
        for from in &names.regions {
            let table = table.as_ref().and_then(|table| table.get(from)?.table(silent));
            for (to, node) in table.iter().flat_map(Table::iter) {
                let said = node.table(silent).is_some_and(|own| !own.entries().is_empty());
                if said && names.places().any(|place| place == to) {
                    routes.insert(route(good, from, to));
                }
            }
        }
    }
    routes
}

fn route(good: &str, from: &str, to: &str) -> Route {
    Route { good: good.to_owned(), from: from.to_owned(), to: to.to_owned() }
}

/// The region that the name of a lever begins with. `name` stands at `node`.
pub(super) fn part_of<'p>(
    report: &mut Report,
    node: &Node,
    name: &str,
    parts: &'p mut [Read],
    with_world: bool,
) -> Option<&'p mut Read> {
    let region = name.split('.').next().unwrap_or("");
    let Some(place) = parts.iter().position(|part| part.cx.region == region) else {
        let mut regions: Vec<&str> = parts.iter().map(|p| p.cx.region.as_str()).collect();
        if with_world {
            regions.push(WORLD);
        }
        report.add(node.at, &node.key, "unknown region", |d| {
            let d = d
                .found(shorten(name))
                .allowed(format!("<region>.<key>, where the region is {}", regions.join(" or ")));
            let key = name.strip_prefix(region).unwrap_or("");
            match nearest(region, regions.iter().copied()) {
                Some(near) if key.len() > 1 => d.fix(format!("write \"{near}{key}\"")),
                _ => d.fix("begin the name with the region, such as \"eu.\""),
            }
        });
        return None;
    };
    parts.get_mut(place)
}

impl Reading {
    /// The lever that puts an instrument to work. One that could not be read is
    /// reported already.
    pub(super) fn instrument(&mut self, node: &Node) -> Option<Lever> {
        let known = node.string(&mut Report::default()).is_some_and(|id| {
            self.names.instruments.iter().any(|(known, _)| known == id)
                && !self.instruments.iter().any(|instrument| instrument.id == id)
        });
        if known {
            return None;
        }
        instrument::lever(&mut self.cx.report, node, &self.instruments)
    }

    /// Takes the routes that policies and instruments open, and checks what
    /// single quantities cannot show.
    pub(super) fn check(&mut self, root: &Table, policies: &Policies) {
        let levers = policies.values().flat_map(|policy| &policy.levers);
        let levers = levers.map(|(lever, _)| (&lever.region, &lever.key));
        let changes = self.instruments.iter().flat_map(|instrument| &instrument.changes);
        let changed: BTreeSet<String> = levers
            .chain(changes.map(|change| (&change.region, &change.key)))
            .filter(|(region, _)| *region == WORLD)
            .map(|(_, key)| key.clone())
            .collect();
        for key in &changed {
            if let ["trade", good, from, to, _] = key.split('.').collect::<Vec<_>>().as_slice() {
                self.routes.insert(route(good, from, to));
            }
        }
        world_checks::check(self, root, &changed);
    }

    /// The world and its numbers.
    pub(super) fn finish(self, root: &Table) -> (World, Vec<Number>) {
        let central = |number: &&Number| {
            number.grade == Some(Grade::D)
                && matches!(
                    number.kind,
                    NumberKind::Value
                        | NumberKind::Observation
                        | NumberKind::Projection
                        | NumberKind::Lever
                )
        };
        let cx = self.cx;
        let illustrative = cx.numbers.iter().filter(central).map(|number| number.key.clone());
        let mut illustrative: BTreeSet<String> = illustrative.collect();
        for origins in self.origins.iter().filter(|origins| origins.grade == Grade::D) {
            let market = match &origins.region {
                Some(region) => format!("imports.{region}.{}", origins.stage),
                None => origins.stage.to_owned(),
            };
            illustrative.insert(format!("supply.{market}.{}", origins.mineral));
        }
        let quantities = Region {
            name: cx.region,
            title: "World".to_owned(),
            segments: Vec::new(),
            chemistries: Vec::new(),
            shares: cx.shares,
            scalars: cx.scalars,
            series: cx.series,
            lifetimes: cx.lifetimes,
            second_life: false,
            plants: Vec::new(),
            targets: Vec::new(),
            sources: header::sources(root),
            grades: cx.grades,
        };
        let world = World {
            quantities,
            places: self.names.places().map(str::to_owned).collect(),
            routes: self.routes.into_iter().collect(),
            minerals: self.names.minerals,
            origins: self.origins,
            disruptions: self.disruptions,
            instruments: self.instruments,
            illustrative,
        };
        (world, cx.numbers)
    }
}
