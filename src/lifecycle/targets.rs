//! Legal targets: what each measures, and whether it is reached.

use super::{LifeCycle, ROUTES};
use crate::scenario::{Denominator, Measure, ScrapRule, Target};
use crate::system::{Expr, Values, stack, var};

/// The first year in which batteries of light means of transport count in the
/// recycled content (Regulation (EU) 2023/1542, Art. 8(3)).
const LIGHT_TRANSPORT_FROM: i32 = 2036;
/// A mass that keeps divisions defined, in tonnes.
const TRIFLE: f64 = 1e-6;

/// Declares `target[target]`, the ratio that the text of each target defines,
/// and `target.met` (1 where the ratio is at least the target's value), and the
/// recycled content in its four accounting variants.
///
/// A recycled content is an availability: what recyclers of the region put out
/// over what the batteries in its scope contain. The law binds each battery
/// model and plant; whether it is met cannot be told here.
pub(super) fn declare(cycle: &mut LifeCycle) {
    ratios(cycle);
    let targets = cycle.region.targets();
    if targets.is_empty() {
        return;
    }
    let ratios: Vec<Ratio> = targets.iter().map(|target| Asked { cycle, target }.ratio()).collect();
    let dimension = cycle.name("target");
    cycle.b.dimension(&dimension, targets.iter().map(|t| t.id()));
    let mut constant = |key: &str, of: Vec<f64>| {
        let name = cycle.name(&format!("target.{key}"));
        cycle.b.constant(&name, &[&dimension], Values::PerElement(of));
        var(name)
    };
    let value = constant("value", targets.iter().map(Target::value).collect());
    let least = constant("least", ratios.iter().map(|r| r.least).collect());
    let trifle = constant("trifle", ratios.iter().map(|r| r.trifle).collect());
    let over = stack(&dimension, ratios.iter().map(|r| r.over.clone()).collect::<Vec<_>>());
    let under = stack(&dimension, ratios.into_iter().map(|r| r.under).collect::<Vec<_>>());
    cycle.set("target.over", over);
    cycle.set("target.under", under);
    let (over, under) = (cycle.var("target.over"), cycle.var("target.under"));
    cycle.set("target", over / under.clone().max(trifle) * under.at_least(least));
    cycle.set("target.met", cycle.var("target").at_least(value));
    let (ratio, met) = (cycle.name("target"), cycle.name("target.met"));
    cycle.b.observe(&ratio, "share").observe(&met, "share of draws");
}

/// The recycled content per material, in four variants (E34):
///
/// ```text
/// {all recovered | from the end of life} / {placed in scope | in cells made}
/// ```
fn ratios(cycle: &mut LifeCycle) {
    let regulated = || ["lithium", "nickel", "cobalt"].into_iter();
    let known = |m: &&str| cycle.scenario.materials().iter().any(|x| x == m);
    let materials: Vec<&str> = regulated().filter(known).collect();
    if materials.is_empty() {
        return;
    }
    let placed = cycle.materials_in(cycle.var("placed.covered"));
    cycle.set("content_scope", placed);
    let dimension = cycle.name("material.regulated");
    cycle.b.dimension(&dimension, materials.iter().copied());
    for denominator in [Denominator::PlacedOnMarket, Denominator::CellProduction] {
        for scrap in [ScrapRule::Included, ScrapRule::Excluded] {
            let parts = materials.iter().map(|m| {
                let below = match denominator {
                    Denominator::CellProduction => cycle.var("cell_production"),
                    _ => cycle.var("content_scope"),
                };
                share_of(available(cycle, scrap).at("material", *m), below.at("material", *m))
            });
            let content = stack(&dimension, parts.collect::<Vec<_>>());
            let below = match denominator {
                Denominator::CellProduction => "production",
                _ => "placed",
            };
            let suffix = if scrap == ScrapRule::Included { "" } else { "_without_scrap" };
            let name = format!("recycled_content_{below}{suffix}");
            cycle.set(&name, content);
            let name = cycle.name(&name);
            cycle.b.observe(&name, "share");
        }
    }
}

/// One over the other; zero where less than a tonne is asked for, as nothing
/// can be said of a share of nothing.
fn share_of(available: Expr, needed: Expr) -> Expr {
    available / needed.clone().max(1.0) * needed.at_least(1.0)
}

/// What recyclers put out, with or without what came from scrap.
fn available(cycle: &LifeCycle, scrap: ScrapRule) -> Expr {
    match scrap {
        ScrapRule::Included => cycle.var("recovered"),
        ScrapRule::Excluded => cycle.var("recovered.by_origin").at("origin", "end_of_life"),
    }
}

