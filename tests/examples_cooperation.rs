//! The example `cooperation` as a user meets it: blocks in order, numbers that are those of the
//! library, and clear refusals.
#![cfg(feature = "scenario")]
#![allow(clippy::disallowed_methods)]

mod program;

use blackmass::lifecycle::{self, Options};
use blackmass::scenario::Scenario;
use blackmass::system::Policy;
use blackmass::{Ensemble, Error, Outcome, Plan};
use program::{Place, example, read, text};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const NAME: &str = "cooperation";
const FEW: [&str; 4] = ["--draws", "50", "--shapley-draws", "8"];
const BLOCKS: [(&str, &str); 10] = [
    ("tonnes", "1. Tonnes: what cooperation adds"),
    ("anyway", "2. What happens anyway"),
    ("keepers", "3. Who keeps it"),
    ("outbid", "4. If China outbids, or stops deliveries"),
    ("availability", "5. Japanese batteries sold in the EU"),
    ("levers", "6. Which lever does it"),
    ("conflicts", "7. Where levers pull both ways"),
    ("inputs", "8. The weakest inputs"),
    ("priors", "9. The same with priors halved and doubled"),
    ("illustrative", "10. ILLUSTRATIVE: China's share in later stages"),
];

/// A row of `cooperation.csv` without quoted fields.
struct Row<'a>(Vec<&'a str>);

impl Row<'_> {
    fn number(&self, column: usize) -> f64 {
        self.0[column].parse().expect("a number")
    }
}

/// The rows of a file with these first fields: block, policy, region, series, material, year.
fn find<'a>(rows: &'a [Row<'a>], address: [&str; 6]) -> &'a Row<'a> {
    let mut found = rows.iter().filter(|row| row.0[..6] == address);
    let row = found.next().unwrap_or_else(|| panic!("no row {address:?}"));
    assert!(found.next().is_none(), "two rows {address:?}");
    row
}

fn rows(csv: &str) -> Vec<Row<'_>> {
    let mut lines = csv.lines();
    let heading = "block,policy,region,series,material,year,unit,mean,p05,p95,se";
    assert_eq!(lines.next(), Some(heading));
    // The name of an input may hold a comma.
    let is_plain = |line: &&str| !line.contains('"') || !line.starts_with("inputs,");
    let rows = lines.filter(is_plain).map(|line| Row(line.split(',').collect()));
    let rows: Vec<Row> = rows.collect();
    assert!(rows.iter().all(|row| row.0.len() == 11));
    rows
}

fn policies(scenario: &Scenario, names: &[&str]) -> Vec<Policy> {
    let all = lifecycle::policies(scenario);
    let of = |name: &&str| all.iter().find(|p| p.name == *name).expect("a policy").clone();
    names.iter().map(of).collect()
}

fn outcome(scenario: &Scenario, policies: Vec<Policy>, keep: &[&str]) -> Result<Outcome, Error> {
    let plan = Plan::compile(&lifecycle::system_under(scenario, policies, &Options::default())?)?;
    let ensemble = Ensemble::new(&plan).draws(50);
    keep.iter().fold(ensemble, |e, name| e.keep(name)).run()
}

fn draws(outcome: &Outcome, policy: &str, name: &str, label: &str, year: i32) -> Vec<f64> {
    let report = outcome.report(policy, name).expect("reported");
    let element = report.element(&[label]).expect("an element");
    outcome.draws_of(report, element, year).expect("kept")
}

/// Mean, 5 and 95 % quantile and standard error, worked out anew.
fn statistics(draws: &[f64]) -> [f64; 4] {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |p: f64| {
        let (at, part) = ((p * (n - 1.0)).floor(), (p * (n - 1.0)).fract());
        let next = sorted.get(at as usize + 1).unwrap_or(&sorted[at as usize]);
        sorted[at as usize] * (1.0 - part) + next * part
    };
    [mean, quantile(0.05), quantile(0.95), (variance / n).sqrt()]
}

fn assert_near(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        "{what}: {found} {expected}"
    );
}

