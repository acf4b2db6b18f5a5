//! Draws weighed by observations, against posteriors known in closed form.
#![allow(clippy::disallowed_methods)]

use blackmass::ensemble::{Evidence, Spread};
use blackmass::sampling::design::Design;
use blackmass::system::{Values, var};
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd};
use blackmass::{Ensemble, ErrorKind, Outcome, Plan, System};

const DRAWS: u32 = 40_000;

/// x ~ N(10, 2), z lognormal with median 5 and geometric deviation 1.5, and
/// y = 3x in two elements.
fn outcome(design: Design) -> Outcome {
    let mut b = System::builder("posterior", 2020..=2022);
    b.dimension("side", ["left", "right"]).constant(
        "three",
        &["side"],
        Values::PerYear(vec![3.0; 3]),
    );
    let law = |d: Result<Distribution, _>| d.expect("a distribution");
    b.parameter("x", &[], law(Distribution::normal(MeanStd { mean: 10.0, std: 2.0 })));
    let skewed = Distribution::lognormal_from_median_gsd(MedianGsd { median: 5.0, gsd: 1.5 });
    b.parameter("z", &[], law(skewed)).variable("y", var("x") * var("three"));
    b.observe("x", "t").observe("y", "t").observe("z", "t");
    b.variable("hidden", var("x") * 2.0).observe("hidden", "t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let run = Ensemble::new(&plan).draws(DRAWS).keep("x").keep("y").keep("z").design(design);
    run.run().expect("it runs")
}

fn seen(series: &str, value: f64, spread: Spread) -> Evidence {
    let labels = if series == "y" { vec!["right".to_owned()] } else { Vec::new() };
    let (policy, series) = ("baseline".to_owned(), series.to_owned());
    Evidence { policy, series, labels, year: 2021, value, spread }
}

#[test]
fn normal_with_normal_gives_the_known_posterior() {
    for design in [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()] {
        let outcome = outcome(design);
        // y = 36 ± 4.5 and x = 11 ± 3: as observations of x, 12 ± 1.5 and 11 ± 3.
        let evidence = [seen("y", 36.0, Spread::Sd(4.5)), seen("x", 11.0, Spread::Sd(3.0))];
        let posterior = outcome.reweight(&evidence).expect("enough draws agree");
        let precision: f64 = 1.0 / 4.0 + 1.0 / 2.25 + 1.0 / 9.0;
        let mean = (10.0 / 4.0 + 12.0 / 2.25 + 11.0 / 9.0) / precision;
        let sd = precision.sqrt().recip();
        let x = outcome.report("baseline", "x").expect("observed");
        let left = posterior.effective_sample_size();
        // Five standard errors.
        let close = |found: Option<f64>, expected: f64, error: f64| {
            let found = found.expect("kept");
            assert!((found - expected).abs() < 5.0 * error, "{found}, {expected} ± {error}");
        };
        close(posterior.mean(x, 0, 2020), mean, sd / left.sqrt());
        close(posterior.sd(x, 0, 2020), sd, sd / (2.0 * left).sqrt());
        // of the 95 % quantile: √(p(1 − p)/n)/f, with f = 0.1031/sd
        let error = (0.05_f64 * 0.95 / left).sqrt() * sd / 0.1031;
        close(posterior.quantile(x, 0, 2020, 0.95), mean + 1.6448536269514722 * sd, error);
        close(posterior.quantile(x, 0, 2020, 0.5), mean, 1.2533 * sd / left.sqrt());
        assert_eq!(posterior.quantile(x, 0, 2020, 1.0), None);
        // ESS/n = (E w)²/E w² for a normal prior (variance s²) and likelihood
        // (variance v, distance d): √(1 + 2s²/v)/(1 + s²/v)·
        // exp(d²·(1/(v + 2s²) − 1/(v + s²))); both observations as one.
        let v: f64 = 1.0 / (1.0 / 2.25 + 1.0 / 9.0);
        let d = v * (12.0 / 2.25 + 11.0 / 9.0) - 10.0;
        let share = (1.0 + 8.0 / v).sqrt() / (1.0 + 4.0 / v)
            * (d * d * (1.0 / (v + 8.0) - 1.0 / (v + 4.0))).exp();
        let share_found = left / f64::from(DRAWS);
        assert!((share_found - share).abs() < 0.02, "{share_found} {share}");
        assert_eq!(posterior.weights().len(), DRAWS as usize);
    }
}

#[test]
fn lognormal_with_lognormal_gives_the_known_posterior() {
    let outcome = outcome(Design::MonteCarlo);
    let posterior = outcome.reweight(&[seen("z", 8.0, Spread::RelativeSd(0.3))]).expect("agree");
    let (prior, noise): (f64, f64) = (1.5_f64.ln().powi(2), (1.0 + 0.09_f64).ln());
    let precision = 1.0 / prior + 1.0 / noise;
    let median = ((5.0_f64.ln() / prior + 8.0_f64.ln() / noise) / precision).exp();
    let z = outcome.report("baseline", "z").expect("observed");
    let found = posterior.quantile(z, 0, 2022, 0.5).expect("kept");
    let error =
        1.2533 * median * precision.recip().sqrt() / posterior.effective_sample_size().sqrt();
    assert!((found - median).abs() < 5.0 * error, "{found}, {median} ± {error}");
}

#[test]
fn without_observations_nothing_changes() {
    let outcome = outcome(Design::MonteCarlo);
    let same = outcome.reweight(&[]).expect("nothing to contradict");
    assert_eq!(same.effective_sample_size(), f64::from(DRAWS));
    let x = outcome.report("baseline", "x").expect("observed");
    let mean = same.mean(x, 0, 2020).expect("kept");
    assert!((mean - x.summary(0, 2020).expect("a year").mean).abs() < 1e-11);
}

#[test]
fn too_narrow_observations_are_an_error_that_names_the_narrowest() {
    let outcome = outcome(Design::MonteCarlo);
    let wide = seen("x", 11.0, Spread::Sd(2.0));
    let narrow = seen("y", 48.0, Spread::Sd(0.01));
    let error = outcome.reweight(&[wide.clone(), narrow]).expect_err("too narrow");
    assert_eq!(error.kind(), ErrorKind::Run);
    let text = error.to_string();
    let parts = ["y[right] in 2021", "effective sample of", "of 40000 draws", "at least 50"];
    assert!(parts.iter().all(|p| text.contains(p)), "{text}");
    // No draw of a negative number agrees with a lognormal observation at all.
    let far = seen("x", 1e9, Spread::Sd(1e-3));
    let error = outcome.reweight(&[wide, far]).expect_err("impossible");
    assert!(error.to_string().contains("narrowed most by x[]"), "{error}");
}

#[test]
fn bad_observations_are_errors() {
    let outcome = outcome(Design::MonteCarlo);
    let says = |evidence: Evidence, text: &str| {
        let error = outcome.reweight(&[evidence]).map(|_| ()).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains(text), "{error}");
    };
    let good = || seen("x", 11.0, Spread::Sd(2.0));
    says(Evidence { series: "hiden".into(), ..good() }, "write `hidden`");
    says(Evidence { policy: "base".into(), ..good() }, "no such series");
    says(Evidence { series: "hidden".into(), ..good() }, "not kept");
    says(Evidence { labels: vec!["left".into()], ..good() }, "no such element");
    says(
        Evidence { year: 2023, series: "y".into(), labels: vec!["left".into()], ..good() },
        "y[left]",
    );
    says(Evidence { value: f64::NAN, ..good() }, "NaN");
    says(Evidence { spread: Spread::Sd(0.0), ..good() }, "found    0");
    says(Evidence { spread: Spread::RelativeSd(f64::INFINITY), ..good() }, "inf");
    says(Evidence { value: -1.0, spread: Spread::RelativeSd(0.1), ..good() }, "positive number");
}

