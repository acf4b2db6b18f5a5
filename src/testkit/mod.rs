//! Checks for operations of one's own.
//!
//! The engine promises that threads, blocks and policies change no digit. An
//! [`Operation`] has to keep that promise too, and no type can make sure that
//! it does. [`Testkit`] calls it on blocks of sample draws in every way the
//! engine may and compares bits:
//!
//! | check | what it finds |
//! |---|---|
//! | the same call twice; blocks in another order by another instance, on two threads | state kept between calls |
//! | draws in other places of a block | results that depend on the place |
//! | each draw alone | results that depend on the other draws |
//! | memory and outputs that hold something else | what is read before it is written |
//! | outputs that hold a mark | what is not written |
//! | numbers at the ends of the ranges and between | failures, results that are not finite |
//! | a horizon of one step | what needs a second one |
//! | the fingerprint, of another instance and of other operations | one that changes, or does not tell them apart |
//! | a naive twin, draw by draw | results that are wrong |
//!
//! # Examples
//! ```
//! use blackmass::system::{Block, Operation, Port};
//! use blackmass::testkit::Testkit;
//! use blackmass::uncertainty::Range;
//!
//! #[derive(Debug)]
//! struct Scaled(f64);
//!
//! impl Operation for Scaled {
//!     fn inputs(&self) -> Vec<Port> {
//!         vec![Port::new("x")]
//!     }
//!     fn outputs(&self) -> Vec<Port> {
//!         vec![Port::new("y")]
//!     }
//!     fn run(&self, block: &mut Block) -> Result<(), String> {
//!         for (y, x) in block.outputs[0].iter_mut().zip(block.inputs[0]) {
//!             *y = x.map(|x| self.0 * x);
//!         }
//!         Ok(())
//!     }
//! }
//!
//! Testkit::new(|| Scaled(2.0))
//!     .range("x", Range { low: -1.0, high: 5.0 })
//!     .differs_from(Scaled(3.0))
//!     .twin(0.0, &|inputs| vec![inputs[0].iter().map(|x| 2.0 * x).collect()])
//!     .check()?;
//! # Ok::<(), blackmass::Error>(())
//! ```

mod checks;
mod sample;

use crate::error::Error;
use crate::system::Operation;
use crate::uncertainty::Range;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a draw's outputs should be, from its inputs, both `[port][row]`.
type Twin<'a> = &'a (dyn Fn(&[Vec<f64>]) -> Vec<Vec<f64>> + Sync + 'a);

/// Makes an instance.
type Make<'a> = Arc<dyn Fn() -> Arc<dyn Operation> + Send + Sync + 'a>;

/// Checks one [`Operation`]; see the [module](self).
#[derive(Clone)]
pub struct Testkit<'a> {
    make: Make<'a>,
    steps: usize,
    elements: usize,
    dimensions: BTreeMap<String, usize>,
    ranges: BTreeMap<String, Range>,
    seed: u64,
    others: Vec<Arc<dyn Operation>>,
    twin: Option<(f64, Twin<'a>)>,
}

impl fmt::Debug for Testkit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Testkit")
            .field("steps", &self.steps)
            .field("elements", &self.elements)
            .field("dimensions", &self.dimensions)
            .field("ranges", &self.ranges)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

impl<'a> Testkit<'a> {
    /// A test of the operation that `make` makes, over 12 steps and 3 elements
    /// along every dimension, with inputs between 0 and 1.
    #[must_use]
    pub fn new<O: Operation + 'static>(make: impl Fn() -> O + Send + Sync + 'a) -> Self {
        Self {
            make: Arc::new(move || Arc::new(make())),
            steps: 12,
            elements: 3,
            dimensions: BTreeMap::new(),
            ranges: BTreeMap::new(),
            seed: 1,
            others: Vec::new(),
            twin: None,
        }
    }

    /// The number of steps.
    #[must_use]
    pub fn steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// The number of elements of ports that name no dimensions.
    #[must_use]
    pub fn elements(mut self, elements: usize) -> Self {
        self.elements = elements;
        self
    }

    /// The number of elements of a dimension that ports name.
    #[must_use]
    pub fn dimension(mut self, name: &str, elements: usize) -> Self {
        self.dimensions.insert(name.to_owned(), elements);
        self
    }

    /// The numbers an input may hold, in the unit the operation expects.
    #[must_use]
    pub fn range(mut self, input: &str, range: Range) -> Self {
        self.ranges.insert(input.to_owned(), range);
        self
    }

    /// The seed of the sample.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Names an operation that gives other results, for example one of the same
    /// type with another number: its fingerprint has to be another.
    #[must_use]
    pub fn differs_from(mut self, other: impl Operation + 'static) -> Self {
        self.others.push(Arc::new(other));
        self
    }

    /// Compares every draw with what `twin` makes of it. Inputs and outputs are
    /// laid out as in [`Block::each_draw`](crate::system::Block::each_draw). The
    /// tolerance is relative to the largest magnitude of an output of the draw.
    #[must_use]
    pub fn twin<F>(mut self, tolerance: f64, twin: &'a F) -> Self
    where
        F: Fn(&[Vec<f64>]) -> Vec<Vec<f64>> + Sync,
    {
        self.twin = Some((tolerance, twin));
        self
    }

    /// Runs all checks.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) with everything that
    /// is wrong, each with the output, the draw (counted from 0) and the numbers
    /// concerned. Where two equal calls differ, what else could only be seen by
    /// comparing calls is left out.
    pub fn check(&self) -> Result<(), Error> {
        checks::check(self)
    }
}
