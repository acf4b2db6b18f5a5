//! What a scenario file says about the spread of its numbers reaches the right
//! law and process: `data/words.toml` has every word.
#![allow(clippy::disallowed_methods)]

mod words;

use blackmass::lifecycle::{self, Options};
use blackmass::sampling::design::SampleTable;
use blackmass::scenario::{NoiseProcess, Prior, Region, Scalar, Scenario};
use blackmass::uncertainty::Distribution;
use blackmass::{Outcome, Plan};
use words::{WORDS, draws, moments, plan, read, run, samples, words};

fn scalar<'r>(region: &'r Region, key: &str) -> &'r Scalar {
    let series = || region.series(key).and_then(|series| series.constant());
    region.scalar(key).or_else(series).unwrap_or_else(|| panic!("{key}"))
}

fn law(region: &Region, key: &str) -> Distribution {
    scalar(region, key).law().expect("a law").unwrap_or_else(|| panic!("{key} does not vary"))
}

/// Quantiles of each law by hand, and draw 0 is the value in the file.
#[test]
fn every_word_reaches_its_law() {
    const Z90: f64 = 1.6448536269514722; // the 95 % quantile of the normal
    const Z95: f64 = 1.959963984540054; // the 97.5 % quantile
    let scenario = read(WORDS);
    let toy = &scenario.regions()[0];
    let close = |found: f64, expected: f64, what: &str| {
        assert!((found / expected - 1.0).abs() < 1e-9, "{what}: {found}, {expected}");
    };
    let key = "intensity_factor.lithium";
    assert_eq!(scalar(toy, key).prior(), &Prior::Normal { sd: 0.05 });
    close(law(toy, key).quantile(0.95), 1.0 + 0.05 * Z90, key);
    let key = "intensity_factor.copper";
    close(law(toy, key).quantile(0.95), 1.1, key);
    close(law(toy, key).quantile(0.05), 0.9, key);
    let key = "cells.scrap.start";
    let sigma = (1.0_f64 + 0.3 * 0.3).ln().sqrt();
    close(law(toy, key).quantile(0.95), 0.43 * (sigma * Z90).exp(), key);
    // The range says how wide, the value what the middle is.
    let key = "cells.scrap.mature";
    let sigma = (0.09_f64 / 0.03).ln() / (2.0 * Z90);
    assert_eq!(scalar(toy, key).truncated().map(|r| (r.low, r.high)), Some((0.02, 0.2)));
    let found = law(toy, key);
    assert_eq!((found.support().low, found.support().high), (0.02, 0.2));
    let truncation = found.truncation().expect("truncated");
    close(truncation.parent_mean, 0.05 * (sigma * sigma / 2.0).exp(), key);
    assert!(truncation.mass > 0.99);
    let key = "cells.scrap.time";
    let found = law(toy, key);
    close(found.mean(), 2.4, key);
    close(found.variance().sqrt(), 0.8, key);
    let key = "second_life.health";
    let found = law(toy, key);
    close(found.mean(), 0.8, key);
    close(found.variance().sqrt(), 0.04, key);
    let key = "preprocessing.realisation";
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let sigma = (logit(0.85) - logit(0.4)) / (2.0 * Z95);
    close(law(toy, key).quantile(0.975), 1.0 / (1.0 + (-logit(0.66) - sigma * Z95).exp()), key);
    // Weibull: S(x) = ½^((x/m)^k) around the median m.
    let key = "segment.bev_car.replacement.age_limit";
    close(law(toy, key).quantile(0.9), 12.0 * (0.1_f64.ln() / 0.5_f64.ln()).powf(0.25), key);
    let key = "segment.portable.hibernation.mean";
    close(law(toy, key).quantile(0.5), 10.0_f64.sqrt(), key);
    let key = "second_life.market_share";
    let found = law(toy, key);
    assert_eq!([0.1, 0.3, 0.69, 0.71].map(|u| found.quantile(u)), [0.0, 0.1, 0.1, 0.3]);
    let key = "anode.natural_share";
    close(law(toy, key).quantile(0.5), 0.275, key);
    close(law(toy, key).quantile(1.0 - 1e-12), 0.45, key);
    let key = "segment.bev_car.reuse.share";
    assert_eq!(law(toy, key).support().high, 0.4);
    assert!(matches!(scalar(toy, key).prior(), Prior::Grade { .. }));
    for (key, value) in [
        ("intensity_factor.lithium", 1.0),
        ("cells.scrap.start", 0.43),
        ("cells.scrap.mature", 0.05),
        ("cells.scrap.time", 2.4),
        ("second_life.health", 0.8),
        ("second_life.market_share", 0.1),
        ("preprocessing.realisation", 0.66),
        ("segment.bev_car.replacement.age_limit", 12.0),
        ("segment.bev_car.replacement.share", 0.4),
        ("segment.bev_car.reuse.share", 0.2),
        ("segment.portable.hibernation.mean", 3.0),
        ("anode.natural_share", 0.3),
    ] {
        close(law(toy, key).central(), value, key);
    }
}

