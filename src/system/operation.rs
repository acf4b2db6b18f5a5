//! Operations of a user's own.

use super::{Dimension, Expr, Shape};
use crate::error::Diagnostic;
use crate::lanes::{LANES, Row};
use std::any::type_name;
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The most outputs of one operation.
pub(crate) const MAX_OUTPUTS: usize = 10;

/// A computation that formulas and building blocks cannot say: a state with a
/// rule of its own, a table that is looked up, a small model written elsewhere.
///
/// It gets its inputs over the whole horizon of a block of sixteen draws and
/// writes its outputs. What it makes of one draw must not depend on the other
/// draws of the block, on what it computed before, or on what its outputs and
/// its scratch memory hold when it is called; [`testkit`](crate::testkit)
/// finds out. The easiest way to keep to that is [`Block::each_draw`].
///
/// Random numbers are inputs: declare a
/// [`parameter`](super::SystemBuilder::parameter), a
/// [`noise`](super::SystemBuilder::noise) or a
/// [`chance`](super::SystemBuilder::chance) and pass it, so that its stream has
/// a name like all others. Functions of [`maths`](crate::maths) give the same
/// bits on every machine; `f64::exp` and its like need not.
///
/// An operation that returns an error or panics fails the run with a message
/// that names it and the draw (a panic only in programs that unwind).
///
/// # Examples
/// A fund into which a tax is paid every year and which earns interest:
/// ```
/// use blackmass::system::{Block, Operation, Port};
/// use blackmass::{Ensemble, Plan, System};
/// use std::sync::Arc;
///
/// #[derive(Debug)]
/// struct Fund {
///     interest: f64,
/// }
///
/// impl Operation for Fund {
///     fn inputs(&self) -> Vec<Port> {
///         vec![Port::new("paid")]
///     }
///     fn outputs(&self) -> Vec<Port> {
///         vec![Port::new("balance")]
///     }
///     fn run(&self, block: &mut Block) -> Result<(), String> {
///         let steps = block.steps;
///         block.each_draw(|inputs, outputs| {
///             let series = inputs[0].chunks(steps).zip(outputs[0].chunks_mut(steps));
///             for (paid, balance) in series {
///                 let mut held = 0.0;
///                 for (paid, balance) in paid.iter().zip(balance) {
///                     held = held * (1.0 + self.interest) + paid;
///                     *balance = held;
///                 }
///             }
///             Ok(())
///         })
///     }
/// }
///
/// let mut b = System::builder("a fund", 2020..=2022);
/// b.constant("tax", &[], 100.0);
/// b.operation("fund", Arc::new(Fund { interest: 0.1 }), ["tax"]);
/// b.observe("fund.balance", "EUR");
/// let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(1).run()?;
/// let balance = outcome.report("baseline", "fund.balance").expect("reported");
/// let in_2022 = balance.summary(0, 2022).expect("a year").central;
/// assert!((in_2022 - 331.0).abs() < 1e-9);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub trait Operation: fmt::Debug + Send + Sync {
    /// The inputs it takes, in order, each with a name of its own.
    fn inputs(&self) -> Vec<Port>;

    /// The outputs it writes, one to ten, in order, each with a name of its own.
    fn outputs(&self) -> Vec<Port>;

    /// The memory it uses while it runs, in order. It belongs to the engine
    /// and holds anything at the start.
    fn scratch(&self) -> Vec<Port> {
        Vec::new()
    }

    /// What tells its results from those of all other operations: its kind and
    /// all its numbers. Operations of one fingerprint with the same inputs run
    /// once. By default the name of the type and the `Debug` text, which is
    /// right where `Debug` is derived; a version may be added to tell changes
    /// of the code.
    fn fingerprint(&self) -> String {
        format!("{} {self:?}", type_name::<Self>())
    }

    /// Computes one block.
    ///
    /// # Errors
    /// A message for the user; the run fails with it.
    fn run(&self, block: &mut Block) -> Result<(), String>;
}

/// An input, an output or a piece of memory of an [`Operation`]: its name, its
/// dimensions and whether it varies in time.
///
/// Unless something else is said it varies in time and has all dimensions that
/// the expressions given for such inputs have together, elements in the order
/// of the system. Inputs that have fewer are spread.
///
/// # Examples
/// ```
/// use blackmass::system::Port;
/// let share = Port::new("share").over(&["material"]).once();
/// assert_eq!(share.name(), "share");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    name: String,
    over: Option<Vec<String>>,
    timed: bool,
}

impl Port {
    /// A port of that name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), over: None, timed: true }
    }

    /// It has these dimensions and no others, the last named running fastest.
    #[must_use]
    pub fn over(self, dimensions: &[&str]) -> Self {
        let names = dimensions.iter().map(|d| (*d).to_owned()).collect();
        Self { over: Some(names), ..self }
    }

    /// It does not vary in time.
    #[must_use]
    pub fn once(self) -> Self {
        Self { timed: false, ..self }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its own dimensions, if it names any.
    pub(crate) fn named(&self) -> Option<&[String]> {
        self.over.as_deref()
    }

    pub(crate) fn is_timed(&self) -> bool {
        self.timed
    }

    /// Its shape, dimensions in the order of its elements; `all` is that of the
    /// ports that name none.
    pub(crate) fn shape(&self, all: &Shape, dimensions: &[Dimension]) -> Shape {
        let position = |name: &String| dimensions.iter().position(|d| d.name == *name);
        let dims = match &self.over {
            Some(names) => names.iter().filter_map(position).collect(),
            None => all.dims.clone(),
        };
        Shape { dims, timed: self.timed }
    }
}

