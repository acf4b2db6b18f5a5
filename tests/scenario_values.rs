//! What a valid scenario file says, in base units; and the shipped files.

mod common;

use std::collections::BTreeSet;

use blackmass::InflowTiming;
use blackmass::scenario::{
    Denominator, Grade, Law, Measure, NoiseProcess, NumberKind, Prior, Region, Scenario, ScrapRule,
    Stage, Status,
};
use blackmass::system::Change;
use common::{SMALL, changed};

fn toy() -> Scenario {
    Scenario::from_toml("toy.toml", SMALL).expect("valid")
}

fn region() -> Region {
    toy().regions()[0].clone()
}

#[test]
fn head_and_names() {
    let toy = toy();
    assert_eq!((toy.title(), toy.description(), toy.file()), ("Toy", "", "toy.toml"));
    assert_eq!((toy.start(), toy.report(), toy.end(), toy.steps()), (2020, 2021, 2024, 5));
    assert_eq!(toy.materials(), ["lithium", "copper", "other"]);
    assert_eq!(toy.classes(), ["nickel_cobalt", "iron", "other"]);
    assert_eq!(toy.pathway(), "reference");
    let [region] = toy.regions() else { panic!("one region") };
    assert_eq!((region.name(), region.title()), ("toy", "Toy"));
    assert_eq!(region.segments(), ["bev_car", "portable", "home_storage"]);
    assert_eq!(region.grade_sd(Grade::A), 0.02);
    assert_eq!(region.grade_sd(Grade::B), 0.05);
    let without = changed("report = 2021\n", "");
    let without = Scenario::from_toml("toy.toml", &without).expect("report is optional");
    assert_eq!(without.report(), 2020);
}

#[test]
fn series_are_in_base_units() {
    let toy = region();
    let sales = toy.series("segment.bev_car.sales").expect("there");
    assert_eq!([2020, 2021, 2022, 2024].map(|year| sales.at(year)), [10e3, 20e3, 30e3, 50e3]);
    assert_eq!(sales.last_observed(), Some(2021));
    assert_eq!(sales.relative_sd_at(2021), 0.02);
    let expected = (0.02_f64 * 0.02 + 0.04 * 0.04 * 3.0).sqrt();
    assert_eq!(sales.relative_sd_at(2024), expected);
    let noise = sales.noise().expect("there");
    assert_eq!(noise.sd, 0.05);
    assert_eq!(noise.process, NoiseProcess::Persistent { persistence: 0.7 });
    let export =
        toy.series("segment.bev_car.exit.export").expect("a scalar is offered as a series");
    assert_eq!((export.at(1990), export.at(2024), export.relative_sd_at(2022)), (0.08, 0.08, 0.1));
    assert!(export.constant().is_some() && export.is_share());
    assert!(toy.scalar("segment.bev_car.exit.export").is_none());
    let at = |key: &str, year| toy.series(key).expect("there").at(year);
    assert_eq!(at("preprocessing.later", 2020), 1_000.0);
    assert_eq!(at("segment.portable.placed", 2024), 3_100.0);
    assert_eq!(at("segment.home_storage.placed", 2024), 2_500.0);
    // Before the first year given, its value holds.
    assert_eq!(at("segment.bev_car.origin.imported_in_products", 2020), 0.3);
    assert_eq!(at("cathode.production", 2020), 250.0);
}

