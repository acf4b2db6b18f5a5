//! Treatment, pre-processing and refining of what was collected.

use super::trade::{black_mass, goods};
use super::{LifeCycle, ROUTES};
use crate::scenario::{Stage, Status};
use crate::system::{Expr, Facilities, System, Values, stack, var};

/// Declares what happens to collected batteries and scrap (E26).
///
/// ```text
/// stored, exported, untreated: shares of the class; the rest is the feed
/// processed  = min(feed + backlog, capacity), well mixed       t of batteries
/// black mass = b·processed, a share x of it exported;  metal fraction = f·processed;  residue: the rest
/// refined    = min((1 − x)·black mass + backlog, capacity), well mixed  t of black mass
/// recovered  = Y·refined + metal fraction,  Y = Σ_route share·yield
/// capacity   = (operating + realised·announced + later)·utilisation
/// ```
///
/// b and f follow from the composition of each chemistry; Y is per class and
/// material, with the shares of the routes scaled to one. Feed from the end of life and from scrap stay told apart.
///
/// Where the scenario has routes of trade, what may leave on them, what stays
/// and what arrives is declared by [`goods`] and [`black_mass`].
pub(super) fn declare(cycle: &mut LifeCycle) {
    treatment(cycle);
    preprocessing(cycle);
    refining(cycle);
    recovered(cycle);
}

fn treatment(cycle: &mut LifeCycle) {
    let [stored, exported, untreated] = ["stored", "exported", "untreated"]
        .map(|way| cycle.of_class(|q| cycle.var(&format!("treatment.{q}.{way}"))));
    let sum = stored.clone() + exported.clone() + untreated.clone();
    // Exactly nothing where the three take everything.
    cycle.set("treatment.kept", (1.0 - sum.clone()).max(0.0));
    let all = sum.max(1.0);
    cycle.set("treatment.stored", stored / all.clone());
    cycle.set("treatment.exported", exported / all.clone());
    cycle.set("treatment.untreated", untreated / all);
    let arriving = || cycle.var("flow.collected") + cycle.var("flow.scrap_collected");
    let [to_store, to_export, to_waste] = ["stored", "exported", "untreated"]
        .map(|way| arriving() * cycle.var(&format!("treatment.{way}")));
    let both = stack("origin", [cycle.var("flow.collected"), cycle.var("flow.scrap_collected")]);
    let feed = both * cycle.var("treatment.kept");
    let (to_export, feed) = if goods::are_traded(cycle) {
        goods::declare(cycle);
        let more = cycle.var("goods.left") + cycle.var("goods.received");
        (cycle.var("goods.away"), feed + more)
    } else {
        (to_export, feed)
    };
    let (treatment, first) = (cycle.name("treatment"), cycle.name("preprocessing"));
    let (pile, away, waste, on) = (
        cycle.name("treatment.pile"),
        cycle.name("flow.exported_untreated"),
        cycle.name("flow.untreated"),
        cycle.name("flow.feed"),
    );
    cycle.set("treatment.added", to_store);
    let added = cycle.var("treatment.added");
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.process(&treatment).process(&first);
    b.stock(&pile, &treatment).is(added.cumulative());
    b.flow(&away).from(&treatment).to(outside).is(to_export);
    b.flow(&waste).from(&treatment).to(outside).is(to_waste);
    b.flow(&on).from(&treatment).to(&first).is(feed);
    if goods::are_traded(cycle) {
        let (received, arriving) = (cycle.name("flow.received"), cycle.var("goods.received"));
        cycle.b.flow(&received).from(outside).to(&treatment).is(arriving);
    }
}

/// Capacity of a stage in tonnes per year (E23).
///
/// Listed plants rise linearly to their nameplate over the ramp-up time; of what
/// is missing until then a share may be saved. The realised share of announced
/// plants is drawn at one probability for all stages and regions.
///
/// ```text
/// capacity = risen + saved·(nameplate − risen), operating + realised·announced + later
/// ```
fn capacity(cycle: &mut LifeCycle, stage: Stage, name: &str) -> Expr {
    let ramp = cycle.region.scalar(&format!("{name}.ramp_up")).map_or(1.0, |s| s.value());
    let ramp = if ramp < 1.0 { 1.0 } else { ramp };
    let years = cycle.scenario.start()..=cycle.scenario.end();
    let region = cycle.region;
    let of = |announced: bool, ramp: f64| {
        let plants = region
            .plants()
            .iter()
            .filter(|p| p.stage() == stage && announced == (p.status() == Status::Announced));
        let at = |year: i32| {
            let running = plants
                .clone()
                .filter(|p| p.start() <= year && p.end().is_none_or(|end| year < end));
            running.fold(0.0, |sum, p| {
                let risen = (f64::from(year - p.start()) + 1.0) / ramp;
                sum + p.capacity() * if risen < 1.0 { risen } else { 1.0 }
            })
        };
        Values::PerYear(years.clone().map(at).collect())
    };
    let mut parts = Vec::new();
    for (announced, part) in [(false, "operating"), (true, "announced")] {
        let risen = cycle.name(&format!("{name}.{part}"));
        let nameplate = cycle.name(&format!("{name}.{part}.nameplate"));
        cycle.b.constant(&risen, &[], of(announced, ramp));
        cycle.b.constant(&nameplate, &[], of(announced, 1.0));
        let saved = cycle.var(&format!("{name}.ramp_up_saved"));
        parts.push(var(&risen) + saved * (var(&nameplate) - var(&risen)));
    }
    let announced = parts.pop().unwrap_or_else(|| 0.0.into());
    let operating = parts.pop().unwrap_or_else(|| 0.0.into());
    let nameplate = operating
        + cycle.var(&format!("{name}.realisation")) * announced
        + cycle.var(&format!("{name}.later"));
    cycle.set(&format!("{name}.capacity"), nameplate);
    cycle.var(&format!("{name}.capacity")) * cycle.var(&format!("{name}.utilisation"))
}

