//! Quantiles by search, tabulated once per law.
//!
//! Each piece of the table is checked between its nodes. Where it misses, as
//! beside a bend of the quantile, a finer table covers it; where that misses
//! too, as at a jump, the value is searched for each time. So the error holds
//! for every law and only awkward ones are slow.

use super::law::{FromNormal, Law};
use super::parameters::Range;
use super::search::Guess;
use super::searched::{Link, Searched};
use super::table::{NODES, PIECES, POINTS, Piece, REACH, Table, interpolate, magnitude};
use crate::lanes::{LANES, Row};
use crate::maths::{
    clamp, gamma_tails_at_ln, ln, logit, max, normal_quantile, normal_quantile_rows, polynomial,
};
use std::sync::Arc;

/// Pieces of the finer table per piece of the first.
const FINE: usize = 32;
/// Where pieces are checked: near extremes of what polynomials miss.
const CHECKS: [f64; 3] = [-0.9807852804032304, -0.19509032201612825, 0.8314696123025452];

/// A law by search: `origin` + `unit` · X.
#[derive(Clone, Debug)]
pub(super) struct Tabulated {
    core: Arc<Core>,
    link: Link,
    origin: f64,
    unit: f64,
    central: f64,
}

#[derive(Debug)]
struct Core {
    law: Searched,
    /// y by z; the first coefficient is NaN where a piece misses.
    table: Table,
    /// The finer pieces of each piece that misses, and y at its ends.
    fine: Vec<Option<(Box<[Piece; FINE]>, Range)>>,
    /// y at the ends of the table.
    ends: Range,
}

/// The table follows from the law.
impl PartialEq for Tabulated {
    fn eq(&self, other: &Self) -> bool {
        self.core.law == other.core.law
            && (self.origin, self.unit, self.central) == (other.origin, other.unit, other.central)
    }
}

/// Walks outward along the quantile.
struct March<'a> {
    law: &'a Searched,
    /// 1 for z > 0, else -1.
    sign: f64,
    z: f64,
    here: Guess,
}

impl March<'_> {
    /// The y at |z| = `next`, which is beyond the last.
    fn to(&mut self, next: f64) -> f64 {
        let (z, range) = (self.sign * next, self.beyond());
        let guess = self.here.y + self.here.slope * (z - self.z);
        let y = self.law.search(z, Guess { y: guess, ..self.here }, range);
        let slope = (y - self.here.y) / (z - self.z);
        let (slope, doubt) = if slope > 0.0 {
            (slope, 4.0 * (slope / self.here.slope - 1.0).abs() + 1e-6)
        } else {
            (self.here.slope, 1.0)
        };
        (self.z, self.here) = (z, Guess { y, slope, doubt });
        y
    }

    /// Where the rest of the quantile lies.
    fn beyond(&self) -> Range {
        let Range { low, high } = self.law.start().1;
        // a step of the law holds y where it is: leave room for rounding
        let room = 1e-12 * (1.0 + self.here.y.abs());
        if self.sign > 0.0 {
            Range { low: clamp(self.here.y - room, low, high), high }
        } else {
            Range { low, high: clamp(self.here.y + room, low, high) }
        }
    }
}

impl Core {
    fn new(law: Searched) -> Self {
        let (y, range) = law.start();
        let middle = law.search(0.0, Guess { y, slope: 1.0, doubt: 1.0 }, range);
        let march = |sign| March {
            law: &law,
            sign,
            z: 0.0,
            here: Guess { y: middle, slope: 1.0, doubt: 1.0 },
        };
        let (mut below, mut above) = (march(-1.0), march(1.0));
        let mut table = Table::new([middle; 2], |z| below.to(z), |z| above.to(z));
        let ends = Range { low: below.here.y, high: above.here.y };
        let fine = (0..2 * PIECES).map(|i| check(&law, &mut table.0, i)).collect();
        Self { law, table, fine, ends }
    }

