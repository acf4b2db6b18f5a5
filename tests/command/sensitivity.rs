//! `run --sensitivity`: what inputs do, printed, in the report and as a file.

use crate::bed::{Place, TOY, blackmass, done, fails, names, read, result, text};
use blackmass::analysis::{Chosen, PrccSettings, prcc_by_year, tornado};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Plan, lifecycle, report};

const RUN: [&str; 6] = ["run", TOY, "--draws", "600", "--seed", "9"];

fn run<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&RUN[..], &["--out", out], more].concat()
}

/// The lines of `sensitivity.csv` as fields.
fn lines(text: &str) -> Vec<Vec<&str>> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(report::EFFECT_COLUMNS.join(",").as_str()));
    // Labels of the toy have no commas, so that no field is quoted.
    lines.map(|line| line.split(',').collect()).collect()
}

#[test]
fn the_outcome_is_the_same_to_the_byte() {
    let place = Place::new("sensitivity-same");
    let [plain, with] = ["plain", "with"].map(|name| place.path(name));
    let printed = done(&run(&plain, &[]));
    let more = done(&run(&with, &["--sensitivity"]));
    assert_eq!(read(&plain, "outcome.csv"), read(&with, "outcome.csv"));
    let rest = more.strip_prefix(printed.as_str()).expect("the tables come first");
    assert!(rest.contains("toy.recovered[lithium], 2024, t/yr, baseline"), "{rest}");
    assert_eq!(names(&plain), ["manifest.json", "outcome.csv", "report.html"]);
    let left = ["manifest.json", "outcome.csv", "report.html", "sensitivity.csv"];
    assert_eq!(names(&with), left);
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&with, "manifest.json")).expect("JSON");
    assert_eq!(manifest["files"], serde_json::json!(left[1..]));
    assert!(!read(&plain, "manifest.json").contains("sensitivity.csv"));
    // Threads change no byte of it; the same is printed without a folder.
    let single = place.path("single");
    assert_eq!(done(&run(&single, &["--sensitivity", "--threads", "1"])), more);
    assert_eq!(read(&single, "sensitivity.csv"), read(&with, "sensitivity.csv"));
    assert_eq!(done(&[&RUN[..], &["--sensitivity"]].concat()), more);
}

#[test]
fn every_number_is_that_of_the_library() -> Result<(), blackmass::Error> {
    let place = Place::new("sensitivity-numbers");
    let out = place.path("out");
    let printed = done(&run(&out, &["--sensitivity", "--quiet"]));
    let csv = read(&out, "sensitivity.csv");
    let lines = lines(&csv);
    let scenario = Scenario::from_file(TOY)?;
    let built = lifecycle::Options { flows: true, ..Default::default() };
    let plan = Plan::compile(&lifecycle::system_with(&scenario, &built)?)?;
    let ensemble = Ensemble::new(&plan).draws(600).seed(9).keep("toy.recovered");
    let (outcome, samples) = (ensemble.run()?, ensemble.samples()?);
    let recovered = outcome.report("baseline", "toy.recovered").expect("reported");
    let settings = PrccSettings { seed: 9, ..Default::default() };
    let ranks = prcc_by_year(&samples, &outcome, recovered, 0, &settings)?;
    let mut compared = 0;
    for year in 2021..=2024 {
        let chosen = Chosen::new("baseline", "toy.recovered", &["lithium"], year);
        let alone = tornado(&plan, &[chosen], [0.05, 0.95])?.remove(0);
        let of_year: Vec<_> = lines.iter().filter(|f| f[4] == year.to_string()).collect();
        assert_eq!(of_year.len(), alone.bars.len());
        let strongest = ranks.strongest(year);
        for bar in &alone.bars {
            let line = of_year.iter().find(|f| f[3] == bar.input).expect("the input");
            assert_eq!(line[..3], ["baseline", "toy.recovered[lithium]", "t/yr"]);
            let numbers = [alone.central, bar.at_low, bar.at_high].map(report::exact);
            assert_eq!(line[5..8], numbers, "{} {year}", bar.input);
            let rank = strongest.iter().find(|(name, _)| *name == bar.input).map(|(_, x)| x);
            let Some(x) = rank else {
                // It is known by the name of an element, or not at all.
                continue;
            };
            let ends = [x.value, x.low, x.high].map(report::exact);
            assert_eq!(line[8..11], ends, "{} {year}", bar.input);
            compared += 1;
        }
        let told = of_year.iter().filter(|f| !f[8].is_empty()).count();
        assert_eq!(told, strongest.len(), "{year}");
    }
    assert!(compared > 100, "{compared}");
    // The shown year is the last; the strongest input is among those printed.
    let last: Vec<_> = lines.iter().filter(|f| f[4] == "2024" && f[11] == "bootstrap").collect();
    assert_eq!(last.len(), settings.top);
    let strongest = ranks.strongest(2024)[0].1.value;
    let line = last.iter().find(|f| f[8] == report::exact(strongest)).expect("its line");
    let row = printed.lines().find(|row| row.starts_with(line[3])).expect("a row");
    assert!(row.contains(&format!("{strongest:+.3}")), "{row}");
    Ok(())
}

