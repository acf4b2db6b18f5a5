//! Runs in parts: on several machines, or one part after the other.

use super::checkpoint::{Saved, refused, said};
use super::identity::Identity;
use super::outcome::Outcome;
use super::partial::{Frame, Partial};
use super::run::{Run, draws_of};
use super::runner::Ensemble;
use crate::error::{Diagnostic, Error, ErrorKind, argument};
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

/// Which part of a run: the second of four is `2/4`.
///
/// # Examples
/// ```
/// use blackmass::Shard;
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!(shard, Shard::new(2, 4)?);
/// assert!(Shard::new(5, 4).is_err());
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Part `number`, counted from 1, of so many.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if there is no such part.
    pub fn new(number: u32, of: u32) -> Result<Self, Error> {
        if (1..=of).contains(&number) {
            return Ok(Self { number, of });
        }
        Err(unknown(&format!("{number}/{of}")))
    }

    /// Its superblocks; whole ones, as many as the others have or one more.
    fn of(self, superblocks: u32) -> Result<Range<u32>, Error> {
        if self.of > superblocks {
            return Err(argument(
                "there are more shards than there is to share",
                "shard",
                self.to_string(),
                format!("up to {superblocks} shards: draws are shared in blocks of 1024"),
                "use fewer shards or more draws",
            ));
        }
        let end = |n: u32| (u64::from(superblocks) * u64::from(n) / u64::from(self.of)) as u32;
        Ok(end(self.number - 1)..end(self.number))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse().ok());
        let parts = text.split_once('/').map(|(number, of)| (digits(number), digits(of)));
        let Some((Some(Some(number)), Some(Some(of)))) = parts else { return Err(unknown(text)) };
        Self::new(number, of)
    }
}

fn unknown(found: &str) -> Error {
    let allowed = "a number, a slash and how many there are, such as 2/4";
    argument("there is no such shard", "shard", found, allowed, "count from 1")
}

impl Ensemble<'_> {
    /// Runs one part of the draws and writes what they come to into a file, for
    /// [`merge`](Self::merge). The file is the part's checkpoint: it is written
    /// as it goes, and the same call goes on where it ends
    /// ([`checkpoint`](Self::checkpoint)).
    ///
    /// A file has about a byte per histogram cell that any draw fell in and, for
    /// all parts but the first, 16 bytes per number reported and 1 024 draws.
    ///
    /// # Errors
    /// As for [`run`](Self::run) with a checkpoint; [`ErrorKind::Argument`] if a
    /// checkpoint is set as well or if there are more parts than blocks of 1 024
    /// draws.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, Shard, System, system::var, uncertainty::*};
    /// # let directory = std::env::temp_dir().join(format!("blackmass-shards-{}", std::process::id()));
    /// # std::fs::create_dir_all(&directory).unwrap();
    /// let mut b = System::builder("collection", 2020..=2025);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let ensemble = Ensemble::new(&plan).draws(4_096);
    /// let files = [1, 2].map(|number| directory.join(format!("part{number}")));
    /// ensemble.run_shard(Shard::new(1, 2)?, &files[0])?; // on one machine
    /// ensemble.run_shard(Shard::new(2, 2)?, &files[1])?; // on another
    /// let outcome = ensemble.merge(&files)?;
    /// assert_eq!(outcome.fingerprint(), ensemble.run()?.fingerprint());
    /// # std::fs::remove_dir_all(&directory).unwrap();
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn run_shard(&self, shard: Shard, file: impl AsRef<Path>) -> Result<(), Error> {
        if let Some(path) = &self.checkpoint {
            return Err(argument(
                "a shard has no checkpoint beside its file",
                "checkpoint",
                path.display().to_string(),
                "none",
                "leave it out: the file of the shard is its checkpoint",
            ));
        }
        let run = Run::new(self)?;
        let part = shard.of(run.superblocks())?;
        self.check_memory(&part)?;
        let frame = Frame::new(&run)?;
        run.complete(&frame, part, Some(file.as_ref())).map(drop)
    }

    /// The outcome of all draws, from files that [`run_shard`](Self::run_shard)
    /// wrote, to the last bit that of one run. Their order does not matter, nor
    /// does it whether all were made by cutting the run into as many parts. A
    /// checkpoint of a finished run is a file of all draws.
    ///
    /// # Errors
    /// [`ErrorKind::Checkpoint`], naming the draws, if a file is not finished,
    /// if two hold the same draws, if draws are missing; naming what differs, if
    /// a file is of another run; if a file is damaged. [`ErrorKind::Io`] if one
    /// cannot be read; [`ErrorKind::Argument`] as for [`run`](Self::run).
    pub fn merge<P: AsRef<Path>>(&self, files: &[P]) -> Result<Outcome, Error> {
        let run = Run::new(self)?;
        let (draws, whole) = (run.design.draws, 0..run.superblocks());
        self.check_memory(&whole)?;
        let frame = Frame::new(&run)?;
        let identity = Identity::new(&run, &frame);
        let mut saved: Vec<(&Path, Saved)> = Vec::new();
        let mut problems = Vec::new();
        for file in files {
            let file = file.as_ref();
            let Some(found) = Saved::open(file)? else {
                let problem = Diagnostic::new("there is no such file");
                let problem = problem.file(file.display().to_string());
                return Err(Error::new(ErrorKind::Io, problem.fix("check the path")));
            };
            match found.check(&identity) {
                Err(error) => problems.extend_from_slice(error.diagnostics()),
                Ok(()) => saved.push((file, found)),
            }
        }
        saved.sort_by_key(|(_, found)| (found.part.start, found.part.end));
        // A gap is only one if no file was refused.
        if problems.is_empty() {
            problems = gaps(&saved, &whole, draws);
        }
        if !problems.is_empty() {
            return Err(refused(problems));
        }
        let mut all = Partial::new(&run, &frame, whole)?;
        for (file, found) in saved {
            let part = found.part.clone();
            found.read(&run, &frame, &mut all)?;
            let end = all.complete().end;
            if end != part.end {
                let problem = Diagnostic::new("the file is not finished");
                let problem = problem.file(file.display().to_string());
                let problem = problem.found(said(&draws_of(&(part.start..end), draws)));
                let problem = problem.allowed(said(&draws_of(&part, draws)));
                return Err(refused(vec![
                    problem.fix("run the shard again: it goes on from there"),
                ]));
            }
        }
        run.outcome(&frame, all)
    }
}

