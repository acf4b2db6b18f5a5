//! The parts of the life cycle together: regions side by side, stages switched
//! off one by one, and mass through random scenarios.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

use blackmass::ensemble::Summary;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan, lifecycle};
use proptest::prelude::*;
use std::fmt::Write;

fn plan(scenario: &Scenario, policies: &[&str]) -> Plan {
    let detail = lifecycle::Detail::Full;
    let options = lifecycle::Options { policies, detail, prior_scale: None, flows: false };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"))
}

fn names(scenario: &Scenario) -> Vec<&str> {
    scenario.policies().iter().map(|p| p.name()).collect()
}

fn read(name: &str, text: &str) -> Scenario {
    Scenario::from_toml(name, text).unwrap_or_else(|e| panic!("{e}"))
}

fn bits(s: &Summary) -> [u64; 6] {
    let quantiles = [s.p05, s.p50, s.p95].map(|q| q.value());
    [s.central, s.mean, s.sd, quantiles[0], quantiles[1], quantiles[2]].map(f64::to_bits)
}

/// Whether a series is the same to the last bit under two policies of two
/// outcomes.
fn same(a: (&Outcome, &str), b: (&Outcome, &str), name: &str) -> bool {
    let [a, b] = [a, b].map(|(outcome, policy)| {
        let report = outcome.report(policy, name).unwrap_or_else(|| panic!("{policy}: {name}"));
        let all = |e: usize| outcome.years().filter_map(move |year| report.summary(e, year));
        let numbers: Vec<_> = (0..report.series().labels.len()).flat_map(all).map(bits).collect();
        (report.series().labels.clone(), numbers)
    });
    !a.1.is_empty() && a == b
}

#[test]
fn regions_side_by_side_are_the_regions_alone() {
    let run = |scenario: &Scenario| {
        let plan = plan(scenario, &names(scenario));
        Ensemble::new(&plan).draws(40).seed(7).run().expect("it runs")
    };
    // Without trade and the like, which would move something between them.
    let joint = "schema_version = 2\ntitle = \"Both\"\ninclude = [\"japan.toml\", \"eu.toml\"]\n";
    let joint = read("scenarios/both.toml", joint);
    assert!(joint.world().is_none());
    let together = run(&joint);
    let (mut compared, mut held) = (0, 0);
    for part in [Scenario::japan(), Scenario::eu()] {
        let alone = run(&part);
        for policy in names(&joint) {
            let known = names(&part).contains(&policy);
            held += usize::from(!known);
            // A region that lacks a policy keeps its baseline.
            let own = if known { policy } else { "baseline" };
            for report in alone.reports() {
                let series = report.series();
                if series.policy != own || series.versus.is_some() {
                    continue;
                }
                let equal = same((&alone, own), (&together, policy), &series.name);
                assert!(equal, "{} under {policy}", series.name);
                compared += 1;
            }
        }
        // Every policy of a part is there.
        for policy in names(&part) {
            assert!(names(&joint).contains(&policy), "{policy}");
        }
    }
    println!("{compared} series compared, {held} policies held at the baseline");
    assert!(compared > 300, "{compared}");
}

/// A stage switched off by levers, what must not notice, what must.
struct Off {
    levers: Vec<String>,
    unchanged: &'static [&'static str],
    changed: &'static [&'static str],
    zero: &'static [&'static str],
}

/// What no stage of the end of life can change.
const ALWAYS: [&str; 8] = [
    "vehicles",
    "vehicles_exported",
    "vehicles_dismantled",
    "repacked",
    "exported",
    "unknown",
    "cathode_anode_demand",
    "cells_made",
];

