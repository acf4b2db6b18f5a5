//! What blocks of steps give to later ones, in a convolution over a long horizon.
//!
//! Directly, a convolution takes a product for each pair of steps. Over a long
//! horizon only the pairs within a block of 64 steps are taken so; the rest is
//! multiplied block by block after a [`transform`](super::transform), which
//! takes half the time at 480 steps. Results differ from the direct sum by
//! rounding, by some 1e-15 of the largest of the series; where the exact result
//! is zero they may be as far below. Within the first block, and before the
//! first inflow, they are those of the direct sum to the bit.

use super::transform::{BLOCK, Padded, add_coefficients, multiply, values};
use crate::engine::Rows;
use crate::lanes::Row;

/// The steps from which on blocks pay on every instruction set, as measured. It
/// decides about bits, so that it depends on nothing but the steps.
pub(super) const LONG: usize = 288;

/// The blocks of one inflow and one kernel, transformed.
pub(super) struct Far<'a> {
    steps: usize,
    /// Of f(t) for ages around one, two, … blocks.
    kernel: &'a mut Rows,
    /// And then of what it gives to later blocks.
    inflow: &'a mut Rows,
}

impl<'a> Far<'a> {
    #[inline(always)]
    pub(super) fn new(steps: usize, [kernel, inflow]: [&'a mut Rows; 2]) -> Self {
        let far = Self { steps, kernel, inflow };
        if far.is_used() {
            let rows = Self::rows(steps);
            far.kernel.set_len(rows);
            far.inflow.set_len(rows);
        }
        far
    }

    #[inline(always)]
    fn is_used(&self) -> bool {
        self.steps >= LONG
    }

    /// The rows of each of its two buffers: a padded block of complex numbers for
    /// each block of steps after the first.
    #[inline(always)]
    pub(super) fn rows(steps: usize) -> usize {
        if steps < LONG { 0 } else { (steps - 1) / BLOCK * 2 * (BLOCK + 1) }
    }

    /// Steps that are computed directly.
    #[inline(always)]
    pub(super) fn block(&self) -> usize {
        if self.is_used() { BLOCK } else { self.steps }
    }

    /// Outputs k blocks later take f at ages from k − 1 blocks to k + 1.
    #[inline(always)]
    pub(super) fn set_kernel(&mut self, f: &[Row]) {
        if self.is_used() {
            for (k, z) in blocks_mut(self.kernel).iter_mut().enumerate() {
                let (near, far) = f[k * BLOCK..].split_at(BLOCK);
                values(far.chunks(BLOCK).next().unwrap_or_default(), near, z);
            }
        }
    }

    /// Takes what enters, nothing before block `first`.
    #[inline(always)]
    pub(super) fn set_inflow(&mut self, x: &[Row], first: usize) {
        if self.is_used() {
            let inflow = blocks_mut(self.inflow);
            for (z, x) in inflow.iter_mut().zip(x.chunks(BLOCK)).skip(first) {
                values(x, &[], z);
            }
            multiply(inflow, blocks_mut(self.kernel), first);
        }
    }

    /// Adds to the outputs of block k what earlier blocks give to them.
    #[inline(always)]
    pub(super) fn add_outputs(&mut self, k: usize, out: &mut [Row]) {
        add_coefficients(&mut blocks_mut(self.inflow)[k - 1], out);
    }
}

#[inline(always)]
fn blocks_mut(rows: &mut Rows) -> &mut [Padded] {
    rows.as_chunks_mut().0.as_chunks_mut().0
}
