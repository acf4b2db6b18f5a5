//! Trade between two small regions worked out by hand: ban, cap, refusal, delay,
//! loss, room abroad, backlog, payables, metal sold and passed on.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::system::{Change, Override};
use world::{Kept, MINERALS, Wanted, change, set, two, wanted};

const YEARS: std::ops::RangeInclusive<i32> = 2030..=2036;

/// Series of the only draw, under overrides; nothing in `data/two.toml` that
/// matters here varies.
struct Run(Kept);

impl Run {
    fn new(overrides: Vec<Override>, mut all: Vec<Wanted>) -> Self {
        for place in ["north", "south", "korea", "china"] {
            all.extend(MINERALS.map(|m| wanted(format!("{place}.retained"), &[m])));
        }
        Self(Kept::run(&two(), overrides, all, YEARS.collect(), 1))
    }

    fn of(&self, name: &str, labels: &[&str]) -> Vec<f64> {
        YEARS.map(|year| self.0.at(true, name, labels, year, 0)).collect()
    }
}

fn close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (year, (found, expected)) in YEARS.zip(found.iter().zip(expected)) {
        let off = (found - expected).abs();
        assert!(off <= 1e-9 * expected.abs().max(1.0), "{what} in {year}: {found}, {expected}");
    }
}

/// 60 MWh of cells of 5 t make 60 t of scrap a year; half of it is black mass:
/// 30 t a year in each region, of which lithium 0.04, nickel 0.2, cobalt 0.04,
/// graphite 0.72.
///
/// The north sells x = 0.8: s = 0.5 of it to the south, 0.25 to China, so the
/// weights are 0.4, 0.2 and 0.4 at home. A quarter is refused in the south.
/// 2033: b = 183/365 barred in China, all from 2034.
///
/// ```text
/// year  at hand  to the south          to China             own  waits
/// 2030  30       0.3·30    =  9        min(6, cap 4, room 3) 10   8
/// 2031  38       0.3·38    = 11.4      3                     10  13.6
/// 2032  43.6     0.3·43.6  = 13.08     3                     10  17.52
/// 2033  47.52    15.8 > 15 = room      min(5.3, 4, 3) = 3    10  19.52
/// 2034  49.52    18.6 > 15             barred                10  24.52
/// 2035  54.52    15                    0                     10  29.52
/// 2036  59.52    15                    0                     10  34.52
/// ```
///
/// (The south refines its own 30 t first and has room for 45.)
#[test]
fn black_mass_seeks_refiners() {
    let sent = "north.shipped.black_mass.south.sent";
    let arrived = "north.shipped.black_mass.south.arrived";
    let waiting = "north.shipped.black_mass.south.waiting";
    let scrap = ["scrap", "NMC"];
    let backlog = "north.refined_black_mass.backlog";
    let all = vec![
        wanted(sent, &scrap),
        wanted(arrived, &scrap),
        wanted(waiting, &scrap),
        wanted(backlog, &scrap),
        wanted("south.refined_black_mass.backlog", &scrap),
        wanted("north.shipped.black_mass.china.sent", &["nickel"]),
        wanted("north.recovered_with_evidence", &["nickel"]),
    ];
    let run = Run::new(Vec::new(), all);
    close("sent", &run.of(sent, &scrap), &[9.0, 11.4, 13.08, 15.0, 15.0, 15.0, 15.0]);
    close(
        "china",
        &run.of("north.shipped.black_mass.china.sent", &["nickel"]),
        &[0.6, 0.6, 0.6, 0.6, 0.0, 0.0, 0.0],
    );
    let waits = [8.0, 13.6, 17.52, 19.52, 24.52, 29.52, 34.52];
    close("backlog", &run.of(backlog, &scrap), &waits);
    close("no backlog", &run.of("south.refined_black_mass.backlog", &scrap), &[0.0; 7]);
    // Half a year on the way, and a tenth lost of what lands: 9 − 4.5 = 4.5,
    // 11.4 − 5.7 + 4.5 = 10.2, ...
    close("waiting", &run.of(waiting, &scrap), &[4.5, 5.7, 6.54, 7.5, 7.5, 7.5, 7.5]);
    let landed = [4.5, 10.2, 12.24, 14.04, 15.0, 15.0, 15.0];
    let arrives = landed.map(|x| 0.9 * x);
    close("arrived", &run.of(arrived, &scrap), &arrives);
    // Nickel: the north wins 10·0.2·0.9 = 1.8, the south (30 + arrived)·0.18.
    // Cathode makers need 10 MWh·0.5 = 5 t in each; of what is left in the
    // south, half is sold to the north and a quarter to China, which got
    // 3·0.2·0.95 = 0.57 from black mass and passes a fifth of all on.
    let bought = [0.57, 0.57, 0.57, 0.57, 0.0, 0.0, 0.0];
    let left = arrives.map(|x| 5.4 + 0.18 * x - 5.0);
    let north = left.map(|x| 1.8 + 0.5 * x);
    close("north", &run.of("north.retained", &["nickel"]), &north);
    let each = |f: &dyn Fn(usize) -> f64| (0..7).map(f).collect::<Vec<f64>>();
    let got = each(&|t| bought[t] + 0.25 * left[t]);
    close("china", &run.of("china.retained", &["nickel"]), &each(&|t| 0.8 * got[t]));
    let south = each(&|t| 5.0 + 0.25 * left[t] + 0.2 * got[t]);
    close("south", &run.of("south.retained", &["nickel"]), &south);
    // Graphite: the north wins 3.6 of the 18 t that its anodes take, so it has
    // room for half of the south's, which makes none.
    let graphite = arrives.map(|x| (30.0 + x) * 0.36);
    let north = graphite.map(|x| 3.6 + 0.5 * x);
    close("graphite", &run.of("north.retained", &["graphite"]), &north);
    // Half of what the south recovers for the north is proven.
    let evidence = arrives.map(|x| 1.8 + 0.5 * 0.18 * x);
    close("evidence", &run.of("north.recovered_with_evidence", &["nickel"]), &evidence);
}

