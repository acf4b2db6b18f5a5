//! W1 beside NumPy: the answers compared draw by draw, then times per draw for
//! every instruction set, statistics on. Run by `benches/peers/run.sh`; alone,
//! the answers are compared with the recorded reference only.
//!
//! ```text
//! w1_peers [--normals FILE --answers FILE] [--draws N] [--runs N]
//! ```

mod options;
mod w1;

use blackmass::{Ensemble, InstructionSet, Plan};
use options::Options;
use std::error::Error;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let options = Options::read();
    let draws = options.number("--draws", 65_536, 1_024)?;
    let runs: u32 = options.number("--runs", 7, 1)?;

    let plan = Plan::compile(&w1::system()?)?;
    report("recorded reference", w1::check::against_reference(&plan)?)?;
    if let (Some(normals), Some(answers)) = (options.value("--normals"), options.value("--answers"))
    {
        report(
            "answers of NumPy, draw by draw",
            compare(&plan, &numbers(normals)?, &numbers(answers)?)?,
        )?;
    }
    fingerprints(&plan, draws)?;
    let all = std::thread::available_parallelism()?.get();
    let times = time(&plan, draws, runs, all, &available().collect::<Vec<_>>())?;
    for (set, [one, two, all_us]) in &times {
        println!(
            "w1 set {} one_thread_us {one:.3} two_threads_us {two:.3} \
             threads {all} all_threads_us {all_us:.3}",
            set.name()
        );
    }
    Ok(())
}

fn report(what: &str, worst: f64) -> Outcome<()> {
    println!("largest relative difference from the {what}: {worst:.1e}");
    if worst <= w1::check::TOLERANCE {
        return Ok(());
    }
    Err(format!("the answers differ from the {what}").into())
}

/// Little-endian f64 numbers.
fn numbers(path: &str) -> Outcome<Vec<f64>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
}

fn compare(plan: &Plan, normals: &[f64], answers: &[f64]) -> Outcome<f64> {
    use w1::check::{NORMALS, NUMBERS, given, worst};
    let draws = normals.len() / NORMALS;
    if draws == 0 || normals.len() != draws * NORMALS || answers.len() != draws * NUMBERS {
        return Err("the files of normals and answers do not fit together".into());
    }
    let got = w1::check::answers(&given(plan, normals).run()?);
    let expected = answers.iter().enumerate().map(|(i, x)| (i / NUMBERS, i % NUMBERS, *x));
    Ok(worst(&got, expected))
}

fn available() -> impl Iterator<Item = InstructionSet> {
    InstructionSet::ALL.into_iter().filter(|set| set.is_available())
}

/// All instruction sets and one or two threads must give the same digits.
fn fingerprints(plan: &Plan, draws: u32) -> Outcome<()> {
    let mut first = None;
    for set in available() {
        for threads in [1, 2] {
            let run = Ensemble::new(plan).draws(draws).instruction_set(set).threads(threads);
            let fingerprint = run.run()?.fingerprint();
            if fingerprint != *first.get_or_insert(fingerprint) {
                return Err(format!("{} with {threads} threads changes digits", set.name()).into());
            }
        }
    }
    println!("fingerprint {:016x}", first.unwrap_or_default());
    Ok(())
}

/// The median time per draw in µs, on one thread, two, and all of the machine.
type Times = (InstructionSet, [f64; 3]);

/// Interleaves the runs, so that what else the machine does hits all alike.
fn time(
    plan: &Plan,
    draws: u32,
    runs: u32,
    all: usize,
    sets: &[InstructionSet],
) -> Outcome<Vec<Times>> {
    let mut seconds = vec![[const { Vec::new() }; 3]; sets.len()];
    for _ in 0..runs {
        for (set, seconds) in sets.iter().zip(&mut seconds) {
            for (at, threads) in [1, 2, all].into_iter().enumerate() {
                let took = match [1, 2].iter().position(|n| at == 2 && *n == threads) {
                    // Just measured.
                    Some(same) => seconds[same].last().copied().unwrap_or(f64::NAN),
                    None => {
                        let run = Ensemble::new(plan).draws(draws);
                        let run = run.instruction_set(*set).threads(threads);
                        let start = Instant::now();
                        std::hint::black_box(run.run()?);
                        start.elapsed().as_secs_f64()
                    }
                };
                seconds[at].push(took);
            }
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] * 1e6 / f64::from(draws)
    };
    Ok(sets.iter().copied().zip(seconds.into_iter().map(|s| s.map(median))).collect())
}
