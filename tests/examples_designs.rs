//! Designs on the command line of the examples and in the table `[run]` of the
//! file they run.
#![cfg(feature = "scenario")]

mod program;

use program::{Place, example, read, text};
use std::collections::BTreeSet;
use std::fs;

const EU: &str = include_str!("../scenarios/eu.toml");

#[test]
fn designs_and_freezes_are_chosen_and_noted() {
    let place = Place::new("designs");
    let mut outcomes = BTreeSet::new();
    for (i, options) in [
        &[] as &[&str],
        &["--design", "mc"],
        &["--design", "lhs"],
        &["--design", "latin_hypercube"],
        &["--design", "sobol"],
        &["--freeze", "epistemic"],
        &["--freeze", "aleatory"],
    ]
    .iter()
    .enumerate()
    {
        let out = place.path(&i.to_string());
        let fixed = ["--draws", "40", "--out", &out];
        let output = example("eu", &[&fixed[..], options].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let manifest: serde_json::Value =
            serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
        let design = &manifest["design"];
        let (name, frozen) = match options {
            ["--design", name] => (*name, None),
            ["--freeze", kind] => ("mc", Some(*kind)),
            _ => ("mc", None),
        };
        assert_eq!(design["name"], if name == "latin_hypercube" { "lhs" } else { name });
        assert_eq!(design["frozen"].as_array().map(Vec::len), Some(frozen.iter().len()));
        assert_eq!(design["frozen"][0].as_str(), frozen);
        let dimensions = design["streams"].as_array().map_or(0, Vec::len);
        assert!(if name == "sobol" { dimensions > 100 } else { dimensions == 0 });
        outcomes.insert(read(&out, "outcome.csv"));
    }
    // Monte Carlo is the default.
    assert_eq!(outcomes.len(), 5);
}

/// Designs without chance show points in place of means; a file of samples is
/// read; the command line and the file say it in the same words.
#[test]
fn points_and_samples_are_designs_too() {
    let place = Place::new("points");
    let (out, path) = (place.path("out"), place.path("run.toml"));
    let run = |options: &[&str]| {
        let output = example("eu", &[&["--out", &out], options].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        let manifest: serde_json::Value =
            serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
        (text(&output.stdout).to_owned(), manifest)
    };
    let quantities = ["eu.cells.scrap.start", "eu.chemistry.LFP.pack_mass"];
    let vary = ["--vary", quantities[0], "--vary", quantities[1]];
    for (word, name, levels, points) in [
        ("oat", "one_at_a_time", "0.1,0.9", ["eu.cells.scrap.start at 0.1", "at 0.9"]),
        ("factorial", "full_factorial", "0.2,0.5", ["at 0.2; world.chemistry", "pack_mass at 0.5"]),
    ] {
        let options = ["--design", word, "--levels", levels];
        let (said, manifest) = run(&[&options[..], &vary].concat());
        assert_eq!(
            (manifest["design"]["name"].as_str(), &manifest["draws"]),
            (Some(name), &4.into())
        );
        assert!(said.contains("no random sample") && !said.contains("Mean of the draws"), "{said}");
        let csv = read(&out, "points.csv");
        for point in points {
            assert!(csv.contains(point), "`{point}` is not in:\n{csv}");
        }
        // The file says the same.
        let table =
            format!("\n[run]\ndesign = \"{name}\"\nlevels = [{levels}]\nvary = {quantities:?}\n");
        fs::write(&path, format!("{EU}{table}")).expect("writable");
        run(&["--scenario", &path]);
        assert_eq!(read(&out, "points.csv"), csv);
    }
    // Each parameter at its two quantiles, and no column left out.
    let (said, manifest) = run(&["--design", "oat"]);
    let streams = manifest["design"]["streams"].as_array().map_or(0, Vec::len) as u64;
    assert_eq!(manifest["draws"].as_u64(), Some(2 * streams));
    assert!(streams > 100 && said.contains("quantile of"), "{streams}");
    fs::write(place.path("rows.csv"), "eu.cells.scrap.start\n0.3\n0.4\n0.5\n").expect("writable");
    let rows = format!("samples={}", place.path("rows.csv"));
    let (_, manifest) = run(&["--design", &rows]);
    assert_eq!(
        (manifest["design"]["name"].as_str(), &manifest["draws"]),
        (Some("samples"), &3.into())
    );
    let found = read(&out, "outcome.csv");
    fs::write(&path, format!("{EU}\n[run]\nsamples = \"rows.csv\"\n")).expect("writable");
    run(&["--scenario", &path]);
    assert_eq!(read(&out, "outcome.csv"), found);
}

/// What the table `[run]` says holds where the command line says nothing.
#[test]
fn the_file_says_how_it_is_run() {
    const RUN: &str = "\n[run]\ndraws = 30\nseed = 5\ndesign = \"latin_hypercube\"\n\
                       freeze = \"aleatory\"\nprior_scale = 0.5\n";
    let place = Place::new("run");
    let (path, out) = (place.path("run.toml"), place.path("out"));
    fs::write(&path, format!("{EU}{RUN}")).expect("writable");
    let manifest = |options: &[&str]| -> serde_json::Value {
        let fixed = ["--scenario", &path, "--out", &out];
        let output = example("eu", &[&fixed[..], options].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_str(&read(&out, "manifest.json")).expect("JSON")
    };
    let said = |m: &serde_json::Value| {
        let frozen = m["design"]["frozen"][0].as_str().unwrap_or("").to_owned();
        let (draws, seed) = (m["draws"].as_u64(), m["seed"].as_u64());
        let name = m["design"]["name"].as_str().unwrap_or("").to_owned();
        (draws, seed, name, frozen, m["prior_scale"].as_f64())
    };
    let (lhs, aleatory) = ("lhs".to_owned(), "aleatory".to_owned());
    assert_eq!(said(&manifest(&[])), (Some(30), Some(5), lhs, aleatory, Some(0.5)));
    let options = ["--draws", "20", "--seed", "6", "--design", "mc"];
    let more = ["--freeze", "epistemic", "--prior-scale", "2"];
    let (mc, epistemic) = ("mc".to_owned(), "epistemic".to_owned());
    let found = said(&manifest(&[&options[..], &more].concat()));
    assert_eq!(found, (Some(20), Some(6), mc, epistemic, Some(2.0)));
}
