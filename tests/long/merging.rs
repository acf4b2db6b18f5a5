//! Shards that do not make a whole: what is missing, twice, foreign, unfinished.

use crate::bed::{Place, plan, plan_with};
use blackmass::{Ensemble, Error, ErrorKind, Plan, Shard};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

fn shard(number: u32, of: u32) -> Shard {
    Shard::new(number, of).expect("there is one")
}

/// Files of all of so many shards.
fn cut(plan: &Plan, place: &Place, of: u32) -> Vec<PathBuf> {
    let make = |number| {
        let file = place.file(&format!("{number}of{of}"));
        run(plan).run_shard(shard(number, of), &file).expect("it runs");
        file
    };
    (1..=of).map(make).collect()
}

fn run(plan: &Plan) -> Ensemble<'_> {
    Ensemble::new(plan).draws(5_000)
}

fn refused(plan: &Plan, files: &[PathBuf]) -> Error {
    let error = run(plan).merge(files).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Checkpoint, "{error}");
    error
}

#[test]
fn what_does_not_make_a_whole_is_refused() {
    let (plan, place) = (plan(), Place::new());
    // 5 superblocks: 2 and 3; 1, 2 and 2.
    let (two, three) = (cut(&plan, &place, 2), cut(&plan, &place, 3));
    let text = refused(&plan, &[]).to_string();
    assert!(text.contains("missing") && text.contains("draws 1 to 5000"), "{text}");
    let text = refused(&plan, &two[1..]).to_string();
    assert!(text.contains("missing") && text.contains("draws 1 to 2048"), "{text}");
    let text = refused(&plan, &two[..1]).to_string();
    assert!(text.contains("missing") && text.contains("draws 2049 to 5000"), "{text}");
    let error = refused(&plan, &[three[2].clone(), three[0].clone()]);
    assert!(error.to_string().contains("draws 1025 to 3072"), "{error}");
    // Given twice, and parts of different divisions.
    let error = refused(&plan, &[two[0].clone(), two[1].clone(), two[0].clone()]);
    assert!(error.to_string().contains("two files"), "{error}");
    assert!(error.to_string().contains("draws 1 to 2048"), "{error}");
    let error = refused(&plan, &[two[0].clone(), three[1].clone(), three[2].clone()]);
    assert!(error.to_string().contains("3of2") || error.to_string().contains("2of3"), "{error}");
    assert!(error.to_string().contains("draws 1025 to 2048"), "{error}");
    // Both at once.
    let error = refused(&plan, &[three[0].clone(), three[0].clone(), three[2].clone()]);
    assert_eq!(error.diagnostics().len(), 2, "{error}");
    // Other divisions are as good if they fit.
    let four = cut(&plan, &place, 5);
    let mixed = [vec![two[0].clone()], four[2..].to_vec()].concat();
    let merged = run(&plan).merge(&mixed).expect("they fit");
    assert_eq!(merged.fingerprint(), run(&plan).run().expect("it runs").fingerprint());
}

#[test]
fn shards_of_other_runs_are_refused() {
    let (plan, other, place) = (plan(), plan_with(90.0), Place::new());
    let files = cut(&plan, &place, 2);
    let foreign = place.file("foreign");
    run(&other).run_shard(shard(2, 2), &foreign).expect("it runs");
    let seed = place.file("seed");
    run(&plan).seed(9).run_shard(shard(2, 2), &seed).expect("it runs");
    let error = refused(&plan, &[files[0].clone(), foreign]);
    assert!(error.to_string().contains("foreign: the file is of another scenario"), "{error}");
    assert_eq!(error.diagnostics().len(), 1, "a foreign file is no gap: {error}");
    let error = refused(&plan, &[files[0].clone(), seed]);
    assert!(error.to_string().contains("found    9"), "{error}");
    let error = run(&plan).merge(&[files[0].clone(), place.file("none")]).expect_err("no file");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("none"), "{error}");
}

#[test]
fn an_unfinished_shard_is_refused_and_can_be_finished() {
    let (plan, place) = (plan(), Place::new());
    let (first, second) = (place.file("1"), place.file("2"));
    run(&plan).run_shard(shard(1, 2), &first).expect("it runs");
    let enough = AtomicBool::new(false);
    let watch = |p: blackmass::Progress| enough.store(p.done >= 1_024, Ordering::Relaxed);
    let part = run(&plan).threads(1).progress(&watch).cancel(&enough);
    let error = part.run_shard(shard(2, 2), &second).expect_err("cancelled");
    assert!(error.to_string().contains("1024 of 2952"), "{error}");
    let files = [first, second];
    let text = refused(&plan, &files).to_string();
    assert!(text.contains("not finished") && text.contains("draws 2049 to 3072"), "{text}");
    run(&plan).run_shard(shard(2, 2), &files[1]).expect("it goes on");
    run(&plan).merge(&files).expect("both are there");
}

#[test]
fn there_are_no_more_shards_than_blocks() {
    let (plan, place) = (plan(), Place::new());
    let error = run(&plan).run_shard(shard(1, 6), place.file("x")).expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(error.to_string().contains("up to 5"), "{error}");
    let both = run(&plan).checkpoint(place.file("y"));
    let error = both.run_shard(shard(1, 2), place.file("x")).expect_err("one file");
    assert_eq!(error.kind(), ErrorKind::Argument);
    assert!(place.names().is_empty());
}
