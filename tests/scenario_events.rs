//! What a scenario file says of processes in time reaches the right process:
//! `data/events.toml` has every word.
#![allow(clippy::disallowed_methods)]

mod words;

use blackmass::ensemble::Freeze;
use blackmass::lifecycle::{self, Detail, Options};
use blackmass::process::{Duration, Jumps, Outages, Regimes, Size, State, Switch};
use blackmass::scenario::{Lasting, NumberKind, Scenario};
use blackmass::system::{Start, Values, var};
use blackmass::{Ensemble, Outcome, Plan, System};
use words::{draws, moments, read};

const EVENTS: &str = include_str!("data/events.toml");
const OUTAGES: &str = "outages = { per_year = 0.1, lasts_on_average = 2.5, left = \"40 %\", \
                       source = \"guess\", grade = \"D\" }\n";
const JUMPS: &str = "jumps = { per_year = 0.2, size = \"-30 %\", spread = \"10 %\", \
                     half_life = 3, source = \"guess\", grade = \"D\" }\n";
/// The first year of the shipped scenario and the last observed one of cells.
const YEARS: std::ops::RangeInclusive<i32> = 1997..=2050;
const LAST_OBSERVED: i32 = 2020;
const CENTRAL: f64 = 100e3;

/// The text without the regimes, and with other outages and jumps.
fn only(outages: &str, jumps: &str) -> String {
    assert_eq!((EVENTS.matches(OUTAGES).count(), EVENTS.matches(JUMPS).count()), (1, 1));
    let from = EVENTS.find("[cells.production.regimes]").expect("there");
    let to = EVENTS.find("[segment.bev_car.exit]").expect("there");
    let text = format!("{}{}", &EVENTS[..from], &EVENTS[to..]);
    text.replace(OUTAGES, outages).replace(JUMPS, jumps)
}

fn plan(scenario: &Scenario, prior_scale: Option<f64>) -> Plan {
    let options =
        Options { policies: &["baseline"], detail: Detail::Full, prior_scale, flows: false };
    let system = lifecycle::system_with(scenario, &options).unwrap_or_else(|e| panic!("{e}"));
    Plan::compile(&system).unwrap_or_else(|e| panic!("{e}"))
}

fn run(text: &str, n: u32, keep: &[&str]) -> Outcome {
    words::run(&plan(&read(text), None), n, keep)
}

/// All draws of the factor by which cell production is struck.
fn factor(outcome: &Outcome, year: i32) -> Vec<f64> {
    draws(outcome, "eu.cells_made", &[], year).iter().map(|x| x / CENTRAL).collect()
}

/// Each event has the streams and the values of the same process in Rust.
#[test]
fn events_are_those_of_the_rust_interface() {
    let name = "eu.cells.production";
    let mut b = System::builder("twin", YEARS);
    let on = YEARS.map(|year| f64::from(u8::from(year > LAST_OBSERVED))).collect();
    b.constant("on", &[], Values::PerYear(on));
    let chance = |p: f64| var("on") * p;
    let duration = Duration::Geometric(2.5.into());
    b.outages(&format!("{name}.available"), &[], &Outages { start: chance(0.1), duration });
    let state = |name: &str, value: f64| State { name: name.into(), value: value.into() };
    let switch = |from: &str, to: &str, p: f64| Switch {
        from: from.into(),
        to: to.into(),
        probability: chance(p),
    };
    b.regimes(
        &format!("{name}.regime"),
        &[],
        &Regimes {
            states: vec![state("open", 1.0), state("quota", 0.5), state("ban", 0.0)],
            switches: vec![
                switch("open", "quota", 0.1),
                switch("open", "ban", 0.02),
                switch("quota", "open", 0.3),
                switch("ban", "quota", 0.5),
            ],
        },
    );
    let sd = (1.0_f64 + 0.1 * 0.1).ln().sqrt();
    let size = Size::Normal { mean: 0.7_f64.ln().into(), sd: sd.into() };
    b.jumps(&format!("{name}.jumps"), &[], &Jumps { rate: chance(0.2), size });
    let kept = 0.5_f64.powf(1.0 / 3.0);
    let sum = (var(format!("{name}.jumps")) / (1.0 - kept * kept).sqrt()).ar1(kept, Start::Zero);
    let left = var(format!("{name}.available")) * 0.6 + 0.4;
    b.variable("x", left * var(format!("{name}.regime")) * sum.exp()).observe("x", "1");
    let twin = Plan::compile(&b.build().expect("correct")).expect("small");
    let twin = words::run(&twin, 200, &["x"]);
    let outcome = run(EVENTS, 200, &["eu.cells_made"]);
    let mut struck = 0;
    for year in outcome.years() {
        for (x, y) in factor(&outcome, year).iter().zip(draws(&twin, "x", &[], year)) {
            assert!((x - y).abs() < 1e-12, "{year}: {x}, {y}");
            struck += usize::from(*x != 1.0);
        }
        assert!(year > LAST_OBSERVED || struck == 0, "{year}: struck before they set in");
    }
    assert!(struck > 1_000, "{struck}");
}

