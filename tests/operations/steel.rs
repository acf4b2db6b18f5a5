//! The example of another material.

use super::copper::Copper;
use super::{cycle, data};
use blackmass::testkit::Testkit;
use blackmass::uncertainty::Range;
use blackmass::{Ensemble, Plan};

/// The copper in steel, as its equations stand in the example.
fn twin(inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let [production, returned, old, intake, leaving, stock, attached] = inputs else {
        return Vec::new();
    };
    let (mut new_steel, mut in_use, mut copper) = (vec![], vec![], vec![0.0]);
    for t in 0..stock.len() {
        let before = if t == 0 { 0.0 } else { copper[t] / stock[t - 1] };
        new_steel.push(old[t] * (before + attached[0]) / (production[t] - returned[t]));
        copper.push(copper[t] + intake[t] * new_steel[t] - leaving[t] * before);
        in_use.push(copper[t + 1] / stock[t]);
    }
    vec![new_steel, in_use]
}

#[test]
fn its_own_operation_passes_the_testkit() {
    let kit = Testkit::new(|| Copper).steps(40);
    let ranges = [
        ("production", 900.0, 2500.0),
        ("returned", 0.0, 400.0),
        ("old", 0.0, 900.0),
        ("intake", 500.0, 2000.0),
        ("leaving", 0.0, 900.0),
        ("stock", 10_000.0, 40_000.0),
        ("attached", 0.0, 0.01),
    ];
    let range = |kit: Testkit<'static>, (name, low, high)| kit.range(name, Range { low, high });
    let kit = ranges.into_iter().fold(kit, range).twin(1e-12, &twin);
    kit.check().expect("nothing is wrong with it");
    let error = kit.range("stock", Range { low: 0.0, high: 0.0 }).check().expect_err("no stock");
    assert!(error.to_string().contains("no steel in use in step 0"), "{error}");
}

#[test]
fn scrap_goes_by_priority_and_nothing_is_lost() {
    let names = ["scrap_used", "scrap_unused", "crude", "primary", "old_scrap_total", "in_use"];
    let plan = Plan::compile(&cycle::steel().expect("correct")).expect("small");
    let ensemble = Ensemble::new(&plan).draws(200);
    let outcome = names.iter().fold(ensemble, |e, name| e.keep(name)).run().expect("runs");
    assert!(outcome.worst_residual() < 1e-12, "{:e}", outcome.worst_residual());
    for policy in cycle::POLICIES {
        let of = |name: &str| {
            let report = outcome.report(policy, name).expect("reported");
            let years = (2005..=2050).map(|year| outcome.draws_of(report, 0, year).expect("kept"));
            years.collect::<Vec<_>>()
        };
        let [used, unused, crude, primary, old, _] = names.map(of);
        let (mut none, mut some) = (0, 0);
        for (t, year) in (2005..=2050).enumerate() {
            for draw in 0..200 {
                let (used, crude) = (used[t][draw], crude[t][draw]);
                assert!((primary[t][draw] + used - crude).abs() <= 1e-12 * crude);
                assert!(unused[t][draw] >= 0.0 && used > 0.3 * old[t][draw]);
                let share = used / crude;
                // Furnaces and converters have the charges they have.
                let (low, high) = (0.289 * 0.7 + 0.711 * 0.10, 1.4 * 0.6 + 0.16 * 0.25);
                if unused[t][draw] > 0.0 {
                    some += 1;
                    assert!((low..=high).contains(&share), "{year}: {share}");
                } else {
                    none += 1;
                }
            }
        }
        assert!(some > 1000 && none > 20, "{some} {none}");
    }
    let at = |policy, name| *outcome.report(policy, name).expect("x").summary(0, 2050).expect("x");
    let more = |policy, name| at(policy, name).mean / at("as today", name).mean;
    for policy in &cycle::POLICIES[1..] {
        assert_eq!([more(policy, "crude"), more(policy, "in_use")], [1.0, 1.0]);
        assert!(more(policy, "old_scrap_total") > 1.05);
    }
    // Where furnaces are full, more scrap is not more steel of it.
    assert!(more("collect more", "primary") > 0.99 && more("and melt it", "primary") < 0.95);
    assert!(more("and melt it", "copper_in_new_steel") > 1.05);
}

#[test]
fn it_is_near_what_others_found() {
    let plan = Plan::compile(&cycle::steel().expect("correct")).expect("small");
    let outcome = Ensemble::new(&plan).draws(1000).run().expect("runs");
    for published in &data::PUBLISHED {
        let report = outcome.report("as today", published.name).expect("reported");
        let mean = report.summary(0, published.year).expect("reported").mean;
        let ratio = mean / published.figure;
        assert!((0.8..1.35).contains(&ratio), "{}: {ratio} times", published.name);
        assert!(!published.source.is_empty());
    }
}

#[test]
fn draws_are_the_same_whatever_is_kept() {
    let plan = Plan::compile(&cycle::steel().expect("correct")).expect("small");
    let run = |draws| Ensemble::new(&plan).draws(draws).keep("copper_in_use").run().expect("runs");
    let (few, many) = (run(20), run(50));
    let of = |outcome: &blackmass::Outcome| {
        let report = outcome.report("as today", "copper_in_use").expect("reported");
        outcome.draws_of(report, 0, 2050).expect("kept")
    };
    assert_eq!(of(&few)[..], of(&many)[..20]);
}
