//! Product and component step by step, over the stock by product and component
//! cohort.

use super::core::ROUNDING;
use super::frailty::{conditional, multipliers};
use super::grid::Grid;
use super::options::NegativeInflow;
use super::product::Drive;
use super::product_options::{FirstStep, Matching, ProductComponentOptions, Reuse, ReuseInto};
use super::result::ProductComponentFlows;
use super::survival::Survival;
use crate::error::{Error, argument};
use crate::maths::{max, min};

/// One stratum of frailty.
struct Stratum {
    product: Survival,
    component: Survival,
    /// In stock by product and component cohort, row by row.
    stock: Vec<f64>,
    /// Products of each cohort that wait for a component.
    waiting: Vec<f64>,
}

/// What happens in one step, as amounts.
#[derive(Default)]
struct Step {
    failed: f64,
    unrepaired: f64,
    products_lost: f64,
    available: f64,
    replaced_new: f64,
    replaced_reused: f64,
    reused_in_new: f64,
    /// New products with new components.
    new_products: f64,
    /// Failures counted on top of in- and outflow, by convention.
    on_top: f64,
    /// Products lost in the step they, or their new component, entered.
    first_step_products: f64,
}

struct Model<'a> {
    options: &'a ProductComponentOptions,
    strata: Vec<Stratum>,
    steps: usize,
    /// Component cohorts: one more than steps if replacements are late.
    columns: usize,
    late: usize,
}

pub(super) fn run(
    grid: &Grid,
    drive: Drive,
    product: &Survival,
    component: &Survival,
    options: &ProductComponentOptions,
) -> Result<ProductComponentFlows, Error> {
    let steps = grid.steps();
    let late = usize::from(options.first_step == FirstStep::WholeStep);
    let columns = steps + late;
    let z = multipliers(options.frailty_variance)?;
    let strata = conditional(product, &z)
        .into_iter()
        .zip(conditional(component, &z))
        .map(|(product, component)| Stratum {
            product,
            component,
            stock: vec![0.0; steps * columns],
            waiting: vec![0.0; steps],
        })
        .collect();
    let mut model = Model { options, strata, steps, columns, late };
    let largest = match drive {
        Drive::Inflow(_) => 0.0,
        Drive::Stock(stock) => stock.iter().fold(0.0, |a, b| max(a, *b)),
    };
    let mut flows = ProductComponentFlows {
        lengths: (0..steps).map(|t| grid.length(t)).collect(),
        ..Default::default()
    };
    for t in 0..steps {
        let length = grid.length(t);
        let given = match drive {
            Drive::Inflow(inflow) => Drive::Inflow(&[inflow[t] * length]),
            Drive::Stock(stock) => Drive::Stock(&[stock[t]]),
        };
        let step = match given {
            Drive::Inflow(amount) => model.with_inflow(t, amount[0]),
            Drive::Stock(target) => model.with_stock(t, target[0], largest)?,
        };
        record(&mut flows, &step, model.total(), length);
    }
    let sum = |index: &dyn Fn(usize) -> usize, count: usize| {
        let mut sums = vec![0.0; count];
        for stratum in &model.strata {
            for (i, s) in stratum.stock.iter().enumerate() {
                sums[index(i)] += s;
            }
        }
        sums
    };
    flows.final_stock_by_product_cohort = sum(&|i| i / columns, steps);
    flows.final_stock_by_component_cohort = sum(&|i| i % columns, columns);
    match flows.stock.iter().position(|s| !s.is_finite()) {
        None => Ok(flows),
        Some(t) => Err(argument(
            "the numbers grow beyond what can be represented",
            format!("step[{t}]"),
            format!("{}", flows.stock[t]),
            "finite results",
            "check the units",
        )),
    }
}

fn record(flows: &mut ProductComponentFlows, s: &Step, stock: f64, length: f64) {
    let new_products = s.new_products + s.reused_in_new;
    let products_out = s.products_lost + s.unrepaired + s.first_step_products;
    let components_out = s.failed + s.available;
    let mut push = |series: fn(&mut ProductComponentFlows) -> &mut Vec<f64>, amount: f64| {
        series(flows).push(amount / length);
    };
    push(|f| &mut f.product_inflow, new_products + s.on_top);
    push(|f| &mut f.component_inflow, s.new_products + s.replaced_new + s.on_top);
    push(|f| &mut f.product_outflow, products_out + s.on_top);
    push(|f| &mut f.component_outflow, components_out + s.on_top);
    push(|f| &mut f.failed_components, s.failed);
    push(|f| &mut f.replaced_with_new, s.replaced_new);
    push(|f| &mut f.replaced_with_reused, s.replaced_reused);
    push(|f| &mut f.reused_in_new_products, s.reused_in_new);
    push(|f| &mut f.available_components, s.available);
    flows.stock.push(stock);
}

