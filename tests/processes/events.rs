//! Jumps, outages and regimes.

use crate::{FIRST, SEED, central, kept, run};
use blackmass::process::{Duration, Jumps, Outages, Price, Regimes, Size, State, Switch};
use blackmass::sampling::{StreamKey, uniform};
use blackmass::system::{Change, Expr, Override, Policy, Values, var};
use blackmass::uncertainty::{Distribution, MeanStd, Range};
use blackmass::{Ensemble, InstructionSet, Outcome, Plan, System, SystemBuilder, maths};

const STEPS: usize = 41;

/// Events of every kind with uncertain or varying parameters.
fn events() -> SystemBuilder {
    let mut b = System::builder("events", FIRST..=FIRST + STEPS as i32 - 1);
    b.dimension("plant", ["a", "b"]);
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("p", &["plant"], law(0.02, 0.4)).parameter("d", &[], law(1.0, 6.0));
    b.parameter("rate", &[], law(0.0, 4.0)).parameter("m", &[], law(0.5, 2.0));
    let rising = (0..STEPS).map(|t| 0.01 + 0.01 * t as f64).collect();
    b.constant("rising", &[], Values::PerYear(rising));
    let outages = |duration| Outages { start: var("p"), duration };
    b.outages("geometric", &["plant"], &outages(Duration::Geometric(var("d"))));
    b.outages("fixed", &["plant"], &outages(Duration::Fixed(3)));
    let state = |name: &str, value: Expr| State { name: name.into(), value };
    let switch = |from: &str, to: &str, probability: Expr| Switch {
        from: from.into(),
        to: to.into(),
        probability,
    };
    let regimes = Regimes {
        states: vec![
            state("open", 1.0.into()),
            state("quota", var("m") * 0.25),
            state("ban", var("rising")),
        ],
        switches: vec![
            switch("quota", "open", 0.3.into()),
            switch("open", "quota", var("p")),
            switch("open", "ban", var("rising")),
            switch("ban", "quota", 0.5.into()),
        ],
    };
    b.regimes("regime", &["plant"], &regimes);
    let normal = Size::Normal { mean: var("m"), sd: 0.5.into() };
    b.jumps("normal", &[], &Jumps { rate: var("rate"), size: normal });
    let lognormal = Size::LogNormal { median: var("m"), gsd: 1.6.into() };
    b.jumps("lognormal", &["plant"], &Jumps { rate: var("rate"), size: lognormal });
    for name in NAMES {
        b.observe(name, "1");
    }
    b
}

const NAMES: [&str; 10] = [
    "p",
    "d",
    "rate",
    "m",
    "geometric",
    "fixed",
    "regime",
    "normal",
    "lognormal",
    "lognormal.number",
];

/// The least n with 1 − u ≤ F(n), from the distribution function written down.
fn poisson(u: f64, rate: f64) -> usize {
    let f = |n: usize| {
        (0..=n).map(|k| (-rate).exp() * (1..=k).map(|i| rate / i as f64).product::<f64>()).sum()
    };
    (0..).find(|n| 1.0 - u <= f(*n)).expect("found")
}

#[test]
fn events_agree_with_a_twin_computed_draw_by_draw() {
    let draws = 50;
    let outcome = run(events(), draws, &NAMES);
    let rising = |t: usize| 0.01 + 0.01 * t as f64;
    let mut seen = [0; 4];
    for (element, plant) in ["a", "b"].iter().enumerate() {
        let of = |name: &str| kept(&outcome, name, element);
        let (geometric, fixed, regime) = (of("geometric"), of("fixed"), of("regime"));
        let (lognormal, number, p) = (of("lognormal"), of("lognormal.number"), of("p"));
        let first = |name: &str| kept(&outcome, name, 0);
        let (d, rate, m, normal) = (first("d"), first("rate"), first("m"), first("normal"));
        for draw in 0..draws as usize {
            let key = |name: &str| StreamKey::of(&format!("{name}[plant={plant}]"));
            let u = |name: &str, t: usize| uniform(SEED, key(name), draw as u32 + 1, t as u32);
            let alone = |name: &str, t: u32| uniform(SEED, StreamKey::of(name), draw as u32 + 1, t);
            let (p, d, rate, m) = (p[draw][0], d[draw][0], rate[draw][0], m[draw][0]);
            let (mut down, mut left, mut state) = (false, 0, 0);
            for t in 0..STEPS {
                let chance = u("geometric.chance", t);
                let on = (1.0 - 1.0 / d) + p / d;
                down = chance < if down { on } else { p };
                assert_eq!(geometric[draw][t], if down { 0.0 } else { 1.0 });
                if left == 0 && u("fixed.chance", t) < p {
                    left = 3;
                }
                assert_eq!(fixed[draw][t], if left > 0 { 0.0 } else { 1.0 });
                left -= usize::from(left > 0);
                let chance = u("regime.chance", t);
                state = match state {
                    0 if chance < p => 1,
                    0 if chance < p + rising(t) => 2,
                    1 if chance < 0.3 => 0,
                    2 if chance < 0.5 => 1,
                    same => same,
                };
                let value = [1.0, 0.25 * m, rising(t)][state];
                assert!((regime[draw][t] - value).abs() < 1e-12);
                seen[state] += 1;
                let n = poisson(u("lognormal.chance", t), rate);
                assert_eq!(number[draw][t], n as f64);
                let sum: f64 = (0..n)
                    .map(|k| {
                        let u = u("lognormal.size", t + k * 16_384);
                        (m.ln() + 1.6_f64.ln() * maths::normal_quantile(u)).exp()
                    })
                    .sum();
                assert!((lognormal[draw][t] - sum).abs() < 1e-12 * 40.0);
                seen[3] = seen[3].max(n);
                let n = poisson(alone("normal.chance", t as u32), rate) as f64;
                let z = maths::normal_quantile(alone("normal.size", t as u32));
                assert!((normal[draw][t] - (n * m + n.sqrt() * 0.5 * z)).abs() < 1e-12 * 40.0);
            }
        }
    }
    // every state and several jumps in a step occurred
    assert!(seen[..3].iter().all(|n| *n > 100) && seen[3] > 5, "{seen:?}");
}

