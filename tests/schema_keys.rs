//! An unknown key in any table of any file: the reader and the JSON Schema refuse
//! it both, and a key that the reader takes is in the schema.
#![cfg(feature = "scenario")]

mod toml_json;

use blackmass::scenario::{Scenario, json_schema};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use toml_json::json;

/// No file can have a name with a space in it.
const NEVER: &str = "no key";
/// A name that a file could have, but these do not.
const UNKNOWN: &str = "zzz";

/// Valid files that between them have every table there is.
const FILES: [(&str, &str); 10] = [
    ("tests/data", "small"),
    ("tests/data", "words"),
    ("tests/data", "events"),
    ("scenarios", "../tests/data/both"),
    ("scenarios", "../tests/data/world"),
    ("scenarios", "eu"),
    ("scenarios", "japan"),
    ("scenarios", "japan_eu"),
    ("scenarios", "japan_slow"),
    ("scenarios", "japan_meti_target"),
];

/// A value of TOML on one line.
fn toml_of(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml_of).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                format!("{} = {}", Value::from(key.as_str()), toml_of(value))
            };
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

struct File {
    /// Where it is said to stand, for what it includes.
    place: String,
    content: Value,
}

impl File {
    fn new((folder, name): (&str, &str)) -> Self {
        let text = std::fs::read_to_string(format!("{folder}/{name}.toml")).expect("readable");
        let table: toml::Table = toml::from_str(&text).expect("TOML");
        let place = format!("{folder}/changed.toml");
        Self { place, content: json(&toml::Value::Table(table)) }
    }

    /// Reads a changed file.
    fn read(&self, content: &Value) -> Result<Scenario, blackmass::Error> {
        let mut text = String::new();
        for (key, value) in content.as_object().expect("a table") {
            let _ = writeln!(text, "{} = {}", Value::from(key.as_str()), toml_of(value));
        }
        Scenario::from_toml(&self.place, &text)
    }

    /// The pointers of all tables.
    fn tables(&self) -> Vec<String> {
        fn below(value: &Value, pointer: &str, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    found.push(pointer.to_owned());
                    for (key, value) in members {
                        below(value, &format!("{pointer}/{key}"), found);
                    }
                }
                Value::Array(items) => {
                    for (at, value) in items.iter().enumerate() {
                        below(value, &format!("{pointer}/{at}"), found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        below(&self.content, "", &mut found);
        found
    }

    /// The content with one key more in a table.
    fn with(&self, pointer: &str, key: &str) -> Value {
        let mut content = self.content.clone();
        let table = content.pointer_mut(pointer).and_then(Value::as_object_mut);
        table.expect("a table").insert(key.to_owned(), 1.into());
        content
    }
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

/// A table without what its places in lists and the names of the file are: those
/// of one shape are treated alike.
fn shape(pointer: &str, content: &Value) -> String {
    let own = content.pointer(pointer).and_then(Value::as_object).expect("a table");
    let mut before = "";
    let mut parts = Vec::new();
    for part in pointer.split('/').filter(|part| part.parse::<usize>().is_err()) {
        let is_name = ["chemistry", "segment", "policy"].contains(&before);
        parts.push(if is_name { "{name}" } else { part });
        before = part;
    }
    let keys: Vec<&str> = own.keys().map(String::as_str).collect();
    format!("{} {}", parts.join("/"), keys.join(" "))
}

/// The names that the reader says are allowed where the key stands.
fn allowed(error: &blackmass::Error, key: &str) -> Option<Vec<String>> {
    let found = error.diagnostics().iter().find(|d| {
        d.message() == "unknown key" && d.key_name().is_some_and(|name| name.ends_with(key))
    })?;
    let text = found.to_string();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("allowed "))?;
    let names = line.trim().split(", ").filter(|name| !name.starts_with("and "));
    Some(names.map(str::to_owned).collect())
}

/// Whether the schema says that a key may not stand in a table.
fn refuses_key(validator: &jsonschema::Validator, content: &Value, at: &str, key: &str) -> bool {
    validator.iter_errors(content).any(|error| {
        let unexpected = match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected,
            _ => return false,
        };
        error.instance_path().as_str() == at && unexpected.iter().any(|name| name == key)
    })
}

#[test]
fn reader_and_schema_refuse_the_same_keys() {
    let validator = validator();
    let mut shapes = BTreeSet::new();
    let (mut tried, mut taken) = (0, 0);
    // Where only the reader knows the names of the file, and where a country may
    // be called anything.
    let mut only_reader: BTreeMap<String, usize> = BTreeMap::new();
    let mut neither: BTreeMap<String, usize> = BTreeMap::new();
    for name in FILES {
        let file = File::new(name);
        if let Err(error) = file.read(&file.content) {
            panic!("{name:?}: {error}");
        }
        assert!(validator.is_valid(&file.content), "{name:?}");
        for at in file.tables() {
            if !shapes.insert(shape(&at, &file.content)) {
                continue;
            }
            tried += 1;
            let changed = file.with(&at, NEVER);
            let error = file.read(&changed).err();
            let said = format!("{name:?}: {at}");
            assert!(!validator.is_valid(&changed), "{said}: the schema takes any key");
            let error = error.unwrap_or_else(|| panic!("{said}: the reader takes any key"));
            // Every key that the reader takes there is in the schema.
            for key in allowed(&error, NEVER).unwrap_or_default() {
                if file.content.pointer(&format!("{at}/{key}")).is_none() {
                    let changed = file.with(&at, &key);
                    let refused = refuses_key(&validator, &changed, &at, &key);
                    assert!(!refused, "{said}: the schema lacks {key}");
                    taken += 1;
                }
            }
            let changed = file.with(&at, UNKNOWN);
            let (read, valid) = (file.read(&changed).is_ok(), validator.is_valid(&changed));
            assert!(valid || !read, "{said}: {UNKNOWN} is refused by the schema alone");
            let last = at.rsplit('/').find(|part| part.parse::<usize>().is_err());
            let last = last.unwrap_or_default().to_owned();
            match (read, valid) {
                (false, true) => *only_reader.entry(last).or_default() += 1,
                (true, true) => *neither.entry(last).or_default() += 1,
                _ => {}
            }
        }
    }
    let keys = |map: &BTreeMap<String, usize>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&only_reader), ["values"], "{only_reader:?}");
    assert_eq!(keys(&neither), ["values"], "{neither:?}");
    assert!(tried > 400 && taken > 3000, "{tried} tables, {taken} keys");
}
