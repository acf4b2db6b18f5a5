//! Survival and density tables of lifetimes.

use super::Kernel;
use crate::engine::List;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};
use crate::lifetime::{Age, Law};

/// Two tables `[element][age]` of as many ages as there are steps: the share
/// S(a) of a cohort in stock at the end of the a-th step after entry, and the
/// share f(a) that left in it, f(0) = 1 − S(0), f(a) = S(a−1) − S(a).
#[derive(Clone, Debug)]
pub(crate) struct Survival {
    pub(crate) law: Law,
    /// The age at the end of each step after entry.
    pub(crate) ages: Vec<Age>,
    pub(crate) first: Value,
    pub(crate) second: Value,
    /// For each element, the elements of both parameters.
    pub(crate) first_map: List,
    pub(crate) second_map: List,
}

impl Survival {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.first, self.second]
    }
}

impl Kernel for Survival {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [survival, density] = outs else { return };
        let survival = if survival.is_empty() {
            let [unread, ..] = &mut scratch.buffers;
            unread.set_len(self.first_map.len() * steps);
            &mut unread[..]
        } else {
            &mut survival[..]
        };
        for e in 0..self.first_map.len() {
            let mut p = inputs.rows(self.first)[self.first_map[e] as usize];
            let mut q = inputs.rows(self.second)[self.second_map[e] as usize];
            self.law.prepare(&mut p, &mut q);
            let survival = &mut survival[e * steps..(e + 1) * steps];
            self.law.survival(&self.ages, &p, &q, survival);
            if density.is_empty() {
                continue;
            }
            let density = &mut density[e * steps..(e + 1) * steps];
            let mut before = [1.0; LANES];
            for (s, f) in survival.iter().zip(density) {
                // (E10) f(a) = S(a−1) − S(a), with S(−1) = 1
                let mut row = before;
                for l in 0..LANES {
                    row[l] -= s[l];
                }
                *f = row;
                before = *s;
                keep_rows_apart();
            }
        }
    }
}
