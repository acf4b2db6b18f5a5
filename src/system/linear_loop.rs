//! Variables that depend on each other within a step, linearly: declared, taken
//! apart into coefficients and the rest, and solved.

use super::builder::DeclaredKind;
use super::feedback::components;
use super::problems::unknown;
use super::resolve::{Origin, Resolver};
use super::{Binary, Definition, Dimension, Expr, Kind, Node, Shape, System, Unary};
use crate::error::Diagnostic;
use std::collections::BTreeMap;

/// The most variables that are solved together.
const MAX_MEMBERS: usize = 64;

/// x = A·x + c within each step.
#[derive(Clone, Debug)]
pub(crate) struct LinearLoop {
    /// The variables x.
    pub(crate) members: Vec<usize>,
    /// The aᵢⱼ that are not zero: row, column, formula.
    pub(crate) coefficients: Vec<(usize, usize, Expr)>,
    /// The cᵢ.
    pub(crate) known: Vec<Expr>,
    /// The dimension, in no formula, along which the variables stand.
    pub(crate) dim: usize,
}

impl LinearLoop {
    /// Everything it is computed from.
    pub(crate) fn formulas(&self) -> impl Iterator<Item = &Expr> {
        self.coefficients.iter().map(|(_, _, a)| a).chain(&self.known)
    }
}

/// A formula as a sum: for each variable its coefficient (none: one), and what
/// is left (none: zero).
#[derive(Default)]
struct Parts {
    terms: BTreeMap<usize, Option<Expr>>,
    known: Option<Expr>,
}

impl Parts {
    fn known(expr: Expr) -> Self {
        Self { terms: BTreeMap::new(), known: Some(expr) }
    }

    /// Every coefficient and the rest, changed alike.
    fn each(self, f: impl Fn(Expr) -> Expr) -> Self {
        let one = |a: Option<Expr>| a.unwrap_or_else(|| 1.0.into());
        let terms = self.terms.into_iter().map(|(j, a)| (j, Some(f(one(a))))).collect();
        Self { terms, known: self.known.map(f) }
    }

    fn plus(mut self, other: Self) -> Self {
        let one = |a: Option<Expr>| a.unwrap_or_else(|| 1.0.into());
        for (j, b) in other.terms {
            let sum = match self.terms.remove(&j) {
                Some(a) => Some(one(a) + one(b)),
                None => b,
            };
            self.terms.insert(j, sum);
        }
        self.known = match (self.known, other.known) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        self
    }
}

/// Takes a formula apart; what is not linear in the variables comes back in
/// words.
fn split(expr: &Expr, members: &BTreeMap<&str, usize>) -> Result<Parts, String> {
    let of_members = |expr: &Expr| expr.uses_now(&|name| members.contains_key(name));
    if !of_members(expr) {
        return Ok(Parts::known(expr.clone()));
    }
    let of = |what: &str| Err(format!("{what} of {}", within(expr, members)));
    match &expr.0 {
        Node::Var(name) => {
            let terms = members.get(name.as_str()).map(|at| (*at, None)).into_iter().collect();
            Ok(Parts { terms, known: None })
        }
        Node::Unary(Unary::Neg, a) => Ok(split(a, members)?.each(|x| -x)),
        Node::Binary(Binary::Add, a, b) => Ok(split(a, members)?.plus(split(b, members)?)),
        Node::Binary(Binary::Sub, a, b) => {
            Ok(split(a, members)?.plus(split(b, members)?.each(|x| -x)))
        }
        Node::Binary(Binary::Mul, a, b) => match (of_members(a), of_members(b)) {
            (true, true) => {
                Err(format!("a product of {} and {}", within(a, members), within(b, members)))
            }
            (true, false) => Ok(split(a, members)?.each(|x| x * (**b).clone())),
            _ => Ok(split(b, members)?.each(|x| (**a).clone() * x)),
        },
        Node::Binary(Binary::Div, a, b) if !of_members(b) => {
            Ok(split(a, members)?.each(|x| x / (**b).clone()))
        }
        Node::Binary(Binary::Div, _, b) => Err(format!("a division by {}", within(b, members))),
        // A delay of no step at all.
        Node::Delayed(a, 0) => split(a, members),
        Node::Binary(Binary::Min, ..) => of("the smaller (`min`)"),
        Node::Binary(Binary::Max, ..) => of("the larger (`max`, `clamp`)"),
        Node::Binary(Binary::AtLeast, ..) => of("a comparison (`at_least`)"),
        Node::Unary(Unary::Exp, _) => of("`exp`"),
        Node::Unary(Unary::Ln, _) => of("`ln`"),
        Node::Unary(Unary::Sqrt, _) => of("`sqrt`"),
        Node::Unary(Unary::Logistic, _) => of("`logistic`"),
        Node::Sum(_, dim) => of(&format!("a sum over `{dim}`")),
        Node::At(_, dim, element) => of(&format!("one element (`{element}` of `{dim}`)")),
        Node::Stack(dim, _) => of(&format!("a stack along `{dim}`")),
        Node::Cumulative(_) => of("the running sum (`cumulative`)"),
        Node::AtYear(_, year) => of(&format!("the value in {year}")),
        Node::UpTo(..) => of("a limit (`up_to`)"),
        Node::Ar1 { .. } => of("an autoregression (`ar1`)"),
        Node::Events(..) => of("events"),
        Node::Delayed(..) | Node::Number(_) | Node::TooDeep => of("something"),
    }
}

