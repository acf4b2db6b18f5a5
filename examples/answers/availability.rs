//! Whether Japanese batteries sold in the EU could hold what its law asks for.

use super::measure::Measure;
use super::number::{Number, minus};
use super::page::{Page, Table};
use super::study::{BUYER, Run, SELLER, Study};
use super::words;
use blackmass::Error;
use blackmass::report::{grouped, significant, wilson};
use blackmass::scenario::Measure as Asks;

/// How what is recovered is booked.
const BOOKED: [(&str, &str); 2] =
    [("all", "all of it to what is sold there"), ("even", "evenly over all cells made")];

/// A share that the law asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub material: String,
    pub year: i32,
    pub value: f64,
}

/// The shares of recycled content that the law of the buyer asks for, as the
/// scenario gives them.
pub fn targets(study: &Study) -> Vec<Target> {
    let mut all: Vec<Target> = Vec::new();
    let regions = study.scenario.regions().iter().filter(|region| region.name() == BUYER);
    for target in regions.flat_map(|region| region.targets()) {
        let material = target.material().and_then(|m| study.scenario.materials().get(m));
        let (Asks::RecycledContent, Some(material)) = (target.measure(), material) else {
            continue;
        };
        let (year, value) = (target.year(), target.value());
        let target = Target { material: material.clone(), year, value };
        if !all.contains(&target) {
            all.push(target);
        }
    }
    all.sort_by(|a, b| (a.year, &a.material).cmp(&(b.year, &b.material)));
    all
}

/// What could be shown to be recycled.
pub fn content(target: &Target, booked: &str) -> Measure {
    let series = format!("recycled_content_sold_in_{BUYER}_{booked}");
    Measure::new(&[SELLER], &series, &target.material, target.year, "share")
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let both = |target: &Target| BOOKED.map(|(booked, _)| content(target, booked));
    targets(study).iter().flat_map(both).collect()
}

/// Whether the target is reached, 1 or 0 by draw.
pub fn reached(target: &Target, draws: &[f64]) -> Vec<f64> {
    draws.iter().map(|x| f64::from(u8::from(*x >= target.value))).collect()
}

/// A chance in per cent, and its Wilson interval.
pub fn chance(flags: &[f64]) -> [String; 2] {
    let holds = flags.iter().filter(|flag| **flag > 0.5).count();
    let (p, low, high) = wilson(holds as u32, flags.len() as u32);
    let [p, low, high] = [p, low, high].map(|x| grouped(x * 100.0, 1));
    [p, format!("{low}–{high}")]
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("availability", "Japanese batteries sold in the EU");
    let booked = BOOKED.map(|(name, how)| format!("{name}: {how}"));
    page.say(&format!(
        "Chance, in per cent, that recovered metal used in Japan suffices for the recycled content \
         that the EU asks for; below it the Wilson interval (95 %, Monte Carlo error only). {}. \
         Availability, not whether the law is met: it binds each battery model and plant.",
        booked.join("; ")
    ));
    let policies = ["apart", "cooperation"];
    let columns = BOOKED.iter().flat_map(|(name, _)| policies.map(|p| format!("{name}, {p}")));
    let mut table = Table::new("", columns);
    let mut sentences = Vec::new();
    for target in targets(study) {
        let (mut chances, mut intervals, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for (booked, _) in BOOKED {
            let of = content(&target, booked);
            let mut flags = Vec::new();
            let mut levels = Vec::new();
            for policy in policies {
                let draws = of.draws(main, policy)?;
                page.row(policy, &of, &Number::of(&draws));
                let reached = reached(&target, &draws);
                let number = Number::of(&reached);
                let chance_of = Measure { series: format!("{}.reached", of.series), ..of.clone() };
                page.row_alone(policy, &chance_of, "share of draws", number.mean, number.error);
                let [p, interval] = chance(&reached);
                chances.push(p);
                intervals.push(interval);
                flags.push(reached);
                levels.push(draws);
            }
            let change = Number::of(&minus(&flags[1], &flags[0]));
            let level = Number::of_difference(&levels[1], &levels[0]);
            page.row("cooperation - apart", &of, &level);
            let (change, level) = (change.shown("share"), level.shown("share"));
            let known = match (change.mean, change.error) {
                (0.0, 0.0) => "chance the same in every draw".to_owned(),
                (mean, error) if mean.abs() <= 2.0 * error => {
                    format!("chance {} points, which cannot be told from none", change.change())
                }
                _ => format!("chance {} points", change.change()),
            };
            words.push(format!("{booked}: {known}, content {} points", level.change()));
        }
        let asked = significant(target.value * 100.0);
        table.row(&format!("{} {}, {asked} %", target.material, target.year), chances);
        table.row("", intervals);
        sentences.push(format!("{} {}: {}.", target.material, target.year, words.join("; ")));
    }
    page.table(&table);
    page.space();
    page.say(&format!("What cooperation changes for {}:", words::place(SELLER)));
    for sentence in sentences {
        page.item(&sentence);
    }
    Ok(())
}