fn stages(scenario: &Scenario) -> Vec<(&'static str, Off)> {
    let region = &scenario.regions()[0];
    let segments = region.segments();
    let fleets = segments.iter().filter(|s| s.ends_with("_car") || *s == &"van" || *s == &"bus");
    let reuse = fleets.map(|s| format!("segment.{s}.reuse.share")).collect();
    let realised = ["preprocessing", "refining"].map(|s| format!("{s}.realisation")).to_vec();
    let treatment = ["stored", "exported", "untreated"]
        .iter()
        .flat_map(|way| scenario.classes().iter().map(move |q| format!("treatment.{q}.{way}")))
        .collect();
    let one = |key: &str| vec![key.to_owned()];
    let off = |levers, unchanged, changed, zero| Off { levers, unchanged, changed, zero };
    vec![
        (
            "second_life",
            off(
                one("second_life.market_share"),
                &["hoarded", "electronic_waste", "residual_waste"],
                &["inflow", "stock", "collected", "processed", "recovered"],
                &["second_life", "second_life_stock", "second_life_returns", "second_life_energy"],
            ),
        ),
        (
            "reuse",
            off(
                reuse,
                // More packs for second life mean less new storage, so stocks change.
                &["hoarded", "electronic_waste", "residual_waste"],
                &["inflow", "second_life", "collected", "processed", "recovered"],
                &[],
            ),
        ),
        (
            "announced_plants",
            off(
                realised,
                &["inflow", "stock", "collected", "uncollected", "scrap", "cell_production"],
                &["processed", "black_mass", "refined", "backlog", "recovered"],
                &[],
            ),
        ),
        (
            "scrap",
            off(
                one("cells.scrap.collected"),
                &["inflow", "stock", "collected", "uncollected", "second_life"],
                &["processed", "black_mass", "refined", "recovered", "primary_demand"],
                &["scrap", "recovered_from_scrap", "scrap_share_of_feed"],
            ),
        ),
        (
            "drawers",
            off(
                one("segment.portable.hibernation.share"),
                &["inflow", "stock", "end_of_life", "second_life", "uncollected", "scrap"],
                &["electronic_waste", "residual_waste", "collected", "portable_collection_rate"],
                &["hoarded"],
            ),
        ),
        (
            "other_treatment",
            off(
                treatment,
                &["inflow", "stock", "collected", "uncollected", "second_life", "scrap"],
                &["processed", "black_mass", "scrap_share_of_feed", "recovered"],
                &[],
            ),
        ),
    ]
}

fn switched_off(file: &str, text: &str) {
    let scenario = read(file, text);
    let region = scenario.regions()[0].name().to_owned();
    let source = scenario.sources().next().expect("a source").0.to_owned();
    let stages = stages(&scenario);
    let mut text = text.to_owned();
    for (name, stage) in &stages {
        write!(text, "\n[policy.without_{name}]\nextends = \"baseline\"\n").expect("written");
        for key in &stage.levers {
            write!(
                text,
                "[[policy.without_{name}.levers]]\nname = \"{key}\"\nset = 0\nunit = \"share\"\n\
                 from = {}\nsource = \"{source}\"\ngrade = \"D\"\n",
                scenario.start()
            )
            .expect("written");
        }
    }
    let scenario = read(file, &text);
    let policies: Vec<String> = stages.iter().map(|(name, _)| format!("without_{name}")).collect();
    let mut all = vec!["baseline"];
    all.extend(policies.iter().map(String::as_str));
    let outcome = Ensemble::new(&plan(&scenario, &all)).draws(33).run().expect("it runs");
    for ((stage, off), policy) in stages.iter().zip(&policies) {
        let name = |series: &str| format!("{region}.{series}");
        let equal = |s: &str| same((&outcome, "baseline"), (&outcome, policy), &name(s));
        for series in ALWAYS.iter().chain(off.unchanged) {
            assert!(equal(series), "{stage} off: {series} must not change");
        }
        for series in off.changed {
            assert!(!equal(series), "{stage} off: {series} must change");
        }
        for series in off.zero {
            let report = outcome.report(policy, &name(series)).expect("reported");
            for e in 0..report.series().labels.len() {
                for year in outcome.years() {
                    let s = report.summary(e, year).expect("a year");
                    assert!(s.central == 0.0 && s.mean == 0.0, "{stage} off: {series} in {year}");
                }
            }
            assert!(!equal(series), "{stage} off: {series} must change");
        }
    }
}

#[test]
fn a_stage_switched_off_in_europe_changes_only_what_follows() {
    switched_off("eu.toml", include_str!("../scenarios/eu.toml"));
}

#[test]
fn a_stage_switched_off_in_japan_changes_only_what_follows() {
    switched_off("japan.toml", include_str!("../scenarios/japan.toml"));
}

