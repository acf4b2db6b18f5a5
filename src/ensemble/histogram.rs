//! Counts of draws per cell, shared by all threads.
//!
//! A thread notes the cell of every draw as it goes, one byte a draw. After a
//! batch of draws it adds the bytes of one number after the other to the
//! counts, so that the counts of only one number are touched at a time. Counts
//! are integers: the order in which threads add theirs is no matter.

use super::statistics::CELLS;
use crate::lanes::LANES;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Blocks of a batch.
pub(super) const BLOCKS: usize = 16;
/// Numbers whose counts are locked together: 256 KiB of counts.
const SHARE: usize = 512;
/// A count that has come this far is carried over. As many draws again can be
/// added before a count overflows.
const CARRY: u16 = 1 << 15;

/// The cells of a batch of draws, `[block][number][lane]`.
#[derive(Debug)]
pub(super) struct Batch {
    numbers: usize,
    cells: Vec<[u8; LANES]>,
    /// How many lanes of each block count.
    lanes: Vec<usize>,
}

impl Batch {
    pub(super) fn new(numbers: usize) -> Self {
        Self { numbers, cells: vec![[0; LANES]; BLOCKS * numbers], lanes: Vec::new() }
    }

    /// Bytes per number.
    pub(super) const BYTES: usize = BLOCKS * LANES;

    pub(super) fn is_full(&self) -> bool {
        self.lanes.len() == BLOCKS
    }

    /// Starts a block with so many draws.
    pub(super) fn begin(&mut self, lanes: usize) {
        self.lanes.push(lanes);
    }

    /// The cells of the block at hand.
    pub(super) fn block(&mut self) -> &mut [[u8; LANES]] {
        let at = self.lanes.len().saturating_sub(1) * self.numbers;
        &mut self.cells[at..at + self.numbers]
    }

    /// Counts the draws of one number. Draws next to each other are counted
    /// apart: a count is not read again right after it was written.
    fn count(&self, number: usize, counts: &mut [[u16; CELLS]; 2]) {
        let [counts, others] = counts;
        for (block, lanes) in self.lanes.iter().enumerate() {
            let cells = &self.cells[block * self.numbers + number];
            if *lanes == LANES {
                for [a, b] in cells.as_chunks().0 {
                    counts[usize::from(*a)] += 1;
                    others[usize::from(*b)] += 1;
                }
            } else {
                for cell in &cells[..*lanes] {
                    counts[usize::from(*cell)] += 1;
                }
            }
        }
    }
}

/// The histograms of all numbers.
#[derive(Debug)]
pub(super) struct Histograms(Vec<Mutex<Share>>);

#[derive(Debug)]
struct Share {
    counts: Vec<[u16; CELLS]>,
    /// Draws added since counts were last carried over.
    draws: usize,
    /// What was carried over, by number and cell.
    carried: BTreeMap<(usize, usize), u64>,
}

impl Histograms {
    pub(super) fn new(numbers: usize) -> Self {
        let share = |at: usize| {
            let left = numbers - at * SHARE;
            let counts = vec![[0; CELLS]; if left < SHARE { left } else { SHARE }];
            Mutex::new(Share { counts, draws: 0, carried: BTreeMap::new() })
        };
        Self((0..numbers.div_ceil(SHARE)).map(share).collect())
    }

    /// Bytes per number.
    pub(super) const BYTES: usize = size_of::<[u16; CELLS]>();

    /// Adds a batch and empties it. Threads begin at different places, so that
    /// they seldom wait for each other.
    pub(super) fn add(&self, batch: &mut Batch, begin: usize) {
        for i in 0..self.0.len() {
            let at = (begin + i) % self.0.len();
            // A share lost with its thread fails the run when it is read.
            if let Ok(mut share) = self.0[at].lock() {
                share.add(batch, at * SHARE);
            }
        }
        batch.lanes.clear();
    }

    /// The counts of one number so far; none if a thread failed.
    pub(super) fn of(&self, number: usize) -> Option<[u64; CELLS]> {
        self.0[number / SHARE].lock().ok().map(|share| share.of(number % SHARE))
    }

