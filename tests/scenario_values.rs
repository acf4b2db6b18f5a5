//! What a valid scenario file says, in base units; and the shipped files.

mod common;

use std::collections::BTreeSet;

use blackmass::InflowTiming;
use blackmass::scenario::{Grade, Law, NumberKind, Prior, Scenario};
use blackmass::system::Change;
use common::{SMALL, changed};

fn toy() -> Scenario {
    Scenario::from_toml("toy.toml", SMALL).expect("valid")
}

#[test]
fn head_and_names() {
    let toy = toy();
    assert_eq!(
        (toy.region(), toy.title(), toy.description(), toy.file()),
        ("toy", "Toy", "", "toy.toml")
    );
    assert_eq!((toy.start(), toy.end(), toy.steps()), (2020, 2024, 5));
    assert_eq!(toy.materials(), ["lithium", "copper", "other"]);
    assert_eq!(toy.classes(), ["nickel_cobalt", "iron"]);
    assert_eq!(toy.grade_sd(Grade::A), 0.02);
    assert_eq!(toy.grade_sd(Grade::B), 0.05);
}

#[test]
fn series_are_in_base_units() {
    let toy = toy();
    let sales = toy.series("sales").expect("there");
    assert_eq!([2020, 2021, 2022, 2024].map(|year| sales.at(year)), [10e3, 20e3, 30e3, 50e3]);
    assert_eq!(sales.last_observed(), Some(2021));
    assert_eq!(sales.relative_sd_at(2021), 0.02);
    let expected = (0.02_f64 * 0.02 + 0.04 * 0.04 * 3.0).sqrt();
    assert_eq!(sales.relative_sd_at(2024), expected);
    let noise = sales.noise().expect("there");
    assert_eq!((noise.sd, noise.persistence), (0.05, 0.7));
    let export = toy.series("exit.export").expect("a scalar is offered as a series");
    assert_eq!((export.at(1990), export.at(2024), export.relative_sd_at(2022)), (0.08, 0.08, 0.1));
    assert!(export.constant().is_some() && export.is_share());
    assert!(toy.scalar("exit.export").is_none());
    assert_eq!(toy.series("preprocessing.capacity").map(|s| s.at(2020)), Some(1_000.0));
}

#[test]
fn scalars_have_priors_and_absent_ones_are_zero() {
    let toy = toy();
    let prior = |key: &str| toy.scalar(key).map(|scalar| scalar.prior());
    assert_eq!(prior("intensity_factor.lithium"), Some(Prior::Pert { low: 0.98, high: 1.2 }));
    assert_eq!(prior("intensity_factor.copper"), Some(Prior::Fixed));
    assert_eq!(prior("replacement.share"), Some(Prior::Uniform { low: 0.1, high: 0.9 }));
    assert_eq!(prior("preprocessing.black_mass.copper"), Some(Prior::Grade { relative_sd: 0.05 }));
    let absent = toy.scalar("refining.yield.nickel_cobalt.copper").expect("a fixed zero");
    assert_eq!((absent.value(), absent.prior(), absent.source()), (0.0, Prior::Fixed, None));
    assert!(toy.scalar("intensity_factor.other").is_none());
}

#[test]
fn chemistries_and_their_shares() {
    let toy = toy();
    let lfp = &toy.chemistries()[0];
    assert_eq!(
        (lfp.name(), lfp.class(), lfp.class_name(), lfp.pack_mass()),
        ("LFP", 1, "iron", 6.0)
    );
    assert_eq!(lfp.intensity(), [0.1, 0.4, 5.5]);
    let shares = toy.chemistry_share();
    assert_eq!(shares.at(0), [0.2, 0.8]);
    assert!((shares.at(2)[0] - 0.4).abs() < 1e-12 && (shares.at(2)[1] - 0.6).abs() < 1e-12);
    assert_eq!(shares.at(4), [0.6, 0.4]);
    assert_eq!(shares.tilt_sd()[0], 0.05);
    assert_eq!(shares.tilt_sd()[4], 0.8);
    assert_eq!(shares.last_observed(), Some(2020));
}