/// A ratio by its parts: over/max(under, trifle), and zero where `under` is
/// below `least`.
struct Ratio {
    over: Expr,
    under: Expr,
    trifle: f64,
    least: f64,
}

/// One over the other, for a recycled content; see [`share_of`].
fn content(over: Expr, under: Expr) -> Ratio {
    Ratio { over, under, trifle: 1.0, least: 1.0 }
}

/// What a target asks about, in its year.
struct Asked<'a, 'b> {
    cycle: &'a LifeCycle<'b>,
    target: &'a Target,
}

impl Asked<'_, '_> {
    /// A variable of the region in the year of the target.
    fn var(&self, key: &str) -> Expr {
        self.cycle.var(key).at_year(self.target.year())
    }

    /// The target's material, or all.
    fn material(&self, x: Expr) -> Expr {
        match self.target.material() {
            Some(m) => x.at("material", self.cycle.scenario.materials()[m].clone()),
            None => x.sum("material"),
        }
    }

    /// All chemistries and origins together.
    fn total(&self, key: &str) -> Expr {
        self.var(key).sum("origin").sum(self.cycle.chemistry())
    }

    fn scrap(&self) -> ScrapRule {
        self.target.scrap().unwrap_or(ScrapRule::Included)
    }

    fn ratio(&self) -> Ratio {
        let rate = |rate: Expr| Ratio { over: rate, under: 1.0.into(), trifle: 1.0, least: 0.0 };
        match self.target.measure() {
            Measure::RecycledContent => {
                let later = self.target.year() >= LIGHT_TRANSPORT_FROM;
                let below = match self.target.denominator() {
                    Denominator::CellProduction => self.var("cell_production"),
                    _ if later => self.cycle.materials_in(self.var("placed.covered_later")),
                    _ => self.cycle.materials_in(self.var("placed.covered")),
                };
                let available = available(self.cycle, self.scrap()).at_year(self.target.year());
                content(self.material(available), self.material(below))
            }
            Measure::MaterialRecovery => {
                let route = self.target.route().unwrap_or(ROUTES[0]);
                let taken = |q: &str| self.var(&format!("refining.taken.{q}.{route}"));
                self.recovery(taken, |q| self.route_yield(q, route))
            }
            Measure::RecyclingEfficiency => {
                let class = self.target.class().map(|q| &self.cycle.scenario.classes()[q]);
                let counts = |q: &str| if class.is_none_or(|c| c == q) { 1.0 } else { 0.0 };
                self.recovery(|q| counts(q).into(), |q| self.var(&format!("refining.yield_of.{q}")))
            }
            Measure::PortableCollection => rate(self.var("portable_collection_rate")),
            Measure::LightTransportCollection => rate(self.var("light_transport_collection_rate")),
            Measure::RecyclingCapacity => {
                // Nameplate capacity times what a tonne of black mass gives in
                // that year, over the material in the cells made here.
                let per_tonne = self.material(self.var("recovered"))
                    / self.total("refined_black_mass.processed").max(TRIFLE);
                let needed = self.material(self.var("cell_production"));
                content(self.var("refining.capacity") * per_tonne, needed)
            }
        }
    }

    fn route_yield(&self, class: &str, route: &str) -> Expr {
        let materials = self.cycle.scenario.materials().iter();
        let yields = materials.map(|m| self.var(&format!("refining.yield.{route}.{class}.{m}")));
        stack("material", yields.collect::<Vec<_>>())
    }

    /// Mass out over mass into recycling, from the battery to the product (E35):
    ///
    /// ```text
    /// Σ_k w(k)·(B(k,i)·y(k,i) + F(k,i)) / Σ_k w(k)·fraction(k,i)
    /// ```
    ///
    /// with w the batteries processed that take the way in question, B and F
    /// what of a tonne of them reaches black mass and metal fraction, y the
    /// yield; w and y by class.
    fn recovery(&self, taken: impl Fn(&str) -> Expr, yielded: impl Fn(&str) -> Expr) -> Ratio {
        let cycle = self.cycle;
        let processed = self.var("shredded.processed");
        let processed = match self.scrap() {
            ScrapRule::Included => processed.sum("origin"),
            ScrapRule::Excluded => processed.at("origin", "end_of_life"),
        };
        let won = cycle.var("black_mass_share.of") * cycle.of_class(yielded)
            + cycle.var("fraction_share.of");
        let weight = processed * cycle.of_class(taken);
        let over = |x: Expr| self.material((weight.clone() * x).sum(cycle.chemistry()));
        let (over, under) = (over(won), over(cycle.var("fraction")));
        Ratio { over, under, trifle: TRIFLE, least: 0.0 }
    }
}
