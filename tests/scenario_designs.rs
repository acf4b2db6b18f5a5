//! Designs in the table `[run]` of a scenario file, and what is wrong with them.
#![allow(clippy::disallowed_methods)]

mod common;
mod words;

use blackmass::sampling::design::{Design, DesignWord};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, ErrorKind};
use common::{SMALL, diagnostics, place};
use std::fs;
use std::path::PathBuf;
use words::{WORDS, draws, plan, read};

/// The small scenario with this table.
fn with(run: &str) -> String {
    format!("{SMALL}\n[run]\n{run}\n")
}

fn design(run: &str) -> Design {
    read(&with(run)).run().design().cloned().expect("a design")
}

const TWO: &str = "vary = [\"toy.cells.scrap.start\", \"toy.chemistry.LFP.pack_mass\"]";

#[test]
fn designs_have_their_settings() {
    assert_eq!(design("design = \"one_at_a_time\""), Design::one_at_a_time());
    let streams = vec!["toy.cells.scrap.start".into(), "world.chemistry.LFP.pack_mass".into()];
    let settings = format!("design = \"one_at_a_time\"\nlevels = [0.1, 0.9]\n{TWO}");
    let expected = Design::OneAtATime { low: 0.1, high: 0.9, streams: streams.clone() };
    assert_eq!(design(&settings), expected);
    let settings = format!("design = \"full_factorial\"\nlevels = [0.1, 0.5, 0.9]\n{TWO}");
    let levels = streams.iter().map(|s: &String| (s.clone(), vec![0.1, 0.5, 0.9])).collect();
    assert_eq!(design(&settings), Design::FullFactorial { levels });
    // A series is varied by its level; what is pinned has the first dimensions.
    let settings = "design = \"sobol\"\npinned = [\"toy.segment.bev_car.sales\"]";
    let pinned = vec!["toy.segment.bev_car.sales.error".to_owned()];
    assert_eq!(design(settings), Design::Sobol { pinned: pinned.clone() });
    let scenario = read(&with(settings));
    let (plan, design) = (plan(&scenario, None), scenario.run().design().cloned());
    let outcome = Ensemble::new(&plan).draws(16).design(design.expect("given")).run();
    assert_eq!(outcome.expect("runs").design().streams()[0], pinned[0]);
    for (long, short, word) in DesignWord::ALL {
        assert_eq!((DesignWord::parse(long), DesignWord::parse(short)), (Some(word), Some(word)));
        assert_eq!(word.word(), long);
    }
}

/// The points of a factorial design: each quantity at its quantiles, the last
/// changing fastest, all else central.
#[test]
fn points_of_a_design_are_those_of_the_laws() {
    let scenario = read(&with(&format!("design = \"full_factorial\"\nlevels = [0.1, 0.9]\n{TWO}")));
    let plan = plan(&scenario, None);
    let ensemble = Ensemble::new(&plan).design(scenario.run().design().cloned().expect("given"));
    let table = ensemble.keep("toy.scrap").samples().expect("drawn");
    assert_eq!(table.rows(), 4);
    let region = &scenario.regions()[0];
    let column = |name: &str| table.column(name).unwrap_or_else(|| panic!("{name}"));
    let law = |key: &str| region.scalar(key).and_then(|s| s.law().expect("a law")).expect("varies");
    let (start, mass) = (law("cells.scrap.start"), law("chemistry.LFP.pack_mass"));
    assert_eq!(column("toy.cells.scrap.start"), [0.1, 0.1, 0.9, 0.9].map(|p| start.quantile(p)));
    let found = column("world.chemistry.LFP.pack_mass");
    assert_eq!(found, [0.1, 0.9, 0.1, 0.9].map(|p| mass.quantile(p)));
    assert!(column("toy.cells.scrap.time").iter().all(|x| *x == 2.4));
}

/// A directory for one test, removed at its end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let unique = format!("blackmass-designs-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(path.join("rows")).expect("a temporary directory");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).expect("written");
        self.0.join(name).display().to_string()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A sample file is found beside the scenario that names it and gives its
