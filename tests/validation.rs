//! Our numbers beside published ones: `docs/validation.md` is written from a
//! run, and this test fails where the page and the run differ.
//!
//! To write the page anew:
//! `BLACKMASS_WRITE_DOCS=1 cargo test --release --test validation`.
#![cfg(feature = "scenario")]

use blackmass::lifecycle::published::{Figure, Found, figures};
use blackmass::report::{grouped, significant};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const PAGE: &str = "docs/validation.md";
const DRAWS: u32 = 2_000;
const POLICY: &str = "baseline";

/// An outcome with the draws of the series that the figures need, unless `kept`
/// is false.
fn run(scenario: &Scenario, kept: bool, draws: u32) -> Result<Outcome, Error> {
    let options = lifecycle::Options {
        policies: &[POLICY],
        detail: lifecycle::Detail::Full,
        prior_scale: None,
        flows: false,
    };
    let plan = Plan::compile(&lifecycle::system_with(scenario, &options)?)?;
    let mut ensemble = Ensemble::new(&plan).draws(draws).seed(1);
    let of = |f: &&Figure| kept && scenario.regions().iter().any(|r| r.name() == f.region);
    let names: BTreeSet<String> = figures().iter().filter(of).flat_map(Figure::series).collect();
    for name in names {
        ensemble = ensemble.keep(&name);
    }
    ensemble.run()
}

fn of_region(region: &str) -> Vec<&'static Figure> {
    figures().iter().filter(|f| f.region == region).collect()
}

/// Ours over theirs, less one, in per cent: to the nearer end of a range, zero
/// within it.
fn difference(mean: f64, (low, high): (f64, f64)) -> f64 {
    let nearest = if mean < low {
        low
    } else if mean > high {
        high
    } else {
        mean
    };
    100.0 * (mean / nearest - 1.0)
}

const HEAD: &str = "\
# Our numbers beside published ones

This page is written from a run of the shipped scenarios, reference pathway,
policy `baseline`, 2 000 draws, seed 1, by `tests/validation.rs`, which fails
where page and run differ. Ours is the mean of the draws and the 5-95 % band.
The difference is that of our mean to the published figure (to the nearer end
of a range). *In band* says whether our band and the published figure meet.

The column *used* says what the comparison is worth:

* *untouched*: no number of the scenario was derived from the figure, though it
  was known. Agreement is evidence, and so is its absence.
* *input*: the figure, or what it was derived from, is in the scenario.
  Agreement checks the arithmetic and the definitions.
* *fitted*: a prior was set so that this figure comes out. Agreement shows the
  fit and tests nothing.

No published figure tests the flows of 2040 and 2050; what is said about those
years is conditional on the pathway and on lifetimes that nobody has seen yet.
";

fn page(runs: &[(&str, Outcome)]) -> String {
    let mut text = HEAD.to_owned();
    for (region, outcome) in runs {
        let title = match *region {
            "eu" => "European Union",
            _ => "Japan",
        };
        let _ = writeln!(text, "\n## {title}\n");
        text += "| what | unit | ours (5-95 %) | theirs | difference | in band | used |\n";
        text += "|---|---|---|---|---|---|---|\n";
        let figures = of_region(region);
        for figure in &figures {
            let found = figure.found(outcome, POLICY).expect("reported");
            let (mean, (low, high)) = (found.mean, found.band.expect("kept"));
            let [m, l, h] = [mean, low, high].map(significant);
            let percent = difference(mean, figure.theirs);
            let sign = if percent >= 0.5 { "+" } else { "" };
            let inside = if found.meets(figure.theirs) == Some(true) { "yes" } else { "**no**" };
            let used = figure.used.word();
            let (what, unit, printed) = (&figure.what, &figure.unit, &figure.printed);
            let percent = grouped(percent, 0);
            let _ = writeln!(
                text,
                "| {what} | {unit} | {m} ({l}–{h}) | {printed} | {sign}{percent} % | {inside} | {used} |"
            );
        }
        text += "\nSources, and why the numbers differ:\n\n";
        let mut last = "";
        for figure in &figures {
            let why = if figure.why == last { "As before." } else { &figure.why };
            last = &figure.why;
            let entry = format!("*{}*. {}. {why}", figure.what, figure.source);
            text += &bullet(&entry);
        }
    }
    text
}

/// A list item in lines of at most 80 characters.
fn bullet(entry: &str) -> String {
    let (mut text, mut line) = (String::new(), String::from("*"));
    for word in entry.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 80 {
            text += &format!("{line}\n");
            line = String::from(" ");
        }
        line += &format!(" {word}");
    }
    text + &line + "\n"
}

