//! `blackmass compare`.

use crate::failure::Failure;
use crate::terminal;
use crate::written::{Key, Moments, Written};
use blackmass::report::{YEARS, grouped, significant};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The half-width of a 95 % interval in standard errors.
const Z: f64 = 1.959_963_984_540_054;
/// Smaller differences, relative to the mean, come from rounding.
const DUST: f64 = 1e-12;
/// The series that are shown unless others are asked for.
const SERIES: [&str; 5] = ["stock", "end_of_life", "collected", "recovered", "primary_demand"];

/// Compare two results, or two policies of one
///
/// Differences are those of means, second minus first, with the 95 % interval of their Monte
/// Carlo error. With the same draws and the second policy against the reference, the interval is
/// that of paired differences; else errors are combined as if the draws were independent.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The folder of a result
    #[arg(value_name = "DIR")]
    first: PathBuf,
    /// The folder of another; without it two policies of the first are compared
    #[arg(value_name = "DIR")]
    second: Option<PathBuf>,
    /// The policy to compare in both [default: the reference]; with one folder two policies
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// Show this series, such as recovered; may be repeated [default: some, and all targets]
    #[arg(long, value_name = "NAME")]
    series: Vec<String>,
    /// Show this year; may be repeated [default: some]
    #[arg(long, value_name = "YEAR")]
    year: Vec<i32>,
    /// Show what does not differ as well
    #[arg(long)]
    all: bool,
}

/// What is compared with what.
struct Pair<'a> {
    first: &'a [(Key, Moments)],
    second: HashMap<&'a Key, Moments>,
    /// The paired differences, if there are any.
    paired: Option<HashMap<&'a Key, Moments>>,
    draws: [f64; 2],
}

pub fn compare(arguments: &Arguments) -> Result<(), Failure> {
    let first = Written::read(&arguments.first)?;
    let second = arguments.second.as_deref().map(Written::read).transpose()?;
    let [a, b] = policies(arguments, &first, second.as_ref())?;
    let other = second.as_ref().unwrap_or(&first);
    let paired = second.is_none().then(|| first.lines(&format!("{b} - {a}"))).flatten();
    let pair = Pair {
        first: first.lines(&a).unwrap_or_default(),
        second: map(other.lines(&b).unwrap_or_default()),
        paired: paired.map(map),
        draws: [first.draws, other.draws],
    };
    let mut text = match &second {
        Some(second) => format!(
            "A: {} ({}, policy {a})\nB: {} ({}, policy {b})\n",
            first.shown(),
            first.scenario,
            second.shown(),
            second.scenario
        ),
        None => format!("{} ({})\nA: policy {a}\nB: policy {b}\n", first.shown(), first.scenario),
    };
    text += &said(&first, second.as_ref(), pair.paired.is_some());
    text += &pair.table(arguments);
    terminal::print(&text)
}

fn map(lines: &[(Key, Moments)]) -> HashMap<&Key, Moments> {
    lines.iter().map(|(key, moments)| (key, *moments)).collect()
}

/// The policies to compare.
fn policies(
    arguments: &Arguments,
    first: &Written,
    second: Option<&Written>,
) -> Result<[String; 2], Failure> {
    let asked = &arguments.policy;
    let pair = match (asked.as_slice(), second) {
        ([], Some(second)) => [first.policies[0].clone(), second.policies[0].clone()],
        ([one], Some(_)) => [one.clone(), one.clone()],
        ([a, b], _) => [a.clone(), b.clone()],
        _ => {
            let found = format!("{} policies", asked.len());
            let (allowed, fix) = match second {
                Some(_) => ("none, one for both folders, or one for each", "leave some out"),
                None => {
                    ("two policies of one folder", "write --policy A --policy B, or a second DIR")
                }
            };
            return Err(Failure::option("--policy", &found, allowed, fix));
        }
    };
    for (name, of) in pair.iter().zip([first, second.unwrap_or(first)]) {
        if !of.policies.contains(name) || of.lines(name).is_none() {
            let allowed = format!("{} in {}", of.policies.join(", "), of.shown());
            let fix = "use one of these names";
            return Err(Failure::option("--policy", name, &allowed, fix));
        }
    }
    Ok(pair)
}

