//! What lies between the regions of a file: trade, supply, shocks, stockpiles
//! and instruments.

use blackmass::scenario::{
    ChangeKind, Grade, InstrumentTag, NumberKind, Prior, Route, Scenario, World,
};
use blackmass::system::Change;

const WORLD: &str = include_str!("data/world.toml");
/// Beside the shipped files, which it includes.
const FILE: &str = "scenarios/world.toml";

fn scenario() -> Scenario {
    Scenario::from_toml(FILE, WORLD).unwrap_or_else(|error| panic!("{error}"))
}

fn world(scenario: &Scenario) -> &World {
    scenario.world().expect("a world part")
}

fn route(good: &str, from: &str, to: &str) -> Route {
    Route { good: good.into(), from: from.into(), to: to.into() }
}

#[test]
fn files_without_a_world_part_have_no_world() {
    for scenario in [Scenario::eu(), Scenario::japan()] {
        assert!(scenario.world().is_none());
    }
    let plain = "schema_version = 2\ntitle = \"T\"\ninclude = [\"japan.toml\", \"eu.toml\"]\n";
    let plain = Scenario::from_toml(FILE, plain).expect("valid");
    assert!(plain.world().is_none());
    // Nothing is added to the regions by the world.
    let scenario = scenario();
    let count = |s: &Scenario| s.numbers().iter().filter(|n| n.region() != "world").count();
    assert_eq!(count(&scenario), count(&plain));
    assert_ne!(scenario.content_hash(), plain.content_hash());
}

#[test]
fn quantities_are_read_as_those_of_a_region() {
    let scenario = scenario();
    let world = world(&scenario);
    assert_eq!(world.places(), ["japan", "eu", "korea", "china", "other_oecd", "other_non_oecd"]);
    let sensitivity = world.scalar("trade.sensitivity").expect("given");
    assert_eq!(sensitivity.value(), 2.0);
    assert_eq!(sensitivity.prior(), &Prior::Pert { low: 1.0, high: 4.0 });
    let at = |key: &str, year| world.series(key).unwrap_or_else(|| panic!("{key}")).at(year);
    assert_eq!(at("trade.payable.eu", 2030), 0.7);
    assert_eq!(at("trade.black_mass.eu.japan.delay", 2030), 0.25);
    assert_eq!(at("trade.black_mass.eu.japan.cap", 2025), 10e3);
    assert_eq!(at("trade.black_mass.eu.china.share", 2021), 0.3);
    assert_eq!(at("partner.china.refining.spare", 2050), 500e3);
    assert_eq!(at("partner.china.refining.yield.cobalt", 2030), 0.95);
    assert_eq!(at("partner.korea.passes_on.eu", 2030), 0.1);
    assert_eq!(at("supply.cells.eu.korea", 2030), 0.25);
    assert_eq!(at("stockpile.japan.days.lithium", 2030), 60.0);
    assert_eq!(at("batteries_sold.japan.eu", 2050), 3e3);
    let grade = |key: &str| world.series(key).and_then(|s| s.constant()).and_then(|s| s.grade());
    assert_eq!(grade("trade.black_mass.eu.japan.loss"), Some(Grade::D), "of its route");
    // What is left out is a fixed zero, or not there if a zero would mean something.
    for key in [
        "trade.used_vehicles.japan.eu.share",
        "partner.china.refining.yield.lithium",
        "stockpile.pooled",
        "stockpile.eu.days.graphite",
        "batteries_sold.eu.japan",
        "disruption.graphite_licences.imposed",
        "instrument.classification",
        "instrument.pooling.ceiling",
        "trade.black_mass.japan.eu.barred",
    ] {
        let zero = world.series(key).unwrap_or_else(|| panic!("{key}")).constant();
        assert_eq!(
            zero.map(|s| (s.value(), s.prior(), s.source())),
            Some((0.0, &Prior::Fixed, None))
        );
    }
    for key in ["trade.black_mass.eu.china.cap", "partner.korea.refining.spare"] {
        assert!(world.series(key).is_none(), "{key}");
    }
    // Nothing goes from a place to itself.
    assert!(world.series("trade.black_mass.eu.eu.share").is_none());
    assert!(world.series("partner.korea.passes_on.korea").is_none());
    assert!(world.series("batteries_sold.eu.eu").is_none());
}

