//! What is wrong with the world part of a file is said with file, line, key,
//! what was found, what is allowed and the nearest valid name.

mod common;

use blackmass::Diagnostic;
use blackmass::scenario::Scenario;
use common::{SMALL, place};

const WORLD: &str = include_str!("data/world.toml");
/// Beside the shipped files, which it includes.
const FILE: &str = "scenarios/world.toml";

/// The file with the one place that reads `from` changed to `to`.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(WORLD.matches(from).count(), 1, "`{from}` must stand once");
    WORLD.replace(from, to)
}

/// Expects exactly one diagnostic, with this message, at `marker`, about `key`,
/// with all of `words`.
fn wrong(text: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let error = Scenario::from_toml(FILE, text).expect_err("must be refused");
    let [found] = error.diagnostics() else { panic!("{error}") };
    let shown = found.to_string();
    assert_eq!((found.message(), found.key_name()), (message, Some(key)), "{shown}");
    assert_eq!(found.position(), Some(place(text, marker)), "{shown}");
    assert!(shown.starts_with("scenarios/world.toml:"), "{shown}");
    for word in words {
        assert!(shown.contains(word), "`{word}` is not in:\n{shown}");
    }
}

/// Changes one place and expects exactly one diagnostic, there.
fn one(from: &str, to: &str, key: &str, message: &str, words: &[&str]) {
    wrong(&changed(from, to), to, key, message, words);
}

fn added(text: &str) -> String {
    format!("{WORLD}{text}")
}

#[test]
fn a_route_leads_from_a_region_to_another_place() {
    let share = "share = { unit = \"%\", value = 1, source = \"idea\", grade = \"D\" }\n";
    let text = added(&format!("[trade.scrap.eu.chna]\n{share}"));
    let key = "trade.scrap.eu.chna";
    wrong(&text, "chna", key, "unknown key", &["write `china`", "japan, korea, china, other_oecd"]);
    let text = added(&format!("[trade.scrap.eu.eu]\n{share}"));
    wrong(&text, "eu]\nshare", "trade.scrap.eu.eu", "unknown key", &["japan, korea"]);
    let text = added(&format!("[trade.scrap.korea.eu]\n{share}"));
    wrong(&text, "korea.eu]", "trade.scrap.korea", "unknown key", &["japan, eu"]);
    let text = added(&format!("[trade.blackmass.eu.korea]\n{share}"));
    wrong(&text, "blackmass", "trade.blackmass", "unknown key", &["write `black_mass`"]);
    let text = added(&format!("[trade.scrap.eu.korea]\n{}", share.replace("share =", "shar =")));
    wrong(&text, "shar = ", "trade.scrap.eu.korea.shar", "unknown key", &["write `share`"]);
}

#[test]
fn shares_of_one_thing_are_at_most_the_whole() {
    let text =
        changed("share = { unit = \"%\", value = 10 }", "share = { unit = \"%\", value = 75 }");
    wrong(
        &text,
        "[trade.black_mass.eu.china.share]",
        "trade.black_mass.eu.china.share",
        "more goes out than there is",
        &["black_mass of eu: japan 0.75 + china 0.3 = 1.05 in 2021", "at most 1 in sum"],
    );
    let text = changed("korea = { value = 25 }", "korea = { value = 45 }");
    let (key, message) = ("supply.cells.eu.china", "origins exceed the whole");
    let words = ["cells imported by eu: korea 0.45 + china 0.6 = 1.05 in 1997"];
    wrong(&text, "{ value = 60 }\nkorea", key, message, &words);
    let text = changed("eu = { value = 10 }", "eu = { value = 50 }");
    let key = "partner.korea.passes_on.china";
    let words = ["metal of korea: eu 0.5 + china 0.6 = 1.1 in 1997"];
    let marker = "{ value = 60 }\neu";
    wrong(&text, marker, key, "more is passed on than there is", &words);
}

