//! How much, by material and year.

use super::measure::Measure;
use super::number::Number;
use super::page::{Page, Table};
use super::study::{LAW_YEARS, Run, Study, YEARS};
use super::words;
use blackmass::Error;
use blackmass::report::significant;

/// Recovered metal that industry in both regions has.
pub fn kept(study: &Study, material: &str, year: i32) -> Measure {
    Measure::new(&study.pair(), "retained", material, year, "t/yr")
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let years = || YEARS.into_iter().chain(LAW_YEARS);
    let all = study.minerals().into_iter();
    all.flat_map(|material| years().map(move |year| kept(study, material, year))).collect()
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("tonnes", "Tonnes: what cooperation adds");
    page.say(&format!(
        "Metal recovered from batteries and kept by industry in {}, t/yr: all of cooperation, and \
         the memorandum alone, each less apart.",
        words::pair(study)
    ));
    let mut table = Table::new("", YEARS.map(|year| year.to_string()));
    let mut sentences = Vec::new();
    for material in study.minerals() {
        let (mut words, mut shares) = (Vec::new(), Vec::new());
        for (policy, label) in [("cooperation", material), ("memorandum_only", "  memorandum")] {
            let mut numbers = Vec::new();
            for year in YEARS {
                let of = kept(study, material, year);
                let apart = of.draws(main, "apart")?;
                let number = Number::of_difference(&of.draws(main, policy)?, &apart);
                page.row(&format!("{policy} - apart"), &of, &number);
                numbers.push(number);
                if policy == "cooperation" {
                    let mean = Number::of(&apart).mean;
                    let share = if mean > 0.0 { number.mean / mean * 100.0 } else { 0.0 };
                    shares.push(significant(share));
                    words.push((year.to_string(), number.verdict().words().to_owned()));
                }
            }
            table.changes(label, &numbers);
        }
        sentences.push(format!(
            "{material}, {}; on average {} % of what is kept apart.",
            words::grouped(&words),
            words::listed(&shares),
        ));
    }
    page.table(&table);
    page.space();
    for sentence in sentences {
        page.item(&sentence);
    }
    page.item(
        "Where the range assumed for an instrument has one direction, the sign is assumed, too; only \
         the amount is computed.",
    );
    Ok(())
}
