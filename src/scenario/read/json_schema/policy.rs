//! What is common to both kinds of files: policies, the run, observations; and
//! instruments, which are made of the same changes.

use super::super::{observation, policy, run};
use super::types::*;
use crate::sampling::design::DesignWord;
use crate::scenario::instrument::InstrumentTag;
use serde_json::{Value, json};

const OPERATIONS: [&str; 3] = ["set", "multiply", "add"];

fn change_member(key: &'static str) -> (&'static str, Value) {
    let value = match key {
        "set" | "multiply" | "add" | "low" | "high" | "ceiling" => number(),
        "from" => year(),
        "ramp" => ramp(),
        "grade" => grade(),
        _ => text(),
    };
    (key, value)
}

fn ramp() -> Value {
    described(whole(0), "until the change is whole, yr")
}

/// The policies of a file; `more` is what only some files can say.
pub(super) fn policies<const N: usize>(more: [(&'static str, Value); N]) -> Value {
    let required = ["name", "from", "source", "grade"];
    let lever = table(policy::LEVER_KEYS.map(change_member), &required);
    let members = [
        ("description", text()),
        ("extends", text()),
        ("levers", list_of(with(lever, exactly_one(&OPERATIONS)))),
    ];
    by_name(table(members.into_iter().chain(more), &[]))
}

pub(super) fn instrument() -> Value {
    let keys = ["name", "set", "multiply", "add", "low", "high", "ceiling", "unit"];
    let change = keys.map(change_member).into_iter().chain(noted());
    let change = table(change, &["name", "ceiling", "source", "grade"]);
    let members = [
        ("tag", words(&InstrumentTag::NAMES)),
        ("title", text()),
        ("description", text()),
        ("from", year()),
        ("ramp", ramp()),
        ("changes", some_of(1, with(change, exactly_one(&OPERATIONS)))),
        note(),
    ];
    table(members, &["tag", "title", "from", "changes"])
}

pub(super) fn run_table() -> Value {
    let of = |key: &'static str| match key {
        "draws" => with(whole(1), json!({ "maximum": 1_000_000 })),
        "seed" => whole(0),
        "policies" | "pinned" | "vary" => list_of(text()),
        "levels" => list_of(between(0.0, 1.0)),
        "design" => one_of(DesignWord::ALL.map(|(word, ..)| word)),
        "freeze" => one_of(["epistemic", "aleatory"]),
        "prior_scale" => between(0.0, 10.0),
        _ => text(),
    };
    table(run::KEYS.into_iter().chain(run::SETTINGS).map(|key| (key, of(key))), &[])
}

pub(super) fn observation_table() -> Value {
    let of = |key: &'static str| match key {
        "year" => year(),
        "value" | "sd" => number(),
        "relative_sd" => fraction(),
        "grade" => grade(),
        _ => text(),
    };
    let required = ["series", "year", "value", "unit", "source", "grade"];
    let observation = table(observation::KEYS.map(|key| (key, of(key))), &required);
    with(observation, exactly_one(&["sd", "relative_sd"]))
}
