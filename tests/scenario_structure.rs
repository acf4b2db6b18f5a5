//! Errors of a scenario file as a whole: text, versions, years, sums,
//! chemistries and policies.

mod common;

use blackmass::scenario::Scenario;
use common::{SMALL, among, changed, diagnostics, one, place};

#[test]
fn version_must_be_known() {
    let k = "schema_version";
    one("schema_version = 2\n", "", "# A small", k, "missing key", &["schema_version = 2"]);
    one(
        "schema_version = 2\n",
        "schema_version = 3\n",
        "3\nregion",
        k,
        "unsupported schema version",
        &["found    3", "allowed  2"],
    );
    one(
        "schema_version = 2\n",
        "schema_version = 1\n",
        "1\nregion",
        k,
        "schema version 1 is no longer read",
        &["allowed  2", "[segment.bev_car]"],
    );
    one(
        "schema_version = 2\n",
        "schema_version = \"1\"\n",
        "\"1\"\nregion",
        k,
        "wrong type",
        &["whole number"],
    );
}

#[test]
fn years_are_in_order() {
    one(
        "end = 2024",
        "end = 2019",
        "2019",
        "time.end",
        "the end is not after the start",
        &["start = 2020, end = 2019"],
    );
    one("end = 2024", "end = 2420", "2420", "time.end", "too many years", &["401", "400 years"]);
    let m = "years do not ascend";
    one(
        "[2020, 10], [2021, 20]",
        "[2021, 10], [2020, 20]",
        "2020, 20",
        "segment.bev_car.sales.data.values",
        m,
        &["2020 after 2021", "sort"],
    );
    one(
        "[[2024, 50]]",
        "[[2021, 50], [2024, 50]]",
        "2021, 50]",
        "segment.bev_car.sales.data.values",
        "year given twice",
        &["2021 after 2021"],
    );
    among(
        "year = 2024\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "year = 2018\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "2018",
        "segment.bev_car.chemistry_share.data.year",
        m,
        &["2018 after 2020"],
    );
}

#[test]
fn series_cover_the_horizon() {
    let m = "missing year";
    one(
        "[[2024, 50]]",
        "[[2022, 50]]",
        "[segment.bev_car.sales]",
        "segment.bev_car.sales.data",
        m,
        &["without 2023-2024", "at or after 2024", "add [2024, value]"],
    );
    // Before the first year its value holds.
    let later = changed("[2020, 0.33]", "[2022, 0.33]");
    Scenario::from_toml("toy.toml", &later).expect("may begin later");
    one(
        "[2022, 52], ",
        "",
        "[segment.bev_car.pack_size]",
        "segment.bev_car.pack_size.data",
        m,
        &["without 2022", "every year", "kind = \"projection\""],
    );
    one(
        "year = 2024\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "year = 2023\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "[segment.bev_car.chemistry_share]",
        "segment.bev_car.chemistry_share.data",
        m,
        &["without 2024"],
    );
}

#[test]
fn shares_sum_to_one() {
    one(
        "LFP = 60",
        "LFP = 70",
        "{ LFP = 70",
        "segment.bev_car.chemistry_share.data.values",
        "shares do not sum to one",
        &["a sum of 110 %", "100 %, within 0.5 %", "10 % too much"],
    );
    one(
        "LFP = 60",
        "LFP = 50",
        "{ LFP = 50",
        "segment.bev_car.chemistry_share.data.values",
        "shares do not sum to one",
        &["a sum of 90 %", "10 % missing"],
    );
    let text = changed("LFP = 60", "LFP = 60.4");
    Scenario::from_toml("toy.toml", &text).expect("within the tolerance");
}

#[test]
fn exits_do_not_exceed_the_whole() {
    one(
        "value = 8\n",
        "value = 75\n",
        "[segment.bev_car.exit.unknown]",
        "segment.bev_car.exit.unknown",
        "exits exceed the whole",
        &["export 0.75 + unknown 0.33 in 2020", "3 of the years"],
    );
}

#[test]
fn recovery_does_not_exceed_the_whole() {
    one(
        "value = 0.9\nsource = \"paper\"",
        "value = 0.96\nsource = \"paper\"",
        "fraction.copper]",
        "preprocessing.fraction.copper",
        "more recovered than there is",
        &["black_mass up to 0.05 + fraction up to 0.96"],
    );
}

