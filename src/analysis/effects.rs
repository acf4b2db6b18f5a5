//! What every input does to some results, year by year: by itself, and among
//! all others.

use super::prcc::{Partial, PrccSettings, prcc};
use super::tornado::swing;
use crate::ensemble::{Ensemble, Outcome, Report};
use crate::error::{Error, argument};
use std::collections::HashMap;

/// An element of an observed variable under a policy, in all reported years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The policy.
    pub policy: String,
    /// The name of the variable.
    pub name: String,
    /// The labels of the element, one per dimension.
    pub labels: Vec<String>,
}

impl Output {
    /// Its name as one word: `eu.recovered[lithium]`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.labels.is_empty() {
            true => self.name.clone(),
            false => format!("{}[{}]", self.name, self.labels.join(",")),
        }
    }

    /// Its report in an outcome, and the position of the element.
    fn find<'a>(&self, outcome: &'a Outcome) -> Result<(&'a Report, usize), Error> {
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        let report = outcome.report(&self.policy, &self.name);
        report.and_then(|report| Some((report, report.element(&labels)?))).ok_or_else(|| {
            let found = format!("{}, policy {}", self.title(), self.policy);
            let allowed = "an element of a variable that is reported";
            argument("there is no such result", &self.name, found, allowed, "check the names")
        })
    }
}

/// What one input does to a result. All lists have a number for each year.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The stream of the input.
    pub input: String,
    /// The result where it alone is at its low quantile.
    pub low: Vec<f64>,
    /// The result where it alone is at its high quantile.
    pub high: Vec<f64>,
    /// Its partial rank correlation with the result when all inputs vary; none in
    /// a year in which the result does not vary, nor for an input that does not
    /// vary or cannot be told from others.
    pub rank: Vec<Option<Partial>>,
}

/// What every input does to a result, made by [`effects`].
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// The result.
    pub output: Output,
    /// Its unit.
    pub unit: String,
    /// The years; only the first for a series that does not vary in time.
    pub years: Vec<i32>,
    /// The probabilities of the low and the high quantile of each input.
    pub levels: [f64; 2],
    /// The confidence of the intervals of the rank correlations.
    pub confidence: f64,
    /// The result in the central case, for each year.
    pub central: Vec<f64>,
    /// What each input does, as declared.
    pub inputs: Vec<Effect>,
}

impl Effects {
    /// The position of a year, if all lists reach it.
    #[must_use]
    pub fn year(&self, year: i32) -> Option<usize> {
        let at = self.years.binary_search(&year).ok()?;
        let reaches =
            |e: &Effect| [e.low.len(), e.high.len(), e.rank.len()].iter().all(|n| at < *n);
        (at < self.central.len() && self.inputs.iter().all(reaches)).then_some(at)
    }

    /// How far an input alone moves the result in a year, its low, high and
    /// central value taken together; `None` if the year is not there.
    #[must_use]
    pub fn swing(&self, of: &Effect, year: i32) -> Option<f64> {
        let at = self.years.binary_search(&year).ok()?;
        Some(swing(*self.central.get(at)?, *of.low.get(at)?, *of.high.get(at)?))
    }

    /// The inputs by their swing in a year, the largest first; nothing if the
    /// year is not there.
    #[must_use]
    pub fn by_swing(&self, year: i32) -> Vec<&Effect> {
        if self.year(year).is_none() {
            return Vec::new();
        }
        let swing = |e: &Effect| self.swing(e, year).unwrap_or(f64::NAN);
        let mut all: Vec<&Effect> = self.inputs.iter().collect();
        all.sort_by(|a, b| swing(b).total_cmp(&swing(a)));
        all
    }

    /// The inputs by their rank correlation in a year, the strongest, positive or
    /// negative, first; without those that have none.
    #[must_use]
    pub fn by_rank(&self, year: i32) -> Vec<&Effect> {
        let Some(at) = self.year(year) else { return Vec::new() };
        let size = |e: &Effect| e.rank[at].map_or(0.0, |x| x.value.abs());
        let mut all: Vec<&Effect> = self.inputs.iter().filter(|e| e.rank[at].is_some()).collect();
        all.sort_by(|a, b| size(b).total_cmp(&size(a)));
        all
    }
}

