//! How many draws Latin hypercube and Sobol' save for means.

use super::tables::median;
use blackmass::lifecycle::{self, Options};
use blackmass::report::significant;
use blackmass::sampling::design::Design;
use blackmass::scenario::Scenario;
use blackmass::{Ensemble, Error, Outcome, Plan};
use std::fmt::Write as _;

const YEAR: i32 = 2035;
/// Outputs shown by name.
const NAMED: [(&str, &[&str]); 7] = [
    ("inflow", &["nickel"]),
    ("stock", &["nickel"]),
    ("end_of_life", &["nickel"]),
    ("collected", &["nickel"]),
    ("recovered", &["lithium"]),
    ("recovered", &["nickel"]),
    ("recovered", &["cobalt"]),
];

/// One output: its name, and for each design the variance of Monte Carlo's
/// mean over that of the design's.
struct Output {
    name: String,
    saved: [f64; 2],
}

pub struct Region {
    name: String,
    outputs: Vec<Output>,
}

/// Runs of each design, one per seed.
pub fn region(scenario: &Scenario, draws: u32, seeds: u64) -> Result<Region, Error> {
    let system = lifecycle::system_with(
        scenario,
        &Options { policies: &["baseline"], ..Options::default() },
    )?;
    let plan = Plan::compile(&system)?;
    let runs = |design: Design| -> Result<Vec<Numbers>, Error> {
        let run = |seed| Ensemble::new(&plan).draws(draws).seed(seed).design(design.clone()).run();
        (1..=seeds).map(|seed| run(seed).map(|outcome| numbers(&outcome))).collect()
    };
    let plain = runs(Design::MonteCarlo)?;
    let even = [runs(Design::LatinHypercube)?, runs(Design::sobol())?];
    let (mut outputs, mut calibration) = (Vec::new(), Vec::new());
    for (at, (name, ..)) in plain[0].iter().enumerate() {
        // σ²/n, with σ² from all runs of Monte Carlo: known better than the
        // variance over so few means.
        let squares = plain.iter().map(|run| run[at].2 * run[at].2).sum::<f64>();
        let expected = squares / seeds as f64 / f64::from(draws);
        // What is so to speak constant has no error to compare.
        let size = plain[0][at].1.abs();
        if expected.sqrt() <= 1e-9 * size {
            continue;
        }
        calibration.push(variance(&plain, at) / expected);
        let saved = [0, 1].map(|design| expected / variance(&even[design], at));
        outputs.push(Output { name: name.clone(), saved });
        // All designs estimate the same mean, with at most the spread between
        // draws: six standard errors of a difference of two.
        let mean = |runs: &[Numbers]| runs.iter().map(|r| r[at].1).sum::<f64>() / seeds as f64;
        let spread = |runs: &[Numbers]| runs.iter().map(|r| r[at].2 * r[at].2).sum::<f64>();
        for runs in &even {
            let off = (mean(runs) - mean(&plain)).abs();
            let squares = (spread(runs) + spread(&plain)) / seeds as f64;
            let error = 6.0 * (squares / f64::from(draws) / seeds as f64).sqrt();
            assert!(off <= error, "{name}: the means differ by {off:e}, more than {error:e}");
        }
    }
    // The reference is what Monte Carlo shows.
    let middle = median(calibration);
    assert!((middle - 1.0).abs() < 4.0 / (seeds as f64).sqrt(), "Monte Carlo's variance: {middle}");
    Ok(Region { name: scenario.regions()[0].name().to_owned(), outputs })
}

/// Name, mean and standard deviation of every number reported in the year.
type Numbers = Vec<(String, f64, f64)>;

fn numbers(outcome: &Outcome) -> Numbers {
    let mut all = Vec::new();
    for report in outcome.reports() {
        for (element, labels) in report.series().labels.iter().enumerate() {
            let Some(x) = report.summary(element, YEAR) else { continue };
            let name = format!("{}[{}]", report.series().name, labels.join(", "));
            all.push((name, x.mean, x.sd));
        }
    }
    all
}

/// The variance of a mean over the seeds.
fn variance(runs: &[Numbers], at: usize) -> f64 {
    let n = runs.len() as f64;
    let mean = runs.iter().map(|r| r[at].1).sum::<f64>() / n;
    runs.iter().map(|r| (r[at].1 - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

fn quantile(sorted: &[f64], p: f64) -> f64 {
    sorted[(p * (sorted.len() - 1) as f64).round() as usize]
}

/// The tables in Markdown: quantiles over the outputs, then some by name.
pub fn tables(regions: &[Region]) -> String {
    let mut text = String::from(
        "| region | design | outputs | 10 % | median | 90 % | 2 or more | below 1 |\n|---|---|---|---|---|---|---|---|\n",
    );
    for region in regions {
        for (design, name) in ["Latin hypercube", "Sobol'"].into_iter().enumerate() {
            let mut saved: Vec<f64> = region.outputs.iter().map(|o| o.saved[design]).collect();
            saved.sort_by(f64::total_cmp);
            let share = |of: &dyn Fn(f64) -> bool| {
                100.0 * saved.iter().filter(|x| of(**x)).count() as f64 / saved.len() as f64
            };
            let (twice, less) = (share(&|x| x >= 2.0), share(&|x| x < 1.0));
            let [low, middle, high] = [0.1, 0.5, 0.9].map(|p| significant(quantile(&saved, p)));
            let _ = writeln!(
                text,
                "| {} | {name} | {} | {low} | {middle} | {high} | {twice:.1} % | {less:.1} % |",
                region.name,
                saved.len()
            );
        }
    }
    text += "\n| output in 2035 | Latin hypercube | Sobol' |\n|---|---|---|\n";
    for region in regions {
        for (series, labels) in NAMED {
            let name = format!("{}.{series}[{}]", region.name, labels.join(", "));
            let Some(output) = region.outputs.iter().find(|o| o.name == name) else { continue };
            let [latin, sobol] = output.saved.map(significant);
            let _ = writeln!(text, "| `{name}` | {latin} | {sobol} |");
        }
    }
    text
}
