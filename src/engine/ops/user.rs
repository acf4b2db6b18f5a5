//! Operations of a user's own: called over the whole horizon, compiled for the
//! machine's baseline. They see copies of their inputs in which every lane is a
//! draw that counts, and outputs that hold nothing yet.

use super::{Input, Kernel};
use crate::engine::List;
use crate::engine::arena::{Context, Inputs, OUTPUTS, Scratch, Value};
use crate::engine::rows::Rows;
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::{LANES, Row};
use crate::system::{Block, MAX_OUTPUTS, Operation, guarded};
use std::fmt;
use std::sync::Arc;

const _: () = assert!(MAX_OUTPUTS <= OUTPUTS);

/// An input and whether the operation sees it vary in time.
#[derive(Clone, Debug)]
pub(crate) struct UserInput {
    pub(crate) input: Input,
    pub(crate) timed: bool,
}

/// For each element as the operation orders them, the element of the value.
#[derive(Clone, Debug)]
pub(crate) struct UserOutput {
    pub(crate) places: List,
    pub(crate) timed: bool,
}

#[derive(Clone)]
pub(crate) struct UserOp {
    /// The name in the system, for messages.
    pub(crate) name: String,
    pub(crate) operation: Arc<dyn Operation>,
    pub(crate) fingerprint: Arc<str>,
    pub(crate) inputs: Vec<UserInput>,
    pub(crate) outputs: Vec<UserOutput>,
    /// The rows of each piece of memory.
    pub(crate) scratch: Vec<usize>,
}

/// What it is and reads: the key by which equal operations are found.
impl fmt::Debug for UserOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserOp")
            .field("fingerprint", &self.fingerprint)
            .field("inputs", &self.inputs)
            .field("outputs", &self.outputs)
            .field("scratch", &self.scratch)
            .finish_non_exhaustive()
    }
}

impl UserOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        self.inputs.iter().map(|i| i.input.value).collect()
    }

    /// The rows of inputs, outputs and memory, one after another.
    fn sections(&self, steps: usize) -> Vec<usize> {
        let rows = |elements: usize, timed| elements * if timed { steps } else { 1 };
        let inputs = self.inputs.iter().map(|i| rows(i.input.map.len(), i.timed));
        let outputs = self.outputs.iter().map(|o| rows(o.places.len(), o.timed));
        inputs.chain(outputs).chain(self.scratch.iter().copied()).collect()
    }

    /// The rows it needs while it runs.
    pub(crate) fn rows(&self, steps: usize) -> usize {
        self.sections(steps).into_iter().fold(0, usize::saturating_add)
    }

    /// Copies the inputs, in each lane the draw that `from` says, clears the
    /// outputs and calls the operation.
    fn call(
        &self,
        inputs: Inputs,
        buffer: &mut Rows,
        steps: usize,
        from: [usize; LANES],
    ) -> Result<(), String> {
        buffer.set_len(self.rows(steps));
        let mut rest = &mut buffer[..];
        let mut parts = Vec::new();
        for len in self.sections(steps) {
            let (part, after) = rest.split_at_mut(len);
            parts.push(part);
            rest = after;
        }
        let scratch = parts.split_off(self.inputs.len() + self.outputs.len());
        let mut outputs = parts.split_off(self.inputs.len());
        for (given, part) in self.inputs.iter().zip(&mut parts) {
            let rows = if given.timed { steps } else { 1 };
            for (at, row) in part.iter_mut().enumerate() {
                let source = given.input.row(inputs, at / rows, at % rows, steps);
                *row = from.map(|l| source[l]);
            }
        }
        outputs.iter_mut().for_each(|part| part.fill([f64::NAN; LANES]));
        let inputs = parts.iter().map(|part| &**part).collect();
        let mut block = Block { steps, inputs, outputs, scratch };
        guarded(|| self.operation.run(&mut block))?
    }

    /// The first draw that the operation refuses by itself, and what it says.
    fn refused(
        &self,
        inputs: Inputs,
        buffer: &mut Rows,
        ctx: &Context,
        why: String,
    ) -> (u32, Error) {
        let message = Diagnostic::new("an operation failed").key(&self.name);
        for lane in 0..ctx.lanes {
            if let Err(why) = self.call(inputs, buffer, ctx.steps, [lane; LANES]) {
                let error = Error::new(ErrorKind::Run, message.found(why));
                return (ctx.first_draw + lane as u32, error);
            }
        }
        let message = message.found(why).fix(
            "it fails on a block of draws and on none of them alone: check it with the testkit",
        );
        (ctx.first_draw, Error::new(ErrorKind::Run, message))
    }

    fn compute(
        &self,
        outs: &mut [&mut [Row]],
        inputs: Inputs,
        scratch: &mut Scratch,
        ctx: &Context,
    ) {
        let (buffer, steps) = (&mut scratch.operation, ctx.steps);
        // Lanes that do not count repeat the first.
        let from = std::array::from_fn(|l| if l < ctx.lanes { l } else { 0 });
        if let Err(why) = self.call(inputs, buffer, steps, from) {
            if scratch.failure.is_none() {
                scratch.failure = Some(self.refused(inputs, buffer, ctx, why));
            }
            return;
        }
        let mut first: usize = self.sections(steps)[..self.inputs.len()].iter().sum();
        for (out, output) in outs.iter_mut().zip(&self.outputs) {
            let rows = if output.timed { steps } else { 1 };
            for (e, place) in output.places.iter().enumerate() {
                // Nobody reads an output without rows.
                if !out.is_empty() {
                    out[*place as usize * rows..][..rows]
                        .copy_from_slice(&buffer[first + e * rows..][..rows]);
                }
            }
            first += output.places.len() * rows;
        }
    }
}

impl Kernel for UserOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        self.compute(outs, inputs, scratch, ctx);
    }
}
