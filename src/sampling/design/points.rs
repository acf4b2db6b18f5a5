//! Designs that change chosen parameters and leave the others central.

use crate::lanes::{LANES, Row};

/// The levels of one parameter over the draws, as probabilities.
#[derive(Clone, Debug)]
pub(crate) enum Points {
    /// Low in draw `at + 1`, high in draw `at + 2`, else central.
    Pair { at: u32, low: f64, high: f64 },
    /// Each level for `run` draws, over and over.
    Levels { run: u32, levels: Vec<f64> },
}

impl Points {
    /// The probabilities of sixteen draws, NaN where central.
    pub(super) fn row(&self, first_draw: u32, out: &mut Row) {
        for l in 0..LANES {
            let index = first_draw.wrapping_add(l as u32).wrapping_sub(1);
            out[l] = match self {
                Self::Pair { at, low, .. } if index == *at => *low,
                Self::Pair { at, high, .. } if index == *at + 1 => *high,
                Self::Pair { .. } => f64::NAN,
                Self::Levels { run, levels } => levels[(index / run) as usize % levels.len()],
            };
        }
    }
}
