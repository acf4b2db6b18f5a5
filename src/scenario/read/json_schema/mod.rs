//! The JSON Schema of scenario files, made from the tables that files are read
//! by.

mod policy;
mod quantity;
mod region;
mod types;
mod uncertainty;
mod world;

use self::types::*;
use crate::process::Price;
use crate::scenario::schema::{Absent, Domain, Entry, Kind, SCHEMA_VERSION, Schema};
use crate::scenario::segment::SEGMENTS;
use crate::scenario::unit::Family;
use serde_json::{Map, Value, json};

/// Stands for any name that a file gives.
const ANY: &str = "{name}";
/// Stands for another one.
const OTHER: &str = "{other}";
/// The key of the shares of a year by name.
const SHARES: &str = "values";

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
    let (region, several) = (made.region(), made.several());
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "blackmass scenario",
        "type": "object",
        "required": ["schema_version", "title"],
        "if": has("region"),
        "then": region,
        "else": several,
        "$defs": made.definitions,
    });
    format!("{schema:#}\n")
}

/// Definitions that are referred to.
#[derive(Default)]
struct Made {
    definitions: Map<String, Value>,
}

impl Made {
    /// A reference to a definition, which is made if it is new.
    fn defined(&mut self, name: String, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(&name) {
            let made = make(self);
            self.definitions.insert(name.clone(), made);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// What both kinds of files have.
    fn common(&mut self) -> Vec<(&'static str, Value)> {
        let price = [
            ("fitted", json!({ "const": true })),
            ("year", year()),
            ("start", self.positive(Family::Price)),
            note(),
        ];
        let price = table(price, &["fitted", "year", "start"]);
        let sources = json!({ "type": "object", "additionalProperties": text() });
        vec![
            ("schema_version", json!({ "const": SCHEMA_VERSION })),
            ("title", text()),
            ("description", text()),
            ("pathway", identifier()),
            ("include", some_of(1, text())),
            ("sources", sources),
            ("run", policy::run_table()),
            ("correlation", list_of(uncertainty::correlation())),
            ("observation", list_of(policy::observation_table())),
            ("price", each(Price::ALL.map(Price::material), &price)),
        ]
    }

    /// A positive number that is no quantity of the table.
    fn positive(&mut self, family: Family) -> Value {
        let (kind, domain, absent) = (Kind::Scalar, Domain::Positive, Absent::Error);
        let entry = Entry { pattern: "", kind, family, domain, absent, is_lever: false };
        self.quantity(&entry, &[])
    }

    /// What stands under a key; its groups have given `given` for it.
    fn below(&mut self, schema: &Schema, key: &str, given: &[&'static str]) -> Value {
        if let Some(entry) = schema.entry(key) {
            return self.quantity(entry, given);
        }
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["segment", _, "chemistry_share"] => {
                return self.defined("chemistry_share".to_owned(), |_| region::chemistry_share());
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
        let (mut members, mut any) = (Vec::new(), None);
        for child in schema.children(key) {
            let value = self.below(schema, &format!("{key}.{child}"), &given);
            match child.starts_with('{') {
                true => any = Some(value),
                false => members.push((child.as_str(), value)),
            }
        }
        for name in shared.iter().chain((!shared.is_empty()).then_some(&"note")) {
            let value = match *name {
                "grade" => grade(),
                _ => text(),
            };
            members.push((name, value));
        }
        members.extend(schema.apart(key).iter().map(|name| (*name, self.apart(name))));
        // A name is none of the keys above.
        let known: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        let pattern = format!("^(?!({})$){}", known.join("|"), &IDENTIFIER[1..]);
        let object = table(members, &[]);
        match any {
            Some(value) => with(object, json!({ "patternProperties": { pattern: value } })),
            None => object,
        }
    }
}
