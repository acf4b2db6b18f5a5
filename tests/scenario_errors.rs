//! What a scenario file says wrong is reported with place, key and fix:
//! quantities, units, sources and names.

mod common;

use blackmass::ErrorKind;
use blackmass::scenario::Scenario;
use common::{SMALL, among, changed, diagnostics, one};

#[test]
fn the_small_scenario_is_valid() {
    Scenario::from_toml("toy.toml", SMALL).expect("valid");
}

#[test]
fn unknown_key_names_the_nearest() {
    let m = "unknown key";
    among("[anode.natural_share]", "[anod.natural_share]", "anod.", "anod", m, &["write `anode`"]);
    one(
        "value = 12",
        "value = 12\nvalu = 12",
        "valu =",
        "segment.bev_car.replacement.age_limit.valu",
        m,
        &["write `value`"],
    );
    one(
        "copper = 0.4 }",
        "copper = 0.4, coper = 1 }",
        "coper",
        "chemistry.LFP.intensity.values.coper",
        m,
        &["write `copper`"],
    );
    one(
        "copper = 0.4 }",
        "copper = 0.4, other = 1 }",
        "other = 1",
        "chemistry.LFP.intensity.values.other",
        m,
        &["pack mass minus the rest"],
    );
    one(
        "[refining.yield.hydro.iron.lithium]",
        "[refining.yield.hydro.irn.lithium]",
        "irn",
        "refining.yield.hydro.irn",
        m,
        &["write `iron`"],
    );
    one("end = 2024", "end = 2024\nzzz = 1", "zzz", "time.zzz", m, &["start, end", "remove it"]);
}

#[test]
fn missing_key_is_reported_where_it_should_stand() {
    let m = "missing key";
    one("region = \"toy\"\n", "", "# A small", "region", m, &["write region ="]);
    one("start = 2020\n", "", "[time]", "time.start", m, &["write start"]);
    one(
        "value = 12\n",
        "",
        "[segment.bev_car.replacement.age_limit]",
        "segment.bev_car.replacement.age_limit.value",
        m,
        &["central value"],
    );
    one(
        "[segment.bev_car.collection.workshop]\nvalue = 0.9\ngrade = \"C\"\n",
        "",
        "[segment.bev_car.collection]",
        "segment.bev_car.collection.workshop",
        m,
        &["add [segment.bev_car.collection.workshop]", "unit = \"share\""],
    );
    one(
        "other.iron = { value = 0.27 }\n",
        "",
        "other.nickel_cobalt",
        "preprocessing.black_mass.other.iron",
        m,
        &["scalar"],
    );
    one(
        "shape = { unit = \"1\", value = 3.5, source = \"paper\", grade = \"B\" }\n",
        "",
        "[segment.bev_car.lifetime.vehicle]",
        "segment.bev_car.lifetime.vehicle.shape",
        m,
        &["add [segment.bev_car.lifetime.vehicle.shape]"],
    );
    one(
        "kind = \"projection\"\nyear = 2024\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "year = 2024\nsource = \"guess\"\ngrade = \"D\"\nvalues = { LFP = 60",
        "[[segment.bev_car.chemistry_share.data]]\nyear",
        "segment.bev_car.chemistry_share.data.kind",
        m,
        &["observation"],
    );
}

#[test]
fn a_whole_missing_group_lists_its_quantities() {
    let start = SMALL.find("[refining]").expect("there");
    let end = SMALL.find("[policy.baseline]").expect("there");
    let text = format!("{}{}", &SMALL[..start], &SMALL[end..]);
    let keys: Vec<String> =
        diagnostics(&text).iter().filter_map(|d| d.key_name().map(str::to_owned)).collect();
    assert_eq!(keys, ["refining.utilisation", "refining.realisation", "refining.ramp_up"]);
}

#[test]
fn wrong_unit_lists_the_right_ones() {
    let m = "wrong unit";
    one(
        "[preprocessing.later]\nunit = \"kt/yr\"",
        "[preprocessing.later]\nunit = \"kg/yr\"",
        "\"kg/yr\"",
        "preprocessing.later.unit",
        m,
        &["t/yr, kt/yr", "write unit = \"kt/yr\""],
    );
    one(
        "\"kWh/vehicle\"",
        "\"share\"",
        "\"share\"\n[[segment.bev_car.pack",
        "segment.bev_car.pack_size.unit",
        m,
        &["kWh/vehicle"],
    );
    one(
        "value = 0.8\nsource",
        "value = 0.8\nunti = 1\nsource",
        "unti",
        "refining.yield.hydro.iron.lithium.unti",
        "unknown key",
        &["write `unit`"],
    );
    // One wrong unit for a group of quantities is one error.
    one(
        "[preprocessing.black_mass]\nunit = \"share\"",
        "[preprocessing.black_mass]\nunit = \"shares\"",
        "\"shares\"",
        "preprocessing.black_mass.unit",
        m,
        &["write unit = \"share\""],
    );
}

