//! The examples of the shipped scenarios as a user meets them: as processes, with options, broken
//! files, pipes and output directories.
#![cfg(feature = "scenario")]

mod files;
mod program;

use blackmass::report::Detail;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle, report};
use program::{Place, example, read, text};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The examples.
const NAMES: [&str; 3] = ["japan", "eu", "japan_eu"];
const EU: &str = include_str!("../scenarios/eu.toml");

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
    // Files have the flows, too.
    let options = lifecycle::Options { flows: true, ..Default::default() };
    let plan = Plan::compile(&lifecycle::system_with(scenario, &options)?)?;
    let outcome = Ensemble::new(&plan).draws(draws).seed(seed).run()?;
    Ok((plan, outcome))
}

#[test]
fn bad_options_are_refused_with_code_2() {
    let place = Place::new("options");
    let out = place.path("out");
    let cases: [(&[&str], [&str; 2]); 42] = [
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
        (&["--checkpoint"], ["--checkpoint", "FILE"]),
        (&["--shard", "1/2"], ["no --checkpoint", "--shard"]),
        (&["--shard", "3/2", "--checkpoint", "x"], ["found    3/2", "1 to N"]),
        (&["--shard", "1/2", "--checkpoint", "x", "--out", "y"], ["--out", "--merge"]),
        (&["--merge", "x", "--checkpoint", "y"], ["--merge", "--checkpoint"]),
        (&["--merge"], ["--merge", "FILE"]),
        (&["--design"], ["--design", "NAME"]),
        (&["--design", "halton"], ["found    halton", "mc, lhs, sobol"]),
        (&["--design", "samples"], ["found    samples", "samples=FILE"]),
        (&["--design", "mc=rows.csv"], ["found    mc=rows.csv", "samples=FILE"]),
        (&["--design", "factorial"], ["--design", "--levels and --vary"]),
        (&["--design", "oat", "--levels", "0.1"], ["found    1 levels", "a low and a high"]),
        (&["--design", "oat", "--levels", "5,95"], ["found    5,95", "above 0 and below 1"]),
        (&["--design", "oat", "--levels", "0.9,0.1"], ["found    0.9,0.1", "ascending"]),
        (&["--design", "oat", "--draws", "5"], ["found    5", "the number of draws"]),
        (
            &["--design", "oat", "--vary", "eu.cells.scrap.strat"],
            ["no static", ".cells.scrap.start`"],
        ),
        (&["--levels", "0.1,0.9"], ["found    no --design", "oat or factorial"]),
        (&["--design", "lhs", "--pinned", "x"], ["latin_hypercube", "with --design sobol"]),
        (&["--vary"], ["--vary", "NAME"]),
        (&["--prior-scale", "half"], ["found    half", "0 to 10"]),
        (&["--prior-scale", "nan"], ["found    nan", "0 to 10"]),
        (&["--prior-scale", "-1"], ["found    -1", "0 to 10"]),
        (&["--freeze"], ["--freeze", "NAME"]),
        (&["--freeze", "noise"], ["found    noise", "epistemic, aleatory"]),
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
        let expected = ["manifest.json", "outcome.csv", "report.html"];
        assert_eq!(names.iter().collect::<Vec<_>>(), expected);

        let rows = parse(&read(&out, "outcome.csv"));
        assert_eq!(rows[0], report::COLUMNS);
        let (plan, outcome) = outcome(&scenario, 300, 11)?;
        files::check_words(&rows[1..], &scenario);
        files::check_numbers(&rows[1..], &outcome);
        files::check_manifest(&read(&out, "manifest.json"), &scenario, &plan, &outcome);
        let page = read(&out, "report.html");
        assert!(page.contains(&format!("{:016x}", outcome.fingerprint())));
        let command = format!("cargo run --release --example {name} -- --draws 300 --seed 11");
        assert!(page.contains(&command), "{command}");
        assert!(page.contains("Beside published figures") && page.ends_with("</html>\n"));
        // The tables printed are those of the library, the pathway above them.
        let shown = text(&output.stdout);
        assert_eq!(shown.lines().nth(1), Some(format!("Pathway: {pathway}").as_str()));
        for region in scenario.regions() {
            assert!(shown.contains(&report::table(&outcome, region, Detail::Short)?));
        }
    }
    Ok(())
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

/// Observations of the file weigh the draws; the tables and files stay.
#[test]
fn observations_of_the_file_weigh_the_draws() -> Result<(), Error> {
    let observed = |value: &str, spread: &str| {
        format!(
            "{EU}\n[[observation]]\nseries = \"recovered\"\nmaterial = \"lithium\"\nyear = 2024\n\
             value = {value}\nunit = \"kt/yr\"\nrelative_sd = \"{spread}\"\n\
             source = \"judgement_policy\"\ngrade = \"D\"\n"
        )
    };
    let place = Place::new("observed");
    let (path, out) = (place.path("copy.toml"), place.path("out"));
    let run = |content: &str| {
        fs::write(&path, content).expect("writable");
        example("eu", &["--draws", "400", "--scenario", &path, "--out", &out])
    };
    assert!(run(EU).status.success());
    let plain = read(&out, "outcome.csv");
    let content = observed("0.12", "50 %");
    let output = run(&content);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(read(&out, "outcome.csv"), plain, "the files are not weighed");

    // The numbers printed are those of the library.
    let scenario = Scenario::from_toml("copy.toml", &content)?;
    let plan = Plan::compile(&lifecycle::system(&scenario)?)?;
    let outcome = Ensemble::new(&plan).draws(400).keep("eu.recovered").run()?;
    let weighed = outcome.reweight(&lifecycle::evidence(&scenario))?;
    let report = outcome.report("baseline", "eu.recovered").expect("reported");
    let lithium = report.element(&["lithium"]).expect("a material");
    let all = report.summary(lithium, 2024).expect("a year").mean;
    let after = weighed.mean(report, lithium, 2024).expect("kept");
    assert!(all < after && after < 120.0, "drawn towards the observation: {all}, {after}");
    let quantile = |p| report::significant(weighed.quantile(report, lithium, 2024, p).unwrap());
    let band = format!("{} ({}–{})", report::significant(after), quantile(0.05), quantile(0.95));
    let shown = text(&output.stdout);
    let size = report::grouped(weighed.effective_sample_size(), 0);
    let heading = format!("effective sample size {size} of 400 draws of baseline\n");
    assert!(shown.contains(&heading), "{shown}");
    let row = shown.lines().find(|l| l.starts_with("eu.recovered lithium 2024, t/yr"));
    let row = row.unwrap_or_else(|| panic!("no row in:\n{shown}"));
    assert!(row.contains("120 ± 50 %") && row.ends_with(&band), "{row}, not {band}");
    assert!(row.contains(&format!("  {} (", report::significant(all))), "{row}");
    assert!(shown.lines().all(|line| line.chars().count() <= 100));

    // What the model cannot have seen is an error, and nothing is written.
    fs::remove_dir_all(&out).expect("written above");
    let output = run(&observed("40", "3 %"));
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("at least 50") && message.contains("eu.recovered"), "{message}");
    assert!(output.stdout.is_empty() && !Path::new(&out).exists());
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
            "--design",
            "--levels",
            "--vary",
            "--pinned",
            "--freeze",
            "--prior-scale",
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