#[test]
fn bans_have_dates_in_order() {
    let key = "trade.black_mass.eu.china.barred";
    let (from, until) = (format!("{key}.from"), format!("{key}.until"));
    let text = changed("until = \"2035-01-01\"", "until = \"2026-01-01\"");
    wrong(
        &text,
        "\"2026-01-01\"",
        &until,
        "a ban that ends before it starts",
        &["from = \"2026-12-09\", until = \"2026-01-01\"", "an end after the beginning"],
    );
    for date in ["\"2026-02-29\"", "\"2026-13-01\"", "\"9 December 2026\""] {
        one("\"2026-12-09\"", date, &from, "not a date", &[date, "2027"]);
    }
    let day = "2026-12-08";
    one("\"2026-12-09\"", day, &from, "wrong type", &["write \"2026-12-08\""]);
    one("\"2026-12-09\"", "1996", &from, "date outside the scenario", &["1996", "1997 to 2050"]);
    let text = changed("from = 2040", "from = 2051");
    wrong(&text, "2051", &from, "date outside the scenario", &["1997 to 2050"]);
    let text = changed("until = 2030", "until = 1997");
    let opening = "trade.scrap.japan.korea.barred.until";
    wrong(&text, "1997", opening, "date outside the scenario", &["1997 to 2050"]);
    let text = changed("until = 2030\n", "");
    let (key, message) = ("trade.scrap.japan.korea.barred.from", "a ban without a date");
    wrong(&text, "[[trade.scrap.japan.korea.barred]]", key, message, &["neither from nor until"]);
    let text = changed("from = 2040", "from = 2034");
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused").to_string();
    assert!(error.contains("bans overlap") && error.contains("one after the other"), "{error}");
}

#[test]
fn origins_fit_one_and_are_there_for_every_mineral() {
    let text =
        changed("australia = 40, chile = 20, china = 20", "australia = 40, chile = 20, china = 50");
    wrong(
        &text,
        "{ australia = 40",
        "supply.mine.lithium.data.values",
        "origins exceed the whole",
        &["a sum of 110 % in 2024", "at most 100 %", "10 % too much"],
    );
    let text = changed("china = 0.8 }", "china = -0.8 }");
    wrong(&text, "-0.8", "supply.mine.graphite.data.values.china", "negative value", &["0 to 1"]);
    let text = changed("year = 2034", "year = 2023");
    let (key, message) = ("supply.mine.lithium.data.year", "years do not ascend");
    wrong(&text, "2023\n", key, message, &["2023 after 2024"]);
}

#[test]
fn minerals_are_materials_with_origins() {
    let text = changed(
        "materials = [\"lithium\", \"graphite\"]",
        "materials = [\"lithium\", \"graphte\", \"graphite\"]",
    );
    let words = ["write \"graphite\"", "lithium, nickel"];
    wrong(&text, "\"graphte\"", "supply.materials", "unknown material", &words);
    let text = changed(
        "materials = [\"lithium\", \"graphite\"]",
        "materials = [\"lithium\", \"graphite\", \"nickel\"]",
    );
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused");
    let keys: Vec<_> = error.diagnostics().iter().filter_map(Diagnostic::key_name).collect();
    assert_eq!(keys, ["supply.mine.nickel", "supply.refine.nickel"], "{error}");
    assert!(error.diagnostics().iter().all(|d| d.message() == "missing key"), "{error}");
}

#[test]
fn levers_name_a_quantity_that_is_there() {
    let name = "\"world.trade.scrap.eu.japan.share\"";
    let key = "policy.cooperation.levers.name";
    let near = ["write \"world.trade.scrap.eu.japan.share\""];
    one(name, "\"world.trade.scrap.eu.japan.shar\"", key, "unknown quantity", &near);
    one(name, "\"world.trade.scrap.eu.japn.share\"", key, "unknown quantity", &near);
    one(name, "\"worl.trade.scrap.eu.japan.share\"", key, "unknown region", &near);
    one(
        name,
        "\"world.tension.persistence\"",
        key,
        "unknown quantity",
        &["holds for all years alike"],
    );
    let cap = "\"world.trade.scrap.eu.japan.cap\"";
    one(name, cap, key, "this quantity is not given", &["add [trade.scrap.eu.japan.cap]"]);
}

