//! What happens without cooperation.

use super::measure::Measure;
use super::number::Number;
use super::page::{Page, Table};
use super::study::{MAIN_YEAR, Run, Study, YEARS};
use super::{illustrative, tonnes, words};
use blackmass::Error;
use blackmass::analysis::{Worst, expected_shortfall};
use blackmass::report::significant;

/// Indicators of a region by mineral: title, series, unit.
const INDICATORS: [(&str, &str, &str); 13] = [
    ("from end of life (EOL-RR), %", "eol_rr", "share"),
    ("recycled in chain (EOL-RIR), %", "eol_rir", "share"),
    ("import dependence, %", "import_dependence", "share"),
    ("China mining, of placed, %", "china_share_mine_placed", "share"),
    ("  in t/yr", "china_supply_mine_placed", "t/yr"),
    ("China refining, of placed, %", "china_share_refine_placed", "share"),
    ("  in t/yr", "china_supply_refine_placed", "t/yr"),
    ("China refining, of chain, %", "china_share_refine_chain", "share"),
    ("  in t/yr", "china_supply_refine_chain", "t/yr"),
    ("China cells, of placed, %", CELLS, "share"),
    ("unmet demand of chain, t/yr", UNMET, "t/yr"),
    ("days of supply in stock", "days_of_supply", "days"),
    ("metal recovered here, t/yr", "recovered", "t/yr"),
];
const CELLS: &str = "china_share_cell";
/// What is missing of the demand of cathode and anode makers.
pub const UNMET: &str = "unmet_demand_chain";
/// The rules by which recycled metal displaces primary metal, besides that in
/// proportion.
const RULES: [&str; 2] =
    ["china_share_refine_if_china_first_chain", "china_share_refine_if_china_last_chain"];
/// Of how much the worst cases are shown.
const WORST: f64 = 0.95;

fn of(region: &str, series: &str, material: &str, unit: &'static str) -> Measure {
    Measure::new(&[region], series, material, MAIN_YEAR, unit)
}

/// What the world market looks like: concentration, in points.
fn concentration(stage: &str, bound: &str, material: &str) -> Measure {
    Measure::new(&["world"], &format!("hhi_{stage}_{bound}"), material, MAIN_YEAR, "points")
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let mut all = Vec::new();
    for material in study.minerals() {
        for region in study.pair() {
            all.extend(INDICATORS.map(|(_, series, unit)| of(region, series, material, unit)));
            all.extend(RULES.map(|series| of(region, series, material, "share")));
        }
        for stage in ["mine", "refine"] {
            all.extend(["low", "high"].map(|bound| concentration(stage, bound, material)));
        }
    }
    all
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("anyway", "What happens anyway");
    page.say(&format!(
        "Recovered metal kept by industry in {}, t/yr, as things are (baseline) and when each side \
         acts alone (apart).",
        words::pair(study)
    ));
    let mut table = Table::new("", YEARS.map(|year| year.to_string()));
    for material in study.minerals() {
        for policy in ["baseline", "apart"] {
            let numbers = YEARS.map(|year| {
                let of = tonnes::kept(study, material, year);
                let number = Number::of(&of.draws(main, policy)?);
                page.row(policy, &of, &number);
                Ok(number)
            });
            let numbers: Result<Vec<Number>, Error> = numbers.into_iter().collect();
            table.levels(&format!("{material}, {policy}"), &numbers?);
        }
    }
    page.table(&table);
    for region in study.pair() {
        page.space();
        page.say(&format!(
            "{} in {MAIN_YEAR}, apart. Placed: of what batteries sold contain; chain: of what makers \
             of cathodes and anodes need.",
            words::place(region)
        ));
        indicators(page, study, main, region)?;
    }
    market(page, study, main)
}

/// The table of a region.
fn indicators(page: &mut Page, study: &Study, main: &Run, region: &str) -> Result<(), Error> {
    let minerals = study.minerals();
    let mut table = Table::new("", minerals.iter().map(|m| (*m).to_owned()));
    let mut unnamed = false;
    for (title, series, unit) in INDICATORS {
        // Origins of cells that rest on judgement alone have a block of their own.
        if series == CELLS && illustrative::is_cell_origin_judged(study, region) {
            continue;
        }
        let (mut numbers, mut worst) = (Vec::new(), Vec::new());
        for material in &minerals {
            let measure = of(region, series, material, unit);
            let draws = measure.draws(main, "apart")?;
            let number = Number::of(&draws);
            page.row("apart", &measure, &number);
            numbers.push(number.shown(unit));
            unnamed |= is_of_market(series) && !is_named(study, region, series, material);
            if series == UNMET {
                let tail = expected_shortfall(&draws, WORST, Worst::High)?.value;
                let tail_of = Measure { series: format!("{UNMET}.worst_5_percent"), ..measure };
                page.row_alone("apart", &tail_of, unit, tail.mean, tail.standard_error);
                worst.push(significant(tail.mean));
            }
        }
        table.levels(title, &numbers);
        if series == UNMET {
            table.row("  mean of worst 5 % of draws", worst);
        }
        if series == "china_share_refine_chain" {
            let mut cells = Vec::new();
            for material in &minerals {
                let mut ends = Vec::new();
                for rule in RULES {
                    let measure = of(region, rule, material, "share");
                    let number = Number::of(&measure.draws(main, "apart")?);
                    page.row("apart", &measure, &number);
                    ends.push(significant(number.shown("share").mean));
                }
                cells.push(ends.join(" / "));
            }
            table.row("  if it displaces first / last", cells);
        }
    }
    page.table(&table);
    if unnamed {
        page.item(
            "A share of China that is zero throughout: the source does not name it; it is in the rest \
             of the world.",
        );
    }
    Ok(())
}

/// Whether a series is China's part of a stage that has a world market.
fn is_of_market(series: &str) -> bool {
    ["china_share_mine", "china_supply_mine", "china_share_refine", "china_supply_refine"]
        .iter()
        .any(|start| series.starts_with(start))
}

/// Whether the source of a world market names China.
fn is_named(study: &Study, region: &str, series: &str, material: &str) -> bool {
    let stage = if series.contains("_mine") { "mine" } else { "refine" };
    study.scenario.world().is_none_or(|world| {
        let own = world.origins(stage, material, Some(region));
        let origins = own.or_else(|| world.origins(stage, material, None));
        origins.is_none_or(|o| o.countries().iter().any(|country| country == "china"))
    })
}

/// Concentration of the world market.
fn market(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.space();
    page.say(&format!(
        "World market in {MAIN_YEAR}: Herfindahl-Hirschman index, points of 10 000, the rest of the \
         world as many small countries / as one."
    ));
    let minerals = study.minerals();
    let mut table = Table::new("", minerals.iter().map(|m| (*m).to_owned()));
    for (stage, title) in [("mine", "mining"), ("refine", "refining")] {
        let mut cells = Vec::new();
        for material in &minerals {
            let mut ends = Vec::new();
            for bound in ["low", "high"] {
                let measure = concentration(stage, bound, material);
                let number = Number::of(&measure.draws(main, "apart")?);
                page.row("apart", &measure, &number);
                ends.push(significant(number.mean));
            }
            cells.push(ends.join(" / "));
        }
        table.row(title, cells);
    }
    page.table(&table);
    Ok(())
}
