//! Dependence, concentration, unmet demand and stockpiles, recomputed draw by
//! draw from the quantities they rest on.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod world;

use blackmass::analysis::hhi;
use blackmass::scenario::{Origins, Scenario};
use blackmass::system::Override;
use std::collections::BTreeMap;
use world::{Kept, MINERALS, Wanted, policy, set, two, wanted};

const STAGES: [&str; 2] = ["mine", "refine"];
const DEMANDS: [&str; 3] = ["placed", "cells", "chain"];
const BY_MATERIAL: [&str; 12] = [
    "cell_production",
    "scrap_made",
    "inflow",
    "cathode_anode_demand",
    "recovered",
    "recovered_used",
    "placed_made_here",
    "placed_imported_in_products",
    "placed_imported_cells",
    "exported_cells",
    "end_of_life",
    "cells.intensity",
];
const BY_MINERAL: [&str; 13] = [
    "import_dependence",
    "eol_rr",
    "eol_rir",
    "china_share_cell",
    "china_share_cathode_anode_illustrative_placed",
    "china_share_cathode_anode_illustrative_cells",
    "unmet_demand",
    "unmet_demand_cells",
    "unmet_demand_chain",
    "stockpile.stock",
    "stockpile.release",
    "stockpile.released",
    "days_of_supply",
];

fn close(what: &str, found: f64, expected: f64) {
    let off = (found - expected).abs();
    assert!(off <= 1e-9 * expected.abs().max(1.0), "{what}: {found}, {expected}");
}

/// One over the other; zero where less than a tonne is asked for.
fn share_of(part: f64, whole: f64) -> f64 {
    if whole >= 1.0 { part / whole } else { 0.0 }
}

/// Where a region's figures for a stage of a mineral stand, and those figures.
fn market<'a>(scenario: &'a Scenario, region: &str, stage: &str, m: &str) -> (String, &'a Origins) {
    let world = scenario.world().expect("a world");
    match world.origins(stage, m, Some(region)) {
        Some(own) => (format!("{region}.supply.{stage}.{m}"), own),
        None => {
            let all = world.origins(stage, m, None).expect("the world market");
            (format!("world.supply.{stage}.{m}"), all)
        }
    }
}

/// China's share: on the logit, off by the spread times the root of time.
fn china(origins: &Origins, year: i32, tilt: f64) -> f64 {
    let years: Vec<i32> = origins.years().collect();
    let (first, last) = (years[0], years[years.len() - 1]);
    let share = origins.share_at("china", year);
    if share == 0.0 {
        return 0.0;
    }
    let since = f64::from((year - first).max(0)) / f64::from((last - first).max(1));
    let logit = (share / (1.0 - share)).ln() + origins.spread() * since.sqrt() * tilt;
    1.0 / (1.0 + (-logit).exp())
}

/// The scenario with everything that the formulas need, under overrides.
struct Numbers<'a> {
    scenario: &'a Scenario,
    regions: Vec<&'a str>,
    kept: Kept,
}

impl<'a> Numbers<'a> {
    fn new(scenario: &'a Scenario, overrides: Vec<Override>, years: Vec<i32>, draws: u32) -> Self {
        let world = scenario.world().expect("a world");
        let regions: Vec<&str> = scenario.regions().iter().map(|r| r.name()).collect();
        let mut all: Vec<Wanted> = Vec::new();
        for m in MINERALS {
            for region in &regions {
                let of = |key: &str| wanted(format!("{region}.{key}"), &[m]);
                all.extend(BY_MATERIAL.map(of).into_iter().chain(BY_MINERAL.map(of)));
                all.push(wanted(format!("{region}.recovered.by_origin"), &[m, "end_of_life"]));
                for stage in STAGES {
                    let (prefix, origins) = market(scenario, region, stage, m);
                    all.push(wanted(format!("{prefix}.china"), &[]));
                    if origins.share_at("china", years[0]) > 0.0 {
                        all.push(wanted(format!("{prefix}.tilt"), &[]));
                    }
                    for demand in DEMANDS {
                        for rule in ["", "_if_china_first", "_if_china_last"] {
                            let name = format!("{region}.supply.{stage}.share{rule}");
                            all.push(wanted(name, &[m, demand]));
                        }
                    }
                }
                for key in [
                    format!("supply.cells.{region}.china"),
                    format!("supply.products.{region}.china"),
                    format!("supply.{}.{region}.china", chain(m)),
                    format!("stockpile.{region}.days.{m}"),
                ] {
                    all.push(wanted(format!("world.{key}"), &[]));
                }
            }
            for stage in STAGES {
                for bound in ["low", "high"] {
                    all.push(wanted(format!("world.hhi_{stage}_{bound}"), &[m]));
                }
                let origins = world.origins(stage, m, None).expect("given");
                if origins.share_at("china", years[0]) > 0.0 {
                    all.push(wanted(format!("world.supply.{stage}.{m}.tilt"), &[]));
                }
            }
            all.push(wanted("world.stockpile.stock", &[m]));
            all.push(wanted("world.stockpile.release", &[m]));
            for route in world.routes() {
                let of = |step| {
                    let Route { good, from, to } = route;
                    wanted(format!("{from}.shipped.{good}.{to}.{step}"), &[m])
                };
                let is_region = regions.contains(&route.to.as_str());
                match route.good.as_str() {
                    "black_mass" => all.push(of("recovered_old")),
                    "batteries" if !is_region => all.push(of("recovered")),
                    _ => {}
                }
            }
        }
        for name in ["world.stockpile.fill", "world.stockpile.pooled"] {
            all.push(wanted(name, &[]));
        }
        for event in world.disruptions() {
            all.push(wanted(format!("world.disruption.{}.loss", event.id()), &[]));
        }
        let kept = Kept::run(scenario, overrides, all, years, draws);
        Self { scenario, regions, kept }
    }