/// What the errors are worth.
fn said(first: &Written, second: Option<&Written>, paired: bool) -> String {
    let draws = |of: &Written| format!("{} draws of seed {}", grouped(of.draws, 0), of.seed);
    let mut text = match second {
        None if paired => format!("{}; differences are paired, draw by draw.\n", draws(first)),
        None => format!(
            "{}; errors are combined as if the draws were independent, which is too much: only \
             differences to the reference are kept draw by draw.\n",
            draws(first)
        ),
        Some(second) => {
            let same = first.seed == second.seed
                && first.draws == second.draws
                && first.identity[3] == second.identity[3]
                && first.identity[2] == second.identity[2];
            let share = match same {
                true if first.identity[..2] == second.identity[..2] => format!(
                    "Both have the same scenario, {}: the same states of the world.",
                    draws(first)
                ),
                true => format!("Both have {}: the same states of the world.", draws(first)),
                false => format!("A has {}, B {}.", draws(first), draws(second)),
            };
            let worth = match same {
                true => " Errors are combined as if the draws were independent, which is too much.",
                false => " Errors are combined as of independent draws.",
            };
            format!("{share}{worth}\n")
        }
    };
    if first.design != "mc" || second.is_some_and(|second| second.design != "mc") {
        text +=
            "The draws of a design other than mc are not independent: true errors are smaller.\n";
    }
    blackmass::report::wrapped(&text, 0)
}

impl Pair<'_> {
    /// The years shown: those asked for, else the usual ones, else the last.
    fn years(&self, arguments: &Arguments) -> Vec<String> {
        let all: BTreeSet<&String> = self.first.iter().map(|(key, _)| &key[5]).collect();
        let asked = if arguments.year.is_empty() { &YEARS[..] } else { &arguments.year };
        let asked: Vec<String> = asked.iter().map(i32::to_string).collect();
        match arguments.year.is_empty() && !asked.iter().any(|year| all.contains(year)) {
            true => all.into_iter().next_back().cloned().into_iter().collect(),
            false => asked,
        }
    }

    fn table(&self, arguments: &Arguments) -> String {
        let head = ["", "year", "unit", "A", "B", "B - A", "±", ""].map(str::to_owned);
        let (mut rows, mut missing, mut same) = (vec![head], 0, 0);
        let years = self.years(arguments);
        for (key, (mean, sd)) in
            self.first.iter().filter(|(key, _)| is_asked(arguments, &years, key))
        {
            let Some((other, other_sd)) = self.second.get(key) else {
                missing += 1;
                continue;
            };
            let combined =
                || (sd * sd / self.draws[0] + other_sd * other_sd / self.draws[1]).sqrt();
            let paired = self.paired.as_ref().and_then(|paired| paired.get(key));
            let (difference, error) = match paired {
                Some((mean, sd)) => (*mean, sd / self.draws[0].sqrt()),
                None => (other - mean, combined()),
            };
            // What rounding leaves is no difference.
            let is_dust = difference.abs() <= DUST * mean.abs();
            let (difference, half) = if is_dust { (0.0, 0.0) } else { (difference, Z * error) };
            if difference == 0.0 && !arguments.all {
                same += 1;
                continue;
            }
            let sign = if difference > 0.0 { "+" } else { "" };
            let clear = if difference.abs() > half { "*" } else { "" };
            let [region, series, segment, chemistry, material, year, unit] = key;
            let of = [region, series, segment, chemistry, material];
            let of: Vec<&str> =
                of.into_iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
            rows.push([
                of.join(" "),
                year.clone(),
                unit.clone(),
                significant(*mean),
                significant(*other),
                format!("{sign}{}", significant(difference)),
                significant(half),
                clear.to_owned(),
            ]);
        }
        let mut text = String::from("\n");
        if rows.len() == 1 {
            text += "Nothing differs among what is shown.\n";
        } else {
            let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
            let [a, b, c, d, e, f, g] = [0, 1, 2, 3, 4, 5, 6].map(width);
            for [of, year, unit, mean, other, difference, half, clear] in &rows {
                let line = format!(
                    "{of:<a$}  {year:<b$}  {unit:<c$}  {mean:>d$}  {other:>e$}  {difference:>f$}  \
                     {half:>g$} {clear}"
                );
                let _ = writeln!(text, "{}", line.trim_end());
            }
            text += "* differs from zero by more than its 95 % interval (Monte Carlo error only)\n";
        }
        for (count, what) in [(same, "do not differ"), (missing, "are not in B")] {
            if count > 0 {
                let _ = writeln!(
                    text,
                    "{} of the numbers asked for {what}.",
                    grouped(f64::from(count), 0)
                );
            }
        }
        text
    }
}

/// Whether a line is to be shown.
fn is_asked(arguments: &Arguments, years: &[String], key: &Key) -> bool {
    let [_, series, segment, chemistry, _, year, _] = key;
    let is_total = segment.is_empty() && chemistry.is_empty();
    let series_fits = match arguments.series.is_empty() {
        true => is_total && (SERIES.contains(&series.as_str()) || series.starts_with("target.")),
        false => arguments.series.contains(series),
    };
    years.contains(year) && series_fits
}