#[test]
fn events_are_absent_in_the_central_case() {
    let outcome = run(events(), 16, &[]);
    let all = |name, value: f64| assert_eq!(central(&outcome, name), vec![value; STEPS], "{name}");
    all("geometric", 1.0);
    all("fixed", 1.0);
    all("regime", 1.0);
    all("normal", 0.0);
    all("lognormal", 0.0);
}

#[test]
fn threads_and_instruction_sets_change_no_digit() {
    let mut b = events();
    b.prices(Price::ALL.map(|price| (price, 10_000.0.into())));
    b.observe("world.price.lithium", "USD/t").observe("world.price.graphite", "USD/t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let run = |threads, set| {
        let ensemble = Ensemble::new(&plan).draws(3_000).threads(threads).instruction_set(set);
        ensemble.run().expect("it runs").fingerprint()
    };
    let reference = run(1, InstructionSet::Baseline);
    for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
        for threads in [1, 3] {
            assert_eq!(run(threads, set), reference, "{} {threads}", set.name());
        }
    }
}

/// Mean over late years and its standard error over draws.
fn late(outcome: &Outcome, name: &str, of: impl Fn(f64) -> f64) -> (f64, f64) {
    let means: Vec<f64> = kept(outcome, name, 0)
        .iter()
        .map(|path| path[60..].iter().map(|x| of(*x)).sum::<f64>() / (path.len() - 60) as f64)
        .collect();
    let n = means.len() as f64;
    let mean = means.iter().sum::<f64>() / n;
    let variance = means.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[test]
fn long_run_shares_and_moments_of_jumps_are_those_of_the_formulas() {
    let mut b = System::builder("long run", FIRST..=FIRST + 159);
    let mut shares = Vec::new();
    for (name, duration) in
        [("geometric", Duration::Geometric(3.5.into())), ("fixed", Duration::Fixed(4))]
    {
        let outages = Outages { start: 0.08.into(), duration };
        b.outages(name, &[], &outages).observe(name, "1");
        let share = format!("{name}.share");
        b.variable(&share, outages.available()).observe(&share, "1");
        shares.push(share);
    }
    let state = |name: &str, value: f64| State { name: name.into(), value: value.into() };
    let switch = |from: &str, to: &str, p: f64| Switch {
        from: from.into(),
        to: to.into(),
        probability: p.into(),
    };
    let regimes = Regimes {
        states: vec![state("calm", 0.0), state("tight", 1.0), state("crisis", 2.0)],
        switches: vec![
            switch("calm", "tight", 0.2),
            switch("calm", "crisis", 0.05),
            switch("tight", "calm", 0.3),
            switch("tight", "crisis", 0.1),
            switch("crisis", "calm", 0.4),
        ],
    };
    b.regimes("regime", &[], &regimes).observe("regime", "1");
    for (name, size) in [
        ("normal", Size::Normal { mean: (-0.4).into(), sd: 0.3.into() }),
        ("lognormal", Size::LogNormal { median: 2.0.into(), gsd: 1.5.into() }),
    ] {
        let jumps = Jumps { rate: 0.7.into(), size };
        b.jumps(name, &[], &jumps).observe(name, "1");
        for (what, formula) in [("mean", jumps.mean()), ("variance", jumps.variance())] {
            let what = format!("{name}.{what}");
            b.variable(&what, formula).observe(&what, "1");
        }
    }
    let names = ["geometric", "fixed", "regime", "normal", "lognormal"];
    let outcome = run(b, 3_000, &names);
    for (name, share) in names.iter().zip(&shares) {
        let (mean, se) = late(&outcome, name, |x| x);
        let expected = central(&outcome, share)[0];
        assert!((mean - expected).abs() < 5.0 * se, "{name}: {mean} for {expected} ± {se}");
    }
    // What enters a state leaves it. Tight: 0.2c = 0.4t, so t = c/2; crisis:
    // 0.05c + 0.1t = 0.4k, so k = c/4.
    for (value, expected) in [(0.0, 4.0 / 7.0), (1.0, 2.0 / 7.0), (2.0, 1.0 / 7.0)] {
        let (share, se) = late(&outcome, "regime", |x| f64::from(x == value));
        assert!((share - expected).abs() < 5.0 * se, "{value}: {share} for {expected} ± {se}");
    }
    for name in ["normal", "lognormal"] {
        let mean = central(&outcome, &format!("{name}.mean"))[0];
        let variance = central(&outcome, &format!("{name}.variance"))[0];
        let (found, se) = late(&outcome, name, |x| x);
        assert!((found - mean).abs() < 5.0 * se, "{name}: {found} for {mean} ± {se}");
        let (found, se) = late(&outcome, name, |x| (x - mean).powi(2));
        assert!((found - variance).abs() < 5.0 * se, "{name}: {found} for {variance} ± {se}");
    }
}

/// A policy may change probabilities from some year on.
#[test]
fn a_policy_can_make_outages_rarer() {
    let mut b = System::builder("policy", FIRST..=FIRST + 9);
    b.constant("p", &[], 0.3);
    let outages = Outages { start: var("p"), duration: Duration::Fixed(1) };
    b.outages("available", &[], &outages).observe("available", "1");
    b.policy(Policy { name: "baseline".into(), overrides: Vec::new() });
    let change = Change::Set(0.0);
    let change = Override { name: "p".into(), from: 2025, ramp: 0, change };
    b.policy(Policy { name: "maintained".into(), overrides: vec![change] });
    let outcome = run(b, 400, &[]);
    let mean = |policy, year| {
        outcome.report(policy, "available").expect("observed").summary(0, year).expect("there").mean
    };
    assert_eq!(mean("maintained", 2024), mean("baseline", 2024));
    assert!(mean("baseline", 2026) < 0.9);
    assert_eq!(mean("maintained", 2026), 1.0);
}

#[test]
fn impossible_events_are_errors() {
    let failure = |outages: Outages| {
        let mut b = System::builder("bad", FIRST..=FIRST + 3);
        b.parameter("p", &[], Distribution::normal(MeanStd { mean: 0.5, std: 1.0 }).expect("so"));
        b.outages("x", &[], &outages).observe("x", "1");
        let plan = Plan::compile(&b.build().expect("correct")).expect("small");
        Ensemble::new(&plan).draws(50).run().expect_err("refused").to_string()
    };
    let duration = || Duration::Geometric(2.0.into());
    let text = failure(Outages { start: var("p"), duration: duration() });
    assert!(text.contains("probability of an outage") && text.contains("0 to 1"), "{text}");
    let text = failure(Outages { start: 0.1.into(), duration: Duration::Geometric(0.5.into()) });
    assert!(text.contains("draw 0") && text.contains("mean duration"), "{text}");
    let text = failure(Outages { start: f64::NAN.into(), duration: Duration::Fixed(2) });
    assert!(text.contains("NaN"), "{text}");

    let mut b = System::builder("bad", FIRST..=FIRST + 3);
    let state = State { name: "open".into(), value: 1.0.into() };
    let switch = |to: &str| Switch { from: "open".into(), to: to.into(), probability: 0.1.into() };
    b.regimes("r", &[], &Regimes { states: Vec::new(), switches: Vec::new() });
    let switches = vec![switch("opne"), switch("open")];
    b.regimes("s", &[], &Regimes { states: vec![state], switches });
    b.dimension("plant", ["a", "b"]).constant("p", &["plant"], 0.1);
    b.outages("t", &[], &Outages { start: var("p"), duration: duration() });
    let text = b.build().expect_err("wrong").to_string();
    for words in ["at least one state", "unknown state", "did you mean `open`", "another state"] {
        assert!(text.contains(words), "{words} not in\n{text}");
    }
    assert!(text.contains("dimensions of an event's parameters"), "{text}");

    let mut b = System::builder("bad", FIRST..=FIRST + 3);
    let size = Size::Normal { mean: 1.0.into(), sd: 0.0.into() };
    b.jumps("j", &[], &Jumps { rate: 1e9.into(), size }).observe("j", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let text = Ensemble::new(&plan).draws(5).run().expect_err("refused").to_string();
    assert!(text.contains("rate of jumps") && text.contains("0 to 100"), "{text}");
}