    fn at(&self, name: &str, labels: &[&str], (year, draw): At) -> f64 {
        self.kept.at(true, name, labels, year, draw)
    }

    fn of(&self, region: &str, key: &str, m: &str, at: At) -> f64 {
        self.at(&format!("{region}.{key}"), &[m], at)
    }

    /// Need and recycled by demand.
    fn demands(&self, region: &str, m: &str, at: At) -> [(f64, f64); 3] {
        let of = |key: &str| self.of(region, key, m, at);
        let cells = of("cell_production") + of("scrap_made");
        let (placed, chain, used) =
            (of("inflow"), of("cathode_anode_demand"), of("recovered_used"));
        let into_cells = used * (cells / chain.max(1e-6)).min(1.0);
        let placed_part = into_cells * (of("placed_made_here") / cells.max(1e-6)).min(1.0);
        [
            (placed, placed_part.min(placed)),
            (cells, into_cells.min(cells)),
            (chain, used.min(chain)),
        ]
    }

    /// The share of a country in a stage, as the region buys.
    fn share(&self, region: &str, stage: &str, m: &str, country: &str, at: At) -> f64 {
        let (prefix, origins) = market(self.scenario, region, stage, m);
        let of_china = self.at(&format!("{prefix}.china"), &[], at);
        if country == "china" {
            return of_china;
        }
        let left = 1.0 - origins.share_at("china", at.0);
        origins.share_at(country, at.0) * (1.0 - of_china) / left
    }

    /// What events take of a stage, over countries.
    fn cut(&self, stage: &str, m: &str, share: impl Fn(&str) -> f64, at: At) -> f64 {
        let mut left: BTreeMap<&str, f64> = BTreeMap::new();
        for event in self.scenario.world().expect("a world").disruptions() {
            if event.stages().contains(&stage) && event.materials().iter().any(|x| x == m) {
                let loss = self.at(&format!("world.disruption.{}.loss", event.id()), &[], at);
                *left.entry(event.country()).or_insert(1.0) *= 1.0 - loss;
            }
        }
        left.into_iter().map(|(country, left)| share(country) * (1.0 - left)).sum::<f64>().min(1.0)
    }

    /// The share of China in imports of a kind; other places are never hit there.
    fn imported(&self, region: &str, what: &str, country: &str, at: At) -> f64 {
        assert_eq!(country, "china");
        self.at(&format!("world.supply.{what}.{region}.china"), &[], at)
    }

    /// What is missing before stockpiles, by demand.
    fn gross(&self, region: &str, m: &str, at: At) -> [f64; 3] {
        let of = |key: &str| self.of(region, key, m, at);
        let cut = |stage: &str| self.cut(stage, m, |c| self.share(region, stage, m, c, at), at);
        let upstream = cut("mine").max(cut("refine"));
        let demands = self.demands(region, m, at);
        let [placed, cells, chained] = demands.map(|(need, recycled)| upstream * (need - recycled));
        let own = (demands[2].0 / demands[1].0.max(1e-6)).min(1.0);
        let bought = self.cut("chain", m, |c| self.imported(region, chain(m), c, at), at);
        let bought = (1.0 - own) * bought;
        let of_cells =
            |what: &str| self.cut("cells", m, |c| self.imported(region, what, c, at), at);
        let imports = of("placed_imported_cells") * of_cells("cells")
            + of("placed_imported_in_products") * of_cells("products");
        [
            placed.max(of("placed_made_here") * bought).max(imports),
            cells.max(demands[1].0 * bought),
            chained,
        ]
    }
}

