//! What a scenario file says wrong about events, adoptions and prices is
//! reported with place, key and fix.

mod common;

use common::{SMALL, diagnostics, one, place};

/// The line that the events below follow, in the table of sales.
const SALES: &str =
    "noise = { sd = \"5 %\", persistence = 0.7, source = \"guess\", grade = \"D\" }\n";
/// The scalar that an adoption replaces.
const COLLECTION: &str =
    "collection = { unit = \"share\", value = 0.85, source = \"guess\", grade = \"D\" }\n";

/// Adds an event with its source and grade to the sales, which is wrong.
fn event(name: &str, inner: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let to = format!("{SALES}{name} = {{ {inner}, source = \"guess\", grade = \"D\" }}\n");
    let key = format!("segment.bev_car.sales.{name}{key}");
    one(SALES, &to, marker, &key, message, words);
}

#[test]
fn outages_have_a_chance_a_duration_and_a_rest() {
    let outages = |inner: &str, marker: &str, key: &str, message: &str, words: &[&str]| {
        event("outages", inner, marker, key, message, words);
    };
    let m = "probability outside 0 to 1";
    outages("per_year = -0.21, lasts = 2", "-0.21", ".per_year", m, &["0 to 1", "100 %"]);
    outages("per_year = 5.5, lasts = 2", "5.5,", ".per_year", m, &["write \"5.5 %\""]);
    let m = "missing key";
    outages("lasts = 2", "{ lasts", ".per_year", m, &["write per_year = 0.05"]);
    outages("per_year = 0.1", "{ per_year", ".lasts", m, &["lasts_on_average = 2.5"]);
    let m = "the duration is given twice";
    let both = "per_year = 0.1, lasts = 2, lasts_on_average = 2.75";
    outages(both, "2.75", ".lasts_on_average", m, &["one of the two"]);
    let m = "whole number outside its range";
    outages(
        "per_year = 0.1, lasts = 0",
        "0, source = \"guess\", grade = \"D\" }\n[[segment.bev_car.sales",
        ".lasts",
        m,
        &["1 to 100"],
    );
    let m = "duration outside its range";
    let short = "per_year = 0.1, lasts_on_average = 0.55";
    outages(short, "0.55", ".lasts_on_average", m, &["1 to 100 yr"]);
    let m = "part outside 0 to 1";
    outages("per_year = 0.1, lasts = 2, left = 40.5", "40.5", ".left", m, &["write \"40.5 %\""]);
    let m = "unknown key";
    outages("per_year = 0.1, lasts = 2, lfet = 0.4", "lfet", ".lfet", m, &["write `left`"]);
    let m = "unknown source";
    let to = format!(
        "{SALES}outages = {{ per_year = 0.1, lasts = 2, source = \"gues\", grade = \"D\" }}\n"
    );
    let key = "segment.bev_car.sales.outages.source";
    one(SALES, &to, "\"gues\"", key, m, &["write \"guess\""]);
    let to = format!("{SALES}outages = {{ per_year = 0.1, lasts = 2, grade = \"D\" }}\n");
    one(SALES, &to, "{ per_year", key, "missing key", &["write source = \"id\""]);
}

#[test]
fn jumps_have_a_number_and_a_size() {
    let jumps = |inner: &str, marker: &str, key: &str, message: &str, words: &[&str]| {
        event("jumps", inner, marker, key, message, words);
    };
    let m = "number of jumps outside its range";
    jumps("per_year = -0.21, size = 0.1", "-0.21", ".per_year", m, &["0 to 100 1/yr"]);
    let m = "size of a jump outside its range";
    jumps("per_year = 0.1, size = -30", "-30,", ".size", m, &["-0.999", "write \"-30 %\""]);
    jumps("per_year = 0.1, size = \"-100 %\"", "\"-100 %\"", ".size", m, &["-99.9 to 1000 %"]);
    jumps("per_year = 0.1, size = \"down\"", "\"down\"", ".size", "not a percentage", &["4 %"]);
    let m = "missing key";
    jumps("per_year = 0.1", "{ per_year", ".size", m, &["write size = \"-30 %\""]);
    let m = "spread outside its range";
    jumps("per_year = 0.1, size = 0.1, spread = -0.21", "-0.21", ".spread", m, &["0 to 10"]);
    let m = "half-life outside its range";
    jumps(
        "per_year = 0.1, size = 0.1, half_life = 0",
        "0, source = \"guess\", grade = \"D\" }\n[[segment.bev_car.sales",
        ".half_life",
        m,
        &["0.1 to 100 yr"],
    );
}

