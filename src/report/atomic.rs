//! Files that are written whole or not at all.

use crate::error::{Diagnostic, Error, ErrorKind};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes files, given by name and content (text or bytes), into a directory, which is created
/// if it is missing. An existing file is replaced.
///
/// Every file is first written to a temporary file beside its place and
/// brought to disk; only when all are there do they get their names. A reader
/// sees a file as it was before or whole, never a part of it.
///
/// # Errors
/// [`ErrorKind::Io`], naming the path, if anything cannot be written. No
/// temporary file stays behind. Old files are as they were, unless the very
/// last step, giving a file its name, failed after another file got its own.
pub fn write_files<C: AsRef<[u8]>>(
    directory: impl AsRef<Path>,
    files: &[(&str, C)],
) -> Result<(), Error> {
    let directory = directory.as_ref();
    fs::create_dir_all(directory).map_err(|error| {
        let fix = "choose a directory that exists or can be created";
        failure("the directory cannot be created", directory, &error, fix)
    })?;
    let prepared: Result<Vec<Prepared>, Error> = files
        .iter()
        .map(|(name, content)| {
            let path = directory.join(name);
            let written = Prepared::new(&path, |file| file.write_all(content.as_ref()));
            written.map_err(|error| not_written(&path, &error))
        })
        .collect();
    prepared?
        .into_iter()
        .try_for_each(|file| file.finish().map_err(|error| not_written(&file.path, &error)))
}

/// Writes one file whole or not at all. If it fails, the file is as it was and
/// no temporary file stays behind.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    Prepared::new(path, |file| write(file))?.finish()?;
    // The new name is to survive a power cut; where directories cannot be
    // synchronised, this is as much as can be done.
    if let Ok(directory) = fs::File::open(directory_of(path)) {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// The directory a file is in.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes the temporary files that processes left beside a file when they were
/// killed while they wrote it. Nobody else may be writing it.
pub(crate) fn remove_left_over(path: &Path) {
    let Some(name) = path.file_name() else { return };
    let begin = format!(".{}.", name.to_string_lossy());
    for entry in fs::read_dir(directory_of(path)).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let middle = found.to_str().and_then(|f| f.strip_prefix(&begin)?.strip_suffix(".tmp"));
        let ours = |m: &str| {
            let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
            m.split_once('-').is_some_and(|(process, count)| number(process) && number(count))
        };
        if middle.is_some_and(ours) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn failure(message: &str, path: &Path, error: &io::Error, fix: &str) -> Error {
    let diagnostic = Diagnostic::new(message).file(path.display().to_string());
    Error::new(ErrorKind::Io, diagnostic.found(error.to_string()).fix(fix))
}

fn not_written(path: &Path, error: &io::Error) -> Error {
    let fix = "check the permissions, the free space and that no directory has this name";
    failure("the file cannot be written", path, error, fix)
}

/// Content on disk under a temporary name, removed unless it gets its own.
struct Prepared {
    temporary: PathBuf,
    path: PathBuf,
}

impl Prepared {
    fn new(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<Self> {
        if path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let (mut file, temporary) = create_beside(path)?;
        let prepared = Self { temporary, path: path.to_owned() };
        write(&mut file)?;
        file.sync_all()?;
        Ok(prepared)
    }

    fn finish(&self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.path)
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // After the renaming there is nothing under this name any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A new file with a name no other thread or process uses.
fn create_beside(path: &Path) -> io::Result<(fs::File, PathBuf)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_file_name(format!(".{name}.{}-{count}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            // Left over from an interrupted process with the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => return Ok((file, temporary)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty directory that is removed at the end of the test.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let unique = format!("blackmass-atomic-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(unique);
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).expect("a temporary directory");
            Self(path)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).expect("readable").flatten();
            let mut names: Vec<_> =
                entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn files_are_written_replaced_and_leave_nothing_else() -> Result<(), Error> {
        let place = Place::new("replace");
        let inner = place.0.join("a/b");
        write_files(&inner, &[("x.csv", "old"), ("y.json", "{}")])?;
        write_files(&inner, &[("x.csv", "new")])?;
        assert_eq!(fs::read_to_string(inner.join("x.csv")).ok().as_deref(), Some("new"));
        assert_eq!(fs::read_to_string(inner.join("y.json")).ok().as_deref(), Some("{}"));
        assert_eq!(fs::read_dir(&inner).map(Iterator::count).ok(), Some(2));
        Ok(())
    }

    #[test]
    fn a_failure_keeps_the_old_files_and_leaves_no_temporary() {
        let place = Place::new("failure");
        fs::write(place.0.join("first"), "old").expect("writable");
        fs::create_dir(place.0.join("second")).expect("writable");
        // The first file could be written, the second cannot.
        let error = write_files(&place.0, &[("first", "new"), ("second", "new")])
            .expect_err("a directory is in the way");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("second"), "{error}");
        assert!(error.to_string().contains("fix"), "{error}");
        assert_eq!(fs::read_to_string(place.0.join("first")).ok().as_deref(), Some("old"));
        assert_eq!(place.names(), ["first", "second"]);
    }

    #[test]
    fn a_failed_renaming_leaves_no_temporary() {
        let place = Place::new("renaming");
        let path = place.0.join("late");
        let prepared = Prepared::new(&path, |file| file.write_all(b"new")).expect("writable");
        assert_eq!(place.names().len(), 1, "the temporary is there");
        fs::create_dir(&path).expect("writable");
        assert!(prepared.finish().is_err());
        drop(prepared);
        assert_eq!(place.names(), ["late"]);
    }

    #[test]
    fn a_file_in_place_of_the_directory_is_an_error() {
        let place = Place::new("file");
        let path = place.0.join("taken");
        fs::write(&path, "mine").expect("writable");
        let error = write_files(&path, &[("x", "y")]).expect_err("not a directory");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("taken"), "{error}");
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("mine"));
    }

    #[test]
    fn a_full_disk_keeps_the_old_file_and_leaves_no_temporary() -> io::Result<()> {
        let place = Place::new("full");
        let path = place.0.join("mine");
        write_whole(&path, |file| file.write_all(b"old"))?;
        let error = write_whole(&path, |file| {
            file.write_all(&[0; 100_000])?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(error.map_err(|e| e.kind()), Err(io::ErrorKind::StorageFull));
        assert_eq!(fs::read(&path)?, b"old");
        assert_eq!(place.names(), ["mine"]);
        Ok(())
    }

    #[test]
    fn what_killed_processes_left_is_removed_and_nothing_else() -> io::Result<()> {
        let place = Place::new("killed");
        let others = [".mine.tmp", ".mine.1-x.tmp", ".mine.old.1-2.tmp", ".other.1-2.tmp", "mine"];
        for name in others.iter().chain(&[".mine.1-2.tmp", ".mine.77-0.tmp"]) {
            fs::write(place.0.join(name), "")?;
        }
        remove_left_over(&place.0.join("mine"));
        let mut left = others.map(str::to_owned);
        left.sort();
        assert_eq!(place.names(), left);
        Ok(())
    }

    #[test]
    fn a_left_over_temporary_is_no_obstacle() -> Result<(), Error> {
        let place = Place::new("left-over");
        for count in 0..200 {
            let name = format!(".x.{}-{count}.tmp", std::process::id());
            fs::write(place.0.join(name), "").expect("writable");
        }
        write_files(&place.0, &[("x", "y")])?;
        assert_eq!(fs::read_to_string(place.0.join("x")).ok().as_deref(), Some("y"));
        Ok(())
    }
}