#[test]
fn scalars_have_priors_and_absent_ones_are_zero() {
    let toy = region();
    let prior = |key: &str| toy.scalar(key).map(|scalar| scalar.prior().clone());
    assert_eq!(prior("intensity_factor.lithium"), Some(Prior::Pert { low: 0.98, high: 1.2 }));
    assert_eq!(prior("intensity_factor.copper"), Some(Prior::Fixed));
    let share = "segment.bev_car.replacement.share";
    assert_eq!(prior(share), Some(Prior::Uniform { low: 0.1, high: 0.9 }));
    assert_eq!(prior("preprocessing.black_mass.copper"), Some(Prior::Grade { relative_sd: 0.05 }));
    // Whole years are not varied, whether the file says so or not.
    assert_eq!(prior("preprocessing.ramp_up"), Some(Prior::Fixed));
    assert_eq!(prior("refining.ramp_up"), Some(Prior::Fixed));
    for key in ["preprocessing.fraction.lithium", "preprocessing.black_mass.other.other"] {
        let absent = toy.scalar(key).expect("a fixed zero");
        assert_eq!((absent.value(), absent.prior(), absent.source()), (0.0, &Prior::Fixed, None));
    }
    for key in [
        "refining.yield.hydro.nickel_cobalt.copper",
        "refining.route_share.iron.alloy",
        "refining.later",
        "second_life.eligible.other",
        "segment.home_storage.origin.imported_cells",
        "treatment.nickel_cobalt.stored",
    ] {
        let absent = toy.series(key).unwrap_or_else(|| panic!("{key} is a fixed zero"));
        let scalar = absent.constant().expect("constant");
        assert_eq!((scalar.value(), scalar.prior(), scalar.source()), (0.0, &Prior::Fixed, None));
    }
    assert!(toy.scalar("intensity_factor.other").is_none());
    assert!(toy.series("segment.van.sales").is_none());
}

#[test]
fn groups_give_unit_source_and_grade() {
    let toy = region();
    let origin = |key: &str| {
        let scalar = toy.series(key).expect("there").constant().expect("constant").clone();
        (scalar.value(), scalar.source().map(str::to_owned), scalar.grade())
    };
    let paper = Some("paper".to_owned());
    let lithium = origin("refining.yield.hydro.nickel_cobalt.lithium");
    assert_eq!(lithium, (0.84, paper, Some(Grade::C)), "from two levels of groups");
    let guess = Some("guess".to_owned());
    let workshop = origin("segment.bev_car.collection.workshop");
    assert_eq!(workshop, (0.9, guess, Some(Grade::C)));
    // A series takes the unit.
    assert_eq!(toy.series("refining.route_share.nickel_cobalt.hydro").map(|s| s.at(2022)), {
        Some(0.5 + (0.78 - 0.5) * 0.5)
    });
}

#[test]
fn chemistries_and_their_shares() {
    let toy = region();
    let names: Vec<&str> = toy.chemistries().iter().map(|c| c.name()).collect();
    assert_eq!(names, ["LFP", "NMC622", "ZINC"]);
    let lfp = &toy.chemistries()[0];
    assert_eq!((lfp.class(), lfp.class_name(), lfp.pack_mass()), (1, "iron", 6.0));
    assert_eq!(lfp.intensity(), [0.1, 0.4, 5.5]);
    let shares = toy.chemistry_share("bev_car").expect("there");
    assert_eq!(shares.present(), [0, 1]);
    assert_eq!(shares.at(0), [0.2, 0.8, 0.0]);
    assert!((shares.at(2)[0] - 0.4).abs() < 1e-12 && (shares.at(2)[1] - 0.6).abs() < 1e-12);
    assert_eq!(shares.at(4), [0.6, 0.4, 0.0]);
    assert_eq!(shares.tilt_sd()[0], 0.05);
    assert_eq!(shares.tilt_sd()[4], 0.8);
    assert_eq!(shares.last_observed(), Some(2020));
    let portable = toy.chemistry_share("portable").expect("there");
    assert_eq!((portable.present(), portable.at(0)), (&[1, 2][..], &[0.0, 0.3, 0.7][..]));
    assert!(toy.chemistry_share("van").is_none());
}

