//! Formulas over named variables.

use crate::process::Events;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A formula over the variables of a system, written with `+ - * /` and the
/// methods below. Dimensions broadcast by name: a variable over `[material]`
/// times one over `[region]` is one over `[region, material]`.
///
/// # Examples
/// ```
/// use blackmass::system::var;
/// let collected = var("end_of_life") * var("collection_rate");
/// let total = collected.sum("material");
/// ```
///
/// A formula may be nested 500 levels deep; deeper ones are refused when the
/// system is built.
#[derive(Clone, Debug)]
pub struct Expr(pub(crate) Node, u32);

/// The deepest nesting of a formula.
const MAX_DEPTH: u32 = 500;

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Var(String),
    Number(f64),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Sum(Box<Expr>, String),
    At(Box<Expr>, String, String),
    Stack(String, Vec<Expr>),
    UpTo(Box<Expr>, Box<Expr>),
    Cumulative(Box<Expr>),
    Delayed(Box<Expr>, u32),
    AtYear(Box<Expr>, i32),
    Ar1 {
        innovation: Box<Expr>,
        persistence: Box<Expr>,
        start: Start,
    },
    Events(Events, Vec<Expr>),
    /// Stands for a formula that was nested too deep.
    TooDeep,
}

/// Elementwise functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Neg,
    Exp,
    Ln,
    Sqrt,
    Logistic,
}

/// Elementwise functions of two arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    AtLeast,
}

/// How a first-order autoregressive process starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From its stationary distribution: x₀ = e₀.
    Stationary,
    /// From zero before the first step: x₀ = √(1−φ²)·e₀.
    Zero,
}

/// The variable of that name.
#[must_use]
pub fn var(name: impl Into<String>) -> Expr {
    Expr(Node::Var(name.into()), 0)
}

/// Expressions side by side along a dimension, one for each of its elements.
///
/// # Examples
/// ```
/// use blackmass::system::{stack, var};
/// let yields = stack("material", [var("yield.nickel"), var("yield.cobalt"), 0.0.into()]);
/// ```
#[must_use]
pub fn stack(dimension: impl Into<String>, parts: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::above(Node::Stack(dimension.into(), parts.into_iter().collect()))
}

impl Expr {
    /// The expression of a node, one level above its deepest part.
    pub(crate) fn above(node: Node) -> Self {
        let mut depth = 0;
        node.parts(&mut |part| depth = if part.1 >= depth { part.1 + 1 } else { depth });
        if depth > MAX_DEPTH { Self(Node::TooDeep, 0) } else { Self(node, depth) }
    }

    /// The sum over one dimension. A product summed over a dimension is
    /// computed in one pass, without storing the product.
    #[must_use]
    pub fn sum(self, dimension: impl Into<String>) -> Self {
        Self::above(Node::Sum(Box::new(self), dimension.into()))
    }

    /// The part at one element of a dimension.
    #[must_use]
    pub fn at(self, dimension: impl Into<String>, element: impl Into<String>) -> Self {
        Self::above(Node::At(Box::new(self), dimension.into(), element.into()))
    }

    /// The running sum over time, from the first step to the present one.
    #[must_use]
    pub fn cumulative(self) -> Self {
        Self::above(Node::Cumulative(Box::new(self)))
    }

    /// The value some steps earlier; zero before the first step.
    #[must_use]
    pub fn delayed(self, steps: u32) -> Self {
        Self::above(Node::Delayed(Box::new(self), steps))
    }

    /// The value in one year, which does not vary in time.
    #[must_use]
    pub fn at_year(self, year: i32) -> Self {
        Self::above(Node::AtYear(Box::new(self), year))
    }

    /// A first-order autoregressive process with unit stationary variance,
    /// driven by `self` (independent standard normals e):
    /// xₜ = φ·xₜ₋₁ + √(1−φ²)·eₜ.
    #[must_use]
    pub fn ar1(self, persistence: impl Into<Expr>, start: Start) -> Self {
        Self::above(Node::Ar1 {
            innovation: Box::new(self),
            persistence: Box::new(persistence.into()),
            start,
        })
    }

    /// e to the power of the expression.
    #[must_use]
    pub fn exp(self) -> Self {
        Self::above(Node::Unary(Unary::Exp, Box::new(self)))
    }