/// Without events nothing moves: the central case, and frozen chances.
#[test]
fn the_central_case_has_no_event() {
    let scenario = read(EVENTS);
    let plan = plan(&scenario, None);
    let ensemble = Ensemble::new(&plan).draws(64).keep("eu.cells_made");
    let central = ensemble.run().expect("runs");
    let report = central.report("baseline", "eu.cells_made").expect("observed");
    for year in central.years() {
        assert_eq!(report.summary(0, year).expect("reported").central, CENTRAL, "{year}");
    }
    let frozen = ensemble.freeze(Freeze::Aleatory).run().expect("runs");
    for year in frozen.years() {
        assert!(factor(&frozen, year).iter().all(|x| *x == 1.0), "{year}");
    }
    let events = scenario.regions()[0].series("cells.production").expect("there").events();
    assert_eq!(events.outages.map(|o| (o.lasts, o.left)), Some((Lasting::OnAverage(2.5), 0.4)));
    assert_eq!(events.jumps.map(|j| (j.size, j.half_life)), Some((-0.3, Some(3.0))));
    // Every number has its source and grade.
    let numbers = scenario.numbers().iter().filter(|n| n.kind() == NumberKind::Event);
    let numbers: Vec<_> = numbers.collect();
    // outages 3, jumps 3 (and a spread), levels 2, switches 4, adoption 3
    assert_eq!(numbers.len(), 15, "{numbers:#?}");
    assert!(numbers.iter().all(|n| n.source() == "guess" && n.grade().is_some()));
}

/// The share of draws in an outage, long after they set in, is that of years in
/// the long run: 1 − (1 − p)/(1 − p + p·d).
#[test]
fn outages_take_their_share_of_years() {
    let n: u32 = 8_000;
    let fixed = OUTAGES.replace("lasts_on_average = 2.5", "lasts = 2");
    for (outages, mean) in [(OUTAGES, 2.5), (fixed.as_str(), 2.0)] {
        let outcome = run(&only(outages, ""), n, &["eu.cells_made"]);
        let down = 1.0 - 0.9 / (0.9 + 0.1 * mean);
        let se = (down * (1.0 - down) / f64::from(n)).sqrt();
        for year in [2040, 2050] {
            let found = factor(&outcome, year);
            let out = found.iter().filter(|x| (**x - 0.4).abs() < 1e-12).count();
            assert_eq!(out + found.iter().filter(|x| **x == 1.0).count(), n as usize);
            let share = out as f64 / f64::from(n);
            assert!((share - down).abs() < 5.0 * se, "{year}: {share}, {down}");
        }
        // In the first year only a new one.
        let first = factor(&outcome, LAST_OBSERVED + 1);
        let share = first.iter().filter(|x| **x < 1.0).count() as f64 / f64::from(n);
        assert!((share - 0.1).abs() < 5.0 * (0.09 / f64::from(n)).sqrt(), "{share}");
    }
    let text = OUTAGES.replace("left = \"40 %\", ", "");
    let nothing = run(&only(&text, ""), 100, &["eu.cells_made"]);
    assert!(factor(&nothing, 2050).contains(&0.0), "without `left` nothing is");
}

