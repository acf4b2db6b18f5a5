//! What a scenario file says wrong about segments, trade, second life, plants,
//! routes and targets is reported with place, key and fix.

mod common;

use blackmass::scenario::Scenario;
use common::{SMALL, among, changed, diagnostics, one, place};

const TARGET: &str = "denominator = \"placed_on_market\"\n";

/// The small scenario without everything from `from` up to `to`.
fn without(from: &str, to: &str) -> String {
    let start = place_of(from);
    let end = place_of(to);
    format!("{}{}", &SMALL[..start], &SMALL[end..])
}

fn place_of(text: &str) -> usize {
    assert_eq!(SMALL.matches(text).count(), 1, "`{text}` must stand once");
    SMALL.find(text).expect("counted")
}

fn keys(text: &str) -> Vec<String> {
    diagnostics(text).iter().filter_map(|d| d.key_name().map(str::to_owned)).collect()
}

#[test]
fn segments_have_fixed_names() {
    among(
        "[segment.home_storage.chemistry_share]",
        "[segment.home_storag.chemistry_share]",
        "home_storag.chemistry_share]",
        "segment.home_storag",
        "unknown segment",
        &["bev_car", "grid_storage", "write `home_storage`"],
    );
    // A share of a segment that is not there makes it there, and incomplete.
    let text = changed(
        "[segment.home_storage.chemistry_share]",
        "[segment.van.replacement]\n[segment.home_storage.chemistry_share]",
    );
    let missing = keys(&text);
    for key in ["sales", "pack_size", "chemistry_share", "lifetime", "exit.export"] {
        assert!(missing.contains(&format!("segment.van.{key}")), "{key}: {missing:?}");
    }
    one(
        "values = { LFP = 1 }",
        "values = { LPF = 1 }",
        "LPF",
        "segment.home_storage.chemistry_share.data.values.LPF",
        "unknown chemistry",
        &["write `LFP`", "[chemistry.LPF]"],
    );
    let start = place_of("[segment.bev_car.sales]");
    let end = place_of("[second_life]");
    let text = format!("{}[segment]\n{}", &SMALL[..start], &SMALL[end..]);
    let found = diagnostics(&text);
    assert!(found.iter().any(|d| d.message() == "no segment"), "{found:#?}");
}

#[test]
fn the_market_is_needed_for_cars_only() {
    let market = place_of("[market]")..place_of("[segment.bev_car.sales]");
    let without_market = SMALL.replace(&SMALL[market.clone()], "");
    assert_eq!(keys(&without_market), ["market"]);
    let cars = place_of("[segment.bev_car.sales]")..place_of("[segment.portable]\n");
    let without_cars = SMALL.replace(&SMALL[cars], "").replace(&SMALL[market], "");
    let policies = without_cars.find("[policy.collect]").expect("there");
    let scenario = Scenario::from_toml("toy.toml", &without_cars[..policies]).expect("valid");
    assert_eq!(scenario.regions()[0].segments(), ["portable", "home_storage"]);
    assert!(scenario.regions()[0].series("market").is_none());
}

#[test]
fn imports_are_at_most_what_is_placed() {
    one(
        "imported_cells = { value = 0.45 }",
        "imported_cells = { value = 0.72 }",
        "[segment.bev_car.origin.imported_in_products]",
        "segment.bev_car.origin.imported_in_products",
        "imports above placements",
        &["imported_cells 0.72 + imported_in_products 0.3 in 2020", "at most 1", "3 of the years"],
    );
}

#[test]
fn shares_of_one_thing_are_at_most_the_whole() {
    one(
        "stored = { value = 0.22 }",
        "stored = { value = 0.92 }",
        "[treatment.iron]",
        "treatment.iron.untreated",
        "treatment shares exceed the whole",
        &["stored 0.92 + exported 0.11 + untreated 0 in 2020"],
    );
    one(
        "electronic_waste = { unit = \"share\", value = 0.15",
        "electronic_waste = { unit = \"share\", value = 0.55",
        "{ unit = \"share\", value = 0.55",
        "segment.portable.electronic_waste",
        "more collected and lost than discarded",
        &["collection 0.46 + electronic_waste 0.55 in 2022"],
    );
}

#[test]
fn routes_make_up_the_whole() {
    let m = "route shares do not sum to one";
    let k = "refining.route_share.nickel_cobalt";
    one(
        "direct = { value = 0.1 }",
        "direct = { value = 0.2 }",
        "[refining.route_share.nickel_cobalt]",
        k,
        m,
        &["hydro 0.5 + pyro_hydro 0.4 + direct 0.2 + alloy 0 in 2020", "or no route at all"],
    );
    // Right in the years given, wrong between them, as the years differ.
    one(
        "values = [[2020, 0.4], [2024, 0.12]]",
        "values = [[2020, 0.4], [2022, 0.12], [2024, 0.12]]",
        "[refining.route_share.nickel_cobalt]",
        k,
        m,
        &["in 2021, not one in 3 of the years"],
    );
    one(
        "[refining.route_share.iron.hydro]",
        "[refining.route_share.iron.hidro]",
        "hidro",
        "refining.route_share.iron.hidro",
        "unknown key",
        &["write `hydro`"],
    );
}