    /// Adds counts of one number that were made elsewhere.
    pub(super) fn absorb(&self, number: usize, counts: &[u64; CELLS]) {
        // A share lost with its thread fails the run when it is read.
        if let Ok(mut share) = self.0[number / SHARE].lock() {
            share.absorb(number % SHARE, counts);
        }
    }

    /// The counts of each number in turn; none if a thread failed.
    pub(super) fn finish(self) -> Option<Vec<Counts>> {
        self.0.into_iter().map(|share| share.into_inner().ok().map(Counts)).collect()
    }
}

impl Share {
    fn add(&mut self, batch: &Batch, first: usize) {
        let draws: usize = batch.lanes.iter().sum();
        if self.draws + draws > usize::from(CARRY) {
            self.carry();
        }
        self.draws += draws;
        for (i, all) in self.counts.iter_mut().enumerate() {
            // Counted apart and added in order, which reads ahead.
            let mut counts = [[0; CELLS]; 2];
            batch.count(first + i, &mut counts);
            for ((all, a), b) in all.iter_mut().zip(&counts[0]).zip(&counts[1]) {
                *all += a + b;
            }
        }
    }

    fn of(&self, number: usize) -> [u64; CELLS] {
        let mut all = self.counts[number].map(u64::from);
        for ((_, cell), count) in self.carried.range((number, 0)..=(number, CELLS)) {
            all[*cell] += count;
        }
        all
    }

    /// What does not fit below the carry is carried over at once.
    fn absorb(&mut self, number: usize, counts: &[u64; CELLS]) {
        let cells = self.counts[number].iter_mut().zip(counts).enumerate();
        for (cell, (count, more)) in cells.filter(|(_, (_, more))| **more > 0) {
            let all = u64::from(*count) + more;
            let rest = all % u64::from(CARRY);
            *count = rest as u16;
            if all > rest {
                *self.carried.entry((number, cell)).or_default() += all - rest;
            }
        }
    }

    fn carry(&mut self) {
        for (number, counts) in self.counts.iter_mut().enumerate() {
            for (cell, count) in counts.iter_mut().enumerate() {
                if *count >= CARRY {
                    *count -= CARRY;
                    *self.carried.entry((number, cell)).or_default() += u64::from(CARRY);
                }
            }
        }
        self.draws = 0;
    }
}

/// The counts of a share of the numbers.
#[derive(Debug)]
pub(super) struct Counts(Share);

impl Counts {
    /// The counts of one number.
    pub(super) fn of(counts: &[Self], number: usize) -> [u64; CELLS] {
        counts[number / SHARE].0.of(number % SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far more draws in one cell than a count can hold, a part of a block at
    /// the end, and numbers of more than one share.
    #[test]
    fn no_draw_is_lost() {
        let numbers = SHARE + 3;
        let histograms = Histograms::new(numbers);
        let mut batch = Batch::new(numbers);
        let mut expected = vec![[0u64; CELLS]; numbers];
        let [mut first, mut second] = [(); 2].map(|()| {
            let mut batch = Batch::new(numbers);
            batch.begin(LANES);
            batch.block().fill([5; LANES]);
            batch
        });
        for block in 0..20_000usize {
            let lanes = if block == 19_999 { 5 } else { LANES };
            batch.begin(lanes);
            for (number, cells) in batch.block().iter_mut().enumerate() {
                // Most numbers vary now and then only.
                let cell = if block % (number + 2) == 0 { block % CELLS } else { number % 7 };
                *cells = [cell as u8; LANES];
                expected[number][cell] += lanes as u64;
            }
            if batch.is_full() || block == 19_999 {
                histograms.add(&mut batch, block);
            }
        }
        // Made elsewhere and added in two parts, after a batch of their own.
        let other = Histograms::new(numbers);
        other.add(&mut first, 0);
        for (number, expected) in expected.iter().enumerate() {
            assert_eq!(histograms.of(number).as_ref(), Some(expected), "number {number}");
            other.absorb(number, expected);
            other.absorb(number, expected);
        }
        other.add(&mut second, 0);
        let counts = other.finish().expect("no thread failed");
        for (number, expected) in expected.iter().enumerate() {
            let mut twice = expected.map(|x| 2 * x);
            twice[5] += 2 * LANES as u64;
            assert_eq!(Counts::of(&counts, number), twice, "number {number}");
        }
    }
}
