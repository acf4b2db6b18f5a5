//! One input at a time: what each does by itself.

use crate::engine::{Plan, Series};
use crate::ensemble::{Ensemble, Outcome, Report};
use crate::error::{Error, argument, nearest};
use crate::maths::{max, min};
use crate::sampling::design::Design;
use std::collections::BTreeMap;

/// A reported number that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The policy.
    pub policy: String,
    /// Whether its difference to the reference policy is meant.
    pub difference: bool,
    /// The name of an observed variable.
    pub name: String,
    /// The labels of the element, one per dimension.
    pub labels: Vec<String>,
    /// The year.
    pub year: i32,
}

impl Chosen {
    /// A variable under a policy.
    #[must_use]
    pub fn new(policy: &str, name: &str, labels: &[&str], year: i32) -> Self {
        let labels = labels.iter().map(|&label| label.to_owned()).collect();
        Self { policy: policy.into(), difference: false, name: name.into(), labels, year }
    }

    /// Its difference to the reference policy.
    #[must_use]
    pub fn difference(mut self) -> Self {
        self.difference = true;
        self
    }

    /// Its series among all that a plan reports.
    fn find<'a>(&self, series: &[&'a Series]) -> Result<&'a Series, Error> {
        let unknown = |what: &str, name: &str, known: &mut dyn Iterator<Item = &'a str>| {
            let fix = match nearest(name, known) {
                Some(near) => format!("write `{near}`"),
                None => "use a name of the plan".to_owned(),
            };
            argument(format!("unknown {what}"), &self.name, name, format!("a {what} reported"), fix)
        };
        let named: Vec<&&Series> = series.iter().filter(|s| s.name == self.name).collect();
        if named.is_empty() {
            let mut names = series.iter().map(|s| s.name.as_str());
            return Err(unknown("observed variable", &self.name, &mut names));
        }
        let of: Vec<_> = named.iter().filter(|s| s.policy == self.policy).collect();
        if of.is_empty() {
            let mut names = named.iter().map(|s| s.policy.as_str());
            return Err(unknown("policy", &self.policy, &mut names));
        }
        let Some(found) = of.into_iter().find(|s| s.versus.is_some() == self.difference) else {
            let message = "the variable is not compared with the reference policy";
            let (found, fix) = (&self.policy, "choose another policy or variable");
            return Err(argument(message, &self.name, found, "a policy compared", fix));
        };
        if !found.labels.contains(&self.labels) {
            let label = self.labels.join(", ");
            let all: Vec<String> = found.labels.iter().map(|l| l.join(", ")).collect();
            let fix = match nearest(&label, all.iter().map(String::as_str)) {
                Some(near) if !near.is_empty() => format!("write `{near}`"),
                _ => "give one label for each dimension, in order".to_owned(),
            };
            let allowed = format!("labels of {}", found.dimensions.join(", "));
            return Err(argument("unknown element", &self.name, label, allowed, fix));
        }
        Ok(found)
    }

    fn is_of(&self, report: &Report) -> bool {
        let s = report.series();
        s.policy == self.policy && s.name == self.name && s.versus.is_some() == self.difference
    }
}

/// What one input does by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The stream of the input.
    pub input: String,
    /// The number with the input at its low quantile.
    pub at_low: f64,
    /// The number with the input at its high quantile.
    pub at_high: f64,
    /// The range of the two and the central case.
    pub swing: f64,
}

/// What every input does to a number by itself, all others at their central
/// values.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// The number.
    pub chosen: Chosen,
    /// Its unit.
    pub unit: String,
    /// The number in the central case.
    pub central: f64,
    /// The probabilities of the low and the high quantile.
    pub levels: [f64; 2],
    /// The inputs, the largest swing first; equal ones as declared.
    pub bars: Vec<Bar>,
}

