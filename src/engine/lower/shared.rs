//! Shared facilities: who may offer to whom.

use super::Lowering;
use crate::engine::leaf::Leaf;
use crate::engine::ops::{Op, Partner, SharedFacilitiesOp, SharedSource};
use crate::system::{Shape, SharedFacilities};

impl Lowering<'_> {
    pub(super) fn shared_facilities(
        &mut self,
        component: usize,
        c: &SharedFacilities,
        port: usize,
    ) -> Leaf {
        let dims = self.dims();
        let find = |name: &str| dims.iter().position(|d| d.name == name).unwrap_or_default();
        let (from, to) = (find(&c.sources), find(&c.facilities));
        let along = |d: usize| Shape::new(vec![d], false);
        let pairs = Shape::new(vec![from, to], false);
        let (feed, shape) = self.lower_value(&c.feed);
        let capacity = self.lower_value(&c.capacity);
        let offered = self.lower(&c.offered);
        // Nothing is computed for those who never offer anything.
        let silent: Vec<bool> = pairs
            .index_into(offered.shape(), dims)
            .iter()
            .map(|e| self.zeros.in_leaf(&offered, *e))
            .collect();
        let offered = self.value(offered);
        let cap = c.cap.as_ref().map(|cap| self.lower_value(cap));
        let elements = &dims[to].elements;
        let own = |source: &String| elements.iter().position(|g| g == source).unwrap_or_default();
        let mut sources: Vec<SharedSource> = dims[from]
            .elements
            .iter()
            .map(|source| SharedSource {
                own: own(source),
                contents: Vec::new(),
                partners: Vec::new(),
            })
            .collect();
        for (e, source) in shape.index_into(&along(from), dims).iter().enumerate() {
            sources[*source as usize].contents.push(e as u32);
        }
        let ends = pairs.index_into(&along(from), dims).into_iter();
        let ends = ends.zip(pairs.index_into(&along(to), dims)).zip(silent);
        for (pair, ((source, facility), silent)) in ends.enumerate() {
            let source = &mut sources[source as usize];
            if facility as usize != source.own && !silent {
                source.partners.push(Partner { facility: facility as usize, pair: pair as u32 });
            }
        }
        let op = SharedFacilitiesOp {
            feed,
            feed_timed: shape.timed,
            capacity: self.input(&along(to), capacity),
            offered: self.input(&pairs, offered),
            cap: cap.map(|cap| self.input(&pairs, cap)),
            sources,
            facilities: elements.len(),
        };
        let (shape, pairs) = (shape.timed(true), pairs.timed(true));
        let past = self.past(&shape, |l| l.component(component, 1));
        let shapes = [shape.clone(), shape, pairs];
        let outs = self.emit_after(Op::SharedFacilities(op), &shapes, past);
        Leaf::Value(outs[port], shapes[port].clone())
    }
}
