//! Partial rank correlations of a reported series, year by year.

use super::{Partial, Prcc, PrccSettings, prcc};
use crate::ensemble::{Outcome, Report};
use crate::error::{Error, argument};
use crate::sampling::design::SampleTable;

/// Partial rank correlations of an element of a series in every year kept.
#[derive(Clone, Debug, PartialEq)]
pub struct PrccByYear {
    years: Vec<i32>,
    prcc: Prcc,
}

impl PrccByYear {
    /// The years, ascending; only the first for a series that does not vary in
    /// time.
    #[must_use]
    pub fn years(&self) -> &[i32] {
        &self.years
    }

    /// All of it; the outputs are the [`years`](Self::years).
    #[must_use]
    pub fn all(&self) -> &Prcc {
        &self.prcc
    }

    /// The inputs in a year, the strongest first; nothing if the year was not
    /// kept or the series does not vary in it.
    #[must_use]
    pub fn strongest(&self, year: i32) -> Vec<(&str, Partial)> {
        let at = self.years.binary_search(&year).ok();
        at.map_or(Vec::new(), |at| self.prcc.strongest(at))
    }
}

/// [`prcc`] of an element of a reported series (its position in
/// `series().labels`) with all static inputs of a run, in every year of which
/// the draws were kept. `samples` are those of the same run:
/// [`Ensemble::samples`](crate::Ensemble::samples). White noise is not among
/// them; what it does to the series remains unexplained.
///
/// # Errors
/// As for [`prcc`]; [`ErrorKind::Argument`](crate::ErrorKind::Argument) if no
/// draws of the element were kept, or the draws were not random.
///
/// # Examples
/// ```
/// use blackmass::analysis::{PrccSettings, prcc_by_year};
/// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2022);
/// let range = |low, high| Distribution::uniform(Range { low, high });
/// b.parameter("rate", &[], range(0.4, 0.6)?).parameter("scrap", &[], range(90.0, 95.0)?);
/// b.variable("collected", (var("rate") * var("scrap")).cumulative()).observe("collected", "t");
/// let plan = Plan::compile(&b.build()?)?;
/// let run = Ensemble::new(&plan).draws(1_000).keep("collected");
/// let outcome = run.run()?;
/// let collected = outcome.report("baseline", "collected").unwrap();
/// let settings = PrccSettings::default();
/// let found = prcc_by_year(&run.samples()?, &outcome, collected, 0, &settings)?;
/// let [(first, rate), (second, scrap)] = found.strongest(2022)[..] else { unreachable!() };
/// assert_eq!((first, second), ("rate", "scrap"));
/// assert!(rate.low > 0.99 && scrap.low > 0.9);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn prcc_by_year(
    samples: &SampleTable,
    outcome: &Outcome,
    report: &Report,
    element: usize,
    settings: &PrccSettings,
) -> Result<PrccByYear, Error> {
    let name = &report.series().name;
    if !outcome.design().is_random() {
        let fix = "use Monte Carlo draws; for one at a time there is `tornado`";
        let found = outcome.design().name();
        return Err(argument("the draws are no random sample", name, found, "random draws", fix));
    }
    let (mut years, mut outputs) = (Vec::new(), Vec::new());
    let last = if report.is_timed() { *outcome.years().end() } else { *outcome.years().start() };
    for year in *outcome.years().start()..=last {
        if let Some(draws) = outcome.draws_of(report, element, year) {
            years.push(year);
            outputs.push(draws);
        }
    }
    if outputs.is_empty() {
        let fix = "keep the variable with `Ensemble::keep`, and give the position of an element";
        let found = format!("element {element}");
        return Err(argument("no draws of the element were kept", name, found, "draws", fix));
    }
    let inputs: Vec<(&str, &[f64])> =
        samples.columns().map(|(name, values)| (name, &values[..])).collect();
    Ok(PrccByYear { years, prcc: prcc(&inputs, &outputs, settings)? })
}