use blackmass::scenario::Route;

/// Year and draw.
type At = (i32, usize);

fn chain(m: &str) -> &'static str {
    if m == "graphite" { "anode" } else { "cathode" }
}

fn dependence(numbers: &Numbers, at: At) {
    for m in MINERALS {
        for &region in &numbers.regions {
            let what = |x: &str| format!("{x} of {m} in {region}, {at:?}");
            let of = |key: &str| numbers.of(region, key, m, at);
            let demands = numbers.demands(region, m, at);
            for stage in STAGES {
                let (prefix, origins) = market(numbers.scenario, region, stage, m);
                let c = numbers.at(&format!("{prefix}.china"), &[], at);
                if c > 0.0 {
                    let tilt = numbers.at(&format!("{prefix}.tilt"), &[], at);
                    close(&what("china"), c, china(origins, at.0, tilt));
                }
                for (demand, (need, recycled)) in DEMANDS.into_iter().zip(demands) {
                    let primary = need - recycled;
                    let found = ["_if_china_first", "", "_if_china_last"].map(|rule| {
                        let name = format!("{region}.supply.{stage}.share{rule}");
                        numbers.at(&name, &[m, demand], at)
                    });
                    let tonnes =
                        [(c * need - recycled).max(0.0), c * primary, (c * need).min(primary)];
                    for (found, tonnes) in found.iter().zip(tonnes) {
                        close(&what(demand), *found, share_of(tonnes, need));
                    }
                    assert!(found[0] <= found[1] + 1e-12 && found[1] <= found[2] + 1e-12);
                }
            }
            let (made, products) = (of("placed_made_here"), of("placed_imported_in_products"));
            let cells = of("placed_imported_cells");
            let used = of("recovered_used");
            let primary = (of("cell_production") + of("scrap_made") - used).max(0.0);
            let net = (primary + cells + products - of("exported_cells")).max(0.0);
            close(&what("imports"), of("import_dependence"), share_of(net, net + used));
            let of_china = |x: &str| numbers.imported(region, x, "china", at);
            let from_china = cells * of_china("cells") + products * of_china("products");
            let placed = demands[0].0;
            close(&what("cells"), of("china_share_cell"), share_of(from_china, placed));
            let own = (demands[2].0 / demands[1].0.max(1e-6)).min(1.0);
            let bought = (1.0 - own) * of_china(chain(m));
            let name = "china_share_cathode_anode_illustrative";
            close(&what("bought"), of(&format!("{name}_cells")), bought);
            let all = share_of(made * bought + from_china, placed);
            close(&what("chain"), of(&format!("{name}_placed")), all);
            // Of what reached its end here, wherever it was recovered.
            let by_origin = format!("{region}.recovered.by_origin");
            let old = numbers.at(&by_origin, &[m, "end_of_life"], at);
            let mut of_here = old;
            for route in numbers.scenario.world().expect("a world").routes() {
                let Route { good, from, to } = route;
                let step =
                    |step| numbers.at(&format!("{from}.shipped.{good}.{to}.{step}"), &[m], at);
                let is_region = numbers.regions.contains(&to.as_str());
                match good.as_str() {
                    "black_mass" if from == region => of_here += step("recovered_old"),
                    "black_mass" if to == region => of_here -= step("recovered_old"),
                    "batteries" if from == region && !is_region => of_here += step("recovered"),
                    _ => {}
                }
            }
            close(&what("eol_rr"), of("eol_rr"), share_of(of_here, of("end_of_life")));
            let part = share_of(old, of("recovered"));
            close(&what("eol_rir"), of("eol_rir"), share_of(used * part, demands[2].0));
        }
        for stage in STAGES {
            let world = numbers.scenario.world().expect("a world");
            let origins = world.origins(stage, m, None).expect("given");
            let given = origins.share_at("china", at.0);
            let c = match given > 0.0 {
                true => {
                    let tilt = format!("world.supply.{stage}.{m}.tilt");
                    china(origins, at.0, numbers.at(&tilt, &[], at))
                }
                false => 0.0,
            };
            let share = |name: &String| match name.as_str() {
                "china" => c,
                name => origins.share_at(name, at.0) * (1.0 - c) / (1.0 - given),
            };
            let index = hhi(&origins.countries().iter().map(share).collect::<Vec<_>>());
            let index = index.expect("shares");
            for (bound, expected) in [("low", index.low), ("high", index.high)] {
                let found = numbers.at(&format!("world.hhi_{stage}_{bound}"), &[m], at);
                close(&format!("{bound} index of {m}, {stage}"), found, expected);
            }
        }
    }
}

