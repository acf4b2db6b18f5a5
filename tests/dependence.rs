//! Correlated parameters and noises, and rank correlation of given samples.
#![allow(missing_docs, clippy::disallowed_methods)]

use blackmass::dependence::{Correlation, iman_conover, iman_conover_by, scores};
use blackmass::sampling::{StreamKey, uniform};
use blackmass::system::{Values, var};
use blackmass::uncertainty::{Distribution, MeanShape, MedianGsd, Range};
use blackmass::{Ensemble, ErrorKind, InstructionSet, Plan, System, SystemBuilder, maths};
use serde_json::Value;

const DRAWS: u32 = 20_000;
const NAMES: [&str; 3] = ["lifetime", "yield[metal=nickel]", "price"];

fn ranks() -> Vec<Vec<f64>> {
    vec![vec![1.0, 0.6, -0.3], vec![0.6, 1.0, 0.2], vec![-0.3, 0.2, 1.0]]
}

fn laws() -> [Distribution; 3] {
    [
        Distribution::weibull_from_mean_shape(MeanShape { mean: 12.0, shape: 3.5 }).expect("valid"),
        Distribution::uniform(Range { low: 0.5, high: 0.9 }).expect("valid"),
        Distribution::lognormal_from_median_gsd(MedianGsd { median: 9.0, gsd: 1.8 })
            .expect("valid"),
    ]
}

fn builder() -> SystemBuilder {
    let [lifetime, share, price] = laws();
    let mut b = System::builder("correlated", 2020..=2023);
    b.dimension("metal", ["nickel", "cobalt"]);
    b.parameter("lifetime", &[], lifetime).parameter("yield", &["metal"], share);
    b.parameter("price", &[], price.clone()).parameter("other", &[], price);
    b.noise("e", &["metal"]).noise("f", &[]).chance("luck", &[]);
    b.constant("tonnes", &[], 3.0);
    b.variable("sum", var("e") + var("f"));
    for name in ["lifetime", "yield", "price", "other", "e", "f", "luck", "sum"] {
        b.observe(name, "1");
    }
    b
}

/// All draws of every variable: name, element, year.
fn draws(b: SystemBuilder, draws: u32) -> impl Fn(&str, usize, i32) -> Vec<f64> {
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let mut ensemble = Ensemble::new(&plan).draws(draws).seed(11);
    for name in ["lifetime", "yield", "price", "other", "e", "f", "luck", "sum"] {
        ensemble = ensemble.keep(name);
    }
    let outcome = ensemble.run().expect("it runs");
    move |name, element, year| {
        let report = outcome.report("baseline", name).expect("observed");
        outcome.draws_of(report, element, year).expect("kept")
    }
}

fn correlated() -> SystemBuilder {
    let mut b = builder();
    b.correlate(Correlation::spearman(NAMES, &ranks()).expect("a matrix"));
    let pair = [vec![1.0, -0.7], vec![-0.7, 1.0]];
    b.correlate(Correlation::pearson(["e[metal=cobalt]", "f"], &pair).expect("a matrix"));
    b
}

fn ranked(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|a, b| x[*a].total_cmp(&x[*b]));
    let mut ranks = vec![0.0; x.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as f64;
    }
    ranks
}

fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let s = |a: &[f64], ma: f64, b: &[f64], mb: f64| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum()
    };
    s(x, mx, y, my) / (s(x, mx, x, mx) * s(y, my, y, my)).sqrt()
}

fn spearman(x: &[f64], y: &[f64]) -> f64 {
    pearson(&ranked(x), &ranked(y))
}

#[test]
fn marginals_stay_and_the_rank_correlations_are_reached() {
    let get = draws(correlated(), DRAWS);
    let n = f64::from(DRAWS);
    let members = [get("lifetime", 0, 2020), get("yield", 0, 2020), get("price", 0, 2020)];
    for (x, law) in members.iter().zip(laws()) {
        let mut sorted = x.clone();
        sorted.sort_by(f64::total_cmp);
        let distance = sorted
            .iter()
            .enumerate()
            .map(|(i, x)| (law.cdf(*x) - (i as f64 + 0.5) / n).abs() + 0.5 / n)
            .fold(0.0, f64::max);
        // Kolmogorov-Smirnov at the level 0.001
        assert!(distance < 1.95 / n.sqrt(), "{distance}");
    }
    for i in 0..3 {
        for j in 0..i {
            let rho = ranks()[i][j];
            // Bonett and Wright, Psychometrika 65 (2000) 23-28
            let se = (1.0 - rho * rho) * ((1.0 + rho * rho / 2.0) / (n - 3.0)).sqrt();
            let found = spearman(&members[i], &members[j]);
            assert!((found - rho).abs() < 5.0 * se, "{i} {j}: {found} for {rho} ± {se}");
        }
    }
    let other = spearman(&members[2], &get("other", 0, 2020));
    assert!(other.abs() < 5.0 / n.sqrt());
}