fn preprocessing(cycle: &mut LifeCycle) {
    // Shares of each material that reach black mass and a sorted fraction.
    let classes = cycle.scenario.classes();
    let materials = cycle.scenario.materials();
    let black = |q: &str| {
        let of = |m: &String| match (m.as_str(), q) {
            ("other", "other") => 0.0.into(),
            ("other", q) => cycle.var(&format!("preprocessing.black_mass.other.{q}")),
            (m, _) => cycle.var(&format!("preprocessing.black_mass.{m}")),
        };
        stack("material", materials.iter().map(of).collect::<Vec<_>>())
    };
    let by_class = stack("class", classes.iter().map(|q| black(q)).collect::<Vec<_>>());
    let metal = |q: &str| {
        let of = |m: &String| match m.as_str() {
            "other" => cycle.var(&format!("preprocessing.fraction.other.{q}")),
            m => cycle.var(&format!("preprocessing.fraction.{m}")),
        };
        stack("material", materials.iter().map(of).collect::<Vec<_>>())
    };
    let metals = stack("class", classes.iter().map(|q| metal(q)).collect::<Vec<_>>());
    cycle.set("to_black_mass.by_class", by_class);
    cycle.set("to_fraction.by_class", metals);
    for way in ["to_black_mass", "to_fraction.wanted"] {
        let key = format!("{}.by_class", way.trim_end_matches(".wanted"));
        let reaching = cycle.of_class(|q| cycle.var(&key).at("class", q));
        cycle.set(way, reaching);
    }
    // What is in black mass cannot be in a metal fraction too.
    let fraction = cycle.var("to_fraction.wanted").min(1.0 - cycle.var("to_black_mass"));
    cycle.set("to_fraction", fraction);
    for (way, total) in [("to_black_mass", "black_mass_share"), ("to_fraction", "fraction_share")] {
        let part = format!("{total}.of");
        cycle.set(&part, cycle.var("fraction") * cycle.var(way));
        cycle.set(total, cycle.var(&part).sum("material"));
    }
    let limit = capacity(cycle, Stage::Preprocessing, "preprocessing");
    let (first, second) = (cycle.name("preprocessing"), cycle.name("refining"));
    let shredded = cycle.name("shredded");
    let (black_mass, metals, residue) = (
        cycle.name("flow.black_mass"),
        cycle.name("flow.metal_fraction"),
        cycle.name("flow.shredder_residue"),
    );
    let away = cycle.name("flow.black_mass_exported");
    // On routes of trade it is refiners who sell it on.
    let sold = (!black_mass::is_traded(cycle)).then(|| cycle.var("black_mass.exported"));
    let feed = cycle.var("flow.feed");
    let (share, metal_share) = (cycle.var("black_mass_share"), cycle.var("fraction_share"));
    let done = || var(format!("{shredded}.processed"));
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.facilities(Facilities { name: shredded.clone(), feed, capacity: limit, basis: None });
    b.stock(&format!("{first}.stock"), &first).is(var(format!("{shredded}.backlog")));
    let mut rest = done() - var(&black_mass);
    let made = done() * share;
    if let Some(sold) = sold {
        b.flow(&black_mass).from(&first).to(&second).is(made.clone() * (1.0 - sold.clone()));
        b.flow(&away).from(&first).to(outside).is(made * sold);
        rest = rest - var(&away);
    } else {
        b.flow(&black_mass).from(&first).to(&second).is(made);
    }
    b.flow(&metals).from(&first).to(outside).is(done() * metal_share);
    rest = rest - var(&metals);
    b.flow(&residue).from(&first).to(outside).is(rest);
}

