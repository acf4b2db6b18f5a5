//! Every command with missing, unreadable, empty, huge, outdated or contradictory
//! input.

use crate::bed::{Place, TOY, blackmass, done, fails, text};
use std::fs;

#[test]
fn the_command_line_is_checked() {
    let cases: [(&[&str], &str); 35] = [
        (&[], "Usage"),
        (&["rum"], "run"),
        (&["run"], "SCENARIO"),
        (&["run", TOY, "--draws", "0"], "1..=1000000"),
        (&["run", TOY, "--draws", "1e4"], "1e4"),
        (&["run", TOY, "--seed", "-1"], "--seed"),
        (&["run", TOY, "--threads", "0"], "1..=1024"),
        (&["run", TOY, "--drows", "5"], "--draws"),
        (&["run", TOY, "--detail", "all"], "short, full"),
        (&["run", TOY, "--set", "mmx"], "baseline"),
        (&["run", TOY, "--design", "halton"], "mc, lhs, sobol"),
        (&["run", TOY, "--design", "samples"], "samples=FILE"),
        (&["run", TOY, "--design", "oat", "--levels", "0.1"], "1 levels"),
        (&["run", TOY, "--design", "oat", "--levels", "0.9,0.1"], "ascending"),
        (&["run", TOY, "--design", "oat", "--levels", "5,95"], "above 0 and below 1"),
        (&["run", TOY, "--levels", "0.1,0.9"], "no --design"),
        (&["run", TOY, "--design", "factorial"], "--vary"),
        (&["run", TOY, "--prior-scale", "nan"], "from 0 to 10"),
        (&["run", TOY, "--freeze", "noise"], "epistemic"),
        (&["run", TOY, "--policy", "colect"], "a_retain"),
        (&["explain", TOY, "--policy", "colect"], "a_retain"),
        (&["run", TOY, "--until-precise", "toy.recovered"], "SERIES=WIDTH"),
        (&["run", TOY, "--until-precise", "toy.recovered=0"], "above 0"),
        (&["run", TOY, "--until-precise", "toy.recoverd=1"], "explain"),
        (&["run", TOY, "--until-precise", "toy.recovered[gold]=1"], "lithium"),
        (&["run", TOY, "--design", "lhs", "--until-precise", "toy.recovered=1"], "independent"),
        (&["run", TOY, "--resume"], "--out"),
        (&["run", TOY, "--force"], "--out"),
        (&["run", TOY, "--shard", "1/2"], "--out"),
        (&["run", TOY, "--shard", "3/2", "--out", "x"], "3/2"),
        (&["run", TOY, "tests/data/../data/small.toml", "--out", "x"], "small twice"),
        (&["merge"], "DIR|FILE"),
        (&["compare"], "DIR"),
        (&["completions", "tcsh"], "bash"),
        (&["new", "x", "--from", "mars"], "japan_eu"),
    ];
    for (arguments, word) in cases {
        fails(2, arguments, &[word]);
    }
    assert!(!std::path::Path::new("x").exists());
}

/// Commands that read a scenario.
const READERS: [&str; 3] = ["run", "check", "explain"];

#[test]
fn a_wrong_scenario_is_refused_by_every_command() {
    let place = Place::new("scenarios");
    let toy = fs::read_to_string(TOY).expect("readable");
    let change = |from: &str, to: &str| {
        assert!(toy.contains(from), "{from}");
        toy.replacen(from, to, 1)
    };
    let huge = format!("# {}\n{toy}", "x".repeat(5 << 20));
    let folder = place.path("folder");
    fs::create_dir(&folder).expect("writable");
    let place_of = ["--> ", "key", "found", "allowed", "fix"];
    let cases = [
        (place.path("none.toml"), vec!["no such scenario", "found", "allowed", "fix"]),
        (folder, vec!["a folder", "found", "allowed", "fix"]),
        (place.file("empty.toml", ""), vec!["empty file", "found", "allowed", "fix"]),
        (place.file("huge.toml", huge), vec!["too large", "found", "allowed", "fix"]),
        (place.file("binary.toml", [0x61, 0xff, 0x00]), vec!["not UTF-8", "0xFF", "fix"]),
        (place.file("syntax.toml", "a = = 1"), vec!["not valid TOML", "syntax.toml:1:", "a = = 1"]),
        (
            place.file("version.toml", change("schema_version = 2", "schema_version = 9")),
            vec!["unsupported schema version", "version.toml:2:18", "found: 9"],
        ),
        (
            place.file("unit.toml", change("unit = \"kg/kWh\"", "unit = \"g/kWh\"")),
            [&place_of[..], &["wrong unit", "\"g/kWh\"", "^^^^^^^"]].concat(),
        ),
        (
            place.file(
                "contrary.toml",
                change("start = 2020\nend = 2024", "start = 2024\nend = 2020"),
            ),
            [&place_of[..], &["the end is not after the start", "start = 2024, end = 2020"]]
                .concat(),
        ),
        (
            place.file(
                "include.toml",
                "schema_version = 2\ntitle = \"x\"\ninclude = [\"no.toml\"]\n",
            ),
            [&place_of[..], &["included file cannot be read", "no.toml"]].concat(),
        ),
    ];
    for (file, words) in &cases {
        for reader in READERS {
            fails(1, &[reader, file], words);
        }
        // A good scenario before it is not run in vain.
        let out = place.path("out");
        fails(1, &["run", TOY, file, "--out", &out], words);
        assert!(!std::path::Path::new(&out).exists());
    }
}

