//! Ctrl-C in the middle.

use crate::bed::{Place, command, done, fails, names, read, result, text};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const RUN: [&str; 7] = ["run", "eu", "--policy", "baseline", "--draws", "12000", "--threads"];

fn start(arguments: &[&str]) -> Child {
    command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// Ends a process by a signal, as a terminal or an operating system does.
fn signal(child: &Child, name: &str) {
    let done = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(done.expect("kill").success());
}

/// Waits until a file of the folder is there and some draws are under way.
fn begun(folder: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    let file = std::path::Path::new(folder).join("run.checkpoint");
    while !file.exists() {
        assert!(Instant::now() < end, "the run does not begin");
        sleep(Duration::from_millis(2));
    }
}

fn interrupted(child: Child) -> Output {
    let output = child.wait_with_output().expect("it ends");
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert!(message.starts_with("Interrupted: "), "{message}");
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
    let resumed = done(&[&options[..], &["--resume"]].concat());
    assert_eq!(resumed, printed);
    assert_eq!(read(&cut, "outcome.csv"), read(&whole, "outcome.csv"));
    let manifests = [&whole, &cut].map(|out| read(out, "manifest.json"));
    assert_eq!(result(&manifests[0]), result(&manifests[1]));
    assert_eq!(names(&cut), names(&whole));
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
