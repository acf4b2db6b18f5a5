//! The laws of numbers, noises, events, S-curves, correlations.

use super::super::prior_words::{WORDS, Word};
use super::super::{adoption, path, prior};
use super::types::*;
use crate::scenario::correlation::CorrelationKind;
use crate::scenario::schema::Domain;
use crate::scenario::unit::Family;
use serde_json::{Map, Value, json};

/// The word of a prior and what it may be said with.
pub(super) fn prior_members() -> Vec<(&'static str, Value)> {
    let mut members = vec![("prior", words(&WORDS))];
    let pair = || with(some_of(2, number()), json!({ "maxItems": 2 }));
    members.extend(prior::KEYS.map(|key| {
        let value = match key {
            "range_90" | "range_95" | "truncate" => pair(),
            "values" | "probabilities" => some_of(1, number()),
            "relative_sd" => fraction(),
            _ => number(),
        };
        (key, value)
    }));
    members
}

/// None of these keys.
fn without<'a>(keys: impl IntoIterator<Item = &'a str>) -> Map<String, Value> {
    keys.into_iter().map(|key| (key.to_owned(), Value::Bool(false))).collect()
}

/// Which keys go with which word of a prior.
pub(super) fn laws() -> Value {
    let law = |(name, word): &(&str, Word)| {
        let condition = match word {
            // The law where no word is given.
            Word::Grade => json!({ "properties": { "prior": { "const": name } } }),
            _ => says("prior", name),
        };
        let others = without(prior::KEYS.into_iter().filter(|key| !word.takes(key)));
        let mut then = json!({ "properties": others });
        let ways: Vec<Value> = word.ways().iter().map(|way| json!({ "required": way })).collect();
        if !ways.is_empty() {
            then = with(then, json!({ "oneOf": ways }));
        }
        json!({ "if": condition, "then": then })
    };
    json!({ "allOf": WORDS.iter().map(law).collect::<Vec<_>>() })
}

/// A number that is not varied.
pub(super) fn not_varied() -> Value {
    let keys = without(prior::KEYS);
    with(
        json!({ "properties": keys }),
        json!({ "not": { "allOf": [
        has("prior"),
        { "not": says("prior", "fixed") },
    ] } }),
    )
}

/// The noise of a series. Each process has keys of its own.
pub(super) fn noise() -> Value {
    let of = |own: Option<(&'static str, Value)>| {
        let process = ("process", words(&path::PROCESSES));
        let sd = ("sd", described(fraction(), "standard deviation, relative"));
        let required: Vec<&str> =
            ["sd"].into_iter().chain(own.as_ref().map(|(key, _)| *key)).chain(ORIGIN).collect();
        table([process, sd].into_iter().chain(own).chain(origin()), &required)
    };
    let persistence = with(between(0.0, 1.0), json!({ "description": "part left a year later" }));
    let rate = described(between(0.0, 100.0), "return to the path, 1/yr");
    choose(
        says("process", "random_walk"),
        of(None),
        choose(
            says("process", "reverting"),
            of(Some(("rate", rate))),
            of(Some(("persistence", persistence))),
        ),
    )
}

/// Outages, jumps and regimes.
pub(super) fn event(key: &str) -> Value {
    match key {
        "outages" => outages(),
        "jumps" => jumps(),
        _ => regimes(),
    }
}

fn outages() -> Value {
    let members = [
        ("per_year", described(fraction(), "chance that one starts in a year")),
        ("lasts", described(whole(1), "length of each, yr")),
        ("lasts_on_average", described(at_least(1.0), "mean length, yr")),
        ("left", described(fraction(), "the part that is left")),
    ];
    let outages = table(members.into_iter().chain(noted()), &["per_year", "source", "grade"]);
    with(outages, exactly_one(&["lasts", "lasts_on_average"]))
}

fn jumps() -> Value {
    let members = [
        ("per_year", described(between(0.0, 100.0), "mean number, 1/yr")),
        ("size", described(fraction(), "change by the median jump; \"-30 %\" leaves 70 %")),
        ("spread", described(fraction(), "standard deviation of the factor of a jump")),
        ("half_life", described(between(0.1, 100.0), "half of a jump is left after it, yr")),
    ];
    table(members.into_iter().chain(noted()), &["per_year", "size", "source", "grade"])
}

fn regimes() -> Value {
    let level = described(fraction(), "what the path is multiplied by");
    let state = table([("name", text()), ("level", level)], &["name"]);
    let per_year = described(fraction(), "chance in a year");
    let switch = [("from", text()), ("to", text()), ("per_year", per_year)];
    let switch = table(switch, &["from", "to", "per_year"]);
    let states = with(some_of(2, state), json!({ "maxItems": 20 }));
    let members = [("states", states), ("switches", list_of(switch))];
    table(members.into_iter().chain(noted()), &["states", "switches", "source", "grade"])
}

/// The table of a share along an S-curve.
pub(super) fn curve() -> Value {
    let mut midpoint =
        vec![("unit", units(Family::Date)), ("value", described(number(), "the year half way"))];
    midpoint.extend(prior_members());
    midpoint.extend(noted());
    // A year has fewer laws.
    midpoint.retain(|(key, _)| !matches!(*key, "prior"));
    midpoint.push(("prior", words(&adoption::LAWS)));
    let midpoint = with(
        table(midpoint, &["value", "prior"]),
        json!({ "allOf": [laws(), { "properties": without(["relative_sd"]) }] }),
    );
    let share = |text| described(super::quantity::value(Family::Share, Domain::Share), text);
    let members = [
        ("from", share("share before, in the unit of the series")),
        ("to", share("share in the end, in the unit of the series")),
        ("takes", described(between(0.1, 200.0), "from 10 % to 90 % of the way, yr")),
        ("midpoint", midpoint),
    ];
    let required = ["from", "to", "takes", "midpoint", "source", "grade"];
    table(members.into_iter().chain(noted()), &required)
}

pub(super) fn correlation() -> Value {
    let members = [
        ("kind", words(&CorrelationKind::NAMES)),
        ("quantities", some_of(2, text())),
        ("matrix", list_of(list_of(between(-1.0, 1.0)))),
        ("repair", boolean()),
    ];
    let required = ["kind", "quantities", "matrix", "source", "grade"];
    table(members.into_iter().chain(noted()), &required)
}
