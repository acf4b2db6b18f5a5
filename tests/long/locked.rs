//! Two runs on one file: the second is refused, the first goes on.

use crate::bed::{Place, all_of, child, given_place, plan};
use blackmass::ensemble::is_in_use;
use blackmass::{Ensemble, Error, ErrorKind, Plan, Progress, Shard};
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn ensemble(plan: &Plan) -> Ensemble<'_> {
    Ensemble::new(plan).draws(5_000).threads(1)
}

/// An error that says which file is in use and what to do.
fn said(error: &Error, file: &Path) {
    assert_eq!(error.kind(), ErrorKind::Checkpoint, "{error}");
    let text = error.to_string();
    for word in [&*file.display().to_string(), "another run is using the file", "found", "fix"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

/// Whether a file appears in half a minute.
fn appears(file: &Path) -> bool {
    let end = Instant::now() + Duration::from_secs(30);
    while !file.exists() && Instant::now() < end {
        sleep(Duration::from_millis(1));
    }
    file.exists()
}

#[test]
fn two_runs_of_a_process_do_not_share_a_file() {
    let (plan, place) = (plan(), Place::new());
    let (file, other) = (place.file("run"), place.file("shard"));
    let one = all_of(&ensemble(&plan).run().expect("it runs"));
    // The first waits for the second after its first draws.
    let (begun, over) = (Barrier::new(2), Barrier::new(2));
    let once = std::sync::Once::new();
    let watch = |_: Progress| {
        once.call_once(|| {
            begun.wait();
            over.wait();
        });
    };
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(|| ensemble(&plan).progress(&watch).checkpoint(&file).run());
        begun.wait();
        let before = fs::read(&file).expect("it is there");
        let used = (is_in_use(&file), is_in_use(&other));
        let second = ensemble(&plan).checkpoint(&file).run();
        let shard = Shard::new(1, 2).expect("one of two");
        let part = ensemble(&plan).run_shard(shard, &file);
        let after = fs::read(&file).expect("it is there");
        // One beside it is no obstacle, nor is reading.
        let beside = ensemble(&plan).run_shard(shard, &other);
        let merged = ensemble(&plan).merge(&[&file]);
        over.wait();
        assert_eq!(used, (true, false));
        said(&second.expect_err("in use"), &file);
        said(&part.expect_err("in use"), &file);
        assert!(after == before);
        beside.expect("another file");
        let error = merged.expect_err("not finished");
        assert!(error.to_string().contains("not finished"), "{error}");
        first.join().expect("no panic")
    });
    assert!(all_of(&first.expect("undisturbed")) == one);
    assert!(!is_in_use(&file));
    assert!(all_of(&ensemble(&plan).checkpoint(&file).run().expect("free")) == one);
    assert_eq!(place.names(), ["run", "shard"]);
}

/// Runs come and go on one file: there are never two at a time, whoever removes
/// a lock while another opens it.
#[test]
fn runs_that_come_and_go_are_never_two() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    let (inside, refused) = (AtomicU32::new(0), AtomicU32::new(0));
    let two = AtomicBool::new(false);
    // From the first progress to the last, which is before the lock is given up.
    let watch = |p: Progress| {
        if p.done == 1_024 && inside.fetch_add(1, Ordering::SeqCst) > 0 {
            two.store(true, Ordering::SeqCst);
        }
        if p.done == p.total {
            inside.fetch_sub(1, Ordering::SeqCst);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut left = 15;
                while left > 0 {
                    let run = ensemble(&plan).draws(2_048).progress(&watch).checkpoint(&file);
                    match run.run() {
                        Ok(_) => left -= 1,
                        Err(error) => {
                            said(&error, &file);
                            refused.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                    // Finished runs are read only; some begin anew.
                    if !is_in_use(&file) {
                        let _ = fs::remove_file(&file);
                    }
                }
            });
        }
    });
    println!("{refused:?} were refused");
    assert!(!two.load(Ordering::SeqCst), "two at a time");
    assert!(!place.names().iter().any(|name| name.ends_with(".lock")), "{:?}", place.names());
}

/// Run as a child: holds the file after its first draws until it is killed.
#[test]
fn hold() {
    let Some(place) = given_place() else { return };
    let watch = |_: Progress| {
        fs::write(place.join("begun"), "").expect("writable");
        sleep(Duration::from_secs(60));
    };
    let _ = ensemble(&plan()).progress(&watch).checkpoint(place.join("run")).run();
}

#[test]
fn a_process_keeps_others_out_until_it_is_killed() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    let one = all_of(&ensemble(&plan).run().expect("it runs"));
    let mut command = child("locked::hold", file.parent().expect("a directory"));
    let mut process = command.stdout(std::process::Stdio::null()).spawn().expect("it starts");
    let begun = appears(&place.file("begun"));
    let refused = ensemble(&plan).checkpoint(&file).run();
    process.kill().expect("it is there");
    process.wait().expect("a process");
    assert!(begun, "the child does not begin");
    said(&refused.expect_err("in use"), &file);
    // What it leaves is no obstacle and does not stay.
    assert_eq!(place.names(), [".run.lock", "begun", "run"]);
    assert!(!is_in_use(&file));
    assert!(all_of(&ensemble(&plan).checkpoint(&file).run().expect("it goes on")) == one);
    assert_eq!(place.names(), ["begun", "run"]);
}

/// A lock that cannot be made: the run does without.
#[test]
fn a_place_without_locks_does_without() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    // A directory where the lock would be.
    fs::create_dir(place.file(".run.lock")).expect("writable");
    let outcome = ensemble(&plan).checkpoint(&file).run().expect("it runs");
    assert!(all_of(&outcome) == all_of(&ensemble(&plan).run().expect("it runs")));
    assert_eq!(place.names(), [".run.lock", "run"]);
}

#[test]
fn an_outcome_says_how_many_draws_were_read() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    assert_eq!(ensemble(&plan).run().expect("it runs").resumed_draws(), 0);
    assert!(crate::bed::interrupt(&ensemble(&plan).checkpoint(&file), 2_048));
    let held = ensemble(&plan).checkpoint(&file);
    assert_eq!(held.run().expect("it goes on").resumed_draws(), 2_048);
    assert_eq!(held.run().expect("it is finished").resumed_draws(), 5_000);
    let shards = [1, 2].map(|number| {
        let file = place.file(&number.to_string());
        let shard = Shard::new(number, 2).expect("one of two");
        ensemble(&plan).run_shard(shard, &file).expect("it runs");
        file
    });
    assert_eq!(ensemble(&plan).merge(&shards).expect("both").resumed_draws(), 5_000);
    assert_eq!(ensemble(&plan).checkpoint(place.file("new")).run().expect("").resumed_draws(), 0);
}
