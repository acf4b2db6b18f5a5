//! Who may write to a folder: one command alone, or several shards.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file in the folder that is locked.
pub const LOCK: &str = ".blackmass.lock";
/// How often a lock that is not to be had is asked for again: the last of several
/// shards has it alone for a moment when it ends.
const PATIENCE: u32 = 10;
/// How long between.
const PAUSE: Duration = Duration::from_millis(5);
/// After so many attempts it is done without.
const ATTEMPTS: u32 = 100;

/// Who else may write to the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// Nobody: files are replaced and removed.
    Nobody,
    /// Others that add files of their own.
    Shards,
}

/// Keeps others from a folder until it is dropped or the process ends, however it
/// ends. A file system without locks, or a folder that cannot be written, does
/// without.
#[derive(Debug)]
pub struct Claim {
    place: PathBuf,
    with: With,
    /// Open as long as the lock is held.
    file: Option<File>,
}

impl Claim {
    /// Makes the folder if it is not there. None if others use it; an error if it
    /// cannot be made.
    pub fn of(folder: &Path, with: With) -> io::Result<Option<Self>> {
        let place = folder.join(LOCK);
        let mut refused = 0;
        for _ in 0..ATTEMPTS {
            fs::create_dir_all(folder)?;
            // Some file systems want reading for a shared lock, writing for the other.
            let mut open = OpenOptions::new();
            let file = match open.read(true).write(true).create(true).truncate(false).open(&place) {
                // Who made the folder has just removed it.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(_) => break,
                Ok(file) => file,
            };
            let locked = match with {
                With::Nobody => file.try_lock(),
                With::Shards => file.try_lock_shared(),
            };
            match locked {
                Err(TryLockError::WouldBlock) if refused == PATIENCE => return Ok(None),
                Err(TryLockError::WouldBlock) => {
                    refused += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::Error(_)) => break,
                // Its last owner removed it before the lock was free.
                Ok(()) if !is_at(&file, &place) => {}
                Ok(()) => return Ok(Some(Self { place, with, file: Some(file) })),
            }
        }
        Ok(Some(Self { place, with, file: None }))
    }

    /// Whether nobody else has it, so that its file can be removed.
    fn is_last(&self, file: &File) -> bool {
        let alone = match self.with {
            With::Nobody => true,
            With::Shards => file.unlock().is_ok() && file.try_lock().is_ok(),
        };
        alone && is_at(file, &self.place)
    }

    /// Whether the folder has nothing but the file.
    fn is_all(&self) -> bool {
        let entries = self.place.parent().and_then(|folder| fs::read_dir(folder).ok());
        entries.is_some_and(|mut entries| entries.all(|e| e.is_ok_and(|e| e.file_name() == LOCK)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let file = self.file.take();
        let removed = match &file {
            // It is still locked; whoever has opened it finds that it is gone.
            Some(file) if cfg!(unix) => self.is_last(file),
            // Where that cannot be told it stays, but alone it keeps no folder.
            _ => self.is_all(),
        };
        if removed {
            let _ = fs::remove_file(&self.place);
        }
    }
}

/// Whether an open file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |about: fs::Metadata| (about.dev(), about.ino());
    let there = fs::metadata(place).map(id).ok();
    there.is_some() && there == file.metadata().map(id).ok()
}

/// Elsewhere it is not removed while it may be in use.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_alone_or_several_shards() -> io::Result<()> {
        let name = format!("blackmass-claim-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let lock = folder.join(LOCK);
        let free = |with| Claim::of(&folder, with).map(|claim| claim.is_some());
        let alone = Claim::of(&folder, With::Nobody)?;
        assert!(alone.is_some() && lock.exists());
        assert!(!free(With::Nobody)? && !free(With::Shards)?);
        drop(alone);
        assert!(!lock.exists());
        // The file stays until the last of them ends.
        let (one, two) = (Claim::of(&folder, With::Shards)?, Claim::of(&folder, With::Shards)?);
        assert!(one.is_some() && two.is_some() && !free(With::Nobody)?);
        drop(one);
        assert!(lock.exists() && !free(With::Nobody)? && free(With::Shards)?);
        drop(two);
        assert!(!lock.exists() && free(With::Nobody)?);
        fs::remove_dir(&folder)
    }

    /// Shards that begin while others end are not refused.
    #[test]
    fn shards_that_come_and_go_do_not_refuse_each_other() -> io::Result<()> {
        let name = format!("blackmass-claims-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let claim = || Claim::of(&folder, With::Shards).ok().flatten();
        let all = || (0..200).all(|_| claim().is_some_and(|claim| claim.file.is_some()));
        let free = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(all)).collect();
            threads.into_iter().all(|thread| thread.join().unwrap_or(false))
        });
        assert!(free && !folder.join(LOCK).exists());
        fs::remove_dir(&folder)
    }
}
