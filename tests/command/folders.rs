//! Folders that exist, cannot be written or fill up.

use crate::bed::{Place, TOY, blackmass, command, done, fails, names, read, result, text};
use std::fs;

const DRAWS: [&str; 4] = ["run", TOY, "--draws", "64"];

fn run<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&DRAWS[..], &["--out", out], more].concat()
}

#[test]
fn earlier_results_are_replaced_on_demand_only() {
    let place = Place::new("exists");
    let out = place.path("out");
    fs::create_dir(&out).expect("writable");
    done(&run(&out, &[]));
    let before = read(&out, "outcome.csv");
    let refused = ["--out", "found", "allowed", "--force"];
    fails(2, &run(&out, &["--seed", "5"]), &refused);
    fails(2, &run(&out, &["--seed", "5", "--resume"]), &refused);
    assert_eq!(read(&out, "outcome.csv"), before);
    done(&run(&out, &["--seed", "5", "--force"]));
    assert_ne!(read(&out, "outcome.csv"), before);
    // Another kind of result replaces all of it.
    done(&["run", TOY, "--design", "oat", "--out", &out, "--force"]);
    let left = names(&out);
    assert!(left.iter().any(|n| n == "points.csv") && !left.iter().any(|n| n == "outcome.csv"));
}

#[test]
fn folders_of_others_are_left_alone() {
    let place = Place::new("others");
    let out = place.path("out");
    fs::create_dir(&out).expect("writable");
    fs::write(format!("{out}/thesis.txt"), "mine").expect("writable");
    for more in [&[][..], &["--force"], &["--resume"], &["--shard", "1/1"]] {
        fails(2, &run(&out, more), &["thesis.txt", "found", "allowed", "choose another folder"]);
    }
    assert_eq!(names(&out), ["thesis.txt"]);
    let file = place.file("file", "mine");
    fails(2, &run(&file, &[]), &["a file", "found", "allowed", "fix"]);
    fails(2, &run("", &[]), &["--out"]);
    fails(3, &run(&format!("{file}/below"), &[]), &["below", "found", "fix"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_noticed_first() {
    // Nobody can make files there.
    let message = fails(3, &run("/proc/blackmass", &[]), &["/proc/blackmass", "found", "fix"]);
    assert!(!message.contains("Round"), "{message}");
    fails(3, &["new", "/proc/blackmass.toml"], &["/proc/blackmass.toml", "found", "fix"]);
}

/// A full disk: the size of files is limited, and the signal that says so is
/// ignored, so that writing fails.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let place = Place::new("full");
    let out = place.path("out");
    done(&run(&out, &[]));
    let before = (read(&out, "outcome.csv"), read(&out, "manifest.json"));
    for blocks in [1, 20, 60] {
        // Blocks of 512 or 1 024 bytes: less than the outcome has.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let program = env!("CARGO_BIN_EXE_blackmass");
        let output = std::process::Command::new("sh")
            .args(["-c", &limited, program])
            .args(run(&out, &["--force", "--seed", "3"]))
            .output()
            .expect("it starts");
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{message}");
        assert!(message.contains("found") && message.contains("fix"), "{message}");
        assert_eq!((read(&out, "outcome.csv"), read(&out, "manifest.json")), before);
        assert!(!names(&out).iter().any(|name| name.ends_with(".tmp")), "{:?}", names(&out));
    }
    done(&run(&out, &["--force", "--seed", "3"]));
    assert_ne!(read(&out, "outcome.csv"), before.0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
    let output = command(&["check", "eu"]).stdout(full).output().expect("it starts");
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("standard output cannot be written"));
}

#[test]
fn a_folder_made_in_vain_is_removed() {
    let place = Place::new("vain");
    let out = place.path("out");
    // More shards than blocks of draws.
    let output = blackmass(&run(&out, &["--shard", "2/2"]));
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!std::path::Path::new(&out).exists());
}

#[test]
fn the_same_run_has_the_same_bytes() {
    let place = Place::new("same");
    let [one, two] = ["one", "two"].map(|name| place.path(name));
    done(&run(&one, &["--threads", "1"]));
    done(&run(&two, &["--threads", "2"]));
    assert_eq!(read(&one, "outcome.csv"), read(&two, "outcome.csv"));
    let manifests = [&one, &two].map(|out| read(out, "manifest.json"));
    assert_eq!(result(&manifests[0]), result(&manifests[1]));
}
