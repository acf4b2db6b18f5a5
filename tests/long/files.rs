//! Files that are of another run, damaged, or cannot be written: an error that
//! says so, and the file as it was.

use crate::bed::{Place, all_of, child, given_place, interrupt, plan, plan_with};
use blackmass::ensemble::Freeze;
use blackmass::sampling::design::Design;
use blackmass::{Ensemble, Error, ErrorKind, Plan, Shard};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use std::time::Duration;

const DRAWS: u32 = 5_000;

fn ensemble<'a>(plan: &'a Plan, file: &Path) -> Ensemble<'a> {
    Ensemble::new(plan).draws(DRAWS).threads(1).checkpoint(file)
}

/// The bytes of a checkpoint of 2 048 draws.
fn half(plan: &Plan, file: &Path) -> Vec<u8> {
    assert!(interrupt(&ensemble(plan, file), 2_048));
    fs::read(file).expect("it is there")
}

/// The error of going on with a file, which is left as it is.
fn refused(ensemble: &Ensemble, file: &Path) -> Error {
    let before = fs::read(file).expect("it is there");
    let error = ensemble.run().expect_err("refused");
    assert!(fs::read(file).expect("it is there") == before, "the file changed: {error}");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    assert!(error.to_string().contains("fix"), "{error}");
    error
}

#[test]
fn a_file_of_another_run_is_refused() {
    let (plan, other, place) = (plan(), plan_with(101.0), Place::new());
    let file = place.file("run");
    half(&plan, &file);
    let same = || ensemble(&plan, &file);
    let values = |last: f64| {
        let mut values = vec![1.0; DRAWS as usize];
        values[4_000] = last;
        values
    };
    for (run, words) in [
        (same().seed(2), ["seed", "found    1", "allowed  2"]),
        (same().draws(5_001), ["draws", "found    5000", "allowed  5001"]),
        (same().design(Design::LatinHypercube), ["design", "found    mc", "allowed  lhs"]),
        (same().design(Design::sobol()), ["design", "found    mc", "allowed  sobol"]),
        (same().freeze(Freeze::Aleatory), ["frozen", "nothing", "aleatory"]),
        (same().keep("luck"), ["kept draws", "none", "luck"]),
        (same().given("growth", values(1.0)), ["supplied", "none", "of 1"]),
        (ensemble(&other, &file), ["key      plan", "another scenario", "allowed"]),
    ] {
        let error = refused(&run, &file);
        assert_eq!(error.kind(), ErrorKind::Checkpoint);
        assert_eq!(error.diagnostics().len(), 1, "only what differs: {error}");
        words.iter().for_each(|word| assert!(error.to_string().contains(word), "{word}: {error}"));
    }
    let error = refused(&same().seed(2).keep("luck"), &file);
    assert_eq!(error.diagnostics().len(), 2, "{error}");
    // The same names, and one value that no early draw sees.
    let file = place.file("given");
    assert!(interrupt(&ensemble(&plan, &file).given("growth", values(1.0)), 2_048));
    refused(&ensemble(&plan, &file).given("growth", values(1.5)), &file);
    // The years count, not their order in the program.
    let file = place.file("kept");
    let kept = |years: &[i32]| ensemble(&plan, &file).keep("luck").keep_years("recovered", years);
    assert!(interrupt(&kept(&[2021, 2022]), 2_048));
    refused(&kept(&[2021, 2023]), &file);
    let run = ensemble(&plan, &file).keep_years("recovered", &[2021, 2022]).keep("luck").run();
    run.expect("the same");
    // A shard of the same run.
    let file = place.file("shard");
    let part = Ensemble::new(&plan).draws(DRAWS);
    part.run_shard(Shard::new(2, 2).expect("one of two"), &file).expect("it runs");
    let error = refused(&ensemble(&plan, &file), &file);
    assert!(error.to_string().contains("draws 2049 to 5000"), "{error}");
    let error = part.run_shard(Shard::new(2, 3).expect("one of three"), &file);
    assert_eq!(error.expect_err("another shard").kind(), ErrorKind::Checkpoint);
}

#[test]
fn a_file_that_is_no_checkpoint_is_refused() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    for bytes in [&b""[..], b"blkm", b"region = \"eu\"\nseed = 1\n", &[0; 5_000]] {
        fs::write(&file, bytes).expect("writable");
        assert_eq!(refused(&ensemble(&plan, &file), &file).kind(), ErrorKind::Checkpoint);
    }
    let error = ensemble(&plan, &place.file("no/where")).run().expect_err("no directory");
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("nothing was computed"), "{error}");
    fs::create_dir(place.file("taken")).expect("writable");
    let error = ensemble(&plan, &place.file("taken")).run().expect_err("a directory");
    assert_eq!(error.kind(), ErrorKind::Io);
}

/// The 64-bit FNV-1a hash, as the module `encode` has it.
fn fnv(parts: &[&[u8]]) -> [u8; 8] {
    let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    parts.concat().iter().fold(0xcbf2_9ce4_8422_2325, step).to_le_bytes()
}

/// Where the body begins.
fn body(bytes: &[u8]) -> usize {
    let len = u32::from_le_bytes(bytes[12..16].try_into().expect("four"));
    16 + len as usize + 8 + 8
}

/// Makes both checksums those of the content.
fn sealed(bytes: &mut [u8]) {
    let (body, end) = (body(bytes), bytes.len() - 8);
    let header = fnv(&[&bytes[..body - 8]]);
    bytes[body - 8..body].copy_from_slice(&header);
    let all = fnv(&[&bytes[..body - 8], &bytes[body..end]]);
    bytes[end..].copy_from_slice(&all);
}

