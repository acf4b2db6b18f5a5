//! Legal targets and recycled content in one draw.

use super::composition::total;
use super::lifecycle::{Cycle, Sheet};
use super::quantity::World;
use super::recycling::ROUTES;
use blackmass::scenario::{Denominator, Measure, SEGMENTS, ScrapRule, Target};

/// Tonnes that keep a division defined.
const TRIFLE: f64 = 1e-6;

/// What batteries within the scope of recycled content hold: electric vehicles
/// and storage; light transport where a target of 2036 or later counts it.
fn in_scope(cycle: &Cycle, light_transport: bool, i: usize, t: usize) -> f64 {
    let counts = |s: &str| s != "portable" && (light_transport || s != "light_transport");
    let of_segment = SEGMENTS.iter().zip(&cycle.placed).filter(|(s, _)| counts(s));
    of_segment.map(|(_, placed)| placed[i][t]).sum()
}

fn available(cycle: &Cycle, scrap: ScrapRule, i: usize, t: usize) -> f64 {
    match scrap {
        ScrapRule::Included => cycle.all_recovered(i, t),
        ScrapRule::Excluded => cycle.recovered[0][i][t],
    }
}

/// A share of what is needed; of less than a tonne, none is stated.
fn share_of(part: f64, needed: f64) -> f64 {
    if needed < 1.0 { 0.0 } else { part / needed }
}

fn over(part: f64, whole: f64) -> f64 {
    part / whole.max(TRIFLE)
}

pub fn targets(world: &World, cycle: &Cycle, sheet: &mut Sheet) {
    let years = 0..cycle.of.steps;
    for (i, material) in cycle.of.materials.iter().enumerate() {
        if !["lithium", "nickel", "cobalt"].contains(&material.as_str()) {
            continue;
        }
        let rules = [("", ScrapRule::Included), ("_without_scrap", ScrapRule::Excluded)];
        for (suffix, scrap) in rules {
            let out = |t: usize| available(cycle, scrap, i, t);
            let placed = years.clone().map(|t| share_of(out(t), in_scope(cycle, false, i, t)));
            let made = years.clone().map(|t| share_of(out(t), cycle.cells[i][t]));
            let name = |below: &str| format!("recycled_content_{below}{suffix}");
            sheet.labelled(&name("placed"), &[material], placed.collect());
            sheet.labelled(&name("production"), &[material], made.collect());
        }
    }
    for target in world.region().targets() {
        // A number for the year of the target, the same whenever one asks; a
        // target outside the horizon is taken in the nearest year.
        let scenario = world.state.scenario;
        let year = target.year().max(scenario.start()).min(scenario.end());
        let ratio = ratio(cycle, target, (year - scenario.start()) as usize);
        let met = f64::from(u8::from(ratio >= target.value()));
        sheet.labelled("target", &[target.id()], vec![ratio; cycle.of.steps]);
        sheet.labelled("target.met", &[target.id()], vec![met; cycle.of.steps]);
    }
}

fn ratio(cycle: &Cycle, target: &Target, t: usize) -> f64 {
    let scrap = target.scrap().unwrap_or(ScrapRule::Included);
    // One material, or all of them.
    let counted: Vec<usize> = match target.material() {
        Some(i) => vec![i],
        None => (0..cycle.of.materials.len()).collect(),
    };
    let sum = |f: &dyn Fn(usize) -> f64| counted.iter().map(|i| f(*i)).sum::<f64>();
    match target.measure() {
        Measure::RecycledContent => {
            let light = target.year() >= 2036;
            let whole = match target.denominator() {
                Denominator::CellProduction => sum(&|i| cycle.cells[i][t]),
                _ => sum(&|i| in_scope(cycle, light, i, t)),
            };
            share_of(sum(&|i| available(cycle, scrap, i, t)), whole)
        }
        Measure::MaterialRecovery => {
            let route = ROUTES.iter().position(|r| Some(*r) == target.route()).expect("a route");
            recovery(cycle, scrap, &counted, t, |q, i| {
                let r = &cycle.recycling;
                (r.routes[q][route][t], r.yields[q][route][i][t])
            })
        }
        Measure::RecyclingEfficiency => recovery(cycle, scrap, &counted, t, |q, i| {
            let counts = target.class().is_none_or(|class| class == q);
            (f64::from(u8::from(counts)), cycle.recycling.won(q, i, t))
        }),
        Measure::PortableCollection => collection(cycle, "portable", t),
        Measure::LightTransportCollection => collection(cycle, "light_transport", t),
        Measure::RecyclingCapacity => {
            let recycling = &cycle.recycling;
            let product = sum(&|i| cycle.all_recovered(i, t));
            let per_tonne = over(product, recycling.refined_tonnes()[t]);
            share_of(recycling.nameplate_refining[t] * per_tonne, sum(&|i| cycle.cells[i][t]))
        }
        _ => panic!("an unknown measure"),
    }
}

/// Mass out over mass in, of the batteries that take a way: `way` gives, for a
/// class and material, the share that takes it and what it wins from black
/// mass.
fn recovery(
    cycle: &Cycle,
    scrap: ScrapRule,
    materials: &[usize],
    t: usize,
    way: impl Fn(usize, usize) -> (f64, f64),
) -> f64 {
    let (of, recycling) = (&cycle.of, &cycle.recycling);
    let (mut out, mut into) = (0.0, 0.0);
    for k in 0..of.chemistries() {
        let mut processed = recycling.processed[0][k][t];
        if scrap == ScrapRule::Included {
            processed += recycling.processed[1][k][t];
        }
        for i in materials {
            let (takes, wins) = way(of.class[k], *i);
            let held = processed * takes * of.fraction(k, *i);
            let (black, metal) = (recycling.to_black_mass[k][*i], recycling.to_fraction[k][*i]);
            into += held;
            out += held * (black * wins + metal);
        }
    }
    over(out, into)
}

/// Collected over the mean placed in the three years before.
pub fn collection(cycle: &Cycle, segment: &str, t: usize) -> f64 {
    let (Some(placed), Some(collected)) =
        (cycle.used.placed(segment), cycle.used.collected_from(segment))
    else {
        return 0.0;
    };
    let placed = total(placed);
    let before = |lag: usize| t.checked_sub(lag).map_or(0.0, |t| placed[t]);
    over(collected[t], (before(1) + before(2) + before(3)) / 3.0)
}
