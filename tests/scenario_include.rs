//! Files that include others: pathways and several regions.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use blackmass::scenario::{Law, Scenario};
use blackmass::system::Change;
use blackmass::{Diagnostic, ErrorKind};
use common::{SMALL, place};

const PATHWAY: &str = include_str!("data/pathway.toml");

/// A file with two regions.
const BOTH: &str =
    "schema_version = 2\ntitle = \"Both\"\ninclude = [\"toy.toml\", \"isle.toml\"]\n";

/// A folder of its own for each test, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("blackmass-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(&path, text).expect("a file for the test");
        path
    }

    /// Reads `text` as the file `name` in the folder.
    fn read(&self, name: &str, text: &str) -> Result<Scenario, blackmass::Error> {
        Scenario::from_file(self.put(name, text))
    }

    /// The only diagnostic of `text`.
    fn wrong(&self, name: &str, text: &str) -> Diagnostic {
        let error = self.read(name, text).expect_err("must be refused");
        assert_eq!(error.kind(), ErrorKind::Scenario);
        assert_eq!(error.diagnostics().len(), 1, "{error}");
        error.diagnostics()[0].clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The small scenario as another region.
fn isle() -> String {
    SMALL.replace("region = \"toy\"", "region = \"isle\"")
}

fn both(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.put("toy.toml", SMALL);
    folder.put("isle.toml", &isle());
    folder
}

fn check(found: &Diagnostic, file: &str, at: (usize, usize), message: &str, words: &[&str]) {
    let shown = found.to_string();
    assert_eq!(found.message(), message, "{shown}");
    assert_eq!(found.position(), Some(at), "{shown}");
    assert!(shown.contains(&format!("{file}:{}:{}", at.0, at.1)), "{shown}");
    for word in words {
        assert!(shown.contains(word), "`{word}` is not in:\n{shown}");
    }
}

#[test]
fn a_pathway_replaces_quantities_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pathway.toml");
    let fast = Scenario::from_file(&path).expect("valid");
    let toy = Scenario::from_toml("toy.toml", SMALL).expect("valid");
    assert_eq!((fast.pathway(), fast.title()), ("fast", "Toy, fast"));
    let (fast_region, toy_region) = (&fast.regions()[0], &toy.regions()[0]);
    let sales = fast_region.series("segment.bev_car.sales").expect("there");
    assert_eq!((sales.at(2021), sales.at(2024)), (20e3, 90e3));
    // Noise and spread of the included sales are gone with them.
    assert!(sales.noise().is_none());
    assert_eq!(sales.relative_sd_at(2024), 0.02);
    assert_eq!(
        fast_region.series("segment.bev_car.pack_size"),
        toy_region.series("segment.bev_car.pack_size")
    );
    // What a group gives in the pathway holds for what stands there only.
    let source = |key: &str| {
        let constant = fast_region.series(key).expect("there").constant().expect("constant");
        constant.source().map(str::to_owned)
    };
    let origin = "segment.bev_car.origin";
    assert_eq!(source(&format!("{origin}.imported_in_products")).as_deref(), Some("plan"));
    assert_eq!(source(&format!("{origin}.imported_cells")).as_deref(), Some("guess"));
    // A lifetime with a law is replaced whole, a parameter alone.
    let life = fast_region.lifetime("segment.portable.battery").expect("there");
    assert_eq!((life.law(), life.spread().value()), (Law::Weibull, 2.0));
    let life = fast_region.lifetime("segment.bev_car.battery").expect("there");
    assert_eq!(
        (life.law(), life.mean().value(), life.spread().value()),
        (Law::Logistic, 16.0, 4.0)
    );
    let plants: Vec<&str> = fast_region.plants().iter().map(|plant| plant.name()).collect();
    assert_eq!(plants, ["Works"]);
    assert_eq!(fast_region.targets(), toy_region.targets());
    let names: Vec<&str> = fast.policies().iter().map(|policy| policy.name()).collect();
    assert_eq!(names, ["baseline", "collect", "a_retain", "share"]);
    assert!(fast.policies()[1].levers().is_empty(), "replaced whole");
    assert_eq!(fast.policies()[3].levers().len(), 3);
    assert!(fast.sources().any(|(id, text)| (id, text) == ("plan", "A plan")));
    assert_ne!(fast.content_hash(), toy.content_hash());
}