/// China pays 0.1 more from 2031, with sensitivity 5: its weight is e^0.5 times
/// as large. Nothing of the year before changes.
#[test]
fn who_pays_more_gets_more() {
    let sent = "north.shipped.black_mass.south.sent";
    let overrides = vec![
        change("world.trade.payable.china", Change::Add(0.1), 2031),
        change("world.trade.black_mass.north.china.cap", Change::Set(100.0), 2031),
        change("world.partner.china.refining.spare", Change::Set(100.0), 2031),
    ];
    let china = wanted("north.shipped.black_mass.china.sent", &["nickel"]);
    let run = Run::new(overrides, vec![wanted(sent, &["scrap", "NMC"]), china]);
    let w = 0.2 * 0.5_f64.exp();
    let all = 0.8 + w;
    let south = 0.4 / all * 0.75 * 38.0;
    let found = run.of(sent, &["scrap", "NMC"]);
    close(
        "south",
        &[found[0], found[1], 0.0, 0.0, 0.0, 0.0, 0.0],
        &[9.0, south, 0.0, 0.0, 0.0, 0.0, 0.0],
    );
    let found = run.of("north.shipped.black_mass.china.sent", &["nickel"]);
    close(
        "china",
        &[found[0], found[1], 0.0, 0.0, 0.0, 0.0, 0.0],
        &[0.6, w / all * 38.0 * 0.2, 0.0, 0.0, 0.0, 0.0, 0.0],
    );
}

/// All scrap is offered abroad. The north may send 10 t of 60 to Korea, where
/// its nickel, 0.1 of it, is won to 0.95, and half is passed on to China. The
/// south sends half of its 60 t to the north; the rest has nowhere to go.
#[test]
fn scrap_leaves_up_to_the_cap_and_stays_without_a_way() {
    let overrides = ["north", "south"]
        .map(|r| set(&format!("{r}.treatment.nickel_cobalt.exported"), 1.0, 2030));
    let closed = ["north.south", "north.china"]
        .map(|way| set(&format!("world.trade.black_mass.{way}.share"), 0.0, 2030));
    let sold = ["south.north", "south.china", "north.south"]
        .map(|way| set(&format!("world.trade.recovered.{way}.share"), 0.0, 2030));
    let feed = ["north.flow.feed", "south.flow.feed"].map(|x| wanted(x, &["scrap", "NMC"]));
    let korea = wanted("north.shipped.scrap.korea.sent", &["nickel"]);
    let overrides = overrides.into_iter().chain(closed).chain(sold).collect();
    let run = Run::new(overrides, feed.into_iter().chain([korea]).collect());
    close("to korea", &run.of("north.shipped.scrap.korea.sent", &["nickel"]), &[1.0; 7]);
    close("north", &run.of("north.flow.feed", &["scrap", "NMC"]), &[80.0; 7]);
    close("south", &run.of("south.flow.feed", &["scrap", "NMC"]), &[30.0; 7]);
    close("korea", &run.of("korea.retained", &["nickel"]), &[0.475; 7]);
    close("china", &run.of("china.retained", &["nickel"]), &[0.8 * 0.0 + 0.475; 7]);
}

/// A third of the cars that would go to Korea may not leave: exits are exported
/// with 0.2·(0.5 + 0.5·2/3), the rest is dismantled.
#[test]
fn used_vehicles_that_may_not_leave_stay() {
    let refused = set("world.trade.used_vehicles.north.korea.refused", 1.0 / 3.0, 2032);
    let all = ["north.vehicles_exported", "north.vehicles_dismantled"]
        .map(|name| wanted(name, &["bev_car"]));
    let run = Run::new(vec![refused], all.to_vec());
    let exported = run.of("north.vehicles_exported", &["bev_car"]);
    let here = run.of("north.vehicles_dismantled", &["bev_car"]);
    for (year, (exported, here)) in YEARS.zip(exported.iter().zip(&here)) {
        // 0.1 of all are lost: 0.2 and 0.7 of the exits, then 1/6 and 0.7 + 1/30.
        let leaving = if year < 2032 { 0.2 / 0.7 } else { (1.0 / 6.0) / (0.7 + 1.0 / 30.0) };
        assert!((exported / here - leaving).abs() < 1e-9 || *here == 0.0, "{year}");
    }
    assert!(exported[6] > 100.0);
}

/// With anodes of 3 MWh the north takes 5.4 t of graphite, wins 3.6 and has room
/// for 1.8 of the 5.4 t and more that the south offers.
#[test]
fn no_more_metal_is_bought_than_is_needed() {
    let run = Run::new(vec![set("north.anode.production", 3.0, 2030)], Vec::new());
    close("graphite", &run.of("north.retained", &["graphite"]), &[5.4; 7]);
}
