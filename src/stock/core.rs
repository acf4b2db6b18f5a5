//! The cohort model, driven by inflow or by stock.

use super::check;
use super::events::{Event, flows, of_step, shares};
use super::grid::Grid;
use super::history::past;
use super::options::{NegativeInflow, StockOptions};
use super::result::{Cohorts, Stocks, TypeStocks};
use super::survival::Survival;
use crate::error::{Error, argument};
use crate::maths::{max, min};

/// What of a stock's gap is rounding, relative to the largest stock.
pub(super) const ROUNDING: f64 = 1e-12;

enum Driver<'a> {
    Inflow(&'a [f64]),
    Stock(&'a [f64]),
}

/// The stock that follows from an inflow, per year, for the steps after the
/// [initial stock](super::Initial). `survival` holds one table per type.
///
/// ```text
/// stock(t) = Σ_c inflow(c)·length(c)·S(t, c)
/// ```
///
/// # Errors
/// If a length does not fit, a value is not finite or an inflow negative (with
/// [`NegativeInflow::Allow`] it may be), or an option asks for the impossible.
/// The first offending index is named.
pub fn inflow_driven(
    grid: &Grid,
    inflow: &[f64],
    survival: &[Survival],
    options: &StockOptions,
) -> Result<Stocks, Error> {
    run(grid, &Driver::Inflow(inflow), survival, options)
}

/// The inflow that keeps a given stock at the end of each step after the
/// [initial stock](super::Initial). `survival` holds one table per type.
///
/// ```text
/// inflow(t) = (stock(t) − what is left of older cohorts)/(S(t, t)·length(t))
/// ```
///
/// # Errors
/// As [`inflow_driven`]; if a stock is negative; if all of the inflow leaves
/// within its step, so that no lifetime can meet the stock; and, unless an
/// option says otherwise, if the inflow would be negative.
pub fn stock_driven(
    grid: &Grid,
    stock: &[f64],
    survival: &[Survival],
    options: &StockOptions,
) -> Result<Stocks, Error> {
    run(grid, &Driver::Stock(stock), survival, options)
}

/// The model on its way through the steps.
struct Model<'a> {
    grid: &'a Grid,
    survival: &'a [Survival],
    options: &'a StockOptions,
    /// Amounts by type and cohort: in stock are amount·S(t, c).
    amounts: Vec<Vec<f64>>,
    /// Outflow of the current step by type and cohort, an amount.
    leaving: Vec<Vec<f64>>,
}

fn run(
    grid: &Grid,
    driver: &Driver,
    survival: &[Survival],
    options: &StockOptions,
) -> Result<Stocks, Error> {
    let (steps, types) = (grid.steps(), survival.len());
    check::tables(survival, steps)?;
    let history = past(grid, &options.initial, survival)?;
    let first = history[0].len();
    let driven = first..steps;
    let largest = match driver {
        Driver::Inflow(inflow) if options.negative_inflow == NegativeInflow::Allow => {
            check::finite("inflow", inflow, driven.len())?;
            0.0
        }
        Driver::Inflow(inflow) => {
            check::series("inflow", inflow, driven.len())?;
            0.0
        }
        Driver::Stock(stock) => {
            check::series("stock", stock, driven.len())?;
            stock.iter().fold(0.0, |a, b| max(a, *b))
        }
    };
    let split = type_split(options, driven.len(), types)?;
    let retirement = shares("retirement", &options.retirement, driven.clone(), types)?;
    let exports = flows("exports", &options.exports, driven.clone(), types)?;
    let imports = flows("imports", &options.imports, driven, types)?;

    let mut amounts = vec![vec![0.0; steps]; types];
    for (amounts, history) in amounts.iter_mut().zip(&history) {
        amounts[..first].copy_from_slice(history);
    }
    let leaving = vec![vec![0.0; steps]; types];
    let mut model = Model { grid, survival, options, amounts, leaving };
    let mut result = empty(grid, types, options.keep_cohorts);
    for t in 0..steps {
        let length = grid.length(t);
        model.age(t);
        let mut entering = vec![0.0; types];
        if t < first {
            for g in 0..types {
                entering[g] = std::mem::take(&mut model.amounts[g][t]);
            }
        } else {
            result.retired.push(model.retire(t, of_step(&retirement, t)) / length);
            result.exports.push(model.export(t, of_step(&exports, t))? / length);
            result.imports.push(model.import(t, of_step(&imports, t))? / length);
            match driver {
                Driver::Inflow(inflow) => {
                    for g in 0..types {
                        entering[g] = inflow[t - first] * length * split(t - first, g);
                    }
                }
                Driver::Stock(stock) => {
                    let gap = model.gap(t, t - first, stock[t - first], largest)?;
                    for g in 0..types {
                        let share = split(t - first, g);
                        entering[g] = model.needed(t, t - first, g, share * gap)?;
                    }
                }
            }
        }
        model.enter(t, &entering);
        model.record(t, &entering, &mut result)?;
    }
    Ok(result)
}