#[test]
fn chemistries_are_complete() {
    let k = "segment.bev_car.chemistry_share.data.values.NMC62";
    among(
        "NMC622 = 80",
        "NMC62 = 80",
        "NMC62 ",
        k,
        "unknown chemistry",
        &["write `NMC622`, or add [chemistry.NMC62]"],
    );
    one(
        "{ lithium = 0.1, copper = 0.4 }",
        "{ lithium = 0.1 }",
        "{ lithium = 0.1 }",
        "chemistry.LFP.intensity.values.copper",
        "missing key",
        &["0 if there is none"],
    );
    one(
        "class = \"iron\"",
        "class = \"irn\"",
        "\"irn\"",
        "chemistry.LFP.class",
        "unknown class",
        &["write \"iron\""],
    );
    one(
        "copper = 0.4 }",
        "copper = 6.4 }",
        "[chemistry.LFP.intensity]",
        "chemistry.LFP.intensity",
        "the materials weigh more than the pack",
        &["sum 6.5 kg/kWh, pack mass 6 kg/kWh"],
    );
    among(
        "\"copper\", \"other\"]",
        "\"copper\", \"rest\"]",
        "[\"lithium\"",
        "model.materials",
        "the last material is not `other`",
        &["put \"other\" at the end"],
    );
}

#[test]
fn levers_are_checked() {
    let k = |name: &str| format!("policy.collect.levers.{name}");
    let header = "[[policy.collect.levers]]";
    one(
        "name = \"segment.bev_car.collection.vehicle\"",
        "name = \"segment.bev_car.collection.vehicles\"",
        "\"segment.bev_car.collection.vehicles\"",
        &k("name"),
        "unknown quantity",
        &["write \"segment.bev_car.collection.vehicle\""],
    );
    one(
        "name = \"segment.bev_car.collection.vehicle\"",
        "name = \"toy.segment.bev_car.collection.vehicle\"",
        "\"toy.segment",
        &k("name"),
        "unknown quantity",
        &["without the region"],
    );
    one(
        "name = \"segment.bev_car.collection.vehicle\"",
        "name = \"segment.bev_car.lifetime.vehicle.sd\"",
        "\"segment.bev_car.lifetime.vehicle.sd\"",
        &k("name"),
        "unknown quantity",
        &["segment.bev_car.lifetime.vehicle"],
    );
    one(
        "set = 98\n",
        "",
        header,
        "policy.collect.levers",
        "a lever needs one of set, multiply, add",
        &["none of them"],
    );
    one(
        "set = 98\n",
        "set = 98\nadd = 1\n",
        header,
        "policy.collect.levers",
        "a lever needs one of set, multiply, add",
        &["set and add"],
    );
    one("set = 98\n", "set = 101\n", "101", &k("set"), "share outside 0 to 1", &["0 to 100 %"]);
    one("unit = \"%\"\nfrom", "from", header, &k("unit"), "missing key", &["unit = \"share\""]);
    one(
        "unit = \"%\"\nfrom",
        "unit = \"yr\"\nfrom",
        "\"yr\"\nfrom",
        &k("unit"),
        "wrong unit",
        &["share, %, 1"],
    );
    one(
        "from = 2022",
        "from = 2030",
        "2030",
        &k("from"),
        "year outside the scenario",
        &["2020 to 2024"],
    );
    one(
        "ramp = 2",
        "ramp = -1",
        "-1",
        &k("ramp"),
        "whole number outside its range",
        &["0 to 1000"],
    );
    one(
        "multiply = 0.5",
        "multiply = -0.5",
        "-0.5",
        "policy.a_retain.levers.multiply",
        "negative value",
        &["-0.5"],
    );
    one(
        "add = 0.1",
        "add = 2",
        "2\nunit = \"share\"\nfrom = 2023",
        "policy.a_retain.levers.add",
        "addition too large",
        &["-1 to 1 share"],
    );
}

#[test]
fn policies_do_not_contradict_themselves() {
    let to = "set = 0.5\nunit = \"share\"";
    let text = changed(
        "name = \"segment.bev_car.exit.unknown\"\nmultiply = 0.5",
        &format!("name = \"segment.bev_car.collection.vehicle\"\n{to}"),
    );
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), "set twice in one policy");
    assert_eq!(found[0].key_name(), Some("segment.bev_car.collection.vehicle"));
    let line = place(&text, "[[policy.a_retain.levers]]\nname = \"segment.bev_car.collection").0;
    assert_eq!(found[0].position().map(|p| p.0), Some(line));
    assert!(found[0].to_string().contains("policy a_retain, both in force 2023-2024"));

    one(
        "description = \"Nothing changes\"",
        "extends = \"a_retain\"",
        "\"collect\"\n[[policy.a_",
        "policy.a_retain.extends",
        "policies extend each other in a cycle",
        &[],
    );
}