fn refining(cycle: &mut LifeCycle) {
    let materials = cycle.scenario.materials();
    for q in cycle.scenario.classes() {
        // Y(i) = Σ_route share(route)·yield(route, i)
        let shares = ROUTES.map(|r| cycle.var(&format!("refining.route_share.{q}.{r}")));
        let all = shares.iter().cloned().reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into());
        // Uncertain shares are scaled to one; a class without a route keeps none.
        let all = all.max(1e-12);
        for (r, share) in ROUTES.into_iter().zip(shares) {
            cycle.set(&format!("refining.taken.{q}.{r}"), share / all.clone());
        }
        let route = |route: &str| {
            let of = |m: &String| cycle.var(&format!("refining.yield.{route}.{q}.{m}"));
            let yields = stack("material", materials.iter().map(of).collect::<Vec<_>>());
            yields * cycle.var(&format!("refining.taken.{q}.{route}"))
        };
        let total = ROUTES.map(route).into_iter().reduce(|a, b| a + b);
        // No more comes out of black mass than is in it.
        let total = total.unwrap_or_else(|| 0.0.into()).min(1.0);
        cycle.set(&format!("refining.yield_of.{q}"), total);
    }
    // What a tonne of black mass of each chemistry contains.
    let contained = cycle.var("black_mass_share.of") / cycle.var("black_mass_share").max(1e-12);
    cycle.set("black_mass.content", contained);
    let limit = capacity(cycle, Stage::Refining, "refining");
    cycle.set("refining.limit", limit);
    let second = cycle.name("refining");
    cycle.b.process(&second);
    if black_mass::is_traded(cycle) {
        black_mass::ship(cycle);
    } else {
        let refined = cycle.name("refined_black_mass");
        let (feed, capacity) = (cycle.var("flow.black_mass"), cycle.var("refining.limit"));
        cycle.b.facilities(Facilities { name: refined, feed, capacity, basis: None });
    }
    let (done, waiting) =
        (cycle.var("refined_black_mass.processed"), cycle.var("refined_black_mass.backlog"));
    let b = &mut *cycle.b;
    b.stock(&format!("{second}.stock"), &second).is(waiting);
    b.flow(&format!("{second}.input")).from(&second).to(System::ENVIRONMENT).is(done);
}

/// Declares `recovered.by_origin[origin, material]` and its two parts, and the
/// balance of refining by material: what is refined is recovered or residue.
fn recovered(cycle: &mut LifeCycle) {
    let chemistry = cycle.chemistry();
    let (mut inputs, mut products) = (Vec::new(), Vec::new());
    for (q, class) in cycle.scenario.classes().iter().enumerate() {
        let of = cycle.region.chemistries().iter().filter(|c| c.class() == q);
        let names: Vec<&str> = of.map(|c| c.name()).collect();
        // Others may send black mass of a class that is not used here.
        let mut terms = black_mass::arrived(cycle, q);
        if !names.is_empty() {
            let dimension = format!("{chemistry}.{class}");
            cycle.b.dimension(&dimension, names.iter().copied());
            let part = |key: &str| {
                let parts = names.iter().map(|name| cycle.var(key).at(&chemistry, *name));
                stack(&dimension, parts.collect::<Vec<_>>())
            };
            let input = part("refined_black_mass.processed") * part("black_mass.content");
            terms.insert(0, input.sum(dimension));
        }
        let Some(all) = terms.into_iter().reduce(|a, b| a + b) else { continue };
        let key = format!("refined.{class}");
        cycle.set(&key, all);
        inputs.push(cycle.var(&key));
        products.push(cycle.var(&key) * cycle.var(&format!("refining.yield_of.{class}")));
    }
    let sum =
        |terms: Vec<Expr>| terms.into_iter().reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into());
    cycle.set("products.by_origin", sum(products));
    cycle.set("refined.by_origin", sum(inputs));
    let metals = cycle.var("shredded.processed") * cycle.var("fraction_share.of");
    cycle.set("fraction.by_origin", metals.sum(&chemistry));
    let products = cycle.var("products.by_origin");
    let fraction = cycle.var("fraction.by_origin");
    cycle.set("recovered.by_origin", products.clone() + fraction);
    black_mass::recovered_abroad(cycle);
    let separation = cycle.name("separation");
    let (input, output, residue) = (
        cycle.name("flow.refined"),
        cycle.name("flow.products"),
        cycle.name("flow.refining_residue"),
    );
    let refined = cycle.var("refined.by_origin");
    let outside = System::ENVIRONMENT;
    let b = &mut *cycle.b;
    b.process(&separation);
    b.flow(&input).from(outside).to(&separation).is(refined.clone());
    b.flow(&output).from(&separation).to(outside).is(products.clone());
    b.flow(&residue).from(&separation).to(outside).is(refined - products);
}
