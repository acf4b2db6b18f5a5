//! Ctrl-C in the middle.

use crate::bed::{Place, blackmass, command, done, fails, names, read, result, text};
use serde_json::Value;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub const RUN: [&str; 7] = ["run", "eu", "--policy", "baseline", "--draws", "12000", "--threads"];

pub fn start(arguments: &[&str]) -> Child {
    command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// Ends a process by a signal, as a terminal or an operating system does.
pub fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(done.expect("kill").success());
}

/// Waits until a file of the folder is there and some draws are under way.
pub fn begun(folder: &str) {
    appears(folder, "run.checkpoint");
}

pub fn appears(folder: &str, name: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    let file = std::path::Path::new(folder).join(name);
    while !file.exists() {
        assert!(Instant::now() < end, "the run does not begin");
        sleep(Duration::from_millis(2));
    }
}

/// What it says at last, after what it said of its rounds.
fn interrupted(child: Child) -> Output {
    let output = child.wait_with_output().expect("it ends");
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    let last = message.lines().last().unwrap_or_default();
    assert!(last.starts_with("Interrupted: "), "{message}");
    assert!(output.stdout.is_empty(), "nothing is printed of half a run");
    output
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bytes() {
    let place = Place::new("interrupted");
    let [whole, cut] = ["whole", "cut"].map(|name| place.path(name));
    let printed = done(&[&RUN[..], &["2", "--out", &whole]].concat());
    let options = [&RUN[..], &["1", "--out", &cut]].concat();
    let child = start(&options);
    begun(&cut);
    sleep(Duration::from_millis(200));
    signal(&child, "-INT");
    let output = interrupted(child);
    assert!(text(&output.stderr).contains("--resume"), "{}", text(&output.stderr));
    assert_eq!(names(&cut), ["run.checkpoint"]);
    // It does not begin anew by mistake, nor go on with another run.
    fails(2, &options, &["--out", "found", "allowed", "--resume"]);
    let other = [&options[..], &["--resume", "--seed", "2"]].concat();
    fails(1, &other, &["run.checkpoint", "seed", "found", "allowed"]);
    assert_eq!(names(&cut), ["run.checkpoint"]);
    let before = Instant::now();
    let resumed = done(&[&options[..], &["--resume"]].concat());
    let seconds = before.elapsed().as_secs_f64();
    assert_eq!(resumed, printed);
    assert_eq!(read(&cut, "outcome.csv"), read(&whole, "outcome.csv"));
    let manifests = [&whole, &cut].map(|out| read(out, "manifest.json"));
    assert_eq!(result(&manifests[0]), result(&manifests[1]));
    assert_eq!(names(&cut), names(&whole));
    // The speed is that of the draws computed now.
    let [whole, cut] = manifests.map(|text| notes(&text));
    let number = |notes: &Value, key: &str| notes[key].as_f64().expect("a number");
    assert_eq!(number(&whole, "resumed_draws"), 0.0);
    let read = number(&cut, "resumed_draws");
    assert!(read > 0.0 && read < 12_000.0 && read % 1_024.0 == 0.0, "{read}");
    for (notes, read) in [(&whole, 0.0), (&cut, read)] {
        let expected = (12_000.0 - read) / number(notes, "wall_seconds");
        assert!((number(notes, "draws_per_second") / expected - 1.0).abs() < 1e-9, "{notes}");
    }
    assert!(number(&cut, "wall_seconds") <= seconds);
}

/// What the machine did.
fn notes(manifest: &str) -> Value {
    let manifest: Value = serde_json::from_str(manifest).expect("JSON");
    manifest["run"].clone()
}

/// Rounds of 1 024, 2 048, 4 096 and 8 192 draws: stopped in the third and
/// killed in the fourth.
#[test]
fn interrupted_rounds_go_on_to_the_same_bytes() {
    let place = Place::new("rounds-cut");
    let [whole, cut] = ["whole", "cut"].map(|name| place.path(name));
    // More than can be had: the last round is written all the same.
    let asked = ["--until-precise", "eu.recovered[lithium]=0.01%", "--max-draws", "8192"];
    let run = [&["run", "eu", "--policy", "baseline"], &asked[..]].concat();
    let ended = |options: &[&str]| {
        let output = blackmass(options);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let printed = ended(&[&run[..], &["--out", &whole]].concat());
    assert!(printed.contains("8 192 draws"), "{printed}");
    let options = [&run[..], &["--threads", "1", "--out", &cut]].concat();
    let resume = [&options[..], &["--resume"]].concat();
    let child = start(&options);
    appears(&cut, "round-4096.checkpoint");
    sleep(Duration::from_millis(100));
    signal(&child, "-INT");
    let output = interrupted(child);
    assert!(text(&output.stderr).contains("--resume"), "{}", text(&output.stderr));
    let rounds = ["round-1024.checkpoint", "round-2048.checkpoint", "round-4096.checkpoint"];
    assert_eq!(names(&cut), rounds);
    fails(2, &options, &["--out", "found", "allowed", "--resume"]);
    let child = start(&resume);
    appears(&cut, "round-8192.checkpoint");
    sleep(Duration::from_millis(100));
    signal(&child, "-KILL");
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), None);
    // Rounds that are finished are read; those draws are not computed again.
    assert!(rounds.iter().all(|round| names(&cut).iter().any(|name| name == round)));
    assert_eq!(ended(&resume), printed);
    assert_eq!(read(&cut, "outcome.csv"), read(&whole, "outcome.csv"));
    let manifests = [&whole, &cut].map(|out| read(out, "manifest.json"));
    assert_eq!(result(&manifests[0]), result(&manifests[1]));
    assert_eq!(names(&cut), names(&whole));
    // Of all rounds but those read: 1 024 + 2 048 + 4 096 draws are.
    for (text, computed) in manifests.iter().zip([15_360.0, 8_192.0]) {
        let notes = notes(text);
        let seconds = notes["wall_seconds"].as_f64().expect("a number");
        let resumed = notes["resumed_draws"].as_f64().expect("a number");
        let rate = notes["draws_per_second"].as_f64().expect("a number");
        assert!((rate * seconds / (computed - resumed) - 1.0).abs() < 1e-9, "{notes}");
    }
}