#[test]
fn every_valid_file_of_the_tests_is_a_system() {
    // Neither has all materials, classes or segments.
    for text in [include_str!("data/small.toml"), include_str!("data/targets.toml")] {
        let scenario = read("toy.toml", text);
        let outcome = Ensemble::new(&plan(&scenario, &names(&scenario))).draws(20).run();
        let outcome = outcome.unwrap_or_else(|e| panic!("{e}"));
        assert!(outcome.worst_residual() < 1e-9);
    }
}

/// Random numbers for the small region: one for each share and lifetime.
#[derive(Clone, Debug)]
struct Numbers {
    lives: Vec<f64>,
    shares: Vec<f64>,
    later: f64,
}

/// Levers that take a random share each, in `targets.toml`.
const SHARES: [&str; 18] = [
    "segment.bev_car.exit.export",
    "segment.bev_car.exit.unknown",
    "segment.bev_car.reuse.share",
    "segment.bev_car.collection.vehicle",
    "segment.bev_car.collection.workshop",
    "segment.light_transport.exit.export",
    "segment.light_transport.reuse.share",
    "segment.light_transport.collection.workshop",
    "segment.portable.electronic_waste",
    "segment.portable.hibernation.share",
    "segment.home_storage.collection",
    "segment.bev_car.origin.imported_cells",
    "segment.bev_car.origin.imported_in_products",
    "black_mass.exported",
    "second_life.market_share",
    "second_life.collection",
    "preprocessing.utilisation",
    "refining.utilisation",
];

/// A text of the small region with these numbers, and the part of what arrives
/// at treatment that leaves the region or is disposed of.
fn random_text(numbers: &Numbers) -> (String, f64) {
    let text = include_str!("data/targets.toml");
    let marker = "value = 1.4426950408889634";
    let mut lives = numbers.lives.iter();
    let mut parts = text.split(marker);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        write!(text, "value = {}{part}", lives.next().expect("enough")).expect("written");
    }
    let fixed = "prior = \"fixed\", source = \"made_up\", grade = \"A\"";
    let share = |i: usize| numbers.shares[i % numbers.shares.len()];
    let battery = "[segment.bev_car.lifetime.battery]\n";
    assert_eq!(text.matches(battery).count(), 1);
    let early = format!(
        "{battery}early_share = {{ unit = \"share\", value = {}, {fixed} }}\n\
         early_mean = {{ unit = \"yr\", value = 1.5, {fixed} }}\n",
        share(3)
    );
    text = text.replace(battery, &early);
    let unrepaired = "replacement.share = { unit = \"share\", value = 0,";
    let repaired = format!("replacement.share = {{ unit = \"share\", value = {},", share(5));
    text = text.replace(unrepaired, &repaired);
    write!(
        text,
        "\n[second_life]\nmarket_share = {{ unit = \"share\", value = 0.1, {fixed} }}\n\
         health = {{ unit = \"share\", value = 0.8, {fixed} }}\n\
         collection = {{ unit = \"share\", value = 0.9, {fixed} }}\n\
         eligible.nickel_cobalt = {{ unit = \"share\", value = {}, {fixed} }}\n\
         [second_life.lifetime.battery]\nlaw = \"normal\"\ninflow = \"middle\"\n\
         mean = {{ unit = \"yr\", value = {}, {fixed} }}\n\
         sd = {{ unit = \"yr\", value = 1.2, {fixed} }}\n\
         [policy.baseline]\n[policy.random]\nextends = \"baseline\"\n",
        share(2),
        numbers.lives[0]
    )
    .expect("written");
    let mut lever = |key: &str, value: f64, unit: &str, from: i32, ramp: u32| {
        write!(
            text,
            "[[policy.random.levers]]\nname = \"{key}\"\nset = {value}\nunit = \"{unit}\"\n\
             from = {from}\nramp = {ramp}\nsource = \"made_up\"\ngrade = \"D\"\n"
        )
        .expect("written");
    };
    for (i, key) in SHARES.iter().enumerate() {
        lever(key, share(i), "share", 2030 + (i % 3) as i32, (i % 2) as u32);
    }
    lever("preprocessing.later", numbers.later, "t/yr", 2030, 2);
    // The same in all classes and years, so that it can be told from totals.
    let [stored, exported, untreated] = [share(1), share(4), share(6)].map(|x| x / 3.0);
    for class in ["nickel_cobalt", "iron", "manganese", "other"] {
        for (way, x) in [("stored", stored), ("exported", exported), ("untreated", untreated)] {
            lever(&format!("treatment.{class}.{way}"), x, "share", 2030, 0);
        }
    }
    (text.replace("capacity = 100000", "capacity = 150"), exported + untreated)
}

