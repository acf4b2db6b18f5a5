//! The inputs that the value of cooperation follows, and what they rest on.

use super::measure::Measure;
use super::number::minus;
use super::page::{Page, Table};
use super::study::{MAIN_YEAR, Run, Study};
use super::{tonnes, words};
use blackmass::analysis::by_strength;
use blackmass::report::grouped;
use blackmass::scenario::Grade;
use blackmass::{Error, maths};

/// How many inputs are listed.
const LISTED: usize = 8;
/// The grade of a number that rests on judgement.
const JUDGED: &str = "D";

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("inputs", "The weakest inputs");
    let of = tonnes::kept(study, "lithium", MAIN_YEAR);
    let value = minus(&of.draws(main, "cooperation")?, &of.draws(main, "apart")?);
    let table = study.inputs(main)?;
    let names = table.names().iter();
    let inputs: Vec<(&str, &[f64])> =
        names.filter_map(|name| table.column(name).map(|column| (name.as_str(), column))).collect();
    let n = value.len() as f64;
    let (one, all) = (1.0 / n.sqrt(), (2.0 * maths::ln(inputs.len() as f64) / n).sqrt());
    page.say(&format!(
        "Of {} inputs drawn, those that the value of cooperation follows most closely (lithium kept by \
         {}, {MAIN_YEAR}), by Spearman's rank correlation ρ. Grade: the weakest of its numbers. By \
         chance alone one ρ has a standard deviation of {}, and the largest of all would be about \
         {}; an input below that is not told from noise. Correlation is not cause.",
        inputs.len(),
        words::pair(study),
        grouped(one, 3),
        grouped(all, 3),
    ));
    // Without spread there is nothing to correlate.
    let found = by_strength(&inputs, &value).unwrap_or_default();
    let mut shown = Table::new("", ["ρ", "grade", ""].map(str::to_owned));
    let (mut told, mut judged) = (0, 0);
    for (name, rho) in found.iter().take(LISTED) {
        let grade = grade_of(study, name).map_or("-", Grade::letter);
        let known = if rho.abs() > all { "" } else { "not told from noise" };
        told += usize::from(known.is_empty());
        judged += usize::from(known.is_empty() && grade == JUDGED);
        shown.row(&label(study, name), [grouped(*rho, 2), grade.to_owned(), known.to_owned()]);
        let input = Measure { series: format!("rank correlation with {name}"), ..of.clone() };
        page.row_alone("cooperation - apart", &input, "1", *rho, one);
    }
    if found.is_empty() {
        page.item("Nothing varies: there is no input to rank.");
        return Ok(());
    }
    page.table(&shown);
    page.space();
    let listed = found.len().min(LISTED);
    page.item(&format!(
        "{told} of the {listed} listed are told from noise, {judged} of them of grade {JUDGED}: \
         better numbers there would narrow the answer most."
    ));
    Ok(())
}

/// The name of an input; for the size of an instrument, what it changes.
fn label(study: &Study, stream: &str) -> String {
    let instruments = study.scenario.world().map_or(&[][..], |w| w.instruments());
    for instrument in instruments {
        for (n, change) in instrument.changes().iter().enumerate() {
            let id = instrument.id();
            if stream == format!("world.instrument.{id}.size.{}", n + 1) {
                return format!("size of {id} on {}.{}", change.region(), change.key());
            }
        }
    }
    stream.to_owned()
}

/// The weakest grade of the numbers behind a random stream.
fn grade_of(study: &Study, stream: &str) -> Option<Grade> {
    let name = stream.split('[').next().unwrap_or(stream);
    let mut stem = name;
    for end in [".tilt", ".error", ".midpoint"] {
        stem = stem.strip_suffix(end).unwrap_or(stem);
    }
    let is_below = |name: &str| {
        name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let numbers = study.scenario.numbers().iter();
    // What holds everywhere has one stream for all regions.
    let meant = numbers.filter(|n| {
        is_below(&format!("{}.{}", n.region(), n.key())) || is_below(&format!("world.{}", n.key()))
    });
    meant.filter_map(|n| n.grade()).max_by_key(|grade| grade.letter())
}