/// What every static input of a run does to some results in every reported year:
/// by itself, as [`tornado`](super::tornado()) has it, and when all vary, the
/// others taken away, as [`prcc`](super::prcc()) has it. `outcome` is that of
/// `run`, which has kept the results
/// ([`Ensemble::keep_element`](crate::Ensemble::keep_element)). One more run, of
/// two draws per input, is made with the threads of the first; one factorisation
/// of the correlations of the inputs serves all results and years.
///
/// # Errors
/// As for [`tornado`](super::tornado()) and [`prcc`](super::prcc()); above all
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if a result was not kept,
/// the draws are no random sample, there are no more draws than inputs, or the
/// inputs are frozen; [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) if
/// the run was cancelled.
///
/// # Examples
/// ```
/// use blackmass::analysis::{Output, PrccSettings, effects};
/// use blackmass::{Ensemble, Plan, System, system::var, uncertainty::*};
/// let mut b = System::builder("collection", 2020..=2022);
/// let range = |low, high| Distribution::uniform(Range { low, high });
/// b.parameter("rate", &[], range(0.4, 0.6)?).parameter("loss", &[], range(0.0, 2.0)?);
/// b.variable("left", (var("rate") * 100.0 - var("loss")).cumulative()).observe("left", "t");
/// let plan = Plan::compile(&b.build()?)?;
/// let run = Ensemble::new(&plan).draws(500).keep_element("baseline", "left", &[]);
/// let left = Output { policy: "baseline".into(), name: "left".into(), labels: vec![] };
/// let (outcome, settings) = (run.run()?, PrccSettings::default());
/// let found = &effects(&run, &outcome, &[left], [0.1, 0.9], &settings)?[0];
/// let rate = found.by_swing(2022)[0];
/// assert_eq!((rate.input.as_str(), found.years.len()), ("rate", 3));
/// assert!((rate.high[2] - found.central[2] - 24.0).abs() < 1e-9);
/// assert!(rate.rank[2].is_some_and(|x| x.low > 0.9));
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn effects(
    run: &Ensemble,
    outcome: &Outcome,
    outputs: &[Output],
    levels: [f64; 2],
    settings: &PrccSettings,
) -> Result<Vec<Effects>, Error> {
    if !outcome.design().is_random() {
        let (found, fix) = (outcome.design().name(), "use Monte Carlo draws");
        let message = "the draws are no random sample";
        return Err(argument(message, "design", found, "random draws", fix));
    }
    let mut all = alone(run, outputs, levels, settings.confidence)?;
    let mut columns = Vec::new();
    for effects in &all {
        let (report, element) = effects.output.find(outcome)?;
        for year in &effects.years {
            columns.push(outcome.draws_of(report, element, *year).ok_or_else(|| {
                let (key, found) = (&effects.output.name, effects.output.title());
                let fix = "keep it with `Ensemble::keep_element`";
                argument("no draws of the result were kept", key, found, "draws", fix)
            })?);
        }
    }
    let samples = run.samples()?;
    let inputs: Vec<(&str, &[f64])> =
        samples.columns().map(|(name, values)| (name, &values[..])).collect();
    let found = prcc(&inputs, &columns, settings)?;
    let at: HashMap<&str, usize> =
        found.inputs().iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    // Columns of one stream have the same ranks, and the first stands for all. Of
    // those that have not, as of a discrete law beside a continuous one, each takes
    // away what the others explain: none speaks for the stream.
    let column = |input: &str| {
        let mut columns = run.plan().columns_of(input).filter_map(|name| at.get(name).copied());
        columns.next().filter(|_| columns.next().is_none())
    };
    let mut of_years = found.outputs().iter();
    for effects in &mut all {
        let places: Vec<Option<usize>> =
            effects.inputs.iter().map(|effect| column(&effect.input)).collect();
        for partials in of_years.by_ref().take(effects.years.len()) {
            for (effect, place) in effects.inputs.iter_mut().zip(&places) {
                effect.rank.push(place.and_then(|at| partials.get(at)).copied());
            }
        }
    }
    Ok(all)
}

