//! The formulas of every lifetime law, for ages of 0 and more.

use super::mixture::Mixture;
use super::table::{DiscreteHazard, Table};
use crate::maths::{
    clamp, exp, exp_m1, gamma, ln, ln_1p, ln_gamma, logistic, logit, max, normal_cdf,
    normal_quantile, pow, regularised_incomplete_gamma_upper, sin_cos,
};
use std::f64::consts::PI;

/// The law behind a [`LifetimeLaw`](super::LifetimeLaw). Times in years.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Fixed(f64),
    Exponential {
        mean: f64,
    },
    /// S(x) = Φ((μ−x)/σ)/`kept`, `kept` being 1 or, if truncated, Φ(μ/σ).
    Normal {
        mean: f64,
        std: f64,
        kept: f64,
    },
    /// The absolute value of a normal variable.
    FoldedNormal {
        mean: f64,
        std: f64,
    },
    LogNormal {
        median: f64,
        sigma: f64,
    },
    Weibull {
        scale: f64,
        shape: f64,
    },
    Gamma {
        scale: f64,
        shape: f64,
    },
    /// S(x) = 1/(1 + e^((x−μ)/s))/`kept`, likewise.
    Logistic {
        mean: f64,
        scale: f64,
        kept: f64,
    },
    LogLogistic {
        median: f64,
        shape: f64,
    },
    Gompertz {
        hazard: f64,
        growth: f64,
    },
    Table(Table),
    DiscreteHazard(DiscreteHazard),
    Mixture(Mixture),
}

impl Kind {
    pub(super) fn survival(&self, x: f64) -> f64 {
        match self {
            Self::Fixed(age) => f64::from(u8::from(x < *age)),
            Self::Exponential { mean } => exp(-x / mean),
            Self::Normal { mean, std, kept } => normal_cdf((mean - x) / std) / kept,
            // P(|T| > x) = Φ((μ−x)/σ) + Φ(−(μ+x)/σ)
            Self::FoldedNormal { mean, std } => {
                normal_cdf((mean - x) / std) + normal_cdf(-(mean + x) / std)
            }
            Self::LogNormal { median, sigma } if x > 0.0 => normal_cdf(ln(median / x) / sigma),
            // S(x) = exp(−(x/λ)ᵏ)
            Self::Weibull { scale, shape } if x > 0.0 => exp(-pow(ratio(x, *scale), *shape)),
            Self::Gamma { scale, shape } => regularised_incomplete_gamma_upper(*shape, x / scale),
            Self::Logistic { mean, scale, kept } => logistic((mean - x) / scale) / kept,
            // S(x) = 1/(1 + (x/m)ᵝ)
            Self::LogLogistic { median, shape } if x > 0.0 => logistic(shape * ln(median / x)),
            // S(x) = exp(−(h/g)·(e^(g x) − 1))
            Self::Gompertz { hazard, growth } => exp(-hazard / growth * exp_m1(growth * x)),
            Self::LogNormal { .. } | Self::Weibull { .. } | Self::LogLogistic { .. } => {
                if x.is_nan() { x } else { 1.0 }
            }
            Self::Table(table) => table.survival(x),
            Self::DiscreteHazard(hazards) => hazards.survival(x),
            Self::Mixture(mixture) => mixture.survival(x),
        }
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        match self {
            Self::Fixed(_) => 0.0,
            Self::Exponential { mean } => exp(-x / mean) / mean,
            Self::Normal { mean, std, kept } => bell((x - mean) / std) / (std * kept),
            Self::FoldedNormal { mean, std } => {
                (bell((x - mean) / std) + bell((x + mean) / std)) / std
            }
            Self::LogNormal { median, sigma } => {
                if x > 0.0 && x < f64::INFINITY {
                    bell(ln(x / median) / sigma) / (sigma * x)
                } else {
                    0.0
                }
            }
            Self::Gamma { scale, shape } => {
                // (x/θ)^(k−1) e^(−x/θ)/(θ Γ(k))
                let y = ratio(x, *scale);
                if y > 0.0 {
                    exp((shape - 1.0) * ln(y) - y - ln_gamma(*shape)) / scale
                } else {
                    at_zero(*shape, 1.0 / scale)
                }
            }
            Self::Table(table) => table.density(x),
            Self::DiscreteHazard(hazards) => hazards.density(x),
            Self::Mixture(mixture) => mixture.density(x),
            Self::Weibull { .. }
            | Self::Logistic { .. }
            | Self::LogLogistic { .. }
            | Self::Gompertz { .. } => {
                let survival = self.survival(x);
                if survival > 0.0 { self.hazard(x) * survival } else { 0.0 }
            }
        }
    }

    pub(super) fn hazard(&self, x: f64) -> f64 {
        match self {
            Self::Exponential { mean } => 1.0 / mean,
            // (k/λ)(x/λ)^(k−1)
            Self::Weibull { scale, shape } => {
                if x > 0.0 {
                    shape / scale * pow(ratio(x, *scale), shape - 1.0)
                } else {
                    at_zero(*shape, shape / scale)
                }
            }
            // F(x)/s of the parent
            Self::Logistic { mean, scale, .. } => logistic((x - mean) / scale) / scale,
            // (β/x)·F(x)
            Self::LogLogistic { median, shape } => {
                if x > 0.0 {
                    shape / x * logistic(shape * ln(x / median))
                } else {
                    at_zero(*shape, 1.0 / median)
                }
            }
            Self::Gompertz { hazard, growth } => hazard * exp(growth * x),
            _ => {
                let survival = self.survival(x);
                if survival == 0.0 { f64::INFINITY } else { self.density(x) / survival }
            }
        }
    }