#[test]
fn without_observations_all_draws_weigh_the_same() {
    let mut b = System::builder("few", 2020..=2020);
    let law = Distribution::normal(MeanStd { mean: 10.0, std: 2.0 }).expect("positive");
    b.parameter("x", &[], law).observe("x", "t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let outcome = Ensemble::new(&plan).draws(7).keep("x").run().expect("it runs");
    let weighed = outcome.reweight(&[]).expect("nothing to disagree with");
    assert_eq!((weighed.weights(), weighed.effective_sample_size()), (&[1.0; 7][..], 7.0));
    let error = outcome.reweight(&[seen("x", 10.0, Spread::Sd(9.0))]).map(|_| ());
    assert!(error.expect_err("seven are too few").to_string().contains("of 7 draws"));
}

#[test]
fn designs_without_chance_have_no_posterior() {
    let mut b = System::builder("fixed", 2020..=2020);
    let law = Distribution::normal(MeanStd { mean: 10.0, std: 2.0 }).expect("positive");
    b.parameter("x", &[], law).observe("x", "t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let run = Ensemble::new(&plan).keep("x").design(Design::one_at_a_time()).run();
    let outcome = run.expect("it runs");
    let error = outcome.reweight(&[]).expect_err("no random sample");
    assert!(error.to_string().contains("one_at_a_time"));
}
