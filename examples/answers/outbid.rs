//! What changes if China outbids for black mass, or stops deliveries.

use super::measure::Measure;
use super::number::{Number, minus};
use super::page::{Page, Table};
use super::study::{MAIN_YEAR, Run, Study, YEARS};
use super::{tonnes, words};
use blackmass::Error;
use blackmass::analysis::{Worst, expected_shortfall};
use blackmass::report::significant;

/// What is missing of the demand of cell makers.
const UNMET: &str = "unmet_demand_cells";
const RIVAL: &str = "china";

/// What the rival has of recovered metal.
fn taken(material: &str) -> Measure {
    Measure::new(&[RIVAL], "retained", material, MAIN_YEAR, "t/yr")
}

fn unmet(region: &str, material: &str, year: i32) -> Measure {
    Measure::new(&[region], UNMET, material, year, "t/yr")
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("outbid", "If China outbids, or stops deliveries");
    pulled(page, study, main)?;
    stopped(page, study)
}

/// The first and the last year in which the scenario stops deliveries.
fn stop(study: &Study) -> Vec<i32> {
    let all = study.policy("disruption").map_or(&[][..], |policy| &policy.overrides);
    let years = || all.iter().filter(|o| o.name.ends_with(".imposed")).map(|o| o.from);
    let first = years().min().unwrap_or(YEARS[0]);
    let last = years().max().map_or(first, |lifted| lifted - 1);
    if last > first { vec![first, last] } else { vec![first] }
}

/// Days of the needs of makers of cathodes and anodes in stock at the end of the
/// year before.
fn in_stock(study: &Study, region: &str, material: &str) -> Measure {
    Measure::new(&[region], "days_of_supply", material, stop(study)[0] - 1, "days")
}

fn description<'a>(study: &'a Study, policy: &str) -> &'a str {
    let mut all = study.scenario.policies().iter();
    all.find(|p| p.name() == policy).map_or("", |p| p.description())
}

fn pulled(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    let minerals = study.minerals();
    let kept = |material: &str| tonnes::kept(study, material, MAIN_YEAR);
    let asked: Vec<Measure> = minerals.iter().flat_map(|m| [kept(m), taken(m)]).collect();
    study.progress("China outbids", 0, 1);
    let pulled = study.run(&["china_pull", "cooperation_china_pull"], &asked, 1.0)?;
    page.say(description(study, "china_pull"));
    page.say(&format!(
        "Recovered metal in {MAIN_YEAR}, t/yr, kept by the pair and by China: what the pull changes \
         while both act apart; then the value of cooperation to the pair (cooperation less apart)."
    ));
    let mut table = Table::new("", minerals.iter().map(|m| (*m).to_owned()));
    let mut sentences = Vec::new();
    let [mut loss, mut gain, mut value, mut change] = [const { Vec::new() }; 4];
    for material in &minerals {
        let (pair, rival) = (kept(material), taken(material));
        let apart = pair.draws(main, "apart")?;
        let apart_pulled = pair.draws(&pulled, "china_pull")?;
        let usual = minus(&pair.draws(main, "cooperation")?, &apart);
        let then = minus(&pair.draws(&pulled, "cooperation_china_pull")?, &apart_pulled);
        let rival_then = rival.draws(&pulled, "china_pull")?;
        loss.push(Number::of_difference(&apart_pulled, &apart));
        gain.push(Number::of_difference(&rival_then, &rival.draws(main, "apart")?));
        value.push(Number::of(&then));
        change.push(Number::of_difference(&then, &usual));
        let at = change.len() - 1;
        page.row("china_pull - apart", &pair, &loss[at]);
        page.row("china_pull - apart", &rival, &gain[at]);
        page.row("cooperation_china_pull - china_pull", &pair, &value[at]);
        let both = "(cooperation_china_pull - china_pull) - (cooperation - apart)";
        page.row(both, &pair, &change[at]);
        sentences.push(format!(
            "{material}. What the pair keeps apart: {}. The value of cooperation: {}.",
            loss[at].beside(Number::of(&apart).mean).words(),
            change[at].beside(Number::of(&usual).mean).words(),
        ));
    }
    table.changes("pair apart, effect of the pull", &loss);
    table.changes("China apart, effect of the pull", &gain);
    table.changes("value while China outbids", &value);
    table.changes("  less the value otherwise", &change);
    page.table(&table);
    page.space();
    for sentence in sentences {
        page.item(&sentence);
    }
    Ok(())
}

fn stopped(page: &mut Page, study: &Study) -> Result<(), Error> {
    let minerals = study.minerals();
    let mut asked = Vec::new();
    for material in &minerals {
        for region in study.pair() {
            asked.extend(stop(study).iter().map(|year| unmet(region, material, *year)));
            asked.push(in_stock(study, region, material));
        }
    }
    study.progress("China stops deliveries", 0, 1);
    let stopped = study.run(&["disruption", "cooperation_disruption"], &asked, 1.0)?;
    page.space();
    page.say(description(study, "disruption"));
    page.say(
        "Unmet demand of cell makers, t/yr: mean and (mean of the worst 5 % of draws) while apart, \
         and what cooperation changes.",
    );
    let years = stop(study);
    let heading =
        years.iter().map(|year| [format!("{year}, apart"), "cooperation less".to_owned()]);
    let mut table = Table::new("", heading.flatten());
    let mut words: Vec<Vec<(String, String)>> = vec![Vec::new(); years.len()];
    for region in study.pair() {
        for material in &minerals {
            let name = format!("{} {material}", words::place(region));
            let (mut cells, mut bands) = (Vec::new(), Vec::new());
            for (year, words) in years.iter().zip(&mut words) {
                let of = unmet(region, material, *year);
                let apart = of.draws(&stopped, "disruption")?;
                let together = of.draws(&stopped, "cooperation_disruption")?;
                let level = Number::of(&apart);
                let change = Number::of_difference(&together, &apart);
                let tail = expected_shortfall(&apart, 0.95, Worst::High)?.value;
                page.row("disruption", &of, &level);
                page.row("cooperation_disruption - disruption", &of, &change);
                let tail_of = Measure { series: format!("{UNMET}.worst_5_percent"), ..of };
                page.row_alone("disruption", &tail_of, "t/yr", tail.mean, tail.standard_error);
                let [mean, worst] = [level.mean, tail.mean].map(significant);
                cells.extend([format!("{mean} ({worst})"), change.change()]);
                bands.extend([level.band(), change.change_band()]);
                words.push((name.clone(), change.beside(level.mean).words().to_owned()));
            }
            table.row(&name, cells);
            table.below(bands.into_iter());
        }
    }
    page.table(&table);
    page.space();
    for (year, words) in years.iter().zip(&words) {
        page.item(&format!(
            "Unmet demand in {year}, cooperation less apart. {}.",
            words::grouped(words)
        ));
    }
    let mut days = Vec::new();
    for region in study.pair() {
        for material in &minerals {
            let of = in_stock(study, region, material);
            let number = Number::of(&of.draws(&stopped, "cooperation_disruption")?);
            page.row("cooperation_disruption", &of, &number);
            let name = format!("{} {material}", words::place(region));
            days.push(format!("{name} {}", significant(number.mean)));
        }
    }
    page.item(&format!(
        "In stock at the end of {}, days of the needs of makers of cathodes and anodes, under \
         cooperation: {}.",
        years[0] - 1,
        words::listed(&days)
    ));
    Ok(())
}
