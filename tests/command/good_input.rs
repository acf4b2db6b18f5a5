//! Every command on good input.

use crate::bed::{Place, TOY, blackmass, command, done, names, read, text};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Plan, lifecycle, report};
use std::io::Read as _;
use std::process::Stdio;

#[test]
fn help_has_examples_and_exit_codes() {
    let help = done(&["--help"]);
    for word in ["Examples:", "Exit codes:", "130", "blackmass run eu", "completions"] {
        assert!(help.contains(word), "{word}");
    }
    for name in ["run", "merge", "compare", "check", "explain", "schema", "new", "completions"] {
        let help = done(&[name, "--help"]);
        assert!(help.contains(&format!("Usage: blackmass {name}")), "{help}");
    }
    assert!(done(&["--version"]).starts_with("blackmass "));
}

#[test]
fn a_run_prints_and_writes_what_the_library_says() -> Result<(), blackmass::Error> {
    let place = Place::new("run");
    let out = place.path("new/out");
    let options = ["run", TOY, "--draws", "600", "--seed", "9", "--threads", "2", "--out", &out];
    let printed = done(&options);
    let scenario = Scenario::from_file(TOY)?;
    let built = lifecycle::Options { flows: true, ..Default::default() };
    let plan = Plan::compile(&lifecycle::system_with(&scenario, &built)?)?;
    let outcome = Ensemble::new(&plan).draws(600).seed(9).run()?;
    assert_eq!(read(&out, "outcome.csv"), report::csv(&outcome)?);
    let table = report::table(&outcome, &scenario.regions()[0], report::Detail::Short)?;
    assert!(printed.contains(&table) && printed.starts_with("Toy\n"), "{printed}");
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
    assert_eq!(manifest["fingerprint"], format!("{:016x}", outcome.fingerprint()));
    assert_eq!((&manifest["seed"], &manifest["run"]["threads"]), (&9.into(), &2.into()));
    let left = names(&out);
    assert!(
        !left.iter().any(|name| name.contains("checkpoint") || name.contains("tmp")),
        "{left:?}"
    );
    // Threads and instruction set change no digit; without --out it is the same.
    let other = [&options[..6], &["--threads", "1", "--set", "baseline"]].concat();
    assert_eq!(done(&other), printed);
    Ok(())
}

#[test]
fn options_decide_what_is_run() {
    let place = Place::new("options");
    let run = |name: &str, options: &[&str]| {
        let out = place.path(name);
        let printed = done(&[&["run", TOY, "--draws", "64", "--out", &out], options].concat());
        let manifest: serde_json::Value =
            serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
        (printed, manifest)
    };
    let (_, two) = run("policies", &["--policy", "collect", "--policy", "baseline"]);
    assert_eq!(two["policies"], serde_json::json!(["baseline", "collect"]));
    let (_, design) = run("design", &["--design", "lhs", "--prior-scale", "0.5"]);
    assert_eq!((&design["design"]["name"], &design["prior_scale"]), (&"lhs".into(), &0.5.into()));
    let (_, frozen) = run("freeze", &["--freeze", "aleatory"]);
    assert_eq!(frozen["design"]["frozen"][0], "aleatory");
    let (full, _) = run("detail", &["--detail", "full"]);
    assert!(full.contains("All targets"));
    // One at a time there are no statistics.
    let out = place.path("oat");
    let printed = done(&["run", TOY, "--design", "one_at_a_time", "--out", &out]);
    assert!(printed.contains("quantile of"), "{printed}");
    assert!(read(&out, "points.csv").starts_with("draw,varied,region"));
}

#[test]
fn several_scenarios_have_a_folder_each() {
    let place = Place::new("several");
    let out = place.path("out");
    let pathway = "tests/data/pathway.toml";
    let printed = done(&["run", TOY, pathway, "--draws", "32", "--out", &out]);
    assert!(printed.contains("\n\nToy, fast\n"));
    assert_eq!(names(&out), ["pathway", "small"]);
    let compared = done(&["compare", &format!("{out}/small"), &format!("{out}/pathway"), "--all"]);
    assert!(compared.contains("Both have 32 draws of seed 1"), "{compared}");
    assert!(compared.contains("toy recovered lithium"), "{compared}");
}

#[test]
fn a_difference_of_two_policies_is_that_of_the_table() {
    let place = Place::new("policies");
    let out = place.path("out");
    done(&["run", TOY, "--draws", "2000", "--out", &out, "-q"]);
    let pair = ["--policy", "baseline", "--policy", "collect"];
    let asked = ["--series", "collected", "--year", "2024"];
    let compared = done(&[&["compare", &out], &pair[..], &asked[..]].concat());
    assert!(compared.contains("paired, draw by draw"), "{compared}");
    let csv = read(&out, "outcome.csv");
    let line = csv
        .lines()
        .find(|line| line.starts_with("collect - baseline,toy,collected,,,lithium,2024,t/yr,"));
    let fields: Vec<f64> = line
        .expect("a difference")
        .split(',')
        .skip(8)
        .take(2)
        .map(|field| field.parse().expect("a number"))
        .collect();
    let row =
        compared.lines().find(|line| line.starts_with("toy collected lithium")).expect("a row");
    let shown: Vec<&str> = row.split("  ").map(str::trim).filter(|s| !s.is_empty()).collect();
    assert_eq!(shown[5], format!("+{}", report::significant(fields[0])), "{row}");
    let half = report::significant(1.959_963_984_540_054 * fields[1] / 2_000.0_f64.sqrt());
    assert_eq!(shown[6].trim_end_matches(" *"), half, "{row}");
}

