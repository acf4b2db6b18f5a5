//! Every file format, read back by pandas and NumPy to the last digit.
#![allow(missing_docs, clippy::disallowed_methods)]

mod python;

use blackmass::analysis::{PrccSettings, prcc_by_year};
use blackmass::dependence::Correlation;
use blackmass::ensemble::Quantile;
use blackmass::report::{self, IamcNames};
use blackmass::sampling::design::{Design, SampleTable};
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MedianGsd, Range};
use blackmass::{Ensemble, ErrorKind, Outcome, Plan, System};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const SEED: u64 = 9;

/// Names with everything that CSV has to quote; loops, losses, noise,
/// correlated inputs, a policy and its difference.
fn system() -> System {
    let mut b = System::builder("hostile", 2020..=2024);
    b.dimension("material", ["lithium", "a, \"b\"", "two\nlines", "日本, '1'"]);
    let law = |d: Result<Distribution, _>| d.expect("a distribution");
    let range = |low, high| law(Distribution::uniform(Range { low, high }));
    b.parameter("eu.yield", &["material"], range(0.6, 0.9));
    b.parameter("eu.rate", &[], range(0.3, 0.7));
    let demand = Distribution::lognormal_from_median_gsd(MedianGsd { median: 1e3, gsd: 1.7 });
    b.parameter("eu.demand", &[], law(demand));
    let pair = Correlation::spearman(["eu.rate", "eu.demand"], &[vec![1.0, 0.5], vec![0.5, 1.0]]);
    b.correlate(pair.expect("a correlation"));
    b.noise("eu.luck", &[]).constant("lever", &[], 1.0);
    b.process("use, \"old\"").process("recycling");
    b.variable("eu.scrap", var("eu.demand") * (var("eu.luck") * 0.1).exp() * 0.5);
    b.constant("one", &["material"], 1.0);
    b.flow("eu.sold")
        .from(System::ENVIRONMENT)
        .to("use, \"old\"")
        .is(var("eu.scrap") * var("one") - var("eu.back"));
    b.flow("eu.collected")
        .from("use, \"old\"")
        .to("recycling")
        .is(var("eu.scrap") * var("one") * var("eu.rate") * var("lever"));
    b.flow("eu.lost")
        .from("use, \"old\"")
        .to(System::ENVIRONMENT)
        .is(var("eu.scrap") * var("one") - var("eu.collected"));
    b.flow("eu.back")
        .from("recycling")
        .to("use, \"old\"")
        .is(var("eu.collected") * var("eu.yield"));
    b.flow("eu.slag")
        .from("recycling")
        .to(System::ENVIRONMENT)
        .is(var("eu.collected") - var("eu.back"));
    for name in ["eu.sold", "eu.collected", "eu.lost", "eu.back", "eu.slag"] {
        b.observe(name, "t, \"dry\"");
    }
    b.observe("eu.rate", "1");
    b.policy(Policy { name: "none".into(), overrides: Vec::new() });
    let change = Change::Multiply(1.25);
    let lever = Override { name: "lever".into(), change, from: 2022, ramp: 2 };
    b.policy(Policy { name: "more, \"and\" more".into(), overrides: vec![lever] });
    b.build().expect("correct")
}

fn run(plan: &Plan) -> Ensemble<'_> {
    let run = Ensemble::new(plan).draws(300).seed(SEED);
    run.keep_years("eu.back", &[2021, 2024]).keep("eu.rate")
}

