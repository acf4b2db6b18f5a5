//! When disruptions come, how often, and what a policy imposes.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::lifecycle;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Plan};
use world::{Kept, TWO, changed, read, set, two, wanted};

/// Chance, mean duration and severity of the events of `data/two.toml`.
const EVENTS: [(&str, f64, f64, f64); 4] = [
    ("graphite", 0.3, 2.0, 0.5),
    ("quota", 0.2, 1.0, 0.4),
    ("strike", 0.2, 3.0, 0.8),
    ("cells", 0.1, 1.5, 0.5),
];
const YEARS: std::ops::RangeInclusive<i32> = 2030..=2036;
const DRAWS: usize = 4_000;

fn losses(scenario: &Scenario, overrides: Vec<blackmass::system::Override>) -> Kept {
    let all = EVENTS.map(|(id, ..)| wanted(format!("world.disruption.{id}.loss"), &[]));
    let tension = wanted("world.tension.factor", &[]);
    let all = all.into_iter().chain([tension]).collect();
    Kept::run(scenario, overrides, all, YEARS.collect(), DRAWS as u32)
}

/// Without tension, an event is on with the probability a(t) of a process that
/// starts with p and goes on, or starts anew, with p + (1 − p)·(1 − 1/d):
/// a(t) = a(t−1)·(p + (1 − p)·(1 − 1/d)) + (1 − a(t−1))·p, a = 0 before 2032.
#[test]
fn disruptions_are_as_frequent_as_they_should_be() {
    let text = changed(TWO, "sd = { unit = \"1\", value = 0.5", "sd = { unit = \"1\", value = 0");
    let kept = losses(&read(&text), Vec::new());
    for (id, p, d, severity) in EVENTS {
        let mut on = 0.0;
        for year in YEARS {
            if year >= 2032 {
                on = on * (p + (1.0 - p) * (1.0 - 1.0 / d)) + (1.0 - on) * p;
            }
            let all = kept.all(false, &format!("world.disruption.{id}.loss"), &[], year);
            assert!(all.iter().all(|x| *x == 0.0 || (x - severity).abs() < 1e-12), "{id}");
            let share = all.iter().filter(|x| **x > 0.0).count() as f64 / DRAWS as f64;
            let error = (on * (1.0 - on) / DRAWS as f64).sqrt();
            assert!((share - on).abs() <= 4.0 * error, "{id} in {year}: {share}, {on} ± {error}");
        }
    }
    let factor = kept.all(false, "world.tension.factor", &[], 2034);
    assert!(factor.iter().all(|x| *x == 1.0));
}

/// Tension leaves the mean chance as it is (a factor of mean one, small enough
/// not to meet the bound of a chance) and makes events coincide.
#[test]
fn tension_brings_disruptions_together() {
    let kept = losses(&two(), Vec::new());
    let all = |id: &str| kept.all(false, &format!("world.disruption.{id}.loss"), &[], 2032);
    let share = |of: &dyn Fn(usize) -> bool| {
        (0..DRAWS).filter(|draw| of(*draw)).count() as f64 / DRAWS as f64
    };
    let (cells, quota) = (all("cells"), all("quota"));
    let (a, b) = (share(&|i| cells[i] > 0.0), share(&|i| quota[i] > 0.0));
    assert!((a - 0.1).abs() <= 4.0 * (0.1 * 0.9 / DRAWS as f64).sqrt(), "{a}");
    assert!((b - 0.2).abs() <= 4.0 * (0.2 * 0.8 / DRAWS as f64).sqrt(), "{b}");
    let both = share(&|i| cells[i] > 0.0 && quota[i] > 0.0);
    // E[f²] = e^(0.5²) = 1.28: 0.0257 instead of 0.02.
    let expected = 0.02 * 0.25_f64.exp();
    let error = (expected / DRAWS as f64).sqrt();
    assert!((both - expected).abs() <= 4.0 * error, "{both}, {expected}");
    let factor = kept.all(false, "world.tension.factor", &[], 2034);
    let mean = factor.iter().sum::<f64>() / DRAWS as f64;
    // Variance e^(0.25) − 1.
    assert!((mean - 1.0).abs() <= 4.0 * (0.284 / DRAWS as f64).sqrt(), "{mean}");
}

/// What a policy imposes acts in every draw, also before chance does, and
/// beside it: 1 − (1 − 0.5)·(1 − 0.6).
#[test]
fn what_is_imposed_acts() {
    let kept = losses(&two(), vec![set("world.disruption.graphite.imposed", 0.6, 2031)]);
    let name = "world.disruption.graphite.loss";
    for year in YEARS {
        for (draw, loss) in kept.all(true, name, &[], year).iter().enumerate() {
            let out = kept.at(false, name, &[], year, draw);
            let imposed = if year < 2031 { 0.0 } else { 0.6 };
            let expected = 1.0 - (1.0 - out) * (1.0 - imposed);
            assert!((loss - expected).abs() < 1e-12, "{loss} in {year}");
        }
    }
    assert!(kept.all(true, name, &[], 2031).iter().all(|x| (x - 0.6).abs() < 1e-12));
    // An event that is imposed hits its own minerals only.
    assert_eq!(
        kept.all(true, "world.disruption.quota.loss", &[], 2033),
        kept.all(false, "world.disruption.quota.loss", &[], 2033)
    );
}

#[test]
fn the_central_case_has_no_disruption() {
    for scenario in [two(), Scenario::japan_eu()] {
        let options = lifecycle::Options { policies: &["baseline"], ..Default::default() };
        let system = lifecycle::system_with(&scenario, &options).unwrap_or_else(|e| panic!("{e}"));
        let plan = Plan::compile(&system).expect("a plan");
        let outcome = Ensemble::new(&plan).draws(64).run().expect("it runs");
        let mut seen = 0;
        for event in scenario.world().expect("a world").disruptions() {
            let name = format!("world.disruption.{}.loss", event.id());
            let report = outcome.report("baseline", &name).expect("reported");
            for year in outcome.years() {
                let summary = report.summary(0, year).expect("a year");
                assert_eq!(summary.central, 0.0, "{name} in {year}");
                seen += usize::from(summary.mean > 0.0);
            }
        }
        assert!(seen > 0);
        let mut unmet =
            outcome.reports().iter().filter(|r| r.series().name.contains(".unmet_demand"));
        assert!(unmet.clone().count() > 0);
        assert!(unmet.all(|r| {
            let elements = 0..r.series().labels.len();
            let central =
                |e| outcome.years().map(move |y| r.summary(e, y).expect("a year").central);
            elements.flat_map(central).all(|x| x == 0.0)
        }));
    }
}

/// An event that names no mineral hits all that goes through its stage.
#[test]
fn an_event_without_minerals_hits_all() {
    let named =
        "stages = [\"cells\"]\nmaterials = [\"lithium\", \"nickel\", \"cobalt\", \"graphite\"]";
    let scenario = read(&changed(TWO, named, "stages = [\"cells\"]"));
    let name = "north.unmet_demand";
    let all = world::MINERALS.map(|m| wanted(name, &[m])).to_vec();
    let run = |scenario: &Scenario| {
        let imposed = vec![set("world.disruption.cells.imposed", 0.5, 2030)];
        let kept = Kept::run(scenario, imposed, all.clone(), vec![2031], 2);
        world::MINERALS.map(|m| kept.at(true, name, &[m], 2031, 0))
    };
    let found = run(&scenario);
    assert!(found.iter().all(|x| *x > 0.0), "{found:?}");
    assert_eq!(found, run(&two()));
}
