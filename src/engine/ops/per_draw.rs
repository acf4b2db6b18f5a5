//! Cohort models with a state that steps: computed one draw at a time by the
//! functions on slices. Lanes that do not count are left as they are.

use super::Kernel;
use crate::engine::List;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::error::Error;
use crate::lanes::Row;
use crate::lifetime::{Law, LifetimeLaw};
use crate::stock::{
    Drive, Grid, Lifetimes, NegativeInflow, ProductComponentOptions, StockOptions, Survival,
    Timing, inflow_driven, product_component, stock_driven,
};
use crate::system::Varies;

/// A value read per unit.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) value: Value,
    /// For each unit, the element.
    pub(crate) map: List,
    pub(crate) timed: bool,
}

impl Input {
    /// The row of a unit and step.
    #[inline(always)]
    pub(super) fn row<'a>(
        &self,
        inputs: Inputs<'a>,
        unit: usize,
        t: usize,
        steps: usize,
    ) -> &'a Row {
        let e = self.map[unit] as usize;
        &inputs.rows(self.value)[if self.timed { e * steps + t } else { e }]
    }

    fn at(&self, inputs: Inputs, at: Place, t: usize) -> f64 {
        let e = self.map[at.unit] as usize;
        inputs.rows(self.value)[if self.timed { e * at.steps + t } else { e }][at.lane]
    }
}

/// Which draw of which unit is at hand.
#[derive(Clone, Copy)]
struct Place {
    unit: usize,
    lane: usize,
    steps: usize,
}

/// Where the law of a unit comes from.
#[derive(Clone, Debug)]
pub(crate) enum LawSource {
    Law(Law, Input, Input),
    Given(LifetimeLaw),
    Mixture(Input, Box<LawSource>, Box<LawSource>),
}

impl LawSource {
    fn inputs(&self, into: &mut Vec<Value>) {
        match self {
            Self::Law(_, first, second) => into.extend([first.value, second.value]),
            Self::Given(_) => {}
            Self::Mixture(share, a, b) => {
                into.push(share.value);
                a.inputs(into);
                b.inputs(into);
            }
        }
    }

    /// The law of step t.
    fn law(&self, inputs: Inputs, at: Place, t: usize) -> Result<LifetimeLaw, Error> {
        match self {
            Self::Law(law, p, q) => law.given(p.at(inputs, at, t), q.at(inputs, at, t)),
            Self::Given(law) => Ok(law.clone()),
            Self::Mixture(share, early, late) => {
                let w = share.at(inputs, at, t);
                let parts =
                    vec![(w, early.law(inputs, at, t)?), (1.0 - w, late.law(inputs, at, t)?)];
                LifetimeLaw::mixture(parts)
            }
        }
    }
}

/// Which function is called, and with what.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    Cohort {
        by_stock: bool,
        law: LawSource,
        varies: Varies,
        timing: Timing,
        negative_inflow: NegativeInflow,
    },
    Product {
        by_stock: bool,
        options: ProductComponentOptions,
        /// Survival of product and component by age, and for each unit the
        /// element of the table.
        tables: [(Value, List); 2],
    },
}

/// One call of the model per unit (element of the driving series) and draw.
#[derive(Clone, Debug)]
pub(crate) struct PerDraw {
    pub(crate) drive: Value,
    pub(crate) drive_timed: bool,
    pub(crate) units: usize,
    pub(crate) model: Model,
}

impl PerDraw {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let mut all = vec![self.drive];
        match &self.model {
            Model::Cohort { law, .. } => law.inputs(&mut all),
            Model::Product { tables, .. } => all.extend(tables.iter().map(|t| t.0)),
        }
        all
    }

    /// The outputs of one draw, in port order.
    fn solve(&self, inputs: Inputs, at: Place) -> Result<Vec<Vec<f64>>, Error> {
        let steps = at.steps;
        let grid = Grid::years(steps)?;
        let drive = lane(inputs.rows(self.drive), self.drive_timed, at.unit, steps, at.lane);
        match &self.model {
            Model::Cohort { by_stock, law, varies, timing, negative_inflow } => {
                let laws =
                    || (0..steps).map(|t| law.law(inputs, at, t)).collect::<Result<Vec<_>, _>>();
                let lifetimes = match varies {
                    Varies::Never => Lifetimes::Constant(law.law(inputs, at, 0)?),
                    Varies::ByCohort => Lifetimes::ByCohort(laws()?),
                    Varies::ByStep => Lifetimes::ByYear(laws()?),
                };
                let survival = [Survival::new(&grid, &lifetimes, *timing)?];
                let options =
                    StockOptions { negative_inflow: *negative_inflow, ..StockOptions::default() };
                let model = if *by_stock { stock_driven } else { inflow_driven };
                let s = model(&grid, &drive, &survival, &options)?;
                Ok(vec![s.inflow, s.outflow, s.stock])
            }
            Model::Product { by_stock, options, tables } => {
                let table = |(value, map): &(Value, List)| {
                    let e = map[at.unit] as usize;
                    Survival::from_ages(&lane(inputs.rows(*value), true, e, steps, at.lane))
                };
                let (product, component) = (table(&tables[0])?, table(&tables[1])?);
                let drive = if *by_stock { Drive::Stock(&drive) } else { Drive::Inflow(&drive) };
                let f = product_component(&grid, drive, Some(&product), Some(&component), options)?;
                Ok(vec![
                    f.stock,
                    f.product_inflow,
                    f.component_inflow,
                    f.product_outflow,
                    f.component_outflow,
                    f.failed_components,
                    f.replaced_with_new,
                    f.replaced_with_reused,
                    f.reused_in_new_products,
                    f.available_components,
                ])
            }
        }
    }
}

/// One lane of a series.
fn lane(rows: &[Row], timed: bool, unit: usize, steps: usize, l: usize) -> Vec<f64> {
    (0..steps).map(|t| rows[if timed { unit * steps + t } else { unit }][l]).collect()
}

impl Kernel for PerDraw {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        for unit in 0..self.units {
            for lane in 0..ctx.lanes {
                match self.solve(inputs, Place { unit, lane, steps }) {
                    Ok(series) => {
                        let outs = outs.iter_mut().zip(series).filter(|(out, _)| !out.is_empty());
                        for (out, series) in outs {
                            for (t, x) in series.into_iter().enumerate() {
                                out[unit * steps + t][lane] = x;
                            }
                        }
                    }
                    // The run fails with it, whatever the outputs hold.
                    Err(error) => {
                        scratch.failure.get_or_insert((ctx.first_draw + lane as u32, error));
                    }
                }
            }
        }
    }
}