/// Sets each static input in turn to its low and high quantile, with these
/// probabilities, all others at their central values and noise zero, and tells
/// what that does to the chosen numbers. Inputs that share a stream move
/// together. One run serves all numbers: two draws per input.
///
/// A tornado shows nothing of what inputs do together; for that all have to vary
/// ([`prcc`](super::prcc())).
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if nothing is chosen, a
/// policy, variable, element or year is not reported, or the probabilities are
/// not two ascending ones above 0 and below 1;
/// [`ErrorKind::Run`](crate::ErrorKind::Run) as of every run.
///
/// # Examples
/// ```
/// use blackmass::analysis::{Chosen, tornado};
/// use blackmass::{Plan, System, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2021);
/// let range = |low, high| Distribution::uniform(Range { low, high });
/// b.parameter("rate", &[], range(0.4, 0.6)?).parameter("loss", &[], range(0.0, 20.0)?);
/// b.variable("left", var("rate") * 100.0 - var("loss")).observe("left", "t/yr");
/// let plan = Plan::compile(&b.build()?)?;
/// let chosen = Chosen::new("baseline", "left", &[], 2021);
/// let found = &tornado(&plan, &[chosen], [0.1, 0.9])?[0];
/// assert_eq!((found.central, found.bars.len()), (40.0, 2));
/// let loss = found.bars.iter().find(|bar| bar.input == "loss").unwrap();
/// assert!((loss.at_low - 48.0).abs() < 1e-9 && (loss.at_high - 32.0).abs() < 1e-9);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn tornado(plan: &Plan, chosen: &[Chosen], levels: [f64; 2]) -> Result<Vec<Tornado>, Error> {
    let [low, high] = levels;
    if !(low > 0.0 && low < high && high < 1.0) {
        let (found, fix) = (format!("{low} and {high}"), "0.05 and 0.95 are a good start");
        let allowed = "ascending, above 0 and below 1";
        return Err(argument("the levels are no probabilities", "levels", found, allowed, fix));
    }
    if chosen.is_empty() {
        let fix = "choose a number that the plan reports";
        return Err(argument("nothing is asked about", "chosen", "nothing", "a number", fix));
    }
    let series: Vec<&Series> = plan.series().collect();
    let mut units = Vec::with_capacity(chosen.len());
    let mut years: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for c in chosen {
        units.push(c.find(&series)?.unit.clone());
        years.entry(&c.name).or_default().push(c.year);
    }
    let mut run = Ensemble::new(plan).design(Design::OneAtATime { low, high, streams: Vec::new() });
    for (name, years) in years {
        run = run.keep_years(name, &years);
    }
    let outcome = run.run()?;
    let of = |(c, unit): (&Chosen, String)| read(&outcome, c, unit, levels);
    chosen.iter().zip(units).map(of).collect()
}

fn read(outcome: &Outcome, c: &Chosen, unit: String, levels: [f64; 2]) -> Result<Tornado, Error> {
    let found = outcome.reports().iter().find(|r| c.is_of(r)).and_then(|report| {
        let element = report.series().labels.iter().position(|l| *l == c.labels)?;
        let central = report.summary(element, c.year)?.central;
        Some((central, outcome.draws_of(report, element, c.year)?))
    });
    let Some((central, draws)) = found else {
        let years = outcome.years();
        let (found, allowed) =
            (c.year.to_string(), format!("{} to {}", years.start(), years.end()));
        return Err(argument(
            "the year is not reported",
            &c.name,
            found,
            allowed,
            "choose another",
        ));
    };
    let inputs = outcome.design().streams().iter();
    let mut bars: Vec<Bar> = inputs
        .zip(draws.chunks(2))
        .map(|(input, ends)| {
            let (at_low, at_high) = (ends[0], ends[1]);
            let swing = swing(central, at_low, at_high);
            Bar { input: input.clone(), at_low, at_high, swing }
        })
        .collect();
    bars.sort_by(|a, b| b.swing.total_cmp(&a.swing));
    Ok(Tornado { chosen: c.clone(), unit, central, levels, bars })
}

/// How far an input moves a number: the range of the three.
pub(super) fn swing(central: f64, low: f64, high: f64) -> f64 {
    // (E53)
    max(central, max(low, high)) - min(central, min(low, high))
}