/// Laws that could leave what the quantity can be are confined to it.
#[test]
fn laws_stay_within_the_natural_range() {
    let from = "prior = \"beta\", sd = 4";
    let share = words(from, "prior = \"normal\", relative_sd = \"40 %\"");
    let health = law(&share.regions()[0], "second_life.health");
    assert_eq!((health.support().low, health.support().high), (0.0, 1.0));
    assert_eq!(health.central(), 0.8);
    let share = words(from, "prior = \"lognormal\", relative_sd = 0.4");
    assert_eq!(law(&share.regions()[0], "second_life.health").support().high, 1.0);
    let from = "prior = \"gamma\", sd = 0.8";
    let time = words(from, "prior = \"normal\", sd = 3");
    let time = law(&time.regions()[0], "cells.scrap.time");
    assert_eq!((time.support().low, time.support().high), (0.0, f64::INFINITY));
    assert!(time.quantile(1e-6) > 0.0);
}

#[test]
fn dirichlet_shares_have_the_stated_mean_and_sd() {
    let scenario = read(WORDS);
    let toy = &scenario.regions()[0];
    let cars = toy.chemistry_share("bev_car").expect("there");
    let dirichlet = cars.dirichlet().expect("given");
    assert_eq!(dirichlet.concentration(), 20.0);
    assert_eq!(dirichlet.ramp()[0], 0.1);
    assert_eq!(dirichlet.ramp()[4], 1.0);
    assert!((dirichlet.ramp()[2] - 0.55).abs() < 1e-12);
    assert_eq!(cars.tilt_sd(), [0.0; 5]);
    let portable = toy.chemistry_share("portable").expect("there");
    let concentration = portable.dirichlet().expect("given").concentration();
    assert!((concentration - (0.7 * 0.3 / (0.15 * 0.15) - 1.0)).abs() < 1e-9);
    // The share of zinc in what is placed in the last year, seen in the copper
    // of portable batteries: 0.02/9 of zinc cells, 0.39/5 of NMC cells, with
    // the factor of copper. Without spread of that, the share follows.
    let text = WORDS
        .replace("range_90 = [0.9, 1.1]", "sd = 1e-9")
        .replace("prior_scale = 0.5", "prior_scale = 1");
    let text = fixed_masses(&text);
    let scenario = read(&text);
    let plan = plan(&scenario, None);
    let outcome = run(&plan, 20_000, &["toy.inflow_by_segment"]);
    let copper = draws(&outcome, "toy.inflow_by_segment", &["portable", "copper"], 2024);
    let all: Vec<f64> = ["lithium", "copper", "other"]
        .map(|m| draws(&outcome, "toy.inflow_by_segment", &["portable", m], 2024))
        .iter()
        .fold(vec![0.0; 20_000], |sum, x| sum.iter().zip(x).map(|(a, b)| a + b).collect());
    let (zinc, nmc) = (0.02 / 9.0, 0.39 / 5.0);
    let share: Vec<f64> =
        copper.iter().zip(&all).map(|(c, all)| (nmc - c / all) / (nmc - zinc)).collect();
    let (mean, sd) = moments(&share);
    // Five standard errors of a mean and, generously, of a deviation.
    assert!((mean - 0.7).abs() < 5.0 * 0.15 / 141.0, "{mean}");
    assert!((sd - 0.15).abs() < 0.004, "{sd}");
    // The central case has the shares of the file.
    let report = outcome.report("baseline", "toy.inflow_by_segment").expect("observed");
    let of = |m| {
        let element = report.element(&["portable", m]).expect("an element");
        report.summary(element, 2024).expect("reported").central
    };
    let (copper, all) = (of("copper"), of("lithium") + of("copper") + of("other"));
    assert!(((nmc - copper / all) / (nmc - zinc) - 0.7).abs() < 1e-9);
}

