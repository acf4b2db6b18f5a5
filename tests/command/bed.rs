//! The command as a process, and places for its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A small scenario that runs in no time.
pub const TOY: &str = "tests/data/small.toml";

/// The command with arguments.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_blackmass"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// What it does.
pub fn blackmass(arguments: &[&str]) -> Output {
    command(arguments).output().expect("it starts")
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// The standard output of a success.
pub fn done(arguments: &[&str]) -> String {
    let output = blackmass(arguments);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{message}");
    assert!(!message.contains("error"), "{arguments:?}\n{message}");
    for stream in [&output.stdout, &output.stderr] {
        assert!(!stream.contains(&0x1b), "{arguments:?} has an escape code");
    }
    text(&output.stdout).to_owned()
}

/// The standard error of a failure, which has nothing on the standard output,
/// says all words and is no panic.
pub fn fails(code: i32, arguments: &[&str], words: &[&str]) -> String {
    let output = blackmass(arguments);
    let message = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: `{word}` is not in:\n{message}");
    }
    assert!(!message.contains("panicked") && !message.contains('\u{1b}'), "{message}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    message
}

/// A folder for one test, removed at its end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(name: &str) -> Self {
        let unique = format!("blackmass-command-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).expect("writable");
        path.display().to_string()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The names in a folder, in order.
pub fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    names
}

pub fn read(folder: &str, name: &str) -> String {
    fs::read_to_string(Path::new(folder).join(name)).expect("the file was written")
}

/// A manifest without what the machine did.
pub fn result(manifest: &str) -> &str {
    manifest.split("\"run\"").next().expect("a part")
}
