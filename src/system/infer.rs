//! The shapes of formulas and components, and what does not fit.

use super::operation::{Port, UserOperation};
use super::problems::unknown;
use super::resolve::{MAX_ELEMENTS, Resolver};
use super::{Component, Expr, Kind, Node, Shape};
use crate::error::Diagnostic;

impl Resolver<'_> {
    /// The shape of an output of a component.
    pub(super) fn output(&mut self, component: usize, port: usize) -> Option<(Shape, Kind)> {
        let b = self.b;
        let c = &b.components[component];
        let mut shapes = Vec::new();
        for input in c.drivers() {
            shapes.push(self.infer(c.name(), input)?);
        }
        let mut good = true;
        for (input, what) in c.lasting() {
            let shape = self.infer(c.name(), input)?;
            if shape.timed || !shapes[0].contains(&shape) {
                self.problems.push(
                    Diagnostic::new(format!("dimensions of the {what} do not match the inflow"))
                        .key(c.name())
                        .found(shape.describe(&b.dimensions))
                        .allowed(format!(
                            "dimensions within {}, without time",
                            shapes[0].clone().timed(false).describe(&b.dimensions)
                        )),
                );
                good = false;
            }
        }
        let shape = match c {
            Component::Cohort(_) | Component::Stepped(_) => shapes[0].clone(),
            Component::Model(_) => {
                for parameter in &shapes[1..] {
                    if !shapes[0].contains(parameter) {
                        self.problems.push(
                            Diagnostic::new("dimensions of the lifetime do not match")
                                .key(c.name())
                                .found(parameter.describe(&b.dimensions))
                                .allowed(format!(
                                    "dimensions within {}",
                                    shapes[0].describe(&b.dimensions)
                                )),
                        );
                        good = false;
                    }
                }
                shapes[0].clone()
            }
            Component::Product(_) => {
                let content = shapes[0].union(&shapes[1]);
                if port < 4 { content } else { shapes[0].clone() }
            }
            Component::Facilities(_) => {
                for input in 1..shapes.len() {
                    if !shapes[0].contains(&shapes[input])
                        || (input == 2 && shapes[2].dims != shapes[1].dims)
                    {
                        self.problems.push(
                            Diagnostic::new(
                                "dimensions of capacity or basis do not match the feed",
                            )
                            .key(c.name())
                            .found(shapes[input].describe(&b.dimensions))
                            .allowed(format!(
                                "dimensions within {}, the same for capacity and basis",
                                shapes[0].describe(&b.dimensions)
                            )),
                        );
                        good = false;
                    }
                }
                shapes[0].clone()
            }
            Component::SharedFacilities(c) => self.shared_facilities(c, &shapes, port)?,
            Component::Stockpile(_) => {
                shapes.iter().fold(Shape::default(), |all, shape| all.union(shape))
            }
            Component::Operation(c) => {
                let shape = self.operation(c, &shapes, port)?;
                return Some((shape, Kind::Output { component, port }));
            }
        };
        // Broadcast together, inputs may be more than each of them is.
        self.check_size(c.name(), &shape.clone().timed(true))?;
        good.then(|| (shape.timed(true), Kind::Output { component, port }))
    }

    /// The shape of a formula used by `user`.
    pub(super) fn infer(&mut self, user: &str, expr: &Expr) -> Option<Shape> {
        self.depth += 1;
        let shape = self.infer_node(user, expr);
        self.depth -= 1;
        let shape = shape?;
        self.check_size(user, &shape)?;
        Some(shape)
    }

    pub(super) fn check_size(&mut self, user: &str, shape: &Shape) -> Option<()> {
        let steps = if shape.timed { self.steps } else { 1 };
        if shape.elements(&self.b.dimensions).saturating_mul(steps) <= MAX_ELEMENTS {
            return Some(());
        }
        self.problems.push(
            Diagnostic::new("an array is too large")
                .key(user)
                .found(shape.describe(&self.b.dimensions))
                .allowed(format!("at most {MAX_ELEMENTS} numbers per draw"))
                .fix("sum over a dimension earlier"),
        );
        None
    }

    fn infer_node(&mut self, user: &str, expr: &Expr) -> Option<Shape> {
        match &expr.0 {
            Node::Number(_) => Some(Shape::default()),
            Node::TooDeep => {
                self.problems.push(
                    Diagnostic::new("a formula is nested too deep")
                        .key(user)
                        .allowed("500 levels")
                        .fix("give parts of it names of their own, or sum over a dimension"),
                );
                None
            }
            Node::Var(name) => match self.index.get(name).copied() {
                Some(at) => self.shape_of(at),
                None => {
                    let known: Vec<String> = self.index.keys().cloned().collect();
                    let known = known.iter().map(String::as_str);
                    self.problems.push(unknown("variable", name, user, known));
                    None
                }
            },
            Node::Unary(_, a) => self.infer(user, a),
            Node::Binary(_, a, b) => {
                let (a, b) = (self.infer(user, a), self.infer(user, b));
                Some(a?.union(&b?))
            }
            Node::Cumulative(a) | Node::Delayed(a, _) => Some(self.infer(user, a)?.timed(true)),
            Node::AtYear(a, year) => {
                let years = &self.b.years;
                if !years.contains(year) {
                    self.problems.push(
                        Diagnostic::new("a year outside the horizon")
                            .key(user)
                            .found(year.to_string())
                            .allowed(format!("{} to {}", years.start(), years.end())),
                    );
                    return None;
                }
                Some(self.infer(user, a)?.timed(false))
            }
            Node::UpTo(a, limit) => {
                let (a, limit) = (self.infer(user, a)?, self.infer(user, limit)?);
                if !a.contains(&limit) && !self.assuming {
                    self.problems.push(
                        Diagnostic::new("dimensions of a limit do not match what it limits")
                            .key(user)
                            .found(limit.timed(false).describe(&self.b.dimensions))
                            .allowed(format!(
                                "dimensions within {}",
                                a.timed(false).describe(&self.b.dimensions)
                            ))
                            .fix("sum the limit over the dimensions that are too many"),
                    );
                    return None;
                }
                Some(a.union(&limit))
            }
            Node::Ar1 { innovation, persistence, .. } => {
                let e = self.infer(user, innovation)?;
                let p = self.infer(user, persistence)?;
                if p.timed || !e.contains(&p) {
                    self.problems.push(
                        Diagnostic::new("dimensions of the persistence do not match")
                            .key(user)
                            .found(p.describe(&self.b.dimensions))
                            .allowed("dimensions of the innovation, without time"),
                    );
                    return None;
                }
                Some(e.timed(true))
            }
            Node::Events(events, parts) => {
                let driver = self.infer(user, parts.first()?)?;
                for (at, part) in parts.iter().enumerate().skip(1) {
                    let part = self.infer(user, part)?;
                    if driver.contains(&part)
                        && (at >= events.drivers() || part.dims == driver.dims)
                    {
                        continue;
                    }
                    self.problems.push(
                        Diagnostic::new("dimensions of an event's parameters do not match")
                            .key(user)
                            .found(part.timed(false).describe(&self.b.dimensions))
                            .allowed(format!(
                                "dimensions within {}",
                                driver.timed(false).describe(&self.b.dimensions)
                            ))
                            .fix("declare the events over more dimensions"),
                    );
                    return None;
                }
                Some(driver.timed(true))
            }
            Node::Sum(a, dim) => {
                let shape = self.infer(user, a)?;
                let d = self.dimension(user, dim)?;
                self.has_dimension(user, &shape, d, dim)?;
                Some(shape.without(d))
            }
            Node::Stack(dim, parts) => {
                let d = self.dimension(user, dim)?;
                let n = self.b.dimensions[d].elements.len();
                let mut shape = Shape::new(vec![d], false);
                for part in parts {
                    let part = self.infer(user, part)?;
                    if part.dims.contains(&d) || parts.len() != n {
                        self.problems.push(
                            Diagnostic::new("the parts do not fit the dimension to stack along")
                                .key(user)
                                .found(format!(
                                    "{} parts over {}",
                                    parts.len(),
                                    part.describe(&self.b.dimensions)
                                ))
                                .allowed(format!("{n} parts without `{dim}`")),
                        );
                        return None;
                    }
                    shape = shape.union(&part);
                }
                Some(shape)
            }
            Node::At(a, dim, element) => {
                let shape = self.infer(user, a)?;
                let d = self.dimension(user, dim)?;
                self.has_dimension(user, &shape, d, dim)?;
                if !self.b.dimensions[d].elements.contains(element) {
                    let known = self.b.dimensions[d].elements.iter().map(String::as_str);
                    self.problems.push(unknown("element", element, user, known));
                    return None;
                }
                Some(shape.without(d))
            }
        }
    }

    /// The shape of an output of a user's operation. What is wrong with its
    /// ports is said at the first output.
    fn operation(&mut self, c: &UserOperation, shapes: &[Shape], port: usize) -> Option<Shape> {
        let problems = self.problems.len();
        for name in c.ports().filter_map(Port::named) {
            self.dims(&c.name, name);
        }
        if self.problems.len() > problems {
            self.problems.truncate(if port == 0 { self.problems.len() } else { problems });
            return None;
        }
        let all = c.together(shapes);
        let dimensions = &self.b.dimensions;
        for ((input, _), given) in c.inputs.iter().zip(shapes) {
            let wanted = input.shape(&all, dimensions);
            if wanted.contains(given) && (wanted.timed || !given.timed) {
                continue;
            }
            let described = Shape::new(wanted.dims, wanted.timed).describe(dimensions);
            self.problems.push(
                Diagnostic::new(format!("dimensions do not match the input `{}`", input.name()))
                    .key(&c.name)
                    .found(given.describe(dimensions))
                    .allowed(format!("dimensions within {described}"))
                    .fix("sum over the dimensions that are too many, or take one year"),
            );
        }
        if self.problems.len() > problems {
            self.problems.truncate(if port == 0 { self.problems.len() } else { problems });
            return None;
        }
        for of in c.ports() {
            self.check_size(&c.name, &of.shape(&all, &self.b.dimensions))?;
        }
        let output = &c.outputs[port];
        Some(Shape::new(output.shape(&all, &self.b.dimensions).dims, output.is_timed()))
    }

    fn has_dimension(&mut self, user: &str, shape: &Shape, d: usize, dim: &str) -> Option<()> {
        // What is assumed of a loop may lack dimensions that it will have.
        if shape.dims.contains(&d) || self.assuming {
            return Some(());
        }
        self.problems.push(
            Diagnostic::new("the expression does not have that dimension")
                .key(user)
                .found(dim)
                .allowed(shape.clone().timed(false).describe(&self.b.dimensions)),
        );
        None
    }
}
