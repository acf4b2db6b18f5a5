//! Stockpiles.

use super::Expr;

/// A stockpile, released where something falls short and refilled where it
/// does not.
///
/// ```text
/// release(t) = min(S(t−1), shortfall(t))
/// refill(t)  = 0                                          where shortfall(t) > 0
///            = min(max(0, target(t) − S(t−1)), rate(t))   elsewhere
/// S(t)       = S(t−1) − release(t) + refill(t),           S = 0 before the first step
/// ```
///
/// Offers `<name>.stock` (at the end of the step), `<name>.release` and
/// `<name>.refill`, over all dimensions of the inputs, in their unit (the two
/// flows per step). A negative shortfall or rate counts as zero. A target that
/// falls releases nothing; where what is refilled comes from is left to the
/// system.
///
/// # Examples
/// A stockpile of 10 t, filled by 4 t a year, meets a year's shortfall of 7 t:
/// ```
/// use blackmass::system::{Values, var};
/// use blackmass::{Ensemble, Plan, Stockpile, System};
///
/// let mut b = System::builder("reserve", 2030..=2033);
/// b.constant("shortfall", &[], Values::PerYear(vec![0.0, 0.0, 7.0, 0.0]));
/// b.stockpile(Stockpile {
///     name: "reserve".into(),
///     shortfall: var("shortfall"),
///     target: 10.0.into(),
///     rate: 4.0.into(),
/// });
/// b.observe("reserve.stock", "t").observe("reserve.release", "t/yr");
/// let plan = Plan::compile(&b.build()?)?;
/// let outcome = Ensemble::new(&plan).draws(1).run()?;
/// let of = |name: &str| -> Vec<f64> {
///     let report = outcome.report("baseline", name).expect("reported");
///     outcome.years().map(|year| report.summary(0, year).expect("a year").central).collect()
/// };
/// assert_eq!(of("reserve.stock"), [4.0, 8.0, 1.0, 5.0]);
/// assert_eq!(of("reserve.release"), [0.0, 0.0, 7.0, 0.0]);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stockpile {
    /// The name, prefix of the outputs.
    pub name: String,
    /// What falls short in each step.
    pub shortfall: Expr,
    /// How much it is meant to hold.
    pub target: Expr,
    /// The most it is refilled by per step.
    pub rate: Expr,
}
