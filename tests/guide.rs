//! The tutorial: its commands are run and its changes made, one after the other, in
//! an empty folder. What it shows of their output is what they print,
//! `docs/guide/town.toml` is the file that comes out, and every mistake has the
//! message that the page shows.
//!
//! To write output and messages into the page anew, and the file:
//! `BLACKMASS_WRITE_DOCS=1 cargo test --features cli --test guide`.
#![cfg(feature = "cli")]

use blackmass::scenario::Scenario;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const PAGE: &str = "docs/guide/tutorial.md";
const TOWN: &str = "docs/guide/town.toml";
/// The file that the reader edits.
const EDITED: &str = "town.toml";
/// Where the reader stops editing.
const MISTAKES: &str = "\n## Mistakes\n";

fn root(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// An empty folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("blackmass-tutorial-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        Self(folder)
    }

    fn edited(&self) -> String {
        fs::read_to_string(self.0.join(EDITED)).expect("the file is there")
    }

    fn edit(&self, text: &str) {
        fs::write(self.0.join(EDITED), text).expect("writable");
    }

    /// What the commands print, and whether all succeed; those of others than
    /// `blackmass` are not run.
    fn run(&self, commands: &str) -> (String, bool) {
        let (mut printed, mut succeeds) = (String::new(), true);
        for line in commands.lines() {
            let Some(line) = line.strip_prefix("blackmass ") else { continue };
            let mut command = Command::new(env!("CARGO_BIN_EXE_blackmass"));
            command.args(words(line)).current_dir(&self.0).stdin(Stdio::null());
            let output = command.output().expect("it starts");
            for stream in [&output.stdout, &output.stderr] {
                printed += std::str::from_utf8(stream).expect("UTF-8");
            }
            succeeds &= output.status.success();
        }
        (printed, succeeds)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The words of a line, as a shell has them: with `"` around those with spaces.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let each = |(at, part): (usize, &str)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    };
    quoted.flat_map(each).collect()
}

/// The text with what a `diff` block takes away replaced by what it puts there.
fn changed(text: &str, diff: &str) -> String {
    let side = |sign: char| {
        let lines = diff.lines().filter_map(|line| line.strip_prefix(sign));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (from, to) = (side('-'), side('+'));
    assert_eq!(text.matches(&from).count(), 1, "{from}");
    text.replace(&from, &to)
}

/// As many lines of the output as the block has, from its first line on; `…` leaves
/// some out.
fn excerpt(block: &str, printed: &str) -> String {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let (mut from, mut parts) = (0, Vec::new());
    for part in block.split("…\n") {
        let (first, count) = (part.lines().next().unwrap_or(""), part.lines().count());
        let begins = |line: &&str| line.starts_with(first);
        let at = printed[from..].iter().position(begins).map(|at| at + from);
        let at = at.unwrap_or_else(|| panic!("`{first}` is not in:\n{}", printed.join("\n")));
        from = at + count;
        assert!(from <= printed.len(), "{part}");
        parts.push(printed[at..from].join("\n") + "\n");
    }
    parts.join("…\n")
}

/// The page with output and messages as they are, and the file that is made.
fn current(page: &str) -> (String, String) {
    let (before, after) = page.split_once(MISTAKES).expect("mistakes");
    let folder = Folder::new();
    let (mut now, mut printed, mut failed) = (String::new(), String::new(), false);
    each_block(before, &mut now, |kind, text| {
        match kind {
            "sh" => {
                assert!(!failed, "a failure that the page does not show:\n{printed}");
                let (new, succeeds) = folder.run(text);
                (printed, failed) = (new, !succeeds);
            }
            "diff" => folder.edit(&changed(&folder.edited(), text)),
            "toml" => folder.edit(&format!("{}\n{text}", folder.edited())),
            "text" => {
                let shown = excerpt(text, &printed);
                failed &= !shown.starts_with("error");
                return shown;
            }
            other => panic!("{other}"),
        }
        text.to_owned()
    });
    assert!(!failed, "a failure that the page does not show:\n{printed}");
    let town = folder.edited();
    now += MISTAKES;
    let mut message = None;
    each_block(after, &mut now, |kind, text| match kind {
        "diff" => {
            assert!(message.is_none(), "a mistake without a message");
            let read = Scenario::from_toml(EDITED, &changed(&town, text));
            message = Some(read.expect_err("a mistake").to_string());
            text.to_owned()
        }
        "text" => format!("{}\n", message.take().expect("a message without a mistake")),
        // Compiled and run with the documentation.
        "rust" => text.to_owned(),
        other => panic!("{other}"),
    });
    assert!(message.is_none(), "a mistake without a message");
    (now, town)
}

/// Copies a text, with what `make` makes of each block.
fn each_block(text: &str, now: &mut String, mut make: impl FnMut(&str, &str) -> String) {
    let mut parts = text.split("```");
    *now += parts.next().unwrap_or_default();
    while let (Some(block), Some(after)) = (parts.next(), parts.next()) {
        let (kind, text) = block.split_once('\n').expect("a kind");
        *now += &format!("```{kind}\n{}```{after}", make(kind, text));
    }
}

#[test]
fn the_tutorial_shows_what_happens() {
    let page = read(PAGE);
    let (now, town) = current(&page);
    if std::env::var_os("BLACKMASS_WRITE_DOCS").is_some() {
        fs::write(root(PAGE), &now).expect("written");
        fs::write(root(TOWN), &town).expect("written");
        return;
    }
    let differs = page.lines().zip(now.lines()).find(|(page, now)| page != now);
    assert!(page == now, "{PAGE} is stale: write it with BLACKMASS_WRITE_DOCS=1; {differs:?}");
    assert!(read(TOWN) == town, "{TOWN} is stale: write it with BLACKMASS_WRITE_DOCS=1");
    let (before, mistakes) = page.split_once(MISTAKES).expect("mistakes");
    assert!(before.matches("\nblackmass ").count() >= 9, "commands are missing");
    assert!(mistakes.matches("```diff").count() >= 7, "mistakes are missing");
}
