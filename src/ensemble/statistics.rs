//! Sums and histogram cells of rows of draws.

use crate::engine::Vectorised;
use crate::lanes::{LANES, Row, keep_rows_apart};

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
    /// does not vary is one bin (E42).
    pub(crate) fn from_pilot(low: f64, high: f64) -> Self {
        let range = high - low;
        let per_unit = BINS / (1.5 * range);
        if range > 0.0 && per_unit < CONSTANT {
            Self { origin: low - 0.25 * range + 0.5 / per_unit, per_unit }
        } else {
            Self { origin: low, per_unit: CONSTANT }
        }
    }

    /// Every bit of them.
    pub(crate) fn bits(&self) -> [u64; 2] {
        [self.origin.to_bits(), self.per_unit.to_bits()]
    }

    /// The one value of a pilot that does not vary.
    pub(crate) fn constant(&self) -> Option<f64> {
        (self.per_unit == CONSTANT).then_some(self.origin)
    }

    /// The cell of every draw of a row.
    #[inline(always)]
    pub(crate) fn cells(&self, row: &Row) -> [u8; LANES] {
        let mut cells = [0; LANES];
        for l in 0..LANES {
            // The nearest bin, from −1 (below) to 254 (above), plus one; a
            // number that is not one counts as below.
            let bin = (row[l] - self.origin) * self.per_unit;
            let bin = if bin > -1.0 { bin } else { -1.0 };
            let bin = if bin < BINS { bin } else { BINS };
            cells[l] = (bin + (1.0 + TO_INTEGER)).to_bits() as u8;
        }
        cells
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

/// Adds the first `lanes` draws of a row to the sums of its number.
#[inline(always)]
pub(crate) fn add(row: &Row, lanes: usize, central: f64, moments: &mut Moments) {
    let mut d = [0.0; LANES];
    for l in 0..LANES {
        d[l] = row[l] - central;
    }
    if lanes < LANES {
        d[lanes..].fill(0.0);
    }
    let [first, second] = sums(&d);
    moments[0] += first;
    moments[1] += second;
}

/// Σd and Σd² over the lanes, always in the same order: halves on halves.
#[inline(always)]
fn sums(d: &Row) -> [f64; 2] {
    let (mut first, mut second) = ([0.0; 8], [0.0; 8]);
    for l in 0..8 {
        first[l] = d[l] + d[l + 8];
        second[l] = d[l] * d[l] + d[l + 8] * d[l + 8];
    }
    // From here on both side by side.
    let (mut both, mut quarter) = ([0.0; 8], [0.0; 4]);
    for l in 0..4 {
        both[l] = first[l] + first[l + 4];
        both[l + 4] = second[l] + second[l + 4];
    }
    for l in 0..2 {
        quarter[l] = both[l] + both[l + 2];
        quarter[l + 2] = both[l + 4] + both[l + 6];
    }
    [quarter[0] + quarter[1], quarter[2] + quarter[3]]
}

/// Adds rows to the sums of their numbers and notes the cell of every draw.
pub(crate) struct Accumulate<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) lanes: usize,
    pub(crate) central: &'a [f64],
    pub(crate) bounds: &'a [Bounds],
    pub(crate) moments: &'a mut [Moments],
    pub(crate) cells: &'a mut [[u8; LANES]],
}

impl Vectorised for Accumulate<'_> {
    #[inline(always)]
    fn run(self) {
        // Known to be whole, a block is summed without a detour.
        match self.lanes {
            LANES => self.with(LANES),
            lanes => self.with(lanes),
        }
    }
}

impl Accumulate<'_> {
    #[inline(always)]
    fn with(self, lanes: usize) {
        let numbers = self.rows.iter().zip(self.central).zip(self.bounds);
        let tallies = self.moments.iter_mut().zip(self.cells);
        for (((row, central), bounds), (moments, cells)) in numbers.zip(tallies) {
            *cells = bounds.cells(row);
            add(row, lanes, *central, moments);
            keep_rows_apart();
        }
    }
}

/// Finds the rows that are not what they were in the pilot. Of numbers that
/// never vary, nothing else has to be counted.
pub(crate) struct Compare<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) bounds: &'a [Bounds],
    /// The positions of those found are added.
    pub(crate) found: &'a mut Vec<usize>,
}

impl Vectorised for Compare<'_> {
    #[inline(always)]
    fn run(self) {
        for (at, (row, bounds)) in self.rows.iter().zip(self.bounds).enumerate() {
            let mut other = 0u64;
            for l in 0..LANES {
                other |= u64::from(row[l] != bounds.origin);
            }
            if other != 0 {
                self.found.push(at);
            }
        }
    }
}

/// Widens the range of a number by its draws.
pub(crate) fn widen(row: &[f64], (low, high): &mut (f64, f64)) {
    for x in row {
        *low = if *x < *low { *x } else { *low };
        *high = if *x > *high { *x } else { *high };
    }
}
