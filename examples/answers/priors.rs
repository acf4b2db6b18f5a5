//! The first answers again, with the spread of all priors halved and doubled.

use super::availability::{chance, content, reached, targets};
use super::measure::Measure;
use super::number::{Number, minus};
use super::page::{Page, Table};
use super::study::{Run, Study, YEARS};
use super::{tonnes, words};
use blackmass::Error;

/// What the spread of the priors is multiplied by.
const FACTORS: [(f64, &str); 2] = [(0.5, "halved"), (2.0, "doubled")];
const BOOKED: &str = "even";

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("priors", "The same with priors halved and doubled");
    let targets = targets(study);
    let mut asked = tonnes::asked(study);
    asked.extend(targets.iter().map(|target| content(target, BOOKED)));
    let run = |(factor, name): (f64, &str)| {
        study.progress(&format!("priors {name}"), 0, 1);
        study.run(&["apart", "cooperation"], &asked, factor)
    };
    let [halved, doubled] = [run(FACTORS[0])?, run(FACTORS[1])?];
    let runs = [(&halved, "halved"), (main, "as they are"), (&doubled, "doubled")];
    page.say(
        "Recovered metal kept by the pair, cooperation less apart, t/yr. Where the words of the first \
         block change with the priors, the answer rests on how wide they were judged.",
    );
    let heading = runs.map(|(_, name)| name.to_owned());
    let mut table = Table::new("", heading.clone());
    let mut changed = Vec::new();
    for material in study.minerals() {
        for year in YEARS {
            let of = tonnes::kept(study, material, year);
            let mut numbers = Vec::new();
            for (run, name) in &runs {
                let change = minus(&of.draws(run, "cooperation")?, &of.draws(run, "apart")?);
                let number = Number::of(&change);
                row(page, "cooperation - apart", name, &of, &number);
                numbers.push(number);
            }
            table.changes(&format!("{material} {year}"), &numbers);
            let words: Vec<&str> = numbers.iter().map(|n| n.verdict().words()).collect();
            if words.iter().any(|w| *w != words[1]) {
                let [halved, usual, doubled] = [words[0], words[1], words[2]];
                let words = format!("halved, {halved}; as they are, {usual}; doubled, {doubled}.");
                changed.push((format!("{material} {year}"), words));
            }
        }
    }
    page.table(&table);
    page.space();
    if changed.is_empty() {
        page.item("The words of the first block stay the same for every material and year.");
    }
    if !changed.is_empty() {
        page.item(&format!("The words change. {}", words::grouped(&changed)));
    }
    page.space();
    page.say(&format!(
        "Chance, in per cent, that recycled content suffices under cooperation (booked {BOOKED}ly over \
         all cells made), with its Wilson interval (95 %, Monte Carlo error only):"
    ));
    let mut table = Table::new("", heading);
    for target in &targets {
        let of = content(target, BOOKED);
        let (mut chances, mut intervals) = (Vec::new(), Vec::new());
        for (run, name) in &runs {
            let reached = reached(target, &of.draws(run, "cooperation")?);
            let number = Number::of(&reached);
            let of = Measure { series: format!("{}.reached", of.series), ..of.clone() };
            let policy = format!("cooperation (priors {name})");
            page.row_alone(&policy, &of, "share of draws", number.mean, number.error);
            let [p, interval] = chance(&reached);
            chances.push(p);
            intervals.push(interval);
        }
        table.row(&format!("{} {}", target.material, target.year), chances);
        table.row("", intervals);
    }
    page.table(&table);
    Ok(())
}

fn row(page: &mut Page, policy: &str, priors: &str, of: &Measure, number: &Number) {
    page.row(&format!("{policy} (priors {priors})"), of, number);
}
