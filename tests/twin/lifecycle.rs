//! The whole battery life cycle of one region in one draw.

use super::lifetime;
use super::quantity::{World, law};
use super::stocks::{Components, components, contract, facility};
use std::collections::BTreeMap;

/// Series by name (without the region), `[element][step]`.
pub type Reports = BTreeMap<&'static str, Vec<Vec<f64>>>;
/// `[class][material][step]`.
type Flow = Vec<Vec<Vec<f64>>>;

/// Tonnes per pack, `[class][material][cohort]`.
fn content(world: &World) -> Flow {
    let scenario = world.scenario;
    let (steps, chemistries) = (scenario.steps(), scenario.chemistries());
    let (classes, materials) = (scenario.classes().len(), scenario.materials());
    let size = world.required("pack_size");
    let pack_mass: Vec<Vec<f64>> = chemistries
        .iter()
        .map(|c| world.required(&format!("chemistry.{}.pack_mass", c.name())))
        .collect();
    let factor: Vec<Option<Vec<f64>>> =
        materials.iter().map(|m| world.quantity(&format!("intensity_factor.{m}"))).collect();
    let tilt: Vec<f64> = chemistries
        .iter()
        .map(|c| format!("chemistry_share.tilt[chemistry={}]", c.name()))
        .map(|stream| world.standard_normal(&stream, 0))
        .collect();
    let shares = scenario.chemistry_share();
    let mut content = vec![vec![vec![0.0; steps]; materials.len()]; classes];
    for t in 0..steps {
        let share: Vec<f64> = (0..chemistries.len())
            .map(|k| shares.at(t)[k] * (shares.tilt_sd()[t] * tilt[k]).exp())
            .collect();
        let total: f64 = share.iter().sum();
        for (k, chemistry) in chemistries.iter().enumerate() {
            // The last material, `other`, closes the pack mass.
            let mut rest = pack_mass[k][t];
            for m in 0..materials.len() {
                let mass = match &factor[m] {
                    Some(factor) => chemistry.intensity()[m] * factor[t],
                    None => rest.max(0.0),
                };
                rest -= mass;
                content[chemistry.class()][m][t] += size[t] / 1000.0 * (share[k] / total) * mass;
            }
        }
    }
    content
}

fn survival(world: &World, part: &str) -> Vec<f64> {
    let declared = world.scenario.lifetime(part).expect("every scenario has it");
    let (law, spread, timing) = law(declared);
    let mean = world.required(&format!("lifetime.{part}.mean"))[0];
    let spread = world.required(&format!("lifetime.{part}.{spread}"))[0];
    lifetime::table(law, mean, spread, timing, world.scenario.steps())
}

fn batteries(world: &World) -> Components {
    let (sales, market) = (world.required("sales"), world.required("market"));
    let sold: Vec<f64> = sales.iter().zip(market).map(|(s, m)| s.min(m)).collect();
    let repaired = world.required("replacement.share")[0];
    let limit = world.required("replacement.age_limit")[0] as usize;
    components(&sold, &survival(world, "vehicle"), &survival(world, "battery"), repaired, limit)
}

/// `f` of every class, material and step.
fn each(world: &World, f: impl Fn(usize, usize, usize) -> f64) -> Flow {
    let scenario = world.scenario;
    (0..scenario.classes().len())
        .map(|q| {
            (0..scenario.materials().len())
                .map(|m| (0..scenario.steps()).map(|t| f(q, m, t)).collect())
                .collect()
        })
        .collect()
}

/// Σ over the classes.
fn by_material(flow: &Flow) -> Vec<Vec<f64>> {
    let (materials, steps) = (flow[0].len(), flow[0][0].len());
    let sum = |m: usize, t: usize| flow.iter().map(|of_class| of_class[m][t]).sum();
    (0..materials).map(|m| (0..steps).map(|t| sum(m, t)).collect()).collect()
}

/// Σ over classes and materials.
fn total(flow: &Flow) -> Vec<Vec<f64>> {
    let by_material = by_material(flow);
    vec![(0..by_material[0].len()).map(|t| by_material.iter().map(|m| m[t]).sum()).collect()]
}