/// What an [`Operation`] works on: sixteen draws over the whole horizon.
///
/// A series that varies in time has `steps` rows for each of its elements, one
/// element after the other: row `element * steps + step`; others have one row
/// per element. In a row stands one number per draw.
#[derive(Debug)]
#[non_exhaustive]
pub struct Block<'a> {
    /// The number of steps.
    pub steps: usize,
    /// The inputs, in the order declared.
    pub inputs: Vec<&'a [Row]>,
    /// The outputs, in the order declared, to be written in full.
    pub outputs: Vec<&'a mut [Row]>,
    /// Memory to use, in the order declared.
    pub scratch: Vec<&'a mut [Row]>,
}

impl Block<'_> {
    /// Calls `f` once for each draw with its inputs and outputs, which are
    /// laid out like those of the block, a number in place of each row.
    ///
    /// # Errors
    /// The first that `f` returns.
    pub fn each_draw(
        &mut self,
        mut f: impl FnMut(&[&[f64]], &mut [&mut [f64]]) -> Result<(), String>,
    ) -> Result<(), String> {
        // One column after the other, each the numbers of one draw.
        let columns = |rows: &[Row]| {
            let mut columns = vec![0.0; rows.len() * LANES];
            for (at, row) in rows.iter().enumerate() {
                for l in 0..LANES {
                    columns[l * rows.len() + at] = row[l];
                }
            }
            columns
        };
        let inputs: Vec<Vec<f64>> = self.inputs.iter().map(|rows| columns(rows)).collect();
        let mut outputs: Vec<Vec<f64>> = self.outputs.iter().map(|rows| columns(rows)).collect();
        for l in 0..LANES {
            let of = |len: usize| l * (len / LANES)..(l + 1) * (len / LANES);
            let inputs: Vec<&[f64]> = inputs.iter().map(|all| &all[of(all.len())]).collect();
            let mut outputs: Vec<&mut [f64]> = outputs
                .iter_mut()
                .map(|all| {
                    let column = of(all.len());
                    &mut all[column]
                })
                .collect();
            f(&inputs, &mut outputs)?;
        }
        for (rows, columns) in self.outputs.iter_mut().zip(&outputs) {
            let len = rows.len();
            for (at, row) in rows.iter_mut().enumerate() {
                *row = std::array::from_fn(|l| columns[l * len + at]);
            }
        }
        Ok(())
    }
}

/// Runs code that may panic, and says what the panic said.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("panicked: {}", text.unwrap_or("no message"))
    })
}

/// An operation in a system, asked once what it is.
#[derive(Clone, Debug)]
pub(crate) struct UserOperation {
    pub(crate) name: String,
    pub(crate) operation: Arc<dyn Operation>,
    pub(crate) fingerprint: Arc<str>,
    pub(crate) inputs: Vec<(Port, Expr)>,
    pub(crate) outputs: Vec<Port>,
    pub(crate) scratch: Vec<Port>,
}

impl UserOperation {
    pub(crate) fn new(
        name: &str,
        operation: Arc<dyn Operation>,
        given: Vec<Expr>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let says = || {
            let op = &operation;
            (op.inputs(), op.outputs(), op.scratch(), op.fingerprint())
        };
        let (inputs, outputs, scratch, fingerprint) = guarded(says).map_err(|panic| {
            vec![Diagnostic::new("an operation cannot be asked what it is").key(name).found(panic)]
        })?;
        let mut problems = Vec::new();
        if inputs.len() != given.len() {
            let names: Vec<&str> = inputs.iter().map(Port::name).collect();
            problems.push(
                Diagnostic::new("an operation needs one expression per input")
                    .key(name)
                    .found(format!("{} expressions", given.len()))
                    .allowed(format!("{}: {}", inputs.len(), names.join(", "))),
            );
        }
        if outputs.is_empty() || outputs.len() > MAX_OUTPUTS {
            problems.push(
                Diagnostic::new("the number of outputs is out of range")
                    .key(name)
                    .found(outputs.len().to_string())
                    .allowed(format!("1 to {MAX_OUTPUTS}"))
                    .fix("declare several operations, or one output over a dimension"),
            );
        }
        for (what, ports) in [("input", &inputs), ("output", &outputs)] {
            let mut seen = BTreeSet::new();
            for port in ports.iter().filter(|port| !seen.insert(port.name())) {
                problems.push(
                    Diagnostic::new(format!("an operation names an {what} twice"))
                        .key(name)
                        .found(port.name())
                        .fix("give each its own name"),
                );
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let (name, fingerprint) = (name.to_owned(), fingerprint.into());
        let inputs = inputs.into_iter().zip(given).collect();
        Ok(Self { name, operation, fingerprint, inputs, outputs, scratch })
    }

    /// The dimensions of the inputs that name none, together.
    pub(crate) fn together(&self, shapes: &[Shape]) -> Shape {
        let free = self.inputs.iter().zip(shapes).filter(|((port, _), _)| port.over.is_none());
        free.fold(Shape::default(), |all, (_, shape)| all.union(shape))
    }

    pub(crate) fn ports(&self) -> impl Iterator<Item = &Port> {
        self.inputs.iter().map(|(port, _)| port).chain(&self.outputs).chain(&self.scratch)
    }
}