#[test]
fn blocks_numbers_and_files_are_as_promised() -> Result<(), Error> {
    let place = Place::new("cooperation");
    let out = place.path("out");
    let output = example(NAME, &[&FEW[..], &["--out", &out]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "progress in a pipe");
    let shown = text(&output.stdout);
    // Where files are written is not ours to break.
    for line in shown.lines().filter(|line| !line.starts_with("Written: ")) {
        assert!(line.chars().count() <= 100, "too wide: {line}");
        assert!(!line.contains("NaN") && !line.contains("inf"), "{line}");
    }
    let titles: Vec<&str> = BLOCKS.iter().map(|(_, title)| *title).collect();
    let found: Vec<&str> = shown.lines().filter(|line| titles.contains(line)).collect();
    assert_eq!(found, titles);

    let csv = read(&out, "cooperation.csv");
    let rows = rows(&csv);
    let mut blocks: Vec<&str> = rows.iter().map(|row| row.0[0]).collect();
    blocks.dedup();
    assert_eq!(blocks, BLOCKS.map(|(name, _)| name));
    let addresses: BTreeSet<_> = rows.iter().map(|row| &row.0[..6]).collect();
    assert_eq!(addresses.len(), rows.len(), "every row has its own address");

    // The value of cooperation, from a run of the library.
    let scenario = Scenario::japan_eu();
    let names = ["apart", "cooperation"];
    let sold = "japan.recycled_content_sold_in_eu_even";
    let kept = ["eu.retained", "japan.retained", sold, "eu.unmet_demand_chain"];
    let main = outcome(&scenario, policies(&scenario, &names), &kept)?;
    let value = |run: &Outcome, [apart, together]: [&str; 2], material: &str, year: i32| {
        let of = |policy: &str| {
            let [eu, japan] =
                [kept[0], kept[1]].map(|name| draws(run, policy, name, material, year));
            eu.iter().zip(&japan).map(|(a, b)| a + b).collect::<Vec<f64>>()
        };
        let (apart, together) = (of(apart), of(together));
        together.iter().zip(&apart).map(|(a, b)| a - b).collect::<Vec<f64>>()
    };
    for material in scenario.world().expect("a world").minerals() {
        for year in [2030, 2035, 2040] {
            let row = ["tonnes", "cooperation - apart", "eu+japan", "retained", material];
            let row = find(&rows, [row[0], row[1], row[2], row[3], row[4], &year.to_string()]);
            assert_eq!(row.0[6], "t/yr");
            let expected = statistics(&value(&main, names, material, year));
            for (column, expected) in (7..11).zip(expected) {
                assert_near(row.number(column), expected, &format!("{material} {year} {column}"));
            }
            // The mean is the sum of the paired differences that the library reports.
            let means = kept[..2].iter().map(|name| {
                let report = main.difference("cooperation", name).expect("compared");
                let element = report.element(&[material]).expect("a mineral");
                report.summary(element, year).expect("reported").mean
            });
            assert_near(row.number(7), means.sum(), material);
        }
    }

    // While China outbids, on the same states of the world.
    let pulled = ["china_pull", "cooperation_china_pull"];
    let run = outcome(&scenario, policies(&scenario, &pulled), &kept[..2])?;
    let then = value(&run, pulled, "nickel", 2035);
    let usual = value(&main, names, "nickel", 2035);
    let change: Vec<f64> = then.iter().zip(&usual).map(|(a, b)| a - b).collect();
    let both = "(cooperation_china_pull - china_pull) - (cooperation - apart)";
    let row = find(&rows, ["outbid", both, "eu+japan", "retained", "nickel", "2035"]);
    assert_near(row.number(7), statistics(&change)[0], both);

    // A chance is a count of draws that reach what the scenario asks for.
    let eu = scenario.regions().iter().find(|region| region.name() == "eu").expect("a region");
    let asked = eu.targets().iter().find(|t| t.id() == "content_cobalt_2031_cells_scrap");
    let asked = asked.expect("a target").value();
    let content = draws(&main, "cooperation", sold, "cobalt", 2031);
    let share = content.iter().filter(|x| **x >= asked).count() as f64 / 50.0;
    let series = "recycled_content_sold_in_eu_even.reached";
    let row = find(&rows, ["availability", "cooperation", "japan", series, "cobalt", "2031"]);
    assert_near(row.number(7), share, series);
    assert_eq!((row.0[8], row.0[9]), ("", ""));

    // The mean of the worst five per cent: of 50 draws two and a half.
    let mut unmet = draws(&main, "apart", "eu.unmet_demand_chain", "nickel", 2035);
    unmet.sort_by(|a, b| b.total_cmp(a));
    let worst = (unmet[0] + unmet[1] + 0.5 * unmet[2]) / 2.5;
    let series = "unmet_demand_chain.worst_5_percent";
    let row = find(&rows, ["anyway", "apart", "eu", series, "nickel", "2035"]);
    assert_near(row.number(7), worst, series);

    // One lever alone, and its ceiling, on top of apart.
    let apart = policies(&scenario, &["apart"]).remove(0);
    let acting = |at_ceiling| {
        let overrides = lifecycle::instrument(&scenario, "skills", at_ceiling).expect("there");
        lifecycle::with_instrument(&apart, "skills", &overrides)
    };
    for (policy, how) in [(acting(false), "alone"), (acting(true), "at its ceiling")] {
        let run = outcome(&scenario, vec![apart.clone(), policy], &kept[..2])?;
        let expected = statistics(&value(&run, ["apart", "skills"], "lithium", 2035))[0];
        let policy = format!("skills {how} - apart");
        let row = find(&rows, ["levers", &policy, "eu+japan", "retained", "lithium", "2035"]);
        assert_near(row.number(7), expected, how);
    }

    // Shapley values share out what all do together.
    let mut sums: BTreeMap<&[&str], [f64; 2]> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.0[0] == "levers") {
        let sums = sums.entry(&row.0[2..6]).or_default();
        if row.0[1].ends_with(" Shapley value") {
            sums[0] += row.number(7);
        } else if row.0[1] == "all instruments - apart" {
            sums[1] += row.number(7);
        }
    }
    assert_eq!(sums.len(), 5);
    for (of, [parts, all]) in &sums {
        // In a few draws there may be no disruption.
        assert!(*all != 0.0 || of[1] == "unmet_demand_chain", "{of:?}");
        assert!((parts - all).abs() <= 1e-9 * (1.0 + all.abs()), "{of:?}: {parts} {all}");
    }

    // The files beside it are those of the run: all of it, with its reference.
    let outcome_csv = read(&out, "outcome.csv");
    assert!(outcome_csv.contains("\ncooperation - apart,eu,retained,,,lithium,2035,"));
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
    assert_eq!(manifest["policies"][0], "apart");
    assert_eq!(fs::read_dir(&out).map(Iterator::count).ok(), Some(3));
    Ok(())
}

