//! `--formats`: further files beside the outcome.

use crate::chosen;
use crate::failure::Failure;
use crate::folder::{FIGURES, File};
use crate::job::Job;
use blackmass::report::{self, HtmlReport, IamcNames, Link};
use blackmass::{Diagnostic, Outcome};
use clap::ValueEnum;

/// A further format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// figures/*.svg: every chart of the report
    Figures,
    /// iamc.csv: all series as IAMC databases and pyam have them
    Iamc,
    /// draws.npy and draws_index.csv: the draws of what --sensitivity is about, for NumPy
    Draws,
    /// sankey.csv: source,target,type,value; mean flows by material in 2040, in the last reported
    /// year if 2040 is not reported, in the second if 2040 is the first
    Sankey,
    /// experiments.csv and outcomes.csv: inputs and the same draws, for sensitivity tools; the
    /// first serves as --design samples=FILE too
    Experiments,
    /// Every format that there is for the design and the scenario
    All,
}

/// What `all` stands for.
const EACH: [Format; 5] =
    [Format::Figures, Format::Iamc, Format::Draws, Format::Sankey, Format::Experiments];

impl Format {
    /// Whether it has the draws one by one.
    fn has_draws(self) -> bool {
        matches!(self, Self::Draws | Self::Experiments)
    }

    fn name(self) -> String {
        self.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
    }
}

/// The formats that are asked for.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Formats {
    /// Write these formats too, to the folder of the results
    #[arg(long, value_name = "LIST", value_delimiter = ',', requires = "out")]
    formats: Vec<Format>,
}

impl Formats {
    fn has(&self, format: Format) -> bool {
        self.formats.contains(&format) || self.formats.contains(&Format::All)
    }

    pub fn are_asked(&self) -> bool {
        !self.formats.is_empty()
    }

    /// Whether draws have to be kept.
    pub fn has_draws(&self) -> bool {
        EACH.into_iter().any(|format| format.has_draws() && self.has(format))
    }

    /// The options that write the same to a folder. The report does not tell where that
    /// is on this machine.
    pub fn words(&self) -> Vec<String> {
        if self.formats.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = self.formats.iter().map(|format| format.name()).collect();
        ["--formats", &names.join(","), "--out", "DIR"].map(str::to_owned).into()
    }

    /// An error, before anything is run, if a run of so many draws has not what a
    /// format needs, or more than its file takes.
    pub fn check(&self, job: &Job, draws: u64) -> Result<(), Failure> {
        let wrong = |found: &str, allowed: &str, fix: &str| {
            Err(Failure::option("--formats", found, allowed, fix))
        };
        let named = |of: &dyn Fn(Format) -> bool| {
            self.formats.iter().copied().find(|f| *f != Format::All && of(*f)).map(Format::name)
        };
        let design = job.design();
        if let Some(name) = named(&|f| !f.has_draws()).filter(|_| !design.is_random()) {
            let found = format!("{name} with design {}", design.name());
            let allowed = "draws, experiments: draws without chance have no statistics";
            return wrong(&found, allowed, "leave it out, or run random draws");
        }
        if let Some(name) = named(&Format::has_draws).filter(|_| !job.has_draws()) {
            let allowed = "figures, iamc, sankey: the shards have kept no draws";
            let fix = "leave it out, or run the shards with --sensitivity, which keeps draws";
            return wrong(&name, allowed, fix);
        }
        let asked = |format| named(&|f| f == format).is_some();
        if asked(Format::Sankey) && chosen::year_of_flows(&job.plan).is_none() {
            let found = "sankey of one reported year";
            let allowed = "two reported years or more: a stock changes from one to the next";
            return wrong(found, allowed, "leave it out, or report more years ([time] report)");
        }
        if !job.has_draws() || !self.has_draws() {
            return Ok(());
        }
        let (kept, inputs) = (job.ensemble(None).kept_numbers(), job.sampled()?);
        if asked(Format::Experiments) && inputs == 0 {
            let allowed = "a scenario with priors";
            return wrong("experiments without an input", allowed, "leave it out, or give priors");
        }
        // Of each draw there are the results that are kept, and the inputs.
        for (format, numbers) in [(Format::Draws, kept), (Format::Experiments, kept.max(inputs))] {
            let most = (report::MAX_NUMBERS / numbers.max(1)) as u64;
            if self.has(format) && draws > most {
                let found = format!("{} of {draws} draws", format.name());
                let allowed = format!("at most {most} draws with {numbers} numbers each");
                let fix = "leave it out, make fewer draws, or limit them by --max-draws with \
                           --until-precise";
                return wrong(&found, &allowed, fix);
            }
        }
        Ok(())
    }