#[cfg(unix)]
#[test]
fn devices_and_unreadable_files_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    fails(1, &["check", "/dev/null"], &["/dev/null"]);
    let place = Place::new("unreadable");
    let file = place.file("secret.toml", "x");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).expect("permissions");
    // A superuser reads it all the same, and finds no scenario.
    fails(1, &["check", &file], &["secret.toml", "found"]);
}

#[test]
fn a_line_is_drawn_and_marked() {
    let place = Place::new("drawn");
    let toy = fs::read_to_string(TOY).expect("readable");
    let file = place.file("drawn.toml", toy.replacen("grade = \"B\"", "grade = \"E\"", 1));
    let message = fails(1, &["check", &file], &["unknown grade"]);
    let lines: Vec<&str> = message.lines().collect();
    let at = lines.iter().position(|line| line.contains("grade = \"E\"")).expect("the line");
    let column = lines[at].find("\"E\"").expect("the word");
    assert_eq!(lines[at + 1].find("^^^"), Some(column), "{message}");
    assert!(lines[at + 1].contains("found: \"E\""), "{message}");
    assert!(message.contains("= key: ") && message.contains("= allowed: A, B, C, D"), "{message}");
    assert!(message.contains("= fix: "), "{message}");
}

#[test]
fn mutants_are_refused_without_a_panic() {
    let place = Place::new("mutants");
    let toy = fs::read_to_string(TOY).expect("readable");
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let splices = [
        "nan",
        "-1",
        "\"",
        "[",
        "}",
        "=",
        "\u{1b}[31m",
        "\u{202e}",
        "\t",
        "1e999",
        "ä",
        "\0",
        "\r",
    ];
    let mut codes = [0; 2];
    for _ in 0..150 {
        let mut bytes = toy.clone().into_bytes();
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            let until = (at + random(12)).min(bytes.len());
            let splice = splices[random(splices.len())];
            bytes.splice(at..until, splice.bytes());
        }
        let file = place.file("mutant.toml", bytes);
        let output = blackmass(&["check", &file]);
        let code = output.status.code().expect("an exit code");
        assert!(code == 0 || code == 1, "{code}");
        codes[code as usize] += 1;
        assert!(!output.stderr.contains(&0x1b), "an escape code of the file is shown");
        assert!(!text(&output.stderr).contains("panicked"));
    }
    assert!(codes[1] > 50, "{codes:?}");
}

#[test]
fn results_to_compare_are_checked() {
    let place = Place::new("compare");
    let good = place.path("good");
    done(&["run", TOY, "--draws", "32", "--out", &good, "-q"]);
    let part = ["file", "found", "allowed", "fix"];
    fails(1, &["compare", &good, &place.path("none")], &["none", "found", "fix"]);
    fails(2, &["compare", &good], &["--policy", "found", "allowed", "fix"]);
    fails(2, &["compare", &good, "--policy", "baseline", "--policy", "x"], &["x", "collect"]);
    let csv = fs::read_to_string(format!("{good}/outcome.csv")).expect("there");
    let manifest = fs::read_to_string(format!("{good}/manifest.json")).expect("there");
    let bad = place.path("bad");
    fs::create_dir(&bad).expect("writable");
    let cases: [(&str, String, &str, &str); 7] = [
        ("manifest.json", String::new(), "manifest", "EOF"),
        ("manifest.json", "{}".to_owned(), "manifest", "policies"),
        ("manifest.json", manifest.replace("\"draws\": 32", "\"draws\": -3"), "manifest", "draws"),
        ("outcome.csv", String::new(), "outcome", "policy,region"),
        ("outcome.csv", csv[..csv.len() / 2].to_owned(), "outcome.csv", "found"),
        ("outcome.csv", csv.replacen(",2021,", ",nan,", 1), "outcome.csv:2:1", "a year"),
        (
            "outcome.csv",
            csv.replacen("baseline,toy", "baseline,toy,toy", 1),
            "outcome.csv:2:1",
            "16 fields",
        ),
    ];
    for (name, content, one, two) in cases {
        fs::write(format!("{bad}/manifest.json"), &manifest).expect("writable");
        fs::write(format!("{bad}/outcome.csv"), &csv).expect("writable");
        done(&["compare", &good, &bad]);
        fs::write(format!("{bad}/{name}"), content).expect("writable");
        fails(1, &["compare", &good, &bad], &[&part[1..], &[one, two]].concat());
    }
}

#[test]
fn shards_to_merge_are_checked() {
    let place = Place::new("merge");
    let empty = place.path("empty");
    fs::create_dir(&empty).expect("writable");
    fails(1, &["merge", &empty], &["no shards", "found", "allowed", "fix"]);
    fails(1, &["merge", &place.path("none.part")], &["none.part", "found", "fix"]);
    let alone = place.file("shard-1-of-2.part", "junk");
    fails(1, &["merge", &alone], &["run.json", "found", "allowed", "fix"]);
    place.file("run.json", "{");
    fails(1, &["merge", &alone], &["run.json", "does not say what was run"]);
    place.file("run.json", "{\"scenario\": \"tests/data/small.toml\", \"options\": [\"--drows\"]}");
    fails(1, &["merge", &alone], &["run.json", "--drows"]);
    place.file("run.json", "{\"scenario\": \"tests/data/small.toml\", \"options\": []}");
    fails(1, &["merge", &alone], &["shard-1-of-2.part"]);
    place.file("run.json", "{\"scenario\": \"gone.toml\", \"options\": []}");
    fails(1, &["merge", &alone], &["gone.toml", "no such scenario"]);
}