#[test]
fn regimes_have_states_and_possible_switches() {
    const STATES: &str = "states = [{ name = \"open\" }, { name = \"ban\", level = 0 }]";
    let regimes = |inner: &str, marker: &str, key: &str, message: &str, words: &[&str]| {
        event("regimes", inner, marker, key, message, words);
    };
    let with = |switches: &str| format!("{STATES}, switches = [{switches}]");
    let go = "{ from = \"open\", to = \"ban\", per_year = 0.75 }";
    let m = "list of the wrong length";
    let few = "states = [{ name = \"open\" }], switches = []";
    regimes(few, "[{ name", ".states", m, &["1 states", "2 to 20"]);
    let m = "name given twice";
    let twice = "states = [{ name = \"open\" }, { name = \"open\", level = 0 }], switches = []";
    regimes(twice, "\"open\", level", ".states.name", m, &["rename"]);
    let m = "missing key";
    let level = "states = [{ name = \"open\" }, { name = \"ban\" }], switches = []";
    regimes(level, "{ name = \"ban\" }", ".states.level", m, &["level = \"50 %\""]);
    regimes(STATES, "{ states", ".switches", m, &["write switches ="]);
    let m = "the first state is the path itself";
    let first = "states = [{ name = \"a\", level = 0.55 }, { name = \"b\", level = 0 }], \
                 switches = []";
    regimes(first, "0.55", ".states.level", m, &["100 %", "relative to it"]);
    let m = "level outside its range";
    let below = "states = [{ name = \"a\" }, { name = \"b\", level = -0.21 }], switches = []";
    regimes(below, "-0.21", ".states.level", m, &["0 to 10"]);
    let m = "unknown state";
    let unknown = with("{ from = \"open\", to = \"bann\", per_year = 0.1 }");
    regimes(&unknown, "\"bann\"", ".switches.to", m, &["write \"ban\""]);
    let m = "a switch leads to another state, and each is given once";
    let same = with("{ from = \"ban\", to = \"ban\", per_year = 0.1 }");
    regimes(&same, "{ from", ".switches", m, &["ban to ban"]);
    let again = with(&format!("{go}, {{ from = \"open\", to = \"ban\", per_year = 0.1 }}"));
    regimes(&again, "{ from = \"open\", to = \"ban\", per_year = 0.1 }", ".switches", m, &["once"]);
    let m = "the probabilities to leave a state exceed one";
    let three = format!(
        "states = [{{ name = \"open\" }}, {{ name = \"ban\", level = 0 }}, {{ name = \"quota\", \
         level = 0.5 }}], switches = [{go}, {{ from = \"open\", to = \"quota\", per_year = 0.35 }}]"
    );
    regimes(&three, "0.35", ".switches.per_year", m, &["1.1 from open", "lower one"]);
    let m = "probability outside 0 to 1";
    let negative = with("{ from = \"open\", to = \"ban\", per_year = -0.21 }");
    regimes(&negative, "-0.21", ".switches.per_year", m, &["0 to 1"]);
}

#[test]
fn what_has_one_value_does_not_move() {
    let to = COLLECTION.replace("value = 0.85,", "value = 0.85, jumps = { per_year = 1 },");
    let m = "one value for all years cannot move in time";
    let key = "segment.home_storage.collection.jumps";
    one(COLLECTION, &to, "{ per_year = 1 }", key, m, &["jumps beside one value", "[[segment."]);
    let from = "scrap.time = { unit = \"yr\", value = 2.4,";
    let to = format!("{from} jumps = {{ per_year = 1 }},");
    one(from, &to, "jumps", "cells.scrap.time.jumps", "unknown key", &["unit, value"]);
}

/// An adoption of the collection of home storage, with one thing wrong.
fn adoption(from: &str, to: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    const GOOD: &str = "collection = { unit = \"%\", adoption = { from = 5, to = 85, takes = 3, \
                        midpoint = { value = 2022.5, prior = \"normal\", sd = 1 }, \
                        source = \"guess\", grade = \"D\" } }\n";
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let key = format!("segment.home_storage.collection.{key}");
    one(COLLECTION, &GOOD.replace(from, to), marker, &key, message, words);
}

