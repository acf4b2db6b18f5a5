//! The report: one HTML file with everything in it.

mod answers;
mod any_year;
mod data;
mod fans;
mod page;
mod policies;
mod run;
mod sankeys;
mod sensitivity;
mod targets;
mod validation;

use super::svg;
use super::view::View;
use crate::ensemble::Outcome;
use crate::error::Error;
use crate::lifecycle::published::Figure;
use crate::scenario::Scenario;
use page::Page;
pub use sensitivity::{RankByYear, Sensitivity, SensitivityRow};
use std::fmt::Write as _;
use svg::escape;

/// The style sheet of the page; that of the charts comes before it.
const STYLE: &str = include_str!("style.css");

/// A report on an outcome: one HTML file without anything outside it, for
/// screens of any width, light and dark, and for paper; the charts also as files.
///
/// Every number of the outcome that is shown stands in an element `data` with
/// the exact value, the same digits as in [`csv`](super::csv), and the place in
/// it: `data-k` is the fields from `policy` to `material`, then year and
/// statistic. In a table of years cells have the exact value as `data-v`, and the
/// place stands at the headings of columns and rows.
///
/// # Examples
/// ```
/// use blackmass::lifecycle::{self, Options};
/// use blackmass::{Ensemble, Plan, report::HtmlReport, scenario::Scenario};
/// let scenario = Scenario::japan();
/// let options = Options { flows: true, ..Options::default() };
/// let plan = Plan::compile(&lifecycle::system_with(&scenario, &options)?)?;
/// let outcome = Ensemble::new(&plan).draws(64).run()?;
/// let page = HtmlReport::new(&scenario, &outcome).command("blackmass run japan.toml").html()?;
/// assert!(page.starts_with("<!DOCTYPE html>"));
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HtmlReport<'a> {
    scenario: &'a Scenario,
    outcome: &'a Outcome,
    command: String,
    prior_scale: f64,
    sensitivity: Vec<Sensitivity>,
    published: &'a [Figure],
    sankey_years: Vec<i32>,
}

impl<'a> HtmlReport<'a> {
    /// A report on the outcome of a scenario. Sankey diagrams are in it if the
    /// outcome has the flows
    /// ([`Options::flows`](crate::lifecycle::Options::flows)).
    #[must_use]
    pub fn new(scenario: &'a Scenario, outcome: &'a Outcome) -> Self {
        Self {
            scenario,
            outcome,
            command: String::new(),
            prior_scale: scenario.run().prior_scale().unwrap_or(1.0),
            sensitivity: Vec::new(),
            published: &[],
            sankey_years: vec![2030, 2040],
        }
    }

    /// The command that repeats the run.
    #[must_use]
    pub fn command(mut self, command: &str) -> Self {
        command.clone_into(&mut self.command);
        self
    }

    /// What the spread of every prior was multiplied by.
    #[must_use]
    pub fn prior_scale(mut self, scale: f64) -> Self {
        self.prior_scale = scale;
        self
    }

    /// What inputs do to results; none unless given.
    #[must_use]
    pub fn sensitivity(mut self, found: Vec<Sensitivity>) -> Self {
        self.sensitivity = found;
        self
    }

    /// Published figures to set beside, such as
    /// [`figures`](crate::lifecycle::published::figures); none unless given. Those
    /// of other regions, or of what the outcome does not report, are left out.
    #[must_use]
    pub fn published(mut self, figures: &'a [Figure]) -> Self {
        self.published = figures;
        self
    }

    /// The years of the Sankey diagrams that are files, and that the page shows where
    /// its script does not run, as far as they are in the outcome:
    /// 2030 and 2040 unless given.
    #[must_use]
    pub fn sankey_years(mut self, years: &[i32]) -> Self {
        self.sankey_years = years.to_vec();
        self
    }

    /// The page.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the outcome lacks a
    /// series of [`lifecycle`](crate::lifecycle) for a region of the scenario.
    pub fn html(&self) -> Result<String, Error> {
        let page = self.page()?;
        let title = escape(self.scenario.title());
        let mut text = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
             <meta name=\"color-scheme\" content=\"light dark\"/>\
             <title>{title}</title>\n<style>\n{}{STYLE}</style></head>\n\
             <body><a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\
             <p class=\"kicker\">Pathway <b>{}</b> · {} draws · policy <b>{}</b> unless said otherwise\
             </p><h1>{title}</h1><p>{}</p></header>\n<nav aria-label=\"Contents\"><ol>",
            svg::STYLE,
            escape(self.scenario.pathway()),
            super::grouped(f64::from(self.outcome.draws()), 0),
            escape(self.reference()),
            escape(self.scenario.description()),
        );
        for (id, title) in &page.contents {
            let _ = write!(text, "<li><a href=\"#{id}\">{}</a></li>", escape(title));
        }
        let _ = write!(
            text,
            "</ol></nav>\n<main id=\"main\">\n{}</section>\n</main>\n<footer><p>Made by blackmass {}. \
             Every number here is in outcome.csv{} with all its digits.</p></footer></body></html>\n",
            page.text,
            env!("CARGO_PKG_VERSION"),
            if self.sensitivity.is_empty() { "" } else { " or sensitivity.csv" }
        );
        Ok(text)
    }

    /// Every chart of the page as a file: name and text.
    ///
    /// # Errors
    /// As for [`html`](Self::html).
    pub fn figures(&self) -> Result<Vec<(String, String)>, Error> {
        let charts = self.page()?.charts;
        Ok(charts.into_iter().map(|c| (format!("{}.svg", c.name()), c.file())).collect())
    }

    fn page(&self) -> Result<Page, Error> {
        let mut page = Page::default();
        // What ids the frame of the page has.
        page.id("main");
        let regions = self.scenario.regions().iter();
        let views: Vec<View> =
            regions.map(|r| View::new(self.outcome, r)).collect::<Result<_, _>>()?;
        answers::write(&mut page, &views)?;
        fans::write(&mut page, self, &views)?;
        fans::areas(&mut page, &views)?;
        sankeys::write(&mut page, self, &views);
        targets::write(&mut page, &views)?;
        policies::write(&mut page, self, &views)?;
        policies::ranking(&mut page, self, &views)?;
        validation::write(&mut page, self, &views);
        data::write(&mut page, self.scenario);
        run::write(&mut page, self, &views);
        Ok(page)
    }

    /// The reference policy.
    fn reference(&self) -> &'a str {
        self.outcome.reports().first().map_or("", |r| r.series().policy.as_str())
    }

    /// How a number of a scenario's source is cited.
    fn citation(&self, source: &str, region: &str) -> String {
        let qualified = format!("{region}.{source}");
        let mut all = self.scenario.sources();
        let found = all.find(|(id, _)| *id == source || *id == qualified);
        found.map_or_else(|| source.to_owned(), |(_, citation)| citation.to_owned())
    }
}

/// The name of a region: what its title says before a colon.
fn name_of(view: &View) -> String {
    let title = view.region.title();
    title.split(':').next().unwrap_or(title).trim().to_owned()
}

/// A name as words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The years that tables show, as far as they are reported.
fn some_years(view: &View) -> Vec<i32> {
    let wanted = [2030, 2035, 2040, 2050].into_iter();
    let years: Vec<i32> = wanted.filter(|y| view.outcome.years().contains(y)).collect();
    if years.is_empty() { vec![*view.outcome.years().end()] } else { years }
}
