//! Sample blocks for an operation, and calls of it.

use super::Testkit;
use crate::lanes::{LANES, Row};
use crate::sampling::{StreamKey, uniform};
use crate::system::{Block, Port, UserOperation, guarded};
use crate::uncertainty::Range;

/// How many blocks are computed.
pub(super) const BLOCKS: usize = 4;

/// The rows of one port each.
pub(super) type Ports = Vec<Vec<Row>>;

/// What memory and outputs hold before a call.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) outputs: f64,
    pub(super) scratch: f64,
}

/// An operation over a horizon.
pub(super) struct Sample<'a> {
    pub(super) kit: &'a Testkit<'a>,
    pub(super) operation: &'a UserOperation,
    pub(super) steps: usize,
}

impl Sample<'_> {
    /// How many rows a port has.
    pub(super) fn rows(&self, port: &Port) -> usize {
        let elements = match port.named() {
            Some(names) => {
                let size = |name: &String| self.kit.dimensions.get(name).copied();
                let sizes = names.iter().map(|name| size(name).unwrap_or(self.kit.elements));
                sizes.fold(1, usize::saturating_mul)
            }
            None => self.kit.elements,
        };
        elements.saturating_mul(if port.is_timed() { self.steps } else { 1 })
    }

    /// The inputs of a block. Its first two draws are at the ends of the ranges.
    pub(super) fn inputs(&self, block: usize) -> Ports {
        let input = |(port, _): &(Port, _)| {
            let key = StreamKey::of(port.name());
            let unit = Range { low: 0.0, high: 1.0 };
            let Range { low, high } = self.kit.ranges.get(port.name()).copied().unwrap_or(unit);
            let number = |lane: usize, row: usize| {
                let draw = (block * LANES + lane) as u32;
                match draw {
                    0 => low,
                    1 => high,
                    _ => low + (high - low) * uniform(self.kit.seed, key, draw, row as u32),
                }
            };
            let row = |at| std::array::from_fn(|lane| number(lane, at));
            (0..self.rows(port)).map(row).collect()
        };
        self.operation.inputs.iter().map(input).collect()
    }

    pub(super) fn scratch(&self, fill: f64) -> Ports {
        self.operation.scratch.iter().map(|port| vec![[fill; LANES]; self.rows(port)]).collect()
    }

    /// Calls the operation once.
    pub(super) fn call(&self, inputs: &Ports, before: Before) -> Result<Ports, String> {
        self.call_on(inputs, before.outputs, &mut self.scratch(before.scratch))
    }

    /// Calls the operation once on memory that is at hand.
    pub(super) fn call_on(
        &self,
        inputs: &Ports,
        fill: f64,
        scratch: &mut Ports,
    ) -> Result<Ports, String> {
        let outputs = self.operation.outputs.iter();
        let mut outputs: Ports = outputs.map(|port| vec![[fill; LANES]; self.rows(port)]).collect();
        let mut block = Block {
            steps: self.steps,
            inputs: inputs.iter().map(Vec::as_slice).collect(),
            outputs: outputs.iter_mut().map(Vec::as_mut_slice).collect(),
            scratch: scratch.iter_mut().map(Vec::as_mut_slice).collect(),
        };
        guarded(|| self.operation.operation.run(&mut block))??;
        Ok(outputs)
    }
}

/// The numbers of one draw, `[port][row]`.
pub(super) fn draw(ports: &Ports, lane: usize) -> Vec<Vec<f64>> {
    ports.iter().map(|rows| rows.iter().map(|row| row[lane]).collect()).collect()
}

/// In each lane the draw that `from` says.
pub(super) fn placed(ports: &Ports, from: [usize; LANES]) -> Ports {
    ports.iter().map(|rows| rows.iter().map(|row| from.map(|l| row[l])).collect()).collect()
}
