//! Runs in parts.

use crate::bed::{Place, TOY, done, fails, names, read, result};
use std::fs;

const RUN: [&str; 6] = ["run", TOY, "--draws", "5000", "--seed", "4"];

#[test]
fn merged_shards_are_one_run() {
    let place = Place::new("shards");
    let [whole, parts, merged] = ["whole", "parts", "merged"].map(|name| place.path(name));
    let printed = done(&[&RUN[..], &["--out", &whole]].concat());
    for shard in ["1/3", "2/3"] {
        assert_eq!(done(&[&RUN[..], &["--shard", shard, "--out", &parts]].concat()), "");
    }
    fails(1, &["merge", &parts], &["draws are missing", "fix"]);
    // A shard made elsewhere.
    let elsewhere = place.path("elsewhere");
    done(&[&RUN[..], &["--shard", "3/3", "--out", &elsewhere]].concat());
    let third = format!("{elsewhere}/shard-3-of-3.part");
    let again = done(&["merge", &parts, &third, "--out", &merged]);
    assert_eq!(again, printed);
    assert_eq!(read(&merged, "outcome.csv"), read(&whole, "outcome.csv"));
    let manifests = [&whole, &merged].map(|out| read(out, "manifest.json"));
    assert_eq!(result(&manifests[0]), result(&manifests[1]));
    fails(1, &["merge", &parts, &third, &third], &["draws are in two files"]);
    // A shard that is there is not made again by mistake.
    let shard = [&RUN[..], &["--shard", "1/3", "--out", &parts]].concat();
    fails(2, &shard, &["shard-1-of-3.part", "--resume"]);
    done(&[&shard[..], &["--resume"]].concat());
    done(&[&shard[..], &["--force"]].concat());
    assert_eq!(names(&parts), ["run.json", "shard-1-of-3.part", "shard-2-of-3.part"]);
    // The scenario may have moved, but must be the same.
    let moved = place.path("moved.toml");
    fs::copy(TOY, &moved).expect("writable");
    let all = ["merge", &parts, &third, "--scenario", &moved];
    assert!(done(&all).contains("5 000 draws"));
    let text = fs::read_to_string(TOY).expect("readable");
    fs::write(&moved, text.replacen("value = 6.0", "value = 6.5", 1)).expect("writable");
    fails(1, &all, &["shard-", "found", "allowed"]);
}

#[test]
fn rounds_that_were_finished_are_read_again() {
    let place = Place::new("rounds");
    let out = place.path("out");
    let options = ["run", TOY, "--until-precise", "toy.recovered[lithium]=3%", "--out", &out];
    let printed = done(&options);
    let csv = read(&out, "outcome.csv");
    assert!(!names(&out).iter().any(|name| name.contains("checkpoint")), "{:?}", names(&out));
    assert_eq!(done(&[&options[..], &["--force"]].concat()), printed);
    assert_eq!(read(&out, "outcome.csv"), csv);
}