fn empty(grid: &Grid, types: usize, keep: bool) -> Stocks {
    let steps = grid.steps();
    let series = || Vec::with_capacity(steps);
    let one = TypeStocks {
        inflow: series(),
        outflow: series(),
        stock: series(),
        stock_by_cohort: keep.then(|| Cohorts::zeros(steps)),
        outflow_by_cohort: keep.then(|| Cohorts::zeros(steps)),
    };
    Stocks {
        inflow: series(),
        outflow: series(),
        retired: series(),
        imports: series(),
        exports: series(),
        stock: series(),
        by_type: vec![one; types],
        lengths: (0..steps).map(|t| grid.length(t)).collect(),
    }
}

/// The share of a type in the inflow of a driven step.
fn type_split<'a>(
    options: &'a StockOptions,
    driven: usize,
    types: usize,
) -> Result<impl Fn(usize, usize) -> f64 + 'a, Error> {
    let wrong = |key: String, found: String, allowed: String| {
        argument("type split does not fit", key, found, allowed, "write one row of shares per step")
    };
    match &options.type_split {
        None if types > 1 => {
            let allowed = "shares, as there is more than one type".to_owned();
            return Err(wrong("type_split".into(), "none".into(), allowed));
        }
        None => {}
        Some(rows) => {
            if rows.len() != driven {
                let found = format!("{} rows", rows.len());
                return Err(wrong("type_split".into(), found, format!("{driven} rows")));
            }
            for (i, row) in rows.iter().enumerate() {
                if row.len() != types {
                    let found = format!("{} shares", row.len());
                    return Err(wrong(
                        format!("type_split[{i}]"),
                        found,
                        format!("{types} shares"),
                    ));
                }
                for (g, share) in row.iter().enumerate() {
                    check::share(format!("type_split[{i}][{g}]"), *share)?;
                }
                let sum: f64 = row.iter().sum();
                if (sum - 1.0).abs() > 1e-9 {
                    let allowed = "shares that sum to 1 within 1e-9".to_owned();
                    return Err(wrong(format!("type_split[{i}]"), format!("sum {sum}"), allowed));
                }
            }
        }
    }
    Ok(move |i: usize, g: usize| options.type_split.as_ref().map_or(1.0, |rows| rows[i][g]))
}

