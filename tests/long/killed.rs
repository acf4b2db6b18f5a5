//! A run that is killed twenty times and goes on each time.

use crate::bed::{Place, child, given_place};
use blackmass::lifecycle::{self, Options};
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Plan, report};
use std::fs;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

const KILLS: u32 = 20;

fn plan() -> Plan {
    let options = Options { policies: &["baseline"], ..Options::default() };
    let system = lifecycle::system_with(&Scenario::eu(), &options);
    Plan::compile(&system.expect("the shipped scenario is a system")).expect("it compiles")
}

fn ensemble(plan: &Plan) -> Ensemble<'_> {
    Ensemble::new(plan).draws(9_000).threads(2).keep_years("eu.recovered", &[2035])
}

/// Run as a child: goes on with the file `run` and writes `outcome.csv`.
#[test]
fn go_on() {
    let Some(place) = given_place() else { return };
    let plan = plan();
    // Says how many draws are complete after the first that it computed.
    let first = std::sync::Once::new();
    let watch = |p: blackmass::Progress| {
        first.call_once(|| fs::write(place.join("begun"), p.done.to_string()).expect("writable"));
    };
    let run = ensemble(&plan).checkpoint(place.join("run")).checkpoint_every(Duration::ZERO);
    let outcome = run.progress(&watch).run().expect("it goes on");
    let csv = report::csv(&outcome).expect("a table");
    report::write_files(&place, &[("outcome.csv", &csv)]).expect("writable");
}

/// Waits for as long as `until` does not hold, but not longer than that.
fn wait(time: Duration, mut until: impl FnMut() -> bool) {
    let end = Instant::now() + time;
    while Instant::now() < end && !until() {
        sleep(Duration::from_micros(300));
    }
}

/// Whether the checkpoint is being written, or was when the run was killed.
fn writing(place: &Path) -> bool {
    let names = fs::read_dir(place).into_iter().flatten().flatten();
    let names = names.map(|e| e.file_name().to_string_lossy().into_owned());
    names.into_iter().any(|n| n.starts_with(".run.") && n.ends_with(".tmp"))
}

#[test]
fn twenty_kills_change_no_byte() {
    let begun = Instant::now();
    let whole = report::csv(&ensemble(&plan()).run().expect("it runs")).expect("a table");
    // Long enough for another block of draws, also on a slow machine.
    let reach = (begun.elapsed() / 3).max(Duration::from_millis(600));
    let place = Place::new();
    let (run, csv) = (place.file("run"), place.file("outcome.csv"));
    let directory = run.parent().expect("a directory").to_owned();
    // Other moments each time the test is run.
    let seed = std::hash::RandomState::new().build_hasher().finish();
    println!("seed {seed}");
    let mut state = seed;
    let mut random = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut kills, mut amid, mut while_writing, mut gone_on, mut finished) = (0, 0, 0, 0, 0);
    while kills < KILLS {
        let mut program = child("killed::go_on", &directory);
        let mut process = program.stdout(std::process::Stdio::null()).spawn().expect("it starts");
        // One in five at any moment, the others after the first 1 024 draws: half
        // of these at any moment, half as soon as a file is being written.
        let time = Duration::from_micros(random(reach.as_micros() as u64));
        let (early, at_writing) = (kills % 5 == 0, random(2) == 0);
        if !early {
            // A run that finds all draws in the file ends without a beginning.
            let ended = |p: &mut Child| p.try_wait().expect("a process").is_some();
            let begun = || place.file("begun").exists() || ended(&mut process);
            wait(Duration::from_secs(120), begun);
        }
        wait(time, || !early && at_writing && writing(&directory));
        let done = process.try_wait().expect("a process").is_some();
        // SIGKILL: the process cannot do anything about it.
        let _ = process.kill();
        let status = process.wait().expect("a process");
        // Two threads that begin anew have completed two blocks of 1 024 at most.
        let begun = fs::read_to_string(place.file("begun")).ok().and_then(|n| n.parse().ok());
        amid += u32::from(begun.is_some() && !done);
        gone_on += u32::from(begun.is_some_and(|n: u32| n > 2_048));
        let _ = fs::remove_file(place.file("begun"));
        if done {
            assert!(status.success(), "the run failed");
            assert!(fs::read_to_string(&csv).expect("written") == whole, "seed {seed}");
            finished += 1;
            fs::remove_file(&csv).expect("there");
            fs::remove_file(&run).expect("there");
            continue;
        }
        kills += 1;
        while_writing += u32::from(writing(&directory));
    }
    let status = child("killed::go_on", &directory).stdout(std::process::Stdio::null()).status();
    assert!(status.expect("it starts").success(), "seed {seed}");
    assert!(fs::read_to_string(&csv).expect("written") == whole, "seed {seed}");
    println!(
        "{kills} kills, {amid} of them after the first draws, {while_writing} while the file was \
         written, {gone_on} times gone on, {finished} runs finished before the last"
    );
    // All but those at any moment, unless one was caught with nothing left to do.
    assert!(amid >= KILLS / 2, "only {amid} kills in the middle: seed {seed}");
    assert!(gone_on > 0, "no run went on: seed {seed}");
    let mut left = place.names();
    left.retain(|name| name != "begun");
    assert_eq!(left, ["outcome.csv", "run"]);
}
