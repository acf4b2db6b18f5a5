//! The folder that results are written to.

use crate::failure::Failure;
use blackmass::{Error, Shard, report};
use std::fs;
use std::path::{Path, PathBuf};

/// What a run goes on with.
const CHECKPOINT: &str = "run.checkpoint";
/// What a shard is of, for `merge`.
pub const RUN: &str = "run.json";
/// What one of these folders is known by when a run has finished.
pub const MANIFEST: &str = "manifest.json";
/// What a finished run leaves.
const RESULTS: [&str; 4] = ["outcome.csv", "points.csv", "report.html", MANIFEST];

/// What to do about what is there.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// Refuse if it is anything of an earlier run.
    New,
    /// Go on where an earlier run was interrupted.
    Resume,
    /// Replace an earlier result.
    Replace,
}

/// A folder for results. If it was made for them and none came, it is removed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether it was made just now.
    made: bool,
}

/// Whether a file is one of an unfinished run.
fn is_unfinished(name: &str) -> bool {
    name == CHECKPOINT || name.starts_with("round-") && name.ends_with(".checkpoint")
}

/// Whether a file is a shard.
pub fn is_shard(name: &str) -> bool {
    name.starts_with("shard-") && name.ends_with(".part")
}

/// Whether a file is one that this command writes, or what a killed process left
/// of it.
fn is_own(name: &str) -> bool {
    let known = |name: &str| {
        RESULTS.contains(&name) || name == RUN || is_unfinished(name) || is_shard(name)
    };
    let left = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
    known(name) || left.and_then(|name| name.rsplit_once('.')).is_some_and(|(of, _)| known(of))
}

impl Folder {
    /// Checks what is there, and makes the folder if it is not.
    pub fn open(path: &Path, about: About) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        if path.as_os_str().is_empty() {
            return Err(Failure::option("--out", "nothing", "a folder", "write --out DIR"));
        }
        let names = match fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(Failure::unwritable(path, &error)),
            Ok(about) if !about.is_dir() => {
                let found = format!("{shown}, a file");
                let fix = "choose another place";
                return Err(Failure::option("--out", &found, "a folder, or a new place", fix));
            }
            Ok(_) => names(path)?,
        };
        if let Some(other) = names.iter().find(|name| !is_own(name)) {
            let found = format!("{shown} with {other}");
            let allowed = "a new or empty folder, or one of an earlier run";
            return Err(Failure::option("--out", &found, allowed, "choose another folder"));
        }
        let finished = names.iter().find(|name| RESULTS.contains(&name.as_str()));
        if let (Some(name), About::New | About::Resume) = (finished, about) {
            let found = format!("{shown} with {name} of a finished run");
            let fix = "choose another folder, or replace the result with --force";
            return Err(Failure::option("--out", &found, "a folder without results", fix));
        }
        let begun = names.iter().any(|name| is_unfinished(name));
        if begun && matches!(about, About::New) {
            let found = format!("{shown} with an interrupted run");
            let fix = "go on with --resume, or start again with --force";
            return Err(Failure::option("--out", &found, "a folder without one", fix));
        }
        let made = !path.exists();
        fs::create_dir_all(path).map_err(|error| Failure::unwritable(path, &error))?;
        let folder = Self { path: path.to_owned(), made };
        if matches!(about, About::Replace) {
            folder.remove(is_unfinished)?;
        }
        Ok(folder)
    }

    /// The file that an uninterrupted run does not leave.
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join(CHECKPOINT)
    }

    /// The same of a run that is one of several with ever more draws.
    pub fn checkpoint_of_round(&self, draws: u32) -> PathBuf {
        self.path.join(format!("round-{draws}.checkpoint"))
    }

    /// The file of a shard; it may be there only if it is gone on with.
    pub fn shard(&self, shard: Shard, about: About) -> Result<PathBuf, Failure> {
        let name = format!("shard-{}.part", shard.to_string().replace('/', "-of-"));
        let path = self.path.join(name);
        match (path.exists(), about) {
            (true, About::New) => {
                let found = path.display().to_string();
                let fix = "go on with --resume, or start again with --force";
                Err(Failure::option("--out", &found, "a folder without this shard", fix))
            }
            (true, About::Replace) => {
                fs::remove_file(&path).map_err(|error| Failure::unwritable(&path, &error))?;
                Ok(path)
            }
            _ => Ok(path),
        }
    }

    /// Writes files, each whole or not at all, and removes what they replace.
    pub fn write(&self, files: &[(&str, String)]) -> Result<(), Failure> {
        let texts: Vec<(&str, &str)> = files.iter().map(|(n, text)| (*n, text.as_str())).collect();
        report::write_files(&self.path, &texts).map_err(Failure::while_running)?;
        let written = |name: &str| files.iter().any(|(known, _)| *known == name);
        let results = written(MANIFEST);
        self.remove(|name| {
            results && (is_unfinished(name) || RESULTS.contains(&name) && !written(name))
        })
    }

    fn remove(&self, which: impl Fn(&str) -> bool) -> Result<(), Failure> {
        for name in names(&self.path)?.iter().filter(|name| which(name)) {
            let path = self.path.join(name);
            fs::remove_file(&path).map_err(|error| Failure::unwritable(&path, &error))?;
        }
        Ok(())
    }

    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Only an empty folder can be removed so.
        if self.made {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// The names in a folder, in order.
pub fn names(path: &Path) -> Result<Vec<String>, Failure> {
    let unreadable = |error: std::io::Error| Failure::unreadable(path, &error, "a folder");
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The error of a run with a folder: an interruption can be gone on from.
pub fn resumable(error: Error) -> Failure {
    Failure::while_running(error).hint("Run the same again with --resume to go on.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_files_are_told_from_others() {
        for name in ["outcome.csv", "manifest.json", "run.checkpoint", "round-2048.checkpoint"] {
            assert!(is_own(name) && is_own(&format!(".{name}.77-0.tmp")), "{name}");
        }
        assert!(is_own("shard-1-of-4.part") && is_own("run.json"));
        for name in ["notes.txt", ".outcome.csv", "outcome.csv.bak", ".tmp", ".x.1-2.tmp", ".git"] {
            assert!(!is_own(name), "{name}");
        }
    }
}
