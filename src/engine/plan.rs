//! The compiled system.

use super::arena::{Arena, Context, Frozen, Scratch};
use super::compile::compile;
use super::dispatch::{Dispatch, InstructionSet};
use super::observe::{Observation, Series, Sink, Tallied};
use super::ops::{Draw, Group, Op, Step};
use super::rows::Rows;
use super::streams::Streams;
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::{LANES, Row};
use crate::sampling::StreamKey;
use crate::system::System;
use crate::uncertainty::Distribution;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A compiled system: an ordered list of operations over blocks of sixteen
/// draws, with all policies inside. What two policies have in common is
/// computed once.
///
/// # Examples
/// ```
/// use blackmass::{Plan, System, system::var};
/// let mut b = System::builder("one flow", 2020..=2030);
/// b.constant("scrap", &[], 10.0).variable("collected", var("scrap") * 0.5);
/// b.observe("collected", "t/yr");
/// let plan = Plan::compile(&b.build()?)?;
/// println!("{}", plan.explain());
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    name: String,
    start: i32,
    steps: usize,
    first_reported: usize,
    policies: Vec<String>,
    processes: Vec<String>,
    operations: Vec<Step>,
    /// Rows of the memory of a block, and where each value lies in it.
    rows: usize,
    places: Vec<Range<usize>>,
    registers: usize,
    /// In the order in which they are computed.
    tallied: Vec<Tallied>,
    observations: Vec<Observation>,
    streams: Streams,
}

impl Plan {
    /// Compiles a system with all its policies.
    ///
    /// # Errors
    /// [`ErrorKind::System`](crate::ErrorKind::System) if the plan would be
    /// too large for a block to fit in memory.
    pub fn compile(system: &System) -> Result<Self, Error> {
        compile(system)
    }

    pub(super) fn new(
        system: &System,
        operations: Vec<Step>,
        rows: usize,
        places: Vec<Range<usize>>,
        registers: usize,
        tallied: Vec<Tallied>,
        observations: Vec<Observation>,
    ) -> Self {
        Self {
            name: system.name.clone(),
            start: system.start,
            steps: system.steps,
            first_reported: system.first_reported,
            policies: system.policies.iter().map(|p| p.name.clone()).collect(),
            processes: system.processes.iter().map(|p| p.name.clone()).collect(),
            operations,
            rows,
            places,
            registers,
            tallied,
            observations,
            streams: Streams::of(system),
        }
    }

    /// The first year.
    #[must_use]
    pub fn start(&self) -> i32 {
        self.start
    }

    /// The number of yearly steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The first reported year.
    #[must_use]
    pub fn reported_from(&self) -> i32 {
        self.start + self.first_reported as i32
    }

    /// The number of reported steps, up to the last.
    #[must_use]
    pub fn reported_steps(&self) -> usize {
        self.steps - self.first_reported
    }

    /// The policies, the reference first.
    #[must_use]
    pub fn policies(&self) -> &[String] {
        &self.policies
    }

