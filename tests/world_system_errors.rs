//! What only shows when the system of a file with trade is built, and the
//! policies of the table `[run]`.
#![cfg(feature = "scenario")]

mod world;

use blackmass::scenario::Scenario;
use blackmass::{Diagnostic, Ensemble, Error, ErrorKind, Plan, lifecycle};
use world::{FILE, NORTH, TWO, changed, files, read, south_without_iron, without};

fn build(scenario: &Scenario) -> Result<Plan, Error> {
    Plan::compile(&lifecycle::system(scenario)?)
}

/// The only thing that is wrong when the system is built.
fn refused(scenario: &Scenario) -> Diagnostic {
    let error = lifecycle::system(scenario).expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::System, "{error}");
    let [found] = error.diagnostics() else { panic!("{error}") };
    found.clone()
}

fn is_said(found: &Diagnostic, key: &str, words: &[&str]) {
    let shown = found.to_string();
    assert_eq!(found.key_name(), Some(key), "{shown}");
    for word in words {
        assert!(shown.contains(word), "`{word}` is not in:\n{shown}");
    }
}

/// The only thing that is wrong in a text beside `data/two.toml`.
fn unreadable(text: &str) -> Diagnostic {
    let error = Scenario::from_toml(FILE, text).expect_err("must be refused");
    let [found] = error.diagnostics() else { panic!("{error}") };
    found.clone()
}

const SHARE: &str =
    "share = { unit = \"share\", value = 0.1, source = \"chosen\", grade = \"A\" }\n";

#[test]
fn used_vehicles_do_not_go_to_a_region_that_is_followed() {
    let key = "trade.used_vehicles.north.south";
    let words = ["a route from north to south", "routes of used vehicles to partners", "leave"];
    let text = format!("{TWO}[{key}]\n{SHARE}");
    is_said(&refused(&read(&text)), key, &words);
    // A policy opens the route, too.
    let lever = format!(
        "[[policy.one.levers]]\nname = \"world.{key}.share\"\nset = 0.1\nunit = \"share\"\n\
         from = 2031\nsource = \"chosen\"\ngrade = \"A\"\n"
    );
    let text = changed(TWO, "[policy.one]\n", "[policy.one]\n#\n");
    is_said(&refused(&read(&format!("{text}{lever}"))), key, &words);
}

#[test]
fn untreated_batteries_go_where_they_are_made_of_the_same() {
    // The south does not know the chemistry LFP.
    let scenario = files("lfp", NORTH, &south_without_iron(), TWO);
    let words = ["LFP differs between north and south", "the same composition"];
    is_said(&refused(&scenario), "trade.batteries.north.south", &words);
    // It has less nickel in NMC; both regions send something.
    let south = changed(world::SOUTH, "nickel = 0.5,", "nickel = 0.4,");
    let error = lifecycle::system(&files("nickel", NORTH, &south, TWO)).expect_err("refused");
    let keys: Vec<_> = error.diagnostics().iter().filter_map(Diagnostic::key_name).collect();
    assert_eq!(keys, ["trade.scrap.south.north", "trade.batteries.north.south"]);
    assert!(error.to_string().contains("NMC differs"), "{error}");
    let heavy =
        "[chemistry.NMC]\nclass = \"nickel_cobalt\"\npack_mass = { unit = \"kg/kWh\", value = ";
    let south = changed(world::SOUTH, &format!("{heavy}5"), &format!("{heavy}5.5"));
    let error = lifecycle::system(&files("mass", NORTH, &south, TWO)).expect_err("refused");
    assert!(error.to_string().contains("NMC differs"), "{error}");
    let (from, to) =
        ("grade = \"A\"\nlithium = { value = 1, ", "grade = \"A\"\nlithium = { value = 1.1, ");
    let table = world::SOUTH.find("[intensity_factor]").expect("a table");
    let (before, after) = world::SOUTH.split_at(table);
    let south = format!("{before}{}", after.replacen(from, to, 1));
    let error = lifecycle::system(&files("factor", NORTH, &south, TWO)).expect_err("refused");
    assert!(error.to_string().contains("intensity_factor differs"), "{error}");
}

#[test]
fn quantities_of_a_route_that_nothing_follows_are_refused() {
    let message = "a quantity without effect";
    for (good, way, what, unit) in [
        ("used_vehicles", "north.korea", "delay", "yr"),
        ("used_vehicles", "north.korea", "loss", "share"),
        ("recovered", "south.north", "delay", "yr"),
        ("recovered", "south.north", "evidence", "share"),
        ("batteries", "south.korea", "evidence", "share"),
        ("scrap", "north.korea", "evidence", "share"),
    ] {
        let header = format!("[trade.{good}.{way}]\n");
        let own = format!(
            "{header}{what} = {{ unit = \"{unit}\", value = 0.5, source = \"chosen\", grade = \"A\" }}\n"
        );
        let found = unreadable(&changed(TWO, &header, &own));
        let key = format!("trade.{good}.{way}.{what}");
        assert_eq!(found.message(), message, "{found}");
        is_said(&found, &key, &[&format!("{what} of {good}"), "remove it"]);
        assert!(found.position().is_some(), "{found}");
        // Nor may a policy change it.
        let lever = format!(
            "[[policy.chain.levers]]\nname = \"world.{key}\"\nset = 0.1\nunit = \"{unit}\"\n\
             from = 2031\nsource = \"chosen\"\ngrade = \"A\"\n"
        );
        is_said(&unreadable(&format!("{TWO}{lever}")), &key, &[message]);
    }
}

