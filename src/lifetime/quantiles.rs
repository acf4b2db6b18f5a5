//! Lifetime laws through two known points.

use super::constructors::falling_root;
use super::laws::{Kind, inverted};
use super::parameters::{HazardGrowth, MedianShape, TwoQuantiles};
use super::survival::LifetimeLaw;
use crate::error::{Error, argument};
use crate::maths::{
    exp, exp_m1, ln, ln_1p, logit, normal_quantile, regularised_incomplete_gamma_upper,
};
use crate::uncertainty::{MeanStd, ScaleShape};

/// √3/π: the scale of a logistic law with standard deviation one.
const LOGISTIC_SCALE: f64 = 0.551_328_895_421_792_1;

/// Ages and shares gone: x₁ < x₂, p₁ < p₂.
struct Points {
    x: [f64; 2],
    p: [f64; 2],
}

impl Points {
    fn of(q: TwoQuantiles) -> Result<Self, Error> {
        let (x, p) = ([q.early.age, q.late.age], [q.early.gone, q.late.gone]);
        for (i, name) in ["early", "late"].into_iter().enumerate() {
            if !(p[i] > 0.0 && p[i] < 1.0) {
                return Err(argument(
                    "two quantiles: a share is out of bounds",
                    format!("{name}.gone"),
                    format!("{}", p[i]),
                    "between 0 and 1",
                    "write the share that has left by that age",
                ));
            }
            if !(x[i] > 0.0 && x[i].is_finite()) {
                return Err(argument(
                    "two quantiles: an age is out of bounds",
                    format!("{name}.age"),
                    format!("{}", x[i]),
                    "a finite age above 0",
                    "write the age in years",
                ));
            }
        }
        if x[0] >= x[1] || p[0] >= p[1] {
            return Err(argument(
                "two quantiles: the points are not in order",
                "late",
                format!("{} gone at {}, {} gone at {}", p[0], x[0], p[1], x[1]),
                "more gone at a higher age",
                "exchange the points",
            ));
        }
        Ok(Self { x, p })
    }

    /// Slope and intercept of the line through g(p) at f(x).
    fn line(&self, f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> (f64, f64) {
        let (f, g) = (self.x.map(f), self.p.map(g));
        let slope = (g[1] - g[0]) / (f[1] - f[0]);
        (slope, g[0] - slope * f[0])
    }
}

fn unreachable(law: &str, points: &Points, allowed: &str) -> Error {
    argument(
        format!("two quantiles: no {law} law passes through them"),
        "late",
        format!("ages {:?}, shares {:?}", points.x, points.p),
        allowed,
        "take another law, or move the points",
    )
}

impl LifetimeLaw {
    /// The Weibull law through two points.
    ///
    /// # Errors
    /// If the points are not in order.
    pub fn weibull_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        // ln(−ln(1 − p)) = k ln x − k ln λ
        let (shape, at_one) = Points::of(q)?.line(ln, |p| ln(-ln_1p(-p)));
        Self::weibull_from_scale_shape(ScaleShape { scale: exp(-at_one / shape), shape })
    }

    /// The lognormal law through two points.
    ///
    /// # Errors
    /// If the points are not in order.
    pub fn lognormal_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        // Φ⁻¹(p) = (ln x − ln m)/σ
        let points = Points::of(q)?;
        let (slope, at_one) = points.line(ln, normal_quantile);
        if !(slope > 0.0 && slope < 1e12) {
            return Err(unreachable("lognormal", &points, "points further apart"));
        }
        Self::of(Kind::LogNormal { median: exp(-at_one / slope), sigma: 1.0 / slope })
    }

    /// The log-logistic law through two points.
    ///
    /// # Errors
    /// If the points are not in order or need a shape of 1 or less.
    pub fn log_logistic_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        // logit p = β ln x − β ln m
        let (shape, at_one) = Points::of(q)?.line(ln, logit);
        Self::log_logistic_from_median_shape(MedianShape { median: exp(-at_one / shape), shape })
    }

    /// The untruncated normal law through two points.
    ///
    /// # Errors
    /// If the points are not in order or need a mean of 0 or less.
    pub fn normal_untruncated_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        let (slope, at_zero) = Points::of(q)?.line(|x| x, normal_quantile);
        let parameters = MeanStd { mean: -at_zero / slope, std: 1.0 / slope };
        Self::normal_untruncated_from_mean_std(parameters)
    }

    /// The untruncated logistic law through two points.
    ///
    /// # Errors
    /// If the points are not in order or need a mean of 0 or less.
    pub fn logistic_untruncated_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        let (slope, at_zero) = Points::of(q)?.line(|x| x, logit);
        let std = 1.0 / (slope * LOGISTIC_SCALE);
        Self::logistic_untruncated_from_mean_std(MeanStd { mean: -at_zero / slope, std })
    }

    /// The gamma law through two points.
    ///
    /// # Errors
    /// If the points are not in order or need a shape outside 0.02 to 1e5.
    pub fn gamma_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        let points = Points::of(q)?;
        let at = |shape: f64, p: f64| {
            inverted(|x| regularised_incomplete_gamma_upper(shape, x), p, shape)
        };
        // the ratio of two quantiles falls as the shape grows
        let aim = points.x[1] / points.x[0];
        let ratio = |shape: f64| at(shape, points.p[1]) / at(shape, points.p[0]) - aim;
        let shape = falling_root(|shape| if shape < 0.02 { 1.0 } else { ratio(shape) });
        if !(0.021..1e5).contains(&shape) {
            return Err(unreachable("gamma", &points, "points that a shape of 0.02 to 1e5 meets"));
        }
        let scale = points.x[0] / at(shape, points.p[0]);
        Self::gamma_from_scale_shape(ScaleShape { scale, shape })
    }

    /// The Gompertz law through two points.
    ///
    /// # Errors
    /// If the points are not in order, or the hazard between them would have
    /// to fall.
    pub fn gompertz_from_quantiles(q: TwoQuantiles) -> Result<Self, Error> {
        let points = Points::of(q)?;
        // −ln(1 − p) = (h/g)(e^(g x) − 1)
        let [y1, y2] = points.p.map(|p| -ln_1p(-p));
        let [x1, x2] = points.x;
        if y2 / y1 <= x2 / x1 * (1.0 + 1e-9) {
            return Err(unreachable("gompertz", &points, "points between which the hazard grows"));
        }
        // falling in the growth, here per early age: y₂/y₁ − (e^(g x₂) − 1)/(e^(g x₁) − 1)
        let gap = |g: f64| {
            if g * x2 / x1 > 700.0 { -1.0 } else { y2 / y1 - exp_m1(g * x2 / x1) / exp_m1(g) }
        };
        let (mut low, mut high) = (0.0, 700.0);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if gap(middle) > 0.0 { low = middle } else { high = middle }
        }
        let growth = 0.5 * (low + high) / x1;
        let hazard = y1 * growth / exp_m1(growth * x1);
        Self::gompertz_from_hazard_growth(HazardGrowth { hazard, growth })
    }
}
