//! Laws whose quantile is found by search: beta, gamma, mixture.

use super::distribution::Distribution;
use super::parameters::Range;
use crate::maths::{BetaLaw, clamp, exp, gamma_tails_at_ln, ln, logistic, logit, max};

/// A law over a coordinate y in which its quantile is smooth.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Searched {
    /// On 0 to 1; y is the logit.
    Beta(BetaLaw),
    /// With scale 1, by its shape; y is the logarithm.
    Gamma(f64),
    Mixture(Mixture),
}

/// What the coordinate y says about the value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Link {
    /// x = y
    Identity,
    /// x = eʸ
    Exp,
    /// x = 1/(1 + e⁻ʸ)
    Logistic,
}

impl Link {
    /// The value at the coordinate.
    #[inline(always)]
    pub(super) fn value(self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::Exp => exp(y),
            Self::Logistic => logistic(y),
        }
    }

    /// dx/dy.
    fn slope(self, y: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Exp => exp(y),
            Self::Logistic => logistic(y) * logistic(-y),
        }
    }
}

/// Laws that hold with given probabilities.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mixture {
    /// Probabilities that sum to one, with their laws.
    pub(super) parts: Vec<(f64, Distribution)>,
    pub(super) link: Link,
    /// The value is `origin` + `unit` · link(y).
    pub(super) origin: f64,
    pub(super) unit: f64,
    /// The size of a typical value.
    typical: f64,
}

impl Mixture {
    /// The mixture of laws whose supports are not all one point.
    pub(super) fn new(parts: Vec<(f64, Distribution)>) -> Self {
        let Range { low, high } = support(&parts);
        let overflow = high.is_finite() && !(high - low).is_finite();
        let (link, origin, unit) = if !low.is_finite() || overflow {
            (Link::Identity, 0.0, 1.0)
        } else if high.is_finite() {
            (Link::Logistic, low, high - low)
        } else {
            (Link::Exp, low, 1.0)
        };
        // without a lower end of 0 or more values near 0 are nothing special
        let spread = |d: &Distribution| (d.quantile(0.84) - d.quantile(0.16)).abs();
        let widest = parts.iter().fold(0.0, |w, (_, d)| max(w, spread(d)));
        let typical = if low >= 0.0 { 0.0 } else { widest };
        Self { parts, link, origin, unit, typical }
    }

    fn value(&self, y: f64) -> f64 {
        self.origin + self.unit * self.link.value(y)
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        clamp(self.parts.iter().map(|(w, d)| w * d.cdf(x)).sum(), 0.0, 1.0)
    }

    pub(super) fn survival(&self, x: f64) -> f64 {
        clamp(self.parts.iter().map(|(w, d)| w * d.survival(x)).sum(), 0.0, 1.0)
    }

    pub(super) fn mean(&self) -> f64 {
        self.parts.iter().map(|(w, d)| w * d.mean()).sum()
    }

    /// Σ w (Var + (E - mean)²).
    pub(super) fn variance(&self) -> f64 {
        let mean = self.mean();
        let square = |d: &Distribution| (d.mean() - mean) * (d.mean() - mean);
        self.parts.iter().map(|(w, d)| w * (d.variance() + square(d))).sum()
    }

    pub(super) fn support(&self) -> Range {
        support(&self.parts)
    }
}

fn support(parts: &[(f64, Distribution)]) -> Range {
    let none = Range { low: f64::INFINITY, high: f64::NEG_INFINITY };
    parts.iter().map(|(_, d)| d.support()).fold(none, |all, one| Range {
        low: if one.low < all.low { one.low } else { all.low },
        high: if one.high > all.high { one.high } else { all.high },
    })
}

impl Searched {
    pub(super) fn link(&self) -> Link {
        match self {
            Self::Beta(_) => Link::Logistic,
            Self::Gamma(_) => Link::Exp,
            Self::Mixture(mixture) => mixture.link,
        }
    }

    /// The probabilities below and above `y`, each relatively exact where it is
    /// small.
    pub(super) fn tails(&self, y: f64) -> (f64, f64) {
        match self {
            Self::Beta(law) => law.tails_at_logit(y),
            Self::Gamma(shape) => gamma_tails_at_ln(*shape, y),
            Self::Mixture(mixture) => {
                let x = mixture.value(y);
                (mixture.cdf(x), mixture.survival(x))
            }
        }
    }

    /// A y to begin with and the range to search.
    pub(super) fn start(&self) -> (f64, Range) {
        let whole = Range { low: f64::NEG_INFINITY, high: f64::INFINITY };
        match self {
            Self::Beta(law) => {
                let (a, b) = law.shapes();
                (ln(a / b), whole)
            }
            Self::Gamma(shape) => (ln(*shape), whole),
            Self::Mixture(mixture) => {
                let middle = mixture.parts.first().map_or(0.0, |(_, d)| d.quantile(0.5));
                let base = (middle - mixture.origin) / mixture.unit;
                // beyond these values of y nothing changes any more
                match mixture.link {
                    Link::Identity => (base, whole),
                    Link::Exp => (ln(max(base, 1e-300)), Range { low: -720.0, high: 709.0 }),
                    Link::Logistic => {
                        (logit(clamp(base, 1e-300, 0.999)), Range { low: -720.0, high: 40.0 })
                    }
                }
            }
        }
    }

    /// The error of y that may stay.
    pub(super) fn tolerance(&self, y: f64) -> f64 {
        const SMALL: f64 = 1e-11;
        match self {
            Self::Beta(_) | Self::Gamma(_) => SMALL,
            Self::Mixture(mixture) => {
                // 1e-11 of x or of the distance from the origin, but not
                // finer than the rounding of x
                let (x, slope) = (mixture.value(y), mixture.unit * mixture.link.slope(y));
                let rounding = 4.0 * f64::EPSILON * x.abs() / slope;
                match mixture.link {
                    Link::Identity => SMALL * max(x.abs(), mixture.typical),
                    _ => max(rounding, SMALL),
                }
            }
        }
    }
}