impl Model<'_> {
    fn total(&self) -> f64 {
        self.strata.iter().map(|s| s.stock.iter().sum::<f64>()).sum()
    }

    /// S(t, t) of product and component within a stratum.
    fn first(&self, k: usize, t: usize) -> (f64, f64) {
        match self.options.first_step {
            FirstStep::Exposed => {
                (self.strata[k].product.left(t, t), self.strata[k].component.left(t, t))
            }
            _ => (1.0, 1.0),
        }
    }

    fn share_of_stratum(&self) -> f64 {
        1.0 / self.strata.len() as f64
    }

    fn with_inflow(&mut self, t: usize, amount: f64) -> Step {
        let mut step = Step::default();
        if self.options.first_step == FirstStep::WholeStep {
            let each = amount * self.share_of_stratum();
            for stratum in &mut self.strata {
                stratum.stock[t * self.columns + t] += each;
            }
            let mut pool = self.fail(t, &mut step);
            self.match_reused(t, &mut pool, &mut step);
            self.replace(t, &mut step);
            step.new_products = amount;
            return step;
        }
        let mut pool = self.fail(t, &mut step);
        self.match_reused(t, &mut pool, &mut step);
        self.replace(t, &mut step);
        let room = amount / (1.0 + self.on_top(t));
        self.reuse_in_new(t, &mut pool, room, &mut step);
        self.enter(t, room - step.reused_in_new, &mut step);
        step
    }

    fn with_stock(&mut self, t: usize, target: f64, largest: f64) -> Result<Step, Error> {
        let mut step = Step::default();
        let mut pool = self.fail(t, &mut step);
        let missing = target - self.total();
        let (mut product, mut both) = (0.0, 0.0);
        for k in 0..self.strata.len() {
            let (p, c) = self.first(k, t);
            product += p * self.share_of_stratum();
            both += p * c * self.share_of_stratum();
        }
        if missing < 0.0 {
            self.withhold(0.0, &mut pool, &mut step);
            return self.shrink(t, missing, largest, step);
        }
        // with reuse some repairs leave more in stock than new components do
        let new_left = match (self.strata.len(), self.options.reuse) {
            (1, None) => self.first(0, t).1,
            _ => 1.0,
        };
        let most = if new_left > 0.0 { missing / new_left } else { 0.0 };
        self.withhold(most, &mut pool, &mut step);
        self.match_reused(t, &mut pool, &mut step);
        self.replace(t, &mut step);
        let missing = max(target - self.total(), 0.0);
        let room = if product > 0.0 { missing / product } else { 0.0 };
        self.reuse_in_new(t, &mut pool, room, &mut step);
        let missing = max(target - self.total(), 0.0);
        let entering = missing / both;
        if missing > ROUNDING * largest && !(both > 0.0 && entering.is_finite()) {
            return Err(argument(
                "a stock no lifetime can meet: all of the inflow leaves within its step",
                format!("stock[{t}]"),
                format!("{missing} missing, survival {both} at the end of the step"),
                "a survival above 0 at the end of the first step",
                "lengthen the lifetimes, or let the inflow enter later",
            ));
        }
        self.enter(t, if both > 0.0 { entering } else { 0.0 }, &mut step);
        Ok(step)
    }

    /// Lets everything age. Returns the reusable components by cohort and
    /// leaves the repairable products waiting.
    fn fail(&mut self, t: usize, step: &mut Step) -> Vec<f64> {
        let mut pool = vec![0.0; self.columns];
        let Self { columns, late, options, .. } = *self;
        // cohorts that age in this step
        let cohorts = t + late;
        for stratum in &mut self.strata {
            stratum.waiting.fill(0.0);
            let component: Vec<f64> =
                (0..cohorts).map(|c| stratum.component.hazard(t, c)).collect();
            for p in 0..cohorts {
                let h = stratum.product.hazard(t, p);
                let row = &mut stratum.stock[p * columns..][..cohorts];
                let repaired = match options.replacement {
                    Some(r) if r.age_limit.is_none_or(|limit| t - p < limit) => r.share,
                    _ => 0.0,
                };
                let mut failing_alone = 0.0;
                for (c, s) in row.iter_mut().enumerate() {
                    let sound = *s * (1.0 - component[c]);
                    let failing = *s - sound;
                    step.failed += failing;
                    step.products_lost += *s * h;
                    step.available += sound * h;
                    if let Some(reuse) = options.reuse
                        && reuse.age_limit.is_none_or(|limit| t - c < limit)
                    {
                        pool[c] += reuse.share * (sound * h);
                    }
                    failing_alone += failing * (1.0 - h);
                    *s = sound * (1.0 - h);
                }
                stratum.waiting[p] = repaired * failing_alone;
                step.unrepaired += failing_alone - stratum.waiting[p];
            }
        }
        pool
    }

    /// Products of cohort `p` that wait for a component.
    fn waiting(&self, p: usize) -> f64 {
        self.strata.iter().map(|s| s.waiting[p]).sum()
    }

    /// Lets at most `most` repairs and reused components pass; the oldest go
    /// without first.
    fn withhold(&mut self, most: f64, pool: &mut [f64], step: &mut Step) {
        let mut surplus = (0..self.steps).map(|p| self.waiting(p)).sum::<f64>() - most;
        for p in 0..self.steps {
            let waiting = self.waiting(p);
            if surplus <= 0.0 || waiting == 0.0 {
                continue;
            }
            let kept = max(1.0 - surplus / waiting, 0.0);
            for stratum in &mut self.strata {
                stratum.waiting[p] *= kept;
            }
            let gone = if kept > 0.0 { surplus } else { waiting };
            step.unrepaired += gone;
            surplus -= gone;
        }
        drop_oldest(pool, most);
    }

    /// Puts reused components into waiting products.
    fn match_reused(&mut self, t: usize, pool: &mut [f64], step: &mut Step) {
        let Some(Reuse { into: ReuseInto::Used | ReuseInto::Both, matching, .. }) =
            self.options.reuse
        else {
            return;
        };
        let columns = self.columns;
        let newest = t + self.late;
        match matching {
            Matching::OldestToOldest => {
                let (mut p, mut c) = (0, 0);
                while p < self.steps && c < columns {
                    self.install(p, c, pool, step);
                    if self.waiting(p) > 0.0 {
                        c += 1;
                    } else {
                        p += 1;
                    }
                }
            }
            Matching::YoungerBy(steps) => {
                // products old enough for a component so much younger
                let last = self.steps.min((newest + 1).saturating_sub(steps));
                for p in 0..last {
                    self.install(p, p + steps, pool, step);
                }
                let mut c = newest + 1;
                for p in 0..last {
                    while c > 0 && self.waiting(p) > 0.0 {
                        self.install(p, c - 1, pool, step);
                        if self.waiting(p) > 0.0 {
                            c -= 1;
                        }
                    }
                }
            }
        }
    }

    /// As many reused components of cohort `c` into products of cohort `p` as
    /// there are and as wait.
    fn install(&mut self, p: usize, c: usize, pool: &mut [f64], step: &mut Step) {
        let (waiting, there) = (self.waiting(p), pool[c]);
        let amount = min(waiting, there);
        if amount <= 0.0 {
            return;
        }
        let all = there >= waiting;
        for stratum in &mut self.strata {
            let share =
                if all { stratum.waiting[p] } else { stratum.waiting[p] / waiting * amount };
            stratum.stock[p * self.columns + c] += share;
            stratum.waiting[p] = if all { 0.0 } else { stratum.waiting[p] - share };
        }
        pool[c] = if all { there - waiting } else { 0.0 };
        step.replaced_reused += amount;
        step.available -= amount;
    }

    /// New components for the products still waiting.
    fn replace(&mut self, t: usize, step: &mut Step) {
        let column = t + self.late;
        for k in 0..self.strata.len() {
            let (_, kept) = self.first(k, t);
            for p in 0..self.steps {
                let amount = std::mem::take(&mut self.strata[k].waiting[p]);
                if amount == 0.0 {
                    continue;
                }
                self.strata[k].stock[p * self.columns + column] += amount * kept;
                step.replaced_new += amount;
                step.failed += amount * (1.0 - kept);
                step.first_step_products += amount * (1.0 - kept);
            }
        }
    }

    /// Reused components in at most `room` new products.
    fn reuse_in_new(&mut self, t: usize, pool: &mut [f64], room: f64, step: &mut Step) {
        let Some(Reuse { into: ReuseInto::New | ReuseInto::Both, .. }) = self.options.reuse else {
            return;
        };
        drop_oldest(pool, room);
        let share = self.share_of_stratum();
        for k in 0..self.strata.len() {
            let (kept, _) = self.first(k, t);
            for (c, &there) in pool.iter().enumerate() {
                let amount = there * share;
                self.strata[k].stock[t * self.columns + c] += amount * kept;
                step.first_step_products += amount * (1.0 - kept);
                step.available += amount * (1.0 - kept) - amount;
                step.reused_in_new += amount;
            }
        }
    }

    /// New products with new components.
    fn enter(&mut self, t: usize, amount: f64, step: &mut Step) {
        let each = amount * self.share_of_stratum();
        for k in 0..self.strata.len() {
            let (product, component) = self.first(k, t);
            self.strata[k].stock[t * self.columns + t] += each * product * component;
            step.failed += each * (1.0 - component);
            step.available += each * component * (1.0 - product);
            step.first_step_products += each * (1.0 - product * component);
        }
        step.new_products = amount;
        step.on_top = amount * self.on_top(t);
    }

    /// Failures counted on top of a new stock of 1.
    fn on_top(&self, t: usize) -> f64 {
        let s = &self.strata[0];
        match self.options.first_step {
            FirstStep::OfNewStock => 1.0 - s.product.left(t, t) * s.component.left(t, t),
            _ => 0.0,
        }
    }

    /// A stock that falls faster than products leave.
    fn shrink(
        &mut self,
        t: usize,
        missing: f64,
        largest: f64,
        mut step: Step,
    ) -> Result<Step, Error> {
        let left = self.total();
        let mut remove = |stratum: &mut Stratum, row: usize, share: f64| {
            for s in &mut stratum.stock[row * self.columns..][..self.columns] {
                step.products_lost += *s * share;
                step.available += *s * share;
                *s *= 1.0 - share;
            }
        };
        match self.options.negative_inflow {
            NegativeInflow::Error if missing < -ROUNDING * max(largest, left) => {
                return Err(argument(
                    "stock: the inflow would be negative",
                    format!("stock[{t}]"),
                    format!("{}, with {left} left of older cohorts", left + missing),
                    "a stock that falls no faster than its cohorts leave",
                    "shorten the lifetimes, or choose Allow, ScaleAllCohorts or OldestFirst",
                ));
            }
            NegativeInflow::Error => {}
            NegativeInflow::Allow => {
                let both: f64 = (0..self.strata.len())
                    .map(|k| self.first(k, t))
                    .map(|(p, c)| p * c * self.share_of_stratum())
                    .sum();
                if both > 0.0 {
                    self.enter(t, missing / both, &mut step);
                }
            }
            NegativeInflow::ScaleAllCohorts => {
                for stratum in &mut self.strata {
                    (0..self.steps).for_each(|p| remove(stratum, p, -missing / left));
                }
            }
            NegativeInflow::OldestFirst => {
                let mut surplus = -missing;
                for p in 0..self.steps {
                    let there: f64 = self
                        .strata
                        .iter()
                        .map(|s| s.stock[p * self.columns..][..self.columns].iter().sum::<f64>())
                        .sum();
                    if there > 0.0 && surplus > 0.0 {
                        let share = min(surplus / there, 1.0);
                        self.strata.iter_mut().for_each(|s| remove(s, p, share));
                        surplus -= there * share;
                    }
                }
            }
        }
        Ok(step)
    }
}

/// Lets at most `most` remain; the oldest go first.
fn drop_oldest(pool: &mut [f64], most: f64) {
    let mut surplus = pool.iter().sum::<f64>() - most;
    for amount in pool {
        if surplus <= 0.0 {
            return;
        }
        let gone = min(*amount, surplus);
        *amount -= gone;
        surplus -= gone;
    }
}
