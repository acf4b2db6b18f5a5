//! The examples of the shipped scenarios as a user meets them: as processes, with options, broken
//! files, pipes and output directories.
#![cfg(feature = "scenario")]

use blackmass::ensemble::{Quantile, Summary};
use blackmass::report::Detail;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle, report};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The examples.
const NAMES: [&str; 3] = ["japan", "eu", "japan_eu"];
const EU: &str = include_str!("../scenarios/eu.toml");

/// Runs a compiled example. `cargo test` builds it beside the test binaries;
/// `cargo test --test examples` does not, so an old one must not pass for new.
fn example(name: &str, options: &[&str]) -> Output {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a target directory");
    let program = profile.join(format!("examples/{name}{}", std::env::consts::EXE_SUFFIX));
    let built = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    let shared = ["mod", "published"].map(|s| format!("examples/shared/{s}.rs"));
    for source in shared.into_iter().chain([format!("examples/{name}.rs")]) {
        let fresh = built(&program) >= built(Path::new(&source));
        assert!(fresh, "{name} is not built or is old: run `cargo build --examples` (--release)");
    }
    Command::new(program).args(options).output().expect("the example runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// A directory for one test, removed at its end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let unique = format!("blackmass-examples-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(directory: &str, name: &str) -> String {
    fs::read_to_string(Path::new(directory).join(name)).expect("the file was written")
}

/// The lines of a CSV text as fields (RFC 4180).
fn parse(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (vec![], vec![], String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert!(row.is_empty() && field.is_empty() && !quoted, "the last line is complete");
    rows
}

fn outcome(scenario: &Scenario, draws: u32, seed: u64) -> Result<(Plan, Outcome), Error> {
    let plan = Plan::compile(&lifecycle::system(scenario)?)?;
    let outcome = Ensemble::new(&plan).draws(draws).seed(seed).run()?;
    Ok((plan, outcome))
}

#[test]
fn bad_options_are_refused_with_code_2() {
    let place = Place::new("options");
    let out = place.path("out");
    let cases: [(&[&str], [&str; 2]); 18] = [
        (&["--draws", "0"], ["--draws", "found    0"]),
        (&["--draws", "-5"], ["--draws", "-5"]),
        (&["--draws", "1e4"], ["--draws", "1e4"]),
        (&["--draws", "10 000"], ["--draws", "10 000"]),
        (&["--draws", "99999999999"], ["--draws", "1 to 1000000"]),
        (&["--draws"], ["--draws", "no value"]),
        (&["--seed", "-1"], ["--seed", "18446744073709551615"]),
        (&["--seed", "x"], ["--seed", "found    x"]),
        (&["--threads", "0"], ["--threads", "1 to 1024"]),
        (&["--threads", "many"], ["--threads", "many"]),
        (&["--drows", "5"], ["--drows", "--draws"]),
        (&["--help=5"], ["--help", "`5`"]),
        (&["--scenario"], ["--scenario", "FILE"]),
        (&["eu.toml"], ["eu.toml", "--scenario"]),
        (&["--pathway"], ["--pathway", "NAME"]),
        (&["--pathway", "mean"], ["found    mean", "reference"]),
        (&["--pathway", "reference", "--scenario", "x"], ["--pathway", "--scenario"]),
        (&["--detail=all"], ["--detail", "`all`"]),
    ];
    for name in NAMES {
        for (options, words) in &cases {
            let output = example(name, &[&["--out", &out], *options].concat());
            let message = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{options:?}\n{message}");
            for word in words.iter().chain(&["key", "found", "allowed", "fix"]) {
                assert!(message.contains(word), "`{word}` is not in:\n{message}");
            }
            assert!(output.stdout.is_empty(), "{options:?}");
            assert!(!Path::new(&out).exists(), "{options:?}");
        }
        let output = example(name, &["--out", ""]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("DIR"));
    }
}

#[test]
fn broken_scenario_files_are_refused_with_code_1() {
    let place = Place::new("scenarios");
    let out = place.path("out");
    // What is changed to what, and words of the message.
    let cases = [
        ("[segment.bev_car.sales]", "[segment.bev_car.salse]", "salse"),
        ("unit = \"vehicles/yr\"", "unit = \"cars\"", "cars"),
        ("set = 0.98", "set = 98", "98"),
        ("set = 0.98", "set = \"high\"", "policy.more_collection"),
        ("set = 0.98", "set = 0.98 0.99", "found    0.98 0.99"),
        ("set = 0.98", "set = nan", "policy.more_collection"),
        ("source = \"batpac52\"", "source = \"batpac53\"", "batpac53"),
        ("grade = \"A\"", "grade = \"E\"", "found    \"E\""),
        ("extends = \"baseline\"", "extends = \"base\"", "base"),
        ("schema_version = 2", "schema_version = 1", "schema_version"),
        ("end = 2050", "end = 1996", "1996"),
        ("class = \"nickel_cobalt\"", "class = \"nickel\"", "nickel"),
        ("region = \"eu\"", "region = \"e u\"", "region"),
    ];
    let mut files: Vec<(String, Vec<u8>, String)> = Vec::new();
    for (i, (from, to, word)) in cases.iter().enumerate() {
        assert!(EU.contains(from), "`{from}` is not in the scenario");
        let broken = EU.replacen(from, to, 1);
        files.push((format!("broken{i}.toml"), broken.into_bytes(), (*word).to_owned()));
    }
    files.push(("empty.toml".into(), Vec::new(), "schema_version".into()));
    files.push(("bytes.toml".into(), vec![0xff, 0xfe, 0], "UTF-8".into()));
    for (file, content, word) in files {
        let path = place.path(&file);
        fs::write(&path, content).expect("writable");
        for name in NAMES {
            let output = example(name, &["--scenario", &path, "--out", &out]);
            let message = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{file}\n{message}");
            assert!(message.contains(&path), "no path in:\n{message}");
            assert!(message.contains(&word), "`{word}` is not in:\n{message}");
            assert!(!message.contains("panicked"), "{message}");
            assert!(output.stdout.is_empty(), "{file}");
            assert!(!Path::new(&out).exists(), "{file}");
        }
    }
    for missing in [place.path("missing.toml"), place.path("")] {
        let output = example("eu", &["--scenario", &missing, "--out", &out]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("cannot be read"));
        assert!(output.stdout.is_empty() && !Path::new(&out).exists());
    }
}

#[test]
fn files_say_what_the_library_says() -> Result<(), Error> {
    let place = Place::new("files");
    for (name, pathway, scenario) in [
        ("japan", "slow", Scenario::japan_slow()),
        ("eu", "reference", Scenario::eu()),
        ("japan_eu", "reference", Scenario::japan_eu()),
    ] {
        let out = place.path(name);
        let options = ["--draws", "300", "--seed", "11", "--pathway", pathway, "--out", &out];
        let output = example(name, &options);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let names = fs::read_dir(&out).expect("written").flatten().map(|e| e.file_name());
        let names: BTreeSet<_> = names.map(|n| n.to_string_lossy().into_owned()).collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["manifest.json", "outcome.csv"]);

        let rows = parse(&read(&out, "outcome.csv"));
        assert_eq!(rows[0], report::COLUMNS);
        let (plan, outcome) = outcome(&scenario, 300, 11)?;
        check_words(&rows[1..], &scenario);
        check_numbers(&rows[1..], &outcome);
        check_manifest(&read(&out, "manifest.json"), &scenario, &plan, &outcome);
        // The tables printed are those of the library, the pathway above them.
        let shown = text(&output.stdout);
        assert_eq!(shown.lines().nth(1), Some(format!("Pathway: {pathway}").as_str()));
        for region in scenario.regions() {
            assert!(shown.contains(&report::table(&outcome, region, Detail::Short)?));
        }
    }
    Ok(())
}

/// Policies, series and labels are as promised.
fn check_words(rows: &[Vec<String>], scenario: &Scenario) {
    let words = |column: usize| rows.iter().map(|r| r[column].as_str()).collect::<BTreeSet<_>>();
    let policies: Vec<&str> = scenario.policies().iter().map(|p| p.name()).collect();
    assert!(policies.contains(&"baseline") && policies.len() > 1);
    let others = policies.iter().filter(|p| **p != "baseline");
    let differences: Vec<String> = others.map(|p| format!("{p} - baseline")).collect();
    let differences = differences.iter().map(String::as_str);
    assert_eq!(words(0), policies.iter().copied().chain(differences).collect());
    assert_eq!(words(1), scenario.regions().iter().map(|r| r.name()).collect());
    let (series_names, years) = (words(2), words(6).len());
    for series in ["inflow", "stock", "end_of_life", "exported", "unknown", "collected"]
        .into_iter()
        .chain(["black_mass", "recovered", "cell_production", "scrap", "second_life", "hoarded"])
        .chain(["processed", "refined", "backlog", "recovered_used", "recovered_unused"])
        .chain(["primary_demand", "recycled_content_placed", "recycled_content_production"])
    {
        assert!(series_names.contains(series), "{series}");
    }
    for target in scenario.regions().iter().flat_map(|r| r.targets()) {
        let ratio = format!("target.{}", target.id());
        assert!(series_names.contains(ratio.as_str()), "{ratio}");
        assert!(series_names.contains(format!("{ratio}.met").as_str()), "{ratio}");
    }
    assert_eq!(words(3), lifecycle::SEGMENTS.into_iter().chain([""]).collect());
    assert_eq!(words(4), [""].into());
    let materials = scenario.materials().iter().map(String::as_str);
    assert_eq!(words(5), materials.chain([""]).collect());
    assert_eq!(years, usize::try_from(scenario.end() - scenario.report() + 1).unwrap());
    assert!(words(7).is_superset(&["t", "t/yr", "MWh/yr", "vehicles", "share"].into()));
    // Every line has its own address.
    let addresses: BTreeSet<_> = rows.iter().map(|r| &r[..7]).collect();
    assert_eq!(addresses.len(), rows.len());
    // A segment has as many lines as the sum over segments, in every region.
    let inflows = |segment| {
        let by = |r: &&Vec<String>| r[0] == "baseline" && r[2] == "inflow" && r[3] == segment;
        rows.iter().filter(by).count()
    };
    assert_eq!(inflows("bev_car"), years * scenario.regions().len() * scenario.materials().len());
    assert_eq!(inflows(""), inflows("bev_car"));
}

/// Every number is the library's to the last bit, and quantiles are in order.
fn check_numbers(rows: &[Vec<String>], outcome: &Outcome) {
    let mut expected = Vec::new();
    for report in outcome.reports() {
        for element in 0..report.series().labels.len() {
            for year in outcome.years() {
                expected.extend(report.summary(element, year).map(|s| (report.series(), year, s)));
            }
        }
    }
    assert_eq!(rows.len(), expected.len());
    for (row, (series, year, summary)) in rows.iter().zip(expected) {
        let (region, name) = series.name.split_once('.').expect("a region");
        assert_eq!((row[1].as_str(), row[6].parse().ok()), (region, Some(year)));
        assert!(name.starts_with(&row[2]), "{row:?}");
        let Summary { mean, sd, p05, p25, p50, p75, p95, .. } = *summary;
        let number = |text: &str| text.parse::<f64>().expect("a number");
        assert_eq!(number(&row[8]).to_bits(), mean.to_bits(), "{row:?}");
        assert_eq!(number(&row[9]).to_bits(), sd.to_bits(), "{row:?}");
        let mut last = f64::NEG_INFINITY;
        for (text, quantile) in row[10..].iter().zip([p05, p25, p50, p75, p95]) {
            let found = match text.as_bytes()[0] {
                b'<' => Quantile::Below(number(&text[1..])),
                b'>' => Quantile::Above(number(&text[1..])),
                _ => Quantile::Value(number(text)),
            };
            assert_eq!(found, quantile, "{row:?}");
            assert!(found.value() >= last, "quantiles out of order: {row:?}");
            last = found.value();
        }
    }
}

fn check_manifest(text: &str, scenario: &Scenario, plan: &Plan, outcome: &Outcome) {
    let manifest: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let hex = |x: u64| format!("{x:016x}");
    assert_eq!(manifest["blackmass_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["stream_version"], blackmass::sampling::STREAM_VERSION);
    assert_eq!(manifest["scenario"], scenario.title());
    assert_eq!(manifest["pathway"], scenario.pathway());
    let regions: Vec<&str> = scenario.regions().iter().map(|r| r.name()).collect();
    assert_eq!(manifest["regions"], serde_json::json!(regions));
    assert_eq!(manifest["file"], scenario.file());
    assert_eq!(manifest["content_hash"], hex(scenario.content_hash()));
    assert_eq!(manifest["fingerprint"], hex(outcome.fingerprint()));
    assert_eq!(manifest["seed"], outcome.seed());
    assert_eq!(manifest["draws"], outcome.draws());
    assert_eq!(manifest["policies"], serde_json::json!(plan.policies()));
    assert_eq!(manifest["worst_residual"].as_f64(), Some(outcome.worst_residual()));
    assert_eq!(manifest["worst_process"], outcome.worst_process());
    assert!(manifest["run"]["wall_seconds"].as_f64() > Some(0.0));
    assert!(manifest["run"]["draws_per_second"].as_f64() > Some(0.0));
    assert!(manifest["run"]["threads"].as_u64() >= Some(1));
    let set = blackmass::InstructionSet::detect().name();
    assert_eq!(manifest["run"]["instruction_set"], set);
}

#[test]
fn threads_change_no_byte() {
    let place = Place::new("threads");
    for name in ["japan", "eu"] {
        let run = |threads: &str| {
            let out = place.path(&format!("{name}{threads}"));
            // Several superblocks, the last of them not full.
            let output = example(name, &["--draws", "2100", "--threads", threads, "--out", &out]);
            assert!(output.status.success(), "{}", text(&output.stderr));
            let manifest = read(&out, "manifest.json");
            let (lasting, run) = manifest.split_once("\"run\"").expect("a run");
            assert!(run.contains(&format!("\"threads\": {threads},")), "{run}");
            (read(&out, "outcome.csv"), lasting.to_owned())
        };
        let one = run("1");
        for threads in ["2", "5"] {
            let other = run(threads);
            assert!(one.0 == other.0, "{name}: the CSV differs with {threads} threads");
            assert_eq!(one.1, other.1, "{name}, {threads} threads");
        }
    }
}

#[test]
fn a_pipe_gets_the_report_and_no_progress() {
    for (name, detail) in [("japan", false), ("eu", true), ("japan_eu", false)] {
        let options = ["--draws", "1100", "--detail"];
        let output = example(name, if detail { &options } else { &options[..2] });
        assert!(output.status.success());
        assert_eq!(text(&output.stderr), "");
        let report = text(&output.stdout);
        assert!(!report.contains(['\r', '\u{1b}', '█']), "progress in a pipe");
        for (at, line) in report.lines().enumerate() {
            assert!(line.chars().count() <= 100, "line {at} is too wide: {line}");
        }
        let regions = name.split('_').count();
        assert_eq!(report.matches("Recycled content (availability").count(), regions);
        // Five published figures for each region, each with our band.
        let parts: Vec<&str> = report.split("Beside published figures").skip(1).collect();
        assert_eq!(parts.len(), regions);
        for beside in parts {
            let lines = beside.lines().skip(1).take_while(|l| !l.is_empty());
            let lines: Vec<&str> = lines.collect();
            assert_eq!(lines.len(), 5, "{beside}");
            assert!(lines.iter().all(|l| l.contains(" (") && l.contains('–')), "{beside}");
        }
        let last = report.lines().last().expect("lines");
        assert!(last.contains("draws per second, worst mass-balance residual"), "{last}");
        let residual = last.rsplit(' ').next().and_then(|x| x.parse::<f64>().ok());
        assert!(residual < Some(1e-9), "{last}");
    }
}

#[test]
fn pathways_are_chosen_and_named() {
    let numbers = |name: &str, pathway: &str| {
        let output = example(name, &["--draws", "40", "--pathway", pathway]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let shown = text(&output.stdout).to_owned();
        assert!(shown.contains(&format!("Pathway: {pathway}\n")), "{shown}");
        let row = shown.lines().find(|l| l.starts_with("bev_car")).expect("a segment");
        row.to_owned()
    };
    for (name, pathways) in [
        ("japan", ["reference", "meti_target", "slow"]),
        ("eu", ["reference", "existing_law", "slow"]),
    ] {
        let rows: BTreeSet<String> = pathways.iter().map(|p| numbers(name, p)).collect();
        assert_eq!(rows.len(), 3, "{name}: every pathway sells other cars");
    }
}

#[test]
fn an_edited_copy_runs_in_place_of_the_shipped_scenario() -> Result<(), Error> {
    let place = Place::new("copy");
    let run = |scenario: &str| {
        let (path, out) = (place.path("copy.toml"), place.path("out"));
        fs::write(&path, scenario).expect("writable");
        let output = example("japan", &["--draws", "40", "--scenario", &path, "--out", &out]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        (read(&out, "outcome.csv"), text(&output.stdout).to_owned())
    };
    let (copy, shown) = run(EU);
    assert_eq!(copy, report::csv(&outcome(&Scenario::eu(), 40, 1)?.1)?);
    // Published figures say nothing about an edited copy.
    assert!(!shown.contains("Beside published figures"));
    assert_eq!(run(&format!("# a comment\n{EU}")).0, copy);
    assert_ne!(run(&EU.replacen("set = 0.98", "set = 0.97", 1)).0, copy);
    // A short horizon leaves years out of the table.
    let short = EU.replacen("end = 2050", "end = 2036", 1);
    let (_, shown) = run(&short);
    let heading = shown.lines().find(|l| l.trim_start().starts_with("2025")).expect("years");
    let years: Vec<&str> = heading.split_whitespace().collect();
    assert_eq!(years, ["2025", "2030", "2031", "2035", "2036"]);
    Ok(())
}

#[test]
fn an_output_directory_that_cannot_be_is_an_io_error() {
    let place = Place::new("unwritable");
    let file = place.path("file");
    fs::write(&file, "mine").expect("writable");
    let below = format!("{file}/out");
    for out in [&file, &below] {
        let output = example("japan", &["--draws", "20", "--out", out]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains(out.as_str()) && message.contains("fix"), "{message}");
        assert_eq!(fs::read_to_string(&file).ok().as_deref(), Some("mine"));
    }
    // One file that cannot be replaced stops both.
    let out = place.path("out");
    fs::create_dir_all(Path::new(&out).join("manifest.json")).expect("writable");
    let output = example("japan", &["--draws", "20", "--out", &out]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("manifest.json"));
    assert!(!Path::new(&out).join("outcome.csv").exists());
    assert_eq!(fs::read_dir(&out).map(Iterator::count).ok(), Some(1), "a temporary is left");
}

#[test]
fn help_names_every_option() {
    for name in NAMES {
        let output = example(name, &["--help"]);
        assert_eq!(output.status.code(), Some(0));
        let options = [
            "--draws",
            "--seed",
            "--threads",
            "--pathway",
            "--detail",
            "--scenario",
            "--out",
            "--help",
        ];
        for option in options {
            assert!(text(&output.stdout).contains(option), "{option}");
        }
    }
}