#[test]
fn a_ban_bars_its_share_of_the_days_of_a_year() {
    let scenario = scenario();
    let barred = |key: &str, year: i32| world(&scenario).series(key).expect("given").at(year);
    let black_mass = "trade.black_mass.eu.china.barred";
    for (year, share) in [
        (2025, 0.0),
        (2026, 23.0 / 365.0),
        (2027, 1.0),
        (2034, 1.0),
        (2035, 0.0),
        (2039, 0.0),
        (2040, 1.0),
        (2050, 1.0),
    ] {
        assert_eq!(barred(black_mass, year), share, "{year}");
    }
    let opening = "trade.scrap.japan.korea.barred";
    assert_eq!(
        (barred(opening, 1997), barred(opening, 2029), barred(opening, 2030)),
        (1.0, 1.0, 0.0)
    );
    let fixed = world(&scenario).series(black_mass).expect("given");
    assert!((1997..=2050).all(|year| fixed.relative_sd_at(year) == 0.0));
}

#[test]
fn routes_are_those_of_the_file_and_of_its_policies() {
    let scenario = scenario();
    let expected = [
        route("black_mass", "eu", "china"),
        route("black_mass", "eu", "japan"),
        route("scrap", "eu", "japan"),
        route("scrap", "japan", "korea"),
    ];
    assert_eq!(world(&scenario).routes(), expected);
}

#[test]
fn origins_are_of_the_world_market_or_of_a_region() {
    let scenario = scenario();
    let world = world(&scenario);
    assert_eq!(world.minerals(), ["lithium", "graphite"]);
    let mine = world.origins("mine", "lithium", None).expect("given");
    assert_eq!(mine.countries(), ["australia", "chile", "china"]);
    assert_eq!(mine.years().collect::<Vec<i32>>(), [2024, 2034]);
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
    close(mine.share_at("chile", 2029), 0.1);
    close(mine.share_at("china", 2029), 0.3);
    close(mine.share_at("china", 2050), 0.4);
    close(mine.share_at("chile", 2034), 0.0);
    close(mine.share_at("peru", 2024), 0.0);
    assert_eq!((mine.spread(), mine.grade(), mine.source()), (0.4, Grade::A, "survey"));
    let japan = world.origins("refine", "lithium", Some("japan")).expect("given");
    close(japan.share_at("chile", 2024), 0.6);
    assert!(world.origins("refine", "lithium", Some("eu")).is_none());
    assert_eq!(world.origins("refine", "graphite", None).map(|o| o.spread()), Some(0.0));
    // Numbers of a year have the source of that year.
    let number = |year| {
        let key = "supply.mine.lithium.china";
        let mut numbers = scenario.numbers().iter();
        numbers.find(|n| n.key() == key && n.year() == Some(year)).expect("a number")
    };
    assert_eq!(
        (number(2024).value(), number(2024).unit(), number(2024).source()),
        (20.0, "%", "survey")
    );
    assert_eq!((number(2034).grade(), number(2034).source()), (Some(Grade::C), "idea"));
}

#[test]
fn what_rests_on_judgement_is_marked() {
    let scenario = scenario();
    let world = world(&scenario);
    for key in
        ["supply.cathode.japan.korea", "supply.refine.graphite", "supply.cathode", "tension.sd"]
    {
        assert!(world.is_illustrative(key), "{key}");
    }
    for key in
        ["supply.cells.eu.china", "supply.cells", "supply.mine.lithium", "supply.c", "tension.s"]
    {
        assert!(!world.is_illustrative(key), "{key}");
    }
}

#[test]
fn disruptions_name_who_is_hit() {
    let scenario = scenario();
    let [licences, strike] = world(&scenario).disruptions() else { panic!("two") };
    assert_eq!((licences.id(), licences.title()), ("graphite_licences", "China licenses graphite"));
    assert_eq!((licences.country(), licences.stages()), ("china", ["refine"].as_slice()));
    assert_eq!((strike.country(), strike.stages()), ("chile", ["mine", "refine"].as_slice()));
    assert_eq!(strike.materials(), ["lithium"]);
    let chance = world(&scenario).scalar("disruption.graphite_licences.chance").expect("given");
    assert_eq!((chance.value(), chance.prior()), (0.05, &Prior::Pert { low: 0.01, high: 0.2 }));
}

