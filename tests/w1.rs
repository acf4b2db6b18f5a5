//! The common workload gives what the same model in NumPy gave.

#[path = "../benches/w1/mod.rs"]
mod w1;

use blackmass::{Error, InstructionSet, Plan};
use w1::check;

#[test]
fn the_answers_are_those_of_numpy() -> Result<(), Error> {
    let plan = Plan::compile(&w1::system()?)?;
    let worst = check::against_reference(&plan)?;
    assert!(worst <= 1e-12, "relative difference {worst:e}");
    Ok(())
}

#[test]
fn the_answers_have_the_same_bits_on_every_instruction_set() -> Result<(), Error> {
    let plan = Plan::compile(&w1::system()?)?;
    let fingerprint = |set: InstructionSet, threads| {
        let ensemble = blackmass::Ensemble::new(&plan).draws(2500).instruction_set(set);
        Ok::<u64, Error>(ensemble.threads(threads).run()?.fingerprint())
    };
    let baseline = fingerprint(InstructionSet::Baseline, 1)?;
    for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
        for threads in [1, 2] {
            assert_eq!(fingerprint(set, threads)?, baseline, "{} {threads}", set.name());
        }
    }
    Ok(())
}

#[test]
fn a_wrong_answer_is_seen() {
    let mut got = vec![1.0; check::NUMBERS];
    let expected = || (0..check::NUMBERS).map(|i| (0, i, 1.0));
    assert_eq!(check::worst(&got, expected()), 0.0);
    got[100] += 1e-6;
    assert!(check::worst(&got, expected()) > 0.9e-6);
    got[100] = f64::NAN;
    assert_eq!(check::worst(&got, expected()), f64::INFINITY);
}
