//! The PERT law: a beta law given by its smallest, most likely and largest
//! value (Malcolm, Roseboom, Clark and Fazar, Operations Research 7 (1959)
//! 646-669).

use super::law::{FromNormal, Law};
use super::parameters::{Range, ThreePoint};
use super::table::Table;
use crate::lanes::{LANES, Row};
use crate::maths::{
    BetaLaw, clamp, exp, normal_cdf, normal_density, normal_quantile, normal_quantile_rows,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The PERT law over a range of positive width.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pert {
    points: ThreePoint,
    beta: BetaLaw,
    table: Arc<Table>,
}

impl Pert {
    /// The law for ordered points, `low` < `high`.
    pub(super) fn new(points: ThreePoint) -> Self {
        let ThreePoint { low, mode, high } = points;
        let width = high - low;
        // α = 1 + 4 (c-a)/(b-a), β = 1 + 4 (b-c)/(b-a)
        let beta =
            BetaLaw::new(1.0 + 4.0 * ((mode - low) / width), 1.0 + 4.0 * ((high - mode) / width));
        Self { points, beta, table: shared(beta) }
    }
}

impl FromNormal for Pert {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        self.value(z, self.table.at(z))
    }
}

impl Pert {
    /// The value at `z`, where the table holds the share of the range to the
    /// end on the side of z.
    #[inline(always)]
    fn value(&self, z: f64, share: f64) -> f64 {
        let ThreePoint { low, high, .. } = self.points;
        let width = high - low;
        let x = if z > 0.0 { high - width * share } else { low + width * share };
        clamp(x, low, high)
    }
}

impl Law for Pert {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        normal_quantile_rows(u, out);
        for out in out {
            let mut share = [0.0; LANES];
            self.table.at_row(out, &mut share);
            for l in 0..LANES {
                out[l] = self.value(out[l], share[l]);
            }
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        let ThreePoint { low, high, .. } = self.points;
        self.beta.cdf((x - low) / (high - low))
    }
    fn survival(&self, x: f64) -> f64 {
        let ThreePoint { low, high, .. } = self.points;
        self.beta.mirrored().cdf((high - x) / (high - low))
    }
    fn upper(&self, q: f64) -> f64 {
        self.at(-normal_quantile(q))
    }
    fn mean(&self) -> f64 {
        let ThreePoint { low, mode, high } = self.points;
        // E = (a + 4 c + b)/6, taken from a against overflow
        low + (4.0 * (mode - low) + (high - low)) / 6.0
    }
    fn variance(&self) -> f64 {
        let width = self.points.high - self.points.low;
        let (a, b) = self.beta.shapes();
        // Var = (b-a)² α β/((α+β)² (α+β+1)), α + β = 6
        width * width * a * b / 252.0
    }
    fn support(&self) -> Range {
        Range { low: self.points.low, high: self.points.high }
    }
    fn central(&self) -> f64 {
        self.points.mode
    }
}

/// The table of a beta law, the same for all laws of the process that have its
/// shapes: a scenario has hundreds of them and few shapes, and the tables compete
/// for the caches.
fn shared(law: BetaLaw) -> Arc<Table> {
    static TABLES: Mutex<BTreeMap<[u64; 2], Weak<Table>>> = Mutex::new(BTreeMap::new());
    let (a, b) = law.shapes();
    let shapes = [a.to_bits(), b.to_bits()];
    // A panic while it was held cannot have left it half changed.
    let tables = || TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(table) = tables().get(&shapes).and_then(Weak::upgrade) {
        return table;
    }
    let table = Arc::new(tabulate(law));
    let mut tables = tables();
    tables.retain(|_, table| table.strong_count() > 0);
    tables.insert(shapes, Arc::downgrade(&table));
    table
}

/// The share of the range between the quantile and the end of the range on its
/// side, to about 1e-11 of itself, for both shapes at least 1.
fn tabulate(law: BetaLaw) -> Table {
    let (a, b) = law.shapes();
    let median = solve(&law, 0.5, a / (a + b), 1.0);
    let (start, mirrored) = ([median, 1.0 - median], law.mirrored());
    Table::new(start, outward(&law, start[0]), outward(&mirrored, start[1]))
}

/// The quantiles of a law for growing |z|, z ≤ 0, from the median on.
fn outward(law: &BetaLaw, median: f64) -> impl FnMut(f64) -> f64 {
    let (mut x, mut z) = (median, 0.0);
    move |next| {
        // d ln x/dz = φ(z)/(x f(x)), with front = x (1-x) f(x)
        let (_, front) = law.cdf_and_front(x);
        let slope = normal_density(z) * (1.0 - x) / front;
        let guess = x * exp(-slope * (next - z));
        x = solve(law, normal_cdf(-next), guess, x);
        z = next;
        x
    }
}

/// The x in (0, `upper`) with distribution function `p`, from a guess, by
/// Halley's method kept within a shrinking bracket.
fn solve(law: &BetaLaw, p: f64, guess: f64, upper: f64) -> f64 {
    let (a, b) = law.shapes();
    let (mut low, mut high) = (0.0, upper);
    let mut x = if guess > low && guess < high { guess } else { 0.5 * (low + high) };
    for _ in 0..100 {
        let (cdf, front) = law.cdf_and_front(x);
        let excess = cdf - p;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        // Newton step d = (F - p)/f, relative to x; Halley divides it by
        // 1 - d f'/(2f), f'/f = (α-1)/x - (β-1)/(1-x)
        let newton = excess * (1.0 - x) / front;
        let bend = (a - 1.0) - (b - 1.0) * x / (1.0 - x);
        let step = newton / (1.0 - 0.5 * newton * bend);
        let next = x - x * step;
        // the error of the next point is about the cube of the step
        if step.abs() < 1e-6 {
            return next;
        }
        x = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    x
}