#[test]
fn instruments_have_a_size_and_a_limit() {
    let scenario = scenario();
    let world = world(&scenario);
    let [classification, pooling] = world.instruments() else { panic!("two") };
    assert_eq!(
        (classification.id(), classification.tag()),
        ("classification", InstrumentTag::Memorandum)
    );
    assert_eq!((classification.from(), classification.ramp()), (2027, 3));
    assert_eq!(
        (pooling.tag(), pooling.ramp(), pooling.description()),
        (InstrumentTag::Beyond, 0, "")
    );
    let [refused, later] = classification.changes() else { panic!("two") };
    assert_eq!((refused.region(), refused.key()), ("world", "trade.black_mass.eu.japan.refused"));
    assert_eq!(
        (refused.change_kind(), refused.central(), refused.ceiling()),
        (ChangeKind::Multiply, 0.5, 0.0)
    );
    assert_eq!((later.region(), later.change_kind()), ("eu", ChangeKind::Add));
    assert_eq!((later.central(), later.ceiling()), (-2e3, -8e3));
    let size = |key: &str| world.scalar(key).unwrap_or_else(|| panic!("{key}"));
    let first = size("instrument.classification.size.1");
    assert_eq!((first.value(), first.unit()), (0.5, "1"));
    assert_eq!(first.prior(), &Prior::Pert { low: 0.3, high: 0.8 });
    // A size that is added may be negative, and its law reaches there.
    let second = size("instrument.classification.size.2");
    assert_eq!((second.value(), second.unit()), (-2e3, "t/yr"));
    let law = second.law().expect("a law").expect("it varies");
    assert_eq!((law.support().low, law.support().high), (-4e3, 1e3));
    let pooled = size("instrument.pooling.size.1");
    assert_eq!((pooled.value(), pooled.prior(), pooled.is_share()), (0.5, &Prior::Fixed, true));
}

#[test]
fn policies_put_instruments_to_work_once() {
    let scenario = scenario();
    let levers = |name: &str| {
        let policy = scenario.policies().iter().find(|policy| policy.name() == name);
        let levers = policy.unwrap_or_else(|| panic!("{name}")).levers().iter();
        levers
            .filter(|lever| lever.region() == "world")
            .map(|lever| (lever.key(), lever.change(), lever.from(), lever.ramp()))
            .collect::<Vec<_>>()
    };
    let expected = [
        ("trade.scrap.eu.japan.share", Change::Set(0.2), 2028, 0),
        ("instrument.classification", Change::Set(1.0), 2027, 3),
        ("instrument.pooling", Change::Set(1.0), 2030, 0),
    ];
    assert_eq!(levers("cooperation"), expected);
    assert_eq!(levers("more"), expected, "named twice, counted once");
}

#[test]
fn numbers_of_the_world_have_sources_and_grades() {
    let scenario = scenario();
    let numbers: Vec<_> = scenario.numbers().iter().filter(|n| n.region() == "world").collect();
    for number in &numbers {
        assert!(scenario.sources().any(|(id, _)| id == number.source()), "{number:?}");
        assert!(number.grade().is_some() || number.kind() == NumberKind::Spread, "{number:?}");
    }
    let of = |key: &str| {
        numbers.iter().filter(|n| n.key() == key).map(|n| n.value()).collect::<Vec<_>>()
    };
    assert_eq!(of("trade.payable.china"), [75.0]);
    assert_eq!(of("trade.black_mass.eu.china.share"), [20.0, 30.0, 40.0]);
    assert_eq!(of("trade.black_mass.eu.china.barred"), [1.0, 1.0]);
    assert_eq!(of("instrument.classification.size.1"), [0.5, 0.0, 0.3, 0.8]);
    assert_eq!(of("trade.scrap.eu.japan.share"), [20.0], "a lever");
    let correlation = &scenario.correlations().last().expect("one").quantities()[0];
    assert_eq!(correlation, "world.trade.sensitivity");
}