    /// The coordinate at `z`.
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        let y = self.table.at(z);
        if y.is_nan() || z.abs() > REACH { self.rare(z) } else { y }
    }

    /// The coordinate where the table has none.
    #[cold]
    #[inline(never)]
    fn rare(&self, z: f64) -> f64 {
        if z.is_nan() || z.is_infinite() {
            return z;
        }
        let start = self.law.start().1;
        let within = if z < -REACH {
            Range { high: self.ends.low, ..start }
        } else if z > REACH {
            Range { low: self.ends.high, ..start }
        } else {
            let (piece, t) = Table::locate(z);
            let Some((fine, within)) = &self.fine[piece] else { return self.table.at(z) };
            let position = 0.5 * (t + 1.0) * FINE as f64;
            let whole = position as usize;
            let part = if whole < FINE { whole } else { FINE - 1 };
            let y = polynomial(&fine[part], 2.0 * (position - part as f64) - 1.0);
            if !y.is_nan() {
                return y;
            }
            *within
        };
        let room = |y: f64| 1e-12 * (1.0 + y.abs());
        let within =
            Range { low: within.low - room(within.low), high: within.high + room(within.high) };
        let guess = if z < -REACH { within.high - 1.0 } else { within.low + 1.0 };
        self.law.search(z, Guess { y: guess, slope: 1.0, doubt: 1.0 }, within)
    }
}

/// Whether a polynomial meets the law at the places between its nodes; `z`
/// gives the standard normal at a place.
fn meets(law: &Searched, piece: &Piece, z: impl Fn(f64) -> f64) -> bool {
    let Range { low, high } = law.start().1;
    CHECKS.iter().all(|&t| {
        let (y, nearby) = (polynomial(piece, t), polynomial(piece, t + 0.01));
        // scores are rounded
        let slope = (nearby - y) / (z(t + 0.01) - z(t));
        let room = law.tolerance(y) + 8e-15 * max(slope, 0.0);
        let (before, after) = (y - room, y + room);
        (before <= low || law.score(before) <= z(t)) && (after >= high || law.score(after) >= z(t))
    })
}

/// Checks piece `i`; if it misses, marks it and makes the finer pieces.
fn check(law: &Searched, table: &mut [Piece], i: usize) -> Option<(Box<[Piece; FINE]>, Range)> {
    let (sign, place) = if i < PIECES { (-1.0, i) } else { (1.0, i - PIECES) };
    let z = |t: f64| sign * magnitude(place, t);
    if meets(law, &table[i], z) {
        return None;
    }
    let ends = [-1.0, 1.0].map(|t| polynomial(&table[i], t));
    let slope = (ends[1] - ends[0]) / (z(1.0) - z(-1.0));
    let here = Guess { y: ends[0], slope: if slope > 0.0 { slope } else { 1.0 }, doubt: 1.0 };
    let mut march = March { law, sign, z: z(-1.0), here };
    let mut fine = Box::new([[0.0; NODES]; FINE]);
    for (part, piece) in fine.iter_mut().enumerate() {
        let t = |s: f64| (part as f64 + 0.5 * (s + 1.0)) * (2.0 / FINE as f64) - 1.0;
        let mut values = [march.here.y; NODES];
        for k in 1..NODES {
            values[k] = march.to(magnitude(place, t(POINTS[k])));
        }
        *piece = interpolate(values);
        if !meets(law, piece, |s| z(t(s))) {
            piece[0] = f64::NAN;
        }
    }
    table[i][0] = f64::NAN;
    let (low, high) = if sign < 0.0 { (ends[1], ends[0]) } else { (ends[0], ends[1]) };
    Some((fine, Range { low, high }))
}

impl Tabulated {
    /// The law of `unit` · X for a beta or gamma law X, by the central value of X.
    pub(super) fn new(law: Searched, unit: f64, central: f64) -> Self {
        let link = law.link();
        let core = Arc::new(Core::new(law));
        Self { core, link, origin: 0.0, unit, central: unit * central }
    }

    /// The law of a mixture; its central value is its median.
    pub(super) fn mixture(law: super::searched::Mixture) -> Self {
        let (origin, unit) = (law.origin, law.unit);
        let mut it = Self::new(Searched::Mixture(law), unit, 0.0);
        it.origin = origin;
        it.central = it.at(0.0);
        it
    }

    /// The law before origin and unit.
    pub(super) fn law(&self) -> &Searched {
        &self.core.law
    }

    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    /// The same mixture with its distances from the central value times
    /// `factor`.
    pub(super) fn spread(&self, factor: f64) -> Self {
        let origin = self.central + factor * (self.origin - self.central);
        Self { origin, unit: factor * self.unit, ..self.clone() }
    }

