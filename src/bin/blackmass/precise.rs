//! Draws until a mean is known well enough.

use crate::failure::Failure;
use crate::folder::{self, Folder};
use crate::job::{self, Job};
use blackmass::ensemble::{Report, Summary};
use blackmass::report::{grouped, significant, wilson};
use blackmass::sampling::design::Design;
use blackmass::{Diagnostic, Outcome, Progress};
use std::str::FromStr;

/// The half-width of a 95 % interval in standard errors.
const Z: f64 = 1.959_963_984_540_054;
/// Draws of the first round.
const FIRST: u32 = 1_024;

/// A series and how wide the intervals of its means may be.
#[derive(Clone, Debug)]
pub struct Precise {
    /// As written.
    text: String,
    series: String,
    labels: Option<Vec<String>>,
    width: f64,
    /// Whether the width is a share of the mean.
    relative: bool,
}

impl FromStr for Precise {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = "allowed: SERIES=WIDTH, such as eu.recovered[lithium]=50 or eu.recovered=5%";
        let (name, width) = text.rsplit_once('=').ok_or(allowed)?;
        let (number, relative) = match width.trim().strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (width.trim(), false),
        };
        let width: f64 = number.parse().map_err(|_| allowed)?;
        if !(width > 0.0 && width.is_finite()) {
            return Err("allowed: a width above 0".to_owned());
        }
        let (series, labels) = match name.trim().split_once('[') {
            Some((series, rest)) => {
                let labels = rest.strip_suffix(']').ok_or(allowed)?;
                (series, Some(labels.split(',').map(|label| label.trim().to_owned()).collect()))
            }
            None => (name.trim(), None),
        };
        let width = if relative { width / 100.0 } else { width };
        Ok(Self { text: text.to_owned(), series: series.to_owned(), labels, width, relative })
    }
}

/// The widest interval of a round, relative to what is allowed.
struct Widest {
    ratio: f64,
    said: String,
}

impl Precise {
    pub fn words(&self, most: u32) -> [String; 4] {
        let most = most.to_string();
        ["--until-precise".to_owned(), self.text.clone(), "--max-draws".to_owned(), most]
    }

    fn is_asked(&self, report: &Report) -> bool {
        report.series().versus.is_none() && report.series().name == self.series
    }

    /// The widest interval of the series.
    fn widest(&self, outcome: &Outcome) -> Option<Widest> {
        let mut widest: Option<Widest> = None;
        for report in outcome.reports().iter().filter(|report| self.is_asked(report)) {
            let series = report.series();
            for (element, labels) in series.labels.iter().enumerate() {
                if self.labels.as_ref().is_some_and(|asked| asked != labels) {
                    continue;
                }
                for year in outcome.years() {
                    let Some(x) = report.summary(element, year) else { continue };
                    let width = width(x, outcome.draws(), series.name.ends_with(".met"));
                    let limit = if self.relative { self.width * x.mean.abs() } else { self.width };
                    // What is zero in every draw is known.
                    let ratio = if width > 0.0 { width / limit } else { 0.0 };
                    if widest.as_ref().is_none_or(|widest| ratio > widest.ratio) {
                        let (policy, unit) = (&series.policy, &series.unit);
                        let said = format!(
                            "{}{} {year} under {policy}: {} {unit} (at most {})",
                            series.name,
                            labels.iter().map(|label| format!(" {label}")).collect::<String>(),
                            significant(width),
                            significant(limit),
                        );
                        widest = Some(Widest { ratio, said });
                    }
                }
            }
        }
        widest
    }
}

/// The width of the 95 % interval of a mean; of a share of the draws, Wilson's.
fn width(x: &Summary, draws: u32, is_probability: bool) -> f64 {
    if is_probability {
        let (_, low, high) = wilson((x.mean * f64::from(draws)).round() as u32, draws);
        return high - low;
    }
    2.0 * Z * x.standard_error(draws)
}