/// Where files in order do not follow each other.
fn gaps(saved: &[(&Path, Saved)], whole: &Range<u32>, draws: u32) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let missing = |from: u32, to: u32| {
        let problem = Diagnostic::new("draws are missing between the files");
        let problem =
            problem.found(format!("no file with {}", said(&draws_of(&(from..to), draws))));
        problem.fix("give the files of all shards")
    };
    let mut end = whole.start;
    for (file, found) in saved {
        let part = &found.part;
        if part.start > end {
            problems.push(missing(end, part.start));
        } else if part.start < end {
            let twice = part.start..if part.end < end { part.end } else { end };
            let problem = Diagnostic::new("draws are in two files");
            let problem = problem.file(file.display().to_string());
            let problem = problem.found(said(&draws_of(&twice, draws)));
            problems.push(problem.fix("give each shard once, all of one division"));
        }
        end = if part.end > end { part.end } else { end };
    }
    if end < whole.end {
        problems.push(missing(end, whole.end));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_follow_each_other_and_are_alike() {
        for superblocks in 1..40 {
            for of in 1..=superblocks {
                let mut end = 0;
                for number in 1..=of {
                    let part = Shard { number, of }.of(superblocks).expect("enough");
                    assert_eq!(part.start, end);
                    assert!(
                        (superblocks / of..=superblocks.div_ceil(of))
                            .contains(&(part.len() as u32))
                    );
                    end = part.end;
                }
                assert_eq!(end, superblocks);
            }
            assert!(Shard { number: 1, of: superblocks + 1 }.of(superblocks).is_err());
        }
        let last = Shard { number: u32::MAX, of: u32::MAX }.of(u32::MAX).expect("enough");
        assert_eq!(last, u32::MAX - 1..u32::MAX);
    }

    #[test]
    fn a_shard_is_read_as_it_is_written() {
        for text in ["1/1", "2/4", "4294967295/4294967295"] {
            assert_eq!(text.parse::<Shard>().map(|s| s.to_string()).ok().as_deref(), Some(text));
        }
        for text in ["", "/", "1", "0/4", "5/4", "1/0", "-1/4", "+1/4", "1/4/4", "1/99999999999"] {
            let error = text.parse::<Shard>().expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Argument);
        }
    }
}
