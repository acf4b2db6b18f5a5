//! Our numbers beside published ones: `docs/validation.md` is written from a
//! run, and this test fails where the page and the run differ.
//!
//! To write the page anew:
//! `BLACKMASS_WRITE_DOCS=1 cargo test --release --test validation`.
#![cfg(feature = "scenario")]

#[path = "../examples/shared/published.rs"]
#[allow(dead_code)]
mod published;

use blackmass::report::{grouped, significant};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan, lifecycle};
use published::{FIGURES, Figure, Ours, Use};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const PAGE: &str = "docs/validation.md";
const DRAWS: u32 = 2_000;
const POLICY: &str = "baseline";

/// The draws of one number.
type Draws = Vec<f64>;

/// An outcome with the draws of the series that the figures need.
struct Run {
    region: &'static str,
    outcome: Outcome,
}

impl Run {
    fn new(region: &'static str, scenario: &Scenario) -> Result<Self, Error> {
        let options = lifecycle::Options {
            policies: &[POLICY],
            detail: lifecycle::Detail::Full,
            prior_scale: None,
            flows: false,
        };
        let plan = Plan::compile(&lifecycle::system_with(scenario, &options)?)?;
        let mut ensemble = Ensemble::new(&plan).draws(DRAWS).seed(1);
        let figures = FIGURES.iter().filter(|f| f.region == region);
        let names: BTreeSet<&str> = figures.flat_map(|f| needed(&f.ours)).collect();
        for name in names {
            ensemble = ensemble.keep(&format!("{region}.{name}"));
        }
        Ok(Self { region, outcome: ensemble.run()? })
    }

    /// The draws of the elements chosen, summed.
    fn sum(&self, series: &str, chosen: impl Fn(&[String]) -> bool, year: i32) -> Draws {
        let name = format!("{}.{series}", self.region);
        let report = self.outcome.report(POLICY, &name).expect("reported");
        let mut sums = vec![0.0; DRAWS as usize];
        let mut found = false;
        for (e, labels) in report.series().labels.iter().enumerate() {
            if chosen(labels) {
                let draws = self.outcome.draws_of(report, e, year).expect("kept");
                sums.iter_mut().zip(draws).for_each(|(s, x)| *s += x);
                found = true;
            }
        }
        assert!(found, "{name} has no such element");
        sums
    }

    fn ours(&self, figure: &Figure) -> Draws {
        let is = |wanted: &'static [&'static str]| move |labels: &[String]| labels == wanted;
        let mut draws = match figure.ours {
            Ours::One { series, labels, year } => self.sum(series, is(labels), year),
            Ours::Sum { series, labels, years } => {
                let wanted = |l: &[String]| labels.is_empty() || labels.iter().any(|w| l == *w);
                let mut sums = vec![0.0; DRAWS as usize];
                for year in years.0..=years.1 {
                    add(&mut sums, &self.sum(series, wanted, year));
                }
                sums
            }
            Ours::Ratio { over: [a, b, c], material, year } => {
                let of = |series| self.sum(series, |l: &[String]| l == [material], year);
                let (mut above, below) = (of(a), of(c));
                add(&mut above, &of(b));
                above.iter_mut().zip(below).for_each(|(x, c)| *x /= c);
                above
            }
            Ours::Returns { year } => {
                let mut sums = self.sum("collected_by_segment", |l| l != ["portable"], year);
                add(&mut sums, &self.sum("scrap", |_| true, year));
                sums
            }
            Ours::Rest { series, year } => {
                let mut draws = self.sum(series, |l: &[String]| l.is_empty(), year);
                draws.iter_mut().for_each(|x| *x = 1.0 - *x);
                draws
            }
        };
        draws.iter_mut().for_each(|x| *x /= figure.scale);
        draws
    }
}

fn add(sums: &mut [f64], draws: &[f64]) {
    sums.iter_mut().zip(draws).for_each(|(s, x)| *s += x);
}

/// The series that a figure needs.
fn needed(ours: &Ours) -> Vec<&'static str> {
    match *ours {
        Ours::One { series, .. } | Ours::Sum { series, .. } | Ours::Rest { series, .. } => {
            vec![series]
        }
        Ours::Ratio { over, .. } => over.to_vec(),
        Ours::Returns { .. } => vec!["collected_by_segment", "scrap"],
    }
}

/// Mean and exact 5 and 95 % quantiles (the nearest draws).
fn summary(mut draws: Draws) -> [f64; 3] {
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    draws.sort_by(f64::total_cmp);
    let at = |p: f64| draws[((draws.len() - 1) as f64 * p).round() as usize];
    [mean, at(0.05), at(0.95)]
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

fn page(runs: &[Run]) -> String {
    let mut text = HEAD.to_owned();
    for run in runs {
        let title = match run.region {
            "eu" => "European Union",
            _ => "Japan",
        };
        let _ = writeln!(text, "\n## {title}\n");
        text += "| what | unit | ours (5-95 %) | theirs | difference | in band | used |\n";
        text += "|---|---|---|---|---|---|---|\n";
        let figures: Vec<&Figure> = FIGURES.iter().filter(|f| f.region == run.region).collect();
        for figure in &figures {
            let [mean, low, high] = summary(run.ours(figure));
            let [m, l, h] = [mean, low, high].map(significant);
            let percent = difference(mean, figure.theirs);
            let sign = if percent >= 0.5 { "+" } else { "" };
            let inside =
                if low <= figure.theirs.1 && high >= figure.theirs.0 { "yes" } else { "**no**" };
            let used = match figure.used {
                Use::Untouched => "untouched",
                Use::Input => "input",
                Use::Fitted => "fitted",
            };
            let (what, unit, printed) = (figure.what, figure.unit, figure.printed);
            let percent = grouped(percent, 0);
            let _ = writeln!(
                text,
                "| {what} | {unit} | {m} ({l}–{h}) | {printed} | {sign}{percent} % | {inside} | {used} |"
            );
        }
        text += "\nSources, and why the numbers differ:\n\n";
        let mut last = "";
        for figure in &figures {
            let why = if figure.why == last { "As before." } else { figure.why };
            last = figure.why;
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
    let runs = [Run::new("eu", &Scenario::eu())?, Run::new("japan", &Scenario::japan())?];
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
    let [mean, low, high] = summary((0..=100).rev().map(f64::from).collect());
    assert_eq!([mean, low, high], [50.0, 5.0, 95.0]);
    // Every figure has a source and a reason.
    assert!(FIGURES.iter().all(|f| !f.source.is_empty() && f.why.len() > 20));
}
