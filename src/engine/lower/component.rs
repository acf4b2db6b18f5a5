//! Components become operations: cohort stocks, products, facilities.

use super::Lowering;
use crate::engine::arena::Value;
use crate::engine::fold::Table;
use crate::engine::leaf::Leaf;
use crate::engine::ops::{
    Convolve, FacilitiesOp, Inflow, Input, LawSource, Model, Op, PerDraw, ProductOp, StockpileOp,
    Survival,
};
use crate::lifetime::{Age, Form, InflowTiming, Lifetime};
use crate::system::{Component, Driven, Expr, Shape, Stockpile};

impl Lowering<'_> {
    /// Survival and density tables of a lifetime, `[element][age]`.
    fn survival(&mut self, lifetime: &Lifetime) -> (Value, Value, Shape) {
        let (survival, density) = self.tables(lifetime, lifetime.timing);
        let (survival, shape) = self.value(survival);
        let (density, _) = self.value(density);
        (survival, density, shape.timed(false))
    }

    fn tables(&mut self, lifetime: &Lifetime, timing: InflowTiming) -> (Leaf, Leaf) {
        let steps = self.system.steps;
        match &lifetime.form {
            Form::Law(law, first, second) => {
                let (first, a) = self.lower_value(first);
                let (second, b) = self.lower_value(second);
                let shape = a.union(&b);
                let op = Survival {
                    law: *law,
                    ages: Age::series(timing.age(0), steps),
                    first,
                    second,
                    first_map: self.map(&shape, &a),
                    second_map: self.map(&shape, &b),
                };
                let tables = shape.timed(true);
                let outs = self.emit(Op::Survival(op), &[tables.clone(), tables.clone()]);
                (Leaf::Value(outs[0], tables.clone()), Leaf::Value(outs[1], tables))
            }
            Form::Given(law) => {
                let left: Vec<f64> = (0..steps).map(|a| law.survival(timing.age(a))).collect();
                let mut before = 1.0;
                let gone = left.iter().map(|s| std::mem::replace(&mut before, *s) - s).collect();
                let shape = Shape::new(Vec::new(), true);
                let leaf = |values: Vec<f64>| {
                    Leaf::Table(Table { shape: shape.clone(), values: values.into() })
                };
                (leaf(left), leaf(gone))
            }
            Form::Mixture(share, early, late) => {
                // S = w·S_early + (1 − w)·S_late, and likewise for f
                let share = self.lower(share);
                let early = self.tables(early, timing);
                let late = self.tables(late, timing);
                let survival = self.mixed(&share, early.0, late.0);
                (survival, self.mixed(&share, early.1, late.1))
            }
        }
    }

    /// One output of a component.
    pub(super) fn component(&mut self, component: usize, port: usize) -> Leaf {
        let system = self.system;
        match &system.components[component] {
            Component::Cohort(c) => {
                let inflow = self.lower(&c.inflow);
                let inner = inflow.shape().clone();
                let input = match inflow {
                    Leaf::Table(table) => {
                        Inflow::Table { timed: table.shape.timed, table: table.values }
                    }
                    leaf => {
                        let (value, shape) = self.value(leaf);
                        Inflow::Value { value, timed: shape.timed }
                    }
                };
                let (survival, density, table_shape) = self.survival(&c.lifetime);
                let map = self.map(&inner, &table_shape);
                let table = if port == 0 { survival } else { density };
                let op = Convolve { input, table, map };
                let past = self.past(&inner, |l| l.lower(&c.inflow)).filter(|_| inner.timed);
                let shape = inner.timed(true);
                let outs = self.emit_after(Op::Convolve(op), std::slice::from_ref(&shape), past);
                Leaf::Value(outs[0], shape)
            }
            Component::Product(c) => {
                let (inflow, units) = self.lower_value(&c.inflow);
                let (product, _, product_shape) = self.survival(&c.product);
                let (component, density, component_shape) = self.survival(&c.component);
                let (replacement, replacement_shape) = self.lower_value(&c.replacement);
                let (content, content_shape) = self.lower_value(&c.content);
                let full = units.union(&content_shape);
                let unit_of = full.index_into(&units, self.dims());
                let content_of = full.index_into(&content_shape, self.dims());
                let mut contents = vec![Vec::new(); units.elements(self.dims())];
                for (e, (unit, source)) in unit_of.iter().zip(content_of).enumerate() {
                    contents[*unit as usize].push((e as u32, source));
                }
                let op = ProductOp {
                    inflow,
                    inflow_timed: units.timed,
                    product_survival: (product, self.map(&units, &product_shape)),
                    component_survival: (component, self.map(&units, &component_shape)),
                    component_density: (density, self.map(&units, &component_shape)),
                    replacement: (replacement, self.map(&units, &replacement_shape)),
                    age_limit: c.age_limit as usize,
                    content,
                    content_timed: content_shape.timed,
                    contents,
                };
                let (full, units) = (full.timed(true), units.timed(true));
                let shapes: Vec<Shape> =
                    (0..7).map(|p| if p < 4 { full.clone() } else { units.clone() }).collect();
                let outs = self.emit(Op::Product(op), &shapes);
                Leaf::Value(outs[port], shapes[port].clone())
            }
            Component::Model(c) => {
                let (drive, shape) = self.lower_value(c.driven.series());
                let law = self.law_source(&c.lifetime, &shape);
                let by_stock = matches!(c.driven, Driven::ByStock(_));
                let model = Model::Cohort {
                    by_stock,
                    law,
                    varies: c.varies,
                    timing: c.timing,
                    negative_inflow: c.negative_inflow,
                };
                self.per_draw((drive, shape), model, port, 3)
            }
            Component::Stepped(c) => {
                let (drive, shape) = self.lower_value(c.driven.series());
                let tables = [&c.product, &c.component].map(|lifetime| {
                    let (survival, _, inner) = self.survival(lifetime);
                    (survival, self.map(&shape, &inner))
                });
                let by_stock = matches!(c.driven, Driven::ByStock(_));
                let model = Model::Product { by_stock, options: c.options, tables };
                self.per_draw((drive, shape), model, port, 10)
            }
            Component::Facilities(c) => {
                let (feed, shape) = self.lower_value(&c.feed);
                let (capacity, capacity_shape) = self.lower_value(&c.capacity);
                let basis = c.basis.as_ref().map(|b| self.lower_value(b));
                let mut contents = vec![Vec::new(); capacity_shape.elements(self.dims())];
                let facility = shape.index_into(&capacity_shape, self.dims());
                for (e, f) in facility.iter().enumerate() {
                    contents[*f as usize].push(e as u32);
                }
                let op = FacilitiesOp {
                    feed,
                    feed_timed: shape.timed,
                    capacity,
                    capacity_timed: capacity_shape.timed,
                    basis: basis.map(|(value, shape)| (value, shape.timed)),
                    contents,
                };
                let shape = shape.timed(true);
                // What is left of a basis cannot be told from the backlog.
                let past = if c.basis.is_some() {
                    None
                } else {
                    self.past(&shape, |l| l.component(component, 1))
                };
                let outs =
                    self.emit_after(Op::Facilities(op), &[shape.clone(), shape.clone()], past);
                Leaf::Value(outs[port], shape)
            }
            Component::SharedFacilities(c) => self.shared_facilities(component, c, port),
            Component::Stockpile(c) => self.stockpile(component, c, port),
            Component::Operation(c) => self.operation(c, port),
        }
    }

    fn stockpile(&mut self, component: usize, c: &Stockpile, port: usize) -> Leaf {
        let inputs = [&c.shortfall, &c.target, &c.rate].map(|input| self.lower_value(input));
        let shape = inputs.iter().fold(Shape::default(), |all, (_, shape)| all.union(shape));
        let [shortfall, target, rate] = inputs.map(|input| self.input(&shape, input));
        let elements = shape.elements(self.dims());
        let op = StockpileOp { shortfall, target, rate, elements };
        let shape = shape.timed(true);
        let past = self.past(&shape, |l| l.component(component, 0));
        let outs = self.emit_after(Op::Stockpile(op), &vec![shape.clone(); 3], past);
        Leaf::Value(outs[port], shape)
    }

    /// A value to be read per element of a shape.
    pub(super) fn input(&self, per: &Shape, (value, inner): (Value, Shape)) -> Input {
        Input { value, map: self.map(per, &inner), timed: inner.timed }
    }

    /// Where the law of each unit comes from.
    fn law_source(&mut self, lifetime: &Lifetime, units: &Shape) -> LawSource {
        let mut input = |expr: &Expr| {
            let value = self.lower_value(expr);
            self.input(units, value)
        };
        match &lifetime.form {
            Form::Law(law, first, second) => LawSource::Law(*law, input(first), input(second)),
            Form::Given(law) => LawSource::Given(law.clone()),
            Form::Mixture(share, early, late) => {
                let share = input(share);
                let early = self.law_source(early, units);
                let late = self.law_source(late, units);
                LawSource::Mixture(share, Box::new(early), Box::new(late))
            }
        }
    }

    /// One output of a model that is computed one draw at a time.
    fn per_draw(
        &mut self,
        (drive, shape): (Value, Shape),
        model: Model,
        port: usize,
        outputs: usize,
    ) -> Leaf {
        let units = shape.elements(self.dims());
        let op = PerDraw { drive, drive_timed: shape.timed, units, model };
        let shape = shape.timed(true);
        let outs = self.emit(Op::PerDraw(op), &vec![shape.clone(); outputs]);
        Leaf::Value(outs[port], shape)
    }
}
