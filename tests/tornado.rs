//! One input at a time: against runs by hand, and what is refused.

use blackmass::analysis::{Chosen, tornado};
use blackmass::report::tornado_table;
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd, Range};
use blackmass::{ErrorKind, Plan, System};

fn plan() -> Plan {
    let mut b = System::builder("tornado", 2020..=2024);
    b.dimension("material", ["lithium", "nickel"]);
    let law = |d: Result<Distribution, _>| d.expect("a distribution");
    b.parameter("rate", &[], law(Distribution::uniform(Range { low: 0.2, high: 0.8 })));
    let grade = Distribution::normal(MeanStd { mean: 5.0, std: 1.0 });
    b.parameter("grade", &["material"], law(grade));
    let tonnes = Distribution::lognormal_from_median_gsd(MedianGsd { median: 10.0, gsd: 2.0 });
    b.parameter("tonnes", &[], law(tonnes));
    b.parameter("without effect", &[], law(Distribution::uniform(Range { low: 0.0, high: 1.0 })));
    b.noise("luck", &[]).constant("lever", &[], 1.0);
    let formula = var("rate") * var("grade") * var("tonnes") * var("lever") + var("luck");
    b.variable("made", formula.cumulative()).observe("made", "t");
    // Least where the rate is central: both ends are above.
    let bowl = (var("rate") - 0.5) * (var("rate") - 0.5);
    b.variable("hill", -bowl.clone()).observe_alone("hill", "1");
    b.variable("bowl", bowl).observe_alone("bowl", "1");
    b.policy(Policy { name: "none".into(), overrides: Vec::new() });
    let lever =
        Override { name: "lever".into(), change: Change::Multiply(1.5), from: 2022, ramp: 0 };
    b.policy(Policy { name: "more".into(), overrides: vec![lever] });
    Plan::compile(&b.build().expect("correct")).expect("small")
}

#[test]
fn bars_are_runs_with_one_input_changed() {
    let plan = plan();
    let chosen = [
        Chosen::new("none", "made", &["nickel"], 2023),
        Chosen::new("more", "made", &["lithium"], 2024),
        Chosen::new("more", "made", &["lithium"], 2024).difference(),
        Chosen::new("none", "bowl", &[], 2020),
        Chosen::new("none", "hill", &[], 2020),
    ];
    let found = tornado(&plan, &chosen, [0.05, 0.95]).expect("it runs");
    assert_eq!(found.len(), chosen.len());
    let at = |p: f64| -> [(&str, f64); 5] {
        let z = blackmass::maths::normal_quantile(p);
        let tonnes = 10.0 * blackmass::maths::exp(z * blackmass::maths::ln(2.0));
        [
            ("rate", 0.2 + 0.6 * p),
            ("grade[material=lithium]", 5.0 + z),
            ("grade[material=nickel]", 5.0 + z),
            ("tonnes", tonnes),
            ("without effect", p),
        ]
    };
    let central = [0.5, 5.0, 5.0, 10.0, 0.5];
    for (tornado, c) in found.iter().zip(&chosen) {
        assert_eq!((&tornado.chosen, tornado.levels), (c, [0.05, 0.95]));
        assert_eq!(tornado.unit, if c.name == "made" { "t" } else { "1" });
        let value = |x: [f64; 5]| {
            let [rate, lithium, nickel, tonnes, _] = x;
            let sign = [("bowl", 1.0), ("hill", -1.0)].into_iter().find(|(n, _)| *n == c.name);
            if let Some((_, sign)) = sign {
                return sign * (rate - 0.5) * (rate - 0.5);
            }
            let grade = if c.labels[0] == "nickel" { nickel } else { lithium };
            let years = f64::from(c.year - 2019);
            let with = f64::from(if c.policy == "more" { c.year - 2021 } else { 0 });
            let factor = if c.difference { 0.5 * with } else { years + 0.5 * with };
            rate * grade * tonnes * factor
        };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{a} {b}");
        near(tornado.central, value(central));
        assert_eq!(tornado.bars.len(), 5);
        for bar in &tornado.bars {
            let i = at(0.5).iter().position(|(name, _)| *name == bar.input).expect("an input");
            let ends = [(bar.at_low, 0.05), (bar.at_high, 0.95)].map(|(found, p)| {
                let mut x = central;
                x[i] = at(p)[i].1;
                near(found, value(x));
                value(x)
            });
            let all = [ends[0], ends[1], value(central)];
            let range =
                all.iter().copied().fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a })
                    - all.iter().copied().fold(f64::INFINITY, |a, b| if b < a { b } else { a });
            near(bar.swing, range);
        }
        assert!(tornado.bars.windows(2).all(|w| w[0].swing >= w[1].swing));
    }
    assert_eq!(found[0].bars[0].input, "tonnes");
    // Where both ends are above the centre, or below it, there is still a swing.
    for of in &found[3..] {
        let bar = &of.bars[0];
        assert!(bar.input == "rate" && (bar.swing - 0.27 * 0.27).abs() < 1e-12, "{bar:?}");
    }
    let text = tornado_table(&found[2], 2);
    assert!(text.contains("difference to the reference") && text.lines().count() == 4, "{text}");
    assert!(text.contains("at 5.00 %") && !text.contains("without effect"), "{text}");
}

#[test]
fn what_is_not_reported_is_refused() {
    let plan = plan();
    let refused = |chosen: Chosen, levels: [f64; 2]| {
        let error = tornado(&plan, &[chosen], levels).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Argument);
        error.to_string()
    };
    let made = |policy: &str, label: &str, year| Chosen::new(policy, "made", &[label], year);
    let levels = [0.05, 0.95];
    for (chosen, says) in [
        (Chosen::new("none", "mode", &["nickel"], 2023), "write `made`"),
        (made("mor", "nickel", 2023), "write `more`"),
        (made("none", "nikel", 2023), "write `nickel`"),
        (made("none", "nickel", 2030), "2020 to 2024"),
        (made("none", "nickel", 2023).difference(), "not compared"),
        (Chosen::new("more", "bowl", &[], 2020).difference(), "not compared"),
        (Chosen::new("none", "made", &[], 2023), "one label for each dimension"),
    ] {
        let message = refused(chosen.clone(), levels);
        assert!(message.contains(says), "{chosen:?}: {message}");
    }
    for levels in [[0.0, 0.5], [0.5, 0.5], [0.9, 0.1], [0.5, 1.0], [f64::NAN, 0.5]] {
        assert!(refused(made("none", "nickel", 2023), levels).contains("levels"));
    }
    assert!(tornado(&plan, &[], levels).is_err());
    // Without an uncertain input there is nothing to vary.
    let mut b = System::builder("fixed", 2020..=2021);
    b.constant("x", &[], 1.0).observe("x", "t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    assert!(tornado(&plan, &[Chosen::new("baseline", "x", &[], 2020)], levels).is_err());
}
