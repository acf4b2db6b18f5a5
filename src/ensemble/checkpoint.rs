//! Files that hold what is known of a part of a run: checkpoints and shards.
//!
//! Little-endian: a magic number, the version of the format, the length of the
//! header, the header (the [`Identity`] of the run, the superblocks the file is
//! to cover), a checksum, what the [`Partial`] writes, a checksum.

use super::encode::{Fault, Reader, Writer};
use super::identity::Identity;
use super::lock::Lock;
use super::partial::{Frame, Partial};
use super::run::{Run, draws_of};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::report::{remove_left_over, write_whole};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

const MAGIC: [u8; 8] = *b"blkmass\n";
/// The version of the format.
const FORMAT: u32 = 1;
/// The longest header, in bytes.
const HEADER: u32 = 1 << 24;
/// A checkpoint is written no more often, unless asked for.
const EVERY: Duration = Duration::from_secs(10);
/// Nor does writing take more than one part in so many of a run, unless asked
/// for.
const COST: u32 = 50;

/// Where and how often a run writes what is complete.
pub(super) struct Checkpoint<'a> {
    path: &'a Path,
    identity: Identity,
    /// As asked for.
    every: Option<Duration>,
    /// When the next is due, if ever.
    pub(super) due: Option<Instant>,
    /// The draws that the file holds, if there is one.
    holds: Option<Range<u32>>,
    _lock: Lock,
}

impl<'a> Checkpoint<'a> {
    /// Goes on where the file ends, or makes it, so that a place that cannot be
    /// written is noticed before anything is computed.
    pub(super) fn begin(
        path: &'a Path,
        run: &Run,
        frame: &Frame,
        partial: &mut Partial,
    ) -> Result<Self, Error> {
        let lock = Lock::of(path)?;
        let identity = Identity::new(run, frame);
        let every = run.ensemble.every;
        let due = Instant::now().checked_add(every.unwrap_or(EVERY));
        let mut checkpoint = Self { path, identity, every, due, holds: None, _lock: lock };
        remove_left_over(path);
        match Saved::open(path)? {
            Some(saved) => {
                saved.check(&checkpoint.identity)?;
                saved.check_part(&partial.part, run.design.draws)?;
                saved.read(run, frame, partial)?;
                checkpoint.holds = Some(draws_of(&partial.complete(), run.design.draws));
            }
            None => checkpoint.save(run, frame, partial, Instant::now())?,
        }
        Ok(checkpoint)
    }

    /// Writes all that is complete. The threads wait since `stopped`.
    pub(super) fn save(
        &mut self,
        run: &Run,
        frame: &Frame,
        partial: &Partial,
        stopped: Instant,
    ) -> Result<(), Error> {
        let part = partial.part.clone();
        write_whole(self.path, |file| {
            let header = self.identity.header();
            let len = u32::try_from(header.len()).ok().filter(|len| *len <= HEADER);
            let long = "the names of kept variables are too long for a header";
            let mut to = Writer::new(file);
            to.bytes(&MAGIC)?;
            to.u32(FORMAT)?;
            to.u32(len.ok_or_else(|| io::Error::other(long))?)?;
            to.bytes(&header)?;
            to.u32(part.start)?;
            to.u32(part.end)?;
            to.seal()?;
            partial.write(frame, &mut to)?;
            to.seal()
        })
        .map_err(|error| self.not_written(&error))?;
        self.holds = Some(draws_of(&partial.complete(), run.design.draws));
        let cost = stopped.elapsed().saturating_mul(COST);
        let wait = self.every.unwrap_or(if cost > EVERY { cost } else { EVERY });
        self.due = Instant::now().checked_add(wait);
        Ok(())
    }

    fn not_written(&self, error: &io::Error) -> Error {
        let left = match &self.holds {
            Some(draws) if !draws.is_empty() => {
                format!("the file holds {} as before", said(draws))
            }
            Some(_) => "the file is as before, without any draw".to_owned(),
            None => "nothing was computed".to_owned(),
        };
        Error::new(
            ErrorKind::Io,
            Diagnostic::new("the checkpoint cannot be written")
                .file(self.path.display().to_string())
                .found(error.to_string())
                .fix(format!("check free space and permissions and run again: {left}")),
        )
    }
}

