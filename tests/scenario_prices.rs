//! Prices in scenario files: `data/events.toml` has some.
#![allow(clippy::disallowed_methods)]

mod words;

use blackmass::lifecycle::{self, Detail, Options};
use blackmass::process::Price;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Outcome, Plan, System, report};
use words::{draws, moments, read, spearman};

const EVENTS: &str = include_str!("data/events.toml");
const SMALL: &str = include_str!("data/small.toml");
const LITHIUM: &str = "\n[price.lithium]\nfitted = true\nyear = 2020\nstart = { unit = \
                       \"USD/t\", value = 13000, prior = \"fixed\", source = \"paper\", \
                       grade = \"A\" }\n";

fn plan(scenario: &Scenario, prior_scale: Option<f64>) -> Plan {
    let options =
        Options { policies: &["baseline"], detail: Detail::Short, prior_scale, flows: false };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"))
}

fn central(outcome: &Outcome, material: &str, year: i32) -> f64 {
    let report = outcome.report("baseline", "world.price").expect("observed");
    let element = report.element(&[material]).expect("priced");
    report.summary(element, year).expect("reported").central
}

/// From the first year on, a price of a file is the price of the builder.
#[test]
fn prices_are_those_of_the_rust_interface() {
    let outcome =
        words::run(&words::plan(&read(&format!("{SMALL}{LITHIUM}")), None), 200, &["world.price"]);
    let mut b = System::builder("twin", 2020..=2024);
    b.prices([(Price::Lithium, 13_000.0.into())]).observe("world.price.lithium", "USD/t");
    let twin = Plan::compile(&b.build().expect("correct")).expect("small");
    let twin = words::run(&twin, 200, &["world.price.lithium"]);
    for year in 2021..=2024 {
        let found = draws(&outcome, "world.price", &["lithium"], year);
        for (x, y) in found.iter().zip(draws(&twin, "world.price.lithium", &[], year)) {
            assert!((x / y - 1.0).abs() < 1e-12, "{year}: {x}, {y}");
        }
        assert!(moments(&found).1 > 1_000.0, "{year}");
    }
}

/// The central case is the median path L·(S₀/L)^(e^−κτ) of the fit, S₀ until
/// the year of the start.
#[test]
fn the_central_price_returns_to_its_level() {
    let scenario = read(EVENTS);
    assert_eq!(scenario.prices().len(), 4);
    assert_eq!(scenario.prices()[0].start().value(), 13_000.0);
    let outcome = words::run(&plan(&scenario, None), 4_000, &["world.price"]);
    for price in scenario.prices() {
        let fit = price.price().fit();
        let (level, start) = (fit.level.0, price.start().value());
        for year in [2010, 2024, 2025, 2030, 2050] {
            let since = f64::from(year - price.year()).max(0.0);
            let expected = level * (start / level).powf((-fit.reversion.0 * since).exp());
            let found = central(&outcome, price.price().material(), year);
            assert!((found / expected - 1.0).abs() < 1e-9, "{year}: {found}, {expected}");
        }
    }
    // Until then the price is known as well as its start.
    let (_, sd) = moments(&draws(&outcome, "world.price", &["nickel"], 2025));
    assert!(sd < 1e-6, "{sd}");
    let logs = |material: &str, year| -> Vec<f64> {
        let all = draws(&outcome, "world.price", &[material], year);
        all.iter().map(|x| x.ln()).collect()
    };
    let (_, sd) = moments(&logs("lithium", 2015));
    let graded =
        (1.0_f64 + scenario.regions()[0].grade_sd(blackmass::scenario::Grade::B).powi(2)).ln();
    assert!((sd / graded.sqrt() - 1.0).abs() < 0.06, "{sd}, {}", graded.sqrt());
    // A year later, most of what moved is the noise, which is correlated.
    let found = spearman(&logs("nickel", 2026), &logs("cobalt", 2026));
    let expected = Price::Nickel.correlation(Price::Cobalt);
    assert!((found - expected).abs() < 0.1, "{found}, {expected}");
    // Noise and parameters are scaled with the priors.
    let none = words::run(&plan(&scenario, Some(0.0)), 64, &["world.price"]);
    for material in ["lithium", "graphite"] {
        let (mean, sd) = moments(&draws(&none, "world.price", &[material], 2050));
        assert!(sd < 1e-9 * mean, "{material}: {sd}");
    }
}