fn balances(numbers: &Numbers) {
    let (text, lost) = random_text(numbers);
    let scenario = read("toy.toml", &text);
    let plan = plan(&scenario, &["baseline", "random"]);
    let mut ensemble = Ensemble::new(&plan).draws(17);
    for (series, _) in lifecycle::SERIES {
        ensemble = ensemble.keep(&format!("toy.{series}"));
    }
    let outcome = ensemble.run().unwrap_or_else(|e| panic!("{e}"));
    assert!(outcome.worst_residual() < 1e-9, "{}", outcome.worst_process());
    for (i, material) in scenario.materials().iter().enumerate() {
        let mut before = [0.0; 4].map(|x| vec![x; 17]);
        let mut largest: f64 = 0.0;
        for year in outcome.years() {
            let of = |series: &str| {
                let report = outcome.report("random", &format!("toy.{series}")).expect("reported");
                outcome.draws_of(report, i, year).expect("kept")
            };
            let all: Vec<Vec<f64>> = lifecycle::SERIES.iter().map(|(s, _)| of(s)).collect();
            let at = |d: usize| {
                let all = &all;
                move |series: &str| {
                    let of = |(name, _): &(&str, &str)| *name == series;
                    all[lifecycle::SERIES.iter().position(of).expect("a series")][d]
                }
            };
            for d in 0..17 {
                let x = at(d);
                largest = largest.max(x("stock")).max(x("inflow"));
                let zero = |what: &str, sum: f64| {
                    assert!(sum.abs() <= 1e-9 * largest, "{what}: {sum} t {material} in {year}");
                };
                let mut grown = |slot: usize, series: &str| {
                    x(series) - std::mem::replace(&mut before[slot][d], x(series))
                };
                let (stock, hoard) = (grown(0, "stock"), grown(1, "hoarded"));
                let (second, backlog) = (grown(2, "second_life_stock"), grown(3, "backlog"));
                // In use, with packs fitted again inside the balance.
                let away = x("exported") + x("unknown") + x("second_life");
                let portable = x("electronic_waste") + x("residual_waste") + hoard;
                let gates = x("collected") + x("uncollected") - x("second_life_returns");
                zero("use", x("inflow") - stock - away - portable - gates);
                let again = x("end_of_life") + stock - x("inflow");
                assert!(again >= -1e-9 * largest, "{again} t {material} fitted again in {year}");
                zero("second life", x("second_life") - second - x("second_life_returns"));
                // From the gates to the refiners.
                let arrived = (1.0 - lost) * (x("collected") + x("scrap"));
                let stages =
                    x("processed") - x("black_mass") + x("black_mass_exported") + x("refined");
                zero("recycling", arrived - backlog - stages);
                let most = x("refined") + x("processed") - x("black_mass");
                assert!(x("recovered") <= most + 1e-9 * largest, "{material} from nothing");
                assert!(x("recovered_from_scrap") <= x("recovered") + 1e-9 * largest);
                let used = x("recovered_used") + x("recovered_unused");
                zero("use of what is recovered", x("recovered") - used);
                let origins = x("placed_made_here")
                    + x("placed_imported_cells")
                    + x("placed_imported_in_products");
                zero("origins", x("inflow") - origins);
                let cells = x("placed_made_here") + x("exported_cells") - x("cell_production");
                assert!(cells >= -1e-9 * largest, "{material} in {year}");
                // Alkaline cells are made beside the production that is given.
                if !["copper", "other"].contains(&material.as_str()) {
                    zero("cells", cells);
                }
                for (series, _) in lifecycle::SERIES {
                    assert!(x(series) >= -1e-9 * largest, "{series} of {material} in {year}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Mass is conserved over use, second life, drawers and recycling, by
    /// material and year, whatever the numbers.
    #[test]
    fn mass_is_conserved(
        lives in prop::collection::vec(0.6..15.0_f64, 8),
        shares in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64], 18),
        later in prop_oneof![Just(0.0), 0.0..300.0_f64],
    ) {
        balances(&Numbers { lives, shares, later });
    }
}
