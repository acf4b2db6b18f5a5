//! Operations that depend on what they themselves gave some steps earlier.

use super::Step;
use crate::engine::arena::{Arena, Context, Value};
use crate::engine::dispatch::Dispatch;

/// Operations that feed back on each other through delays. They are run one
/// after another over a few steps, then over the next few.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// In an order in which each comes after what it reads, but for delays.
    pub(crate) steps: Vec<Step>,
    /// The shortest delay: so many steps are known to depend on earlier ones only.
    pub(crate) window: usize,
}

impl Loop {
    /// All values read or written within. Those written count as read: what an
    /// operation keeps in mind from one window to the next is in its outputs.
    pub(crate) fn inputs(&self) -> Vec<Value> {
        self.steps.iter().flat_map(|s| s.op.inputs().into_iter().chain(s.outs.clone())).collect()
    }

    pub(super) fn execute(&self, dispatch: Dispatch, arena: &mut Arena, ctx: &Context) {
        let mut from = 0;
        while from < ctx.steps {
            let left = ctx.steps - from;
            let to = from + if self.window < left { self.window } else { left };
            for step in &self.steps {
                let zeros = &step.zeros[..];
                let ctx = &Context { from, to, within_loop: true, past: None, zeros, ..*ctx };
                step.execute_within(dispatch, arena, ctx);
            }
            from = to;
        }
    }
}
