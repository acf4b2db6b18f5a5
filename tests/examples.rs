//! The two examples as a user meets them: as processes, with options, broken
//! files, pipes and output directories.
#![cfg(feature = "scenario")]

use blackmass::ensemble::{Quantile, Summary};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle, report};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const EU: &str = include_str!("../scenarios/eu.toml");

/// Runs a compiled example. `cargo test` builds it beside the test binaries;
/// `cargo test --test examples` does not, so an old one must not pass for new.
fn example(name: &str, options: &[&str]) -> Output {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a target directory");
    let program = profile.join(format!("examples/{name}{}", std::env::consts::EXE_SUFFIX));
    let built = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    for source in [format!("examples/{name}.rs"), "examples/shared/mod.rs".to_owned()] {
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
    let cases: [(&[&str], [&str; 2]); 14] = [
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
    ];
    for name in ["japan", "eu"] {
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
        ("[sales]", "[salse]", "sales"),
        ("unit = \"vehicles/yr\"", "unit = \"cars\"", "cars"),
        ("set = 0.98", "set = 98", "98"),
        ("set = 0.98", "set = \"high\"", "policy.more_collection"),
        ("set = 0.98", "set = 0.98 0.99", "found    0.98 0.99"),
        ("set = 0.98", "set = nan", "policy.more_collection"),
        ("source = \"batpac52\"", "source = \"batpac53\"", "batpac53"),
        ("grade = \"A\"", "grade = \"E\"", "found    \"E\""),
        ("extends = \"baseline\"", "extends = \"base\"", "base"),
        ("name = \"exit.unknown\"", "name = \"exit.unknwon\"", "exit.unknwon"),
        ("schema_version = 1", "schema_version = 9", "schema_version"),
        ("end = 2050", "end = 2009", "2009"),
        ("class = \"nickel_cobalt\"", "class = \"nickel\"", "nickel"),
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
        for name in ["japan", "eu"] {
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
    for (name, scenario) in [("japan", Scenario::japan()), ("eu", Scenario::eu())] {
        let out = place.path(name);
        let output = example(name, &["--draws", "1500", "--seed", "11", "--out", &out]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let names = fs::read_dir(&out).expect("written").flatten().map(|e| e.file_name());
        let names: BTreeSet<_> = names.map(|n| n.to_string_lossy().into_owned()).collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), ["manifest.json", "outcome.csv"]);

        let rows = parse(&read(&out, "outcome.csv"));
        assert_eq!(rows[0], report::COLUMNS);
        let (plan, outcome) = outcome(&scenario, 1_500, 11)?;
        check_words(&rows[1..], &scenario);
        check_numbers(&rows[1..], &outcome);
        check_manifest(&read(&out, "manifest.json"), &scenario, &plan, &outcome);
        // The table printed is that of the library.
        assert!(text(&output.stdout).contains(&report::table(&outcome, scenario.region())?));
    }
    Ok(())
}

/// Policies, series and labels are as promised.
fn check_words(rows: &[Vec<String>], scenario: &Scenario) {
    let words = |column: usize| rows.iter().map(|r| r[column].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(words(0), ["baseline", "more_collection", "more_collection - baseline"].into());
    assert_eq!(words(1), [scenario.region()].into());
    let extra = ["vehicles", "vehicles_exported", "preprocessing_backlog", "refining_backlog"];
    let expected: BTreeSet<_> = lifecycle::SERIES.iter().map(|s| s.0).chain(extra).collect();
    assert_eq!(words(2), expected);
    assert_eq!(words(3), ["", "bev_car"].into());
    assert_eq!(words(4), [""].into());
    let materials = scenario.materials().iter().map(String::as_str);
    assert_eq!(words(5), materials.chain([""]).collect());
    assert!(words(5).contains("lithium"));
    assert_eq!(words(6).len(), scenario.steps());
    assert_eq!(words(7), ["t", "t/yr", "vehicles", "vehicles/yr"].into());
    // Every line has its own address.
    let addresses: BTreeSet<_> = rows.iter().map(|r| &r[..7]).collect();
    assert_eq!(addresses.len(), rows.len());
    let inflows = |segment| {
        let by = |r: &&Vec<String>| r[0] == "baseline" && r[2] == "inflow" && r[3] == segment;
        rows.iter().filter(by).count()
    };
    assert_eq!(inflows("bev_car"), scenario.steps() * scenario.materials().len());
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
            let output = example(name, &["--draws", "4500", "--threads", threads, "--out", &out]);
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
    for (name, figures) in [("japan", 7), ("eu", 5)] {
        let output = example(name, &["--draws", "2100"]);
        assert!(output.status.success());
        assert_eq!(text(&output.stderr), "");
        let report = text(&output.stdout);
        assert!(!report.contains(['\r', '\u{1b}', '█']), "progress in a pipe");
        for (at, line) in report.lines().enumerate() {
            assert!(line.chars().count() <= 100, "line {at} is too wide: {line}");
        }
        let (_, beside) = report.split_once("Beside published figures").expect("the comparison");
        let shown = beside.lines().filter(|l| l.contains(" (") && l.contains('–')).count();
        // The heading's own bracket is counted off.
        assert_eq!(shown - 1, figures, "{beside}");
        let last = report.lines().last().expect("lines");
        assert!(last.contains("draws per second, worst mass-balance residual"), "{last}");
        let residual = last.rsplit(' ').next().and_then(|x| x.parse::<f64>().ok());
        assert!(residual < Some(1e-9), "{last}");
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
    // Japan's published figures say nothing about another region.
    assert!(!shown.contains("Beside published figures"));
    assert_eq!(run(&format!("# a comment\n{EU}")).0, copy);
    assert_ne!(run(&EU.replacen("set = 0.98", "set = 0.97", 1)).0, copy);
    // A short horizon leaves years out of the table.
    let short = EU.replacen("end = 2050", "end = 2036", 1);
    let (_, shown) = run(&short);
    let heading = shown.lines().find(|l| l.trim_start().starts_with("2025")).expect("years");
    assert_eq!(heading.split_whitespace().collect::<Vec<_>>(), ["2025", "2030", "2035"]);
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
    for name in ["japan", "eu"] {
        let output = example(name, &["--help"]);
        assert_eq!(output.status.code(), Some(0));
        for option in ["--draws", "--seed", "--threads", "--scenario", "--out", "--help"] {
            assert!(text(&output.stdout).contains(option), "{option}");
        }
    }
}
