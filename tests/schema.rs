//! The JSON Schema of scenario files accepts what is right and refuses what the
//! reader refuses.
#![cfg(feature = "scenario")]

mod toml_json;

use blackmass::scenario::{Scenario, json_schema};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use toml_json::json;

/// The content of a TOML text.
fn value(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).expect("TOML");
    json(&toml::Value::Table(table))
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&json_schema()).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a schema");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn files() -> Vec<PathBuf> {
    let folders = ["scenarios", "tests/data"];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("there"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
    files.push("src/bin/blackmass/new.toml".into());
    files
}

#[test]
fn every_valid_file_is_accepted() {
    let (validator, mut accepted) = (validator(), 0);
    for file in files() {
        let text = fs::read_to_string(&file).expect("readable");
        let errors: Vec<String> = validator
            .iter_errors(&value(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}:\n{}", file.display(), errors.join("\n"));
        // A part that only makes sense included is no scenario of its own.
        accepted += usize::from(Scenario::from_file(&file).is_ok());
    }
    assert!(accepted >= 12, "{accepted}");
}

/// What is changed to what in which file; each is refused by the reader, too.
const MUTANTS: [(&str, &str, &str); 52] = [
    ("scenarios/eu.toml", "schema_version = 2", "schema_version = 3"),
    ("scenarios/eu.toml", "schema_version = 2", "schema_version = \"2\""),
    ("scenarios/eu.toml", "region = \"eu\"", "region = \"E U\""),
    ("scenarios/eu.toml", "[segment.bev_car.sales]", "[segment.bev_car.salse]"),
    ("scenarios/eu.toml", "[segment.bev_car.sales]", "[segment.bev_cars.sales]"),
    ("tests/data/small.toml", "title = \"Toy\"", "titel = \"Toy\""),
    ("tests/data/small.toml", "title = \"Toy\"", "title = 5"),
    ("tests/data/small.toml", "start = 2020\n", "start = \"2020\"\n"),
    ("tests/data/small.toml", "grade = \"A\"", "grade = \"E\""),
    ("tests/data/small.toml", "unit = \"kg/kWh\"", "unit = \"g/kWh\""),
    ("tests/data/small.toml", "unit = \"thousand vehicles/yr\"", "unit = \"cars\""),
    ("tests/data/small.toml", "values = [[2020, 10], [2021, 20]]", "values = [2020, 10]"),
    ("tests/data/small.toml", "values = [[2020, 10], [2021, 20]]", "values = [[2020, -10]]"),
    ("tests/data/small.toml", "values = [[2020, 10], [2021, 20]]", "values = [[2020, \"10\"]]"),
    ("tests/data/small.toml", "kind = \"observation\"", "kind = \"observed\""),
    ("tests/data/small.toml", "prior = \"pert\"", "prior = \"perte\""),
    ("tests/data/small.toml", "low = 0.98", "lower = 0.98"),
    ("tests/data/small.toml", "law = \"weibull\"", "law = \"weibul\""),
    ("tests/data/small.toml", "inflow = \"middle\"", "inflow = \"mid\""),
    ("tests/data/small.toml", "value = 0.5\nlow = 0.1", "low = 0.1"),
    ("tests/data/small.toml", "C = \"10 %\"", "C = \"ten\""),
    ("tests/data/small.toml", "stage = \"refining\"", "stage = \"melting\""),
    ("tests/data/small.toml", "measure = \"recycled_content\"", "measure = \"content\""),
    ("tests/data/small.toml", "binding = true", "binding = \"yes\""),
    ("tests/data/small.toml", "set = 98", "sets = 98"),
    ("tests/data/small.toml", "capacity = 1.2", "capacity = -1.2"),
    ("tests/data/both.toml", "include = [\"japan.toml\", \"eu.toml\"]", "include = []"),
    ("tests/data/world.toml", "tag = \"memorandum\"", "tag = \"mine\""),
    (
        "tests/data/small.toml",
        "ramp_up = { unit = \"yr\", value = 3,",
        "ramp_up = { unit = \"yr\", value = 3, low = 2,",
    ),
    ("tests/data/events.toml", "lasts_on_average = 2.5", "lasts_on_average = 2.5, lasts = 2"),
    ("tests/data/events.toml", "per_year = 0.1, lasts", "per_year = \"often\", lasts"),
    ("tests/data/events.toml", "half_life = 3", "half_life = \"3 yr\""),
    ("tests/data/events.toml", "half_life = 3", "half_live = 3"),
    ("tests/data/events.toml", "{ name = \"quota\", level", "{ level"),
    ("tests/data/events.toml", "to = \"ban\", per_year", "into = \"ban\", per_year"),
    ("tests/data/events.toml", "takes = 12", "takes = 0"),
    ("tests/data/events.toml", "prior = \"normal\", sd = 3", "prior = \"lognormal\", sd = 3"),
    (
        "tests/data/events.toml",
        "prior = \"normal\", sd = 3",
        "prior = \"normal\", relative_sd = 0.1",
    ),
    ("tests/data/events.toml", "unit = \"kUSD/t\"", "unit = \"EUR/t\""),
    ("tests/data/events.toml", "[price.nickel]", "[price.iron]"),
    (
        "tests/data/events.toml",
        "unit = \"%\"\n[segment.bev_car.exit.export.adoption]",
        "unit = \"%\"\nprior = \"fixed\"\n[segment.bev_car.exit.export.adoption]",
    ),
    ("tests/data/words.toml", "range_90 = [0.9, 1.1]", "range_90 = [0.9]"),
    ("tests/data/words.toml", "prior = \"gamma\", sd = 0.8", "prior = \"gamma\", low = 0.8"),
    ("tests/data/words.toml", "prior = \"weibull\", shape = 4", "prior = \"weibull\""),
    (
        "tests/data/words.toml",
        "prior = \"beta\", sd = 4",
        "prior = \"beta\", sd = 4, relative_sd = 0.1",
    ),
    ("tests/data/words.toml", "process = \"random_walk\"", "process = \"random_walk\", rate = 0.1"),
    ("tests/data/words.toml", "rate = 0.4", "persistence = 0.4"),
    ("tests/data/words.toml", "concentration = 20", "concentration = 20, sd = 15"),
    ("tests/data/world.toml", "stages = [\"refine\"]", "stages = [\"smelt\"]"),
    ("tests/data/world.toml", "stages = [\"refine\"]", "stages = []"),
    ("tests/data/world.toml", "until = \"2035-01-01\"", "to = \"2035-01-01\""),
    ("tests/data/world.toml", "spread = 0.4", "spred = 0.4"),
];

#[test]
fn what_the_reader_refuses_is_refused() {
    let validator = validator();
    for (file, from, to) in MUTANTS {
        let text = fs::read_to_string(file).expect("readable");
        assert!(text.contains(from), "{file}: {from}");
        let mutant = text.replacen(from, to, 1);
        assert!(!validator.is_valid(&value(&mutant)), "{file}: {from} -> {to} is accepted");
        // These two include what stands in another folder.
        let place = match file {
            "tests/data/both.toml" | "tests/data/world.toml" => "scenarios/changed.toml",
            file => file,
        };
        assert!(Scenario::from_toml(place, &text).is_ok(), "{file} cannot be read");
        let read = Scenario::from_toml(place, &mutant);
        assert!(read.is_err(), "{file}: {from} -> {to} can be read");
    }
}

/// An including file may give one part of a lifetime, or one quantity of a group.
#[test]
fn a_part_of_a_group_is_accepted() {
    let text = r#"
        schema_version = 2
        region = "toy"
        title = "Toy, longer"
        include = ["small.toml"]
        [sources]
        plan = "A plan"
        [segment.bev_car.lifetime.battery]
        sd = { unit = "yr", value = 5, source = "plan", grade = "B" }
        [segment.bev_car.exit]
        unknown = { unit = "share", value = 0.1, source = "plan", grade = "D" }
    "#;
    let read = Scenario::from_toml("tests/data/longer.toml", text);
    assert!(read.is_ok(), "{}", read.expect_err("an error"));
    let errors: Vec<String> =
        validator().iter_errors(&value(text)).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