/// Logarithms of a compound Poisson process: mean λ·m·Σa^k, variance
/// λ·(m² + s²)·Σa^2k over the years since the last observation, a = 2^(−1/h).
#[test]
fn jumps_have_the_moments_of_their_process() {
    let n: u32 = 8_000;
    let lasting = JUMPS.replace("half_life = 3, ", "");
    let (m, s) = (0.7_f64.ln(), (1.0_f64 + 0.01).ln().sqrt());
    for (jumps, kept) in [(JUMPS, 0.5_f64.powf(1.0 / 3.0)), (lasting.as_str(), 1.0)] {
        let scenario = read(&only("", jumps));
        let outcome = words::run(&plan(&scenario, None), n, &["eu.cells_made"]);
        for year in [2021, 2030, 2050] {
            let logs: Vec<f64> = factor(&outcome, year).iter().map(|x| x.ln()).collect();
            let weights = |power: i32| -> f64 {
                (0..year - LAST_OBSERVED).map(|k| kept.powi(k * power)).sum()
            };
            let (mean, sd) = moments(&logs);
            let variance = 0.2 * (m * m + s * s) * weights(2);
            let expected = 0.2 * m * weights(1);
            let se = (variance / f64::from(n)).sqrt();
            assert!((mean - expected).abs() < 5.0 * se, "{year}: {mean}, {expected}");
            assert!((sd * sd / variance - 1.0).abs() < 0.1, "{year}: {}, {variance}", sd * sd);
        }
    }
    // A factor of the priors scales the spread of jumps, and no chance.
    let scenario = read(&only("", &lasting));
    let none = words::run(&plan(&scenario, Some(0.0)), 2_000, &["eu.cells_made"]);
    let found = factor(&none, 2030);
    let whole = |x: &f64| {
        let jumps = x.ln() / m;
        (jumps - jumps.round()).abs() < 1e-9
    };
    assert!(found.iter().all(whole), "each jump is the median one");
    assert!(found.iter().any(|x| *x < 0.5) && found.contains(&1.0));
}

/// The states in 2050 follow the matrix of switches to the power of the years.
#[test]
fn regimes_follow_their_switches() {
    let n: u32 = 8_000;
    let text = EVENTS.replace(OUTAGES, "").replace(JUMPS, "");
    let outcome = run(&text, n, &["eu.cells_made"]);
    let step = [[0.88, 0.1, 0.02], [0.3, 0.7, 0.0], [0.0, 0.5, 0.5]];
    let mut state = [1.0, 0.0, 0.0];
    for year in LAST_OBSERVED + 1..=2050 {
        state = [0, 1, 2].map(|to| (0..3).map(|from| state[from] * step[from][to]).sum());
        if ![2021, 2030, 2050].contains(&year) {
            continue;
        }
        let found = factor(&outcome, year);
        for (level, p) in [1.0, 0.5, 0.0].into_iter().zip(state) {
            let share = found.iter().filter(|x| **x == level).count() as f64 / f64::from(n);
            let se = (p * (1.0 - p) / f64::from(n)).sqrt() + 1e-12;
            assert!((share - p).abs() < 5.0 * se, "{year}: level {level} {share}, {p}");
        }
    }
}

