//! Operations of a user's own in a system, the testkit that checks them, flows
//! with limits in order of priority, and an example of another material.
#![allow(missing_docs, clippy::disallowed_methods)]

#[path = "operations/broken.rs"]
mod broken;
#[path = "../examples/steel/copper.rs"]
mod copper;
#[path = "../examples/steel/cycle.rs"]
mod cycle;
#[path = "../examples/steel/data.rs"]
mod data;
#[path = "operations/errors.rs"]
mod errors;
#[path = "operations/limits.rs"]
mod limits;
#[path = "operations/steel.rs"]
mod steel;

use blackmass::system::{Block, Change, Operation, Override, Policy, Port, Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, Error, ErrorKind, InstructionSet, Outcome, Plan, System, SystemBuilder};
use std::sync::Arc;

/// What is left of last year's amount plus this year's, draw by draw.
#[derive(Clone, Debug)]
pub struct Decay {
    pub kept: f64,
}

impl Operation for Decay {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("added")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("held"), Port::new("lost")]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        let steps = block.steps;
        block.each_draw(|inputs, outputs| {
            let [held, lost] = outputs else { return Err("two outputs".to_owned()) };
            for (at, added) in inputs[0].iter().enumerate() {
                let before = if at % steps == 0 { 0.0 } else { held[at - 1] };
                lost[at] = (1.0 - self.kept) * before;
                held[at] = self.kept * before + added;
            }
            Ok(())
        })
    }
}

/// The same, over whole rows.
#[derive(Debug)]
struct DecayOfRows(f64);

impl Operation for DecayOfRows {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("added")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("held")]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        for at in 0..block.inputs[0].len() {
            let before = match at % block.steps {
                0 => [0.0; 16],
                _ => block.outputs[0][at - 1],
            };
            let added = block.inputs[0][at];
            block.outputs[0][at] = std::array::from_fn(|l| self.0 * before[l] + added[l]);
        }
        Ok(())
    }
}

/// Each metal's share of the total over all years, from a table of losses.
#[derive(Debug)]
struct Shares;

impl Operation for Shares {
    fn inputs(&self) -> Vec<Port> {
        // Against the order in which the system declares them.
        vec![
            Port::new("flow").over(&["region", "metal"]),
            Port::new("loss").over(&["metal"]).once(),
        ]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("share").over(&["region", "metal"]).once()]
    }
    fn scratch(&self) -> Vec<Port> {
        vec![Port::new("total").over(&[]).once()]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        let (regions, metals, steps) = (3, 2, block.steps);
        if block.inputs[0].len() != regions * metals * steps || block.scratch[0].len() != 1 {
            return Err("rows".to_owned());
        }
        let (flow, loss) = (block.inputs[0], block.inputs[1]);
        for l in 0..16 {
            block.scratch[0][0][l] = 0.0;
            for e in 0..regions * metals {
                let sum: f64 = (0..steps).map(|t| flow[e * steps + t][l]).sum();
                let left = sum * (1.0 - loss[e % metals][l]);
                block.outputs[0][e][l] = left;
                block.scratch[0][0][l] += left;
            }
            for e in 0..regions * metals {
                block.outputs[0][e][l] /= block.scratch[0][0][l];
            }
        }
        Ok(())
    }
}

/// Refuses numbers above a limit, politely or not.
#[derive(Debug)]
struct Picky {
    limit: f64,
    panics: bool,
}

impl Operation for Picky {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("x").once()]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("y").once()]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        block.each_draw(|inputs, outputs| {
            let x = inputs[0][0];
            if x > self.limit && self.panics {
                panic!("{x} is too much");
            } else if x > self.limit {
                return Err(format!("{x} is too much"));
            }
            outputs[0].copy_from_slice(inputs[0]);
            Ok(())
        })
    }
}

fn scrap() -> SystemBuilder {
    let mut b = System::builder("scrap", 2020..=2029);
    b.dimension("metal", ["nickel", "cobalt"]).dimension("region", ["eu", "japan", "korea"]);
    let range = Range { low: 1.0, high: 9.0 };
    b.parameter("size", &["region"], Distribution::uniform(range).expect("a range"));
    b.noise("weather", &["metal"]);
    let growth = (0..10).map(|t| 1.0 + 0.1 * f64::from(t)).collect();
    b.constant("growth", &[], Values::PerYear(growth));
    b.variable("scrap", var("size") * var("growth") * (0.1 * var("weather")).exp());
    b
}

fn plan(b: SystemBuilder) -> Plan {
    Plan::compile(&b.build().expect("nothing is wrong with it")).expect("small")
}

