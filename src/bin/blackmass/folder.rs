//! The folder that results are written to.

use crate::claim::{self, Claim, With};
use crate::failure::Failure;
use blackmass::ensemble::is_in_use;
use blackmass::{Diagnostic, Error, ErrorKind, Shard, report};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a run goes on with.
const CHECKPOINT: &str = "run.checkpoint";
/// What a shard is of, for `merge`.
pub const RUN: &str = "run.json";
/// What one of these folders is known by when a run has finished.
pub const MANIFEST: &str = "manifest.json";
/// What inputs do to the main results.
pub const SENSITIVITY: &str = "sensitivity.csv";
/// A folder of charts in it.
pub const FIGURES: &str = "figures";
/// What to do after an interruption.
pub const RESUME: &str = "Run the same again with --resume to go on.";
/// What a finished run leaves, beside charts.
const RESULTS: [&str; 11] = [
    "outcome.csv",
    "points.csv",
    "report.html",
    SENSITIVITY,
    "iamc.csv",
    "draws.npy",
    "draws_index.csv",
    "sankey.csv",
    "experiments.csv",
    "outcomes.csv",
    MANIFEST,
];

/// A file to be written: its name, with the folder below if it is in one, and its
/// content.
pub type File = (String, Vec<u8>);

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

/// A folder for results, from which other runs are kept until it is dropped. If it
/// was made for them and none came, it is removed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    claim: Option<Claim>,
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

/// Whether a file is a chart, named as charts are.
fn is_figure(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name = name.strip_prefix(FIGURES).and_then(|name| name.strip_prefix('/'));
    let stem = name.and_then(|name| name.strip_suffix(".svg"));
    stem.is_some_and(|stem| !stem.is_empty() && stem.chars().all(plain))
}

/// Whether a file is of a finished run.
fn is_result(name: &str) -> bool {
    RESULTS.contains(&name) || is_figure(name)
}

/// The file that one was to become or keeps others from: a killed process leaves
/// such.
fn left_over_of(name: &str) -> Option<String> {
    let (folder, file) = match name.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), name),
    };
    let hidden = file.strip_prefix('.').unwrap_or_default();
    let unfinished = hidden.strip_suffix(".tmp").and_then(|name| name.rsplit_once('.'));
    let of = unfinished.map(|(of, _)| of).or_else(|| hidden.strip_suffix(".lock"));
    of.map(|of| format!("{folder}{of}")).filter(|of| is_written(of))
}

/// Whether a file is what a killed process left of one that was being written.
fn is_left_over(name: &str) -> bool {
    left_over_of(name).is_some()
}

/// Whether a file is one that this command writes.
fn is_written(name: &str) -> bool {
    is_result(name) || name == RUN || is_unfinished(name) || is_shard(name)
}

/// Whether a file is of this command.
fn is_own(name: &str) -> bool {
    is_written(name) || is_left_over(name) || name == claim::LOCK
}

impl Folder {
    /// Keeps others from the folder, which is made if it is not there, and checks
    /// what is in it.
    pub fn open(path: &Path, about: About, with: With) -> Result<Self, Failure> {
        let shown = path.display().to_string();
        if path.as_os_str().is_empty() {
            return Err(Failure::option("--out", "nothing", "a folder", "write --out DIR"));
        }
        let made = match fs::metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(Failure::unwritable(path, &error)),
            Ok(about) if !about.is_dir() => {
                let found = format!("{shown}, a file");
                let fix = "choose another place";
                return Err(Failure::option("--out", &found, "a folder, or a new place", fix));
            }
            Ok(_) => false,
        };
        // Nothing is put into a folder of others, not even a lock.
        let names = if made { Vec::new() } else { all_names(path)? };
        if let Some(other) = names.iter().find(|name| !is_own(name)) {
            let found = format!("{shown} with {other}");
            let allowed = "a new or empty folder, or one of an earlier run";
            return Err(Failure::option("--out", &found, allowed, "choose another folder"));
        }
        let claim = Claim::of(path, with).map_err(|error| Failure::unwritable(path, &error))?;
        let Some(claim) = claim else { return Err(in_use(path)) };
        let folder = Self { path: path.to_owned(), claim: Some(claim), made };
        folder.check(about)?;
        if matches!(about, About::Replace) {
            folder.remove(is_unfinished)?;
        }
        Ok(folder)
    }

    /// An error if there is what may not be there.
    fn check(&self, about: About) -> Result<(), Failure> {
        let shown = self.shown();
        let names = all_names(&self.path)?;
        let finished = names.iter().find(|name| is_result(name));
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
        // By a program that uses the library.
        let unfinished = names.iter().filter(|name| is_unfinished(name));
        let busy = unfinished.map(|name| self.path.join(name)).find(|file| is_in_use(file));
        if let (Some(file), About::Replace) = (busy, about) {
            return Err(in_use(&file));
        }
        Ok(())
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
            (true, About::Replace) if is_in_use(&path) => Err(in_use(&path)),
            (true, About::Replace) => {
                fs::remove_file(&path).map_err(|error| Failure::unwritable(&path, &error))?;
                Ok(path)
            }
            _ => Ok(path),
        }
    }

    /// Writes files, each whole or not at all, and removes what they replace. None
    /// gets its name before all are on disk.
    pub fn write(&self, files: &[File]) -> Result<(), Failure> {
        let figures = self.path.join(FIGURES);
        let made = files.iter().any(|(name, _)| is_figure(name)) && !figures.exists();
        if made {
            fs::create_dir(&figures).map_err(|error| Failure::unwritable(&figures, &error))?;
        }
        let all: Vec<(&str, &[u8])> = files.iter().map(|(n, c)| (n.as_str(), &c[..])).collect();
        let written = report::write_files(&self.path, &all);
        if written.is_err() && made {
            // Only an empty folder can be removed so.
            let _ = fs::remove_dir(&figures);
        }
        written.map_err(Failure::while_running)?;
        let written: HashSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        if !written.contains(MANIFEST) {
            return Ok(());
        }
        let replaced = |name: &str| is_result(name) && !written.contains(name);
        self.remove(|name| is_unfinished(name) || is_left_over(name) || replaced(name))
    }

    /// Removes files, but none of a shard or checkpoint that is being written.
    fn remove(&self, which: impl Fn(&str) -> bool) -> Result<(), Failure> {
        for name in all_names(&self.path)?.iter().filter(|name| which(name)) {
            let of = left_over_of(name);
            if is_in_use(self.path.join(of.as_deref().unwrap_or(name))) {
                continue;
            }
            let path = self.path.join(name);
            match fs::remove_file(&path) {
                // By another shard.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed.map_err(|error| Failure::unwritable(&path, &error))?,
            }
        }
        let _ = fs::remove_dir(self.path.join(FIGURES));
        Ok(())
    }

    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// A folder that cannot be used, or a file that cannot be replaced, now.