#[test]
fn dependence_is_what_its_formulas_say() {
    let scenario = Scenario::japan_eu();
    for name in ["baseline", "cooperation_china_pull"] {
        let years = vec![2024, 2030, 2041, 2050];
        let numbers = Numbers::new(&scenario, policy(&scenario, name), years.clone(), 8);
        years.iter().for_each(|y| (0..8).for_each(|draw| dependence(&numbers, (*y, draw))));
    }
    let scenario = two();
    // Batteries that are collected leave for Korea, are recovered there.
    let overrides = ["north", "south"].into_iter().flat_map(|r| {
        [
            set(&format!("{r}.segment.bev_car.collection.vehicle"), 0.9, 2030),
            set(&format!("{r}.treatment.nickel_cobalt.exported"), 0.5, 2030),
        ]
    });
    let numbers = Numbers::new(&scenario, overrides.collect(), vec![2030, 2034], 3);
    [2030, 2034].into_iter().for_each(|y| (0..3).for_each(|d| dependence(&numbers, (y, d))));
}

/// Stockpiles year by year: nothing is held before the instrument acts.
fn stocks(numbers: &Numbers, years: &[i32], draw: usize) -> (f64, f64) {
    let (mut released, mut missing) = (0.0, 0.0);
    for m in MINERALS {
        let mut own = vec![0.0; numbers.regions.len()];
        let mut common = 0.0;
        let step = |stock: &mut f64, short: f64, target: f64, fill: f64| {
            let out = stock.min(short.max(0.0));
            let rate = target / fill;
            let wanted = (target - *stock).max(0.0).min(rate);
            *stock += if short > 0.0 { -out } else { wanted };
            out
        };
        for &year in years {
            let at = (year, draw);
            let fill = numbers.at("world.stockpile.fill", &[], at);
            let pooled = numbers.at("world.stockpile.pooled", &[], at);
            let mut found = Vec::new();
            for (r, &region) in numbers.regions.iter().enumerate() {
                let gross = numbers.gross(region, m, at);
                let days = numbers.at(&format!("world.stockpile.{region}.days.{m}"), &[], at);
                let wanted = days / 365.0 * numbers.demands(region, m, at)[2].0;
                let out = step(&mut own[r], gross[2], wanted * (1.0 - pooled), fill);
                close("own stock", numbers.of(region, "stockpile.stock", m, at), own[r]);
                close("own release", numbers.of(region, "stockpile.release", m, at), out);
                found.push((region, gross, wanted, out));
            }
            let short: f64 = found.iter().map(|(_, gross, _, out)| gross[2] - out).sum();
            let wanted: f64 = found.iter().map(|(_, _, wanted, _)| wanted).sum();
            let out = step(&mut common, short, wanted * pooled, fill);
            close("common stock", numbers.at("world.stockpile.stock", &[m], at), common);
            close("common release", numbers.at("world.stockpile.release", &[m], at), out);
            for (r, (region, gross, target, own_out)) in found.into_iter().enumerate() {
                let own_short = gross[2] - own_out;
                let all = own_out + if short > 1e-6 { out * own_short / short } else { 0.0 };
                close("released", numbers.of(region, "stockpile.released", m, at), all);
                let demands = numbers.demands(region, m, at);
                let of = |key: &str| numbers.of(region, key, m, at);
                let into_cells = (demands[1].0 / demands[2].0.max(1e-6)).min(1.0);
                let to_market = (of("placed_made_here") / demands[1].0.max(1e-6)).min(1.0);
                let passed = [into_cells * to_market, into_cells, 1.0];
                let names = ["unmet_demand", "unmet_demand_cells", "unmet_demand_chain"];
                for ((name, gross), passed) in names.into_iter().zip(gross).zip(passed) {
                    let expected = (gross - passed * all).max(0.0);
                    close(&format!("{name} of {m} in {region}, {at:?}"), of(name), expected);
                    missing += expected;
                }
                let part = if wanted > 1e-6 { target / wanted } else { 0.0 };
                let days = share_of((own[r] + common * part) * 365.0, demands[2].0);
                close("days of supply", of("days_of_supply"), days);
                released += all;
            }
        }
    }
    (released, missing)
}

