//! How much less a policy's effect varies where both sides see the same draws.

use super::tables::median;
use blackmass::ensemble::{Report, Summary};
use blackmass::lifecycle::{self, Options};
use blackmass::report::{grouped, significant};
use blackmass::scenario::Scenario;
use blackmass::system::{Change, Override, Policy};
use blackmass::{Ensemble, Error, Outcome, Plan};
use std::fmt::Write as _;

const MATERIALS: [&str; 3] = ["lithium", "nickel", "cobalt"];
const YEARS: [i32; 2] = [2035, 2040];
/// A mean effect below this share of the reference counts as small.
const SMALL: f64 = 1e-3;
/// Below this ratio the page has to say why.
pub const LOW: f64 = 10.0;

/// What a lever, or a policy as a whole, does to one output.
struct Effect {
    /// Mean effect over mean of the reference.
    relative: f64,
    /// Variance of independent runs over that of paired draws.
    ratio: f64,
}

/// An effect from draw to draw.
struct Spread {
    /// Standard deviation over that of the reference.
    sd: f64,
    /// Shares of the draws in which there is all but no effect, and in which it
    /// goes against its mean.
    idle: f64,
    opposite: f64,
}

/// A lever, or a policy as a whole.
pub struct Row {
    /// `eu: preprocessing.utilisation`
    pub name: String,
    change: String,
    pub whole: bool,
    /// On the outputs that it moves.
    effects: Vec<Effect>,
    /// How it acts from draw to draw on the nickel of the last year, where the
    /// ratio is low.
    spread: Option<Spread>,
}

impl Row {
    /// The median over the outputs that it moves by more than a little, or over
    /// all that it moves if there is none of those; none if it moves none.
    pub fn ratio(&self) -> Option<f64> {
        let counted = self.counted();
        (!counted.is_empty()).then(|| median(counted.iter().map(|e| e.ratio).collect()))
    }

    fn is_small(&self) -> bool {
        self.effects.iter().all(|e| e.relative.abs() < SMALL)
    }

    fn counted(&self) -> Vec<&Effect> {
        let small = self.is_small();
        self.effects.iter().filter(|e| small || e.relative.abs() >= SMALL).collect()
    }
}

/// All levers of all policies of a region, each alone, and each policy.
pub fn rows(
    scenario: &Scenario,
    draws: u32,
    most: usize,
) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let all = lifecycle::policies(scenario);
    let (reference, others) = all.split_first().ok_or("no policies")?;
    let mut rows = Vec::new();
    for policy in others {
        rows.push(row(scenario, reference, policy, None, draws)?);
        independent_draws(scenario, reference, policy, draws)?;
        for (at, lever) in policy.overrides.iter().enumerate().take(most) {
            let name = format!("{} {at}", policy.name);
            let single = Policy { name, overrides: vec![lever.clone()] };
            rows.push(row(scenario, reference, &single, Some(lever), draws)?);
        }
    }
    Ok(rows)
}

fn run(
    scenario: &Scenario,
    policies: Vec<Policy>,
    draws: u32,
    seed: u64,
    keep: Option<&str>,
) -> Result<Outcome, Error> {
    let plan = Plan::compile(&lifecycle::system_under(scenario, policies, &Options::default())?)?;
    let mut ensemble = Ensemble::new(&plan).draws(draws).seed(seed);
    if let Some(name) = keep {
        ensemble = ensemble.keep(name);
    }
    ensemble.run()
}

fn recovered(scenario: &Scenario) -> String {
    format!("{}.recovered", scenario.regions()[0].name())
}

fn row(
    scenario: &Scenario,
    reference: &Policy,
    policy: &Policy,
    lever: Option<&Override>,
    draws: u32,
) -> Result<Row, Box<dyn std::error::Error>> {
    let series = recovered(scenario);
    let outcome = run(scenario, vec![reference.clone(), policy.clone()], draws, 1, None)?;
    let get = |policy: &str, difference: bool, material: &str, year| {
        let report = match difference {
            true => outcome.difference(policy, &series)?,
            false => outcome.report(policy, &series)?,
        };
        report.summary(report.element(&[material])?, year).copied()
    };
    let mut effects = Vec::new();
    for year in YEARS {
        for material in MATERIALS {
            let of = |policy, difference| -> Result<Summary, String> {
                get(policy, difference, material, year)
                    .ok_or_else(|| format!("{series} of {material} in {year} is not reported"))
            };
            let (a, b) = (of(&reference.name, false)?, of(&policy.name, false)?);
            let effect = of(&policy.name, true)?;
            // The mean of the differences is the difference of the means.
            let off = (effect.mean - (b.mean - a.mean)).abs();
            assert!(off <= 1e-9 * a.mean, "{}: the mean effect is off by {off:e}", policy.name);
            if effect.sd == 0.0 {
                continue;
            }
            let ratio = (a.sd * a.sd + b.sd * b.sd) / (effect.sd * effect.sd);
            effects.push(Effect { relative: effect.mean / a.mean, ratio });
        }
    }
    let region = scenario.regions()[0].name();
    let (name, change) = match lever {
        Some(lever) => {
            let key = lever.name.strip_prefix(region).and_then(|key| key.strip_prefix('.'));
            (key.unwrap_or(&lever.name), written(lever.change))
        }
        None => (policy.name.as_str(), "all its levers".to_owned()),
    };
    let (name, whole) = (format!("{region}: {name}"), lever.is_none());
    let mut row = Row { name, change, whole, effects, spread: None };
    if row.ratio().is_some_and(|ratio| ratio < LOW) {
        row.spread = Some(spread(scenario, reference, policy, draws)?);
    }
    Ok(row)
}