#[test]
fn a_file_of_another_version_is_refused() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    let whole = half(&plan, &file);
    let mut bytes = whole.clone();
    sealed(&mut bytes);
    assert!(bytes == whole, "the layout is as documented");
    let version = env!("CARGO_PKG_VERSION");
    let at = bytes.windows(version.len()).position(|w| w == version.as_bytes()).expect("there");
    bytes[at] = b'9';
    sealed(&mut bytes);
    fs::write(&file, &bytes).expect("writable");
    let error = refused(&ensemble(&plan, &file), &file).to_string();
    assert!(error.contains("version of blackmass") && error.contains(version), "{error}");
    bytes[8] += 1;
    fs::write(&file, &bytes).expect("writable");
    let error = refused(&ensemble(&plan, &file), &file).to_string();
    assert!(error.contains("another version") && error.contains("found    2"), "{error}");
}

#[test]
fn no_piece_of_a_file_passes_for_whole() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    let whole = half(&plan, &file);
    let body = body(&whole);
    // Every byte of the header, then some, and the last of all.
    let step = (whole.len() - body) / 150 + 1;
    for at in (0..body + 8).chain((body + 8..whole.len()).step_by(step)).chain([whole.len() - 1]) {
        fs::write(&file, &whole[..at]).expect("writable");
        let error = refused(&ensemble(&plan, &file), &file);
        assert_eq!(error.kind(), ErrorKind::Checkpoint, "{at}");
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&file, &bytes).expect("writable");
        let error = refused(&ensemble(&plan, &file), &file);
        assert_eq!(error.kind(), ErrorKind::Checkpoint, "{at}");
    }
    fs::write(&file, [&whole[..], &[0]].concat()).expect("writable");
    assert!(refused(&ensemble(&plan, &file), &file).to_string().contains("follows its end"));
    fs::write(&file, &whole).expect("writable");
    ensemble(&plan, &file).run().expect("the file was whole");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Bytes that somebody forged, checksums and all: no panic, and no number
    /// that is not finite.
    #[test]
    fn forged_files_do_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        early in any::<bool>(),
        kept in any::<bool>(),
    ) {
        let (plan, place) = (plan(), Place::new());
        let file = place.file("run");
        let mut run = ensemble(&plan, &file);
        if kept {
            run = run.keep("luck");
        }
        prop_assert!(interrupt(&run, 2_048));
        let mut bytes = fs::read(&file).expect("it is there");
        let (from, end) = (body(&bytes), bytes.len() - 8);
        for (at, byte) in changes {
            let span = if early { 40 } else { end - from };
            bytes[from + at.index(span)] = byte;
        }
        sealed(&mut bytes);
        fs::write(&file, &bytes).expect("writable");
        match run.run() {
            Ok(outcome) => prop_assert!(!all_of(&outcome).contains("NaN")),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Checkpoint),
        }
    }
}

#[test]
fn what_a_killed_run_left_beside_the_file_is_removed() {
    let (plan, place) = (plan(), Place::new());
    let file = place.file("run");
    fs::write(place.file(".run.123-4.tmp"), "half a checkpoint").expect("writable");
    fs::write(place.file(".run.mine.tmp"), "not ours").expect("writable");
    ensemble(&plan, &file).run().expect("it runs");
    assert_eq!(place.names(), [".run.mine.tmp", "run"]);
}

/// Run as a child, with a limit on the size of files.
#[test]
fn fill_the_disk() {
    let Some(place) = given_place() else { return };
    let plan = plan();
    let run =
        ensemble(&plan, &place.join("run")).keep("recovered").checkpoint_every(Duration::ZERO);
    match run.run() {
        Ok(_) => println!("\nfinished"),
        Err(error) => println!("\nkind {:?}\n{error}\nend", error.kind()),
    }
}

/// A process may write files of so many blocks and gets an error beyond: as on
/// a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_older_checkpoint() {
    let place = Place::new();
    let file = place.file("run");
    let plain = child("files::fill_the_disk", file.parent().expect("a directory"));
    let limited = |blocks: u32| {
        let mut command = std::process::Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        command.args(["-c", &script]).arg(plain.get_program()).args(plain.get_args());
        for (key, value) in plain.get_envs() {
            command.env(key, value.expect("set"));
        }
        String::from_utf8(command.output().expect("a shell").stdout).expect("text")
    };
    // Not even an empty one.
    let text = limited(1);
    assert!(text.contains("kind Io") && text.contains("nothing was computed"), "{text}");
    assert!(place.names().is_empty());
    // Some, not all.
    let text = limited(600);
    assert!(text.contains("kind Io") && text.contains("cannot be written"), "{text}");
    assert!(text.contains("holds draws 1 to ") && text.contains("as before"), "{text}");
    assert_eq!(place.names(), ["run"]);
    let held = fs::read(&file).expect("it is there");
    assert!(limited(600).contains("holds draws 1 to "));
    assert!(fs::read(&file).expect("it is there") == held);
    // Space again.
    let plan = plan();
    let run = Ensemble::new(&plan).draws(DRAWS).keep("recovered");
    let one = all_of(&run.run().expect("it runs"));
    let gone_on = run.checkpoint(&file).run().expect("it goes on");
    assert!(one == all_of(&gone_on));
}
