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