#[test]
fn lifetimes() {
    let toy = region();
    let lifetime = |key: &str| toy.lifetime(key).unwrap_or_else(|| panic!("{key}"));
    let (vehicle, battery) =
        (lifetime("segment.bev_car.vehicle"), lifetime("segment.bev_car.battery"));
    assert_eq!((vehicle.law(), vehicle.timing()), (Law::Weibull, InflowTiming::Middle));
    assert_eq!((battery.law(), battery.timing()), (Law::Logistic, InflowTiming::Start));
    assert_eq!((vehicle.spread().unit(), battery.spread().unit()), ("1", "yr"));
    assert_eq!(toy.scalar("segment.bev_car.lifetime.battery.sd"), Some(battery.spread()));
    assert!(toy.scalar("segment.bev_car.lifetime.battery.shape").is_none());
    assert!(battery.early() && !vehicle.early());
    assert_eq!(battery.early_share().map(|s| s.value()), Some(0.03));
    assert_eq!(battery.early_mean().map(|s| s.value()), Some(2.5));
    assert_eq!(toy.scalar("segment.bev_car.lifetime.battery.early_mean"), battery.early_mean());
    assert_eq!(lifetime("segment.portable.battery").law(), Law::Lognormal);
    assert_eq!(lifetime("segment.home_storage.battery").timing(), InflowTiming::End);
    assert_eq!(lifetime("second_life.battery").mean().value(), 6.0);
    assert!(toy.has_second_life() && toy.lifetime("segment.portable.vehicle").is_none());
}

#[test]
fn second_life_may_be_absent() {
    let start = SMALL.find("[second_life]").expect("there");
    let end = SMALL.find("[cells]").expect("there");
    let text = format!("{}{}", &SMALL[..start], &SMALL[end..]);
    let toy = Scenario::from_toml("toy.toml", &text).expect("valid");
    let toy = &toy.regions()[0];
    assert!(!toy.has_second_life());
    for key in ["second_life.market_share", "second_life.eligible.iron"] {
        assert_eq!(toy.series(key).map(|s| s.at(2022)), Some(0.0));
    }
    assert!(toy.scalar("second_life.health").is_none());
    assert!(toy.lifetime("second_life.battery").is_none());
}

#[test]
fn plants_and_targets() {
    let toy = region();
    let [shredder, smelter] = toy.plants() else { panic!("two plants") };
    assert_eq!((shredder.name(), shredder.capacity()), ("Shredder", 1_200.0));
    assert_eq!((shredder.stage(), shredder.status()), (Stage::Preprocessing, Status::Operating));
    assert_eq!((shredder.start(), shredder.end()), (2015, Some(2023)));
    assert_eq!((smelter.stage(), smelter.status()), (Stage::Refining, Status::Announced));
    assert_eq!((smelter.capacity(), smelter.end(), smelter.grade()), (700.0, None, Grade::D));
    let [content, recovery, portable] = toy.targets() else { panic!("three targets") };
    assert_eq!((content.id(), content.value(), content.year()), ("content_lithium", 0.06, 2023));
    assert_eq!(content.measure(), Measure::RecycledContent);
    assert_eq!(content.denominator(), Denominator::PlacedOnMarket);
    assert_eq!((content.material(), content.scrap()), (Some(0), Some(ScrapRule::Included)));
    assert_eq!((content.status(), content.is_binding()), ("fixed future date", true));
    assert_eq!((recovery.material(), recovery.route()), (Some(1), Some("hydro")));
    assert_eq!((portable.material(), portable.scrap()), (None, None));
    assert_eq!(portable.legal_unit(), "country");
}

#[test]
fn policies_are_resolved_parents_first() {
    let toy = toy();
    let names: Vec<&str> = toy.policies().iter().map(|policy| policy.name()).collect();
    assert_eq!(names, ["baseline", "collect", "a_retain"]);
    let levers = toy.policies()[2].levers();
    let keys: Vec<&str> = levers.iter().map(|lever| lever.key()).collect();
    assert_eq!(
        keys,
        [
            "segment.bev_car.collection.vehicle",
            "segment.bev_car.exit.unknown",
            "refining.yield.hydro.iron.copper"
        ]
    );
    assert_eq!(levers[0].change(), Change::Set(0.98));
    assert_eq!((levers[0].from(), levers[0].ramp(), levers[1].ramp()), (2022, 2, 0));
    assert_eq!(levers[1].change(), Change::Multiply(0.5));
    assert_eq!(levers[2].change(), Change::Add(0.1));
}

