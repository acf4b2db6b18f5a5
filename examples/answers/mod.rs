//! The answers: one block of the page a file.

mod anyway;
mod availability;
mod conflicts;
mod illustrative;
mod inputs;
mod keepers;
mod levers;
mod measure;
mod number;
mod options;
mod outbid;
mod page;
mod priors;
mod study;
mod tonnes;
mod words;

use blackmass::{Error, report};
use levers::Effects;
use page::{Page, wrapped};
use study::{Run, Study};

pub use options::{HELP, Options};

/// The runs, and the page as far as it is written.
pub struct Answers {
    study: Study,
    page: Page,
    /// Apart, as things are, with the memorandum alone, with everything.
    main: Run,
    effects: Effects,
}

impl Answers {
    /// Reads the scenario and runs it.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let study = Study::new(options)?;
        let policies = ["apart", "baseline", "memorandum_only", "cooperation"];
        let asked = [
            tonnes::asked(&study),
            anyway::asked(&study),
            keepers::asked(&study),
            availability::asked(&study),
            illustrative::asked(&study),
        ];
        study.progress("apart and together", 0, 1);
        let main = study.run(&policies, &asked.concat(), 1.0)?;
        let effects =
            Effects::of(&study, &[levers::asked(&study), conflicts::asked(&study)].concat())?;
        let page = Page::new(&heading(&study));
        Ok(Self { study, page, main, effects })
    }

    /// Tonnes by material and year.
    pub fn tonnes(&mut self) -> Result<(), Error> {
        tonnes::block(&mut self.page, &self.study, &self.main)
    }

    /// What happens without cooperation.
    pub fn anyway(&mut self) -> Result<(), Error> {
        anyway::block(&mut self.page, &self.study, &self.main)
    }

    /// Who keeps the metal.
    pub fn keepers(&mut self) -> Result<(), Error> {
        keepers::block(&mut self.page, &self.study, &self.main)
    }

    /// China outbids, or stops deliveries.
    pub fn outbid(&mut self) -> Result<(), Error> {
        outbid::block(&mut self.page, &self.study, &self.main)
    }

    /// Whether a target could be met from what is available.
    pub fn availability(&mut self) -> Result<(), Error> {
        availability::block(&mut self.page, &self.study, &self.main)
    }

    /// The ranking of levers.
    pub fn levers(&mut self) -> Result<(), Error> {
        levers::block(&mut self.page, &self.study, &self.effects)
    }

    /// Levers that help one thing and harm another.
    pub fn conflicts(&mut self) -> Result<(), Error> {
        conflicts::block(&mut self.page, &self.study, &self.effects)
    }

    /// The inputs that the value of cooperation follows.
    pub fn inputs(&mut self) -> Result<(), Error> {
        inputs::block(&mut self.page, &self.study, &self.main)
    }

    /// The same with priors halved and doubled.
    pub fn priors(&mut self) -> Result<(), Error> {
        priors::block(&mut self.page, &self.study, &self.main)
    }

    /// What rests on judgement alone.
    pub fn illustrative(&mut self) -> Result<(), Error> {
        illustrative::block(&mut self.page, &self.study, &self.main)
    }

    /// The page.
    pub fn text(&self) -> String {
        self.study.finish();
        let run = &self.main;
        let rate = report::grouped(run.notes.draws_per_second(), 0);
        let residual = run.outcome.worst_residual();
        format!(
            "{}\nFirst run, {} policies: {rate} draws per second, worst mass-balance residual {residual:.1e}\n",
            self.page.text(),
            run.plan.policies().len(),
        )
    }

    /// The files for other programs.
    pub fn files(&self) -> Result<[(&'static str, String); 3], Error> {
        let Self { study, page, main, .. } = self;
        let Run { plan, outcome, notes } = main;
        let options = study.options(1.0);
        let manifest = report::manifest(&study.scenario, &options, plan, outcome, notes);
        Ok([
            ("cooperation.csv", page.csv()),
            ("outcome.csv", report::csv(outcome)?),
            ("manifest.json", manifest),
        ])
    }
}

fn heading(study: &Study) -> String {
    let scenario = &study.scenario;
    let title = format!("{}\n{}\n", scenario.title(), "=".repeat(scenario.title().chars().count()));
    let draws = report::grouped(f64::from(study.draws), 0);
    let conditional = format!(
        "Pathway {}: every number is conditional on it and on the file {}. {draws} draws, the same \
         states of the world under every policy; seed {}, spread of priors x {}.",
        scenario.pathway(),
        scenario.file(),
        study.seed,
        study.prior_scale
    );
    let reading = "A change is the mean over draws of one policy less another ± its Monte Carlo \
                   standard error; below it the interval in which 90 % of the draws lie (5 to 95 %). \
                   Only the interval shows how little is known.";
    let text = [title, wrapped(&conditional, 0), wrapped(reading, 0), words::policies(study)];
    text.concat()
}