fn in_use(file: &Path) -> Failure {
    let problem = Diagnostic::new("another run is using the folder");
    let problem = problem.file(file.display().to_string()).found("a run that has not ended");
    let problem = problem.allowed("one run at a time, or several shards");
    let problem = problem.fix("wait until it ends, or choose another folder");
    Failure::from(Error::new(ErrorKind::Checkpoint, problem))
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.claim = None;
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

/// The same with those in the folder of charts, if there are some, instead of
/// its name.
fn all_names(path: &Path) -> Result<Vec<String>, Failure> {
    let mut all = names(path)?;
    let figures = path.join(FIGURES);
    // Not by a link: what it leads to is another's.
    if fs::symlink_metadata(&figures).is_ok_and(|about| about.is_dir()) {
        let below = names(&figures)?;
        all.retain(|name| name != FIGURES);
        all.extend(below.into_iter().map(|name| format!("{FIGURES}/{name}")));
    }
    Ok(all)
}

/// The error of a run with a folder: an interruption can be gone on from.
pub fn resumable(error: Error) -> Failure {
    Failure::while_running(error).hint(RESUME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_files_are_told_from_others() {
        for name in ["outcome.csv", "manifest.json", "run.checkpoint", "round-2048.checkpoint"] {
            assert!(is_own(name) && is_own(&format!(".{name}.77-0.tmp")), "{name}");
            assert!(is_own(&format!(".{name}.lock")), "{name}");
        }
        assert!(is_own("shard-1-of-4.part") && is_own("run.json") && is_own(".blackmass.lock"));
        assert!(is_own("figures/fan-eu-1.svg") && is_own("figures/.fan-eu-1.svg.77-0.tmp"));
        for name in ["figures", "figures/my.svg/x", "figures/Mine.svg", "figures/a.png", "a.svg"] {
            assert!(!is_own(name), "{name}");
        }
        assert!(!is_own("figures/outcome.csv") && !is_own("figures/.svg"));
        for name in ["notes.txt", ".outcome.csv", "outcome.csv.bak", ".tmp", ".x.1-2.tmp", ".git"] {
            assert!(!is_own(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_a_program_writes_now_is_not_removed() -> std::io::Result<()> {
        let path = std::env::temp_dir().join(format!("blackmass-folder-{}", std::process::id()));
        let folder = Folder::open(&path, About::New, With::Nobody).expect("new");
        let used = [".shard-1-of-2.part.9-0.tmp", ".shard-1-of-2.part.lock"];
        for name in used.iter().chain(&[".shard-2-of-2.part.lock", ".outcome.csv.9-0.tmp"]) {
            fs::write(path.join(name), "")?;
        }
        let lock = fs::File::open(path.join(used[1]))?;
        lock.lock()?;
        folder.remove(is_left_over).expect("removable");
        assert_eq!(names(&path).expect("a folder"), [claim::LOCK, used[0], used[1]]);
        lock.unlock()?;
        folder.remove(is_left_over).expect("removable");
        drop(folder);
        assert!(!path.exists());
        Ok(())
    }
}
