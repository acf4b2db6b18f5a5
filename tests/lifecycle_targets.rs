//! Legal targets of a small region, worked out by hand.
//!
//! In `data/targets.toml` half of all batteries and half of all vehicles fail
//! each year (2^-a are left, entry at the end of the year), so that with n
//! years since 2030, in tonnes a year:
//!
//! ```text
//!                    placed                        leaving          collected
//! battery cars (NMC) 1000 · 50 kWh · 5 kg = 250    250·(1 − 4^-n)   ·0.6 dismantled ·0.8 = 120·(1 − 4^-n)
//! light transport    4000 · 0.5 kWh · 5 kg = 10    10·(1 − 4^-n)    ·0.5 = 5·(1 − 4^-n)   (LFP)
//! home storage (NMC) 40 MWh · 5 kg = 200           200·(1 − 2^-n)   none
//! ```
//!
//! Portable batteries are imported inside products. Of 100 MWh of cells made,
//! 50 go into cars, 40 into storage and 2 (LFP) into light transport; the other
//! 8 are exported with the chemistry of cars. Scrap is 0.2 of that, 0.9 of it
//! is collected: NMC 98·0.2·5 kg·0.9 = 88.2 t, LFP 2·0.2·5 kg·0.9 = 1.8 t.
//!
//! Capacity suffices, portable batteries are not treated. One tonne of NMC
//! holds 0.02 t of lithium, 0.08 of nickel, 0.02 of cobalt, 0.08 of copper and
//! 0.8 of the rest, one tonne of LFP 0.01 of lithium, 0.08 of copper, 0.91 of
//! the rest. Lithium reaches black mass at 0.9 and is won at 0.6·0.8 + 0.4·0
//! from NMC (hydro, pyro) and 0.6 from LFP (hydro). Recovered lithium:
//!
//! ```text
//! NMC  0.02·0.9·0.48 = 0.00864 per tonne,   LFP  0.01·0.9·0.6 = 0.0054 per tonne
//! end of life  (120·0.00864 + 5·0.0054)·(1 − 4^-n) = 1.0638·(1 − 4^-n)
//! scrap        88.2·0.00864 + 1.8·0.0054 = 0.771768
//! ```
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan, lifecycle};

fn outcome() -> Outcome {
    let text = include_str!("data/targets.toml");
    let scenario = Scenario::from_toml("targets.toml", text).unwrap_or_else(|e| panic!("{e}"));
    let full = lifecycle::Options { detail: lifecycle::Detail::Full, ..Default::default() };
    let system = lifecycle::system_with(&scenario, &full).unwrap_or_else(|e| panic!("{e}"));
    let plan = Plan::compile(&system).expect("small");
    // Only the central case, draw 0, is looked at.
    Ensemble::new(&plan).draws(1).run().expect("it runs")
}

fn central(outcome: &Outcome, name: &str, labels: &[&str], year: i32) -> f64 {
    let report = outcome.report("baseline", &format!("toy.{name}")).expect("reported");
    report.summary(report.element(labels).expect("a label"), year).expect("a year").central
}

/// Checks the ratio of a target, and whether it counts as reached.
fn check(outcome: &Outcome, id: &str, expected: f64, met: bool) {
    let found = central(outcome, "target", &[id], 2035);
    assert!((found - expected).abs() < 1e-9 * expected.max(0.1), "{id}: {found}, not {expected}");
    let flag = central(outcome, "target.met", &[id], 2035);
    assert_eq!(flag, f64::from(u8::from(met)), "{id}: met");
}

#[test]
fn recycled_content() {
    let o = outcome();
    // 2035, n = 5: end of life 1.0638·1023/1024 = 1.0627611328125,
    // with scrap 1.8345291328125.
    // In scope: cars 250·0.02 + home storage 200·0.02 = 9; light transport not yet.
    check(&o, "content_2035_placed_included", 1.834_529_132_812_5 / 9.0, true);
    check(&o, "content_2035_placed_excluded", 1.062_761_132_812_5 / 9.0, true);
    // Cells made: 98 MWh · 0.1 kg/kWh + 2 MWh · 0.05 kg/kWh = 9.9.
    check(&o, "content_2035_cells_included", 1.834_529_132_812_5 / 9.9, false);
    check(&o, "content_2035_cells_excluded", 1.062_761_132_812_5 / 9.9, true);
    // 2036, n = 6: end of life 1.0638·4095/4096 = 1.063540283203125,
    // with scrap 1.835308283203125.
    // In scope: 9 and light transport 10·0.01 = 0.1. Without the latter the
    // first would be 0.2039 and reached (0.2035).
    check(&o, "content_2036_placed_included", 1.835_308_283_203_125 / 9.1, false);
    check(&o, "content_2036_placed_excluded", 1.063_540_283_203_125 / 9.1, true);
    check(&o, "content_2036_cells_included", 1.835_308_283_203_125 / 9.9, false);
    check(&o, "content_2036_cells_excluded", 1.063_540_283_203_125 / 9.9, true);
}