    pub(super) fn mean(&self) -> f64 {
        match self {
            Self::Fixed(age) => *age,
            Self::Exponential { mean } => *mean,
            // ∫₀^∞ Φ((μ−x)/σ) dx = μ Φ(μ/σ) + σ φ(μ/σ)
            Self::Normal { mean, std, kept } => {
                let z = mean / std;
                (mean * normal_cdf(z) + std * bell(z)) / kept
            }
            // σ √(2/π) e^(−μ²/2σ²) + μ (1 − 2Φ(−μ/σ))
            Self::FoldedNormal { mean, std } => {
                let z = mean / std;
                2.0 * std * bell(z) + mean * (1.0 - 2.0 * normal_cdf(-z))
            }
            Self::LogNormal { median, sigma } => median * exp(0.5 * sigma * sigma),
            Self::Weibull { scale, shape } => scale * gamma(1.0 + 1.0 / shape),
            Self::Gamma { scale, shape } => scale * shape,
            // ∫₀^∞ dx/(1 + e^((x−μ)/s)) = s ln(1 + e^(μ/s)) = μ + s ln(1 + e^(−μ/s))
            Self::Logistic { mean, scale, kept } => {
                (mean + scale * ln_1p(exp(-mean / scale))) / kept
            }
            // m (π/β)/sin(π/β), β > 1
            Self::LogLogistic { median, shape } => {
                let angle = PI / shape;
                median * angle / sin_cos(angle).0
            }
            // S = e^(−45) at ln(1 + 45 g/h)/g
            Self::Gompertz { hazard, growth } => {
                let end = ln_1p(45.0 * growth / hazard) / growth;
                integral(|x| self.survival(x), end)
            }
            Self::Table(table) => table.mean(),
            Self::DiscreteHazard(hazards) => hazards.mean(),
            Self::Mixture(mixture) => mixture.mean(),
        }
    }

    pub(super) fn quantile(&self, p: f64) -> f64 {
        let age = match self {
            Self::Fixed(age) => *age,
            Self::Exponential { mean } => -mean * ln_1p(-p),
            Self::Normal { mean, std, kept } => mean - std * normal_quantile((1.0 - p) * kept),
            Self::LogNormal { median, sigma } => median * exp(sigma * normal_quantile(p)),
            Self::Weibull { scale, shape } => scale * pow(-ln_1p(-p), 1.0 / shape),
            Self::Logistic { mean, scale, kept } => mean - scale * logit((1.0 - p) * kept),
            Self::LogLogistic { median, shape } => median * exp(logit(p) / shape),
            Self::Gompertz { hazard, growth } => ln_1p(-ln_1p(-p) * growth / hazard) / growth,
            Self::Table(table) => table.quantile(p),
            Self::FoldedNormal { .. }
            | Self::Gamma { .. }
            | Self::DiscreteHazard(_)
            | Self::Mixture(_) => inverted(|x| self.survival(x), p, self.mean()),
        };
        if age > 0.0 { age } else { max(0.0, age) }
    }
}

/// x/y, at most the largest number.
fn ratio(x: f64, y: f64) -> f64 {
    crate::maths::min(x / y, f64::MAX)
}

/// The standard normal density; 0 beyond 100.
fn bell(z: f64) -> f64 {
    crate::maths::normal_density(clamp(z, -100.0, 100.0))
}

/// The value of c·xᵏ⁻¹ at 0.
fn at_zero(shape: f64, c: f64) -> f64 {
    if shape > 1.0 {
        0.0
    } else if shape == 1.0 {
        c
    } else {
        f64::INFINITY
    }
}

/// The smallest x with S(x) ≤ 1 − p, by bisection, starting from a typical age.
pub(super) fn inverted(survival: impl Fn(f64) -> f64, p: f64, typical: f64) -> f64 {
    let left = 1.0 - p;
    if p <= 0.0 || survival(0.0) <= left {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, typical);
    while survival(high) > left {
        low = high;
        high *= 2.0;
        if high == f64::INFINITY {
            return high;
        }
    }
    loop {
        let middle = low + 0.5 * (high - low);
        if middle <= low || middle >= high {
            return high;
        }
        if survival(middle) > left {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// ∫₀^end f dx, by the four-point Gauss–Legendre rule (NIST Digital Library of
/// Mathematical Functions, 3.5) on equal panels.
fn integral(f: impl Fn(f64) -> f64, end: f64) -> f64 {
    const PANELS: u32 = 1024;
    const RULE: [(f64, f64); 2] = [
        (0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
        (0.861_136_311_594_052_6, 0.347_854_845_137_453_85),
    ];
    let half = 0.5 * end / f64::from(PANELS);
    let mut sum = 0.0;
    for panel in 0..PANELS {
        let centre = half * (2.0 * f64::from(panel) + 1.0);
        for (node, weight) in RULE {
            sum += weight * (f(centre - node * half) + f(centre + node * half));
        }
    }
    sum * half
}
