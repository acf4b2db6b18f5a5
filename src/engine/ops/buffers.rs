//! The memory that operations take while they run, beside their outputs.

use super::far::Far;
use super::{Factor, Op, Step};

/// Rows of each of the buffers of a thread.
pub(crate) type BufferRows = [usize; 7];

/// What several operations take of the same buffers, one after another.
pub(crate) fn largest(all: impl Iterator<Item = BufferRows>) -> BufferRows {
    all.fold(BufferRows::default(), |most, rows| {
        std::array::from_fn(|i| if rows[i] > most[i] { rows[i] } else { most[i] })
    })
}

impl Step {
    /// The most rows it takes of each buffer, over so many steps.
    pub(crate) fn buffers(&self, steps: usize) -> BufferRows {
        match &self.op {
            Op::Loop(inner) => largest(inner.steps.iter().map(|step| step.buffers(steps))),
            Op::Convolve(_) => first([Far::rows(steps); 2]),
            Op::Product(_) => [steps; 7],
            Op::Noise(_) => first([steps + 1, steps, steps]),
            Op::Balance(_) => first([steps; 3]),
            Op::Survival(op) => {
                let read = self.by_place.iter().any(|(out, _)| *out == 0);
                first([if read { 0 } else { op.first_map.len() * steps }])
            }
            Op::Reduce(op) => {
                let spread = match op.a {
                    Factor::Value { timed: false, .. } if op.timed => op.source_elements * steps,
                    _ => 0,
                };
                let table = match &op.b {
                    Factor::Table { table, timed: true, .. } => table.len(),
                    _ => 0,
                };
                first([spread, table])
            }
            Op::Facilities(op) => {
                first([op.contents.iter().map(Vec::len).max().unwrap_or_default()])
            }
            Op::SharedFacilities(op) => {
                let of = |count: &dyn Fn(&super::SharedSource) -> usize| {
                    op.sources.iter().map(count).sum::<usize>()
                };
                let (contents, partners) = (of(&|s| s.contents.len()), of(&|s| s.partners.len()));
                let each = op.facilities;
                first([contents, op.sources.len(), partners, each, each, each])
            }
            Op::Solve(op) => first([op.size * (op.size + 1), op.size]),
            _ => BufferRows::default(),
        }
    }
}

/// Of the first buffers, none of the others.
fn first<const N: usize>(rows: [usize; N]) -> BufferRows {
    std::array::from_fn(|i| rows.get(i).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::super::{Context, Dispatch, Frozen, InstructionSet, Plan, Sink};
    use crate::engine::arena::Value;
    use crate::lanes::{LANES, Row};
    use crate::system::var;
    use crate::{CohortStock, Lifetime, System};

    struct Nothing;

    impl Sink for Nothing {
        fn take(&mut self, _: usize, _: &[Row]) {}
    }

    /// The rows of each buffer after two blocks, and what was said of them.
    fn taken_and_said(plan: &Plan) -> Vec<(usize, usize)> {
        let dispatch = Dispatch::new(InstructionSet::Baseline).expect("available");
        let mut arena = plan.arena();
        for first_draw in [0, 1] {
            let ctx = Context {
                seed: 1,
                first_draw,
                lanes: LANES,
                central: first_draw == 0,
                steps: plan.steps(),
                from: 0,
                to: plan.steps(),
                within_loop: false,
                past: None::<Value>,
                zeros: &[],
                given: None,
                source: None,
                frozen: Frozen::default(),
            };
            plan.run(dispatch, &mut arena, &ctx, &mut Nothing).expect("it runs");
        }
        let taken = arena.scratch.buffers.iter().map(|rows| rows.capacity());
        taken.zip(plan.buffers()).collect()
    }

    #[test]
    fn a_long_convolution_takes_two_padded_kernels() {
        for (steps, blocks) in [(240, 0), (480, 7)] {
            let mut b = System::builder("stock", 1..=steps);
            b.noise("noise", &[]).variable("sold", (var("noise") * 0.1).exp());
            let lifetime = Lifetime::weibull_from_scale_shape(120.0, 3.0);
            b.cohort_stock(CohortStock { name: "use".into(), inflow: var("sold"), lifetime });
            b.observe("use.outflow", "t");
            let plan = Plan::compile(&b.build().expect("correct")).expect("small");
            let found = taken_and_said(&plan);
            let kernel = blocks * 2 * 65;
            let noise = steps as usize + 1;
            let expected = if kernel > noise { kernel } else { noise };
            assert_eq!(found[0], (expected, expected));
            assert!(found.iter().all(|(taken, said)| taken <= said), "{found:?}");
        }
    }

    #[cfg(feature = "scenario")]
    #[test]
    fn no_operation_takes_more_than_it_says() {
        use crate::{lifecycle, scenario::Scenario};
        let scenario = Scenario::japan_eu();
        let system = lifecycle::system(&scenario).expect("a shipped scenario is a system");
        let found = taken_and_said(&Plan::compile(&system).expect("it compiles"));
        assert!(found.iter().all(|(taken, said)| taken <= said), "{found:?}");
        let [taken, said] = [0, 1].map(|i| -> usize {
            found.iter().map(|both| if i == 0 { both.0 } else { both.1 }).sum()
        });
        assert!(taken > 0 && said <= 2 * taken, "{found:?}");
    }
}