    /// This value in a mixture's own measure, before it was spread.
    pub(super) fn own(&self, x: f64) -> f64 {
        match &self.core.law {
            Searched::Mixture(m) if (m.origin, m.unit) != (self.origin, self.unit) => {
                m.origin + m.unit * ((x - self.origin) / self.unit)
            }
            Searched::Mixture(_) => x,
            _ => x / self.unit,
        }
    }

    /// The value for one in a mixture's own measure.
    pub(super) fn placed(&self, own: f64) -> f64 {
        match &self.core.law {
            Searched::Mixture(m) if (m.origin, m.unit) != (self.origin, self.unit) => {
                self.origin + self.unit * ((own - m.origin) / m.unit)
            }
            _ => own,
        }
    }

    #[inline(always)]
    fn value(&self, y: f64) -> f64 {
        self.origin + self.unit * self.link.value(y)
    }
}

impl FromNormal for Tabulated {
    #[inline(always)]
    fn at(&self, z: f64) -> f64 {
        self.value(self.core.at(z))
    }
}

impl Tabulated {
    /// The values at a row of normal quantiles, in their place.
    #[inline(always)]
    fn row(&self, z: &mut Row) {
        let mut y = [0.0; LANES];
        let mut found = true;
        for l in 0..LANES {
            y[l] = self.core.table.at(z[l]);
            found &= !y[l].is_nan() & (z[l].abs() <= REACH);
        }
        if !found {
            for l in 0..LANES {
                y[l] = self.core.at(z[l]);
            }
        }
        match self.link {
            Link::Identity => {
                for l in 0..LANES {
                    z[l] = self.origin + self.unit * y[l];
                }
            }
            Link::Exp => {
                for l in 0..LANES {
                    z[l] = self.origin + self.unit * Link::Exp.value(y[l]);
                }
            }
            Link::Logistic => {
                for l in 0..LANES {
                    z[l] = self.origin + self.unit * Link::Logistic.value(y[l]);
                }
            }
        }
    }
}

impl Law for Tabulated {
    #[inline(always)]
    fn quantile(&self, u: f64) -> f64 {
        self.at_uniform(u)
    }
    #[inline(always)]
    fn quantile_rows(&self, u: &[Row], out: &mut [Row]) {
        normal_quantile_rows(u, out);
        for out in out {
            self.row(out);
        }
    }
    fn cdf(&self, x: f64) -> f64 {
        match &self.core.law {
            Searched::Beta(law) => law.tails_at_logit(logit(clamp(x, 0.0, 1.0))).0,
            Searched::Gamma(shape) => gamma_tails_at_ln(*shape, ln(max(self.own(x), 0.0))).0,
            Searched::Mixture(mixture) => mixture.cdf(self.own(x)),
        }
    }
    fn survival(&self, x: f64) -> f64 {
        match &self.core.law {
            Searched::Beta(law) => law.tails_at_logit(logit(clamp(x, 0.0, 1.0))).1,
            Searched::Gamma(shape) => gamma_tails_at_ln(*shape, ln(max(self.own(x), 0.0))).1,
            Searched::Mixture(mixture) => mixture.survival(self.own(x)),
        }
    }
    fn upper(&self, q: f64) -> f64 {
        self.at(-normal_quantile(q))
    }
    fn mean(&self) -> f64 {
        match &self.core.law {
            Searched::Beta(law) => {
                let (a, b) = law.shapes();
                a / (a + b)
            }
            Searched::Gamma(shape) => self.unit * shape,
            Searched::Mixture(m) => self.placed(m.mean()),
        }
    }
    fn variance(&self) -> f64 {
        match &self.core.law {
            Searched::Beta(law) => {
                let (a, b) = law.shapes();
                let sum = a + b;
                // Var = α β/((α+β)² (α+β+1))
                (a / sum) * (b / sum) / (sum + 1.0)
            }
            Searched::Gamma(shape) => self.unit * self.unit * shape,
            Searched::Mixture(m) => m.variance() * (self.unit / m.unit) * (self.unit / m.unit),
        }
    }
    fn support(&self) -> Range {
        match &self.core.law {
            Searched::Beta(_) => Range { low: 0.0, high: 1.0 },
            Searched::Gamma(_) => Range { low: 0.0, high: f64::INFINITY },
            Searched::Mixture(m) => {
                let Range { low, high } = m.support();
                Range { low: self.placed(low), high: self.placed(high) }
            }
        }
    }
    fn central(&self) -> f64 {
        self.central
    }
}
