//! Rows of lanes that start on a cache line.

use crate::lanes::{LANES, Row};
use std::ops::{Deref, DerefMut};

/// Bytes of a cache line, and of the widest register.
const LINE: usize = 64;
/// Numbers in a cache line.
const SPARE: usize = LINE / size_of::<f64>();

/// A buffer of rows aligned to cache lines: a load of a whole register never
/// touches two of them, which would halve the speed.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    storage: Vec<f64>,
    offset: usize,
    len: usize,
}

impl Rows {
    pub(crate) fn new(len: usize) -> Self {
        let storage = vec![0.0; len * LANES + SPARE];
        let offset = storage.as_ptr().align_offset(LINE);
        // An allocator may decline to tell; the rows are then merely slower.
        let offset = if offset < SPARE { offset } else { 0 };
        Self { storage, offset, len }
    }

    /// Makes the buffer `len` rows long. What the rows hold is left open.
    #[inline(always)]
    pub(crate) fn set_len(&mut self, len: usize) {
        if self.storage.len() < len * LANES + SPARE {
            *self = Self::new(len);
        }
        self.len = len;
    }

    /// The rows there is room for.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.storage.len() / LANES
    }
}

impl Clone for Rows {
    fn clone(&self) -> Self {
        let mut rows = Self::new(self.len);
        rows.copy_from_slice(self);
        rows
    }
}

impl Deref for Rows {
    type Target = [Row];
    #[inline(always)]
    fn deref(&self) -> &[Row] {
        self.storage[self.offset..self.offset + self.len * LANES].as_chunks().0
    }
}

impl DerefMut for Rows {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [Row] {
        self.storage[self.offset..self.offset + self.len * LANES].as_chunks_mut().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_aligned_also_after_growing_and_cloning() {
        let mut rows = Rows::new(3);
        for len in [1, 5, 100, 7] {
            rows.set_len(len);
            assert_eq!(rows.len(), len);
            assert_eq!(rows.as_ptr().align_offset(LINE), 0);
            assert_eq!(rows.clone().as_ptr().align_offset(LINE), 0);
        }
    }
}