#[test]
fn other_ways_to_stop() {
    let place = Place::new("stopped");
    // SIGTERM is the same.
    let out = place.path("term");
    let child = start(&[&RUN[..], &["1", "--out", &out]].concat());
    begun(&out);
    signal(&child, "-TERM");
    interrupted(child);
    assert_eq!(names(&out), ["run.checkpoint"]);
    // Without a folder nothing is kept, and nothing is promised.
    let child = start(&[&RUN[..5], &["100000"]].concat());
    sleep(Duration::from_secs(2));
    signal(&child, "-INT");
    let output = interrupted(child);
    assert!(!text(&output.stderr).contains("--resume"));
    // After the power cut of a first run, --force starts again.
    let out = place.path("killed");
    let options = [&RUN[..5], &["3000", "--out", &out]].concat();
    let child = start(&[&RUN[..], &["1", "--out", &out]].concat());
    begun(&out);
    signal(&child, "-KILL");
    assert_eq!(child.wait_with_output().expect("it ends").status.code(), None);
    done(&[&options[..], &["--force"]].concat());
    assert!(!names(&out).iter().any(|name| name.contains("checkpoint")));
}

#[test]
fn further_files_come_whole_or_not_at_all() {
    use std::io::{BufRead as _, BufReader};
    let place = Place::new("interrupted-files");
    let [whole, cut] = ["whole", "cut"].map(|name| place.path(name));
    let files = ["--sensitivity", "--formats", "figures,iamc,draws"];
    let options = |out| [&RUN[..4], &["--draws", "3000", "--out", out], &files[..]].concat();
    done(&options(&whole));
    // After the draws, while it is found what inputs do.
    let mut child = start(&options(&cut));
    let mut messages = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    messages.read_line(&mut line).expect("readable");
    assert!(line.starts_with("Draws are complete"), "{line}");
    signal(&child, "-INT");
    messages.read_line(&mut line).expect("readable");
    let code = child.wait_with_output().expect("it ends").status.code();
    assert_eq!(code, Some(130), "{line}");
    assert!(line.contains("Interrupted: all draws complete"), "{line}");
    assert!(line.contains("--resume"), "{line}");
    assert_eq!(names(&cut), ["run.checkpoint"]);
    // What is kept is part of what is gone on with.
    let other = [&RUN[..4], &["--draws", "3000", "--out", &cut, "--resume"]].concat();
    fails(1, &other, &["run.checkpoint", "kept draws", "found", "allowed"]);
    done(&[&options(&cut)[..], &["--resume"]].concat());
    assert_eq!(names(&cut), names(&whole));
    assert_eq!(names(&format!("{cut}/figures")), names(&format!("{whole}/figures")));
    for name in ["outcome.csv", "sensitivity.csv", "iamc.csv", "draws_index.csv"] {
        assert_eq!(read(&cut, name), read(&whole, name), "{name}");
    }
}