fn observed(mut b: SystemBuilder, names: &[&str]) -> Plan {
    names.iter().for_each(|name| _ = b.observe(name, "t"));
    plan(b)
}

/// Every draw of every number of an observed variable.
fn draws(outcome: &Outcome, policy: &str, name: &str) -> Vec<Vec<f64>> {
    let report = outcome.report(policy, name).expect("reported");
    let years = if report.is_timed() { outcome.years() } else { 2020..=2020 };
    (0..report.series().labels.len())
        .flat_map(|e| years.clone().map(move |year| (e, year)))
        .map(|(e, year)| outcome.draws_of(report, e, year).expect("kept"))
        .collect()
}

fn kept(plan: &Plan, count: u32, names: &[&str]) -> Outcome {
    let ensemble = Ensemble::new(plan).draws(count).threads(2);
    names.iter().fold(ensemble, |e, name| e.keep(name)).run().expect("runs")
}

#[test]
fn an_operation_computes_every_draw_and_element() {
    let mut b = scrap();
    b.operation("soil", Arc::new(Decay { kept: 0.8 }), ["scrap"]);
    b.operation("rows", Arc::new(DecayOfRows(0.8)), ["scrap"]);
    let names = ["scrap", "soil.held", "soil.lost", "rows.held"];
    let outcome = kept(&observed(b, &names), 37, &names);
    let [scrap, held, lost, rows] = names.map(|name| draws(&outcome, "baseline", name));
    assert_eq!((held.len(), held[0].len()), (60, 37));
    assert_eq!(held, rows);
    for (at, scrap) in scrap.iter().enumerate() {
        for draw in 0..37 {
            let before = if at % 10 == 0 { 0.0 } else { held[at - 1][draw] };
            assert_eq!(held[at][draw], 0.8 * before + scrap[draw]);
            assert_eq!(lost[at][draw], (1.0 - 0.8) * before);
        }
    }
}

#[test]
fn no_digit_depends_on_threads_instruction_sets_or_the_number_of_draws() {
    let names = ["soil.held", "shares.share"];
    let mut b = scrap();
    b.operation("soil", Arc::new(Decay { kept: 0.8 }), ["scrap"]);
    b.constant("loss", &["metal"], Values::PerElement(vec![0.1, 0.3]));
    b.operation("shares", Arc::new(Shares), ["scrap", "loss"]);
    let plan = observed(b, &names);
    let base = Ensemble::new(&plan).draws(2100).threads(1).run().expect("runs").fingerprint();
    for threads in [2, 5] {
        let other = Ensemble::new(&plan).draws(2100).threads(threads).run().expect("runs");
        assert_eq!(base, other.fingerprint());
    }
    for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
        let other = Ensemble::new(&plan).draws(2100).instruction_set(set).run().expect("runs");
        assert_eq!(base, other.fingerprint(), "{set:?}");
    }
    // A draw is the same in a full block and in one that is not.
    let (few, many) = (kept(&plan, 21, &names), kept(&plan, 64, &names));
    for name in names {
        for (few, many) in draws(&few, "baseline", name).iter().zip(draws(&many, "baseline", name))
        {
            assert_eq!(few[..], many[..21]);
        }
    }
}

#[test]
fn named_dimensions_come_in_the_order_named() {
    let mut b = scrap();
    b.constant("loss", &["metal"], Values::PerElement(vec![0.1, 0.3]));
    b.operation("shares", Arc::new(Shares), ["scrap", "loss"]);
    let left = var("scrap").cumulative().at_year(2029) * (1.0 - var("loss"));
    b.variable("left", left);
    b.variable("share", var("left") / var("left").sum("region").sum("metal"));
    let names = ["shares.share", "share"];
    let outcome = kept(&observed(b, &names), 16, &names);
    let labels = |name| &outcome.report("baseline", name).expect("reported").series().labels;
    assert_eq!(labels("shares.share"), labels("share"));
    let [ours, formula] = names.map(|name| draws(&outcome, "baseline", name));
    for (a, b) in ours.iter().flatten().zip(formula.iter().flatten()) {
        assert!((a - b).abs() <= 1e-14, "{a} is not {b}");
    }
    assert!((ours.iter().map(|of| of[0]).sum::<f64>() - 1.0).abs() < 1e-14);
}

#[test]
fn equal_operations_on_equal_inputs_run_once() {
    let count = |second: f64, input: &str| {
        let mut b = scrap();
        b.operation("a", Arc::new(Decay { kept: 0.8 }), ["scrap"]);
        b.operation("b", Arc::new(Decay { kept: second }), [input]);
        let text = observed(b, &["a.held", "b.held", "b.lost"]).explain();
        let line = text.lines().find(|l| l.trim_start().starts_with("user")).expect("a line");
        line.split_whitespace().nth(1).and_then(|n| n.parse::<usize>().ok())
    };
    assert_eq!(count(0.8, "scrap"), Some(1));
    assert_eq!(count(0.7, "scrap"), Some(2));
    assert_eq!(count(0.8, "weather"), Some(2));
}

