//! Streaming statistics against the draws they were made from.

#![allow(clippy::disallowed_methods)]

use blackmass::ensemble::{Quantile, Summary};
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd, Range};
use blackmass::{Ensemble, Outcome, Plan, System};

/// Three parameters of different shape, and a second policy.
fn plan() -> Plan {
    let mut b = System::builder("statistics", 2020..=2021);
    let law = |d: Result<Distribution, _>| d.expect("a distribution");
    b.parameter("flat", &[], law(Distribution::uniform(Range { low: -1.0, high: 3.0 })));
    b.parameter("bell", &[], law(Distribution::normal(MeanStd { mean: 1e6, std: 1.0 })));
    let skewed = Distribution::lognormal_from_median_gsd(MedianGsd { median: 10.0, gsd: 2.0 });
    b.parameter("skewed", &[], law(skewed));
    b.constant("fixed", &[], 7.25);
    for name in ["flat", "bell", "skewed", "fixed"] {
        b.observe(name, "1");
    }
    b.policy(Policy { name: "baseline".into(), overrides: Vec::new() });
    let change =
        Override { name: "skewed".into(), change: Change::Multiply(1.5), from: 2021, ramp: 0 };
    b.policy(Policy { name: "half_more".into(), overrides: vec![change] });
    Plan::compile(&b.build().expect("correct")).expect("small")
}

fn run(plan: &Plan, draws: u32) -> Outcome {
    let names = ["flat", "bell", "skewed", "fixed"];
    let ensemble = names.iter().fold(Ensemble::new(plan).draws(draws), |e, n| e.keep(n));
    ensemble.run().expect("it runs")
}

/// Mean, standard deviation (two passes) and sorted draws.
fn naive(draws: &[f64]) -> (f64, f64, Vec<f64>) {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    (mean, variance.sqrt(), sorted)
}

fn quantiles(s: &Summary) -> [(f64, Quantile); 5] {
    [(0.05, s.p05), (0.25, s.p25), (0.5, s.p50), (0.75, s.p75), (0.95, s.p95)]
}

#[test]
fn moments_and_quantiles_are_those_of_the_draws() {
    let plan = plan();
    // Whole blocks and superblocks, and neither.
    for draws in [2, 17, 256, 1_024, 1_025, 20_011] {
        let outcome = run(&plan, draws);
        for report in outcome.reports() {
            for year in [2020, 2021] {
                let summary = report.summary(0, year).expect("there");
                let all = outcome.draws_of(report, 0, year).expect("kept");
                assert_eq!(all.len(), draws as usize);
                let (mean, sd, sorted) = naive(&all);
                let name = &report.series().name;
                assert!((summary.mean - mean).abs() <= 1e-12 * mean.abs().max(sd), "{name} mean");
                assert!((summary.sd - sd).abs() <= 1e-9 * sd.max(1e-300), "{name} sd {draws}");
                let range = sorted[sorted.len() - 1] - sorted[0];
                for (p, quantile) in quantiles(summary) {
                    let Quantile::Value(x) = quantile else { panic!("{name} {quantile:?}") };
                    // Within one bin of a draw of about that rank.
                    let bin = 1.5 * range / 254.0;
                    let rank = (p * f64::from(draws)).floor() as usize;
                    let low = sorted[rank.saturating_sub(1)] - bin;
                    let high = sorted[(rank + 1).min(sorted.len() - 1)] + bin;
                    assert!(low <= x && x <= high, "{name} p{p}: {low} {x} {high}");
                }
            }
        }
    }
}

