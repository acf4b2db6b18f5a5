//! At its physical limit, each instrument of the shipped file moves what it is
//! meant to move, in the direction it is meant to.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::lifecycle;
use blackmass::scenario::Scenario;
use blackmass::system::{Change, Override};
use world::{Kept, MINERALS, Wanted, change, wanted};

const DRAWS: usize = 32;

/// Without and with the instrument at its limit, for every draw: the sum over
/// the elements wanted in that year.
fn sums(id: &str, beside: &[Override], all: &[Wanted], year: i32) -> Vec<(f64, f64)> {
    let scenario = Scenario::japan_eu();
    let run = |with: bool| {
        let mut overrides = beside.to_vec();
        if with {
            overrides.extend(lifecycle::instrument(&scenario, id, true).expect("an instrument"));
        }
        let kept = Kept::run(&scenario, overrides, all.to_vec(), vec![year], DRAWS as u32);
        let of = |draw: usize| {
            let at = |(name, labels): &Wanted| {
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                kept.at(true, name, &labels, year, draw)
            };
            all.iter().map(at).sum::<f64>()
        };
        (0..DRAWS).map(of).collect::<Vec<f64>>()
    };
    run(false).into_iter().zip(run(true)).collect()
}

/// Never less, and more in most draws.
fn raises(id: &str, all: &[Wanted], year: i32) {
    let sums = sums(id, &[], all, year);
    let more = sums.iter().filter(|(a, b)| b > a).count();
    assert!(sums.iter().all(|(a, b)| *b >= a * (1.0 - 1e-12)), "{id}: {sums:?}");
    assert!(more * 4 > DRAWS * 3, "{id}: {sums:?}");
}

fn lowers(id: &str, all: &[Wanted], year: i32) {
    let sums = sums(id, &[], all, year);
    let less = sums.iter().filter(|(a, b)| b < a).count();
    assert!(sums.iter().all(|(a, b)| *b <= a * (1.0 + 1e-12)), "{id}: {sums:?}");
    assert!(less * 4 > DRAWS * 3, "{id}: {sums:?}");
}

fn minerals(name: &str) -> Vec<Wanted> {
    MINERALS.map(|m| wanted(name, &[m])).to_vec()
}

#[test]
fn one_classification_brings_black_mass_to_japan() {
    let scenario = Scenario::japan_eu();
    let eu = scenario.regions().iter().find(|r| r.name() == "eu").expect("a region");
    let arrived = |step: &str| -> Vec<Wanted> {
        let name = format!("eu.shipped.black_mass.japan.{step}");
        let of = |origin: &'static str| {
            let name = name.clone();
            eu.chemistries().iter().map(move |k| wanted(name.clone(), &[origin, k.name()]))
        };
        of("end_of_life").chain(of("scrap")).collect()
    };
    // Without room, nothing comes: Japan refines its own first, and at the limit
    // it keeps more of that, too.
    let room = [change("japan.refining.later", Change::Add(1e6), 2025)];
    for year in [2031, 2035, 2045] {
        let sums = sums("classification", &room, &arrived("sent"), year);
        assert!(sums.iter().all(|(a, b)| b > a && *a > 0.0), "{sums:?}");
    }
    // Nothing waits for consent at the limit.
    let waiting = self::sums("classification", &room, &arrived("waiting"), 2035);
    assert!(waiting.iter().all(|(_, b)| *b == 0.0) && waiting.iter().any(|(a, _)| *a > 0.0));
}

#[test]
fn a_stockpile_lowers_unmet_demand_and_no_share_of_china() {
    let unmet: Vec<Wanted> = ["japan", "eu"]
        .into_iter()
        .flat_map(|r| minerals(&format!("{r}.unmet_demand_chain")))
        .collect();
    let scenario = Scenario::japan_eu();
    let stop = [change("world.disruption.graphite_licences.imposed", Change::Set(0.8), 2040)];
    let sums = sums("pooled_stockpile", &stop, &unmet, 2040);
    assert!(sums.iter().all(|(a, b)| b <= a), "{sums:?}");
    assert!(sums.iter().filter(|(a, b)| *b < 0.5 * a).count() * 4 > DRAWS * 3, "{sums:?}");
    // To the last bit.
    let stages = ["mine", "refine"];
    let mut all = Vec::new();
    for (region, stage) in ["japan", "eu"].into_iter().flat_map(|r| stages.map(|s| (r, s))) {
        for m in MINERALS {
            for demand in ["placed", "cells", "chain"] {
                all.push(wanted(format!("{region}.supply.{stage}.share"), &[m, demand]));
            }
        }
    }
    let overrides = lifecycle::instrument(&scenario, "pooled_stockpile", true);
    let overrides = overrides.expect("an instrument");
    let kept = Kept::run(&scenario, overrides, all.clone(), vec![2030, 2040], DRAWS as u32);
    for (name, labels) in &all {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        for year in [2030, 2040] {
            let [without, with] = [false, true].map(|with| kept.all(with, name, &labels, year));
            assert_eq!(without, with, "{name} {labels:?}");
        }
    }
}

#[test]
fn cars_that_stay_are_not_exported() {
    lowers("retention", &minerals("japan.exported"), 2040);
    raises("retention", &minerals("japan.collected"), 2040);
}

#[test]
fn collection_collects() {
    raises("eu_collection", &minerals("eu.collected"), 2040);
    raises("japan_collection", &minerals("japan.collected"), 2040);
}

#[test]
fn trained_staff_gives_room() {
    for region in ["eu", "japan"] {
        let limit = [wanted(format!("{region}.refining.limit"), &[])];
        raises("skills", &limit, 2035);
    }
}

/// No refinery is announced in Japan.
#[test]
fn announced_plants_come_true() {
    for stage in ["preprocessing", "refining"] {
        raises("plants", &[wanted(format!("eu.{stage}.capacity"), &[])], 2035);
    }
}

#[test]
fn data_finds_packs_and_metal() {
    for region in ["eu", "japan"] {
        let yields = [wanted(format!("{region}.refining.yield_of.nickel_cobalt"), &["lithium"])];
        raises("data", &yields, 2040);
        let eligible = [wanted(format!("{region}.second_life.eligible.iron"), &[])];
        raises("data", &eligible, 2040);
    }
}

#[test]
fn metal_that_is_bought_is_used() {
    raises("offtake", &minerals("japan.recovered_used"), 2040);
    raises("offtake", &minerals("eu.shipped.recovered.japan.sold"), 2040);
    raises("joint_plants", &minerals("eu.recovered_used"), 2040);
}