/// The variables of the loop in a formula, for messages.
fn within(expr: &Expr, members: &BTreeMap<&str, usize>) -> String {
    let mut names: Vec<&str> = Vec::new();
    expr.names(&mut names);
    names.retain(|name| members.contains_key(name));
    names.sort_unstable();
    names.dedup();
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Resolver<'_> {
    /// Takes apart what was declared as linear loops.
    pub(super) fn find_linear_loops(&mut self) {
        if self.b.linear_loops.is_empty() {
            return;
        }
        let together = components(&self.same_step());
        let mut taken = Vec::new();
        for declared in &self.b.linear_loops {
            let Some(mut members) = self.declared_members(declared, &mut taken) else { continue };
            self.complete(&mut members, &together);
            if members.len() > MAX_MEMBERS {
                self.problems.push(
                    Diagnostic::new("a linear loop is too large")
                        .key(declared.join(", "))
                        .found(format!("{} variables", members.len()))
                        .allowed(format!("at most {MAX_MEMBERS}")),
                );
                continue;
            }
            if let Some(found) = self.take_apart(members) {
                self.linear.push(found);
            }
        }
    }

    /// The variables named; none if any of them cannot be.
    fn declared_members(
        &mut self,
        declared: &[String],
        taken: &mut Vec<usize>,
    ) -> Option<Vec<usize>> {
        let mut members = Vec::new();
        let known = self.problems.len();
        if declared.is_empty() {
            self.problems.push(Diagnostic::new("a linear loop without variables"));
        }
        for name in declared {
            let Some(at) = self.index.get(name).copied() else {
                let names: Vec<String> = self.index.keys().cloned().collect();
                let names = names.iter().map(String::as_str);
                self.problems.push(unknown("variable", name, "linear_loop", names));
                continue;
            };
            let computed = match self.names[at].1 {
                Origin::Variable(i) => {
                    matches!(self.b.variables[i].kind, DeclaredKind::Formula(_))
                }
                Origin::Output { .. } => false,
            };
            if !computed {
                self.problems.push(
                    Diagnostic::new("not a formula, so not to be solved for")
                        .key(name)
                        .found("a constant, a parameter, a noise or the output of a component")
                        .allowed("variables and flows given by formulas or coefficients"),
                );
            } else if taken.contains(&at) {
                self.problems.push(
                    Diagnostic::new("a variable stands twice in linear loops")
                        .key(name)
                        .fix("declare what is solved together in one loop"),
                );
            } else {
                taken.push(at);
                members.push(at);
            }
        }
        (self.problems.len() == known).then_some(members)
    }

    /// Adds what enters a process on the way round, which nobody declares.
    fn complete(&self, members: &mut Vec<usize>, together: &[Vec<usize>]) {
        let is_throughput = |at: usize| {
            let process = self.names[at].0.strip_suffix(".throughput");
            process.is_some_and(|p| self.b.processes.iter().any(|process| process == p))
        };
        for component in together {
            if component.iter().any(|at| members.contains(at)) {
                let more = component.iter().filter(|at| is_throughput(**at));
                let more: Vec<usize> = more.copied().filter(|at| !members.contains(at)).collect();
                members.extend(more);
            }
        }
    }

    fn take_apart(&mut self, members: Vec<usize>) -> Option<LinearLoop> {
        let b = self.b;
        let names: Vec<String> = members.iter().map(|at| self.names[*at].0.clone()).collect();
        let rows: BTreeMap<&str, usize> =
            names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
        let (mut coefficients, mut known) = (Vec::new(), Vec::new());
        let problems = self.problems.len();
        for (i, at) in members.iter().enumerate() {
            let Origin::Variable(declared) = self.names[*at].1 else { continue };
            let DeclaredKind::Formula(formula) = &b.variables[declared].kind else { continue };
            match split(formula, &rows) {
                Ok(parts) => {
                    let one = |a: Option<Expr>| a.unwrap_or_else(|| 1.0.into());
                    coefficients.extend(parts.terms.into_iter().map(|(j, a)| (i, j, one(a))));
                    known.push(parts.known.unwrap_or_else(|| 0.0.into()));
                }
                Err(found) => self.problems.push(
                    Diagnostic::new("a linear loop is not linear")
                        .key(&names[i])
                        .found(found)
                        .allowed(
                            "sums and differences of its variables, times or divided by what \
                             does not depend on them within the step",
                        )
                        .fix("take that formula out of the loop, or let it act a step later"),
                ),
            }
        }
        let good = self.problems.len() == problems;
        good.then_some(LinearLoop { members, coefficients, known, dim: 0 })
    }

    /// All variables of a linear loop must have the same dimensions.
    pub(super) fn check_linear_shapes(&mut self) {
        for linear in &self.linear {
            let of = |at: &usize| self.definitions[*at].as_ref().map(|d| d.shape.clone());
            let Some(shapes) = linear.members.iter().map(of).collect::<Option<Vec<Shape>>>() else {
                continue;
            };
            let Some(other) = shapes.iter().position(|s| s.dims != shapes[0].dims) else {
                continue;
            };
            let name = |i: usize| &self.names[linear.members[i]].0;
            self.problems.push(
                Diagnostic::new("the variables of a linear loop have different dimensions")
                    .key(name(other))
                    .found(shapes[other].describe(&self.b.dimensions))
                    .allowed(format!(
                        "{}, as `{}` has",
                        shapes[0].describe(&self.b.dimensions),
                        name(0)
                    ))
                    .fix("leave out of the loop what does not depend on itself"),
            );
        }
    }
}