#[test]
fn the_report_draws_what_the_file_says() {
    let place = Place::new("sensitivity-report");
    let out = place.path("out");
    done(&run(&out, &["--sensitivity", "--formats", "figures", "--quiet"]));
    let html = read(&out, "report.html");
    let csv = read(&out, "sensitivity.csv");
    let lines = lines(&csv);
    let command =
        format!("blackmass run {TOY} --draws 600 --seed 9 --sensitivity --formats figures");
    assert!(html.contains(&command), "the command is not in the report");
    assert!(html.contains("One input at a time: toy.recovered[lithium], 2024"));
    assert!(html.contains("in outcome.csv or sensitivity.csv with all its digits"));
    let figure = read(&out, "figures/ranks-toy-recovered-lithium---2024.svg");
    let axes = |key: &str| -> Vec<f64> {
        let text = figure.split(&format!("{key}=\"")).nth(1).expect("a scale");
        let text = text.split('"').next().expect("a value");
        text.split(',').map(|x| x.parse().expect("a number")).collect()
    };
    let (x, y) = (axes("data-x"), axes("data-y"));
    let place_of = |year: f64, value: f64| {
        let along = |s: &[f64], v: f64| s[2] + (v - s[0]) / (s[1] - s[0]) * (s[3] - s[2]);
        (along(&x, year), along(&y, value))
    };
    let number = |text: &str| -> f64 { text.parse().expect("a number") };
    let mut drawn = 0;
    for (at, curve) in figure.split("<path class=\"curve l").skip(1).enumerate() {
        let path = curve.split("d=\"M").nth(1).and_then(|c| c.split('"').next()).expect("a path");
        let named = format!(">{}: ", at + 1);
        let name = figure.split(&named).nth(1).and_then(|n| n.split('<').next()).expect("a name");
        let (start, end) = name.split_once('…').unwrap_or((name, ""));
        let own: Vec<_> = lines
            .iter()
            .filter(|f| f[3].starts_with(start) && f[3].ends_with(end) && !f[8].is_empty())
            .collect();
        let points: Vec<&str> = path.split('L').collect();
        assert_eq!(points.len(), own.len(), "{name}");
        for (point, line) in points.iter().zip(own) {
            let (px, py) = point.split_once(' ').expect("two numbers");
            let (wx, wy) = place_of(number(line[4]), number(line[8]));
            assert!((number(px) - wx).abs() < 0.06 && (number(py) - wy).abs() < 0.06, "{name}");
            drawn += 1;
        }
    }
    assert!(drawn >= 10, "{drawn}");
    // Bars have their ends in the table of the report.
    let largest = lines.iter().filter(|f| f[4] == "2024").max_by(|a, b| {
        let swing = |f: &[&str]| (number(f[7]) - number(f[6])).abs();
        swing(a).total_cmp(&swing(b))
    });
    for field in &largest.expect("a line")[6..8] {
        assert!(html.contains(&format!("<data value=\"{field}\">")), "{field}");
    }
}

