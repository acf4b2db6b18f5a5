//! `sankey.csv`: flows as source, target, type and value.

use super::number::exact;
use crate::csv::field;
use crate::ensemble::Outcome;
use crate::error::{Error, argument};
use crate::system::System;

/// A flow between two nodes, as tools for Sankey diagrams have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The node it leaves.
    pub source: String,
    /// The node it enters.
    pub target: String,
    /// What flows: a material, a product; tools colour by it.
    pub kind: String,
    /// How much, not negative, in the unit of the diagram.
    pub value: f64,
}

/// The text of `sankey.csv`: a line `source,target,type,value` for each link
/// (the columns of floWeaver), in the order given. Values are the shortest text
/// that reads back as the same number.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if there is no link, a node
/// has no name, or a value is negative or not finite.
///
/// # Examples
/// ```
/// use blackmass::report::{Link, sankey_csv};
/// let link = Link {
///     source: "use".into(), target: "recycling".into(), kind: "lithium".into(), value: 12.5,
/// };
/// assert_eq!(sankey_csv(&[link])?, "source,target,type,value\nuse,recycling,lithium,12.5\n");
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn sankey_csv(links: &[Link]) -> Result<String, Error> {
    if links.is_empty() {
        let fix = "observe flows of the system";
        return Err(argument("there are no flows to write", "links", "nothing", "a flow", fix));
    }
    let mut text = "source,target,type,value\n".to_owned();
    for Link { source, target, kind, value } in links {
        let key = format!("{source} to {target}, {kind}");
        if source.is_empty() || target.is_empty() {
            let fix = "name both ends of every flow";
            return Err(argument("a node has no name", key, "nothing", "a name", fix));
        }
        if !(*value >= 0.0 && value.is_finite()) {
            let (found, fix) = (value.to_string(), "turn a negative flow round");
            let allowed = "zero or a positive number";
            return Err(argument("a flow cannot be drawn", key, found, allowed, fix));
        }
        let [source, target, kind] = [source, target, kind].map(|f| field(f));
        text.push_str(&format!("{source},{target},{kind},{}\n", exact(*value)));
    }
    Ok(text)
}

/// The mean flows of a system in a year under a policy: a link for every
/// element, named by its labels, of every declared flow that is observed. Flows
/// that are zero in all draws are left out. Means balance as the flows do.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the policy or the year
/// is not reported, or no flow is observed.
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, System, report, system::var};
/// let mut b = System::builder("one process", 2020..=2021);
/// b.process("sorting").constant("scrap", &[], 10.0);
/// b.flow("in").from(System::ENVIRONMENT).to("sorting").is("scrap");
/// b.flow("out").from("sorting").to(System::ENVIRONMENT).coefficient(1.0);
/// b.observe("in", "t/yr").observe("out", "t/yr");
/// let system = b.build()?;
/// let outcome = Ensemble::new(&Plan::compile(&system)?).draws(3).run()?;
/// let links = report::links(&system, &outcome, "baseline", 2020)?;
/// assert_eq!((links[0].source.as_str(), links[0].value), ("environment", 10.0));
/// assert_eq!(links.len(), 2);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn links(
    system: &System,
    outcome: &Outcome,
    policy: &str,
    year: i32,
) -> Result<Vec<Link>, Error> {
    let years = outcome.years();
    if !years.contains(&year) {
        let allowed = format!("{} to {}", years.start(), years.end());
        let fix = "choose a year of the outcome";
        return Err(argument("the year is not reported", "year", year.to_string(), allowed, fix));
    }
    if outcome.reports().iter().all(|r| r.series().policy != policy) {
        let fix = "choose a policy of the plan";
        return Err(argument("unknown policy", "policy", policy, "a policy that was run", fix));
    }
    let (mut links, mut observed) = (Vec::new(), false);
    for (name, source, target) in system.flows() {
        let Some(report) = outcome.report(policy, name) else { continue };
        observed = true;
        for (element, labels) in report.series().labels.iter().enumerate() {
            let Some(x) = report.summary(element, year) else { continue };
            if x.mean != 0.0 || x.sd != 0.0 {
                let [source, target] = [source, target].map(str::to_owned);
                links.push(Link { source, target, kind: labels.join(", "), value: x.mean });
            }
        }
    }
    if !observed {
        let (found, fix) = ("no flow that is observed", "observe the flows of the system");
        return Err(argument("there are no flows", system.name(), found, "observed flows", fix));
    }
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan};

    fn link(source: &str, value: f64) -> Link {
        Link { source: source.into(), target: "b".into(), kind: "c".into(), value }
    }

    #[test]
    fn links_are_quoted_and_checked() {
        let text = sankey_csv(&[link("a, \"x\"\n", 0.1)]).expect("correct");
        assert_eq!(text, "source,target,type,value\n\"a, \"\"x\"\"\n\",b,c,0.1\n");
        assert!(sankey_csv(&[]).is_err());
        for (source, value) in [("", 1.0), ("a", -1.0), ("a", f64::NAN), ("a", f64::INFINITY)] {
            assert!(sankey_csv(&[link("a", 1.0), link(source, value)]).is_err(), "{value}");
        }
    }

    #[test]
    fn what_is_not_there_is_refused() -> Result<(), Error> {
        let mut b = System::builder("small", 2020..=2021);
        b.process("p").constant("x", &[], 1.0).observe("x", "t");
        b.flow("in").from(System::ENVIRONMENT).to("p").is("x");
        b.flow("out").from("p").to(System::ENVIRONMENT).remainder();
        let system = b.build()?;
        let outcome = Ensemble::new(&Plan::compile(&system)?).draws(2).run()?;
        for (policy, year, says) in [
            ("baseline", 2019, "2020 to 2021"),
            ("other", 2020, "other"),
            ("baseline", 2020, "observe"),
        ] {
            let error = links(&system, &outcome, policy, year).expect_err("refused").to_string();
            assert!(error.contains(says), "{error}");
        }
        Ok(())
    }
}