/// values; draws are its rows, or fewer.
#[test]
fn a_scenario_names_its_sample_file() {
    let place = Place::new("file");
    let table = "toy.cells.scrap.start,toy.cells.scrap.time\n0.4,2\n0.5,3\n0.6,4\n";
    place.write("rows/mine.csv", table);
    for (run, n) in [
        ("samples = \"rows/mine.csv\"", 3),
        ("design = \"samples\"\nsamples = \"rows/../rows/mine.csv\"\ndraws = 2", 2),
    ] {
        let file = place.write("toy.toml", &with(run));
        let scenario = Scenario::from_file(file).unwrap_or_else(|e| panic!("{e}"));
        let design = scenario.run().design().cloned().expect("samples");
        let plan = plan(&scenario, None);
        let mut ensemble = Ensemble::new(&plan).design(design);
        if let Some(draws) = scenario.run().draws() {
            ensemble = ensemble.draws(draws);
        }
        let outcome = ensemble.keep("toy.scrap").run().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(outcome.draws(), n);
        let path = outcome.design().sample_file().expect("a file");
        assert!(path.ends_with("mine.csv"), "{path}");
        let scrap = draws(&outcome, "toy.scrap", &["copper"], 2022);
        assert!(scrap.windows(2).all(|pair| pair[0] < pair[1]), "more of each row: {scrap:?}");
    }
    // A pathway of a file finds the samples beside the file that names them.
    fs::create_dir_all(place.0.join("ways")).expect("made");
    let text = "schema_version = 2\nregion = \"toy\"\ntitle = \"Way\"\npathway = \"way\"\n\
                include = [\"../toy.toml\"]\n";
    let file = place.write("ways/way.toml", text);
    let way = Scenario::from_file(file).unwrap_or_else(|e| panic!("{e}"));
    assert!(matches!(way.run().design(), Some(Design::Samples(table)) if table.rows() == 3));
}

#[test]
fn a_wrong_sample_file_is_named_with_its_place() {
    let location = Place::new("wrong");
    let error = |run: &str| {
        let file = location.write("toy.toml", &with(run));
        let error = Scenario::from_file(file).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Scenario, "{error}");
        assert_eq!(error.diagnostics().len(), 1, "{error}");
        error.to_string()
    };
    let said = |text: &str, parts: &[&str]| {
        for part in parts {
            assert!(text.contains(part), "`{part}` is not in:\n{text}");
        }
    };
    let run = "samples = \"none.csv\"";
    let (line, column) = place(&with(run), "\"none.csv\"");
    let at = format!("toy.toml:{line}:{column}: the sample file cannot be read");
    said(&error(run), &[&at, "run.samples", "none.csv", "check the path"]);
    said(&error("samples = \"rows\""), &["run.samples", "not a regular file"]);
    said(&error("samples = \"/etc/hosts\""), &["absolute path", "relative to the scenario"]);
    // What is wrong in the file has its own place.
    location.write("bad.csv", "toy.cells.scrap.start\n0.4\nmuch\n");
    said(&error("samples = \"bad.csv\""), &["bad.csv:3:1: ", "much"]);
    location.write("bad.csv", "toy.cells.scrap.start\n0.4\n");
    let few = error("samples = \"bad.csv\"\ndraws = 5");
    said(&few, &["there are fewer samples than draws", "run.draws", "5 draws, 1 rows"]);
    // A column that is none is found when the plan is there.
    location.write("bad.csv", "toy.cells.scrap.strat\n0.4\n");
    let file = location.write("toy.toml", &with("samples = \"bad.csv\""));
    let scenario = Scenario::from_file(file).expect("read");
    let plan = plan(&scenario, None);
    let design = scenario.run().design().cloned().expect("samples");
    let error = Ensemble::new(&plan).design(design).run().expect_err("no such stream").to_string();
    said(&error, &["bad.csv:1:1: ", "write `toy.cells.scrap.start`"]);
}

