//! What instruction sets, threads and designs change in the time, and nothing
//! in the digits.

use super::page::{head, median, row};
use super::{Outcome, Tables, Took, plan, timed};
use blackmass::report::significant;
use blackmass::sampling::design::Design;
use blackmass::{Ensemble, InstructionSet, Plan};

pub fn tables(sets: &[InstructionSet], draws: u32, rounds: usize) -> Outcome<Tables> {
    let names = ["W1", "EU, one policy", "EU", "Japan"];
    let mut plans = Vec::new();
    for name in names {
        plans.push((name, plan(name)?));
    }
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let mut machine = head(
        &[
            &["µs/draw"],
            &sets.iter().map(|s| s.name()).collect::<Vec<_>>()[..],
            &["fastest set, all threads", "gain by threads"],
        ]
        .concat(),
    );
    let mut designs =
        head(&["µs/draw", "Monte Carlo", "Latin hypercube", "Sobol'", "LHS / MC", "Sobol' / MC"]);
    for (name, plan) in &plans {
        machine += &by_machine(name, plan, sets, threads, draws, rounds)?;
        designs += &by_design(name, plan, draws, rounds)?;
    }
    Ok(vec![("machine", machine), ("designs", designs)])
}

/// One run of each in turn: `[what][round]`.
fn turns(ensembles: &[Ensemble], rounds: usize) -> Outcome<Vec<Vec<Took>>> {
    let mut all = vec![Vec::new(); ensembles.len()];
    for _ in 0..rounds {
        for (ensemble, times) in ensembles.iter().zip(&mut all) {
            times.push(timed(ensemble)?);
        }
    }
    Ok(all)
}

fn by_machine(
    name: &str,
    plan: &Plan,
    sets: &[InstructionSet],
    threads: usize,
    draws: u32,
    rounds: usize,
) -> Outcome<String> {
    let of =
        |set: InstructionSet, n| Ensemble::new(plan).draws(draws).instruction_set(set).threads(n);
    let fastest = *sets.last().ok_or("no instruction set")?;
    let mut ensembles: Vec<Ensemble> = sets.iter().map(|set| of(*set, 1)).collect();
    ensembles.push(of(fastest, threads));
    let digits = ensembles[0].run()?.fingerprint();
    for ensemble in &ensembles {
        assert_eq!(ensemble.run()?.fingerprint(), digits, "{name}: other digits");
    }
    let times = turns(&ensembles, rounds)?;
    let [ones @ .., all] = &times[..] else { return Err("no times".into()) };
    let one = ones.last().ok_or("no times")?;
    let gain = median(one.iter().zip(all).map(|(one, all)| one.wall / all.wall).collect());
    let us = |times: &[Took], of: fn(&Took) -> f64| {
        significant(median(times.iter().map(of).collect()) * 1e6 / f64::from(draws))
    };
    let cells = ones.iter().map(|times| us(times, |t| t.cpu)).chain([us(all, |t| t.wall)]);
    let gain = format!("× {gain:.2} by {threads}");
    Ok(row(std::iter::once(name.to_owned()).chain(cells).chain([gain])))
}

fn by_design(name: &str, plan: &Plan, draws: u32, rounds: usize) -> Outcome<String> {
    let of = |design| Ensemble::new(plan).draws(draws).threads(1).design(design);
    let ensembles = [of(Design::MonteCarlo), of(Design::LatinHypercube), of(Design::sobol())];
    let us =
        |times: Vec<Took>| median(times.iter().map(|t| t.cpu).collect()) * 1e6 / f64::from(draws);
    let times: Vec<f64> = turns(&ensembles, rounds)?.into_iter().map(us).collect();
    let ratios = times[1..].iter().map(|us| format!("{:.2}", us / times[0]));
    let cells = times.iter().map(|us| significant(*us));
    Ok(row(std::iter::once(name.to_owned()).chain(cells).chain(ratios)))
}