#[test]
fn lifetimes() {
    let toy = toy();
    let (vehicle, battery) = (toy.lifetime("vehicle").unwrap(), toy.lifetime("battery").unwrap());
    assert_eq!((vehicle.law(), vehicle.timing()), (Law::Weibull, InflowTiming::Middle));
    assert_eq!((battery.law(), battery.timing()), (Law::Logistic, InflowTiming::Start));
    assert_eq!((vehicle.spread().unit(), battery.spread().unit()), ("1", "yr"));
    assert_eq!(toy.scalar("lifetime.battery.sd"), Some(battery.spread()));
    assert!(toy.scalar("lifetime.battery.shape").is_none());
}

#[test]
fn policies_are_resolved_parents_first() {
    let toy = toy();
    let names: Vec<&str> = toy.policies().iter().map(|policy| policy.name()).collect();
    assert_eq!(names, ["baseline", "collect", "a_retain"]);
    let levers = toy.policies()[2].levers();
    let keys: Vec<&str> = levers.iter().map(|lever| lever.key()).collect();
    assert_eq!(keys, ["collection.vehicle", "exit.unknown", "refining.yield.iron.copper"]);
    assert_eq!(levers[0].change(), Change::Set(0.98));
    assert_eq!((levers[0].from(), levers[0].ramp(), levers[1].ramp()), (2022, 2, 0));
    assert_eq!(levers[1].change(), Change::Multiply(0.5));
    assert_eq!(levers[2].change(), Change::Add(0.1));
}

#[test]
fn numbers_are_listed_as_written() {
    let toy = toy();
    let sale = toy.numbers().iter().find(|n| n.key() == "sales" && n.year() == Some(2024));
    let sale = sale.expect("listed");
    assert_eq!(
        (sale.value(), sale.unit(), sale.kind()),
        (50.0, "thousand vehicles/yr", NumberKind::Projection)
    );
    assert_eq!((sale.grade(), sale.source()), (Some(Grade::C), "guess"));
    // Every number below a quantity is counted: values, bounds, spreads, levers.
    let count = |kind| toy.numbers().iter().filter(|n| n.kind() == kind).count();
    assert_eq!(count(NumberKind::Lever), 3);
    assert_eq!(count(NumberKind::Low), 4);
    assert_eq!(count(NumberKind::High), 4);
    assert_eq!(count(NumberKind::Observation), 2 + 5 + 5 + 2);
    assert_eq!(count(NumberKind::Spread), 4 + 1 + 2 + 2);
}

#[test]
fn the_hash_is_of_the_content_only() {
    let hash = |text: &str| Scenario::from_toml("x.toml", text).expect("valid").content_hash();
    let same = changed("value = 12\n", "value   = 12.0e0  # years\n\n");
    assert_eq!(hash(SMALL), hash(&same));
    let (head, time) = SMALL.split_once("[time]\nstart = 2020\nend = 2024\n").expect("there");
    assert_eq!(hash(SMALL), hash(&format!("{head}{time}\n[time]\nend = 2024\nstart = 2020\n")));
    assert_ne!(hash(SMALL), hash(&changed("value = 12\n", "value = 13\n")));
    assert_ne!(hash(SMALL), hash(&changed("A paper", "Another paper")));
}

#[test]
fn shipped_scenarios_are_valid() {
    for (scenario, region) in [(Scenario::eu(), "eu"), (Scenario::japan(), "japan")] {
        assert_eq!(scenario.region(), region);
        assert_eq!((scenario.start(), scenario.end(), scenario.steps()), (2010, 2050, 41));
        assert!(!scenario.policies().is_empty());
    }
    assert_ne!(Scenario::eu().content_hash(), Scenario::japan().content_hash());
}

#[test]
fn shipped_numbers_have_sources() {
    for scenario in [Scenario::eu(), Scenario::japan()] {
        let cited: BTreeSet<&str> = scenario
            .sources()
            .filter(|(_, text)| text.trim().len() > 20)
            .map(|(id, _)| id)
            .collect();
        assert_eq!(cited.len(), scenario.sources().count(), "a citation is too short to be one");
        assert!(scenario.numbers().len() > 200);
        for number in scenario.numbers() {
            assert!(cited.contains(number.source()), "{number:?}");
            let ungraded = number.kind() == NumberKind::Spread;
            assert!(number.grade().is_some() || ungraded, "{number:?}");
        }
    }
}