#[test]
fn lifetimes_of_early_failures_are_complete() {
    let line = "early_mean = { unit = \"yr\", value = 2.5, source = \"guess\", grade = \"D\" }\n";
    let k = "segment.bev_car.lifetime.battery.early_mean";
    one(line, "", "[segment.bev_car.lifetime.battery]", k, "missing key", &["unit = \"yr\""]);
    one(
        "[second_life.lifetime.battery]\n",
        &format!("[second_life.lifetime.battery]\n{line}").replace("2.5", "1.5"),
        "early_mean = { unit = \"yr\", value = 1.5",
        "second_life.lifetime.battery.early_mean",
        "unknown key",
        &["remove it"],
    );
    let text = without("[segment.portable.lifetime.battery]", "[segment.portable.collection]");
    assert_eq!(keys(&text), ["segment.portable.lifetime"]);
}

#[test]
fn second_life_is_complete_or_absent() {
    let text = without("market_share =", "[second_life.eligible]");
    assert_eq!(keys(&text), ["second_life.health", "second_life.collection"]);
    let text = without("[second_life.lifetime.battery]", "[cells]");
    assert_eq!(keys(&text), ["second_life.lifetime"]);
    // Without it there is nothing that a policy could change.
    let text = without("[second_life]", "[cells]")
        .replace("\"segment.bev_car.exit.unknown\"", "\"second_life.market_share\"");
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), "unknown quantity");
}

#[test]
fn what_holds_for_all_years_is_no_lever() {
    for key in [
        "segment.bev_car.lifetime.battery.mean",
        "segment.bev_car.replacement.share",
        "chemistry.LFP.pack_mass",
        "cells.scrap.start",
        "refining.ramp_up",
        "preprocessing.black_mass.lithium",
        "preprocessing.fraction.copper",
        "second_life.health",
        "segment.portable.hibernation.mean",
        "intensity_factor.lithium",
    ] {
        let text = changed("name = \"segment.bev_car.exit.unknown\"", &format!("name = \"{key}\""));
        let found = diagnostics(&text);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].message(), "unknown quantity");
        assert!(found[0].to_string().contains("holds for all years"), "{}", found[0]);
    }
    for key in ["cells.production", "refining.realisation", "treatment.iron.stored", "market"] {
        let text = changed("name = \"segment.bev_car.exit.unknown\"", &format!("name = \"{key}\""));
        Scenario::from_toml("toy.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn years_to_ramp_up_are_whole() {
    let from = "ramp_up = { unit = \"yr\", value = 3,";
    let to = |rest: &str| format!("ramp_up = {{ unit = \"yr\", {rest},");
    let key = |name: &str| format!("preprocessing.ramp_up.{name}");
    let m = "not a whole number of years";
    one(
        from,
        &to("value = 2.5"),
        "2.5, source = \"guess\", grade = \"D\" }\n[pre",
        &key("value"),
        m,
        &["0 to 100 yr"],
    );
    one(from, &to("value = 101"), "101", &key("value"), m, &["101 yr"]);
    let m = "this quantity is not varied";
    let marker = "\"grade\"";
    one(from, &to("value = 3, prior = \"grade\""), marker, &key("prior"), m, &["remove prior"]);
    one(from, &to("value = 3, low = 1"), "1, source", &key("low"), m, &["a value alone"]);
}

#[test]
fn the_reported_years_are_in_the_scenario() {
    let m = "year outside the scenario";
    for year in ["2019", "2025"] {
        let to = format!("report = {year}");
        one("report = 2021", &to, year, "time.report", m, &["2020 to 2024"]);
    }
}

#[test]
fn plants_open_before_they_close() {
    let m = "a plant that closes before it opens";
    let words = ["start = 2015, end = 2015", "a year after 2015"];
    one("end = 2023", "end = 2015", "2015\nsource", "plant.end", m, &words);
    one("end = 2023", "end = 2009", "2009", "plant.end", m, &["end = 2009"]);
    one("start = 2022\n", "", "[[plant]]\nname = \"Smelter", "plant.start", "missing key", &[]);
    one(
        "status = \"announced\"",
        "status = \"anounced\"",
        "\"anounced\"",
        "plant.status",
        "unknown word",
        &["operating, construction, announced", "write \"announced\""],
    );
    one(
        "capacity = 700\nunit = \"t/yr\"",
        "capacity = 700\nunit = \"GWh/yr\"",
        "\"GWh/yr\"\nstart",
        "plant.unit",
        "wrong unit",
        &["t/yr, kt/yr"],
    );
    let at = place_of("[[plant]]\nname = \"Smelter\"")..place_of("[[target]]\nid = \"content");
    let twice = format!("[[plant]]\nname = \"Smelter\"\n{}", &SMALL[at][27..]);
    let text = changed("[[target]]\nid = \"content", &format!("{twice}[[target]]\nid = \"content"));
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), "plant given twice");
}

