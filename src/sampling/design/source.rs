//! Where the uniforms of static parameters come from in a run.

use super::{Points, Strata, sobol};
use crate::lanes::Row;
use crate::sampling::{StreamKey, uniform_row};
use std::collections::HashMap;

/// The uniforms of static parameters under a design other than Monte Carlo.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Latin(Strata),
    /// Streams with a dimension; the others are keyed Monte Carlo.
    Sobol(HashMap<StreamKey, sobol::Dimension>),
    /// Streams that vary; the others are central.
    Points(HashMap<StreamKey, Points>),
}

impl Source {
    /// Sobol' points in which the streams have dimensions 0, 1, … in order, as
    /// far as there are dimensions.
    pub(crate) fn sobol(seed: u64, streams: impl ExactSizeIterator<Item = StreamKey>) -> Self {
        let directions = sobol::directions(streams.len());
        let dimension = |(key, v)| (key, sobol::Dimension::new(v, seed, key));
        Self::Sobol(streams.zip(directions).map(dimension).collect())
    }

    /// The uniforms of sixteen draws; NaN where the parameter is at its central
    /// value.
    #[inline(always)]
    pub(crate) fn row(&self, seed: u64, key: StreamKey, first_draw: u32, out: &mut Row) {
        match self {
            Self::Latin(strata) => strata.row(seed, key, first_draw, out),
            Self::Sobol(dimensions) => match dimensions.get(&key) {
                Some(dimension) => dimension.row(seed, key, first_draw, out),
                None => uniform_row(seed, key, first_draw, 0, out),
            },
            Self::Points(points) => match points.get(&key) {
                Some(points) => points.row(first_draw, out),
                None => out.fill(f64::NAN),
            },
        }
    }
}
