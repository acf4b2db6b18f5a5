//! What is known of some consecutive superblocks of a run.

use super::encode::{Fault, Reader, Writer};
use super::folding::Folding;
use super::histogram::Histograms;
use super::kept::Columns;
use super::run::{Run, TOLERANCE, draws_of};
use super::statistics::{CELLS, Moments};
use super::tally::{Layout, Strays};
use crate::error::Error;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Mutex;

/// What all superblocks of a run are tallied into, the same in every part of
/// it: it follows from the first draws.
pub(super) struct Frame {
    pub(super) layout: Layout,
    pub(super) columns: Columns,
}

/// What the threads found beside sums and counts.
#[derive(Default)]
pub(super) struct Findings {
    /// The worst residual and its process.
    pub(super) worst: (f64, usize),
    pub(super) strays: Strays,
}

impl Findings {
    /// Of equal residuals that of the first process, so that the order is no
    /// matter.
    pub(super) fn add(&mut self, (residual, process): (f64, usize), strays: Strays) {
        let (worst, of) = self.worst;
        if residual > worst || (residual == worst && process < of) {
            self.worst = (residual, process);
        }
        for (at, count) in strays {
            *self.strays.entry(at).or_default() += count;
        }
    }
}

/// The sums, counts and kept draws of the complete superblocks of a part of a
/// run, shared by its threads.
pub(super) struct Partial {
    /// The superblocks it is to cover.
    pub(super) part: Range<u32>,
    pub(super) histograms: Histograms,
    pub(super) folding: Mutex<Folding>,
    pub(super) findings: Mutex<Findings>,
    /// How many draws were read from files.
    pub(super) read: u32,
}

impl Partial {
    pub(super) fn new(run: &Run, frame: &Frame, part: Range<u32>) -> Result<Self, Error> {
        let kept = frame.columns.width * draws_of(&part, run.design.draws).len();
        Ok(Self {
            histograms: Histograms::new(frame.layout.histograms),
            folding: Mutex::new(Folding::new(part.start, run.plan().numbers(), kept)?),
            findings: Mutex::default(),
            read: 0,
            part,
        })
    }

    /// The complete superblocks.
    pub(super) fn complete(&self) -> Range<u32> {
        let empty = self.part.start..self.part.start;
        self.folding.lock().map_or(empty, |folding| folding.complete.clone())
    }

    pub(super) fn is_complete(&self) -> bool {
        self.complete() == self.part
    }

    /// Writes all that is known of the complete superblocks.
    pub(super) fn write(&self, frame: &Frame, to: &mut Writer) -> io::Result<()> {
        let folding = self.folding.lock().map_err(|_| lost())?;
        let findings = self.findings.lock().map_err(|_| lost())?;
        to.u32(folding.complete.end)?;
        to.f64(findings.worst.0)?;
        to.count(findings.worst.1 as u64)?;
        for [first, second] in folding.sums.iter().flatten() {
            to.f64(*first)?;
            to.f64(*second)?;
        }
        for number in 0..frame.layout.histograms {
            to.counts(&self.histograms.of(number).ok_or_else(lost)?)?;
        }
        to.count(findings.strays.len() as u64)?;
        for ((number, cell), count) in &findings.strays {
            to.count(*number as u64)?;
            to.bytes(&[*cell])?;
            to.count(*count)?;
        }
        for number in &folding.kept {
            to.f64(*number)?;
        }
        Ok(())
    }

    /// Adds what was written of a part that begins where this one ends so far.
    /// After a fault nothing here is of use.
    pub(super) fn read(
        &mut self,
        run: &Run,
        frame: &Frame,
        part: &Range<u32>,
        from: &mut Reader<impl Read>,
    ) -> Result<(), Fault> {
        let damaged = |what| Err(Fault::Damaged(what));
        let lost = || Fault::Io(lost());
        let folding = self.folding.get_mut().map_err(|_| lost())?;
        let findings = self.findings.get_mut().map_err(|_| lost())?;
        let numbers = run.plan().numbers();
        let end = from.u32()?;
        if folding.complete.end != part.start || end < part.start || end > part.end {
            return damaged("it is said to hold superblocks that it cannot hold");
        }
        let worst = (from.f64()?, from.count()? as usize);
        if !(0.0..=TOLERANCE).contains(&worst.0) || worst.1 > run.plan().processes() {
            return damaged("a residual is impossible");
        }
        let draws = draws_of(&(part.start..end), run.design.draws).len() as u64;
        let sums = if part.start == 0 { 1 } else { end - part.start };
        for _ in 0..sums {
            let mut moments: Vec<Moments> = Vec::with_capacity(numbers);
            for _ in 0..numbers {
                moments.push([from.f64()?, from.f64()?]);
            }
            if !moments.as_flattened().iter().all(|x| x.is_finite()) {
                return damaged("a sum is no finite number");
            }
            folding.fold(moments);
        }
        let mut counts = [0; CELLS];
        for number in 0..frame.layout.histograms {
            from.counts(&mut counts)?;
            if counts.iter().try_fold(0_u64, |sum, x| sum.checked_add(*x)) != Some(draws) {
                return damaged("a histogram does not count every draw once");
            }
            self.histograms.absorb(number, &counts);
        }
        let strays = strays(from, &frame.layout, draws)?;
        findings.add(worst, strays);
        for _ in 0..draws as usize * frame.columns.width {
            folding.kept.push(from.f64()?);
        }
        folding.complete.end = end;
        self.read += draws as u32;
        Ok(())
    }
}

fn lost() -> io::Error {
    io::Error::other("a worker thread failed")
}

/// Reads strays: in order, none twice, no more of a number than draws.
fn strays(from: &mut Reader<impl Read>, layout: &Layout, draws: u64) -> Result<Strays, Fault> {
    let mut strays = Strays::new();
    let mut of_number = (0, 0_u64);
    for _ in 0..from.count()? {
        let number = from.count()? as usize;
        let [cell] = from.array()?;
        let count = from.count()?;
        let before = if of_number.0 == number { of_number.1 } else { 0 };
        of_number = (number, before.saturating_add(count));
        let follows = strays.last_key_value().is_none_or(|(last, _)| *last < (number, cell));
        let fixed = layout.varying.get(number).is_some_and(Option::is_none);
        if !(follows && fixed && count > 0 && of_number.1 <= draws) {
            return Err(Fault::Damaged("a draw is noted that cannot be"));
        }
        strays.insert((number, cell), count);
    }
    Ok(strays)
}