#[test]
fn the_hash_does_not_depend_on_how_a_scenario_is_divided() {
    let folder = Folder::new("hash");
    folder.put("toy.toml", SMALL);
    let divided = "schema_version = 2\nregion = \"toy\"\ntitle = \"Toy\"\ninclude = [\"toy.toml\"]\n\
                   [anode.natural_share]\nunit = \"%\"\nvalue = 40\nsource = \"guess\"\ngrade = \"D\"\n";
    let divided = folder.read("divided.toml", divided).expect("valid");
    let from = "unit = \"share\"\nvalue = 0.25\n";
    let whole = common::changed(from, "unit = \"%\"\nvalue = 40\n");
    let whole = Scenario::from_toml("whole.toml", &whole).expect("valid");
    assert_eq!(divided.content_hash(), whole.content_hash());
    assert_eq!(divided.numbers(), whole.numbers());
}

#[test]
fn several_regions_in_one_scenario() {
    let folder = both("several");
    let text = format!(
        "{BOTH}[sources]\nidea = \"An idea\"\n\
         [policy.collect]\n[[policy.collect.levers]]\n\
         name = \"isle.cells.scrap.collected\"\nset = 0.5\nunit = \"share\"\nfrom = 2023\n\
         source = \"idea\"\ngrade = \"D\"\n\
         [policy.own]\nextends = \"baseline\"\ndescription = \"New here\"\n"
    );
    let scenario = folder.read("both.toml", &text).expect("valid");
    let names: Vec<&str> = scenario.regions().iter().map(|region| region.name()).collect();
    assert_eq!(names, ["toy", "isle"]);
    assert_eq!((scenario.title(), scenario.regions()[1].title()), ("Both", "Toy"));
    assert_eq!((scenario.start(), scenario.report(), scenario.end()), (2020, 2021, 2024));
    let policy = |name: &str| {
        let mut policies = scenario.policies().iter();
        policies.find(|policy| policy.name() == name).unwrap_or_else(|| panic!("{name}"))
    };
    let levers: Vec<(&str, &str)> =
        policy("collect").levers().iter().map(|lever| (lever.region(), lever.key())).collect();
    let key = "segment.bev_car.collection.vehicle";
    assert_eq!(levers, [("toy", key), ("isle", key), ("isle", "cells.scrap.collected")]);
    assert_eq!(policy("collect").levers()[2].change(), Change::Set(0.5));
    assert_eq!(policy("own").description(), "New here");
    assert_eq!(policy("a_retain").levers().len(), 6);
    let count = |region: &str| scenario.numbers().iter().filter(|n| n.region() == region).count();
    assert_eq!(count("toy") + 1, count("isle"), "the lever is a number of its region");
}

#[test]
fn a_region_that_lacks_a_policy_keeps_its_baseline() {
    let folder = both("baseline");
    let lever = "[[policy.baseline.levers]]\nname = \"anode.natural_share\"\nset = 0.1\n\
                 unit = \"share\"\nfrom = 2022\nsource = \"guess\"\ngrade = \"D\"\n[policy.collect]";
    let isle = isle().replace("[policy.collect]", lever).replace("a_retain", "a_keep");
    folder.put("isle.toml", &isle);
    let scenario = folder.read("both.toml", BOTH).expect("valid");
    let levers = |name: &str| -> Vec<(&str, &str)> {
        let policy = scenario.policies().iter().find(|policy| policy.name() == name);
        let levers = policy.unwrap_or_else(|| panic!("{name}")).levers().iter();
        levers.map(|lever| (lever.region(), lever.key())).collect()
    };
    assert_eq!(levers("baseline"), [("isle", "anode.natural_share")]);
    assert_eq!(levers("a_retain").last(), Some(&("isle", "anode.natural_share")));
    assert_eq!(levers("a_retain").len(), 4);
    assert_eq!(levers("a_keep").len(), 4, "the baseline of toy has no lever");
}

#[test]
fn different_works_under_one_id_are_told_apart() {
    let folder = both("sources");
    folder.put("isle.toml", &isle().replace("A guess", "Another guess"));
    let scenario = folder.read("both.toml", BOTH).expect("valid");
    let sources: Vec<(&str, &str)> = scenario.sources().collect();
    assert_eq!(
        sources,
        [("isle.guess", "Another guess"), ("paper", "A paper"), ("toy.guess", "A guess")]
    );
    for number in scenario.numbers() {
        assert!(sources.iter().any(|(id, _)| *id == number.source()), "{number:?}");
    }
    let own: Vec<(&str, &str)> = scenario.regions()[1].sources().collect();
    assert_eq!(own, [("guess", "Another guess"), ("paper", "A paper")]);
}

