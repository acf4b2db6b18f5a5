//! The JSON Schema of scenario files, made from the tables that files are read
//! by.

use super::{events, observation, path, policy, prior, prior_words, run, several, target};
use crate::json::Json;
use crate::sampling::design::DesignWord;
use crate::scenario::correlation::CorrelationKind;
use crate::scenario::grade::Grade;
use crate::scenario::instrument::InstrumentTag;
use crate::scenario::lifetime::{Law, TIMINGS};
use crate::scenario::plant::{Stage, Status};
use crate::scenario::schema::{Absent, Domain, Entry, Kind, Names, REST, SCHEMA_VERSION, Schema};
use crate::scenario::segment::SEGMENTS;
use crate::scenario::target::{Denominator, Measure, ScrapRule, TARGET_STATUS};
use crate::scenario::unit::Family;
use crate::scenario::world_quantities as world;
use std::collections::BTreeMap;

/// Stands for any name that a file gives.
const ANY: &str = "{name}";
/// Stands for another one.
const OTHER: &str = "{other}";
/// What such a name looks like.
const IDENTIFIER: &str = "^[A-Za-z][A-Za-z0-9_]*$";

/// The JSON Schema (draft 2020-12) of scenario files, for editors: keys, types,
/// units and words. What it refuses, [`Scenario`](crate::scenario::Scenario)
/// refuses; not the other way round, as it knows nothing of sums, of names that
/// must be known, of years that must be covered, of what included files give.
///
/// # Examples
/// ```
/// let schema = blackmass::scenario::json_schema();
/// assert!(schema.contains("\"million vehicles/yr\""));
/// ```
#[must_use]
pub fn json_schema() -> String {
    let mut made = Made::default();
    let region = made.region();
    let several = made.several();
    let file = Json::object([
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("title", "blackmass scenario".into()),
        ("type", "object".into()),
        ("required", Json::texts(["schema_version", "title"])),
        ("if", Json::object([("required", Json::texts(["region"]))])),
        ("then", region),
        ("else", several),
    ]);
    let definitions = made.definitions.into_iter().collect();
    format!("{}\n", file.with("$defs", Json::Object(definitions)))
}

/// Definitions that are referred to.
#[derive(Default)]
struct Made {
    definitions: BTreeMap<String, Json>,
}

fn text() -> Json {
    Json::object([("type", "string".into())])
}

fn boolean() -> Json {
    Json::object([("type", "boolean".into())])
}

fn number() -> Json {
    Json::object([("type", "number".into())])
}

fn year() -> Json {
    Json::object([("type", "integer".into())])
}

fn at_least(least: f64) -> Json {
    number().with("minimum", least.into())
}

fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Json {
    Json::object([("enum", Json::texts(words))])
}

fn list_of(item: Json) -> Json {
    Json::object([("type", "array".into()), ("items", item)])
}

fn identifier() -> Json {
    text().with("pattern", IDENTIFIER.into())
}

/// A fraction, or text such as `"4 %"`.
fn fraction() -> Json {
    let percent = text().with("pattern", r"^\s*[-+0-9.eE]+\s*%\s*$".into());
    Json::object([("anyOf", Json::List(vec![number(), percent]))])
}

fn grade() -> Json {
    one_of(Grade::ALL.map(Grade::letter))
}

/// A table with these members and no others.
fn table<'a>(members: impl IntoIterator<Item = (&'a str, Json)>, required: &[&str]) -> Json {
    let members = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    closed(Json::object([("type", "object".into()), ("properties", Json::Object(members))]))
        .with("required", Json::texts(required.iter().copied()))
}

fn closed(object: Json) -> Json {
    object.with("additionalProperties", false.into())
}

/// A table of any names.
fn by_name(value: Json) -> Json {
    closed(Json::object([
        ("type", "object".into()),
        ("patternProperties", Json::object([(IDENTIFIER, value)])),
    ]))
}