#[test]
fn instruments_change_quantities_that_are_there() {
    let key = "instrument.classification.changes.name";
    let near = ["write \"eu.refining.later\""];
    one("\"eu.refining.later\"", "\"eu.refining.latr\"", key, "unknown quantity", &near);
    one("\"eu.refining.later\"", "\"ue.refining.later\"", key, "unknown region", &["world"]);
    let own = "\"world.instrument.pooling\"";
    let message = "an instrument that changes an instrument";
    one("\"eu.refining.later\"", own, key, message, &["name the quantity itself"]);
    let pooled = "\"world.trade.black_mass.eu.japan.refused\"\nset = 0.5\nunit = \"share\"";
    let text = changed("\"world.trade.black_mass.eu.japan.refused\"\nmultiply = 0.5", pooled);
    assert!(Scenario::from_toml(FILE, &text).is_ok());
    let text =
        text.replace("\"world.stockpile.pooled\"", "\"world.trade.black_mass.eu.japan.refused\"");
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused").to_string();
    assert!(error.contains("set by two changes"), "{error}");
    assert!(error.contains("set in the instruments classification and pooling"), "{error}");
    let text = changed("low = 0.3", "low = 0.6");
    let (key, message) =
        ("instrument.classification.changes.low", "low, value and high are not in order");
    wrong(&text, "0.6\n", key, message, &["low = 0.6, value = 0.5"]);
    let text = changed("ceiling = 100\n", "");
    let key = "instrument.pooling.changes.ceiling";
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused");
    assert_eq!(error.diagnostics()[0].key_name(), Some(key), "{error}");
    one(
        "\"beyond\"",
        "\"beyonder\"",
        "instrument.pooling.tag",
        "unknown word",
        &["write \"beyond\""],
    );
}

#[test]
fn policies_name_instruments_that_are_there() {
    let key = "policy.more.instruments";
    let text = changed("instruments = [\"pooling\"]", "instruments = [\"poling\"]");
    wrong(&text, "\"poling\"", key, "unknown instrument", &["write \"pooling\"", "classification"]);
    // One region alone has none.
    let text = format!("{SMALL}\n[policy.extra]\ninstruments = [\"pooling\"]\n");
    let error = Scenario::from_toml("toy.toml", &text).expect_err("must be refused").to_string();
    assert!(error.contains("unknown key") && error.contains("policy.extra.instruments"), "{error}");
}

#[test]
fn black_mass_goes_where_it_is_paid_and_refined() {
    let text = changed("[partner.china.refining.spare]", "[partner.korea.refining.spare]")
        .replace("[[partner.china.refining.spare.data]]", "[[partner.korea.refining.spare.data]]");
    let key = "partner.china.refining.spare";
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused");
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    assert_eq!(error.diagnostics()[0].key_name(), Some(key), "{error}");
    assert!(error.to_string().contains("add [partner.china.refining.spare] with unit"), "{error}");
    let text = changed("japan = { value = 65 }\n", "");
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused");
    assert_eq!(error.diagnostics()[0].key_name(), Some("trade.payable.japan"), "{error}");
}

#[test]
fn stockpiles_are_filled_in_some_time() {
    let fill = "fill = { unit = \"yr\", value = 3, source = \"idea\", grade = \"D\" }\n";
    wrong(
        &changed(fill, ""),
        "[stockpile]",
        "stockpile.fill",
        "missing key",
        &["add [stockpile.fill]"],
    );
}

#[test]
fn disruptions_hit_someone_by_some_law() {
    let key = |name: &str| format!("disruption.graphite_licences.{name}");
    let text = changed("country = \"china\"", "country = \"chna\"");
    wrong(&text, "\"chna\"", &key("country"), "unknown country", &["write \"china\"", "chile"]);
    let text = changed("stages = [\"refine\"]", "stages = [\"refin\"]");
    let error = Scenario::from_toml(FILE, &text).expect_err("must be refused").to_string();
    assert!(error.contains("unknown stage") && error.contains("write \"refine\""), "{error}");
    let text = changed("materials = [\"graphite\"]", "materials = [\"nickel\"]");
    let words = ["lithium, graphite"];
    wrong(&text, "\"nickel\"]", &key("materials"), "unknown material", &words);
    let text = changed(
        "duration = { unit = \"yr\", value = 2 }",
        "duration = { unit = \"yr\", value = 0.5 }",
    );
    wrong(&text, "0.5 }\nseverity", &key("duration.value"), "value below 1", &["0.5 yr", "1 to"]);
    let text = changed("severity = { unit = \"%\", value = 40 }\n", "");
    let marker = "[disruption.graphite_licences]";
    wrong(&text, marker, &key("severity"), "missing key", &["unit, value, source, grade"]);
}

#[test]
fn one_region_alone_has_no_world() {
    let text = format!(
        "{SMALL}\n[tension]\nsd = {{ unit = \"1\", value = 1, source = \"guess\", grade = \"D\" }}\n"
    );
    let error = Scenario::from_toml("toy.toml", &text).expect_err("must be refused");
    assert_eq!(error.diagnostics().len(), 1, "{error}");
    let shown = error.to_string();
    assert!(shown.contains("unknown key") && shown.contains("found    tension"), "{shown}");
    assert!(shown.contains("move [tension] to a file that includes several regions"), "{shown}");
}
