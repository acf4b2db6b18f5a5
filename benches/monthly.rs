//! W1's cohort stock over longer horizons, as with monthly steps: what a draw
//! costs, the share of convolutions, and each kind of operation for one number.
//!
//! `cargo bench --bench monthly [-- --test]`; minima of several measurements
//! by turns, on the fastest instruction set.
#![allow(clippy::disallowed_methods)]

use blackmass::system::{Start, Values, var};
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{CohortStock, Ensemble, InflowTiming, InstructionSet, Lifetime, Plan, System};
use std::collections::BTreeMap;
use std::error::Error;

const STEPS: [usize; 4] = [41, 120, 240, 480];
/// What is built: lifetimes are as long as in W1, relative to the horizon.
const SEGMENTS: usize = 5;
const CHEMISTRIES: usize = 8;

/// Demand by segment with noise, shares of chemistries, a stock, what leaves it
/// and what is in it by material. To be checked: what has entered less what has
/// left and what is there.
fn plan(steps: usize, checked: bool) -> Result<Plan, Box<dyn Error>> {
    let mut b = System::builder("W1 stocks", 1..=steps as i32);
    for (dim, n) in [("segment", SEGMENTS), ("chemistry", CHEMISTRIES), ("material", 6)] {
        b.dimension(dim, (0..n).map(|i| format!("{dim}{i}")).collect::<Vec<_>>());
    }
    let last = (steps - 1) as f64;
    let ramp: Vec<f64> = (0..steps).map(|t| t as f64 / last).collect();
    let standard = Distribution::normal(MeanStd { mean: 0.0, std: 1.0 })?;
    b.noise("z.noise", &["segment"]);
    b.parameter("z.level", &["segment"], standard.clone());
    b.parameter("z.tilt", &["chemistry"], standard.clone());
    b.parameter("z.scale", &["segment"], standard.clone());
    b.parameter("z.shape", &["segment"], standard);
    b.constant("ramp", &[], Values::PerYear(ramp));
    let content = |i: usize| 0.02 + 0.12 * (i as f64 * 0.9).sin().powi(2);
    let contents = (0..CHEMISTRIES * 6).map(content).collect();
    b.constant("content", &["chemistry", "material"], Values::PerElement(contents));
    let per_segment = |values: [f64; SEGMENTS], by: f64| {
        Values::PerElement(values.iter().map(|x| x * by).collect())
    };
    let by = steps as f64 / 41.0;
    b.constant("base_scale", &["segment"], per_segment([5.5, 8.0, 14.5, 11.0, 15.0], by));
    b.constant("base_shape", &["segment"], per_segment([2.2, 2.8, 3.4, 3.0, 4.0], 1.0));
    let noise = var("z.noise").ar1(0.7, Start::Zero) * 0.08;
    b.variable("demand", 300.0 * ((var("ramp") - 0.45) * 9.0).logistic());
    b.variable("placed", var("demand") * (noise + 0.2 * var("z.level")).exp());
    b.variable("share", 1.0 + ((0.25 * var("z.tilt")).exp() - 1.0) * var("ramp"));
    b.variable("inflow", var("share") * (var("placed") / var("share").sum("chemistry")));
    b.cohort_stock(CohortStock {
        name: "use".into(),
        inflow: var("inflow"),
        lifetime: Lifetime::weibull_from_scale_shape(
            var("base_scale") * (0.1 * var("z.scale")).exp(),
            var("base_shape") * (0.1 * var("z.shape")).exp(),
        )
        .inflow_at(InflowTiming::Start),
    });
    for (name, of) in [("end_of_life", "use.outflow"), ("contained", "use.stock")] {
        b.variable(name, (var(of).sum("segment") * var("content")).sum("chemistry"));
        b.observe(name, "kt");
    }
    if checked {
        b.variable("gap", (var("inflow") - var("use.outflow")).cumulative() - var("use.stock"));
        for name in ["gap", "inflow"] {
            b.observe(name, "kt");
        }
    }
    Ok(Plan::compile(&b.build()?)?)
}

/// The largest gap of the mass balance beside the largest inflow of a step. All
/// instruction sets and threads have to give the same digits.
fn check(steps: usize) -> Result<f64, Box<dyn Error>> {
    let plan = plan(steps, true)?;
    let run = |set, threads| {
        let run = Ensemble::new(&plan).draws(64).instruction_set(set).threads(threads);
        run.keep("gap").keep("inflow").run()
    };
    let outcome = run(InstructionSet::Baseline, 1)?;
    for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
        assert_eq!(run(set, 2)?.fingerprint(), outcome.fingerprint(), "{}", set.name());
    }
    let largest = |name: &str| -> Option<f64> {
        let report = outcome.report("baseline", name)?;
        let mut most = 0.0_f64;
        for element in 0..SEGMENTS * CHEMISTRIES {
            for year in outcome.years() {
                let draws = outcome.draws_of(report, element, year)?;
                most = draws.into_iter().fold(most, |most, x| most.max(x.abs()));
            }
        }
        Some(most)
    };
    let gap = largest("gap").zip(largest("inflow")).map(|(gap, inflow)| gap / inflow);
    gap.ok_or_else(|| "nothing kept".into())
}

fn main() -> Result<(), Box<dyn Error>> {
    let test = std::env::args().any(|a| a == "--test");
    let set = InstructionSet::detect();
    for steps in STEPS {
        let gap = check(steps)?;
        assert!(gap < 1e-9, "mass is not conserved");
        let plan = plan(steps, false)?;
        let mut best: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for _ in 0..if test { 1 } else { 20 } {
            let mut sums: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
            for cost in plan.measure(set)? {
                let sum = sums.entry(cost.kind).or_default();
                *sum = (sum.0 + cost.numbers, sum.1 + cost.nanoseconds);
            }
            for (kind, sum) in sums {
                let least = best.entry(kind).or_insert(sum);
                least.1 = least.1.min(sum.1);
            }
        }
        let total: f64 = best.values().map(|(_, ns)| ns).sum();
        println!(
            "steps {steps} us_per_draw {:.2} convolve_share {:.2} gap {gap:.1e} block_kib {}",
            total / 1e3,
            best["convolve"].1 / total,
            plan.block_bytes() / 1024
        );
        for (kind, (numbers, ns)) in &best {
            let per_number = ns / *numbers as f64;
            println!(
                "    {kind:<12} {numbers:>7} numbers {ns:>10.0} ns {per_number:>8.3} ns/number"
            );
        }
    }
    Ok(())
}