fn spread(
    scenario: &Scenario,
    reference: &Policy,
    policy: &Policy,
    draws: u32,
) -> Result<Spread, Box<dyn std::error::Error>> {
    let series = recovered(scenario);
    let policies = vec![reference.clone(), policy.clone()];
    let outcome = run(scenario, policies, draws, 1, Some(&series))?;
    let of = |report: Option<&Report>| -> Result<(Summary, Vec<f64>), String> {
        let report = report.ok_or("not reported")?;
        let nickel = report.element(&["nickel"]).ok_or("no nickel")?;
        let summary = report.summary(nickel, YEARS[1]).ok_or("no such year")?;
        Ok((*summary, outcome.draws_of(report, nickel, YEARS[1]).ok_or("not kept")?))
    };
    let (base, _) = of(outcome.report(&reference.name, &series))?;
    let (effect, kept) = of(outcome.difference(&policy.name, &series))?;
    let share = |of: &dyn Fn(f64) -> bool| {
        kept.iter().filter(|x| of(**x)).count() as f64 / f64::from(draws)
    };
    let little = SMALL * base.mean;
    Ok(Spread {
        sd: effect.sd / base.sd,
        idle: share(&|x| x.abs() < little),
        opposite: share(&|x| x * effect.mean.signum() <= -little),
    })
}

fn written(change: Change) -> String {
    match change {
        Change::Set(x) => format!("set {x}"),
        Change::Multiply(x) => format!("multiply {x}"),
        Change::Add(x) => format!("add {x}"),
    }
}

/// The variance of the effect between runs with two seeds, draw by draw, is
/// the sum of the two variances.
fn independent_draws(
    scenario: &Scenario,
    reference: &Policy,
    policy: &Policy,
    draws: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let series = recovered(scenario);
    let kept = |policy: &Policy, seed| -> Result<(Vec<f64>, f64), Box<dyn std::error::Error>> {
        let outcome = run(scenario, vec![policy.clone()], draws, seed, Some(&series))?;
        let report = outcome.report(&policy.name, &series).ok_or("not reported")?;
        let nickel = report.element(&["nickel"]).ok_or("no nickel")?;
        let kept = outcome.draws_of(report, nickel, YEARS[1]).ok_or("not kept")?;
        Ok((kept, report.summary(nickel, YEARS[1]).ok_or("no such year")?.sd))
    };
    let ((a, sd_a), (b, sd_b)) = (kept(reference, 1)?, kept(policy, 2)?);
    let apart: Vec<f64> = b.iter().zip(&a).map(|(b, a)| b - a).collect();
    let n = apart.len() as f64;
    let mean = apart.iter().sum::<f64>() / n;
    let moment = |k| apart.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n;
    let (variance, sum) = (moment(2), sd_a * sd_a + sd_b * sd_b);
    // Five standard errors of a variance from the fourth moment of the sample.
    let error = 5.0 * ((moment(4) - variance * variance) / n).sqrt();
    assert!((variance - sum).abs() <= error, "{}: {variance} for {sum}", policy.name);
    Ok(())
}

/// What the table says in one line.
pub fn headline(rows: &[Row]) -> String {
    let of = |kept: &dyn Fn(&&Row) -> bool| -> Vec<f64> {
        rows.iter().filter(kept).filter_map(Row::ratio).collect()
    };
    let levers = of(&|r| !r.whole && !r.is_small());
    let (all, policies) = (of(&|r| !r.whole), of(&|r| r.whole));
    let below = levers.iter().filter(|ratio| **ratio < LOW).count();
    let middle = |ratios: &[f64]| significant(median(ratios.to_vec()));
    format!(
        "Median over the {} levers that move an output by 0.1 % or more: **{}**; {below} of \
         them are below 10.\nMedian over all {} levers that move an output: {}; over the {} \
         policies as a whole: {}.",
        levers.len(),
        middle(&levers),
        all.len(),
        middle(&all),
        policies.len(),
        middle(&policies),
    )
}

/// The least and the largest of some numbers.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

/// The table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| lever | change | outputs | effect, % | ratio: least | median | most |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let name = if row.whole { format!("**{}**", row.name) } else { format!("`{}`", row.name) };
        let _ = write!(text, "| {name} | {} |", row.change);
        let (Some(middle), counted) = (row.ratio(), row.counted()) else {
            text += " none | | | | |\n";
            continue;
        };
        let (low, high) = ends(counted.iter().map(|e| 100.0 * e.relative));
        let effect = match row.is_small() {
            true => "below 0.1".to_owned(),
            false => format!("{} to {}", grouped(low, 1), grouped(high, 1)),
        };
        let [least, most] =
            <[f64; 2]>::from(ends(counted.iter().map(|e| e.ratio))).map(significant);
        let _ = writeln!(
            text,
            " {} | {effect} | {least} | {} | {most} |",
            counted.len(),
            significant(middle)
        );
    }
    text += "\n| below 10 | ratio | sd of the effect, of the reference's | no effect | opposite effect |\n\
             |---|---|---|---|---|\n";
    for row in rows {
        let (Some(ratio), Some(Spread { sd, idle, opposite })) = (row.ratio(), &row.spread) else {
            continue;
        };
        let [sd, idle, opposite] = [sd, idle, opposite].map(|x| format!("{:.0} %", 100.0 * x));
        let ratio = significant(ratio);
        let _ = writeln!(text, "| `{}` | {ratio} | {sd} | {idle} | {opposite} |", row.name);
    }
    text
}
