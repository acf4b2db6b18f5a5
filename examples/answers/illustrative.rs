//! What rests on judged origins of imports: to show a direction, not a size.

use super::measure::Measure;
use super::number::{Number, minus};
use super::page::{Page, Table};
use super::study::{MAIN_YEAR, Run, Study};
use super::words;
use blackmass::Error;

/// China's share in later stages, and the imports whose origin is behind it.
const SHARES: [(&str, &str, &[&str]); 3] = [
    (
        "cathode/anode of placed",
        "china_share_cathode_anode_illustrative_placed",
        &["cathode", "anode", "cells", "products"],
    ),
    (
        "cathode/anode of cells",
        "china_share_cathode_anode_illustrative_cells",
        &["cathode", "anode"],
    ),
    ("cells of placed", "china_share_cell", &["cells", "products"]),
];

/// Whether the origins of the imports of a region rest on judgement (grade D).
fn is_judged(study: &Study, region: &str, imports: &[&str]) -> bool {
    let world = study.scenario.world();
    let of =
        |what: &&str| world.is_some_and(|w| w.is_illustrative(&format!("supply.{what}.{region}")));
    imports.iter().any(of)
}

/// Whether China's share in cells rests on judgement.
pub fn is_cell_origin_judged(study: &Study, region: &str) -> bool {
    is_judged(study, region, SHARES[2].2)
}

fn of(region: &str, series: &str, material: &str) -> Measure {
    Measure::new(&[region], series, material, MAIN_YEAR, "share")
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let mut all = Vec::new();
    for region in study.pair() {
        for material in study.minerals() {
            all.extend(SHARES.map(|(_, series, _)| of(region, series, material)));
        }
    }
    all
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("illustrative", "ILLUSTRATIVE: China's share in later stages");
    page.say(&format!(
        "Where imports come from is judged or remembered here (grade D), so these shares show a \
         direction, not a size. {MAIN_YEAR}, per cent of batteries placed on the market or of cells made there, while apart, and points \
         that cooperation changes."
    ));
    let minerals = study.minerals();
    let mut table = Table::new("", minerals.iter().map(|m| (*m).to_owned()));
    for region in study.pair() {
        let judged = SHARES.iter().filter(|(.., imports)| is_judged(study, region, imports));
        for (title, series, _) in judged {
            let (mut levels, mut changes) = (Vec::new(), Vec::new());
            for material in &minerals {
                let of = of(region, series, material);
                let apart = of.draws(main, "apart")?;
                let level = Number::of(&apart);
                let change = Number::of(&minus(&of.draws(main, "cooperation")?, &apart));
                page.row("apart", &of, &level);
                page.row("cooperation - apart", &of, &change);
                levels.push(level.shown("share"));
                changes.push(change.shown("share"));
            }
            table.levels(&format!("{}: {title}", words::place(region)), &levels);
            table.changes("  cooperation less apart", &changes);
        }
    }
    page.table(&table);
    Ok(())
}
