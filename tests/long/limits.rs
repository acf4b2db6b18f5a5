//! What is asked for and cannot be: refused before anything is computed.

use crate::bed::{Place, child, given_place, plan};
use blackmass::system::var;
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, ErrorKind, Plan, Shard, System};
use std::fs;

#[test]
fn numbers_out_of_range_are_refused_in_every_kind_of_run() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    let shard = Shard::new(1, 2).expect("one of two");
    for (ensemble, word) in [
        (Ensemble::new(&plan).draws(0), "draws"),
        (Ensemble::new(&plan).draws(u32::MAX), "draws"),
        (Ensemble::new(&plan).threads(0), "threads"),
        (Ensemble::new(&plan).threads(1_025), "threads"),
        (Ensemble::new(&plan).memory_limit(1_000), "memory"),
        (Ensemble::new(&plan).draws(2_000_000_000).keep("luck"), "kept draws"),
    ] {
        let errors = [
            ensemble.run().expect_err("refused"),
            ensemble.clone().checkpoint(&file).run().expect_err("refused"),
            ensemble.run_shard(shard, &file).expect_err("refused"),
            ensemble.merge(&[&file]).expect_err("refused"),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
            let text = error.to_string();
            assert!(
                text.contains(word) && text.contains("found") && text.contains("fix"),
                "{text}"
            );
        }
    }
    assert!(place.names().is_empty(), "nothing was written");
}

#[test]
fn the_limit_of_memory_is_what_is_estimated() {
    let (plan, place) = (plan(), Place::new());
    let ensemble = Ensemble::new(&plan).draws(8_192).keep("recovered");
    let bytes = ensemble.memory_bytes();
    assert!(ensemble.clone().memory_limit(bytes - 1).run().is_err());
    ensemble.clone().memory_limit(bytes).run().expect("it fits");
    // A later shard keeps the sums of each block apart.
    let shard = |number| Shard::new(number, 2).expect("one of two");
    let ensemble = ensemble.memory_limit(bytes);
    ensemble.run_shard(shard(1), place.file("1")).expect("it fits");
    let error = ensemble.run_shard(shard(2), place.file("2")).expect_err("it does not");
    assert_eq!(error.kind(), ErrorKind::Argument);
}

/// Numbers in MB of the process's memory.
#[cfg(target_os = "linux")]
fn memory(what: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("a line");
    let kibibytes = line.trim_matches([':', '\t', ' ']).trim_end_matches(" kB");
    kibibytes.trim().parse::<f64>().expect("a number") * 1024.0 / 1e6
}

/// Run as a child: 60 000 numbers that all vary.
#[cfg(target_os = "linux")]
#[test]
fn take_memory() {
    if given_place().is_none() {
        return;
    }
    let mut b = System::builder("many numbers", 2001..=2100);
    let labels: Vec<String> = (0..600).map(|i| format!("m{i}")).collect();
    let law = Distribution::uniform(Range { low: 0.0, high: 1.0 }).expect("a range");
    b.dimension("material", labels).parameter("x", &["material"], law).noise("y", &[]);
    b.variable("z", var("x") + var("y")).observe("z", "t");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let ensemble = Ensemble::new(&plan).draws(6_000).threads(2).keep_years("z", &[2100]);
    let before = memory("VmRSS");
    let outcome = ensemble.run().expect("it runs");
    let taken = memory("VmHWM") - before;
    println!("\n{} draws, {} {taken}", outcome.draws(), ensemble.memory_bytes() as f64 / 1e6);
}

#[cfg(target_os = "linux")]
#[test]
fn the_estimate_of_memory_is_near_what_is_taken() {
    let place = Place::new();
    let output = child("limits::take_memory", &place.file("")).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("6000 draws, ")).expect("a line");
    let (estimate, taken) = line.split_once(' ').expect("two numbers");
    let [estimate, taken] = [estimate, taken].map(|x| x.parse::<f64>().expect("a number"));
    println!("estimated {estimate:.1} MB, taken {taken:.1} MB");
    assert!((taken / estimate - 1.0).abs() < 0.25, "estimated {estimate} MB, taken {taken} MB");
}