#[test]
fn a_cycle_is_named_once() {
    let text = changed("description = \"Nothing changes\"", "extends = \"collect\"");
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].to_string().contains("baseline -> collect -> baseline"), "{}", found[0]);
    one(
        "extends = \"baseline\"",
        "extends = \"basline\"",
        "\"basline\"",
        "policy.collect.extends",
        "unknown policy",
        &["write \"baseline\""],
    );
    one(
        "extends = \"baseline\"",
        "extends = \"collect\"",
        "\"collect\"\n[[policy.collect",
        "policy.collect.extends",
        "policies extend each other in a cycle",
        &["collect -> collect"],
    );
}

#[test]
fn duplicate_keys_are_named() {
    one(
        "start = 2020",
        "start = 2020\nstart = 2021",
        "start = 2021",
        "time.start",
        "duplicate key",
        &["each key once", "remove one"],
    );
    one(
        "[grades]",
        "[time]\nx = 1\n[grades]",
        "time]\nx",
        "time",
        "duplicate key",
        &["a second time"],
    );
}

#[test]
fn what_is_not_toml_is_said_to_be() {
    for text in ["\u{1}\u{2}", "a b c", "x = ", "[[[", "\"", "= 1", "a = 'x\nb = 2"] {
        let found = diagnostics(text);
        assert!(found.iter().any(|d| d.message() == "not valid TOML"), "{text}: {found:#?}");
        assert!(found.iter().all(|d| d.position().is_some()));
    }
    for text in ["", " \n\t\n", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(diagnostics(text)[0].message(), "empty file", "{text:?}");
    }
    assert!(diagnostics("# only a comment\n").len() > 10);
    let garbage: Vec<u8> =
        (0..10_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let error = Scenario::from_bytes("g", &garbage).expect_err("garbage");
    assert!(error.to_string().contains("too large"));
    for text in ["[", "a\n", "x = [", "a.", "{", "\u{0}"] {
        let error = Scenario::from_toml("g", &text.repeat(1_000_000)).expect_err("garbage");
        assert!(error.diagnostics().len() <= 51);
    }
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Scenario::from_toml("g", &deep).is_err());
    let deep = format!("x = {}1{}", "{ a = ".repeat(100_000), " }".repeat(100_000));
    assert!(Scenario::from_toml("g", &deep).is_err());
    let deep = format!("[{}a]", "a.".repeat(100_000));
    assert!(Scenario::from_toml("g", &deep).is_err());
}

#[test]
fn other_encodings_are_refused_with_the_place() {
    let mut bytes = SMALL.as_bytes().to_vec();
    let at = SMALL.find("Toy").expect("there");
    bytes[at + 1] = 0xff;
    let error = Scenario::from_bytes("toy.toml", &bytes).expect_err("not UTF-8");
    let found = &error.diagnostics()[0];
    let (line, column) = place(SMALL, "Toy");
    assert_eq!(found.position(), Some((line, column + 1)));
    assert!(found.to_string().contains(&format!("byte 0xFF at byte offset {}", at + 1)));
}

#[test]
fn columns_count_characters_and_a_byte_order_mark_is_ignored() {
    let text = changed("title = \"Toy\"", "title = \"Toy\"\n\"äöü\" = 1");
    let with_mark = format!("\u{feff}{text}");
    for text in [&text, &with_mark] {
        let found = diagnostics(text);
        assert_eq!(found[0].position(), Some((5, 1)), "{found:#?}");
    }
    let text = changed("title = \"Toy\"", "title = \"äöü\" ; x");
    assert_eq!(diagnostics(&text)[0].position().map(|p| p.0), Some(4));
    let crlf = SMALL.replace('\n', "\r\n").replace("value = 12\r", "value = -12\r");
    let (line, column) = place(SMALL, "12\nprior");
    assert_eq!(diagnostics(&crlf)[0].position(), Some((line, column)));
}

#[test]
fn a_hopeless_file_is_refused_quickly() {
    let many: String =
        (0..60_000).map(|i| format!("[segment.bev_car.collection.vehicl{i}]\nx = 1\n")).collect();
    let chain: String =
        (0..20_000).map(|i| format!("[policy.p{i}]\nextends = \"p{}\"\n", i + 1)).collect();
    let sources: String = (0..60_000)
        .map(|i| format!("[segment.bev_car.sales.x{i}]\nsource = \"paper{i}\"\n"))
        .collect();
    for text in [many, chain, sources] {
        let begin = std::time::Instant::now();
        assert_eq!(diagnostics(&format!("{SMALL}{text}")).len(), 51);
        assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    }
}