    /// The files. `all` leaves out what there is not.
    pub fn files(
        &self,
        job: &Job,
        outcome: &Outcome,
        page: Option<&HtmlReport>,
    ) -> Result<Vec<File>, Failure> {
        let mut files: Vec<File> = Vec::new();
        if let Some(page) = page.filter(|_| self.has(Format::Figures)) {
            for (name, text) in page.figures()? {
                files.push((format!("{FIGURES}/{name}"), text.into()));
            }
        }
        if page.is_some() && self.has(Format::Iamc) {
            let names =
                IamcNames { scenario: Some(job.scenario().pathway()), ..Default::default() };
            files.push(("iamc.csv".to_owned(), report::iamc(outcome, &names)?.into()));
        }
        let year = chosen::year_of_flows(&job.plan);
        if let Some(year) = year.filter(|_| page.is_some() && self.has(Format::Sankey)) {
            let links = flows(job, outcome, year);
            if !links.is_empty() {
                files.push(("sankey.csv".to_owned(), report::sankey_csv(&links)?.into()));
            } else if self.formats.contains(&Format::Sankey) {
                return Err(no_flows(year));
            }
        }
        let kept = job.has_draws();
        if kept && self.has(Format::Draws) {
            let draws = report::draws(outcome)?;
            files.push(("draws.npy".to_owned(), draws.npy));
            files.push(("draws_index.csv".to_owned(), draws.index.into()));
        }
        if kept && self.has(Format::Experiments) {
            let samples = job.ensemble(Some(outcome.draws())).samples()?;
            if !samples.names().is_empty() {
                files.push(("experiments.csv".to_owned(), report::experiments(&samples)?.into()));
                files.push(("outcomes.csv".to_owned(), report::outcomes(outcome)?.into()));
            }
        }
        Ok(files)
    }
}

/// The flows of every material through every region in one year; nodes bear the
/// name of their region.
fn flows(job: &Job, outcome: &Outcome, year: i32) -> Vec<Link> {
    let mut links = Vec::new();
    let policy = job.plan.policies().first().map_or("", String::as_str);
    for region in job.scenario().regions() {
        for material in job.scenario().materials() {
            let of = report::sankey(outcome, policy, region.name(), Some(material), year);
            let Some(flows) = of else { continue };
            links.extend(flows.links().into_iter().map(|link| Link {
                source: format!("{}: {}", region.name(), link.source),
                target: format!("{}: {}", region.name(), link.target),
                kind: material.clone(),
                value: link.value,
            }));
        }
    }
    links
}

fn no_flows(year: i32) -> Failure {
    let problem = Diagnostic::new("there are no flows to write").key("--formats");
    let problem = problem.found(format!("nothing but zero in {year}"));
    let problem = problem.allowed("a scenario with flows in that year");
    Failure::run(problem.fix("leave sankey out"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use blackmass::analysis::Output;
    use blackmass::{Plan, System, system::var};
    use clap::Parser;

    #[derive(Parser)]
    struct Said {
        #[command(flatten)]
        options: Options,
    }

    /// Scenarios always have an input, plans need not have one.
    #[test]
    fn a_plan_without_inputs_has_no_experiments() {
        let said = Said::try_parse_from(["blackmass", "--draws", "20"]).expect("options");
        let mut job = Job::new("tests/data/small.toml", &said.options, true).expect("a scenario");
        let formats = |formats: &[Format]| Formats { formats: formats.to_vec() };
        let alone = formats(&[Format::Experiments]);
        assert!(alone.check(&job, 20).is_ok());
        let mut b = System::builder("no inputs", 2020..=2022);
        b.constant("x", &[], 2.0).variable("y", var("x").cumulative()).observe("y", "t");
        job.plan = Plan::compile(&b.build().expect("correct")).expect("small");
        let (policy, name) = ("baseline".to_owned(), "y".to_owned());
        job.kept = vec![Output { policy, name, labels: Vec::new() }];
        assert_eq!(job.ensemble(None).kept_numbers(), 3);
        assert!(alone.check(&job, 20).is_err());
        assert!(formats(&[Format::Draws]).check(&job, 20).is_ok());
        let all = formats(&[Format::All]);
        assert!(all.check(&job, 20).is_ok());
        let outcome = job.ensemble(Some(20)).run().expect("it runs");
        let files = all.files(&job, &outcome, None).expect("what there is");
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["draws.npy", "draws_index.csv"]);
    }
}