#[test]
fn the_page_shows_the_run() -> Result<(), Error> {
    let runs = [
        ("eu", run(&Scenario::eu(), true, DRAWS)?),
        ("japan", run(&Scenario::japan(), true, DRAWS)?),
    ];
    let page = page(&runs);
    if std::env::var_os("BLACKMASS_WRITE_DOCS").is_some_and(|v| v == "1") {
        std::fs::write(PAGE, &page).expect("the page can be written");
        return Ok(());
    }
    let committed = std::fs::read_to_string(PAGE).expect("the page is there");
    let line = page.lines().zip(committed.lines()).find(|(a, b)| a != b);
    assert!(
        page == committed,
        "{PAGE} does not show this run; first difference: {line:?}\n\
         look at what changed, then run\n\
         BLACKMASS_WRITE_DOCS=1 cargo test --release --test validation"
    );
    Ok(())
}

#[test]
fn differences_and_quantiles_are_what_they_say() {
    assert_eq!(difference(110.0, (100.0, 100.0)).round(), 10.0);
    assert_eq!(difference(110.0, (100.0, 120.0)), 0.0);
    assert_eq!(difference(60.0, (100.0, 120.0)).round(), -40.0);
    let found = Found { mean: 5.0, band: Some((4.0, 6.0)), is_of_means: false };
    for (theirs, meets) in [((6.0, 7.0), true), ((1.0, 3.9), false), ((6.1, 7.0), false)] {
        assert_eq!(found.meets(theirs), Some(meets));
    }
    assert_eq!(Found { band: None, ..found }.meets((5.0, 5.0)), None);
}

/// Every figure worked out from the draws of the outcome by its definition, and
/// without kept draws from the means.
#[test]
fn ours_is_what_the_table_says() -> Result<(), Error> {
    let (kept, plain) = (run(&Scenario::eu(), true, 200)?, run(&Scenario::eu(), false, 200)?);
    let draws = |series: &str, labels: &[&str], year| {
        let report = kept.report(POLICY, &format!("eu.{series}")).expect("reported");
        let element = report.element(labels).expect("an element");
        kept.draws_of(report, element, year).expect("kept")
    };
    let is = |what: &str, expected: Vec<f64>, scale: f64| {
        let figure = figures().iter().find(|f| f.region == "eu" && f.what == what);
        let figure = figure.unwrap_or_else(|| panic!("{what}"));
        let mut expected: Vec<f64> = expected.into_iter().map(|x| x / scale).collect();
        let mean = expected.iter().sum::<f64>() / 200.0;
        expected.sort_by(f64::total_cmp);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
        let found = figure.found(&kept, POLICY).expect("reported");
        let (low, high) = found.band.expect("kept");
        assert!(near(found.mean, mean) && !found.is_of_means, "{what}: {found:?}, {mean}");
        assert!(near(low, expected[10]) && near(high, expected[189]), "{what}: {found:?}");
        let of_means = figure.found(&plain, POLICY).expect("reported");
        let one = figure.ours.sum.len() == 1 && what.starts_with("battery cars");
        assert_eq!(of_means.band.is_some(), one || figure.ours.rest, "{what}");
        let few = if of_means.is_of_means { 0.1 } else { 1e-9 };
        assert!((of_means.mean / mean - 1.0).abs() <= few, "{what}: {of_means:?}, {mean}");
        of_means.is_of_means
    };
    let add = |a: Vec<f64>, b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<_>>();
    assert!(!is("battery cars in use, end of 2024", draws("vehicles", &["bev_car"], 2024), 1e6));
    let mut placed = vec![0.0; 200];
    for segment in ["bev_car", "phev_car", "van", "bus", "truck"] {
        placed = add(placed, &draws("placed_energy_by_segment", &[segment], 2024));
    }
    assert!(!is("battery demand of electric vehicles, 2024", placed, 1e3));
    let potential = add(draws("collected", &["cobalt"], 2030), &draws("scrap", &["cobalt"], 2030));
    let demand = draws("inflow", &["cobalt"], 2030);
    let ratio = potential.iter().zip(demand).map(|(a, b)| a / b).collect();
    assert!(is("recycling potential over demand, 2030, cobalt", ratio, 0.01));
    let share = draws("scrap_share_of_feed", &[], 2050);
    let rest = share.iter().map(|x| 1.0 - x).collect();
    assert!(!is("end-of-life batteries in what recyclers are given, 2050", rest, 0.01));
    // What is not reported has no number.
    let all: Vec<&Figure> = of_region("japan");
    assert!(all.iter().all(|f| f.found(&kept, POLICY).is_none()));
    assert!(of_region("eu")[0].found(&kept, "no policy").is_none());
    Ok(())
}
