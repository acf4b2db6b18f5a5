//! Prices of battery materials, fitted.
//!
//! Method: the logarithm of the annual average price x, regressed on that of the
//! year before, xₜ = c + a·xₜ₋₁ + eₜ by least squares over n pairs of years;
//! with s² = Σe²/(n − 2): κ = −ln a, ln L = c/(1 − a), σ = s·√(2κ/(1 − a²)).
//! Standard errors by the delta method: of κ as se(a)/a, relative to κ; of ln L
//! from the covariance of a and c; of σ relative 1/√(2(n − 2)). Prices are
//! nominal. With 14 to 23 pairs the reversion is poorly known, and least squares
//! overstates it; the priors say how little is known, they do not correct it.

use super::Schwartz;
use crate::dependence::Correlation;
use crate::error::Error;
use crate::maths::exp;
use crate::system::{Expr, SystemBuilder, var};
use crate::uncertainty::{Distribution, MedianGsd};

/// The price of a battery material, as a [`Schwartz`] process with uncertain
/// parameters.
///
/// | | years, pairs | L, USD/t (se of ln) | κ per year (se) | σ (se of ln) | source |
/// |---|---|---|---|---|---|
/// | lithium carbonate | 2009-2024, 15 | 11 540 (0.45) | 0.404 (0.299) | 0.690 (0.20) | Energy Institute 2024; 2024 from China's spot price |
/// | nickel | 2005-2025, 20 | 17 190 (0.15) | 0.525 (0.320) | 0.347 (0.17) | World Bank, Pink Sheet (CC BY 4.0) |
/// | cobalt | 2000-2023, 23 | 38 710 (0.15) | 0.822 (0.445) | 0.564 (0.15) | Energy Institute 2024 |
/// | flake graphite | 2009-2023, 14 | 724 (0.27) | 0.244 (0.236) | 0.235 (0.20) | Energy Institute 2024 |
///
/// Method: least squares of the logarithm of annual average prices on that of
/// the year before; standard errors by the delta method become lognormal priors
/// around the estimates. The Energy Institute's series (Statistical Review of
/// World Energy 2024) enter as fitted parameters only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Price {
    /// Lithium carbonate, USD per tonne of carbonate.
    Lithium,
    /// Nickel (London Metal Exchange), USD/t.
    Nickel,
    /// Cobalt metal, USD/t.
    Cobalt,
    /// Natural flake graphite, −194 mesh, free on board China, USD/t.
    Graphite,
}

/// Fitted parameters, with the standard errors of their logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// First and last year of the series.
    pub years: (i32, i32),
    /// L, the median in the long run, in USD/t, and its error.
    pub level: (f64, f64),
    /// κ, per year, and its error.
    pub reversion: (f64, f64),
    /// σ, per square root of a year, and its error.
    pub volatility: (f64, f64),
}

/// Correlations of annual changes of the logarithms, 2010 to 2023, 13 changes,
/// same sources: lithium, nickel, cobalt, graphite.
const CHANGES: [[f64; 4]; 4] = [
    [1.0, 0.39, 0.48, 0.44],
    [0.39, 1.0, 0.51, 0.68],
    [0.48, 0.51, 1.0, 0.49],
    [0.44, 0.68, 0.49, 1.0],
];
/// With 13 changes an estimate of 0.5 has a standard error of 0.2, more than the
/// estimates differ: they are moved half-way (a judgement) to this.
const COMMON: f64 = 0.4;

impl Price {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lithium, Self::Nickel, Self::Cobalt, Self::Graphite];

    /// The name of the variable: `world.price.nickel`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lithium => "world.price.lithium",
            Self::Nickel => "world.price.nickel",
            Self::Cobalt => "world.price.cobalt",
            Self::Graphite => "world.price.graphite",
        }
    }

    /// The name of its noise.
    fn noise(self) -> String {
        format!("{}.noise", self.name())
    }

    /// The material whose mass is priced, as scenarios name it.
    #[must_use]
    pub fn material(self) -> &'static str {
        match self {
            Self::Lithium => "lithium",
            Self::Nickel => "nickel",
            Self::Cobalt => "cobalt",
            Self::Graphite => "graphite",
        }
    }

    /// Tonnes of what is priced that hold a tonne of the material: 5.323 for
    /// lithium, priced as carbonate; 1 for the others.
    ///
    /// Standard atomic weights, IUPAC 2021 (abridged): Li 6.94, C 12.011,
    /// O 15.999.
    #[must_use]
    pub fn per_material(self) -> f64 {
        const LITHIUM: f64 = 6.94;
        match self {
            Self::Lithium => (2.0 * LITHIUM + 12.011 + 3.0 * 15.999) / (2.0 * LITHIUM),
            Self::Nickel | Self::Cobalt | Self::Graphite => 1.0,
        }
    }

    /// What was fitted.
    #[must_use]
    pub fn fit(self) -> Fit {
        match self {
            Self::Lithium => Fit {
                years: (2009, 2024),
                level: (11_540.0, 0.452),
                reversion: (0.404, 0.740),
                volatility: (0.690, 0.196),
            },
            Self::Nickel => Fit {
                years: (2005, 2025),
                level: (17_190.0, 0.150),
                reversion: (0.525, 0.610),
                volatility: (0.347, 0.167),
            },
            Self::Cobalt => Fit {
                years: (2000, 2023),
                level: (38_710.0, 0.147),
                reversion: (0.822, 0.541),
                volatility: (0.564, 0.154),
            },
            Self::Graphite => Fit {
                years: (2009, 2023),
                level: (724.0, 0.275),
                reversion: (0.244, 0.964),
                volatility: (0.235, 0.204),
            },
        }
    }

    /// The correlation of the innovations of two prices: half-way from the one
    /// observed to 0.4.
    #[must_use]
    pub fn correlation(self, other: Self) -> f64 {
        let observed = CHANGES[self as usize][other as usize];
        if self == other { 1.0 } else { (observed + COMMON) / 2.0 }
    }
}