#[test]
fn levers_name_a_region_and_a_key_of_it() {
    let folder = both("levers");
    let lever = |name: &str| {
        format!(
            "{BOTH}[sources]\nidea = \"An idea\"\n[policy.own]\n[[policy.own.levers]]\n\
             name = \"{name}\"\nset = 0.5\nunit = \"share\"\nfrom = 2023\nsource = \"idea\"\n\
             grade = \"D\"\n"
        )
    };
    let wrong = |name: &str, message: &str, words: &[&str]| {
        let text = lever(name);
        let found = folder.wrong("both.toml", &text);
        check(&found, "both.toml", place(&text, &format!("\"{name}\"")), message, words);
    };
    let fix = "write \"isle.anode.natural_share\"";
    wrong("isl.anode.natural_share", "unknown region", &["toy or isle", fix]);
    wrong("anode.natural_share", "unknown region", &["<region>.<key>"]);
    wrong("isle.anode.natural_shar", "unknown quantity", &[fix]);
    let text = lever("isle.segment.bev_car.collection.vehicle")
        .replace("[policy.own]\n", "[policy.own]\nextends = \"collect\"\n");
    let found = folder.wrong("both.toml", &text);
    let at = place(&text, "[[policy.own");
    check(&found, "both.toml", at, "set twice in one policy", &["policy own"]);
}

#[test]
fn regions_must_agree_on_years_and_names() {
    let folder = both("unequal");
    let wrong = |from: &str, to: &str, marker: &str, message: &str, words: &[&str]| {
        let isle = isle().replace(from, to);
        folder.put("isle.toml", &isle);
        let found = folder.wrong("both.toml", BOTH);
        check(&found, "isle.toml", place(&isle, marker), message, words);
    };
    let years = ["isle: 2020 to 2024, reported from 2020", "toy: 2020 to 2024, reported from 2021"];
    wrong("report = 2021\n", "", "[time]", "regions with unequal years", &years);
    let to = "\"nickel_cobalt\", \"iron\", \"other\", \"spare\"]";
    let from = "\"nickel_cobalt\", \"iron\", \"other\"]";
    let isle = isle().replace(from, to).replace(
        "other.iron = { value = 0.27 }",
        "other.iron = { value = 0.27 }\nother.spare.value = 0",
    );
    folder.put("isle.toml", &isle);
    let found = folder.wrong("both.toml", BOTH);
    let words = ["isle: nickel_cobalt, iron, other, spare; toy: nickel_cobalt, iron, other"];
    check(
        &found,
        "isle.toml",
        place(&isle, "[\"nickel_cobalt"),
        "regions with unequal classes",
        &words,
    );
    folder.put("isle.toml", SMALL);
    let found = folder.wrong("both.toml", BOTH);
    assert_eq!(found.message(), "region included twice");
}

#[test]
fn errors_name_the_file_in_which_they_stand() {
    let folder = Folder::new("places");
    let small = common::changed("value = 12\n", "value = -12\n");
    folder.put("parts/small.toml", &small);
    let pathway = PATHWAY.replace("small.toml", "parts/small.toml");
    let found = folder.wrong("pathway.toml", &pathway);
    check(&found, "small.toml", place(&small, "-12"), "negative value", &["-12 yr"]);
    folder.put("parts/small.toml", SMALL);
    let text = pathway.replace("capacity = 2\n", "capacity = -2\n");
    let found = folder.wrong("pathway.toml", &text);
    check(&found, "pathway.toml", place(&text, "-2\n"), "negative value", &["-2 kt/yr"]);
    // The sources of both files are known, each must be used in its own file.
    let text = pathway.replace("plan = \"A plan\"", "plan = \"A plan\"\nspare = \"None\"");
    let found = folder.wrong("pathway.toml", &text);
    check(&found, "pathway.toml", place(&text, "spare"), "unused source", &["spare"]);
    let old = SMALL.replace("schema_version = 2", "schema_version = 1");
    folder.put("parts/small.toml", &old);
    let found = folder.wrong("pathway.toml", &pathway);
    let message = "schema version 1 is no longer read";
    check(&found, "small.toml", place(&old, "1\nregion"), message, &[]);
}

