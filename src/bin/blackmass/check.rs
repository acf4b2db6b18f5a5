//! `blackmass check`.

use crate::failure::Failure;
use crate::{source, terminal};
use blackmass::report::{exact, grouped, wrapped};
use blackmass::scenario::{Grade, Number, Scenario};
use blackmass::{Diagnostic, Error, ErrorKind};
use std::collections::BTreeMap;

/// How many weak quantities are named.
const NAMED: usize = 8;

/// Check a scenario and list every number with its grade and source
///
/// Exit code 0 if it can be run, with warnings on the standard error for weak numbers: those of
/// grade D (a judgement, proposal or figure without a checkable source) or without a source.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// A scenario file, or the name of a shipped one
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// Weak numbers are errors: exit code 1
    #[arg(long)]
    strict: bool,
    /// List weak numbers only
    #[arg(long)]
    weak: bool,
    /// Print no list and no warnings
    #[arg(long, short)]
    quiet: bool,
}

pub fn check(arguments: &Arguments) -> Result<(), Failure> {
    // What can be read makes a system: a test has damaged files show it.
    let scenario = source::open(&arguments.scenario)?;
    if !arguments.quiet {
        terminal::print(&listed(&scenario, arguments.weak))?;
    }
    let numbers = scenario.numbers();
    let weak: Vec<&Number> = numbers.iter().filter(|number| is_weak(number)).collect();
    if weak.is_empty() {
        return Ok(());
    }
    let count = |n: usize| grouped(n as f64, 0);
    let found = format!("{} of {} numbers", count(weak.len()), count(numbers.len()));
    if arguments.strict {
        let problem = Diagnostic::new("numbers of grade D or without a source")
            .file(scenario.file())
            .key(named(&weak))
            .found(found)
            .allowed("grades A to C, with a source")
            .fix("find sources, or leave --strict out");
        return Err(Error::new(ErrorKind::Scenario, problem).into());
    }
    if !arguments.quiet {
        terminal::say(&format!(
            "warning: {found} are of grade D or without a source: {}",
            named(&weak)
        ));
    }
    Ok(())
}

/// Whether a number rests on a judgement.
fn is_weak(number: &Number) -> bool {
    number.grade() == Some(Grade::D) || number.source().is_empty()
}

/// The quantities of some numbers, those with most first.
fn named(numbers: &[&Number]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for number in numbers {
        *counts.entry(address(number)).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown = counts.iter().take(NAMED);
    let mut text = shown.map(|(key, n)| format!("{key} ({n})")).collect::<Vec<_>>().join(", ");
    if counts.len() > NAMED {
        text += &format!(" and {} more quantities", counts.len() - NAMED);
    }
    text
}

fn address(number: &Number) -> String {
    match number.region() {
        "" => number.key().to_owned(),
        region => format!("{region}.{}", number.key()),
    }
}

/// The numbers in aligned columns, then their sources.
fn listed(scenario: &Scenario, weak: bool) -> String {
    let numbers = scenario.numbers();
    let shown: Vec<&Number> = numbers.iter().filter(|n| !weak || is_weak(n)).collect();
    let row = |number: &Number| {
        [
            address(number),
            number.year().map_or(String::new(), |year| year.to_string()),
            exact(number.value()),
            number.unit().to_owned(),
            number.kind().word().to_owned(),
            number.grade().map_or("-", Grade::letter).to_owned(),
            number.source().to_owned(),
        ]
    };
    let head = ["number", "year", "value", "unit", "kind", "grade", "source"].map(str::to_owned);
    let rows: Vec<[String; 7]> =
        std::iter::once(head).chain(shown.iter().map(|number| row(number))).collect();
    let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4, 5].map(width);
    let mut text = format!("{}\n{}\n\n", scenario.title(), summary(scenario));
    for [key, year, value, unit, kind, grade, source] in &rows {
        let [a, b, c, d, e, f] = widths;
        let line = format!(
            "{key:<a$}  {year:<b$}  {value:>c$}  {unit:<d$}  {kind:<e$}  {grade:<f$}  {source}"
        );
        text += line.trim_end();
        text.push('\n');
    }
    let is_named = |id: &str| {
        let ends = |n: &&&Number| id == n.source() || id.ends_with(&format!(".{}", n.source()));
        shown.iter().find(ends).is_some()
    };
    text += "\nSources\n";
    for (id, citation) in scenario.sources().filter(|(id, _)| is_named(id)) {
        text += &wrapped(&format!("{id}: {citation}"), 2);
    }
    text
}

fn summary(scenario: &Scenario) -> String {
    let count = |grade: Grade| {
        scenario.numbers().iter().filter(|number| number.grade() == Some(grade)).count()
    };
    let grades = Grade::ALL.map(|grade| format!("{} of grade {grade}", count(grade)));
    format!(
        "Pathway {}, {} to {}, reported from {}; {} numbers: {}",
        scenario.pathway(),
        scenario.start(),
        scenario.end(),
        scenario.report(),
        scenario.numbers().len(),
        grades.join(", ")
    )
}