#[test]
fn adoptions_have_two_ends_a_duration_and_a_midpoint() {
    let m = "a midpoint outside the scenario";
    adoption("2022.5", "2035", "2035", "adoption.midpoint.value", m, &["2020 to 2024"]);
    let m = "share outside 0 to 1";
    adoption("to = 85", "to = 185", "185", "adoption.to", m, &["0 to 100 %"]);
    let m = "negative value";
    adoption("from = 5", "from = -55", "-55", "adoption.from", m, &["0 to 100 %"]);
    let m = "duration outside its range";
    adoption("takes = 3", "takes = -33", "-33", "adoption.takes", m, &["0.1 to 200 yr"]);
    let m = "missing key";
    adoption(", takes = 3", "", "{ from", "adoption.takes", m, &["10 % to 90 %"]);
    let at = "{ value = 2022.5";
    adoption("prior = \"normal\", ", "", at, "adoption.midpoint.prior", m, &["sd = 3"]);
    let m = "unknown word";
    let words = ["normal, pert, triangular", "use one of the allowed names"];
    adoption(
        "\"normal\"",
        "\"lognormal\"",
        "\"lognormal\", sd = 1",
        "adoption.midpoint.prior",
        m,
        &words,
    );
    let m = "a year has no relative spread";
    // Long keys are cut.
    let key = "adoption.midpoint.relative_s…";
    adoption("sd = 1", "relative_sd = 0.555", "0.555", key, m, &["in years"]);
    adoption("source = \"guess\", ", "", "{ from", "adoption.source", "missing key", &["id"]);
    adoption(
        "unit = \"%\"",
        "unit = \"%\", data = 1",
        "data = 1",
        "data",
        "unknown key",
        &["adoption"],
    );
    let from = "[segment.bev_car.sales]\nunit = \"thousand vehicles/yr\"\n";
    let to = format!("{from}adoption = {{ from = 5 }}\n");
    let words = ["no share", "values by year"];
    one(from, &to, "{ from = 5 }", "segment.bev_car.sales.adoption", "a form of shares", &words);
}

/// The small scenario with a price at its end, and its one diagnostic.
fn price(from: &str, to: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    const GOOD: &str = "[price.lithium]\nfitted = true\nyear = 2022\nstart = { unit = \"USD/t\", \
                        value = 13000, source = \"paper\", grade = \"A\" }\n";
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    let table = GOOD.replace(from, to);
    let found = diagnostics(&format!("{SMALL}\n{table}"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), message, "{}", found[0]);
    assert_eq!(found[0].key_name(), Some(key), "{}", found[0]);
    let (line, column) = place(&table, marker);
    let before = SMALL.matches('\n').count() + 1;
    assert_eq!(found[0].position(), Some((before + line, column)), "{}", found[0]);
    for word in words {
        assert!(found[0].to_string().contains(word), "`{word}` is not in:\n{}", found[0]);
    }
}

#[test]
fn prices_are_of_fitted_and_modelled_materials() {
    let m = "no price of this material";
    let words = ["lithium, nickel, cobalt, graphite", "write `lithium`"];
    price("lithium", "litium", "litium", "price.litium", m, &words);
    let m = "a price of a material that is not modelled";
    price("lithium", "nickel", "[price", "price.nickel", m, &["lithium, copper, other"]);
    let m = "a price that is not fitted";
    price("true", "false", "false", "price.lithium.fitted", m, &["write fitted = true"]);
    price("true", "\"yes\"", "\"yes\"", "price.lithium.fitted", "wrong type", &["true or false"]);
    let m = "missing key";
    price("fitted = true\n", "", "[price", "price.lithium.fitted", m, &["fitted = true"]);
    price("year = 2022\n", "", "[price", "price.lithium.year", m, &["start value"]);
    let m = "year outside the scenario";
    price("2022", "2019", "2019", "price.lithium.year", m, &["2020 to 2024"]);
    let m = "wrong unit";
    price("USD/t", "EUR/t", "\"EUR/t\"", "price.lithium.start.unit", m, &["USD/t, kUSD/t"]);
    let m = "value must be positive";
    price("13000", "0", "0,", "price.lithium.start.value", m, &["above 0"]);
    price("13000", "-13", "-13", "price.lithium.start.value", "negative value", &["above 0"]);
    let key = "price.lithium.start.source";
    price("source = \"paper\", ", "", "{ unit", key, "missing key", &["[sources]"]);
    price("\"paper\"", "\"papr\"", "\"papr\"", key, "unknown source", &["write \"paper\""]);
    let m = "unknown key";
    price("year", "yaer = 1\nyear", "yaer", "price.lithium.yaer", m, &["write `year`"]);
}