#[test]
fn includes_that_cannot_be_read_are_refused() {
    let folder = Folder::new("unreadable");
    let include = |list: &str| format!("schema_version = 2\ntitle = \"T\"\ninclude = {list}\n");
    let wrong = |list: &str, marker: &str, message: &str, words: &[&str]| {
        let text = include(list);
        let found = folder.wrong("top.toml", &text);
        check(&found, "top.toml", place(&text, marker), message, words);
        assert_eq!(found.key_name(), Some("include"));
    };
    let unreadable = "the included file cannot be read";
    wrong("[\"none.toml\"]", "\"none.toml\"", unreadable, &["none.toml", "check the path"]);
    fs::create_dir_all(folder.0.join("folder")).expect("a folder");
    wrong("[\"folder\"]", "\"folder\"", unreadable, &["not a regular file"]);
    folder.put("large.toml", &" ".repeat((4 << 20) + 1));
    wrong("[\"large.toml\"]", "\"large.toml\"", unreadable, &["too large"]);
    fs::write(folder.0.join("bytes.toml"), [0xff, 0xfe]).expect("a file");
    wrong("[\"bytes.toml\"]", "\"bytes.toml\"", unreadable, &["not UTF-8"]);
    wrong("[\"/etc/hostname\"]", "\"/etc", "include of an absolute path", &["relative"]);
    wrong(
        "[\"top.toml\"]",
        "\"top.toml\"",
        "files include each other in a cycle",
        &["top.toml ->"],
    );
    wrong("[\"./folder/../top.toml\"]", "\"./f", "files include each other in a cycle", &[]);
    wrong("\"toy.toml\"", "\"toy.toml\"", "wrong type", &["include = [\"eu.toml\"]"]);
    wrong("[]", "[]", "wrong type", &["at least one"]);
    wrong("[7]", "7", "wrong type", &["7"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", folder.0.join("zero.toml")).expect("a link");
        wrong("[\"zero.toml\"]", "\"zero.toml\"", unreadable, &["not a regular file"]);
    }
}

#[test]
fn cycles_and_depth_are_limited() {
    let folder = Folder::new("depth");
    let head = |include: &str| {
        format!("schema_version = 2\nregion = \"toy\"\ntitle = \"T\"\ninclude = [\"{include}\"]\n")
    };
    folder.put("b.toml", &head("a.toml"));
    let found = folder.wrong("a.toml", &head("b.toml"));
    let message = "files include each other in a cycle";
    let at = place(&head("a.toml"), "\"a.toml\"");
    check(&found, "b.toml", at, message, &["a.toml -> ", "b.toml -> "]);

    folder.put("p0.toml", SMALL);
    for i in 1..=4 {
        folder.put(&format!("p{i}.toml"), &head(&format!("p{}.toml", i - 1)));
    }
    Scenario::from_file(folder.0.join("p4.toml")).expect("four deep");
    let found = folder.wrong("p5.toml", &head("p4.toml"));
    assert_eq!(found.message(), "includes nested too deep");
    let many = format!("include = [{}]", vec!["\"p0.toml\""; 40].join(", "));
    let text = format!("schema_version = 2\ntitle = \"T\"\n{many}\n");
    let error = folder.read("many.toml", &text).expect_err("too many");
    assert!(error.diagnostics().iter().all(|d| d.message() == "too many included files"));
    assert_eq!(error.diagnostics().len(), 9);
}

#[test]
fn a_pathway_is_one_region_of_one_file() {
    let folder = both("one");
    let head = |region: &str, include: &str| {
        format!("schema_version = 2\nregion = \"{region}\"\ntitle = \"T\"\ninclude = [{include}]\n")
    };
    let text = head("toi", "\"toy.toml\"");
    let found = folder.wrong("path.toml", &text);
    let message = "another region than that of the included file";
    check(&found, "path.toml", place(&text, "\"toi\""), message, &["write region = \"toy\""]);
    let text = head("toy", "\"toy.toml\", \"isle.toml\"");
    let found = folder.wrong("path.toml", &text);
    let message = "a pathway of several files";
    check(
        &found,
        "path.toml",
        place(&text, "[\"toy.toml"),
        message,
        &["toy.toml and", "isle.toml"],
    );
    folder.put("both.toml", BOTH);
    let text = BOTH.replace("[\"toy.toml\", \"isle.toml\"]", "[\"both.toml\"]");
    let found = folder.wrong("top.toml", &text);
    assert_eq!(found.message(), "missing key");
    assert!(found.to_string().contains("both.toml:1:1"), "{found}");
    // Parts on different pathways need a name for the whole.
    folder.put("fast.toml", &PATHWAY.replace("small.toml", "toy.toml"));
    let text = BOTH.replace("toy.toml", "fast.toml");
    let found = folder.wrong("top.toml", &text);
    assert!(found.to_string().contains("fast, reference"), "{found}");
    let named = text.replace("title", "pathway = \"mixed\"\ntitle");
    let mixed = folder.read("top.toml", &named).expect("valid");
    assert_eq!(mixed.pathway(), "mixed");
}