/// What Python has to find, from the library's own numbers.
fn expected(outcome: &Outcome, samples: &SampleTable) -> Value {
    let inputs: Vec<Value> = samples
        .names()
        .iter()
        .map(|name| json!([name, samples.column(name).expect("a column")]))
        .collect();
    let (mut kept, mut wide) = (Vec::new(), Vec::new());
    for report in outcome.reports() {
        let s = report.series();
        for (e, labels) in s.labels.iter().enumerate() {
            for year in outcome.years() {
                let timed = report.is_timed();
                if !timed && year != 2020 {
                    continue;
                }
                if let Some(draws) = outcome.draws_of(report, e, year) {
                    let year = if timed { year.to_string() } else { String::new() };
                    let versus = s.versus.as_deref().unwrap_or("");
                    let label = labels.first().map_or(String::new(), |l| format!("material={l}"));
                    kept.push(json!([s.policy, versus, s.name, label, year, s.unit, draws]));
                }
            }
            let of = |f: &dyn Fn(i32) -> Option<f64>| outcome.years().map(f).collect::<Vec<_>>();
            let at = |year| report.summary(e, year).expect("there");
            let within = |q: Quantile| match q {
                Quantile::Value(x) => Some(x),
                _ => None,
            };
            let label = labels.first().map_or("", String::as_str);
            wide.push(json!({
                "policy": s.policy, "versus": s.versus, "series": s.name, "label": label,
                "unit": s.unit, "mean": of(&|y| Some(at(y).mean)), "sd": of(&|y| Some(at(y).sd)),
                "p05": of(&|y| within(at(y).p05)), "p25": of(&|y| within(at(y).p25)),
                "p50": of(&|y| within(at(y).p50)), "p75": of(&|y| within(at(y).p75)),
                "p95": of(&|y| within(at(y).p95)),
            }));
        }
    }
    json!({ "inputs": inputs, "kept": kept, "wide": wide })
}

#[test]
fn python_reads_every_number_back() {
    let Some(python) = python::with_pandas() else { return };
    let system = system();
    let plan = Plan::compile(&system).expect("small");
    let run = run(&plan);
    let (outcome, samples) = (run.run().expect("it runs"), run.samples().expect("drawn"));
    let links = report::links(&system, &outcome, "more, \"and\" more", 2023).expect("observed");
    let back = outcome.report("none", "eu.back").expect("observed");
    let found = prcc_by_year(&samples, &outcome, back, 1, &PrccSettings::default());
    let found = found.expect("enough draws");
    assert!(found.all().left_out().is_empty());
    let mut expected = expected(&outcome, &samples);
    let of = |l: &report::Link| json!([l.source, l.target, l.kind, l.value]);
    expected["sankey"] = links.iter().map(of).collect();
    expected["prcc"] = json!({
        "inputs": found.all().inputs(), "output": ["none", "eu.back", "material=a, \"b\""],
        "years": found.years(),
        "values": found.all().outputs().iter()
            .map(|of| of.iter().map(|x| x.value).collect::<Vec<_>>()).collect::<Vec<_>>(),
    });
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("formats");
    let _ = fs::remove_dir_all(&place);
    let draws = report::draws(&outcome).expect("kept");
    let texts = [
        ("draws_index.csv", draws.index),
        ("outcomes.csv", report::outcomes(&outcome).expect("kept")),
        ("experiments.csv", report::experiments(&samples).expect("drawn")),
        ("iamc.csv", report::iamc(&outcome, &IamcNames::default()).expect("names")),
        ("outcome.csv", report::csv(&outcome).expect("columns")),
        ("sankey.csv", report::sankey_csv(&links).expect("flows")),
        ("expected.json", expected.to_string()),
    ];
    let mut files: Vec<(&str, &[u8])> = texts.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    files.push(("draws.npy", &draws.npy));
    report::write_files(&place, &files).expect("written");
    python::run(&python, "tests/formats/read_back.py", &place);
    // What pandas writes is read as a design and gives the same outcome.
    let again = SampleTable::from_file(place.join("again.csv")).expect("pandas' file");
    let sampled = Ensemble::new(&plan).seed(SEED).design(Design::Samples(again)).run();
    assert_eq!(sampled.expect("it runs").fingerprint(), outcome.fingerprint());
}