#[test]
fn draws_are_doubled_until_the_mean_is_precise() {
    let place = Place::new("precise");
    let out = place.path("out");
    let options = ["run", TOY, "--until-precise", "toy.recovered[lithium]=2%", "--out", &out];
    let output = blackmass(&options);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{message}");
    let rounds: Vec<&str> = message.lines().filter(|line| line.starts_with("Round")).collect();
    assert!(rounds.len() > 1 && rounds[0].contains("1 024 draws"), "{message}");
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
    let draws = manifest["draws"].as_f64().expect("a number");
    assert_eq!(draws, f64::from(1_024 << (rounds.len() - 1)));
    // Every mean is as precise as asked for, and with half the draws one was not.
    let csv = read(&out, "outcome.csv");
    let widest = csv
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|f| {
            !f[0].contains(" - ") && f[2] == "recovered" && f[3].is_empty() && f[5] == "lithium"
        })
        .map(|f| [8, 9].map(|at| f[at].parse::<f64>().expect("a number")))
        .filter(|[_, sd]| *sd > 0.0)
        .map(|[mean, sd]| 2.0 * 1.959_963_984_540_054 * sd / draws.sqrt() / mean)
        .fold(0.0, f64::max);
    assert!(widest > 0.012 && widest <= 0.02, "{widest}");
    // A limit ends it, and says so.
    let limit =
        blackmass(&["run", TOY, "--until-precise", "toy.recovered=0.01%", "--max-draws", "1500"]);
    assert_eq!(limit.status.code(), Some(3));
    assert!(text(&limit.stderr).contains("at most 1 500 draws"), "{}", text(&limit.stderr));
    assert!(text(&limit.stdout).contains("1 500 draws"));
}

#[test]
fn a_check_lists_every_number() -> Result<(), blackmass::Error> {
    let output = blackmass(&["check", "scenarios/japan_eu.toml"]);
    assert_eq!(output.status.code(), Some(0));
    let (listed, warned) = (text(&output.stdout), text(&output.stderr));
    assert!(warned.starts_with("warning: ") && warned.contains("grade D"), "{warned}");
    let scenario = Scenario::japan_eu();
    let rows: Vec<&str> = listed
        .lines()
        .skip_while(|line| !line.starts_with("number "))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(rows.len(), scenario.numbers().len());
    for (row, number) in rows.iter().zip(scenario.numbers()) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let address = match number.region() {
            "" => number.key().to_owned(),
            region => format!("{region}.{} ", number.key()),
        };
        assert!(row.starts_with(&address), "{row}");
        assert_eq!(words.last(), Some(&number.source()), "{row}");
        let grade = number.grade().map_or("-", |grade| grade.letter());
        assert_eq!(words[words.len() - 2], grade, "{row}");
        assert!(words.contains(&report::exact(number.value()).as_str()), "{row}");
    }
    assert!(listed.contains("\nSources\n"));
    let strict = blackmass(&["check", "eu", "--strict", "-q"]);
    assert_eq!(strict.status.code(), Some(1));
    assert!(text(&strict.stderr).contains("grades A to C"));
    assert!(strict.stdout.is_empty());
    Ok(())
}

#[test]
fn a_new_scenario_passes_the_check_and_runs() {
    let place = Place::new("new");
    let file = place.path("mine");
    done(&["new", &file]);
    let file = format!("{file}.toml");
    let before = std::fs::read(&file).expect("written");
    assert!(done(&["check", &file]).contains("my_region.segment.bev_car.sales"));
    let printed = done(&["run", &file, "--draws", "200"]);
    assert!(
        printed.contains("Batteries of my region") && printed.contains("\nlithium, "),
        "{printed}"
    );
    // Nothing is overwritten.
    let again = blackmass(&["new", &file]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("which exists"));
    assert_eq!(std::fs::read(&file).expect("there"), before);
    let copy = place.path("both.toml");
    done(&["new", &copy, "--from", "japan_eu"]);
    assert_eq!(
        names(&place.0.display().to_string()),
        ["both.toml", "eu.toml", "japan.toml", "mine.toml"]
    );
    done(&["check", &copy, "-q"]);
}

#[test]
fn a_system_is_explained() {
    let text = done(&["explain", TOY]);
    for word in ["Dimensions", "Processes (", "Flows (", "Reported (", "toy.recovered", " -> "] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn the_schema_and_completions_are_printed() {
    let schema: serde_json::Value = serde_json::from_str(&done(&["schema"])).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(done(&["completions", shell]).contains("until-precise"), "{shell}");
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    for arguments in [&["check", "japan_eu"][..], &["run", TOY, "--draws", "16"], &["schema"]] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut first = [0; 16];
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut first).expect("a line");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        let message = text(&output.stderr);
        assert!(!message.contains("panicked") && !message.contains("error"), "{message}");
    }
}

#[test]
fn quiet_is_quiet() {
    let output = blackmass(&["run", TOY, "--draws", "16", "--quiet"]);
    assert!(output.stderr.is_empty() && !output.stdout.is_empty());
}
