//! Draws per second, statistics on, for the shipped scenarios and for W1, on
//! one thread and two. Every answer is checked before its time is taken.
//!
//! `cargo bench` measures; `cargo bench -- --test` only checks.

mod w1;

use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Plan, lifecycle};
use criterion::{Criterion, Throughput};
use std::hint::black_box;

/// Draws of one run: long enough for the pilot to matter little.
const DRAWS: [(&str, u32); 3] = [("w1", 16_384), ("eu", 4_096), ("japan", 4_096)];

fn main() -> Result<(), Error> {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let testing = std::env::args().any(|a| a == "--test");
    for (name, draws) in DRAWS {
        let draws = if testing { 2_048 } else { draws };
        let plan = plan(name)?;
        check(name, &plan, draws)?;
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(u64::from(draws)));
        for threads in [1, 2] {
            let ensemble = Ensemble::new(&plan).draws(draws).threads(threads);
            group.bench_function(format!("threads={threads}"), |b| {
                b.iter(|| black_box(ensemble.run().map(|outcome| outcome.draws())));
            });
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

fn plan(name: &str) -> Result<Plan, Error> {
    Plan::compile(&match name {
        "eu" => lifecycle::system(&Scenario::eu())?,
        "japan" => lifecycle::system(&Scenario::japan())?,
        _ => w1::system()?,
    })
}

/// W1 against its recorded reference; all: mass conserved, and the same digits
/// on one thread and two.
fn check(name: &str, plan: &Plan, draws: u32) -> Result<(), Error> {
    if name == "w1" {
        let worst = w1::check::against_reference(plan)?;
        assert!(worst <= w1::check::TOLERANCE, "W1 is off by {worst:e}");
    }
    let run = |threads| Ensemble::new(plan).draws(draws).threads(threads).run();
    let (one, two) = (run(1)?, run(2)?);
    assert!(one.worst_residual() < 1e-9, "{name}: a residual of {:e}", one.worst_residual());
    assert_eq!(one.fingerprint(), two.fingerprint(), "{name}: threads change digits");
    println!("{name}: answers checked, fingerprint {:016x}", one.fingerprint());
    Ok(())
}
