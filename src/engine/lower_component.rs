//! Components become operations: cohort stocks, products, facilities.

use super::arena::Value;
use super::lower::{Leaf, Lowering};
use super::ops::{Convolve, FacilitiesOp, Op, ProductOp, Survival};
use crate::lifetime::{Age, Lifetime};
use crate::system::{Component, Shape};

impl Lowering<'_> {
    /// Survival and density tables of a lifetime.
    fn survival(&mut self, lifetime: &Lifetime) -> (Value, Value, Shape) {
        let (first, a) = self.lower_value(&lifetime.first);
        let (second, b) = self.lower_value(&lifetime.second);
        let shape = a.union(&b);
        let op = Survival {
            law: lifetime.law,
            ages: (0..self.system.steps).map(|a| Age::new(lifetime.timing.age(a))).collect(),
            first,
            second,
            first_map: self.map(&shape, &a),
            second_map: self.map(&shape, &b),
        };
        let tables = shape.clone().timed(true);
        let outs = self.emit(Op::Survival(op), &[tables.clone(), tables]);
        (outs[0], outs[1], shape)
    }

    /// One output of a component.
    pub(super) fn component(&mut self, component: usize, port: usize) -> Leaf {
        match &self.system.components[component] {
            Component::Cohort(c) => {
                let (input, inner) = self.lower_value(&c.inflow);
                let (survival, density, table_shape) = self.survival(&c.lifetime);
                let map = self.map(&inner, &table_shape);
                let table = if port == 0 { survival } else { density };
                let op = Convolve { input, timed: inner.timed, table, map };
                self.emit_one(Op::Convolve(op), inner.timed(true))
            }
            Component::Product(c) => {
                let (inflow, units) = self.lower_value(&c.inflow);
                let (product, _, product_shape) = self.survival(&c.product);
                let (component, density, component_shape) = self.survival(&c.component);
                let (replacement, replacement_shape) = self.lower_value(&c.replacement);
                let (content, content_shape) = self.lower_value(&c.content);
                let full = units.union(&content_shape);
                let unit_of = full.index_into(&units, self.dims());
                let content_of = full.index_into(&content_shape, self.dims());
                let mut contents = vec![Vec::new(); units.elements(self.dims())];
                for (e, (unit, source)) in unit_of.iter().zip(content_of).enumerate() {
                    contents[*unit as usize].push((e as u32, source));
                }
                let op = ProductOp {
                    inflow,
                    inflow_timed: units.timed,
                    product_survival: (product, self.map(&units, &product_shape)),
                    component_survival: (component, self.map(&units, &component_shape)),
                    component_density: (density, self.map(&units, &component_shape)),
                    replacement: (replacement, self.map(&units, &replacement_shape)),
                    age_limit: c.age_limit as usize,
                    content,
                    content_timed: content_shape.timed,
                    contents,
                };
                let (full, units) = (full.timed(true), units.timed(true));
                let shapes: Vec<Shape> =
                    (0..7).map(|p| if p < 4 { full.clone() } else { units.clone() }).collect();
                let outs = self.emit(Op::Product(op), &shapes);
                Leaf::Value(outs[port], shapes[port].clone())
            }
            Component::Facilities(c) => {
                let (feed, shape) = self.lower_value(&c.feed);
                let (capacity, capacity_shape) = self.lower_value(&c.capacity);
                let basis = c.basis.as_ref().map(|b| self.lower_value(b));
                let mut contents = vec![Vec::new(); capacity_shape.elements(self.dims())];
                let facility = shape.index_into(&capacity_shape, self.dims());
                for (e, f) in facility.iter().enumerate() {
                    contents[*f as usize].push(e as u32);
                }
                let op = FacilitiesOp {
                    feed,
                    feed_timed: shape.timed,
                    capacity,
                    capacity_timed: capacity_shape.timed,
                    basis: basis.map(|(value, shape)| (value, shape.timed)),
                    contents,
                };
                let shape = shape.timed(true);
                let outs = self.emit(Op::Facilities(op), &[shape.clone(), shape.clone()]);
                Leaf::Value(outs[port], shape)
            }
        }
    }
}