/// The one diagnostic of the small scenario with this table.
fn wrong(run: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let text = with(run);
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), message, "{}", found[0]);
    assert_eq!(found[0].key_name(), Some(format!("run.{key}").as_str()), "{}", found[0]);
    let table = format!("[run]\n{run}\n");
    let (line, column) = place(&table, marker);
    let before = SMALL.matches('\n').count() + 1;
    assert_eq!(found[0].position(), Some((before + line, column)), "{}", found[0]);
    for word in words {
        assert!(found[0].to_string().contains(word), "`{word}` is not in:\n{}", found[0]);
    }
}

#[test]
fn settings_must_fit_the_design() {
    let oat = "design = \"one_at_a_time\"";
    let m = "the design gives the number of draws";
    wrong(&format!("{oat}\ndraws = 500"), "500", "draws", m, &["one_at_a_time", "remove draws"]);
    let m = "nothing would vary";
    wrong(&format!("{oat}\nfreeze = \"epistemic\""), "\"epi", "freeze", m, &["remove freeze"]);
    let m = "this key does not fit the design";
    let sobol = "design = \"sobol\"\nlevels = [0.1, 0.9]";
    wrong(sobol, "[0.1", "levels", m, &["with one_at_a_time, full_factorial"]);
    wrong("vary = [\"toy.x\"]", "[\"toy.x", "vary", m, &["design = \"monte_carlo\""]);
    wrong(&format!("{oat}\nsamples = \"x.csv\""), "\"x.csv", "samples", m, &["with samples"]);
    let m = "missing key";
    wrong("design = \"samples\"", "[run]", "samples", m, &["write samples ="]);
    let factorial = "design = \"full_factorial\"";
    wrong(&format!("{factorial}\n{TWO}"), "[run]", "levels", m, &["levels = [0.05, 0.95]"]);
    wrong(&format!("{factorial}\nlevels = [0.5]"), "[run]", "vary", m, &["write vary = "]);
    let m = "list of the wrong length";
    wrong(&format!("{oat}\nlevels = [0.1]"), "[0.1]", "levels", m, &["a low and a high one"]);
    let m = "not an ascending list of probabilities";
    wrong(&format!("{oat}\nlevels = [5, 95]"), "5, 95", "levels", m, &["write 0.05 if percent"]);
    wrong(&format!("{oat}\nlevels = [0.9, 0.1]"), "0.1]", "levels", m, &["above the one before"]);
    let m = "unknown quantity";
    let unknown = format!("{oat}\nvary = [\"toy.cells.scrap.strat\"]");
    wrong(&unknown, "\"toy", "vary", m, &["write \"toy.cells.scrap.start\""]);
    let m = "this quantity does not vary";
    let fixed = "design = \"sobol\"\npinned = [\"toy.intensity_factor.copper\"]";
    wrong(fixed, "\"toy", "pinned", m, &["give it a prior"]);
    let m = "two names of one random number";
    let twice = "vary = [\"toy.preprocessing.realisation\", \"toy.refining.realisation\"]";
    wrong(&format!("{oat}\n{twice}"), "\"toy.refining", "vary", m, &["move together"]);
    let many = ["start", "mature", "time"].map(|q| format!("\"toy.cells.scrap.{q}\"")).join(", ");
    let levels: Vec<String> = (1..=101).map(|i| (f64::from(i) / 1e3).to_string()).collect();
    let run = format!("{factorial}\nlevels = [{}]\nvary = [{many}]", levels.join(", "));
    wrong(&run, "[\"toy", "vary", "too many combinations", &["101 levels of 3", "1000000"]);
    // The words of a file that says something else already.
    let lhs = WORDS.replace("seed = 7", "seed = 7\npinned = [\"toy.cells.scrap.start\"]");
    let error = Scenario::from_toml("tests/data/test.toml", &lhs).expect_err("refused");
    assert!(error.to_string().contains("pinned with sobol"), "{error}");
}
