//! Files that are written whole or not at all.

use crate::error::{Diagnostic, Error, ErrorKind};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes files, given by name and content, into a directory, which is created
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
pub fn write_files(directory: impl AsRef<Path>, files: &[(&str, &str)]) -> Result<(), Error> {
    let directory = directory.as_ref();
    fs::create_dir_all(directory).map_err(|error| {
        let fix = "choose a directory that exists or can be created";
        failure("the directory cannot be created", directory, &error, fix)
    })?;
    let prepared: Result<Vec<Prepared>, Error> = files
        .iter()
        .map(|(name, content)| Prepared::new(directory.join(name), content.as_bytes()))
        .collect();
    prepared?.into_iter().try_for_each(Prepared::finish)
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
    fn new(path: PathBuf, content: &[u8]) -> Result<Self, Error> {
        if path.is_dir() {
            let error = io::Error::from(io::ErrorKind::IsADirectory);
            return Err(not_written(&path, &error));
        }
        let (file, temporary) = create_beside(&path).map_err(|e| not_written(&path, &e))?;
        let prepared = Self { temporary, path };
        let mut file = file;
        file.write_all(content)
            .and_then(|()| file.flush())
            .and_then(|()| file.sync_all())
            .map_err(|e| not_written(&prepared.path, &e))?;
        Ok(prepared)
    }

    fn finish(self) -> Result<(), Error> {
        fs::rename(&self.temporary, &self.path).map_err(|e| not_written(&self.path, &e))
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
        let prepared = Prepared::new(path.clone(), b"new").expect("writable");
        assert_eq!(place.names().len(), 1, "the temporary is there");
        fs::create_dir(&path).expect("writable");
        assert!(prepared.finish().is_err());
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
