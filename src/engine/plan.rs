//! The compiled system.

use super::arena::{Arena, Context, Frozen, Scratch};
use super::compile::{compile, operation_rows};
use super::cost::{OperationCost, explain};
use super::dispatch::{Dispatch, InstructionSet};
use super::observe::{Observation, Series, Sink, Tallied};
use super::ops::{BufferRows, Draw, Group, Op, Step, largest};
use super::rows::Rows;
use super::streams::Streams;
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::fnv::Fnv;
use crate::lanes::{LANES, Row};
use crate::sampling::StreamKey;
use crate::system::System;
use crate::uncertainty::Distribution;
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
    variables: Vec<String>,
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
            variables: system.definitions.iter().map(|d| d.name.clone()).collect(),
            operations,
            rows,
            places,
            registers,
            tallied,
            observations,
            streams: Streams::of(system),
        }
    }

    /// The name of the system.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn processes(&self) -> usize {
        self.processes.len()
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

    /// The inputs: the streams that static parameters are drawn from, as declared.
    /// Under [`Design::OneAtATime`](crate::sampling::design::Design::OneAtATime)
    /// each is varied in turn.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = &str> {
        self.streams.statics.iter().map(|(name, _)| name.as_str())
    }

    /// The columns of samples that are drawn from an input.
    pub(crate) fn columns_of(&self, input: &str) -> impl Iterator<Item = &str> {
        let key = StreamKey::of(input);
        self.streams.columns.iter().filter(move |c| c.key == key).map(|c| c.name.as_str())
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

    /// A hash of all that decides the bits of a run: what the operations say, in
    /// order, and what is reported of them.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::default();
        let horizon = (self.start, self.steps, self.first_reported);
        let _ = write!(hash, "{horizon:?} {:?} {:?}", self.policies, self.processes);
        let _ = write!(hash, "{:?} {:?}", self.operations, self.tallied);
        let _ = write!(hash, "{:?}", self.observations);
        hash.value()
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

    /// The memory one thread needs for the values of a block, for those of the
    /// parameters that are drawn ahead and for what the user's operations work
    /// on, in bytes.
    #[must_use]
    pub fn block_bytes(&self) -> usize {
        let rows = self.rows
            + self.draws().map(Draw::rows).sum::<usize>()
            + operation_rows(&self.operations, self.steps);
        rows * LANES * size_of::<f64>()
    }

    /// The memory one thread needs for what operations hold while they run, in
    /// bytes.
    pub(crate) fn scratch_bytes(&self) -> usize {
        let rows = self.registers * self.steps + self.buffers().iter().sum::<usize>();
        rows * LANES * size_of::<f64>()
    }

    pub(super) fn buffers(&self) -> BufferRows {
        largest(self.operations.iter().map(|step| step.buffers(self.steps)))
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

    /// Measures on this machine what each operation costs, in their order,
    /// statistics not included; sixteen draws at a time, 512 in all.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the machine
    /// lacks the instruction set.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{InstructionSet, Plan, System, system::var};
    /// let mut b = System::builder("one flow", 2020..=2030);
    /// b.noise("weather", &[]).variable("collected", (var("weather") * 0.1).exp());
    /// b.observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// for cost in plan.measure(InstructionSet::detect())? {
    ///     println!("{} {} {:.1} ns", cost.kind, cost.variable, cost.nanoseconds);
    /// }
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn measure(&self, set: InstructionSet) -> Result<Vec<OperationCost>, Error> {
        self.timed(Dispatch::new(set)?, 32)
    }

    fn timed(&self, dispatch: Dispatch, blocks: u32) -> Result<Vec<OperationCost>, Error> {
        let mut arena = self.arena();
        let mut spent = vec![Duration::ZERO; self.operations.len()];
        for block in 0..blocks {
            let first_draw = 1 + block * LANES as u32;
            let ctx = Context {
                seed: 1,
                first_draw,
                lanes: LANES,
                central: false,
                steps: self.steps,
                from: 0,
                to: self.steps,
                within_loop: false,
                past: None,
                zeros: &[],
                given: None,
                source: None,
                frozen: Frozen::default(),
            };
            for (step, spent) in self.operations.iter().zip(&mut spent) {
                let start = Instant::now();
                step.execute(dispatch, &mut arena, &ctx);
                *spent += start.elapsed();
            }
        }
        let draws = f64::from(blocks * LANES as u32);
        let cost = |(step, spent): (&Step, Duration)| OperationCost {
            kind: step.op.name(),
            variable: match (&step.op, step.of) {
                (Op::Balance(balance), _) => self.process(balance.process).to_owned(),
                (_, Some(variable)) => self.variables[variable].clone(),
                (_, None) => "differences".to_owned(),
            },
            policy: self.policies[step.policy].clone(),
            numbers: step.by_place.iter().map(|(_, place)| place.len()).sum(),
            nanoseconds: spent.as_secs_f64() * 1e9 / draws,
        };
        Ok(self.operations.iter().zip(spent).map(cost).collect())
    }

    /// A description of the plan for people: its operations by kind and the
    /// costliest variables, with the numbers they write per draw and the time
    /// they take on this machine, measured while the text is made; memory and
    /// what is reported.
    #[must_use]
    pub fn explain(&self) -> String {
        let set = InstructionSet::detect();
        let measured = self.measure(set).unwrap_or_default();
        explain(self, set, &measured)
    }

    pub(super) fn values(&self) -> usize {
        self.places.iter().filter(|place| !place.is_empty()).count()
    }

    /// Operations within loops.
    pub(super) fn stepped(&self) -> usize {
        let inner = |step: &Step| if let Op::Loop(l) = &step.op { l.steps.len() } else { 0 };
        self.operations.iter().map(inner).sum()
    }

    /// Series, their numbers and how many of those differ from each other.
    pub(super) fn reported(&self) -> (usize, usize, usize) {
        let numbers = self.observations.iter().map(Observation::len).sum();
        (self.observations.len(), numbers, self.numbers())
    }

    /// Bytes of the memory of a block, and what they would be if no place were
    /// used twice.
    pub(super) fn places_bytes(&self) -> (usize, usize) {
        let row = LANES * size_of::<f64>();
        (self.rows * row, self.places.iter().map(Range::len).sum::<usize>() * row)
    }
}
