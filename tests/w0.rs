//! The smaller common workload gives what the same model in NumPy gave.

#[path = "../benches/w0/mod.rs"]
mod w0;

use blackmass::{Error, InstructionSet, Plan};
use w0::check;

#[test]
fn the_answers_are_those_of_numpy() -> Result<(), Error> {
    let (workload, expected) = check::reference();
    assert_eq!((workload.draws(), expected.draws()), (3, 3));
    let plan = Plan::compile(&workload.system()?)?;
    let worst = expected.worst(&workload, &check::run(&plan, &workload)?);
    assert!(worst <= 1e-12, "relative difference {worst:e}");
    Ok(())
}

#[test]
fn other_input_is_seen() -> Result<(), Error> {
    let (workload, expected) = check::reference();
    let plan = Plan::compile(&workload.system()?)?;
    // Draws 2, 3, 1 in place of 1, 2, 3.
    let draws = workload.draws();
    let mut ensemble = blackmass::Ensemble::new(&plan).draws(draws as u32);
    for (name, mut values) in workload.given(draws) {
        values.rotate_left(1);
        ensemble = ensemble.given(name, values);
    }
    for (name, _) in w0::REPORTED {
        ensemble = ensemble.keep(name);
    }
    assert!(expected.worst(&workload, &ensemble.run()?) > check::TOLERANCE);
    Ok(())
}

#[test]
fn the_answers_have_the_same_bits_on_every_instruction_set() -> Result<(), Error> {
    let (workload, _) = check::reference();
    let plan = Plan::compile(&workload.system()?)?;
    let fingerprint = |set: InstructionSet, threads| {
        // More draws than the input has: the rest are drawn again from it.
        let ensemble = check::given(&plan, &workload, 2500).instruction_set(set);
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
