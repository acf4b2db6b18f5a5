//! One run at a time on a file.

use crate::error::{Diagnostic, Error, ErrorKind};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a lock that is not to be had is asked for again: whoever asks
/// whether a file [is in use](is_in_use) has it for a moment.
const PATIENCE: u32 = 10;
/// How long between.
const PAUSE: Duration = Duration::from_millis(5);
/// After so many attempts it is done without: some file systems give one file
/// ever other numbers.
const ATTEMPTS: u32 = 100;

/// Keeps other runs from a checkpoint or shard, until it is dropped or the
/// process ends, however it ends.
///
/// The file itself is replaced whenever it is written, so that what is locked
/// is an empty one beside it. A file system without locks, or a place that
/// cannot be written, does without.
pub(super) struct Lock {
    place: PathBuf,
    /// Open as long as this is: the operating system takes the lock away when it
    /// is closed.
    file: Option<File>,
}

impl Lock {
    /// An error if another run, of this process or another, has it, and still has
    /// it after 50 ms.
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        Self::taken(path, is_at, || std::thread::sleep(PAUSE))
    }

    /// The same with what tells whether a file is at a place, and what is done
    /// while another has the lock.
    fn taken(
        path: &Path,
        is_at: impl Fn(&File, &Path) -> bool,
        mut pause: impl FnMut(),
    ) -> Result<Self, Error> {
        let place = beside(path);
        let mut refused = 0;
        for _ in 0..ATTEMPTS {
            let file = OpenOptions::new().write(true).create(true).truncate(false).open(&place);
            let Ok(file) = file else { break };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) if refused == PATIENCE => return Err(in_use(path)),
                Err(TryLockError::WouldBlock) => {
                    refused += 1;
                    pause();
                }
                // Its last owner may have removed it before the lock was free.
                Ok(()) if !is_at(&file, &place) => {}
                Ok(()) | Err(TryLockError::Error(_)) => {
                    return Ok(Self { place, file: Some(file) });
                }
            }
        }
        Ok(Self { place, file: None })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // It is still locked; whoever has opened it finds that it is gone. Where
        // that cannot be told it stays.
        if cfg!(unix) && self.file.is_some() {
            let _ = std::fs::remove_file(&self.place);
        }
    }
}

/// Whether a run, of this process or another, writes this file of a
/// [checkpoint](crate::Ensemble::checkpoint) or [shard](crate::Ensemble::run_shard)
/// now. A file that a killed run left is not in use. False where it cannot be
/// told: on file systems without locks.
///
/// To tell, the lock of the file is shared for a moment. A run that begins just
/// then is not refused: it asks again for up to 50 ms.
///
/// # Examples
/// ```
/// assert!(!blackmass::ensemble::is_in_use("run.checkpoint"));
/// ```
pub fn is_in_use(file: impl AsRef<Path>) -> bool {
    let place = beside(file.as_ref());
    // Some file systems want reading for a shared lock. Two that ask do not see
    // each other.
    let file = OpenOptions::new().read(true).write(true).open(place);
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.lock"))
}

fn in_use(path: &Path) -> Error {
    Error::new(
        ErrorKind::Checkpoint,
        Diagnostic::new("another run is using the file")
            .file(path.display().to_string())
            .found("a run that has not ended")
            .allowed("one run at a time")
            .fix("wait until it ends, or give each run a file or folder of its own"),
    )
}

/// Whether an open file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |about: std::fs::Metadata| (about.dev(), about.ino());
    let there = std::fs::metadata(place).map(id).ok();
    there.is_some() && there == file.metadata().map(id).ok()
}

/// Elsewhere it is not removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_was_removed_is_not_the_one_of_its_name() -> std::io::Result<()> {
        let name = format!("blackmass-lock-{}", std::process::id());
        let place = std::env::temp_dir().join(name);
        let removed = File::create(&place)?;
        assert!(is_at(&removed, &place));
        std::fs::remove_file(&place)?;
        assert!(!is_at(&removed, &place));
        let new = File::create(&place)?;
        assert!(!is_at(&removed, &place) && is_at(&new, &place));
        std::fs::remove_file(&place)
    }

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("blackmass-lock-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_question_makes_no_run_fail() -> std::io::Result<()> {
        let path = path("question");
        let asks = File::create(beside(&path))?;
        asks.lock_shared()?;
        assert!(!is_in_use(&path), "another that asks");
        let mut pauses = 0;
        let lock = Lock::taken(&path, is_at, || {
            pauses += 1;
            if pauses == 3 {
                let _ = asks.unlock();
            }
        });
        assert!(lock.is_ok_and(|lock| lock.file.is_some() && is_in_use(&path)) && pauses == 3);
        // A run that has it keeps it.
        let held = Lock::of(&path);
        let mut pauses = 0;
        let second = Lock::taken(&path, is_at, || pauses += 1);
        assert!(held.is_ok() && second.is_err());
        assert_eq!(pauses, PATIENCE);
        drop(held);
        assert!(!beside(&path).exists());
        Ok(())
    }

    /// As if the numbers of a file were others whenever they are asked for.
    #[test]
    fn what_cannot_be_told_is_done_without() -> std::io::Result<()> {
        let path = path("unstable");
        let asked = std::cell::Cell::new(0);
        let never = |_: &File, _: &Path| {
            asked.set(asked.get() + 1);
            assert!(asked.get() <= ATTEMPTS, "without bound");
            false
        };
        let lock = Lock::taken(&path, never, || {});
        assert!(lock.is_ok_and(|lock| lock.file.is_none()));
        assert_eq!(asked.get(), ATTEMPTS);
        std::fs::remove_file(beside(&path))
    }
}
