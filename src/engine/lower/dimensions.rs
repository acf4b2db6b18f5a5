//! Formulas along dimensions: elements, stacks, sums.

use super::Lowering;
use crate::engine::List;
use crate::engine::fold::{Table, select};
use crate::engine::leaf::{Leaf, through};
use crate::engine::ops::{Code, Factor, Op, Reduce, Stack};
use crate::system::{Binary, Expr, Node, Shape};

impl Lowering<'_> {
    pub(super) fn at(&mut self, leaf: Leaf, dim: usize, element: usize) -> Leaf {
        match leaf {
            Leaf::Table(table) => {
                Leaf::Table(table.at(dim, element, self.dims(), self.system.steps))
            }
            Leaf::Value(value, inner) => {
                let of = select(&inner, dim, element, self.dims());
                Leaf::Part(value, inner.without(dim), of.into())
            }
            Leaf::Part(value, inner, of) => {
                let within = select(&inner, dim, element, self.dims());
                Leaf::Part(value, inner.without(dim), through(&of, &within))
            }
        }
    }

    pub(super) fn stack(&mut self, dim: &str, parts: &[Expr]) -> Leaf {
        let dim = self.dims().iter().position(|d| d.name == dim).unwrap_or_default();
        let leaves: Vec<Leaf> = parts.iter().map(|part| self.lower(part)).collect();
        let along = Shape::new(vec![dim], false);
        let shape = leaves.iter().fold(along.clone(), |shape, leaf| shape.union(leaf.shape()));
        let position = shape.index_into(&along, self.dims());
        let maps: Vec<Vec<u32>> =
            leaves.iter().map(|leaf| shape.index_into(leaf.shape(), self.dims())).collect();
        if leaves.iter().all(|leaf| matches!(leaf, Leaf::Table(_))) {
            let tables: Vec<&Table> = leaves
                .iter()
                .filter_map(|leaf| if let Leaf::Table(table) = leaf { Some(table) } else { None })
                .collect();
            return Leaf::Table(Table::stack(&tables, shape, &position, &maps, self.system.steps));
        }
        if let Some(leaf) = self.one_value(&leaves, &shape, &position, &maps) {
            return leaf;
        }
        let mut elements = Vec::new();
        let mut parts = Vec::new();
        for (leaf, map) in leaves.into_iter().zip(maps) {
            parts.push(match leaf {
                Leaf::Part(value, inner, of) => (value, through(&of, &map), inner.timed),
                leaf => {
                    let (value, inner) = self.value(leaf);
                    (value, map.into(), inner.timed)
                }
            });
        }
        for (e, at) in position.iter().enumerate() {
            let (value, map, timed) = &parts[*at as usize];
            elements.push((*value, map[e], *timed));
        }
        let op = Stack { elements, timed: shape.timed };
        self.emit_one(Op::Stack(op), shape)
    }

    /// A stack of elements of one value, which need not be copied.
    fn one_value(
        &self,
        leaves: &[Leaf],
        shape: &Shape,
        position: &[u32],
        maps: &[Vec<u32>],
    ) -> Option<Leaf> {
        let of = |leaf: &Leaf| match leaf {
            Leaf::Value(value, inner) | Leaf::Part(value, inner, _) => Some((*value, inner.timed)),
            Leaf::Table(_) => None,
        };
        let (value, timed) = of(leaves.first()?)?;
        if !leaves.iter().all(|leaf| of(leaf) == Some((value, timed))) {
            return None;
        }
        let element = |(e, at): (usize, &u32)| {
            let within = maps[*at as usize][e];
            match &leaves[*at as usize] {
                Leaf::Part(_, _, of) => of[within as usize],
                _ => within,
            }
        };
        let elements = position.iter().enumerate().map(element).collect();
        Some(Leaf::Part(value, shape.clone(), elements))
    }

    /// Nested sums, and a product right below them, in one operation.
    pub(super) fn sum(&mut self, expr: &Expr) -> Leaf {
        let mut dims = Vec::new();
        let mut inner = expr;
        while let Node::Sum(a, dim) = &inner.0 {
            dims.extend(self.dims().iter().position(|d| d.name == *dim));
            inner = a;
        }
        let (a, b) = match &inner.0 {
            Node::Binary(Binary::Mul, a, b) => (self.lower(a), Some(self.lower(b))),
            _ => (self.lower(inner), None),
        };
        let (a, b) = match (a, b) {
            (Leaf::Table(x), None) => {
                let shape = dims.iter().fold(x.shape.clone(), |s, d| s.without(*d));
                return Leaf::Table(x.sum_to(&shape, self.dims(), self.system.steps));
            }
            (Leaf::Table(x), Some(Leaf::Table(y))) => {
                let product = x.apply(Code::Mul, &y, self.dims(), self.system.steps);
                let shape = dims.iter().fold(product.shape.clone(), |s, d| s.without(*d));
                return Leaf::Table(product.sum_to(&shape, self.dims(), self.system.steps));
            }
            (a @ Leaf::Table(_), Some(b)) => (b, Some(a)),
            (a, b) => (a, b),
        };
        let full = b.as_ref().map_or(a.shape().clone(), |b| a.shape().union(b.shape()));
        let shape = dims.iter().fold(full.clone(), |s, d| s.without(*d));
        let elements = shape.elements(self.dims());
        let mut order: Vec<Vec<u32>> = vec![Vec::new(); elements];
        let within = |leaf: &Leaf| full.index_into(leaf.shape(), self.dims());
        let (within_a, within_b) = (within(&a), b.as_ref().map(within));
        for (f, e) in full.index_into(&shape, self.dims()).iter().enumerate() {
            let zero = self.zeros.in_leaf(&a, within_a[f])
                || b.as_ref()
                    .zip(within_b.as_ref())
                    .is_some_and(|(b, w)| self.zeros.in_leaf(b, w[f]));
            if !zero {
                order[*e as usize].push(f as u32);
            }
        }
        let mut summands = vec![0];
        for summed in &order {
            summands.push(summands[summands.len() - 1] + summed.len() as u32);
        }
        let factor = |leaf: &Leaf| {
            let index = full.index_into(leaf.shape(), self.dims());
            let map: List = order.iter().flatten().map(|f| index[*f as usize]).collect();
            match leaf {
                Leaf::Part(value, shape, of) => {
                    Factor::Value { value: *value, map: through(of, &map), timed: shape.timed }
                }
                Leaf::Value(value, shape) => {
                    Factor::Value { value: *value, map, timed: shape.timed }
                }
                Leaf::Table(table) => {
                    Factor::Table { table: table.values.clone(), map, timed: table.shape.timed }
                }
            }
        };
        let source_elements = match &a {
            Leaf::Part(value, ..) => self.shapes[value.0 as usize].elements(self.dims()),
            a => a.shape().elements(self.dims()),
        };
        let (a, b) = (factor(&a), b.as_ref().map_or(Factor::One, factor));
        let op = Reduce { elements, summands, timed: shape.timed, source_elements, a, b };
        self.emit_one(Op::Reduce(op), shape)
    }
}
