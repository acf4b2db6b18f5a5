//! Sums of products of many columns, eight by eight.

use crate::engine::{Dispatch, Vectorised};

/// Columns of a panel: a register of AVX-512, two of AVX2.
const WIDE: usize = 8;
/// Columns of the left panel multiplied at a time: the sums stay in registers.
const TALL: usize = 4;
/// Draws multiplied at a time: two panels of them fit in the first cache.
const DEEP: usize = 256;

type Tile = [[f64; WIDE]; WIDE];

/// Σ over the draws of column i times column j, for the inputs i and all
/// columns j.
pub(super) struct Products {
    /// By panels of inputs and of all columns; those left of the diagonal are
    /// not computed.
    tiles: Vec<Tile>,
    panels: usize,
    inputs: usize,
}

impl Products {
    /// The columns are equally long.
    pub(super) fn new(dispatch: Dispatch, inputs: &[&[f64]], outputs: &[&[f64]]) -> Self {
        let packed = |columns: &[&[f64]]| -> Vec<Vec<[f64; WIDE]>> {
            columns.chunks(WIDE).map(panel).collect()
        };
        let mut panels = packed(inputs);
        let left = panels.len();
        panels.extend(packed(outputs));
        let mut tiles = vec![Tile::default(); left * panels.len()];
        dispatch.run(Work { panels: &panels, left, tiles: &mut tiles });
        Self { tiles, panels: panels.len(), inputs: left }
    }

    fn tile(&self, i: usize, panel: usize, column: usize) -> f64 {
        self.tiles[i / WIDE * self.panels + panel][i % WIDE][column]
    }

    /// Of two inputs.
    pub(super) fn of_inputs(&self, i: usize, j: usize) -> f64 {
        let (i, j) = if i < j { (i, j) } else { (j, i) };
        self.tile(i, j / WIDE, j % WIDE)
    }

    /// Of an input and an output.
    pub(super) fn with_output(&self, i: usize, output: usize) -> f64 {
        self.tile(i, self.inputs + output / WIDE, output % WIDE)
    }
}

/// Up to eight columns side by side, draw by draw.
fn panel(columns: &[&[f64]]) -> Vec<[f64; WIDE]> {
    let mut panel = vec![[0.0; WIDE]; columns[0].len()];
    for (at, column) in columns.iter().enumerate() {
        for (row, x) in panel.iter_mut().zip(*column) {
            row[at] = *x;
        }
    }
    panel
}

struct Work<'a> {
    panels: &'a [Vec<[f64; WIDE]>],
    left: usize,
    tiles: &'a mut [Tile],
}

impl Vectorised for Work<'_> {
    #[inline(always)]
    fn run(self) {
        let draws = self.panels.first().map_or(0, Vec::len);
        for first in (0..draws).step_by(DEEP) {
            let last = if first + DEEP < draws { first + DEEP } else { draws };
            for i in 0..self.left {
                let left = &self.panels[i][first..last];
                for j in i..self.panels.len() {
                    let right = &self.panels[j][first..last];
                    let tile = &mut self.tiles[i * self.panels.len() + j];
                    for top in (0..WIDE).step_by(TALL) {
                        let mut sums = [[0.0; WIDE]; TALL];
                        for (a, b) in left.iter().zip(right) {
                            for r in 0..TALL {
                                for l in 0..WIDE {
                                    sums[r][l] += a[top + r] * b[l];
                                }
                            }
                        }
                        for r in 0..TALL {
                            for l in 0..WIDE {
                                tile[top + r][l] += sums[r][l];
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InstructionSet;

    #[test]
    fn products_are_exact_on_every_instruction_set() {
        let column = |seed: u64, n: u64| -> Vec<f64> {
            (0..n).map(|d| ((d + 1) * (2 * seed + 3) * 7919 % 1009) as f64 - 504.0).collect()
        };
        for set in InstructionSet::ALL.into_iter().filter(|s| s.is_available()) {
            let dispatch = Dispatch::new(set).expect("available");
            for (inputs, outputs, draws) in [(1, 1, 1), (8, 3, 300), (19, 9, 257), (3, 0, 40)] {
                let all: Vec<Vec<f64>> = (0..inputs + outputs).map(|s| column(s, draws)).collect();
                let all: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
                let (x, y) = all.split_at(inputs as usize);
                let found = Products::new(dispatch, x, y);
                let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                for i in 0..x.len() {
                    for j in 0..x.len() {
                        assert_eq!(found.of_inputs(i, j), dot(x[i], x[j]));
                    }
                    for j in 0..y.len() {
                        assert_eq!(found.with_output(i, j), dot(x[i], y[j]));
                    }
                }
            }
        }
    }
}