/// The value is the sum over the priced materials in each draw; lithium is
/// priced as carbonate, of which 2·6.94/73.888 is lithium.
#[test]
fn the_value_is_what_is_recovered_at_its_price() {
    let scenario = read(EVENTS);
    let plan = plan(&scenario, None);
    let names = ["eu.recovered", "world.price", "eu.recovered_value"];
    let outcome = words::run(&plan, 100, &names);
    for year in [2030, 2050] {
        let mut sum = vec![0.0; 100];
        for (material, tonnes) in
            [("lithium", 73.888 / 13.88), ("nickel", 1.0), ("cobalt", 1.0), ("graphite", 1.0)]
        {
            let of = |name: &str| draws(&outcome, name, &[material], year);
            for ((sum, mass), price) in sum.iter_mut().zip(of(names[0])).zip(of(names[1])) {
                *sum += mass * tonnes * price * 1e-6;
            }
        }
        for (expected, found) in sum.iter().zip(draws(&outcome, names[2], &[], year)) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{year}: {found}, {expected}");
            assert!(found > 10.0);
        }
    }
    let csv = report::csv(&outcome).expect("written");
    assert!(csv.contains("baseline,world,price,,,lithium,2030,USD/t,"), "the price is a line");
    assert!(csv.contains("baseline,eu,recovered_value,,,,2030,million USD/yr,"));
    for detail in [Detail::Short, Detail::Full] {
        let options = Options { detail, ..Options::default() };
        let system = lifecycle::system_with(&scenario, &options).expect("a system");
        let plan = Plan::compile(&system).expect("compiles");
        let outcome = Ensemble::new(&plan).draws(16).run().expect("runs");
        let table = report::table(&outcome, &scenario.regions()[0], detail).expect("shown");
        assert!(table.contains("Value of what is recovered"), "{table}");
        let paired = outcome.difference("more_collection", "eu.recovered_value");
        assert!(paired.is_some(), "the value is compared between policies");
    }
    // Without prices there is neither.
    let plan = self::plan(&Scenario::eu(), None);
    assert!(!plan.series().any(|s| s.name.contains("price") || s.name.contains("value")));
}

/// Prices are common to all regions: the including file gives them, or parts
/// that agree.
#[test]
fn regions_together_have_one_price() {
    let both = include_str!("data/both.toml");
    let idea = LITHIUM.replace("\"paper\"", "\"idea\"");
    let text = format!("{both}{idea}").replace("year = 2020", "year = 2024");
    let scenario = Scenario::from_toml("scenarios/both.toml", &text).expect("valid");
    assert_eq!(scenario.prices()[0].year(), 2024);
    let plan = plan(&scenario, None);
    for name in ["world.price", "eu.recovered_value", "japan.recovered_value"] {
        assert!(plan.series().any(|s| s.name == name), "{name}");
    }
    // An observation of the value is possible where there are prices only.
    let seen = "[[observation]]\nregion = \"eu\"\nseries = \"recovered_value\"\nyear = 2024\n\
                value = 1\nunit = \"billion USD/yr\"\nrelative_sd = 1\nsource = \"idea\"\n\
                grade = \"D\"\n";
    let with = |text: &str| Scenario::from_toml("scenarios/both.toml", &format!("{text}{seen}"));
    let observed = with(&text).expect("valid");
    assert_eq!(observed.observations()[0].value(), 1_000.0);
    let error = with(both).expect_err("no prices").to_string();
    assert!(error.contains("unknown series"), "{error}");
}

/// Two files that each give a price must agree, unless the including file gives
/// it.
#[test]
fn parts_with_different_prices_are_refused() {
    let place = std::env::temp_dir().join(format!("blackmass-prices-{}", std::process::id()));
    std::fs::create_dir_all(&place).expect("a temporary directory");
    let write = |name: &str, text: &str| std::fs::write(place.join(name), text).expect("written");
    let other = |price: &str| SMALL.replace("region = \"toy\"", "region = \"other\"") + price;
    let together = "schema_version = 2\ntitle = \"Two\"\ninclude = [\"a.toml\", \"b.toml\"]\n";
    write("a.toml", &format!("{SMALL}{LITHIUM}"));
    write("b.toml", &other(&LITHIUM.replace("13000", "14000")));
    let name = place.join("both.toml").display().to_string();
    let error = Scenario::from_toml(&name, together).expect_err("they differ").to_string();
    for part in ["b.toml:", "price.lithium", "differs between included files", "including file"] {
        assert!(error.contains(part), "`{part}` is not in:\n{error}");
    }
    write("b.toml", &other(LITHIUM));
    assert_eq!(Scenario::from_toml(&name, together).expect("they agree").prices().len(), 1);
    write("b.toml", &other(&LITHIUM.replace("13000", "14000")));
    let own = LITHIUM.replace("13000", "15000");
    let sources = "[sources]\nown = \"Own\"\n";
    let text = format!("{together}{sources}{}", own.replace("\"paper\"", "\"own\""));
    let scenario = Scenario::from_toml(&name, &text).expect("the including file decides");
    assert_eq!(scenario.prices()[0].start().value(), 15_000.0);
    let _ = std::fs::remove_dir_all(&place);
}