#[test]
fn noises_are_correlated_within_a_step_only() {
    let get = draws(correlated(), DRAWS);
    let n = f64::from(DRAWS);
    let independent = 5.0 / n.sqrt();
    for year in 2020..=2023 {
        // e[metal=cobalt] is the first element: names are in the order declared
        let cobalt = get("e", 1, year);
        let nickel = get("e", 0, year);
        let f = get("f", 0, year);
        let r = pearson(&cobalt, &f);
        assert!((r + 0.7).abs() < 5.0 * (1.0 - 0.49) / n.sqrt(), "{r}");
        assert!(pearson(&nickel, &f).abs() < independent);
        let square = f.iter().map(|x| x * x).sum::<f64>() / n;
        assert!((square - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{square}");
        if year > 2020 {
            assert!(pearson(&cobalt, &get("f", 0, year - 1)).abs() < independent);
        }
    }
}

/// Streams in no correlation keep their bits; so does the first of each.
#[test]
fn what_is_not_correlated_keeps_its_bits() {
    let (with, without) = (draws(correlated(), 100), draws(builder(), 100));
    for (name, element) in
        [("lifetime", 0), ("yield", 1), ("other", 0), ("e", 0), ("e", 1), ("luck", 0)]
    {
        for year in [2020, 2023] {
            assert_eq!(with(name, element, year), without(name, element, year), "{name} {element}");
        }
    }
    for (name, element) in [("yield", 0), ("price", 0), ("f", 0)] {
        assert_ne!(with(name, element, 2020), without(name, element, 2020), "{name}");
    }
}

/// The copula written down draw by draw, with a Cholesky factor by hand.
#[test]
fn the_engine_agrees_with_the_formula() {
    let get = draws(correlated(), 50);
    let r: Vec<Vec<f64>> = ranks()
        .iter()
        .map(|row| row.iter().map(|x| 2.0 * (std::f64::consts::PI * x / 6.0).sin()).collect())
        .collect();
    let l11 = (1.0 - r[1][0] * r[1][0]).sqrt();
    let l21 = (r[2][1] - r[2][0] * r[1][0]) / l11;
    let l22 = (1.0 - r[2][0] * r[2][0] - l21 * l21).sqrt();
    let normal = |name: &str, draw: u32, step: u32| {
        maths::normal_quantile(uniform(11, StreamKey::of(name), draw, step))
    };
    let [_, share, price] = laws();
    for draw in 1..=50 {
        let z = NAMES.map(|name| normal(name, draw, 0));
        let at = draw as usize - 1;
        let second = share.quantile(maths::normal_cdf(r[1][0] * z[0] + l11 * z[1]));
        assert!((get("yield", 0, 2020)[at] / second - 1.0).abs() < 1e-12);
        let mixed = r[2][0] * z[0] + l21 * z[1] + l22 * z[2];
        let third = price.quantile(maths::normal_cdf(mixed));
        assert!((get("price", 0, 2020)[at] / third - 1.0).abs() < 1e-12);
        for step in 0..4 {
            let f = -0.7 * normal("e[metal=cobalt]", draw, step)
                + (1.0 - 0.49_f64).sqrt() * normal("f", draw, step);
            assert!((get("f", 0, 2020 + step as i32)[at] - f).abs() < 1e-12);
        }
    }
}

#[test]
fn threads_and_instruction_sets_change_no_digit() {
    let plan = Plan::compile(&correlated().build().expect("correct")).expect("small");
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

#[test]
fn supplied_values_and_the_central_case_are_not_mixed() {
    let plan = Plan::compile(&correlated().build().expect("correct")).expect("small");
    let outcome = Ensemble::new(&plan)
        .draws(20)
        .keep("price")
        .given("price", vec![7.0; 20])
        .run()
        .expect("runs");
    let report = outcome.report("baseline", "price").expect("observed");
    assert_eq!(outcome.draws_of(report, 0, 2020).expect("kept"), vec![7.0; 20]);
    assert_eq!(report.summary(0, 2020).expect("there").central, 9.0);
    let f = outcome.report("baseline", "f").expect("observed");
    assert_eq!(f.summary(0, 2021).expect("there").central, 0.0);
    let luck = outcome.report("baseline", "luck").expect("observed");
    assert_eq!(luck.summary(0, 2021).expect("there").central, 1.0);
}

/// Exact dependence is allowed: the third is the first again.
#[test]
fn a_singular_matrix_is_allowed() {
    let mut b = builder();
    let same = [vec![1.0, 0.5, 1.0], vec![0.5, 1.0, 0.5], vec![1.0, 0.5, 1.0]];
    b.correlate(Correlation::spearman(["price", "lifetime", "other"], &same).expect("a matrix"));
    let get = draws(b, 100);
    for (a, b) in get("price", 0, 2020).iter().zip(get("other", 0, 2020)) {
        assert!((a / b - 1.0).abs() < 1e-12);
    }
}

#[test]
fn wrong_correlations_are_refused() {
    let two = |x: f64, y: f64| [vec![1.0, x], vec![y, 1.0]];
    let says = |result: Result<Correlation, blackmass::Error>, words: &[&str]| {
        let error = result.expect_err("it is wrong");
        assert_eq!(error.kind(), ErrorKind::Argument);
        words.iter().for_each(|w| assert!(error.to_string().contains(w), "`{w}` not in:\n{error}"));
    };
    says(Correlation::spearman(["a", "b"], &two(1.2, 1.2)), &["a with b", "1.2", "-1 to 1"]);
    says(Correlation::kendall(["a", "b"], &two(f64::NAN, 0.0)), &["a with b", "NaN"]);
    says(Correlation::pearson(["a", "b"], &two(0.2, 0.3)), &["symmetric", "a with b", "0.3"]);
    says(Correlation::pearson(["a", "a"], &two(0.2, 0.2)), &["twice", "a"]);
    says(Correlation::pearson(["a", "b"], &[vec![0.9, 0.1], vec![0.1, 1.0]]), &["diagonal", "0.9"]);
    says(Correlation::pearson(["a", "b"], &[vec![1.0, 0.1]]), &["1 rows", "2 rows"]);
    says(Correlation::pearson(["a"], &[vec![1.0]]), &["1 names", "2 to"]);
    says(Correlation::pearson(["a", "b"], &[vec![1.0], vec![0.1, 1.0]]), &["1 entries"]);

    let refused = |names: &[&str]| {
        let mut b = builder();
        let n = names.len();
        let identity: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| if i == j { 1.0 } else { 0.1 }).collect()).collect();
        b.constant("series", &[], Values::PerYear(vec![1.0; 4]));
        b.correlate(Correlation::spearman(names.iter().copied(), &identity).expect("a matrix"));
        b.correlate(Correlation::spearman(["f", "e[metal=nickel]"], &two(0.1, 0.1)).expect("so"));
        let error = b.build().expect_err("it is wrong");
        assert_eq!(error.kind(), ErrorKind::System);
        error.to_string()
    };
    let table: [(&[&str], &[&str]); 8] = [
        (&["price", "liftime"], &["unknown stream", "liftime", "did you mean `lifetime`"]),
        (&["price", "tonnes"], &["cannot be correlated", "tonnes", "a constant"]),
        (&["price", "series"], &["cannot be correlated", "series", "a constant"]),
        (&["price", "yield"], &["2 elements", "`yield[metal=nickel]`"]),
        (&["price", "sum"], &["a computed variable", "sum"]),
        (&["price", "luck"], &["chances", "luck"]),
        (&["price", "e[metal=cobalt]"], &["parameters with parameters"]),
        (&["f", "e[metal=cobalt]"], &["a stream in two correlations", "f"]),
    ];
    for (names, words) in table {
        let text = refused(names);
        words.iter().for_each(|w| assert!(text.contains(w), "`{w}` is not in:\n{text}"));
    }

    // three that agree, and one entry that contradicts them
    let mut agreed: Vec<Vec<f64>> =
        (0..4).map(|i| (0..4).map(|j| if i == j { 1.0 } else { 0.8 }).collect()).collect();
    (agreed[1][3], agreed[3][1]) = (-0.5, -0.5);
    let names = ["other", "lifetime", "yield[metal=nickel]", "price"];
    let impossible = Correlation::spearman(names, &agreed).expect("entries are in order");
    let error = impossible.check().expect_err("impossible");
    assert_eq!(error.kind(), ErrorKind::Argument);
    let mut b = builder();
    b.correlate(impossible.clone());
    let text = b.build().expect_err("impossible").to_string();
    assert!(text.contains("not positive semi-definite"), "{text}");
    assert!(text.contains("lifetime with price") && text.contains("-0.5"), "{text}");
    let repaired = impossible.repaired();
    assert_eq!(repaired.pair, ("lifetime".to_owned(), "price".to_owned()));
    let mut b = builder();
    b.correlate(repaired.correlation);
    b.build().expect("possible now");
}

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/correlation.json")).expect("JSON")
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn table(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("a table").iter().map(list).collect()
}

#[test]
fn published_transformations_and_the_nearest_matrix_are_met() {
    let reference = reference();
    let copula = &reference["gaussian_copula"];
    type Make = fn([&'static str; 2], &[Vec<f64>]) -> Result<Correlation, blackmass::Error>;
    let cases: [(&str, &str, Make); 2] = [
        ("spearman", "pearson", Correlation::spearman),
        ("kendall_tau", "pearson_from_kendall", Correlation::kendall),
    ];
    for (from, to, make) in cases {
        for (x, r) in list(&copula[from]).iter().zip(list(&copula[to])) {
            let c = make(["a", "b"], &[vec![1.0, *x], vec![*x, 1.0]]).expect("a matrix");
            assert!((c.of_normals()[0][1] - r).abs() < 1e-15, "{from} {x}");
            c.check().expect("possible");
        }
    }
    let higham = &reference["higham2002"];
    let repaired =
        Correlation::pearson(["a", "b", "c"], &table(&higham["A"])).expect("entries").repaired();
    let nearest = table(&higham["nearest"]);
    for (found, expected) in repaired.correlation.of_normals().iter().zip(&nearest) {
        for (x, y) in found.iter().zip(expected) {
            assert!((x - y).abs() < 1e-9, "{x} {y}");
        }
    }
    assert!((repaired.largest_change - (1.0 - nearest[0][1])).abs() < 1e-9);
    // what is possible stays as it is
    let possible = Correlation::pearson(["a", "b", "c"], &nearest).map(|c| c.repaired());
    assert!(possible.is_err() || possible.is_ok_and(|r| r.largest_change < 1e-9));
}

#[test]
fn iman_conover_meets_its_vector() {
    let reference = reference();
    let v = &reference["iman_conover"];
    let (x1, x2) = (list(&v["x1_marginal"]), list(&v["x2_marginal"]));
    // The target is stated for the scores.
    let target = Correlation::pearson(["x1", "x2"], &table(&v["target"])).expect("a matrix");
    let first = scores(12, None);
    let permutation = list(&v["perm"]);
    let second: Vec<f64> = permutation.iter().map(|p| first[*p as usize]).collect();
    for (found, expected) in first.iter().zip(list(&v["scores"])) {
        assert!((found - expected).abs() < 1e-14);
    }
    let out = iman_conover_by(&[x1, x2], &target, &[first, second]).expect("it fits");
    assert_eq!(out[0], list(&v["x1_out"]));
    assert_eq!(out[1], list(&v["x2_out"]));
    let found = spearman(&out[0], &out[1]);
    assert!((found - v["spearman_out"].as_f64().expect("a number")).abs() < 1e-12);
}

#[test]
fn iman_conover_keeps_every_column_and_reaches_the_target() {
    let n = 5_000;
    let column = |name: &str, law: &Distribution| -> Vec<f64> {
        (0..n).map(|i| law.quantile(uniform(3, StreamKey::of(name), i, 0))).collect()
    };
    let columns: Vec<Vec<f64>> =
        NAMES.iter().zip(laws()).map(|(name, law)| column(name, &law)).collect();
    let target = Correlation::spearman(NAMES, &ranks()).expect("a matrix");
    let out = iman_conover(&columns, &target, 5).expect("it fits");
    assert_eq!(out[0], columns[0]);
    assert_eq!(out, iman_conover(&columns, &target, 5).expect("again"));
    assert_ne!(out, iman_conover(&columns, &target, 6).expect("another seed"));
    for i in 0..3 {
        let sorted = |x: &[f64]| {
            let mut x = x.to_vec();
            x.sort_by(f64::total_cmp);
            x
        };
        assert_eq!(sorted(&out[i]), sorted(&columns[i]));
        for j in 0..i {
            let found = spearman(&out[i], &out[j]);
            // The scores have the target exactly: what is left is far below the
            // sampling error of 1/√n.
            assert!((found - ranks()[i][j]).abs() < 0.01, "{found} for {}", ranks()[i][j]);
        }
    }
}

#[test]
fn iman_conover_refuses_what_does_not_fit() {
    let target = Correlation::spearman(["a", "b"], &[vec![1.0, 0.5], vec![0.5, 1.0]]).expect("so");
    let kind = |columns: &[Vec<f64>]| iman_conover(columns, &target, 1).expect_err("no").kind();
    let column: Vec<f64> = (0..9).map(f64::from).collect();
    assert_eq!(kind(std::slice::from_ref(&column)), ErrorKind::Argument);
    assert_eq!(kind(&[column.clone(), vec![1.0]]), ErrorKind::Argument);
    assert_eq!(kind(&[vec![1.0], vec![1.0]]), ErrorKind::Argument);
    assert_eq!(kind(&[Vec::new(), Vec::new()]), ErrorKind::Argument);
    let mut bad = column.clone();
    bad[3] = f64::NAN;
    assert_eq!(kind(&[column.clone(), bad]), ErrorKind::Argument);
    let scores = scores(9, None);
    let same = [scores.clone(), scores];
    let error = iman_conover_by(&[column.clone(), column], &target, &same).expect_err("singular");
    assert_eq!(error.kind(), ErrorKind::Argument);
}