    /// The reported series: each policy's, then the differences.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.observations.iter().map(|o| &o.series)
    }

    pub(crate) fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// The values reported, each once.
    pub(crate) fn tallied(&self) -> &[Tallied] {
        &self.tallied
    }

    /// How many different numbers per draw are reported.
    pub(crate) fn numbers(&self) -> usize {
        self.tallied.last().map_or(0, |t| t.numbers().end)
    }

    pub(crate) fn process(&self, at: usize) -> &str {
        self.processes.get(at).map_or("", String::as_str)
    }

    pub(crate) fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Draws the static parameters of one block that the plan computes and hands
    /// over each value with its stream and distribution.
    pub(crate) fn draw_parameters(
        &self,
        dispatch: Dispatch,
        arena: &mut Arena,
        ctx: &Context,
        take: &mut dyn FnMut(StreamKey, &Distribution, &Row),
    ) {
        for step in &self.operations {
            let Op::Draw(op) = &step.op else { continue };
            step.execute(dispatch, arena, ctx);
            for ((key, law), row) in op.elements.iter().zip(arena.rows(step.outs[0])) {
                take(*key, law, row);
            }
        }
    }

    /// The memory one thread needs for the values of a block, and for those of
    /// the parameters that are drawn ahead, in bytes.
    #[must_use]
    pub fn block_bytes(&self) -> usize {
        let rows = self.rows + self.draws().map(Draw::rows).sum::<usize>();
        rows * LANES * size_of::<f64>()
    }

    fn draws(&self) -> impl Iterator<Item = &Draw> {
        self.operations.iter().filter_map(|step| match &step.op {
            Op::Draw(draw) => Some(draw),
            _ => None,
        })
    }

    pub(crate) fn arena(&self) -> Arena {
        let registers = vec![Rows::new(self.steps); self.registers];
        let groups = vec![Group::default(); self.draws().count()];
        let scratch = Scratch { registers, groups, ..Scratch::default() };
        Arena::new(self.rows, &self.places, scratch)
    }

    /// Computes one block and hands over each reported value right after the
    /// operation that computes it; an error if a model refused a draw.
    pub(crate) fn run(
        &self,
        dispatch: Dispatch,
        arena: &mut Arena,
        ctx: &Context,
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        let mut tallied = self.tallied.iter().enumerate().peekable();
        for (at, step) in self.operations.iter().enumerate() {
            step.execute(dispatch, arena, ctx);
            while let Some((i, t)) = tallied.next_if(|(_, t)| t.after == at) {
                sink.take(i, arena.rows(t.value));
            }
        }
        let Some((draw, error)) = arena.scratch.failure.take() else { return Ok(()) };
        let why = Diagnostic::new(format!("draw {draw} cannot be computed")).fix(
            "draw 0 is the central case; change what follows, or the option or prior behind it",
        );
        let all = std::iter::once(why).chain(error.diagnostics().iter().cloned()).collect();
        Err(Error::many(ErrorKind::Run, all))
    }

    /// Measures on this machine what each kind of operation costs, in
    /// nanoseconds per draw, statistics not included, the costliest first.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the machine
    /// lacks the instruction set.
    pub fn measure(&self, set: InstructionSet) -> Result<Vec<(&'static str, f64)>, Error> {
        const BLOCKS: u32 = 64;
        let dispatch = Dispatch::new(set)?;
        let mut arena = self.arena();
        let mut cost: BTreeMap<&'static str, Duration> = BTreeMap::new();
        for block in 0..BLOCKS {
            let first_draw = 1 + block * LANES as u32;
            let ctx = Context {
                seed: 1,
                first_draw,
                lanes: LANES,
                central: false,
                steps: self.steps,
                from: 0,
                past: None,
                zeros: &[],
                given: None,
                source: None,
                frozen: Frozen::default(),
            };
            for step in &self.operations {
                let start = Instant::now();
                step.execute(dispatch, &mut arena, &ctx);
                *cost.entry(step.op.name()).or_default() += start.elapsed();
            }
        }
        let per_draw = |d: Duration| d.as_secs_f64() * 1e9 / f64::from(BLOCKS * LANES as u32);
        let mut cost: Vec<_> = cost.into_iter().map(|(kind, d)| (kind, per_draw(d))).collect();
        cost.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(cost)
    }

    /// A description of the plan for people: operations by kind, memory
    /// and what is reported.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for step in &self.operations {
            *kinds.entry(step.op.name()).or_default() += 1;
        }
        let numbers: usize = self.observations.iter().map(Observation::len).sum();
        let mut text = String::new();
        let end = i64::from(self.start) + self.steps as i64 - 1;
        let _ = writeln!(text, "plan        {}", self.name);
        let _ = writeln!(text, "horizon     {} to {end}, {} yearly steps", self.start, self.steps);
        let _ = writeln!(text, "policies    {}", self.policies.join(", "));
        let _ = writeln!(text, "operations  {}", self.operations.len());
        for (kind, count) in kinds {
            let _ = writeln!(text, "  {kind:<18}{count:>6}");
        }
        let _ = writeln!(
            text,
            "values      {}, {} KiB per block of {LANES} draws",
            self.places.len(),
            self.block_bytes() / 1024
        );
        let _ = writeln!(
            text,
            "reported    {} series, {numbers} numbers, {} of them different",
            self.observations.len(),
            self.numbers()
        );
        text
    }
}