/// A file of which the header has been read.
pub(super) struct Saved<'a> {
    path: &'a Path,
    identity: Identity,
    /// The superblocks it is to cover.
    pub(super) part: Range<u32>,
    from: Reader<BufReader<File>>,
}

impl<'a> Saved<'a> {
    /// None if there is no such file.
    pub(super) fn open(path: &'a Path) -> Result<Option<Self>, Error> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(path, Fault::Io(error))),
            Ok(file) => file,
        };
        let mut from = Reader::new(BufReader::with_capacity(1 << 16, file));
        let damage = |error| fault(path, error);
        if from.array().map_err(damage)? != MAGIC {
            let problem = Diagnostic::new("the file is no checkpoint or shard");
            let fix = "choose another file; this one stays as it is";
            return Err(refused(vec![problem.file(path.display().to_string()).fix(fix)]));
        }
        let format = from.u32().map_err(damage)?;
        if format != FORMAT {
            let problem = Diagnostic::new("the file is of another version");
            let problem = problem.file(path.display().to_string()).key("format");
            let problem = problem.found(format.to_string()).allowed(FORMAT.to_string());
            let fix =
                "use the version that wrote it, or choose another file; this one stays as it is";
            return Err(refused(vec![problem.fix(fix)]));
        }
        let (identity, part) = header(&mut from).map_err(damage)?;
        Ok(Some(Self { path, identity, part, from }))
    }

    /// An error if it is not of this run.
    pub(super) fn check(&self, identity: &Identity) -> Result<(), Error> {
        let differences = identity.differences(&self.identity);
        if differences.is_empty() {
            return Ok(());
        }
        let fix = "run what the file is of, or choose another file; this one stays as it is";
        let whole = |d: Diagnostic| d.file(self.path.display().to_string()).fix(fix);
        Err(refused(differences.into_iter().map(whole).collect()))
    }

    /// An error if it is to cover other draws.
    fn check_part(&self, part: &Range<u32>, draws: u32) -> Result<(), Error> {
        if self.part == *part {
            return Ok(());
        }
        Err(refused(vec![
            Diagnostic::new("the file is of another part of the run")
                .file(self.path.display().to_string())
                .found(said(&draws_of(&self.part, draws)))
                .allowed(said(&draws_of(part, draws)))
                .fix("give each shard a file of its own; this one stays as it is"),
        ]))
    }

    /// Adds what it holds.
    pub(super) fn read(
        mut self,
        run: &Run,
        frame: &Frame,
        partial: &mut Partial,
    ) -> Result<(), Error> {
        partial
            .read(run, frame, &self.part, &mut self.from)
            .and_then(|()| self.from.sealed())
            .and_then(|()| self.from.end())
            .map_err(|error| fault(self.path, error))
    }
}

fn header(from: &mut Reader<impl Read>) -> Result<(Identity, Range<u32>), Fault> {
    let len = from.u32()?;
    if len > HEADER {
        return Err(Fault::Damaged("its header is too long"));
    }
    let bytes = from.vec(len.into())?;
    let part = from.u32()?..from.u32()?;
    from.sealed()?;
    Ok((Identity::of_header(&bytes)?, part))
}

/// Draws in words.
pub(super) fn said(draws: &Range<u32>) -> String {
    match draws.len() {
        0 => "no draw".to_owned(),
        _ => format!("draws {} to {}", draws.start, draws.end - 1),
    }
}

pub(super) fn refused(diagnostics: Vec<Diagnostic>) -> Error {
    Error::many(ErrorKind::Checkpoint, diagnostics)
}

fn fault(path: &Path, fault: Fault) -> Error {
    let of = |message: &str| Diagnostic::new(message).file(path.display().to_string());
    match fault {
        Fault::Io(error) => {
            let problem = of("the file cannot be read").found(error.to_string());
            Error::new(ErrorKind::Io, problem.fix("check the path and the permissions"))
        }
        Fault::Damaged(what) => {
            let fix = "bring back a copy, or remove it and start again; it was left as it is";
            refused(vec![of("the file is damaged").found(what).fix(fix)])
        }
    }
}