#[test]
fn chosen_years_are_kept_and_no_others() {
    let plan = plan();
    let whole = run(&plan, 1_500);
    let ensemble = || Ensemble::new(&plan).draws(1_500);
    for years in [&[2020][..], &[2021], &[2021, 2020, 2021], &[]] {
        // `fixed` and `flat` do not vary in time, so they are kept in any year;
        // `bell` is not kept at all.
        let some = ensemble().keep_years("skewed", years).keep_years("flat", years);
        let some = some.keep_years("fixed", &[1066]).run().expect("it runs");
        assert_eq!(some.fingerprint(), whole.fingerprint());
        for (report, full) in some.reports().iter().zip(whole.reports()) {
            let timed = report.is_timed();
            for year in [2020, 2021] {
                let (found, all) = (some.draws_of(report, 0, year), whole.draws_of(full, 0, year));
                let name = report.series().name.as_str();
                let kept = name != "bell" && (!timed || years.contains(&year));
                assert_eq!(found, all.filter(|_| kept), "{name} {year} {years:?}");
            }
        }
    }
    // Asked for in two ways, both hold.
    let both = ensemble().keep_years("skewed", &[2020]).keep_years("skewed", &[2021]);
    let both = both.run().expect("it runs");
    let more = both.difference("half_more", "skewed").expect("there");
    assert!([2020, 2021].iter().all(|year| both.draws_of(more, 0, *year).is_some()));
    // A year takes the memory of a year: of the parameter, of half more of it
    // and of the difference. All years: the parameter once, the others twice. Those
    // of the superblocks that are being computed come on top.
    let bytes = |e: Ensemble| e.memory_bytes() - ensemble().memory_bytes();
    let all = bytes(ensemble().keep("skewed"));
    assert!(all >= 8 * 1_500 * 5, "{all}");
    for year in [2020, 2021] {
        assert_eq!(5 * bytes(ensemble().keep_years("skewed", &[year])), 3 * all);
    }
    for (name, year) in [("skewed", 2019), ("skewed", 2022), ("skewed", i32::MIN), ("skew", 2020)] {
        let error = ensemble().keep_years(name, &[2020, year]).run().expect_err("refused");
        assert_eq!(error.kind(), blackmass::ErrorKind::Argument);
    }
}

#[test]
fn a_number_that_does_not_vary_is_exact() {
    let outcome = run(&plan(), 5_000);
    let summary = outcome.report("baseline", "fixed").and_then(|r| r.summary(0, 2020));
    let summary = summary.expect("there");
    assert_eq!((summary.central, summary.mean, summary.sd), (7.25, 7.25, 0.0));
    for (_, quantile) in quantiles(summary) {
        assert_eq!(quantile, Quantile::Value(7.25));
    }
}

#[test]
fn differences_are_taken_draw_by_draw() {
    let outcome = run(&plan(), 3_000);
    let difference = outcome.difference("half_more", "skewed").expect("there");
    assert_eq!(difference.series().versus.as_deref(), Some("baseline"));
    let base = outcome.report("baseline", "skewed").expect("there");
    let more = outcome.report("half_more", "skewed").expect("there");
    let draws = |r, year| outcome.draws_of(r, 0, year).expect("kept");
    for year in [2020, 2021] {
        let expected: Vec<f64> =
            draws(more, year).iter().zip(draws(base, year)).map(|(m, b)| m - b).collect();
        assert_eq!(draws(difference, year), expected);
    }
    // The change begins in 2021 and leaves 2020 alone.
    let spread = |year| difference.summary(0, year).expect("there").sd;
    assert_eq!(spread(2020), 0.0);
    assert!(spread(2021) > 1.0);
}

#[test]
fn a_quantile_beyond_the_histogram_says_so() {
    // The first 256 draws, which set the bounds, do not show what comes later.
    let mut values: Vec<f64> = (0..4_000).map(|i| f64::from(i % 100) / 100.0).collect();
    for (i, x) in values.iter_mut().enumerate().skip(256) {
        match i % 10 {
            0 => *x = 1_000.0,
            1 => *x = -1_000.0,
            _ => {}
        }
    }
    let plan = plan();
    let outcome = Ensemble::new(&plan).draws(4_000).given("flat", values).run().expect("it runs");
    let summary = outcome.report("baseline", "flat").and_then(|r| r.summary(0, 2020));
    let summary = summary.expect("there");
    let Quantile::Below(low) = summary.p05 else { panic!("{:?}", summary.p05) };
    let Quantile::Above(high) = summary.p95 else { panic!("{:?}", summary.p95) };
    assert!((-0.3..=0.0).contains(&low) && (0.9..=1.3).contains(&high));
    assert!(matches!(summary.p50, Quantile::Value(x) if (0.4..0.6).contains(&x)));
}