/// An error if what is asked for cannot be told.
pub fn check(wanted: &[Precise], job: &Job) -> Result<(), Failure> {
    if *job.design() != Design::MonteCarlo {
        let allowed = "mc, whose draws are independent";
        let fix = "leave --design out, or set --draws instead";
        return Err(Failure::option("--until-precise", job.design().name(), allowed, fix));
    }
    for asked in wanted {
        let of = |s: &&blackmass::Series| s.versus.is_none() && s.name == asked.series;
        let fix = "`blackmass explain` lists what is reported";
        let Some(series) = job.plan.series().find(of) else {
            let allowed = "a reported series, such as eu.recovered";
            return Err(Failure::option("--until-precise", &asked.series, allowed, fix));
        };
        let Some(labels) = &asked.labels else { continue };
        if !series.labels.contains(labels) {
            let some = series.labels.iter().take(20).map(|labels| labels.join(","));
            let allowed = some.collect::<Vec<_>>().join("; ");
            let found = format!("{}[{}]", asked.series, labels.join(","));
            return Err(Failure::option("--until-precise", &found, &allowed, fix));
        }
    }
    Ok(())
}

/// The draws of the first round.
fn first(job: &Job, most: u32) -> u32 {
    let first = job.options.draws.unwrap_or(FIRST);
    if first < most { first } else { most }
}

/// The fewest and the most draws that the result may have.
pub fn range(job: &Job, most: u32) -> (u64, u64) {
    (first(job, most).into(), most.into())
}

/// Rounds of ever more draws.
pub struct Rounds<'a> {
    pub job: &'a Job,
    pub wanted: &'a [Precise],
    /// No more draws than this.
    pub most: u32,
    pub folder: Option<&'a Folder>,
}

/// What all rounds come to.
pub struct Found {
    /// The outcome of the last round.
    pub outcome: Outcome,
    /// What is wrong with it if the draws did not suffice.
    pub missed: Option<Failure>,
    /// The draws computed now, in all rounds.
    pub computed: u64,
}

impl Rounds<'_> {
    /// Runs round after round.
    pub fn run(
        &self,
        show: &(dyn Fn(Progress) + Sync),
        say: &dyn Fn(&str),
    ) -> Result<Found, Failure> {
        let mut draws = first(self.job, self.most);
        let mut computed = 0;
        for round in 1.. {
            let ensemble = self.job.ensemble(Some(draws)).progress(show);
            // Finished rounds are read again when an interrupted run goes on.
            let outcome = match self.folder {
                Some(folder) => {
                    let file = folder.checkpoint_of_round(draws);
                    ensemble.checkpoint(file).run().map_err(folder::resumable)?
                }
                None => ensemble.run().map_err(Failure::while_running)?,
            };
            computed += job::computed(&outcome);
            let all = self.wanted.iter().filter_map(|wanted| wanted.widest(&outcome));
            let widest = all.max_by(|a, b| a.ratio.total_cmp(&b.ratio));
            let (ratio, said) = widest.map_or((0.0, String::new()), |w| (w.ratio, w.said));
            let shown = grouped(f64::from(draws), 0);
            say(&format!("Round {round}: {shown} draws; widest 95 % interval {said}"));
            if ratio <= 1.0 {
                return Ok(Found { outcome, missed: None, computed });
            }
            if draws >= self.most {
                let problem = Diagnostic::new("the draws do not suffice for the precision asked")
                    .key("--until-precise")
                    .found(said)
                    .allowed(format!("at most {} draws", grouped(f64::from(self.most), 0)))
                    .fix("raise --max-draws or allow a wider interval; the result is as printed");
                let missed = Some(Failure::run(problem));
                return Ok(Found { outcome, missed, computed });
            }
            draws = if draws <= self.most / 2 { 2 * draws } else { self.most };
        }
        Err(Failure::interrupted("no draw complete"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_as_written() {
        let asked: Precise = "eu.recovered[lithium]=5 %".parse().expect("right");
        assert_eq!((asked.series.as_str(), asked.relative), ("eu.recovered", true));
        assert_eq!(asked.labels, Some(vec!["lithium".to_owned()]));
        assert!((asked.width - 0.05).abs() < 1e-15);
        for text in ["", "x", "x=", "x=0", "x=-1", "x=nan", "x=inf", "x[y=1", "x=1%%"] {
            assert!(text.parse::<Precise>().is_err(), "{text}");
        }
    }
}