/// Each draw is the curve at its midpoint; draw 0 at the central one.
#[test]
fn adoption_is_the_curve_at_its_midpoint() {
    let scenario = read(EVENTS);
    let series = scenario.regions()[0].series("segment.bev_car.exit.export").expect("there");
    let curve = series.adoption().expect("an adoption");
    assert_eq!((curve.from(), curve.to(), curve.takes()), (0.05, 0.6, 12.0));
    assert_eq!(curve.midpoint().unit(), "calendar year");
    let rate = 2.0 * 9.0_f64.ln() / 12.0;
    let share = |year: i32, midpoint: f64| {
        0.05 + 0.55 / (1.0 + (-rate * (f64::from(year) - midpoint)).exp())
    };
    for (year, along) in [(2029, 0.1), (2035, 0.5), (2041, 0.9)] {
        assert!((series.at(year) - (0.05 + 0.55 * along)).abs() < 1e-12, "{year}");
    }
    let name = "eu.segment.bev_car.exit.export.midpoint";
    assert_eq!(scenario.stream_of("eu.segment.bev_car.exit.export").as_deref(), Some(name));
    let plan = plan(&scenario, None);
    let names = ["eu.vehicles_exported", "eu.vehicles_dismantled"];
    let outcome = words::run(&plan, 200, &names);
    let table = Ensemble::new(&plan).draws(200).samples().expect("drawn");
    let midpoints = table.column(name).expect("a parameter");
    let (mean, sd) = moments(midpoints);
    assert!((mean - 2035.0).abs() < 1.1 && (sd - 3.0).abs() < 0.8, "{mean}, {sd}");
    for year in [2025, 2035, 2050] {
        let of = |name: &str| draws(&outcome, name, &["bev_car"], year);
        let (out, here) = (of(names[0]), of(names[1]));
        for ((out, here), midpoint) in out.iter().zip(here).zip(midpoints) {
            let found = out / (out + here);
            assert!((found - share(year, *midpoint)).abs() < 1e-9, "{year}: {found}");
        }
        let central = names.map(|name| {
            let report = outcome.report("baseline", name).expect("observed");
            let element = report.element(&["bev_car"]).expect("an element");
            report.summary(element, year).expect("reported").central
        });
        let found = central[0] / (central[0] + central[1]);
        assert!((found - share(year, 2035.0)).abs() < 1e-9, "{year}: {found}");
    }
    // With noise the logit walks around the curve.
    let text = "[segment.bev_car.exit.export]\nunit = \"%\"\n";
    let noise =
        "noise = { process = \"random_walk\", sd = 0.1, source = \"guess\", grade = \"D\" }\n";
    let noisy = EVENTS.replace(text, &format!("{text}{noise}"));
    let noisy = noisy.replace("prior = \"normal\", sd = 3 }", "prior = \"fixed\" }");
    let outcome = run(&noisy, 4_000, &names);
    let of = |name: &str| draws(&outcome, name, &["bev_car"], 2030);
    let shares = of(names[0]).into_iter().zip(of(names[1])).map(|(a, b)| a / (a + b));
    let logits: Vec<f64> = shares.map(|p| (p / (1.0 - p)).ln()).collect();
    let (mean, sd) = moments(&logits);
    let (middle, expected) = (share(2030, 2035.0), (1.01_f64.ln() * 33.0).sqrt());
    assert!((mean - (middle / (1.0 - middle)).ln()).abs() < 5.0 * expected / 63.0, "{mean}");
    assert!((sd - expected).abs() < 5.0 * expected / 63.0, "{sd}, {expected}");
}

/// A share that jumps up stays a share, and its mass balance closes.
#[test]
fn a_struck_share_stays_a_share() {
    let adoption = EVENTS.find("[segment.bev_car.exit.export.adoption]").expect("there");
    let rise = "jumps = { per_year = 1, size = \"90 %\", source = \"guess\", grade = \"D\" }\n";
    let text = format!("{}{rise}{}", &EVENTS[..adoption], &EVENTS[adoption..]);
    let names = ["eu.vehicles_exported", "eu.vehicles_dismantled"];
    let outcome = run(&text, 200, &names);
    let [out, here] = names.map(|name| draws(&outcome, name, &["bev_car"], 2050));
    let all: Vec<f64> = out.iter().zip(&here).map(|(out, here)| out / (out + here)).collect();
    assert!(all.iter().all(|share| (0.0..=1.0).contains(share)));
    assert!(all.iter().filter(|share| **share == 1.0).count() > 100, "most rose to the whole");
}

/// The examples of the documentation, over the shipped file.
#[test]
fn the_documented_words_are_read() {
    let page = include_str!("../docs/uncertainty.md");
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 3);
    let head = "schema_version = 2\nregion = \"eu\"\ntitle = \"As documented\"\n\
                include = [\"../../scenarios/eu.toml\"]\n";
    let guess = "[sources]\nguess = \"A guess\"\n";
    let scenario = read(&format!("{head}{guess}{}", examples[0]));
    let series = |key: &str| scenario.regions()[0].series(key).expect("there").clone();
    let events = series("cells.production").events().clone();
    assert!(events.outages.is_some() && events.jumps.is_some() && events.regimes.is_some());
    assert!(series("anode.natural_share").adoption().is_some());
    assert_eq!(scenario.prices().len(), 1);
    let names = ["full_factorial", "sobol"];
    for (example, name) in examples[1..].iter().zip(names) {
        let scenario = read(&format!("{head}{example}"));
        assert_eq!(scenario.run().design().map(|design| design.name()), Some(name));
    }
}
