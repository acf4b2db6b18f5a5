//! `iamc.csv`: the wide table of the Integrated Assessment Modeling Consortium.

use super::number::exact;
use crate::csv::field;
use crate::ensemble::{Outcome, Quantile, Report};
use crate::error::{Error, argument};
use std::collections::HashSet;

/// The model named unless another is given.
const MODEL: &str = concat!("blackmass ", env!("CARGO_PKG_VERSION"));

/// What an IAMC table says of where its numbers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IamcNames<'a> {
    /// The model; `blackmass` and its version if none.
    pub model: Option<&'a str>,
    /// What stands before the policy in the column `Scenario`, such as the
    /// pathway; nothing if none.
    pub scenario: Option<&'a str>,
}

/// The text of `iamc.csv`: `Model`, `Scenario`, `Region`, `Variable`, `Unit`,
/// then a column per year, as pyam and the databases of the Integrated
/// Assessment Modeling Consortium have it.
///
/// * `Scenario` is the policy, after [`IamcNames::scenario`] and a space if
///   there is one. Paired differences are not in this format.
/// * `Region` is the part of the variable's name before the first dot; `World`
///   for `world` and for a name without a dot.
/// * `Variable` is the rest of the name and the labels of the element, separated
///   by `|`; words are capitalised and separated by spaces: `recovered_used` of
///   `lithium` is `Recovered Used|Lithium`, `target.met` is `Target|Met`.
/// * The mean has this name; other statistics end in `|Standard Deviation`,
///   `|5.0th Percentile`, and so on with 25.0th, 50.0th, 75.0th and 95.0th.
/// * A percentile beyond the range of its histogram is not known: its field is
///   empty (`outcome.csv` has the bound). A series that does not vary in time has
///   the same number in every year.
/// * Numbers are the shortest text that reads back as the same; fields are quoted
///   as RFC 4180 has it.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if a name or label holds a
/// `|`, which separates its parts, or two lines would have the same name.
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, System, report, system::var};
/// let mut b = System::builder("one flow", 2020..=2021);
/// b.constant("eu.scrap", &[], 10.0).variable("eu.sum_collected", var("eu.scrap").cumulative());
/// b.observe("eu.sum_collected", "t");
/// let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(3).run()?;
/// let text = report::iamc(&outcome, &report::IamcNames::default())?;
/// let mut lines = text.lines();
/// assert_eq!(lines.next(), Some("Model,Scenario,Region,Variable,Unit,2020,2021"));
/// let line = lines.next().unwrap();
/// assert!(line.ends_with(",baseline,eu,Sum Collected,t,10,20"));
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn iamc(outcome: &Outcome, names: &IamcNames) -> Result<String, Error> {
    let mut text = "Model,Scenario,Region,Variable,Unit".to_owned();
    for year in outcome.years() {
        text.push_str(&format!(",{year}"));
    }
    text.push('\n');
    let model = names.model.unwrap_or(MODEL);
    let mut seen: HashSet<[String; 3]> = HashSet::new();
    for report in outcome.reports().iter().filter(|r| r.series().versus.is_none()) {
        let series = report.series();
        let scenario = match names.scenario {
            Some(before) => format!("{before} {}", series.policy),
            None => series.policy.clone(),
        };
        for element in 0..series.labels.len() {
            let (region, variable) = place(report, element)?;
            let at = [scenario.clone(), region.clone(), variable.clone()];
            if let Some([scenario, region, variable]) = seen.replace(at) {
                let fix = "rename the variable or the element";
                let found = format!("{scenario}, {region}, {variable}");
                let allowed = "one line for each variable";
                let message = "two series have the same name in iamc.csv";
                return Err(argument(message, &series.name, found, allowed, fix));
            }
            for at in 0..STATISTICS.len() {
                let variable = format!("{variable}{}", STATISTICS[at]);
                let heads = [model, &scenario, &region, &variable, &series.unit].map(field);
                text.push_str(&heads.join(","));
                for year in outcome.years() {
                    text.push(',');
                    text.push_str(&number(report, element, year, at));
                }
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// What the names of the statistics end in.
const STATISTICS: [&str; 7] = [
    "",
    "|Standard Deviation",
    "|5.0th Percentile",
    "|25.0th Percentile",
    "|50.0th Percentile",
    "|75.0th Percentile",
    "|95.0th Percentile",
];

fn number(report: &Report, element: usize, year: i32, statistic: usize) -> String {
    let Some(x) = report.summary(element, year) else { return String::new() };
    match statistic {
        0 => exact(x.mean),
        1 => exact(x.sd),
        _ => match [x.p05, x.p25, x.p50, x.p75, x.p95][statistic - 2] {
            Quantile::Value(q) => exact(q),
            Quantile::Below(_) | Quantile::Above(_) => String::new(),
        },
    }
}

/// Region and variable.
fn place(report: &Report, element: usize) -> Result<(String, String), Error> {
    let series = report.series();
    let (region, name) = series.name.split_once('.').unwrap_or(("world", &series.name));
    let parts = name.split('.').chain(series.labels[element].iter().map(String::as_str));
    let parts: Vec<String> = parts.map(words).collect();
    if let Some(part) = parts.iter().find(|part| part.contains('|')) {
        let message = "a name in iamc.csv cannot hold a `|`";
        let fix = "rename the element or the variable";
        return Err(argument(message, &series.name, part, "names without `|`", fix));
    }
    let region = if region == "world" { "World" } else { region };
    Ok((region.to_owned(), parts.join("|")))
}

/// `bev_car` as `Bev Car`.
fn words(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan, System, system::var};

    fn lines(element: &str, also: Option<&str>) -> Result<String, Error> {
        let mut b = System::builder("small", 2020..=2021);
        b.dimension("kind", [element]).constant("eu.x_y.z", &["kind"], 2.5);
        b.variable("world.t", var("eu.x_y.z").sum("kind").cumulative());
        b.observe("eu.x_y.z", "a, b").observe("world.t", "t");
        if let Some(name) = also {
            b.constant(name, &[], 1.0).observe(name, "t");
        }
        let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(2).run()?;
        iamc(&outcome, &IamcNames { model: Some("m"), scenario: Some("p,") })
    }

    #[test]
    fn names_are_in_parts_and_quoted() {
        let text = lines("bev_car \"1\"", None).expect("correct");
        let expected = [
            "Model,Scenario,Region,Variable,Unit,2020,2021",
            "m,\"p, baseline\",eu,\"X Y|Z|Bev Car \"\"1\"\"\",\"a, b\",2.5,2.5",
            "m,\"p, baseline\",eu,\"X Y|Z|Bev Car \"\"1\"\"|Standard Deviation\",\"a, b\",0,0",
        ];
        assert_eq!(text.lines().take(3).collect::<Vec<_>>(), expected);
        let last = text.lines().last();
        assert_eq!(last, Some("m,\"p, baseline\",World,T|95.0th Percentile,t,2.5,5"));
        assert_eq!(text.lines().count(), 1 + 2 * 7);
    }

    #[test]
    fn separators_and_doubles_are_refused() {
        let error = lines("a|b", None).expect_err("refused").to_string();
        assert!(error.contains("A|b") && error.contains("eu.x_y.z"), "{error}");
        let error = lines("a", Some("t")).expect_err("refused").to_string();
        assert!(error.contains("same name") && error.contains("World, T"), "{error}");
    }
}