#[test]
fn numbers_are_listed_as_written() {
    let toy = toy();
    let sale =
        toy.numbers().iter().find(|n| n.key() == "segment.bev_car.sales" && n.year() == Some(2024));
    let sale = sale.expect("listed");
    assert_eq!(
        (sale.value(), sale.unit(), sale.kind()),
        (50.0, "thousand vehicles/yr", NumberKind::Projection)
    );
    assert_eq!((sale.grade(), sale.source()), (Some(Grade::C), "guess"));
    // Every number below a quantity is counted: values, bounds, spreads, levers.
    let count = |kind| toy.numbers().iter().filter(|n| n.kind() == kind).count();
    assert_eq!(count(NumberKind::Lever), 3);
    assert_eq!(count(NumberKind::Low), 6);
    assert_eq!(count(NumberKind::High), 6);
    assert_eq!(count(NumberKind::Observation), 2 + 5 + 5 + 2 + 3);
    assert_eq!(count(NumberKind::Spread), 4 + 1 + 2 + 3 * 2);
    assert_eq!((count(NumberKind::Plant), count(NumberKind::Target)), (2, 3));
    assert!(toy.numbers().iter().all(|number| number.region() == "toy"));
}

#[test]
fn the_hash_is_of_the_content_only() {
    let hash = |text: &str| Scenario::from_toml("x.toml", text).expect("valid").content_hash();
    let same = changed("value = 12\n", "value   = 12.0e0  # years\n\n");
    assert_eq!(hash(SMALL), hash(&same));
    let (head, time) =
        SMALL.split_once("[time]\nstart = 2020\nend = 2024\nreport = 2021\n").expect("there");
    assert_eq!(
        hash(SMALL),
        hash(&format!("{head}{time}\n[time]\nreport = 2021\nend = 2024\nstart = 2020\n"))
    );
    assert_ne!(hash(SMALL), hash(&changed("value = 12\n", "value = 13\n")));
    assert_ne!(hash(SMALL), hash(&changed("A paper", "Another paper")));
}

fn shipped() -> [Scenario; 7] {
    [
        Scenario::japan(),
        Scenario::eu(),
        Scenario::japan_eu(),
        Scenario::eu_existing_law(),
        Scenario::eu_slow(),
        Scenario::japan_meti_target(),
        Scenario::japan_slow(),
    ]
}

#[test]
fn shipped_scenarios_are_valid() {
    let all = shipped();
    let regions = |scenario: &Scenario| -> Vec<String> {
        scenario.regions().iter().map(|region| region.name().to_owned()).collect()
    };
    let found: Vec<String> = all.iter().map(|s| regions(s).join(" ")).collect();
    assert_eq!(found, ["japan", "eu", "japan eu", "eu", "eu", "japan", "japan"]);
    let pathways: Vec<&str> = all.iter().map(Scenario::pathway).collect();
    assert_eq!(
        pathways,
        ["reference", "reference", "reference", "existing_law", "slow", "meti_target", "slow"]
    );
    for scenario in &all {
        assert_eq!((scenario.start(), scenario.report(), scenario.end()), (1997, 2010, 2050));
        assert_eq!(scenario.steps(), 54);
        assert!(!scenario.policies().is_empty());
        assert!(scenario.regions().iter().all(|region| region.segments().len() == 10));
    }
    let hashes: BTreeSet<u64> = all.iter().map(Scenario::content_hash).collect();
    assert_eq!(hashes.len(), all.len(), "two shipped files say the same");
}

#[test]
fn shipped_numbers_have_sources() {
    for scenario in shipped() {
        let cited: BTreeSet<&str> = scenario
            .sources()
            .filter(|(_, text)| text.trim().len() > 20)
            .map(|(id, _)| id)
            .collect();
        assert_eq!(cited.len(), scenario.sources().count(), "a citation is too short to be one");
        assert!(scenario.numbers().len() > 500);
        for number in scenario.numbers() {
            assert!(cited.contains(number.source()), "{number:?}");
            let is_world = number.region() == "world" && scenario.world().is_some();
            let is_region = scenario.regions().iter().any(|r| r.name() == number.region());
            assert!(is_world || is_region, "{number:?}");
            let ungraded = number.kind() == NumberKind::Spread;
            assert!(number.grade().is_some() || ungraded, "{number:?}");
        }
    }
}
