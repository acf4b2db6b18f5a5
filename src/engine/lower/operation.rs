//! Operations of a user's own become one operation of the plan.

use super::Lowering;
use crate::engine::leaf::Leaf;
use crate::engine::ops::{Op, UserInput, UserOp, UserOutput};
use crate::system::{Shape, UserOperation};

impl Lowering<'_> {
    /// One output of a user's operation.
    pub(super) fn operation(&mut self, c: &UserOperation, port: usize) -> Leaf {
        let values: Vec<_> = c.inputs.iter().map(|(_, given)| self.lower_value(given)).collect();
        let given: Vec<Shape> = values.iter().map(|(_, shape)| shape.clone()).collect();
        let all = c.together(&given);
        let dims = self.dims();
        let inputs = c.inputs.iter().zip(values).map(|((port, _), value)| {
            let input = self.input(&port.shape(&all, dims), value);
            UserInput { input, timed: port.is_timed() }
        });
        let inputs = inputs.collect();
        let shapes: Vec<Shape> = c
            .outputs
            .iter()
            .map(|port| Shape::new(port.shape(&all, dims).dims, port.is_timed()))
            .collect();
        let outputs = c.outputs.iter().zip(&shapes).map(|(port, shape)| UserOutput {
            places: self.map(&port.shape(&all, dims), shape),
            timed: shape.timed,
        });
        let outputs = outputs.collect();
        let steps = self.system.steps;
        let scratch = c.scratch.iter().map(|port| {
            port.shape(&all, dims).elements(dims) * if port.is_timed() { steps } else { 1 }
        });
        let scratch = scratch.collect();
        let (name, fingerprint) = (c.name.clone(), c.fingerprint.clone());
        let operation = c.operation.clone();
        let op = UserOp { name, operation, fingerprint, inputs, outputs, scratch };
        let outs = self.emit(Op::User(op), &shapes);
        Leaf::Value(outs[port], shapes[port].clone())
    }
}
