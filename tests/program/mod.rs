//! The examples as programs, and places for their files.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs a compiled example. `cargo test` builds it beside the test binaries;
/// `cargo test --test examples` does not, so an old one must not pass for new.
pub fn example(name: &str, options: &[&str]) -> Output {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.ancestors().nth(2).expect("a target directory");
    let program = profile.join(format!("examples/{name}{}", std::env::consts::EXE_SUFFIX));
    let built = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    let shared = ["mod", "beside", "design", "long"].map(|s| format!("examples/shared/{s}.rs"));
    let answers = (name == "cooperation").then(|| fs::read_dir("examples/answers").ok()).flatten();
    let answers = answers.into_iter().flatten().flatten().map(|file| file.path());
    let own = shared.into_iter().chain([format!("examples/{name}.rs")]).map(PathBuf::from);
    for source in own.chain(answers) {
        let fresh = built(&program) >= built(&source);
        assert!(fresh, "{name} is not built or is old: run `cargo build --examples` (--release)");
    }
    Command::new(program).args(options).output().expect("the example runs")
}

/// The standard output or error as text.
pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// A directory for one test, removed at its end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new(name: &str) -> Self {
        let unique = format!("blackmass-examples-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(unique);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A file that an example wrote.
pub fn read(directory: &str, name: &str) -> String {
    fs::read_to_string(Path::new(directory).join(name)).expect("the file was written")
}