impl SystemBuilder {
    /// Declares prices, each from its value in the first year (USD/t), with
    /// correlated innovations: the variables `world.price.lithium` and so on,
    /// over parameters `….level`, `….reversion` and `….volatility` and a noise
    /// `….noise`.
    ///
    /// # Examples
    /// ```
    /// use blackmass::process::Price;
    /// let mut b = blackmass::System::builder("prices", 2025..=2050);
    /// // 2025 average of the World Bank; 17 USD/lb, USGS estimate for 2024
    /// b.prices([(Price::Nickel, 15_162.0.into()), (Price::Cobalt, 37_500.0.into())]);
    /// b.observe("world.price.nickel", "USD/t");
    /// b.build()?;
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn prices(&mut self, prices: impl IntoIterator<Item = (Price, Expr)>) -> &mut Self {
        let mut named: Vec<Price> = Vec::new();
        for (price, start) in prices {
            match self.price_parameters(price, start, 1.0) {
                Ok(process) => {
                    self.variable(price.name(), process.path(var(price.noise())));
                }
                Err(error) => self.reject_all(&error),
            }
            named.push(price);
        }
        self.correlate_prices(&named)
    }

    /// As [`prices`](Self::prices), each from its value so many steps after the
    /// first year, with `scale` times the spread of parameters and noise.
    #[cfg(feature = "scenario")]
    pub(crate) fn prices_from(&mut self, prices: Vec<(Price, Expr, u32)>, scale: f64) {
        let named: Vec<Price> = prices.iter().map(|(price, ..)| *price).collect();
        for (price, start, steps) in prices {
            match self.price_parameters(price, start, scale) {
                Ok(process) => {
                    let noise = var(price.noise()) * scale;
                    self.variable(price.name(), process.path_from(steps, noise));
                }
                Err(error) => self.reject_all(&error),
            }
        }
        self.correlate_prices(&named);
    }

    fn correlate_prices(&mut self, named: &[Price]) -> &mut Self {
        if named.len() > 1 {
            let row = |a: &Price| named.iter().map(|b| a.correlation(*b)).collect();
            let matrix: Vec<Vec<f64>> = named.iter().map(row).collect();
            match Correlation::pearson(named.iter().map(|p| p.noise()), &matrix) {
                Ok(correlation) => {
                    self.correlate(correlation);
                }
                Err(error) => self.reject_all(&error),
            }
        }
        self
    }

    fn reject_all(&mut self, error: &Error) {
        for problem in error.diagnostics() {
            self.reject(problem.clone());
        }
    }

    /// The parameters and the noise of a price, and the process they make.
    fn price_parameters(
        &mut self,
        price: Price,
        start: Expr,
        scale: f64,
    ) -> Result<Schwartz, Error> {
        let of = |what| format!("{}.{what}", price.name());
        let prior = |(median, se): (f64, f64)| {
            let law = Distribution::lognormal_from_median_gsd(MedianGsd { median, gsd: exp(se) })?;
            if scale == 1.0 { Ok(law) } else { law.scaled(scale, None) }
        };
        let fit = price.fit();
        self.parameter(&of("level"), &[], prior(fit.level)?);
        self.parameter(&of("reversion"), &[], prior(fit.reversion)?);
        self.parameter(&of("volatility"), &[], prior(fit.volatility)?);
        self.noise(&price.noise(), &[]);
        Ok(Schwartz {
            start,
            level: var(of("level")),
            reversion: var(of("reversion")),
            volatility: var(of("volatility")),
        })
    }
}