#[test]
fn shares_stay_between_zero_and_one() {
    let m = "share outside 0 to 1";
    one(
        "value = 0.95\n",
        "value = 1.4\n",
        "1.4",
        "segment.bev_car.collection.vehicle.value",
        m,
        &["1.4 share", "0 to 1 share", "write 0.014, or set unit = \"%\""],
    );
    one(
        "value = 8\n",
        "value = 108\n",
        "108",
        "segment.bev_car.exit.export.value",
        m,
        &["108 %", "0 to 100 %"],
    );
    one(
        "low = 0.1",
        "low = -0.1",
        "-0.1",
        "segment.bev_car.replacement.share.low",
        "negative value",
        &["-0.1 share"],
    );
    one(
        "[2020, 0.33]",
        "[2020, 33]",
        "33",
        "segment.bev_car.exit.unknown.data.values",
        m,
        &["write 0.33"],
    );
}

#[test]
fn numbers_are_finite_and_not_negative() {
    let k = "segment.bev_car.replacement.age_limit.value";
    one("value = 12\n", "value = -12\n", "-12", k, "negative value", &["-12 yr"]);
    for text in ["nan", "inf", "-inf", "+nan", "1e999", "-1e999"] {
        let to = format!("value = {text}\nsource = \"guess\" # here");
        let from = "value = 12\nprior = \"fixed\"\nsource = \"guess\"";
        let to = to.replace("source", "prior = \"fixed\"\nsource");
        one(from, &to, &format!("{text}\nprior"), k, "not a finite number", &[text]);
    }
    let huge = format!("value = {}\n", "9".repeat(400));
    one("value = 12\n", &huge, &"9".repeat(400), k, "not a finite number", &["9999"]);
    one("value = 12\n", "value = 1e308\n", "1e308", k, "value too large", &["1e308 yr"]);
    one(
        "value = 18,",
        "value = 0, ",
        "0,  low",
        "segment.bev_car.lifetime.vehicle.mean.value",
        "value must be positive",
        &["above 0"],
    );
}

#[test]
fn wrong_type_says_which() {
    let m = "wrong type";
    let k = "segment.bev_car.replacement.age_limit.value";
    one(
        "value = 12\n",
        "value = \"12\"\n",
        "\"12\"",
        k,
        m,
        &["TOML string", "a number", "write 12"],
    );
    one("value = 12\n", "value = \"4 %\"\n", "\"4 %\"\nprior", k, m, &["TOML string", "unit"]);
    one("value = 12\n", "value = 1979-05-27\n", "1979-05-27", k, m, &["TOML datetime"]);
    one("value = 12\n", "value = true\n", "true\nprior", k, m, &["TOML boolean"]);
    one("value = 12\n", "value = [1]\n", "[1]", k, m, &["TOML array"]);
    one(
        "start = 2020",
        "start = 2020.0",
        "2020.0",
        "time.start",
        m,
        &["a whole number", "TOML float"],
    );
    one(
        "start = 2020",
        "start = 99999999999999999999999",
        "99999999999999999999999",
        "time.start",
        "whole number outside its range",
        &["1 to 9999"],
    );
    one("title = \"Toy\"", "title = 7", "7\n\n[time]", "title", m, &["a string"]);
    one(
        "[[2024, 50]]",
        "7",
        "7\n\n[segment.bev_car.pack_size]",
        "segment.bev_car.sales.data.values",
        m,
        &["an array", "[[2010, 1.5]"],
    );
    one(
        "[2024, 50]",
        "[2024, 50, 1]",
        "[2024, 50, 1]",
        "segment.bev_car.sales.data.values",
        "not a pair of year and value",
        &["[year, value]"],
    );
    one(
        "[policy.baseline]",
        "[policy]\nx = 1\n[policy.baseline]",
        "1\n[policy.b",
        "policy.x",
        m,
        &["a table"],
    );
    one(
        "grade = \"B\"\nvalues = { lithium = 0.11",
        "grade = 2\nvalues = { lithium = 0.11",
        "2\nvalues = { lithium",
        "chemistry.NMC622.intensity.grade",
        m,
        &["a string"],
    );
}

