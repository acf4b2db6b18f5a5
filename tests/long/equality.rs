//! Interruptions and shards change no bit.

use crate::bed::{Place, all_of, interrupt, plan};
use blackmass::ensemble::Freeze;
use blackmass::sampling::design::{Design, SampleTable};
use blackmass::{Ensemble, ErrorKind, InstructionSet, Plan, Shard};
use proptest::prelude::*;
use std::time::Duration;

/// What decides the bits.
#[derive(Clone, Debug)]
struct Asked {
    draws: u32,
    seed: u64,
    design: usize,
    keep: bool,
    given: bool,
    freeze: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    // Around whole superblocks, and anywhere.
    let draws = prop_oneof![5_000_u32..7_000, Just(5_120), Just(5_121), Just(6_143)];
    (draws, any::<u64>(), 0_usize..4, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(draws, seed, design, keep, given, freeze)| Asked {
            draws,
            seed,
            design,
            keep,
            given,
            freeze,
        },
    )
}

/// Does not vary in the central case and the first 256 draws; later one draw in
/// four is another number. Quantiles show whether these were counted.
fn late(i: u32) -> f64 {
    if i < 256 || !i.is_multiple_of(4) { 5.0 } else { f64::from(i % 3) }
}

impl Asked {
    fn ensemble<'a>(&self, plan: &'a Plan) -> Ensemble<'a> {
        let mut ensemble = Ensemble::new(plan).draws(self.draws).seed(self.seed);
        if self.keep {
            ensemble = ensemble.keep("luck").keep_years("recovered", &[2021, 2025]);
        }
        if self.freeze {
            ensemble = ensemble.freeze(Freeze::Epistemic);
        }
        if self.design != 3 {
            ensemble = ensemble.given("late", (0..self.draws).map(late).collect());
        }
        if self.given && self.design != 3 {
            let value = |i: u32| f64::from(i % 97) / 50.0;
            ensemble = ensemble.given("growth", (0..self.draws).map(value).collect());
        }
        ensemble.design(match self.design {
            0 => Design::MonteCarlo,
            1 => Design::LatinHypercube,
            2 => Design::Sobol { pinned: vec!["growth".to_owned()] },
            _ => {
                let row = |i| format!("\n{},{}", f64::from(i * 7 % 1_009) / 500.0, late(i));
                let text = format!("growth,late{}", (0..self.draws).map(row).collect::<String>());
                Design::Samples(SampleTable::from_csv("rows.csv", &text).expect("a table"))
            }
        })
    }
}

/// How a run is made: threads and instruction set.
fn machine() -> impl Strategy<Value = (usize, InstructionSet)> {
    let sets = [InstructionSet::Baseline, InstructionSet::Avx2, InstructionSet::Avx512];
    let sets = sets.into_iter().filter(|set| set.is_available()).collect::<Vec<_>>();
    (1_usize..5, prop::sample::select(sets))
}

fn on<'a>(ensemble: &Ensemble<'a>, (threads, set): (usize, InstructionSet)) -> Ensemble<'a> {
    ensemble.clone().threads(threads).instruction_set(set)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Cancelled anywhere, gone on with on other threads, several times.
    #[test]
    fn interruptions_change_no_bit(
        asked in asked(),
        first in machine(),
        parts in prop::collection::vec((0_u32..5_000, machine(), 0_u64..3), 1..4),
        last in machine(),
    ) {
        let (plan, place) = (plan(), Place::new());
        let ensemble = asked.ensemble(&plan);
        let one = all_of(&on(&ensemble, first).run().expect("it runs"));
        let ensemble = ensemble.checkpoint(place.file("run"));
        for (after, machine, every) in parts {
            let every = Duration::from_millis(every);
            interrupt(&on(&ensemble, machine).checkpoint_every(every), after);
        }
        let outcome = on(&ensemble, last).run().expect("it goes on");
        prop_assert!(one == all_of(&outcome));
        // Once more, from the finished file, and as the only file of a merge.
        prop_assert!(one == all_of(&ensemble.run().expect("it is finished")));
        let merged = asked.ensemble(&plan).merge(&[place.file("run")]).expect("it is whole");
        prop_assert!(one == all_of(&merged));
        prop_assert_eq!(place.names(), ["run"]);
    }

    /// In up to five parts, some of them interrupted, merged in any order.
    #[test]
    fn shards_change_no_bit(
        asked in asked(),
        of in 1_u32..=5,
        first in machine(),
        parts in prop::collection::vec((machine(), any::<bool>(), 0_u32..5_000), 5),
        turn in 0_usize..5,
    ) {
        let (plan, place) = (plan(), Place::new());
        let ensemble = asked.ensemble(&plan);
        let one = all_of(&on(&ensemble, first).run().expect("it runs"));
        let mut files = Vec::new();
        for (number, (machine, interrupted, after)) in (1..=of).zip(parts) {
            let (shard, file) = (Shard::new(number, of).expect("one of them"), place.file(&format!("{number}")));
            let part = on(&ensemble, machine);
            if interrupted {
                let flag = std::sync::atomic::AtomicBool::new(false);
                let watch = |p: blackmass::Progress| {
                    assert!(p.done <= p.total && p.total < asked.draws.div_ceil(of) + 1_025);
                    flag.store(p.done >= after, std::sync::atomic::Ordering::Relaxed);
                };
                let _ = part.clone().progress(&watch).cancel(&flag).run_shard(shard, &file);
            }
            part.run_shard(shard, &file).expect("it runs");
            files.push(file);
        }
        files.rotate_left(turn % of as usize);
        prop_assert!(one == all_of(&ensemble.merge(&files).expect("all are there")));
    }
}

#[test]
fn a_cancelled_run_says_what_is_left() {
    let (plan, place) = (plan(), Place::new());
    let flag = std::sync::atomic::AtomicBool::new(true);
    let ensemble = Ensemble::new(&plan).draws(5_000).cancel(&flag);
    let error = ensemble.run().expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(
        error.to_string().contains("0 of 5000") && error.to_string().contains("nothing is kept")
    );
    let ensemble = Ensemble::new(&plan).draws(5_000).threads(1).checkpoint(place.file("run"));
    assert!(interrupt(&ensemble, 2_048));
    let error = ensemble.clone().cancel(&flag).run().expect_err("cancelled");
    let text = error.to_string();
    assert!(
        text.contains("2048 of 5000") && text.contains("run:") && text.contains("goes on"),
        "{text}"
    );
    // After the last draws it is too late.
    let last = std::sync::atomic::AtomicBool::new(false);
    let watch = |p: blackmass::Progress| {
        last.store(p.done == p.total, std::sync::atomic::Ordering::Relaxed)
    };
    let late = Ensemble::new(&plan).draws(5_000).threads(1).progress(&watch).cancel(&last);
    late.run().expect("it is finished");
    // (The longest time there is.)
    let whole = ensemble.clone().checkpoint_every(Duration::MAX).run().expect("it goes on");
    let again = ensemble.cancel(&flag).run().expect("it is finished");
    assert_eq!(whole.fingerprint(), again.fingerprint());
}