/// The deviations of a series after the last observation have the spread of
/// their process, year by year.
#[test]
fn processes_have_their_spread() {
    let noise = |scenario: &Scenario, key: &str| {
        scenario.regions()[0].series(key).and_then(|series| series.noise()).expect("noise")
    };
    let walk = words("prior_scale = 0.5", "prior_scale = 1");
    let key = "segment.home_storage.placed";
    assert_eq!(noise(&walk, key).process, NoiseProcess::RandomWalk);
    let other = noise(&walk, "segment.portable.placed");
    assert_eq!((other.sd, other.process), (0.2, NoiseProcess::Reverting { rate: 0.4 }));
    let reverting = read(&WORDS.replace("prior_scale = 0.5", "prior_scale = 1").replace(
        "process = \"random_walk\", sd = \"20 %\"",
        "process = \"reverting\", sd = \"20 %\", rate = 0.4",
    ));
    let sigma = (1.0_f64 + 0.2 * 0.2).ln().sqrt();
    let n: u32 = 20_000;
    for (scenario, spread) in [
        (walk, Box::new(|years: f64| sigma * years.sqrt()) as Box<dyn Fn(f64) -> f64>),
        (reverting, Box::new(|years: f64| sigma * (1.0 - (-0.8 * years).exp()).sqrt())),
    ] {
        let outcome = run(&plan(&scenario, None), n, &["toy.placed_energy_by_segment"]);
        // No observation: the noise sets in after the first year given, 2020.
        for (year, central) in [(2021, 1e3), (2022, 1.5e3), (2024, 2.5e3)] {
            let placed = draws(&outcome, "toy.placed_energy_by_segment", &["home_storage"], year);
            let logs: Vec<f64> = placed.iter().map(|x| (x / central).ln()).collect();
            let (mean, sd) = moments(&logs);
            let expected = spread(f64::from(year - 2020));
            let error = expected / f64::from(n).sqrt();
            assert!(mean.abs() < 5.0 * error, "{year}: {mean}");
            assert!((sd - expected).abs() < 5.0 * error, "{year}: {sd}, {expected}");
        }
    }
}

/// A share walks on the logit scale, from its last observation on: the part of
/// the cars leaving use that is exported, if none is lost.
#[test]
fn the_noise_of_a_share_is_one_of_its_logit() {
    let series = r#"
[segment.bev_car.exit.unknown]
unit = "share"
value = 0
source = "guess"
grade = "D"
[segment.bev_car.exit.export]
unit = "share"
prior = "fixed"
noise = { process = "random_walk", sd = 0.3, source = "guess", grade = "D" }
[[segment.bev_car.exit.export.data]]
kind = "observation"
source = "paper"
grade = "A"
values = [[2020, 0.3], [2021, 0.3], [2022, 0.3]]
[[segment.bev_car.exit.export.data]]
kind = "projection"
source = "paper"
grade = "A"
values = [[2024, 0.3]]
"#;
    let scenario = read(&format!("{WORDS}{series}"));
    let names = ["toy.vehicles_exported", "toy.vehicles_dismantled"];
    let outcome = run(&plan(&scenario, Some(1.0)), 4_000, &names);
    let share = |year| -> Vec<f64> {
        let of = |name| draws(&outcome, name, &["bev_car"], year);
        of(names[0]).iter().zip(of(names[1])).map(|(a, b)| a / (a + b)).collect()
    };
    let sigma = (1.0_f64 + 0.3 * 0.3).ln().sqrt();
    for year in [2022, 2023, 2024] {
        let logits: Vec<f64> = share(year).iter().map(|p| (p / (1.0 - p)).ln()).collect();
        let expected = sigma * f64::from(year - 2022).sqrt();
        let (mean, sd) = moments(&logits);
        let error = expected / 63.0 + 1e-9;
        assert!((mean - (0.3_f64 / 0.7).ln()).abs() < 5.0 * error, "{year}: {mean}");
        assert!((sd - expected).abs() < 5.0 * error, "{year}: {sd}, {expected}");
    }
}

