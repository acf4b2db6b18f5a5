//! The results of which every draw is kept, for `--sensitivity` and for formats that
//! have draws.

use blackmass::analysis::Output;
use blackmass::scenario::{Measure, Region, Scenario};
use blackmass::{Ensemble, Outcome, Plan};

/// The series whose elements are chosen.
const SERIES: &str = "recovered";
/// The year shown, if it is reported; else the last.
const YEAR: i32 = 2040;

/// The results: what is recovered of the materials whose recycled
/// content is regulated, in every region, under the reference policy; of all
/// materials in a region without such.
pub fn outputs(scenario: &Scenario, plan: &Plan) -> Vec<Output> {
    let reference = plan.policies().first().map_or("", String::as_str);
    let of = |region: &Region| {
        let name = format!("{}.{SERIES}", region.name());
        let all = plan.series().find(|s| s.policy == reference && s.name == name);
        let labels = all.map_or(&[][..], |series| &series.labels);
        let regulated = |label: &str| {
            let mut contents =
                region.targets().iter().filter(|t| t.measure() == Measure::RecycledContent);
            contents.any(|t| {
                let material = t.material().and_then(|m| scenario.materials().get(m));
                material.is_some_and(|m| m == label)
            })
        };
        let some: Vec<_> = labels.iter().filter(|l| l.iter().any(|l| regulated(l))).collect();
        let some = if some.is_empty() { labels.iter().collect() } else { some };
        let output = |labels: &Vec<String>| Output {
            policy: reference.to_owned(),
            name: name.clone(),
            labels: labels.clone(),
        };
        some.into_iter().map(output).collect::<Vec<_>>()
    };
    scenario.regions().iter().flat_map(of).collect()
}

/// Keeps the draws of these results.
pub fn keep<'a>(mut ensemble: Ensemble<'a>, outputs: &[Output]) -> Ensemble<'a> {
    for Output { policy, name, labels } in outputs {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        ensemble = ensemble.keep_element(policy, name, &labels);
    }
    ensemble
}

/// The year whose flows are written: the one that the report shows, but the next if it
/// is the first reported. Changes of stocks need the year before it; `None` if only one
/// year is reported.
pub fn year_of_flows(plan: &Plan) -> Option<i32> {
    let years = plan.reported_from()..plan.start() + plan.steps() as i32;
    let year = if years.contains(&YEAR) { YEAR } else { years.end - 1 };
    [year, year + 1].into_iter().find(|y| *y > years.start && years.contains(y))
}

/// The year that the report shows.
pub fn year(outcome: &Outcome) -> i32 {
    if outcome.years().contains(&YEAR) { YEAR } else { *outcome.years().end() }
}
