//! The width of a block: how many draws are computed side by side.

/// Number of draws computed side by side in one block.
///
/// Sixteen doubles are two AVX-512 registers or four AVX2 registers; loops
/// over them are plain and vectorise. The number is no part of any result:
/// every lane is computed as if it were alone.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::lanes::LANES, 16);
/// ```
pub const LANES: usize = 16;

/// One number for each draw of a block, in the unit of the series it belongs
/// to.
///
/// # Examples
/// ```
/// use blackmass::lanes::{LANES, Row};
/// let row: Row = [0.5; LANES];
/// assert_eq!(row[LANES - 1], 0.5);
/// ```
pub type Row = [f64; LANES];

/// Keeps a loop over rows from being vectorised across them, which takes
/// gathers and is several times slower than along the lanes. It costs nothing.
#[inline(always)]
pub(crate) fn keep_rows_apart() {
    std::hint::black_box(());
}