#[test]
fn a_target_has_a_denominator_that_fits() {
    let first = "[[target]]\nid = \"content";
    let m = "target without denominator";
    let words = ["placed_on_market, cell_production", "a share is a share of something"];
    one(TARGET, "", first, "target.denominator", m, &words);
    let m = "this denominator does not fit the measure";
    for (measure, fits) in [
        ("recycled_content", &["placed_on_market", "cell_production"][..]),
        ("recycling_capacity", &["consumption"]),
    ] {
        for name in [
            "placed_on_market",
            "cell_production",
            "recycling_input",
            "placed_three_years",
            "consumption",
        ] {
            let text =
                changed("measure = \"recycled_content\"", &format!("measure = \"{measure}\""));
            let text = text.replace(TARGET, &format!("denominator = \"{name}\"\n"));
            if fits.contains(&name) {
                Scenario::from_toml("toy.toml", &text).expect("fits");
            } else {
                let found = diagnostics(&text);
                assert_eq!(found.len(), 1, "{found:#?}");
                assert_eq!(found[0].message(), m);
                assert!(found[0].to_string().contains(&fits.join(", ")), "{}", found[0]);
            }
        }
    }
    one(
        TARGET,
        "denominator = \"placed_on_markt\"\n",
        "\"placed_on_markt\"",
        "target.denominator",
        "unknown word",
        &["write \"placed_on_market\""],
    );
}

#[test]
fn a_target_lies_within_the_years_of_the_scenario() {
    one(
        "unit = \"%\"\nyear = 2023",
        "unit = \"%\"\nyear = 2055",
        "2055",
        "target.year",
        "a target outside the years of the scenario",
        &["correct the year"],
    );
}

#[test]
fn a_target_says_what_its_measure_needs() {
    let first = "[[target]]\nid = \"content";
    one(
        "scrap = \"included\"\n",
        "",
        first,
        "target.scrap",
        "missing key",
        &["scrap = \"excluded\""],
    );
    one("material = \"lithium\"\n", "", first, "target.material", "missing key", &[]);
    one(
        "material = \"lithium\"",
        "material = \"lithum\"",
        "\"lithum\"",
        "target.material",
        "unknown material",
        &["write \"lithium\""],
    );
    one(
        "route = \"hydro\"",
        "route = \"hidro\"",
        "\"hidro\"",
        "target.route",
        "unknown route",
        &["hydro, pyro_hydro, direct, alloy"],
    );
    one(
        "material = \"lithium\"",
        "material = \"lithium\"\nclass = \"iron\"",
        "class = \"iron\"\ndenominator",
        "target.class",
        "this key does not fit the measure",
        &["remove it"],
    );
    one(
        "id = \"recovery_copper\"",
        "id = \"content_lithium\"",
        "\"content_lithium\"\ntitle = \"Copper",
        "target.id",
        "target given twice",
        &["each id once"],
    );
    let second = "[[target]]\nid = \"recovery";
    one("scope = \"lithium batteries\"\n", "", second, "target.scope", "missing key", &["the law"]);
    one("value = 0.91", "value = 91", "91", "target.value", "share outside 0 to 1", &["0.91"]);
    let found = "\"yes\"\nsource = \"guess\"";
    one("binding = false", "binding = \"yes\"", found, "target.binding", "wrong type", &["true"]);
    one(
        "status = \"yardstick\"",
        "status = \"law\"",
        "\"law\"",
        "target.status",
        "unknown word",
        &[],
    );
}

#[test]
fn black_mass_is_known_for_every_class_that_is_treated() {
    one(
        "other.iron = { value = 0.27 }\n",
        "",
        "other.nickel_cobalt",
        "preprocessing.black_mass.other.iron",
        "missing key",
        &["scalar"],
    );
    let marker = place(SMALL, "[preprocessing.black_mass]");
    let text = changed("copper = { value = 0.05 }\n", "");
    let found = diagnostics(&text);
    assert_eq!(found[0].key_name(), Some("preprocessing.black_mass.copper"));
    assert_eq!(found[0].position(), Some(marker));
}
