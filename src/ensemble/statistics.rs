//! Streaming moments and histograms of every reported number.

use crate::engine::Vectorised;
use crate::lanes::{LANES, Row};

/// Cells of a histogram: below range, 254 bins, above range. With 256 cells a
/// byte is always a valid index.
pub(crate) const CELLS: usize = 256;
const BINS: f64 = 254.0;
/// 2⁵²: adding it to a number from 0 to 2⁵² rounds it to an integer.
const TO_INTEGER: f64 = 4_503_599_627_370_496.0;

/// Where the histogram of one number lies. Bin b covers the positions from
/// b − ½ to b + ½, counted in bins from `origin`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    origin: f64,
    /// Bins per unit; infinite in effect for a number that does not vary.
    per_unit: f64,
}

/// The bins per unit of a number that does not vary.
const CONSTANT: f64 = 1e300;

impl Bounds {
    /// A quarter of the pilot's range is added on either side. A pilot that
    /// does not vary is one bin.
    pub(crate) fn from_pilot(low: f64, high: f64) -> Self {
        let range = high - low;
        let per_unit = BINS / (1.5 * range);
        if range > 0.0 && per_unit < CONSTANT {
            Self { origin: low - 0.25 * range + 0.5 / per_unit, per_unit }
        } else {
            Self { origin: low, per_unit: CONSTANT }
        }
    }

    /// The value at a position counted in bins from the lower end.
    pub(crate) fn value(&self, bins: f64) -> f64 {
        if self.per_unit == CONSTANT {
            self.origin
        } else {
            self.origin + (bins - 0.5) / self.per_unit
        }
    }

    /// The lower end.
    pub(crate) fn low(&self) -> f64 {
        self.value(0.0)
    }

    /// The upper end.
    pub(crate) fn high(&self) -> f64 {
        self.value(BINS)
    }
}

/// Sums of one superblock: Σ(x − x₀) and Σ(x − x₀)², x₀ the central value.
pub(crate) type Moments = [f64; 2];

/// The histograms and sums one thread fills. Counts are small, to stay in the
/// cache, and must be flushed before [`Tally::FULL`] draws.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) counts: Vec<[u16; CELLS]>,
    pub(crate) moments: Vec<Moments>,
}

impl Tally {
    pub(crate) fn new(numbers: usize) -> Self {
        Self { counts: vec![[0; CELLS]; numbers], moments: vec![[0.0; 2]; numbers] }
    }

    /// The most draws the counts can hold.
    pub(crate) const FULL: u32 = u16::MAX as u32;

    /// Adds the counts to `all` and starts them again.
    pub(crate) fn flush(&mut self, all: &mut [[u64; CELLS]]) {
        for (all, mine) in all.iter_mut().zip(&mut self.counts) {
            for (a, m) in all.iter_mut().zip(mine) {
                *a += u64::from(*m);
                *m = 0;
            }
        }
    }
}

/// Adds the rows of one value to a tally, from number `at` on.
pub(crate) struct Accumulate<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) lanes: usize,
    pub(crate) central: &'a [f64],
    pub(crate) bounds: &'a [Bounds],
    pub(crate) counts: &'a mut [[u16; CELLS]],
    pub(crate) moments: &'a mut [Moments],
}

impl Vectorised for Accumulate<'_> {
    #[inline(always)]
    fn run(self) {
        let numbers = self.rows.iter().zip(self.central).zip(self.bounds);
        let tallies = self.counts.iter_mut().zip(self.moments);
        for (((row, central), bounds), (counts, moments)) in numbers.zip(tallies) {
            let mut d = [0.0; LANES];
            let mut cell = [0u8; LANES];
            for l in 0..LANES {
                d[l] = row[l] - central;
                // The nearest bin, from −1 (below) to 254 (above), plus one;
                // a number that is not one counts as below.
                let bin = (row[l] - bounds.origin) * bounds.per_unit;
                let bin = if bin > -1.0 { bin } else { -1.0 };
                let bin = if bin < BINS { bin } else { BINS };
                cell[l] = (bin + (1.0 + TO_INTEGER)).to_bits() as u8;
            }
            if self.lanes == LANES {
                for c in cell {
                    counts[c as usize] += 1;
                }
            } else {
                d[self.lanes..].fill(0.0);
                for c in &cell[..self.lanes] {
                    counts[*c as usize] += 1;
                }
            }
            let (first, second) = sums(&d);
            moments[0] += first;
            moments[1] += second;
        }
    }
}

/// Σd and Σd² over the lanes, always in the same order: halves on halves.
#[inline(always)]
fn sums(d: &Row) -> (f64, f64) {
    let (mut a, mut b) = ([0.0; 8], [0.0; 8]);
    for l in 0..8 {
        a[l] = d[l] + d[l + 8];
        b[l] = d[l] * d[l] + d[l + 8] * d[l + 8];
    }
    for l in 0..4 {
        a[l] += a[l + 4];
        b[l] += b[l + 4];
    }
    for l in 0..2 {
        a[l] += a[l + 2];
        b[l] += b[l + 2];
    }
    (a[0] + a[1], b[0] + b[1])
}