/// What each input does by itself; ranks are left open.
fn alone(
    run: &Ensemble,
    outputs: &[Output],
    levels: [f64; 2],
    confidence: f64,
) -> Result<Vec<Effects>, Error> {
    let [low, high] = levels;
    let mut single = run.one_at_a_time(low, high);
    for Output { policy, name, labels } in outputs {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        single = single.keep_element(policy, name, &labels);
    }
    let outcome = single.run()?;
    let mut all = Vec::with_capacity(outputs.len());
    for output in outputs {
        let (report, element) = output.find(&outcome)?;
        let streams = outcome.design().streams().iter();
        let new = |input: &String| Effect {
            input: input.clone(),
            low: Vec::new(),
            high: Vec::new(),
            rank: Vec::new(),
        };
        let mut effects = Effects {
            output: output.clone(),
            unit: report.series().unit.clone(),
            years: Vec::new(),
            levels,
            confidence,
            central: Vec::new(),
            inputs: streams.map(new).collect(),
        };
        let years = outcome.years();
        let last = if report.is_timed() { *years.end() } else { *years.start() };
        for year in *years.start()..=last {
            let (summary, draws) =
                (report.summary(element, year), outcome.draws_of(report, element, year));
            let (Some(summary), Some(draws)) = (summary, draws) else { continue };
            effects.years.push(year);
            effects.central.push(summary.central);
            for (effect, ends) in effects.inputs.iter_mut().zip(draws.chunks(2)) {
                effect.low.push(ends[0]);
                effect.high.push(ends[1]);
            }
        }
        all.push(effects);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::prcc_by_year;
    use crate::ensemble::Freeze;
    use crate::sampling::design::Design;
    use crate::system::var;
    use crate::uncertainty::{Case, Distribution, Range};
    use crate::{ErrorKind, Plan, System};

    /// An input with two distributions on its stream, one that nothing reads, one
    /// that matters the more the later.
    fn plan() -> Plan {
        let range = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
        let mut b = System::builder("small", 2020..=2022);
        b.dimension("material", ["lithium", "nickel"]).constant("one", &[], 1.0);
        let streams = vec!["yield".to_owned(); 2];
        let laws = vec![range(0.5, 0.7), range(0.1, 0.4)];
        b.parameters_on("yields", &["material"], laws, streams);
        b.parameter("idle", &[], range(0.0, 1.0)).parameter("scrap", &[], range(0.0, 9.0));
        b.variable("since", var("one").cumulative() - 1.0);
        let all = var("yields") * 100.0 + var("scrap") * var("since");
        b.variable("recovered", all * var("since")).observe("recovered", "t/yr");
        Plan::compile(&b.build().expect("correct")).expect("small")
    }

    fn output(label: &str) -> Output {
        let [policy, name] = ["baseline", "recovered"].map(str::to_owned);
        Output { policy, name, labels: vec![label.to_owned()] }
    }

    fn run(plan: &Plan) -> Ensemble<'_> {
        let run = Ensemble::new(plan).draws(400);
        let run = run.keep_element("baseline", "recovered", &["lithium"]);
        run.keep_element("baseline", "recovered", &["nickel"])
    }

    #[test]
    fn every_input_has_its_own_numbers() -> Result<(), Error> {
        let plan = plan();
        let (run, settings) = (run(&plan), PrccSettings::default());
        let outcome = run.run()?;
        let both = [output("lithium"), output("nickel")];
        let all = effects(&run, &outcome, &both, [0.25, 0.75], &settings)?;
        let report = outcome.report("baseline", "recovered").expect("observed");
        let samples = run.samples()?;
        // The yields at their quartiles.
        let quartiles = [(0.55, 0.65), (0.175, 0.325)];
        for (element, (of, (low, high))) in all.iter().zip(quartiles).enumerate() {
            assert_eq!(of.output, both[element]);
            assert_eq!(of.years, [2020, 2021, 2022]);
            let inputs: Vec<&str> = of.inputs.iter().map(|e| e.input.as_str()).collect();
            assert_eq!(inputs, ["yield", "idle", "scrap"]);
            let [shared, idle, scrap] = &of.inputs[..] else { panic!("{inputs:?}") };
            // In 2022 twice the yield and four times the scrap.
            for (found, expected) in [
                (shared.low[2], 200.0 * low + 18.0),
                (shared.high[2], 200.0 * high + 18.0),
                (scrap.low[2], 100.0 * (low + high) + 9.0),
                (scrap.high[2], 100.0 * (low + high) + 27.0),
                (of.central[2], 100.0 * (low + high) + 18.0),
            ] {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
            assert_eq!((idle.low[2], of.swing(idle, 2022)), (of.central[2], Some(0.0)));
            assert!(idle.rank.iter().all(Option::is_none), "{:?}", idle.rank);
            // In the first year nothing is recovered.
            assert!(of.inputs.iter().all(|e| e.rank[0].is_none()) && of.by_rank(2020).is_empty());
            let single = prcc_by_year(&samples, &outcome, report, element, &settings)?;
            for (at, year) in [(1, 2021), (2, 2022)] {
                let strongest = single.strongest(year);
                for (name, effect) in [("scrap", scrap), ("yields[material=lithium]", shared)] {
                    let expected = strongest.iter().find(|(n, _)| *n == name).map(|(_, x)| *x);
                    assert!(expected.is_some() && effect.rank[at] == expected, "{name} {year}");
                }
            }
            let first = |of: Vec<&Effect>| of.first().map(|e| e.input.clone());
            assert_eq!(first(of.by_swing(2021)).as_deref(), Some("yield"));
            assert_eq!(first(of.by_rank(2021)).as_deref(), Some("yield"));
            assert!(of.by_swing(2019).is_empty());
        }
        // The run itself is left as it was.
        assert_eq!(run.run()?.fingerprint(), outcome.fingerprint());
        Ok(())
    }

    #[test]
    fn columns_that_differ_speak_for_no_stream() -> Result<(), Error> {
        let mut b = System::builder("two laws", 2020..=2021);
        b.dimension("material", ["lithium", "nickel"]);
        let laws = vec![
            Distribution::uniform(Range { low: 0.5, high: 0.7 })?,
            Distribution::discrete(&[0.1, 0.4].map(|value| Case { value, probability: 0.5 }))?,
        ];
        b.parameters_on("yields", &["material"], laws, vec!["yield".to_owned(); 2]);
        b.variable("recovered", var("yields").sum("material")).observe("recovered", "t/yr");
        let plan = Plan::compile(&b.build()?)?;
        let run = Ensemble::new(&plan).draws(400).keep_element("baseline", "recovered", &[]);
        let [policy, name] = ["baseline", "recovered"].map(str::to_owned);
        let output = Output { policy, name, labels: Vec::new() };
        let settings = PrccSettings::default();
        let found = effects(&run, &run.run()?, &[output], [0.25, 0.75], &settings)?;
        let [shared] = &found[0].inputs[..] else { panic!("{:?}", found[0].inputs) };
        assert!(shared.rank.iter().all(Option::is_none), "{:?}", shared.rank);
        assert!(found[0].swing(shared, found[0].years[0]) > Some(0.3));
        assert_eq!(found[0].swing(shared, 1999), None);
        Ok(())
    }

    #[test]
    fn what_cannot_be_told_is_refused() -> Result<(), Error> {
        let plan = plan();
        let settings = PrccSettings::default();
        let ask = |run: Ensemble, output: Output| {
            let outcome = run.run()?;
            effects(&run, &outcome, &[output], [0.05, 0.95], &settings).map(drop)
        };
        let lithium = || output("lithium");
        let bare = || Ensemble::new(&plan).draws(100);
        let fixed = Design::OneAtATime { low: 0.1, high: 0.9, streams: Vec::new() };
        for (run, output, says) in [
            (run(&plan), output("gold"), "gold"),
            (bare(), lithium(), "kept"),
            (run(&plan).draws(4), lithium(), "too few draws"),
            (run(&plan).freeze(Freeze::Epistemic), lithium(), "nothing would vary"),
            (bare().keep_element("none", "recovered", &["nickel"]), lithium(), "policy none"),
            (bare().keep_element("baseline", "recovered", &[]), lithium(), "no such element"),
            (bare().keep_element("baseline", "recoverd", &[]), lithium(), "recoverd"),
        ] {
            let error = ask(run, output).expect_err(says);
            assert_eq!(error.kind(), ErrorKind::Argument, "{error}");
            assert!(error.to_string().contains(says), "{says}: {error}");
        }
        let single = Ensemble::new(&plan).design(fixed).keep("recovered");
        let error = ask(single, lithium()).expect_err("not random").to_string();
        assert!(error.contains("no random sample"), "{error}");
        Ok(())
    }
}