/// What a stage with a capacity and a backlog processes and keeps waiting.
fn stage(world: &World, name: &str, feed: &Flow) -> (Flow, Flow) {
    let capacity = world.required(&format!("{name}.capacity"));
    let utilisation = world.required(&format!("{name}.utilisation"));
    let limit: Vec<f64> = capacity.iter().zip(utilisation).map(|(c, u)| c * u).collect();
    let (processed, backlog) = facility(&feed.concat(), &limit, None);
    let materials = feed[0].len();
    let unfold = |flat: Vec<Vec<f64>>| flat.chunks(materials).map(<[_]>::to_vec).collect();
    (unfold(processed), unfold(backlog))
}

/// Every reported series.
pub fn reports(world: &World) -> Reports {
    let scenario = world.scenario;
    let (classes, materials) = (scenario.classes(), scenario.materials());
    let content = content(world);
    let packs = batteries(world);
    let follow = |cohorts: &[Vec<f64>]| -> Flow {
        content.iter().map(|q| q.iter().map(|g| contract(cohorts, g)).collect()).collect()
    };
    let (stock, exits) = (follow(&packs.stock), follow(&packs.exits));
    let replaced = follow(&packs.replaced);
    let inflow = each(world, |q, m, t| packs.entering[t] * content[q][m][t]);

    let (export, lost) = (world.required("exit.export"), world.required("exit.unknown"));
    let within = |t: usize| (export[t] + lost[t]).max(1.0);
    let exported = each(world, |q, m, t| exits[q][m][t] * export[t] / within(t));
    let unknown = each(world, |q, m, t| exits[q][m][t] * lost[t] / within(t));
    let (from_cars, from_shops) =
        (world.required("collection.vehicle"), world.required("collection.workshop"));
    let collected = each(world, |q, m, t| {
        let dismantled = exits[q][m][t] - exported[q][m][t] - unknown[q][m][t];
        from_cars[t] * dismantled + from_shops[t] * replaced[q][m][t]
    });

    let share = |key: String| world.quantity(&key).unwrap_or(vec![0.0; scenario.steps()]);
    let of_material = |prefix: &str| -> Vec<Vec<f64>> {
        materials.iter().map(|m| share(format!("{prefix}.{m}"))).collect()
    };
    let to_black_mass = of_material("preprocessing.black_mass");
    let to_fraction = of_material("preprocessing.fraction");
    let yields: Flow =
        classes.iter().map(|q| of_material(&format!("refining.yield.{q}"))).collect();
    let (shredded, waiting) = stage(world, "preprocessing", &collected);
    let black_mass = each(world, |q, m, t| shredded[q][m][t] * to_black_mass[m][t]);
    let (refined, waiting_refining) = stage(world, "refining", &black_mass);
    let recovered = each(world, |q, m, t| {
        let fraction = to_fraction[m][t].min(1.0 - to_black_mass[m][t]);
        refined[q][m][t] * yields[q][m][t] + shredded[q][m][t] * fraction
    });

    let vehicles: Vec<f64> = packs.stock.iter().map(|of_t| of_t.iter().sum()).collect();
    let left: Vec<f64> = packs.exits.iter().map(|of_t| of_t.iter().sum()).collect();
    let left_abroad = (0..left.len()).map(|t| left[t] * export[t] / within(t)).collect();
    BTreeMap::from([
        ("inflow", by_material(&inflow)),
        ("stock", by_material(&stock)),
        ("end_of_life", by_material(&each(world, |q, m, t| exits[q][m][t] + replaced[q][m][t]))),
        ("exported", by_material(&exported)),
        ("unknown", by_material(&unknown)),
        ("collected", by_material(&collected)),
        ("black_mass", by_material(&black_mass)),
        ("recovered", by_material(&recovered)),
        ("inflow_by_segment", by_material(&inflow)),
        ("vehicles", vec![vehicles]),
        ("vehicles_exported", vec![left_abroad]),
        ("preprocessing_backlog", total(&waiting)),
        ("refining_backlog", total(&waiting_refining)),
    ])
}
