//! What each kind of operation costs: a small system for each, its answers
//! checked draw by draw before its time is taken. The time is that of the
//! operation alone, as [`Plan::measure`](blackmass::Plan::measure) counts it:
//! without inputs and statistics, in a cache it has for itself.
//!
//! `cargo bench --bench operations` measures each; with `-- --table` it
//! measures all by turns and prints the table, with `-- --write` into
//! `docs/performance.md` as well; with `-- --test` it only checks.
#![allow(clippy::disallowed_methods)]

mod case;
mod components;
#[path = "../options/mod.rs"]
mod options;
#[path = "../page/mod.rs"]
mod page;
#[allow(dead_code)]
#[path = "../../tests/twin/shared.rs"]
mod shared;
mod simple;
#[allow(dead_code)]
#[path = "../../tests/twin/stocks.rs"]
mod stocks;

use blackmass::InstructionSet;
use case::{Case, STEPS};
use criterion::{Criterion, Throughput};
use options::Options;
use page::{head, median, row};
use std::error::Error;
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let options = Options::read();
    let mut cases = simple::cases()?;
    cases.extend(components::cases()?);
    for case in &cases {
        case.check()?;
    }
    println!("{} operations: answers checked", cases.len());
    let sets: Vec<InstructionSet> =
        InstructionSet::ALL.into_iter().filter(|set| set.is_available()).collect();
    if options.has("--table") || options.has("--write") {
        let table = table(&cases, &sets, options.number("--runs", 15, 1)?)?;
        println!("{table}");
        if options.has("--write") {
            page::write("performance.md", "operations", &[("operations", table)])?;
        }
        return Ok(());
    }
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args();
    let set = InstructionSet::detect();
    for case in &cases {
        let mut group = criterion.benchmark_group(case.kind);
        group.throughput(Throughput::Elements(case.numbers as u64));
        group.bench_function(case.form, |b| {
            b.iter_custom(|draws| {
                // Each measurement is of 1 024 draws.
                let costs = (0..draws.div_ceil(1_024)).map(|_| case.cost(set).unwrap_or(f64::NAN));
                let ns = median(costs.collect());
                Duration::from_secs_f64(ns * 1e-9 * draws as f64)
            });
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

/// All by turns: medians over the rounds.
fn table(cases: &[Case], sets: &[InstructionSet], rounds: usize) -> Outcome<String> {
    let mut costs = vec![vec![Vec::new(); sets.len()]; cases.len()];
    for _ in 0..rounds {
        for (case, costs) in cases.iter().zip(&mut costs) {
            for (set, costs) in sets.iter().zip(costs) {
                costs.push(case.cost(*set)?);
            }
        }
    }
    let mut cells = vec!["operation", "form", "numbers a draw"];
    let per_draw: Vec<String> = sets.iter().map(|s| format!("{}, ns/draw", s.name())).collect();
    cells.extend(per_draw.iter().map(String::as_str));
    cells.push("fastest set, ns a number");
    let mut text = head(&cells);
    for (case, costs) in cases.iter().zip(costs) {
        let costs: Vec<f64> = costs.into_iter().map(median).collect();
        let last = costs.last().copied().unwrap_or(f64::NAN) / case.numbers as f64;
        let steps =
            if case.numbers.is_multiple_of(STEPS) { format!("·{STEPS}") } else { String::new() };
        let elements = case.numbers / if steps.is_empty() { 1 } else { STEPS };
        let lead = [case.kind.to_owned(), case.form.to_owned(), format!("{elements}{steps}")];
        let costs = costs.iter().map(|ns| format!("{ns:.0}"));
        text += &row(lead.into_iter().chain(costs).chain([format!("{last:.3}")]));
    }
    Ok(text)
}