#[test]
fn unmet_demand_and_stockpiles_are_what_their_formulas_say() {
    let scenario = Scenario::japan_eu();
    let years: Vec<i32> = (2010..=2044).collect();
    for pooled in [1.0, 0.4] {
        let mut overrides = policy(&scenario, "cooperation");
        overrides.push(set("world.stockpile.pooled", pooled, 2029));
        let numbers = Numbers::new(&scenario, overrides, years.clone(), 6);
        let all: Vec<(f64, f64)> = (0..6).map(|draw| stocks(&numbers, &years, draw)).collect();
        assert!(all.iter().any(|x| x.0 > 1.0) && all.iter().any(|x| x.1 > 1.0), "{all:?}");
    }
    // Two events in one country never take more than it supplies.
    let scenario = two();
    let years: Vec<i32> = (2030..=2036).collect();
    let overrides =
        ["strike", "quota"].map(|id| set(&format!("world.disruption.{id}.imposed"), 0.9, 2033));
    let overrides =
        overrides.into_iter().chain([set("world.stockpile.north.days.cobalt", 90.0, 2030)]);
    let numbers = Numbers::new(&scenario, overrides.collect(), years.clone(), 12);
    for draw in 0..12 {
        stocks(&numbers, &years, draw);
        let x = numbers.gross("north", "cobalt", (2034, draw))[2];
        let need = numbers.demands("north", "cobalt", (2034, draw))[2];
        assert!(x <= 0.7 * (need.0 - need.1) + 1e-9, "{x}");
    }
}

/// IEA shares of 2024 (Critical Minerals Dataset, May 2025): low and high bound,
/// in points. The high bound of nickel is 3 179 with the source's own rest of the
/// world, which counts Canada twice.
#[test]
fn concentration_of_refining_in_2024() {
    let scenario = Scenario::japan_eu();
    let numbers = Numbers::new(&scenario, Vec::new(), vec![2024], 4);
    for (m, low, high) in [
        ("lithium", 5381.0, 5385.0),
        ("cobalt", 6220.0, 6309.0),
        ("graphite", 9166.0, 9170.0),
        ("nickel", 2850.0, 3071.0),
    ] {
        for draw in 0..4 {
            let of = |bound: &str| {
                numbers.at(&format!("world.hhi_refine_{bound}"), &[m], (2024, draw)).round()
            };
            assert_eq!((of("low"), of("high")), (low, high), "{m}");
        }
    }
}

/// Batteries of one region sold in the other: all recovered metal booked to
/// them, or spread over all cells.
#[test]
fn recycled_content_of_what_is_sold_elsewhere() {
    for (scenario, from, to, sold, years) in [
        (Scenario::japan_eu(), "japan", "eu", "world.batteries_sold.japan.eu", vec![2030, 2040]),
        (two(), "north", "south", "world.batteries_sold.north.south", vec![2031, 2036]),
    ] {
        let of = |key: &str, m: &str| wanted(format!("{from}.{key}"), &[m]);
        let content = format!("recycled_content_sold_in_{to}");
        let mut all = vec![wanted(sold, &[])];
        for m in ["lithium", "nickel", "cobalt"] {
            for key in ["recovered_used", "cells.intensity", "cell_production"] {
                all.push(of(key, m));
            }
            all.extend(["all", "even"].map(|how| of(&format!("{content}_{how}"), m)));
        }
        let kept = Kept::run(&scenario, Vec::new(), all, years.clone(), 8);
        for (m, year, draw) in ["lithium", "nickel", "cobalt"]
            .into_iter()
            .flat_map(|m| years.iter().flat_map(move |y| (0..8).map(move |draw| (m, *y, draw))))
        {
            let at = |key: &str| kept.at(true, &format!("{from}.{key}"), &[m], year, draw);
            let energy = kept.at(true, sold, &[], year, draw);
            let used = at("recovered_used");
            let expected = share_of(used, energy * at("cells.intensity"));
            close("all", at(&format!("{content}_all")), expected);
            let expected = share_of(used, at("cell_production"));
            close("even", at(&format!("{content}_even")), expected);
            assert!(used > 0.0);
        }
    }
}