#[test]
fn policies_to_run_are_known_and_named_once() {
    let run = |list: &str| format!("{TWO}[run]\npolicies = [{list}]\n");
    let found = unreadable(&run("\"baseline\", \"oen\""));
    assert_eq!(found.message(), "unknown policy");
    assert!(found.to_string().contains("\"oen\"") && found.to_string().contains("one"), "{found}");
    assert!(found.position().is_some());
    let found = unreadable(&run("\"one\", \"baseline\", \"one\""));
    assert_eq!(found.message(), "policy named twice");
    is_said(&found, "run.policies", &["\"one\"", "remove one of the two"]);
    let error = Scenario::from_toml(FILE, &run("1")).expect_err("no name");
    assert!(error.to_string().contains("run.policies"), "{error}");
    let error = Scenario::from_toml(FILE, &run("").replace("[]", "\"one\"")).expect_err("no list");
    assert!(error.to_string().contains("run.policies"), "{error}");
    // What is named is run, all if nothing is; options come first.
    let names = |text: &str, asked: &[&str]| {
        let options = lifecycle::Options { policies: asked, ..Default::default() };
        let system = lifecycle::system_with(&read(text), &options).expect("a system");
        let mut names: Vec<String> = system.policies().map(str::to_owned).collect();
        names[1..].sort();
        names
    };
    assert_eq!(names(&run("\"other\", \"baseline\""), &[]), ["baseline", "other"]);
    assert_eq!(names(&run("\"other\""), &["one", "chain"]).len(), 2);
    assert_eq!(names(&run(""), &[]), ["baseline", "chain", "first", "one", "other"]);
}

/// Each part of the world can stand without the others, and places without a
/// route or an origin are no fault.
#[test]
fn parts_of_the_world_can_stand_alone() {
    let policies = "[policy.baseline]\n";
    let head = TWO.find("[trade]").expect("trade");
    let supply = TWO.find("[supply]").expect("supply");
    let tension = TWO.find("[tension]").expect("tension");
    let stockpile = TWO.find("[stockpile]").expect("stockpile");
    let sold = TWO.find("[batteries_sold").expect("sold");
    let instrument = TWO.find("[instrument.papers]").expect("instruments");
    for (name, part) in [
        ("trade", &TWO[head..supply]),
        ("supply", &TWO[supply..tension]),
        ("supply and disruptions", &TWO[supply..stockpile]),
        ("supply, disruptions, stockpile", &TWO[supply..sold]),
        ("sold", &TWO[sold..instrument]),
        ("all", &TWO[head..instrument]),
    ] {
        let scenario = read(&format!("{}{part}{policies}", &TWO[..head]));
        let plan = build(&scenario).unwrap_or_else(|e| panic!("{name}: {e}"));
        let outcome = Ensemble::new(&plan).draws(8).run().unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(outcome.worst_residual() < 1e-9, "{name}");
    }
    // One route alone: no partner but Korea has one.
    let one = without(TWO, "[trade.black_mass.north.south]", "[trade.batteries.south.korea]");
    let one = without(&one, "[trade.scrap.north.korea]", "[partner.china.refining.spare]");
    let one = without(&one, "[instrument.papers]", "[policy.baseline]");
    let end = one.find("[policy.baseline]").expect("policies");
    let scenario = read(&format!("{}{policies}", &one[..end]));
    build(&scenario).unwrap_or_else(|e| panic!("{e}"));
    // The file with every word, whose partners have no route either.
    let text = include_str!("data/world.toml");
    let scenario = Scenario::from_toml("scenarios/world.toml", text).expect("valid");
    build(&scenario).unwrap_or_else(|e| panic!("{e}"));
}

/// Numbers beyond all sense are errors or outcomes, never a panic.
#[test]
fn extreme_numbers_do_not_panic() {
    for (from, to) in [
        ("sensitivity = { unit = \"1\", value = 5", "sensitivity = { unit = \"1\", value = 1e6"),
        ("sd = { unit = \"1\", value = 0.5", "sd = { unit = \"1\", value = 1e3"),
        ("fill = { unit = \"yr\", value = 2", "fill = { unit = \"yr\", value = 1e-12"),
        (
            "{ china = 0.6, chile = 0.3 }\n[[supply.refine.lithium",
            "{ china = 1 }\n[[supply.refine.lithium",
        ),
    ] {
        let scenario = read(&changed(TWO, from, to));
        let plan = build(&scenario).unwrap_or_else(|e| panic!("{e}"));
        match Ensemble::new(&plan).draws(32).run() {
            Ok(outcome) => assert!(outcome.worst_residual() < 1e-9, "{to}"),
            Err(error) => println!("{to}: {error}"),
        }
    }
}
