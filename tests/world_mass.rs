//! Mass over all regions and places: what reaches its end is recovered
//! somewhere, lost, away in used vehicles, fitted again or waiting.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::lifecycle;
use blackmass::scenario::{Route, Scenario};
use blackmass::system::{Change, Override};
use proptest::prelude::*;
use std::collections::BTreeSet;
use world::ledger::{Entry, Ledger};
use world::{Kept, NORTH, TWO, files, south_without_iron, wanted, without};
use world::{change, policy, read, set, two};

/// Checks the balance, that nothing is negative, and that no more is recovered,
/// all years together, than reached its end or was waiting in the first of the
/// years. Returns what was recovered.
fn conserved(
    ledger: &Ledger,
    scenario: &Scenario,
    overrides: Vec<Override>,
    years: Vec<i32>,
    draws: u32,
) -> f64 {
    let kept = ledger.run(scenario, overrides, years.clone(), draws);
    let whole_horizon = years.first() == Some(&scenario.start());
    let mut recovered = 0.0;
    for with in [false, true] {
        for m in ledger.minerals() {
            for draw in 0..kept.draws {
                let (mut before, mut into, mut out) = (0.0, 0.0, 0.0);
                let mut largest: f64 = 1.0;
                for (i, &year) in years.iter().enumerate() {
                    let x: Entry = ledger.entry(&kept, with, m, year, draw);
                    largest = largest.max(x.end_of_life + x.scrap_made).max(x.waiting);
                    let what = || format!("{m} in {year}, draw {draw}, {with}: {x:?}");
                    assert!(x.least >= -1e-9 * largest, "{}", what());
                    if i > 0 || whole_horizon {
                        let missing = x.missing(before);
                        assert!(missing.abs() <= 1e-9 * largest, "{missing}: {}", what());
                        into += x.end_of_life + x.scrap_made;
                        out += x.retained;
                        assert!(out <= (1.0 + 1e-9) * into, "{out} of {into}: {}", what());
                    } else {
                        // What was waiting may be recovered, too.
                        into += x.waiting;
                    }
                    before = x.waiting;
                }
                recovered += out;
            }
        }
    }
    recovered
}

/// Levers of the regions that send something to every stage.
fn stages(shares: &[f64]) -> Vec<Override> {
    let mut all = Vec::new();
    let keys = [
        "segment.bev_car.collection.vehicle",
        "segment.bev_car.collection.workshop",
        "segment.bev_car.exit.export",
        "segment.bev_car.exit.unknown",
        "segment.bev_car.reuse.share",
        "segment.portable.collection",
        "segment.home_storage.collection",
        "second_life.eligible.nickel_cobalt",
        "second_life.collection",
        "cells.scrap.collected",
        "black_mass.exported",
        "treatment.nickel_cobalt.exported",
        "treatment.iron.exported",
        "treatment.iron.stored",
        "treatment.nickel_cobalt.untreated",
        "preprocessing.utilisation",
        "refining.utilisation",
    ];
    for (r, region) in ["north", "south"].into_iter().enumerate() {
        for (i, key) in keys.into_iter().enumerate() {
            let from = 2030 + (i as i32 % 3);
            let share = shares[(i + 7 * r) % shares.len()];
            let share = if key.starts_with("treatment") { share / 2.0 } else { share };
            // The plants are large; a hundredth of them is a bottleneck.
            let share = if key.starts_with("preprocessing") { share / 100.0 } else { share };
            all.push(set(&format!("{region}.{key}"), share, from));
        }
    }
    all
}

/// A change of some quantity of a route or partner.
fn changes() -> impl Strategy<Value = (usize, Change)> {
    let how = prop_oneof![
        prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64].prop_map(Change::Set),
        (0.0..3.0_f64).prop_map(Change::Multiply),
        (-0.6..0.6_f64).prop_map(Change::Add),
    ];
    (any::<usize>(), how)
}

/// Everything of routes and partners that moves mass.
fn movers(scenario: &Scenario) -> Vec<String> {
    let world = scenario.world().expect("a world");
    let mut names = Vec::new();
    for route in world.routes() {
        let of = |x: &str| format!("world.trade.{}.{}.{}.{x}", route.good, route.from, route.to);
        names.extend(["share", "refused", "delay", "loss", "barred"].map(of));
        if world.series(&of("cap")["world.".len()..]).is_some() {
            names.push(of("cap"));
        }
    }
    for partner in ["korea", "china"] {
        names.push(format!("world.partner.{partner}.refining.spare"));
        names.push(format!("world.partner.{partner}.passes_on.south"));
        names.push(format!("world.partner.{partner}.passes_on.other_oecd"));
        for m in world.minerals() {
            names.push(format!("world.partner.{partner}.refining.yield.{m}"));
        }
    }
    names.extend(["north", "south", "china"].map(|p| format!("world.trade.payable.{p}")));
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever policies make of routes and partners, also beyond what a share
    /// can be.
    #[test]
    fn mass_is_conserved_on_random_routes(
        shares in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64], 19),
        moved in prop::collection::vec(changes(), 0..25),
    ) {
        let scenario = two();
        let names = movers(&scenario);
        let mut overrides = stages(&shares);
        for (i, how) in moved {
            overrides.push(change(&names[i % names.len()], how, 2030 + (i % 4) as i32));
        }
        let ledger = Ledger::new(&scenario);
        conserved(&ledger, &scenario, overrides, (2030..=2036).collect(), 3);
    }
}