fn names<T>(pairs: &[(&'static str, T)]) -> Json {
    one_of(pairs.iter().map(|(name, _)| *name))
}

/// Source, grade and note, as most tables have them.
fn origin() -> [(&'static str, Json); 3] {
    [("source", text()), ("grade", grade()), ("note", text())]
}

fn units(family: Family) -> Json {
    one_of(family.names())
}

impl Made {
    /// A reference to a definition, which is made if it is new.
    fn defined(&mut self, name: String, make: impl FnOnce(&mut Self) -> Json) -> Json {
        if !self.definitions.contains_key(&name) {
            let made = make(self);
            self.definitions.insert(name.clone(), made);
        }
        Json::object([("$ref", format!("#/$defs/{name}").as_str().into())])
    }

    /// A file of one region, or a pathway of one.
    fn region(&mut self) -> Json {
        let any = || vec![ANY.to_owned(), REST.to_owned()];
        let names = Names {
            materials: any(),
            classes: any(),
            chemistries: vec![ANY.to_owned()],
            segments: SEGMENTS.to_vec(),
            second_life: true,
        };
        let schema = Schema::new(&names);
        let mut members = self.common();
        let lower = text().with("pattern", "^[a-z][a-z0-9_]*$".into());
        members.extend([("region", lower)]);
        members
            .push(("time", table([("start", year()), ("end", year()), ("report", year())], &[])));
        members.push(("grades", grades()));
        let list = || list_of(identifier());
        members.push(("model", table([("materials", list()), ("classes", list())], &[])));
        members.push(("chemistry", by_name(self.chemistry())));
        members.push(("plant", list_of(plant())));
        members.push(("target", list_of(target())));
        members.extend(self.groups(&schema, &["chemistry"]));
        let whole = Json::object([("not", Json::object([("required", Json::texts(["include"]))]))]);
        let needed = ["time", "sources", "grades", "model", "chemistry", "segment"];
        table(members, &[])
            .with("if", whole)
            .with("then", Json::object([("required", Json::texts(needed))]))
    }

    /// A file of several regions.
    fn several(&mut self) -> Json {
        let names = world::Names {
            regions: vec![ANY.to_owned(), OTHER.to_owned()],
            materials: vec![ANY.to_owned()],
            minerals: vec![ANY.to_owned()],
            events: vec![ANY.to_owned()],
            instruments: Vec::new(),
        };
        let schema = Schema::world(&names);
        let mut members = self.common();
        members.push(("grades", grades()));
        members.push(("instrument", by_name(instrument())));
        members.extend(self.groups(&schema, &["instrument"]));
        debug_assert!(several::KEYS.iter().all(|key| members.iter().any(|(name, _)| name == key)));
        table(members, &["include"])
    }

    /// What both kinds of files have.
    fn common(&mut self) -> Vec<(&'static str, Json)> {
        let version = Json::object([("const", Json::Number(SCHEMA_VERSION as f64))]);
        let source = text();
        let start = self.quantity(&scalar_of(Family::Price), &[]);
        let price = [("fitted", boolean()), ("year", year()), ("start", start), ("note", text())];
        let price = table(price, &["fitted", "year", "start"]);
        vec![
            ("schema_version", version),
            ("title", text()),
            ("description", text()),
            ("pathway", identifier()),
            ("include", list_of(text()).with("minItems", 1.0.into())),
            (
                "sources",
                Json::object([("type", "object".into()), ("additionalProperties", source)]),
            ),
            ("policy", by_name(policies())),
            ("run", run_table()),
            ("correlation", list_of(correlation())),
            ("observation", list_of(observation_table())),
            ("price", by_name(price)),
        ]
    }

    /// The quantities at the root of a file, but for what is `apart`.
    fn groups(&mut self, schema: &Schema, apart: &[&str]) -> Vec<(&'static str, Json)> {
        let roots = schema.children("").to_vec();
        let all = roots.iter().filter(|root| !apart.contains(&root.as_str()));
        let group = |root: &String| {
            let known = world::TABLES.into_iter().chain(ROOTS).find(|known| known == root)?;
            Some((known, self.below(schema, root, &[])))
        };
        all.filter_map(group).collect()
    }

    /// What stands under a key; its groups have given `given` for it.
    fn below(&mut self, schema: &Schema, key: &str, given: &[&'static str]) -> Json {
        if let Some(entry) = schema.entry(key) {
            return self.quantity(entry, given);
        }
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["segment", _, "chemistry_share"] => {
                return self.defined("chemistry_share".to_owned(), |_| chemistry_share());
            }
            [.., "lifetime", "vehicle" | "battery"] => return self.lifetime(schema, key),
            ["segment"] => {
                let children = SEGMENTS
                    .map(|name| (name, self.below(schema, &format!("segment.{name}"), given)));
                return table(children, &[]);
            }
            _ => {}
        }
        let shared = schema.shared(key);
        let given: Vec<&'static str> = given.iter().chain(shared).copied().collect();
        let (mut properties, mut patterns) = (Vec::new(), Vec::new());
        for child in schema.children(key).to_vec() {
            let value = self.below(schema, &format!("{key}.{child}"), &given);
            match child.starts_with('{') {
                true => patterns = vec![(IDENTIFIER.to_owned(), value)],
                false => properties.push((child, value)),
            }
        }
        for name in shared.iter().chain((!shared.is_empty()).then_some(&"note")) {
            let value = match *name {
                "grade" => grade(),
                _ => text(),
            };
            properties.push(((*name).to_owned(), value));
        }
        properties.extend(schema.apart(key).iter().map(|name| ((*name).to_owned(), apart(name))));
        let known: Vec<String> = properties.iter().map(|(name, _)| name.clone()).collect();
        let mut object =
            Json::object([("type", "object".into())]).with("properties", Json::Object(properties));
        if !patterns.is_empty() {
            // A name is none of the keys above.
            for (pattern, _) in &mut patterns {
                *pattern = format!("^(?!({})$){}", known.join("|"), &IDENTIFIER[1..]);
            }
            object = object.with("patternProperties", Json::Object(patterns));
        }
        closed(object)
    }

    /// One quantity; what its groups can give is not required.
    fn quantity(&mut self, entry: &Entry, given: &[&'static str]) -> Json {
        let free = |key: &str| given.contains(&key);
        let name = format!(
            "{}_{}_{}{}",
            format!("{:?}", entry.kind).to_lowercase(),
            format!("{:?}", entry.family).to_lowercase(),
            format!("{:?}", entry.domain).to_lowercase(),
            ["unit", "source", "grade"].map(|key| if free(key) { &key[..1] } else { "" }).concat(),
        );
        let required: Vec<&'static str> = ["unit", "source", "grade"]
            .into_iter()
            .filter(|key| !(free(key) || *key == "unit" && entry.family == Family::Date))
            .collect();
        let (kind, family, domain) = (entry.kind, entry.family, entry.domain);
        self.defined(name, |_| {
            let scalar = || scalar(family, domain, &required);
            match kind {
                Kind::Scalar | Kind::Grouped => scalar(),
                Kind::Series => series(family, domain, &required),
                Kind::Either => Json::object([
                    ("if", Json::object([("required", Json::texts(["value"]))])),
                    ("then", scalar()),
                    ("else", series(family, domain, &required)),
                ]),
                Kind::Dated => list_of(ban(&required)),
            }
        })
    }

    fn lifetime(&mut self, schema: &Schema, key: &str) -> Json {
        let mut members = vec![("law", names(&Law::NAMES)), ("inflow", names(&TIMINGS))];
        for name in ["mean", "shape", "sd", "early_share", "early_mean"] {
            if let Some(entry) = schema.entry(&format!("{key}.{name}")) {
                members.push((name, self.quantity(entry, &[])));
            }
        }
        members.push(("note", text()));
        table(members, &["mean"])
    }

    fn chemistry(&mut self) -> Json {
        let positive = scalar_of(Family::Intensity);
        let mut intensity = vec![("unit", units(Family::Intensity))];
        intensity.push(("values", by_name(at_least(0.0))));
        intensity.extend(origin());
        let members = [
            ("class", text()),
            ("pack_mass", self.quantity(&positive, &[])),
            ("intensity", table(intensity, &["unit", "source", "grade", "values"])),
            ("note", text()),
        ];
        table(members, &["class", "pack_mass", "intensity"])
    }
}

/// The roots of the quantities of a region.
const ROOTS: [&str; 11] = [
    "market",
    "intensity_factor",
    "segment",
    "second_life",
    "cells",
    "cathode",
    "anode",
    "treatment",
    "preprocessing",
    "black_mass",
    "refining",
];

/// A positive number that is no quantity of the table.
fn scalar_of(family: Family) -> Entry {
    let (kind, domain, absent) = (Kind::Scalar, Domain::Positive, Absent::Error);
    Entry { pattern: "", kind, family, domain, absent, is_lever: false }
}

/// A value as written: none is below 0.
fn value(family: Family, domain: Domain) -> Json {
    match domain {
        Domain::Share if family == Family::Share => at_least(0.0).with("maximum", 100.0.into()),
        Domain::OneOrMore => at_least(1.0),
        Domain::Positive => number().with("exclusiveMinimum", 0.0.into()),
        _ => at_least(0.0),
    }
}

fn scalar(family: Family, domain: Domain, required: &[&str]) -> Json {
    let mut members = vec![("unit", units(family)), ("value", value(family, domain))];
    members.push(("prior", names(&prior_words::WORDS)));
    for key in prior::KEYS {
        members.push((
            key,
            match key {
                "range_90" | "range_95" | "truncate" => {
                    list_of(number()).with("minItems", 2.0.into()).with("maxItems", 2.0.into())
                }
                "values" | "probabilities" => list_of(number()),
                "relative_sd" => fraction(),
                _ => number(),
            },
        ));
    }
    members.extend(origin());
    let required: Vec<&str> = required.iter().copied().chain(["value"]).collect();
    table(members, &required)
}

fn series(family: Family, domain: Domain, required: &[&str]) -> Json {
    // Source and grade stand with the data.
    let required: Vec<&str> = required.iter().copied().filter(|key| *key == "unit").collect();
    let pair = Json::object([
        ("type", "array".into()),
        ("prefixItems", Json::List(vec![year(), value(family, domain)])),
        ("minItems", 2.0.into()),
        ("maxItems", 2.0.into()),
    ]);
    let group = [("kind", names(&path::KINDS)), ("values", list_of(pair))];
    let group = table(group.into_iter().chain(origin()), &["kind", "values", "source", "grade"]);
    let noise = [
        ("process", names(&path::PROCESSES)),
        ("sd", fraction()),
        ("persistence", number()),
        ("rate", number()),
        ("source", text()),
        ("grade", grade()),
    ];
    let mut members = vec![
        ("unit", units(family)),
        ("data", list_of(group).with("minItems", 1.0.into())),
        ("projection_spread", fraction()),
        ("projection_source", text()),
        ("noise", table(noise, &["sd", "source", "grade"])),
        ("prior", one_of(["grade", "fixed"])),
        ("note", text()),
        ("adoption", Json::object([("type", "object".into())])),
    ];
    let event = || Json::object([("type", "object".into())]);
    members.extend(events::KEYS.map(|key| (key, event())));
    let either = ["data", "adoption"].map(|key| Json::object([("required", Json::texts([key]))]));
    table(members, &required).with("oneOf", Json::List(either.into()))
}

fn ban(required: &[&str]) -> Json {
    let day = Json::object([("type", Json::texts(["integer", "string"]))]);
    let members = [("from", day.clone()), ("until", day)];
    let required: Vec<&str> = required.iter().copied().filter(|key| *key != "unit").collect();
    table(members.into_iter().chain(origin()), &required)
}

fn chemistry_share() -> Json {
    let values = Json::object([("type", "object".into()), ("additionalProperties", at_least(0.0))]);
    let group = [("kind", names(&path::KINDS)), ("year", year()), ("values", values)];
    let group =
        table(group.into_iter().chain(origin()), &["kind", "year", "values", "source", "grade"]);
    let tilt = [("sd", fraction()), ("projection_sd", fraction())];
    let tilt = tilt.into_iter().chain([("source", text()), ("grade", grade())]);
    let dirichlet = [
        ("concentration", number()),
        ("chemistry", text()),
        ("sd", number()),
        ("observed", fraction()),
        ("source", text()),
        ("grade", grade()),
    ];
    let members = [
        ("unit", units(Family::Share)),
        ("tilt", table(tilt, &["sd", "projection_sd", "source", "grade"])),
        ("dirichlet", table(dirichlet, &["source", "grade"])),
        ("data", list_of(group).with("minItems", 1.0.into())),
        ("note", text()),
    ];
    table(members, &["unit", "data"])
}

/// What has a reader of its own in a group of the world.
fn apart(name: &str) -> Json {
    match name {
        "title" | "country" => text(),
        "stages" | "materials" => list_of(text()),
        _ => Json::object([("type", "object".into())]),
    }
}

fn grades() -> Json {
    let members = Grade::ALL.map(|grade| (grade.letter(), fraction()));
    table(members.into_iter().chain([("source", text())]), &["A", "B", "C", "D", "source"])
}

fn plant() -> Json {
    let members = [
        ("name", text()),
        ("stage", names(&Stage::NAMES)),
        ("status", names(&Status::NAMES)),
        ("capacity", at_least(0.0)),
        ("unit", units(Family::MassRate)),
        ("start", year()),
        ("end", year()),
    ];
    let required = ["name", "stage", "status", "capacity", "unit", "start", "source", "grade"];
    table(members.into_iter().chain(origin()), &required)
}

fn target() -> Json {
    let of = |key: &'static str| match key {
        "measure" => names(&Measure::NAMES),
        "denominator" => names(&Denominator::NAMES),
        "scrap" => names(&ScrapRule::NAMES),
        "value" => at_least(0.0),
        "unit" => units(Family::Share),
        "year" => year(),
        "status" => one_of(TARGET_STATUS),
        "binding" => boolean(),
        "grade" => grade(),
        _ => text(),
    };
    let required = [
        "id",
        "title",
        "measure",
        "denominator",
        "value",
        "unit",
        "year",
        "legal_unit",
        "scope",
        "numerator",
        "status",
        "binding",
        "source",
        "grade",
    ];
    table(target::KEYS.map(|key| (key, of(key))), &required)
}

fn lever_value(key: &'static str) -> (&'static str, Json) {
    let value = match key {
        "set" | "multiply" | "add" | "low" | "high" | "ceiling" => number(),
        "from" => year(),
        "ramp" => at_least(0.0),
        "grade" => grade(),
        _ => text(),
    };
    (key, value)
}

fn policies() -> Json {
    let lever = table(policy::LEVER_KEYS.map(lever_value), &["name", "from", "source", "grade"]);
    let members = [
        ("description", text()),
        ("extends", text()),
        ("levers", list_of(lever)),
        ("instruments", list_of(text())),
    ];
    table(members, &[])
}

fn instrument() -> Json {
    let change = ["name", "set", "multiply", "add", "low", "high", "ceiling", "unit"];
    let change = change.map(lever_value).into_iter().chain(origin());
    let members = [
        ("tag", names(&InstrumentTag::NAMES)),
        ("title", text()),
        ("description", text()),
        ("from", year()),
        ("ramp", at_least(0.0)),
        ("changes", list_of(table(change, &["name", "ceiling", "source", "grade"]))),
        ("note", text()),
    ];
    table(members, &["tag", "title", "from"])
}

fn run_table() -> Json {
    let of = |key: &'static str| match key {
        "draws" => year().with("minimum", 1.0.into()).with("maximum", 1e6.into()),
        "seed" => year().with("minimum", 0.0.into()),
        "policies" | "pinned" | "vary" => list_of(text()),
        "levels" => list_of(number()),
        "design" => one_of(DesignWord::ALL.map(|(word, ..)| word)),
        "freeze" => one_of(["epistemic", "aleatory"]),
        "prior_scale" => at_least(0.0).with("maximum", 10.0.into()),
        _ => text(),
    };
    table(run::KEYS.into_iter().chain(run::SETTINGS).map(|key| (key, of(key))), &[])
}

fn correlation() -> Json {
    let members = [
        ("kind", names(&CorrelationKind::NAMES)),
        ("quantities", list_of(text()).with("minItems", 2.0.into())),
        ("matrix", list_of(list_of(number()))),
        ("repair", boolean()),
    ];
    let required = ["kind", "quantities", "matrix", "source", "grade"];
    table(members.into_iter().chain(origin()), &required)
}

fn observation_table() -> Json {
    let of = |key: &'static str| match key {
        "year" => year(),
        "value" | "sd" => number(),
        "relative_sd" => fraction(),
        "grade" => grade(),
        _ => text(),
    };
    let required = ["series", "year", "value", "unit", "source", "grade"];
    table(observation::KEYS.map(|key| (key, of(key))), &required)
}