impl Model<'_> {
    /// What cohort `c` has in stock at the end of step `t`.
    fn left(&self, t: usize, g: usize, c: usize) -> f64 {
        self.amounts[g][c] * self.survival[g].left(t, c)
    }

    fn total(&self, t: usize) -> f64 {
        let one = |g| (0..=t).map(move |c| self.left(t, g, c)).sum::<f64>();
        (0..self.survival.len()).map(one).sum()
    }

    fn age(&mut self, t: usize) {
        for g in 0..self.survival.len() {
            let survival = &self.survival[g];
            for c in 0..t {
                let gone = survival.left(t - 1, c) - survival.left(t, c);
                self.leaving[g][c] = self.amounts[g][c] * gone;
            }
            self.leaving[g][t] = 0.0;
        }
    }

    fn retire(&mut self, t: usize, events: &[Event]) -> f64 {
        let mut sum = 0.0;
        for e in events {
            let gone = e.amount * self.left(t, e.kind, e.cohort);
            self.leaving[e.kind][e.cohort] += gone;
            self.amounts[e.kind][e.cohort] *= 1.0 - e.amount;
            sum += gone;
        }
        sum
    }

    fn export(&mut self, t: usize, events: &[Event]) -> Result<f64, Error> {
        let mut sum = 0.0;
        for e in events {
            let (wanted, there) = (e.amount * self.grid.length(t), self.left(t, e.kind, e.cohort));
            if wanted > there * (1.0 + 1e-9) {
                return Err(argument(
                    "exports: more than is in stock",
                    format!("exports[{}]", e.index),
                    format!("{wanted} of cohort {} in step {t}", e.cohort),
                    format!("up to {there}"),
                    "export less, or from younger cohorts",
                ));
            }
            if wanted > 0.0 {
                self.amounts[e.kind][e.cohort] *= max(1.0 - wanted / there, 0.0);
                sum += wanted;
            }
        }
        Ok(sum)
    }

    fn import(&mut self, t: usize, events: &[Event]) -> Result<f64, Error> {
        let mut sum = 0.0;
        for e in events {
            let entering = e.amount * self.grid.length(t);
            let share = self.survival[e.kind].left(t, e.cohort);
            let amount = entering / share;
            if entering > 0.0 && !(share > 0.0 && amount.is_finite()) {
                return Err(argument(
                    "imports: nothing of this cohort can be left",
                    format!("imports[{}]", e.index),
                    format!("{} a year of cohort {} in step {t}", e.amount, e.cohort),
                    "cohorts whose survival is above 0",
                    "lengthen the lifetime or import younger products",
                ));
            }
            if entering > 0.0 {
                self.amounts[e.kind][e.cohort] += amount;
                sum += entering;
            }
        }
        Ok(sum)
    }

    /// What the new inflow must leave in stock, after corrections.
    fn gap(&mut self, t: usize, index: usize, target: f64, largest: f64) -> Result<f64, Error> {
        let left = self.total(t);
        let gap = target - left;
        if gap >= 0.0 {
            return Ok(gap);
        }
        match self.options.negative_inflow {
            NegativeInflow::Allow => return Ok(gap),
            NegativeInflow::Error if gap < -ROUNDING * max(largest, left) => {
                return Err(argument(
                    "stock: the inflow would be negative",
                    format!("stock[{index}]"),
                    format!("{target}, with {left} left of older cohorts"),
                    "a stock that falls no faster than its cohorts leave",
                    "shorten the lifetime, or choose Allow, ScaleAllCohorts or OldestFirst",
                ));
            }
            NegativeInflow::Error => {}
            NegativeInflow::ScaleAllCohorts => {
                let lost = -gap / left;
                for g in 0..self.survival.len() {
                    for c in 0..=t {
                        self.leaving[g][c] += lost * self.left(t, g, c);
                        self.amounts[g][c] *= target / left;
                    }
                }
            }
            NegativeInflow::OldestFirst => {
                let mut surplus = -gap;
                for c in 0..=t {
                    for g in 0..self.survival.len() {
                        let there = self.left(t, g, c);
                        let gone = min(there, surplus);
                        if gone > 0.0 {
                            self.leaving[g][c] += gone;
                            self.amounts[g][c] *= 1.0 - gone / there;
                            surplus -= gone;
                        }
                    }
                }
            }
        }
        Ok(0.0)
    }

    /// The amount of type `g` that must enter to leave `gap` in stock.
    fn needed(&self, t: usize, index: usize, g: usize, gap: f64) -> Result<f64, Error> {
        if gap == 0.0 {
            return Ok(0.0);
        }
        let share = self.survival[g].left(t, t);
        let amount = gap / share;
        if share > 0.0 && amount.is_finite() {
            return Ok(amount);
        }
        Err(argument(
            "a stock no lifetime can meet: all of the inflow leaves within its step",
            format!("stock[{index}]"),
            format!("{gap} missing, survival {share} at the end of step {t}"),
            "a survival above 0 at the end of the first step",
            "lengthen the lifetime, shorten the steps, or let the inflow enter later",
        ))
    }

    fn enter(&mut self, t: usize, entering: &[f64]) {
        for (g, amount) in entering.iter().enumerate() {
            self.amounts[g][t] += amount;
            self.leaving[g][t] += amount * (1.0 - self.survival[g].left(t, t));
        }
    }

    fn record(&self, t: usize, entering: &[f64], result: &mut Stocks) -> Result<(), Error> {
        let length = self.grid.length(t);
        let (mut inflow, mut outflow, mut stock) = (0.0, 0.0, 0.0);
        for (g, of_type) in result.by_type.iter_mut().enumerate() {
            let left: f64 = (0..=t).map(|c| self.left(t, g, c)).sum();
            let leaving: f64 = self.leaving[g][..=t].iter().sum();
            of_type.inflow.push(entering[g] / length);
            of_type.outflow.push(leaving / length);
            of_type.stock.push(left);
            if let Some(cohorts) = &mut of_type.stock_by_cohort {
                (0..=t).for_each(|c| cohorts.set(t, c, self.left(t, g, c)));
            }
            if let Some(cohorts) = &mut of_type.outflow_by_cohort {
                (0..=t).for_each(|c| cohorts.set(t, c, self.leaving[g][c] / length));
            }
            inflow += entering[g] / length;
            outflow += leaving / length;
            stock += left;
        }
        result.inflow.push(inflow);
        result.outflow.push(outflow);
        result.stock.push(stock);
        for events in [&mut result.retired, &mut result.imports, &mut result.exports] {
            events.resize(t + 1, 0.0);
        }
        if inflow.is_finite() && outflow.is_finite() && stock.is_finite() {
            return Ok(());
        }
        Err(argument(
            "the numbers grow beyond what can be represented",
            format!("step[{t}]"),
            format!("inflow {inflow}, outflow {outflow}, stock {stock}"),
            "finite results",
            "check the units, and whether the first-step survival is nearly 0",
        ))
    }
}