#[test]
fn experiments_read_as_a_design_give_the_same_outcome() {
    let plan = Plan::compile(&system()).expect("small");
    for design in [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()] {
        let run = run(&plan).design(design);
        let (outcome, samples) = (run.run().expect("it runs"), run.samples().expect("drawn"));
        let text = report::experiments(&samples).expect("drawn");
        assert!(text.contains("\"eu.yield[material=two\nlines]\""), "{}", &text[..200]);
        let read = SampleTable::from_csv("experiments.csv", &text).expect("our own file");
        assert_eq!((read.names(), read.rows()), (samples.names(), 300));
        let again = super_run(&plan, read);
        assert_eq!(again.fingerprint(), outcome.fingerprint());
        assert_eq!(
            report::outcomes(&again).expect("kept"),
            report::outcomes(&outcome).expect("kept")
        );
    }
}

fn super_run(plan: &Plan, read: SampleTable) -> Outcome {
    run(plan).design(Design::Samples(read)).run().expect("it runs")
}

#[test]
fn places_count_the_lines_of_a_broken_header() {
    let plan = Plan::compile(&system()).expect("small");
    let bad = |text: &str| {
        let run = |t| Ensemble::new(&plan).design(Design::Samples(t)).run();
        SampleTable::from_csv("x.csv", text).and_then(run).expect_err("refused").to_string()
    };
    let header = "eu.rate,\"eu.yield[material=two\nlines]\"\r\n";
    assert!(bad(&format!("{header}0.5,high\n")).starts_with("x.csv:3:5"));
    assert!(bad(&format!("{header}0.5\n")).starts_with("x.csv:3:1"));
    assert!(bad(&format!("{header}0.5,0.7\n0.5,0.1\n")).starts_with("x.csv:4:5"));
    // An open quotation mark ends with its line.
    let open = bad("\"eu.rate\n0.5\n0.9\n");
    assert!(open.starts_with("x.csv:3:1") && open.contains("0.3 to 0.7"), "{open}");
}

#[test]
fn sankey_links_balance_and_follow_the_flows() {
    let system = system();
    let plan = Plan::compile(&system).expect("small");
    let outcome = run(&plan).run().expect("it runs");
    let links = report::links(&system, &outcome, "none", 2022).expect("observed");
    assert_eq!(links.len(), 5 * 4);
    let kinds: BTreeSet<&str> = links.iter().map(|l| l.kind.as_str()).collect();
    for process in ["use, \"old\"", "recycling"] {
        for kind in &kinds {
            let sum = |into: bool| -> f64 {
                let end = |l: &&report::Link| {
                    if into { l.target == process } else { l.source == process }
                };
                links.iter().filter(|l| l.kind == **kind).filter(end).map(|l| l.value).sum()
            };
            assert!((sum(true) / sum(false) - 1.0).abs() < 1e-9, "{process} {kind}");
        }
    }
}

#[test]
fn what_was_not_kept_is_refused_before_anything_is_written() {
    let plan = Plan::compile(&system()).expect("small");
    let refused = |run: Ensemble| run.run().expect_err("refused").to_string();
    assert!(refused(Ensemble::new(&plan).keep("eu.bak")).contains("eu.bak"));
    let late = refused(Ensemble::new(&plan).keep_years("eu.back", &[2030]));
    assert!(late.contains("2030") && late.contains("2020 to 2024"), "{late}");
    let outcome = Ensemble::new(&plan).draws(20).run().expect("it runs");
    for error in [report::draws(&outcome).err(), report::outcomes(&outcome).err()] {
        assert_eq!(error.expect("nothing kept").kind(), ErrorKind::Argument);
    }
    let samples = Ensemble::new(&plan).draws(20).samples().expect("drawn");
    let back = outcome.report("none", "eu.back").expect("observed");
    let settings = PrccSettings::default();
    let error = prcc_by_year(&samples, &outcome, back, 0, &settings).expect_err("not kept");
    assert!(error.to_string().contains("no draws of the element"), "{error}");
}
