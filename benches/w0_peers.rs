//! W0 beside NumPy and flodym: the answers compared draw by draw, then the time
//! per draw on one thread, statistics on, with AVX2 and with the instruction
//! set the machine chooses. Run by `benches/peers/run.sh`; without `--input`,
//! the answers are compared with the recorded reference and its draws are
//! timed.
//!
//! ```text
//! w0_peers [--input FOLDER] [--draws N] [--runs N]
//! ```
//!
//! The draws of the input are repeated to `--draws`, so that the 256 draws of
//! the pilot, computed twice, matter little.

mod options;
mod w0;

use blackmass::{InstructionSet, Plan};
use options::Options;
use serde_json::Value;
use std::error::Error;
use std::time::Instant;
use w0::Workload;
use w0::check::{self, Expected};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let options = Options::read();
    let draws = options.number("--draws", 32_768, 1_024)?;
    let runs = options.number("--runs", 9, 1)?;

    let (workload, expected) = match options.value("--input") {
        Some(folder) => {
            let json = |name: &str| -> Outcome<Value> {
                let text = std::fs::read_to_string(format!("{folder}/{name}"))?;
                Ok(serde_json::from_str(&text)?)
            };
            (Workload::read(&json("workload.json")?), Expected::read(&json("expected.json")?))
        }
        None => check::reference(),
    };
    let plan = Plan::compile(&workload.system()?)?;
    let worst = expected.worst(&workload, &check::run(&plan, &workload)?);
    println!("w0: largest relative difference in {} draws: {worst:.1e}", expected.draws());
    if expected.draws() == 0 || worst > check::TOLERANCE {
        return Err("the answers differ from NumPy's".into());
    }
    let mut sets = vec![InstructionSet::Avx2, InstructionSet::detect()];
    sets.dedup();
    sets.retain(|set| set.is_available());
    let mut seconds = vec![Vec::new(); sets.len()];
    // Interleaved, so that what else the machine does hits all alike.
    for _ in 0..runs {
        for (set, seconds) in sets.iter().zip(&mut seconds) {
            let run = check::given(&plan, &workload, draws).instruction_set(*set).threads(1);
            let start = Instant::now();
            std::hint::black_box(run.run()?);
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    for (set, mut seconds) in sets.into_iter().zip(seconds) {
        seconds.sort_by(f64::total_cmp);
        let us = seconds[seconds.len() / 2] * 1e6 / draws as f64;
        println!("w0 set {} one_thread_us {us:.3}", set.name());
        if options.has("--explain") {
            for cost in plan.measure(set)? {
                println!("  {} {} {:.0} ns", cost.kind, cost.variable, cost.nanoseconds);
            }
        }
    }
    Ok(())
}