#[test]
fn sources_and_grades_are_complete() {
    let paper = "values = [[2020, 50]";
    one(
        "source = \"paper\"\ngrade = \"B\"\nvalues = { LFP = 20",
        "source = \"papr\"\ngrade = \"B\"\nvalues = { LFP = 20",
        "\"papr\"",
        "segment.bev_car.chemistry_share.data.source",
        "unknown source",
        &["write \"paper\""],
    );
    one(
        "guess = \"A guess\"",
        "guess = \"A guess\"\nspare = \"x\"",
        "spare",
        "sources.spare",
        "unused source",
        &["source = \"spare\""],
    );
    one(
        "paper = \"A paper\"",
        "paper = \" \"",
        "\" \"",
        "sources.paper",
        "empty text",
        &["at least one character"],
    );
    one(
        "source = \"guess\"\ngrade = \"D\"\n[segment.bev_car.replacement.age_limit]",
        "grade = \"D\"\n[segment.bev_car.replacement.age_limit]",
        "[segment.bev_car.replacement.share]",
        "segment.bev_car.replacement.share.source",
        "missing key",
        &["[sources]"],
    );
    one(
        &format!("grade = \"A\"\n{paper}"),
        paper,
        "[[segment.bev_car.pack_size.data]]",
        "segment.bev_car.pack_size.data.grade",
        "missing key",
        &["\"D\" (judgement)"],
    );
    one(
        &format!("grade = \"A\"\n{paper}"),
        &format!("grade = \"a\"\n{paper}"),
        "\"a\"",
        "segment.bev_car.pack_size.data.grade",
        "unknown grade",
        &["A, B, C, D", "write grade = \"A\""],
    );
    one(
        "projection_source = \"guess\"\n",
        "",
        "[segment.bev_car.sales]",
        "segment.bev_car.sales.projection_source",
        "missing key",
        &["projection_source"],
    );
    one("D = \"25 %\"\n", "", "[grades]", "grades.D", "missing key", &["D ="]);
}

#[test]
fn percentages_are_checked() {
    let m = "not a percentage";
    for text in ["4 percent", "%", "4", "nan %", "1e999 %", ""] {
        let to = format!("projection_spread = \"{text}\"");
        let marker = format!("\"{text}\"\nprojection_source");
        one(
            "projection_spread = \"4 %\"",
            &to,
            &marker,
            "segment.bev_car.sales.projection_spread",
            m,
            &["write \"4 %\" or 0.04"],
        );
    }
    let m = "spread outside its range";
    one("B = 0.05", "B = 5", "5\nC", "grades.B", m, &["write \"5 %\" if percent is meant"]);
    one(
        "sd = \"5 %\"",
        "sd = \"-5 %\"",
        "\"-5 %\"",
        "segment.bev_car.sales.noise.sd",
        m,
        &["0 to 1"],
    );
    one(
        "persistence = 0.7",
        "persistence = 1",
        "1, source",
        "segment.bev_car.sales.noise.persistence",
        "persistence outside its range",
        &["below, 1"],
    );
}

#[test]
fn priors_have_ordered_bounds() {
    let m = "low, value and high are not in order";
    one(
        "low = 0.98",
        "low = 1.01",
        "1.01",
        "intensity_factor.lithium.low",
        m,
        &["low = 1.01, value = 1.0, high = 1.2"],
    );
    one(
        "high = 1.2",
        "high = 0.99",
        "0.99",
        "intensity_factor.lithium.high",
        m,
        &["low <= value <= high"],
    );
    one(
        "low = 0.98\n",
        "",
        "[intensity_factor.lithium]",
        "intensity_factor.lithium.low",
        "missing key",
        &["smallest"],
    );
    one(
        "prior = \"pert\"\n[",
        "prior = \"part\"\n[",
        "\"part\"",
        "intensity_factor.lithium.prior",
        "unknown word",
        &["write \"pert\""],
    );
    one(
        "prior = \"pert\"\n[",
        "[",
        "0.98\nhigh",
        "intensity_factor.lithium.low",
        "low and high without a prior that uses them",
        &["add prior = \"pert\""],
    );
}

#[test]
fn everything_is_reported_in_file_order_and_capped() {
    let text = changed("value = 12", "value = -12")
        .replace("value = 0.95\n", "value = 7\n")
        .replace("region = \"toy\"", "region = \"Toy\"");
    let lines: Vec<_> = diagnostics(&text).iter().filter_map(|d| d.position()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.is_sorted());

    let many: String = (0..200).map(|i| format!("[zz{i}]\n")).collect();
    let found = diagnostics(&format!("{SMALL}{many}"));
    assert_eq!(found.len(), 51);
    assert_eq!(found[50].message(), "and 150 more");
    let error = Scenario::from_file("no/such/file.toml").expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::Io);
}