/// Turns the variables of linear loops into solutions, along a dimension of their
/// own for each loop.
pub(super) fn solved(
    mut loops: Vec<LinearLoop>,
    definitions: &mut [Definition],
    dimensions: &mut Vec<Dimension>,
) -> Vec<LinearLoop> {
    for (linear, found) in loops.iter_mut().enumerate() {
        found.dim = dimensions.len();
        let elements = found.members.iter().map(|at| definitions[*at].name.clone()).collect();
        dimensions.push(Dimension { name: "linear loop".into(), elements });
        for (row, at) in found.members.iter().enumerate() {
            definitions[*at].kind = Kind::Solution { linear, row };
        }
    }
    loops
}

/// One diagnostic for each override of a variable that is solved for.
pub(super) fn check_overrides(system: &System) -> Vec<Diagnostic> {
    let solved = |name: &str| {
        let at = system.index.get(name);
        at.is_some_and(|at| system.linear.iter().any(|l| l.members.contains(at)))
    };
    let mut problems = Vec::new();
    for policy in &system.policies {
        for change in policy.overrides.iter().filter(|change| solved(&change.name)) {
            problems.push(
                Diagnostic::new("a policy cannot change a variable of a linear loop")
                    .key(change.name.clone())
                    .found(format!("an override in policy {}", policy.name))
                    .allowed("overrides of what the loop is computed from")
                    .fix("override a share or a demand that its formula uses"),
            );
        }
    }
    problems
}
