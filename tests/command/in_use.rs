//! Two processes and one folder: the second is refused, the first goes on.

use crate::bed::{Place, TOY, done, fails, names, read, text};
use crate::interrupted::{RUN, appears, begun, signal, start};
use std::io::{BufRead as _, BufReader};
use std::process::Child;

/// What the second of two says.
const REFUSED: [&str; 4] = ["another run is using the folder", "found", "allowed", "wait"];

/// A process that stands still; if a test fails it is killed.
struct Stopped(Option<Child>);

impl Stopped {
    fn new(child: Child) -> Self {
        signal(&child, "-STOP");
        Self(Some(child))
    }

    /// Lets it go on, to a good end.
    fn goes_on(mut self) {
        let mut child = self.0.take().expect("once");
        assert_eq!(child.try_wait().expect("a process"), None, "it had ended before");
        signal(&child, "-CONT");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let place = Place::new("in-use");
    let [whole, out] = ["whole", "out"].map(|name| place.path(name));
    let options = [&RUN[..], &["1", "--out", &out]].concat();
    let child = start(&options);
    begun(&out);
    let child = Stopped::new(child);
    // Neither going on nor starting again, nor what else writes to a folder.
    for more in [&[][..], &["--resume"], &["--force"], &["--shard", "1/2"]] {
        fails(1, &[&options[..], more].concat(), &[&REFUSED[..], &[&out]].concat());
    }
    child.goes_on();
    done(&[&RUN[..], &["2", "--out", &whole]].concat());
    assert_eq!(read(&out, "outcome.csv"), read(&whole, "outcome.csv"));
    assert_eq!(names(&out), names(&whole));
}

/// The draws are complete, but not what follows.
#[test]
fn a_folder_is_in_use_until_its_files_are_written() {
    let place = Place::new("in-use-late");
    let [whole, out] = ["whole", "out"].map(|name| place.path(name));
    let options = |out| [&RUN[..], &["2", "--sensitivity", "--out", out]].concat();
    let mut child = start(&options(&out));
    let mut messages = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    messages.read_line(&mut line).expect("readable");
    let child = Stopped::new(child);
    assert!(line.starts_with("Draws are complete"), "{line}");
    let before = names(&out);
    for more in [&[][..], &["--resume"], &["--force"], &["--shard", "1/2"]] {
        fails(1, &[&options(&out)[..], more].concat(), &REFUSED);
    }
    assert_eq!(names(&out), before);
    assert!(before.iter().any(|name| name == "run.checkpoint"), "{before:?}");
    child.goes_on();
    done(&options(&whole));
    assert_eq!(names(&out), names(&whole));
    for name in ["outcome.csv", "sensitivity.csv"] {
        assert_eq!(read(&out, name), read(&whole, name), "{name}");
    }
}

#[test]
fn shards_share_a_folder_with_shards_only() {
    let place = Place::new("in-use-shards");
    let [parts, elsewhere, whole] = ["parts", "elsewhere", "whole"].map(|name| place.path(name));
    done(&["run", TOY, "--draws", "2048", "--shard", "1/1", "--out", &elsewhere]);
    let shard = |shard| [&RUN[..], &["1", "--out", &parts, "--shard", shard]].concat();
    let child = start(&shard("1/2"));
    appears(&parts, "shard-1-of-2.part");
    let child = Stopped::new(child);
    // Another shard is no obstacle, and leaves what keeps others out.
    done(&shard("2/2"));
    let before = names(&parts);
    for name in [".blackmass.lock", ".shard-1-of-2.part.lock", "shard-2-of-2.part"] {
        assert!(before.iter().any(|there| there == name), "{name}: {before:?}");
    }
    let run = ["run", TOY, "--draws", "64", "--out", &parts];
    fails(1, &run, &REFUSED);
    fails(1, &[&run[..], &["--force"]].concat(), &REFUSED);
    fails(1, &["merge", &elsewhere, "--out", &parts], &REFUSED);
    // The same shard twice: by its own lock.
    fails(1, &[&shard("1/2")[..], &["--force"]].concat(), &["shard-1-of-2.part", "another run"]);
    assert_eq!(names(&parts), before);
    child.goes_on();
    assert_eq!(names(&parts), ["run.json", "shard-1-of-2.part", "shard-2-of-2.part"]);
    let printed = done(&[&RUN[..], &["2", "--out", &whole]].concat());
    // Now they can be merged in their own folder.
    assert_eq!(done(&["merge", &parts, "--out", &parts]), printed);
    assert_eq!(read(&parts, "outcome.csv"), read(&whole, "outcome.csv"));
}

#[test]
fn a_lock_of_a_killed_run_is_no_obstacle() {
    let place = Place::new("in-use-killed");
    let out = place.path("out");
    let options = [&RUN[..], &["1", "--out", &out]].concat();
    let child = start(&options);
    begun(&out);
    signal(&child, "-KILL");
    child.wait_with_output().expect("it ends");
    assert!(names(&out).iter().any(|name| name == ".blackmass.lock"), "{:?}", names(&out));
    done(&[&options[..], &["--resume"]].concat());
    assert!(!names(&out).iter().any(|name| name.starts_with('.')), "{:?}", names(&out));
}

/// A lock that cannot be made: the run does without.
#[test]
fn a_folder_without_locks_does_without() {
    let place = Place::new("in-use-without");
    let out = place.path("out");
    // A folder where the lock would be.
    std::fs::create_dir_all(format!("{out}/.blackmass.lock")).expect("writable");
    done(&["run", TOY, "--draws", "64", "--out", &out]);
    assert!(names(&out).iter().any(|name| name == "outcome.csv"));
}