#[test]
fn threads_change_no_digit_and_shapley_values_can_be_left_out() {
    let place = Place::new("cooperation-threads");
    let run = |threads: &str| {
        let out = place.path(threads);
        let options =
            ["--draws", "40", "--shapley-draws", "0", "--threads", threads, "--out", &out];
        let output = example(NAME, &options);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let words: Vec<&str> = text(&output.stdout).split_whitespace().collect();
        assert!(words.join(" ").contains("Shapley values are left out"));
        assert!(!text(&output.stdout).contains("all together"));
        read(&out, "cooperation.csv")
    };
    let one = run("1");
    assert!(!one.contains("Shapley") && one.contains("skills alone - apart"));
    assert_eq!(one, run("3"));
}

#[test]
fn a_wrong_command_line_is_refused_with_code_2() {
    let place = Place::new("cooperation-options");
    let out = place.path("out");
    let cases: [(&[&str], [&str; 2]); 9] = [
        (&["--draws", "39"], ["--draws", "40 to 1000000"]),
        (&["--shapley-draws", "1"], ["--shapley-draws", "standard error"]),
        (&["--shapley-draws", "x"], ["--shapley-draws", "0 to 100000"]),
        (&["--shapley-draws"], ["--shapley-draws", "no value"]),
        (&["--prior-scale", "-1"], ["--prior-scale", "0 to 10"]),
        (&["--design", "lhs"], ["--design", "--shapley-draws"]),
        (&["--pathway", "slow"], ["--pathway", "an unknown option"]),
        (&["--scenario", "scenarios/eu.toml"], ["regions", "japan and eu"]),
        (&["cooperation"], ["cooperation", "no option"]),
    ];
    for (options, words) in cases {
        let output = example(NAME, &[&["--out", &out], options].concat());
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options:?}\n{message}");
        for word in words.iter().chain(&["found", "allowed", "fix"]) {
            assert!(message.contains(word), "`{word}` is not in:\n{message}");
        }
        assert!(output.stdout.is_empty() && !Path::new(&out).exists(), "{options:?}");
    }
    let help = example(NAME, &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    for option in ["--draws", "--shapley-draws", "--seed", "--threads", "--prior-scale", "--out"] {
        assert!(text(&help.stdout).contains(option), "{option}");
    }
}

#[test]
fn a_scenario_without_the_policies_is_refused() {
    let place = Place::new("cooperation-scenario");
    for part in ["japan.toml", "eu.toml"] {
        fs::copy(Path::new("scenarios").join(part), place.0.join(part)).expect("writable");
    }
    let joint = fs::read_to_string("scenarios/japan_eu.toml").expect("readable");
    let path = place.path("copy.toml");
    let run = |content: &str| {
        fs::write(&path, content).expect("writable");
        example(NAME, &[&FEW[..], &["--scenario", &path]].concat())
    };
    let output = run(&joint.replace("cooperation_disruption", "cooperation_stop"));
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    for word in ["policies", "cooperation_stop", "at least baseline", "cooperation_disruption"] {
        assert!(message.contains(word), "`{word}` is not in:\n{message}");
    }
    assert!(message.contains("copy.toml") && output.stdout.is_empty(), "{message}");
    // A file that cannot be read is another matter.
    let output = run(&joint.replacen("grade = \"D\"", "grade = \"E\"", 1));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("grade") && output.stdout.is_empty());
}
