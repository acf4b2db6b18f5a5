//! What an expression becomes on its way to operations.

use super::arena::Value;
use super::fold::Table;
use super::list::List;
use super::lower::Lowering;
use super::ops::{AtStep, Code, Op};
use crate::system::{Binary, Shape};

/// The result of lowering an expression.
#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    Value(Value, Shape),
    /// Some elements of a value, in this shape.
    Part(Value, Shape, List),
    Table(Table),
}

impl Leaf {
    pub(crate) fn shape(&self) -> &Shape {
        match self {
            Self::Value(_, shape) | Self::Part(_, shape, _) => shape,
            Self::Table(table) => &table.shape,
        }
    }

    /// The leaf at one step.
    pub(super) fn at_step(self, lowering: &mut Lowering, step: usize) -> Self {
        let steps = lowering.system.steps;
        match self {
            Self::Table(table) if table.shape.timed => {
                Self::Table(table.at_step(step, lowering.dims(), steps))
            }
            Self::Value(input, shape) if shape.timed => {
                let elements = (0..shape.elements(lowering.dims()) as u32).collect();
                let op = Op::AtStep(AtStep { input, elements, step });
                lowering.emit_one(op, shape.timed(false))
            }
            Self::Part(input, shape, elements) if shape.timed => {
                let op = Op::AtStep(AtStep { input, elements, step });
                lowering.emit_one(op, shape.timed(false))
            }
            leaf => leaf,
        }
    }
}

/// An elementwise formula whose leaves are lowered.
pub(super) enum Tree {
    Leaf(Leaf),
    Unary(Code, Box<Tree>, Shape),
    Binary(Binary, Box<Tree>, Box<Tree>, Shape),
}

impl Tree {
    pub(super) fn shape(&self) -> &Shape {
        match self {
            Self::Leaf(leaf) => leaf.shape(),
            Self::Unary(_, _, shape) | Self::Binary(_, _, _, shape) => shape,
        }
    }
}

/// The elements of elements.
pub(super) fn through(of: &[u32], map: &[u32]) -> List {
    map.iter().map(|e| of[*e as usize]).collect()
}
