//! Arithmetic on tables that no draw changes, done once when a plan is made.

use super::ops::{Code, evaluate};
use crate::system::{Dimension, Shape};
use std::sync::Arc;

/// Numbers known when the plan is compiled, `[element][step or one]`.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) shape: Shape,
    pub(crate) values: Arc<[f64]>,
}

impl Table {
    pub(crate) fn number(x: f64) -> Self {
        Self { shape: Shape::default(), values: Arc::new([x]) }
    }

    fn rows(&self, steps: usize) -> usize {
        if self.shape.timed { steps } else { 1 }
    }

    fn get(&self, element: usize, t: usize, steps: usize) -> f64 {
        self.values[element * self.rows(steps) + if self.shape.timed { t } else { 0 }]
    }

    /// d ← code(d) or code(d, s), broadcast by name.
    pub(crate) fn apply(&self, code: Code, s: &Self, dims: &[Dimension], steps: usize) -> Self {
        let shape = self.shape.union(&s.shape);
        let (left, right) = (shape.index_into(&self.shape, dims), shape.index_into(&s.shape, dims));
        let rows = if shape.timed { steps } else { 1 };
        let mut values = Vec::with_capacity(left.len() * rows);
        for (a, b) in left.iter().zip(&right) {
            for t in 0..rows {
                let (a, b) = (self.get(*a as usize, t, steps), s.get(*b as usize, t, steps));
                values.push(evaluate(code, a, b));
            }
        }
        Self { shape, values: values.into() }
    }

    /// The sum over the dimensions that `shape` does not have.
    pub(crate) fn sum_to(&self, shape: &Shape, dims: &[Dimension], steps: usize) -> Self {
        let (map, rows) = (self.shape.index_into(shape, dims), self.rows(steps));
        let mut values = vec![0.0; shape.elements(dims) * rows];
        for (e, target) in map.iter().enumerate() {
            for t in 0..rows {
                values[*target as usize * rows + t] += self.get(e, t, steps);
            }
        }
        Self { shape: shape.clone(), values: values.into() }
    }

    /// The part at one element of a dimension.
    pub(crate) fn at(&self, dim: usize, element: usize, dims: &[Dimension], steps: usize) -> Self {
        let shape = self.shape.without(dim);
        let mut values = Vec::new();
        for e in select(&self.shape, dim, element, dims) {
            for t in 0..self.rows(steps) {
                values.push(self.get(e as usize, t, steps));
            }
        }
        Self { shape, values: values.into() }
    }

    /// Tables side by side: element e comes from table `position[e]`, there
    /// from element `maps[position[e]][e]`.
    pub(crate) fn stack(
        parts: &[&Self],
        shape: Shape,
        position: &[u32],
        maps: &[Vec<u32>],
        steps: usize,
    ) -> Self {
        let rows = if shape.timed { steps } else { 1 };
        let mut values = Vec::with_capacity(position.len() * rows);
        for (e, at) in position.iter().enumerate() {
            let at = *at as usize;
            for t in 0..rows {
                values.push(parts[at].get(maps[at][e] as usize, t, steps));
            }
        }
        Self { shape, values: values.into() }
    }

    /// The values at one step.
    pub(crate) fn at_step(&self, step: usize, dims: &[Dimension], steps: usize) -> Self {
        let values = (0..self.shape.elements(dims)).map(|e| self.get(e, step, steps)).collect();
        Self { shape: self.shape.clone().timed(false), values }
    }

    /// The values some steps earlier; zero before the first step.
    pub(crate) fn delayed(&self, delay: usize, dims: &[Dimension], steps: usize) -> Self {
        let mut values = Vec::new();
        for e in 0..self.shape.elements(dims) {
            for t in 0..steps {
                values.push(if t < delay { 0.0 } else { self.get(e, t - delay, steps) });
            }
        }
        Self { shape: self.shape.clone().timed(true), values: values.into() }
    }

    /// The running sum over time.
    pub(crate) fn cumulative(&self, dims: &[Dimension], steps: usize) -> Self {
        let mut values = Vec::new();
        for e in 0..self.shape.elements(dims) {
            let mut sum = 0.0;
            for t in 0..steps {
                sum += self.get(e, t, steps);
                values.push(sum);
            }
        }
        Self { shape: self.shape.clone().timed(true), values: values.into() }
    }
}

/// The elements of `shape` at one element of one of its dimensions, in order.
pub(crate) fn select(shape: &Shape, dim: usize, element: usize, dims: &[Dimension]) -> Vec<u32> {
    shape
        .index_into(&Shape::new(vec![dim], false), dims)
        .iter()
        .enumerate()
        .filter(|(_, at)| **at as usize == element)
        .map(|(e, _)| e as u32)
        .collect()
}
