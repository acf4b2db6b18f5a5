//! Random input and events become operations.

use super::Lowering;
use crate::engine::arena::Value;
use crate::engine::leaf::{Leaf, Tree};
use crate::engine::ops::{Blend, Draw, EventsOp, Input, Noise, Op, White};
use crate::process::Events;
use crate::sampling::StreamKey;
use crate::system::{Expr, Shape};
use crate::uncertainty::Distribution;

impl Lowering<'_> {
    /// Static parameters, one per stream.
    pub(super) fn parameter(
        &mut self,
        names: &[String],
        laws: &[Distribution],
        shape: Shape,
    ) -> Leaf {
        let (keys, blends) = self.streams(names);
        let elements = keys.into_iter().zip(laws.iter().cloned()).collect();
        self.emit_one(Op::Draw(Draw { elements, blends, group: 0 }), shape)
    }

    /// Independent numbers per step, one series per stream.
    pub(super) fn noise(&mut self, names: &[String], white: White, shape: Shape) -> Leaf {
        let (elements, blends) = self.streams(names);
        self.emit_one(Op::Noise(Noise { elements, blends, white }), shape)
    }

    /// The keys of streams, and what those that are mixed are made of.
    fn streams(&self, names: &[String]) -> (Vec<StreamKey>, Vec<Blend>) {
        let keys: Vec<StreamKey> = names.iter().map(|n| StreamKey::of(n)).collect();
        let blend = |key| self.system.blends.get(key).cloned().unwrap_or_default();
        let blends = keys.iter().map(blend).collect();
        (keys, blends)
    }

    /// A value over time, also for one that does not vary in time.
    pub(super) fn spread(&mut self, leaf: Leaf, shape: &Shape) -> Value {
        match leaf {
            Leaf::Value(value, inner) if inner.timed => value,
            leaf => self.program(&Tree::Leaf(leaf), shape),
        }
    }

    /// What chances of each step become.
    pub(super) fn events(&mut self, events: &Events, parts: &[Expr]) -> Leaf {
        let driver = self.lower(&parts[0]);
        let shape = driver.shape().clone().timed(true);
        let driver = self.spread(driver, &shape);
        let mut parameters = Vec::new();
        for part in &parts[1..] {
            let (value, inner) = self.lower_value(part);
            parameters.push(Input { value, map: self.map(&shape, &inner), timed: inner.timed });
        }
        let streams = match events {
            Events::Sizes { stream } => shape.element_names(stream, self.dims()),
            _ => Vec::new(),
        };
        let op = EventsOp {
            events: events.clone(),
            elements: shape.elements(self.dims()),
            driver,
            parameters,
            streams: streams.iter().map(|name| StreamKey::of(name)).collect(),
        };
        self.emit_one(Op::Events(op), shape)
    }
}