/// The total over all years in every year: it looks ahead.
#[derive(Debug)]
struct Foreseen;

impl Operation for Foreseen {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("x")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("total")]
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        let steps = block.steps;
        block.each_draw(|inputs, outputs| {
            for (x, total) in inputs[0].chunks(steps).zip(outputs[0].chunks_mut(steps)) {
                total.fill(x.iter().sum());
            }
            Ok(())
        })
    }
}

#[test]
fn what_a_policy_changes_later_is_seen_by_an_operation_that_looks_ahead() {
    let policy = |name: &str, factor: f64| Policy {
        name: name.to_owned(),
        overrides: vec![Override {
            name: "growth".into(),
            change: Change::Multiply(factor),
            from: 2026,
            ramp: 2,
        }],
    };
    let of = |policies: &[Policy]| {
        let mut b = scrap();
        b.operation("all", Arc::new(Foreseen), ["scrap"]);
        b.variable("late", var("all.total").cumulative());
        b.report_from(2023);
        policies.iter().for_each(|p| _ = b.policy(p.clone()));
        b.observe("all.total", "t").observe("late", "t");
        kept(&plan(b), 20, &["all.total", "late"])
    };
    let both = of(&[policy("none", 1.0), policy("double", 2.0)]);
    let one = of(&[policy("double", 2.0)]);
    let numbers = |outcome: &Outcome, name| {
        let report = outcome.report("double", name).expect("reported");
        let series = (0..6).flat_map(|e| (2023..=2029).map(move |year| (e, year)));
        series.map(|(e, year)| outcome.draws_of(report, e, year)).collect::<Vec<_>>()
    };
    for name in ["all.total", "late"] {
        assert_eq!(numbers(&both, name), numbers(&one, name), "{name}");
        assert!(numbers(&both, name).iter().all(Option::is_some));
    }
    let first = |policy| both.report(policy, "all.total").expect("reported").summary(0, 2023);
    assert!(first("double").expect("a year").mean > 1.1 * first("none").expect("a year").mean);
}

fn picky(limit: f64, panics: bool) -> (Plan, f64) {
    let mut b = scrap();
    b.variable("one", var("size").at("region", "eu"));
    b.operation("gate", Arc::new(Picky { limit, panics }), ["one"]);
    (observed(b, &["gate.y", "one"]), limit)
}

#[test]
fn a_refusal_or_a_panic_fails_the_run_and_names_operation_and_draw() {
    let (plan, _) = picky(f64::INFINITY, false);
    let all = draws(&kept(&plan, 100, &["one"]), "baseline", "one").remove(0);
    // The first above it is not in the first block.
    let limit = all[..20].iter().fold(0.0, |a: f64, b| a.max(*b));
    let first = 1 + all.iter().position(|x| *x > limit).expect("one above");
    assert!(first > 20);
    for panics in [false, true] {
        let (plan, _) = picky(limit, panics);
        for threads in [1, 3] {
            let run = |draws| Ensemble::new(&plan).draws(draws).threads(threads).run();
            let error: Error = run(100).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Run);
            let text = error.to_string();
            let x = all[first - 1];
            for word in [format!("draw {first} "), "gate".into(), format!("{x} is too much")] {
                assert!(text.contains(&word), "`{word}` is not in:\n{text}");
            }
            assert_eq!(text.contains("panicked"), panics, "{text}");
            // Nothing of it is left: fewer draws run.
            let fine = run(first as u32 - 1).expect("all below the limit");
            assert_eq!(fine.draws(), first as u32 - 1);
        }
    }
}

#[test]
fn an_output_that_is_not_written_is_an_error() {
    let mut b = scrap();
    b.operation("half", Arc::new(broken::Half {}), ["scrap"]);
    let error = Ensemble::new(&observed(b, &["half.y"])).draws(5).run().expect_err("not finite");
    assert!(error.to_string().contains("half.y"), "{error}");
}

#[test]
fn memory_is_counted() {
    let mut b = scrap();
    b.observe("scrap", "t");
    let without = plan(b).block_bytes();
    let mut b = scrap();
    b.operation("soil", Arc::new(Decay { kept: 0.8 }), ["scrap"]);
    b.observe("scrap", "t").observe("soil.held", "t");
    // Copies of its input and both outputs, 60 rows each.
    assert!(plan(b).block_bytes() >= without + 3 * 60 * 128);
}
