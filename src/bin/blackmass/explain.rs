//! `blackmass explain`.

use crate::failure::Failure;
use crate::options::Detail;
use crate::{job, source, terminal};
use blackmass::report::{self, wrapped};
use blackmass::{Plan, System, lifecycle};
use std::collections::{BTreeMap, BTreeSet};

/// Show the system that a scenario makes: dimensions, processes, flows, what is reported, the plan
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// A scenario file, or the name of a shipped one
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// With this policy; may be repeated [default: of the scenario]
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// How much is reported
    #[arg(long, value_name = "HOW", default_value = "short")]
    detail: Detail,
}

pub fn explain(arguments: &Arguments) -> Result<(), Failure> {
    let scenario = source::open(&arguments.scenario)?;
    job::check_policies(&scenario, &arguments.policy)?;
    let policies: Vec<&str> = arguments.policy.iter().map(String::as_str).collect();
    let detail = match arguments.detail {
        Detail::Short => report::Detail::Short,
        Detail::Full => report::Detail::Full,
    };
    let options = lifecycle::Options { policies: &policies, detail, ..Default::default() };
    let system = lifecycle::system_with(&scenario, &options)?;
    let plan = Plan::compile(&system)?;
    let text = format!("{}\n{}", report::heading(&scenario), declared(&system));
    terminal::print(&format!("{text}{}\n{}", reported(&plan), plan.explain()))
}

/// Dimensions, processes and flows.
fn declared(system: &System) -> String {
    let (first, last) = system.years().into_inner();
    let policies: Vec<&str> = system.policies().collect();
    let mut text = format!("Years {first} to {last}\n");
    text += &wrapped(&format!("Policies: {}", policies.join(", ")), 2);
    text += "\nDimensions\n";
    for dimension in system.dimensions() {
        let elements = dimension.elements();
        let list = elements.join(", ");
        text += &wrapped(&format!("  {} ({}): {list}", dimension.name(), elements.len()), 4);
    }
    let mut processes: BTreeMap<&str, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
    for (flow, from, to) in system.flows() {
        processes.entry(from).or_default().1.push(flow);
        processes.entry(to).or_default().0.push(flow);
    }
    text += &format!("\nProcesses ({}): flows in, flows out\n", processes.len());
    let width = processes.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    for (process, (inflows, outflows)) in &processes {
        text += &format!("  {process:<width$}  {:>4} {:>4}\n", inflows.len(), outflows.len());
    }
    let flows: Vec<(&str, &str, &str)> = system.flows().collect();
    text += &format!("\nFlows ({})\n", flows.len());
    let name = flows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    let from = flows.iter().map(|(_, from, _)| from.chars().count()).max().unwrap_or(0);
    for (flow, start, end) in &flows {
        text += &format!("  {flow:<name$}  {start:<from$}  -> {end}\n");
    }
    text
}

/// The series reported, each once, with unit and elements.
fn reported(plan: &Plan) -> String {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for series in plan.series().filter(|series| series.versus.is_none()) {
        if seen.insert(&series.name) {
            rows.push((&series.name, &series.unit, series.labels.len(), &series.dimensions));
        }
    }
    let mut text = format!("\nReported ({}): unit, elements\n", rows.len());
    let name = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0);
    let unit = rows.iter().map(|row| row.1.chars().count()).max().unwrap_or(0);
    for (series, of, elements, dimensions) in rows {
        let by = dimensions.join(" × ");
        let line = format!("  {series:<name$}  {of:<unit$}  {elements:>4}  {by}");
        text += &format!("{}\n", line.trim_end());
    }
    text
}