#[test]
fn mass_is_conserved_on_every_route_at_once() {
    let scenario = two();
    let ledger = Ledger::new(&scenario);
    let recovered = conserved(&ledger, &scenario, stages(&[0.5; 19]), (2030..=2036).collect(), 4);
    assert!(recovered > 100.0, "{recovered}");
}

/// The north has a class of batteries that the south does not have.
#[test]
fn black_mass_of_a_class_that_the_buyer_lacks_is_refined() {
    let text = without(TWO, "[trade.batteries.north.south]", "[trade.batteries.north.korea]");
    let scenario = files("without_iron", NORTH, &south_without_iron(), &text);
    let mut overrides = stages(&[0.5; 19]);
    // Room in the south.
    for key in ["north.segment.portable.collection", "south.refining.utilisation"] {
        overrides.push(set(key, 1.0, 2030));
    }
    let years: Vec<i32> = (2030..=2036).collect();
    conserved(&Ledger::new(&scenario), &scenario, overrides.clone(), years, 3);
    let name = "north.shipped.black_mass.south.refined.iron";
    let all = vec![wanted(name, &["lithium", "end_of_life"])];
    let kept = Kept::run(&scenario, overrides, all, vec![2036], 3);
    assert!(kept.at(true, name, &["lithium", "end_of_life"], 2036, 0) > 1e-4);
}

/// What a region sends where it names no route leaves without being followed.
#[test]
fn goods_without_a_route_leave() {
    let text = without(TWO, "[trade.batteries.south.korea]", "[trade.scrap.north.korea]");
    let scenario = read(&text);
    let ledger = Ledger::new(&scenario);
    let years: Vec<i32> = (2030..=2036).collect();
    conserved(&ledger, &scenario, stages(&[0.4; 19]), years.clone(), 2);
    let kept = ledger.run(&scenario, stages(&[0.4; 19]), years, 2);
    assert!(ledger.entry(&kept, true, "nickel", 2036, 0).unfollowed > 0.1);
}

#[test]
fn where_all_trade_is_closed_nothing_arrives() {
    for scenario in [two(), Scenario::japan_eu()] {
        let world = scenario.world().expect("a world");
        let closed = |route: &Route| {
            let name = format!("world.trade.{}.{}.{}.share", route.good, route.from, route.to);
            change(&name, Change::Multiply(0.0), scenario.start())
        };
        let mut overrides = stages(&[0.5; 19]);
        if scenario.regions()[0].name() != "north" {
            overrides.clear();
        }
        overrides.extend(world.routes().iter().map(closed));
        let ledger = Ledger::new(&scenario);
        let years = vec![scenario.end() - 10, scenario.end()];
        let years = years.into_iter().map(|y| y.max(2030)).collect::<BTreeSet<_>>();
        let years: Vec<i32> = years.into_iter().collect();
        let kept = ledger.run(&scenario, overrides, years.clone(), 3);
        for (m, year, draw) in ledger.minerals().iter().flat_map(|m| {
            let all = years.iter().flat_map(|y| (0..3).map(move |d| (*y, d)));
            all.map(move |(y, d)| (*m, y, d))
        }) {
            for way in 0..ledger.ways() {
                for step in ["sent", "waiting", "arrived", "lost"] {
                    let x = ledger.shipped(&kept, true, m, way, step, (year, draw));
                    assert_eq!(x, 0.0, "{m} {step} on {way}");
                }
            }
            for place in ["korea", "china", "other_oecd", "other_non_oecd"] {
                let x = kept.at(true, &format!("{place}.retained"), &[m], year, draw);
                assert_eq!(x, 0.0, "{m} in {place}");
            }
        }
    }
}

fn shipped(overrides: Vec<Override>) {
    let scenario = Scenario::japan_eu();
    let ledger = Ledger::new(&scenario);
    let recovered = conserved(&ledger, &scenario, overrides, (2024..=2050).collect(), 2);
    assert!(recovered > 1e6, "{recovered}");
}

#[test]
fn mass_is_conserved_under_the_shipped_policies() {
    let scenario = Scenario::japan_eu();
    for name in ["cooperation_china_pull", "cooperation_disruption"] {
        shipped(policy(&scenario, name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Whichever instruments act, at their size or at their ceiling: no more is
    /// recovered than reached its end or was waiting.
    #[test]
    fn more_cooperation_creates_no_mass(on in prop::collection::vec(0..3_u8, 10)) {
        let scenario = Scenario::japan_eu();
        let world = scenario.world().expect("a world");
        assert_eq!(world.instruments().len(), on.len());
        let acting = world.instruments().iter().zip(&on).filter(|(_, on)| **on > 0);
        let all = acting.flat_map(|(instrument, on)| {
            lifecycle::instrument(&scenario, instrument.id(), *on == 2).expect("an instrument")
        });
        shipped(all.collect());
    }
}