    /// The natural logarithm.
    #[must_use]
    pub fn ln(self) -> Self {
        Self::above(Node::Unary(Unary::Ln, Box::new(self)))
    }

    /// The square root.
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self::above(Node::Unary(Unary::Sqrt, Box::new(self)))
    }

    /// The logistic function 1/(1+e^−x).
    #[must_use]
    pub fn logistic(self) -> Self {
        Self::above(Node::Unary(Unary::Logistic, Box::new(self)))
    }

    /// The smaller of two expressions, element by element.
    #[must_use]
    pub fn min(self, other: impl Into<Expr>) -> Self {
        Self::above(Node::Binary(Binary::Min, Box::new(self), Box::new(other.into())))
    }

    /// The larger of two expressions, element by element.
    #[must_use]
    pub fn max(self, other: impl Into<Expr>) -> Self {
        Self::above(Node::Binary(Binary::Max, Box::new(self), Box::new(other.into())))
    }

    /// As much of the expression as a limit allows. Where the limit has all its
    /// dimensions, that is the smaller of the two, element by element. Where it
    /// has fewer, it holds for the total over the others, of which the same share
    /// is taken of every element (well mixed):
    ///
    /// ```text
    /// xₘ·min(1, limit/Σₘ xₘ)
    /// ```
    ///
    /// Negative amounts and limits count as zero.
    #[must_use]
    pub fn up_to(self, limit: impl Into<Expr>) -> Self {
        Self::above(Node::UpTo(Box::new(self), Box::new(limit.into())))
    }

    /// 1 where the expression is at least as large as `other`, 0 elsewhere,
    /// element by element.
    #[must_use]
    pub fn at_least(self, other: impl Into<Expr>) -> Self {
        Self::above(Node::Binary(Binary::AtLeast, Box::new(self), Box::new(other.into())))
    }

    /// The expression limited to the range from `low` to `high`.
    #[must_use]
    pub fn clamp(self, low: f64, high: f64) -> Self {
        self.max(low).min(high)
    }
}

impl Expr {
    /// The names of the variables used, each as often as it stands there.
    pub(crate) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        if let Node::Var(name) = &self.0 {
            into.push(name);
        }
        self.0.parts(&mut |part| part.names(into));
    }
}

impl Node {
    /// Calls `visit` with every part of the node.
    pub(crate) fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Var(_) | Self::Number(_) | Self::TooDeep => {}
            Self::Unary(_, a)
            | Self::Sum(a, _)
            | Self::At(a, _, _)
            | Self::Cumulative(a)
            | Self::Delayed(a, _)
            | Self::AtYear(a, _) => visit(a),
            Self::Binary(_, a, b)
            | Self::UpTo(a, b)
            | Self::Ar1 { innovation: a, persistence: b, .. } => {
                visit(a);
                visit(b);
            }
            Self::Stack(_, parts) | Self::Events(_, parts) => parts.iter().for_each(visit),
        }
    }
}

impl Expr {
    /// The persistences of the autoregressions within.
    pub(crate) fn persistences<'a>(&'a self, into: &mut Vec<&'a Self>) {
        if let Node::Ar1 { persistence, .. } = &self.0 {
            into.push(persistence);
        }
        self.0.parts(&mut |part| part.persistences(into));
    }
}

impl From<f64> for Expr {
    fn from(value: f64) -> Self {
        Self(Node::Number(value), 0)
    }
}

impl From<&str> for Expr {
    fn from(name: &str) -> Self {
        var(name)
    }
}

impl From<&Expr> for Expr {
    fn from(expr: &Expr) -> Self {
        expr.clone()
    }
}

impl Neg for Expr {
    type Output = Self;
    fn neg(self) -> Self {
        Self::above(Node::Unary(Unary::Neg, Box::new(self)))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $binary:expr) => {
        impl<T: Into<Expr>> $trait<T> for Expr {
            type Output = Expr;
            fn $method(self, other: T) -> Expr {
                Expr::above(Node::Binary($binary, Box::new(self), Box::new(other.into())))
            }
        }

        impl $trait<Expr> for f64 {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                Expr::above(Node::Binary($binary, Box::new(self.into()), Box::new(other)))
            }
        }
    };
}

operator!(Add, add, Binary::Add);
operator!(Sub, sub, Binary::Sub);
operator!(Mul, mul, Binary::Mul);
operator!(Div, div, Binary::Div);