#[test]
fn content_by_year_has_the_same_variants() {
    let o = outcome();
    // n = 1 in 2031: end of life 1.0638·3/4 = 0.79785, with scrap 1.569618; the
    // scope of the yearly series never counts light transport.
    for (name, expected) in [
        ("placed", 1.569_618 / 9.0),
        ("placed_without_scrap", 0.797_85 / 9.0),
        ("production", 1.569_618 / 9.9),
        ("production_without_scrap", 0.797_85 / 9.9),
    ] {
        let found = central(&o, &format!("recycled_content_{name}"), &["lithium"], 2031);
        assert!((found - expected).abs() < 1e-10, "{name}: {found}, not {expected}");
    }
}

#[test]
fn recovery_by_route() {
    let o = outcome();
    // Hydro takes 0.6 of NMC and all of LFP. End of life, per (1 − 4^-n):
    // in 120·0.6·0.02 = 1.44 and 5·0.01 = 0.05; out 1.44·0.9·0.8 + 0.05·0.9·0.6
    check(&o, "lithium_hydro_excluded", (1.0368 + 0.027) / 1.49, true);
    // With scrap, n = 5: NMC (119.8828125 + 88.2)·0.6·0.02 = 2.49699375 and LFP
    // (4.9951171875 + 1.8)·0.01 = 0.067951171875; out 1.7978355 and 0.0366936328125
    let out = 1.797_835_5 + 0.036_693_632_812_5;
    check(&o, "lithium_hydro_included", out / (2.496_993_75 + 0.067_951_171_875), true);
    // Smelting loses lithium: nothing is won, 50 % is missed.
    check(&o, "lithium_pyro", 0.0, false);
    // Copper: NMC 0.1·0.9 + 0.8 = 0.89 and LFP 0.1·0.5 + 0.8 = 0.85, of
    // 72·0.08 = 5.76 and 5·0.08 = 0.4
    check(&o, "copper_hydro", (5.76 * 0.89 + 0.4 * 0.85) / 6.16, false);
    // Nickel: 0.9 to black mass, 0.9 won
    check(&o, "nickel_pyro", 0.81, true);
}

#[test]
fn efficiency_by_class() {
    let o = outcome();
    // Out of a tonne of NMC: lithium 0.00864, nickel 0.08·0.9·(0.6·0.95 +
    // 0.4·0.9) = 0.06696, cobalt 0.01674, copper 0.08·(0.1·0.9 + 0.8) = 0.0712,
    // of the rest nothing
    check(&o, "efficiency_nickel_cobalt", 0.16354, true);
    // Out of a tonne of LFP: lithium 0.0054, copper 0.08·(0.1·0.5 + 0.8)
    check(&o, "efficiency_iron", 0.0734, false);
    // Nothing of this class is processed.
    check(&o, "efficiency_manganese", 0.0, false);
}

#[test]
fn collection_over_the_three_years_before() {
    let o = outcome();
    // Placed 100, 120, 140, 160 t from 2030, both chemistries together.
    // 2033: discarded 140/2 + 120/4 + 100/8 = 112.5, half of it collected;
    // mean of 2030 to 2032: 120
    check(&o, "portable_2033", 56.25 / 120.0, true);
    // 2031: discarded 50, collected 25; of the three years before only 2030 is
    // within the horizon: 100/3
    check(&o, "portable_2031", 25.0 / (100.0 / 3.0), true);
    assert!((central(&o, "portable_collection_rate", &[], 2033) - 0.46875).abs() < 1e-10);
    // Light transport: 5·(1 − 1/64) over 10
    check(&o, "light_2033", 0.492_187_5, false);
}

#[test]
fn recycling_capacity() {
    let o = outcome();
    // 2033, n = 3. Processed: NMC 120·63/64 + 88.2 = 206.325, LFP 5·63/64 + 1.8
    // = 6.721875. Black mass of a tonne of NMC: 0.02·0.9 + 0.08·0.9 + 0.02·0.9 +
    // 0.08·0.1 + 0.8·0.25 = 0.316; of LFP: 0.009 + 0.008 + 0.91·0.2 = 0.199.
    // Refined: 65.1987 + 1.337653125. Lithium from it: 1.782648 + 0.036298125.
    // Nameplate 1000 t of black mass (not the 500 used); cells hold 9.9 t.
    let expected = 1000.0 * (1.782_648 + 0.036_298_125) / (65.1987 + 1.337_653_125) / 9.9;
    check(&o, "capacity_lithium", expected, true);
}