#[test]
fn what_cannot_tell_is_refused_before_the_run() {
    let place = Place::new("sensitivity-bad");
    let out = place.path("out");
    let cases: [(&[&str], &str); 6] = [
        (&["--draws", "3"], "73 to"),
        (&["--draws", "1000000"], "fewer draws"),
        (&["--design", "oat"], "mc, lhs, sobol"),
        (
            &["--design", "factorial", "--levels", "0.1,0.9", "--vary", "toy.cells.scrap.start"],
            "mc",
        ),
        (&["--freeze", "epistemic"], "inputs that vary"),
        (&["--until-precise", "toy.recovered=5%"], "--max-draws"),
    ];
    for (more, word) in cases {
        let all = [&["run", TOY, "--sensitivity", "--out", &out], more].concat();
        let message = fails(2, &all, &["--sensitivity", "found", "allowed", "fix", word]);
        assert!(!message.contains("Round"), "{message}");
        assert!(!std::path::Path::new(&out).exists(), "{more:?}");
    }
    // Other random designs, and rounds with a limit, can tell.
    for more in [
        &["--design", "lhs"][..],
        &["--design", "sobol"],
        &["--freeze", "aleatory"],
        &["--until-precise", "toy.recovered=9%", "--max-draws", "4000"],
    ] {
        let all = [&["run", TOY, "--sensitivity", "--draws", "100"], more].concat();
        assert!(done(&all).contains("PRCC"), "{more:?}");
    }
    // Nothing varies: nothing is said of any input.
    let none = done(&["run", TOY, "--sensitivity", "--draws", "100", "--prior-scale", "0"]);
    assert!(none.contains("toy.recovered[lithium]"), "{none}");
}

#[test]
fn shards_and_resumed_runs_tell_the_same() {
    let place = Place::new("sensitivity-parts");
    let [whole, parts, merged] = ["whole", "parts", "merged"].map(|name| place.path(name));
    let more = |out: &str| -> Vec<String> {
        let options = ["run", TOY, "--draws", "2100", "--sensitivity", "--out", out];
        options.map(str::to_owned).into()
    };
    let go = |out: &str, more_options: &[&str]| {
        let all = more(out);
        let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
        all.extend(more_options);
        done(&all)
    };
    let printed = go(&whole, &[]);
    for shard in ["1/2", "2/2"] {
        assert_eq!(go(&parts, &["--shard", shard]), "");
    }
    let again = done(&["merge", &parts, "--out", &merged, "--formats", "draws,experiments"]);
    assert_eq!(again, printed);
    for name in ["outcome.csv", "sensitivity.csv"] {
        assert_eq!(read(&merged, name), read(&whole, name), "{name}");
    }
    assert!(names(&merged).contains(&"draws.npy".to_owned()));
    // The manifests say the same but for the files.
    let manifests = [&whole, &merged].map(|out| read(out, "manifest.json"));
    let before = |manifest: &str| manifest.split("\"files\"").next().map(str::to_owned);
    assert_eq!(before(&manifests[0]), before(&manifests[1]));
    assert_ne!(result(&manifests[0]), result(&manifests[1]));
    // Shards without the option kept no draws.
    let [bare, out] = ["bare", "none"].map(|name| place.path(name));
    done(&["run", TOY, "--draws", "64", "--shard", "1/1", "--out", &bare]);
    let refused = ["--formats", "draws", "found", "allowed", "run the shards with --sensitivity"];
    fails(2, &["merge", &bare, "--out", &out, "--formats", "draws"], &refused);
    // All that there is.
    let output = blackmass(&["merge", &bare, "--out", &out, "--formats", "all"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let left = ["figures", "iamc.csv", "manifest.json", "outcome.csv", "report.html", "sankey.csv"];
    assert_eq!(names(&out), left);
}