#[test]
fn what_begins_to_vary_after_the_pilot_is_counted() {
    // The central value and the first 256 draws of a uniform from 0 to 10 are
    // 5; 1 in 16 later draws lies above and 3 in 16 below. No whole blocks.
    let draws = 5_003;
    let value = |i: usize| match i % 16 {
        1 if i >= 256 => 7.5,
        4..=6 if i >= 256 => 2.5,
        _ => 5.0,
    };
    let mut b = System::builder("late", 2020..=2021);
    let law = Distribution::uniform(Range { low: 0.0, high: 10.0 }).expect("a range");
    b.parameter("x", &[], law).observe("x", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let values: Vec<f64> = (0..draws).map(value).collect();
    let ensemble = Ensemble::new(&plan).draws(draws as u32).given("x", values.clone());
    let one = ensemble.clone().threads(1).run().expect("it runs");
    let summary = *one.report("baseline", "x").and_then(|r| r.summary(0, 2020)).expect("there");
    let (mean, sd, _) = naive(&values);
    assert_eq!(summary.central, 5.0);
    assert!((summary.mean - mean).abs() < 1e-12 && (summary.sd - sd).abs() < 1e-12);
    assert_eq!(summary.p05, Quantile::Below(5.0));
    assert_eq!([summary.p25, summary.p50], [Quantile::Value(5.0); 2]);
    // Of 5 003 draws, 297 lie above: just over the 5 % that p95 leaves.
    assert_eq!(values.iter().filter(|x| **x > 5.0).count(), 297);
    assert_eq!(summary.p95, Quantile::Above(5.0));
    let three = ensemble.threads(3).run().expect("it runs");
    assert_eq!(one.fingerprint(), three.fingerprint());
}

#[test]
fn what_no_policy_changes_is_the_same_under_all_and_differs_by_zero() {
    let outcome = run(&plan(), 2_500);
    for name in ["flat", "bell", "fixed"] {
        let base = outcome.report("baseline", name).expect("there");
        let more = outcome.report("half_more", name).expect("there");
        let difference = outcome.difference("half_more", name).expect("there");
        assert_eq!(base.summary(0, 2021), more.summary(0, 2021));
        assert_eq!(outcome.draws_of(base, 0, 2021), outcome.draws_of(more, 0, 2021));
        let s = difference.summary(0, 2021).expect("there");
        let numbers = [s.central, s.mean, s.sd, s.p05.value(), s.p50.value(), s.p95.value()];
        assert_eq!(numbers.map(f64::to_bits), [0; 6], "{name}");
        assert_eq!(outcome.draws_of(difference, 0, 2021), Some(vec![0.0; 2_500]));
    }
}

#[cfg(feature = "scenario")]
#[test]
fn the_largest_scenario_fits_in_half_a_gigabyte() {
    let scenario = blackmass::scenario::Scenario::japan_eu();
    let system = blackmass::lifecycle::system(&scenario).expect("a system");
    let plan = Plan::compile(&system).expect("small");
    let ensemble = Ensemble::new(&plan).draws(100_000).threads(2);
    let bytes = ensemble.memory_bytes();
    assert!(bytes < 500_000_000, "{bytes} bytes");
    // A kept variable adds all its draws.
    let name = &plan.series().next().expect("a series").name.clone();
    assert!(ensemble.keep(name).memory_bytes() >= bytes + 8 * 100_000);
}

#[test]
fn results_that_are_not_finite_are_errors() {
    let mut b = System::builder("division", 2020..=2021);
    let law = Distribution::uniform(Range { low: -1.0, high: 1.0 }).expect("a range");
    b.parameter("x", &[], law).variable("root", var("x").sqrt()).observe("root", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let error = Ensemble::new(&plan).draws(100).run().expect_err("the root of a negative number");
    assert_eq!(error.kind(), blackmass::ErrorKind::Run);
    assert!(error.to_string().contains("root") && error.to_string().contains("2020"), "{error}");
}

#[test]
fn progress_reaches_the_end() {
    use std::sync::atomic::{AtomicU32, Ordering};
    let last = AtomicU32::new(0);
    let callback = |p: blackmass::Progress| {
        assert!(p.done <= p.total);
        last.fetch_max(p.done, Ordering::Relaxed);
    };
    Ensemble::new(&plan()).draws(5_000).progress(&callback).run().expect("it runs");
    assert_eq!(last.into_inner(), 5_000);
}
