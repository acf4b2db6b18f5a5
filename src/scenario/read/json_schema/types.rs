//! The parts that schemas are made of.

use crate::scenario::grade::Grade;
use crate::scenario::unit::Family;
use serde_json::{Map, Value, json};

/// What a name in a file looks like.
pub(super) const IDENTIFIER: &str = "^[A-Za-z][A-Za-z0-9_]*$";
/// That of a region or a country.
const LOWER: &str = "^[a-z][a-z0-9_]*$";

/// The schema with more keywords.
pub(super) fn with(schema: Value, more: Value) -> Value {
    match (schema, more) {
        (Value::Object(mut schema), Value::Object(more)) => {
            schema.extend(more);
            Value::Object(schema)
        }
        (schema, _) => schema,
    }
}

/// What an editor shows beside the key: a meaning, or the unit of a number.
pub(super) fn described(schema: Value, text: &str) -> Value {
    with(schema, json!({ "description": text }))
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn boolean() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn number() -> Value {
    json!({ "type": "number" })
}

pub(super) fn year() -> Value {
    json!({ "type": "integer" })
}

pub(super) fn whole(low: u32) -> Value {
    json!({ "type": "integer", "minimum": low })
}

pub(super) fn at_least(least: f64) -> Value {
    with(number(), json!({ "minimum": least }))
}

pub(super) fn between(low: f64, high: f64) -> Value {
    with(at_least(low), json!({ "maximum": high }))
}

pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "enum": words.into_iter().collect::<Vec<_>>() })
}

/// The words of a table of words.
pub(super) fn words<T>(pairs: &[(&'static str, T)]) -> Value {
    one_of(pairs.iter().map(|(name, _)| *name))
}

pub(super) fn list_of(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

/// A list of at least so many.
pub(super) fn some_of(least: u32, item: Value) -> Value {
    with(list_of(item), json!({ "minItems": least }))
}

pub(super) fn identifier() -> Value {
    with(text(), json!({ "pattern": IDENTIFIER }))
}

pub(super) fn lower_case() -> Value {
    with(text(), json!({ "pattern": LOWER }))
}

/// A fraction, or text such as `"4 %"`.
pub(super) fn fraction() -> Value {
    let percent = with(text(), json!({ "pattern": r"^\s*[-+0-9.eE]+\s*%\s*$" }));
    json!({ "anyOf": [number(), percent] })
}

pub(super) fn grade() -> Value {
    one_of(Grade::ALL.map(Grade::letter))
}

pub(super) fn units(family: Family) -> Value {
    one_of(family.names())
}

/// Source and grade; in most tables both are required.
pub(super) fn origin() -> [(&'static str, Value); 2] {
    [("source", described(text(), "id of a source in [sources]")), ("grade", grade())]
}

pub(super) const ORIGIN: [&str; 2] = ["source", "grade"];

pub(super) fn note() -> (&'static str, Value) {
    ("note", described(text(), "a remark; not used"))
}

/// Source, grade and note, as most tables have them.
pub(super) fn noted() -> impl Iterator<Item = (&'static str, Value)> {
    origin().into_iter().chain([note()])
}

/// A table with these members and no others.
pub(super) fn table<'a>(
    members: impl IntoIterator<Item = (&'a str, Value)>,
    required: &[&str],
) -> Value {
    let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
    json!({
        "type": "object",
        "properties": Value::Object(members.collect::<Map<_, _>>()),
        "required": required,
        "additionalProperties": false,
    })
}

/// A table of names that are known.
pub(super) fn each<'a>(names: impl IntoIterator<Item = &'a str>, value: &Value) -> Value {
    table(names.into_iter().map(|name| (name, value.clone())), &[])
}

/// A table of any names.
pub(super) fn by_name(value: Value) -> Value {
    by_pattern(IDENTIFIER, value)
}

/// A table of any lower-case names.
pub(super) fn by_lower_case(value: Value) -> Value {
    by_pattern(LOWER, value)
}

fn by_pattern(pattern: &str, value: Value) -> Value {
    json!({
        "type": "object",
        "patternProperties": { pattern: value },
        "additionalProperties": false,
    })
}

/// Exactly one of these keys.
pub(super) fn exactly_one(keys: &[&str]) -> Value {
    let one = |key: &&str| json!({ "required": [key] });
    json!({ "oneOf": keys.iter().map(one).collect::<Vec<_>>() })
}

/// One schema where the condition is met, else the other.
pub(super) fn choose(condition: Value, then: Value, otherwise: Value) -> Value {
    json!({ "if": condition, "then": then, "else": otherwise })
}

/// The key is there.
pub(super) fn has(key: &str) -> Value {
    json!({ "required": [key] })
}

/// The key is there and has this word.
pub(super) fn says(key: &str, word: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "const": word } } })
}