/// Half the spread of every prior is half the spread of what is drawn and, as
/// long as that is small, of what comes out; none is the central case.
#[test]
fn all_priors_are_scaled_in_one_place() {
    let scenario = read(WORDS);
    let central = |outcome: &Outcome| -> Vec<f64> {
        let mut all = Vec::new();
        for report in outcome.reports() {
            for element in 0..report.series().labels.len() {
                for year in outcome.years() {
                    all.extend(report.summary(element, year).map(|s| s.central));
                }
            }
        }
        all
    };
    let [none, half, whole] = [0.0, 0.5, 1.0].map(|scale| plan(&scenario, Some(scale)));
    let outcomes = [&none, &half, &whole].map(|plan| run(plan, 400, &[]));
    let found = outcomes.each_ref().map(central);
    for (a, b) in found[0].iter().chain(&found[1]).zip(found[2].iter().chain(&found[2])) {
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{a}, {b}: the central case moved");
    }
    for report in outcomes[0].reports() {
        for element in 0..report.series().labels.len() {
            for year in outcomes[0].years() {
                let Some(s) = report.summary(element, year) else { continue };
                let near = 1e-9 * s.central.abs();
                assert!(
                    (s.mean - s.central).abs() <= near && s.sd <= near,
                    "{:?}",
                    report.series()
                );
            }
        }
    }
    // What the file says holds if the options say nothing, and they go before.
    let said = run(&plan(&scenario, None), 400, &[]);
    assert_eq!(said.fingerprint(), outcomes[1].fingerprint());
    let unsaid = words("prior_scale = 0.5\n", "");
    assert_eq!(run(&plan(&unsaid, None), 400, &[]).fingerprint(), outcomes[2].fingerprint());
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let options = Options { prior_scale: Some(bad), ..Options::default() };
        let error = lifecycle::system_with(&scenario, &options).expect_err("refused");
        assert!(error.to_string().contains("prior_scale"), "{error}");
    }
    // Every prior is scaled: draw by draw the deviations of lognormal laws.
    let (narrow, wide) = (samples(&scenario, Some(0.5), 64), samples(&scenario, Some(1.0), 64));
    let of = |table: &SampleTable| table.column("toy.cells.scrap.start").expect("there").to_vec();
    for (a, b) in of(&narrow).iter().zip(of(&wide)) {
        assert!(((a / 0.43).ln() / (b / 0.43).ln() - 0.5).abs() < 1e-9);
    }
}

/// The shipped scenario with small spreads: outputs scale with the priors.
#[test]
fn small_spreads_of_outputs_halve() {
    let text = include_str!("../scenarios/eu.toml");
    let eu = Scenario::from_toml("scenarios/eu.toml", text).expect("valid");
    let sd = |scale| {
        let options =
            Options { policies: &["baseline"], prior_scale: Some(scale), ..Default::default() };
        let system = lifecycle::system_with(&eu, &options).expect("a system");
        let outcome = run(&Plan::compile(&system).expect("compiles"), 1_000, &[]);
        let mut sds = Vec::new();
        for name in ["eu.stock", "eu.end_of_life", "eu.recovered", "eu.collected", "eu.inflow"] {
            let report = outcome.report("baseline", name).expect("observed");
            for (element, year) in [(0, 2030), (1, 2040), (2, 2050)] {
                sds.push((name, report.summary(element, year).expect("reported").sd));
            }
        }
        sds
    };
    for ((name, quarter), (_, eighth)) in sd(0.1).iter().zip(sd(0.05)) {
        assert!(*quarter > 0.0);
        assert!((eighth / quarter - 0.5).abs() < 0.03, "{name}: {quarter}, {eighth}");
    }
}

/// Without spread of the pack masses. They belong to the included file, so
/// they are given anew.
fn fixed_masses(text: &str) -> String {
    let chemistry = |name: &str, class: &str, mass: f64, copper: f64, lithium: f64| {
        format!(
            "\n[chemistry.{name}]\nclass = \"{class}\"\npack_mass = {{ unit = \"kg/kWh\", \
             value = {mass}, prior = \"fixed\", source = \"guess\", grade = \"D\" }}\n\
             intensity = {{ unit = \"kg/kWh\", source = \"guess\", grade = \"D\", values = \
             {{ lithium = {lithium}, copper = {copper} }} }}\n"
        )
    };
    let masses = chemistry("ZINC", "other", 9.0, 0.02, 0.0)
        + &chemistry("NMC622", "nickel_cobalt", 5.0, 0.39, 0.11);
    format!("{text}{masses}")
}
